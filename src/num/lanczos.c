#include <config.h>

#include "optbench/num/lanczos.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/dense.h"
#include "optbench/num/draw.h"
#include "optbench/num/kernels.h"
#include "optbench/num/normal.h"
#include "optbench/num/reduce.h"

enum {
    BASIS_MAX = 128,  /* vectors kept between two restarts */
    BASIS_SPARE = 16, /* of them beyond twice what is wanted, at least */
    LOOK_EVERY = 8,   /* products between two looks at what has converged */
    BLOCK = 512,      /* elements of all basis vectors that are turned at a time */
};
/* Doubles in the basis: 1 GiB, more only where what is wanted needs it. */
static const size_t basis_doubles = (size_t)1 << 27;

/*
 * The basis V (one vector a row) with T = V A V', of which the last row alone has a part
 * outside: A V' = V' T + beta v e', where v is the next row and e the last unit vector.
 * That holds across a restart, after which the rows are Ritz vectors and T is an arrow.
 */
struct search {
    const struct ob_lanczos_opts *o;
    ob_operator *apply;
    void *ctx;
    size_t n, cap, m;   /* order; most rows; rows with their row of T */
    double *v;          /* [(cap + 1) * n] */
    double *t;          /* [cap * cap], lower triangle */
    double *s, *spoilt; /* [cap * cap] eigenvectors of T, one a column; a copy */
    double *theta;      /* [cap] eigenvalues of T, ascending */
    double *work;       /* [2 * cap] */
    double *turned;     /* [cap * BLOCK] */
    double beta;
    size_t products, draws;
    bool finite;
    struct ob_lanczos *out;
};

static struct ob_vec view(size_t n, double *x)
{
    return (struct ob_vec){ OB_F64, n, x };
}

static double dot(const struct search *s, double *a, double *b)
{
    struct ob_vec va = view(s->n, a), vb = view(s->n, b);
    return ob_dot(s->o->pool, &va, &vb);
}

static double norm(const struct search *s, double *a)
{
    struct ob_vec va = view(s->n, a);
    return ob_norm2(s->o->pool, &va);
}

static double *row(const struct search *s, size_t i)
{
    return s->v + i * s->n;
}

/* Takes the parts along the first `rows` vectors out of x, once; adds them to part [rows]
 * unless NULL. */
static void project(struct search *s, double *x, size_t rows, double *part)
{
    for (size_t i = 0; i < rows; i++) {
        double c = dot(s, row(s, i), x);
        ob_kernels(OB_F64)->axpy(s->n, -c, row(s, i), x);
        if (part)
            part[i] += c;
    }
}

/* A new direction behind the basis, for the start and where the basis is invariant; false
 * where it spans all. */
static bool draw(struct search *s)
{
    double *x = row(s, s->m);
    struct ob_vec v = view(s->n, x);
    if (s->m >= s->n)
        return false;
    ob_fill_normal(&v, 0, s->n, s->o->seed, OB_STREAM_LANCZOS + s->draws++, 0, 1);
    for (int pass = 0; pass < 3; pass++) {
        project(s, x, s->m, NULL);
        ob_kernels(OB_F64)->scale(s->n, 1 / norm(s, x), x);
    }
    return true;
}

static double largest_entry(const struct search *s)
{
    double most = 0;
    for (size_t i = 0; i < s->m; i++)
        for (size_t j = 0; j <= i; j++)
            most = fmax(most, fabs(s->t[i * s->cap + j]));
    return most;
}

/* One product: a row of T, and the next row of the basis, which is not there where the
 * basis is invariant. */
static bool extend(struct search *s, struct ob_err *err)
{
    size_t j = s->m;
    double *next = row(s, j + 1), *t = s->t + j * s->cap;
    if (!s->apply(s->ctx, row(s, j), next, err))
        return false;
    s->products++;
    for (size_t i = 0; i <= j; i++)
        t[i] = 0;
    for (int pass = 0; pass < 2; pass++)
        project(s, next, j + 1, t);
    s->m++;
    s->beta = norm(s, next);
    s->finite = isfinite(s->beta) && isfinite(largest_entry(s));
    if (!s->finite)
        return true;
    if (s->m == s->n || s->beta <= DBL_EPSILON * (double)s->m * largest_entry(s))
        s->beta = 0;
    else
        ob_kernels(OB_F64)->scale(s->n, 1 / s->beta, next);
    return true;
}

