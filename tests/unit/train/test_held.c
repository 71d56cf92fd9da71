/*
 * Rows that are set aside: what is measured on them and when, against sums by hand; the
 * stop rules that look at them.
 */
#include <config.h>

#include <math.h>
#include <string.h>

#include "experiment.h"
#include "optbench/data/dataset.h"
#include "optbench/train/columns.h"
#include "optbench/train/result.h"

/* A run of heights.ini with what its log says, row by row. */
struct run {
    struct experiment e;
    struct ob_dataset data;
    struct ob_buf rows;
    enum ob_stop stop;
};

static void run_init(struct run *r, const char *const *sets, uint64_t steps)
{
    *r = (struct run){ 0 };
    experiment_make(&r->e, "heights.ini", sets);
    assert_true(ob_spec_load_data(&r->e.spec, &r->data, &r->e.diags));
    r->stop = experiment_run(&r->e, steps, &r->rows);
}

#define RUN(r, steps, ...) run_init(r, (const char *const[]){ __VA_ARGS__, NULL }, steps)

static void run_finish(struct run *r)
{
    ob_dataset_finish(&r->data);
    experiment_finish(&r->e);
    ob_buf_finish(&r->rows);
}

static size_t rows_of(const struct run *r)
{
    return r->rows.len / ob_row_size(ob_trainer_columns(r->e.t)->width);
}

static const struct ob_row *row_at(const struct run *r, size_t i)
{
    return (const void *)(r->rows.data +
                          i * ob_row_size(ob_trainer_columns(r->e.t)->width));
}

/* A figure of a row; NaN where it was not measured. */
static double figure(const struct run *r, const struct ob_row *row, const char *name)
{
    int at = ob_columns_find(ob_trainer_columns(r->e.t), name);
    assert_true(at >= 0);
    return ob_row_has(row, (size_t)at) ? row->v[at] : NAN;
}

/* mean((w x + b - y)^2) / 2 over one part. */
static double loss_by_hand(const struct run *r, enum ob_data_part part, double w,
                           double b)
{
    struct ob_dataset view = { 0 };
    double sum = 0;
    ob_dataset_part(&r->data, part, &view);
    for (size_t i = 0; i < view.rows; i++) {
        double d = w * view.x[0].value[i] + b - view.y.value[i];
        sum += d * d;
    }
    sum /= 2 * (double)view.rows;
    ob_dataset_view_finish(&view);
    return sum;
}

static double row_by_hand(const struct run *r, const struct ob_row *row)
{
    return loss_by_hand(r, OB_PART_VAL, figure(r, row, "w0"), figure(r, row, "bias"));
}

static void val_loss_is_bare_and_of_its_rows(void **state)
{
    (void)state;
    struct run r;
    RUN(&r, 50, "data.val=0.3", "data.test=5", "model.l2=0.5", "model.l1=0.1",
        "log.metrics=mse");
    assert_int_equal(rows_of(&r), 51);
    for (size_t i = 0; i < rows_of(&r); i++) {
        const struct ob_row *row = row_at(&r, i);
        double want = row_by_hand(&r, row);
        ob_assert_near(figure(&r, row, "val_loss"), want, 1e-14);
        ob_assert_near(figure(&r, row, "val_mse"), 2 * want, 1e-14);
    }
    run_finish(&r);
}

static void columns_stand_in_their_order(void **state)
{
    (void)state;
    static const char *const want[] = { "lr",           "val_loss", "accuracy",
                                        "val_accuracy", "half_mse", "val_half_mse" };
    struct experiment e;
    experiment_make(
        &e, "admission.ini",
        (const char *const[]){ "data.val=0.2", "log.metrics=half_mse accuracy", NULL });
    const struct ob_columns *c = ob_trainer_columns(e.t);
    int at = ob_columns_find(c, "lr");
    for (size_t i = 0; i < OB_COUNT(want); i++)
        assert_string_equal(c->name[(size_t)at + i], want[i]);
    experiment_finish(&e);

    experiment_make(&e, "admission.ini", NULL);
    assert_int_equal(ob_columns_find(ob_trainer_columns(e.t), "val_loss"), -1);
    assert_int_equal(ob_columns_find(ob_trainer_columns(e.t), "val_half_mse"), -1);
    experiment_finish(&e);
}

