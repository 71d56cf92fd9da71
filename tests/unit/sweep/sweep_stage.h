/*
 * A sweep in a scratch folder, with cells that are as a test wants them: files as the
 * engine and the runner leave them, without training anything.
 */
#ifndef OB_TEST_SWEEP_STAGE_H
#define OB_TEST_SWEEP_STAGE_H

#include <math.h>

#include "../run/scratch.h"
#include "optbench/base/path.h"
#include "optbench/run/cell.h"
#include "optbench/run/summary.h"
#include "optbench/sweep/cells.h"
#include "optbench/sweep/failure.h"
#include "optbench/sweep/folder.h"

struct stage {
    char *folder;
    struct ob_sweep sweep;
};

/* A sweep with that plan, judged by the loss; the cache is in the folder, too. */
static inline struct stage stage_make(const char *plan)
{
    struct stage st = { .folder = scratch_make() };
    struct ob_err err;
    char *cells = ob_path_join(st.folder, "cells");
    char *failures = ob_path_join(st.folder, "failures");
    assert_int_equal(setenv("XDG_CACHE_HOME", st.folder, 1), 0);
    if (mkdir(cells, 0777) != 0 || mkdir(failures, 0777) != 0)
        fail_msg("cannot make %s", cells);
    free(cells);
    free(failures);
    st.sweep.path = ob_xstrdup(st.folder);
    st.sweep.facts = (struct ob_sweep_facts){ .metric = "loss", .hash = 7 };
    if (!ob_plan_read(&st.sweep.plan, plan, strlen(plan), &err) ||
        !ob_rundir_open(&st.sweep.dir, st.folder, &err))
        fail_msg("%s", err.text);
    return st;
}

static inline void stage_finish(struct stage *st)
{
    ob_sweep_finish(&st->sweep);
    scratch_remove(st->folder);
}

/* The directory of a cell, made where it is not there. */
static inline struct ob_rundir stage_cell(const struct stage *st, size_t i)
{
    struct ob_rundir d;
    struct ob_err err;
    char *path = ob_sweep_cell_path(&st->sweep, i);
    mkdir(path, 0777);
    if (!ob_rundir_open(&d, path, &err))
        fail_msg("%s", err.text);
    free(path);
    return d;
}

/* run.json of a cell in that state, on this machine. */
static inline void stage_run(const struct stage *st, size_t i, const char *state)
{
    struct ob_rundir d = stage_cell(st, i);
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    char *text = ob_xasprintf(
        "{\"state\":\"%s\",\"cell\":true,\"host\":\"%s\",\"max_steps\":100}\n", state,
        host);
    scratch_put(&d, "run.json", text, false);
    free(text);
    ob_rundir_finish(&d);
}

/* A cell that ended so, with its loss and an accuracy. */
static inline void stage_ended(const struct stage *st, size_t i, enum ob_run_state state,
                               const char *stop, double loss)
{
    struct ob_summary_metric metric = { .name = "accuracy", .value = 1 / (1 + loss) };
    struct ob_summary s = { .state = state,
                            .steps = 40 + i,
                            .measured = true,
                            .loss = loss,
                            .best_loss = loss / 2,
                            .epochs = NAN,
                            .grad_norm = 0.25,
                            .theta_delta = 0.5,
                            .evals_function = 41,
                            .metric = &metric,
                            .metrics = 1,
                            .seconds = 2 };
    struct ob_buf text = { 0 };
    snprintf(s.stop, sizeof s.stop, "%s", stop);
    ob_summary_write(&s, &text);
    stage_run(st, i, ob_run_state_name(state));
    struct ob_rundir d = stage_cell(st, i);
    scratch_put(&d, "summary.json", ob_buf_text(&text), false);
    ob_rundir_finish(&d);
    ob_buf_finish(&text);
}

static inline void stage_failed(const struct stage *st, size_t i, const char *reason)
{
    struct ob_failure f = { .attempts = 2, .status = 3, .time = ob_clock_wall_ns() };
    struct ob_err err;
    char name[OB_PLAN_NAME_MAX];
    snprintf(f.reason, sizeof f.reason, "%s", reason);
    ob_plan_name(&st->sweep.plan, i, name);
    if (!ob_failure_write(&st->sweep.dir, name, &f, &err))
        fail_msg("%s", err.text);
}

/* The result of a cell as its worker tells it. */
static inline struct ob_cell_end stage_end(double loss)
{
    struct ob_cell_end end = { .state = OB_RUN_FINISHED,
                               .steps = 10,
                               .loss = loss,
                               .best_loss = loss,
                               .seconds = 0.5 };
    snprintf(end.stop, sizeof end.stop, "%s", isnan(loss) ? "diverged" : "max_steps");
    return end;
}

#endif