/* Eigenvalues and vectors of T. */
static bool solve(struct search *s)
{
    for (size_t i = 0; i < s->m; i++)
        for (size_t j = 0; j <= i; j++)
            s->spoilt[i * s->m + j] = s->t[i * s->cap + j];
    return ob_eigen_symmetric(s->m, s->spoilt, s->theta, s->s, s->work);
}

static double residual(const struct search *s, size_t k)
{
    return s->beta * fabs(s->s[(s->m - 1) * s->m + k]);
}

/* Place among the Ritz values of the i-th that is wanted. */
static size_t wanted(const struct search *s, size_t low, size_t i)
{
    size_t k = s->o->low + s->o->high;
    return s->m <= k || i < low ? i : s->m - k + i;
}

static bool all_converged(const struct search *s)
{
    size_t k = s->o->low + s->o->high;
    double most = fmax(fabs(s->theta[0]), fabs(s->theta[s->m - 1]));
    if (s->m < k)
        return false;
    for (size_t i = 0; i < k; i++)
        if (!(residual(s, wanted(s, s->o->low, i)) <= s->o->tolerance * most))
            return false;
    return true;
}

/* The first `low` and the last `high` Ritz vectors become the first rows of the basis. */
static void turn(struct search *s, size_t low, size_t high)
{
    size_t keep = low + high;
    for (size_t at = 0; at < s->n; at += BLOCK) {
        size_t n = s->n - at < BLOCK ? s->n - at : BLOCK;
        for (size_t k = 0; k < keep; k++) {
            size_t from = k < low ? k : s->m - keep + k;
            double *to = s->turned + k * BLOCK;
            memset(to, 0, n * sizeof *to);
            for (size_t i = 0; i < s->m; i++)
                ob_kernels(OB_F64)->axpy(n, s->s[i * s->m + from], row(s, i) + at, to);
        }
        for (size_t k = 0; k < keep; k++)
            memcpy(row(s, k) + at, s->turned + k * BLOCK, n * sizeof *s->v);
    }
}

/* Goes on with the Ritz vectors nearest the ends, and the next row behind them. */
static void restart(struct search *s)
{
    size_t low = s->o->low ? s->o->low + 3 : 0, high = s->o->high ? s->o->high + 3 : 0;
    size_t keep = low + high;
    turn(s, low, high);
    memmove(row(s, keep), row(s, s->m), s->n * sizeof *s->v);
    for (size_t k = 0; k < keep; k++) {
        memset(s->t + k * s->cap, 0, s->cap * sizeof *s->t);
        s->t[k * s->cap + k] = s->theta[k < low ? k : s->m - keep + k];
    }
    s->m = keep;
}

/* Until all is found or the products are used up; theta and s are those of T then. */
static bool find(struct search *s, struct ob_err *err)
{
    size_t k = s->o->low + s->o->high, most = s->o->products;
    most = most > 2 * k ? most - k : k + 1; /* the rest measures the residuals */
    if (!draw(s))
        return true;
    for (;;) {
        if (!extend(s, err))
            return false;
        if (!s->finite)
            return true;
        bool full = s->m == s->cap, last = s->products >= most || s->m == s->n;
        if (full || last || s->m % LOOK_EVERY == 0) {
            s->finite = solve(s);
            if (!s->finite || last || all_converged(s))
                return true;
        }
        if (full)
            restart(s);
        if (s->beta == 0 && !draw(s))
            return true;
    }
}

static void make_positive(size_t n, double *x)
{
    size_t largest = 0;
    for (size_t i = 1; i < n; i++)
        if (fabs(x[i]) > fabs(x[largest]))
            largest = i;
    for (size_t i = 0, negative = x[largest] < 0; negative && i < n; i++)
        x[i] = -x[i];
}

