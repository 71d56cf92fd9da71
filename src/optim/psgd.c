/*
 * PSGD with a Kronecker-factored preconditioner that whitens gradients (Li 2018,
 * "Preconditioned stochastic gradient descent"; Pooladzandi, Li 2024, "Curvature-informed
 * SGD via general purpose Lie-group preconditioners"; operations and defaults of Kron in
 * kron_torch 0.3). The preconditioner of a matrix is P = (Q2' Q2) x (Q1' Q1) of upper
 * triangular Q1 and Q2, moved on their Lie groups so that P G has unit covariance. With M
 * the momentum without its bias and V normal noise of its shape:
 *
 *   M = M + sqrt(2^-23) mean|M| V                     (where Q is updated)
 *   A = Q1 M Q2'    B = Q1^-T V Q2^-1
 *   Q1 = Q1 - precond_lr triu(A A' - B B') Q1 / |A A' + B B'|, Q2 with A' A, B' B
 *   U = Q1' Q1 M Q2' Q2, brought down to a root mean square of 1.1 where it is more
 *   theta = theta - lr (U + weight_decay theta)       (decay of matrices alone)
 *
 * |.| is a lower bound of the spectral norm. Q has a diagonal for a side of one element
 * or more than max_size_triangular, and for vectors and scalars. How often Q is updated
 * falls from each step to one in 33 along a schedule. Sides are balanced, so that their
 * largest entries agree, with every 100th update; the authors draw it by lot with that
 * frequency. V is drawn from Philox by the numbers of step and element.
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OB_REAL_BITS 64
#include "optbench/num/fmath.h"

#include "kron.h"
#include "optbench/base/mem.h"
#include "optbench/num/draw.h"
#include "optbench/num/normal.h"
#include "power.h"

struct opts {
    double lr, beta1, weight_decay, precond_lr, precond_init_scale;
    double update_max, update_min, update_decay;
    int64_t update_flat, max_size_triangular;
    bool momentum_into_precond_update;
};

struct state {
    struct kron_sides *q;        /* [pieces] */
    double *m, *a, *b, *scratch; /* [most elements] */
    double *both, *difference;   /* [longest side with a triangle ^ 2, or longest side] */
    double *x, *y;               /* [longest side] */
};

static const char *const slots[] = { "momentum_buffer" };
enum { STEP, WAITED, UPDATES };
static const char *const counters[] = { "step", "psgd_waited", "psgd_updates", NULL };
enum { GAIN };
static const struct ob_gauge gauges[] = {
    { "precond_gain", "size of the preconditioned momentum against the momentum", true },
    { NULL, NULL, false },
};

/* Every so many updates the sides are balanced. */
enum { BALANCE = 100 };
/* Rows of a triangle that are multiplied together. */
enum { BAND = 64 };
#define CLIP 1.1

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 3e-4, .min = 0, .max = INFINITY,
            .below_max = true, .live = true, .help = "learning rate: length of the step"),
    OB_REAL(struct opts, beta1, .fallback = 0.9, .min = 0, .max = 1, .below_max = true,
            .live = true, .help = "share of the running mean of gradients that is kept"),
    OB_REAL(struct opts, weight_decay, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "adds weight_decay * theta to the update of a matrix"),
    OB_REAL(struct opts, precond_lr, .fallback = 0.1, .min = 0, .max = 1, .live = true,
            .help = "learning rate of the preconditioner"),
    OB_REAL(struct opts, precond_init_scale, .fallback = 1, .min = 0, .above_min = true,
            .max = INFINITY, .below_max = true,
            .help = "multiple of the identity that the preconditioner begins with"),
    OB_REAL(struct opts, update_max, .fallback = 1, .min = 0, .above_min = true, .max = 1,
            .live = true,
            .help = "updates of the preconditioner a step, in the beginning"),
    OB_REAL(struct opts, update_min, .fallback = 0.03, .min = 0, .above_min = true,
            .max = 1, .live = true,
            .help = "updates of the preconditioner a step, at last"),
    OB_REAL(struct opts, update_decay, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "how fast one goes to the other: exp(-update_decay * steps)"),
    OB_INTEGER(struct opts, update_flat, .fallback = 500, .min = 0, .max = INFINITY,
               .live = true, .unit = "steps", .help = "steps before it does"),
    OB_INTEGER(struct opts, max_size_triangular, .fallback = 8192, .min = 0,
               .max = INFINITY, .help = "sides longer than this have a diagonal"),
    OB_BOOLEAN(struct opts, momentum_into_precond_update, .fallback = 1, .live = true,
               .help = "the preconditioner whitens the momentum, not the gradient"),
    { 0 },
};

