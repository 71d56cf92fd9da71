#include "optbench/optim/optimizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mixed.h"
#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"
#include "searched.h"
#include "settings.h"
#include "state.h"

#define X(id) extern const struct ob_optimizer_type ob_optimizer_##id;
#include "optimizers.def"
#undef X

enum {
#define X(id) +1
    BUILT_IN = 0
#include "optimizers.def"
#undef X
};

/* The built-in ones, those of plug-ins, NULL. */
static const struct ob_optimizer_type *types[BUILT_IN + OB_OPTIMIZERS_MORE + 1] = {
#define X(id) &ob_optimizer_##id,
#include "optimizers.def"
#undef X
};
static size_t type_count = BUILT_IN;

/* Headings and types, as the list has them. */
static const struct {
    const char *heading;
    const struct ob_optimizer_type *type;
} listed[] = {
#define HEADING(text) { text, NULL },
#define X(id)         { NULL, &ob_optimizer_##id },
#include "optimizers.def"
#undef X
};

const char *ob_optimizer_heading(const struct ob_optimizer_type *type)
{
    const char *heading = NULL;
    for (size_t i = 0; i < OB_COUNT(listed); i++) {
        heading = listed[i].heading ? listed[i].heading : heading;
        if (listed[i].type == type)
            return heading;
    }
    return NULL;
}

const struct ob_optimizer_type *const *ob_optimizers(void)
{
    return types;
}

const struct ob_optimizer_type *ob_optimizer_find(const char *name, struct ob_err *err)
{
    struct ob_suggest s;
    ob_suggest_init(&s, name);
    for (const struct ob_optimizer_type *const *t = types; *t; t++) {
        if (strcmp((*t)->name, name) == 0)
            return *t;
        ob_suggest_offer(&s, (*t)->name);
    }
    if (s.best)
        ob_fail(err, OB_ECONFIG, "no optimizer is called '%s'; did you mean '%s'?", name,
                s.best);
    else
        ob_fail(err, OB_ECONFIG, "no optimizer is called '%s'", name);
    return NULL;
}

/* What others promise of their buffers, counters and gauges. */
static bool check_state(const struct ob_optimizer_type *t, struct ob_err *err)
{
    size_t counters = 0, gauges = 0;
    while (t->counter_names && t->counter_names[counters])
        counters++;
    while (t->gauges && t->gauges[gauges].name)
        gauges++;
    if (counters > OB_OPTIMIZER_COUNTERS || gauges > OB_OPTIMIZER_GAUGES)
        return ob_fail(err, OB_ECONFIG,
                       "the optimizer '%s' has more than %d counters or %d gauges",
                       t->name, (int)OB_OPTIMIZER_COUNTERS, (int)OB_OPTIMIZER_GAUGES);
    for (unsigned i = 0; i < t->slots; i++) {
        const char *name = t->slot_names[i];
        unsigned same = 0;
        while (name && strcmp(t->slot_names[same], name) != 0)
            same++;
        if (!name || same < i || !optimizer_slot_may_be(name))
            return ob_fail(err, OB_ECONFIG,
                           "the optimizer '%s' cannot call a buffer '%s': it is no name, "
                           "there twice, or that of something else in a checkpoint",
                           t->name, name ? name : "");
    }
    return true;
}

bool ob_optimizer_may_add(const struct ob_optimizer_type *t, struct ob_err *err)
{
    if (!t->name || !t->title || !t->summary || !t->reference)
        return ob_fail(err, OB_ECONFIG, "an optimizer lacks a name or who it is");
    for (size_t i = 0; i < type_count; i++)
        if (strcmp(types[i]->name, t->name) == 0)
            return ob_fail(err, OB_ECONFIG, "there is an optimizer '%s' already",
                           t->name);
    const struct ob_param *lr = ob_param_find(t->params, "lr");
    if (!lr || lr->kind != OB_PARAM_REAL)
        return ob_fail(err, OB_ECONFIG, "the optimizer '%s' has no real option lr",
                       t->name);
    if (!t->step || !(t->explain || t->equations) || t->slots > OB_OPTIMIZER_SLOTS ||
        (t->slots > 0 && !t->slot_names))
        return ob_fail(
            err, OB_ECONFIG,
            "the optimizer '%s' needs a step, equations, and names for at most "
            "%d slots",
            t->name, (int)OB_OPTIMIZER_SLOTS);
    if (!check_state(t, err))
        return false;
    return type_count < BUILT_IN + OB_OPTIMIZERS_MORE ||
           ob_fail(err, OB_ECONFIG, "more than %d further optimizers",
                   (int)OB_OPTIMIZERS_MORE);
}