/* |A x - l x| by a product of its own, so that whatever the products themselves are worth
 * shows in it. */
static bool measure(struct search *s, size_t i, struct ob_err *err)
{
    double *x = s->out->vector + i * s->n, *ax = row(s, s->m);
    if (!s->apply(s->ctx, x, ax, err))
        return false;
    s->products++;
    ob_kernels(OB_F64)->axpy(s->n, -s->out->value[i], x, ax);
    s->out->residual[i] = norm(s, ax);
    return true;
}

/* The Ritz pairs that were wanted; false where a product fails. */
static bool take(struct search *s, struct ob_err *err)
{
    struct ob_lanczos *out = s->out;
    size_t k = s->o->low + s->o->high;
    double most = fmax(fabs(s->theta[0]), fabs(s->theta[s->m - 1]));
    out->k = s->m < k ? s->m : k;
    out->low = s->m < k ? s->m * s->o->low / k : s->o->low;
    out->converged = s->m >= k;
    for (size_t i = 0; i < out->k; i++) {
        size_t from = wanted(s, out->low, i);
        double *x = out->vector + i * s->n;
        out->value[i] = s->theta[from];
        for (size_t j = 0; j < s->m; j++)
            ob_kernels(OB_F64)->axpy(s->n, s->s[j * s->m + from], row(s, j), x);
        ob_kernels(OB_F64)->scale(s->n, 1 / norm(s, x), x);
        make_positive(s->n, x);
    }
    for (size_t i = 0; i < out->k; i++) {
        if (!measure(s, i, err))
            return false;
        if (!(out->residual[i] <= s->o->tolerance * most))
            out->converged = false;
    }
    return true;
}

static bool start(struct search *s, struct ob_err *err)
{
    size_t k = s->o->low + s->o->high, least = 2 * k + BASIS_SPARE;
    s->cap = basis_doubles / s->n < BASIS_MAX ? basis_doubles / s->n : BASIS_MAX;
    s->cap = s->cap < least ? least : s->cap;
    s->cap = s->cap > s->n ? s->n : s->cap;
    return (s->v = ob_alloc((s->cap + 1) * s->n, sizeof *s->v, err)) &&
           (s->t = ob_alloc(s->cap * s->cap, sizeof *s->t, err)) &&
           (s->s = ob_alloc(s->cap * s->cap, sizeof *s->s, err)) &&
           (s->spoilt = ob_alloc(s->cap * s->cap, sizeof *s->spoilt, err)) &&
           (s->theta = ob_alloc(s->cap, sizeof *s->theta, err)) &&
           (s->work = ob_alloc(2 * s->cap, sizeof *s->work, err)) &&
           (s->turned = ob_alloc(s->cap * BLOCK, sizeof *s->turned, err)) &&
           (s->out->value = ob_alloc(k, sizeof *s->out->value, err)) &&
           (s->out->residual = ob_alloc(k, sizeof *s->out->residual, err)) &&
           (s->out->vector = ob_alloc(k * s->n, sizeof *s->out->vector, err));
}

bool ob_lanczos(struct ob_lanczos *out, const struct ob_lanczos_opts *opts,
                ob_operator *a, void *ctx, struct ob_err *err)
{
    struct search s = { .o = opts, .apply = a, .ctx = ctx, .n = opts->n, .out = out };
    OB_REQUIRE(opts->n >= 1 && opts->low + opts->high >= 1 &&
               opts->low + opts->high <= opts->n);
    out->n = opts->n;
    bool ok = start(&s, err) && find(&s, err);
    if (ok && s.finite)
        ok = take(&s, err);
    out->products = s.products;
    free(s.v);
    free(s.t);
    free(s.s);
    free(s.spoilt);
    free(s.theta);
    free(s.work);
    free(s.turned);
    if (!ok)
        ob_lanczos_finish(out);
    return ok;
}

void ob_lanczos_finish(struct ob_lanczos *l)
{
    free(l->value);
    free(l->vector);
    free(l->residual);
    *l = (struct ob_lanczos){ 0 };
}