/* What is trained does not depend on whether it is watched: only on the rows. */
static void measuring_changes_nothing(void **state)
{
    (void)state;
    struct run a, b;
    RUN(&a, 100, "data.val=0.3", "batch.size=8");
    RUN(&b, 100, "data.val=0.3", "batch.size=8", "log.evaluate=1", "log.metrics=mse");
    for (size_t i = 0; i < rows_of(&a); i++) {
        assert_true(figure(&a, row_at(&a, i), "w0") == figure(&b, row_at(&b, i), "w0"));
        assert_false(isnan(figure(&b, row_at(&b, i), "val_loss")));
    }
    assert_int_equal(ob_trainer_steps(a.e.t), 100);
    run_finish(&a);
    run_finish(&b);
}

static void evaluate_says_how_often(void **state)
{
    (void)state;
    struct run r;
    RUN(&r, 40, "data.val=0.3", "log.evaluate=10");
    for (size_t i = 0; i < rows_of(&r); i++)
        assert_int_equal(isnan(figure(&r, row_at(&r, i), "val_loss")), i % 10 != 0);
    run_finish(&r);

    /* 34 rows are 5 batches of 7. */
    RUN(&r, 40, "data.val=15", "batch.size=7");
    for (size_t i = 0; i < rows_of(&r); i++) {
        double v = figure(&r, row_at(&r, i), "val_loss");
        assert_int_equal(isnan(v), i % 5 != 0);
        if (i % 5 == 0)
            ob_assert_near(v, row_by_hand(&r, row_at(&r, i)), 1e-14);
    }
    run_finish(&r);
}

/* Ends of epochs that fall between two rows are in the later one. */
static void thinned_rows_have_the_last_measurement(void **state)
{
    (void)state;
    struct run all, thin;
    double last = NAN;
    size_t next = 0;
    RUN(&all, 60, "data.val=15", "batch.size=7", "log.metrics=mse");
    RUN(&thin, 60, "data.val=15", "batch.size=7", "log.metrics=mse", "log.every=3");
    for (size_t i = 0; i < rows_of(&all); i++) {
        const struct ob_row *row = row_at(&all, i);
        if (!isnan(figure(&all, row, "val_mse")))
            last = figure(&all, row, "val_mse");
        if (next == rows_of(&thin) || row_at(&thin, next)->step != row->step)
            continue;
        double got = figure(&thin, row_at(&thin, next++), "val_mse");
        assert_true(isnan(last) ? isnan(got) : got == last);
        last = NAN;
    }
    assert_int_equal(next, rows_of(&thin));
    run_finish(&all);
    run_finish(&thin);
}

static void the_result_has_both_parts(void **state)
{
    (void)state;
    struct run r;
    struct ob_result result = { 0 };
    RUN(&r, 30, "data.val=0.3", "data.test=6");
    ob_trainer_end(r.e.t, OB_STOP_CANCELLED);
    ob_result_init(&result, r.e.t);
    const struct ob_row *row = row_at(&r, rows_of(&r) - 1);
    double w = figure(&r, row, "w0"), b = figure(&r, row, "bias");
    assert_int_equal(result.val.rows, 15);
    assert_int_equal(result.test.rows, 6);
    ob_assert_near(result.val.loss, loss_by_hand(&r, OB_PART_VAL, w, b), 1e-14);
    ob_assert_near(result.test.loss, loss_by_hand(&r, OB_PART_TEST, w, b), 1e-14);
    assert_true(result.val.metrics == result.metrics && result.metrics > 0);
    double best = INFINITY;
    uint64_t step = 0;
    for (size_t i = 0; i < rows_of(&r); i++)
        if (figure(&r, row_at(&r, i), "val_loss") < best) {
            best = figure(&r, row_at(&r, i), "val_loss");
            step = row_at(&r, i)->step;
        }
    assert_true(result.best_val_loss == best);
    assert_int_equal(result.best_val_step, step);
    ob_result_finish(&result);
    run_finish(&r);
}

