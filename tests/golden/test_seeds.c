/*
 * The three experiments of notebook 000 on its own data, against the figures that it
 * prints and torch's trajectories. The data's licence is not known, so they are no part
 * of the project; a clone without them skips this and has test_lookalikes.
 */
#include <config.h>

#include <math.h>
#include <unistd.h>

#include "../lib/ob_test.h"
#include "golden.h"
#include "optbench/base/mem.h"

static char *seed_path(const char *rest)
{
    return ob_xasprintf("%s/../shared/seeds/%s", ob_test_env("OB_SRCDIR"), rest);
}

/* Runs `ini` on the notebook's data; `more` is up to three further settings. */
static void run(struct golden *g, const char *ini, const char *data, const char *dtype,
                const char *const *more)
{
    char *path = seed_path(data);
    char *set = ob_xasprintf("data.path=%s", path);
    const char *sets[8] = { set, dtype };
    for (size_t i = 0; more && more[i]; i++)
        sets[2 + i] = more[i];
    golden_run(g, ini, sets);
    free(set);
    free(path);
}

static void compare(const struct golden *g, const char *name, bool free_end)
{
    char *rest = ob_xasprintf("traj/%s_%s.csv", name, g->f32 ? "f32" : "f64");
    char *path = seed_path(rest);
    golden_compare(g, path, free_end);
    free(path);
    free(rest);
}

static void experiment_1_1(void **state)
{
    struct golden g;
    run(&g, "heights.ini", "data/boys_height_nb49.csv", *state, NULL);
    compare(&g, "s000_exp11_nb49", false);
    size_t last = g.rows - 1;
    double squared = g.result.theta_delta * g.result.theta_delta;
    assert_int_equal(g.result.stop, OB_STOP_THETA_DELTA);
    ob_assert_near((double)g.result.steps, 1043, 2);
    if (g.f32)
        ob_assert_near(squared, 9.9766e-09, 1e-3 * 9.9766e-09);
    else
        ob_assert_near(squared, 9.97267e-09, 1e-5 * 9.97267e-09);
    ob_assert_near(g.result.loss, 0.000946, 5e-7);
    ob_assert_near(golden_at(&g, last, "w0"), 0.06770, 5e-6);
    ob_assert_near(golden_at(&g, last, "bias"), 0.72999, 5e-6);
    ob_assert_near(g.result.reference_loss, 0.000890202254, 1e-9);
    assert_non_null(strstr(g.result.text, "0.000946"));
    assert_non_null(strstr(g.result.text, "0.00089"));
    assert_non_null(strstr(g.result.text, "not the optimum"));
    golden_finish(&g);
}

static void experiment_1_2(void **state)
{
    struct golden g;
    run(&g, "housing.ini", "data/portland_housing_nb46.csv", *state, NULL);
    compare(&g, "s000_exp12_house_nb46", g.f32);
    ob_assert_near(g.result.loss, 2.0665e+09, 5e4);
    if (g.f32) {
        assert_true(g.result.theta_delta == 0);
    } else {
        static const double w[] = { 339119.45652174, 111467.17338941, -6295.02149818 };
        const double *ours = g.value + (g.rows - 1) * g.columns.width + g.columns.param;
        for (int i = 0; i < 3; i++)
            ob_assert_near(ours[i], w[i], 1e-6 * fabs(w[i]));
        ob_assert_near(g.result.loss, 2066502781.711819, 1e-6 * 2066502781.711819);
        ob_assert_near(g.result.theta_delta * g.result.theta_delta, 9.864e-9, 1e-12);
    }
    golden_finish(&g);
}

static void logistic_newton(void **state)
{
    struct golden g;
    run(&g, "admission.ini", "data/exam_admission_79.csv", *state, NULL);
    compare(&g, "s000_logit_nb79_raw_nobias_newton", false);
    double squared = g.result.theta_delta * g.result.theta_delta;
    assert_int_equal(g.result.steps, 3);
    ob_assert_near(golden_at(&g, 3, "half_mse"), 0.1193, 5e-5);
    ob_assert_near(squared, 1.32617e-09, (g.f32 ? 3e-2 : 1e-5) * 1.32617e-09);
    golden_finish(&g);
}

static void logistic_line_search(void **state)
{
    const char *const more[] = { "optimizer.kind=sgd", "line_search.kind=newton", NULL };
    struct golden g;
    run(&g, "admission.ini", "data/exam_admission_79.csv", *state, more);
    compare(&g, "s000_logit_nb79_raw_nobias_get_step", false);
    assert_int_equal(g.result.steps, 29);
    ob_assert_near(golden_at(&g, 29, "half_mse"), 0.1193, 5e-5);
    golden_finish(&g);
}

static void logistic_saturates(void **state)
{
    const char *const more[] = { "optimizer.kind=sgd", "optimizer.lr=1", "model.loss=bce",
                                 NULL };
    struct golden g;
    run(&g, "admission.ini", "data/exam_admission_79.csv", *state, more);
    compare(&g, "s000_logit_nb79_raw_nobias_gd", false);
    assert_int_equal(g.result.stop, OB_STOP_SATURATED);
    assert_int_equal(g.result.steps, 2);
    ob_assert_near(g.result.loss, 50.63, 5e-3);
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
    char *folder = seed_path("traj");
    bool there = access(folder, R_OK) == 0;
    free(folder);
    if (!there)
        ob_skip_all("../shared/seeds is not here (data without a known licence)");
    const struct CMUnitTest tests[] = {
        BOTH(experiment_1_1),       BOTH(experiment_1_2),     BOTH(logistic_newton),
        BOTH(logistic_line_search), BOTH(logistic_saturates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
