/*
 * What `optbench curvature` has found at a point: the numbers, the same in words, and
 * both as JSON. For src/cli alone.
 */
#ifndef OB_CLI_CURVE_REPORT_H
#define OB_CLI_CURVE_REPORT_H

#include "open_point.h"
#include "optbench/base/json.h"
#include "optbench/model/curvature.h"

enum {
    CURVE_WHOLE = 16,    /* up to so many parameters all components are shown */
    CURVE_LARGEST = 12,  /* of more, so many of the largest */
    CURVE_CHECKED = 256, /* up to so many parameters derivatives are checked */
    CURVE_FACTS = 16,
};

/* The rate of the experiment against what the point allows. */
enum curve_verdict {
    CURVE_NO_VERDICT, /* no rule, no one rate, or nothing that curves up */
    CURVE_CONVERGES,
    CURVE_DIVERGES,
    CURVE_LEAVES, /* stable where it curves up, but it goes down somewhere */
};

struct curve_report {
    struct ob_point point;
    struct ob_curvature c;
    double *hessian; /* [n * n], owned; NULL beyond CURVE_WHOLE parameters */
    double lr;       /* of the next step; NAN where the rule has no one rate */
    bool limited;    /* `limit` is known */
    struct ob_rate_limit limit;
    double growth; /* of the slowest direction that curves up; NAN where not known */
    enum curve_verdict verdict;
    bool checked;
    double grad_error, hess_error; /* of the derivatives against differences; the second
                                      NAN where there is no Hessian */
    char worst[96];                /* parameter with the largest error; raw */
    double seconds;                /* that all this took */
    size_t top;                    /* eigenvalues of the upper end to be shown */
};

/* One line for people. */
struct curve_fact {
    const char *name, *label; /* of the line: for programs, for people; static */
    char text[640];           /* raw where it holds names, else plain */
    enum curve_mood { CURVE_PLAIN, CURVE_GOOD, CURVE_BAD } mood;
};

/* Fills r->lr, limit, growth and verdict from the experiment's settings. */
void curve_judge(struct curve_report *r);

/* The facts in the order of reading; returns how many. */
size_t curve_facts(const struct curve_report *r,
                   struct curve_fact out[static CURVE_FACTS]);

/* Appends "(0.5, -1)", or the largest components by name. */
void curve_vector(const struct curve_report *r, const double *x, struct ob_buf *out);

/* Appends a unit vector as whole numbers where it is some: "(2, -3, -2)/sqrt(17)". */
void curve_direction(const struct curve_report *r, const double *x, struct ob_buf *out);

/* The indices of the components to be shown: all, or the largest by size, largest first.
 * Returns how many. */
size_t curve_components(size_t n, const double *x, size_t out[static CURVE_WHOLE]);

/* Appends the whole report as an object. */
void curve_json(const struct curve_report *r, struct ob_buf *out);

/* Prints it for people, at most about a screen. */
void curve_print(const struct curve_report *r, FILE *out);

#endif
