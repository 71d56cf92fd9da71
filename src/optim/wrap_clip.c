/*
 * Clipping of the gradient, as torch does it (torch.nn.utils.clip_grad_norm_ and
 * clip_grad_value_, its 1e-6 included), and unit by unit: adaptive gradient clipping,
 * Brock, De, Smith, Simonyan 2021 (High-performance large-scale image recognition without
 * normalization), equation 3, where a row of a matrix of weights is a unit and a vector
 * of biases is one as a whole.
 */
#include <math.h>

#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"
#include "optbench/optim/wrap.h"
#include "wrap_loops.h"

static const char *const norms[] = {
    [OB_CLIP_NORM2] = "2",
    [OB_CLIP_NORM1] = "1",
    [OB_CLIP_NORM_INF] = "inf",
    NULL,
};

const struct ob_param ob_clip_params[] = {
    OB_REAL(struct ob_clip_opts, max_norm, .min = 0, .max = INFINITY, .below_max = true,
            .zero_word = "none", .live = true,
            .help = "longest gradient of all parameters together; a longer one is "
                    "shortened to it"),
    OB_CHOICE(struct ob_clip_opts, norm_type, .choices = norms,
              .help = "the norm that max_norm is about"),
    OB_REAL(struct ob_clip_opts, clip_value, .min = 0, .max = INFINITY, .below_max = true,
            .zero_word = "none", .live = true,
            .help = "largest size of each component of the gradient"),
    OB_REAL(struct ob_clip_opts, clip_factor, .min = 0, .max = INFINITY,
            .below_max = true, .zero_word = "none", .live = true,
            .help = "longest gradient of a unit (a row of weights, a vector of biases) "
                    "as a share of the unit's own length: adaptive clipping, 0.01 is "
                    "usual"),
    OB_REAL(struct ob_clip_opts, eps, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .above_min = true, .live = true,
            .help = "least length of a unit in adaptive clipping, so that units of zeros "
                    "can learn"),
    { 0 },
};

static bool on(const void *opts)
{
    const struct ob_clip_opts *o = opts;
    return o->max_norm > 0 || o->clip_value > 0 || o->clip_factor > 0;
}

static double norm_of(const struct ob_problem *p, const struct ob_clip_opts *o,
                      const struct ob_vec *g)
{
    switch (o->norm_type) {
    case OB_CLIP_NORM1:
        return ob_norm1(p->pool, g);
    case OB_CLIP_NORM_INF:
        return ob_absmax(g);
    default:
        return ob_norm2(p->pool, g);
    }
}

/* A gradient that is no number stays one: the run ends and says so. */
static void by_norm(const struct ob_problem *p, const struct ob_clip_opts *o,
                    struct ob_vec *g)
{
    double share = o->max_norm / (norm_of(p, o, g) + 1e-6);
    if (share < 1)
        ob_kernels(p->dtype)->scale(g->n, share, g->data);
}

/* Elements [at, at + n) of a vector, lent. */
static struct ob_vec part(const struct ob_problem *p, const void *v, size_t at, size_t n)
{
    return (struct ob_vec){ p->dtype, n,
                            (char *)(uintptr_t)v + at * ob_dtype_size(p->dtype) };
}

static void by_unit(const struct ob_problem *p, const struct ob_clip_opts *o,
                    struct ob_vec unit, struct ob_vec g)
{
    double own = ob_norm2(NULL, &unit), length = ob_norm2(NULL, &g);
    double most = o->clip_factor * fmax(own, o->eps);
    if (length > most)
        ob_kernels(p->dtype)->scale(g.n, most / fmax(length, 1e-6), g.data);
}

static void by_units(const struct ob_problem *p, const struct ob_clip_opts *o,
                     const void *theta, void *grad)
{
    for (size_t i = 0; i < p->layout.count; i++) {
        const struct ob_tensor *t = &p->layout.tensor[i];
        size_t units = t->ndim > 1 ? (size_t)t->shape[0] : 1, each = t->size / units;
        for (size_t u = 0; u < units; u++)
            by_unit(p, o, part(p, theta, t->offset + u * each, each),
                    part(p, grad, t->offset + u * each, each));
    }
}

static void gradient(struct ob_wrapper *w, const void *theta, void *grad)
{
    const struct ob_clip_opts *o = w->opts;
    const struct ob_problem *p = w->problem;
    struct ob_vec g = { p->dtype, p->n, grad };
    if (o->clip_factor > 0)
        by_units(p, o, theta, grad);
    if (o->clip_value > 0)
        wrap_loops(p->dtype)->clamp(g.n, o->clip_value, grad);
    if (o->max_norm > 0)
        by_norm(p, o, &g);
}

const struct ob_wrapper_type ob_wrapper_clip = {
    .name = "clip",
    .title = "gradient clipping",
    .summary =
        "shortens gradients that are too long: as a whole, component by component, "
        "or unit by unit",
    .reference = "Pascanu, Mikolov, Bengio 2013, algorithm 1; torch.nn.utils; adaptive: "
                 "Brock et al. 2021, equation 3",
    .equations =
        "clip_factor: g_u = g_u * min(1, clip_factor * max(|w_u|, eps) / |g_u|)\n"
        "clip_value: g_i = min(max(g_i, -clip_value), clip_value)\n"
        "max_norm: g = g * min(1, max_norm / (|g| + 1e-6))",
    .opts_at = offsetof(struct ob_wrap_opts, clip),
    .params = ob_clip_params,
    .on = on,
    .gradient = gradient,
};
