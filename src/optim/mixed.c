#include "mixed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

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
    struct part *part; /* [parts], in the order of the groups, [optimizer] first */
    size_t parts;
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

/* The segments whose groups are of this kind. */
static void take_segments(struct ob_optimizer *own, const struct ob_optimizer *whole)
{
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
                                    .groups = o->groups,
                                    .schedule = o->schedule };
    p->own.state = ob_xcalloc(1, type->state_size + 1);
    take_segments(&p->own, o);
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

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct ob_mixed *m = o->mixed;
    for (size_t i = 0; i < m->parts; i++) {
        struct part *p = &m->part[i];
        for (size_t k = 0; k < p->own.type->slots; k++)
            p->own.slot[k] = o->slot[p->slot[k]]; /* lent */
        if (p->own.type->start && !p->own.type->start(&p->own, err))
            return false;
    }
    return true;
}

/* The counters of the whole are what is saved and restored. */
static void step_part(struct ob_optimizer *o, struct part *p, struct ob_iterate *it)
{
    for (size_t k = 0; k < p->counters; k++)
        p->own.counter[k] = o->counter[p->counter[k]];
    enum ob_step_result result = p->own.type->step(&p->own, it);
    OB_REQUIRE(result == OB_STEP_OK); /* kinds that can fail take the whole vector */
    for (size_t k = 0; k < p->counters; k++)
        o->counter[p->counter[k]] = p->own.counter[k];
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct ob_mixed *m = o->mixed;
    double lr = 0;
    for (size_t i = 0; i < m->parts; i++) {
        step_part(o, &m->part[i], it);
        if (lr == 0)
            lr = it->lr;
    }
    it->lr = lr;
    return OB_STEP_OK;
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
    p->own.type->explain(&p->own, &own, out);
    p->own.last_opts = NULL;
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
    m->type.start = start;
    m->type.step = step;
    m->type.explain = explain;
    o->type = &m->type;
    return true;
}

void optimizer_unmix(struct ob_optimizer *o)
{
    struct ob_mixed *m = o->mixed;
    for (size_t i = 0; m && i < m->parts; i++) {
        struct ob_optimizer *own = &m->part[i].own;
        if (own->type->finish)
            own->type->finish(own);
        free(own->segment);
        free(own->state);
    }
    if (m)
        free(m->part);
    free(m);
}
