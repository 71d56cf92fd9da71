/*
 * The parameters that a run stands for where they are not theta: those of [average], or
 * of an optimizer that keeps an average itself (Schedule-Free). They are measured in
 * columns average_loss, average_NAME of each metric, average_val_loss and
 * average_val_NAME: with mini-batches where the loss of all rows is (a row of the log has
 * the last measurement since the row before), else in the rows themselves. What that
 * evaluates is none of the run's evaluations. Where [average] has not begun yet there is
 * nothing to measure.
 */
#ifndef OB_SRC_TRAIN_MEAN_H
#define OB_SRC_TRAIN_MEAN_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/num/vec.h"
#include "optbench/train/columns.h"
#include "optbench/train/result.h"

struct ob_trainer;

enum { OB_MEAN_FIGURES = 2 + 2 * OB_RESULT_METRICS };

/* What moves. */
struct ob_mean_state {
    double value[OB_MEAN_FIGURES]; /* in the order of the columns; NAN before */
    bool fresh;                    /* it was not in a row of the log yet */
    uint64_t k;                    /* step that they are of; UINT64_MAX = of none here */
};

struct ob_mean {
    bool on;
    struct ob_vec theta;   /* [n] where an optimizer has to fill it */
    size_t first, figures; /* columns */
    struct ob_mean_state state;
};

/* Behind the optimizer, the wrappers and the metrics: whether there is one, and its
 * columns. False for want of memory. */
bool ob_mean_init(struct ob_trainer *t, struct ob_err *err);
void ob_mean_finish(struct ob_mean *m);

/* The parameters, lent until the next step; NULL where there are none (yet). */
const struct ob_vec *ob_mean_theta(struct ob_trainer *t);

/* Measures them after step k. */
void ob_mean_measure(struct ob_trainer *t);

/* Puts what is known into the row of step k, and measures it for that where rows are. */
void ob_mean_put(struct ob_trainer *t);

/* The place of a figure by the name of its column; OB_MEAN_FIGURES: there is none. */
size_t ob_mean_find(const struct ob_trainer *t, const char *name);

#endif
