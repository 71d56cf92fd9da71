/*
 * What notebooks 000 (last cell), 001 and 002 print, from the shipped experiments that
 * stand for their cells. Figures are the notebooks' own where they print enough digits,
 * else computed by torch 1.13 and numpy 1.24 from the same cells
 * (tests/reference/notebook001_sine_*.csv: every twentieth row of 2,000).
 */
#include <config.h>

#include <math.h>
#include <unistd.h>

#include "../lib/ob_table.h"
#include "../lib/ob_test.h"
#include "golden.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/model/curvature.h"

/* Runs a shipped experiment, a row for each step. */
static void run(struct golden *g, const char *name, const char *a, const char *b)
{
    const char *const sets[] = { "log.every=1", a, b, NULL };
    char *ini = ob_xasprintf("../../configs/%s.ini", name);
    golden_run(g, ini, sets);
    free(ini);
}

/* A shipped experiment before its first step, to be asked about its problem. */
struct built {
    struct ob_spec spec;
    struct ob_trainer *t;
    struct ob_problem *p;
    struct ob_curvature c; /* at the start */
};

static void build(struct built *b, const char *name, const char *set)
{
    const char *const sets[] = { set };
    struct ob_diags diags = { 0 };
    struct ob_err err = { 0 };
    char *folder = ob_path_configs(), *file = ob_xasprintf("%s.ini", name),
         *path = ob_path_join(folder, file);
    *b = (struct built){ 0 };
    if (ob_spec_load(path, sets, set ? 1 : 0, &b->spec, &diags))
        b->t = ob_trainer_create(&b->spec, &diags);
    ob_diags_print(&diags, stderr);
    assert_non_null(b->t);
    b->p = ob_trainer_problem(b->t);
    struct ob_curvature_opts opts = { .dtype = b->p->dtype };
    assert_true(ob_curvature_at(&b->c, b->p, ob_trainer_theta(b->t)->data, &opts, &err));
    ob_diags_finish(&diags);
    free(path);
    free(file);
    free(folder);
}

static void demolish(struct built *b)
{
    ob_curvature_finish(&b->c);
    ob_trainer_destroy(b->t);
    ob_spec_finish(&b->spec);
}

/* ---- notebook 000 ---- */

static void assert_matrix(struct built *b, const double *want)
{
    size_t n = b->p->n;
    double h[9];
    struct ob_err err = { 0 };
    assert_true(n <= 3);
    assert_true(ob_problem_hessian(b->p, ob_trainer_theta(b->t)->data, h, &err));
    for (size_t i = 0; i < n * n; i++)
        ob_assert_near(h[i], want[i], 1e-12);
}

/* The printed inverse of a singular matrix is nowhere: the program says what it is. */
static void quadratic_without_a_stationary_point(void **state)
{
    static const double a[] = { -5, -3, -0.5, -3, -2, 0, -0.5, 0, -0.5 };
    const double root = sqrt(157);
    struct built b;
    build(&b, "quadratic", *state);
    assert_matrix(&b, a);
    for (int i = 0; i < 3; i++)
        assert_true(b.c.grad[i] == 1 + 2 * i);
    ob_assert_near(b.c.value[0], (-15 - root) / 4, 1e-12);
    ob_assert_near(b.c.value[1], (-15 + root) / 4, 1e-12);
    ob_assert_near(b.c.value[2], 0, 1e-12);
    assert_int_equal(b.c.rank, 2);
    assert_int_equal(b.c.negative, 2);
    assert_int_equal(b.c.zero, 1);
    assert_int_equal(b.c.newton, OB_NEWTON_NONE);
    assert_null(b.c.step);
    assert_true(isinf(b.c.condition));
    const double *null = b.c.vector + 6;
    double scale = sqrt(17), turn = null[0] > 0 ? 1 : -1;
    ob_assert_near(null[0], turn * 2 / scale, 1e-12);
    ob_assert_near(null[1], turn * -3 / scale, 1e-12);
    ob_assert_near(null[2], turn * -2 / scale, 1e-12);
    ob_assert_near(b.c.null_slope, 17 / scale, 1e-12);
    demolish(&b);

    struct golden g;
    run(&g, "quadratic", *state, NULL);
    assert_int_equal(g.result.stop, OB_STOP_SINGULAR);
    assert_int_equal(g.result.steps, 0);
    assert_non_null(strstr(g.result.text, "singular"));
    assert_null(strstr(g.result.text, "e+0"));
    golden_finish(&g);
}

