/* Lengths along the steepest descent of quadratics, where they are known. */
#include "rig.h"

#include <math.h>

static const double start[] = { -8, 8 };

/* g'g / g'Hg at (-8, 8): g = (-124, -44). */
static double exact_length(void)
{
    double g0 = 20 * -8 + 8 * 8 - 28, g1 = 8 * -8 + 4 * 8 - 12;
    return (g0 * g0 + g1 * g1) / (20 * g0 * g0 + 16 * g0 * g1 + 4 * g1 * g1);
}

static void newton_and_exact_agree_on_quadratics(void **state)
{
    (void)state;
    static const char *const kinds[] = { "newton", "exact" };
    rig_surface();
    for (size_t i = 0; i < OB_COUNT(kinds); i++) {
        struct rig r;
        rig_begin(&r, OB_F64, "gd", "lr=5", kinds[i], "", start);
        rig_step(&r);
        assert_int_equal(r.result, OB_STEP_OK);
        ob_assert_near(r.it.lr, exact_length(), 1e-15);
        /* at the minimum along a line the new gradient is square to it */
        double g0 = 20 * -8 + 8 * 8 - 28, g1 = 8 * -8 + 4 * 8 - 12;
        rig_loss(&r);
        double slope = ob_vec_get(&r.grad, 0) * g0 + ob_vec_get(&r.grad, 1) * g1;
        ob_assert_near(slope, 0, 1e-10);
        rig_finish(&r);
    }
}

/* Near the optimum of a float32 problem the slope along the line is noise: no share of
 * the first slope can be met, and the search is over where lengths cannot be told apart.
 */
static void exact_stops_at_rounding(void **state)
{
    (void)state;
    struct rig r;
    toy = (struct toy_quadratic){ .n = 2, .a = { 20, 8, 8, 4 }, .b = { 30.3, 13.1 } };
    rig_begin(&r, OB_F32, "gd", "", "exact", "max_evals=20 tolerance=1e-15", start);
    for (int k = 0; k < 100; k++) {
        rig_step(&r);
        if (r.result != OB_STEP_OK)
            fail_msg("step %d: %s", k, r.optimizer->note);
    }
    ob_assert_near(ob_vec_get(&r.theta, 0) + ob_vec_get(&r.theta, 1), 1.025 + 1.225,
                   1e-3);
    rig_finish(&r);
}

static void armijo_backtracks(void **state)
{
    (void)state;
    struct rig r;
    rig_surface();
    rig_begin(&r, OB_F64, "gd", "", "armijo", "initial=1 shrink=0.5 c1=0.1", start);
    double loss = rig_loss(&r);
    double slope = pow(ob_vec_get(&r.grad, 0), 2) + pow(ob_vec_get(&r.grad, 1), 2);
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_OK);
    double t = r.it.lr;
    ob_assert_near(log2(t), round(log2(t)), 0);
    assert_true(rig_loss(&r) <= loss - 0.1 * t * slope);
    assert_true(t < 1);
    rig_finish(&r);
}

static void armijo_begins_with_the_rate(void **state)
{
    (void)state;
    struct rig r;
    rig_surface();
    rig_begin(&r, OB_F64, "gd", "lr=0.01", "armijo", "initial=lr", start);
    rig_step(&r);
    ob_assert_near(r.it.lr, 0.01, 0);
    rig_finish(&r);
}

/* Both conditions (NW 3.7) hold at every length, along minus the gradient and along
 * directions that overshoot by far, with the c2 that was asked for and with the one of
 * the optimizer. */
static void strong_wolfe_keeps_its_word(void **state)
{
    (void)state;
    static const struct {
        const char *optimizer, *options, *search;
        double c1, c2;
    } cases[] = {
        { "gd", "", "", 1e-4, 0.9 },
        { "cg", "", "", 1e-4, 0.4 },
        { "bfgs", "", "", 1e-4, 0.9 },
        { "bfgs", "", "c2=0.01", 1e-4, 0.01 },
        { "cg", "", "c1=0.1 c2=0.2 initial=1000", 0.1, 0.2 },
        { "gd", "", "initial=1e-6 c2=0.3", 1e-4, 0.3 },
    };
    for (size_t c = 0; c < OB_COUNT(cases); c++) {
        struct rig r;
        rig_surface();
        rig_begin(&r, OB_F64, cases[c].optimizer, cases[c].options, "strong_wolfe",
                  cases[c].search, start);
        for (int k = 0; k < 6; k++) {
            double before = rig_loss(&r), slope = 0, after = 0;
            if (before < 1e-9)
                break;
            struct ob_vec at = toy_vec(OB_F64, 2, r.grad.data);
            rig_step(&r);
            assert_int_equal(r.result, OB_STEP_OK);
            for (size_t i = 0; i < 2; i++)
                slope += ob_vec_get(&at, i) * ob_vec_get(&r.optimizer->dir, i);
            double loss = rig_loss(&r);
            for (size_t i = 0; i < 2; i++)
                after += ob_vec_get(&r.grad, i) * ob_vec_get(&r.optimizer->dir, i);
            ob_vec_finish(&at);
            assert_true(slope < 0 && r.it.lr > 0 && r.optimizer->search_evals >= 1);
            if (!(loss <= before + cases[c].c1 * r.it.lr * slope + 1e-12) ||
                !(fabs(after) <= -cases[c].c2 * slope * (1 + 1e-9)))
                fail_msg("case %zu, step %d: loss %g from %g, slope %g from %g", c, k,
                         loss, before, after, slope);
        }
        rig_finish(&r);
    }
}

