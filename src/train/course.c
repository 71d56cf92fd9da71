#include <config.h>

#include "course.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "course_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/device/text.h"
#include "optbench/num/kernels.h"
#include "trainer_priv.h"

#define CHUNK_NS INT64_C(8000000) /* a chunk should take so long */

enum { STATE_BYTES = 16384 }; /* of a step's vectors in a record, at most */

/* ---- which runs ---- */

static size_t state_bytes(const struct ob_trainer *t)
{
    return t->theta.n * ob_dtype_size(t->theta.dtype) *
           (2 + (size_t)t->optimizer->type->slots);
}

/* Whether the vectors of each step are too long for its record. */
static bool is_far(const struct ob_trainer *t)
{
    return state_bytes(t) > STATE_BYTES;
}

/* A mean of the thetas is made beside the run, of each step's theta. */
static bool wrapped(const struct ob_trainer *t)
{
    bool more = is_far(t) && t->wraps.n > 0;
    for (size_t i = 0; i < t->wraps.n; i++)
        more = more || strcmp(t->wraps.at[i].type->name, "average") != 0;
    return more;
}

static uint64_t bytes_of(const struct ob_trainer *t)
{
    const uint64_t states = is_far(t) ? 5 : 1; /* live, and two of each chunk */
    return states * state_bytes(t) + 2 * course_chunk_bytes(t) +
           ob_placed_penalty_bytes(t->problem);
}

/* Beside the problem; of most devices one knows how much they have. */
static bool fits(const struct ob_trainer *t)
{
    if (!t->device || ob_problem_unplaced(t->problem))
        return true;
    const uint64_t all = ob_device_facts(t->device)->memory;
    const uint64_t own = ob_placed_bytes(t->problem, t->mini ? t->batches.size : 0);
    return all == 0 || (own < all && bytes_of(t) <= all - own);
}

const char *ob_course_lacks(const struct ob_trainer *t)
{
    const struct ob_problem *p = t->problem;
    const char *why = ob_optimizer_unplaced(t->optimizer);
    if (why)
        return why;
    if (wrapped(t))
        return "wrappers stand around the optimizer";
    if (p->micro)
        return "gradients are accumulated over batches";
    return fits(t) ? NULL
                   : "the device has no room for what a chunk of steps begins with";
}

uint64_t ob_course_bytes(const struct ob_trainer *t)
{
    return ob_course_lacks(t) ? 0 : bytes_of(t);
}

/* ---- life ---- */

static bool build(struct ob_course *c, struct ob_err *err)
{
    const char *const define[] = { c->t->theta.dtype == OB_F32 ? "OB_REAL_BITS=32"
                                                               : "OB_REAL_BITS=64",
                                   c->far ? "COURSE_STATE=0" : "COURSE_STATE=1", NULL };
    struct ob_buf text = { 0 };
    ob_device_text("#include \"kernels/course.h\"\n", &text);
    c->program = ob_device_build(c->device, ob_buf_text(&text), define, err);
    ob_buf_finish(&text);
    c->end = c->program ? ob_device_kernel(c->device, c->program,
                                           c->far ? "course_end_far" : "course_end", err)
                        : NULL;
    return c->end && ob_placed_rule_build(c->rule, err);
}

/* The gradient at the new theta of a full batch needs a pass for its norm; a sample's is
 * made on the way of the step. */
static bool make_sums(struct ob_course *c, struct ob_err *err)
{
    const size_t parts = (c->n + OB_CHUNK - 1) / OB_CHUNK;
    if (!c->far)
        return true;
    c->part = ob_device_alloc(c->device, parts * OB_RULE_SUMS * sizeof(double), err);
    if (c->part && !c->t->sampled)
        c->reduce = ob_device_reduce_create(c->device, c->t->theta.dtype, c->n, err);
    return c->part && (c->t->sampled || c->reduce);
}

static bool make_room(struct ob_course *c, struct ob_err *err)
{
    const uint64_t now[OB_NOW_WORDS] = { [OB_NOW_ROWS] = c->t->problem->rows };
    if (!course_state_init(c, &c->live, err) || !make_sums(c, err) ||
        !(c->now = ob_device_alloc(c->device, sizeof now, err)) ||
        !(c->now_loss = ob_device_alloc(c->device, sizeof now, err)) ||
        !(c->out = ob_device_alloc(c->device, COURSE_OUT * sizeof(double), err)))
        return false;
    ob_device_upload(c->device, c->now_loss, 0, now, sizeof now);
    return true;
}

