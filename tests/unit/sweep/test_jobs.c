/* What is done next in a sweep, and what is kept of what went wrong: without processes.
 */
#include <config.h>

#include <math.h>
#include <signal.h>

#include "../../../src/sweep/crew_progress.h"
#include "../../../src/sweep/jobs.h"

#include "optbench/sweep/cores.h"
#include "optbench/sweep/failure.h"
#include "optbench/sweep/runners.h"

#include "../run/scratch.h"

enum { CELLS = 6 };

/* A sweep of six learning rates in a folder of its own, and what is left to do of it. */
struct stage {
    char *folder;
    struct ob_sweep s;
    struct ob_cells *cells;
    struct jobs j;
};

static void make(struct stage *st)
{
    static const char plan[] = "cell,optimizer.lr\nc00000,1\nc00001,2\nc00002,3\n"
                               "c00003,4\nc00004,5\nc00005,6\n";
    struct ob_err err;
    *st = (struct stage){ .folder = scratch_make() };
    st->s.path = ob_xstrdup(st->folder);
    assert_true(ob_rundir_open(&st->s.dir, st->folder, &err));
    assert_true(ob_plan_read(&st->s.plan, plan, strlen(plan), &err));
    st->s.facts.cells = CELLS;
    st->s.facts.steps = 100;
    st->s.facts.rules = (struct ob_rungs_rules){ .eta = 2, .workers = 1 };
    strcpy(st->s.facts.metric, "loss");
    assert_true(ob_rundir_mkdir(&st->s.dir, "cells", &err));
}

static void begin(struct stage *st, const struct jobs_opts *opts)
{
    struct ob_err err;
    st->cells = ob_cells_create(&st->s);
    while (!ob_cells_look(st->cells, 1000000000))
        ;
    if (!jobs_init(&st->j, &st->s, st->cells, opts, &err))
        fail_msg("%s", err.text);
}

static void end(struct stage *st)
{
    jobs_finish(&st->j);
    ob_cells_destroy(st->cells);
    st->cells = NULL;
}

static void finish(struct stage *st)
{
    if (st->cells)
        end(st);
    ob_sweep_finish(&st->s);
    scratch_remove(st->folder);
}

static struct ob_crew_job next(struct stage *st)
{
    struct ob_crew_job job;
    assert_true(jobs_next(&st->j, 0, &job));
    return job;
}

static void nothing_now(struct stage *st)
{
    struct ob_crew_job job;
    assert_false(jobs_next(&st->j, 0, &job));
}

static void came(struct stage *st, size_t cell, int status, enum ob_run_state state)
{
    struct ob_crew_news news = { .event = OB_CREW_CAME, .job = { cell, 0 } };
    news.end = (struct ob_cell_end){ .status = status, .state = state, .loss = 1 };
    strcpy(news.end.message, state == OB_RUN_FAILED ? "no luck" : "");
    strcpy(news.end.stop, status == 4 ? "diverged" : "max_steps");
    jobs_heard(&st->j, &news, 0);
}

static void lost(struct stage *st, size_t cell, int signal)
{
    struct ob_crew_news news = { .event = OB_CREW_LOST, .job = { cell, 0 } };
    news.signal = signal;
    strcpy(news.reason, "its process is gone");
    jobs_heard(&st->j, &news, 0);
}

static unsigned attempts(const struct stage *st, const char *cell)
{
    struct ob_failure f;
    return ob_failure_read(&st->s.dir, cell, &f) ? f.attempts : 0;
}

/* ---- jobs ---- */

static void cells_come_in_the_order_of_the_plan(void **state)
{
    (void)state;
    struct stage st;
    make(&st);
    begin(&st, &(struct jobs_opts){ 0 });
    assert_int_equal(st.j.counts.cells, CELLS);
    for (size_t i = 0; i < CELLS; i++) {
        assert_false(jobs_exhausted(&st.j));
        struct ob_crew_job job = next(&st);
        assert_int_equal(job.cell, i);
        assert_int_equal(job.until, 0);
    }
    nothing_now(&st);
    for (size_t i = 0; i < CELLS; i++)
        came(&st, i, i == 3 ? 4 : 0, OB_RUN_FINISHED);
    assert_true(jobs_exhausted(&st.j));
    assert_int_equal(st.j.counts.settled, CELLS);
    assert_int_equal(st.j.counts.diverged, 1);
    assert_int_equal(st.j.counts.failed, 0);
    finish(&st);
}

