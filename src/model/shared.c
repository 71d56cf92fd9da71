#include "shared.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"

const char *ob_problem_unshared(const struct ob_problem *p)
{
    if (!(p->type->needs & OB_PROBLEM_NEEDS_DATA))
        return "it has no rows";
    return p->type->unshared ? p->type->unshared(p)
                             : "its sums over the rows know of one";
}

/* ---- rank 0 ---- */

/* What goes before the vectors of a call. */
struct head {
    uint32_t verb, mode, has_theta, has_v;
    uint64_t n, step;
};

static size_t vector_bytes(const struct ob_problem *p)
{
    return p->layout.n * ob_dtype_size(p->dtype);
}

void ob_problem_lead(struct ob_problem *p)
{
    OB_REQUIRE(p->share && p->share->rank == 0);
    p->leads = true;
}

void shared_ask(struct ob_problem *p, const struct shared_call *call)
{
    struct ob_share *s = p->share;
    if (!p->leads || s->ranks == 1)
        return;
    const struct head head = { .verb = call->verb,
                               .mode = p->mode,
                               .has_theta = call->theta != NULL,
                               .has_v = call->v != NULL,
                               .n = call->n,
                               .step = p->step };
    struct ob_buf text = { 0 };
    ob_buf_add(&text, (const char *)&head, sizeof head);
    if (call->theta)
        ob_buf_add(&text, call->theta, vector_bytes(p));
    if (call->v)
        ob_buf_add(&text, call->v, vector_bytes(p));
    if (call->list)
        ob_buf_add(&text, (const char *)call->list, call->n * sizeof *call->list);
    s->tell(s, text.data, text.len);
    ob_buf_finish(&text);
}

bool shared_done(const struct ob_problem *p, bool done, const struct ob_err *err)
{
    static const struct ob_err memory = { OB_ENOMEM, "out of memory" };
    if (!done && p->share && p->share->ranks > 1)
        p->share->fail(p->share, err && err->code != OB_OK ? err : &memory);
    return done;
}

/* ---- the others ---- */

/* A call as it was heard; pointers into the text, aligned for the dtype. */
struct heard {
    struct head head;
    const void *theta, *v;
    const uint32_t *list;
};

static void take_apart(const struct ob_problem *p, const struct ob_buf *text,
                       struct heard *out)
{
    const size_t bytes = vector_bytes(p);
    const char *at = text->data;
    OB_REQUIRE(text->len >= sizeof out->head);
    memcpy(&out->head, at, sizeof out->head);
    at += sizeof out->head;
    out->theta = out->head.has_theta ? at : NULL;
    at += out->head.has_theta ? bytes : 0;
    out->v = out->head.has_v ? at : NULL;
    at += out->head.has_v ? bytes : 0;
    out->list = out->head.verb == SHARED_BATCH && out->head.n ? (const void *)at : NULL;
}

static void value(struct ob_problem *p, const void *theta)
{
    struct ob_eval e;
    p->type->eval(p, theta, NULL, &e);
}

/* Where results go that are rank 0's to use: [most] doubles. */
static size_t room_for(const struct ob_problem *p, const struct heard *h)
{
    switch (h->head.verb) {
    case SHARED_HESSIAN:
    case SHARED_GAUSS_NEWTON:
        return p->n * p->n;
    case SHARED_PREDICT:
        return p->rows * p->outputs;
    case SHARED_CONFUSION:
        return p->classes * p->classes;
    default:
        return p->n;
    }
}

