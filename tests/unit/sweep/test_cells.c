#include <config.h>

#include <time.h>

#include "optbench/base/cache.h"
#include "optbench/run/live.h"
#include "optbench/sweep/pace.h"
#include "sweep_stage.h"

#define SECOND INT64_C(1000000000)

static const char plan[] = "cell,optimizer.kind,optimizer.lr\n"
                           "c00000,adam,0.1\n"
                           "c00001,adam,0.2\n"
                           "c00002,adam,0.3\n"
                           "c00003,sgd,0.1\n"
                           "c00004,sgd,0.2\n"
                           "c00005,sgd,0.3\n"
                           "c00006,sgd,0.4\n";

/* One cell of each state; cell 6 waits. */
static void fill(const struct stage *st)
{
    stage_ended(st, 0, OB_RUN_FINISHED, "max_steps", 0.5);
    stage_ended(st, 1, OB_RUN_FINISHED, "diverged", 0.001);
    stage_ended(st, 2, OB_RUN_INTERRUPTED, "halted", 0.25);
    stage_ended(st, 3, OB_RUN_INTERRUPTED, "SIGTERM", 0.75);
    stage_ended(st, 4, OB_RUN_FAILED, "error", 1);
    stage_run(st, 5, "running");
}

static void look(struct ob_cells *c)
{
    while (!ob_cells_look(c, 0))
        continue;
}

static void states_are_told(void **state)
{
    (void)state;
    static const enum ob_cell_state want[] = {
        OB_CELL_DONE,   OB_CELL_DIVERGED,    OB_CELL_HALTED,  OB_CELL_INTERRUPTED,
        OB_CELL_FAILED, OB_CELL_INTERRUPTED, OB_CELL_WAITING,
    };
    struct stage st = stage_make(plan);
    fill(&st);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_WAITING], 7);
    look(c);
    for (size_t i = 0; i < OB_COUNT(want); i++)
        assert_string_equal(ob_cell_state_name(ob_cells_at(c, i)->state),
                            ob_cell_state_name(want[i]));
    assert_int_equal(ob_cells_counts(c)->known, 7);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_INTERRUPTED], 2);
    assert_int_equal(ob_cells_at(c, 2)->max_steps, 100);
    assert_string_equal(ob_cells_at(c, 0)->stop, "max_steps");
    assert_true(ob_cells_at(c, 0)->heard > 0);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* An engine of this machine holds the lock of a cell that runs. */
static void lock_says_that_it_runs(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    struct ob_err err;
    fill(&st);
    struct ob_rundir d = stage_cell(&st, 5);
    int lock = ob_rundir_lock(&d, &err);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    look(c);
    assert_int_equal(ob_cells_at(c, 5)->state, OB_CELL_RUNNING);
    assert_non_null(ob_cells_at(c, 5)->host);
    uint64_t before = ob_cells_generation(c);
    look(c);
    assert_int_equal(ob_cells_generation(c), before);
    close(lock);
    look(c);
    assert_int_equal(ob_cells_at(c, 5)->state, OB_CELL_INTERRUPTED);
    assert_true(ob_cells_generation(c) > before);
    ob_cells_destroy(c);
    ob_rundir_finish(&d);
    stage_finish(&st);
}

