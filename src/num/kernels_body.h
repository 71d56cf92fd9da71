/*
 * The kernel table of one dtype for one instruction set: included by kernels_f32.c and
 * kernels_f64.c, which define OB_REAL_BITS, and compiled once per library with OB_VARIANT
 * (the ending of the table's name) and OB_VARIANT_ISA given on the command line.
 * Everything but the table is static: an object compiled for AVX-512 must not lend a
 * function to the rest of the program.
 *
 * Plain loops that the compiler vectorises. Block sizes differ per variant, the order of
 * additions never does: it is spelled out in kernels.h.
 */
#include "kernels_tree.h"
#include "optbench/num/formulas.h"
#include "optbench/num/kernels.h"

/* ---- element by element ---- */

static void axpy(size_t n, double a, const void *x, void *y)
{
    const real *xs = x;
    real *ys = y, f = (real)a;
    for (size_t i = 0; i < n; i++)
        ys[i] = ys[i] + f * xs[i];
}

static void scale(size_t n, double a, void *x)
{
    real *xs = x, f = (real)a;
    for (size_t i = 0; i < n; i++)
        xs[i] = xs[i] * f;
}

static void sub(size_t n, const void *a, const void *b, void *out)
{
    const real *as = a, *bs = b;
    real *o = out;
    for (size_t i = 0; i < n; i++)
        o[i] = as[i] - bs[i];
}

/* ---- sums in double ---- */

#define TERM_SUM(S)      (widen##S(a, i))
#define TERM_SQUARE(S)   (widen##S(a, i) * widen##S(a, i))
#define TERM_DOT(S)      (widen##S(a, i) * widen##S(b, i))
#define TERM_WEIGHTED(S) (load_wide##S(h, i) * widen##S(a, i) * widen##S(b, i))
#define TERM_ALONG(S)    (widen##S(h, i) * widen##S(u, i) * widen##S(u, i))

static double sum(size_t n, const void *x)
{
    const real *a = x;
    WIDE_SUM(n, TERM_SUM)
}

static double sumabs(size_t n, const void *x)
{
    const real *a = x;
    real m[OB_CHUNK];
    for (size_t i = 0; i < n; i++)
        m[i] = OB_FN(ob_abs)(a[i]);
    return sum(n, m);
}

static double sumsq(size_t n, const void *x)
{
    const real *a = x;
    WIDE_SUM(n, TERM_SQUARE)
}

static double sumsq_diff(size_t n, const void *a, const void *b)
{
    real d[OB_CHUNK];
    sub(n, a, b, d);
    return sumsq(n, d);
}

static double dot(size_t n, const void *x, const void *y)
{
    const real *a = x, *b = y;
    WIDE_SUM(n, TERM_DOT)
}

static double weighted(size_t n, const double *h, const void *x, const void *y)
{
    const real *a = x, *b = y;
    WIDE_SUM(n, TERM_WEIGHTED)
}

static double along_sum(size_t n, const real *h, const real *u)
{
    WIDE_SUM(n, TERM_ALONG)
}

/* Magnitudes compare as integers do, and NaN is larger than all. */
static double absmax(size_t n, const void *x)
{
    const real *a = x;
    OB_UINT most = 0;
    for (size_t i = 0; i < n; i++) {
        OB_UINT bits = OB_FN(ob_bits)(a[i]) & ~OB_SIGN;
        most = bits > most ? bits : most;
    }
    return (double)OB_FN(ob_from_bits)(most);
}

static bool finite(size_t n, const void *x)
{
    const real *a = x;
    OB_UINT bad = 0;
    for (size_t i = 0; i < n; i++)
        bad |= (OB_FN(ob_bits)(a[i]) & OB_INF) == OB_INF;
    return !bad;
}

/* ---- linear models ---- */

#define TERM_COLUMN(S) (load##S(w, i) * load##S(x, i))
#define TERM_PLAIN(S)  (load##S(w, i))

INLINE real column_sum(size_t n, const real *w, const real *x){ LANE_SUM(n, TERM_COLUMN) }

INLINE real plain_sum(size_t n, const real *w)
{
    LANE_SUM(n, TERM_PLAIN)
}

static void fold(size_t chunks, size_t stride, size_t k, const void *partial, void *out)
{
    const real *p = partial;
    real *o = out;
    for (size_t j = 0; j < k; j++) {
        real s[OB_LANES];
        size_t width = lanes_for(chunks, 1);
        for (size_t l = 0; l < width; l++)
            s[l] = 0;
        for (size_t c = 0; c < chunks; c++)
            s[c % OB_LANES] = s[c % OB_LANES] + p[c * stride + j];
        o[j] = fold_lanes(s, width);
    }
}

/* z[i] += theta_0 x_i0 + theta_1 x_i1 + ..., four columns at a time so that z is loaded
 * and stored less; n is a multiple of 16 in the small path and anything else otherwise.
 */
