/*
 * The Polyak step: theta = theta - lr (f - f*) / |g|^2 g, which needs the least loss f*.
 *
 * Polyak, Introduction to Optimization, 1987, section 5.3, equation 21; with mini-batches
 * and a bound on the length it is the stochastic Polyak step (Loizou et al. 2021). Where
 * f* is not known, a target below the record, the best loss of an earlier phase, takes
 * its place: target = record - delta. A phase ends well where the loss falls by delta / 2
 * below the record, and badly, with delta halved, where the steps since it began have
 * gone farther than a bound without that: the path-based target levels of Brannlund 1993
 * (Nedic, Bertsekas, "Incremental subgradient methods for nondifferentiable
 * optimization", 2001, section 2.4). delta begins as |f|, the bound is a tenth of the
 * first step.
 */
#include <math.h>
#include <stdio.h>

#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"
#include "rate.h"

enum { AUTO, TARGET, ESTIMATE };
static const char *const minima[] = { "auto", "target", "estimate", NULL };

struct opts {
    double lr, max_lr;
    int minimum;
    double target;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "share of the Polyak step that is taken"),
    OB_REAL(struct opts, max_lr, .fallback = INFINITY, .min = 0, .max = INFINITY,
            .above_min = true, .live = true, .help = "largest factor of the gradient"),
    OB_CHOICE(struct opts, minimum, .choices = minima,
              .help = "where the least loss comes from; auto: the closed form or the "
                      "literature where they have it, else an estimate; target: the key "
                      "of this name; estimate: a level below the best loss so far"),
    OB_REAL(struct opts, target, .live = true,
            .help = "the least loss, with minimum = target; 0 where a model can fit its "
                    "data"),
    { 0 },
};

/* What an estimate remembers; BOUND 0: nothing yet. */
enum { RECORD, BEST, DELTA, PATH, BOUND, MEMORY };
enum { LEVEL };
static const struct ob_gauge gauges[] = {
    { "level", "what is taken for the least loss", false },
    { 0 },
};

struct state {
    double *memory; /* [MEMORY], of the optimizer's arrays */
    double least;   /* the known one */
    bool estimate;
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    const struct opts *opts = o->group_opts[0];
    struct state *s = o->state;
    s->memory = ob_optimizer_keep(o, "level", OB_F64, MEMORY, err);
    s->estimate =
        opts->minimum == ESTIMATE ||
        (opts->minimum == AUTO && !ob_problem_reference(o->problem, NULL, &s->least));
    return s->memory != NULL;
}

/* The target for a step from this loss. */
static double estimated(double *m, double loss)
{
    if (m[BOUND] == 0) {
        m[DELTA] = loss != 0 ? fabs(loss) : 1;
        m[RECORD] = m[BEST] = loss;
        m[PATH] = 0;
        return loss - m[DELTA];
    }
    m[BEST] = fmin(m[BEST], loss);
    const bool fell = loss <= m[RECORD] - m[DELTA] / 2;
    if (fell || m[PATH] > m[BOUND]) {
        m[DELTA] *= fell ? 1 : 0.5;
        m[RECORD] = m[BEST];
        m[PATH] = 0;
    }
    return m[RECORD] - m[DELTA];
}

static double least_loss(const struct ob_optimizer *o, double loss)
{
    const struct opts *opts = o->group_opts[0];
    const struct state *s = o->state;
    if (s->estimate)
        return estimated(s->memory, loss);
    return opts->minimum == TARGET ? opts->target : s->least;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct opts *opts = o->group_opts[0];
    const struct state *s = o->state;
    double level = least_loss(o, it->loss), t = 0;
    double square = ob_norm2_squared(it->problem->pool, it->grad);
    o->gauge[LEVEL][0] = level;
    if (square > 0)
        t = fmin(opts->max_lr,
                 optimizer_group_lr(o, 0, it->k) * (it->loss - level) / square);
    if (t <= 0 && square > 0) {
        t = 0;
        snprintf(o->note, sizeof o->note,
                 "the loss is not above what is taken for the least one, so there is no "
                 "step; minimum = estimate needs no such number");
    }
    it->lr = t;
    s->memory[PATH] += t * sqrt(square);
    if (s->memory[BOUND] == 0)
        s->memory[BOUND] = s->memory[PATH] / 10;
    ob_kernels(it->theta->dtype)->axpy(it->theta->n, -t, it->grad->data, it->theta->data);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_polyak = {
    .name = "polyak",
    .title = "Polyak step",
    .summary = "gradient descent whose length follows from how far the loss is above its "
               "minimum",
    .reference = "Polyak, Introduction to Optimization, 1987, section 5.3; "
                 "Brannlund 1993, Nedic, Bertsekas 2001 (estimate); Loizou et al. 2021 "
                 "(mini-batches)",
    .needs = OB_WHOLE_VECTOR,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .params = params,
    .equations = "theta = theta - lr (f - f*) / |g|^2 g\n"
                 "f* unknown: record - delta, delta halved after a long way without\n"
                 "a fall by delta / 2",
    .gauges = gauges,
    .step = step,
    .start = start,
};