/* Of a machine whose locks are not seen here the heartbeat tells. */
static void heartbeat_says_that_it_runs_elsewhere(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    const int64_t late = 3600 * SECOND, now = ob_clock_wall_ns();
    const int64_t heard[] = { now, now - late };
    for (size_t i = 0; i < 2; i++) {
        struct ob_live live = { .state = OB_RUN_RUNNING, .step = 7, .loss = 0.5 };
        struct ob_buf text = { 0 };
        struct ob_rundir d = stage_cell(&st, i);
        live.heartbeat = heard[i];
        ob_live_write(&live, &text);
        scratch_put(&d, "run.json", "{\"state\":\"running\",\"host\":\"other\"}", false);
        scratch_put(&d, "live", ob_buf_text(&text), false);
        ob_rundir_finish(&d);
        ob_buf_finish(&text);
    }
    look(c);
    assert_int_equal(ob_cells_at(c, 0)->state, OB_CELL_RUNNING);
    assert_string_equal(ob_cells_at(c, 0)->host, "other");
    assert_int_equal(ob_cells_at(c, 0)->step, 7);
    assert_int_equal(ob_cells_at(c, 1)->state, OB_CELL_INTERRUPTED);
    assert_null(ob_cells_at(c, 1)->host);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* A cell that was halted and is taken up again runs, whatever its old summary says; one
 * that was killed since, before it got further, is what it was. */
static void resumed_cells_run(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    struct ob_err err;
    stage_ended(&st, 2, OB_RUN_INTERRUPTED, "halted", 0.25);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    look(c);
    assert_int_equal(ob_cells_at(c, 2)->state, OB_CELL_HALTED);
    struct ob_rundir d = stage_cell(&st, 2);
    int lock = ob_rundir_lock(&d, &err);
    stage_run(&st, 2, "running");
    look(c);
    assert_int_equal(ob_cells_at(c, 2)->state, OB_CELL_RUNNING);
    close(lock);
    look(c);
    assert_int_equal(ob_cells_at(c, 2)->state, OB_CELL_HALTED);
    assert_true(ob_cells_at(c, 2)->metric == 0.25);
    ob_cells_destroy(c);
    ob_rundir_finish(&d);
    stage_finish(&st);
}

/* The machine went down before the log of a cell that had ended was on the disk: it is to
 * be trained again, and does not count as done. */
static void lost_logs_are_no_results(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    stage_ended(&st, 0, OB_RUN_FINISHED, "max_steps", 0.5);
    struct ob_rundir d = stage_cell(&st, 0);
    scratch_put(&d, "summary.json",
                "{\"state\":\"finished\",\"stop\":\"max_steps\",\"loss\":0.5,"
                "\"log_bytes\":12}\n",
                false);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    look(c);
    assert_int_equal(ob_cells_at(c, 0)->state, OB_CELL_INTERRUPTED);
    scratch_put(&d, "metrics.csv", "step,loss\n0,1\n", false);
    scratch_put(&d, "summary.json",
                "{\"state\":\"finished\",\"stop\":\"max_steps\",\"loss\":0.25,"
                "\"log_bytes\":12}\n",
                false);
    look(c);
    assert_int_equal(ob_cells_at(c, 0)->state, OB_CELL_DONE);
    ob_cells_destroy(c);
    ob_rundir_finish(&d);
    stage_finish(&st);
}

static void figures_have_names(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    fill(&st);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    look(c);
    assert_true(ob_cells_figure(c, 0, "loss") == 0.5);
    assert_true(ob_cells_figure(c, 0, "best_loss") == 0.25);
    assert_true(ob_cells_figure(c, 2, "steps") == 42);
    assert_true(ob_cells_figure(c, 0, "evals") == 41);
    assert_true(ob_cells_figure(c, 0, "accuracy") == 1 / 1.5);
    assert_true(ob_cells_figure(c, 0, "grad_norm") == 0.25);
    assert_true(isnan(ob_cells_figure(c, 0, "nonsense")));
    assert_true(isnan(ob_cells_figure(c, 6, "accuracy")));
    assert_true(isnan(ob_cells_figure(c, 6, "steps")));
    assert_int_equal(ob_cells_best(c), 0);
    ob_cells_judge(c, "accuracy", true);
    assert_true(ob_cells_at(c, 0)->metric == 1 / 1.5);
    assert_true(ob_cells_better(c, 0.9, 0.8));
    assert_false(ob_cells_better(c, NAN, 0.8));
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* What diverged is no best, and what was halted only where nothing ended. */
static void best_is_a_result(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    stage_ended(&st, 1, OB_RUN_FINISHED, "diverged", 0.001);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    look(c);
    assert_int_equal(ob_cells_best(c), OB_CELLS_NONE);
    stage_ended(&st, 2, OB_RUN_INTERRUPTED, "halted", 0.25);
    look(c);
    assert_int_equal(ob_cells_best(c), 2);
    stage_ended(&st, 4, OB_RUN_FINISHED, "max_steps", 3);
    look(c);
    assert_int_equal(ob_cells_best(c), 4);
    ob_cells_destroy(c);
    stage_finish(&st);
}

static void failures_have_reasons(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    stage_failed(&st, 6, "no such file");
    stage_run(&st, 5, "running");
    stage_failed(&st, 5, "killed by SIGSEGV");
    stage_ended(&st, 0, OB_RUN_FINISHED, "max_steps", 1);
    stage_failed(&st, 0, "of an earlier time");
    struct ob_cells *c = ob_cells_create(&st.sweep);
    look(c);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_FAILED], 2);
    assert_string_equal(ob_cells_at(c, 6)->reason, "no such file");
    assert_int_equal(ob_cells_at(c, 6)->attempts, 2);
    assert_string_equal(ob_cells_at(c, 5)->reason, "killed by SIGSEGV");
    assert_int_equal(ob_cells_at(c, 0)->state, OB_CELL_DONE);
    ob_failure_remove(&st.sweep.dir, "c00006");
    look(c);
    assert_int_equal(ob_cells_at(c, 6)->state, OB_CELL_WAITING);
    assert_null(ob_cells_at(c, 6)->reason);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* A cell that is removed waits again, and names that are none of the plan's are not
 * looked at. */
static void cells_come_and_go(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    static const char *const other[] = { "c00007", "c0001", "c000001", "x00001",
                                         "c0000x" };
    for (size_t i = 0; i < OB_COUNT(other); i++) {
        char *path = ob_xasprintf("%s/cells/%s", st.folder, other[i]);
        assert_int_equal(mkdir(path, 0777), 0);
        free(path);
    }
    stage_ended(&st, 3, OB_RUN_FINISHED, "max_steps", 1);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    look(c);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_DONE], 1);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_WAITING], 6);
    char *path = ob_sweep_cell_path(&st.sweep, 3);
    scratch_remove(path);
    look(c);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_WAITING], 7);
    assert_true(isnan(ob_cells_at(c, 3)->metric));
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* Half a summary, another kind of JSON, a link instead of a directory. */
static void damage_is_no_result(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    static const char *const text[] = { "{\"state\":\"finished\",\"loss\":", "[1,2]", "",
                                        "{\"state\":\"never\"}" };
    for (size_t i = 0; i < OB_COUNT(text); i++) {
        struct ob_rundir d = stage_cell(&st, i);
        scratch_put(&d, "summary.json", text[i], false);
        ob_rundir_finish(&d);
    }
    char *elsewhere = ob_path_join(st.folder, "elsewhere");
    char *link = ob_sweep_cell_path(&st.sweep, 5);
    stage_ended(&st, 4, OB_RUN_FINISHED, "max_steps", 1);
    char *real = ob_sweep_cell_path(&st.sweep, 4);
    assert_int_equal(rename(real, elsewhere), 0);
    assert_int_equal(symlink(elsewhere, link), 0);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    look(c);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_DONE], 0);
    free(elsewhere);
    free(link);
    free(real);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* Parameters and a matrix of counts do not have to be parsed for the figures. */
