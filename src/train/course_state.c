/*
 * Vectors that are too long for a record: they stay on the device, and come down where
 * somebody looks at them. Behind the last step of a chunk they, and those before it, lie
 * in copies; behind any other the steps of the chunk are made once more from its start.
 */
#include <config.h>

#include <string.h>

#include "course_priv.h"
#include "trainer_priv.h"

/* ---- copies ---- */

bool course_state_init(struct ob_course *c, struct course_state *s, struct ob_err *err)
{
    const size_t bytes = c->n * c->size;
    bool ok = (s->theta = ob_device_alloc(c->device, bytes, err)) &&
              (s->grad = ob_device_alloc(c->device, bytes, err));
    for (size_t i = 0; ok && i < c->slots; i++)
        ok = (s->slot[i] = ob_device_alloc(c->device, bytes, err)) != NULL;
    return ok;
}

void course_state_finish(struct ob_course *c, struct course_state *s)
{
    ob_device_free(c->device, s->theta);
    ob_device_free(c->device, s->grad);
    for (size_t i = 0; i < OB_OPTIMIZER_SLOTS; i++)
        ob_device_free(c->device, s->slot[i]);
}

void course_state_copy(struct ob_course *c, const struct course_state *to,
                       const struct course_state *from)
{
    const size_t bytes = c->n * c->size;
    ob_device_copy(c->device, to->theta, 0, from->theta, 0, bytes);
    ob_device_copy(c->device, to->grad, 0, from->grad, 0, bytes);
    for (size_t i = 0; i < c->slots; i++)
        ob_device_copy(c->device, to->slot[i], 0, from->slot[i], 0, bytes);
}

/* ---- who looks ---- */

static bool row_looks(const struct ob_trainer *t, uint64_t k)
{
    return ob_sampler_after(t->sampler.every, k - 1) == k && ob_trainer_row_looks(t, k);
}

static bool expected(const struct ob_trainer *t, uint64_t k)
{
    return t->looks && t->looks(t->looks_ctx, k);
}

bool course_is_looked_at(const struct ob_course *c, uint64_t k)
{
    const struct ob_trainer *t = c->t;
    const bool measured = ob_trainer_loss_due(t, k);
    return c->far && (expected(t, k) || row_looks(t, k) || ob_trainer_held_due(t, k) ||
                      (t->best.figure != OB_BEST_NONE && measured) ||
                      (t->target && measured) || (t->mini && t->mean.on && measured));
}

/* ---- taking them down ---- */

static bool down(const struct ob_course *c, struct ob_device_mem *m, struct ob_vec *to,
                 struct ob_err *err)
{
    return ob_device_download(c->device, m, 0, to->data, c->n * c->size, err);
}

/* What the last step went by, for the parameters that are kept of it: their buffers
 * before the step come to where the new ones will. */
static bool take_before(struct ob_course *c, const struct course_state *before,
                        struct ob_err *err)
{
    struct ob_trainer *t = c->t;
    const struct ob_last *l = &t->last;
    size_t n = c->n < OB_LAST_FIRST ? c->n : OB_LAST_FIRST;
    for (size_t a = 0; a < l->asked; a++)
        n = l->other[a].i < n ? n : l->other[a].i + 1;
    bool ok = down(c, before->theta, &t->previous, err);
    for (size_t s = 0; ok && s < c->slots; s++)
        ok = ob_device_download(c->device, before->slot[s], 0, t->optimizer->slot[s].data,
                                n * c->size, err);
    if (ok && !t->sampled)
        ok = down(c, before->grad, &t->grad, err);
    if (ok && !t->sampled && t->grad_before.n)
        ob_vec_copy(&t->grad_before, &t->grad);
    return ok;
}

static bool take_down(struct ob_course *c, const struct course_state *before,
                      const struct course_state *now, struct ob_err *err)
{
    struct ob_trainer *t = c->t;
    const char *state = c->at->state + (t->k - c->at->first) * c->state_size;
    bool ok = take_before(c, before, err);
    if (ok && t->sampled)
        ok = down(c, now->grad, &t->grad, err);
    if (!ok)
        return false;
    ob_placed_rule_load(c->rule, state);
    ob_last_keep(&t->last, t->optimizer, &t->grad);
    ob_placed_rule_load(c->rule, state + c->state_size);
    t->last.k = t->k;
    ok = down(c, now->theta, &t->theta, err) && down(c, now->grad, &t->grad, err);
    for (size_t s = 0; ok && s < c->slots; s++)
        ok = down(c, now->slot[s], &t->optimizer->slot[s], err);
    return ok;
}

/* The steps up to t->k are made again, and what was made behind them is forgotten. */
static bool go_back(struct ob_course *c, struct ob_err *err)
{
    const uint64_t k = c->t->k;
    struct course_chunk *ch = c->at;
    course_state_copy(c, &c->live, &ch->start);
    if (k > ch->first && !course_again(c, ch, ch->first, k - 1, err))
        return false;
    course_state_copy(c, &ch->last, &c->live);
    if (!course_again(c, ch, k, k, err))
        return false;
    c->chunk[0].steps = c->chunk[1].steps = 0;
    ch->steps = (size_t)(k - ch->first) + 1;
    memcpy(c->ahead, ch->state + ch->steps * c->state_size, c->state_size);
    course_order_as(c);
    c->queued = k;
    return true;
}

/* Where the vectors of step t->k are on the device; NULL where it failed. */
static const struct course_state *state_now(struct ob_course *c, struct ob_err *err)
{
    const struct course_chunk *other =
        c->at == &c->chunk[0] ? &c->chunk[1] : &c->chunk[0];
    if (c->t->k + 1 != c->at->first + c->at->steps)
        return go_back(c, err) ? &c->live : NULL;
    return other->steps && other->first == c->t->k + 1 ? &other->start : &c->live;
}

void ob_course_whole(const struct ob_trainer *trainer)
{
    struct ob_course *c = trainer->course;
    struct ob_err err;
    if (!c || c->whole || ob_trainer_failure(trainer))
        return;
    const struct course_state *now = state_now(c, &err);
    c->whole = c->theta = true;
    if (!now || !take_down(c, &c->at->last, now, &err))
        ob_trainer_fail(c->t, &err);
}

void ob_course_theta(const struct ob_trainer *trainer)
{
    struct ob_course *c = trainer->course;
    struct ob_err err;
    if (!c || c->whole || c->theta || ob_trainer_failure(trainer))
        return;
    const struct course_state *now = state_now(c, &err);
    c->theta = true;
    if (!now || !down(c, now->theta, &c->t->theta, &err))
        ob_trainer_fail(c->t, &err);
}

void ob_trainer_expect(struct ob_trainer *t, bool (*looks)(const void *ctx, uint64_t k),
                       const void *ctx)
{
    t->looks = looks;
    t->looks_ctx = ctx;
}

bool ob_trainer_at_rest(const struct ob_trainer *t)
{
    const struct ob_course *c = t->course;
    return !c || c->whole || t->k + 1 == c->at->first + c->at->steps;
}
