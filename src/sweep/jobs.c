#include <config.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "jobs_priv.h"
#include "optbench/base/mem.h"
#include "optbench/sweep/failure.h"

/* ---- what is known at the start ---- */

static bool in_share(const struct jobs *j, size_t cell)
{
    const struct ob_shard *s = &j->opts.shard;
    if (j->opts.one)
        return cell == j->opts.index;
    return s->n == 0 || ob_rungs_pool(j->rungs, cell) % s->n == s->k;
}

void jobs_settle(struct jobs *j, size_t cell)
{
    j->counts.settled += !(j->flag[cell] & FLAG_SETTLED);
    j->flag[cell] |= FLAG_SETTLED;
}

/* Whether it was begun and has not said that it came anywhere. */
static bool is_cut_short(enum ob_cell_state state)
{
    return state == OB_CELL_INTERRUPTED || state == OB_CELL_RUNNING ||
           state == OB_CELL_FAILED;
}

/* With one rung its metric decides nothing, so no log is read for it. */
static bool take_in(struct jobs *j, size_t cell, struct ob_err *err)
{
    const struct ob_sweep_cell *c = ob_cells_at(j->cells, cell);
    bool ended = ob_cell_ended(c->state);
    if (in_share(j, cell)) {
        j->counts.cells++;
        j->counts.before += ended;
        if (ended)
            jobs_settle(j, cell);
        if (is_cut_short(c->state))
            j->flag[cell] |= FLAG_LOOSE;
    }
    if (!j->rungs || c->state == OB_CELL_WAITING)
        return true;
    if (j->sweep->facts.rules.halving)
        return ob_rungs_look(j->rungs, j->sweep, cell, err);
    if (ended)
        ob_rungs_told(j->rungs, cell, 0, c->loss, true);
    return true;
}

/* What was kept of failures. That of a cell which has come to its end, or to a rung, is
 * old: whoever ran it was killed before it could be removed. */
static void take_failures(struct jobs *j)
{
    int fd = openat(j->sweep->dir.fd, "failures",
                    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *e;
    if (!d && fd >= 0)
        close(fd);
    while (d && (e = readdir(d))) {
        char name[OB_PLAN_NAME_MAX];
        size_t cell, n = strcspn(e->d_name, ".");
        snprintf(name, sizeof name, "%.*s", n < sizeof name ? (int)n : 0, e->d_name);
        if (!ob_plan_find(&j->sweep->plan, name, &cell, NULL) || !in_share(j, cell))
            continue;
        enum ob_cell_state state = ob_cells_at(j->cells, cell)->state;
        if (ob_cell_ended(state) || state == OB_CELL_HALTED)
            ob_failure_remove(&j->sweep->dir, name);
        else
            j->flag[cell] |= FLAG_FAILURE;
    }
    if (d)
        closedir(d);
}

bool jobs_init(struct jobs *j, const struct ob_sweep *sweep, struct ob_cells *cells,
               const struct jobs_opts *opts, struct ob_err *err)
{
    size_t n = sweep->plan.cells;
    *j = (struct jobs){ .sweep = sweep, .cells = cells, .opts = *opts };
    j->flag = ob_xcalloc(n + 1, sizeof *j->flag);
    j->attempts = ob_xcalloc(n + 1, sizeof *j->attempts);
    if (!opts->one && !(j->rungs = ob_rungs_of(sweep, opts->shard.k, opts->shard.n, err)))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!take_in(j, i, err))
            return false;
    take_failures(j);
    return true;
}

void jobs_finish(struct jobs *j)
{
    ob_rungs_destroy(j->rungs);
    free(j->again);
    free(j->flag);
    free(j->attempts);
    *j = (struct jobs){ .stopped = true };
}

/* ---- what comes next ---- */

void jobs_put_back(struct jobs *j, const struct ob_crew_job *job, int64_t when, bool busy)
{
    if (j->agains == j->room) {
        j->room = j->room ? 2 * j->room : 16;
        j->again = ob_xreallocarray(j->again, j->room, sizeof *j->again);
    }
    j->again[j->agains++] = (struct jobs_again){ *job, when, busy };
}