INLINE void add_columns(const struct ob_rows *r, size_t n, const real *theta,
                        real *restrict z)
{
    const real *x = r->x;
    size_t ld = r->ld, j = 0;
    for (; j + 4 <= r->cols; j += 4) {
        const real *a = x + j * ld, *b = a + ld, *c = b + ld, *d = c + ld;
        real ta = theta[j], tb = theta[j + 1], tc = theta[j + 2], td = theta[j + 3];
        for (size_t i = 0; i < n; i++)
            z[i] = (((z[i] + ta * a[i]) + tb * b[i]) + tc * c[i]) + td * d[i];
    }
    for (; j < r->cols; j++) {
        const real *a = x + j * ld, t = theta[j];
        for (size_t i = 0; i < n; i++)
            z[i] = z[i] + t * a[i];
    }
}

static void predict(const struct ob_rows *r, const void *theta, void *out)
{
    real *z = out;
    for (size_t i = 0; i < r->rows; i++)
        z[i] = 0;
    add_columns(r, r->rows, theta, z);
}

/*
 * What a loss is to the passes below. The squared losses start their scores at -y, so
 * that z is the residual and the target of the formula 0: the sum is rounded around small
 * values.
 */
struct loss {
    real (*value)(real z, real y);
    real (*d1)(real z, real y);
    real (*d2)(real z, real y);
    int (*clamped)(real z, real y);
    bool residual; /* the scores contain -y */
};

INLINE void scores(const struct ob_rows *r, size_t n, const real *theta, bool residual,
                   real *z)
{
    const real *y = r->y;
    for (size_t i = 0; i < n; i++)
        z[i] = residual ? -y[i] : 0;
    add_columns(r, n, theta, z);
}

/* The same, `width` being a multiple of PER: each register of scores is finished before
 * it is stored, as a store and a load take longer than the additions between them. */
INLINE void scores_small(const struct ob_rows *r, size_t width, const real *theta,
                         bool residual, real *z)
{
    for (size_t i = 0; i < width; i += PER) {
        vector sum = residual ? -load(r->y, i) : (vector){ 0 };
        for (size_t j = 0; j < r->cols; j++)
            sum = sum + theta[j] * load((const real *)r->x + j * r->ld, i);
        __builtin_memcpy(z + i, &sum, sizeof sum);
    }
}

/* From scores to losses and slopes in place; returns the number clamped. */
INLINE size_t slopes(const struct loss *f, size_t n, const real *y, real *restrict z,
                     real *restrict value)
{
    OB_UINT clamped = 0;
    for (size_t i = 0; i < n; i++) {
        real zi = z[i], yi = f->residual ? 0 : y[i];
        value[i] = f->value(zi, yi);
        z[i] = f->d1(zi, yi);
        clamped += (OB_UINT)f->clamped(zi, yi);
    }
    return (size_t)clamped;
}

/*
 * Up to OB_LANES rows: every row has a lane of its own, and with the number of lanes a
 * constant the whole pass is straight vector code. Rows behind the last hold zeros; their
 * losses and slopes are set to zero, which leaves +0 in their lanes.
 */
INLINE size_t pass_small(const struct loss *f, const struct ob_rows *r, const real *theta,
                         bool grad, real *out, size_t width)
{
    _Alignas(64) real z[OB_LANES], value[OB_LANES], s[OB_LANES];
    scores_small(r, width, theta, f->residual, z);
    size_t clamped = slopes(f, width, r->y, z, value);
    OB_INT rows = (OB_INT)r->rows;
    for (OB_INT i = 0; i < (OB_INT)width; i++) {
        z[i] = i < rows ? z[i] : 0;
        value[i] = i < rows ? value[i] + 0 : 0;
    }
    out[r->cols] = fold_lanes(value, width);
    for (size_t j = 0; grad && j < r->cols; j++) {
        const real *x = (const real *)r->x + j * r->ld;
        for (size_t i = 0; i < width; i++)
            s[i] = 0 + z[i] * x[i];
        out[j] = fold_lanes(s, width);
    }
    return clamped;
}

INLINE size_t pass(const struct loss *f, const struct ob_rows *r, const void *theta,
                   bool grad, void *out)
{
    real *o = out;
    switch (lanes_for(r->rows, 16)) {
    case 16:
        return pass_small(f, r, theta, grad, o, 16);
    case 32:
        return pass_small(f, r, theta, grad, o, 32);
    case 64:
        return pass_small(f, r, theta, grad, o, 64);
    case 128:
        return pass_small(f, r, theta, grad, o, 128);
    default:
        if (r->rows <= OB_LANES)
            return pass_small(f, r, theta, grad, o, 256);
    }
    _Alignas(64) real z[OB_CHUNK], value[OB_CHUNK];
    scores(r, r->rows, theta, f->residual, z);
    size_t clamped = slopes(f, r->rows, r->y, z, value);
    o[r->cols] = plain_sum(r->rows, value);
    for (size_t j = 0; grad && j < r->cols; j++)
        o[j] = column_sum(r->rows, z, (const real *)r->x + j * r->ld);
    return clamped;
}

