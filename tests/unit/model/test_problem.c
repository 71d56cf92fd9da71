/* Linear and logistic regression as problems: names, losses by hand, penalties, metrics,
 * closed forms, batches, and what is refused. */
#include "../../lib/ob_toy.h"

#include <math.h>

static const double age[] = { 1, 2, 3, 4 }, size[] = { 2, 1, 0, -1 };
static const double height[] = { 1, 3, 2, 5 }, passed[] = { 0, 1, 0, 1 };
static const double *const two[] = { age, size }, *const one[] = { age };

static const struct ob_problem_type *type(const char *name)
{
    struct ob_err err;
    const struct ob_problem_type *t = ob_problem_find(name, &err);
    assert_non_null(t);
    return t;
}

static struct ob_problem *linear(const char *settings)
{
    struct ob_dataset d = toy_dataset(4, 1, one, height);
    return toy_create(type("linear"), OB_F64, settings, &d);
}

static double loss_of(struct ob_problem *p, const double *theta, double *grad)
{
    struct ob_eval e;
    ob_problem_eval(p, theta, grad, &e);
    return e.loss;
}

static void names_follow_the_bias_column(void **state)
{
    (void)state;
    struct ob_dataset d = toy_dataset(4, 2, two, height);
    char name[OB_COLUMN_NAME_MAX];
    struct ob_problem *p = toy_create(type("linear"), OB_F64, "", &d);
    assert_int_equal(p->n, 3);
    assert_string_equal(ob_layout_column_name(&p->layout, 0, name), "bias");
    assert_string_equal(ob_layout_column_name(&p->layout, 1, name), "w0");
    assert_int_equal(p->weight[0].offset, 1);
    assert_int_equal(p->weight[0].n, 2);
    ob_problem_destroy(p);
    p = toy_create(type("linear"), OB_F64, "bias_column=last", &d);
    assert_string_equal(ob_layout_column_name(&p->layout, 0, name), "w0");
    assert_string_equal(ob_layout_column_name(&p->layout, 2, name), "bias");
    ob_problem_destroy(p);
    p = toy_create(type("linear"), OB_F64, "bias=no", &d);
    assert_int_equal(p->n, 2);
    ob_problem_destroy(p);
}

/* theta = (bias 1, w 0.5): z = 1.5 2 2.5 3, residuals 0.5 -1 0.5 -2, squares 5.5. */
static void linear_losses_by_hand(void **state)
{
    (void)state;
    const double theta[] = { 1, 0.5 };
    double grad[2];
    struct ob_problem *p = linear("");
    ob_assert_near(loss_of(p, theta, grad), 5.5 / 8, 1e-15);
    ob_assert_near(grad[0], -2.0 / 4, 1e-15);
    ob_assert_near(grad[1], (0.5 - 2 + 1.5 - 8) / 4, 1e-15);
    ob_problem_destroy(p);
    p = linear("loss=mse");
    ob_assert_near(loss_of(p, theta, grad), 5.5 / 4, 1e-15);
    ob_assert_near(grad[0], -1, 1e-15);
    ob_problem_destroy(p);
    p = linear("loss=sse");
    ob_assert_near(loss_of(p, theta, grad), 5.5, 1e-15);
    ob_assert_near(grad[0], -4, 1e-15);
    assert_int_equal(p->counts.function, 1);
    assert_int_equal(p->counts.gradient, 1);
    ob_problem_destroy(p);
}

