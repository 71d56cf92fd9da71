/*
 * Muon: momentum, orthogonalised for each matrix by Newton and Schulz's iteration, with
 * the meaning of torch.optim.Muon (Jordan et al. 2024, "Muon: An optimizer for hidden
 * layers in neural networks"; decay and the length of the step after Liu et al. 2025,
 * "Muon is scalable for LLM training", and Bernstein 2025, "Deriving Muon"):
 *
 *   B = B + (1 - momentum) (G - B)
 *   U = G + momentum (B - G) with nesterov, else B
 *   X = U / max(|U|_F, eps); ns_steps times X = a X + (b A + c A A) X, A = X X'
 *   theta = (1 - lr weight_decay) theta - lr' X, lr' by adjust_lr_fn
 *
 * torch makes the iteration in bfloat16, which moves its result by 1 % of its norm (128 x
 * 784) to 5 % (3 x 2). Here it is in the dtype of the run, and so is the reference that
 * `optbench parity` compares with: torch's own code, but for that dtype.
 *
 * It takes matrices alone, and torch refuses other tensors. Vectors and scalars get AdamW
 * here, with keys of their own, as the authors' MuonWithAuxAdam has it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kron.h"
#include "optbench/base/mem.h"
#include "optbench/num/reduce.h"
#include "power.h"

enum adjust { ORIGINAL, MATCH_RMS_ADAMW, SPECTRAL_UNCLAMPED };
static const char *const adjust_names[] = { "original", "match_rms_adamw",
                                            "spectral_unclamped", NULL };

struct opts {
    double lr, weight_decay, momentum, eps;
    double adamw_lr, adamw_beta1, adamw_beta2, adamw_eps, adamw_weight_decay;
    struct ob_reals ns_coefficients;
    int64_t ns_steps;
    int adjust_lr_fn;
    bool nesterov;
};

struct state {
    void *x, *next;    /* [most elements] of the dtype: the iterate */
    void *gram, *poly; /* [most shorter side ^ 2] */
    double *row;       /* [longest side] */
};

enum { MOMENTUM_BUFFER, EXP_AVG, EXP_AVG_SQ, SLOTS };
static const char *const slots[] = { "momentum_buffer", "exp_avg", "exp_avg_sq" };
static const char *const counters[] = { "step", NULL };

#define NOT_NEGATIVE .min = 0, .max = INFINITY, .below_max = true, .live = true

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-3, NOT_NEGATIVE,
            .help = "learning rate of matrices"),
    OB_REAL(struct opts, weight_decay, .fallback = 0.1, NOT_NEGATIVE,
            .help = "shrinks matrices by lr * weight_decay, apart from the gradient"),
    OB_REAL(struct opts, momentum, .fallback = 0.95, .min = 0, .max = 1, .live = true,
            .help = "share of the running mean of gradients that is kept"),
    OB_BOOLEAN(struct opts, nesterov, .fallback = 1, .live = true,
               .help = "look ahead along the buffer"),
    OB_REALS(struct opts, ns_coefficients, .fallback_text = "3.4445, -4.775, 2.0315",
             .help = "a, b and c of the Newton-Schulz iteration"),
    OB_REAL(struct opts, eps, .fallback = 1e-7, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "least norm that the momentum is divided by"),
    OB_INTEGER(struct opts, ns_steps, .fallback = 5, .min = 0, .max = 99, .live = true,
               .help = "Newton-Schulz iterations"),
    OB_CHOICE(struct opts, adjust_lr_fn, .choices = adjust_names, .live = true,
              .help = "how lr follows from the shape: sqrt(max(1, rows / cols)), 0.2 "
                      "sqrt(max(rows, cols)), sqrt(rows / cols)"),
    OB_REAL(struct opts, adamw_lr, .fallback = 3e-4, NOT_NEGATIVE,
            .help = "learning rate of vectors and scalars, which AdamW moves"),
    OB_REAL(struct opts, adamw_beta1, .fallback = 0.9, .min = 0, .max = 1,
            .below_max = true, .live = true, .help = "their beta1"),
    OB_REAL(struct opts, adamw_beta2, .fallback = 0.95, .min = 0, .max = 1,
            .below_max = true, .live = true, .help = "their beta2"),
    OB_REAL(struct opts, adamw_eps, .fallback = 1e-10, NOT_NEGATIVE,
            .help = "added to their root"),
    OB_REAL(struct opts, adamw_weight_decay, NOT_NEGATIVE,
            .help = "their decay, apart from the gradient"),
    { 0 },
};

