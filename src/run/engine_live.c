#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/log.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/device/device.h"
#include "optbench/optim/optimizer.h"

#define LIVE_NS INT64_C(20000000)   /* the worker takes at most ten snapshots a second */
#define CARD_NS INT64_C(900000000)  /* between two looks at the device */
#define BEAT_NS INT64_C(5000000000) /* at least so often, for who sees no lock */

/* ---- the device ---- */

static void device_init(struct ob_engine *e)
{
    const struct ob_run_info *i = &e->info;
    struct ob_live *l = &e->live;
    snprintf(l->device, sizeof l->device, "%.31s", i->device);
    snprintf(l->device_name, sizeof l->device_name, "%s", i->device_name);
    l->device_own = (double)e->device_bytes;
    if (ob_trainer_device(e->trainer)->gpu && i->device_identity[0])
        e->card = ob_nvml_open(i->device_identity);
}

/* Once a second: it may take some milliseconds. */
static void device_look(struct ob_engine *e, int64_t now)
{
    struct ob_nvml_sample s;
    struct ob_live *l = &e->live;
    if (!e->card || (e->card_time && now - e->card_time < CARD_NS))
        return;
    e->card_time = now;
    ob_nvml_sample(e->card, &s);
    l->device_load = s.load / 100;
    l->device_watts = s.watts;
    l->device_celsius = s.celsius;
    l->device_memory = s.memory_total ? (double)s.memory_used : NAN;
    l->device_total = s.memory_total ? (double)s.memory_total : NAN;
}

void ob_engine_live_init(struct ob_engine *e)
{
    ob_live_alloc(&e->live, 0, 0, 0);
    e->live.pid = e->info.pid;
    e->live.threads = e->info.threads;
    ob_machine_init(&e->machine);
    if (ob_trainer_device(e->trainer))
        device_init(e);
}

/* ---- a snapshot in the words of the file ---- */

static void tensors(struct ob_live *l, const struct ob_snapshot *s)
{
    for (size_t i = 0; i < l->tensors; i++) {
        const struct ob_snapshot_tensor *from = &s->tensor[i];
        struct ob_live_tensor *to = &l->tensor[i];
        *to = (struct ob_live_tensor){ .size = from->size,
                                       .ndim = from->ndim,
                                       .base = from->base,
                                       .first = from->first,
                                       .shown = from->shown,
                                       .norm = from->norm,
                                       .grad_norm = from->grad_norm,
                                       .change_norm = from->change_norm,
                                       .max_change = from->change_max,
                                       .effective_step = from->effective_step,
                                       .units = from->units,
                                       .dead = from->dead };
        memcpy(to->name, from->name, sizeof to->name);
        memcpy(to->shape, from->shape, sizeof to->shape);
        memcpy(to->slot_norm, from->slot_norm, sizeof to->slot_norm);
        memcpy(to->gauge, from->gauge, sizeof to->gauge);
    }
}

/* The arrays are made anew only when their sizes change: once, at the first snapshot. */
static void fit(struct ob_live *l, const struct ob_snapshot *s)
{
    if (l->tensors == s->tensors && l->shown == s->shown && l->slots == s->slots)
        return;
    struct ob_live old = *l, made;
    ob_live_alloc(&made, s->tensors, s->shown, s->slots);
    *l = old;
    l->tensors = made.tensors;
    l->shown = made.shown;
    l->slots = made.slots;
    l->tensor = made.tensor;
    l->value = made.value;
    l->grad = made.grad;
    l->change = made.change;
    l->effective = made.effective;
    memcpy(l->slot, made.slot, sizeof l->slot);
    memset(l->explain, 0, sizeof l->explain);
    ob_live_finish(&old);
    l->explains = 0;
}

static void explanations(struct ob_live *l, const struct ob_snapshot *s)
{
    for (size_t i = 0; i < l->explains; i++)
        free(l->explain[i]);
    l->explains = s->explains;
    for (size_t i = 0; i < l->explains; i++)
        l->explain[i] = ob_xstrdup(ob_buf_text(&s->explain[i]));
    for (size_t i = l->explains; i < OB_LIVE_EXPLAIN; i++)
        l->explain[i] = NULL;
}

static void arrays(struct ob_live *l, const struct ob_snapshot *s)
{
    size_t bytes = s->shown * sizeof(double);
    if (bytes == 0)
        return;
    memcpy(l->value, s->value, bytes);
    memcpy(l->grad, s->grad, bytes);
    memcpy(l->change, s->change, bytes);
    memcpy(l->effective, s->effective, bytes);
    for (size_t i = 0; i < s->slots; i++) {
        memcpy(l->slot[i], s->slot[i], bytes);
        memcpy(l->slot_name[i], s->slot_name[i], sizeof l->slot_name[i]);
    }
}

