/* Planes through the space of parameters, and grids over them. */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/model/plane.h"

/* (2 - w1 - w2)^2 + (4 - 3 w1 - w2)^2, the surface of the notebook. */
static const struct toy_quadratic notebook = {
    .n = 2, .a = { 20, 8, 8, 4 }, .b = { 28, 12 }, .c = 20
};

static struct ob_problem *quadratic(const struct toy_quadratic *q)
{
    toy = *q;
    return toy_create(&toy_quadratic, OB_F64, "", NULL);
}

/* Computes level after level in portions of `most` points; the values of the last one are
 * the caller's. */
static double *grid_of(struct ob_problem *p, const struct ob_plane *pl,
                       const double range[static 4], size_t size, size_t most)
{
    struct ob_scan s = { 0 };
    struct ob_err err = { 0 };
    bool whole;
    assert_true(ob_scan_init(&s, p, pl, range, size, &err));
    do {
        do
            assert_true(ob_scan_work(&s, most, &whole, &err));
        while (!whole);
    } while (ob_scan_next(&s, &err));
    assert_int_equal(s.size[s.level], size);
    double *z = s.z;
    s.z = NULL;
    ob_scan_finish(&s);
    return z;
}

/* numpy: w = arange(-10, 10, .05); max 2420 at (-10, -10), mean 421.01, min at (1, 1). */
static void the_grid_of_the_notebook(void **state)
{
    enum { N = 400 };
    const double range[] = { -10, 9.95, -10, 9.95 }, here[] = { 0, 0 };
    struct ob_plane pl = { 0 };
    struct ob_problem *p = quadratic(&notebook);
    (void)state;
    ob_plane_params(&pl, 2, here, 0, 1);
    double *z = grid_of(p, &pl, range, N, 100000), sum = 0;
    size_t least = 0, most = 0;
    for (size_t k = 0; k < N * N; k++) {
        sum += z[k];
        least = z[k] < z[least] ? k : least;
        most = z[k] > z[most] ? k : most;
    }
    assert_int_equal(most, 0);
    assert_true(z[0] == 2420);
    assert_int_equal(least, 220 * N + 220);
    ob_assert_near(ob_scan_at(-10, 9.95, 220, N), 1, 1e-14);
    ob_assert_near(z[least], 0, 1e-25);
    ob_assert_near(sum / (N * N), 421.01, 1e-9);
    free(z);
    ob_plane_finish(&pl);
    ob_problem_destroy(p);
}

/* A sum of logarithms and roots, so that a quarter of the plane has no value. */
static bool start_holes(struct ob_problem *p, const struct ob_dataset *d,
                        struct ob_err *err)
{
    (void)d;
    (void)err;
    ob_layout_add(&p->layout, "a", 0, NULL);
    ob_layout_add(&p->layout, "b", 0, NULL);
    return true;
}

static void eval_holes(struct ob_problem *p, const void *theta, void *grad,
                       struct ob_eval *out)
{
    const double *t = theta;
    (void)p;
    (void)grad;
    *out = (struct ob_eval){ .loss = log(t[0]) + sqrt(t[1]) };
}

static const struct ob_problem_type holes = { .name = "holes",
                                              .start = start_holes,
                                              .eval = eval_holes };

static void values_that_are_none_are_kept(void **state)
{
    const double range[] = { -1, 1, -1, 1 }, here[] = { 0, 0 };
    struct ob_plane pl = { 0 };
    struct ob_problem *p = toy_create(&holes, OB_F64, "", NULL);
    (void)state;
    ob_plane_params(&pl, 2, here, 0, 1);
    double *z = grid_of(p, &pl, range, 5, 3);
    for (size_t k = 0; k < 25; k++) {
        double a = -1 + 0.5 * (double)(k % 5), b = -1 + 0.5 * (double)(k / 5);
        double expected = log(a) + sqrt(b);
        assert_true(isnan(expected) ? isnan(z[k]) : z[k] == expected);
    }
    assert_true(z[2 * 5 + 2] == -INFINITY);
    free(z);
    ob_plane_finish(&pl);
    ob_problem_destroy(p);
}

