#include "mixed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "state.h"

/* One kind: its optimizer, and where its buffers and counters stand in the whole. */
struct part {
    struct ob_optimizer own;
    size_t slot[OB_OPTIMIZER_SLOTS];
    size_t counter[OB_OPTIMIZER_COUNTERS];
    size_t counters;
};

struct ob_mixed {
    struct ob_optimizer_type type; /* stands for all */
    const char *slot_name[OB_OPTIMIZER_SLOTS];
    const char *counter_name[OB_OPTIMIZER_COUNTERS + 1];
    char counter_text[OB_OPTIMIZER_COUNTERS][64];
    size_t counters;
    struct ob_gauge gauge[OB_OPTIMIZER_GAUGES + 1];
    char gauge_text[OB_OPTIMIZER_GAUGES][64];
    size_t gauges;
    struct part *part; /* [parts], in the order of the groups, [optimizer] first */
    size_t parts;
    struct ob_vec moved; /* [n] where a kind looks at the problem, else empty */
};

bool optimizer_is_mixed(const struct ob_optimizer *o)
{
    size_t g = 1;
    while (g < o->groups && o->group_type[g] == o->group_type[0])
        g++;
    return g < o->groups;
}

/* ---- making ---- */

/* The place of a buffer of that name in the whole. */
static bool place_slot(struct ob_mixed *m, const char *name, size_t *out)
{
    *out = 0;
    while (*out < m->type.slots && strcmp(m->slot_name[*out], name) != 0)
        ++*out;
    if (*out == OB_OPTIMIZER_SLOTS)
        return false;
    m->slot_name[*out] = name;
    m->type.slots += *out == m->type.slots;
    return true;
}

/* A counter is never shared: each kind counts for itself. */
static bool place_counter(struct ob_mixed *m, const char *name, const char *kind,
                          size_t *out)
{
    bool taken = false;
    *out = m->counters;
    if (*out == OB_OPTIMIZER_COUNTERS)
        return false;
    for (size_t i = 0; i < m->counters; i++)
        taken = taken || strcmp(m->counter_name[i], name) == 0;
    snprintf(m->counter_text[*out], sizeof m->counter_text[*out], "%s%s%s", name,
             taken ? "." : "", taken ? kind : "");
    m->counter_name[*out] = m->counter_text[*out];
    m->counters++;
    return true;
}

/* The gauges of a kind, as far as there is room; the kind's own name stands behind one
 * that is taken. */
static void place_gauges(struct ob_optimizer *o, struct ob_optimizer *own)
{
    struct ob_mixed *m = o->mixed;
    size_t n = ob_optimizer_gauges(own->type);
    optimizer_make_gauges(own);
    for (size_t k = 0; k < n && m->gauges < OB_OPTIMIZER_GAUGES; k++) {
        const struct ob_gauge *g = &own->type->gauges[k];
        size_t at = m->gauges++;
        bool taken = false;
        for (size_t i = 0; i < at; i++)
            taken = taken || strcmp(m->gauge[i].name, g->name) == 0;
        snprintf(m->gauge_text[at], sizeof m->gauge_text[at], "%s%s%s", g->name,
                 taken ? "_" : "", taken ? own->type->name : "");
        m->gauge[at] = (struct ob_gauge){ m->gauge_text[at], g->title, g->per_tensor };
        o->gauge[at] = own->gauge[k]; /* and owned by the whole */
    }
}

/* The segments and pieces whose groups are of this kind. */
static void take_segments(struct ob_optimizer *own, const struct ob_optimizer *whole)
{
    own->piece = ob_xcalloc(whole->pieces + 1, sizeof *own->piece);
    for (size_t i = 0; i < whole->pieces; i++)
        if (whole->group_type[whole->piece[i].group] == own->type)
            own->piece[own->pieces++] = whole->piece[i];
    own->segment = ob_xcalloc(whole->segments + 1, sizeof *own->segment);
    for (size_t i = 0; i < whole->segments; i++)
        if (whole->group_type[whole->segment[i].group] == own->type)
            own->segment[own->segments++] = whole->segment[i];
}