void ob_optimizer_add(const struct ob_optimizer_type *t)
{
    OB_REQUIRE(type_count < BUILT_IN + OB_OPTIMIZERS_MORE);
    types[type_count++] = t;
}

static bool check_search(const struct ob_optimizer_setup *s, struct ob_err *err)
{
    const struct ob_optimizer_type *t = s->type;
    const char *why = NULL;
    if (!t->direction)
        return ob_fail(err, OB_ECONFIG,
                       "kind: a line search cannot be used with %s, which chooses the "
                       "length of its steps itself",
                       t->name);
    if (t->no_direction)
        why = t->no_direction(s->opts);
    if (why)
        return ob_fail(err, OB_ECONFIG, "kind: a line search cannot be used while %s",
                       why);
    if (s->groups > 0)
        return ob_fail(err, OB_ECONFIG,
                       "kind: a line search moves all parameters together, so there "
                       "cannot be groups");
    return true;
}

/* The kind of a group. */
static const struct ob_optimizer_type *type_of(const struct ob_optimizer_setup *s,
                                               const struct ob_group *group)
{
    return group->type ? group->type : s->type;
}

bool ob_optimizer_check_group(const struct ob_optimizer_setup *s,
                              const struct ob_group *group, struct ob_err *err)
{
    const struct ob_optimizer_type *t = type_of(s, group);
    if (t != s->type && (t->needs & OB_WHOLE_VECTOR))
        return ob_fail(err, OB_ECONFIG,
                       "kind: %s treats all parameters together, so it cannot be that of "
                       "a group",
                       t->name);
    return !t->check || t->check(group->opts, err);
}

/* Groups of different names. */
static size_t count_groups(const struct ob_optimizer_setup *s)
{
    size_t n = 0;
    for (size_t g = 0; g < s->groups; g++) {
        size_t before = 0;
        while (strcmp(s->group[before].name, s->group[g].name) != 0)
            before++;
        n += before == g;
    }
    return n;
}

bool ob_optimizer_check(const struct ob_optimizer_setup *s, struct ob_err *err)
{
    const struct ob_optimizer_type *t = s->type;
    if (t->check && !t->check(s->opts, err))
        return false;
    for (size_t g = 0; g < s->groups; g++)
        if (!ob_optimizer_check_group(s, &s->group[g], err))
            return ob_fail_at(err, "group.%s", s->group[g].name);
    if ((t->needs & OB_WHOLE_VECTOR) && s->groups > 0)
        return ob_fail(err, OB_ECONFIG,
                       "%s treats all parameters together, so there cannot be groups",
                       t->name);
    if (count_groups(s) >= OB_OPTIMIZER_GROUPS)
        return ob_fail(err, OB_ECONFIG, "more than %d groups", OB_OPTIMIZER_GROUPS - 1);
    return !optimizer_search(s) || check_search(s, err);
}

