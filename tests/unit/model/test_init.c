/* Where runs start: every form of `init` and `start`, and what is said of wrong ones. */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/model/init.h"
#include "optbench/model/init_rule.h"
#include "optbench/num/normal.h"

static const struct ob_draw_setup philox = { .seed = 42, .stream = OB_STREAM_INIT };

static struct ob_model_opts opts_of(const char *init, const char *start)
{
    struct ob_model_opts o = { 0 };
    struct ob_err err;
    ob_params_reset(ob_model_params, &o);
    if (!ob_param_set(ob_param_find(ob_model_params, "init"), &o, init, &err) ||
        !ob_param_set(ob_param_find(ob_model_params, "start"), &o, start, &err))
        fail_msg("%s", err.text);
    return o;
}

static struct ob_problem *three(enum ob_dtype dtype)
{
    toy = (struct toy_quadratic){ .n = 3, .a = { 1, 0, 0, 0, 1, 0, 0, 0, 1 } };
    return toy_create(&toy_quadratic, dtype, "", NULL);
}

/* Start values in want[3]. */
static void gives(enum ob_dtype dtype, const char *init, const char *start,
                  const double *want)
{
    struct ob_problem *p = three(dtype);
    struct ob_model_opts o = opts_of(init, start);
    struct ob_vec theta = toy_vec(dtype, 3, (double[]){ 7, 7, 7 });
    struct ob_err err;
    assert_true(ob_init_check(&o, &err));
    if (!ob_problem_init_theta(p, &o, &philox, &theta, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < 3; i++)
        ob_assert_near(ob_vec_get(&theta, i), want[i], 0);
    ob_vec_finish(&theta);
    ob_params_finish(ob_model_params, &o);
    ob_problem_destroy(p);
}

static void plain_forms(void **state)
{
    (void)state;
    gives(OB_F64, "zeros", "", (double[]){ 0, 0, 0 });
    gives(OB_F64, "auto", "x1:1", (double[]){ 0, 1, 0 });
    gives(OB_F32, "constant 0.5", "", (double[]){ 0.5, 0.5, 0.5 });
    gives(OB_F64, "1, -2 3e-1", "", (double[]){ 1, -2, 0.3 });
    gives(OB_F64, "zeros", "x1:-8 x2:2.5", (double[]){ 0, -8, 2.5 });
    gives(OB_F64, "constant 1", "x0:3", (double[]){ 3, 1, 1 });
}

static void draws_are_philox(void **state)
{
    (void)state;
    double normal[3], wide[3], uniform[3], around[3], single[3];
    for (size_t i = 0; i < 3; i++) {
        double z = ob_normal_at(42, OB_STREAM_INIT, i);
        double u = ob_uniform_at(42, OB_STREAM_INIT, i);
        normal[i] = z;
        wide[i] = 5 + 0.25 * z;
        uniform[i] = u;
        around[i] = -2 + 4 * u;
        single[i] = (double)(float)z;
    }
    gives(OB_F64, "normal", "", normal);
    gives(OB_F64, "normal 5 0.25", "", wide);
    gives(OB_F64, "uniform", "", uniform);
    gives(OB_F64, "uniform 2", "", around);
    gives(OB_F64, "uniform -2 2", "", around);
    gives(OB_F32, "normal 1", "", single);
}

/* ---- tensors of layers ---- */

static struct ob_init_rule rule_of(const char *text)
{
    struct ob_init_rule r;
    struct ob_err err;
    struct ob_model_opts o = opts_of(text, "");
    if (!ob_init_rule_read("init", &o.init, &r, &err))
        fail_msg("%s", err.text);
    ob_params_finish(ob_model_params, &o);
    return r;
}

enum { IN = 30, OUT = 50 };

/* Largest size and mean square of 1,500 weights, or of 50 of a bias. */
static void look(const char *text, bool bias, double *largest, double *square)
{
    static double out[IN * OUT];
    const struct ob_init_rule r = rule_of(text);
    const struct ob_init_tensor t = {
        .size = bias ? OUT : IN * OUT, .fan_in = IN, .fan_out = OUT, .bias = bias
    };
    struct ob_draw d;
    assert_true(ob_draw_init(&d, &philox, NULL));
    ob_init_fill(&r, &t, &d, out);
    *largest = *square = 0;
    for (size_t i = 0; i < t.size; i++) {
        *largest = fmax(*largest, fabs(out[i]));
        *square += out[i] * out[i] / (double)t.size;
    }
}

/* Half-widths and deviations of the papers, and what a bias gets. */
static void layers_start_as_published(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double width, deviation; /* 0 = of normals */
        bool bias;
    } cases[] = {
        { "torch", 0.18257418583505536, 0, true },           /* 1 / sqrt(30) */
        { "xavier_uniform", 0.27386127875258304, 0, false }, /* sqrt(6 / 80) */
        { "xavier_uniform 2", 0.5477225575051661, 0, false },
        { "kaiming_uniform", 0.4472135954999579, 0, false }, /* sqrt(6 / 30) */
        { "kaiming_uniform 1", 0.31622776601683794, 0, false },
        { "xavier_normal", 0, 0.15811388300841897, false }, /* sqrt(2 / 80) */
        { "kaiming_normal", 0, 0.2581988897471611, false }, /* sqrt(2 / 30) */
        { "kaiming_normal 0.5", 0, 0.09128709291752768, false },
        { "uniform 3", 3, 0, true },
        { "normal 0.5", 0, 0.5, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double largest, square, deviation = cases[i].deviation;
        look(cases[i].text, false, &largest, &square);
        if (deviation == 0) {
            deviation = cases[i].width / sqrt(3);
            assert_true(largest <= cases[i].width * (1 + 1e-15));
            assert_true(largest > 0.99 * cases[i].width);
        } else {
            assert_true(largest > 2.5 * deviation && largest < 5 * deviation);
        }
        ob_assert_near(sqrt(square) / deviation, 1, 0.05);
        look(cases[i].text, true, &largest, &square);
        if (cases[i].bias)
            ob_assert_near(sqrt(square) / deviation, 1, 0.3);
        else
            assert_true(largest == 0);
    }
}

/* nn.Linear(1, 1) behind torch.manual_seed(2): notebook 001's. */
static void torch_draws_the_weight_first(void **state)
{
    (void)state;
    const struct ob_init_rule r = rule_of("torch");
    const struct ob_draw_setup setup = { .kind = OB_RNG_TORCH, .seed = 2 };
    struct ob_draw d;
    double weight, bias;
    assert_true(ob_draw_init(&d, &setup, NULL));
    ob_init_fill(&r, &(struct ob_init_tensor){ 1, 1, 1, false }, &d, &weight);
    ob_init_fill(&r, &(struct ob_init_tensor){ 1, 1, 1, true }, &d, &bias);
    assert_true(weight == 0x1.d5ca8p-3);
    assert_true(bias > -1 && bias < 1 && bias != weight);
}

static void fails(const char *init, const char *start, const char *part, bool early)
{
    struct ob_problem *p = three(OB_F64);
    struct ob_model_opts o = opts_of(init, start);
    struct ob_vec theta = toy_vec(OB_F64, 3, (double[]){ 7, 7, 7 });
    struct ob_err err = { 0 };
    assert_int_equal(!ob_init_check(&o, &err), early);
    assert_false(ob_problem_init_theta(p, &o, &philox, &theta, &err));
    assert_int_equal(err.code, OB_ECONFIG);
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
    ob_vec_finish(&theta);
    ob_params_finish(ob_model_params, &o);
    ob_problem_destroy(p);
}

static void mistakes_are_named(void **state)
{
    (void)state;
    fails("zeroes", "", "did you mean 'zeros'", true);
    fails("xavier_norm", "", "did you mean 'xavier_normal'", true);
    fails("torch 1", "", "init: torch takes no numbers, not 1", true);
    fails("kaiming_normal 1 2", "",
          "init: kaiming_normal takes at most one number, not 2", true);
    fails("xavier_uniform -1", "", "init: a gain cannot be negative", true);
    fails("torch", "", "are for layers, and a quadratic model has none", false);
    fails("banana", "", "'banana' is neither", true);
    fails("auto 1", "", "init: auto takes no numbers, not 1", true);
    fails("zeros 1", "", "init: zeros takes no numbers, not 1", true);
    fails("constant", "", "init: constant takes one number, not 0", true);
    fails("normal 1 2 3", "", "at most two numbers, not 3", true);
    fails("normal 0 -1", "", "cannot be negative", true);
    fails("uniform 2 1", "", "lower end first", true);
    fails("normal x", "", "'x' is not a finite number", true);
    fails("1 nan 2", "", "'nan' is not a finite number", true);
    fails("1 2", "", "2 numbers for 3 parameters", false);
    fails("zeros", "x1", "start: 'x1' is not of the form", true);
    fails("zeros", "x1:", "start: '' is not", true);
    fails("zeros", "x1:two", "start: 'two' is not", true);
    fails("zeros", "x7:1", "no parameter is called 'x7'; did you mean 'x0'", false);
    fails("zeros", "velocity:1", "the first is 'x0'", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_forms),
        cmocka_unit_test(draws_are_philox),
        cmocka_unit_test(layers_start_as_published),
        cmocka_unit_test(torch_draws_the_weight_first),
        cmocka_unit_test(mistakes_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
