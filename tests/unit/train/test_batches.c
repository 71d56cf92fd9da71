#include <config.h>

#include "optbench/train/batches.h"

#include <math.h>

#include "experiment.h"
#include "optbench/train/result.h"

static struct ob_batches batches(size_t rows, int64_t size, bool shuffle, bool drop_last,
                                 uint64_t seed)
{
    struct ob_batches b;
    const struct ob_batch_opts opts = { .size = size,
                                        .shuffle = shuffle,
                                        .drop_last = drop_last };
    const struct ob_draw_setup setup = { .seed = seed };
    assert_true(ob_batches_init(&b, rows, &opts, &setup, NULL));
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

/* ---- torch ---- */

struct torch {
    size_t rows;
    enum ob_batch_order order;
    bool replacement;
    enum ob_rng_kind kind;
};

static struct ob_batches torch_batches(const struct torch *t)
{
    struct ob_batches b;
    const struct ob_batch_opts opts = {
        .size = 3, .shuffle = true, .order = t->order, .replacement = t->replacement
    };
    const struct ob_draw_setup setup = { .kind = t->kind, .seed = 11 };
    assert_true(ob_batches_init(&b, t->rows, &opts, &setup, NULL));
    return b;
}

/* What a DataLoader of torch 1.13 gave for torch.manual_seed(0) and 20 rows by 7 with
 * drop_last, and again in the next epoch (tests/reference/torch_rng.py tells where the
 * figures are from: their hash is in torch_rng.txt). */
static void a_loader_has_the_order_of_torch(void **state)
{
    (void)state;
    static const uint32_t want[28] = { 6, 15, 11, 13, 9,  2,  1,  17, 16, 8,
                                       5, 12, 18, 3,  12, 1,  13, 14, 10, 19,
                                       9, 18, 15, 11, 16, 17, 4,  2 };
    struct ob_batches b;
    const struct ob_batch_opts opts = {
        .size = 7, .shuffle = true, .drop_last = true, .order = OB_ORDER_LOADER
    };
    const struct ob_draw_setup setup = { .kind = OB_RNG_TORCH };
    size_t n;
    assert_true(ob_batches_init(&b, 20, &opts, &setup, NULL));
    for (uint64_t step = 1; step <= 4; step++) {
        const uint32_t *rows = ob_batches_at(&b, step, &n);
        assert_int_equal(n, 7);
        ob_assert_bytes(rows, want + 7 * (step - 1), 7 * sizeof *want);
    }
    ob_batches_finish(&b);
}

/* Every order from the engine's own calls. */
static void orders_follow_each_other_in_one_sequence(void **state)
{
    (void)state;
    enum { ROWS = 10, EPOCHS = 4 };
    for (int order = OB_ORDER_LOADER; order <= OB_ORDER_RANDPERM; order++)
        for (int replacement = 0; replacement < 2; replacement++) {
            const struct torch t = { ROWS, order, replacement, OB_RNG_TORCH };
            struct ob_batches b = torch_batches(&t);
            struct ob_torch_rng all, sampler, *r;
            uint32_t want[ROWS];
            size_t n;
            ob_torch_init(&all, 11, true);
            for (uint64_t epoch = 0; epoch < EPOCHS; epoch++) {
                if (order != OB_ORDER_RANDPERM)
                    ob_torch_random(&all);
                if (order == OB_ORDER_LOADER)
                    ob_torch_init(&sampler, (uint64_t)ob_torch_random(&all), true);
                r = order == OB_ORDER_LOADER ? &sampler : &all;
                if (!replacement)
                    ob_torch_randperm(r, ROWS, want);
                for (size_t i = 0; replacement && i < ROWS; i++)
                    want[i] = (uint32_t)ob_torch_randint(r, 0, ROWS);
                for (uint64_t i = 0; i < 4; i++) {
                    const uint32_t *rows = ob_batches_at(&b, 4 * epoch + i + 1, &n);
                    assert_int_equal(n, i < 3 ? 3 : 1);
                    ob_assert_bytes(rows, want + 3 * i, n * sizeof *want);
                }
            }
            ob_batches_finish(&b);
        }
}

/* From any step on, with what was saved and without, forwards and back. */
static void a_position_can_be_taken_up(void **state)
{
    (void)state;
    enum { STEPS = 40 };
    for (int kind = OB_RNG_PHILOX; kind <= OB_RNG_TORCH_DEFAULT; kind++)
        for (int order = OB_ORDER_LOADER; order <= OB_ORDER_RANDPERM; order++) {
            const struct torch t = { 11, order, false, kind };
            struct ob_batches a = torch_batches(&t);
            uint32_t rows[STEPS + 1][3];
            uint64_t saved[STEPS + 1][OB_BATCHES_STATE_MAX];
            size_t n, numbers[STEPS + 1];
            for (uint64_t k = 1; k <= STEPS; k++) {
                memcpy(rows[k], ob_batches_at(&a, k, &n), 3 * sizeof **rows);
                numbers[k] = ob_batches_save(&a, saved[k]);
                assert_true((numbers[k] == 0) == (kind == OB_RNG_PHILOX));
            }
            for (uint64_t k = STEPS; k > 3; k -= 3) {
                struct ob_batches b = torch_batches(&t), c = torch_batches(&t);
                assert_true(ob_batches_restore(&b, numbers[k], saved[k]));
                assert_memory_equal(ob_batches_at(&b, k, &n), rows[k], n * sizeof **rows);
                assert_memory_equal(ob_batches_at(&b, 1, &n), rows[1], n * sizeof **rows);
                assert_memory_equal(ob_batches_at(&c, k, &n), rows[k], n * sizeof **rows);
                assert_memory_equal(ob_batches_at(&a, k, &n), rows[k], n * sizeof **rows);
                ob_batches_finish(&b);
                ob_batches_finish(&c);
            }
            saved[1][1 + OB_DRAW_STATE_MAX - 2] = UINT64_MAX;
            assert_true(kind == OB_RNG_PHILOX ||
                        !ob_batches_restore(&a, numbers[1], saved[1]));
            assert_false(ob_batches_restore(&a, 5, saved[1]));
            assert_true(ob_batches_restore(&a, numbers[7], saved[7]));
            assert_int_equal(ob_batches_save(&a, saved[8]), numbers[7]);
            assert_memory_equal(saved[8], saved[7], numbers[7] * sizeof **saved);
            assert_memory_equal(ob_batches_at(&a, 5, &n), rows[5], n * sizeof **rows);
            ob_batches_finish(&a);
        }
}

/* Each row comes as often as any other in the long run, but not once an epoch. */
static void rows_can_be_drawn_with_replacement(void **state)
{
    (void)state;
    for (int kind = OB_RNG_PHILOX; kind <= OB_RNG_TORCH; kind++) {
        const struct torch t = { 12, OB_ORDER_LOADER, true, kind };
        struct ob_batches b = torch_batches(&t);
        unsigned seen[12] = { 0 }, twice = 0;
        size_t n;
        for (uint64_t step = 1; step <= 4000; step++) {
            const uint32_t *rows = ob_batches_at(&b, step, &n);
            assert_int_equal(n, 3);
            twice += rows[0] == rows[1] || rows[1] == rows[2] || rows[0] == rows[2];
            for (size_t i = 0; i < n; i++)
                seen[rows[i]]++;
        }
        for (size_t i = 0; i < 12; i++)
            assert_in_range(seen[i], 850, 1150);
        assert_in_range(twice, 850, 1050); /* 1 - 11/12 * 10/12 of 4000 */
        ob_batches_finish(&b);
    }
}

/* A batch that is not less than all rows is all of them, unless they are drawn. */
static void large_batches_are_full(void **state)
{
    (void)state;
    struct ob_batch_opts opts = { .size = 10, .shuffle = true };
    const struct ob_draw_setup setup = { .seed = 3 };
    struct ob_batches b;
    size_t n;
    assert_true(ob_batches_full(&opts, 10) && ob_batches_full(&opts, 9));
    assert_false(ob_batches_full(&opts, 11));
    opts.replacement = true;
    assert_false(ob_batches_full(&opts, 9));
    assert_true(ob_batches_init(&b, 9, &opts, &setup, NULL));
    assert_int_equal(b.per_epoch, 1);
    ob_batches_at(&b, 5, &n);
    assert_int_equal(n, 9);
    ob_batches_finish(&b);
    opts.size = 0;
    assert_true(ob_batches_full(&opts, 9));
}

/* torch.manual_seed(0), randn(2, 1), a DataLoader of torch 1.3 that gave its first batch:
 * the order that seeds the notebook's next cell. */
static void calls_come_before_the_first_epoch(void **state)
{
    (void)state;
    static const uint32_t want[10] = { 427, 65, 957, 418, 45, 881, 364, 769, 78, 513 };
    char randn[] = "randn", two[] = "2", *item[] = { randn, two };
    const struct ob_texts before = { item, 2 };
    const struct ob_batch_opts opts = { .size = 10,
                                        .shuffle = true,
                                        .order = OB_ORDER_LOADER_1_3 };
    const struct ob_draw_setup setup = { .kind = OB_RNG_TORCH, .before = &before };
    struct ob_batches b;
    size_t n;
    assert_true(ob_batches_init(&b, 1000, &opts, &setup, NULL));
    ob_assert_bytes(ob_batches_at(&b, 1, &n), want, sizeof want);
    ob_batches_finish(&b);
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
    /* What `check` shows of the start is over all rows. */
    struct ob_eval before;
    ob_problem_eval(ob_trainer_problem(e.t), ob_trainer_theta(e.t)->data, NULL, &before);
    assert_int_equal(ob_trainer_start(e.t), OB_GO_ON);
    assert_true(has(e.t, "loss") && !has(e.t, "batch_loss") && !has(e.t, "grad_norm"));
    double start = at(e.t, "loss");
    ob_assert_near(before.loss, start, 0);
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
        cmocka_unit_test(a_loader_has_the_order_of_torch),
        cmocka_unit_test(orders_follow_each_other_in_one_sequence),
        cmocka_unit_test(a_position_can_be_taken_up),
        cmocka_unit_test(rows_can_be_drawn_with_replacement),
        cmocka_unit_test(large_batches_are_full),
        cmocka_unit_test(calls_come_before_the_first_epoch),
        cmocka_unit_test(rows_tell_of_batches),
        cmocka_unit_test(the_loss_is_measured_when_asked),
        cmocka_unit_test(small_steps_end_at_the_optimum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