static void shards_share_the_plan(void **state)
{
    (void)state;
    struct stage st;
    unsigned seen[CELLS] = { 0 };
    make(&st);
    for (size_t k = 0; k < 4; k++) {
        struct ob_crew_job job;
        begin(&st, &(struct jobs_opts){ .shard = { k, 4 } });
        assert_int_equal(st.j.counts.cells, k < 2 ? 2 : 1);
        while (jobs_next(&st.j, 0, &job)) {
            assert_int_equal(job.cell % 4, k);
            seen[job.cell]++;
        }
        end(&st);
    }
    for (size_t i = 0; i < CELLS; i++)
        assert_int_equal(seen[i], 1);
    finish(&st);
}

static void one_cell_alone(void **state)
{
    (void)state;
    struct stage st;
    make(&st);
    begin(&st, &(struct jobs_opts){ .one = true, .index = 4 });
    assert_int_equal(st.j.counts.cells, 1);
    assert_int_equal(next(&st).cell, 4);
    nothing_now(&st);
    came(&st, 4, 0, OB_RUN_FINISHED);
    assert_true(jobs_exhausted(&st.j));
    finish(&st);
}

/* Two retries are three attempts; what went wrong is kept until the cell is done. */
static void failures_are_tried_again(void **state)
{
    (void)state;
    struct stage st;
    make(&st);
    begin(&st,
          &(struct jobs_opts){ .one = true, .index = 2, .policy = { .retries = 2 } });
    for (unsigned i = 1; i <= 3; i++) {
        assert_int_equal(next(&st).cell, 2);
        came(&st, 2, 1, OB_RUN_FAILED);
        assert_int_equal(attempts(&st, "c00002"), i);
    }
    nothing_now(&st);
    assert_true(jobs_exhausted(&st.j));
    assert_int_equal(st.j.counts.failed, 1);
    assert_string_equal(st.j.first, "c00002: no luck");
    end(&st);
    /* Another process tries again. */
    begin(&st, &(struct jobs_opts){ .one = true, .index = 2 });
    next(&st);
    came(&st, 2, 69, OB_RUN_FAILED);
    assert_int_equal(attempts(&st, "c00002"), 4);
    end(&st);
    begin(&st, &(struct jobs_opts){ .one = true, .index = 2 });
    next(&st);
    came(&st, 2, 0, OB_RUN_FINISHED);
    assert_int_equal(attempts(&st, "c00002"), 0);
    assert_int_equal(st.j.counts.failed, 0);
    finish(&st);
}

/* A wrong config stays wrong. */
static void what_lasts_is_not_tried_again(void **state)
{
    (void)state;
    struct stage st;
    make(&st);
    begin(&st, &(struct jobs_opts){ .policy = { .retries = 5 } });
    next(&st);
    next(&st);
    came(&st, 0, 2, OB_RUN_FAILED);
    came(&st, 1, 3, OB_RUN_FAILED);
    assert_int_equal(st.j.counts.failed, 2);
    assert_int_equal(next(&st).cell, 2);
    finish(&st);
}

/* What was done to a process from outside is not the fault of its cell, a few times. */
static void kills_are_tried_again_without_retries(void **state)
{
    (void)state;
    struct stage st;
    make(&st);
    begin(&st, &(struct jobs_opts){ .one = true, .index = 1 });
    for (int i = 0; i < 4; i++) {
        assert_int_equal(next(&st).cell, 1);
        if (i == 2)
            came(&st, 1, 75, OB_RUN_INTERRUPTED);
        else
            lost(&st, 1, SIGKILL);
    }
    nothing_now(&st);
    assert_int_equal(st.j.counts.failed, 1);
    assert_int_equal(attempts(&st, "c00001"), 3);
    end(&st);
    /* A crash is its fault. */
    begin(&st, &(struct jobs_opts){ .one = true, .index = 5 });
    next(&st);
    lost(&st, 5, SIGSEGV);
    nothing_now(&st);
    assert_int_equal(st.j.counts.failed, 1);
    finish(&st);
}

static void the_first_failure_can_end_it(void **state)
{
    (void)state;
    struct stage st;
    make(&st);
    begin(&st, &(struct jobs_opts){ .policy = { .fail_fast = true, .retries = 1 } });
    next(&st);
    came(&st, 0, 1, OB_RUN_FAILED);
    assert_false(st.j.stopped);
    assert_int_equal(next(&st).cell, 0);
    came(&st, 0, 1, OB_RUN_FAILED);
    assert_true(st.j.stopped);
    nothing_now(&st);
    assert_true(jobs_exhausted(&st.j));
    finish(&st);
}

