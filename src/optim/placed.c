#include "optbench/optim/placed.h"

#include <stdlib.h>
#include <string.h>

#include "element.h"
#include "mixed.h"
#include "optbench/base/mem.h"
#include "optbench/device/text.h"
#include "optbench/num/kernels.h"
#include "optbench/optim/rule.h"
#include "placed_tensors.h"

/* ---- which can be ---- */

static const char *kind_lacks(const struct ob_optimizer *own)
{
    if (own->type->step == element_step)
        return NULL;
    if (ob_rule_is(own->type))
        return NULL;
    return "its rule looks at more than one element at a time";
}

const char *ob_optimizer_unplaced(const struct ob_optimizer *o)
{
    const struct ob_optimizer *own;
    const char *why = NULL;
    if (o->search)
        return "a line search chooses the length of its steps";
    if (!o->mixed)
        return kind_lacks(o);
    for (size_t i = 0; !why && (own = optimizer_part(o, i, NULL)); i++)
        why = kind_lacks(own);
    return why;
}

/* ---- making ---- */

static void add_kind(struct ob_placed_rule *r, struct ob_optimizer *own,
                     const size_t *slot)
{
    struct placed_kind *k = &r->kind[r->kinds++];
    const bool typed = ob_rule_is(own->type);
    k->own = own;
    if (!typed)
        k->text = ((const struct element_rule *)own->type->detail)->loops.text;
    k->reals = typed ? rule_placed_reals(own) : k->text->reals;
    for (size_t s = 0; s < own->type->slots; s++)
        k->slot[s] = slot ? slot[s] : s;
    r->coefs = k->reals > r->coefs ? k->reals : r->coefs;
}

static void find_kinds(struct ob_placed_rule *r)
{
    struct ob_optimizer *own;
    const size_t *slot;
    if (!r->optimizer->mixed)
        add_kind(r, r->optimizer, NULL);
    for (size_t i = 0;
         r->optimizer->mixed && (own = optimizer_part(r->optimizer, i, &slot)); i++)
        add_kind(r, own, slot);
    r->coefs += r->coefs == 0;
    for (size_t i = 0; i < r->kinds; i++)
        if (!r->kind[i].text) {
            r->kind[i].tensor_at = r->tensors;
            r->tensors += placed_tensors_size(r, i);
        }
}

/* Room for the sums over tensors, and which piece of its kind each element is in. */
static bool make_tensors(struct ob_placed_rule *r, struct ob_err *err)
{
    const size_t n = r->optimizer->problem->n;
    if (r->tensors == 0)
        return true;
    uint32_t *which = ob_alloc(n, sizeof *which, err);
    r->which = which ? ob_device_alloc(r->device, n * sizeof *which, err) : NULL;
    r->tensor = ob_device_alloc(
        r->device, r->tensors * ob_dtype_size(r->optimizer->problem->dtype), err);
    for (size_t k = 0; r->which && k < r->kinds; k++)
        for (size_t i = 0; i < r->kind[k].own->pieces; i++) {
            const struct ob_piece *p = &r->kind[k].own->piece[i];
            for (size_t j = 0; j < p->n; j++)
                which[p->offset + j] = (uint32_t)i;
        }
    if (r->which)
        ob_device_upload(r->device, r->which, 0, which, n * sizeof *which);
    free(which);
    bool ok = r->which && r->tensor;
    for (size_t k = 0; ok && k < r->kinds; k++)
        if (!r->kind[k].text && placed_tensors_size(r, k) > 0)
            ok = (r->kind[k].tensors =
                      placed_tensors_create(r, k, r->kind[k].tensor_at, err));
    return ok;
}

bool ob_placed_rule_tensors(const struct ob_placed_rule *r)
{
    return r->tensors > 0;
}

/* Which group each element has. */
static bool upload_groups(struct ob_placed_rule *r, struct ob_err *err)
{
    const struct ob_optimizer *o = r->optimizer;
    const size_t n = o->problem->n;
    if (o->groups == 1)
        return true;
    _Static_assert(OB_OPTIMIZER_GROUPS <= 256, "a group is a byte");
    unsigned char *group = ob_alloc(n, 1, err);
    r->group = group ? ob_device_alloc(r->device, n, err) : NULL;
    for (size_t i = 0; r->group && i < o->segments; i++)
        memset(group + o->segment[i].offset, (int)o->segment[i].group, o->segment[i].n);
    if (r->group)
        ob_device_upload(r->device, r->group, 0, group, n);
    free(group);
    return r->group != NULL;
}

void ob_placed_rule_text(const struct ob_placed_rule *r, struct ob_buf *out)
{
    struct ob_buf own = { 0 };
    placed_text(r, &own);
    ob_device_text(ob_buf_text(&own), out);
    ob_buf_finish(&own);
}

struct ob_device_mem *ob_placed_rule_groups(const struct ob_placed_rule *r)
{
    return r->group;
}

bool ob_placed_rule_build(struct ob_placed_rule *r, struct ob_err *err)
{
    const char *const define[] = { r->optimizer->problem->dtype == OB_F32
                                       ? "OB_REAL_BITS=32"
                                       : "OB_REAL_BITS=64",
                                   r->sums ? "MOVE_SUMS=1" : "MOVE_SUMS=0", NULL };
    struct ob_buf text = { 0 };
    ob_placed_rule_text(r, &text);
    r->program = ob_device_build(r->device, ob_buf_text(&text), define, err);
    ob_buf_finish(&text);
    r->kernel =
        r->program ? ob_device_kernel(r->device, r->program, "element_step", err) : NULL;
    return r->kernel != NULL;
}

