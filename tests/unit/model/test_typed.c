/* Typed functions and data formulas: names, losses by hand, batches, minima that follow
 * from algebra, what goes wrong and how it is said. */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/buf.h"

static const double age[] = { 1, 2, 3, 4 }, size[] = { 2, 1, 0, -1 };
static const double height[] = { 1, 3, 2, 5 }, passed[] = { 0, 1, 0, 1 };
static const double *const two[] = { age, size };

/* Options with blanks in them: each is set by itself. */
struct option {
    const char *key, *value;
};

static struct ob_problem *make(const char *kind, enum ob_dtype dtype,
                               const struct option *option, const struct ob_dataset *data,
                               struct ob_err *err)
{
    const struct ob_problem_type *t = ob_problem_find(kind, NULL);
    struct ob_problem_common common = { .dtype = dtype };
    void *opts = ob_xcalloc(1, t->opts_size + 1);
    ob_params_reset(t->params, opts);
    for (; option->key; option++) {
        const struct ob_param *p = ob_param_find(t->params, option->key);
        if (strcmp(option->key, "l2") == 0)
            common.l2 = 0.5;
        else if (strcmp(option->key, "l1") == 0)
            common.l1 = 0.25;
        else if (!p || !ob_param_set(p, opts, option->value, err))
            fail_msg("%s: %s", option->key, p ? err->text : "no such key");
    }
    struct ob_problem *p = ob_problem_create(t, opts, &common, data, err);
    ob_params_finish(t->params, opts);
    free(opts);
    return p;
}

#define OPTIONS(...) ((const struct option[]){ __VA_ARGS__, { 0 } })

static struct ob_problem *function(const struct option *option)
{
    struct ob_err err = { 0 };
    struct ob_problem *p = make("function", OB_F64, option, NULL, &err);
    if (!p)
        fail_msg("%s", err.text);
    return p;
}

static struct ob_problem *formula(const struct option *option, const double *target)
{
    struct ob_err err = { 0 };
    struct ob_dataset d = toy_dataset(4, 2, two, target);
    struct ob_problem *p = make("formula", OB_F64, option, &d, &err);
    if (!p)
        fail_msg("%s", err.text);
    return p;
}

static double loss_of(struct ob_problem *p, const double *theta, double *grad)
{
    struct ob_eval e;
    ob_problem_eval(p, theta, grad, &e);
    return e.loss;
}

static void has_columns(const struct ob_problem *p, const char *const *want, size_t n)
{
    char name[OB_COLUMN_NAME_MAX];
    assert_int_equal(p->n, n);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(ob_layout_column_name(&p->layout, i, name), want[i]);
}

static void parameters_are_found(void **state)
{
    (void)state;
    struct ob_problem *p =
        function(OPTIONS({ "f", "(2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2" }));
    has_columns(p, (const char *const[]){ "w1", "w2" }, 2);
    assert_int_equal(p->layout.count, 2);
    assert_int_equal(p->weight[0].n, 2);
    double grad[2], h[4];
    const double at[] = { -8, 8 };
    ob_assert_near(loss_of(p, at, grad), 404, 0);
    ob_assert_near(grad[0], -124, 0);
    ob_assert_near(grad[1], -44, 0);
    assert_true(ob_problem_hessian(p, at, h, NULL));
    ob_assert_bytes(h, ((double[]){ 20, 8, 8, 4 }), sizeof h);
    assert_false(ob_problem_can(p) & OB_CAN_BATCH);
    ob_problem_destroy(p);
}

static void parameters_are_declared(void **state)
{
    (void)state;
    struct ob_problem *p =
        function(OPTIONS({ "f", "r + dot(w, [1, 2, 3]) + A[1,2] + A[2,1]^2" },
                         { "parameters", "A[2x2], w[3] b" }, { "let", "r = b^2" }));
    has_columns(p,
                (const char *const[]){ "A.1.1", "A.1.2", "A.2.1", "A.2.2", "w1", "w2",
                                       "w3", "b" },
                8);
    double grad[8];
    loss_of(p, (double[]){ 1, 1, 2, 1, 1, 1, 1, 3 }, grad);
    ob_assert_bytes(grad, ((double[]){ 0, 1, 4, 0, 1, 2, 3, 6 }), sizeof grad);
    ob_problem_destroy(p);
}

