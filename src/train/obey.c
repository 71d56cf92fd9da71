#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "worker_priv.h"

void ob_worker_reply(struct ob_worker *w, uint64_t id, const char *text)
{
    struct ob_notice n = { .kind = OB_NOTICE_REPLY, .id = id, .ok = !text };
    if (!id)
        return;
    snprintf(n.text, sizeof n.text, "%s", text ? text : "");
    ob_worker_notify(w, &n);
}

static void tell(struct ob_worker *w, enum ob_notice_kind kind)
{
    struct ob_notice n = { .kind = kind, .ok = true };
    ob_worker_notify(w, &n);
}

/* ---- pause, resume, step ---- */

void ob_worker_pause(struct ob_worker *w)
{
    bool was = w->paused;
    w->paused = true;
    ob_trainer_hold(w->t);
    if (!was) {
        ob_worker_publish(w);
        tell(w, OB_NOTICE_PAUSED);
    }
    if (w->step_until)
        ob_worker_reply(w, w->step_id, NULL);
    w->step_until = 0;
}

static void run_on(struct ob_worker *w)
{
    w->paused = false;
    ob_trainer_release(w->t);
    ob_pace_anchor(&w->pace, ob_trainer_steps(w->t), ob_clock_ns());
    w->rate_step = ob_trainer_steps(w->t);
    w->rate_time = ob_clock_ns();
}

static void obey_pause(struct ob_worker *w, const struct ob_command *c)
{
    ob_worker_pause(w);
    ob_worker_reply(w, c->id, NULL);
}

static void obey_resume(struct ob_worker *w, const struct ob_command *c)
{
    if (w->step_until)
        ob_worker_reply(w, w->step_id, NULL);
    if (w->paused || w->step_until) {
        w->step_until = 0;
        run_on(w);
        tell(w, OB_NOTICE_RESUMED);
    }
    ob_worker_reply(w, c->id, NULL);
}

static void obey_step(struct ob_worker *w, const struct ob_command *c)
{
    if (w->step_until)
        ob_worker_reply(w, w->step_id, NULL);
    w->step_until = ob_trainer_steps(w->t) + (c->count ? c->count : 1);
    w->step_id = c->id;
    w->paused = false;
    ob_trainer_release(w->t);
}

/* ---- settings ---- */

bool ob_worker_set(struct ob_worker *w, const char *key, const char *value,
                   struct ob_err *err)
{
    struct ob_notice n = { .kind = OB_NOTICE_SET, .ok = true };
    if (!ob_trainer_set(w->t, key, value, n.from, n.to, err))
        return false;
    snprintf(n.key, sizeof n.key, "%s%s", strchr(key, '.') ? "" : "optimizer.", key);
    ob_worker_notify(w, &n);
    if (w->paused)
        ob_worker_publish(w);
    return true;
}

static void obey_set(struct ob_worker *w, const struct ob_command *c)
{
    struct ob_err err = { 0 };
    bool done = ob_worker_set(w, c->key, c->value, &err);
    ob_worker_reply(w, c->id, done ? NULL : err.text);
}

void ob_worker_pace(struct ob_worker *w, double pace)
{
    struct ob_notice n = { .kind = OB_NOTICE_PACE, .ok = true };
    const bool change = w->pace.length || w->pace.rate > 0 || pace != OB_PACE_FULL;
    uint64_t length = pace < 0 ? ob_worker_pilot(w) : 0;
    uint64_t step = ob_trainer_steps(w->t);
    char number[OB_NUMBER_MAX];
    if (length) {
        ob_pace_shape(&w->pace, length, step, ob_clock_ns());
        ob_number_show(number, sizeof number, w->pace.seconds, 2);
        snprintf(n.to, sizeof n.to, "auto");
        snprintf(n.text, sizeof n.text, "%llu steps take %s seconds, to be seen",
                 (unsigned long long)length, number);
    } else {
        double rate = pace > 0 && isfinite(pace) ? pace : 0;
        ob_pace_set(&w->pace, rate, step, ob_clock_ns());
        ob_number_write(number, rate);
        snprintf(n.to, sizeof n.to, "%s", rate > 0 ? number : "full");
    }
    if (change)
        ob_worker_notify(w, &n);
}

static void obey_pace(struct ob_worker *w, const struct ob_command *c)
{
    ob_worker_pace(w, c->pace);
    if (w->paused)
        ob_worker_publish(w);
    ob_worker_reply(w, c->id, NULL);
}

/* ---- looking and saving ---- */

static void obey_get(struct ob_worker *w, const struct ob_command *c)
{
    struct ob_notice n = { .kind = OB_NOTICE_REPLY, .id = c->id, .ok = true };
    struct ob_err err = { 0 };
    n.data = ob_xcalloc(1, sizeof *n.data);
    if (!ob_trainer_tensor(w->t, c->key, n.data, &err)) {
        ob_notice_finish(&n);
        ob_worker_reply(w, c->id, err.text);
        return;
    }
    snprintf(n.key, sizeof n.key, "%.63s", c->key);
    ob_worker_notify(w, &n);
}

static void obey_explain(struct ob_worker *w, const struct ob_command *c)
{
    struct ob_notice n = { .kind = OB_NOTICE_REPLY, .id = c->id, .ok = true };
    struct ob_buf said = { 0 };
    struct ob_err err = { 0 };
    if (!ob_trainer_explain(w->t, c->key, &said, &err)) {
        ob_buf_finish(&said);
        ob_worker_reply(w, c->id, err.text);
        return;
    }
    n.said = ob_buf_take(&said);
    ob_worker_notify(w, &n);
}

static void obey_checkpoint(struct ob_worker *w, const struct ob_command *c)
{
    struct ob_err err = { 0 };
    if (!ob_worker_checkpoint(w, c->id, &err))
        ob_worker_reply(w, c->id, err.text);
}

static void obey_status(struct ob_worker *w, const struct ob_command *c)
{
    ob_worker_publish(w);
    ob_worker_reply(w, c->id, NULL);
}

static void obey_stop(struct ob_worker *w, const struct ob_command *c)
{
    w->cancelled = true;
    ob_worker_reply(w, c->id, NULL);
}

void ob_worker_obey(struct ob_worker *w, const struct ob_command *c)
{
    static void (*const verb[])(struct ob_worker *, const struct ob_command *) = {
        [OB_VERB_PAUSE] = obey_pause,   [OB_VERB_RESUME] = obey_resume,
        [OB_VERB_STEP] = obey_step,     [OB_VERB_PACE] = obey_pace,
        [OB_VERB_SET] = obey_set,       [OB_VERB_GET] = obey_get,
        [OB_VERB_STATUS] = obey_status, [OB_VERB_CHECKPOINT] = obey_checkpoint,
        [OB_VERB_STOP] = obey_stop,     [OB_VERB_EXPLAIN] = obey_explain,
    };
    OB_REQUIRE((size_t)c->verb < OB_COUNT(verb));
    verb[c->verb](w, c);
}
