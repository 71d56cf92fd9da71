/*
 * Proximal gradient, or ISTA where the smooth part is least squares: Beck, Teboulle 2009
 * (A fast iterative shrinkage-thresholding algorithm for linear inverse problems),
 * equation 1.4 and section 3; Daubechies, Defrise, De Mol 2004.
 */
#include <math.h>

#include "proximal.h"
#include "rate.h"

struct state {
    struct ob_vec next;
    double *most; /* [1] kept: see proximal_step() */
};

static const struct ob_param params[] = { PROXIMAL_PARAMS(struct proximal_opts), { 0 } };

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    s->most = ob_optimizer_keep(o, "proximal.rate", OB_F64, 1, err);
    return s->most && ob_vec_init(&s->next, o->problem->dtype, o->problem->n, err);
}

static void finish(struct ob_optimizer *o)
{
    ob_vec_finish(&((struct state *)o->state)->next);
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *s = o->state;
    const struct proximal_point here = { it->theta, it->grad, it->loss };
    it->lr = optimizer_group_lr(o, 0, it->k);
    if (!proximal_step(o, o->group_opts[0], &here, &it->lr, s->most, &s->next))
        return OB_STEP_STUCK;
    ob_vec_copy(it->theta, &s->next);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_proximal_gradient = {
    .name = "proximal_gradient",
    .title = "proximal gradient",
    .summary = "gradient descent that takes l1 by its soft threshold, so that weights "
               "become exactly 0 (ISTA)",
    .reference = "Daubechies, Defrise, De Mol 2004; Beck, Teboulle 2009, equation 1.4",
    .needs = OB_PROXIMAL | OB_WHOLE_VECTOR,
    .opts_size = sizeof(struct proximal_opts),
    .state_size = sizeof(struct state),
    .params = params,
    .equations = "z = theta - lr * g, g without the l1 term\n"
                 "theta = sign(z) * max(|z| - lr * l1, 0), biases theta = z",
    .step = step,
    .start = start,
    .finish = finish,
};
