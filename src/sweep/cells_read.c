/* One cell from its files. */
#include <config.h>

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cells_priv.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/run/runinfo.h"
#include "optbench/sweep/failure.h"

enum { SUMMARY_MAX = 4 << 20, SKIM_FROM = 4096 };

/* ---- summaries ---- */

/* Behind the JSON value that begins at *s: by brackets and strings alone. */
static const char *value_end(const char *s)
{
    int depth = 0;
    for (; *s; s++) {
        if (*s == '"') {
            for (s++; *s && *s != '"'; s++)
                s += *s == '\\' && s[1];
            if (!*s)
                return s;
        } else if (*s == '{' || *s == '[') {
            depth++;
        } else if (*s == '}' || *s == ']') {
            if (depth-- == 0)
                return s;
        } else if (*s == ',' && depth == 0) {
            return s;
        }
    }
    return s;
}

/* Makes the value of a member of the outermost object null. The engine writes a member a
 * line, so that its name stands behind a line break and two blanks; where it does not,
 * nothing happens but that more is parsed. */
static void forget(struct ob_buf *text, const char *line)
{
    char *at = strstr(text->data, line);
    if (!at)
        return;
    at += strlen(line);
    const char *end = value_end(at);
    size_t rest = text->len - (size_t)(end - text->data);
    if (end < at + 4)
        return;
    memcpy(at, "null", 4);
    memmove(at + 4, end, rest + 1);
    text->len = (size_t)(at + 4 - text->data) + rest;
}