/* ---- notebook 001 ---- */

/* All digits of the twenty printed lines. */
static void parabola_by_hand(void **state)
{
    (void)state;
    static const struct {
        double x, y;
    } printed[] = {
        { -0.2, 0.64 },
        { -0.36000000000000004, 0.40959999999999996 },
        { -0.488, 0.26214400000000004 },
        { -0.5904, 0.16777215999999995 },
        { -0.67232, 0.10737418239999996 },
        { -0.7378560000000001, 0.06871947673599998 },
        { -0.7902848, 0.043980465111040035 },
        { -0.83222784, 0.028147497671065613 },
        { -0.865782272, 0.018014398509481944 },
        { -0.8926258176, 0.011529215046068408 },
        { -0.9141006540800001, 0.0073786976294838436 },
        { -0.931280523264, 0.004722366482869611 },
        { -0.9450244186112, 0.0030223145490365644 },
        { -0.95601953488896, 0.0019342813113834012 },
        { -0.9648156279111679, 0.0012379400392853457 },
        { -0.9718525023289344, 0.0007922816251426656 },
        { -0.9774820018631475, 0.0005070602400912838 },
        { -0.981985601490518, 0.0003245185536584483 },
        { -0.9855884811924144, 0.00020769187434144243 },
        { -0.9884707849539315, 0.00013292279957843878 },
    };
    struct golden g;
    run(&g, "parabola", NULL, NULL);
    assert_int_equal(g.result.steps, 20);
    for (size_t k = 0; k < OB_COUNT(printed); k++) {
        if (golden_at(&g, k + 1, "x") != printed[k].x ||
            golden_at(&g, k + 1, "loss") != printed[k].y)
            fail_msg("step %zu: x %.17g, y %.17g", k + 1, golden_at(&g, k + 1, "x"),
                     golden_at(&g, k + 1, "loss"));
    }
    golden_finish(&g);
}

/* torch's autograd in single precision: its gradients to nine digits. */
static void parabola_by_autograd(void **state)
{
    (void)state;
    static const double grad[] = {
        2,           1.60000002,   1.27999997,   1.02399993,   0.81919992,   0.655359983,
        0.524287939, 0.419430375,  0.335544348,  0.268435478,  0.214748383,  0.171798706,
        0.137439013, 0.109951258,  0.0879609585, 0.0703687668, 0.0562950373, 0.0450360775,
        0.036028862, 0.0288231373,
    };
    struct golden g;
    run(&g, "parabola-torch", NULL, NULL);
    assert_true(g.f32);
    for (size_t k = 0; k < OB_COUNT(grad); k++)
        ob_assert_near(golden_at(&g, k, "grad.x"), grad[k], 1e-8 * grad[k]);
    ob_assert_near(golden_at(&g, 20, "x"), -0.988470733, 5e-10);
    golden_finish(&g);
}

static void slope_by_hand(void **state)
{
    (void)state;
    struct golden g;
    run(&g, "line-by-hand", NULL, NULL);
    ob_assert_near(golden_at(&g, 0, "loss"), 18.666666666666668, 1e-14);
    ob_assert_near(golden_at(&g, 9, "loss"), 3.1998119792125501, 1e-14);
    if (golden_at(&g, 10, "w") != 1.2492307286934012)
        fail_msg("w %.17g", golden_at(&g, 10, "w"));
    golden_finish(&g);
}

/* torch: rate 0.1 arrives at 2 to the last bit; and an nn.Linear drawn after
 * manual_seed(2). */