static void penalties_run_over_all(void **state)
{
    (void)state;
    struct ob_problem *p = function(OPTIONS({ "f", "x*y" }, { "l1", "" }, { "l2", "" }));
    double grad[2], h[4], value;
    const double at[] = { 3, -2 };
    ob_assert_near(loss_of(p, at, grad), -6 + 0.25 * 5 + 0.25 * 13, 1e-15);
    ob_assert_near(grad[0], -2 + 0.25 + 1.5, 1e-15);
    ob_assert_near(grad[1], 3 - 0.25 - 1, 1e-15);
    assert_true(ob_problem_hessian(p, at, h, NULL));
    ob_assert_bytes(h, ((double[]){ 0.5, 1, 1, 0.5 }), sizeof h);
    assert_true(ob_problem_values(p, 1, at, &value, NULL));
    ob_assert_near(value, loss_of(p, at, NULL), 0);
    ob_problem_destroy(p);
}

/* At theta = (1, 0.5): predict = 1.5 2 2.5 3, errors 0.5 -1 0.5 -2. */
static void losses_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *loss;
        double want;
    } cases[] = {
        { "mse", 5.5 / 4 },
        { "half_mse", 5.5 / 8 },
        { "sse", 5.5 },
        { "mae", 1 },
        { "huber", (0.125 + 0.5 + 0.125 + 1.5) / 4 },
        { "sum((predict - y)^2)", 5.5 },
        { "norm2(predict - y)", 2.345207879911715 },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct ob_problem *p =
            formula(OPTIONS({ "predict", "a + b*x0" }, { "parameters", "a b" },
                            { "loss", cases[i].loss }),
                    height);
        ob_assert_near(loss_of(p, (double[]){ 1, 0.5 }, NULL), cases[i].want, 1e-15);
        ob_problem_destroy(p);
    }
}

static struct ob_problem *bce_of_a_logit(enum ob_dtype dtype)
{
    struct ob_dataset d = toy_dataset(4, 2, two, passed);
    struct ob_err err = { 0 };
    struct ob_problem *p = make(
        "formula", dtype,
        OPTIONS({ "predict", "sigmoid(a)" }, { "parameters", "a" }, { "loss", "bce" }),
        &d, &err);
    if (!p)
        fail_msg("%s", err.text);
    return p;
}

static void losses_of_classes(void **state)
{
    (void)state;
    const double theta[] = { -1, 0.5 };
    double want = 0, grad[2], grad2[2];
    for (int i = 0; i < 4; i++) {
        double z = -1 + 0.5 * age[i];
        want += (log1p(exp(z)) - passed[i] * z) / 4;
    }
    struct ob_problem *p =
        formula(OPTIONS({ "predict", "a + b*x0" }, { "parameters", "a b" },
                        { "loss", "bce_logits" }),
                passed);
    struct ob_problem *q = formula(OPTIONS({ "predict", "sigmoid(a + b*x0)" },
                                           { "parameters", "a b" }, { "loss", "bce" }),
                                   passed);
    ob_assert_near(loss_of(p, theta, grad), want, 1e-15);
    ob_assert_near(loss_of(q, theta, grad2), want, 1e-15);
    ob_assert_near(grad[0], grad2[0], 1e-15);
    ob_assert_near(grad[1], grad2[1], 1e-15);
    /* z = -0.5 0 0.5 1: rows 1 and 4 are right. */
    const struct ob_metric *m = ob_problem_metric(p->type, "accuracy");
    assert_null(ob_metric_lacks(m, p));
    ob_assert_near(m->value(p, theta), 0.5, 0);
    ob_assert_near(m->value(q, theta), 0.5, 0);
    /* A probability that has rounded to the wrong end: -100, as torch. */
    struct ob_eval e;
    ob_problem_eval(q, (double[]){ 1000, 0 }, grad, &e);
    ob_assert_near(e.loss, 50, 1e-13);
    assert_int_equal(e.clamped, 2);
    ob_assert_near(grad[0], 0, 0);
    ob_problem_eval(q, theta, NULL, &e);
    assert_int_equal(e.clamped, 0);
    /* Whatever the logit is, in both dtypes. */
    struct ob_problem *narrow = bce_of_a_logit(OB_F32), *wide = bce_of_a_logit(OB_F64);
    for (double z = -1000; z <= 1000; z += 7.5) {
        float single[1], at[1] = { (float)z };
        ob_problem_eval(narrow, at, single, &e);
        assert_true(isfinite(single[0]) && isfinite(e.loss) && fabs(single[0]) <= 0.5);
        ob_problem_eval(wide, &z, grad, &e);
        assert_true(isfinite(grad[0]) && isfinite(e.loss) && fabs(grad[0]) <= 0.5);
        assert_true(e.loss <= 50);
    }
    ob_problem_destroy(narrow);
    ob_problem_destroy(wide);
    ob_problem_destroy(p);
    ob_problem_destroy(q);
}

