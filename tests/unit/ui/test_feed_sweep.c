#include <config.h>

#include "run_stage.h"

#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/hash.h"
#include "optbench/run/rundir.h"

static const char ini[] = "[experiment]\nname = rates\n";
static const char plan[] = "cell,optimizer.lr\nc00000,0.1\nc00001,0.2\nc00002,0.3\n";

/* A sweep of three cells, none of which was begun. */
static void put_sweep(const char *path)
{
    char name[128], text[512];
    uint64_t hash = ob_hash_fast(ini, strlen(ini), 0);
    hash = ob_hash_fast(plan, strlen(plan), hash);
    mkdir("sweeps", 0777);
    assert_int_equal(mkdir(path, 0777), 0);
    snprintf(name, sizeof name, "%s/sweep.ini", path);
    stage_put(name, ini);
    snprintf(name, sizeof name, "%s/plan.csv", path);
    stage_put(name, plan);
    snprintf(text, sizeof text,
             "{\"version\": 1, \"program\": \"optbench\", \"name\": \"rates\", "
             "\"title\": \"\", \"method\": \"grid\", \"cells\": 3, \"metric\": \"loss\", "
             "\"goal\": \"min\", \"halving\": \"no\", \"eta\": 3, \"rungs\": 0, "
             "\"brackets\": 1, \"workers\": 1, \"within\": \"\", \"steps\": 9, "
             "\"retries\": 0, \"fail_fast\": false, \"hash\": \"%016llx\"}\n",
             (unsigned long long)hash);
    snprintf(name, sizeof name, "%s/sweep.json", path);
    stage_put(name, text);
}

/* The run of a cell, in the place of which it is. */
static void put_cell(const char *path, const char *cell, enum ob_run_state state)
{
    char to[128];
    char *from = stage_run("runs", 1000, "/a.ini", state, "step,loss\n0,5\n1,4\n");
    snprintf(to, sizeof to, "%s/cells", path);
    mkdir(to, 0777);
    snprintf(to, sizeof to, "%s/cells/%s", path, cell);
    assert_int_equal(rename(from, to), 0);
    snprintf(to, sizeof to, "%s/cells/%s/summary.json", path, cell);
    stage_put(to, "{\"state\": \"finished\", \"stop\": \"max_steps\", \"steps\": 1, "
                  "\"loss\": 4, \"best_loss\": 4, \"seconds\": 0.1}\n");
    free(from);
}

static void read_all(struct ob_feed *f)
{
    bool fresh;
    while (f->type->sweep_on(f, &fresh))
        continue;
}

static void cells_are_read(void **state)
{
    (void)state;
    struct ob_err err;
    put_sweep("sweeps/one");
    put_cell("sweeps/one", "c00001", OB_RUN_FINISHED);
    struct ob_feed *f = stage_feed("runs");
    assert_true(f->type->sweep(f, "sweeps/one/", &err));
    assert_string_equal(f->sweep.path, "sweeps/one");
    assert_string_equal(f->sweep.name, "rates");
    assert_int_equal(f->sweep.plan->cells, 3);
    assert_false(f->sweep.looked || f->sweep.runs);
    read_all(f);
    assert_true(f->sweep.looked);
    assert_int_equal(ob_cells_counts(f->sweep.cells)->of[OB_CELL_WAITING], 2);
    assert_int_equal(ob_cells_at(f->sweep.cells, 1)->state, OB_CELL_DONE);
    assert_true(ob_cells_at(f->sweep.cells, 1)->metric == 4);

    /* One that goes on is where it can be found again. */
    struct ob_buf bye = { 0 };
    f->type->farewell(f, &bye);
    assert_int_equal(bye.len, 0);
    f->sweep.runs = true;
    f->type->farewell(f, &bye);
    assert_string_equal(ob_buf_text(&bye),
                        "sweep continues: optbench watch sweeps/one\n");
    ob_buf_finish(&bye);

    /* What is no sweep changes nothing. */
    unsigned opened = f->sweep.opened;
    assert_false(f->type->sweep(f, "runs", &err));
    assert_int_equal(err.code, OB_EUSAGE);
    assert_int_equal(f->sweep.opened, opened);
    assert_non_null(f->sweep.plan);
    f->type->destroy(f);
    stage_remove("sweeps");
}