static void slope_by_torch(void **state)
{
    (void)state;
    static const double cost[] = { 14.6303, 12.0267, 9.8865, 8.1272, 6.6809,
                                   5.4920,  4.5147,  3.7112, 3.0508, 2.5079,
                                   2.0616,  1.6947,  1.3931, 1.1452, 0.9414,
                                   0.7739,  0.6362,  0.5230, 0.4299, 0.3534 };
    struct golden g;
    const char *const sets[] = { "log.every=1", "experiment.dtype=float32",
                                 "stop.max_steps=20", "optimizer.lr=0.1", NULL };
    golden_run(&g, "../../configs/line-by-hand.ini", sets);
    assert_true(golden_at(&g, 20, "w") == 2);
    golden_finish(&g);
    const char *const linear[] = { "log.every=1", "experiment.dtype=float32",
                                   "stop.max_steps=20",
                                   "model.start=w:0.22939014434814453", NULL };
    golden_run(&g, "../../configs/line-by-hand.ini", linear);
    for (size_t k = 0; k < OB_COUNT(cost); k++)
        ob_assert_near(golden_at(&g, k, "loss"), cost[k], 5.01e-5);
    ob_assert_near(golden_at(&g, 20, "w"), 1.75049698, 2e-7);
    golden_finish(&g);
}

/* Rows of a file against ours of the same number. */
static void compare_sine(const struct golden *g, const char *path)
{
    static const char *const name[] = { "a", "b", "c", "d" };
    const double tol = g->f32 ? 1e-4 : 1e-9;
    struct table t;
    if (!table_read(path, &t))
        fail_msg("no %s", path);
    for (size_t i = 0; i < t.rows; i++) {
        size_t k = (size_t)table_at(&t, i, 0);
        double loss = table_at(&t, i, 1);
        ob_assert_near(golden_at(g, k, "loss"), loss, tol * fabs(loss));
        for (size_t j = 0; j < 4; j++) {
            double ours = golden_at(g, k, name[j]);
            if (j % 2)
                ob_assert_near(ours, table_at(&t, i, 2 + j), tol);
            else
                assert_true(fabs(ours) < 1e-6);
        }
    }
    table_finish(&t);
}

static void sine_from_zeros(void **state)
{
    struct golden g;
    run(&g, "sine-fit", *state, NULL);
    assert_int_equal(g.result.steps, 2000);
    const char *bits = g.f32 ? "f32" : "f64";
    char *path = ob_xasprintf("%s/tests/reference/notebook001_sine_%s.csv",
                              ob_test_env("OB_SRCDIR"), bits);
    compare_sine(&g, path);
    free(path);
    /* Every row, where the whole trajectory is at hand. */
    path = ob_xasprintf("%s/../shared/seeds/traj/s001_sin_zeros_%s.csv",
                        ob_test_env("OB_SRCDIR"), bits);
    if (access(path, R_OK) == 0)
        compare_sine(&g, path);
    free(path);
    golden_finish(&g);
}

static void sine_as_printed(void **state)
{
    (void)state;
    static const double loss[] = {
        810.5762939453125,  544.6072387695312,  367.09014892578125, 248.54281616210938,
        169.32968139648438, 116.36717987060547, 80.93305206298828,  57.210445404052734,
        41.317291259765625, 30.661800384521484, 23.512327194213867, 18.7115478515625,
        15.485221862792969, 13.315179824829102, 11.854280471801758, 10.869909286499023,
        10.205991744995117, 9.757780075073242,  9.454900741577148,  9.250006675720215,
    };
    static const struct {
        const char *name;
        double value;
    } last[] = { { "a", 0.013798343949019909 },
                 { "b", 0.8409788608551025 },
                 { "c", -0.0023804439697414637 },
                 { "d", -0.09108839929103851 } };
    struct golden g;
    run(&g, "sine-fit-notebook", NULL, NULL);
    for (size_t i = 0; i < OB_COUNT(loss); i++)
        ob_assert_near(golden_at(&g, 100 * i + 99, "loss"), loss[i], 5e-5 * loss[i]);
    for (size_t i = 0; i < OB_COUNT(last); i++)
        ob_assert_near(golden_at(&g, 2000, last[i].name), last[i].value, 1e-5);
    golden_finish(&g);
}

