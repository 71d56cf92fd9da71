#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"

static const enum ob_verb verbs[] = {
    [OB_CTL_STATUS] = OB_VERB_STATUS, [OB_CTL_PAUSE] = OB_VERB_PAUSE,
    [OB_CTL_RESUME] = OB_VERB_RESUME, [OB_CTL_STEP] = OB_VERB_STEP,
    [OB_CTL_PACE] = OB_VERB_PACE,     [OB_CTL_SET] = OB_VERB_SET,
    [OB_CTL_GET] = OB_VERB_GET,       [OB_CTL_EXPLAIN] = OB_VERB_EXPLAIN,
    [OB_CTL_STOP] = OB_VERB_STOP,     [OB_CTL_CHECKPOINT] = OB_VERB_CHECKPOINT,
};

/* Remembers who asked; the id of the command that is sent for it. */
static uint64_t remember(struct ob_engine *e, enum ob_ctl_verb verb, struct ob_ticket t)
{
    size_t i = 0;
    while (i < e->asks && e->ask[i].open)
        i++;
    if (i == e->asks) {
        e->asks = e->asks ? 2 * e->asks : 8;
        e->ask = ob_xreallocarray(e->ask, e->asks, sizeof *e->ask);
        for (size_t k = i; k < e->asks; k++)
            e->ask[k] = (struct ob_engine_ask){ 0 };
    }
    e->ask[i] = (struct ob_engine_ask){ .open = true, .verb = verb, .ticket = t };
    return i + 1;
}

/* The request behind an id, which is answered now; NULL where nobody asked. */
static struct ob_engine_ask *recall(struct ob_engine *e, uint64_t id)
{
    if (id == 0 || id > e->asks || !e->ask[id - 1].open)
        return NULL;
    e->ask[id - 1].open = false;
    return &e->ask[id - 1];
}

bool ob_engine_asked(const struct ob_engine *e, enum ob_ctl_verb verb)
{
    for (size_t i = 0; i < e->asks; i++)
        if (e->ask[i].open && e->ask[i].verb == verb)
            return true;
    return false;
}

void ob_engine_requests(struct ob_engine *e)
{
    struct ob_ctl_request r;
    struct ob_ticket t;
    while (ob_control_next(e->control, &r, &t)) {
        if (e->ended) {
            ob_control_error(e->control, t, "the run has ended");
            continue;
        }
        struct ob_command c = { .verb = verbs[r.verb], .count = r.steps, .pace = r.pace };
        memcpy(c.key, r.key, sizeof r.key);
        memcpy(c.value, r.value, sizeof r.value);
        c.id = remember(e, r.verb, t);
        if (r.verb == OB_CTL_STEP)
            e->paused = false;
        ob_feed_send(e->feed, &c);
    }
}

static void fill_status(struct ob_engine *e, struct ob_ctl_answer *a)
{
    ob_engine_look(e);
    snprintf(a->state, sizeof a->state, "%s", ob_run_state_name(e->live.state));
    snprintf(a->steering, sizeof a->steering, "%s", ob_control_steering(e->control));
    a->loss = e->live.loss;
    a->pace = e->live.pace;
    a->rate = e->live.rate;
}

static void fill_set(const struct ob_engine *e, struct ob_ctl_answer *a)
{
    const struct ob_notice *n = &e->last_set;
    if (!ob_number_parse(n->from, strlen(n->from), &a->old))
        a->old = NAN;
    if (!ob_number_parse(n->to, strlen(n->to), &a->fresh))
        a->fresh = NAN;
}

/* A tensor that was asked for goes to views/NAME.safetensors. */
static void fill_get(struct ob_engine *e, const struct ob_notice *n,
                     struct ob_ctl_answer *a)
{
    struct ob_buf block = { 0 };
    struct ob_err err;
    if (!n->data || n->data->arrays != 1)
        return;
    snprintf(a->file, sizeof a->file, "views/%s.safetensors", n->data->array[0].name);
    ob_safetensors_note_integer(n->data, "step", n->step);
    ob_safetensors_write(n->data, &block);
    a->ok = ob_rundir_mkdir(&e->dir, "views", &err) &&
            ob_rundir_replace(&e->dir, a->file, block.data, block.len, false, &err);
    if (!a->ok) {
        memcpy(a->error, err.text, sizeof a->error);
        a->file[0] = '\0';
    }
    ob_buf_finish(&block);
}

void ob_engine_reply(struct ob_engine *e, const struct ob_notice *n)
{
    struct ob_engine_ask *ask = recall(e, n->id);
    if (!ask)
        return;
    struct ob_ctl_answer a = ob_ctl_answer_new(0, n->step);
    a.ok = n->ok;
    if (!n->ok)
        memcpy(a.error, n->text, sizeof n->text);
    else if (ask->verb == OB_CTL_STATUS)
        fill_status(e, &a);
    else if (ask->verb == OB_CTL_SET)
        fill_set(e, &a);
    else if (ask->verb == OB_CTL_GET)
        fill_get(e, n, &a);
    else if (ask->verb == OB_CTL_EXPLAIN)
        snprintf(a.text, sizeof a.text, "%s", n->said ? n->said : "");
    ob_control_answer(e->control, ask->ticket, a);
}

void ob_engine_saved(struct ob_engine *e, const struct ob_notice *n, const char *file,
                     const char *why)
{
    struct ob_engine_ask *ask = recall(e, n->id);
    if (!ask)
        return;
    struct ob_ctl_answer a = ob_ctl_answer_new(0, n->step);
    a.ok = file != NULL;
    snprintf(a.file, sizeof a.file, "%s", file ? file : "");
    snprintf(a.error, sizeof a.error, "%s", why ? why : "");
    ob_control_answer(e->control, ask->ticket, a);
}

void ob_engine_hang_up(struct ob_engine *e)
{
    for (size_t i = 0; i < e->asks; i++)
        if (e->ask[i].open)
            ob_control_error(e->control, e->ask[i].ticket, "the run has ended");
    free(e->ask);
    e->ask = NULL;
    e->asks = 0;
}
