/* Wrappers around gradient descent on parabolas, where every number can be had by hand.
 */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/optim/optimizer.h"
#include "optbench/optim/wrap.h"

/* Gradient descent with wrappers around it. */
struct rig {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_wraps wraps;
    struct ob_vec theta, grad;
    uint64_t k;
};

static struct ob_wrap_opts defaults(void)
{
    struct ob_wrap_opts o = { 0 };
    for (const struct ob_wrapper_type *const *t = ob_wrappers(); *t; t++)
        ob_params_reset((*t)->params, (char *)&o + (*t)->opts_at);
    return o;
}

static void begin(struct rig *r, enum ob_dtype dtype, const struct ob_wrap_opts *opts,
                  const char *settings, const double *start)
{
    struct ob_err err = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find("sgd", &err);
    void *own = toy_opts(t->params, t->opts_size, settings);
    const struct ob_optimizer_setup setup = { .type = t, .opts = own };
    *r = (struct rig){ .problem = toy_create(&toy_quadratic, dtype, "", NULL) };
    r->optimizer = ob_optimizer_create(&setup, r->problem, &err);
    assert_non_null(r->optimizer);
    assert_true(ob_wraps_init(&r->wraps, opts, r->problem, &err));
    r->theta = toy_vec(dtype, toy.n, start);
    assert_true(ob_vec_init(&r->grad, dtype, toy.n, &err));
    ob_wraps_start(&r->wraps, &r->theta);
    ob_params_finish(t->params, own);
    free(own);
}

static void finish(struct rig *r)
{
    ob_optimizer_destroy(r->optimizer);
    ob_wraps_finish(&r->wraps);
    ob_problem_destroy(r->problem);
    ob_vec_finish(&r->theta);
    ob_vec_finish(&r->grad);
}

/* A step as the trainer makes it; returns the first parameter. */
static double step(struct rig *r)
{
    struct ob_eval e;
    ob_problem_eval(r->problem, r->theta.data, r->grad.data, &e);
    struct ob_iterate it = {
        .problem = r->problem, .theta = &r->theta, .loss = e.loss, .k = ++r->k
    };
    it.grad = ob_wraps_gradient(&r->wraps, &r->theta, &r->grad);
    assert_int_equal(ob_optimizer_step(r->optimizer, &it), OB_STEP_OK);
    ob_wraps_after(&r->wraps, &r->theta, r->k);
    return ob_vec_get(&r->theta, 0);
}

/* f = a x^2 / 2 */
static void parabola(double a)
{
    toy = (struct toy_quadratic){ .n = 1, .a = { a } };
}

/* What the wrappers make of a gradient (x, y) at (u, v). */
static void replaced(enum ob_dtype dtype, const struct ob_wrap_opts *o, double x,
                     double y, double u, double v, double out[2])
{
    struct rig r;
    toy = (struct toy_quadratic){ .n = 2, .a = { 1, 0, 0, 1 } };
    begin(&r, dtype, o, "lr=1", (double[]){ u, v });
    ob_vec_write(&r.grad, 0, 2, (double[]){ x, y });
    ob_vec_read(ob_wraps_gradient(&r.wraps, &r.theta, &r.grad), 0, 2, out);
    ob_wraps_release(&r.wraps);
    assert_true(ob_vec_get(&r.grad, 0) == x || x != x); /* the trainer's own stays */
    finish(&r);
}

static void nothing_is_on_by_itself(void **state)
{
    (void)state;
    struct rig r;
    const struct ob_wrap_opts o = defaults();
    parabola(1);
    begin(&r, OB_F64, &o, "lr=0.5", (double[]){ 8 });
    assert_int_equal(r.wraps.n, 0);
    assert_ptr_equal(ob_wraps_gradient(&r.wraps, &r.theta, &r.grad), &r.grad);
    assert_null(ob_wraps_average(&r.wraps));
    finish(&r);
}

/* (3, 4) has the norms 5, 7 and 4. */
static void clips_by_each_norm(void **state)
{
    (void)state;
    const double norm[] = {
        [OB_CLIP_NORM2] = 5, [OB_CLIP_NORM1] = 7, [OB_CLIP_NORM_INF] = 4
    };
    for (int type = OB_CLIP_NORM2; type <= OB_CLIP_NORM_INF; type++) {
        struct ob_wrap_opts o = defaults();
        double g[2];
        o.clip.norm_type = type;
        o.clip.max_norm = 1;
        replaced(OB_F64, &o, 3, 4, 0, 0, g);
        ob_assert_near(g[0], 3 / (norm[type] + 1e-6), 1e-15);
        ob_assert_near(g[1], 4 / (norm[type] + 1e-6), 1e-15);
        o.clip.max_norm = 7.5; /* nothing to do: not a bit changes */
        replaced(OB_F64, &o, 0.1, 0.7, 0, 0, g);
        assert_true(g[0] == 0.1 && g[1] == 0.7);
    }
}