static bool check(const void *opts, struct ob_err *err)
{
    const struct opts *s = opts;
    if (s->update_min > s->update_max)
        return ob_fail(err, OB_ECONFIG, "update_min: must not be above update_max");
    return true;
}

/* ---- state ---- */

static bool start_side(struct ob_optimizer *o, const struct kron_view *v, bool right,
                       struct ob_err *err)
{
    struct kron_sides *q = &((struct state *)o->state)->q[v->piece];
    const struct opts *opts = v->opts;
    struct kron_side *side = right ? &q->right : &q->left;
    size_t n = right ? v->cols : v->rows, size;
    bool diagonal = !v->matrix || n == 1 || n > (size_t)opts->max_size_triangular;
    double scale = v->matrix ? sqrt(opts->precond_init_scale) : opts->precond_init_scale;
    if (__builtin_mul_overflow(n, diagonal ? 1 : n, &size))
        return ob_fail(err, OB_ENOMEM, "out of memory: matrix of order %zu", n);
    *side = (struct kron_side){ .n = n, .diagonal = diagonal };
    side->x = kron_keep(o, right ? "right" : "left", v->piece, size, err);
    for (size_t i = 0; side->x && i < n; i++)
        side->x[diagonal ? i : i * n + i] = scale;
    return side->x != NULL;
}

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    struct kron_most most = kron_most(o);
    size_t square = most.side;
    s->q = ob_xcalloc(o->pieces + 1, sizeof *s->q);
    if (!(s->m = ob_alloc(most.n, sizeof *s->m, err)) ||
        !(s->a = ob_alloc(most.n, sizeof *s->a, err)) ||
        !(s->b = ob_alloc(most.n, sizeof *s->b, err)) ||
        !(s->scratch = ob_alloc(most.n, sizeof *s->scratch, err)) ||
        !(s->x = ob_alloc(most.side, sizeof *s->x, err)) ||
        !(s->y = ob_alloc(most.side, sizeof *s->y, err)))
        return false;
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, NULL);
        struct kron_sides *q = &s->q[i];
        *q = (struct kron_sides){ .rows = v.rows, .cols = v.cols, .scratch = s->scratch };
        if (!start_side(o, &v, false, err) || (v.matrix && !start_side(o, &v, true, err)))
            return false;
        const struct kron_side *side[] = { &q->left, &q->right };
        for (size_t k = 0; k < 2; k++)
            if (side[k]->x && !side[k]->diagonal && side[k]->n * side[k]->n > square)
                square = side[k]->n * side[k]->n;
    }
    return (s->both = ob_alloc(square, sizeof *s->both, err)) &&
           (s->difference = ob_alloc(square, sizeof *s->difference, err));
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    void *own[] = {
        s->q, s->m, s->a, s->b, s->scratch, s->both, s->difference, s->x, s->y
    };
    for (size_t i = 0; i < OB_COUNT(own); i++)
        free(own[i]);
    memset(s, 0, sizeof *s);
}

/* ---- the preconditioner ---- */

/* b = Q1^-T b, from the first row on. */
static void solve_left(const struct kron_side *q, size_t cols, double *b)
{
    size_t n = q->n;
    for (size_t i = 0; i < n; i++) {
        double pivot = q->diagonal ? q->x[i] : q->x[i * n + i];
        for (size_t j = 0; j < cols; j++)
            b[i * cols + j] /= pivot;
        for (size_t k = i + 1; !q->diagonal && k < n; k++)
            for (size_t j = 0; j < cols; j++)
                b[k * cols + j] -= q->x[i * n + k] * b[i * cols + j];
    }
}

/* b = b Q2^-1, row by row. */
static void solve_right(const struct kron_side *q, size_t rows, double *b)
{
    size_t n = q->n;
    for (size_t r = 0; r < rows; r++)
        for (size_t i = 0; i < n; i++) {
            double *row = b + r * n;
            row[i] /= q->diagonal ? q->x[i] : q->x[i * n + i];
            for (size_t j = i + 1; !q->diagonal && j < n; j++)
                row[j] -= row[i] * q->x[i * n + j];
        }
}

/* A lower bound of the spectral norm of s->both [n * n], whose largest entry is `most`:
 * the image of its longest column (Li). Spoils the matrix. */
