/* Own factorisations against their definitions and against LAPACK. */
#include <config.h>

#include "num_test.h"
#include "optbench/num/dense.h"
#include "optbench/num/lapack.h"

static double *matrix(struct dice *dice, size_t n)
{
    double *a = calloc(n * n + 1, sizeof *a);
    for (size_t i = 0; i < n * n; i++)
        a[i] = roll_real(dice, -1, 1);
    return a;
}

/* B'B + shift I, symmetric. */
static double *gram(struct dice *dice, size_t n, double shift)
{
    double *b = matrix(dice, n), *a = calloc(n * n + 1, sizeof *a);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            a[i * n + j] = i == j ? shift : 0;
            for (size_t k = 0; k < n; k++)
                a[i * n + j] += b[k * n + i] * b[k * n + j];
        }
    free(b);
    return a;
}

static double *copy_of(const double *a, size_t n)
{
    return memcpy(calloc(n + 1, sizeof *a), a, n * sizeof *a);
}

/* max |A x - b| */
static double residual(size_t n, const double *a, const double *x, const double *b)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double s = -b[i];
        for (size_t j = 0; j < n; j++)
            s += a[i * n + j] * x[j];
        most = fmax(most, fabs(s));
    }
    return most;
}

static const size_t orders[] = { 1, 2, 3, 5, 17, 64, 130 };

static void solves(void **state)
{
    (void)state;
    struct dice dice = { 11 };
    for (size_t t = 0; t < OB_COUNT(orders); t++) {
        size_t n = orders[t], pivot[130];
        int ipivot[130];
        double *spd = gram(&dice, n, 1), *any = matrix(&dice, n), b[130], x[130], y[130];
        for (size_t i = 0; i < n; i++)
            b[i] = roll_real(&dice, -1, 1);
        double *l = copy_of(spd, n * n), *ll = copy_of(spd, n * n);
        assert_true(ob_cholesky(n, l) && ob_lapack_cholesky(n, ll));
        ob_cholesky_solve(n, l, memcpy(x, b, sizeof x));
        ob_lapack_cholesky_solve(n, ll, memcpy(y, b, sizeof y));
        ob_assert_near(residual(n, spd, x, b), 0, 1e-14 * (double)n);
        for (size_t i = 0; i < n; i++)
            ob_assert_near(x[i], y[i], 1e-12);
        double *lu = copy_of(any, n * n), *llu = copy_of(any, n * n);
        assert_true(ob_lu(n, lu, pivot) && ob_lapack_lu(n, llu, ipivot));
        ob_lu_solve(n, lu, pivot, memcpy(x, b, sizeof x));
        ob_lapack_lu_solve(n, llu, ipivot, memcpy(y, b, sizeof y));
        double size = 1;
        for (size_t i = 0; i < n; i++)
            size = fmax(size, fabs(x[i]));
        ob_assert_near(residual(n, any, x, b), 0, 1e-14 * (double)n * size);
        ob_assert_near(residual(n, any, y, b), 0, 1e-14 * (double)n * size);
        free(spd), free(any), free(l), free(ll), free(lu), free(llu);
    }
}

static void singular_and_indefinite_are_said(void **state)
{
    (void)state;
    double indefinite[] = { 1, 2, 2, 1 }, nan[] = { (double)NAN, 0, 0, 1 };
    double singular[] = { 1, 2, 2, 4 }, cond;
    size_t pivot[2];
    assert_false(ob_cholesky(2, indefinite));
    assert_false(ob_cholesky(2, nan));
    assert_false(ob_lu(2, singular, pivot));
    const double rank2[] = { 1, 2, 3, 2, 4, 6, 3, 6, 10 };
    const double zero[9] = { 0 };
    assert_true(ob_condition_symmetric(3, zero, &cond, NULL));
    assert_true(cond == (double)INFINITY);
    assert_true(ob_condition_symmetric(2, nan, &cond, NULL));
    assert_true(isnan(cond));
    assert_true(ob_condition_symmetric(3, rank2, &cond, NULL));
    assert_true(cond > 1e15);
}

