/*
 * What `optbench check --json` said about an experiment, taken from its JSON: whether it
 * could run, what is wrong and where, what it resolves to. Plain data of the UI thread;
 * filled by the feed, shown by the form. A zeroed struct is the answer to nothing.
 */
#ifndef OB_UI_CHECK_H
#define OB_UI_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"

struct ob_json_value;

/* One thing that is wrong. Strings are owned and never NULL, "" where there is nothing to
 * say; raw, so whoever shows them makes them safe. */
struct ob_fault {
    char *file;    /* as the engine named it: the config, its base, the table */
    unsigned line; /* from 1; 0 = none */
    char *section; /* "optimizer", "group.w"; with `key` the place in the form */
    char *key;
    char *text; /* one line, without "section.key: " where those are told */
};

struct ob_faults {
    struct ob_fault *item; /* [n] */
    size_t n;
};

void ob_faults_finish(struct ob_faults *p);

/* Takes the array `problems` of an answer; an absent one is no problem. */
void ob_faults_take(struct ob_faults *p, const struct ob_json_value *answer);

/* The first problem of a key (key NULL: of anything in the section), or NULL. A section
 * with a kind ("optimizer.adam") is that of its family. */
const struct ob_fault *ob_faults_of(const struct ob_faults *p, const char *section,
                                    const char *key);

/* Where a problem of the experiment `own` is, safe: "line 3", the name of the file in
 * front where it is another one (its base, its table); "" = nowhere in particular. */
enum { OB_FAULT_PLACE_MAX = 128 };
const char *ob_fault_place(const struct ob_fault *p, const char *own,
                           char out[static OB_FAULT_PLACE_MAX]);

/* Its line in the text of the experiment itself, 0 = none. */
unsigned ob_fault_own_line(const struct ob_fault *p, const char *own);

/* What the model is like where the search starts. Numbers that are not finite, and ends
 * of a box that there is not, are NAN. */
struct ob_check_parameter {
    char *name; /* owned, safe to show */
    double value, gradient;
    double low, high; /* where a function is usually looked at */
};

struct ob_check_start {
    double loss, grad_norm;
    double lr_limit; /* gradient descent is stable below it; NAN = not known */
    char *trouble; /* why they are not finite, safe to show, "" = nothing; owned, NULL in
                      an empty one */
    struct ob_check_parameter *parameter; /* [parameters], the first ones; owned */
    size_t parameters;
    double optimum_loss;
    double *optimum; /* [optima * parameters] known minima; owned */
    size_t optima;
};

/* The learning rate of the steps, in parts of equal length. */
struct ob_check_schedule {
    char *kind, *note; /* safe to show; owned, NULL in an empty one */
    size_t steps;
    double first, most;                 /* the rate of step 1, and the highest ... */
    size_t most_at;                     /* ... at this step */
    double momentum_low, momentum_high; /* NAN = the schedule leaves it alone */
    double *step, *low, *high; /* [n] first step of a part, extremes over it; owned */
    size_t n;
};

struct ob_check {
    bool known; /* an answer is there */
    bool ok;    /* it could run */
    struct ob_faults problems;
    char *resolved; /* the experiment with every default, owned; NULL unless ok */
    size_t rows, features, parameters; /* 0 unless ok */
    size_t cells;                      /* of the sweep that it is, 0 = none */
    bool needs_data;                   /* the model is fitted to rows */
    char *device; /* what would compute here, or why it is not here; safe to show;
                     owned, NULL where it was not told */
    bool device_here;
    struct ob_check_start start;       /* empty unless ok */
    struct ob_check_schedule schedule; /* likewise */
};

void ob_check_finish(struct ob_check *c);

/* Fills a zeroed struct from what the program printed. OB_EDATA where that is no such
 * answer; *c is as it was then. */
bool ob_check_read(struct ob_check *c, const char *json, size_t n, struct ob_err *err);

#endif
