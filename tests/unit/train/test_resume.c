/*
 * A run that is saved, put away and taken up again makes the same rows as one that never
 * stopped: for every optimizer, every schedule and every line search.
 */
#include <config.h>

#include "experiment.h"
#include "optbench/base/mem.h"
#include "optbench/train/batches.h"

enum { STEPS = 500 };

/* Ends the run by hand; the row that this may add belongs to no longer run. */
static void interrupt(struct experiment *e, struct ob_buf *rows)
{
    ob_trainer_end(e->t, OB_STOP_CANCELLED);
    experiment_keep(rows, e->t);
    if (ob_trainer_row_is_extra(e->t))
        rows->len -= ob_row_size(ob_trainer_columns(e->t)->width);
}

/* Runs to `half` steps, through a file in memory, and on in a new trainer. */
static void run_in_two(const char *ini, const char *const *sets, uint64_t half,
                       struct ob_buf *rows)
{
    struct experiment e;
    struct ob_safetensors saved = { 0 }, read = { 0 };
    struct ob_buf file = { 0 };
    struct ob_err err = { 0 };
    experiment_make(&e, ini, sets);
    assert_int_equal(experiment_run(&e, half, rows), OB_GO_ON);
    if (half % 2)
        interrupt(&e, rows);
    assert_true(ob_trainer_save(e.t, &saved, &err));
    ob_safetensors_write(&saved, &file);
    experiment_finish(&e);

    experiment_make(&e, ini, sets);
    if (!ob_safetensors_read(&read, file.data, file.len, &err) ||
        !ob_trainer_load(e.t, &read, &err))
        fail_msg("%s", err.text);
    assert_int_equal(ob_trainer_steps(e.t), half);
    experiment_continue(&e, STEPS, rows);
    experiment_finish(&e);
    ob_safetensors_finish(&saved);
    ob_safetensors_finish(&read);
    ob_buf_finish(&file);
}

/* Both ways, for both dtypes; false where the optimizer refuses the combination. */
static bool same_in_two(const char *ini, const char *a, const char *b, const char *c)
{
    static const char *const dtypes[] = { "experiment.dtype=float32",
                                          "experiment.dtype=float64" };
    for (size_t d = 0; d < 2; d++) {
        const char *const sets[] = { dtypes[d], "stop.theta_delta=0", a, b, c, NULL };
        struct experiment e;
        struct ob_buf whole = { 0 }, parts = { 0 };
        experiment_init(&e, ini, sets);
        if (!e.t) {
            experiment_finish(&e);
            return false;
        }
        experiment_run(&e, STEPS, &whole);
        uint64_t steps = ob_trainer_steps(e.t);
        experiment_finish(&e);
        assert_true(steps >= 2);
        for (uint64_t half = steps / 2; half <= steps / 2 + 1 && half < steps; half++) {
            ob_buf_clear(&parts);
            run_in_two(ini, sets, half, &parts);
            assert_int_equal(parts.len, whole.len);
            ob_assert_bytes(parts.data, whole.data, whole.len);
        }
        ob_buf_finish(&whole);
        ob_buf_finish(&parts);
    }
    return true;
}

static void every_optimizer(void **state)
{
    (void)state;
    size_t done = 0;
    for (const struct ob_optimizer_type *const *o = ob_optimizers(); *o; o++) {
        char *kind = ob_xasprintf("optimizer.kind=%s", (*o)->name);
        done += same_in_two("admission.ini", kind, "optimizer.lr=0.0003", NULL);
        done += same_in_two("heights.ini", kind, "optimizer.lr=0.01", "log.every=0");
        free(kind);
    }
    assert_true(done >= 6);
}

static void their_options(void **state)
{
    (void)state;
    assert_true(same_in_two("heights.ini", "optimizer.momentum=0.9",
                            "optimizer.nesterov=yes", "optimizer.lr=0.003"));
    assert_true(same_in_two("heights.ini", "optimizer.momentum=0.9",
                            "optimizer.dampening=0.5", "optimizer.weight_decay=0.01"));
    assert_true(same_in_two("heights.ini", "optimizer.kind=adam", "optimizer.amsgrad=yes",
                            "log.every=7"));
}