static bool add_part(struct ob_optimizer *o, const struct ob_optimizer_type *type,
                     struct ob_err *err)
{
    struct ob_mixed *m = o->mixed;
    struct part *p = &m->part[m->parts++];
    bool fits = true;
    p->own = (struct ob_optimizer){ .type = type,
                                    .problem = o->problem,
                                    .group_opts = o->group_opts,
                                    .group_type = o->group_type,
                                    .group_name = o->group_name,
                                    .group_lr = o->group_lr,
                                    .groups = o->groups,
                                    .seed = o->seed,
                                    .schedule = o->schedule };
    p->own.state = ob_xcalloc(1, type->state_size + 1);
    take_segments(&p->own, o);
    place_gauges(o, &p->own);
    for (size_t k = 0; fits && k < type->slots; k++)
        fits = place_slot(m, type->slot_names[k], &p->slot[k]);
    p->counters = ob_optimizer_counters(&p->own);
    for (size_t k = 0; fits && k < p->counters; k++)
        fits = place_counter(m, type->counter_names[k], type->name, &p->counter[k]);
    return fits || ob_fail(err, OB_ECONFIG,
                           "kind: the optimizers of the groups need more than %d buffers "
                           "or %d counters together; choose fewer kinds",
                           OB_OPTIMIZER_SLOTS, OB_OPTIMIZER_COUNTERS);
}

/* ---- the type that stands for all ---- */

/* What a kind keeps becomes the whole's, under the kind's name. */
static void take_arrays(struct ob_optimizer *o, struct ob_optimizer *own)
{
    for (size_t i = 0; i < own->arrays; i++) {
        struct ob_optimizer_array *a = own->array[i];
        char name[OB_OPTIMIZER_ARRAY_NAME];
        int n = snprintf(name, sizeof name, "%s.%s", own->type->name, a->name);
        OB_REQUIRE(n > 0 && (size_t)n < sizeof name);
        memcpy(a->name, name, (size_t)n + 1);
        optimizer_add_array(o, a);
    }
    free(own->array);
    own->array = NULL;
    own->arrays = 0;
}

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct ob_mixed *m = o->mixed;
    bool ok = true;
    for (size_t i = 0; ok && i < m->parts; i++) {
        struct part *p = &m->part[i];
        for (size_t k = 0; k < p->own.type->slots; k++)
            p->own.slot[k] = o->slot[p->slot[k]]; /* lent */
        ok = !p->own.type->start || p->own.type->start(&p->own, err);
        take_arrays(o, &p->own);
    }
    return ok;
}

static void average(const struct ob_optimizer *o, const struct ob_vec *theta,
                    struct ob_vec *out)
{
    for (size_t i = 0; i < o->mixed->parts; i++) {
        const struct ob_optimizer *own = &o->mixed->part[i].own;
        if (own->type->average)
            own->type->average(own, theta, out);
    }
}

struct ob_optimizer *optimizer_part(const struct ob_optimizer *o, size_t i,
                                    const size_t **slot)
{
    if (i >= o->mixed->parts)
        return NULL;
    if (slot)
        *slot = o->mixed->part[i].slot;
    return &o->mixed->part[i].own;
}

/* The counters of the whole are what is saved and restored. */
void optimizer_part_enter(struct ob_optimizer *o, size_t i)
{
    struct part *p = &o->mixed->part[i];
    for (size_t k = 0; k < p->counters; k++)
        p->own.counter[k] = o->counter[p->counter[k]];
}

void optimizer_part_leave(struct ob_optimizer *o, size_t i)
{
    struct part *p = &o->mixed->part[i];
    for (size_t k = 0; k < p->counters; k++)
        o->counter[p->counter[k]] = p->own.counter[k];
}

static enum ob_step_result step_part(struct ob_optimizer *o, size_t i,
                                     struct ob_iterate *it)
{
    struct part *p = &o->mixed->part[i];
    optimizer_part_enter(o, i);
    p->own.note[0] = '\0';
    enum ob_step_result result = p->own.type->step(&p->own, it);
    optimizer_part_leave(o, i);
    if (p->own.note[0])
        memcpy(o->note, p->own.note, sizeof o->note);
    return result;
}

/* A kind that looks at the problem is to find the parameters of all others as they were:
 * what this one has moved is set aside, and what was there is put back. */
static void set_aside(const struct part *p, struct ob_vec *theta, struct ob_vec *moved)
{
    const size_t size = ob_dtype_size(theta->dtype);
    for (size_t i = 0; i < p->own.segments; i++) {
        const struct ob_segment *s = &p->own.segment[i];
        char *a = (char *)theta->data + s->offset * size;
        char *b = (char *)moved->data + s->offset * size;
        for (size_t k = 0; k < s->n * size; k++) {
            const char was = b[k];
            b[k] = a[k];
            a[k] = was;
        }
    }
}

