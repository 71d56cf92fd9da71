/* The surface as the screen has it: how it is read, places on it, values between its
 * points. */
#include "../../lib/ob_test.h"

#include <math.h>

#include "optbench/base/npy.h"
#include "optbench/base/rng.h"
#include "optbench/ui/surface_view.h"

static double grid[3 * 4] = {
    0, 1, 2,   3, /* v = -1 */
    2, 3, 4,   5, /* v = 0 */
    4, 5, NAN, 7,
};

static struct ob_surface_view surface(void)
{
    return (struct ob_surface_view){
        .nx = 4,
        .ny = 3,
        .z = grid,
        .x = { .from = 0, .to = 3 },
        .y = { .from = -1, .to = 1 },
    };
}

static void values_between_points_are_linear(void **state)
{
    struct ob_surface_view s = surface();
    (void)state;
    for (int i = 0; i <= 30; i++)
        for (int j = 0; j <= 20; j++) {
            double u = 3.0 * i / 30, v = -1 + j / 10.0;
            if (u >= 1 && v >= 0) /* the hole */
                continue;
            ob_assert_near(ob_surface_at(&s, u, v), u + 2 * (v + 1), 1e-12);
        }
}

static void there_is_no_value_outside_nor_beside_a_hole(void **state)
{
    struct ob_surface_view s = surface();
    (void)state;
    assert_true(isnan(ob_surface_at(&s, -1e-9, 0)));
    assert_true(isnan(ob_surface_at(&s, 3.0001, 0)));
    assert_true(isnan(ob_surface_at(&s, 1, -1.1)));
    assert_true(isnan(ob_surface_at(&s, NAN, 0)));
    assert_true(isnan(ob_surface_at(&s, 1.5, 0.5)));
    ob_assert_near(ob_surface_at(&s, 0.5, 1), 4.5, 1e-12);
}

/* A point made from its coordinates has them again, and a distance that was added. */
static void projection_is_the_way_back(void **state)
{
    enum { TRIES = 300, N = 5 };
    struct ob_rng r;
    (void)state;
    ob_rng_init(&r, 7, 0);
    for (int t = 0; t < TRIES; t++) {
        struct ob_surface_view s = { .n = N };
        double theta[N], a = 6.283 * ob_rng_uniform(&r), off = 3 * ob_rng_uniform(&r);
        double u = 10 * ob_rng_uniform(&r) - 5, v = 10 * ob_rng_uniform(&r) - 5;
        struct ob_surface_mark at;
        s.x.direction[0] = cos(a);
        s.x.direction[3] = sin(a);
        s.y.direction[0] = -sin(a);
        s.y.direction[3] = cos(a);
        for (int i = 0; i < N; i++) {
            s.origin[i] = 4 * ob_rng_uniform(&r);
            theta[i] = s.origin[i] + u * s.x.direction[i] + v * s.y.direction[i];
        }
        theta[4] += off;
        ob_assert_near(ob_surface_project(&s, theta, &at), off, 1e-12);
        ob_assert_near(at.u, u, 1e-12);
        ob_assert_near(at.v, v, 1e-12);
    }
}

static const char line[] =
    "{\"plane\":\"pca\",\"nx\":4,\"ny\":3,\"n\":3,\"bytes\":224,"
    "\"x\":{\"name\":\"PC1\",\"index\":null,\"from\":0,\"to\":3,\"share\":0.75,"
    "\"direction\":[0,1,0]},"
    "\"y\":{\"name\":\"w1\",\"index\":0,\"from\":-1,\"to\":1,\"share\":null,"
    "\"direction\":[1,0,0]},"
    "\"origin\":[0,0,2.5],\"here\":{\"u\":1,\"v\":0,\"loss\":3},"
    "\"min\":{\"u\":0,\"v\":-1,\"loss\":0},\"max\":{\"u\":3,\"v\":1,\"loss\":7},"
    "\"optima\":[{\"u\":0,\"v\":-2,\"loss\":\"-inf\",\"beside\":0.5}],"
    "\"paths\":[{\"path\":\"runs/"
    "a\",\"step\":[0,4],\"u\":[1,2],\"v\":[0,0.5],\"loss\":[3,\"nan\"]},"
    "{\"step\":[],\"u\":[],\"v\":[],\"loss\":[]}],"
    "\"leaves\":0.25,\"holes\":1,\"level\":1,\"levels\":2,\"evals\":12,"
    "\"seconds\":0.001,\"done\":false}\n";

static void an_answer_is_read_whole(void **state)
{
    struct ob_surface_view s = { 0 };
    struct ob_buf file = { 0 };
    struct ob_err err;
    (void)state;
    ob_npy_write(&file, grid, 2, (size_t[2]){ 3, 4 });
    assert_int_equal(file.len, 224);
    assert_true(
        ob_surface_view_read(&s, line, sizeof line - 1, file.data, file.len, &err));
    assert_true(s.known && !s.done);
    assert_int_equal(s.plane, OB_SURFACE_PCA);
    assert_string_equal(s.x.name, "PC1");
    assert_int_equal(s.x.index, -1);
    assert_int_equal(s.y.index, 0);
    assert_true(s.x.share == 0.75 && isnan(s.y.share));
    assert_true(s.origin[2] == 2.5 && s.x.direction[1] == 1 && s.leaves == 0.25);
    assert_int_equal(s.optima, 1);
    assert_true(s.optimum[0].z == -INFINITY && s.beside[0] == 0.5);
    assert_int_equal(s.paths, 2);
    assert_int_equal(s.path[0].n, 2);
    assert_string_equal(s.path[0].of, "runs/a");
    assert_string_equal(s.path[1].of, "");
    assert_true(s.path[0].at[1].u == 2 && isnan(s.path[0].at[1].z));
    assert_true(s.path[0].step[1] == 4);
    assert_int_equal(s.path[1].n, 0);
    ob_assert_bytes(s.z, grid, sizeof grid);
    ob_surface_view_finish(&s);
    ob_buf_finish(&file);
}

/* Another grid than the line tells of, and a line that is cut off anywhere. */
static void what_does_not_belong_together_is_refused(void **state)
{
    struct ob_surface_view s = { .holes = 7 };
    struct ob_buf file = { 0 };
    struct ob_err err;
    (void)state;
    ob_npy_write(&file, grid, 2, (size_t[2]){ 4, 3 });
    assert_false(
        ob_surface_view_read(&s, line, sizeof line - 1, file.data, file.len, &err));
    assert_int_equal(err.code, OB_EDATA);
    ob_buf_clear(&file);
    ob_npy_write(&file, grid, 2, (size_t[2]){ 3, 4 });
    for (size_t n = 0; n < sizeof line - 2; n++)
        assert_false(ob_surface_view_read(&s, line, n, file.data, file.len, &err));
    for (size_t n = 0; n < file.len; n++)
        assert_false(ob_surface_view_read(&s, line, sizeof line - 1, file.data, n, &err));
    assert_int_equal(s.holes, 7);
    ob_buf_finish(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_between_points_are_linear),
        cmocka_unit_test(there_is_no_value_outside_nor_beside_a_hole),
        cmocka_unit_test(projection_is_the_way_back),
        cmocka_unit_test(an_answer_is_read_whole),
        cmocka_unit_test(what_does_not_belong_together_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
