/*
 * SOAP: Adam in the eigenbasis of Shampoo's preconditioner (Vyas et al. 2024, "SOAP:
 * Improving and stabilizing Shampoo using Adam", algorithm 3; operations and defaults of
 * the authors' soap.py). For a matrix with gradient G at step t:
 *
 *   G' = QL' G QR    M = beta1 M + (1 - beta1) G    V = beta2 V + (1 - beta2) G'^2
 *   N = QL (QL' M QR / (sqrt(V) + eps)) QR'
 *   theta = theta - lr sqrt(1 - beta2^t) / (1 - beta1^t) N, then
 *   theta = theta - lr weight_decay theta
 *   L = L + (1 - shampoo_beta) (G G' - L)    R = R + (1 - shampoo_beta) (G' G - R)
 *
 * and every precondition_frequency steps Q = Q of L Q = Q R (algorithm 4), with columns
 * and V put in the order of falling eigenvalues first. The first gradient only makes L, R
 * and their eigenbases: the first step moves nothing and is not counted.
 *
 * M is kept in the original space, as in the paper; the authors' later code turns it with
 * the basis, which is the same but for rounding. A side longer than max_precond_dim has
 * no basis. Vectors and scalars are Adam's, vectors have a basis with precondition_1d.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kron.h"
#include "optbench/base/mem.h"
#include "optbench/num/spectral.h"
#include "power.h"

struct opts {
    double lr, beta1, beta2, shampoo_beta, eps, weight_decay;
    int64_t precondition_frequency, max_precond_dim;
    bool precondition_1d, normalize_grads, correct_bias;
};

struct factors {
    struct kron_side left, right; /* running means of G G' and G' G */
    struct kron_sides basis;      /* QL, QR: eigenvectors in columns */
    double *off;                  /* [1] kept, for the gauge */
};

struct state {
    struct factors *of;          /* [pieces] */
    double *g, *v, *m, *scratch; /* [most elements] */
    double *a, *work;            /* of the longest side that has a basis */
    double *value;               /* [that side] */
    size_t *order;               /* [that side] */
};

enum { EXP_AVG, EXP_AVG_SQ, SLOTS };
static const char *const slots[] = { "exp_avg", "exp_avg_sq" };
static const char *const counters[] = { "step", NULL };
static const struct ob_gauge gauges[] = {
    { "basis_error", "share of the factors that is off the diagonal in their bases",
      true },
    { NULL, NULL, false },
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 3e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, beta1, .fallback = 0.95, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, beta2, .fallback = 0.95, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of squares that is kept"),
    OB_REAL(struct opts, shampoo_beta, .fallback = -1, .min = -1, .max = 1,
            .below_max = true, .live = true,
            .help = "share of the factors' running means that is kept; below 0 it is "
                    "beta2"),
    OB_REAL(struct opts, eps, .fallback = 1e-8, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "added to the root, against division by zero"),
    OB_REAL(struct opts, weight_decay, .fallback = 0.01, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "shrinks theta by lr * weight_decay after the step"),
    OB_INTEGER(struct opts, precondition_frequency, .fallback = 10, .min = 1,
               .max = INFINITY, .live = true, .unit = "steps",
               .help = "how often the bases follow their factors"),
    OB_INTEGER(struct opts, max_precond_dim, .fallback = 10000, .min = 0, .max = INFINITY,
               .help = "sides longer than this have no basis"),
    OB_BOOLEAN(struct opts, precondition_1d, .help = "vectors have a basis, too"),
    OB_BOOLEAN(struct opts, normalize_grads, .live = true,
               .help = "bring the root mean square of each tensor's update to 1"),
    OB_BOOLEAN(struct opts, correct_bias, .fallback = 1, .live = true,
               .help = "divide both means by what is missing from them"),
    { 0 },
};

static bool start_side(struct ob_optimizer *o, size_t i, bool right, size_t n,
                       struct ob_err *err)
{
    struct factors *f = &((struct state *)o->state)->of[i];
    const struct opts *opts = o->group_opts[o->piece[i].group];
    struct kron_side *mean = right ? &f->right : &f->left;
    struct kron_side *basis = right ? &f->basis.right : &f->basis.left;
    *mean = *basis = (struct kron_side){ .n = n };
    if (n > (size_t)opts->max_precond_dim)
        return true;
    return (mean->x = kron_keep(o, right ? "right" : "left", i, n * n, err)) &&
           (basis->x = kron_keep(o, right ? "right_basis" : "left_basis", i, n * n, err));
}

/* The longest side that has a basis. */
static size_t longest(const struct state *s, size_t pieces)
{
    size_t most = 1;
    for (size_t i = 0; i < pieces; i++) {
        const struct kron_side *side[] = { &s->of[i].left, &s->of[i].right };
        for (size_t k = 0; k < 2; k++)
            if (side[k]->x && side[k]->n > most)
                most = side[k]->n;
    }
    return most;
}

