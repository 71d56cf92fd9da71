/*
 * What is measured on rows that are not trained on: the validation part now and then
 * while a run is under way, the test part once at its end. Both are problems of their own
 * over rows of their own, without penalties and with nothing left out at random. Nothing
 * that is trained depends on them but the stop rules that ask for val_loss.
 */
#ifndef OB_SRC_TRAIN_HELD_H
#define OB_SRC_TRAIN_HELD_H

#include "optbench/data/dataset.h"
#include "optbench/model/problem.h"
#include "optbench/train/result.h"

/* What moves, so what a checkpoint keeps. */
struct ob_held_state {
    double loss, metric[OB_RESULT_METRICS]; /* at the last measurement; NAN before */
    bool now;                               /* that was at the present parameters */
    bool fresh;                             /* it was not in a row of the log yet */
    double best_loss;                       /* NAN before */
    uint64_t best_step;
};

/* The validation part; problem = NULL: there is none. */
struct ob_held {
    struct ob_problem *problem;
    struct ob_held_state state;
    char key[OB_RESULT_METRICS][80]; /* of the metrics in a checkpoint */
};

/* The problem over one part of the data, with the parameters of `like`; NULL and no error
 * where there is no such part. OB_EDATA in words of that part, with its file in *origin
 * (lent from the data), where its rows are none that the model takes. */
struct ob_problem *ob_held_problem(const struct ob_problem *like,
                                   const struct ob_problem_common *common,
                                   const struct ob_dataset *data, enum ob_data_part part,
                                   const char **origin, struct ob_err *err);

void ob_held_init(struct ob_held *h, struct ob_problem *problem); /* takes it over */
void ob_held_finish(struct ob_held *h);

/* Measures loss and metrics [n] at theta, the parameters of step k. */
void ob_held_measure(struct ob_held *h, const void *theta, uint64_t k,
                     const struct ob_metric *const *metric, size_t n);

#endif
