/* The ends of spectra that are known, from products alone. */
#include <config.h>

#include "num_test.h"
#include "optbench/num/dense.h"
#include "optbench/num/lanczos.h"

/* A matrix Q diag(d) Q' with Q a product of few reflections, so that orders of thousands
 * are multiplied in no time. */
enum { REFLECTIONS = 6 };
struct known {
    size_t n;
    double *d;              /* [n] */
    double *u[REFLECTIONS]; /* unit */
    double *t;
    double noise;   /* relative, added to each product */
    size_t fail_at; /* the product that fails, 0 = none */
    size_t asked;
    struct dice dice;
};

static void reflect(const struct known *k, int i, double *x)
{
    double along = 0;
    for (size_t j = 0; j < k->n; j++)
        along += k->u[i][j] * x[j];
    for (size_t j = 0; j < k->n; j++)
        x[j] -= 2 * along * k->u[i][j];
}

static bool multiply(void *ctx, const double *v, double *out, struct ob_err *err)
{
    struct known *k = ctx;
    if (++k->asked == k->fail_at)
        return ob_fail(err, OB_ENOMEM, "no product %zu", k->asked);
    memcpy(k->t, v, k->n * sizeof *v);
    for (int i = 0; i < REFLECTIONS; i++)
        reflect(k, i, k->t);
    for (size_t j = 0; j < k->n; j++)
        k->t[j] *= k->d[j];
    for (int i = REFLECTIONS; i-- > 0;)
        reflect(k, i, k->t);
    for (size_t j = 0; j < k->n; j++)
        out[j] = k->t[j] * (1 + k->noise * roll_real(&k->dice, -1, 1));
    return true;
}

static struct known *known(size_t n, uint64_t seed)
{
    struct known *k = calloc(1, sizeof *k);
    k->n = n;
    k->dice.state = seed;
    k->d = calloc(n, sizeof *k->d);
    k->t = calloc(n, sizeof *k->t);
    for (int i = 0; i < REFLECTIONS; i++) {
        double norm = 0;
        k->u[i] = calloc(n, sizeof **k->u);
        for (size_t j = 0; j < n; j++) {
            k->u[i][j] = roll_real(&k->dice, -1, 1);
            norm += k->u[i][j] * k->u[i][j];
        }
        for (size_t j = 0; j < n; j++)
            k->u[i][j] /= sqrt(norm);
    }
    return k;
}