static bool start_pieces(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    s->of = ob_xcalloc(o->pieces + 1, sizeof *s->of);
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, NULL);
        const struct opts *opts = v.opts;
        struct factors *f = &s->of[i];
        bool vector = o->problem->layout.tensor[v.tensor].ndim == 1;
        f->basis =
            (struct kron_sides){ .rows = v.rows, .cols = v.cols, .scratch = s->scratch };
        if (((v.matrix || (vector && opts->precondition_1d)) &&
             !start_side(o, i, false, v.rows, err)) ||
            (v.matrix && !start_side(o, i, true, v.cols, err)) ||
            !(f->off = kron_keep(o, "basis_error", i, 1, err)))
            return false;
    }
    return true;
}

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    size_t most = kron_most(o).n;
    if (!(s->g = ob_alloc(most, sizeof *s->g, err)) ||
        !(s->v = ob_alloc(most, sizeof *s->v, err)) ||
        !(s->m = ob_alloc(most, sizeof *s->m, err)) ||
        !(s->scratch = ob_alloc(most, sizeof *s->scratch, err)) || !start_pieces(o, err))
        return false;
    size_t side = longest(s, o->pieces);
    return (s->a = ob_alloc(side * side, sizeof *s->a, err)) &&
           (s->work = ob_alloc(ob_spectral_work(side), sizeof *s->work, err)) &&
           (s->value = ob_alloc(side, sizeof *s->value, err)) &&
           (s->order = ob_alloc(side, sizeof *s->order, err));
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    void *own[] = {
        s->of, s->g, s->v, s->m, s->scratch, s->a, s->work, s->value, s->order
    };
    for (size_t i = 0; i < OB_COUNT(own); i++)
        free(own[i]);
    memset(s, 0, sizeof *s);
}

/* ---- bases ---- */

static void gather(struct ob_pool *pool, const struct kron_view *v, const double *g,
                   struct factors *f)
{
    const struct opts *opts = v->opts;
    double beta = opts->shampoo_beta >= 0 ? opts->shampoo_beta : opts->beta2;
    const struct kron_side side[] = { f->left, f->right };
    for (size_t k = 0; k < 2; k++)
        if (side[k].x)
            kron_gram(pool, &(struct kron_gram){ g, v->rows, v->cols, k == 1, side[k],
                                                 1 - beta, beta });
}

/* What holds NaN or infinity makes a basis of NaN, and so theta, where the trainer sees
 * it. */
static void spoil(const struct kron_side *basis)
{
    for (size_t i = 0; i < basis->n * basis->n; i++)
        basis->x[i] = NAN;
}

/* The first basis: eigenvectors, the largest eigenvalue first. */
static void begin_basis(struct state *s, const struct kron_side *mean,
                        const struct kron_side *basis)
{
    size_t n = mean->n;
    if (!mean->x)
        return;
    memcpy(s->a, mean->x, n * n * sizeof *s->a);
    if (!ob_eigenbasis(n, s->a, s->value, basis->x, s->work)) {
        spoil(basis);
        return;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n / 2; j++) {
            double t = basis->x[i * n + j];
            basis->x[i * n + j] = basis->x[i * n + n - 1 - j];
            basis->x[i * n + n - 1 - j] = t;
        }
}

/* order [n]: falling values, equal ones as they stood. */
static void sort_falling(size_t n, const double *value, size_t *order)
{
    for (size_t i = 0; i < n; i++) {
        size_t j = i;
        for (; j > 0 && value[order[j - 1]] < value[i]; j--)
            order[j] = order[j - 1];
        order[j] = i;
    }
}

/* The squares go with the columns of their basis. */
static void reorder(struct state *s, const struct kron_view *v, bool right)
{
    memcpy(s->scratch, s->v, v->n * sizeof *s->v);
    for (size_t i = 0; i < v->rows; i++)
        for (size_t j = 0; j < v->cols; j++) {
            size_t from = right ? i * v->cols + s->order[j] : s->order[i] * v->cols + j;
            s->v[i * v->cols + j] = s->scratch[from];
        }
}

/* a holds mean Q, value the diagonal of Q' mean Q: how much of the matrix is beside it,
 * 0 where Q are eigenvectors, as a share of squares. */
static double off_diagonal(const struct state *s, size_t n)
{
    double all = 0, on = 0;
    for (size_t i = 0; i < n * n; i++)
        all += s->a[i] * s->a[i];
    for (size_t i = 0; i < n; i++)
        on += s->value[i] * s->value[i];
    return all > 0 ? fmax(0, 1 - on / all) : 0;
}

/* One round of power iteration and a QR factorisation (algorithm 4). Returns how far the
 * basis was from that of its factor. */