static void clips_components(void **state)
{
    (void)state;
    struct ob_wrap_opts o = defaults();
    double g[2];
    o.clip.clip_value = 0.5;
    replaced(OB_F32, &o, -3, 0.25, 0, 0, g);
    assert_true(g[0] == -0.5 && g[1] == 0.25);
    replaced(OB_F64, &o, NAN, INFINITY, 0, 0, g);
    assert_true(g[0] != g[0] && g[1] == 0.5);
}

/* Brock et al. 2021, equation 3: a vector is a unit. Of length 4, with a factor of 0.1, a
 * gradient may be 0.4 long; of length 0 it counts as eps. */
static void clips_units(void **state)
{
    (void)state;
    struct ob_wrap_opts o = defaults();
    double g[2];
    o.clip.clip_factor = 0.1;
    replaced(OB_F64, &o, -3, 4, 0, 4, g);
    ob_assert_near(g[0], -3 * 0.4 / 5, 1e-15);
    ob_assert_near(g[1], 4 * 0.4 / 5, 1e-15);
    replaced(OB_F64, &o, 3, 4, 0, 0, g);
    ob_assert_near(g[0], 3 * 0.1 * 1e-3 / 5, 1e-18);
    replaced(OB_F64, &o, 0.39, 0, 4, 0, g);
    assert_true(g[0] == 0.39 && g[1] == 0);
}

/* Factor, then value, then norm: (30, 40) -> (0.24, 0.32) -> (0.24, 0.3) -> 0.1 long. */
static void clips_in_order(void **state)
{
    (void)state;
    struct ob_wrap_opts o = defaults();
    double g[2];
    o.clip = (struct ob_clip_opts){
        .clip_factor = 0.1, .eps = 1, .clip_value = 0.3, .max_norm = 0.1
    };
    replaced(OB_F64, &o, 30, 40, 4, 0, g);
    const double share = 0.1 / (sqrt(0.24 * 0.24 + 0.3 * 0.3) + 1e-6);
    ob_assert_near(g[0], 0.24 * share, 1e-16);
    ob_assert_near(g[1], 0.3 * share, 1e-16);
}

/* Foret et al. 2021, equations 2 and 3, on f = a x^2 / 2: the gradient at x + rho sign x.
 */
static void sam_goes_uphill(void **state)
{
    (void)state;
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct ob_wrap_opts o = defaults();
        struct rig r;
        double x = 1, a = 0.75, rho = 0.25, lr = 0.5;
        o.sam.rho = rho;
        parabola(a);
        begin(&r, t, &o, "lr=0.5", &x);
        for (int k = 0; k < 3; k++) {
            x -= lr * a * (x + rho);
            ob_assert_near(step(&r), x, t == OB_F32 ? 1e-6 : 1e-11);
            assert_true(x > 0);
        }
        assert_int_equal(r.problem->counts.gradient, 6);
        finish(&r);
    }
}

/* Kwon et al. 2021: e = rho x^2 g / |x g| = rho |x| sign(g): the gradient at x (1 + rho).
 */
static void adaptive_sam_knows_sizes(void **state)
{
    (void)state;
    struct ob_wrap_opts o = defaults();
    struct rig r;
    double x = -2;
    o.sam.rho = 0.25;
    o.sam.adaptive = true;
    parabola(0.5);
    begin(&r, OB_F64, &o, "lr=0.5", &x);
    for (int k = 0; k < 4; k++) {
        x -= 0.5 * 0.5 * x * 1.25;
        ob_assert_near(step(&r), x, 1e-11);
    }
    finish(&r);
}

/* A gradient of zero has no uphill. */
static void sam_rests_at_a_minimum(void **state)
{
    (void)state;
    struct ob_wrap_opts o = defaults();
    struct rig r;
    o.sam.rho = 1;
    parabola(1);
    begin(&r, OB_F64, &o, "lr=1", (double[]){ 0 });
    assert_true(step(&r) == 0);
    finish(&r);
}

/* SAM's gradient is the one that is clipped: at 1 + 0.5 it is 1.5, and 1 is allowed. */
static void the_gradient_of_sam_is_clipped(void **state)
{
    (void)state;
    struct ob_wrap_opts o = defaults();
    struct rig r;
    o.sam.rho = 0.5;
    o.clip.clip_value = 1.25;
    parabola(1);
    begin(&r, OB_F64, &o, "lr=0.5", (double[]){ 1 });
    ob_assert_near(step(&r), 1 - 0.5 * 1.25, 1e-15);
    finish(&r);
}

/* What an optimizer asks for in a step goes the same way; what others ask for does not.
 */
static void gradients_of_a_step_are_replaced(void **state)
{
    (void)state;
    struct ob_wrap_opts o = defaults();
    struct rig r;
    struct ob_eval e;
    double g;
    o.clip.clip_value = 1;
    parabola(1);
    begin(&r, OB_F64, &o, "lr=1", (double[]){ 8 });
    ob_wraps_gradient(&r.wraps, &r.theta, &r.grad);
    ob_problem_eval(r.problem, r.theta.data, &g, &e);
    assert_true(g == 1 && e.loss == 32);
    ob_wraps_release(&r.wraps);
    ob_problem_eval(r.problem, r.theta.data, &g, &e);
    assert_true(g == 8);
    finish(&r);
}

