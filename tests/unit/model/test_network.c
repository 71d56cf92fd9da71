/* Networks: what their options and targets are told, where they start, and what they say
 * beside the loss. Derivatives are those of tests/matrix/test_networks. */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/mem.h"
#include "optbench/model/init.h"
#include "optbench/model/layer.h"

enum { ROWS = 6, FEATURES = 2 };

static const double x0[ROWS] = { -2, -1, -0.5, 0.5, 1, 2 };
static const double x1[ROWS] = { 1, -1, 1, -1, 1, -1 };
static const double three[ROWS] = { 0, 0, 1, 1, 2, 2 };
static const double two[ROWS] = { 0, 0, 0, 1, 1, 1 };
static const double *const x[] = { x0, x1 };

static struct ob_problem *make(const char *model, const char *settings, const double *y,
                               const struct ob_layer_spec *layer, struct ob_err *err)
{
    const struct ob_problem_type *type = ob_problem_find(model, NULL);
    const struct ob_problem_common common = { .dtype = OB_F64,
                                              .layer = layer,
                                              .layers = layer ? 1 : 0 };
    struct ob_dataset d = toy_dataset(ROWS, FEATURES, x, y);
    void *opts = toy_opts(type->params, type->opts_size, settings);
    struct ob_problem *p = ob_problem_create(type, opts, &common, &d, err);
    ob_params_finish(type->params, opts);
    free(opts);
    return p;
}

static struct ob_problem *good(const char *model, const char *settings, const double *y)
{
    struct ob_err err = { 0 };
    struct ob_problem *p = make(model, settings, y, NULL, &err);
    if (!p)
        fail_msg("%s", err.text);
    return p;
}

static void refused(const char *settings, const double *y, const char *text)
{
    struct ob_err err = { 0 };
    assert_null(make("mlp", settings, y, NULL, &err));
    assert_string_equal(err.text, text);
}

/* ---- options ---- */

static void bad_options(void **state)
{
    (void)state;
    refused("hidden=3,4 activation=relu,tanh,relu", three,
            "activation: 3 values for 2 hidden layers");
    refused("hidden=3 activation=relo", three,
            "activation: unknown activation 'relo'; did you mean 'relu'?");
    refused("hidden= activation=xyzzy", three, "activation: unknown activation 'xyzzy'");
    ob_problem_destroy(good("mlp", "hidden= activation= dropout=", three));
    refused("hidden=3 activation=", three, "activation: 0 values for 1 hidden layer");
    refused("hidden=3 bias=yes,no,no", three, "bias: 3 values for 2 layers");
    refused("hidden=3 bias=maybe", three, "bias: 'maybe' is neither yes nor no");
    refused("hidden=3,3 dropout=0.1,0.2,0.3", three,
            "dropout: 3 values for 2 hidden layers");
    refused("hidden=2.5", three, "hidden: 2.5 is no number of units");
    refused("loss=mse label_smoothing=0.1", three,
            "label_smoothing: mse has no classes to smooth");
}

static void bad_targets(void **state)
{
    (void)state;
    static const double half[ROWS] = { 0, 1, 0.5, 1, 0, 1 },
                        below[ROWS] = { 0, 1, 1, -1, 0, 1 },
                        huge[ROWS] = { 0, 1, 1, 65536, 0, 1 }, one[ROWS] = { 0 };
    refused(
        "", half,
        "column 'y': row 3 holds 0.5, and cross_entropy tells classes apart: words, or "
        "whole numbers from 0 (a network for numbers has loss = mse)");
    refused(
        "", below,
        "column 'y': row 4 holds -1, and cross_entropy tells classes apart: words, or "
        "whole numbers from 0 (a network for numbers has loss = mse)");
    refused("", huge,
            "column 'y': row 4 holds 65536, and 65536 classes, numbered from 0, are the "
            "most");
    refused("", one,
            "column 'y': all rows are of one class, and there is nothing to tell apart");
    refused("loss=bce_logits", three,
            "column 'y': row 5 holds 2, and bce_logits needs 0 to 1");
}

static void layers_have_names(void **state)
{
    (void)state;
    struct ob_problem *p = good("mlp", "hidden=4,3 bias=yes,no,yes", three);
    static const char *const names[] = { "linear1.weight", "linear1.bias",
                                         "linear2.weight", "output.weight",
                                         "output.bias" };
    char name[OB_LAYER_NAME_MAX];
    assert_int_equal(p->layout.count, OB_COUNT(names));
    for (size_t i = 0; i < OB_COUNT(names); i++)
        assert_string_equal(p->layout.tensor[i].name, names[i]);
    assert_int_equal(p->layout.tensor[2].shape[0], 3);
    assert_int_equal(p->layout.tensor[2].shape[1], 4);
    assert_int_equal(p->weights, 3);
    assert_true(p->type->layer(p->opts, 1, name));
    assert_string_equal(name, "linear2");
    assert_true(p->type->layer(p->opts, 2, name));
    assert_string_equal(name, "output");
    assert_false(p->type->layer(p->opts, 3, name));
    ob_problem_destroy(p);
    p = good("softmax", "", three);
    assert_string_equal(p->layout.tensor[0].name, "weight");
    assert_string_equal(p->layout.tensor[1].name, "bias");
    ob_problem_destroy(p);
}

