#include <config.h>

#include "optbench/sweep/work.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/run/cell.h"
#include "optbench/sweep/crew_talk.h"
#include "optbench/sweep/folder.h"

#define SAVED_NS INT64_C(30000000000) /* of training that a kill costs at most */
#define LOOK_MS  1000 /* a signal between two looks is heard so late at most */

enum { EXIT_RESUMABLE = 75 };

/* What trains cells. */
struct ob_work {
    struct ob_sweep sweep;
    char *config;
    struct ob_cell_room *room;
};

/* ... and the pipes that tell it which. */
struct work {
    struct ob_work *own;
    char line[4 * OB_CREW_JOB_MAX]; /* [len], of the input; from `at` on not read yet */
    size_t len, at;
    struct ob_buf say;
};

/* ---- the pipes ---- */

/* Waits for input: 1 there is some, 0 not yet, -1 never again. */
static int wait_input(int timeout)
{
    struct pollfd fd = { .fd = 0, .events = POLLIN };
    int n = poll(&fd, 1, timeout);
    if (n < 0)
        return errno == EINTR ? 0 : -1;
    return n && !(fd.revents & POLLIN) ? -1 : n;
}

/* The next line that has been read; false where there is no whole one. */
static bool next_line(struct work *w, struct ob_crew_job *job, bool *good)
{
    const char *start = w->line + w->at;
    const char *end = memchr(start, '\n', w->len - w->at);
    if (!end)
        return false;
    *good = ob_crew_job_read(job, start, (size_t)(end - start));
    w->at += (size_t)(end - start) + 1;
    return true;
}

/* One read: a packet where the crew gives jobs, which leaves the others in the socket. */
static bool read_more(struct work *w)
{
    memmove(w->line, w->line + w->at, w->len - w->at);
    w->len -= w->at;
    w->at = 0;
    ssize_t n = read(0, w->line + w->len, sizeof w->line - w->len);
    if (n < 0 && errno == EINTR)
        return true;
    if (n <= 0)
        return false; /* the end, or a line that is none */
    w->len += (size_t)n;
    return true;
}

/* Says what was gathered. False where nobody listens. */
static bool flush(struct work *w)
{
    bool ok = w->say.len == 0 || ob_file_write(1, w->say.data, w->say.len, NULL);
    ob_buf_clear(&w->say);
    return ok;
}

/*
 * The next job; false where the input has ended or means nothing, or a signal came. What
 * was gathered is said before this waits, and not before: an end and the beginning behind
 * it are one write.
 */
static bool next_job(struct work *w, struct ob_crew_job *job)
{
    bool good = true;
    while (!ob_work_signal(w->own) && !next_line(w, job, &good)) {
        int input = wait_input(0);
        if (input == 0 && !flush(w))
            return false;
        if (input == 0)
            input = wait_input(LOOK_MS);
        if (input < 0 || (input > 0 && !read_more(w)))
            return false;
    }
    return good && !ob_work_signal(w->own);
}

/* ---- cells ---- */

void ob_work_cell(struct ob_work *w, const struct ob_crew_job *job,
                  struct ob_cell_end *end)
{
    struct ob_cell_job cell = { .config = w->config,
                                .until = job->until,
                                .checkpoint_ns = SAVED_NS };
    char **sets = ob_plan_sets(&w->sweep.plan, job->cell, &cell.nsets);
    char *dir = ob_sweep_cell_path(&w->sweep, job->cell);
    cell.sets = (const char *const *)sets;
    cell.dir = dir;
    ob_cell_run(w->room, &cell, end);
    free(dir);
    free(sets);
}

/* False, and nothing is trained, where nobody listens any more. */
static bool run_cell(struct work *w, const struct ob_crew_job *job)
{
    struct ob_cell_end end;
    ob_crew_begin_write(&w->say, job->cell);
    if (!flush(w))
        return false;
    ob_work_cell(w->own, job, &end);
    ob_crew_end_write(&w->say, job->cell, &end);
    return true;
}

static int work(struct work *w)
{
    struct ob_crew_job job;
    while (next_job(w, &job) && ob_work_knows(w->own, job.cell) && run_cell(w, &job))
        ;
    flush(w);
    return ob_work_signal(w->own) ? EXIT_RESUMABLE : 0;
}

/* ---- from the start to the end ---- */

struct ob_work *ob_work_create(const struct ob_work_opts *opts, struct ob_err *err)
{
    struct ob_work *w = ob_xcalloc(1, sizeof *w);
    if (!ob_sweep_open(&w->sweep, opts->dir, err) ||
        !ob_rundir_mkdir(&w->sweep.dir, "cells", err) ||
        !(w->room = ob_cell_room_create(opts->threads, err))) {
        ob_work_destroy(w);
        return NULL;
    }
    w->config = ob_sweep_config_path(&w->sweep);
    return w;
}

bool ob_work_knows(const struct ob_work *w, size_t cell)
{
    return cell < w->sweep.plan.cells;
}

int ob_work_signal(const struct ob_work *w)
{
    return ob_cell_room_signal(w->room);
}

void ob_work_destroy(struct ob_work *w)
{
    if (!w)
        return;
    ob_cell_room_destroy(w->room);
    free(w->config);
    ob_sweep_finish(&w->sweep);
    free(w);
}

static int refuse(const struct ob_err *err)
{
    char safe[1024];
    fprintf(stderr, "optbench: %s\n", ob_text_safe_z(safe, sizeof safe, err->text));
    return ob_code_exit(err->code);
}

int ob_work(const struct ob_work_opts *opts)
{
    struct work w = { 0 };
    struct ob_err err = { 0 };
    /* Whoever started this may be killed while a cell is trained. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    signal(SIGPIPE, SIG_IGN);
    if (!(w.own = ob_work_create(opts, &err)))
        return refuse(&err);
    const int status = work(&w);
    ob_work_destroy(w.own);
    ob_buf_finish(&w.say);
    return status;
}