bool ob_course_create(struct ob_trainer *t, struct ob_err *err)
{
    OB_REQUIRE(t->problem->placed && !ob_course_lacks(t));
    struct ob_course *c = t->course = ob_xcalloc(1, sizeof *c);
    c->t = t;
    c->placed = t->problem->placed;
    c->device = c->placed->device;
    c->slots = t->optimizer->type->slots;
    c->n = t->theta.n;
    c->size = ob_dtype_size(t->theta.dtype);
    c->far = is_far(t);
    c->stride = COURSE_FACTS;
    if (!c->far)
        c->stride += (state_bytes(t) + sizeof(double) - 1) / sizeof(double);
    c->fresh = c->whole = c->theta = true;
    c->rule = ob_placed_rule_create(t->optimizer, c->device, c->far, err);
    c->penalty = c->rule ? ob_placed_penalty_create(c->placed, err) : NULL;
    if (c->penalty && make_room(c, err) && course_chunks_init(c, err) &&
        course_solo_init(c, err) && (c->persist || build(c, err)))
        return true;
    ob_course_destroy(c);
    t->course = NULL;
    return false;
}

void ob_course_destroy(struct ob_course *c)
{
    if (!c)
        return;
    ob_device_sync(c->device, NULL); /* what is under way writes to what goes */
    course_chunks_finish(c);
    course_solo_finish(c);
    course_state_finish(c, &c->live);
    struct ob_device_mem *const mem[] = { c->now, c->now_loss, c->out, c->part };
    for (size_t i = 0; i < OB_COUNT(mem); i++)
        ob_device_free(c->device, mem[i]);
    ob_device_reduce_destroy(c->reduce);
    ob_device_program_free(c->device, c->program);
    ob_placed_penalty_destroy(c->penalty);
    ob_placed_rule_destroy(c->rule);
    free(c);
}

/* ---- following ---- */

void course_order_as(struct ob_course *c)
{
    const struct ob_batches *b = &c->t->batches;
    uint32_t *own = c->order.order;
    if (!c->t->mini)
        return;
    c->order = *b;
    c->order.order = memcpy(own, b->order, b->rows * sizeof *own);
}

/* The device gets what the host has. */
static void begin(struct ob_course *c)
{
    struct ob_trainer *t = c->t;
    const size_t bytes = c->n * c->size;
    ob_device_upload(c->device, c->live.theta, 0, t->theta.data, bytes);
    ob_device_upload(c->device, c->live.grad, 0, t->grad.data, bytes);
    for (size_t i = 0; i < c->slots; i++)
        ob_device_upload(c->device, c->live.slot[i], 0, t->optimizer->slot[i].data,
                         bytes);
    ob_placed_rule_save(c->rule, c->ahead);
    course_order_as(c);
    c->queued = t->k;
    c->fresh = false;
}

static struct course_chunk *chunk_of(struct ob_course *c, uint64_t k)
{
    for (size_t i = 0; i < OB_COUNT(c->chunk); i++)
        if (k - c->chunk[i].first < c->chunk[i].steps) /* wraps below it */
            return &c->chunk[i];
    return NULL;
}

/* How many steps take CHUNK_NS, by those of a chunk that took `ns`; never more than twice
 * or less than half as many as before. */
static void adapt(struct ob_course *c, const struct course_chunk *ch, int64_t ns)
{
    const double each = (double)(ns > 0 ? ns : 1) / (double)ch->steps;
    const double want = (double)CHUNK_NS / each, was = (double)c->length;
    const double next = fmin(fmax(want, was / 2), was * 2);
    c->length = next < 1 ? 1 : next > (double)c->cap ? c->cap : (size_t)next;
}

/* The chunk is made; the other one goes into the queue, so that the device has work while
 * this one is followed. */
static bool await(struct ob_course *c, struct course_chunk *ch, struct ob_err *err)
{
    struct course_chunk *other = ch == &c->chunk[0] ? &c->chunk[1] : &c->chunk[0];
    if (!ob_device_wait(c->device, ch->done, err))
        return false;
    const int64_t now = ob_clock_ns();
    adapt(c, ch, now - c->since);
    c->since = now;
    ch->there = true;
    other->steps = 0;
    return !course_may_go_on(c) || course_enqueue(c, other, err);
}

/* The chunk of step k, made. */
static struct course_chunk *chunk_with(struct ob_course *c, uint64_t k,
                                       struct ob_err *err)
{
    struct course_chunk *ch = chunk_of(c, k);
    if (!ch) {
        ch = &c->chunk[0];
        c->since = ob_clock_ns();
        if (!course_enqueue(c, ch, err))
            return NULL;
    }
    return ch->there || await(c, ch, err) ? ch : NULL;
}

