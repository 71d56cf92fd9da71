#include <config.h>

#include "optbench/run/verify.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoints.h"
#include "engine_plugins.h"
#include "hashes.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/conf/ini.h"
#include "optbench/device/device.h"
#include "optbench/run/runinfo.h"
#include "optbench/run/summary.h"
#include "optbench/train/trainer.h"
#include "progress.h"
#include "replay.h"

struct job {
    const struct ob_rundir *dir;
    struct ob_verify *out;
    struct ob_prints want;
    size_t at; /* next of want.step */
    struct ob_spec spec;
    struct ob_replay replay;
    size_t steered;
    struct ob_trainer *t;
    uint64_t *now; /* [want.tensors] */
    struct ob_progress progress;
};

/* ---- what the run left ---- */

/* A line for the last checkpoint, if its step has none. Its fingerprints are texts of a
 * file that anybody may have written, and are taken as far as they are such. */
static void insert(struct ob_prints *p, uint64_t step, const uint64_t *print)
{
    size_t n = p->tensors, at = p->n;
    while (at > 0 && p->step[at - 1] >= step)
        at--;
    if (at < p->n && p->step[at] == step)
        return;
    p->step = ob_xreallocarray(p->step, p->n + 1, sizeof *p->step);
    p->print = ob_xreallocarray(p->print, (p->n + 1) * n, sizeof *p->print);
    memmove(&p->step[at + 1], &p->step[at], (p->n - at) * sizeof *p->step);
    memmove(&p->print[(at + 1) * n], &p->print[at * n],
            (p->n - at) * n * sizeof *p->print);
    p->step[at] = step;
    memcpy(&p->print[at * n], print, n * sizeof *p->print);
    p->n++;
}

static bool add_checkpoint(struct job *j, struct ob_err *err)
{
    struct ob_safetensors state = { 0 };
    struct ob_recorder_place place;
    uint64_t step, *print = ob_xcalloc(j->want.tensors, sizeof *print);
    char key[OB_ARRAY_NAME + 8];
    bool found, ok = ob_checkpoints_read(j->dir, &state, &place, &found, err);
    bool whole = ok && found && ob_safetensors_integer(&state, "step", &step);
    for (size_t i = 0; whole && i < j->want.tensors; i++) {
        snprintf(key, sizeof key, "hash.%s", j->want.name[i]);
        const char *text = ob_safetensors_text(&state, key);
        whole = text && ob_print_parse(text, strlen(text), &print[i]);
    }
    if (whole)
        insert(&j->want, step, print);
    ob_safetensors_finish(&state);
    free(print);
    return ok;
}

static bool load(struct job *j, const struct ob_verify_opts *opts, struct ob_diags *diags)
{
    struct ob_err err = { 0 };
    struct ob_buf text = { 0 };
    char *path = ob_path_join(j->dir->path, "config.ini");
    char *threads = ob_xasprintf("experiment.threads=%d", opts->threads);
    char *device = ob_xasprintf("experiment.device=%s", opts->device ? opts->device : "");
    const char *sets[2];
    size_t nsets = 0;
    if (opts->threads > 0)
        sets[nsets++] = threads;
    if (opts->device)
        sets[nsets++] = device;
    bool ok = (ob_prints_read(&j->want, j->dir, &err) && add_checkpoint(j, &err) &&
               ob_replay_read(&j->replay, j->dir, &err) &&
               ob_rundir_read(j->dir, "config.ini", OB_INI_FILE_MAX, &text, &err)) ||
              ob_diags_add_err(diags, NULL, 0, &err);
    const struct ob_spec_from from = { .path = path,
                                       .text = ob_buf_text(&text),
                                       .n = text.len,
                                       .sets = sets,
                                       .nsets = nsets };
    ok = ok && ob_spec_read(&from, &j->spec, diags);
    j->t = ok ? ob_trainer_create(&j->spec, diags) : NULL;
    free(threads);
    free(device);
    free(path);
    ob_buf_finish(&text);
    return j->t != NULL;
}

/* The tensors of the file must be those of the config. */
static bool same_tensors(const struct job *j)
{
    bool same = j->want.tensors == ob_trainer_tensors(j->t);
    for (size_t i = 0; same && i < j->want.tensors; i++)
        same = strcmp(j->want.name[i], ob_trainer_tensor_facts(j->t, i).name) == 0;
    return same;
}

static void compare_data(struct job *j)
{
    struct ob_run_info info;
    const struct ob_trainer_data data = ob_trainer_data(j->t);
    struct ob_verify *v = j->out;
    if (!data.rows || !ob_run_info_read(j->dir, &info, NULL) || !info.data_hash[0])
        return;
    memcpy(v->data_then, info.data_hash, sizeof v->data_then);
    snprintf(v->data_now, sizeof v->data_now, "%016" PRIx64, data.hash);
    v->data_differ = strcmp(v->data_then, v->data_now) != 0;
}

static void compare_devices(struct job *j)
{
    struct ob_run_info info;
    struct ob_verify *v = j->out;
    const struct ob_device_facts *f = ob_trainer_device(j->t);
    v->promised = ob_trainer_reproducible(j->t);
    snprintf(v->device_now, sizeof v->device_now, "cpu");
    if (f)
        snprintf(v->device_now, sizeof v->device_now, "%s:%zu", f->api, f->index);
    if (ob_run_info_read(j->dir, &info, NULL))
        snprintf(v->device_then, sizeof v->device_then, "%s", info.device);
}