static void penalties_leave_the_bias_out(void **state)
{
    (void)state;
    const double theta[] = { 1, -0.5 };
    double plain[2], grad[2], h[4], curvature;
    struct ob_problem *p = linear(""), *q = linear("l1=0.25 l2=2");
    double loss = loss_of(p, theta, plain);
    ob_assert_near(loss_of(q, theta, grad), loss + 0.25 * 0.5 + 1 * 0.25, 1e-15);
    ob_assert_near(grad[0], plain[0], 0);
    ob_assert_near(grad[1], plain[1] - 0.25 - 2 * 0.5, 1e-15);
    assert_true(ob_problem_hessian(q, theta, h, NULL));
    ob_assert_near(h[0], 1, 1e-15);
    ob_assert_near(h[3], 7.5 + 2, 1e-15);
    assert_true(ob_problem_curvature(q, theta, (double[]){ 0, 2 }, &curvature, NULL));
    ob_assert_near(curvature, 4 * 9.5, 1e-14);
    double hv[2];
    assert_true(ob_problem_hvp(q, theta, (double[]){ 0, 2 }, hv, NULL));
    ob_assert_near(hv[1], 2 * 9.5, 1e-14);
    assert_int_equal(q->counts.hessian, 1);
    assert_int_equal(q->counts.hessian_product, 2);
    /* the subgradient of |w| at 0 is 0 */
    loss_of(p, (double[]){ 1, 0 }, plain);
    loss_of(q, (double[]){ 1, 0 }, grad);
    ob_assert_near(grad[1], plain[1], 0);
    ob_problem_destroy(p);
    ob_problem_destroy(q);
}

/* Means 2.5 and 2.75; slope Sxy / Sxx = 5.5 / 5 = 1.1. */
static void closed_form_of_a_line(void **state)
{
    (void)state;
    double theta[2], loss;
    struct ob_problem *p = linear("");
    assert_true(ob_problem_can(p) & OB_CAN_REFERENCE);
    assert_true(ob_problem_reference(p, theta, &loss));
    ob_assert_near(theta[1], 1.1, 1e-14);
    ob_assert_near(theta[0], 2.75 - 1.1 * 2.5, 1e-14);
    ob_assert_near(loss, loss_of(p, theta, NULL), 1e-15);
    ob_assert_near(ob_problem_distance(p, (double[]){ theta[0] + 3, theta[1] - 4 }), 5,
                   1e-14);
    ob_problem_destroy(p);
}

/* At a minimum the gradient vanishes: tests the augmented rows for every loss. */
static void closed_form_of_a_ridge(void **state)
{
    (void)state;
    static const char *const settings[] = { "l2=0.7", "l2=0.7 loss=mse",
                                            "l2=0.7 loss=sse",
                                            "l2=0.7 bias_column=last" };
    for (size_t i = 0; i < OB_COUNT(settings); i++) {
        double theta[2], grad[2], loss;
        struct ob_problem *p = linear(settings[i]);
        assert_true(ob_problem_reference(p, theta, &loss));
        ob_assert_near(loss, loss_of(p, theta, grad), 1e-14);
        ob_assert_near(grad[0], 0, 1e-13);
        ob_assert_near(grad[1], 0, 1e-13);
        ob_problem_destroy(p);
    }
}

static void no_closed_form(void **state)
{
    (void)state;
    const double *const twice[] = { age, age };
    struct ob_dataset d = toy_dataset(4, 2, twice, height);
    double loss;
    struct ob_problem *p = toy_create(type("linear"), OB_F64, "", &d);
    assert_false(ob_problem_reference(p, NULL, &loss));
    assert_true(isnan(ob_problem_distance(p, (double[]){ 0, 0, 0 })));
    ob_problem_destroy(p);
    p = toy_create(type("linear"), OB_F64, "l1=0.1", &d);
    assert_false(ob_problem_can(p) & OB_CAN_REFERENCE);
    ob_problem_destroy(p);
    d = toy_dataset(4, 1, one, passed);
    p = toy_create(type("logistic"), OB_F64, "", &d);
    assert_false(ob_problem_can(p) & OB_CAN_REFERENCE);
    ob_problem_destroy(p);
}

static double metric(struct ob_problem *p, const char *name, const void *theta)
{
    const struct ob_metric *m = ob_problem_metric(p->type, name);
    assert_non_null(m);
    return m->value(p, theta);
}