/* Counters and buffers of two optimizers in one file. */
static void groups_with_optimizers_of_their_own(void **state)
{
    (void)state;
    static const char ini[] = "../../configs/housing-optimizers.ini";
    assert_true(same_in_two(ini, "log.every=7", NULL, NULL));
    assert_true(same_in_two(ini, "optimizer.momentum=0.5", "group.weights.kind=gd",
                            "group.weights.momentum=0.9"));
    assert_true(same_in_two(ini, "optimizer.kind=adam", "group.weights.amsgrad=yes",
                            "group.weights.kind=adam"));
    assert_true(same_in_two(ini, "optimizer.kind=shampoo", "group.weights.kind=psgd",
                            NULL)); /* both keep a `left` */
}

/* What a schedule cannot do without, or what makes it do something soon. */
static const char *needed(const char *schedule)
{
    static const char *const needs[][2] = {
        { "chained", "phase.fall.kind=linear" },
        { "cyclic", "schedule.max_lr=0.02" },
        { "lambda", "schedule.lr_lambda=0.99^t" },
        { "multiplicative", "schedule.lr_lambda=1 - 0.5/(t + 3)" },
        { "multistep", "schedule.milestones=30 60" },
        { "plateau", "schedule.patience=2" },
        { "sequential", "phase.fall.kind=exponential" },
        { "swa", "schedule.swa_lr=0.002" },
    };
    for (size_t i = 0; i < OB_COUNT(needs); i++)
        if (strcmp(needs[i][0], schedule) == 0)
            return needs[i][1];
    return NULL;
}

/* A window that is half full, a drop that is half waited for: what is forgotten of them
 * ends the run, or lowers its rate, at another step. */
static void what_is_watched(void **state)
{
    (void)state;
    assert_true(same_in_two("heights.ini", "stop.plateau=40", "stop.plateau_delta=0.5",
                            "stop.max_steps=500"));
    assert_true(same_in_two("heights.ini", "schedule.kind=plateau", "schedule.patience=7",
                            "schedule.threshold=0.1"));
    assert_true(same_in_two("heights.ini", "schedule.kind=onecycle",
                            "optimizer.momentum=0.9", "stop.max_steps=300"));
    assert_true(same_in_two("heights.ini", "stop.when=all", "stop.patience=3",
                            "stop.min_delta=0.001"));
}

static void every_schedule(void **state)
{
    (void)state;
    for (const struct ob_schedule_type *const *s = ob_schedules(); *s; s++) {
        char *kind = ob_xasprintf("schedule.kind=%s", (*s)->name);
        assert_true(
            same_in_two("heights.ini", kind, "schedule.warmup=20", needed((*s)->name)));
        free(kind);
    }
}

static void every_line_search(void **state)
{
    (void)state;
    for (const struct ob_linesearch_type *const *s = ob_linesearches(); *s; s++) {
        char *kind = ob_xasprintf("line_search.kind=%s", (*s)->name);
        assert_true(same_in_two("heights.ini", kind, NULL, NULL));
        free(kind);
    }
}

static void mini_batches(void **state)
{
    (void)state;
    assert_true(same_in_two("heights.ini", "batch.size=10", "optimizer.momentum=0.9",
                            "optimizer.lr=0.003"));
    assert_true(same_in_two("heights.ini", "batch.size=11", "log.every=7", NULL));
    assert_true(same_in_two("admission.ini", "batch.size=32", "batch.drop_last=yes",
                            "optimizer.kind=sgd"));
}

/* torch's orders come from one sequence, whose place is in the checkpoint. */
static void orders_of_torch(void **state)
{
    (void)state;
    static const char *const orders[] = { "batch.order=loader", "batch.order=loader-1.3",
                                          "batch.order=randperm" };
    for (size_t i = 0; i < OB_COUNT(orders); i++)
        assert_true(same_in_two("heights.ini", "experiment.rng=torch", "batch.size=10",
                                orders[i]));
    assert_true(same_in_two("heights.ini", "experiment.rng=torch-default", "batch.size=1",
                            "batch.replacement=yes"));
    assert_true(
        same_in_two("heights.ini", "batch.size=7", "batch.replacement=yes", NULL));
}