/* The first of those whose time has come. */
static bool take_again(struct jobs *j, int64_t now, struct jobs_again *out)
{
    for (size_t i = 0; i < j->agains; i++)
        if (j->again[i].when <= now) {
            *out = j->again[i];
            memmove(j->again + i, j->again + i + 1,
                    (j->agains - i - 1) * sizeof *j->again);
            j->agains--;
            return true;
        }
    return false;
}

/*
 * A cell that stays where it was halted by a rung, and whose process was killed before
 * its last words: it is taken up at that step once more and says them. False where it is
 * none.
 */
static bool is_loose(struct jobs *j, size_t cell, struct ob_crew_job *job)
{
    const struct ob_sweep_cell *c = ob_cells_at(j->cells, cell);
    unsigned rung = ob_rungs_count(j->rungs) - 1;
    bool loose = (j->flag[cell] & FLAG_LOOSE) && c->state != OB_CELL_HALTED;
    j->flag[cell] &= (unsigned char)~FLAG_LOOSE;
    while (rung > 0 && !ob_rungs_knows(j->rungs, cell, rung))
        rung--;
    *job = (struct ob_crew_job){ cell, ob_rungs_until(j->rungs, cell, rung) };
    return loose && job->until && ob_rungs_knows(j->rungs, cell, rung);
}

static bool next_loose(struct jobs *j, struct ob_crew_job *job)
{
    if (!j->sweep->facts.rules.halving || !ob_rungs_done(j->rungs))
        return false;
    while (j->loose < j->sweep->plan.cells)
        if (is_loose(j, j->loose++, job))
            return true;
    return false;
}

/* Whether another process has brought the cell there since it was looked at last: then
 * that is known now, and nothing is left to do. */
static bool is_done(struct jobs *j, const struct ob_crew_job *job, unsigned rung)
{
    if (!ob_rungs_look(j->rungs, j->sweep, job->cell, NULL) ||
        !ob_rungs_knows(j->rungs, job->cell, rung))
        return false;
    jobs_look_again(j, job);
    return true;
}

static bool next_new(struct jobs *j, struct ob_crew_job *job)
{
    struct ob_sweep_job next;
    if (j->opts.one) {
        *job = (struct ob_crew_job){ .cell = j->opts.index };
        bool first = !j->one_given && !(j->flag[job->cell] & FLAG_SETTLED);
        j->one_given = true;
        return first;
    }
    do {
        if (!ob_rungs_next(j->rungs, &next))
            return next_loose(j, job);
        j->flag[next.cell] &= (unsigned char)~FLAG_LOOSE;
        *job = (struct ob_crew_job){ next.cell, next.until };
    } while (is_done(j, job, next.rung));
    return true;
}

/* ---- asked by the loop ---- */

static void no_longer_busy(struct jobs *j, size_t cell)
{
    j->counts.busy -= (j->flag[cell] & FLAG_BUSY) != 0;
    j->flag[cell] &= (unsigned char)~FLAG_BUSY;
}

/* One that another process had: true where it is to be given now. */
static bool is_free(struct jobs *j, const struct ob_crew_job *job, int64_t now)
{
    enum ob_run_state state = jobs_look_again(j, job);
    no_longer_busy(j, job->cell);
    if (state == OB_RUN_RUNNING || state == OB_RUN_PAUSED)
        jobs_busy(j, job, now);
    return state != OB_RUN_RUNNING && state != OB_RUN_PAUSED &&
           state != OB_RUN_FINISHED && !(j->rungs && is_done(j, job, jobs_rung(j, job)));
}

bool jobs_next(struct jobs *j, int64_t now, struct ob_crew_job *job)
{
    struct jobs_again again;
    while (!j->stopped) {
        if (!take_again(j, now, &again))
            return next_new(j, job);
        *job = again.job;
        if (!again.busy || is_free(j, job, now))
            return true;
    }
    return false;
}

int64_t jobs_due(const struct jobs *j)
{
    int64_t due = INT64_MAX;
    for (size_t i = 0; i < j->agains && !j->stopped; i++)
        if (j->again[i].when < due)
            due = j->again[i].when;
    return due;
}

bool jobs_exhausted(struct jobs *j)
{
    if (j->stopped)
        return true;
    if (j->agains)
        return false;
    return j->rungs ? ob_rungs_done(j->rungs) : j->one_given;
}

void jobs_stop(struct jobs *j)
{
    j->stopped = true;
}
