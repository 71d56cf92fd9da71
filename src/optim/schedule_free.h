/*
 * What the two Schedule-Free optimizers share (Defazio, Yang, Mehta, Mishchenko, Khaled,
 * Cutkosky 2024, "The Road Less Scheduled", equations 2 to 4; the authors' schedulefree
 * 1.4). theta is y, where gradients are taken; z is a slot; x, which the optimizer stands
 * for, follows from both: y = (1 - beta) z + beta x, which is why beta is not live.
 * Private to src/optim.
 */
#ifndef OB_OPTIM_SCHEDULE_FREE_H
#define OB_OPTIM_SCHEDULE_FREE_H

#include "element.h"

/* The keys of both; read by name in schedule_free_weigh(). */
struct schedule_free {
    double lr, beta, r, weight_lr_power;
    int64_t warmup_steps;
};

/* The averaging of one group in this step. */
struct schedule_free_step {
    double lr;   /* with the optimizer's own warm-up */
    double c;    /* c_{t+1}: share of z that goes into x */
    double push; /* of the gradient into y: lr (beta (1 - c) - 1) */
    bool near;   /* c < 1/2: how torch.lerp goes from y to z */
};

/* The state of both types: what they keep. */
struct schedule_free_kept {
    double *sum;  /* [groups] of the weights so far */
    double *most; /* [groups] the largest rate so far */
};

extern const struct ob_gauge schedule_free_gauges[];

/* For `start`: o->state is a struct schedule_free_kept. */
bool schedule_free_start(struct ob_optimizer *o, struct ob_err *err);

/* Counts this step in; once per group and step. The gauge is that of the first
 * parameter's group. */
struct schedule_free_step schedule_free_weigh(const struct element_step *step,
                                              const struct schedule_free *s);

/* For `average`: x of one segment; slot `z` is that of z. */
void schedule_free_average(const struct ob_vec *theta, const struct ob_vec *z,
                           const struct ob_segment *s, double beta, struct ob_vec *out);

#endif