static void linear_metrics(void **state)
{
    (void)state;
    const double theta[] = { 1, 0.5 };
    struct ob_problem *p = linear("l2=3");
    ob_assert_near(metric(p, "mse", theta), 5.5 / 4, 1e-15);
    ob_assert_near(metric(p, "half_mse", theta), 5.5 / 8, 1e-15);
    ob_assert_near(metric(p, "mae", theta), 4.0 / 4, 1e-15);
    ob_assert_near(metric(p, "r2", theta), 1 - 5.5 / 8.75, 1e-15);
    assert_null(ob_problem_metric(p->type, "accuracy"));
    ob_problem_destroy(p);
}

static double probability(double z)
{
    return 1 / (1 + exp(-z));
}

static void logistic_by_hand(void **state)
{
    (void)state;
    struct ob_dataset d = toy_dataset(4, 1, one, passed);
    const double theta[] = { -2, 0.9 };
    double grad[2], loss = 0, half = 0, g0 = 0, right = 0;
    for (size_t i = 0; i < 4; i++) {
        double z = -2 + 0.9 * age[i], s = probability(z), y = passed[i];
        loss -= (y > 0 ? log(s) : log(1 - s)) / 4;
        half += (s - y) * (s - y) / 8;
        g0 += (s - y) / 4;
        right += (z > 0) == (y > 0) ? 0.25 : 0;
    }
    static const char *const settings[] = { "", "loss=bce" };
    for (size_t i = 0; i < OB_COUNT(settings); i++) {
        struct ob_problem *p = toy_create(type("logistic"), OB_F64, settings[i], &d);
        ob_assert_near(loss_of(p, theta, grad), loss, 1e-14);
        ob_assert_near(grad[0], g0, 1e-14);
        ob_assert_near(metric(p, "half_mse", theta), half, 1e-14);
        ob_assert_near(metric(p, "accuracy", theta), right, 0);
        ob_problem_destroy(p);
    }
}

static void bce_counts_clamped_rows(void **state)
{
    (void)state;
    struct ob_dataset d = toy_dataset(4, 1, one, passed);
    struct ob_eval e;
    double grad[1];
    struct ob_problem *p = toy_create(type("logistic"), OB_F64, "loss=bce bias=no", &d);
    ob_problem_eval(p, (double[]){ 800 }, grad, &e);
    assert_int_equal(e.clamped, 2);
    ob_assert_near(e.loss, 50, 1e-12);
    ob_assert_near(grad[0], 0, 0);
    ob_problem_destroy(p);
    p = toy_create(type("logistic"), OB_F64, "bias=no", &d);
    ob_problem_eval(p, (double[]){ 800 }, grad, &e);
    assert_int_equal(e.clamped, 0);
    ob_assert_near(e.loss, 800.0 * (1 + 3) / 4, 1e-9);
    ob_assert_near(grad[0], 1, 1e-15);
    ob_problem_destroy(p);
}

static void batches_are_rows(void **state)
{
    (void)state;
    const double theta[] = { 1, 0.5 };
    double grad[2];
    struct ob_problem *p = linear("");
    double all = loss_of(p, theta, NULL), value = metric(p, "mse", theta);
    assert_true(ob_problem_batch(p, (uint32_t[]){ 3 }, 1, NULL));
    ob_assert_near(loss_of(p, theta, grad), 2, 1e-15);
    ob_assert_near(grad[1], -8, 1e-15);
    assert_true(ob_problem_batch(p, (uint32_t[]){ 0, 1, 1 }, 3, NULL));
    ob_assert_near(loss_of(p, theta, grad), (0.25 + 1 + 1) / 6, 1e-15);
    ob_assert_near(metric(p, "mse", theta), value, 0);
    assert_true(ob_problem_batch(p, NULL, 0, NULL));
    ob_assert_near(loss_of(p, theta, NULL), all, 0);
    ob_problem_destroy(p);
}

/* Creation fails with this code and a text that holds `part`. */
static void refused(const char *name, const char *settings, const struct ob_dataset *d,
                    enum ob_code code, const char *part)
{
    const struct ob_problem_type *t = type(name);
    struct ob_problem_common common = { .dtype = OB_F32 };
    struct ob_err err;
    void *opts = toy_opts(t->params, t->opts_size, settings);
    assert_null(ob_problem_create(t, opts, &common, d, &err));
    assert_int_equal(err.code, code);
    if (!strstr(err.text, part))
        fail_msg("'%s' does not say '%s'", err.text, part);
    ob_params_finish(t->params, opts);
    free(opts);
}

