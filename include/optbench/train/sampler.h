/*
 * Which steps get a row in metrics.csv, and what a row remembers of the steps between.
 *
 * The step number alone decides: no clock, no buffer, nothing of the past. With
 * `[log] every = auto` every step has a row up to step 10,000; then every 2nd for 10,000
 * rows, then every 4th, and so on: level k covers the steps above 10,000 (2^k - 1) up to
 * 10,000 (2^(k+1) - 1) with stride 2^k, so 10^9 steps make fewer than 170,000 rows. Row 0
 * (the start) and the last step always have one, whatever the rule says.
 *
 * A span holds the extremes of the steps since the row before, this one included, so
 * that a spike between two rows is not lost. Used by the training thread only; the span
 * goes into checkpoints.
 */
#ifndef OB_TRAIN_SAMPLER_H
#define OB_TRAIN_SAMPLER_H

#include <stdbool.h>
#include <stdint.h>

#define OB_SAMPLER_LEVEL UINT64_C(10000) /* rows of one stride */

struct ob_span {
    double loss_min, loss_max, theta_delta_max, grad_norm_max;
    bool any;  /* a step was added */
    bool loss; /* a loss was added: with mini-batches not every step has one */
};

struct ob_sampler {
    uint64_t every; /* 0 = auto */
    uint64_t next;  /* the next step that has a row */
    uint64_t rows;  /* handed out so far */
    struct ob_span span;
};

/* The first step above `step` that has a row. */
uint64_t ob_sampler_after(uint64_t every, uint64_t step);

/* Ready for step 0. */
void ob_sampler_init(struct ob_sampler *s, uint64_t every);

/* Goes on after `step` with the row count and span of a checkpoint. */
void ob_sampler_resume(struct ob_sampler *s, uint64_t step, uint64_t rows,
                       const struct ob_span *span);

/* The row of `step` was made: empties the span and finds the next step. */
void ob_sampler_taken(struct ob_sampler *s, uint64_t step);

/* Whether an extreme gives way to a value that lies beyond it. NaN wins over every number
 * and stays. */
static inline bool ob_span_yields(double extreme, bool beyond)
{
    return beyond && extreme == extreme;
}

/* Adds one step. NaN wins over every number. */
static inline void ob_span_add(struct ob_span *s, double theta_delta, double grad_norm)
{
    if (!s->any ||
        ob_span_yields(s->theta_delta_max, !(theta_delta <= s->theta_delta_max)))
        s->theta_delta_max = theta_delta;
    if (!s->any || ob_span_yields(s->grad_norm_max, !(grad_norm <= s->grad_norm_max)))
        s->grad_norm_max = grad_norm;
    s->any = true;
}

/* Adds a loss that was measured. NaN wins over every number, in both directions. */
static inline void ob_span_add_loss(struct ob_span *s, double loss)
{
    if (!s->loss || ob_span_yields(s->loss_min, !(loss >= s->loss_min)))
        s->loss_min = loss;
    if (!s->loss || ob_span_yields(s->loss_max, !(loss <= s->loss_max)))
        s->loss_max = loss;
    s->loss = true;
}

#endif
