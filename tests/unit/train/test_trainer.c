#include <config.h>

#include "optbench/train/trainer.h"

#include <math.h>

#include "experiment.h"
#include "optbench/train/result.h"

static double at(const struct ob_trainer *t, const char *column)
{
    const struct ob_row *row = ob_trainer_row(t);
    int i = ob_columns_find(ob_trainer_columns(t), column);
    assert_non_null(row);
    assert_true(i >= 0);
    return ob_row_has(row, (size_t)i) ? row->v[i] : NAN;
}

static void header(const struct ob_trainer *t, struct ob_buf *out)
{
    const struct ob_columns *c = ob_trainer_columns(t);
    ob_buf_clear(out);
    for (size_t i = 0; i < c->width; i++)
        ob_buf_addf(out, "%s%s", i ? "," : "", c->name[i]);
}

static void columns_are_those_that_can_be_filled(void **state)
{
    (void)state;
    const char *const sets[] = { "log.metrics=half_mse accuracy", "optimizer.kind=sgd",
                                 "line_search.kind=newton", NULL };
    const char *const none[] = { "log.params=none", NULL };
    const char *const gradients[] = { "log.gradients=yes", NULL };
    struct experiment e;
    struct ob_buf text = { 0 }, rows = { 0 };
    experiment_make(&e, "heights.ini", NULL);
    header(e.t, &text);
    assert_string_equal(text.data,
                        "epoch,loss,loss_min,loss_max,theta_delta,theta_delta_max,"
                        "grad_norm,grad_norm_max,lr,w0,bias");
    experiment_finish(&e);
    experiment_make(&e, "admission.ini", sets);
    header(e.t, &text);
    assert_string_equal(text.data,
                        "epoch,loss,loss_min,loss_max,theta_delta,theta_delta_max,"
                        "grad_norm,grad_norm_max,lr,accuracy,half_mse,evals,grad_evals,"
                        "hvp_evals,step_evals,w0,w1");
    experiment_finish(&e);
    experiment_make(&e, "heights.ini", none);
    header(e.t, &text);
    assert_null(strstr(text.data, "w0"));
    experiment_finish(&e);
    experiment_make(&e, "heights.ini", gradients);
    header(e.t, &text);
    assert_non_null(strstr(text.data, ",w0,bias,grad.w0,grad.bias"));
    experiment_run(&e, 3, &rows);
    ob_assert_near(hypot(at(e.t, "grad.w0"), at(e.t, "grad.bias")), at(e.t, "grad_norm"),
                   1e-15);
    experiment_finish(&e);
    ob_buf_finish(&rows);
    ob_buf_finish(&text);
}

/* By hand: theta_1 = -lr grad(0), and row k tells of theta_k alone. */
static void a_row_tells_of_one_point(void **state)
{
    (void)state;
    struct experiment e;
    experiment_make(&e, "heights.ini", NULL);
    assert_int_equal(ob_trainer_start(e.t), OB_GO_ON);
    assert_int_equal(ob_trainer_row(e.t)->step, 0);
    assert_true(isnan(at(e.t, "theta_delta")) && isnan(at(e.t, "lr")));
    double loss = at(e.t, "loss"), grad = at(e.t, "grad_norm");
    assert_true(at(e.t, "w0") == 0 && at(e.t, "bias") == 0 && at(e.t, "epoch") == 0);
    assert_int_equal(ob_trainer_step(e.t), OB_GO_ON);
    assert_int_equal(ob_trainer_row(e.t)->step, 1);
    double w = at(e.t, "w0"), b = at(e.t, "bias");
    ob_assert_near(at(e.t, "theta_delta"), sqrt(w * w + b * b), 1e-16);
    ob_assert_near(at(e.t, "theta_delta"), 0.03 * grad, 1e-15);
    assert_true(at(e.t, "lr") == 0.03 && at(e.t, "epoch") == 1);
    assert_true(at(e.t, "loss") < loss && at(e.t, "grad_norm") < grad);
    assert_true(at(e.t, "loss_min") == at(e.t, "loss"));
    experiment_finish(&e);
}