static void obey(struct ob_problem *p, const struct heard *h, double *room,
                 struct ob_err *err)
{
    struct ob_eval e;
    double one;
    switch ((enum shared_verb)h->head.verb) {
    case SHARED_ACCUMULATE:
        ob_problem_accumulate(p, h->head.n);
        break;
    case SHARED_BATCH:
        ob_problem_batch(p, h->list, h->head.n, err);
        break;
    case SHARED_EVAL:
        ob_problem_eval(p, h->theta, h->head.n ? room : NULL, &e);
        break;
    case SHARED_HESSIAN:
        ob_problem_hessian(p, h->theta, room, err);
        break;
    case SHARED_HVP:
        ob_problem_hvp(p, h->theta, h->v, room, err);
        break;
    case SHARED_CURVATURE:
        ob_problem_curvature(p, h->theta, h->v, &one, err);
        break;
    case SHARED_GAUSS_NEWTON:
        ob_problem_gauss_newton(p, h->theta, room, err);
        break;
    case SHARED_GAUSS_NEWTON_PRODUCT:
        ob_problem_gauss_newton_product(p, h->theta, h->v, room, err);
        break;
    case SHARED_VALUE:
        value(p, h->theta);
        break;
    case SHARED_PREDICT:
        ob_problem_predict(p, h->theta, room, err);
        break;
    case SHARED_CONFUSION:
        ob_problem_confusion(p, h->theta, (uint64_t *)(void *)room, err);
        break;
    case SHARED_REFERENCE:
        p->type->reference_point(p, room, &one);
        break;
    case SHARED_METRIC:
        p->type->metrics[h->head.n].value(p, h->theta);
        break;
    case SHARED_END:
        break;
    }
}

void ob_problem_follow(struct ob_problem *p)
{
    struct ob_buf text = { 0 };
    struct ob_err err = { 0 };
    struct heard h = { 0 };
    double *room = NULL;
    size_t size = 0;
    do {
        p->share->hear(p->share, &text);
        take_apart(p, &text, &h);
        ob_problem_mode(p, (enum ob_mode)h.head.mode, h.head.step);
        if (room_for(p, &h) > size) {
            free(room);
            size = room_for(p, &h);
            room = ob_alloc(size, sizeof *room, &err);
            shared_done(p, room != NULL, &err);
        }
        obey(p, &h, room, &err);
    } while (h.head.verb != SHARED_END);
    free(room);
    ob_buf_finish(&text);
}

/* ---- sums in the order of the rows ---- */

bool shared_terms_begin(struct shared_terms *t, struct ob_share *share, size_t rows)
{
    *t = (struct shared_terms){ .share = share, .rows = rows };
    t->term = ob_alloc((size_t)SHARED_CHUNKS * OB_CHUNK, sizeof *t->term, NULL);
    return t->term != NULL;
}

/* Adds up the terms in hand, and goes on behind them. */
static void flush(struct shared_terms *t)
{
    const size_t most = (size_t)SHARED_CHUNKS * OB_CHUNK, left = t->rows - t->first;
    const size_t n = left < most ? left : most;
    ob_share_sum(t->share, OB_F64, n, t->term);
    for (size_t i = 0; i < n; i++)
        t->sum += t->term[i];
    memset(t->term, 0, n * sizeof *t->term);
    t->first += n;
}

void shared_terms_add(struct shared_terms *t, size_t i, double term)
{
    while (i - t->first >= (size_t)SHARED_CHUNKS * OB_CHUNK)
        flush(t);
    t->term[i - t->first] = term;
}

double shared_terms_end(struct shared_terms *t)
{
    while (t->first < t->rows)
        flush(t);
    free(t->term);
    return t->sum;
}

double shared_rows(const struct ob_problem *p, double (*term)(const void *ctx, size_t i),
                   const void *ctx)
{
    struct shared_terms terms;
    double sum = 0;
    if (!p->share) {
        for (size_t i = 0; i < p->rows; i++)
            sum += term(ctx, i);
        return sum;
    }
    shared_done(p, shared_terms_begin(&terms, p->share, p->rows), NULL);
    for (size_t i = 0; i < p->rows; i++)
        if (ob_share_owns(p->share, i / OB_CHUNK))
            shared_terms_add(&terms, i, term(ctx, i));
    return shared_terms_end(&terms);
}
