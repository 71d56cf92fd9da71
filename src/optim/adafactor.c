/*
 * Adafactor: second moments of a matrix kept as one number a row and one a column, with
 * the meaning of torch.optim.Adafactor (Shazeer, Stern 2018, "Adafactor: Adaptive
 * learning rates with sublinear memory cost", algorithms 4 to 6; eps1 stands at the
 * estimate, as in torch, not inside the means). For each tensor, at step t:
 *
 *   w = t^beta2_decay; rho = min(lr, 1 / sqrt(t)); alpha = max(eps2, RMS(theta)) rho
 *   R = R + w (mean over columns of G^2 - R); C = C + w (mean over rows of G^2 - C)
 *   V = R C / max(mean(R), eps1)
 *   U = G / max(sqrt(V), eps1); theta = (1 - lr weight_decay) theta
 *   theta = theta - alpha U / max(1, RMS(U) / d)
 *
 * Vectors and scalars have V = V + w (G^2 - V) itself. What torch computes for a tensor
 * of more than two dimensions, the last two as a matrix, is done with the first by the
 * others here, as everywhere in kron.h.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OB_REAL_BITS 64
#include "optbench/num/fpow.h"

#include "kron.h"
#include "optbench/base/mem.h"

struct opts {
    double lr, beta2_decay, eps1, eps2, d, weight_decay;
    bool maximize;
};

struct factors {
    double *row, *col; /* [rows], [cols] of a matrix */
    double *variance;  /* [n] of any other tensor */
};

struct state {
    struct factors *of; /* [pieces] */
    double *u;          /* [most elements] gradient, then update */
    double *theta;      /* [most elements] */
    double *sum;        /* [longest side] */
};

static const char *const counters[] = { "step", NULL };
enum { CLIP };
static const struct ob_gauge gauges[] = {
    { "update_rms", "root mean square of the update before it is clipped", true },
    { NULL, NULL, false },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1e-2, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "most that a step may be, in shares of the tensor's own size"),
    OB_REAL(struct opts, beta2_decay, .fallback = -0.8, .min = -INFINITY, .max = 0,
            .above_min = true, .live = true,
            .help = "power of the step's number that new squares come in with"),
    OB_REAL(struct opts, eps1, .min = 0, .max = INFINITY, .below_max = true,
            .zero_word = "auto", .live = true,
            .help = "least root of the estimate; auto is the rounding of the dtype"),
    OB_REAL(struct opts, eps2, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "least size of a tensor that its step is measured by"),
    OB_REAL(struct opts, d, .fallback = 1, .min = 1, .max = INFINITY, .live = true,
            .help = "root mean square from which on an update is clipped"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true,
            .help = "shrinks theta by lr * weight_decay, apart from the "
                    "gradient"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    struct kron_most most = kron_most(o);
    s->of = ob_xcalloc(o->pieces + 1, sizeof *s->of);
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, NULL);
        struct factors *f = &s->of[i];
        if (v.matrix) {
            if (!(f->row = kron_keep(o, "row_var", i, v.rows, err)) ||
                !(f->col = kron_keep(o, "col_var", i, v.cols, err)))
                return false;
        } else if (!(f->variance = kron_keep(o, "variance", i, v.n, err))) {
            return false;
        }
    }
    return (s->u = ob_alloc(most.n, sizeof *s->u, err)) &&
           (s->theta = ob_alloc(most.n, sizeof *s->theta, err)) &&
           (s->sum = ob_alloc(most.side, sizeof *s->sum, err));
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    free(s->of);
    free(s->u);
    free(s->theta);
    free(s->sum);
    memset(s, 0, sizeof *s);
}

/* What the squares of g are taken in with. */
struct intake {
    double w, eps1;
    double *sum; /* [cols] scratch */
};