static void nothing_stands_behind_the_output(void **state)
{
    (void)state;
    double share = 0.5;
    struct ob_err err = { 0 };
    const struct ob_layer_spec output = { (char *)"output",
                                          { .dropout = { &share, 1 } } };
    assert_null(make("mlp", "hidden=2", three, &output, &err));
    assert_string_equal(err.text,
                        "layer.output: dropout: nothing stands behind the output "
                        "that could do without it");
}

/* ---- the start ---- */

static void start(struct ob_problem *p, const char *init, double *theta)
{
    struct ob_model_opts opts = { 0 };
    struct ob_err err = { 0 };
    const struct ob_draw_setup draws = { .seed = 7, .stream = OB_STREAM_INIT };
    struct ob_vec v = { OB_F64, p->n, theta };
    ob_params_reset(ob_model_params, &opts);
    assert_true(ob_param_set(ob_param_find(ob_model_params, "init"), &opts, init, &err));
    if (!ob_problem_init_theta(p, &opts, &draws, &v, &err))
        fail_msg("%s", err.text);
    ob_params_finish(ob_model_params, &opts);
}

/* Behind `auto` each layer is nn.Linear's: uniform, half-width 1 / sqrt(fan_in). */
static void each_layer_starts_by_its_rule(void **state)
{
    (void)state;
    double theta[64], largest = 0;
    char *words[] = { (char *)"constant", (char *)"2.5" };
    char *zeros[] = { (char *)"zeros" };
    const struct ob_layer_spec output = {
        (char *)"output", { .init = { words, 2 }, .bias_init = { zeros, 1 } }
    };
    struct ob_err err = { 0 };
    struct ob_problem *p = make("mlp", "hidden=8", three, &output, &err);
    assert_non_null(p);
    start(p, "auto", theta);
    for (size_t i = 0; i < 8 * FEATURES + 8; i++) {
        assert_true(theta[i] != 0 && fabs(theta[i]) <= sqrt(0.5));
        largest = fmax(largest, fabs(theta[i]));
    }
    assert_true(largest > 0.5);
    for (size_t i = 24; i < 24 + 3 * 8; i++)
        ob_assert_near(theta[i], 2.5, 0);
    for (size_t i = 48; i < 51; i++)
        ob_assert_near(theta[i], 0, 0);
    start(p, "kaiming_uniform", theta);
    for (size_t i = 16; i < 24; i++)
        ob_assert_near(theta[i], 0, 0);
    ob_problem_destroy(p);
}

/* ---- what they say ---- */

/* Scores w_k x0 of three classes: the signs of x0 decide, by hand. */
static void probabilities_and_confusion(void **state)
{
    (void)state;
    const double theta[] = { -1, 0, 0, 0, 1, 0, 0, 0.2, 0 };
    struct ob_problem *p = good("softmax", "", three);
    double said[ROWS * 3];
    uint64_t count[9];
    assert_int_equal(p->outputs, 3);
    assert_int_equal(p->classes, 3);
    assert_int_equal(ob_problem_can(p) & (OB_CAN_PREDICT | OB_CAN_CONFUSION),
                     OB_CAN_PREDICT | OB_CAN_CONFUSION);
    assert_true(ob_problem_predict(p, theta, said, NULL));
    for (size_t i = 0; i < ROWS; i++) {
        double e[] = { exp(-x0[i]), exp(0.2), exp(x0[i]) }, sum = e[0] + e[1] + e[2];
        for (size_t k = 0; k < 3; k++)
            ob_assert_near(said[i * 3 + k], e[k] / sum, 1e-15);
    }
    assert_true(ob_problem_confusion(p, theta, count, NULL));
    /* Rows 0 1 | 2 3 | 4 5 are taken for 0 0 | 0 2 | 2 2. */
    const uint64_t want[] = { 2, 0, 0, 1, 0, 1, 0, 0, 2 };
    for (size_t i = 0; i < 9; i++)
        assert_int_equal(count[i], want[i]);
    const struct ob_metric *m = ob_problem_metric(p->type, "accuracy");
    ob_assert_near(m->value(p, theta), 4.0 / 6, 0);
    ob_problem_destroy(p);
}