static void long_summaries_are_skimmed(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    double value[900], count[4] = { 1, 2, 3, 4 };
    for (size_t i = 0; i < OB_COUNT(value); i++)
        value[i] = 1.0 / (double)(i + 3);
    struct ob_summary_tensor t = {
        .name = "a]\"}\\,", .ndim = 2, .shape = { 30, 30 }, .size = 900, .value = value
    };
    struct ob_summary s = {
        .state = OB_RUN_FINISHED,
        .stop = "max_steps",
        .measured = true,
        .loss = 0.125,
        .best_loss = 0.125,
        .epochs = NAN,
        .tensor = &t,
        .tensors = 1,
        .confusion = { .ndim = 2, .shape = { 2, 2 }, .size = 4, .value = count },
        .has_reference = true,
        .reference_loss = 0.0625,
        .reference_distance = 2,
        .seconds = 3
    };
    struct ob_buf text = { 0 };
    ob_summary_write(&s, &text);
    assert_true(text.len > 4096);
    struct ob_rundir d = stage_cell(&st, 1);
    scratch_put(&d, "summary.json", ob_buf_text(&text), false);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    look(c);
    assert_int_equal(ob_cells_at(c, 1)->state, OB_CELL_DONE);
    assert_true(ob_cells_at(c, 1)->loss == 0.125);
    assert_true(ob_cells_at(c, 1)->seconds == 3);
    assert_true(ob_cells_figure(c, 1, "suboptimality") == 0.0625);
    assert_true(ob_cells_figure(c, 1, "distance") == 2);
    ob_cells_destroy(c);
    ob_rundir_finish(&d);
    ob_buf_finish(&text);
    stage_finish(&st);
}

static void runner_tells(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    struct ob_cell_end end = stage_end(0.5), bad = stage_end(NAN);
    ob_cells_told_begin(c, 0, SECOND);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_RUNNING], 1);
    ob_cells_told(c, 0, &end, 2 * SECOND);
    ob_cells_told(c, 1, &bad, 3 * SECOND);
    ob_cells_told_failure(c, 2, 3, "killed by SIGKILL", 4 * SECOND);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_DONE], 1);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_DIVERGED], 1);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_FAILED], 1);
    assert_true(ob_cells_at(c, 0)->metric == 0.5);
    assert_int_equal(ob_cells_best(c), 0);
    assert_string_equal(ob_cells_at(c, 2)->reason, "killed by SIGKILL");
    end.halted = true;
    ob_cells_told(c, 3, &end, 5 * SECOND);
    assert_int_equal(ob_cells_at(c, 3)->state, OB_CELL_HALTED);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* ---- the cache ---- */