/* Where nothing can be written it is not the cells: eight in a row end the sweep. */
static void a_full_disk_ends_it(void **state)
{
    (void)state;
    struct stage st;
    make(&st);
    begin(&st, &(struct jobs_opts){ .policy = { .retries = 100 } });
    next(&st);
    for (int i = 0; i < 7; i++) {
        came(&st, 0, 5, OB_RUN_FAILED);
        assert_int_equal(next(&st).cell, 0);
    }
    came(&st, 0, 0, OB_RUN_FINISHED); /* one that succeeds in between */
    next(&st);
    for (int i = 0; i < 8; i++) {
        assert_false(st.j.stopped);
        came(&st, 1, 5, OB_RUN_FAILED);
        if (i < 7)
            assert_int_equal(next(&st).cell, 1);
    }
    assert_true(st.j.stopped);
    assert_int_equal(st.j.hopeless.code, OB_EIO);
    assert_string_equal(st.j.hopeless.text,
                        "8 cells failed one after the other; the last one: no luck");
    finish(&st);
}

/* A cell that another process runs is looked at again; meanwhile it may have ended. */
static void cells_of_others_are_waited_for(void **state)
{
    (void)state;
    struct stage st;
    struct ob_crew_job job;
    make(&st);
    begin(&st, &(struct jobs_opts){ .one = true, .index = 3 });
    struct ob_crew_news news = { .event = OB_CREW_CAME, .job = next(&st) };
    news.end = (struct ob_cell_end){ .status = 5, .busy = true };
    jobs_heard(&st.j, &news, 1000);
    assert_int_equal(st.j.counts.busy, 1);
    assert_int_equal(jobs_due(&st.j), 1000 + JOBS_BUSY_NS);
    assert_false(jobs_exhausted(&st.j));
    assert_false(jobs_next(&st.j, JOBS_BUSY_NS, &job));
    assert_true(jobs_next(&st.j, 1000 + JOBS_BUSY_NS, &job));
    assert_int_equal(job.cell, 3);
    assert_int_equal(st.j.counts.busy, 0);
    assert_int_equal(jobs_due(&st.j), INT64_MAX);
    finish(&st);
}

static void what_a_dead_worker_had_not_begun_is_given_again(void **state)
{
    (void)state;
    struct stage st;
    make(&st);
    begin(&st, &(struct jobs_opts){ .shard = { 0, 6 } });
    struct ob_crew_news news = { .event = OB_CREW_RETURNED, .job = next(&st) };
    nothing_now(&st);
    jobs_heard(&st.j, &news, 0);
    assert_int_equal(next(&st).cell, 0);
    assert_int_equal(attempts(&st, "c00000"), 0);
    nothing_now(&st);
    finish(&st);
}

/* ---- rungs ---- */

static void put(struct stage *st, size_t cell, const char *file, const char *text)
{
    char path[OB_SWEEP_FILE_MAX];
    struct ob_err err;
    ob_sweep_cell_file(&st->s, cell, NULL, path);
    assert_true(ob_rundir_mkdir(&st->s.dir, path, &err));
    ob_sweep_cell_file(&st->s, cell, file, path);
    assert_true(ob_rundir_replace(&st->s.dir, path, text, strlen(text), false, &err));
}

/* All cells are at their first rung, c00005 is the worst. It was killed there before its
 * last words: once nothing else is left it is taken up at that step to say them. */
static void a_halt_that_was_killed_is_said_later(void **state)
{
    (void)state;
    struct stage st;
    const struct ob_failure f = { .attempts = 1, .signal = SIGKILL };
    struct ob_err err;
    make(&st);
    st.s.facts.rules =
        (struct ob_rungs_rules){ .halving = OB_HALVING_SYNC, .eta = 2, .rungs = 2 };
    for (size_t i = 0; i < CELLS; i++) {
        char *log = ob_xasprintf("step,loss\n0,9\n50,%zu\n", i);
        put(&st, i, "metrics.csv", log);
        free(log);
        if (i < CELLS - 1)
            put(&st, i, "summary.json",
                "{\"state\": \"interrupted\", \"stop\": \"halted\", \"steps\": 50}");
    }
    assert_true(ob_failure_write(&st.s.dir, "c00005", &f, &err));
    begin(&st, &(struct jobs_opts){ 0 });
    for (size_t i = 0; i < 3; i++) {
        struct ob_crew_job job = next(&st);
        assert_int_equal(job.cell, i);
        assert_int_equal(job.until, 0);
    }
    nothing_now(&st);
    for (size_t i = 0; i < 3; i++) {
        put(&st, i, "summary.json",
            "{\"state\": \"finished\", \"stop\": \"max_steps\", \"steps\": 100}");
        came(&st, i, 0, OB_RUN_FINISHED);
    }
    struct ob_crew_news news = { .event = OB_CREW_CAME, .job = next(&st) };
    assert_int_equal(news.job.cell, 5);
    assert_int_equal(news.job.until, 50);
    nothing_now(&st);
    news.end = (struct ob_cell_end){ .status = 75, .halted = true, .steps = 50 };
    jobs_heard(&st.j, &news, 0);
    assert_true(jobs_exhausted(&st.j));
    assert_int_equal(attempts(&st, "c00005"), 0);
    assert_int_equal(st.j.counts.failed, 0);
    assert_int_equal(st.j.counts.settled, 3);
    finish(&st);
}

