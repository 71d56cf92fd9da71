#include <config.h>

#include "optbench/train/batches.h"

#include <math.h>

#include "experiment.h"
#include "optbench/train/result.h"

static struct ob_batches batches(size_t rows, int64_t size, bool shuffle, bool drop_last,
                                 uint64_t seed)
{
    struct ob_batches b;
    const struct ob_batch_opts opts = { size, shuffle, drop_last };
    assert_true(ob_batches_init(&b, rows, &opts, seed, NULL));
    return b;
}

/* Each row once in an epoch, in another order than in the epoch before. */
static void an_epoch_sees_every_row_once(void **state)
{
    (void)state;
    struct ob_batches b = batches(49, 10, true, false, 7);
    uint32_t before[49] = { 0 };
    assert_int_equal(b.per_epoch, 5);
    for (uint64_t epoch = 0; epoch < 20; epoch++) {
        unsigned seen[49] = { 0 };
        uint32_t order[49];
        size_t at = 0, n;
        for (uint64_t i = 1; i <= 5; i++) {
            const uint32_t *rows = ob_batches_at(&b, epoch * 5 + i, &n);
            assert_int_equal(n, i < 5 ? 10 : 9);
            for (size_t r = 0; r < n; r++) {
                assert_true(rows[r] < 49);
                seen[rows[r]]++;
                order[at++] = rows[r];
            }
        }
        for (size_t r = 0; r < 49; r++)
            assert_int_equal(seen[r], 1);
        assert_memory_not_equal(order, before, sizeof order);
        memcpy(before, order, sizeof order);
    }
    ob_batches_finish(&b);
}

static void the_short_batch_can_be_left_out(void **state)
{
    (void)state;
    size_t n;
    struct ob_batches b = batches(49, 10, false, true, 7);
    assert_int_equal(b.per_epoch, 4);
    const uint32_t *rows = ob_batches_at(&b, 6, &n); /* the 2nd of the 2nd epoch */
    assert_int_equal(n, 10);
    for (size_t r = 0; r < n; r++)
        assert_int_equal(rows[r], 10 + r);
    ob_batches_finish(&b);
}

/* A step number and the seed are all that the rows depend on. */
static void any_order_of_asking_gives_the_same(void **state)
{
    (void)state;
    size_t n;
    struct ob_batches a = batches(1000, 48, true, false, 1);
    struct ob_batches b = batches(1000, 48, true, false, 1);
    struct ob_batches c = batches(1000, 48, true, false, 2);
    uint32_t far[48];
    memcpy(far, ob_batches_at(&a, 777, &n), sizeof far);
    for (uint64_t step = 1; step < 777; step++)
        ob_batches_at(&b, step, &n);
    assert_memory_equal(ob_batches_at(&b, 777, &n), far, sizeof far);
    assert_memory_not_equal(ob_batches_at(&c, 777, &n), far, sizeof far);
    ob_batches_finish(&a);
    ob_batches_finish(&b);
    ob_batches_finish(&c);
}

static bool has(const struct ob_trainer *t, const char *column)
{
    int i = ob_columns_find(ob_trainer_columns(t), column);
    assert_true(i >= 0);
    return ob_row_has(ob_trainer_row(t), (size_t)i);
}

static double at(const struct ob_trainer *t, const char *column)
{
    return ob_trainer_row(t)->v[ob_columns_find(ob_trainer_columns(t), column)];
}

static void rows_tell_of_batches(void **state)
{
    (void)state;
    const char *const sets[] = { "batch.size=10", "stop.max_steps=12",
                                 "stop.theta_delta=0", NULL };
    struct experiment e;
    experiment_make(&e, "heights.ini", sets);
    uint64_t per_epoch = (ob_trainer_data(e.t).rows + 9) / 10;
    assert_int_equal(ob_trainer_start(e.t), OB_GO_ON);
    assert_true(has(e.t, "loss") && !has(e.t, "batch_loss") && !has(e.t, "grad_norm"));
    double start = at(e.t, "loss");
    for (uint64_t k = 1; k < 12; k++) {
        assert_int_equal(ob_trainer_step(e.t), OB_GO_ON);
        assert_true(has(e.t, "loss") == (k % per_epoch == 0));
        assert_true(has(e.t, "loss_min") == has(e.t, "loss"));
        assert_true(has(e.t, "batch_loss") && has(e.t, "grad_norm"));
        ob_assert_near(at(e.t, "epoch"), (double)k / (double)per_epoch, 1e-15);
        ob_assert_near(at(e.t, "theta_delta"), 0.03 * at(e.t, "grad_norm"), 1e-12);
    }
    assert_int_equal(ob_trainer_step(e.t), OB_STOP_MAX_STEPS);
    struct ob_result r;
    ob_result_init(&r, e.t);
    assert_true(isfinite(r.loss) && r.loss < start && r.best_loss <= r.loss);
    ob_assert_near(r.epochs, 12 / (double)per_epoch, 1e-15);
    ob_result_finish(&r);
    experiment_finish(&e);
}

/* [log] evaluate measures the loss more often, and measuring changes no step. */
static void the_loss_is_measured_when_asked(void **state)
{
    (void)state;
    const char *const sets[] = { "batch.size=10", "stop.max_steps=12",
                                 "stop.theta_delta=0", NULL };
    const char *const often[] = { "batch.size=10", "stop.max_steps=12",
                                  "stop.theta_delta=0", "log.evaluate=3", NULL };
    struct experiment a, b;
    experiment_make(&a, "heights.ini", sets);
    experiment_make(&b, "heights.ini", often);
    ob_trainer_start(a.t);
    ob_trainer_start(b.t);
    for (uint64_t k = 1; k < 12; k++) {
        assert_int_equal(ob_trainer_step(a.t), OB_GO_ON);
        assert_int_equal(ob_trainer_step(b.t), OB_GO_ON);
        assert_true(has(a.t, "loss") == (k % 5 == 0));
        assert_true(has(b.t, "loss") == (k % 5 == 0 || k % 3 == 0));
        ob_assert_near(at(a.t, "batch_loss"), at(b.t, "batch_loss"), 0);
        if (k % 5 == 0)
            ob_assert_near(at(a.t, "loss"), at(b.t, "loss"), 0);
    }
    experiment_finish(&a);
    experiment_finish(&b);
}

/* The mean over the batches is the mean over the rows: a run at a small rate ends where
 * the full batch does. */
static void small_steps_end_at_the_optimum(void **state)
{
    (void)state;
    const char *const sets[] = { "batch.size=7",
                                 "optimizer.lr=0.003",
                                 "stop.max_epochs=20000",
                                 "stop.max_steps=0",
                                 "stop.theta_delta=0",
                                 "schedule.kind=constant",
                                 NULL };
    struct experiment e;
    struct ob_buf rows = { 0 };
    struct ob_result r;
    experiment_make(&e, "heights.ini", sets);
    assert_int_equal(experiment_run(&e, UINT64_MAX, &rows), OB_STOP_MAX_EPOCHS);
    ob_result_init(&r, e.t);
    assert_true(r.has_reference && r.loss < 1.02 * r.reference_loss);
    ob_result_finish(&r);
    experiment_finish(&e);
    ob_buf_finish(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_epoch_sees_every_row_once),
        cmocka_unit_test(the_short_batch_can_be_left_out),
        cmocka_unit_test(any_order_of_asking_gives_the_same),
        cmocka_unit_test(rows_tell_of_batches),
        cmocka_unit_test(the_loss_is_measured_when_asked),
        cmocka_unit_test(small_steps_end_at_the_optimum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