/* 100 cells that ended a minute ago, but for the last. */
static struct stage many(void)
{
    struct ob_buf text = { 0 };
    struct timespec old[2] = { { .tv_sec = time(NULL) - 60 },
                               { .tv_sec = time(NULL) - 60 } };
    ob_buf_adds(&text, "cell,optimizer.lr\n");
    for (int i = 0; i < 100; i++)
        ob_buf_addf(&text, "c%05d,0.%03d\n", i, i + 1);
    struct stage st = stage_make(ob_buf_text(&text));
    for (size_t i = 0; i < 99; i++) {
        static const char *const file[] = { "run.json", "summary.json" };
        stage_ended(&st, i, OB_RUN_FINISHED, "max_steps", (double)(i + 1));
        struct ob_rundir d = stage_cell(&st, i);
        for (size_t k = 0; k < 2; k++)
            assert_int_equal(utimensat(d.fd, file[k], old, 0), 0);
        ob_rundir_finish(&d);
    }
    ob_buf_finish(&text);
    return st;
}

static void cache_brings_them_back(void **state)
{
    (void)state;
    struct stage st = many();
    struct ob_cells *c = ob_cells_create(&st.sweep), *d = ob_cells_create(&st.sweep);
    ob_cells_look_all(c);
    assert_int_equal(ob_cells_counts(c)->of[OB_CELL_DONE], 99);
    ob_cells_load(d);
    assert_int_equal(ob_cells_counts(d)->of[OB_CELL_DONE], 99);
    for (size_t i = 0; i < 99; i++) {
        const struct ob_sweep_cell *a = ob_cells_at(c, i), *b = ob_cells_at(d, i);
        assert_true(a->metric == b->metric && a->loss == b->loss && a->step == b->step);
        assert_true(a->heard == b->heard && a->evals == b->evals);
        assert_string_equal(a->stop, b->stop);
        assert_true(ob_cells_figure(c, i, "accuracy") ==
                    ob_cells_figure(d, i, "accuracy"));
    }
    /* A cell that changed since is read anew, one that is gone waits. */
    stage_ended(&st, 7, OB_RUN_FINISHED, "max_steps", 1234);
    scratch_remove(ob_sweep_cell_path(&st.sweep, 8));
    look(d);
    assert_true(ob_cells_at(d, 7)->loss == 1234);
    assert_int_equal(ob_cells_at(d, 8)->state, OB_CELL_WAITING);
    assert_int_equal(ob_cells_counts(d)->of[OB_CELL_DONE], 98);
    ob_cells_destroy(c);
    ob_cells_destroy(d);
    stage_finish(&st);
}

/* Every byte of the file that is another one, and every shorter file: as if there were
 * none, or the same. */
static void cache_may_be_damaged(void **state)
{
    (void)state;
    struct stage st = many();
    struct ob_cells *c = ob_cells_create(&st.sweep);
    struct ob_buf text = { 0 };
    ob_cells_look_all(c);
    char *folder = ob_cache_folder(st.folder), *file = ob_cache_file("sweeps", folder);
    assert_true(ob_file_read(file, 1 << 20, &text, NULL));
    for (size_t at = 0; at < text.len; at += 37) {
        struct ob_cells *d = ob_cells_create(&st.sweep);
        text.data[at] ^= 0x55;
        assert_true(ob_file_replace(AT_FDCWD, file, text.data, text.len, false, NULL));
        text.data[at] ^= 0x55;
        ob_cells_load(d);
        assert_int_equal(ob_cells_counts(d)->of[OB_CELL_DONE], 0);
        ob_cells_destroy(d);
    }
    for (size_t n = 0; n < text.len; n += 211) {
        struct ob_cells *d = ob_cells_create(&st.sweep);
        assert_true(ob_file_replace(AT_FDCWD, file, text.data, n, false, NULL));
        ob_cells_load(d);
        assert_int_equal(ob_cells_counts(d)->of[OB_CELL_DONE], 0);
        ob_cells_destroy(d);
    }
    assert_true(ob_file_replace(AT_FDCWD, file, text.data, text.len, false, NULL));
    st.sweep.facts.hash = 8; /* another sweep in the same folder */
    struct ob_cells *d = ob_cells_create(&st.sweep);
    ob_cells_load(d);
    assert_int_equal(ob_cells_counts(d)->of[OB_CELL_DONE], 0);
    ob_cells_destroy(d);
    ob_cells_destroy(c);
    ob_buf_finish(&text);
    free(folder);
    free(file);
    stage_finish(&st);
}

