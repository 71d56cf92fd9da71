/*
 * What `optbench curvature --json` found at a point: the spectrum of the Hessian, what
 * follows from it in words, the rate against its limit. Plain data of the UI thread;
 * filled by the feed, drawn by the curvature screen. A zeroed struct is the answer to
 * nothing.
 */
#ifndef OB_UI_CURVATURE_VIEW_H
#define OB_UI_CURVATURE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"

enum {
    OB_CURVE_PARTS = 16, /* components of a vector that are told */
    OB_CURVE_FACTS = 16,
    OB_CURVE_VECTORS = 128,
    OB_CURVE_ORDER = 16, /* of a matrix that is told whole */
};

struct ob_curve_part {
    char name[96]; /* of the parameter; safe */
    double value;
};

/* A vector in the space of the parameters: all components in their order where n is at
 * most OB_CURVE_PARTS, else the largest, largest first. */
struct ob_curve_vector {
    struct ob_curve_part part[OB_CURVE_PARTS];
    size_t parts;
};

enum ob_curve_mood { OB_CURVE_PLAIN, OB_CURVE_GOOD, OB_CURVE_BAD };

struct ob_curve_fact {
    char name[16];  /* "verdict", "shape", ...; safe */
    char label[24]; /* safe */
    char *text;     /* safe, one line; owned */
    enum ob_curve_mood mood;
};

struct ob_curvature_view {
    bool known;     /* an answer is there, or `why` there is none */
    bool under_way; /* a newer one is on its way */
    char of[4096];  /* path of the run or config that was asked about; raw */
    bool of_text;   /* ... that is a text, not saved as such */
    char at[32];    /* where: "start", "end" or a step, as it was asked */
    char why[1024]; /* why there is no answer; raw; "" = there is one */

    char name[160]; /* of the run or experiment; safe */
    uint64_t step;  /* that the parameters are of */
    char dtype[16];
    size_t n;
    bool finite, exact, converged;
    size_t products;

    double *value; /* [k] eigenvalues, ascending; owned */
    size_t k, from_low;
    double *residual; /* [k], owned; NULL where exact */
    double threshold; /* smaller ones are zero */
    struct {
        size_t index; /* of the eigenvalue */
        struct ob_curve_vector v;
    } * vector; /* [vectors] of some of them, owned */
    size_t vectors;

    double *hessian; /* [n * n] row-major, owned; NULL beyond OB_CURVE_ORDER */
    struct ob_curve_vector theta, gradient, newton; /* newton.parts = 0: no step */

    double lr, limit; /* of the experiment, and the largest stable one; NAN = none */
    bool stable;      /* lr is below it */

    struct ob_curve_fact fact[OB_CURVE_FACTS];
    size_t facts;
    double seconds;      /* that it took */
    int64_t computed_ns; /* when, since 1970; set by who reads it */
};

void ob_curvature_view_finish(struct ob_curvature_view *v);

/* Fills a zeroed struct from what the program printed; of, of_text, at, under_way and
 * computed_ns
 * are the caller's. OB_EDATA where that is no such answer; *v is as it was then. */
bool ob_curvature_view_read(struct ob_curvature_view *v, const char *json, size_t n,
                            struct ob_err *err);

/* The components of eigenvector i, or NULL where they were not told. */
const struct ob_curve_vector *ob_curvature_vector(const struct ob_curvature_view *v,
                                                  size_t i);

#endif