/* Zhang et al. 2019, algorithm 1 with k = 2, alpha = 1/2; each step halves x:
 * 8 4 2 -> 8 + (2 - 8) / 2 = 5; 2.5 1.25 -> 5 + (1.25 - 5) / 2 = 3.125; 1.5625 0.78125 ->
 * 3.125 + (0.78125 - 3.125) / 2 = 1.953125 */
static void lookahead_steps_back(void **state)
{
    (void)state;
    const double want[] = { 4, 5, 2.5, 3.125, 1.5625, 1.953125 };
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++) {
        struct ob_wrap_opts o = defaults();
        struct rig r;
        o.lookahead.k = 2;
        parabola(1);
        begin(&r, t, &o, "lr=0.5", (double[]){ 8 });
        for (size_t k = 0; k < OB_COUNT(want); k++)
            assert_true(step(&r) == want[k]);
        finish(&r);
    }
}

/* theta: 4 2 1 0.5 0.25 0.125; the average takes those of steps 2, 4 and 6. */
static void averages_as_swa_utils(void **state)
{
    (void)state;
    const struct {
        int kind;
        double want[6];
    } cases[] = {
        { OB_AVERAGE_EMA, { NAN, 2, 2, 1.625, 1.625, 1.25 } },
        { OB_AVERAGE_SWA, { NAN, 2, 2, 1.25, 1.25, 0.875 } },
    };
    for (size_t c = 0; c < OB_COUNT(cases); c++) {
        struct ob_wrap_opts o = defaults();
        struct rig r;
        double x = 8;
        o.average = (struct ob_average_opts){ cases[c].kind, 0.75, 2, 2 };
        parabola(1);
        begin(&r, OB_F64, &o, "lr=0.5", &x);
        for (int k = 0; k < 6; k++) {
            assert_true(step(&r) == (x /= 2)); /* the optimizer knows of nothing */
            const struct ob_vec *mean = ob_wraps_average(&r.wraps);
            assert_true(k ? mean != NULL : mean == NULL);
            if (mean)
                ob_assert_near(ob_vec_get(mean, 0), cases[c].want[k], 1e-15);
        }
        finish(&r);
    }
}

/* decay = 0 is theta itself, decay = 1 never moves. */
static void averages_at_the_ends(void **state)
{
    (void)state;
    for (int decay = 0; decay <= 1; decay++) {
        struct ob_wrap_opts o = defaults();
        struct rig r;
        o.average.kind = OB_AVERAGE_EMA;
        o.average.decay = decay;
        parabola(0.3);
        begin(&r, OB_F32, &o, "lr=0.37", (double[]){ 0.7 });
        double first = step(&r), last = first;
        for (int k = 0; k < 5; k++)
            last = step(&r);
        assert_true(ob_vec_get(ob_wraps_average(&r.wraps), 0) == (decay ? first : last));
        finish(&r);
    }
}

static void options_change_between_steps(void **state)
{
    (void)state;
    struct ob_wrap_opts o = defaults();
    struct rig r;
    struct ob_err err;
    o.clip.clip_value = 1;
    parabola(1);
    begin(&r, OB_F64, &o, "lr=1", (double[]){ 8 });
    assert_true(step(&r) == 7);
    assert_true(ob_wraps_set(&r.wraps, "clip", "clip_value", "2", &err));
    assert_true(step(&r) == 5);
    assert_true(ob_wraps_set(&r.wraps, "clip", "clip_value", "none", &err));
    assert_true(step(&r) == 0);
    assert_false(ob_wraps_set(&r.wraps, "clip", "norm_type", "1", &err));
    assert_string_equal(err.text, "'norm_type' cannot change while a run is under way");
    assert_false(ob_wraps_set(&r.wraps, "clip", "norm", "1", &err));
    assert_string_equal(err.text, "[clip] has no option 'norm'");
    assert_false(ob_wraps_set(&r.wraps, "sam", "rho", "1", &err));
    assert_string_equal(err.text, "[sam] is off in this run");
    assert_false(ob_wraps_set(&r.wraps, "clip", "clip_value", "-1", &err));
    finish(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_on_by_itself),
        cmocka_unit_test(clips_by_each_norm),
        cmocka_unit_test(clips_components),
        cmocka_unit_test(clips_units),
        cmocka_unit_test(clips_in_order),
        cmocka_unit_test(sam_goes_uphill),
        cmocka_unit_test(adaptive_sam_knows_sizes),
        cmocka_unit_test(sam_rests_at_a_minimum),
        cmocka_unit_test(the_gradient_of_sam_is_clipped),
        cmocka_unit_test(gradients_of_a_step_are_replaced),
        cmocka_unit_test(lookahead_steps_back),
        cmocka_unit_test(averages_as_swa_utils),
        cmocka_unit_test(averages_at_the_ends),
        cmocka_unit_test(options_change_between_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