/* The Hessian of least squares is constant: trace and determinant by hand. Measured in
 * the first row of every seven steps, of all rows, and no evaluation of the run. */
static void curvature_is_logged(void **state)
{
    (void)state;
    const char *const sets[] = { "log.curvature=7", "log.every=2",
                                 "experiment.dtype=float64", NULL };
    struct experiment e, plain;
    double x = 0, xx = 0;
    struct ob_dataset d = { 0 };
    experiment_make(&e, "heights.ini", sets);
    experiment_make(&plain, "heights.ini", sets + 1);
    assert_true(ob_spec_load_data(&e.spec, &d, &e.diags));
    for (size_t i = 0; i < d.rows; i++) {
        x += d.x->value[i] / (double)d.rows;
        xx += d.x->value[i] * d.x->value[i] / (double)d.rows;
    }
    double most = (1 + xx + sqrt((xx - 1) * (xx - 1) + 4 * x * x)) / 2;
    ob_trainer_start(e.t);
    ob_trainer_start(plain.t);
    for (uint64_t k = 0; k <= 30; k++) {
        const struct ob_row *row = ob_trainer_row(e.t);
        bool due = k == 0 || k == 8 || k == 14 || k == 22 || k == 28;
        assert_int_equal(row != NULL, k % 2 == 0);
        assert_true(!row || isnan(at(e.t, "lambda_max")) == !due);
        if (due) {
            ob_assert_near(at(e.t, "lambda_max"), most, 1e-12 * most);
            ob_assert_near(at(e.t, "lr_limit"), 2 / most, 1e-12);
        }
        ob_trainer_step(e.t);
        ob_trainer_step(plain.t);
    }
    struct ob_result r, other;
    ob_trainer_end(e.t, OB_STOP_CANCELLED);
    ob_trainer_end(plain.t, OB_STOP_CANCELLED);
    ob_result_init(&r, e.t);
    ob_result_init(&other, plain.t);
    assert_int_equal(r.evals_function, other.evals_function);
    assert_int_equal(r.evals_hessian_product, 0);
    ob_result_finish(&r);
    ob_result_finish(&other);
    ob_dataset_finish(&d);
    experiment_finish(&e);
    experiment_finish(&plain);
}