static void metrics_of_a_fit(void **state)
{
    (void)state;
    const double theta[] = { 1, 0.5 };
    struct ob_problem *p =
        formula(OPTIONS({ "predict", "a + b*x0" }, { "parameters", "a b" }), height);
    static const struct {
        const char *name;
        double want;
    } cases[] = { { "mse", 5.5 / 4 },
                  { "half_mse", 5.5 / 8 },
                  { "mae", 1 },
                  { "r2", 1 - 5.5 / 8.75 } };
    for (size_t i = 0; i < OB_COUNT(cases); i++)
        ob_assert_near(ob_problem_metric(p->type, cases[i].name)->value(p, theta),
                       cases[i].want, 1e-15);
    ob_problem_destroy(p);
    p = formula(OPTIONS({ "loss", "sum((y - a)^2)" }, { "parameters", "a" }), height);
    assert_true(isnan(ob_problem_metric(p->type, "mse")->value(p, theta)));
    assert_string_equal(ob_metric_lacks(ob_problem_metric(p->type, "mse"), p),
                        "it compares predict with data.target");
    ob_problem_destroy(p);
    /* One number for all rows. */
    p = formula(OPTIONS({ "predict", "a" }, { "parameters", "a" }), height);
    ob_assert_near(ob_problem_metric(p->type, "mse")->value(p, theta), 21. / 4, 0);
    ob_assert_near(loss_of(p, theta, NULL), 21. / 8, 0);
    ob_problem_destroy(p);
}

/* Classes are told apart by a cross entropy of zeros and ones alone. */
static void accuracy_has_its_place(void **state)
{
    (void)state;
    static const double half[] = { 0, 1, 0.5, 1 };
    static const struct {
        const double *target;
        const char *loss;
        bool has;
    } cases[] = { { passed, "bce", true },  { passed, "bce_logits", true },
                  { passed, "mse", false }, { passed, "mean((predict - y)^2)", false },
                  { height, "mse", false }, { half, "bce", false } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct ob_problem *p =
            formula(OPTIONS({ "predict", "a*x0" }, { "parameters", "a" },
                            { "loss", cases[i].loss }),
                    cases[i].target);
        const char *lacks = ob_metric_lacks(ob_problem_metric(p->type, "accuracy"), p);
        assert_true(!lacks == cases[i].has);
        assert_null(ob_metric_lacks(ob_problem_metric(p->type, "mse"), p));
        ob_problem_destroy(p);
    }
}

/* A batch is a dataset of its own rows, with repeats. */
static void batches_are_rows(void **state)
{
    (void)state;
    static const double some_age[] = { 3, 1, 3 }, some_size[] = { 0, 2, 0 },
                        some_height[] = { 2, 1, 2 };
    const double theta[] = { 0.5, -0.25 }, v[] = { 1, 2 };
    const struct option *option =
        OPTIONS({ "predict", "a*x0 + sin(b*x1)" }, { "parameters", "a b" });
    struct ob_dataset d =
        toy_dataset(3, 2, (const double *const[]){ some_age, some_size }, some_height);
    struct ob_err err;
    double g[2], g2[2], h[4], h2[4], along, along2;
    struct ob_problem *p = formula(option, height);
    struct ob_problem *q = make("formula", OB_F64, option, &d, &err);
    double whole = loss_of(p, theta, g);
    assert_true(ob_problem_batch(p, (const uint32_t[]){ 2, 0, 2 }, 3, &err));
    ob_assert_near(loss_of(p, theta, g), loss_of(q, theta, g2), 0);
    ob_assert_bytes(g, g2, sizeof g);
    assert_true(ob_problem_hessian(p, theta, h, NULL));
    assert_true(ob_problem_hessian(q, theta, h2, NULL));
    ob_assert_bytes(h, h2, sizeof h);
    assert_true(ob_problem_curvature(p, theta, v, &along, NULL));
    assert_true(ob_problem_curvature(q, theta, v, &along2, NULL));
    ob_assert_near(along, along2, 0);
    assert_true(ob_problem_batch(p, NULL, 0, &err));
    ob_assert_near(loss_of(p, theta, NULL), whole, 0);
    ob_problem_destroy(p);
    ob_problem_destroy(q);
}

