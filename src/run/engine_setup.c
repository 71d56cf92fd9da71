#include <config.h>

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checkpoints.h"
#include "engine_plugins.h"
#include "engine_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/log.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/device/device.h"
#include "optbench/num/blas.h"
#include "optbench/num/dtype.h"
#include "optbench/num/kernels.h"
#include "optbench/num/share.h"

#define CONFIG_MAX ((size_t)1 << 20)

/* ---- the directory ---- */

/* A run that is taken up again may have come to another device. */
static void fill_device(struct ob_engine *e)
{
    struct ob_run_info *i = &e->info;
    const struct ob_device_facts *f = ob_trainer_device(e->trainer);
    static const struct ob_device_facts none;
    if (f)
        snprintf(i->device, sizeof i->device, "%s:%zu", f->api, f->index);
    else
        snprintf(i->device, sizeof i->device, "cpu");
    f = f ? f : &none;
    e->device_bytes = ob_trainer_device_used(e->trainer);
    snprintf(i->device_why, sizeof i->device_why, "%s",
             ob_trainer_device_why(e->trainer));
    snprintf(i->device_name, sizeof i->device_name, "%s", f->name);
    snprintf(i->device_driver, sizeof i->device_driver, "%s", f->driver);
    snprintf(i->device_identity, sizeof i->device_identity, "%s", f->identity);
    snprintf(i->device_architecture, sizeof i->device_architecture, "%s",
             f->architecture);
}

/* A run that is taken up again may have other ranks, or none. */
static void fill_ranks(struct ob_engine *e)
{
    const struct ob_share *s = e->opts->share;
    e->info.ranks = s ? s->ranks : 0;
    snprintf(e->info.reduction, sizeof e->info.reduction, "%s",
             !s        ? ""
             : s->fast ? "fast"
                       : "reproducible");
}

/* What a cluster gave for it this time. */
static void fill_job(struct ob_engine *e)
{
    ob_allocation_here(&e->info.job);
    e->info.job.since = ob_clock_wall_ns();
    e->info.earlier_jobs = &e->earlier_jobs;
}

/* What is known before the first step. A resumed run keeps its start. */
static void fill_info(struct ob_engine *e)
{
    struct ob_run_info *i = &e->info;
    struct ob_trainer_data data = ob_trainer_data(e->trainer);
    const struct ob_spec *s = &e->spec;
    char *path = e->opts->config ? ob_path_absolute(e->opts->config) : NULL;
    if (!e->resumed)
        i->started = ob_clock_wall_ns();
    engine_facts_fill(e->facts, !e->resumed, i);
    if (path)
        snprintf(i->config, sizeof i->config, "%s", path);
    free(path);
    snprintf(i->experiment, sizeof i->experiment, "%s", s->experiment.name);
    snprintf(i->title, sizeof i->title, "%s",
             s->experiment.title ? s->experiment.title : "");
    snprintf(i->config_hash, sizeof i->config_hash, "%016" PRIx64, ob_spec_hash(s));
    snprintf(i->program, sizeof i->program, "%s", PACKAGE_VERSION);
    snprintf(i->blas, sizeof i->blas, "%s", ob_blas_name());
    fill_device(e);
    fill_job(e);
    snprintf(i->dtype, sizeof i->dtype, "%s",
             ob_dtype_name((enum ob_dtype)s->experiment.dtype));
    snprintf(i->data_origin, sizeof i->data_origin, "%s", data.origin ? data.origin : "");
    if (ob_spec_needs_data(s))
        snprintf(i->data_hash, sizeof i->data_hash, "%016" PRIx64, data.hash);
    i->seed = s->experiment.seed;
    i->pid = getpid();
    i->threads = ob_trainer_threads(e->trainer);
    fill_ranks(e);
    i->resumed += e->resumed;
    i->cell |= e->job != NULL;
    i->max_steps = (uint64_t)s->stop.max_steps;
    i->plan_known = i->max_steps > 0;
    i->recorded = OB_RUN_RUNNING;
}

bool ob_engine_info(struct ob_engine *e, struct ob_err *err)
{
    struct ob_buf text = { 0 };
    ob_run_info_write(&e->info, &text);
    bool ok = ob_rundir_replace(&e->dir, "run.json", text.data, text.len, true, err);
    ob_buf_finish(&text);
    return ok;
}

/* Room for the last words on a disk that fills up: blocks behind the end of the lock's
 * file, which has no content of its own. ob_engine_end() gives them back. */