static bool check(const void *opts, struct ob_err *err)
{
    const struct opts *s = opts;
    if (s->ns_coefficients.n != 3)
        return ob_fail(err, OB_ECONFIG,
                       "ns_coefficients: three numbers are needed, not %zu",
                       s->ns_coefficients.n);
    return true;
}

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    struct kron_most most = kron_most(o);
    size_t size = ob_dtype_size(o->problem->dtype), shorter = 1;
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, NULL);
        size_t side = v.rows < v.cols ? v.rows : v.cols;
        shorter = side > shorter ? side : shorter;
    }
    return (s->x = ob_alloc(most.n, size, err)) &&
           (s->next = ob_alloc(most.n, size, err)) &&
           (s->gram = ob_alloc(shorter * shorter, size, err)) &&
           (s->poly = ob_alloc(shorter * shorter, size, err)) &&
           (s->row = ob_alloc(2 * most.side, sizeof *s->row, err));
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    free(s->x);
    free(s->next);
    free(s->gram);
    free(s->poly);
    free(s->row);
    memset(s, 0, sizeof *s);
}

/* The vector behind n numbers of the dtype, for calls that want one. */
static struct ob_vec as_vec(const struct ob_optimizer *o, void *data, size_t n)
{
    return (struct ob_vec){ .dtype = o->problem->dtype, .n = n, .data = data };
}

/* One row of the buffer and of what it makes of the gradient, which goes into x: as a
 * column where x has the matrix transposed. */
static void advance_row(struct ob_optimizer *o, const struct ob_iterate *it,
                        const struct kron_view *v, size_t i)
{
    const struct opts *opts = v->opts;
    struct state *s = o->state;
    struct ob_vec x = as_vec(o, s->x, v->n);
    size_t at = v->offset + i * v->cols;
    double *b = s->row, *g = b + v->cols, w = 1 - opts->momentum;
    bool tall = v->rows > v->cols;
    ob_vec_read(&o->slot[MOMENTUM_BUFFER], at, v->cols, b);
    ob_vec_read(it->grad, at, v->cols, g);
    for (size_t j = 0; j < v->cols; j++)
        b[j] = kron_lerp(b[j], g[j], w);
    ob_vec_write(&o->slot[MOMENTUM_BUFFER], at, v->cols, b);
    for (size_t j = 0; opts->nesterov && j < v->cols; j++)
        b[j] = kron_lerp(g[j], b[j], opts->momentum);
    for (size_t j = 0; tall && j < v->cols; j++)
        ob_vec_set(&x, j * v->rows + i, b[j]);
    if (!tall)
        ob_vec_write(&x, i * v->cols, v->cols, b);
}

/* The iteration on x, r x c with r <= c, in place. */
static void orthogonalise(struct ob_optimizer *o, struct ob_pool *pool,
                          const struct kron_view *v)
{
    struct state *s = o->state;
    const struct opts *opts = v->opts;
    const double *ns = opts->ns_coefficients.item;
    enum ob_dtype dtype = o->problem->dtype;
    size_t r = v->rows < v->cols ? v->rows : v->cols, c = v->n / r;
    struct ob_vec whole = as_vec(o, s->x, v->n);
    double norm = fmax(ob_norm2(pool, &whole), opts->eps);
    for (size_t i = 0; i < r; i++) {
        ob_vec_read(&whole, i * c, c, s->row);
        for (size_t j = 0; j < c; j++)
            s->row[j] /= norm;
        ob_vec_write(&whole, i * c, c, s->row);
    }
    for (int64_t k = 0; k < opts->ns_steps; k++) {
        struct mat x = { s->x, r, c, false }, xt = { s->x, r, c, true };
        struct mat gram = { s->gram, r, r, false }, poly = { s->poly, r, r, false };
        struct mat next = { s->next, r, c, false };
        kron_multiply(pool, dtype, &(struct kron_product){ x, xt, gram, 1, 0 });
        memcpy(s->poly, s->gram, r * r * ob_dtype_size(dtype));
        kron_multiply(pool, dtype,
                      &(struct kron_product){ gram, gram, poly, ns[2], ns[1] });
        memcpy(s->next, s->x, v->n * ob_dtype_size(dtype));
        kron_multiply(pool, dtype, &(struct kron_product){ poly, x, next, 1, ns[0] });
        void *t = s->x;
        s->x = s->next;
        s->next = t;
    }
}