/* ---- shards of a job array ---- */

static void set_array(const char *id, const char *least, const char *most, const char *n)
{
    const char *const name[] = { "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN",
                                 "SLURM_ARRAY_TASK_MAX", "SLURM_ARRAY_TASK_COUNT" };
    const char *const value[] = { id, least, most, n };
    for (size_t i = 0; i < OB_COUNT(name); i++)
        if (value[i])
            setenv(name[i], value[i], 1);
        else
            unsetenv(name[i]);
}

static void shards_are_read(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",    "1",   "/",    "1/",   "/2",    "2/2",
        "0/0", "1/x", "+1/2", "-1/2", "1/2/3", "1/1000001"
    };
    struct ob_shard s;
    struct ob_err err;
    assert_true(ob_shard_parse(&s, "3/8", &err));
    assert_int_equal(s.k, 3);
    assert_int_equal(s.n, 8);
    for (size_t i = 0; i < OB_COUNT(bad); i++)
        if (ob_shard_parse(&s, bad[i], &err))
            fail_msg("'%s' is taken for a shard", bad[i]);
    assert_string_equal(err.text, "'1/1000001' is no shard: write K/N, such as 0/8, the "
                                  "first of eight");
    set_array(NULL, NULL, NULL, NULL);
    assert_true(ob_shard_environment(&s, &err));
    assert_int_equal(s.n, 0);
    set_array("7", "5", "12", "8");
    assert_true(ob_shard_environment(&s, &err));
    assert_int_equal(s.k, 2);
    assert_int_equal(s.n, 8);
    set_array("7", "5", "13", "8"); /* with gaps */
    assert_false(ob_shard_environment(&s, &err));
    set_array("7", NULL, NULL, NULL);
    assert_false(ob_shard_environment(&s, &err));
    assert_int_equal(err.code, OB_EUSAGE);
    set_array(NULL, NULL, NULL, NULL);
}

static void processors_are_counted(void **state)
{
    (void)state;
    unsigned all;
    unsetenv("SLURM_CPUS_PER_TASK");
    all = ob_cores();
    assert_true(all >= 1);
    setenv("SLURM_CPUS_PER_TASK", "1", 1);
    assert_int_equal(ob_cores(), 1);
    setenv("SLURM_CPUS_PER_TASK", "100000", 1);
    assert_int_equal(ob_cores(), all);
    setenv("SLURM_CPUS_PER_TASK", "many", 1);
    assert_int_equal(ob_cores(), all);
    unsetenv("SLURM_CPUS_PER_TASK");
    assert_int_equal(ob_cores_share(8, 3), 2);
    assert_int_equal(ob_cores_share(2, 3), 1);
    assert_int_equal(ob_cores_share(8, 0), 1);
}

/* ---- files ---- */

static void failures_read_back(void **state)
{
    (void)state;
    struct stage st;
    struct ob_err err;
    struct ob_failure got, f = { .attempts = 3, .status = 1, .steps = 77, .time = 12345 };
    make(&st);
    strcpy(f.reason, "a \"reason\"\twith \xff bytes");
    strcpy(f.host, "node1");
    assert_false(ob_failure_read(&st.s.dir, "c00001", &got));
    assert_true(ob_failure_write(&st.s.dir, "c00001", &f, &err));
    assert_true(ob_failure_read(&st.s.dir, "c00001", &got));
    assert_int_equal(got.attempts, 3);
    assert_int_equal(got.status, 1);
    assert_int_equal(got.steps, 77);
    assert_int_equal(got.time, 12345);
    assert_string_equal(got.host, "node1");
    assert_string_equal(got.reason, "a \"reason\"\twith \xef\xbf\xbd bytes");
    /* What somebody else wrote there. */
    static const char *const odd[] = {
        "", "[]", "{", "{\"attempts\": -5, \"status\": 1e9, \"reason\": 3}"
    };
    for (size_t i = 0; i < OB_COUNT(odd); i++) {
        assert_true(ob_rundir_replace(&st.s.dir, "failures/c00001.json", odd[i],
                                      strlen(odd[i]), false, &err));
        assert_int_equal(ob_failure_read(&st.s.dir, "c00001", &got), i == 3);
        assert_int_equal(got.attempts, 0);
        assert_string_equal(got.reason, "");
    }
    ob_failure_remove(&st.s.dir, "c00001");
    ob_failure_remove(&st.s.dir, "c00001");
    assert_false(ob_failure_read(&st.s.dir, "c00001", &got));
    finish(&st);
}

