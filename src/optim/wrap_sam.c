/*
 * Sharpness-aware minimisation: the gradient at the worst point near theta in place of
 * that at theta.
 *
 *   SAM   Foret, Kleiner, Mobahi, Neyshabur 2021, equations 2 and 3 with p = 2
 *   ASAM  Kwon, Kim, Park, Choi 2021, algorithm 1 with T_w = |w|
 *
 * Both lay 1e-12 over the norm, as the implementations that people use do, so that a
 * gradient of zero stays one. The second evaluation is of the same rows with the same
 * units left out.
 */
#include <math.h>

#include "optbench/num/reduce.h"
#include "optbench/optim/wrap.h"
#include "wrap_loops.h"

const struct ob_param ob_sam_params[] = {
    OB_REAL(struct ob_sam_opts, rho, .min = 0, .max = INFINITY, .below_max = true,
            .zero_word = "none", .live = true,
            .help = "how far uphill the gradient is looked for, in the 2-norm: 0.05 is "
                    "usual, 0.5 where it is adaptive; none: no SAM"),
    OB_BOOLEAN(struct ob_sam_opts, adaptive,
               .help = "distances in relation to each parameter's size (ASAM)"),
    { 0 },
};

static bool on(const void *opts)
{
    return ((const struct ob_sam_opts *)opts)->rho > 0;
}

static void gradient(struct ob_wrapper *w, const void *theta, void *grad)
{
    const struct ob_sam_opts *o = w->opts;
    struct ob_problem *p = w->problem;
    struct ob_vec *at = &w->work[0];
    const struct wrap_loops *loops = wrap_loops(p->dtype);
    const struct ob_vec g = { p->dtype, p->n, grad };
    double norm;
    if (o->rho == 0) /* set so while the run goes on */
        return;
    if (o->adaptive) {
        loops->weigh(p->n, theta, grad, at->data);
        norm = ob_norm2(p->pool, at);
    } else {
        norm = ob_norm2(p->pool, &g);
    }
    loops->uphill(p->n, o->rho / (norm + 1e-12), o->adaptive, theta, grad, at->data);
    struct ob_eval e;
    ob_problem_eval(p, at->data, grad, &e);
}

const struct ob_wrapper_type ob_wrapper_sam = {
    .name = "sam",
    .title = "sharpness-aware minimisation",
    .summary = "goes by the gradient a little uphill, so that flat minima win; each step "
               "evaluates twice",
    .reference = "Foret et al. 2021; adaptive: Kwon et al. 2021 (ASAM)",
    .equations = "e = rho * g / |g|\n"
                 "adaptive: e = rho * theta^2 * g / ||theta| * g|\n"
                 "g = gradient at theta + e",
    .opts_at = offsetof(struct ob_wrap_opts, sam),
    .params = ob_sam_params,
    .work = 1,
    .on = on,
    .gradient = gradient,
};