static void reserve(int lock)
{
#ifdef FALLOC_FL_KEEP_SIZE
    if (fallocate(lock, FALLOC_FL_KEEP_SIZE, 0, 256 << 10) != 0)
        return; /* without it a full disk can cost the summary, never the log */
#else
    (void)lock;
#endif
}

static bool write_configs(struct ob_engine *e, struct ob_err *err)
{
    struct ob_buf text = { 0 };
    bool ok = true;
    ob_spec_write(&e->spec, &text);
    ok = ob_rundir_replace(&e->dir, "config.ini", text.data, text.len, false, err);
    ob_buf_clear(&text);
    /* A replay has only the path of the run it plays, whose own original stays there; all
     * cells of a sweep have the same. */
    if (ok && e->opts->config && !e->job)
        ok = ob_file_read(e->opts->config, CONFIG_MAX, &text, err) &&
             ob_rundir_replace(&e->dir, "config.orig.ini", ob_buf_text(&text), text.len,
                               false, err);
    ob_buf_finish(&text);
    return ok && engine_plugins_keep(&e->dir, &e->spec, err);
}

/* Whether the lock could not be had because another process has it, and not for want of a
 * disk that could hold its file. */
static bool is_held(const struct ob_engine *e)
{
    return e->lock < 0 && ob_rundir_lock_query(&e->dir) != OB_LOCK_UNKNOWN &&
           faccessat(e->dir.fd, "lock", W_OK, 0) == 0;
}

static bool claim_cell(struct ob_engine *e, struct ob_err *err)
{
    if (!e->dir.open && !ob_rundir_make(&e->dir, e->job->dir, err)) {
        e->end->busy = access(e->job->dir, F_OK) == 0; /* another one was first */
        return false;
    }
    struct ob_run_info other;
    e->dir.lazy = true;
    e->lock = ob_rundir_lock(&e->dir, err);
    e->end->busy =
        is_held(e) || (e->lock >= 0 && ob_run_info_recorded(&e->dir, &other, NULL));
    if (e->lock >= 0 && e->end->busy) /* it may be at its end by now */
        return ob_fail(err, OB_EIO, "%s: another process has begun it", e->job->dir);
    return e->lock >= 0 && write_configs(e, err);
}

static bool claim(struct ob_engine *e, struct ob_err *err)
{
    if (e->job)
        return claim_cell(e, err);
    char *folder = ob_runs_first(ob_runs_folder(e->opts->runs));
    bool ok = ob_rundir_claim(&e->dir, folder, e->spec.experiment.name,
                              ob_spec_hash(&e->spec), e->info.started, err);
    free(folder);
    return ok && (e->lock = ob_rundir_lock(&e->dir, err)) >= 0 && write_configs(e, err);
}

