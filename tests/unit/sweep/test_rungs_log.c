/* What rungs read of a sweep's folder: who competes by the plan, how far by the row of a
 * cell, and the metric at a rung by the cell's log. */
#include <config.h>

#include <math.h>

#include "optbench/sweep/folder.h"
#include "optbench/sweep/plan_budget.h"
#include "optbench/sweep/rungs.h"

#include "../run/scratch.h"

/* A sweep by halves at 25, 50 and 100 steps. */
struct fixture {
    char *folder;
    struct ob_sweep s;
    struct ob_rungs *r;
};

static void make_sweep(struct fixture *f, const char *plan)
{
    struct ob_err err;
    *f = (struct fixture){ .folder = scratch_make() };
    f->s.path = ob_xstrdup(f->folder);
    assert_true(ob_rundir_open(&f->s.dir, f->folder, &err));
    if (!ob_plan_read(&f->s.plan, plan, strlen(plan), &err))
        fail_msg("%s", err.text);
    f->s.facts.cells = f->s.plan.cells;
    f->s.facts.steps = 100;
    f->s.facts.rules =
        (struct ob_rungs_rules){ .halving = OB_HALVING_SYNC, .eta = 2, .rungs = 3 };
    strcpy(f->s.facts.metric, "loss");
    assert_true(ob_rundir_mkdir(&f->s.dir, "cells", &err));
}

static void start(struct fixture *f)
{
    struct ob_err err;
    f->r = ob_rungs_of(&f->s, 0, 0, &err);
    if (!f->r)
        fail_msg("%s", err.text);
}

static void finish(struct fixture *f)
{
    ob_rungs_destroy(f->r);
    ob_sweep_finish(&f->s);
    scratch_remove(f->folder);
}

static void put(struct fixture *f, size_t cell, const char *file, const char *text)
{
    char path[OB_SWEEP_FILE_MAX];
    struct ob_err err;
    ob_sweep_cell_file(&f->s, cell, NULL, path);
    assert_true(ob_rundir_mkdir(&f->s.dir, path, &err));
    ob_sweep_cell_file(&f->s, cell, file, path);
    assert_true(ob_rundir_replace(&f->s.dir, path, text, strlen(text), false, &err));
}

static void halted(struct fixture *f, size_t cell, unsigned steps)
{
    char *text = ob_xasprintf(
        "{\"state\": \"interrupted\", \"stop\": \"halted\", \"steps\": %u}", steps);
    put(f, cell, "summary.json", text);
    free(text);
}

static void look(struct fixture *f, size_t cell)
{
    struct ob_err err = { 0 };
    if (!ob_rungs_look(f->r, &f->s, cell, &err))
        fail_msg("%s", err.text);
}

static void refuse(struct fixture *f, size_t cell, const char *message)
{
    struct ob_err err = { 0 };
    assert_false(ob_rungs_look(f->r, &f->s, cell, &err));
    assert_non_null(strstr(err.text, message));
}

/* Rungs of the cell that are known. */
static unsigned known(const struct fixture *f, size_t cell)
{
    unsigned n = 0;
    while (n < ob_rungs_count(f->r) && ob_rungs_knows(f->r, cell, n))
        n++;
    return n;
}

static const char FOUR[] = "cell,optimizer.lr\nc00000,1\nc00001,2\nc00002,3\nc00003,4\n";

/* What was measured last at the step or before counts, however the log is thinned out. */
static void last_measured_counts(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_sweep_job job;
    make_sweep(&f, FOUR);
    start(&f);
    look(&f, 0);
    assert_int_equal(known(&f, 0), 0);
    put(&f, 0, "metrics.csv", "step,loss\n0,9\n20,5\n24,\n30,1\n");
    put(&f, 1, "metrics.csv", "step,loss\n0,9\n25,4\n");
    put(&f, 2, "metrics.csv", "step,loss\n0,9\n10,6\n");
    put(&f, 3, "metrics.csv", "step,loss\n0,9\n22,4.5\n");
    halted(&f, 3, 25);
    for (size_t i = 0; i < 4; i++)
        look(&f, i);
    assert_int_equal(known(&f, 0), 1); /* its log is beyond */
    assert_int_equal(known(&f, 1), 1); /* its log ends there */
    assert_int_equal(known(&f, 2), 0); /* on its way */
    assert_int_equal(known(&f, 3), 1); /* halted there, the last row before */
    assert_true(ob_rungs_next(f.r, &job));
    assert_int_equal(job.cell, 2);
    assert_int_equal(job.until, 25);
    halted(&f, 2, 25);
    look(&f, 2);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(ob_rungs_place(f.r, i).rung, i == 1 || i == 3);
    finish(&f);
}