/* Where a kind cannot go on, those before it have moved their parameters: who called has
 * those from before the step. */
static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct ob_mixed *m = o->mixed;
    enum ob_step_result result = OB_STEP_OK;
    double lr = 0;
    if (m->moved.n)
        ob_vec_copy(&m->moved, it->theta);
    for (size_t i = 0; result == OB_STEP_OK && i < m->parts; i++) {
        result = step_part(o, i, it);
        if (m->moved.n)
            set_aside(&m->part[i], it->theta, &m->moved);
        if (lr == 0)
            lr = it->lr;
    }
    it->lr = lr;
    if (m->moved.n && result == OB_STEP_OK)
        ob_vec_copy(it->theta, &m->moved);
    return result;
}

static bool has(const struct part *p, size_t i)
{
    size_t s = 0;
    while (s < p->own.segments &&
           i - p->own.segment[s].offset >= p->own.segment[s].n) /* wraps below it */
        s++;
    return s < p->own.segments;
}

static void explain(const struct ob_optimizer *o, const struct ob_update *u,
                    struct ob_buf *out)
{
    struct part *p = o->mixed->part;
    while (!has(p, u->i))
        p++;
    struct ob_update own = *u;
    for (size_t k = 0; k < p->own.type->slots; k++)
        own.slot[k] = u->slot[p->slot[k]];
    for (size_t k = 0; k < p->counters; k++) {
        own.counter[k] = u->counter[p->counter[k]];
        p->own.counter[k] = o->counter[p->counter[k]];
    }
    p->own.last_opts = o->last_opts;
    ob_optimizer_explain(&p->own, &own, out);
    p->own.last_opts = NULL;
}

static bool looks(const struct ob_optimizer *o)
{
    const unsigned asks = OB_EVALUATES | OB_NEEDS_HVP | OB_NEEDS_ROWS;
    bool any = false;
    for (size_t g = 0; g < o->groups; g++)
        any = any || (o->group_type[g]->needs & asks);
    return any;
}

bool optimizer_mix(struct ob_optimizer *o, struct ob_err *err)
{
    struct ob_mixed *m = o->mixed = ob_xcalloc(1, sizeof *m);
    m->part = ob_xcalloc(o->groups, sizeof *m->part);
    for (size_t g = 0; g < o->groups; g++) {
        size_t known = 0;
        while (known < g && o->group_type[known] != o->group_type[g])
            known++;
        if (known == g && !add_part(o, o->group_type[g], err))
            return false;
        if (known == g && o->group_type[g]->average)
            m->type.average = average;
    }
    const struct ob_optimizer_type *first = o->group_type[0];
    m->type.name = first->name;
    m->type.title = first->title;
    m->type.summary = first->summary;
    m->type.reference = first->reference;
    m->type.needs = first->needs;
    m->type.opts_size = first->opts_size;
    m->type.params = first->params;
    m->type.slot_names = m->slot_name;
    m->type.counter_names = m->counter_name;
    m->type.gauges = m->gauge;
    m->type.start = start;
    m->type.step = step;
    m->type.explain = explain;
    o->type = &m->type;
    return !looks(o) || ob_vec_init(&m->moved, o->problem->dtype, o->problem->n, err);
}

/* Whether a gauge of a kind is one of the whole, which releases it. */
static bool belongs(const struct ob_optimizer *o, const double *gauge)
{
    size_t i = 0;
    while (i < OB_OPTIMIZER_GAUGES && o->gauge[i] != gauge)
        i++;
    return i < OB_OPTIMIZER_GAUGES;
}

void optimizer_unmix(struct ob_optimizer *o)
{
    struct ob_mixed *m = o->mixed;
    for (size_t i = 0; m && i < m->parts; i++) {
        struct ob_optimizer *own = &m->part[i].own;
        if (own->type->finish)
            own->type->finish(own);
        for (size_t k = OB_OPTIMIZER_GAUGES; k-- > 0;)
            if (!belongs(o, own->gauge[k]))
                free(own->gauge[k]);
        free(own->segment);
        free(own->piece);
        free(own->state);
    }
    if (m) {
        ob_vec_finish(&m->moved);
        free(m->part);
    }
    free(m);
}