/* The words of its end begin so. */
static void assert_tells(const struct run *r, const char *words)
{
    struct ob_result result;
    ob_result_init(&result, r->e.t);
    assert_memory_equal(result.text, words, strlen(words));
    ob_result_finish(&result);
}

static void patience_runs_out(void **state)
{
    (void)state;
    struct run r;
    /* Nothing is a gain: the third measurement after the start is the last. */
    RUN(&r, 1000, "data.val=0.3", "stop.patience=3", "stop.min_delta=1e9");
    assert_int_equal(r.stop, OB_STOP_PATIENCE);
    assert_int_equal(ob_trainer_steps(r.e.t), 3);
    run_finish(&r);

    RUN(&r, 1000, "data.val=15", "batch.size=7", "stop.patience=3", "stop.min_delta=1e9");
    assert_int_equal(r.stop, OB_STOP_PATIENCE);
    assert_int_equal(ob_trainer_steps(r.e.t), 15);
    assert_tells(&r,
                 "patience ran out after 15 steps: 3 measurements, no val_loss below ");
    run_finish(&r);

    /* Without a validation part it is the loss that is watched. */
    RUN(&r, 1000, "stop.patience=2", "stop.min_delta=1e9");
    assert_int_equal(r.stop, OB_STOP_PATIENCE);
    assert_int_equal(ob_trainer_steps(r.e.t), 2);
    assert_tells(&r, "patience ran out after 2 steps: 2 measurements, no loss below ");
    run_finish(&r);

    /* A loss that falls at every step never runs out. */
    RUN(&r, 200, "stop.patience=1");
    assert_int_equal(r.stop, OB_GO_ON);
    run_finish(&r);
}

static void targets_may_be_of_the_validation_part(void **state)
{
    (void)state;
    struct run r;
    RUN(&r, 1000, "data.val=0.3", "stop.target=val_loss <= 0.02");
    assert_int_equal(r.stop, OB_STOP_TARGET);
    size_t n = rows_of(&r);
    assert_true(n > 2);
    assert_true(figure(&r, row_at(&r, n - 1), "val_loss") <= 0.02);
    assert_true(figure(&r, row_at(&r, n - 2), "val_loss") > 0.02);
    run_finish(&r);

    RUN(&r, 1000, "data.val=0.3", "stop.target=val_mse <= 0.04");
    assert_int_equal(r.stop, OB_STOP_TARGET);
    assert_int_equal(rows_of(&r), n);
    run_finish(&r);
}

static void refused(const char *want, const char *a, const char *b)
{
    struct experiment e;
    experiment_init(&e, "admission.ini", (const char *const[]){ a, b, NULL });
    assert_null(e.t);
    assert_true(e.diags.n > 0);
    assert_string_equal(e.diags.item[0].text, want);
    experiment_finish(&e);
}

static void what_was_not_set_aside_is_no_target(void **state)
{
    (void)state;
    refused("stop.target: 'val_loss' is measured on rows that data.val or data.folds "
            "sets aside: set one of them",
            "stop.target=val_loss <= 1", NULL);
    refused("stop.target: 'val_accuracy' is measured on rows that data.val or data.folds "
            "sets aside: set one of them",
            "stop.target=val_accuracy >= 1", "data.test=0.2");
    refused("data.val: 79 rows to validate and 0 to test on leave none of 79 to train on",
            "data.val=79", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(val_loss_is_bare_and_of_its_rows),
        cmocka_unit_test(columns_stand_in_their_order),
        cmocka_unit_test(measuring_changes_nothing),
        cmocka_unit_test(evaluate_says_how_often),
        cmocka_unit_test(thinned_rows_have_the_last_measurement),
        cmocka_unit_test(the_result_has_both_parts),
        cmocka_unit_test(patience_runs_out),
        cmocka_unit_test(targets_may_be_of_the_validation_part),
        cmocka_unit_test(what_was_not_set_aside_is_no_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