/* Nobody is woken while nobody runs it; a cell that somebody begins is seen at once. */
static void a_sweep_that_stands_still_costs_nothing(void **state)
{
    (void)state;
    struct ob_run_model none = { 0 };
    struct pollfd fd[OB_FEED_FDS];
    struct ob_err err;
    bool fresh;
    int timeout = 0;
    put_sweep("sweeps/still");
    struct ob_feed *f = stage_feed("runs");
    assert_true(f->type->sweep(f, "sweeps/still", &err));
    f->type->attend(f, OB_ATTEND_SWEEP);
    read_all(f);
    f->type->poll(f, &none);
    read_all(f);
    (void)f->type->sweep_on(f, &fresh); /* it was stirred by coming up */
    size_t n = f->type->wait(f, fd, &timeout);
    assert_true(timeout == -1 && n >= 1);
    assert_int_equal(poll(fd, n, 0), 0);

    put_cell("sweeps/still", "c00002", OB_RUN_FINISHED);
    assert_int_equal(poll(fd, n, 5000), 1); /* told by the folder */
    f->type->poll(f, &none);
    assert_true(f->type->wait(f, fd, &timeout) >= 1);
    assert_int_equal(timeout, 0);
    (void)f->type->sweep_on(f, &fresh);
    assert_true(fresh);
    assert_int_equal(ob_cells_counts(f->sweep.cells)->of[OB_CELL_DONE], 1);
    f->type->attend(f, OB_ATTEND_HOME);
    f->type->destroy(f);
    stage_remove("sweeps");
}

static void put_program(const char *text)
{
    stage_put("program", text);
    assert_int_equal(chmod("program", 0755), 0);
}

/* Waits for what becomes of a sweep that was started. */
static unsigned outcome(struct ob_feed *f)
{
    struct ob_run_model none = { 0 };
    unsigned bits = 0;
    for (int i = 0; i < 1000 && !(bits & OB_FEED_SWEEP); i++) {
        struct pollfd fd[OB_FEED_FDS];
        int timeout;
        size_t n = f->type->wait(f, fd, &timeout);
        (void)poll(fd, n, 10);
        bits = f->type->poll(f, &none);
    }
    return bits;
}

static void it_is_started_by_the_program(void **state)
{
    (void)state;
    struct ob_err err;
    put_sweep("sweeps/go");
    put_program("#!/bin/sh\n[ \"$*\" = 'sweep run --quiet -- sweeps/go' ] || exit 9\n"
                ">sweeps/go/begun\n");
    struct ob_feed_files_opts opts = { .runs = "runs", .program = "./program" };
    struct ob_feed *f = ob_feed_files(&opts);
    assert_false(f->type->sweep_start(f, &err));
    assert_true(f->type->sweep(f, "sweeps/go", &err));
    assert_true(f->type->sweep_start(f, &err));
    assert_false(f->type->sweep_start(f, &err)); /* it is being started */
    assert_int_equal(outcome(f), OB_FEED_SWEEP);
    assert_int_equal(access("sweeps/go/begun", F_OK), 0);

    put_program("#!/bin/sh\necho 'optbench: no room' >&2\nexit 5\n");
    assert_true(f->type->sweep_start(f, &err));
    assert_int_equal(outcome(f), OB_FEED_SWEEP | OB_FEED_FAILED);
    assert_true(strstr(f->why, "no room") != NULL);

    assert_false(f->type->sweep_stop(f, &err));
    assert_string_equal(err.text, "nobody runs the sweep");
    f->type->destroy(f);
    stage_remove("sweeps");
}

static void those_that_there_are(void **state)
{
    (void)state;
    struct ob_sweeps_found found = { 0 };
    struct ob_feed *f = stage_feed("runs-x");
    f->type->sweeps(f, &found);
    assert_int_equal(found.n, 0);
    ob_sweeps_found_finish(&found);
    put_sweep("sweeps/a\033[2J");
    mkdir("sweeps/none", 0777);
    mkdir("runs-x", 0777);
    put_sweep("runs-x/b");
    f->type->sweeps(f, &found);
    assert_int_equal(found.n, 2);
    for (size_t i = 0; i < found.n; i++) {
        bool b = strcmp(found.item[i].path, "runs-x/b") == 0;
        assert_string_equal(found.item[i].label, b ? "b" : "a\\x1b[2J");
    }
    ob_sweeps_found_finish(&found);
    f->type->destroy(f);
    stage_remove("sweeps");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_read),
        cmocka_unit_test(a_sweep_that_stands_still_costs_nothing),
        cmocka_unit_test(it_is_started_by_the_program),
        cmocka_unit_test(those_that_there_are),
    };
    return cmocka_run_group_tests(tests, stage_setup, stage_teardown);
}