/* What stands around the optimizer, and what looks at single rows. */
static void wrappers(void **state)
{
    (void)state;
    static const char *const sums[] = { "optimizer.kind=svrg", "optimizer.kind=saga" };
    static const char *const logs[] = { "log.every=7", "log.every=0" };
    for (size_t i = 0; i < OB_COUNT(sums); i++)
        assert_true(
            same_in_two("heights.ini", sums[i], "batch.size=5", "optimizer.lr=0.001"));
    for (size_t i = 0; i < OB_COUNT(logs); i++) {
        assert_true(
            same_in_two("heights.ini", "average.kind=swa", "batch.size=5", logs[i]));
        assert_true(
            same_in_two("heights.ini", "average.kind=ema", "average.start=30", logs[i]));
    }
    assert_true(
        same_in_two("heights.ini", "sam.rho=0.01", "lookahead.k=7", "clip.max_norm=0.5"));
    assert_true(
        same_in_two("heights.ini", "batch.size=5", "batch.accumulate=2", "sam.rho=0.01"));
    assert_true(same_in_two("heights.ini", "optimizer.kind=fista", "model.l1=0.01",
                            "optimizer.backtracking=0.5"));
}

/* Curvature is measured in the same rows, whatever rows there are. */
static void curvature(void **state)
{
    (void)state;
    static const char *const every[] = { "log.every=0", "log.every=1", "log.every=7" };
    for (size_t i = 0; i < OB_COUNT(every); i++) {
        assert_true(same_in_two("heights.ini", "log.curvature=1", every[i], NULL));
        assert_true(
            same_in_two("heights.ini", "log.curvature=10", every[i], "batch.size=13"));
        assert_true(same_in_two("admission.ini", "log.curvature=3", every[i],
                                "optimizer.lr=0.0003"));
    }
}

/* Models that are typed, with data and without. */
static void formulas(void **state)
{
    (void)state;
    assert_true(same_in_two("../../configs/surface.ini", "log.every=7",
                            "optimizer.kind=adam", "optimizer.lr=0.1"));
    assert_true(same_in_two("../../configs/rosenbrock.ini", "log.curvature=10",
                            "optimizer.momentum=0.9", "log.every=0"));
    assert_true(same_in_two("../../configs/sine-fit.ini", "optimizer.kind=sgd",
                            "batch.size=300", "optimizer.lr=1e-6"));
    assert_true(
        same_in_two("../../configs/heights-curve.ini", "batch.size=10", NULL, NULL));
}

/* Settings that were changed by hand survive; those of the file may be new. */
static void settings_survive(void **state)
{
    (void)state;
    struct experiment e;
    struct ob_buf rows = { 0 };
    struct ob_safetensors saved = { 0 };
    char from[64], to[128];
    experiment_make(&e, "heights.ini", NULL);
    experiment_run(&e, 10, &rows);
    assert_true(ob_trainer_set(e.t, "lr", "0.01", from, to, NULL));
    assert_true(ob_trainer_save(e.t, &saved, NULL));
    experiment_finish(&e);
    const char *const sets[] = { "stop.max_steps=20", NULL };
    experiment_make(&e, "heights.ini", sets);
    assert_true(ob_trainer_load(e.t, &saved, NULL));
    assert_true(ob_trainer_set(e.t, "lr", "0.02", from, to, NULL));
    assert_string_equal(from, "0.01");
    assert_int_equal(experiment_continue(&e, 100, &rows), OB_STOP_MAX_STEPS);
    assert_int_equal(ob_trainer_steps(e.t), 20);
    experiment_finish(&e);
    ob_safetensors_finish(&saved);
    ob_buf_finish(&rows);
}

static void refuse(struct experiment *e, const struct ob_safetensors *s, const char *what)
{
    struct ob_err err = { 0 };
    if (ob_trainer_load(e->t, s, &err))
        fail_msg("accepted %s", what);
    assert_int_equal(err.code, OB_EDATA);
    assert_int_equal(ob_trainer_steps(e->t), 0);
}