struct ob_placed_rule *ob_placed_rule_create(struct ob_optimizer *o, struct ob_device *d,
                                             bool sums, struct ob_err *err)
{
    OB_REQUIRE(!ob_optimizer_unplaced(o));
    struct ob_placed_rule *r = ob_xcalloc(1, sizeof *r);
    r->optimizer = o;
    r->device = d;
    r->sums = sums;
    find_kinds(r);
    if (!upload_groups(r, err) || !make_tensors(r, err)) {
        ob_placed_rule_destroy(r);
        return NULL;
    }
    return r;
}

void ob_placed_rule_destroy(struct ob_placed_rule *r)
{
    if (!r)
        return;
    for (size_t k = 0; k < r->kinds; k++)
        placed_tensors_destroy(r->device, r->kind[k].tensors);
    ob_device_free(r->device, r->tensor);
    ob_device_free(r->device, r->which);
    ob_device_free(r->device, r->group);
    ob_device_program_free(r->device, r->program);
    free(r);
}

/* ---- tables ---- */

size_t ob_placed_rule_coefs(const struct ob_placed_rule *r)
{
    return r->optimizer->groups * r->coefs;
}

size_t ob_placed_rule_words(const struct ob_placed_rule *r)
{
    return r->optimizer->groups * MOVE_WORDS;
}

/* Rounded once, as the loops of the CPU do it. */
static void put(const struct ob_placed_rule *r, size_t group, const double *coef,
                size_t n, void *to)
{
    const size_t at = group * r->coefs;
    for (size_t i = 0; i < n; i++)
        if (r->optimizer->problem->dtype == OB_F32)
            ((float *)to)[at + i] = (float)coef[i];
        else
            ((double *)to)[at + i] = coef[i];
}

static bool has_group(const struct ob_optimizer *own, size_t group)
{
    size_t i = 0;
    while (i < own->segments && own->segment[i].group != group)
        i++;
    return i < own->segments;
}

static double prepare_kind(struct ob_placed_rule *r, size_t index, uint64_t k, void *coef,
                           int32_t *word)
{
    const struct placed_kind *kind = &r->kind[index];
    struct element_ready ready[OB_OPTIMIZER_GROUPS];
    const double *typed = NULL;
    double lr = 0;
    if (kind->text)
        element_ahead(kind->own, k, ready, &lr);
    else
        typed = rule_ahead(kind->own, k, &lr);
    for (size_t g = 0; g < r->optimizer->groups; g++) {
        int32_t *w = word + g * MOVE_WORDS;
        if (!has_group(kind->own, g))
            continue;
        w[MOVE_KIND] = (int32_t)index;
        w[MOVE_FLAGS] = typed ? 0 : ready[g].flags;
        w[MOVE_USED] = (int32_t)(typed ? 0 : kind->text->used(ready[g].flags));
        put(r, g, typed ? typed + g * kind->reals : ready[g].coef, kind->reals, coef);
    }
    return lr;
}

double ob_placed_rule_prepare(struct ob_placed_rule *r, uint64_t k, void *coef,
                              int32_t *word)
{
    struct ob_optimizer *o = r->optimizer;
    double lr = 0;
    memset(coef, 0, ob_placed_rule_coefs(r) * ob_dtype_size(o->problem->dtype));
    memset(word, 0, ob_placed_rule_words(r) * sizeof *word);
    o->note[0] = '\0';
    ob_optimizer_cycle(o, k);
    for (size_t i = 0; i < r->kinds; i++) {
        if (o->mixed)
            optimizer_part_enter(o, i);
        const double own = prepare_kind(r, i, k, coef, word);
        if (o->mixed)
            optimizer_part_leave(o, i);
        lr = lr == 0 ? own : lr;
    }
    return lr;
}

/* ---- running ---- */

void ob_placed_rule_run(struct ob_placed_rule *r, const struct ob_placed_rule_call *call)
{
    const uint64_t n = r->optimizer->problem->n;
    struct ob_device_arg arg[2 + OB_OPTIMIZER_SLOTS + 8] = { OB_ARG(call->theta),
                                                             OB_ARG(call->grad) };
    size_t args = 2;
    for (size_t k = 0; k < r->kinds; k++)
        if (r->kind[k].tensors)
            placed_tensors_run(r, r->kind[k].tensors, call);
    for (size_t i = 0; i < OB_OPTIMIZER_SLOTS; i++)
        arg[args++] = (struct ob_device_arg)OB_ARG(call->slot[i]);
    arg[args++] = (struct ob_device_arg)OB_ARG(call->coef);
    arg[args++] = (struct ob_device_arg)OB_ARG(call->word);
    arg[args++] = (struct ob_device_arg)OB_ARG(r->group);
    arg[args++] = (struct ob_device_arg)OB_ARG(call->now);
    arg[args++] = (struct ob_device_arg)OB_ARG(r->sums ? call->part : NULL);
    arg[args++] = (struct ob_device_arg)OB_ARG_U64(n);
    if (r->tensors > 0) {
        arg[args++] = (struct ob_device_arg)OB_ARG(r->which);
        arg[args++] = (struct ob_device_arg)OB_ARG(r->tensor);
    }
    ob_device_launch(r->device, r->kernel, (n + OB_CHUNK - 1) / OB_CHUNK, arg, args);
}
