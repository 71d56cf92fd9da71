#include <config.h>

#include "optbench/num/reduce.h"

#include <math.h>

#include "optbench/num/kernels.h"

/* Chunk sums are folded in rounds of OB_LANES, so that the scratch is on the stack: lane
 * l gets chunk l, l + OB_LANES, ... in that order, as the tree has it. */
struct sum {
    const struct ob_kernels *kernels;
    const char *a, *b; /* b may be NULL */
    size_t n, bytes;   /* elements, and bytes of one */
    size_t first;      /* chunk of task 0 */
    double (*one)(size_t n, const void *a);
    double (*two)(size_t n, const void *a, const void *b);
    double part[OB_LANES];
};

static void sum_chunk(void *ctx, size_t task)
{
    struct sum *s = ctx;
    size_t at = (s->first + task) * OB_CHUNK;
    size_t n = s->n - at < OB_CHUNK ? s->n - at : OB_CHUNK;
    const char *a = s->a + at * s->bytes;
    s->part[task] = s->one ? s->one(n, a) : s->two(n, a, s->b + at * s->bytes);
}

static double run(struct ob_pool *pool, struct sum *s)
{
    if (s->n <= OB_CHUNK)
        return s->one ? s->one(s->n, s->a) : s->two(s->n, s->a, s->b);
    double lane[OB_LANES] = { 0 };
    size_t chunks = (s->n + OB_CHUNK - 1) / OB_CHUNK;
    for (s->first = 0; s->first < chunks; s->first += OB_LANES) {
        size_t tasks = chunks - s->first < OB_LANES ? chunks - s->first : OB_LANES;
        ob_pool_run(pool, sum_chunk, s, tasks);
        for (size_t l = 0; l < tasks; l++)
            lane[l] = lane[l] + s->part[l];
    }
    for (size_t w = OB_LANES / 2; w > 0; w /= 2)
        for (size_t l = 0; l < w; l++)
            lane[l] = lane[l] + lane[l + w];
    return lane[0];
}

static double one(struct ob_pool *pool, const struct ob_vec *v,
                  double (*fn)(size_t n, const void *a))
{
    if (v->n <= OB_CHUNK)
        return fn(v->n, v->data);
    struct sum s = {
        .a = v->data, .n = v->n, .bytes = ob_dtype_size(v->dtype), .one = fn
    };
    return run(pool, &s);
}

static double two(struct ob_pool *pool, const struct ob_vec *a, const struct ob_vec *b,
                  double (*fn)(size_t n, const void *a, const void *b))
{
    OB_REQUIRE(a->dtype == b->dtype && a->n == b->n);
    if (a->n <= OB_CHUNK)
        return fn(a->n, a->data, b->data);
    struct sum s = {
        .a = a->data, .b = b->data, .n = a->n, .bytes = ob_dtype_size(a->dtype), .two = fn
    };
    return run(pool, &s);
}

double ob_sum(struct ob_pool *pool, const struct ob_vec *v)
{
    return one(pool, v, ob_kernels(v->dtype)->sum);
}

double ob_dot(struct ob_pool *pool, const struct ob_vec *a, const struct ob_vec *b)
{
    return two(pool, a, b, ob_kernels(a->dtype)->dot);
}

double ob_norm1(struct ob_pool *pool, const struct ob_vec *v)
{
    return one(pool, v, ob_kernels(v->dtype)->sumabs);
}

/* The square of entry i of a, or of a - b as it would be stored. */
static inline double square(const struct ob_vec *a, const struct ob_vec *b, size_t i)
{
    double d;
    if (a->dtype == OB_F32) {
        const float *x = a->data;
        d = (double)(b ? x[i] - ((const float *)b->data)[i] : x[i]);
    } else {
        const double *x = a->data;
        d = b ? x[i] - ((const double *)b->data)[i] : x[i];
    }
    return d * d;
}

/* The same tree written out for so few entries that calling a kernel would cost more than
 * the sum. Lanes without an entry hold +0, which changes no sum of squares. */
enum { FEW = 4 };

static double few_squares(const struct ob_vec *a, const struct ob_vec *b)
{
    double s0 = a->n > 0 ? square(a, b, 0) : 0, s1 = a->n > 1 ? square(a, b, 1) : 0;
    if (a->n <= 2)
        return s0 + s1;
    return (s0 + square(a, b, 2)) + (a->n > 3 ? s1 + square(a, b, 3) : s1);
}

double ob_norm2_squared(struct ob_pool *pool, const struct ob_vec *v)
{
    if (v->n <= FEW)
        return few_squares(v, NULL);
    return one(pool, v, ob_kernels(v->dtype)->sumsq);
}

double ob_norm2(struct ob_pool *pool, const struct ob_vec *v)
{
    return sqrt(ob_norm2_squared(pool, v));
}

double ob_norm2_diff(struct ob_pool *pool, const struct ob_vec *a, const struct ob_vec *b)
{
    OB_REQUIRE(a->dtype == b->dtype && a->n == b->n);
    if (a->n <= FEW)
        return sqrt(few_squares(a, b));
    return sqrt(two(pool, a, b, ob_kernels(a->dtype)->sumsq_diff));
}

double ob_absmax(const struct ob_vec *v)
{
    return ob_kernels(v->dtype)->absmax(v->n, v->data);
}

size_t ob_first_nonfinite(const struct ob_vec *v)
{
    const struct ob_kernels *k = ob_kernels(v->dtype);
    size_t i = 0;
    if (k->finite(v->n, v->data))
        return v->n;
    while (isfinite(ob_vec_get(v, i)))
        i++;
    return i;
}
