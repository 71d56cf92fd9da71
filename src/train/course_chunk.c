/* Chunks of steps: their tables, filled by the host's own code, and their launches. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "course_priv.h"
#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"
#include "trainer_priv.h"

enum {
    RECORD_BYTES = 4 << 20, /* of a chunk's records, about at most */
    CHUNK_MOST = 4096,      /* steps of a chunk */
    BATCH_ROWS = 1 << 20,   /* rows of a chunk's batches */
};

/* ---- room ---- */

static size_t at_most(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t cap_of(const struct ob_course *c)
{
    size_t cap = at_most(RECORD_BYTES / (c->stride * sizeof(double)), CHUNK_MOST);
    if (c->t->mini)
        cap = at_most(cap, BATCH_ROWS / c->t->batches.size);
    return cap ? cap : 1;
}

static bool init_chunk(struct ob_course *c, struct course_chunk *ch, struct ob_err *err)
{
    struct ob_device *d = c->device;
    const size_t rows = c->t->mini ? c->cap * c->t->batches.size : 0;
    const size_t records = c->cap * c->stride * sizeof(double);
    ch->lr = ob_xcalloc(c->cap, sizeof *ch->lr);
    ch->state = ob_xcalloc(c->cap + 1, c->state_size);
    ch->spans = ob_xcalloc(c->cap + 1, 2 * sizeof *ch->spans);
    if (c->far &&
        (!course_state_init(c, &ch->start, err) || !course_state_init(c, &ch->last, err)))
        return false;
    return (ch->ring = ob_device_alloc(d, records, err)) &&
           (ch->coef = ob_device_alloc(
                d, c->cap * ob_placed_rule_coefs(c->rule) * c->size, err)) &&
           (ch->word = ob_device_alloc(
                d, c->cap * ob_placed_rule_words(c->rule) * sizeof(int32_t), err)) &&
           (ch->span = ob_device_alloc(d, (c->cap + 1) * 2 * sizeof(uint64_t), err)) &&
           (!rows || (ch->rows = ob_device_alloc(d, rows * sizeof(uint32_t), err))) &&
           (ch->record = ob_device_host_alloc(d, records, err)) &&
           (ch->done = ob_device_event(d, err));
}

/* The orders of epochs are looked at ahead of the trainer's own. */
static bool init_order(struct ob_course *c, struct ob_err *err)
{
    if (!c->t->mini)
        return true;
    c->order.order = ob_alloc(c->t->batches.rows, sizeof *c->order.order, err);
    return c->order.order != NULL;
}

bool course_chunks_init(struct ob_course *c, struct ob_err *err)
{
    c->cap = cap_of(c);
    c->length = at_most(16, c->cap);
    c->state_size = ob_placed_rule_state_size(c->rule);
    c->ahead = ob_xcalloc(1, c->state_size);
    c->now_state = ob_xcalloc(1, c->state_size);
    const size_t coef = ob_placed_rule_coefs(c->rule) * c->size;
    const size_t word = ob_placed_rule_words(c->rule) * sizeof(int32_t);
    const size_t row = c->t->mini ? c->t->batches.size * sizeof(uint32_t) : 0;
    const size_t most = coef > word ? coef : word;
    c->table = ob_xcalloc(c->cap + 1, (most > row ? most : row) + 2 * sizeof(uint64_t));
    return init_order(c, err) && init_chunk(c, &c->chunk[0], err) &&
           init_chunk(c, &c->chunk[1], err);
}

void course_chunks_finish(struct ob_course *c)
{
    for (size_t i = 0; i < OB_COUNT(c->chunk); i++) {
        struct course_chunk *ch = &c->chunk[i];
        struct ob_device_mem *const mem[] = { ch->ring, ch->coef, ch->word, ch->span,
                                              ch->rows };
        for (size_t k = 0; k < OB_COUNT(mem); k++)
            ob_device_free(c->device, mem[k]);
        ob_device_host_free(c->device, ch->record);
        ob_device_event_free(c->device, ch->done);
        ob_device_graph_free(c->device, ch->graph);
        course_state_finish(c, &ch->start);
        course_state_finish(c, &ch->last);
        free(ch->spans);
        free(ch->state);
        free(ch->lr);
    }
    free(c->order.order);
    free(c->ahead);
    free(c->now_state);
    free(c->table);
}

/* Coefficients and words are few beside the rest. */
uint64_t course_chunk_bytes(const struct ob_trainer *t)
{
    return RECORD_BYTES + (t->mini ? (uint64_t)BATCH_ROWS * sizeof(uint32_t) : 0);
}

/* ---- how far ---- */

bool course_has_loss(const struct ob_course *c, uint64_t k)
{
    return c->t->sampled && ob_trainer_loss_due(c->t, k);
}

/* A schedule that watches the run has to hear of a measurement before the next step. */
static bool waits_behind(const struct ob_course *c, uint64_t k)
{
    const struct ob_trainer *t = c->t;
    return ob_schedule_observes(&t->schedule) &&
           (ob_trainer_loss_due(t, k) || ob_trainer_held_due(t, k));
}

static uint64_t budget_end(const struct ob_course *c)
{
    const uint64_t left = ob_trainer_budget(c->t);
    return left < UINT64_MAX - c->t->k ? c->t->k + left : UINT64_MAX;
}

bool course_may_go_on(const struct ob_course *c)
{
    if (c->queued == c->t->k)
        return true;
    return c->queued < budget_end(c) && !waits_behind(c, c->queued);
}

static size_t length_of(const struct ob_course *c)
{
    const uint64_t end = budget_end(c), from = c->queued;
    size_t n = 1;
    while (n < c->length && from + n < end && !waits_behind(c, from + n) &&
           !course_is_looked_at(c, from + n))
        n++;
    return n;
}

/* ---- tables ---- */

/* Coefficients and words, with what each step leaves of the optimizer. */
static void look_ahead(struct ob_course *c, struct course_chunk *ch)
{
    const size_t coefs = ob_placed_rule_coefs(c->rule) * c->size;
    const size_t words = ob_placed_rule_words(c->rule);
    int32_t *word = ob_xcalloc(ch->steps, words * sizeof *word);
    ob_placed_rule_save(c->rule, c->now_state);
    ob_placed_rule_load(c->rule, c->ahead);
    memcpy(ch->state, c->ahead, c->state_size);
    for (size_t i = 0; i < ch->steps; i++) {
        ch->lr[i] = ob_placed_rule_prepare(c->rule, ch->first + i, c->table + i * coefs,
                                           word + i * words);
        ob_placed_rule_save(c->rule, ch->state + (i + 1) * c->state_size);
    }
    ob_placed_rule_save(c->rule, c->ahead);
    ob_placed_rule_load(c->rule, c->now_state);
    ob_device_upload(c->device, ch->coef, 0, c->table, ch->steps * coefs);
    ob_device_upload(c->device, ch->word, 0, word, ch->steps * words * sizeof *word);
    free(word);
}

/* The rows of each step's batch. */
static void choose_rows(struct ob_course *c, struct course_chunk *ch)
{
    uint64_t *span = ch->spans;
    uint32_t *rows = (uint32_t *)(void *)c->table;
    size_t at = 0;
    for (size_t i = 0; i < ch->steps; i++) {
        size_t n = c->placed->problem->rows;
        span[2 * i + 1] = at;
        if (c->t->mini) {
            const uint32_t *own = ob_batches_at(&c->order, ch->first + i, &n);
            memcpy(rows + at, own, n * sizeof *own);
            at += n;
        }
        span[2 * i] = n;
    }
    if (at)
        ob_device_upload(c->device, ch->rows, 0, rows, at * sizeof *rows);
    ob_device_upload(c->device, ch->span, 0, span, (ch->steps + 1) * 2 * sizeof *span);
}

/* Step k of the chunk is the one in hand. */
static void say_now(struct ob_course *c, const struct course_chunk *ch, uint64_t k)
{
    const size_t i = (size_t)(k - ch->first);
    const uint64_t now[OB_NOW_WORDS] = {
        [OB_NOW_STEP] = k,
        [OB_NOW_INDEX] = i,
        [OB_NOW_ROWS] = ch->spans[2 * i],
        [OB_NOW_ROW_AT] = ch->spans[2 * i + 1],
        [OB_NOW_TRAIN] = c->placed->problem->random,
        [OB_NOW_WATCH] = !c->t->sampled,
    };
    ob_device_upload(c->device, c->now, 0, now, sizeof now);
}

/* ---- launches ---- */

static void take_gradient(struct ob_course *c, const struct course_chunk *ch)
{
    const struct ob_placed_call call = { .theta = c->live.theta,
                                         .grad = c->live.grad,
                                         .out = c->out,
                                         .out_at = COURSE_GRADIENT,
                                         .now = c->now,
                                         .batch = c->t->mini,
                                         .rows = ch->rows };
    ob_placed_eval(c->placed, &call);
    ob_placed_penalty(c->penalty, &call);
    if (!c->reduce)
        return;
    const struct ob_reduce_job job[] = {
        { .op = OB_REDUCE_SUMSQ, .a = c->live.grad },
        { .op = OB_REDUCE_ANY_NONZERO, .a = c->live.grad },
    };
    ob_device_reduce(c->reduce, c->n, job, OB_COUNT(job), c->out, COURSE_OUT_SLOPE);
}

static void take_loss(struct ob_course *c)
{
    const struct ob_placed_call call = {
        .theta = c->live.theta, .out = c->out, .out_at = COURSE_LOSS, .now = c->now_loss
    };
    ob_placed_eval(c->placed, &call);
    ob_placed_penalty(c->penalty, &call);
}

static void move(struct ob_course *c, const struct course_chunk *ch)
{
    struct ob_placed_rule_call call = { .theta = c->live.theta,
                                        .grad = c->live.grad,
                                        .coef = ch->coef,
                                        .word = ch->word,
                                        .now = c->now,
                                        .part = c->part };
    memcpy(call.slot, c->live.slot, sizeof call.slot);
    ob_placed_rule_run(c->rule, &call);
}

static void end_step(struct ob_course *c, const struct course_chunk *ch)
{
    struct ob_device_arg arg[8 + OB_OPTIMIZER_SLOTS + 2] = {
        OB_ARG(c->now),        OB_ARG(ch->span),     OB_ARG(c->out),
        OB_ARG(ch->ring),      OB_ARG(ch->ring),     OB_ARG_U64(c->stride),
        OB_ARG(c->live.theta), OB_ARG(c->live.grad),
    };
    size_t args = 8;
    for (size_t i = 0; i < OB_OPTIMIZER_SLOTS; i++)
        arg[args++] = (struct ob_device_arg)OB_ARG(c->live.slot[i]);
    arg[args++] = (struct ob_device_arg)OB_ARG_U64(c->slots);
    arg[args++] = (struct ob_device_arg)OB_ARG_U64(c->n);
    ob_device_launch(c->device, c->end, 1, arg, args);
}

static void end_far_step(struct ob_course *c, const struct course_chunk *ch)
{
    const uint64_t parts = (c->n + OB_CHUNK - 1) / OB_CHUNK;
    const struct ob_device_arg arg[] = {
        OB_ARG(c->now),
        OB_ARG(ch->span),
        OB_ARG(c->out),
        OB_ARG(ch->ring),
        OB_ARG(c->part),
        OB_ARG_U64(parts),
        OB_ARG_I32(c->reduce != NULL),
    };
    ob_device_launch(c->device, c->end, 1, arg, OB_COUNT(arg));
}

/* On the full batch the gradient at the new theta belongs to the step; a sample is taken
 * before it. */
static void launch(struct ob_course *c, const struct course_chunk *ch, uint64_t k)
{
    const bool sampled = c->t->sampled;
    if (sampled)
        take_gradient(c, ch);
    move(c, ch);
    if (!sampled)
        take_gradient(c, ch);
    if (course_has_loss(c, k))
        take_loss(c);
    if (c->far)
        end_far_step(c, ch);
    else
        end_step(c, ch);
}

/* Step k, all but its tables the same as any other of the chunk: where the device can, it
 * is written down once and then replayed, which costs less than its launches. */
static bool make_step(struct ob_course *c, struct course_chunk *ch, uint64_t k,
                      struct ob_err *err)
{
    const bool replays = ob_device_facts(c->device)->graphs && !course_has_loss(c, k);
    if (replays && c->warm && !ch->graph) {
        ob_device_capture(c->device);
        launch(c, ch, k);
        ch->graph = ob_device_capture_end(c->device, err);
        if (!ch->graph)
            return false;
    }
    if (replays && ch->graph)
        ob_device_run(c->device, ch->graph);
    else
        launch(c, ch, k);
    c->warm = true;
    return true;
}

bool course_again(struct ob_course *c, struct course_chunk *ch, uint64_t from,
                  uint64_t to, struct ob_err *err)
{
    bool ok = true;
    say_now(c, ch, from);
    for (uint64_t k = from; ok && k <= to; k++)
        ok = make_step(c, ch, k, err);
    return ok;
}

/* The steps of a chunk one by one. */
static bool make_steps(struct ob_course *c, struct course_chunk *ch, struct ob_err *err)
{
    bool ok = true;
    if (c->far)
        course_state_copy(c, &ch->start, &c->live);
    for (size_t i = 0; ok && i < ch->steps; i++) {
        if (c->far && i + 1 == ch->steps)
            course_state_copy(c, &ch->last, &c->live);
        ok = make_step(c, ch, ch->first + i, err);
    }
    return ok;
}

bool course_enqueue(struct ob_course *c, struct course_chunk *ch, struct ob_err *err)
{
    ch->first = c->queued + 1;
    ch->steps = length_of(c);
    ch->there = false;
    look_ahead(c, ch);
    choose_rows(c, ch);
    say_now(c, ch, ch->first);
    if (c->persist)
        course_solo_run(c, ch);
    else if (!make_steps(c, ch, err))
        return false;
    ob_device_fetch(c->device, ch->ring, 0, ch->record,
                    ch->steps * c->stride * sizeof(double));
    ob_device_record(c->device, ch->done);
    c->queued += ch->steps;
    return true;
}
