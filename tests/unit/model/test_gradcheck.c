/* The checker must pass right derivatives and catch wrong ones. */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/model/gradcheck.h"

static double slip; /* what the faulty gradient is off by */

static void faulty_eval(struct ob_problem *p, const void *theta, void *grad,
                        struct ob_eval *out)
{
    toy_quadratic.eval(p, theta, grad, out);
    if (grad)
        ((double *)grad)[1] += slip;
}

static struct ob_problem *quadratic(const struct ob_problem_type *type)
{
    toy =
        (struct toy_quadratic){ .n = 2, .a = { 20, 8, 8, 4 }, .b = { 28, 12 }, .c = 20 };
    return toy_create(type, OB_F64, "", NULL);
}

static void right_ones_pass(void **state)
{
    (void)state;
    struct ob_gradcheck_row row[2];
    const double theta[] = { -8, 8 };
    struct ob_problem *p = quadratic(&toy_quadratic);
    assert_true(ob_gradcheck(p, theta, row) < 1e-9);
    assert_true(ob_hesscheck(p, theta) < 1e-9);
    assert_string_equal(row[1].name, "x1");
    ob_assert_near(row[0].value, -8, 0);
    ob_assert_near(row[0].exact, 20 * -8 + 8 * 8 - 28, 0);
    ob_assert_near(row[0].numeric, row[0].exact, 1e-6);
    /* at the minimum, where relative errors of zero would mean nothing */
    assert_true(ob_gradcheck(p, (double[]){ 1, 1 }, row) < 1);
    ob_problem_destroy(p);
}

/* Near the minimum of a curved valley the third derivative is larger than the gradient.
 */
static void small_gradients_pass(void **state)
{
    (void)state;
    struct ob_gradcheck_row row[10];
    double theta[10];
    struct ob_err err = { 0 };
    const struct ob_problem_type *type = ob_problem_find("rosenbrock", &err);
    assert_non_null(type);
    void *opts = calloc(1, type->opts_size);
    ob_params_reset(type->params, opts);
    assert_true(ob_param_set(ob_param_find(type->params, "dimension"), opts, "10", &err));
    const struct ob_problem_common common = { .dtype = OB_F64 };
    struct ob_problem *p = ob_problem_create(type, opts, &common, NULL, &err);
    assert_non_null(p);
    for (size_t i = 0; i < 10; i++)
        theta[i] = 1 - 1e-6 * (double)(i + 1);
    assert_true(ob_gradcheck(p, theta, row) < 1e-9);
    ob_problem_destroy(p);
    ob_params_finish(type->params, opts);
    free(opts);
}

static void wrong_ones_do_not(void **state)
{
    (void)state;
    struct ob_problem_type faulty = toy_quadratic;
    struct ob_gradcheck_row row[2];
    const double theta[] = { -8, 8 };
    faulty.eval = faulty_eval;
    struct ob_problem *p = quadratic(&faulty);
    slip = 1e-3;
    assert_true(ob_gradcheck(p, theta, row) > 1e-6);
    assert_true(row[0].error < 1e-9);
    assert_true(row[1].error > 1e-6);
    slip = NAN;
    assert_true(isnan(ob_gradcheck(p, theta, row)));
    ob_problem_destroy(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_ones_pass),
        cmocka_unit_test(small_gradients_pass),
        cmocka_unit_test(wrong_ones_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