static void runners_are_seen_while_they_live(void **state)
{
    (void)state;
    struct stage st;
    struct ob_err err;
    struct ob_runner *r, me = { .workers = 2, .threads = 4, .share = "shard 1/3" };
    struct ob_runner_mark mark, again;
    size_t n;
    make(&st);
    ob_runners_read(&st.s.dir, &r, &n);
    assert_int_equal(n, 0);
    assert_true(ob_runner_mark_init(&mark, &st.s.dir, &me, &err));
    ob_runner_mark_beat(&mark);
    ob_runners_read(&st.s.dir, &r, &n);
    assert_int_equal(n, 1);
    assert_int_equal(r->pid, getpid());
    assert_true(r->here && r->started > 0);
    assert_int_equal(r->workers, 2);
    assert_int_equal(r->threads, 4);
    assert_string_equal(r->share, "shard 1/3");
    free(r);
    /* Killed: the file stays, the lock is gone. */
    close(mark.lock);
    ob_runners_read(&st.s.dir, &r, &n);
    assert_int_equal(n, 0);
    char *left = ob_xasprintf("%s/%s", st.folder, mark.name);
    char *dead = ob_xasprintf("%s/runners/dead.json", st.folder);
    assert_int_equal(rename(left, dead), 0);
    assert_true(ob_runner_mark_init(&again, &st.s.dir, &me, &err));
    assert_int_equal(access(dead, F_OK), -1);
    ob_runner_mark_finish(&again);
    assert_int_equal(access(left, F_OK), -1);
    free(left);
    free(dead);
    finish(&st);
}

/* ---- words ---- */

static void times_are_short(void **state)
{
    (void)state;
    static const struct {
        double seconds;
        const char *text;
    } cases[] = { { 0, "0 s" },          { 0.6, "1 s" },           { 59.4, "59 s" },
                  { 60, "1 min" },       { 61, "1 min 1 s" },      { 3599, "60 min" },
                  { 3600, "1 h" },       { 86399, "23 h 59 min" }, { 86400, "1 d" },
                  { 100000, "1 d 3 h" }, { 1e300, "34722 d 5 h" } };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct ob_buf text = { 0 };
        crew_progress_time(&text, cases[i].seconds);
        assert_string_equal(text.data, cases[i].text);
        ob_buf_finish(&text);
    }
}

/* Two cells a second, however many of them the ring still has. */
static void time_left_follows_the_speed(void **state)
{
    (void)state;
    struct stage st;
    struct crew_progress p;
    make(&st);
    begin(&st, &(struct jobs_opts){ 0 });
    crew_progress_init(&p, true, &st.j);
    st.j.counts.cells = 2000;
    assert_true(isnan(crew_progress_left(&p, &st.j, p.started + 5)));
    for (int i = 1; i <= 1000; i++) {
        int64_t now = p.started + (int64_t)i * 500000000;
        st.j.counts.settled = (size_t)i;
        crew_progress_note(&p, &st.j, now);
        ob_assert_near(crew_progress_left(&p, &st.j, now), (2000 - i) / 2.0, 1e-3);
    }
    finish(&st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_come_in_the_order_of_the_plan),
        cmocka_unit_test(shards_share_the_plan),
        cmocka_unit_test(one_cell_alone),
        cmocka_unit_test(failures_are_tried_again),
        cmocka_unit_test(what_lasts_is_not_tried_again),
        cmocka_unit_test(kills_are_tried_again_without_retries),
        cmocka_unit_test(the_first_failure_can_end_it),
        cmocka_unit_test(a_full_disk_ends_it),
        cmocka_unit_test(cells_of_others_are_waited_for),
        cmocka_unit_test(what_a_dead_worker_had_not_begun_is_given_again),
        cmocka_unit_test(a_halt_that_was_killed_is_said_later),
        cmocka_unit_test(shards_are_read),
        cmocka_unit_test(processors_are_counted),
        cmocka_unit_test(failures_read_back),
        cmocka_unit_test(runners_are_seen_while_they_live),
        cmocka_unit_test(times_are_short),
        cmocka_unit_test(time_left_follows_the_speed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