bool ob_course_follow(struct ob_trainer *t)
{
    struct ob_course *c = t->course;
    struct ob_err err;
    const uint64_t k = t->k + 1;
    if (ob_trainer_failure(t))
        return false;
    if (c->fresh)
        begin(c);
    struct course_chunk *ch = chunk_with(c, k, &err);
    const double *record = ch ? ch->record + (k - ch->first) * c->stride : NULL;
    if (ch && record[COURSE_STEP] != (double)k) {
        ob_fail(&err, OB_EDEVICE, "the device has no record of step %llu",
                (unsigned long long)k);
        ch = NULL;
    }
    if (!ch) {
        ob_course_drop(c);
        ob_trainer_fail(t, &err);
        return false;
    }
    c->at = ch;
    c->record = record;
    return true;
}

bool ob_course_has(const struct ob_trainer *t)
{
    return t->course && t->course->record;
}

void ob_course_done(struct ob_trainer *t)
{
    if (t->course)
        t->course->record = NULL;
}

void ob_course_drop(struct ob_course *c)
{
    if (!c)
        return;
    c->chunk[0].steps = c->chunk[1].steps = 0;
    c->record = NULL;
    c->correct_k = UINT64_MAX;
    c->fresh = c->whole = c->theta = true;
}

/* ---- a record ---- */

/* Vector number i of the record: theta, the gradient, the slots. */
static void take(const struct ob_course *c, size_t i, struct ob_vec *to)
{
    const char *from = (const char *)(c->record + COURSE_FACTS);
    memcpy(to->data, from + i * c->n * c->size, c->n * c->size);
}

/* Of an evaluation that is one of all rows at theta_k. */
static void count(struct ob_course *c, const double *f)
{
    c->correct = f[OB_PLACED_CORRECT];
    c->correct_k = c->t->k;
    c->counts = c->correct >= 0;
}

bool ob_course_correct(const struct ob_trainer *t, double *out)
{
    const struct ob_course *c = t->course;
    if (!c || !c->counts || c->correct_k != t->k || t->k == 0)
        return false;
    *out = c->correct;
    return true;
}

bool ob_course_counts(const struct ob_trainer *t)
{
    return t->course && t->course->counts;
}

void ob_course_gradient(struct ob_trainer *t, struct ob_eval *out)
{
    const double *f = t->course->record + COURSE_GRADIENT;
    t->problem->counts.function++;
    t->problem->counts.gradient++;
    if (!t->course->far)
        take(t->course, 1, &t->grad);
    if (!t->sampled)
        count(t->course, f);
    out->loss = f[OB_PLACED_LOSS];
    out->clamped = (size_t)f[OB_PLACED_CLAMPED];
}

bool ob_course_loss(struct ob_trainer *t, struct ob_eval *out)
{
    if (!ob_course_has(t) || !course_has_loss(t->course, t->k))
        return false;
    const double *f = t->course->record + COURSE_LOSS;
    t->problem->counts.function++;
    count(t->course, f);
    out->loss = f[OB_PLACED_LOSS];
    out->clamped = (size_t)f[OB_PLACED_CLAMPED];
    return true;
}

bool ob_course_figures(const struct ob_trainer *t, struct ob_course_figures *out)
{
    const struct ob_course *c = t->course;
    if (!ob_course_has(t) || !c->far)
        return false;
    *out = (struct ob_course_figures){ .theta_delta = sqrt(c->record[COURSE_MOVED]),
                                       .grad_norm = sqrt(c->record[COURSE_SLOPE]),
                                       .theta_norm = sqrt(c->record[COURSE_SIZE]),
                                       .moved = c->record[COURSE_CHANGED] != 0,
                                       .grad_is_zero = c->record[COURSE_SLOPED] == 0 };
    return true;
}

void ob_course_move(struct ob_trainer *t, struct ob_iterate *it)
{
    struct ob_course *c = t->course;
    const size_t i = (size_t)(it->k - c->at->first);
    struct ob_optimizer *o = t->optimizer;
    for (size_t s = 0; !c->far && s < c->slots; s++)
        take(c, 2 + s, &o->slot[s]);
    if (!c->far)
        take(c, 0, &t->theta);
    c->whole = c->theta = !c->far;
    ob_placed_rule_follow(c->rule, c->at->state + (i + 1) * c->state_size);
    it->lr = c->at->lr[i];
}
