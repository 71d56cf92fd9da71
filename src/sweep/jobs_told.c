#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "jobs_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/log.h"
#include "optbench/run/child.h"
#include "optbench/sweep/failure.h"

enum { EXIT_DIVERGED = 4, EXIT_RESUMABLE = 75 };

static void name_of(const struct jobs *j, size_t cell, char out[static OB_PLAN_NAME_MAX])
{
    ob_plan_name(&j->sweep->plan, cell, out);
}

/* Nobody can go on: what a log lacks, or a disk that takes nothing. */
static void give_up(struct jobs *j, const struct ob_err *err)
{
    if (j->hopeless.code == OB_OK)
        j->hopeless = *err;
    j->stopped = true;
}

static void tell_rungs(struct jobs *j, const struct ob_crew_job *job, double loss)
{
    struct ob_err err;
    if (!j->rungs)
        return;
    if (!j->sweep->facts.rules.halving)
        ob_rungs_told(j->rungs, job->cell, 0, loss, true);
    else if (!ob_rungs_look(j->rungs, j->sweep, job->cell, &err))
        give_up(j, &err);
}

/* It is at its end, or where the rung wanted it. */
static void arrived(struct jobs *j, const struct ob_crew_job *job,
                    const struct ob_cell_end *end, int64_t wall)
{
    char name[OB_PLAN_NAME_MAX];
    name_of(j, job->cell, name);
    if (j->flag[job->cell] & FLAG_FAILURE)
        ob_failure_remove(&j->sweep->dir, name);
    j->counts.busy -= (j->flag[job->cell] & FLAG_BUSY) != 0;
    j->flag[job->cell] &= (unsigned char)~(FLAG_FAILURE | FLAG_BUSY);
    policy_success(&j->opts.policy);
    ob_cells_told(j->cells, job->cell, end, wall);
    if (!end->halted) {
        jobs_settle(j, job->cell);
        j->counts.diverged += end->status == EXIT_DIVERGED;
    }
    tell_rungs(j, job, end->loss);
}

static void note_failure(struct jobs *j, size_t cell, const struct policy_case *c,
                         const char *reason, uint64_t steps)
{
    struct ob_failure f = { 0 };
    struct ob_err err;
    char name[OB_PLAN_NAME_MAX], boot[48];
    name_of(j, cell, name);
    if (j->flag[cell] & FLAG_FAILURE)
        ob_failure_read(&j->sweep->dir, name, &f);
    f.attempts++;
    f.status = c->status;
    f.signal = c->signal;
    f.steps = steps;
    f.time = ob_clock_wall_ns();
    ob_run_host(f.host, boot);
    snprintf(f.reason, sizeof f.reason, "%s", reason);
    if (ob_failure_write(&j->sweep->dir, name, &f, &err))
        j->flag[cell] |= FLAG_FAILURE;
    else
        ob_log("%s", err.text);
    ob_log("%s failed, attempt %u: %s", name, f.attempts, reason);
    ob_cells_told_failure(j->cells, cell, f.attempts, reason, f.time);
}

unsigned jobs_rung(const struct jobs *j, const struct ob_crew_job *job)
{
    unsigned rung = 0;
    while (rung + 1 < ob_rungs_count(j->rungs) &&
           ob_rungs_until(j->rungs, job->cell, rung) != job->until)
        rung++;
    return rung;
}

/* It counts as one that came to its end with nothing. */
static void lose(struct jobs *j, const struct ob_crew_job *job, const char *reason)
{
    char name[OB_PLAN_NAME_MAX];
    name_of(j, job->cell, name);
    if (!j->first[0])
        snprintf(j->first, sizeof j->first, "%s: %s", name, reason);
    jobs_settle(j, job->cell);
    j->counts.failed++;
    if (j->rungs)
        ob_rungs_told(j->rungs, job->cell, jobs_rung(j, job), NAN, true);
}

