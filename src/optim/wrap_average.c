/*
 * Averages of the parameters along the way, with the semantics of
 * torch.optim.swa_utils.AveragedModel: the first update takes theta as it is.
 *
 *   ema  Polyak, Juditsky 1992, in its exponential form: get_ema_multi_avg_fn()
 *   swa  Izmailov, Podoprikhin, Garipov, Vetrov, Wilson 2018, algorithm 1: the mean
 *
 * Both are the step of lerp(mean, theta, weight) as torch computes it.
 */
#include <math.h>

#include "optbench/optim/wrap.h"
#include "wrap_loops.h"

static const char *const kinds[] = {
    [OB_AVERAGE_NONE] = "none",
    [OB_AVERAGE_EMA] = "ema",
    [OB_AVERAGE_SWA] = "swa",
    NULL,
};

const struct ob_param ob_average_params[] = {
    OB_CHOICE(struct ob_average_opts, kind, .choices = kinds,
              .help = "ema: exponential moving average; swa: mean of all (stochastic "
                      "weight averaging); the average is measured in average_loss, the "
                      "optimizer never sees it"),
    OB_REAL(struct ob_average_opts, decay, .fallback = 0.999, .min = 0, .max = 1,
            .live = true, .help = "of ema: what the average keeps of itself"),
    OB_INTEGER(struct ob_average_opts, start, .fallback = 1, .min = 1, .max = 1e15,
               .unit = "steps", .help = "the step from which on it is taken"),
    OB_INTEGER(struct ob_average_opts, every, .fallback = 1, .min = 1, .max = 1e15,
               .unit = "steps", .help = "steps from one update to the next"),
    { 0 },
};

static bool on(const void *opts)
{
    return ((const struct ob_average_opts *)opts)->kind != OB_AVERAGE_NONE;
}

static double weight(const struct ob_average_opts *o, uint64_t count)
{
    return o->kind == OB_AVERAGE_EMA ? 1 - o->decay : 1 / (double)(count + 1);
}

static void after(struct ob_wrapper *w, struct ob_vec *theta, uint64_t k)
{
    const struct ob_average_opts *o = w->opts;
    const uint64_t start = (uint64_t)o->start, every = (uint64_t)o->every;
    if (w->count == 0 && k < start)
        ob_vec_copy(&w->kept, theta); /* what is saved is then no nonsense */
    if (k < start || (k - start) % every != 0)
        return;
    if (w->count == 0)
        ob_vec_copy(&w->kept, theta);
    else
        wrap_loops(theta->dtype)
            ->lerp(theta->n, weight(o, w->count), theta->data, w->kept.data);
    w->count++;
}

const struct ob_wrapper_type ob_wrapper_average = {
    .name = "average",
    .title = "averaged parameters",
    .summary =
        "keeps a mean of the parameters along the way, which is measured and saved "
        "beside them",
    .reference = "ema: Polyak, Juditsky 1992; swa: Izmailov et al. 2018, algorithm 1; "
                 "torch.optim.swa_utils",
    .equations = "ema: mean = decay * mean + (1 - decay) * theta\n"
                 "swa: mean = mean + (theta - mean) / (n + 1)",
    .opts_at = offsetof(struct ob_wrap_opts, average),
    .params = ob_average_params,
    .keeps = true,
    .count_key = "average.count",
    .on = on,
    .after = after,
};