static void compare_plugins(struct job *j)
{
    struct engine_plugin p;
    struct ob_verify *v = j->out;
    v->plugin_differs = engine_plugins_differ(j->dir, &j->spec, &p);
    if (!v->plugin_differs)
        return;
    memcpy(v->plugin, p.name, sizeof v->plugin);
    memcpy(v->plugin_then, p.then, sizeof v->plugin_then);
    memcpy(v->plugin_now, p.now, sizeof v->plugin_now);
}

/* ---- the run, repeated ---- */

/* Compares theta with the line of its step, if there is one; false where it differs. */
static bool look(struct job *j)
{
    struct ob_verify *v = j->out;
    const uint64_t step = ob_trainer_steps(j->t);
    while (j->at < j->want.n && j->want.step[j->at] < step)
        j->at++;
    if (j->at == j->want.n || j->want.step[j->at] != step)
        return true;
    const uint64_t *then = &j->want.print[j->at * j->want.tensors];
    ob_trainer_fingerprint(j->t, j->now);
    v->first = v->compared ? v->first : step;
    v->last = step;
    v->compared++;
    for (size_t i = 0; i < j->want.tensors; i++) {
        if (then[i] == j->now[i])
            continue;
        v->differs = true;
        v->step = step;
        snprintf(v->tensor, sizeof v->tensor, "%.63s", j->want.name[i]);
        snprintf(v->then, sizeof v->then, "%016" PRIx64, then[i]);
        snprintf(v->now, sizeof v->now, "%016" PRIx64, j->now[i]);
        return false;
    }
    v->was_same = true;
    v->same = step;
    return true;
}

/* What a person changed lands where it landed then. */
static void steer(struct job *j)
{
    char from[64], to[128];
    for (; j->steered < j->replay.n; j->steered++) {
        const struct ob_steer *s = &j->replay.steer[j->steered];
        if (s->step > ob_trainer_steps(j->t))
            return;
        ob_trainer_set(j->t, s->key, s->value, from, to, NULL);
    }
}

static void show(struct job *j)
{
    if (ob_progress_due(&j->progress) <= ob_clock_ns())
        ob_progress_show(&j->progress, ob_trainer_steps(j->t), NAN, NAN);
}

static void repeat(struct job *j)
{
    const uint64_t last = j->replay.last_step;
    enum ob_stop stop = ob_trainer_start(j->t);
    while (look(j) && stop == OB_GO_ON) {
        steer(j);
        if (last && ob_trainer_steps(j->t) >= last) {
            ob_trainer_end(j->t, OB_STOP_CANCELLED);
            return;
        }
        stop = ob_trainer_step(j->t);
        show(j);
    }
}

/* Where a person, a signal or the time ended the run, that it did so is no difference. */
static void compare_end(struct job *j)
{
    struct ob_verify *v = j->out;
    struct ob_summary s = { 0 };
    if (v->differs || !ob_summary_read(&s, j->dir, NULL))
        return;
    v->end_known = true;
    v->steps_then = s.steps;
    v->steps_now = ob_trainer_steps(j->t);
    snprintf(v->stop_then, sizeof v->stop_then, "%s", s.stop);
    snprintf(v->stop_now, sizeof v->stop_now, "%s",
             j->replay.last_step ? s.stop : ob_stop_name(ob_trainer_state(j->t)));
    v->end_differs =
        v->steps_then != v->steps_now || strcmp(v->stop_then, v->stop_now) != 0;
    ob_summary_finish(&s);
}

bool ob_verify_same(const struct ob_verify *v)
{
    return !v->data_differ && !v->plugin_differs && !v->differs && !v->end_differs;
}

bool ob_verify_run(struct ob_verify *out, const struct ob_rundir *dir,
                   const struct ob_verify_opts *opts, struct ob_diags *diags)
{
    struct job j = { .dir = dir, .out = out };
    struct ob_err err = { 0 };
    *out = (struct ob_verify){ 0 };
    bool ok = load(&j, opts, diags);
    if (ok && !same_tensors(&j)) {
        ob_fail(&err, OB_EDATA,
                "%s/hashes.csv: of other tensors than its config.ini makes", dir->path);
        ok = ob_diags_add_err(diags, NULL, 0, &err);
    }
    if (ok) {
        out->tensors = j.want.tensors;
        j.now = ob_xcalloc(j.want.tensors, sizeof *j.now);
        ob_progress_init(&j.progress, opts->quiet, (uint64_t)j.spec.stop.max_steps);
        compare_data(&j);
        compare_plugins(&j);
        compare_devices(&j);
        repeat(&j);
        ob_progress_clear(&j.progress);
        const struct ob_err *failure = ob_trainer_failure(j.t);
        if (failure)
            ok = ob_diags_add_err(diags, NULL, 0, failure);
        else
            compare_end(&j);
    }
    free(j.now);
    ob_trainer_destroy(j.t);
    ob_replay_finish(&j.replay);
    ob_prints_finish(&j.want);
    ob_spec_finish(&j.spec);
    return ok;
}