/* cg depends on a search: it has its usual one where none is chosen, and lr where `none`
 * is. */
static void the_usual_search(void **state)
{
    (void)state;
    struct rig r;
    rig_surface();
    rig_begin(&r, OB_F64, "cg", "lr=0.01", NULL, "", start);
    assert_string_equal(r.optimizer->search->name, "strong_wolfe");
    rig_finish(&r);
    rig_begin(&r, OB_F64, "cg", "lr=0.01", "none", "", start);
    assert_null(r.optimizer->search);
    assert_true(isnan(r.optimizer->search_evals));
    rig_step(&r);
    ob_assert_near(r.it.lr, 0.01, 0);
    rig_finish(&r);
    rig_begin(&r, OB_F64, "gd", "lr=0.01", NULL, "", start);
    assert_null(r.optimizer->search);
    rig_finish(&r);
}

/* Nothing along the conjugate direction: a new beginning, and then along minus the
 * gradient neither, which is told. */
static void begins_anew_before_it_gives_up(void **state)
{
    (void)state;
    struct rig r;
    rig_surface();
    rig_begin(&r, OB_F64, "cg", "", "strong_wolfe", "max_evals=1 initial=1000", start);
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_STUCK);
    assert_non_null(strstr(r.optimizer->note, "meets the Wolfe conditions, 1 tried"));
    ob_assert_near(ob_vec_get(&r.theta, 0), start[0], 0);
    rig_finish(&r);
}

/* 2 (-1) / 2: the second derivative along the gradient is negative. */
static void newton_refuses_a_hill(void **state)
{
    (void)state;
    struct rig r;
    toy = (struct toy_quadratic){ .n = 1, .a = { -2 } };
    rig_begin(&r, OB_F64, "gd", "", "newton", "", (double[]){ 3 });
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_STUCK);
    assert_non_null(strstr(r.optimizer->note, "does not curve upwards"));
    ob_assert_near(ob_vec_get(&r.theta, 0), 3, 0);
    ob_assert_near(r.it.lr, 0, 0);
    rig_finish(&r);
}

static void without_a_minimum_searches_give_up(void **state)
{
    (void)state;
    struct rig r;
    toy = (struct toy_quadratic){ .n = 1, .a = { 0 }, .b = { 1 } };
    rig_begin(&r, OB_F64, "gd", "", "exact", "max_evals=12", (double[]){ 3 });
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_STUCK);
    assert_non_null(strstr(r.optimizer->note, "within 12 evaluations"));
    rig_finish(&r);
    toy.c = NAN; /* every loss is no number */
    rig_begin(&r, OB_F64, "gd", "", "armijo", "max_evals=7", (double[]){ 3 });
    rig_step(&r);
    assert_int_equal(r.result, OB_STEP_STUCK);
    assert_non_null(strstr(r.optimizer->note, "7 tried"));
    rig_finish(&r);
}

static void a_zero_gradient_is_a_zero_step(void **state)
{
    (void)state;
    static const char *const kinds[] = { "newton", "exact", "armijo", "strong_wolfe" };
    rig_surface();
    for (size_t i = 0; i < OB_COUNT(kinds); i++) {
        struct rig r;
        rig_begin(&r, OB_F64, "gd", "", kinds[i], "", (double[]){ 1, 1 });
        rig_step(&r);
        assert_int_equal(r.result, OB_STEP_OK);
        ob_assert_near(r.it.lr, 0, 0);
        ob_assert_near(ob_vec_get(&r.theta, 0), 1, 0);
        rig_finish(&r);
    }
}

static void registry(void **state)
{
    (void)state;
    struct ob_err err;
    for (const struct ob_linesearch_type *const *t = ob_linesearches(); *t; t++) {
        assert_ptr_equal(ob_linesearch_find((*t)->name, NULL), *t);
        assert_true((*t)->title && (*t)->summary && (*t)->reference);
    }
    assert_null(ob_linesearch_find("armigo", &err));
    assert_non_null(strstr(err.text, "did you mean 'armijo'"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newton_and_exact_agree_on_quadratics),
        cmocka_unit_test(exact_stops_at_rounding),
        cmocka_unit_test(armijo_backtracks),
        cmocka_unit_test(armijo_begins_with_the_rate),
        cmocka_unit_test(strong_wolfe_keeps_its_word),
        cmocka_unit_test(the_usual_search),
        cmocka_unit_test(begins_anew_before_it_gives_up),
        cmocka_unit_test(newton_refuses_a_hill),
        cmocka_unit_test(without_a_minimum_searches_give_up),
        cmocka_unit_test(a_zero_gradient_is_a_zero_step),
        cmocka_unit_test(registry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