static double adjusted(const struct kron_view *v)
{
    const struct opts *opts = v->opts;
    double a = (double)v->rows, b = (double)v->cols;
    switch (opts->adjust_lr_fn) {
    case MATCH_RMS_ADAMW:
        return v->lr * (0.2 * sqrt(fmax(a, b)));
    case SPECTRAL_UNCLAMPED:
        return v->lr * sqrt(a / b);
    default:
        return v->lr * sqrt(fmax(1, a / b));
    }
}

static void step_matrix(struct ob_optimizer *o, const struct ob_iterate *it,
                        const struct kron_view *v)
{
    const struct opts *opts = v->opts;
    struct state *s = o->state;
    double rate = adjusted(v), keep = 1 - v->lr * opts->weight_decay;
    bool tall = v->rows > v->cols;
    for (size_t i = 0; i < v->rows; i++)
        advance_row(o, it, v, i);
    orthogonalise(o, it->problem->pool, v);
    struct ob_vec x = as_vec(o, s->x, v->n);
    for (size_t i = 0; i < v->rows; i++) {
        size_t at = v->offset + i * v->cols;
        double *theta = s->row;
        ob_vec_read(it->theta, at, v->cols, theta);
        for (size_t j = 0; j < v->cols; j++) {
            double u = ob_vec_get(&x, tall ? j * v->rows + i : i * v->cols + j);
            theta[j] = theta[j] * keep + -rate * u;
        }
        ob_vec_write(it->theta, at, v->cols, theta);
    }
}

/* AdamW (Loshchilov, Hutter 2019, algorithm 2). */
static void step_vector(struct ob_optimizer *o, const struct ob_iterate *it,
                        const struct kron_view *v)
{
    const struct opts *s = v->opts;
    const double least = 0x1p-60; /* 1 less this is 1 */
    uint64_t t = o->counter[0];
    double lr = ob_schedule_rate(o->schedule, s->adamw_lr, it->k);
    double rate = lr / (1 - power(s->adamw_beta1, t, least));
    double root = sqrt(1 - power(s->adamw_beta2, t, least));
    for (size_t i = v->offset; i < v->offset + v->n; i++) {
        double g = ob_vec_get(it->grad, i), theta = ob_vec_get(it->theta, i);
        double m = kron_lerp(ob_vec_get(&o->slot[EXP_AVG], i), g, 1 - s->adamw_beta1);
        double q = ob_vec_get(&o->slot[EXP_AVG_SQ], i) * s->adamw_beta2 +
                   (1 - s->adamw_beta2) * g * g;
        ob_vec_set(&o->slot[EXP_AVG], i, m);
        ob_vec_set(&o->slot[EXP_AVG_SQ], i, q);
        theta *= 1 - lr * s->adamw_weight_decay;
        ob_vec_set(it->theta, i, theta - rate * (m / (sqrt(q) / root + s->adamw_eps)));
    }
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    o->counter[0]++;
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, it);
        kron_say_rate(it, o, i, v.lr);
        if (v.matrix)
            step_matrix(o, it, &v);
        else
            step_vector(o, it, &v);
    }
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_muon = {
    .name = "muon",
    .title = "Muon",
    .summary = "momentum with all singular values of a matrix brought to about one",
    .reference =
        "Jordan et al. 2024, Muon; Liu et al. 2025, Muon is scalable for LLM "
        "training; torch.optim.Muon, in the dtype of the run instead of bfloat16",
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = SLOTS,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .equations = "B = B + (1 - momentum) (G - B)\n"
                 "U = G + momentum (B - G) with nesterov, else B\n"
                 "X = U / |U|; ns_steps times X = a X + (b A + c A A) X, A = X X'\n"
                 "theta = (1 - lr weight_decay) theta - lr sqrt(max(1, rows / cols)) X\n"
                 "vectors and scalars: AdamW with adamw_lr",
    .step = step,
    .start = start,
    .finish = finish,
    .check = check,
};