static void finish(struct known *k)
{
    free(k->d), free(k->t);
    for (int i = 0; i < REFLECTIONS; i++)
        free(k->u[i]);
    free(k);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct ob_lanczos search(struct known *k, size_t low, size_t high, size_t products,
                                double tolerance)
{
    struct ob_lanczos l = { 0 };
    struct ob_err err;
    const struct ob_lanczos_opts opts = {
        .n = k->n,
        .low = low,
        .high = high,
        .products = products,
        .tolerance = tolerance,
        .seed = 7,
    };
    assert_true(ob_lanczos(&l, &opts, multiply, k, &err));
    assert_int_equal(l.products, k->asked);
    assert_true(l.products <= products || l.products <= k->n + low + high);
    return l;
}

/* What is told of the pairs holds whatever the spectrum: unit, orthogonal, first of equal
 * signs positive, and the residual is that of the matrix without noise. */
static void honest(struct known *k, const struct ob_lanczos *l, double slack)
{
    double *ax = calloc(k->n, sizeof *ax), noise = k->noise, most = 0;
    k->noise = 0;
    for (size_t j = 0; j < k->n; j++)
        most = fmax(most, fabs(k->d[j]));
    for (size_t i = 0; i < l->k; i++) {
        const double *x = l->vector + i * k->n;
        double squares = 0, largest = 0, away = 0, next = 0;
        multiply(k, x, ax, NULL);
        for (size_t j = 0; j < k->n; j++) {
            double r = ax[j] - l->value[i] * x[j];
            squares += r * r;
            away += x[j] * x[j];
            if (i > 0)
                next += x[j] * (x - k->n)[j];
            if (fabs(x[j]) > fabs(largest))
                largest = x[j];
        }
        ob_assert_near(away, 1, 1e-12);
        ob_assert_near(next, 0, 1e-9);
        assert_true(largest > 0);
        ob_assert_near(sqrt(squares), l->residual[i], slack * most);
        assert_true(i == 0 || l->value[i - 1] <= l->value[i]);
    }
    k->noise = noise;
    free(ax);
}

static void ends_are_those_of_the_matrix(struct known *k, const struct ob_lanczos *l,
                                         double tolerance)
{
    qsort(k->d, k->n, sizeof *k->d, ascending);
    double most = fmax(fabs(k->d[0]), fabs(k->d[k->n - 1]));
    for (size_t i = 0; i < l->k; i++) {
        size_t at = i < l->low ? i : k->n - l->k + i;
        ob_assert_near(l->value[i], k->d[at], tolerance * most);
    }
}

static void small_matrices_whole(void **state)
{
    (void)state;
    for (size_t n = 1; n < 40; n++) {
        struct known *k = known(n, n);
        for (size_t j = 0; j < n; j++)
            k->d[j] = roll_real(&k->dice, -3, 5);
        struct ob_lanczos l = search(k, n / 2, n - n / 2, 3 * n + 1, 1e-10);
        assert_int_equal(l.k, n);
        assert_true(l.converged);
        honest(k, &l, 1e-13);
        ends_are_those_of_the_matrix(k, &l, 1e-13);
        ob_lanczos_finish(&l);
        finish(k);
    }
}

static void spread_spectrum(void **state)
{
    (void)state;
    struct known *k = known(5000, 2);
    for (size_t j = 0; j < k->n; j++)
        k->d[j] = roll_real(&k->dice, -1, 1);
    for (size_t j = 0; j < 10; j++) {
        k->d[j] = 2 + (double)j;
        k->d[j + 10] = -1.5 - (double)j / 4;
    }
    struct ob_lanczos l = search(k, 4, 8, 300, 1e-9);
    assert_true(l.converged && l.k == 12 && l.low == 4);
    assert_true(l.products < 200);
    honest(k, &l, 1e-12);
    ends_are_those_of_the_matrix(k, &l, 1e-9);
    ob_lanczos_finish(&l);
    finish(k);
}

/* The outer ones differ by a hundredth, and the inner ones crowd against them. */
static void clustered_spectrum(void **state)
{
    (void)state;
    struct known *k = known(3000, 3);
    for (size_t j = 0; j < k->n; j++)
        k->d[j] = 1 + 1e-3 * roll_real(&k->dice, 0, 1);
    k->d[0] = 10;
    k->d[1] = 9.9;
    k->d[2] = 9.8;
    struct ob_lanczos l = search(k, 0, 3, 300, 1e-9);
    assert_true(l.converged);
    honest(k, &l, 1e-12);
    ends_are_those_of_the_matrix(k, &l, 1e-10);
    ob_lanczos_finish(&l);
    finish(k);
}

/* A Krylov space holds one copy of each eigenvalue: the basis becomes invariant, and the
 * others have to come from new directions. */
static void few_distinct_eigenvalues(void **state)
{
    (void)state;
    struct known *k = known(2500, 4);
    for (size_t j = 0; j < k->n; j++)
        k->d[j] = j < 3 ? 7 : j < 6 ? -2 : 1;
    struct ob_lanczos l = search(k, 3, 3, 300, 1e-9);
    assert_true(l.converged);
    honest(k, &l, 1e-12);
    ends_are_those_of_the_matrix(k, &l, 1e-10);
    ob_lanczos_finish(&l);
    finish(k);
}

static void multiples_of_the_identity(void **state)
{
    (void)state;
    static const double c[] = { 0, 3, -1 };
    for (size_t t = 0; t < OB_COUNT(c); t++) {
        struct known *k = known(2100, 5);
        for (size_t j = 0; j < k->n; j++)
            k->d[j] = c[t];
        struct ob_lanczos l = search(k, 4, 8, 300, 1e-9);
        assert_true(l.converged && l.k == 12);
        for (size_t i = 0; i < l.k; i++)
            ob_assert_near(l.value[i], c[t], 1e-13);
        honest(k, &l, 1e-13);
        ob_lanczos_finish(&l);
        finish(k);
    }
}

/* Rank 2, as of a model with few rows: the lower end is all zero. */
static void low_rank(void **state)
{
    (void)state;
    struct known *k = known(4000, 6);
    k->d[7] = 5;
    k->d[8] = 0.25;
    struct ob_lanczos l = search(k, 4, 8, 300, 1e-9);
    assert_true(l.converged);
    honest(k, &l, 1e-13);
    ends_are_those_of_the_matrix(k, &l, 1e-12);
    ob_lanczos_finish(&l);
    finish(k);
}

static void too_few_products_are_said(void **state)
{
    (void)state;
    struct known *k = known(4000, 8);
    for (size_t j = 0; j < k->n; j++)
        k->d[j] = (double)j / (double)k->n; /* no gap at either end */
    struct ob_lanczos l = search(k, 4, 8, 60, 1e-9);
    assert_false(l.converged);
    honest(k, &l, 1e-12);
    /* A Ritz value never lies beyond the spectrum, and these are near. */
    assert_true(l.value[l.k - 1] <= 1 && l.value[l.k - 1] > 0.99);
    ob_lanczos_finish(&l);
    finish(k);
}

/* Products with noise cannot be solved better than it; the residual says so. */
static void noisy_products(void **state)
{
    (void)state;
    struct known *k = known(3000, 9);
    for (size_t j = 0; j < k->n; j++)
        k->d[j] = roll_real(&k->dice, 0, 1);
    for (size_t j = 0; j < 12; j++)
        k->d[j] = 3 + (double)j;
    k->noise = 1e-6;
    struct ob_lanczos strict = search(k, 0, 8, 300, 1e-12);
    assert_false(strict.converged);
    ob_lanczos_finish(&strict);
    k->asked = 0;
    struct ob_lanczos l = search(k, 0, 8, 300, 1e-5);
    assert_true(l.converged);
    honest(k, &l, 1e-5);
    ends_are_those_of_the_matrix(k, &l, 1e-6);
    ob_lanczos_finish(&l);
    finish(k);
}

static void same_bits_again(void **state)
{
    (void)state;
    struct known *k = known(2100, 10);
    for (size_t j = 0; j < k->n; j++)
        k->d[j] = roll_real(&k->dice, -1, 1);
    struct ob_lanczos a = search(k, 2, 2, 80, 1e-9);
    k->asked = 0;
    struct ob_lanczos b = search(k, 2, 2, 80, 1e-9);
    ob_assert_bytes(a.value, b.value, a.k * sizeof *a.value);
    ob_assert_bytes(a.vector, b.vector, a.k * k->n * sizeof *a.vector);
    ob_lanczos_finish(&a);
    ob_lanczos_finish(&b);
    finish(k);
}

static void failures(void **state)
{
    (void)state;
    struct ob_lanczos l = { 0 };
    struct ob_err err;
    struct known *k = known(300, 11);
    const struct ob_lanczos_opts opts = {
        .n = 300, .high = 2, .products = 50, .tolerance = 1e-9
    };
    for (size_t j = 0; j < k->n; j++)
        k->d[j] = (double)j;
    for (k->fail_at = 1; k->fail_at < 30; k->fail_at += 14) {
        k->asked = 0;
        assert_false(ob_lanczos(&l, &opts, multiply, k, &err));
        assert_int_equal(err.code, OB_ENOMEM);
        assert_null(l.value);
    }
    k->fail_at = 0;
    k->d[5] = (double)NAN;
    assert_true(ob_lanczos(&l, &opts, multiply, k, &err));
    assert_int_equal(l.k, 0);
    assert_false(l.converged);
    ob_lanczos_finish(&l);
    finish(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_matrices_whole),
        cmocka_unit_test(spread_spectrum),
        cmocka_unit_test(clustered_spectrum),
        cmocka_unit_test(few_distinct_eigenvalues),
        cmocka_unit_test(multiples_of_the_identity),
        cmocka_unit_test(low_rank),
        cmocka_unit_test(too_few_products_are_said),
        cmocka_unit_test(noisy_products),
        cmocka_unit_test(same_bits_again),
        cmocka_unit_test(failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
