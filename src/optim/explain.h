/*
 * Helpers of the optimizers' `explain`: an equation in symbols, then in numbers, then its
 * result. Private to src/optim.
 */
#ifndef OB_OPTIM_EXPLAIN_H
#define OB_OPTIM_EXPLAIN_H

#include "optbench/optim/optimizer.h"

struct explain {
    const struct ob_optimizer *optimizer;
    const struct ob_update *update;
    struct ob_buf *out;
    const struct ob_segment *segment; /* of the parameter */
    enum ob_dtype dtype;              /* of the numbers that are shown */
    char name[OB_COLUMN_NAME_MAX];    /* of the parameter */
};

/* Fills *e; returns the options that the last step went by. */
const void *explain_begin(struct explain *e, const struct ob_optimizer *o,
                          const struct ob_update *u, struct ob_buf *out);

/* x rounded to the dtype. Of + - * / and sqrt of two floats, the double result rounded to
 * float is the float result. */
double explain_round(const struct explain *e, double x);

/* The rate of the last step, of the base rate `lr`, rounded. */
double explain_rate(const struct explain *e, double lr);

/* Appends "lr 0.05 (cosine from 0.1)", or "lr 0.1" alone where no schedule changes it. */
void explain_lr(struct explain *e, double lr);

/* The same as a line of its own where a schedule changes it, else nothing. */
void explain_schedule(struct explain *e, double lr);

/* Says how a run in float32 computes. */
void explain_float32(struct explain *e);

/* Appends text. */
void explain_say(struct explain *e, const char *format, ...) OB_PRINTF(2, 3);

/* Appends `format` with its marks replaced by the next number: %v in parentheses where it
 * is negative, %r as a result, without. Nothing else is special. */
void explain_numbers(struct explain *e, const char *format, const double *number);

/* The value of `slot` now; what it was before the step is not known. */
void explain_lost(struct explain *e, const char *slot, double now);

#endif
