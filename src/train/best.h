/*
 * The parameters at the best value of a figure so far, `[checkpoint] best`: kept in
 * memory while a run goes on, and handed over with its checkpoints. What is judged is
 * what is measured anyway, where it is: no value is measured for this, and one that only
 * the end of a run asks for does not count, so that a resumed run has the same best.
 */
#ifndef OB_SRC_TRAIN_BEST_H
#define OB_SRC_TRAIN_BEST_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/diag.h"
#include "optbench/num/vec.h"

struct ob_trainer;

/* Where the figure is found. */
enum ob_best_figure {
    OB_BEST_NONE,
    OB_BEST_LOSS,
    OB_BEST_VAL_LOSS,
    OB_BEST_VAL_METRIC,
    OB_BEST_METRIC,
    OB_BEST_MEAN /* of the average */
};

struct ob_best {
    enum ob_best_figure figure;
    const char *name; /* lent by the spec, or static */
    size_t metric;    /* of the trainer's metrics, or the figure of the average */
    bool more;        /* is better */
    bool rests;       /* while steps are tried that will be taken back */
    double value;     /* the best one; NAN before */
    uint64_t step;    /* it was measured after */
    bool fresh;       /* theta was not handed over yet */
    struct ob_vec theta;
};

/* Finds the figure that [checkpoint] best names; behind the columns. Left out it is
 * val_loss where there is a validation part, else none. */
/* Whether more of a figure is better: accuracy, r2. */
bool ob_best_rises(const char *name);

bool ob_best_init(struct ob_trainer *t, struct ob_diags *diags);
void ob_best_finish(struct ob_best *b);

/* After a step: whether it is the best so far. */
void ob_best_look(struct ob_trainer *t);

#endif
