/*
 * How a run ended: the numbers of summary.json and the words for people. Made from a
 * trainer by the main thread after the worker was joined (or at a checkpoint by a test).
 */
#ifndef OB_TRAIN_RESULT_H
#define OB_TRAIN_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/optim/stop.h"
#include "optbench/train/safetensors.h"

struct ob_trainer;

#define OB_RESULT_METRICS 16
#define OB_RESULT_TEXT    1024
#define OB_RESULT_CLASSES 64

struct ob_result_metric {
    char name[64];
    double value;
};

/* What was measured on rows that are set aside, at the last parameters. */
struct ob_result_part {
    size_t rows; /* 0 = there is no such part */
    double loss; /* without penalties */
    size_t metrics;
    struct ob_result_metric metric[OB_RESULT_METRICS];
};

struct ob_result {
    enum ob_stop stop;
    char text[OB_RESULT_TEXT]; /* what happened, what it does not mean, what to do: a few
                                  sentences on one line */
    uint64_t steps;
    double epochs;
    double loss, best_loss, theta_delta, grad_norm; /* NaN = not measured */
    uint64_t best_step;
    bool has_target;       /* the run had one; the rest says when it was first met */
    uint64_t target_step;  /* 0 = never */
    uint64_t target_evals; /* function evaluations until then */
    double target_seconds; /* of training until then; NaN = not known */
    uint64_t evals_function, evals_gradient, evals_hessian_product;
    double seconds; /* spent training */
    size_t metrics; /* every metric that the model has, at the last parameters */
    struct ob_result_metric metric[OB_RESULT_METRICS];
    struct ob_result_part val, test;
    double best_val_loss; /* NaN = never measured */
    uint64_t best_val_step;
    bool has_reference; /* a closed form exists */
    double reference_loss;
    double reference_distance;        /* 2-norm of theta minus the optimum's */
    struct ob_safetensors parameters; /* the tensors, float32 or float64 */
    struct ob_safetensors confusion; /* ob_trainer_confusion() of up to OB_RESULT_CLASSES,
                                        else empty */
};

/* Fills a zeroed result; computes metrics, the figures of the parts and the reference (a
 * pass over the data). */
void ob_result_init(struct ob_result *r, struct ob_trainer *t);
void ob_result_finish(struct ob_result *r);

#endif
