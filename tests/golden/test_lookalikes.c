/*
 * The three experiments of notebook 000 on the shipped look-alikes, against trajectories
 * that torch computed (tests/reference/notebook000.py).
 */
#include <config.h>

#include <math.h>

#include "../lib/ob_test.h"
#include "golden.h"
#include "optbench/base/mem.h"

static void compare(const struct golden *g, const char *name, bool free_end)
{
    char *path = ob_xasprintf("%s/tests/reference/lookalike_%s_%s.csv",
                              ob_test_env("OB_SRCDIR"), name, g->f32 ? "f32" : "f64");
    golden_compare(g, path, free_end);
    free(path);
}

static void heights(void **state)
{
    const char *const sets[] = { *state, NULL };
    struct golden g;
    golden_run(&g, "heights.ini", sets);
    compare(&g, "heights", false);
    assert_int_equal(g.result.stop, OB_STOP_THETA_DELTA);
    assert_true(g.result.theta_delta <= 1e-4);
    assert_true(g.result.has_reference);
    assert_true(g.result.loss > 1.001 * g.result.reference_loss);
    assert_non_null(strstr(g.result.text, "not the optimum"));
    golden_finish(&g);
}

static void housing(void **state)
{
    const char *const sets[] = { *state, NULL };
    struct golden g;
    golden_run(&g, "housing.ini", sets);
    compare(&g, "housing", g.f32);
    assert_int_equal(g.result.stop, OB_STOP_THETA_DELTA);
    if (g.f32)
        assert_true(g.result.theta_delta == 0);
    golden_finish(&g);
}

static void newton(void **state)
{
    const char *const sets[] = { *state, NULL };
    struct golden g;
    golden_run(&g, "admission.ini", sets);
    compare(&g, "admission_newton", false);
    assert_int_equal(g.result.stop, OB_STOP_THETA_DELTA);
    golden_finish(&g);
}

static void get_step(void **state)
{
    const char *const sets[] = { *state, "optimizer.kind=sgd", "line_search.kind=newton",
                                 NULL };
    struct golden g;
    golden_run(&g, "admission.ini", sets);
    compare(&g, "admission_get_step", false);
    assert_int_equal(g.result.stop, OB_STOP_THETA_DELTA);
    golden_finish(&g);
}

/* Plain gradient descent with the clamped loss stands still where nothing is optimal. */
static void saturated(void **state)
{
    const char *const sets[] = { *state, "optimizer.kind=sgd", "optimizer.lr=1",
                                 "model.loss=bce", NULL };
    struct golden g;
    golden_run(&g, "admission.ini", sets);
    compare(&g, "admission_gd", false);
    assert_int_equal(g.result.stop, OB_STOP_SATURATED);
    assert_true(g.result.theta_delta == 0);
    assert_non_null(strstr(g.result.text, "satur"));
    assert_non_null(strstr(g.result.text, "bce_logits")); /* what to do */
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
        BOTH(heights), BOTH(housing), BOTH(newton), BOTH(get_step), BOTH(saturated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