static void another_experiment_is_refused(void **state)
{
    (void)state;
    const char *const f32[] = { "experiment.dtype=float32", NULL };
    struct experiment e;
    struct ob_buf rows = { 0 };
    struct ob_safetensors saved = { 0 }, empty = { 0 };
    experiment_make(&e, "heights.ini", NULL);
    experiment_run(&e, 10, &rows);
    assert_true(ob_trainer_save(e.t, &saved, NULL));
    experiment_finish(&e);
    experiment_make(&e, "heights.ini", f32);
    refuse(&e, &saved, "another dtype");
    refuse(&e, &empty, "nothing");
    experiment_finish(&e);
    experiment_make(&e, "housing.ini", NULL);
    refuse(&e, &saved, "other tensors");
    ob_safetensors_note(&saved, "step", "x");
    refuse(&e, &saved, "a step that is no number");
    experiment_finish(&e);
    ob_safetensors_finish(&saved);
    ob_buf_finish(&rows);
}

/* What stands there for the position in the data is believed only where it can be one. */
static void a_position_is_looked_at(void **state)
{
    (void)state;
    const char *const sets[] = { "experiment.rng=torch", "batch.size=10", NULL };
    struct experiment e;
    struct ob_buf rows = { 0 };
    struct ob_safetensors saved = { 0 };
    struct ob_err err = { 0 };
    experiment_make(&e, "heights.ini", sets);
    experiment_run(&e, 10, &rows);
    assert_true(ob_trainer_save(e.t, &saved, NULL));
    experiment_finish(&e);
    char *good = ob_xstrdup(ob_safetensors_text(&saved, "batches"));
    size_t n = strlen(good);
    assert_int_equal(n, 16 * OB_BATCHES_STATE_MAX);
    experiment_make(&e, "heights.ini", sets);
    static const char *const ends[] = {
        "",                                 /* a number too few */
        "0000000000000",                    /* not whole */
        "000000000000000x",                 /* no digit */
        "7ff0000000000000",                 /* a normal that waits, infinite */
        "00000000000000000000000000000000", /* one too many */
    };
    for (size_t i = 0; i < OB_COUNT(ends); i++) {
        char *bad = ob_xasprintf("%.*s%s", (int)n - 16, good, ends[i]);
        ob_safetensors_note(&saved, "batches", bad);
        refuse(&e, &saved, bad);
        free(bad);
    }
    ob_safetensors_note(&saved, "batches", good);
    if (!ob_trainer_load(e.t, &saved, &err))
        fail_msg("%s", err.text);
    experiment_finish(&e);
    ob_safetensors_finish(&saved);
    ob_buf_finish(&rows);
    free(good);
}

/* With patience on, which waits for what was measured before. */
static void with_rows_set_aside(void **state)
{
    (void)state;
    assert_true(same_in_two("admission.ini", "data.val=0.25", "batch.size=16",
                            "optimizer.kind=adam"));
    assert_true(
        same_in_two("heights.ini", "data.folds=4", "batch.size=7", "log.every=9"));
    assert_true(same_in_two("heights.ini", "data.val=0.3", "stop.patience=400",
                            "stop.min_delta=1e9"));
    assert_true(same_in_two("heights.ini", "data.val=0.3", "log.metrics=mse mae",
                            "log.evaluate=7"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_optimizer),
        cmocka_unit_test(their_options),
        cmocka_unit_test(groups_with_optimizers_of_their_own),
        cmocka_unit_test(every_schedule),
        cmocka_unit_test(what_is_watched),
        cmocka_unit_test(every_line_search),
        cmocka_unit_test(mini_batches),
        cmocka_unit_test(orders_of_torch),
        cmocka_unit_test(a_position_is_looked_at),
        cmocka_unit_test(wrappers),
        cmocka_unit_test(curvature),
        cmocka_unit_test(formulas),
        cmocka_unit_test(settings_survive),
        cmocka_unit_test(another_experiment_is_refused),
        cmocka_unit_test(with_rows_set_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