static void rows_are_where_asked_and_at_the_end(void **state)
{
    (void)state;
    const char *const sets[] = { "log.every=7", "stop.max_steps=20", NULL };
    static const uint64_t want[] = { 0, 7, 14, 20 };
    struct experiment e;
    struct ob_buf rows = { 0 };
    experiment_make(&e, "heights.ini", sets);
    assert_int_equal(experiment_run(&e, 100, &rows), OB_STOP_MAX_STEPS);
    size_t size = ob_row_size(ob_trainer_columns(e.t)->width);
    assert_int_equal(rows.len, 4 * size);
    for (size_t i = 0; i < 4; i++) {
        uint64_t step;
        memcpy(&step, rows.data + i * size, sizeof step);
        assert_int_equal(step, want[i]);
    }
    struct ob_result r;
    ob_result_init(&r, e.t);
    assert_int_equal(r.steps, 20);
    assert_int_equal(r.evals_gradient, 21); /* one more pass at the end */
    ob_result_finish(&r);
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

static void ending_from_outside_keeps_the_last_row(void **state)
{
    (void)state;
    const char *const sets[] = { "log.every=7", NULL };
    struct experiment e;
    struct ob_buf rows = { 0 };
    experiment_make(&e, "heights.ini", sets);
    experiment_run(&e, 9, &rows);
    assert_null(ob_trainer_row(e.t));
    ob_trainer_end(e.t, OB_STOP_CANCELLED);
    assert_int_equal(ob_trainer_row(e.t)->step, 9);
    assert_int_equal(ob_trainer_state(e.t), OB_STOP_CANCELLED);
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

static void divergence_is_shown(void **state)
{
    (void)state;
    const char *const sets[] = { "optimizer.lr=10", "experiment.dtype=float32", NULL };
    struct experiment e;
    struct ob_buf rows = { 0 };
    struct ob_result r;
    experiment_make(&e, "heights.ini", sets);
    assert_int_equal(experiment_run(&e, 10000, &rows), OB_STOP_DIVERGED);
    assert_false(isfinite(at(e.t, "loss")) && isfinite(at(e.t, "w0")));
    ob_result_init(&r, e.t);
    assert_true(r.steps > 0 && r.steps < 1000);
    char step[32];
    snprintf(step, sizeof step, "%d", (int)r.steps);
    if (!strstr(r.text, step))
        fail_msg("no step %s in: %s", step, r.text);
    assert_true(isfinite(r.best_loss));
    ob_result_finish(&r);
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

static void groups_have_their_own_options(void **state)
{
    (void)state;
    struct experiment e;
    struct ob_buf rows = { 0 };
    const char *const sets[] = { "group.still.match=b*", "group.still.lr=0", NULL };
    experiment_make(&e, "heights.ini", sets);
    experiment_run(&e, 20, &rows);
    assert_true(at(e.t, "bias") == 0 && at(e.t, "w0") > 0);
    assert_int_equal(ob_trainer_parameters(e.t), 2);
    assert_int_equal(ob_trainer_tensors(e.t), 2);
    assert_null(ob_trainer_tensor_facts(e.t, 0).group);
    assert_string_equal(ob_trainer_tensor_facts(e.t, 1).name, "bias");
    assert_string_equal(ob_trainer_tensor_facts(e.t, 1).group, "still");
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

static void complains(const char *ini, const char *const *sets, enum ob_code code,
                      const char *words)
{
    struct experiment e;
    experiment_init(&e, ini, sets);
    assert_null(e.t);
    assert_true(e.diags.n >= 1);
    assert_int_equal(e.diags.item[0].code, code);
    if (!strstr(e.diags.item[0].text, words))
        fail_msg("no '%s' in: %s", words, e.diags.item[0].text);
    experiment_finish(&e);
}

static void what_does_not_fit_the_data_is_refused(void **state)
{
    (void)state;
    const char *const group[] = { "group.x.match=weight*", NULL };
    const char *const batch[] = { "batch.size=10", "optimizer.kind=gd", NULL };
    const char *const column[] = { "data.features=age", NULL };
    const char *const start[] = { "model.start=w7:1", NULL };
    const char *const labels[] = { "data.target=exam1", "data.features=exam2", NULL };
    const char *const metric[] = { "log.metrics=mse accuracy", NULL };
    const char *const target[] = { "stop.target=accuracy > 0.9", NULL };
    complains("../../configs/sine-fit.ini", metric, OB_ECONFIG,
              "log.metrics: 'accuracy' has no meaning here: it needs loss = bce");
    complains("../../configs/sine-fit.ini", target, OB_ECONFIG,
              "stop.target: 'accuracy' has no");
    complains("heights.ini", group, OB_ECONFIG, "'weight*' matches no tensor");
    complains("heights.ini", batch, OB_ECONFIG, "batch.size: gd ");
    complains("heights.ini", column, OB_ECONFIG, "age");
    complains("heights.ini", start, OB_ECONFIG, "model.start: ");
    complains("admission.ini", labels, OB_EDATA, "exam1");
}

static void live_settings(void **state)
{
    (void)state;
    struct experiment e;
    struct ob_buf rows = { 0 };
    struct ob_err err = { 0 };
    char from[64], to[128];
    experiment_make(&e, "heights.ini", NULL);
    experiment_run(&e, 5, &rows);
    assert_true(ob_trainer_set(e.t, "optimizer.lr", "1e-2", from, to, &err));
    assert_string_equal(from, "0.03");
    assert_string_equal(to, "0.01");
    ob_trainer_step(e.t);
    assert_true(at(e.t, "lr") == 0.01);

    assert_false(ob_trainer_set(e.t, "lr", "fast", from, to, &err));
    assert_int_equal(err.code, OB_ECONFIG);
    assert_false(ob_trainer_set(e.t, "optimizer.nesterov", "yes", from, to, &err));
    assert_false(ob_trainer_set(e.t, "model.loss", "mse", from, to, &err));
    assert_non_null(strstr(err.text, "optimizer.lr")); /* what can be changed */
    ob_trainer_step(e.t);
    assert_true(at(e.t, "lr") == 0.01);

    assert_true(ob_trainer_set(e.t, "stop.max_steps", "10", from, to, &err));
    assert_int_equal(ob_trainer_budget(e.t), 3);
    assert_int_equal(experiment_continue(&e, 100, &rows), OB_STOP_MAX_STEPS);
    assert_int_equal(ob_trainer_steps(e.t), 10);
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

static void a_limit_below_the_present_ends_the_run(void **state)
{
    (void)state;
    struct experiment e;
    struct ob_buf rows = { 0 };
    char from[64], to[128];
    experiment_make(&e, "heights.ini", NULL);
    experiment_run(&e, 50, &rows);
    assert_true(ob_trainer_set(e.t, "stop.max_steps", "10", from, to, NULL));
    assert_int_equal(ob_trainer_budget(e.t), 0);
    assert_int_equal(ob_trainer_step(e.t), OB_STOP_MAX_STEPS);
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

static void time_ends_a_run(void **state)
{
    (void)state;
    const char *const sets[] = { "stop.theta_delta=0",    "stop.max_steps=0",
                                 "stop.max_seconds=0.02", "log.every=0",
                                 "optimizer.lr=1e-9",     NULL };
    struct experiment e;
    struct ob_buf rows = { 0 };
    experiment_make(&e, "housing.ini", sets);
    assert_int_equal(experiment_run(&e, UINT64_MAX, &rows), OB_STOP_TIME);
    struct ob_result r;
    ob_result_init(&r, e.t);
    assert_true(r.seconds >= 0.02);
    ob_result_finish(&r);
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

/* Of a network: its layers' units, the batch position, and which class is taken for
 * which.
 */
static void a_network_is_shown_by_its_layers(void **state)
{
    (void)state;
    const char *const sets[] = { "batch.size=32", "optimizer.lr=0.01", NULL };
    struct experiment e;
    struct ob_buf rows = { 0 };
    struct ob_snapshot s;
    struct ob_err err;
    experiment_make(&e, "../../configs/notebook-002.ini", sets);
    experiment_run(&e, 1, &rows);
    assert_true(ob_snapshot_init(&s, ob_trainer_shown(e.t), ob_trainer_slots(e.t), NULL));
    ob_trainer_snapshot(e.t, &s);
    assert_true(s.epoch_steps == 16 && s.batch_rows == 32);
    assert_string_equal(s.tensor[0].name, "linear1.weight");
    assert_true(s.tensor[0].units == 13 && s.tensor[0].dead <= 13);
    assert_true(s.tensor[0].change_norm > 0);
    ob_snapshot_finish(&s);

    struct ob_safetensors table = { 0 };
    double sum = 0;
    assert_true(ob_trainer_tensor(e.t, "confusion", &table, &err));
    assert_true(table.arrays == 1 && table.array[0].n == 9);
    for (size_t i = 0; i < 9; i++)
        sum += ((const double *)table.array[0].data)[i];
    assert_true(sum == 500);
    ob_safetensors_finish(&table);
    experiment_finish(&e);

    experiment_make(&e, "heights.ini", NULL);
    assert_false(ob_trainer_tensor(e.t, "confusion", &table, &err));
    assert_string_equal(err.text,
                        "a model that tells no classes apart takes none for another");
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

static void a_snapshot_is_the_present(void **state)
{
    (void)state;
    const char *const sets[] = { "optimizer.momentum=0.9", "optimizer.lr=0.003", NULL };
    struct experiment e;
    struct ob_buf rows = { 0 };
    struct ob_snapshot s;
    experiment_make(&e, "heights.ini", sets);
    experiment_run(&e, 30, &rows);
    assert_true(ob_snapshot_init(&s, ob_trainer_shown(e.t), ob_trainer_slots(e.t), NULL));
    ob_trainer_snapshot(e.t, &s);
    assert_int_equal(s.step, 30);
    assert_int_equal(s.shown, 2);
    assert_int_equal(s.tensors, 2);
    assert_true(s.epoch_steps == 1 && s.batch_rows == 49);
    assert_string_equal(s.tensor[0].name, "w");
    assert_true(s.value[s.tensor[0].first] == at(e.t, "w0"));
    assert_true(s.value[s.tensor[1].first] == at(e.t, "bias"));
    ob_assert_near(hypot(s.change[0], s.change[1]), at(e.t, "theta_delta"), 1e-15);
    ob_assert_near(hypot(s.grad[0], s.grad[1]), at(e.t, "grad_norm"), 1e-15);
    assert_true(s.tensor[0].change_max == fabs(s.change[0]));
    assert_int_equal(s.slots, 1);
    assert_true(s.slot[0][0] != 0);
    assert_true(s.rules > 0 && s.knobs > 0);
    assert_string_equal(s.knob[0].key, "optimizer.lr");
    assert_true(s.knob[0].value == 0.003);
    assert_string_equal(s.text, "");
    ob_snapshot_finish(&s);

    struct ob_safetensors one = { 0 };
    assert_true(ob_trainer_tensor(e.t, "bias", &one, NULL));
    assert_int_equal(one.arrays, 1);
    assert_true(((double *)one.array[0].data)[0] == at(e.t, "bias"));
    assert_false(ob_trainer_tensor(e.t, "weights", &one, NULL));
    ob_safetensors_finish(&one);
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

static void the_result_has_everything(void **state)
{
    (void)state;
    struct experiment e;
    struct ob_buf rows = { 0 };
    struct ob_result r;
    experiment_make(&e, "heights.ini", NULL);
    assert_int_equal(experiment_run(&e, 100000, &rows), OB_STOP_THETA_DELTA);
    ob_result_init(&r, e.t);
    assert_int_equal(r.parameters.arrays, 2);
    assert_true(r.has_reference && r.reference_distance > 0);
    assert_true(r.reference_loss < r.loss && r.best_loss <= r.loss);
    assert_true(r.metrics > 0);
    assert_null(strchr(r.text, '\n'));
    struct ob_trainer_data data = ob_trainer_data(e.t);
    assert_true(data.rows > 40 && data.features == 1 && data.hash != 0);
    assert_int_equal(ob_trainer_threads(e.t), 1);
    ob_result_finish(&r);
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_those_that_can_be_filled),
        cmocka_unit_test(a_row_tells_of_one_point),
        cmocka_unit_test(curvature_is_logged),
        cmocka_unit_test(rows_are_where_asked_and_at_the_end),
        cmocka_unit_test(ending_from_outside_keeps_the_last_row),
        cmocka_unit_test(divergence_is_shown),
        cmocka_unit_test(groups_have_their_own_options),
        cmocka_unit_test(what_does_not_fit_the_data_is_refused),
        cmocka_unit_test(live_settings),
        cmocka_unit_test(a_limit_below_the_present_ends_the_run),
        cmocka_unit_test(time_ends_a_run),
        cmocka_unit_test(a_snapshot_is_the_present),
        cmocka_unit_test(a_network_is_shown_by_its_layers),
        cmocka_unit_test(the_result_has_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