/* Both factors take in the squares of g [rows * cols]; g becomes the update. */
static void precondition_matrix(const struct kron_view *v, const struct factors *f,
                                const struct intake *in, double *g)
{
    double mean = 0;
    memset(in->sum, 0, v->cols * sizeof *in->sum);
    for (size_t i = 0; i < v->rows; i++) {
        double squares = 0;
        for (size_t j = 0; j < v->cols; j++) {
            double square = g[i * v->cols + j] * g[i * v->cols + j];
            squares += square;
            in->sum[j] += square;
        }
        f->row[i] = kron_lerp(f->row[i], squares / (double)v->cols, in->w);
        mean += f->row[i];
    }
    mean = fmax(mean / (double)v->rows, in->eps1);
    for (size_t j = 0; j < v->cols; j++)
        f->col[j] = kron_lerp(f->col[j], in->sum[j] / (double)v->rows, in->w);
    for (size_t i = 0; i < v->rows; i++)
        for (size_t j = 0; j < v->cols; j++) {
            double estimate = f->row[i] * f->col[j] / mean;
            g[i * v->cols + j] *= 1 / sqrt(fmax(estimate, in->eps1 * in->eps1));
        }
}

static void precondition_vector(const struct kron_view *v, const struct factors *f,
                                const struct intake *in, double *g)
{
    for (size_t i = 0; i < v->n; i++) {
        f->variance[i] = kron_lerp(f->variance[i], g[i] * g[i], in->w);
        g[i] *= 1 / sqrt(fmax(f->variance[i], in->eps1 * in->eps1));
    }
}

static void step_piece(struct ob_optimizer *o, const struct ob_iterate *it,
                       const struct kron_view *v)
{
    const struct opts *opts = v->opts;
    const struct state *s = o->state;
    double t = (double)o->counter[0], root_n = sqrt((double)v->n);
    double rho = fmin(v->lr, 1 / sqrt(t));
    struct intake in = {
        .w = ob_pow_f64(t, opts->beta2_decay),
        .eps1 = opts->eps1 > 0 ? opts->eps1 : ob_dtype_eps(it->theta->dtype),
        .sum = s->sum,
    };
    struct ob_pool *pool = it->problem->pool;
    ob_vec_read(it->theta, v->offset, v->n, s->theta);
    ob_vec_read(it->grad, v->offset, v->n, s->u);
    for (size_t i = 0; opts->maximize && i < v->n; i++)
        s->u[i] = -s->u[i];
    double alpha = fmax(opts->eps2, kron_norm(pool, s->theta, v->n) / root_n) * rho;
    if (v->matrix)
        precondition_matrix(v, &s->of[v->piece], &in, s->u);
    else
        precondition_vector(v, &s->of[v->piece], &in, s->u);
    double rms = kron_norm(pool, s->u, v->n) / root_n,
           keep = 1 - v->lr * opts->weight_decay;
    double share = -alpha / fmax(1, rms / opts->d);
    o->gauge[CLIP][v->tensor] = rms;
    for (size_t i = 0; i < v->n; i++)
        s->theta[i] = s->theta[i] * keep + share * s->u[i];
    ob_vec_write(it->theta, v->offset, v->n, s->theta);
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    o->counter[0]++;
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, it);
        kron_say_rate(it, o, i, v.lr);
        step_piece(o, it, &v);
    }
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_adafactor = {
    .name = "adafactor",
    .title = "Adafactor",
    .summary =
        "second moments of a matrix by rows and columns, steps relative to its size",
    .reference =
        "Shazeer, Stern 2018, Adafactor, algorithms 4 to 6; torch.optim.Adafactor",
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .counter_names = counters,
    .params = params,
    .gauges = gauges,
    .equations = "w = t^beta2_decay; alpha = max(eps2, RMS(theta)) min(lr, 1 / sqrt(t))\n"
                 "R = R + w (row means of G^2 - R); C = C + w (column means of G^2 - C)\n"
                 "V = R C / mean(R); of a vector V = V + w (G^2 - V)\n"
                 "U = G / max(sqrt(V), eps1)\n"
                 "theta = (1 - lr weight_decay) theta - alpha U / max(1, RMS(U) / d)",
    .step = step,
    .start = start,
    .finish = finish,
};