static double follow_basis(struct ob_optimizer *o, struct ob_pool *pool,
                           const struct kron_view *v, bool right)
{
    struct state *s = o->state;
    struct factors *f = &s->of[v->piece];
    const struct kron_side *mean = right ? &f->right : &f->left;
    const struct kron_side *basis = right ? &f->basis.right : &f->basis.left;
    size_t n = mean->n;
    if (!mean->x)
        return 0;
    struct mat m = { mean->x, n, n, false }, q = { basis->x, n, n, false };
    struct mat power = { s->a, n, n, false };
    kron_times(pool, m, q, power);
    memset(s->value, 0, n * sizeof *s->value);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            s->value[j] += basis->x[i * n + j] * s->a[i * n + j];
    double off = off_diagonal(s, n);
    sort_falling(n, s->value, s->order);
    reorder(s, v, right);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            basis->x[i * n + j] = s->a[i * n + s->order[j]];
    if (!ob_orthonormal(n, basis->x, s->work))
        spoil(basis);
    return off;
}

static void begin_piece(struct ob_optimizer *o, const struct ob_iterate *it,
                        const struct kron_view *v)
{
    struct state *s = o->state;
    struct factors *f = &s->of[v->piece];
    ob_vec_read(it->grad, v->offset, v->n, s->g);
    gather(it->problem->pool, v, s->g, f);
    begin_basis(s, &f->left, &f->basis.left);
    begin_basis(s, &f->right, &f->basis.right);
}

/* ---- the step ---- */

/* m becomes the direction: both means advance by g and meet in the basis. */
static void adam(struct ob_optimizer *o, struct ob_pool *pool, const struct kron_view *v)
{
    struct state *s = o->state;
    const struct opts *opts = v->opts;
    const struct kron_sides *basis = &s->of[v->piece].basis;
    ob_vec_read(&o->slot[EXP_AVG], v->offset, v->n, s->m);
    ob_vec_read(&o->slot[EXP_AVG_SQ], v->offset, v->n, s->v);
    for (size_t i = 0; i < v->n; i++)
        s->m[i] = s->m[i] * opts->beta1 + (1 - opts->beta1) * s->g[i];
    ob_vec_write(&o->slot[EXP_AVG], v->offset, v->n, s->m);
    kron_apply(pool, basis, true, s->g);
    kron_apply(pool, basis, true, s->m);
    for (size_t i = 0; i < v->n; i++) {
        s->v[i] = s->v[i] * opts->beta2 + (1 - opts->beta2) * (s->g[i] * s->g[i]);
        s->m[i] /= sqrt(s->v[i]) + opts->eps;
    }
    kron_apply(pool, basis, false, s->m);
}

static double length(const struct kron_view *v, uint64_t t)
{
    const struct opts *opts = v->opts;
    const double least = 0x1p-60; /* 1 less this is 1 */
    if (!opts->correct_bias)
        return v->lr;
    return v->lr * sqrt(1 - power(opts->beta2, t, least)) /
           (1 - power(opts->beta1, t, least));
}

static void step_piece(struct ob_optimizer *o, const struct ob_iterate *it,
                       const struct kron_view *v)
{
    struct state *s = o->state;
    const struct opts *opts = v->opts;
    struct ob_pool *pool = it->problem->pool;
    struct factors *f = &s->of[v->piece];
    uint64_t t = o->counter[0] - 1;
    ob_vec_read(it->grad, v->offset, v->n, s->g);
    adam(o, pool, v);
    double size = length(v, t), decay = v->lr * opts->weight_decay;
    if (opts->normalize_grads)
        size /= 1e-30 + kron_norm(pool, s->m, v->n) / sqrt((double)v->n);
    for (size_t i = 0; i < v->n; i++) {
        double theta = ob_vec_get(it->theta, v->offset + i) - size * s->m[i];
        ob_vec_set(it->theta, v->offset + i, theta - decay * theta);
    }
    ob_vec_read(it->grad, v->offset, v->n, s->g);
    gather(pool, v, s->g, f);
    if (t % (uint64_t)opts->precondition_frequency == 0) {
        double left = follow_basis(o, pool, v, false);
        *f->off = fmax(left, follow_basis(o, pool, v, true));
    }
    ob_vec_write(&o->slot[EXP_AVG_SQ], v->offset, v->n, s->v);
    o->gauge[0][v->tensor] = *f->off;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    o->counter[0]++;
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, it);
        bool begins = o->counter[0] == 1;
        kron_say_rate(it, o, i, begins ? 0 : v.lr); /* 0: no rule may take it for rest */
        if (begins)
            begin_piece(o, it, &v);
        else
            step_piece(o, it, &v);
    }
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_soap = {
    .name = "soap",
    .title = "SOAP",
    .summary = "Adam in the eigenbasis of Shampoo's preconditioner",
    .reference = "Vyas et al. 2024, SOAP, algorithms 3 and 4; the authors' soap.py",
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = SLOTS,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .gauges = gauges,
    .equations =
        "M = beta1 M + (1 - beta1) G\n"
        "V = beta2 V + (1 - beta2) (QL' G QR)^2\n"
        "theta = theta - lr QL (QL' M QR / (sqrt(V) + eps)) QR', bias corrected\n"
        "theta = theta - lr weight_decay theta\n"
        "QL, QR: eigenbases of the running means of G G' and G' G",
    .step = step,
    .start = start,
    .finish = finish,
};