static void eigenvalues_and_vectors(void **state)
{
    (void)state;
    struct dice dice = { 12 };
    for (size_t t = 0; t < OB_COUNT(orders); t++) {
        size_t n = orders[t];
        double scale = t % 3 == 0 ? 1 : t % 3 == 1 ? 0x1p600 : 0x1p-700;
        double *a = gram(&dice, n, -1);
        for (size_t i = 0; i < n * n; i++)
            a[i] *= scale;
        double *own = copy_of(a, n * n), *other = copy_of(a, n * n);
        double *v = calloc(n * n, sizeof *v), w[130], lw[130], work[260];
        assert_true(ob_eigen_symmetric(n, own, w, v, work));
        assert_true(ob_lapack_eigen_symmetric(n, other, lw, true));
        double norm = fmax(fabs(w[0]), fabs(w[n - 1]));
        for (size_t k = 0; k < n; k++) {
            ob_assert_near(w[k], lw[k], 1e-14 * norm * (double)n);
            assert_true(k == 0 || w[k - 1] <= w[k]);
            for (size_t i = 0; i < n; i++) {
                double av = 0, vv = 0;
                for (size_t j = 0; j < n; j++) {
                    av += a[i * n + j] * v[j * n + k];
                    vv += v[j * n + i] * v[j * n + k];
                }
                ob_assert_near(av, w[k] * v[i * n + k], 1e-14 * norm * (double)n);
                ob_assert_near(vv, i == k, 1e-14 * (double)n);
            }
        }
        free(a), free(own), free(other), free(v);
    }
}

static void special_matrices(void **state)
{
    (void)state;
    double w[4], v[16], work[8], cond;
    double diagonal[16] = { 3, 0, 0, 0, 0, -1, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0 };
    assert_true(ob_eigen_symmetric(4, diagonal, w, v, work));
    const double want[] = { -1, 0, 3, 3 };
    ob_assert_bytes(w, want, sizeof want);
    double tiny[9] = { 1, 0, 0, 0, 0, 1e-200, 0, 1e-200, 0 };
    assert_true(ob_eigen_symmetric(3, tiny, w, v, work));
    ob_assert_near(w[2], 1, 0);
    const double hilbert[] = { 1, 0.5, 1.0 / 3, 0.5, 1.0 / 3, 0.25, 1.0 / 3, 0.25, 0.2 };
    assert_true(ob_condition_symmetric(3, hilbert, &cond, NULL));
    ob_assert_near(cond, 524.0567775860644, 1e-9);
}

/* Orthogonality of the residual decides least squares; sizes around the row block. */
static void least_squares(void **state)
{
    (void)state;
    struct dice dice = { 13 };
    static const size_t rows[] = { 1, 2, 7, 100, 511, 512, 513, 1500 };
    for (size_t t = 0; t < OB_COUNT(rows); t++) {
        size_t m = rows[t], n = m < 6 ? 1 : 6, rank;
        double *column[6], *y = calloc(m, sizeof *y), theta[6], ss, sum = 0;
        for (size_t j = 0; j < n; j++) {
            column[j] = calloc(m, sizeof *y);
            for (size_t i = 0; i < m; i++)
                column[j][i] = j == 0 ? 1 : roll_real(&dice, 0, 1000) + 1e5;
        }
        for (size_t i = 0; i < m; i++)
            y[i] = roll_real(&dice, -1, 1);
        assert_true(
            ob_lstsq(m, n, (const double *const *)column, y, theta, &ss, &rank, NULL));
        assert_int_equal(rank, n);
        for (size_t j = 0; j < n; j++) {
            double g = 0, norm = 0;
            sum = 0;
            for (size_t i = 0; i < m; i++) {
                double e = -y[i];
                for (size_t k = 0; k < n; k++)
                    e += theta[k] * column[k][i];
                g += e * column[j][i];
                norm += column[j][i] * column[j][i];
                sum += e * e;
            }
            ob_assert_near(g / sqrt(norm), 0, 1e-9);
        }
        ob_assert_near(ss, sum, 1e-9 * (sum + 1e-9));
        for (size_t j = 0; j < n; j++)
            free(column[j]);
        free(y);
    }
}

static void dependent_columns(void **state)
{
    (void)state;
    struct dice dice = { 14 };
    enum { M = 600 };
    static double a[M], b[M], twice[M], y[M];
    for (size_t i = 0; i < M; i++) {
        a[i] = roll_real(&dice, 0, 1);
        b[i] = roll_real(&dice, 0, 1);
        twice[i] = 2 * a[i];
        y[i] = 3 * a[i] - b[i];
    }
    const double *column[] = { a, b, twice };
    double theta[3], ss;
    size_t rank;
    assert_true(ob_lstsq(M, 3, column, y, theta, &ss, &rank, NULL));
    assert_int_equal(rank, 2);
    ob_assert_near(theta[0], 3, 1e-12);
    ob_assert_near(theta[1], -1, 1e-12);
    assert_true(theta[2] == 0);
    ob_assert_near(ss, 0, 1e-20);
    assert_true(ob_lstsq(2, 3, column, y, theta, &ss, &rank, NULL));
    assert_int_equal(rank, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solves),
        cmocka_unit_test(singular_and_indefinite_are_said),
        cmocka_unit_test(eigenvalues_and_vectors),
        cmocka_unit_test(special_matrices),
        cmocka_unit_test(least_squares),
        cmocka_unit_test(dependent_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