static bool check_problem(const struct ob_optimizer_setup *s, const struct ob_problem *p,
                          struct ob_err *err)
{
    const struct ob_linesearch_type *search = optimizer_search(s);
    unsigned can = ob_problem_can(p), wanted = search ? search->needs : 0;
    if ((s->type->needs & OB_NEEDS_HESSIAN) && !(can & OB_CAN_HESSIAN))
        return ob_fail(err, OB_ECONFIG, "%s needs a Hessian, and a %s model has none",
                       s->type->name, p->type->name);
    for (size_t i = 0; i <= s->groups; i++) {
        const struct ob_optimizer_type *t =
            i && s->group[i - 1].type ? s->group[i - 1].type : s->type;
        if ((t->needs & OB_NEEDS_HVP) && !(can & OB_CAN_HVP))
            return ob_fail(err, OB_ECONFIG,
                           "%s needs products with the Hessian, and a %s model has none",
                           t->name, p->type->name);
    }
    if (wanted & ~can)
        return ob_fail(err, OB_ECONFIG,
                       "the line search %s needs second derivatives, and a %s model has "
                       "none",
                       search->name, p->type->name);
    if ((s->type->needs & OB_NEEDS_HVP) && !(can & OB_CAN_HVP))
        return ob_fail(err, OB_ECONFIG,
                       "%s needs products with the Hessian, and a %s model has none",
                       s->type->name, p->type->name);
    if ((s->type->needs & OB_NEEDS_LEAST_SQUARES) && !(can & OB_CAN_GAUSS_NEWTON))
        return ob_fail(err, OB_ECONFIG,
                       "%s needs a model whose predictions are compared with a target by "
                       "a squared loss or a cross entropy (linear, logistic, softmax, "
                       "mlp, or a formula with predict and a loss by name), and this %s "
                       "model is none",
                       s->type->name, p->type->name);
    return true;
}

static void add_segment(struct ob_optimizer *o, size_t offset, size_t n, size_t group)
{
    if (n > 0)
        o->segment[o->segments++] =
            (struct ob_segment){ .offset = offset, .n = n, .group = group };
}

static int by_offset(const void *a, const void *b)
{
    size_t x = ((const struct ob_segment *)a)->offset;
    size_t y = ((const struct ob_segment *)b)->offset;
    return (x > y) - (x < y);
}

/* The group of that name, or o->groups; never [optimizer]. */
static size_t group_at(const struct ob_optimizer *o, const char *name)
{
    size_t g = 1;
    while (g < o->groups && strcmp(o->group_name[g], name) != 0)
        g++;
    return g;
}

/* Fills the gaps between the groups with segments of [optimizer], in order. A group may
 * own several stretches: they come as several entries of one name. */
static void cut_segments(struct ob_optimizer *o, const struct ob_optimizer_setup *s)
{
    struct ob_segment *own = ob_xcalloc(s->groups + 1, sizeof *own);
    for (size_t g = 0; g < s->groups; g++)
        own[g] = (struct ob_segment){ s->group[g].offset, s->group[g].n,
                                      group_at(o, s->group[g].name) };
    qsort(own, s->groups, sizeof *own, by_offset);
    o->segment = ob_xcalloc(2 * s->groups + 1, sizeof *o->segment);
    size_t at = 0;
    for (size_t g = 0; g < s->groups; g++) {
        OB_REQUIRE(own[g].offset >= at && own[g].offset + own[g].n <= o->problem->n);
        add_segment(o, at, own[g].offset - at, 0);
        add_segment(o, own[g].offset, own[g].n, own[g].group);
        at = own[g].offset + own[g].n;
    }
    add_segment(o, at, o->problem->n - at, 0);
    free(own);
}

/* Segments end where tensors do, too. */
static void cut_pieces(struct ob_optimizer *o)
{
    const struct ob_layout *l = &o->problem->layout;
    o->piece = ob_xcalloc(o->segments + l->count, sizeof *o->piece);
    for (size_t i = 0, t = 0; i < o->segments; i++) {
        size_t at = o->segment[i].offset, end = at + o->segment[i].n;
        while (at < end) {
            while (l->tensor[t].offset + l->tensor[t].size <= at)
                t++;
            size_t last = l->tensor[t].offset + l->tensor[t].size;
            size_t n = (last < end ? last : end) - at;
            o->piece[o->pieces++] = (struct ob_piece){ at, n, o->segment[i].group, t };
            at += n;
        }
    }
}

static void add_group(struct ob_optimizer *o, const struct ob_optimizer_type *type,
                      const char *name, const void *opts)
{
    size_t g = o->groups++;
    o->group_type[g] = type;
    o->group_lr[g] = ob_param_find(type->params, "lr");
    o->group_opts[g] = ob_xcalloc(1, type->opts_size + 1);
    ob_params_copy(type->params, o->group_opts[g], opts);
    memcpy(o->group_name[g], name, strlen(name) + 1);
}

