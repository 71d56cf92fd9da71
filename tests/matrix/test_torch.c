/* Optimizers against torch.optim 1.13 on (2 - w1 - w2)^2 + (4 - 3 w1 - w2)^2 from
 * (-8, 8), 50 steps in float64 each: torch_surface_f64.csv. */
#include "../lib/ob_table.h"
#include "../lib/ob_toy.h"

#include "optbench/base/mem.h"
#include "optbench/optim/optimizer.h"

static struct table reference;

static const struct setting {
    const char *label, *optimizer, *options;
} settings[] = {
    { "sgd_lr0.02", "sgd", "lr=0.02" },
    { "sgd_lr0.02_wd0.01", "sgd", "lr=0.02 weight_decay=0.01" },
    { "sgd_lr0.01_mom0.9", "sgd", "lr=0.01 momentum=0.9" },
    { "sgd_lr0.01_mom0.9_damp0.1", "sgd", "lr=0.01 momentum=0.9 dampening=0.1" },
    { "sgd_lr0.01_nesterov0.9", "sgd", "lr=0.01 momentum=0.9 nesterov=yes" },
    { "adam_lr0.1", "adam", "lr=0.1" },
    { "adam_lr0.1_wd0.01", "adam", "lr=0.1 weight_decay=0.01" },
    { "amsgrad_lr0.1", "adam", "lr=0.1 amsgrad=yes" },
};

/* Rows of the label, in order, against the states before each step. */
static size_t compare(struct ob_problem *p, struct ob_optimizer *o, struct ob_vec *theta,
                      const char *label)
{
    struct ob_vec grad = toy_vec(OB_F64, 2, (double[]){ 0, 0 });
    struct ob_iterate it = { .problem = p, .theta = theta, .grad = &grad };
    struct ob_eval e;
    size_t seen = 0;
    for (size_t i = 0; i < reference.rows; i++) {
        if (strcmp(reference.label[i], label) != 0)
            continue;
        ob_problem_eval(p, theta->data, grad.data, &e);
        double loss = table_at(&reference, i, 2);
        ob_assert_near(table_at(&reference, i, 1), (double)seen, 0);
        ob_assert_near(e.loss, loss, 1e-10 * (1 + loss));
        for (size_t j = 0; j < 2; j++) {
            double w = table_at(&reference, i, 3 + j);
            ob_assert_near(ob_vec_get(theta, j), w, 1e-11 * (1 + (w < 0 ? -w : w)));
        }
        it.loss = e.loss;
        it.k = ++seen;
        assert_int_equal(ob_optimizer_step(o, &it), OB_STEP_OK);
    }
    ob_vec_finish(&grad);
    return seen;
}

static void row_by_row(void **state)
{
    const struct setting *s = *state;
    struct ob_err err;
    const struct ob_optimizer_type *type = ob_optimizer_find(s->optimizer, &err);
    void *opts = toy_opts(type->params, type->opts_size, s->options);
    struct ob_optimizer_setup setup = { .type = type, .opts = opts };
    toy =
        (struct toy_quadratic){ .n = 2, .a = { 20, 8, 8, 4 }, .b = { 28, 12 }, .c = 20 };
    struct ob_problem *p = toy_create(&toy_quadratic, OB_F64, "", NULL);
    struct ob_optimizer *o = ob_optimizer_create(&setup, p, &err);
    struct ob_vec theta = toy_vec(OB_F64, 2, (double[]){ -8, 8 });
    assert_non_null(o);
    assert_int_equal(compare(p, o, &theta, s->label), 51);
    ob_vec_finish(&theta);
    ob_optimizer_destroy(o);
    ob_problem_destroy(p);
    ob_params_finish(type->params, opts);
    free(opts);
}

int main(void)
{
    struct CMUnitTest tests[OB_COUNT(settings)];
    char *path =
        ob_xasprintf("%s/tests/matrix/torch_surface_f64.csv", ob_test_env("OB_SRCDIR"));
    for (size_t i = 0; i < OB_COUNT(settings); i++)
        tests[i] = (struct CMUnitTest){
            .name = settings[i].label,
            .test_func = row_by_row,
            .initial_state = (void *)(uintptr_t)&settings[i],
        };
    if (!table_read(path, &reference)) {
        printf("Bail out! cannot read %s\n", path);
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    table_finish(&reference);
    free(path);
    return failed;
}