static bool look_at(const struct ob_cells *c, size_t i, const char *name, struct stat *st)
{
    char file[OB_SWEEP_FILE_MAX];
    if (name)
        ob_sweep_cell_file(c->sweep, i, name, file);
    else
        ob_sweep_failure_file(c->sweep, i, file);
    return fstatat(c->sweep->dir.fd, file, st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* A machine that goes down may keep a summary and lose a part of the log before it. */
static bool has_log(const struct ob_cells *c, size_t i, const struct ob_summary *s)
{
    struct stat st;
    return !s->log_bytes ||
           (look_at(c, i, "metrics.csv", &st) && (uint64_t)st.st_size >= s->log_bytes);
}

/* The figures of a summary, whose parameters may be ten thousand numbers; none where its
 * log is not whole. */
static bool read_summary(const struct ob_cells *c, size_t i, struct ob_summary *out)
{
    char file[OB_SWEEP_FILE_MAX];
    struct ob_buf text = { 0 };
    *out = (struct ob_summary){ 0 };
    ob_sweep_cell_file(c->sweep, i, "summary.json", file);
    bool ok = ob_rundir_read(&c->sweep->dir, file, SUMMARY_MAX, &text, NULL);
    if (ok && text.len > SKIM_FROM) {
        forget(&text, "\n  \"parameters\": ");
        forget(&text, "\n  \"confusion\": ");
    }
    ok = ok && ob_summary_parse(out, ob_buf_text(&text), text.len, NULL);
    ob_buf_finish(&text);
    if (ok && !has_log(c, i, out)) {
        ob_summary_finish(out);
        ok = false;
    }
    return ok;
}

static enum ob_cell_state ended_as(const struct ob_summary *s)
{
    switch (s->state) {
    case OB_RUN_FINISHED:
        return strcmp(s->stop, "diverged") == 0 ? OB_CELL_DIVERGED : OB_CELL_DONE;
    case OB_RUN_INTERRUPTED:
        return strcmp(s->stop, "halted") == 0 ? OB_CELL_HALTED : OB_CELL_INTERRUPTED;
    default:
        return OB_CELL_FAILED;
    }
}

static void take_summary(struct ob_cells *c, const struct ob_summary *s,
                         struct found *out)
{
    struct ob_sweep_cell *cell = &out->cell;
    cell->state = ended_as(s);
    cell->step = s->steps;
    cell->loss = s->measured ? s->loss : (double)NAN;
    cell->best_loss = s->measured ? s->best_loss : (double)NAN;
    cell->evals = (double)s->evals_function;
    cell->seconds = s->seconds;
    cell->stop = ob_cells_keep(c, s->stop);
    if (cell->state == OB_CELL_FAILED)
        cell->reason = ob_cells_keep(c, s->message[0] ? s->message : s->stop);
    out->still = true;
    ob_cells_take_figures(c, s, out);
}

/* ---- those that go on ---- */

static void take_info(struct ob_cells *c, const struct ob_run_info *info,
                      struct found *out)
{
    struct ob_sweep_cell *cell = &out->cell;
    bool runs = info->state == OB_RUN_RUNNING || info->state == OB_RUN_PAUSED;
    cell->state = runs                             ? OB_CELL_RUNNING
                  : info->state == OB_RUN_FAILED   ? OB_CELL_FAILED
                  : info->state == OB_RUN_FINISHED ? OB_CELL_DONE
                                                   : OB_CELL_INTERRUPTED;
    cell->step = info->step;
    cell->max_steps = info->plan_known ? info->max_steps : 0;
    cell->loss = info->loss;
    cell->best_loss = info->best_loss;
    cell->seconds = info->seconds;
    if (runs)
        cell->host = ob_cells_keep(c, info->host);
    out->still = info->recorded != OB_RUN_RUNNING && info->recorded != OB_RUN_PAUSED;
}

/* The directory of a cell, which is no link. */
static bool open_cell(const struct ob_cells *c, size_t i, struct ob_rundir *d)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    char name[OB_PLAN_NAME_MAX];
    ob_plan_name(&c->sweep->plan, i, name);
    int cells = openat(c->sweep->dir.fd, "cells", flags);
    int fd = cells < 0 ? -1 : openat(cells, name, flags);
    if (cells >= 0)
        close(cells);
    if (fd < 0)
        return false;
    *d = (struct ob_rundir){ .open = true,
                             .fd = fd,
                             .path = ob_sweep_cell_path(c->sweep, i) };
    memcpy(d->name, name, strlen(name) + 1);
    return true;
}

/* A cell without a summary, or with one of an earlier stretch of its training. */
static void read_run(struct ob_cells *c, size_t i, const struct ob_summary *s,
                     struct found *out)
{
    struct ob_rundir dir = { 0 };
    struct ob_run_info *info = ob_xcalloc(1, sizeof *info);
    bool known = open_cell(c, i, &dir) && ob_run_info_recorded(&dir, info, NULL);
    bool running = info->recorded == OB_RUN_RUNNING || info->recorded == OB_RUN_PAUSED;
    if (known && s && !running) {
        take_summary(c, s, out);
        out->cell.max_steps = info->plan_known ? info->max_steps : 0;
    } else if (known && ob_run_info_read(&dir, info, NULL)) {
        take_info(c, info, out);
        if (s && out->cell.state == OB_CELL_INTERRUPTED && out->cell.step <= s->steps)
            take_summary(c, s, out); /* killed before it got any further */
        out->still &= !running;
    }
    ob_rundir_finish(&dir);
    free(info);
}

/* ---- failures ---- */

/* The newest word counts: one that failed before may have been halted since. */
static void read_failure(struct ob_cells *c, size_t i, struct found *out)
{
    const int64_t slack = INT64_C(2000000000); /* of clocks that differ */
    char name[OB_PLAN_NAME_MAX];
    struct ob_failure *f = ob_xcalloc(1, sizeof *f);
    ob_plan_name(&c->sweep->plan, i, name);
    if (ob_failure_read(&c->sweep->dir, name, f)) {
        out->cell.attempts = f->attempts ? f->attempts : 1;
        out->cell.reason = ob_cells_keep(c, f->reason);
        if (out->cell.state != OB_CELL_RUNNING && f->time + slack >= out->cell.heard)
            out->cell.state = OB_CELL_FAILED;
        if (f->time > out->cell.heard)
            out->cell.heard = f->time;
        if (out->cell.step < f->steps)
            out->cell.step = f->steps;
    }
    free(f);
}

/* ---- a cell ---- */

static int64_t changed(const struct stat *st)
{
    return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

/* Where nobody watches, the last word about the time may be that of the first moment: a
 * stretch of training begins when run.json is written. */
static void take_time(const struct ob_cells *c, size_t i, struct ob_sweep_cell *cell)
{
    struct stat st;
    if (!look_at(c, i, "run.json", &st) || cell->heard <= changed(&st))
        return;
    double stretch = 1e-9 * (double)(cell->heard - changed(&st));
    if (!(cell->seconds >= stretch))
        cell->seconds = stretch;
}

/* The newest of the files that grow while a cell is trained, else of those that say how
 * it ended. */
static int64_t heard(const struct ob_cells *c, size_t i)
{
    static const char *const file[] = { "summary.json", "live", "metrics.csv",
                                        "run.json" };
    struct stat st;
    int64_t newest = 0;
    for (size_t k = 0; k < OB_COUNT(file); k++)
        if (look_at(c, i, file[k], &st) && changed(&st) > newest)
            newest = changed(&st);
    return newest;
}

uint64_t ob_cells_stamp(const struct ob_cells *c, size_t i, bool *settled)
{
    enum { TICK = 2 }; /* seconds, on the coarsest of file systems */
    static const char *const file[] = { "run.json", "summary.json", NULL };
    int64_t seen[4 * OB_COUNT(file)] = { 0 }, now = time(NULL);
    bool any = false;
    *settled = true;
    for (size_t k = 0; k < OB_COUNT(file); k++) {
        struct stat st;
        if ((!file[k] && c->slot[i].failures != c->round) || !look_at(c, i, file[k], &st))
            continue;
        any = true;
        *settled &= st.st_mtim.tv_sec + TICK < now;
        seen[4 * k] = st.st_mtim.tv_sec;
        seen[4 * k + 1] = st.st_mtim.tv_nsec;
        seen[4 * k + 2] = st.st_size;
        seen[4 * k + 3] = (int64_t)st.st_ino;
    }
    uint64_t stamp = any ? ob_hash_fast(seen, sizeof seen, 0) : 0;
    return any && !stamp ? 1 : stamp;
}

void ob_cells_read(struct ob_cells *c, size_t i, struct found *out)
{
    struct ob_summary s;
    ob_cells_nothing(out);
    bool has = read_summary(c, i, &s);
    if (has && s.state == OB_RUN_FINISHED)
        take_summary(c, &s, out);
    else
        read_run(c, i, has ? &s : NULL, out);
    ob_summary_finish(&s);
    if (out->cell.state != OB_CELL_WAITING)
        out->cell.heard = heard(c, i);
    if (out->cell.state == OB_CELL_RUNNING)
        take_time(c, i, &out->cell);
    if (!ob_cell_ended(out->cell.state) && c->slot[i].failures == c->round)
        read_failure(c, i, out);
    if (out->cell.state == OB_CELL_FAILED)
        out->still = true;
}