static double norm_bound(struct state *s, size_t n, double most)
{
    double *a = s->both, *x = s->x, *y = s->y, longest = -1, norm = 0;
    size_t at = 0;
    memset(x, 0, n * sizeof *x);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            a[i * n + j] /= most;
            x[j] += a[i * n + j] * a[i * n + j];
        }
    for (size_t j = 0; j < n; j++)
        if (x[j] > longest) {
            longest = x[j];
            at = j;
        }
    memset(y, 0, n * sizeof *y);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            y[j] += a[i * n + at] * a[i * n + j];
    double size = kron_norm(NULL, y, n);
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++)
            sum += a[i * n + j] * (y[j] / size);
        norm += sum * sum;
    }
    return sqrt(norm) * most;
}

/* difference = A A' - B B', both = A A' + B B', or of A' A and B' B at the right; as
 * diagonals where Q is one. */
static void compare(struct ob_pool *pool, const struct state *s,
                    const struct kron_sides *q, bool right)
{
    struct kron_side out = right ? q->right : q->left;
    struct kron_gram a = { s->a, q->rows, q->cols, right, out, 1, 0 };
    size_t size = out.diagonal ? out.n : out.n * out.n;
    memset(s->both, 0, size * sizeof *s->both);
    memset(s->difference, 0, size * sizeof *s->difference);
    a.out.x = s->both;
    kron_gram(pool, &a);
    a.g = s->b;
    a.out.x = s->difference;
    kron_gram(pool, &a);
    for (size_t i = 0; i < size; i++) {
        double one = s->both[i], other = s->difference[i];
        s->both[i] = one + other;
        s->difference[i] = one - other;
    }
}

/* c = a b of upper triangular matrices, zeros below: by bands of rows, which begin with
 * the first column that is not all zeros. */
static void triangle_times(struct ob_pool *pool, size_t n, const double *a,
                           const double *b, double *c)
{
    memset(c, 0, n * n * sizeof *c);
    for (size_t i = 0; i < n; i += BAND) {
        size_t at = i * n + i, left = n - i;
        ob_matmul(pool, OB_MATH_REPRODUCIBLE,
                  &(struct ob_gemm){ .dtype = OB_F64,
                                     .m = left < BAND ? left : BAND,
                                     .n = left,
                                     .k = left,
                                     .alpha = 1,
                                     .a = a + at,
                                     .b = b + at,
                                     .c = c + at,
                                     .lda = n,
                                     .ldb = n,
                                     .ldc = n });
    }
}

static void move_side(struct state *s, struct ob_pool *pool, const struct kron_sides *q,
                      bool right, double rate)
{
    const struct kron_side *side = right ? &q->right : &q->left;
    size_t n = side->n;
    if (!side->x)
        return;
    compare(pool, s, q, right);
    double most = kron_absmax(s->both, side->diagonal ? n : n * n);
    if (side->diagonal) {
        for (size_t i = 0; i < n; i++)
            side->x[i] -= s->difference[i] * rate * (side->x[i] / fmax(most, DBL_MIN));
        return;
    }
    double norm = fmax(most > 0 ? norm_bound(s, n, most) : most, DBL_MIN);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            s->difference[i * n + j] = j < i ? 0 : s->difference[i * n + j] * rate / norm;
    triangle_times(pool, n, s->difference, side->x, s->both);
    for (size_t i = 0; i < n * n; i++)
        side->x[i] -= s->both[i];
}

/* Both sides of a matrix get the geometric mean of their largest entries. */
static void balance(const struct kron_sides *q)
{
    const struct kron_side *side[] = { &q->left, &q->right };
    double most[2];
    for (size_t k = 0; k < 2; k++) {
        size_t n = side[k]->n;
        if (!side[k]->x)
            return;
        most[k] = kron_absmax(side[k]->x, side[k]->diagonal ? n : n * n);
    }
    double mean = sqrt(most[0]) * sqrt(most[1]);
    for (size_t k = 0; k < 2; k++) {
        size_t n = side[k]->n, size = side[k]->diagonal ? n : n * n;
        for (size_t i = 0; i < size; i++)
            side[k]->x[i] *= mean / most[k];
    }
}

/* What the preconditioner is to whiten stands in s->a; it is damped by noise, the
 * momentum in s->m as well where it is what is whitened. */