/* A cell that came to its end has its last value at all later rungs. */
static void ends_stay(void **state)
{
    (void)state;
    struct fixture f;
    make_sweep(&f, FOUR);
    start(&f);
    put(&f, 0, "metrics.csv", "step,loss\n0,9\n20,8\n30,0.5\n");
    put(&f, 0, "summary.json", "{\"state\": \"finished\", \"steps\": 30}");
    put(&f, 1, "metrics.csv", "step,loss\n0,9\n3,nan\n");
    put(&f, 1, "summary.json", "{\"state\": \"finished\", \"steps\": 3}");
    put(&f, 2, "metrics.csv", "step,loss\n0,9\n25,3\n");
    put(&f, 3, "metrics.csv", "step,loss\n0,9\n25,2\n");
    for (size_t i = 0; i < 4; i++)
        look(&f, i);
    assert_int_equal(known(&f, 0), 3);
    assert_int_equal(known(&f, 1), 3);
    assert_int_equal(ob_rungs_place(f.r, 0).rung, 0);
    assert_int_equal(ob_rungs_place(f.r, 1).fate, OB_RUNG_THROUGH);
    assert_int_equal(ob_rungs_place(f.r, 2).rung, 1);
    assert_int_equal(ob_rungs_place(f.r, 3).rung, 1);
    finish(&f);
}

static void best_so_far_counts(void **state)
{
    (void)state;
    struct fixture f;
    make_sweep(&f, FOUR);
    strcpy(f.s.facts.metric, "best_val_accuracy");
    f.s.facts.rules.maximize = true;
    start(&f);
    put(&f, 0, "metrics.csv", "step,val_accuracy\n5,0.9\n25,0.1\n");
    put(&f, 1, "metrics.csv", "step,val_accuracy\n5,0.2\n25,0.5\n");
    put(&f, 2, "metrics.csv", "step,val_accuracy\n5,nan\n25,0.6\n");
    put(&f, 3, "metrics.csv", "step,val_accuracy\n5,0.3\n25,inf\n");
    for (size_t i = 0; i < 4; i++)
        look(&f, i);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(ob_rungs_place(f.r, i).rung, i == 0 || i == 2);
    finish(&f);
}

static void logs_that_cannot_decide_are_refused(void **state)
{
    (void)state;
    struct fixture f;
    make_sweep(&f, FOUR);
    start(&f);
    put(&f, 0, "metrics.csv", "step,grad_norm\n0,9\n25,1\n");
    refuse(&f, 0, "c00000: its log has no column loss");
    put(&f, 1, "metrics.csv", "step,loss\n0,9\n26,\n");
    refuse(&f, 1, "c00001: loss was not measured from step 1 to 25");
    assert_int_equal(symlinkat("/", f.s.dir.fd, "cells/c00002"), 0);
    refuse(&f, 2, "cells/c00002: ");
    finish(&f);
}

/* Without halving no log is read: only whether the cell has come to its end counts. */
static void without_halving_ends_count(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_sweep_job job;
    make_sweep(&f, FOUR);
    f.s.facts.rules = (struct ob_rungs_rules){ 0 };
    start(&f);
    put(&f, 0, "metrics.csv", "no log\n");
    put(&f, 0, "summary.json", "{\"state\": \"finished\", \"steps\": 3}");
    put(&f, 1, "summary.json", "{\"state\": \"interrupted\", \"steps\": 3}");
    for (size_t i = 0; i < 4; i++)
        look(&f, i);
    for (size_t i = 1; i < 4; i++) {
        assert_true(ob_rungs_next(f.r, &job));
        assert_int_equal(job.cell, i);
        assert_int_equal(job.until, 0);
    }
    assert_false(ob_rungs_next(f.r, &job));
    finish(&f);
}

/* Seeds make a team, the key `within` leagues, and a row its own budget. */
static void plan_says_who_competes(void **state)
{
    (void)state;
    struct fixture f;
    make_sweep(&f, "cell,optimizer.kind,optimizer.lr,seed.init,stop.max_steps,"
                   "stop.max_evals\n"
                   "c00000,sgd,0.1,0,,\nc00001,sgd,0.1,1,,\n"
                   "c00002,sgd,0.2,0,40,\nc00003,sgd,0.2,1,40,\n"
                   "c00004,adam,0.1,0,400,80\nc00005,adam,0.1,1,400,80\n"
                   "c00006,adam,,0,,8e2\nc00007,adam,,1,,8e2\n");
    strcpy(f.s.facts.within, "optimizer.kind");
    start(&f);
    assert_int_equal(ob_rungs_pools(f.r), 2);
    static const unsigned until[] = { 25, 10, 20, 200 };
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(ob_rungs_pool(f.r, i), i / 4);
        assert_int_equal(ob_rungs_until(f.r, i, 0), until[i / 2]);
    }
    /* By the mean of both the second goes on, although the first has the best cell. */
    static const double loss[] = { 1, 9, 4, 4, 4, 4, 1, NAN };
    for (size_t i = 0; i < 8; i++)
        ob_rungs_told(f.r, i, 0, loss[i], false);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(ob_rungs_place(f.r, i).rung, i >= 2 && i < 6);
    finish(&f);
}

