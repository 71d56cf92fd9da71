/* Inverse roots and orthonormal bases against their definitions, on both sides of
 * OB_DENSE_MAX. */
#include <config.h>

#include "num_test.h"
#include "optbench/num/dense.h"
#include "optbench/num/spectral.h"

static const size_t orders[] = { 1, 2, 3, 8, 33, 70 };

static double *matrix(struct dice *dice, size_t n)
{
    double *a = calloc(n * n, sizeof *a);
    for (size_t i = 0; i < n * n; i++)
        a[i] = roll_real(dice, -1, 1);
    return a;
}

/* out = a op(b) */
static void product(size_t n, const double *a, const double *b, bool transposed,
                    double *out)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double s = 0;
            for (size_t k = 0; k < n; k++)
                s += a[i * n + k] * b[transposed ? j * n + k : k * n + j];
            out[i * n + j] = s;
        }
}

/* B B' + I */
static double *definite(struct dice *dice, size_t n)
{
    double *b = matrix(dice, n), *a = calloc(n * n, sizeof *a);
    product(n, b, b, true, a);
    for (size_t i = 0; i < n; i++)
        a[i * n + i] += 1;
    free(b);
    return a;
}

static double *copy_of(size_t n, const double *a)
{
    return memcpy(calloc(n * n, sizeof *a), a, n * n * sizeof *a);
}

static bool root(size_t n, unsigned p, double least, const double *a, double *out)
{
    double *spoilt = copy_of(n, a), *work = calloc(ob_spectral_work(n), sizeof *work);
    struct ob_root r = {
        .n = n, .p = p, .least = least, .a = spoilt, .out = out, .work = work
    };
    bool ok = ob_inverse_root(&r, NULL);
    free(spoilt), free(work);
    return ok;
}

/* A (A^(-1/p))^p = I. */
static void roots_are_roots(void **state)
{
    (void)state;
    struct dice dice = { 21 };
    for (size_t t = 0; t < OB_COUNT(orders); t++)
        for (unsigned p = 1; p <= 6; p++) {
            size_t n = orders[t];
            double *a = definite(&dice, n), *out = calloc(n * n, sizeof *out);
            double *power = copy_of(n, a), *next = calloc(n * n, sizeof *next);
            assert_true(root(n, p, 1e-12, a, out));
            for (unsigned k = 0; k < p; k++) {
                product(n, power, out, false, next);
                memcpy(power, next, n * n * sizeof *next);
            }
            for (size_t i = 0; i < n * n; i++)
                ob_assert_near(power[i], i % (n + 1) == 0, 1e-13 * (double)(n + 4));
            for (size_t i = 0; i < n; i++)
                for (size_t j = 0; j < i; j++)
                    assert_true(out[i * n + j] == out[j * n + i]);
            free(a), free(out), free(power), free(next);
        }
}

/* Singular to rounding: what is missing counts as the least. Not a number: said. */
static void roots_at_the_edge(void **state)
{
    (void)state;
    const double one[] = { 4, 4, 4, 4 }, bad[] = { 1, 0, (double)NAN, 1 };
    double out[4];
    assert_true(root(2, 2, 0.25, one, out)); /* 8 along (1, 1), 0 along (1, -1) */
    ob_assert_near(out[0] + out[1], 1 / sqrt(8), 1e-15);
    ob_assert_near(out[0] - out[1], 2, 1e-15);
    assert_false(root(2, 2, 0.25, bad, out));
    assert_false(ob_orthonormal(2, (double[]){ 1, 0, 0, (double)INFINITY }, out));
}

static void assert_orthonormal(size_t n, const double *q)
{
    double *unit = calloc(n * n, sizeof *unit);
    product(n, q, q, true, unit);
    for (size_t i = 0; i < n * n; i++)
        ob_assert_near(unit[i], i % (n + 1) == 0, 1e-14 * (double)(n + 4));
    free(unit);
}

/* Q is orthonormal and Q' A upper triangular, whatever the scale. */
static void bases_are_orthonormal(void **state)
{
    (void)state;
    struct dice dice = { 22 };
    const double scale[] = { 1, 0x1p600, 0x1p-600 };
    for (size_t t = 0; t < OB_COUNT(orders); t++) {
        size_t n = orders[t];
        double *a = matrix(&dice, n), *q = calloc(n * n, sizeof *q);
        double *work = calloc(ob_spectral_work(n), sizeof *work);
        for (size_t i = 0; i < n * n; i++)
            q[i] = a[i] * scale[t % 3];
        assert_true(ob_orthonormal(n, q, work));
        assert_orthonormal(n, q);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < i; j++) {
                double r = 0;
                for (size_t k = 0; k < n; k++)
                    r += q[k * n + i] * a[k * n + j];
                ob_assert_near(r, 0, 1e-14 * (double)(n + 4));
            }
        free(a), free(q), free(work);
    }
    double zero[9] = { 0 }, rank1[9] = { 1, 2, 0, 2, 4, 0, 3, 6, 0 };
    double work[9 + 9];
    assert_true(ob_orthonormal(3, zero, work) && ob_orthonormal(3, rank1, work));
    assert_orthonormal(3, zero);
    assert_orthonormal(3, rank1);
}

/* LAPACK's side: the same meaning. Order 257, checked through what it does to vectors. */
static void large_orders(void **state)
{
    (void)state;
    enum { N = OB_DENSE_MAX + 1 };
    struct dice dice = { 23 };
    double *a = calloc(N * N, sizeof *a), *out = calloc(N * N, sizeof *out);
    double x[N], y[N], z[N];
    double *work = calloc(ob_spectral_work(N), sizeof *work);
    for (size_t i = 0; i < N; i++) {
        x[i] = roll_real(&dice, -1, 1);
        for (size_t j = 0; j <= i; j++)
            a[i * N + j] = a[j * N + i] = i == j ? 40 : roll_real(&dice, -1, 1);
    }
    assert_true(root(N, 2, 1e-12, a, out));
    for (int twice = 0; twice < 2; twice++) { /* y = A^(-1/2) A^(-1/2) x */
        for (size_t i = 0; i < N; i++) {
            y[i] = 0;
            for (size_t j = 0; j < N; j++)
                y[i] += out[i * N + j] * (twice ? z : x)[j];
        }
        memcpy(z, y, sizeof z);
    }
    for (size_t i = 0; i < N; i++) {
        double ay = 0;
        for (size_t j = 0; j < N; j++)
            ay += a[i * N + j] * y[j];
        ob_assert_near(ay, x[i], 1e-12);
    }
    assert_true(ob_orthonormal(N, a, work));
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j <= i && j < 3; j++) {
            double s = 0;
            for (size_t k = 0; k < N; k++)
                s += a[k * N + i] * a[k * N + j];
            ob_assert_near(s, i == j, 1e-13);
        }
    free(a), free(out), free(work);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(roots_are_roots),
        cmocka_unit_test(roots_at_the_edge),
        cmocka_unit_test(bases_are_orthonormal),
        cmocka_unit_test(large_orders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