/* Least squares with what is linear in the parameters, a penalty, a function. */
static void minima_by_algebra(void **state)
{
    (void)state;
    double theta[2], grad[2], loss;
    struct ob_problem *linear[] = {
        formula(OPTIONS({ "predict", "a + b*x0^2" }, { "parameters", "a b" }), height),
        formula(OPTIONS({ "predict", "a + b*x0" }, { "parameters", "a b" },
                        { "loss", "sse" }, { "l2", "" }),
                height),
        function(OPTIONS({ "f", "(2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2" })),
    };
    for (size_t i = 0; i < OB_COUNT(linear); i++) {
        assert_true(ob_problem_reference(linear[i], theta, &loss));
        ob_assert_near(loss_of(linear[i], theta, grad), loss, 1e-14);
        ob_assert_near(grad[0], 0, 1e-12);
        ob_assert_near(grad[1], 0, 1e-12);
        ob_problem_destroy(linear[i]);
    }
    assert_true(fabs(theta[0] - 1) < 1e-15 && fabs(theta[1] - 1) < 1e-15);
}

/* Not quadratic, without a minimum, a kink, more than one minimum, a penalty of |w|. */
static void no_minima_by_algebra(void **state)
{
    (void)state;
    struct ob_problem *other[] = {
        function(OPTIONS({ "f", "x^4 + y^2" })),
        function(OPTIONS({ "f", "x^2 - y^2" })),
        function(OPTIONS({ "f", "abs(x - 0.1) + x^2 + y^2" })),
        function(OPTIONS({ "f", "(x + y)^2" })),
        function(OPTIONS({ "f", "x^2 + y^2" }, { "l1", "" })),
        formula(OPTIONS({ "predict", "a*exp(b*x0)" }, { "parameters", "a b" }), height),
    };
    double theta[2], loss;
    for (size_t i = 0; i < OB_COUNT(other); i++) {
        assert_false(ob_problem_reference(other[i], theta, &loss));
        ob_problem_destroy(other[i]);
    }
}

static void said(struct ob_problem *p, const double *theta, const char *part)
{
    struct ob_buf b = { 0 };
    ob_problem_trouble(p, theta, &b);
    if (part ? !strstr(ob_buf_text(&b), part) : b.len > 0)
        fail_msg("'%s' is not '%s'", ob_buf_text(&b), part ? part : "");
    ob_buf_finish(&b);
}

static void trouble_is_named(void **state)
{
    (void)state;
    struct ob_problem *p =
        function(OPTIONS({ "f", "x^2 + log(s)" }, { "let", "s = x - 2" }));
    said(p, (double[]){ 3 }, NULL);
    said(p, (double[]){ 0.5 }, "log(s) at column 7");
    said(p, (double[]){ 0.5 }, "-1.5");
    ob_problem_destroy(p);
    p = formula(OPTIONS({ "predict", "a + sqrt(x1 - b)" }, { "parameters", "a b" }),
                height);
    said(p, (double[]){ 0, -2 }, NULL);
    said(p, (double[]){ 0, 0.5 }, "row 3");
    ob_problem_destroy(p);
    /* The place is that in the definitions, whichever text comes first. */
    p = function(OPTIONS({ "f", "1 + exp(-s)" }, { "let", "r = x^2, s = sqrt(r - 4)" }));
    said(p, (double[]){ 1 }, "sqrt(r - 4) at column 14");
    said(p, (double[]){ 1 }, "-3");
    ob_problem_destroy(p);
    /* The value is finite, its derivative is not. */
    p = function(OPTIONS({ "f", "sqrt(x)" }));
    said(p, (double[]){ 0 }, "at column 1");
    ob_problem_destroy(p);
}

static void refused(const char *kind, const struct option *option, enum ob_code code,
                    const char *text)
{
    struct ob_err err = { 0 };
    struct ob_dataset d = toy_dataset(4, 2, two, height);
    d.has_y = strcmp(text, "loss: mse needs a target column: set data.target") != 0;
    const struct ob_problem_type *t = ob_problem_find(kind, NULL);
    bool data = t->needs & OB_PROBLEM_NEEDS_DATA;
    assert_null(make(kind, OB_F64, option, data ? &d : NULL, &err));
    assert_int_equal(err.code, code);
    assert_string_equal(err.text, text);
}

