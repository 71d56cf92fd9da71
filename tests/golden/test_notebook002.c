/*
 * Notebook 002 from its seed: the initial weights bit for bit, the losses that it prints,
 * the gradient, and the steps that it makes with one gradient. The rows themselves are
 * those of tests/unit/data/test_generate. tests/reference/README.md says what the figures
 * are.
 */
#include <config.h>

#include <math.h>

#include "../lib/ob_table.h"
#include "../lib/ob_test.h"
#include "golden.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

enum { PARAMETERS = 391, FIRST = 260 };

static struct table reference;

static double figure(size_t i, const char *column)
{
    return table_at(&reference, i, table_column(&reference, column));
}

/* 1e-6, absolute and relative. The reference is float32: its gradient is 3e-8 off the
 * exact one, and the steps multiply that by 40, so that a right result can be 1.24e-6
 * away from one entry of 260, a weight of -1.56 (tests/reference/README.md). */
static void assert_as_recorded(double got, size_t i, const char *column)
{
    double want = (double)(float)figure(i, column);
    ob_assert_near(got, want, 1e-6 * (1 + fabs(want)));
}

/* The experiment before its first step, at most three sets over it. */
struct built {
    struct ob_spec spec;
    struct ob_trainer *t;
};

static void build(struct built *b, const char *const *sets)
{
    struct ob_diags diags = { 0 };
    size_t n = 0;
    char *folder = ob_path_configs(), *path = ob_path_join(folder, "notebook-002.ini");
    while (sets[n])
        n++;
    *b = (struct built){ 0 };
    if (ob_spec_load(path, sets, n, &b->spec, &diags))
        b->t = ob_trainer_create(&b->spec, &diags);
    ob_diags_print(&diags, stderr);
    assert_non_null(b->t);
    ob_diags_finish(&diags);
    free(path);
    free(folder);
}

static void demolish(struct built *b)
{
    ob_trainer_destroy(b->t);
    ob_spec_finish(&b->spec);
}

static const char *const f32[] = { NULL };
/* The rows and weights are drawn in float32, as ever, and computed with in float64. */
static const char *const f64[] = { "experiment.dtype=float64", "data.dtype=float32",
                                   NULL };

static void weights_to_the_bit(void **state)
{
    (void)state;
    static const char *const *const both[] = { f32, f64 };
    for (size_t k = 0; k < 2; k++) {
        struct built b;
        build(&b, both[k]);
        const struct ob_vec *theta = ob_trainer_theta(b.t);
        assert_int_equal(theta->n, PARAMETERS);
        for (size_t i = 0; i < PARAMETERS; i++)
            ob_assert_near(ob_vec_get(theta, i), (double)(float)figure(i, "init"), 0);
        demolish(&b);
    }
}

static void gradient(void **state)
{
    (void)state;
    struct built b;
    struct ob_eval e;
    double grad[PARAMETERS];
    build(&b, f64);
    ob_problem_eval(ob_trainer_problem(b.t), ob_trainer_theta(b.t)->data, grad, &e);
    ob_assert_near(e.loss, 1.1559202354097622, 1e-13);
    for (size_t i = 0; i < PARAMETERS; i++)
        ob_assert_near(grad[i], figure(i, "grad"), 1e-15);
    demolish(&b);
    float single[PARAMETERS];
    build(&b, f32);
    ob_problem_eval(ob_trainer_problem(b.t), ob_trainer_theta(b.t)->data, single, &e);
    ob_assert_near(e.loss, 1.15592015, 1e-6);
    for (size_t i = 0; i < PARAMETERS; i++)
        ob_assert_near((double)single[i], figure(i, "grad"), 1e-7);
    demolish(&b);
}

/* One step of this rate along the notebook's one gradient; fills theta [PARAMETERS] and
 * returns the loss behind it. */
static double step(const char *const *sets, double *theta)
{
    struct built b;
    build(&b, sets);
    assert_int_equal(ob_trainer_start(b.t), OB_GO_ON);
    assert_int_equal(ob_trainer_step(b.t), OB_STOP_MAX_STEPS);
    ob_vec_read(ob_trainer_theta(b.t), 0, PARAMETERS, theta);
    double loss = ob_trainer_row(b.t)->v[ob_trainer_columns(b.t)->at[OB_COLUMN_LOSS]];
    demolish(&b);
    return loss;
}

/*
 * The first tensor comes to where the notebook prints it, the others do not move. What it
 * prints went along a gradient in float32, whose rounding of 3e-8 is taken 40 times: it
 * lies 1.26e-6 from where the exact gradient leads, and no order of additions comes
 * nearer to both.
 */
static void one_tensor_moves(const char *rate, double lr, const char *column, double loss)
{
    const char *const single[] = { rate, NULL };
    const char *const twice[] = { rate, f64[0], f64[1], NULL };
    double theta[PARAMETERS];
    ob_assert_near(step(twice, theta), loss, 1e-13);
    for (size_t i = 0; i < PARAMETERS; i++) {
        double from = (double)(float)figure(i, "init");
        ob_assert_near(theta[i], i < FIRST ? from - lr * figure(i, "grad") : from, 1e-14);
        assert_as_recorded(theta[i], i, column);
    }
    ob_assert_near(step(single, theta), loss, 1e-6);
    for (size_t i = 0; i < FIRST; i++)
        assert_as_recorded(theta[i], i, column);
    for (size_t i = FIRST; i < PARAMETERS; i++)
        ob_assert_near(theta[i], (double)(float)figure(i, column), 0);
}

/* w -= 10 dw, four times; and after that v = -0.1 dw, w += v. The loss in float64 is the
 * same to the last digit: every sigmoid is at one of its ends. */
static void steps(void **state)
{
    (void)state;
    one_tensor_moves("group.first.lr=40", 40, "four_steps", 1.1695749608894548);
    one_tensor_moves("group.first.lr=40.1", 40.1, "momentum", 1.1695749608894548);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_to_the_bit),
        cmocka_unit_test(gradient),
        cmocka_unit_test(steps),
    };
    char *path =
        ob_xasprintf("%s/tests/reference/notebook002.csv", ob_test_env("OB_SRCDIR"));
    assert_true(table_read(path, &reference));
    free(path);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    table_finish(&reference);
    return failed;
}