/* Whether the log is as long as the checkpoint that was read says. */
static bool has_log(const struct ob_engine *e)
{
    struct stat st;
    return !e->loaded ||
           (fstatat(e->dir.fd, "metrics.csv", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            (uint64_t)st.st_size >= e->at.bytes);
}

/* Whether another process took the run up, and left it again, between the look at it here
 * and the lock: what was read of it is old. */
static bool was_taken_up(const struct ob_engine *e)
{
    struct ob_run_info now;
    return ob_run_info_recorded(&e->dir, &now, NULL) &&
           now.resumed + 1 != e->info.resumed;
}

static bool lock_again(struct ob_engine *e, struct ob_err *err)
{
    bool taken = false;
    e->lock = ob_rundir_lock(&e->dir, err);
    if (e->lock >= 0 && (taken = was_taken_up(e)))
        ob_fail(err, OB_EIO, "%s: another process has taken it up meanwhile",
                e->dir.path);
    if (e->job)
        e->end->busy = taken || is_held(e);
    return e->lock >= 0 && !taken;
}

/* Loads the newest checkpoint. Without one the run begins anew in its old directory. */
static bool take_up(struct ob_engine *e, struct ob_err *err)
{
    struct ob_safetensors state = { 0 };
    struct engine_plugin other;
    if (engine_plugins_differ(&e->dir, &e->spec, &other))
        return ob_fail(
            err, OB_ECONFIG,
            "plug-in '%s' is not the one that the run began with: its hash was "
            "%s, it is %s",
            other.name, other.then, other.now);
    if (!lock_again(e, err))
        return false;
    unlinkat(e->dir.fd, "summary.json", 0);
    bool ok = ob_checkpoints_read(&e->dir, &state, &e->at, &e->loaded, err);
    if (e->job && (!ok || !has_log(e))) { /* the machine went down: nobody had waited */
        e->loaded = false;
        ok = true;
    }
    if (ok)
        ob_checkpoints_settle(&e->dir, &state);
    if (ok && e->loaded)
        ok = ob_trainer_load(e->trainer, &state, err);
    ob_safetensors_finish(&state);
    e->info.steered = e->loaded && ob_replay_kept(&e->dir) > 0;
    return ok;
}

static bool open_hashes(struct ob_engine *e, struct ob_err *err)
{
    const size_t n = ob_trainer_tensors(e->trainer);
    const char **name = ob_xcalloc(n, sizeof *name);
    for (size_t i = 0; i < n; i++)
        name[i] = ob_trainer_tensor_facts(e->trainer, i).name;
    bool ok =
        ob_hashes_open(&e->hashes, &e->dir, name, n, e->loaded ? &e->at.step : NULL, err);
    free(name);
    return ok;
}

static bool set_up_files(struct ob_engine *e, struct ob_err *err)
{
    const struct ob_columns *columns = ob_trainer_columns(e->trainer);
    if (!(e->resumed ? take_up(e, err) : claim(e, err)))
        return false;
    const struct ob_recorder_place *at = e->loaded ? &e->at : NULL;
    reserve(e->lock);
    if (!ob_engine_info(e, err) ||
        !ob_recorder_open(&e->recorder, &e->dir, columns, at, err))
        return false;
    if (!open_hashes(e, err))
        return false;
    if (e->spec.log.path > 0 &&
        !ob_way_open(&e->way, &e->dir, ob_trainer_parameters(e->trainer), e->loaded,
                     e->at.step, err))
        return false;
    e->rows_before = e->recorder.rows;
    return e->job || ob_engine_answer(e, err);
}

bool ob_engine_answer(struct ob_engine *e, struct ob_err *err)
{
    e->control = ob_control_create(&e->dir, err);
    return e->control != NULL;
}

static void load_told(void *ctx, const char *origin, double share)
{
    ob_progress_load(ctx, origin, share);
}

/* How many ranks train it, and what a person should know of them. */
void ob_engine_ranks(const struct ob_engine *e, struct ob_buf *out)
{
    const struct ob_share *s = e->opts->share;
    const size_t rows = ob_trainer_data(e->trainer).rows;
    const size_t blocks = (rows + OB_CHUNK - 1) / OB_CHUNK;
    ob_buf_addf(out, "ranks: %u, %s", s->ranks,
                s->fast ? "reduction fast: the last bits are not those of one process"
                        : "with the bits of one process");
    if (blocks < s->ranks)
        ob_buf_addf(out, "; for want of rows only %zu of them have any (%d each)", blocks,
                    OB_CHUNK);
}

/* The first line of a run that is not simply this processor's. */
static void say_place(struct ob_engine *e)
{
    struct ob_buf text = { 0 };
    if (strcmp(e->spec.experiment.device, "cpu") != 0)
        ob_progress_say(&e->progress, "device: %s", ob_trainer_device_words(e->trainer));
    if (e->opts->share) {
        ob_engine_ranks(e, &text);
        ob_progress_say(&e->progress, "%s", ob_buf_text(&text));
    }
    ob_buf_finish(&text);
}

bool ob_engine_prepare(struct ob_engine *e, int *status)
{
    struct ob_diags diags = { 0 };
    struct ob_err err = { 0 };
    const struct ob_load_watch watch = { load_told, &e->progress };
    ob_progress_init(&e->progress, e->opts->quiet || e->detach.child, 0);
    e->spec.data.watch = &watch;
    e->spec.data.keep = e->keep;
    e->trainer = e->opts->share
                     ? ob_trainer_create_shared(&e->spec, e->opts->share, &diags)
                     : ob_trainer_create(&e->spec, &diags);
    e->spec.data.watch = NULL;
    e->spec.data.keep = NULL;
    ob_progress_clear(&e->progress);
    if (!e->trainer)
        return ob_engine_refuse_all(e, &diags, status);
    ob_diags_finish(&diags);
    ob_trainer_settle(e->trainer, &e->spec);
    say_place(e);
    if (e->opts->dry_run)
        return true;
    fill_info(e);
    if (!set_up_files(e, &err))
        return ob_engine_refuse(e, &err, status);
    ob_log("device: %s", ob_trainer_device_words(e->trainer));
    ob_log("%s %s, %s, %u threads", PACKAGE_STRING, e->info.cpu, e->info.dtype,
           e->info.threads);
    return true;
}