static void failed(struct jobs *j, const struct ob_crew_job *job, struct policy_case *c,
                   const char *reason, uint64_t steps, int64_t now)
{
    struct ob_err err;
    if (j->attempts[job->cell] < 0xffff)
        j->attempts[job->cell]++;
    c->attempts = j->attempts[job->cell];
    if (!c->interrupted)
        note_failure(j, job->cell, c, reason, steps);
    switch (policy_judge(&j->opts.policy, c)) {
    case POLICY_AGAIN:
        jobs_put_back(j, job, now, false);
        return;
    case POLICY_FAILED:
        break;
    case POLICY_STOP:
        j->stopped = true;
        break;
    case POLICY_HOPELESS:
        ob_fail(&err, OB_EIO, "%u cells failed one after the other; the last one: %s",
                POLICY_IO_ROW, reason);
        give_up(j, &err);
        break;
    }
    lose(j, job, reason);
}

void jobs_busy(struct jobs *j, const struct ob_crew_job *job, int64_t now)
{
    j->counts.busy += !(j->flag[job->cell] & FLAG_BUSY);
    j->flag[job->cell] |= FLAG_BUSY;
    jobs_put_back(j, job, now + JOBS_BUSY_NS, true);
}

enum ob_run_state jobs_look_again(struct jobs *j, const struct ob_crew_job *job)
{
    struct ob_rundir d = { .fd = -1 };
    struct ob_run_info info = { .state = OB_RUN_UNKNOWN };
    char *path = ob_sweep_cell_path(j->sweep, job->cell);
    if (ob_rundir_open(&d, path, NULL))
        ob_run_info_read(&d, &info, NULL);
    if (info.state == OB_RUN_FINISHED) {
        struct ob_cell_end end = { .state = info.state,
                                   .steps = info.step,
                                   .loss = info.loss,
                                   .best_loss = info.best_loss,
                                   .seconds = info.seconds };
        memcpy(end.stop, info.stop, sizeof end.stop);
        end.status = strcmp(end.stop, "diverged") == 0 ? EXIT_DIVERGED : 0;
        arrived(j, job, &end, ob_clock_wall_ns());
    }
    ob_rundir_finish(&d);
    free(path);
    return info.state;
}

/* Whether its log shows that it came to its rung: else nothing would ever come of it. */
static bool shows(const struct jobs *j, const struct ob_crew_job *job)
{
    return j->stopped || !j->rungs ||
           ob_rungs_knows(j->rungs, job->cell, jobs_rung(j, job));
}

static void came(struct jobs *j, const struct ob_crew_news *news, int64_t now)
{
    const struct ob_cell_end *end = &news->end;
    const char *reason = end->message[0] ? end->message : "it ended without saying why";
    struct policy_case c = { .status = end->status };
    if (end->busy) {
        jobs_busy(j, &news->job, now);
        return;
    }
    if (end->halted || end->state == OB_RUN_FINISHED) {
        arrived(j, &news->job, end, ob_clock_wall_ns());
        if (shows(j, &news->job))
            return;
        c.status = ob_code_exit(OB_EFAIL);
        reason = "its log does not show that it came so far";
    } else if (end->status == EXIT_RESUMABLE) {
        c.interrupted = true;
        ob_cells_told(j->cells, news->job.cell, end, ob_clock_wall_ns());
        if (j->stopped)
            return;
    } else if (jobs_look_again(j, &news->job) == OB_RUN_FINISHED) {
        return; /* another process had run it */
    }
    failed(j, &news->job, &c, reason, end->steps, now);
}

static void lost(struct jobs *j, const struct ob_crew_news *news, int64_t now)
{
    struct policy_case c = { .status = news->status, .signal = news->signal };
    if (jobs_look_again(j, &news->job) == OB_RUN_FINISHED || j->stopped)
        return; /* where it was stopped it was killed from here */
    failed(j, &news->job, &c, news->reason, 0, now);
}

void jobs_heard(struct jobs *j, const struct ob_crew_news *news, int64_t now)
{
    struct ob_err err;
    switch (news->event) {
    case OB_CREW_BEGUN:
        ob_cells_told_begin(j->cells, news->job.cell, ob_clock_wall_ns());
        break;
    case OB_CREW_CAME:
        came(j, news, now);
        break;
    case OB_CREW_LOST:
        lost(j, news, now);
        break;
    case OB_CREW_RETURNED:
        jobs_put_back(j, &news->job, now, false);
        break;
    case OB_CREW_STILLBORN:
        ob_fail(&err, ob_child_code(W_EXITCODE(news->status, news->signal)),
                "no worker can be started: %s", news->reason);
        give_up(j, &err);
        break;
    }
}
