#include "kron.h"

#include <stdio.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"
#include "rate.h"

struct kron_view kron_view(const struct ob_optimizer *o, size_t i,
                           const struct ob_iterate *it)
{
    const struct ob_piece *p = &o->piece[i];
    const struct ob_tensor *t = &o->problem->layout.tensor[p->tensor];
    struct kron_view v = {
        .offset = p->offset,
        .n = p->n,
        .rows = p->n,
        .cols = 1,
        .matrix = t->ndim >= 2 && p->n == t->size,
        .piece = i,
        .tensor = p->tensor,
        .opts = o->group_opts[p->group],
    };
    if (v.matrix) {
        v.rows = t->shape[0];
        v.cols = p->n / v.rows;
    }
    if (it)
        v.lr = optimizer_group_lr(o, p->group, it->k);
    return v;
}

void kron_say_rate(struct ob_iterate *it, const struct ob_optimizer *o, size_t i,
                   double lr)
{
    if (i == 0)
        it->lr = 0;
    optimizer_tell_rate(it, o->piece[i].group, lr);
}

double *kron_keep(struct ob_optimizer *o, const char *prefix, size_t piece, size_t n,
                  struct ob_err *err)
{
    const struct ob_piece *p = &o->piece[piece];
    const struct ob_tensor *t = &o->problem->layout.tensor[p->tensor];
    char name[OB_OPTIMIZER_ARRAY_NAME];
    int length = p->n == t->size ? snprintf(name, sizeof name, "%s.%s", prefix, t->name)
                                 : snprintf(name, sizeof name, "%s.%s.%zu", prefix,
                                            t->name, p->offset - t->offset);
    OB_REQUIRE(length > 0 && (size_t)length < sizeof name);
    return ob_optimizer_keep(o, name, OB_F64, n, err);
}

struct kron_most kron_most(const struct ob_optimizer *o)
{
    struct kron_most most = { 1, 1 };
    for (size_t i = 0; i < o->pieces; i++) {
        struct kron_view v = kron_view(o, i, NULL);
        most.n = v.n > most.n ? v.n : most.n;
        most.side = v.rows > most.side ? v.rows : most.side;
        most.side = v.cols > most.side ? v.cols : most.side;
    }
    return most;
}

void kron_multiply(struct ob_pool *pool, enum ob_dtype dtype,
                   const struct kron_product *p)
{
    struct ob_gemm g = {
        .dtype = dtype,
        .trans_a = p->a.t,
        .trans_b = p->b.t,
        .m = p->a.t ? p->a.cols : p->a.rows,
        .n = p->b.t ? p->b.rows : p->b.cols,
        .k = p->a.t ? p->a.rows : p->a.cols,
        .alpha = p->share,
        .beta = p->keep,
        .a = p->a.x,
        .b = p->b.x,
        .c = p->c.x,
        .lda = p->a.cols,
        .ldb = p->b.cols,
        .ldc = p->c.cols,
    };
    OB_REQUIRE(!p->c.t && p->c.rows == g.m && p->c.cols == g.n &&
               (p->b.t ? p->b.cols : p->b.rows) == g.k);
    ob_matmul(pool, OB_MATH_REPRODUCIBLE, &g);
}

void kron_times(struct ob_pool *pool, struct mat a, struct mat b, struct mat c)
{
    kron_multiply(pool, OB_F64, &(struct kron_product){ a, b, c, 1, 0 });
}

static void scale_rows(const double *d, size_t rows, size_t cols, double *x)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            x[i * cols + j] *= d[i];
}

static void scale_cols(const double *d, size_t rows, size_t cols, double *x)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            x[i * cols + j] *= d[j];
}

void kron_apply(struct ob_pool *pool, const struct kron_sides *s, bool back, double *x)
{
    size_t m = s->rows, n = s->cols;
    struct mat whole = { x, m, n, false }, spare = { s->scratch, m, n, false };
    if (s->left.x && s->left.diagonal) {
        scale_rows(s->left.x, m, n, x);
    } else if (s->left.x) {
        kron_times(pool, (struct mat){ s->left.x, m, m, back }, whole, spare);
        memcpy(x, s->scratch, m * n * sizeof *x);
    }
    if (s->right.x && s->right.diagonal) {
        scale_cols(s->right.x, m, n, x);
    } else if (s->right.x) {
        kron_times(pool, whole, (struct mat){ s->right.x, n, n, !back }, spare);
        memcpy(x, s->scratch, m * n * sizeof *x);
    }
}

static void gram_diagonal(const struct kron_gram *p)
{
    double *x = p->out.x;
    for (size_t i = 0; i < p->out.n; i++)
        x[i] *= p->keep;
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = 0; j < p->cols; j++) {
            double g = p->g[i * p->cols + j];
            x[p->right ? j : i] += p->share * (g * g);
        }
}

void kron_gram(struct ob_pool *pool, const struct kron_gram *p)
{
    if (p->out.diagonal) {
        gram_diagonal(p);
        return;
    }
    void *g = (void *)(uintptr_t)p->g;
    struct mat c = { p->out.x, p->out.n, p->out.n, false };
    struct mat plain = { g, p->rows, p->cols, false };
    struct mat turned = { g, p->rows, p->cols, true };
    kron_multiply(pool, OB_F64,
                  &(struct kron_product){ p->right ? turned : plain,
                                          p->right ? plain : turned, c, p->share,
                                          p->keep });
}

double kron_norm(struct ob_pool *pool, const double *x, size_t n)
{
    struct ob_vec v = { .dtype = OB_F64, .n = n, .data = (void *)(uintptr_t)x };
    return ob_norm2(pool, &v);
}

double kron_absmax(const double *x, size_t n)
{
    return ob_kernels(OB_F64)->absmax(n, x);
}