static void what_is_refused(void **state)
{
    (void)state;
    refused("function", OPTIONS({ "f", "w1 + w3" }, { "parameters", "w1 w2" }),
            OB_ECONFIG, "f: unknown name 'w3' (column 6)");
    refused("function", OPTIONS({ "f", "3" }), OB_ECONFIG,
            "parameters: there are none to be found");
    refused("function", OPTIONS({ "f", "w1 + w[1]" }, { "parameters", "w1 w[2]" }),
            OB_ECONFIG, "parameters: two numbers are called 'w1'");
    refused("function", OPTIONS({ "f", "w" }, { "parameters", "w[0]" }), OB_ECONFIG,
            "parameters: 'w[0]': a size is a whole number from 1 to 65536");
    refused("function", OPTIONS({ "f", "w" }, { "parameters", "w[1e9]" }), OB_ECONFIG,
            "parameters: 'w[1e9]': a size is a whole number from 1 to 65536");
    refused("function", OPTIONS({ "f", "w" }, { "parameters", "w[2x]" }), OB_ECONFIG,
            "parameters: 'w[2x]' is neither a name nor a name with a size, as w[3] or "
            "A[2x2]");
    refused("formula",
            OPTIONS({ "predict", "a*x0" }, { "parameters", "a" }, { "loss", "mse" }),
            OB_ECONFIG, "loss: mse needs a target column: set data.target");
    refused("formula",
            OPTIONS({ "predict", "a*x0" }, { "parameters", "a" }, { "loss", "mes" }),
            OB_ECONFIG, "loss: unknown loss 'mes'; did you mean 'mse'?");
    refused("formula",
            OPTIONS({ "predict", "a*x0" }, { "parameters", "a predict" },
                    { "loss", "sum((predict - y)^2)" }),
            OB_ECONFIG, "predict: 'predict' is a parameter and a definition");
    refused("formula", OPTIONS({ "parameters", "a" }), OB_ECONFIG,
            "predict: a loss by name compares it with data");
    refused("formula",
            OPTIONS({ "predict", "a*x0" }, { "parameters", "a" }, { "loss", "bce" }),
            OB_EDATA, "column 'y': row 2 holds 3, and bce needs 0 to 1");
}

static void values_beyond_the_dtype(void **state)
{
    (void)state;
    static const double wide[] = { 1, 2, 1e300, 4 };
    const struct option *option = OPTIONS({ "predict", "a*x0" }, { "parameters", "a" });
    struct ob_dataset d =
        toy_dataset(4, 2, (const double *const[]){ wide, size }, height);
    struct ob_err err;
    assert_null(make("formula", OB_F32, option, &d, &err));
    assert_int_equal(err.code, OB_EDATA);
    assert_string_equal(err.text, "column 'x0': the value of row 3 is beyond float32");
    /* A column that no formula mentions is of no interest. */
    d = toy_dataset(4, 2, (const double *const[]){ size, wide }, height);
    struct ob_problem *p = make("formula", OB_F32, option, &d, &err);
    if (!p)
        fail_msg("%s", err.text);
    ob_problem_destroy(p);
}

/* More rows than one chunk of the sums. */
static void the_same_bits_on_any_pool(void **state)
{
    (void)state;
    enum { ROWS = 5000 };
    static double x[ROWS], y[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        x[i] = (double)i / ROWS - 0.5;
        y[i] = sin(3 * x[i]);
    }
    const double *const columns[] = { x };
    struct ob_dataset d = toy_dataset(ROWS, 1, columns, y);
    const struct ob_problem_type *t = ob_problem_find("formula", NULL);
    void *opts =
        toy_opts(t->params, t->opts_size, "predict=a+b*tanh(c*x0) parameters=a,b,c");
    const double theta[] = { 0.1, 0.7, 2 };
    double first[3], grad[3], h[9], first_h[9], loss = 0;
    for (unsigned threads = 1; threads <= 3; threads++) {
        struct ob_pool *pool = ob_pool_create(threads, NULL);
        const struct ob_problem_common common = { .dtype = OB_F64, .pool = pool };
        struct ob_problem *p = ob_problem_create(t, opts, &common, &d, NULL);
        double here = loss_of(p, theta, threads == 1 ? first : grad);
        assert_true(ob_problem_hessian(p, theta, threads == 1 ? first_h : h, NULL));
        if (threads == 1)
            loss = here;
        else
            ob_assert_bytes(grad, first, sizeof grad);
        if (threads > 1)
            ob_assert_bytes(h, first_h, sizeof h);
        ob_assert_bytes(&here, &loss, sizeof loss);
        ob_problem_destroy(p);
        ob_pool_destroy(pool);
    }
    ob_params_finish(t->params, opts);
    free(opts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_are_found),
        cmocka_unit_test(parameters_are_declared),
        cmocka_unit_test(penalties_run_over_all),
        cmocka_unit_test(losses_by_name),
        cmocka_unit_test(losses_of_classes),
        cmocka_unit_test(metrics_of_a_fit),
        cmocka_unit_test(accuracy_has_its_place),
        cmocka_unit_test(batches_are_rows),
        cmocka_unit_test(minima_by_algebra),
        cmocka_unit_test(no_minima_by_algebra),
        cmocka_unit_test(trouble_is_named),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(values_beyond_the_dtype),
        cmocka_unit_test(the_same_bits_on_any_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