/* From scores to second derivatives in place. */
INLINE void bend(const struct loss *f, size_t n, const real *y, real *restrict h)
{
    for (size_t i = 0; i < n; i++)
        h[i] = f->d2(h[i], f->residual ? 0 : y[i]);
}

/* h[i] = l'' and, with v, u[i] = (X v)_i. */
INLINE void bends(const struct loss *f, const struct ob_rows *r, const void *theta,
                  real *h)
{
    scores(r, r->rows, theta, f->residual, h);
    bend(f, r->rows, r->y, h);
}

INLINE void second(const struct loss *f, const struct ob_rows *r, const void *theta,
                   double *h)
{
    real b[OB_CHUNK];
    bends(f, r, theta, b);
    for (size_t i = 0; i < r->rows; i++)
        h[i] = (double)b[i];
}

INLINE void hvp(const struct loss *f, const struct ob_rows *r, const void *theta,
                const void *v, void *out)
{
    _Alignas(64) real h[OB_CHUNK], u[OB_CHUNK];
    real *o = out;
    bends(f, r, theta, h);
    predict(r, v, u);
    for (size_t i = 0; i < r->rows; i++)
        u[i] = h[i] * u[i];
    for (size_t j = 0; j < r->cols; j++)
        o[j] = column_sum(r->rows, u, (const real *)r->x + j * r->ld);
}

INLINE double along(const struct loss *f, const struct ob_rows *r, const void *theta,
                    const void *v)
{
    _Alignas(64) real h[OB_CHUNK], u[OB_CHUNK];
    bends(f, r, theta, h);
    predict(r, v, u);
    return along_sum(r->rows, h, u);
}

/* The four entry points of one loss; `f` is constant in each, so the formulas are
 * inlined. */
#define DEFINE_LOSS(name, is_residual)                                                   \
    static const struct loss name##_loss = {                                             \
        .value = OB_FN(ob_##name),                                                       \
        .d1 = OB_FN(ob_##name##_d1),                                                     \
        .d2 = OB_FN(ob_##name##_d2),                                                     \
        .clamped = OB_FN(ob_##name##_clamped),                                           \
        .residual = (is_residual),                                                       \
    };                                                                                   \
                                                                                         \
    static size_t name##_pass(const struct ob_rows *r, const void *theta, bool grad,     \
                              void *out)                                                 \
    {                                                                                    \
        return pass(&name##_loss, r, theta, grad, out);                                  \
    }                                                                                    \
                                                                                         \
    static size_t name##_slopes(size_t n, const void *y, void *z, void *value)           \
    {                                                                                    \
        return slopes(&name##_loss, n, y, z, value);                                     \
    }                                                                                    \
                                                                                         \
    static void name##_bends(size_t n, const void *y, void *z)                           \
    {                                                                                    \
        bend(&name##_loss, n, y, z);                                                     \
    }                                                                                    \
                                                                                         \
    static void name##_second(const struct ob_rows *r, const void *theta, double *h)     \
    {                                                                                    \
        second(&name##_loss, r, theta, h);                                               \
    }                                                                                    \
                                                                                         \
    static void name##_hvp(const struct ob_rows *r, const void *theta, const void *v,    \
                           void *out)                                                    \
    {                                                                                    \
        hvp(&name##_loss, r, theta, v, out);                                             \
    }                                                                                    \
                                                                                         \
    static double name##_along(const struct ob_rows *r, const void *theta,               \
                               const void *v)                                            \
    {                                                                                    \
        return along(&name##_loss, r, theta, v);                                         \
    }

DEFINE_LOSS(half_squared, true)
DEFINE_LOSS(squared, true)
DEFINE_LOSS(bce_logits, false)
DEFINE_LOSS(bce, false)

#define BY_LOSS(what)                                                                    \
    {                                                                                    \
        [OB_LOSS_HALF_SQUARED] = half_squared_##what,                                    \
        [OB_LOSS_SQUARED] = squared_##what, [OB_LOSS_BCE_LOGITS] = bce_logits_##what,    \
        [OB_LOSS_BCE] = bce_##what,                                                      \
    }

#define JOIN_(a, b) a##_##b
#define JOIN(a, b)  JOIN_(a, b)

extern const struct ob_kernels JOIN(OB_FN(ob_kernels), OB_VARIANT);
const struct ob_kernels JOIN(OB_FN(ob_kernels), OB_VARIANT) = {
    .isa = OB_VARIANT_ISA,
    .dtype = OB_REAL_BITS == 32 ? OB_F32 : OB_F64,
    .axpy = axpy,
    .scale = scale,
    .sub = sub,
    .sum = sum,
    .sumabs = sumabs,
    .sumsq = sumsq,
    .sumsq_diff = sumsq_diff,
    .dot = dot,
    .absmax = absmax,
    .finite = finite,
    .pass = BY_LOSS(pass),
    .slopes = BY_LOSS(slopes),
    .bends = BY_LOSS(bends),
    .predict = predict,
    .second = BY_LOSS(second),
    .hvp = BY_LOSS(hvp),
    .along = BY_LOSS(along),
    .weighted = weighted,
    .fold = fold,
};