static void one_probability(void **state)
{
    (void)state;
    const double theta[] = { 3, 0, -0.5 };
    struct ob_problem *p = good("mlp", "hidden= loss=bce_logits", two);
    double said[ROWS];
    uint64_t count[4];
    assert_true(ob_problem_predict(p, theta, said, NULL));
    for (size_t i = 0; i < ROWS; i++)
        ob_assert_near(said[i], 1 / (1 + exp(0.5 - 3 * x0[i])), 1e-15);
    assert_true(ob_problem_confusion(p, theta, count, NULL));
    assert_int_equal(count[0], 3);
    assert_int_equal(count[3], 3);
    assert_int_equal(count[1] + count[2], 0);
    ob_problem_destroy(p);
}

/* Metrics of numbers against sums by hand; what has no meaning says why. */
static void metrics_of_numbers(void **state)
{
    (void)state;
    const double theta[] = { 1, 0, 1 };
    struct ob_problem *p = good("mlp", "hidden= loss=mse", three);
    double squares = 0, absolute = 0, total = 0;
    for (size_t i = 0; i < ROWS; i++) {
        squares += (x0[i] + 1 - three[i]) * (x0[i] + 1 - three[i]);
        absolute += fabs(x0[i] + 1 - three[i]);
        total += (three[i] - 1) * (three[i] - 1);
    }
    ob_assert_near(ob_problem_metric(p->type, "mse")->value(p, theta), squares / ROWS,
                   1e-15);
    ob_assert_near(ob_problem_metric(p->type, "mae")->value(p, theta), absolute / ROWS,
                   1e-15);
    ob_assert_near(ob_problem_metric(p->type, "r2")->value(p, theta), 1 - squares / total,
                   1e-15);
    assert_string_equal(ob_metric_lacks(ob_problem_metric(p->type, "accuracy"), p),
                        "it counts classes, and this target has none");
    assert_false(ob_problem_can(p) & OB_CAN_CONFUSION);
    ob_problem_destroy(p);
    p = good("mlp", "", three);
    assert_string_equal(ob_metric_lacks(ob_problem_metric(p->type, "r2"), p),
                        "it compares numbers, and this target has classes");
    ob_problem_destroy(p);
    static const double share[ROWS] = { 0, 1, 0.5, 1, 0, 1 };
    p = good("mlp", "loss=bce_logits", share);
    assert_string_equal(ob_metric_lacks(ob_problem_metric(p->type, "mse"), p),
                        "it compares numbers, and the loss bce_logits shares");
    ob_problem_destroy(p);
}

/* Of relu(x0), relu(-x0), relu(-5 - x0) and relu(0) two never open. */
static void dead_units(void **state)
{
    (void)state;
    const double theta[] = { 1, 0, -1, 0, -1, 0, 0, 0, 0, 0, -5, 0, 1, 1, 1, 1, 0 };
    struct ob_problem *p = good("mlp", "hidden=4 loss=mse", three);
    size_t dead[4];
    uint64_t before = p->counts.function;
    assert_true(ob_problem_units(p, theta, dead, NULL));
    assert_true(dead[0] == 2 && dead[1] == OB_UNITS_NONE && dead[2] == OB_UNITS_NONE &&
                dead[3] == OB_UNITS_NONE);
    assert_int_equal(p->counts.function, before);
    ob_problem_destroy(p);
}

/* At 0 all of these but relu have a slope. */
static void silent_units_that_learn(void **state)
{
    (void)state;
    static const char *const names[] = { "identity", "leaky_relu", "elu", "gelu",
                                         "silu",     "tanh",       "relu" };
    for (size_t i = 0; i < OB_COUNT(names); i++) {
        char settings[64];
        size_t dead[4];
        snprintf(settings, sizeof settings, "hidden=4 activation=%s", names[i]);
        struct ob_problem *p = good("mlp", settings, two);
        double zeros[64] = { 0 };
        assert_true(p->n <= 64);
        assert_true(ob_problem_units(p, zeros, dead, NULL));
        assert_int_equal(dead[0], strcmp(names[i], "relu") == 0 ? 4 : 0);
        ob_problem_destroy(p);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_options),
        cmocka_unit_test(bad_targets),
        cmocka_unit_test(layers_have_names),
        cmocka_unit_test(nothing_stands_behind_the_output),
        cmocka_unit_test(each_layer_starts_by_its_rule),
        cmocka_unit_test(probabilities_and_confusion),
        cmocka_unit_test(one_probability),
        cmocka_unit_test(metrics_of_numbers),
        cmocka_unit_test(dead_units),
        cmocka_unit_test(silent_units_that_learn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