static void fill(struct ob_rng *r, double *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        v[i] = 4 * ob_rng_uniform(r) - 2;
}

/* Every value is what the problem says at that point, whatever the sizes of the levels
 * and of the portions, in float32, too, and with penalties. */
static void a_grid_is_what_the_problem_says(void **state)
{
    enum { N = 3 };
    static const size_t sizes[] = { 2, 3, 16, 33, 34, 35, 65, 67 };
    struct toy_quadratic q = { .n = N, .a = { 2, 1, 0, 1, 3, -1, 0, -1, 1 } };
    struct ob_rng r;
    (void)state;
    ob_rng_init(&r, 11, 0);
    fill(&r, q.b, N);
    for (size_t t = 0; t < OB_COUNT(sizes); t++) {
        double theta[N],
            range[4] = { -1 - ob_rng_uniform(&r), ob_rng_uniform(&r), -3, 7 };
        size_t n = sizes[t];
        struct ob_plane pl = { 0 };
        toy = q;
        enum ob_dtype dtype = t % 2 ? OB_F32 : OB_F64;
        struct ob_problem *p = toy_create(&toy_quadratic, dtype, "l2=0.1", NULL);
        fill(&r, theta, N);
        ob_plane_random(&pl, N, theta, t);
        double *z = grid_of(p, &pl, range, n, 1 + ob_rng_below(&r, 200));
        for (size_t k = 0; k < n * n; k++) {
            double u = ob_scan_at(range[0], range[1], k % n, n), at[N];
            double v = ob_scan_at(range[2], range[3], k / n, n);
            for (size_t a = 0; a < N; a++)
                at[a] = pl.origin[a] + u * pl.x[a] + v * pl.y[a];
            struct ob_vec vec = toy_vec(dtype, N, at);
            struct ob_eval e;
            ob_problem_eval(p, vec.data, NULL, &e);
            assert_true(z[k] == e.loss);
            ob_vec_finish(&vec);
        }
        free(z);
        ob_plane_finish(&pl);
        ob_problem_destroy(p);
    }
}

static void planes_are_orthonormal(void **state)
{
    enum { N = 37 };
    struct ob_rng r;
    struct ob_err err;
    (void)state;
    ob_rng_init(&r, 5, 0);
    for (uint64_t t = 0; t < 100; t++) {
        double theta[N], x[N], y[N], xx = 0, yy = 0, xy = 0;
        struct ob_plane pl = { 0 };
        fill(&r, theta, N);
        fill(&r, x, N);
        fill(&r, y, N);
        if (t % 2 == 0)
            ob_plane_random(&pl, N, theta, t);
        else {
            /* Nearly parallel, and of any length. */
            for (size_t i = 0; i < N; i++)
                y[i] = 1e200 * (x[i] + 1e-6 * y[i]);
            assert_true(ob_plane_directions(&pl, N, theta, x, y, &err));
        }
        for (size_t i = 0; i < N; i++) {
            xx += pl.x[i] * pl.x[i];
            yy += pl.y[i] * pl.y[i];
            xy += pl.x[i] * pl.y[i];
        }
        ob_assert_near(xx, 1, 1e-14);
        ob_assert_near(yy, 1, 1e-14);
        ob_assert_near(xy, 0, 1e-14);
        ob_plane_finish(&pl);
    }
}

static void parallel_directions_are_no_plane(void **state)
{
    const double theta[] = { 0, 0, 0 }, x[] = { 1, 2, 3 }, y[] = { -2, -4, -6 };
    const double zero[] = { 0, 0, 0 }, bad[] = { 1, NAN, 0 };
    struct ob_plane pl = { 0 };
    struct ob_err err = { 0 };
    (void)state;
    assert_false(ob_plane_directions(&pl, 3, theta, x, y, &err));
    assert_false(ob_plane_directions(&pl, 3, theta, x, zero, &err));
    assert_false(ob_plane_directions(&pl, 3, theta, bad, x, &err));
    assert_int_equal(err.code, OB_EFAIL);
    assert_null(pl.x);
}