static void update(struct ob_optimizer *o, const struct ob_iterate *it,
                   const struct kron_view *v)
{
    struct state *s = o->state;
    const struct opts *opts = v->opts;
    const struct kron_sides *q = &s->q[v->piece];
    struct ob_pool *pool = it->problem->pool;
    uint64_t even = (uint64_t)o->problem->n + o->problem->n % 2;
    double mean = 0;
    ob_normals_at(o->seed, OB_STREAM_OPTIMIZER, o->counter[STEP] * even + v->offset, v->n,
                  s->b);
    for (size_t i = 0; i < v->n; i++)
        mean += fabs(s->a[i]);
    mean /= (double)v->n;
    for (size_t i = 0; i < v->n; i++)
        s->a[i] += sqrt(0x1p-23) * mean * s->b[i];
    if (opts->momentum_into_precond_update)
        memcpy(s->m, s->a, v->n * sizeof *s->m);
    kron_apply(pool, q, false, s->a);
    solve_left(&q->left, v->cols, s->b);
    if (q->right.x)
        solve_right(&q->right, v->rows, s->b);
    move_side(s, pool, q, false, opts->precond_lr);
    move_side(s, pool, q, true, opts->precond_lr);
}

/* ---- the step ---- */

/* Whether this step updates the preconditioners; [optimizer]'s options decide for all. */
static bool due(struct ob_optimizer *o)
{
    const struct opts *s = o->group_opts[o->piece[0].group];
    double past = (double)(o->counter[STEP] - 1) - (double)s->update_flat;
    double share = s->update_max * ob_exp_f64(-s->update_decay * past);
    share = fmin(fmax(share, s->update_min), s->update_max);
    if ((double)++o->counter[WAITED] < 1 / share)
        return false;
    o->counter[WAITED] = 0;
    o->counter[UPDATES]++;
    return true;
}

static void advance_momentum(struct ob_optimizer *o, const struct ob_iterate *it,
                             const struct kron_view *v)
{
    struct state *s = o->state;
    const struct opts *opts = v->opts;
    double missing = 1 - power(opts->beta1, o->counter[STEP], 0x1p-60);
    ob_vec_read(&o->slot[0], v->offset, v->n, s->m);
    ob_vec_read(it->grad, v->offset, v->n, s->a);
    for (size_t i = 0; i < v->n; i++)
        s->m[i] = s->m[i] * opts->beta1 + (1 - opts->beta1) * s->a[i];
    ob_vec_write(&o->slot[0], v->offset, v->n, s->m);
    for (size_t i = 0; i < v->n; i++)
        s->m[i] /= missing;
    if (opts->momentum_into_precond_update)
        memcpy(s->a, s->m, v->n * sizeof *s->a);
}

static void step_piece(struct ob_optimizer *o, const struct ob_iterate *it,
                       const struct kron_view *v, bool updates)
{
    struct state *s = o->state;
    const struct opts *opts = v->opts;
    const struct kron_sides *q = &s->q[v->piece];
    struct ob_pool *pool = it->problem->pool;
    advance_momentum(o, it, v);
    if (updates && o->counter[UPDATES] % BALANCE == 0)
        balance(q);
    if (updates)
        update(o, it, v);
    double before = kron_norm(pool, s->m, v->n);
    kron_apply(pool, q, false, s->m);
    kron_apply(pool, q, true, s->m);
    double after = kron_norm(pool, s->m, v->n), rms = after / sqrt((double)v->n);
    double share = fmin(1, CLIP / (rms + 1e-12));
    double decay = v->matrix ? opts->weight_decay : 0;
    o->gauge[GAIN][v->tensor] = after / before;
    for (size_t i = 0; i < v->n; i++) {
        double theta = ob_vec_get(it->theta, v->offset + i);
        ob_vec_set(it->theta, v->offset + i,
                   theta - v->lr * (s->m[i] * share + decay * theta));
    }
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    o->counter[STEP]++;
    bool updates = due(o);
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, it);
        kron_say_rate(it, o, i, v.lr);
        step_piece(o, it, &v, updates);
    }
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_psgd = {
    .name = "psgd",
    .title = "PSGD (Kronecker)",
    .summary = "momentum whitened by a triangular matrix at each side of a tensor",
    .reference = "Li 2018, Preconditioned SGD; Pooladzandi, Li 2024; kron_torch",
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = 1,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .gauges = gauges,
    .equations =
        "M = beta1 M + (1 - beta1) G, without its bias; V normal noise\n"
        "A = Q1 M Q2'; B = Q1^-T V Q2^-1\n"
        "Q1 = Q1 - precond_lr triu(A A' - B B') Q1 / |A A' + B B'|, Q2 likewise\n"
        "U = Q1' Q1 M Q2' Q2, of a root mean square of at most 1.1\n"
        "theta = theta - lr U",
    .step = step,
    .start = start,
    .finish = finish,
    .check = check,
};