/* [optimizer], then each group once, however many stretches it has. */
static void copy_options(struct ob_optimizer *o, const struct ob_optimizer_setup *s)
{
    o->group_opts = ob_xcalloc(s->groups + 1, sizeof *o->group_opts);
    o->group_name = ob_xcalloc(s->groups + 1, sizeof *o->group_name);
    o->group_type = ob_xcalloc(s->groups + 1, sizeof *o->group_type);
    o->group_lr = ob_xcalloc(s->groups + 1, sizeof *o->group_lr);
    add_group(o, s->type, "", s->opts);
    for (size_t g = 0; g < s->groups; g++)
        if (group_at(o, s->group[g].name) == o->groups)
            add_group(o, type_of(s, &s->group[g]), s->group[g].name, s->group[g].opts);
}

struct ob_optimizer *ob_optimizer_create(const struct ob_optimizer_setup *s,
                                         struct ob_problem *p, struct ob_err *err)
{
    if (!ob_optimizer_check(s, err) || !check_problem(s, p, err))
        return NULL;
    struct ob_optimizer *o = ob_xcalloc(1, sizeof *o);
    o->type = s->type;
    o->problem = p;
    ob_problem_smooth(p, s->type->needs & OB_PROXIMAL);
    o->schedule = s->schedule;
    o->seed = s->seed;
    o->search_evals = NAN;
    o->state = ob_xcalloc(1, s->type->state_size + 1);
    copy_options(o, s);
    cut_segments(o, s);
    cut_pieces(o);
    bool ok = optimizer_init_search(o, s, err) &&
              (!optimizer_is_mixed(o) || optimizer_mix(o, err));
    OB_REQUIRE((o->type->step || o->type->direction) &&
               (o->type->explain || o->type->equations) &&
               o->type->slots <= OB_OPTIMIZER_SLOTS);
    if (!o->mixed)
        optimizer_make_gauges(o);
    for (unsigned i = 0; ok && i < o->type->slots; i++)
        ok = ob_vec_init(&o->slot[i], p->dtype, p->n, err);
    if (!ok || (o->type->start && !o->type->start(o, err))) {
        ob_optimizer_destroy(o);
        return NULL;
    }
    return o;
}

void ob_optimizer_destroy(struct ob_optimizer *o)
{
    if (!o)
        return;
    if (o->type->finish)
        o->type->finish(o);
    optimizer_unmix(o);
    for (size_t i = 0; i < OB_OPTIMIZER_SLOTS; i++)
        ob_vec_finish(&o->slot[i]);
    for (size_t i = 0; i < o->arrays; i++) {
        ob_vec_finish(&o->array[i]->vec);
        free(o->array[i]);
    }
    for (size_t i = 0; i < OB_OPTIMIZER_GAUGES; i++)
        free(o->gauge[i]);
    free(o->array);
    free(o->piece);
    optimizer_finish_search(o);
    optimizer_forget(o);
    for (size_t g = 0; g < o->groups; g++) {
        ob_params_finish(o->group_type[g]->params, o->group_opts[g]);
        free(o->group_opts[g]);
    }
    free(o->group_opts);
    free(o->group_name);
    free(o->group_type);
    free(o->group_lr);
    free(o->segment);
    free(o->state);
    free(o);
}

size_t ob_optimizer_counters(const struct ob_optimizer *o)
{
    size_t n = 0;
    while (o->type->counter_names && o->type->counter_names[n])
        n++;
    OB_REQUIRE(n <= OB_OPTIMIZER_COUNTERS);
    return n;
}

double ob_optimizer_lr(const struct ob_optimizer *o)
{
    return ob_param_number(o->group_lr[0], o->group_opts[0]);
}

enum ob_step_result ob_optimizer_step(struct ob_optimizer *o, struct ob_iterate *it)
{
    o->note[0] = '\0';
    if (o->last_opts)
        optimizer_forget(o);
    ob_optimizer_cycle(o, it->k);
    if (o->search)
        return optimizer_searched_step(o, it);
    return o->type->step ? o->type->step(o, it) : optimizer_directed_step(o, it);
}