static void budget_must_be_known(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_err err;
    make_sweep(&f, FOUR);
    f.s.facts.steps = 0;
    assert_null(ob_rungs_of(&f.s, 0, 0, &err));
    assert_string_equal(err.text,
                        "halving needs a number of steps to divide, and a cell has none");
    finish(&f);
}

/* 320 training rows: 10 batches of 32 and 5 of 64 make an epoch. */
static const char MOONS[] = "[experiment]\nname = m\n"
                            "[data]\nsource = moons\nrows = 400\nval = 0.2\n"
                            "[model]\nkind = mlp\nloss = cross_entropy\nhidden = 4\n"
                            "[optimizer]\nkind = sgd\n"
                            "[stop]\nmax_epochs = 6\n";

static void check_budget(const char *plan, const char *set, uint64_t steps,
                         const char *expected)
{
    struct ob_plan p = { 0 };
    struct ob_spec_from from = { .path = "m.ini",
                                 .text = MOONS,
                                 .n = strlen(MOONS),
                                 .sets = &set,
                                 .nsets = set != NULL };
    struct ob_diags diags = { 0 };
    struct ob_buf text = { 0 };
    struct ob_err err;
    uint64_t found = 0;
    assert_true(ob_plan_read(&p, plan, strlen(plan), &err));
    if (!ob_plan_budget(&p, &from, &found, &diags))
        fail_msg("%s", diags.item[0].text);
    assert_int_equal(found, steps);
    ob_plan_write(&p, &text);
    assert_string_equal(ob_buf_text(&text), expected);
    ob_buf_finish(&text);
    ob_plan_finish(&p);
    ob_diags_finish(&diags);
}

static void epochs_are_counted_in_steps(void **state)
{
    (void)state;
    static const char rates[] = "cell,optimizer.lr\nc00000,1\nc00001,2\n";
    check_budget(rates, NULL, 6, rates);
    check_budget(rates, "batch.size=32", 60, rates);
    check_budget(rates, "stop.max_evals=5", 5, rates);
    check_budget("cell,batch.size\nc00000,32\nc00001,64\n", NULL, 60,
                 "cell,batch.size,stop.max_steps\nc00000,32,60\nc00001,64,30\n");
    check_budget("cell,data.rows,batch.size\nc00000,,32\nc00001,800,32\n",
                 "batch.drop_last=yes", 120,
                 "cell,data.rows,batch.size,stop.max_steps\n"
                 "c00000,,32,60\nc00001,800,32,120\n");
    check_budget("cell,stop.max_steps\nc00000,4\nc00001,9\n", NULL, 6,
                 "cell,stop.max_steps\nc00000,4\nc00001,6\n");
}

static void no_limit_is_no_budget(void **state)
{
    (void)state;
    static const char plan[] = "cell,optimizer.lr\nc00000,1\n";
    const char *sets[] = { "stop.max_epochs=none", "stop.max_steps=none" };
    struct ob_spec_from from = {
        .path = "m.ini", .text = MOONS, .n = strlen(MOONS), .sets = sets, .nsets = 2
    };
    struct ob_plan p = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_err err;
    uint64_t steps;
    assert_true(ob_plan_read(&p, plan, strlen(plan), &err));
    assert_false(ob_plan_budget(&p, &from, &steps, &diags));
    assert_int_equal(diags.n, 1);
    assert_non_null(strstr(diags.item[0].text, "halving divides a number of steps"));
    ob_plan_finish(&p);
    ob_diags_finish(&diags);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_measured_counts),
        cmocka_unit_test(ends_stay),
        cmocka_unit_test(best_so_far_counts),
        cmocka_unit_test(logs_that_cannot_decide_are_refused),
        cmocka_unit_test(without_halving_ends_count),
        cmocka_unit_test(plan_says_who_competes),
        cmocka_unit_test(budget_must_be_known),
        cmocka_unit_test(epochs_are_counted_in_steps),
        cmocka_unit_test(no_limit_is_no_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