static void rules(struct ob_live *l, const struct ob_snapshot *s)
{
    l->rules = s->rules < OB_LIVE_RULES ? s->rules : OB_LIVE_RULES;
    for (size_t i = 0; i < l->rules; i++) {
        snprintf(l->rule[i].name, sizeof l->rule[i].name, "%s", s->rule[i].name);
        l->rule[i].value = s->rule[i].value;
        l->rule[i].target = s->rule[i].target;
    }
}

/* Those of groups are known to the trainer alone. */
static void knobs(struct ob_live *l, const struct ob_snapshot *s)
{
    l->knobs = s->knobs < OB_LIVE_KNOBS ? s->knobs : OB_LIVE_KNOBS;
    for (size_t i = 0; i < l->knobs; i++) {
        const struct ob_snapshot_knob *from = &s->knob[i];
        struct ob_live_knob *to = &l->knob[i];
        memcpy(to->key, from->key, sizeof to->key);
        to->value = from->value;
        to->min = from->min;
        to->max = from->max;
    }
}

static void gauges(struct ob_live *l, const struct ob_snapshot *s)
{
    l->gauges = s->gauges;
    for (size_t i = 0; i < l->gauges; i++) {
        const struct ob_snapshot_gauge *from = &s->gauge[i];
        struct ob_live_gauge *to = &l->gauge[i];
        memcpy(to->name, from->name, sizeof to->name);
        memcpy(to->title, from->title, sizeof to->title);
        to->per_tensor = from->per_tensor;
        to->value = from->value;
    }
}

static void take(struct ob_live *l, const struct ob_snapshot *s)
{
    fit(l, s);
    l->state = s->phase == OB_PHASE_PAUSED ? OB_RUN_PAUSED : OB_RUN_RUNNING;
    l->step = s->step;
    l->epoch = s->epoch;
    l->epoch_steps = s->epoch_steps;
    l->batch_rows = s->batch_rows;
    l->seconds = s->seconds;
    l->rate = s->per_second;
    l->pace = s->pace;
    l->pace_auto = s->pace_auto;
    l->loss = s->loss;
    l->batch_loss = NAN;
    l->best_loss = s->best_loss;
    l->theta_delta = s->theta_delta;
    l->grad_norm = s->grad_norm;
    l->lr = s->lr;
    l->evals = (double)s->evals_function;
    l->grad_evals = (double)s->evals_gradient;
    l->hvp_evals = (double)s->evals_hessian_product;
    l->params = s->params;
    l->has_reference = s->has_reference;
    l->reference_loss = s->reference_loss;
    l->reference_distance = s->reference_distance;
    if (s->text[0])
        snprintf(l->message, sizeof l->message, "%s", s->text);
    tensors(l, s);
    arrays(l, s);
    rules(l, s);
    knobs(l, s);
    gauges(l, s);
    explanations(l, s);
}

void ob_engine_look(struct ob_engine *e)
{
    bool fresh = false;
    const struct ob_snapshot *s = ob_feed_latest(e->feed, &fresh);
    if (!s || !fresh)
        return;
    take(&e->live, s);
    ob_control_step(e->control, s->step);
    e->live_known = true;
    e->live_waiting = true;
}

/* ---- the file ---- */

int64_t ob_engine_live_due(const struct ob_engine *e)
{
    if (!e->live_known)
        return INT64_MAX;
    bool wanted = e->live_waiting && ob_control_viewers(e->control) > 0;
    return e->live_time + (wanted ? LIVE_NS : BEAT_NS);
}

/* A heartbeat asks for a new snapshot, too: the next one that is not a beat late. */
static void beat(struct ob_engine *e)
{
    struct ob_command c = { .verb = OB_VERB_STATUS };
    if (!e->ended && !e->live_waiting)
        ob_feed_send(e->feed, &c);
}

void ob_engine_live(struct ob_engine *e, bool now)
{
    struct ob_buf text = { 0 };
    struct ob_err err;
    int64_t time = ob_clock_ns();
    if (!e->live_known || (!now && time < ob_engine_live_due(e)))
        return;
    if (!now && e->live_time && time - e->live_time >= BEAT_NS)
        beat(e);
    ob_machine_look(&e->machine, time, &e->live);
    device_look(e, time);
    e->live.rows = e->recorder.rows;
    e->live.heartbeat = ob_clock_wall_ns();
    e->live.viewers = ob_control_viewers(e->control);
    snprintf(e->live.steering, sizeof e->live.steering, "%s",
             ob_control_steering(e->control));
    ob_live_write(&e->live, &text);
    if (!ob_rundir_replace(&e->dir, "live", text.data, text.len, false, &err)) {
        /* For the eyes only and no reason to end a run, unless all of it is lost, and
         * nobody can find or stop it any more. */
        ob_log("%s", err.text);
        if (ob_rundir_gone(&e->dir)) {
            ob_fail(&err, OB_EIO, "%s: the run directory was removed", e->dir.path);
            ob_engine_fail(e, &err);
        }
    }
    ob_buf_finish(&text);
    e->live_time = time;
    e->live_waiting = false;
}