/* The four directions of the fit, two of them hundreds of times steeper. */
static void sine_curvature(void **state)
{
    (void)state;
    static const double eigenvalue[] = { 1727.5006495126395, 2065.9751920485173,
                                         80355.75666709061, 562121.9363699325 };
    static const double optimum[] = { 0, 0.8567408430737865, 0, -0.09333038904059916 };
    double theta[4], loss;
    struct built b;
    build(&b, "sine-fit", NULL);
    for (int i = 0; i < 4; i++)
        ob_assert_near(b.c.value[i], eigenvalue[i], 1e-9 * eigenvalue[i]);
    assert_true(ob_problem_reference(b.p, theta, &loss));
    for (int i = 0; i < 4; i++)
        ob_assert_near(theta[i], optimum[i], 1e-10);
    ob_assert_near(loss, 8.817165410007027, 1e-9);
    demolish(&b);
}

/* ---- notebook 002 ---- */

static void cross_entropy(void **state)
{
    struct golden g;
    run(&g, "cross-entropy", *state, NULL);
    ob_assert_near(golden_at(&g, 0, "grad.x"), -2.5378828427399904, g.f32 ? 5e-7 : 1e-14);
    ob_assert_near(golden_at(&g, 0, "loss"), -0.6867383124817772, g.f32 ? 5e-7 : 1e-14);
    golden_finish(&g);
}

static void surface(void **state)
{
    static const double h[] = { 20, 8, 8, 4 };
    double theta[2], loss;
    struct built b;
    build(&b, "surface", *state);
    assert_matrix(&b, h);
    ob_assert_near(b.c.value[0], 12 - sqrt(128), 1e-12);
    ob_assert_near(b.c.value[1], 12 + sqrt(128), 1e-12);
    ob_assert_near(b.c.condition, 33.97056274847718, 1e-10);
    ob_assert_near(b.c.lr_limit, 0.08578643762690495, 1e-15);
    assert_int_equal(b.c.definite, OB_DEFINITE_POSITIVE);
    assert_int_equal(b.c.newton, OB_NEWTON_EXISTS);
    assert_true(ob_problem_reference(b.p, theta, &loss));
    ob_assert_near(loss, 0, 1e-14);
    ob_assert_near(theta[0], 1, 1e-12);
    ob_assert_near(theta[1], 1, 1e-12);
    demolish(&b);
}

/* Two rates, one on each side of 2 / lambda_max. */
static void stable_rate(void **state)
{
    (void)state;
    struct golden g;
    run(&g, "surface", "optimizer.lr=0.085", NULL);
    assert_int_equal(g.result.stop, OB_STOP_GRAD_NORM);
    ob_assert_near(golden_at(&g, g.rows - 1, "w1"), 1, 1e-8);
    ob_assert_near(golden_at(&g, g.rows - 1, "w2"), 1, 1e-8);
    ob_assert_near(golden_at(&g, 0, "lr_limit"), 0.0857864376, 1e-10);
    golden_finish(&g);
    run(&g, "surface-too-fast", "optimizer.lr=0.0865", "experiment.dtype=float64");
    assert_int_equal(g.result.stop, OB_STOP_DIVERGED);
    assert_true(g.result.steps < 25000);
    assert_non_null(strstr(g.result.text, "diverged"));
    golden_finish(&g);
}

static char f32[] = "experiment.dtype=float32", f64[] = "experiment.dtype=float64";
#define CASE(test, dtype)                                                                \
    {                                                                                    \
        .name = #test " " #dtype, .test_func = test, .initial_state = dtype              \
    }
#define BOTH(test) CASE(test, f32), CASE(test, f64)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(quadratic_without_a_stationary_point),
        cmocka_unit_test(parabola_by_hand),
        cmocka_unit_test(parabola_by_autograd),
        cmocka_unit_test(slope_by_hand),
        cmocka_unit_test(slope_by_torch),
        BOTH(sine_from_zeros),
        cmocka_unit_test(sine_as_printed),
        cmocka_unit_test(sine_curvature),
        BOTH(cross_entropy),
        BOTH(surface),
        cmocka_unit_test(stable_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
