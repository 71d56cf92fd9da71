/* Newton's method: exact on quadratics, and honest about Hessians it cannot use. */
#include "rig.h"

#include <math.h>

static void one_step_solves_a_quadratic(void **state)
{
    (void)state;
    struct rig r;
    rig_surface();
    rig_begin(&r, OB_F64, "newton", "", NULL, "", (double[]){ -8, 8 });
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_OK);
    assert_string_equal(r.optimizer->note, "");
    ob_assert_near(ob_vec_get(&r.theta, 0), 1, 1e-13);
    ob_assert_near(ob_vec_get(&r.theta, 1), 1, 1e-13);
    ob_assert_near(r.optimizer->condition, 33.97056, 1e-5);
    ob_assert_near(r.it.lr, 1, 0);
    rig_finish(&r);
}

static void half_a_step(void **state)
{
    (void)state;
    struct rig r;
    rig_surface();
    rig_begin(&r, OB_F32, "newton", "lr=0.5", NULL, "", (double[]){ -7, 9 });
    rig_step(&r);
    ob_assert_near(ob_vec_get(&r.theta, 0), -3, 1e-5);
    ob_assert_near(ob_vec_get(&r.theta, 1), 5, 1e-5);
    rig_finish(&r);
}

/* The last cell of notebook 000: y has no stationary point, and the step that the
 * notebook prints, (-38028352, 57042536, 38028348), is rounding alone. */
static void the_notebooks_singular_hessian(void **state)
{
    (void)state;
    const double zero[] = { 0, 0, 0 };
    toy = (struct toy_quadratic){
        .n = 3,
        .a = { -5, -3, -0.5, -3, -2, 0, -0.5, 0, -0.5 },
        .b = { -1, -3, -5 },
    };
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct rig r;
        rig_begin(&r, t, "newton", "", NULL, "", zero);
        rig_step(&r);
        assert_int_equal(r.result, OB_STEP_SINGULAR);
        assert_non_null(strstr(r.optimizer->note, "singular for float"));
        assert_true(r.optimizer->condition > 1e14);
        for (size_t i = 0; i < 3; i++)
            ob_assert_near(ob_vec_get(&r.theta, i), 0, 0);
        rig_finish(&r);
    }
}

/* Condition 1e10: fine in float64, noise in float32. */
static void singular_depends_on_the_dtype(void **state)
{
    (void)state;
    const double at[] = { 1, 1 };
    struct rig r;
    toy = (struct toy_quadratic){ .n = 2, .a = { 1, 0, 0, 1e-10 } };
    rig_begin(&r, OB_F64, "newton", "", NULL, "", at);
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_OK);
    ob_assert_near(ob_vec_get(&r.theta, 1), 0, 1e-12);
    rig_finish(&r);
    rig_begin(&r, OB_F32, "newton", "", NULL, "", at);
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_SINGULAR);
    rig_finish(&r);
    rig_begin(&r, OB_F32, "newton", "damping=0.001", NULL, "", at);
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_OK);
    rig_finish(&r);
}

static void indefinite_steps_are_said(void **state)
{
    (void)state;
    struct rig r;
    toy = (struct toy_quadratic){ .n = 2, .a = { 1, 0, 0, -2 }, .b = { 1, -2 } };
    rig_begin(&r, OB_F64, "newton", "", NULL, "", (double[]){ 5, 7 });
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_OK);
    assert_non_null(strstr(r.optimizer->note, "indefinite (smallest eigenvalue -2)"));
    assert_non_null(strstr(r.optimizer->note, "saddle point"));
    ob_assert_near(ob_vec_get(&r.theta, 0), 1, 1e-14);
    ob_assert_near(ob_vec_get(&r.theta, 1), 1, 1e-14);
    rig_finish(&r);
    toy.a[0] = -1;
    rig_begin(&r, OB_F64, "newton", "", NULL, "", (double[]){ 5, 7 });
    rig_step(&r);
    assert_non_null(strstr(r.optimizer->note, "heads for a maximum"));
    rig_finish(&r);
}

static void numbers_that_are_none(void **state)
{
    (void)state;
    struct rig r;
    toy = (struct toy_quadratic){ .n = 2, .a = { 1, 0, 0, NAN } };
    rig_begin(&r, OB_F64, "newton", "", NULL, "", (double[]){ 5, 7 });
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_SINGULAR);
    assert_non_null(strstr(r.optimizer->note, "no numbers"));
    rig_finish(&r);
}

/* Away from saddles: a search refuses a direction that climbs. */
static void a_search_refuses_to_climb(void **state)
{
    (void)state;
    struct rig r;
    toy = (struct toy_quadratic){ .n = 2, .a = { -1, 0, 0, -2 } };
    rig_begin(&r, OB_F64, "newton", "", "armijo", "", (double[]){ 5, 7 });
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_STUCK);
    assert_non_null(strstr(r.optimizer->note, "does not descend"));
    ob_assert_near(ob_vec_get(&r.theta, 0), 5, 0);
    rig_finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_step_solves_a_quadratic),
        cmocka_unit_test(half_a_step),
        cmocka_unit_test(the_notebooks_singular_hessian),
        cmocka_unit_test(singular_depends_on_the_dtype),
        cmocka_unit_test(indefinite_steps_are_said),
        cmocka_unit_test(numbers_that_are_none),
        cmocka_unit_test(a_search_refuses_to_climb),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