/* ---- how long it takes ---- */

static void pace_of_even_cells(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    struct ob_sweep_pace p;
    struct ob_cell_end end = stage_end(0.5);
    ob_sweep_pace_of(c, 100 * SECOND, &p);
    assert_int_equal(p.left, 7);
    assert_true(isnan(p.seconds) && isnan(p.rate));
    for (size_t i = 0; i < 4; i++) /* one every two seconds, by one worker */
        ob_cells_told(c, i, &end, (102 + 2 * (int64_t)i) * SECOND);
    ob_sweep_pace_of(c, 108 * SECOND, &p);
    assert_int_equal(p.left, 3);
    assert_true(p.cell == 0.5 && p.work == 1.5);
    assert_true(p.rate == 0.5);
    assert_true(p.seconds == 6);
    /* Much later nothing can be said any more. */
    ob_sweep_pace_of(c, 10000 * SECOND, &p);
    assert_true(isnan(p.seconds));
    ob_cells_told_begin(c, 4, 10000 * SECOND);
    ob_sweep_pace_of(c, 10000 * SECOND, &p);
    assert_true(p.seconds == 1.5);
    for (size_t i = 4; i < 7; i++)
        ob_cells_told(c, i, &end, 10001 * SECOND);
    ob_sweep_pace_of(c, 10001 * SECOND, &p);
    assert_true(p.left == 0 && p.seconds == 0);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* Cells of another optimizer that take ten times as long are waited for so long. */
static void pace_knows_optimizers(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    struct ob_sweep_pace p;
    struct ob_cell_end quick = stage_end(0.5), slow = stage_end(0.5);
    slow.seconds = 50;
    ob_cells_told(c, 0, &quick, SECOND);
    ob_cells_told(c, 1, &quick, 2 * SECOND);
    ob_cells_told(c, 3, &slow, 3 * SECOND);
    ob_sweep_pace_of(c, 4 * SECOND, &p);
    assert_true(p.work == 0.5 + 3 * 50);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* What takes longer than the others goes by its own pace: half of it was an hour. */
static void pace_of_a_slow_cell_is_its_own(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    struct ob_err err;
    struct timespec hour[2] = { { .tv_sec = time(NULL) - 3600 },
                                { .tv_sec = time(NULL) - 3600 } };
    stage_run(&st, 1, "running");
    struct ob_rundir d = stage_cell(&st, 1);
    int lock = ob_rundir_lock(&d, &err);
    assert_int_equal(utimensat(d.fd, "run.json", hour, 0), 0);
    scratch_put(&d, "metrics.csv", "step,loss\n50,0.5\n", false);
    struct ob_cells *c = ob_cells_create(&st.sweep);
    struct ob_cell_end end = stage_end(0.5);
    struct ob_sweep_pace p;
    look(c);
    assert_int_equal(ob_cells_at(c, 1)->step, 50);
    ob_assert_near(ob_cells_at(c, 1)->seconds, 3600, 10);
    for (size_t i = 0; i < 7; i++)
        if (i != 1)
            ob_cells_told(c, i, &end, SECOND);
    ob_sweep_pace_of(c, ob_clock_wall_ns(), &p);
    ob_assert_near(p.seconds, 3600, 10);
    close(lock);
    ob_cells_destroy(c);
    ob_rundir_finish(&d);
    stage_finish(&st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_told),
        cmocka_unit_test(lock_says_that_it_runs),
        cmocka_unit_test(heartbeat_says_that_it_runs_elsewhere),
        cmocka_unit_test(resumed_cells_run),
        cmocka_unit_test(lost_logs_are_no_results),
        cmocka_unit_test(figures_have_names),
        cmocka_unit_test(best_is_a_result),
        cmocka_unit_test(failures_have_reasons),
        cmocka_unit_test(cells_come_and_go),
        cmocka_unit_test(damage_is_no_result),
        cmocka_unit_test(long_summaries_are_skimmed),
        cmocka_unit_test(runner_tells),
        cmocka_unit_test(cache_brings_them_back),
        cmocka_unit_test(cache_may_be_damaged),
        cmocka_unit_test(pace_of_even_cells),
        cmocka_unit_test(pace_knows_optimizers),
        cmocka_unit_test(pace_of_a_slow_cell_is_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
