#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

/* ---- what goes wrong before the run ---- */

bool ob_engine_refuse(struct ob_engine *e, const struct ob_err *err, int *status)
{
    char safe[sizeof err->text * 2];
    if (e->job)
        snprintf(e->end->message, sizeof e->end->message, "%.511s", err->text);
    else
        fprintf(stderr, "optbench: %s\n", ob_text_safe_z(safe, sizeof safe, err->text));
    *status = ob_code_exit(err->code);
    return false;
}

/* A cell has room for one message. */
static void tell_first(const struct ob_diags *diags, struct ob_cell_end *end)
{
    const struct ob_diag *d = &diags->item[0];
    if (diags->n > 0 && d->file && d->line)
        snprintf(end->message, sizeof end->message, "%s:%u: %s", d->file, d->line,
                 d->text);
    else if (diags->n > 0)
        snprintf(end->message, sizeof end->message, "%s%s%s", d->file ? d->file : "",
                 d->file ? ": " : "", d->text);
}

bool ob_engine_refuse_all(struct ob_engine *e, struct ob_diags *diags, int *status)
{
    ob_diags_sort(diags);
    if (e->job)
        tell_first(diags, e->end);
    else
        ob_diags_print(diags, stderr);
    *status = ob_diags_exit(diags);
    ob_diags_finish(diags);
    return false;
}

/* ---- the spec ---- */

/* Opens the run that --resume or --replay names. */
static bool open_run(const struct ob_engine *e, const char *what, struct ob_rundir *d,
                     struct ob_err *err)
{
    struct ob_buf path = { 0 };
    *d = (struct ob_rundir){ .fd = -1 };
    bool ok = ob_rundir_find(ob_runs_folder(e->opts->runs), what, &path, err) &&
              ob_rundir_open(d, ob_buf_text(&path), err);
    ob_buf_finish(&path);
    return ok;
}

static bool load_spec(struct ob_engine *e, const char *path, int *status)
{
    const struct ob_engine_opts *o = e->opts;
    struct ob_diags diags = { 0 };
    const char **sets = ob_xcalloc(o->nsets + 2, sizeof *sets);
    char *threads = ob_xasprintf("experiment.threads=%d", o->threads);
    char *device = ob_xasprintf("experiment.device=%s", o->device ? o->device : "");
    size_t n = 0;
    for (; n < o->nsets; n++)
        sets[n] = o->sets[n];
    if (o->threads)
        sets[n++] = threads;
    if (o->device)
        sets[n++] = device;
    bool ok = ob_spec_load(path, sets, n, &e->spec, &diags) ||
              ob_engine_refuse_all(e, &diags, status);
    ob_diags_finish(&diags);
    free(threads);
    free(device);
    free(sets);
    return ok;
}

/* The config of an earlier run is its resolved one. */
static bool load_from_run(struct ob_engine *e, const struct ob_rundir *d, int *status)
{
    char *path = ob_path_join(d->path, "config.ini");
    bool ok = load_spec(e, path, status);
    free(path);
    return ok;
}

/* What another user put there may be made to look like anything. */
static bool own(const struct ob_rundir *d, struct ob_err *err)
{
    struct stat st;
    return (fstat(d->fd, &st) == 0 && (st.st_uid == geteuid() || geteuid() == 0)) ||
           ob_fail(err, OB_EUSAGE, "%s: belongs to another user; copy it first", d->path);
}

static bool may_resume(struct ob_engine *e, struct ob_err *err)
{
    const enum ob_run_state state = e->info.state;
    const bool done = state == OB_RUN_FINISHED && strcmp(e->info.stop, "cancelled") != 0;
    if (e->job)
        e->end->busy = state == OB_RUN_RUNNING || state == OB_RUN_PAUSED;
    if (!done && state != OB_RUN_RUNNING && state != OB_RUN_PAUSED)
        return true;
    return ob_fail(err,
                   done     ? OB_EUSAGE
                   : e->job ? OB_EIO
                            : OB_EUSAGE,
                   "%s: %s", e->dir.path,
                   done ? "the run has finished: there is nothing to resume"
                        : "the run is under way");
}

/* Takes up the run whose directory is open and whose info is read. */
static bool resume(struct ob_engine *e, int *status)
{
    struct ob_err err;
    if (!may_resume(e, &err))
        return ob_engine_refuse(e, &err, status);
    e->resumed = true;
    ob_allocations_read(&e->earlier_jobs, &e->dir);
    if (e->info.job.system[0])
        ob_allocations_add(&e->earlier_jobs, &e->info.job);
    return load_from_run(e, &e->dir, status);
}

static bool load_resume(struct ob_engine *e, int *status)
{
    struct ob_err err;
    if (!open_run(e, e->opts->resume, &e->dir, &err) || !own(&e->dir, &err) ||
        !ob_run_info_read(&e->dir, &e->info, &err))
        return ob_engine_refuse(e, &err, status);
    return resume(e, status);
}

/* A directory without a readable run.json is one whose engine was killed before it had
 * written anything that counts. */
static bool load_cell(struct ob_engine *e, int *status)
{
    struct ob_err err;
    struct stat st;
    if (lstat(e->job->dir, &st) != 0) /* it is made when all that can be wrong is known */
        return load_spec(e, e->opts->config, status);
    if (!ob_rundir_take(&e->dir, e->job->dir, &err) || !own(&e->dir, &err))
        return ob_engine_refuse(e, &err, status);
    if (!ob_run_info_read(&e->dir, &e->info, NULL))
        return load_spec(e, e->opts->config, status);
    return resume(e, status);
}

static bool load_replay(struct ob_engine *e, int *status)
{
    struct ob_rundir d;
    struct ob_err err;
    bool ok = (open_run(e, e->opts->replay, &d, &err) &&
               ob_replay_read(&e->replay, &d, &err)) ||
              ob_engine_refuse(e, &err, status);
    ok = ok && load_from_run(e, &d, status);
    snprintf(e->info.replay_of, sizeof e->info.replay_of, "%s", d.name);
    ob_rundir_finish(&d);
    return ok;
}

bool ob_engine_load(struct ob_engine *e, int *status)
{
    if (e->job)
        return load_cell(e, status);
    if (e->opts->resume)
        return load_resume(e, status);
    if (e->opts->replay)
        return load_replay(e, status);
    return load_spec(e, e->opts->config, status);
}