/* A path that lies in a plane is found again, with its shares, be there more points than
 * parameters or fewer; a point beside it is as far away as it was put. */
static void components_of_a_flat_path(void **state)
{
    struct ob_rng r;
    struct ob_err err;
    (void)state;
    ob_rng_init(&r, 23, 0);
    for (uint64_t t = 0; t < 40; t++) {
        size_t n = 2 + ob_rng_below(&r, 40), k = 3 + ob_rng_below(&r, t % 2 ? 300 : 5);
        double *theta = ob_xcalloc(n, sizeof *theta);
        double *path = ob_xcalloc(n * k, sizeof *path);
        struct ob_plane real = { 0 }, pl = { 0 };
        fill(&r, theta, n);
        ob_plane_random(&real, n, theta, t);
        for (size_t i = 0; i < k; i++) {
            double u = 5 * cos(0.3 * (double)i), v = ob_rng_uniform(&r) - 0.5;
            for (size_t a = 0; a < n; a++)
                path[i * n + a] = theta[a] + u * real.x[a] + v * real.y[a];
        }
        assert_true(ob_plane_pca(&pl, n, theta, path, k, &err));
        for (size_t i = 0; i < k; i++) {
            double u, v;
            ob_assert_near(ob_plane_project(&pl, path + i * n, &u, &v), 0, 1e-12);
        }
        ob_assert_near(pl.x_share + pl.y_share, 1, 1e-12);
        assert_true(pl.x_share > 0.9);
        double across = 0, most[2] = { 0, 0 };
        for (size_t a = 0; a < n; a++) {
            across += pl.x[a] * pl.y[a];
            most[0] = fabs(pl.x[a]) > fabs(most[0]) ? pl.x[a] : most[0];
            most[1] = fabs(pl.y[a]) > fabs(most[1]) ? pl.y[a] : most[1];
        }
        ob_assert_near(across, 0, 1e-14);
        assert_true(most[0] > 0 && most[1] > 0);
        ob_plane_finish(&pl);
        ob_plane_finish(&real);
        free(path);
        free(theta);
    }
}

static void components_of_a_line_and_of_a_point(void **state)
{
    const double theta[] = { 1, 1, 1 };
    double path[] = { 4, 1, 1, 3, 1, 1, 2, 1, 1, 1, 1, 1 }, u, v;
    struct ob_plane pl = { 0 };
    struct ob_err err = { 0 };
    (void)state;
    assert_true(ob_plane_pca(&pl, 3, theta, path, 4, &err));
    ob_assert_near(pl.x_share, 1, 1e-15);
    assert_true(pl.y_share == 0);
    ob_assert_near(fabs(pl.x[0]), 1, 1e-15);
    assert_true(pl.y[0] == 0);
    const double beside[] = { 2, 1 + 3 * pl.y[1], 1 + 3 * pl.y[2] };
    ob_assert_near(ob_plane_project(&pl, beside, &u, &v), 0, 1e-15);
    ob_assert_near(fabs(v), 3, 1e-15);
    ob_plane_finish(&pl);
    assert_false(ob_plane_pca(&pl, 3, theta, theta, 1, &err));
    assert_string_equal(err.text, "the path has not left its first point");
    path[4] = INFINITY;
    assert_false(ob_plane_pca(&pl, 3, theta, path, 4, &err));
    assert_null(pl.x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grid_of_the_notebook),
        cmocka_unit_test(values_that_are_none_are_kept),
        cmocka_unit_test(a_grid_is_what_the_problem_says),
        cmocka_unit_test(planes_are_orthonormal),
        cmocka_unit_test(parallel_directions_are_no_plane),
        cmocka_unit_test(components_of_a_flat_path),
        cmocka_unit_test(components_of_a_line_and_of_a_point),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