/* A type without a way of its own: one point a time, penalties included, uncounted. */
static void values_of_many_points(void **state)
{
    (void)state;
    const double point[] = { 1, 0, -2, 0.5, 0.25, 3 };
    double loss[3], low[2], high[2];
    struct ob_problem *p = linear("l1=0.25 l2=2");
    assert_true(ob_problem_values(p, 3, point, loss, NULL));
    assert_int_equal(p->counts.function, 0);
    for (size_t i = 0; i < 3; i++)
        ob_assert_near(loss[i], loss_of(p, (double[]){ point[i], point[3 + i] }, NULL),
                       0);
    assert_false(ob_problem_domain(p, low, high));
    ob_problem_destroy(p);
    p = linear("");
    double theta[4];
    assert_int_equal(ob_problem_optima(p, 0, theta, loss), 0);
    assert_int_equal(ob_problem_optima(p, 2, theta, loss), 1);
    ob_assert_near(theta[1], 1.1, 1e-14);
    ob_problem_destroy(p);
}

static void what_is_refused(void **state)
{
    (void)state;
    const double odd[] = { 0, 1, 2, 1 }, huge[] = { 0, 1, 1e300, 1 };
    char first[] = "no", second[] = "yes", third[] = "maybe";
    char *words[] = { third, first, second };
    const double *const wide[] = { huge };
    struct ob_dataset d = toy_dataset(4, 1, one, odd);
    refused("logistic", "", &d, OB_EDATA, "column 'y': row 3 holds 2");
    d.classes = 3;
    d.class_name = words;
    refused("logistic", "", &d, OB_EDATA, "has 3 different words");
    refused("linear", "", &d, OB_EDATA, "words such as 'maybe'");
    d = toy_dataset(4, 1, wide, passed);
    refused("linear", "", &d, OB_EDATA, "column 'x0': the value of row 3 is beyond");
    d.has_y = false;
    refused("linear", "", &d, OB_ECONFIG, "data.target");
    refused("linear", "", NULL, OB_ECONFIG, "needs data");
    struct ob_err err;
    assert_null(ob_problem_find("liner", &err));
    assert_non_null(strstr(err.text, "did you mean 'linear'"));
}

static void two_words_are_classes(void **state)
{
    (void)state;
    char no[] = "no", yes[] = "yes";
    char *words[] = { no, yes };
    struct ob_dataset d = toy_dataset(4, 1, one, passed);
    d.classes = 2;
    d.class_name = words;
    struct ob_problem *p = toy_create(type("logistic"), OB_F64, "", &d);
    ob_assert_near(loss_of(p, (double[]){ 0, 0 }, NULL), log(2), 1e-15);
    ob_problem_destroy(p);
}

static void every_type_is_described(void **state)
{
    (void)state;
    for (const struct ob_problem_type *const *t = ob_problem_types(); *t; t++) {
        assert_ptr_equal(ob_problem_find((*t)->name, NULL), *t);
        assert_true((*t)->title && (*t)->summary && (*t)->reference);
        assert_true((*t)->params && (*t)->start && (*t)->eval);
        for (const struct ob_param *p = (*t)->params; p->name; p++)
            assert_non_null(p->help);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_follow_the_bias_column),
        cmocka_unit_test(linear_losses_by_hand),
        cmocka_unit_test(penalties_leave_the_bias_out),
        cmocka_unit_test(closed_form_of_a_line),
        cmocka_unit_test(closed_form_of_a_ridge),
        cmocka_unit_test(no_closed_form),
        cmocka_unit_test(linear_metrics),
        cmocka_unit_test(logistic_by_hand),
        cmocka_unit_test(bce_counts_clamped_rows),
        cmocka_unit_test(batches_are_rows),
        cmocka_unit_test(values_of_many_points),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(two_words_are_classes),
        cmocka_unit_test(every_type_is_described),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
