/* What the log tells of the inside of the optimizer, and of its evaluations. */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "optbench/num/reduce.h"
#include "trainer_priv.h"

static bool wants_all(const struct ob_trainer *t)
{
    return t->spec->log.internals == OB_LOG_INTERNALS_ALL;
}

/* ---- evaluations ---- */

/* One step is one evaluation unless the optimizer asks for more by itself, or SAM does.
 */
static bool may_evaluate(const struct ob_trainer *t)
{
    const struct ob_optimizer *o = t->optimizer;
    const unsigned asks =
        OB_EVALUATES | OB_NEEDS_HVP | OB_NEEDS_LEAST_SQUARES | OB_NEEDS_ROWS;
    bool found = o->search != NULL || t->spec->wrap.sam.rho > 0;
    for (size_t g = 0; g < o->groups; g++)
        found |= (o->group_type[g]->needs & asks) != 0;
    return found;
}

bool ob_trainer_add_evals(struct ob_trainer *t)
{
    struct ob_columns *c = &t->columns;
    const bool all = wants_all(t), evaluates = may_evaluate(t);
    const bool more = t->spec->log.internals != OB_LOG_INTERNALS_NO && (evaluates || all);
    c->evals = evaluates || all ? (int)ob_columns_add(c, "evals") : -1;
    c->grad_evals = more ? (int)ob_columns_add(c, "grad_evals") : -1;
    c->hvp_evals = more ? (int)ob_columns_add(c, "hvp_evals") : -1;
    c->step_evals = more ? (int)ob_columns_add(c, "step_evals") : -1;
    return true;
}

static void put_evals(const struct ob_trainer *t)
{
    const struct ob_columns *c = &t->columns;
    const struct ob_problem_counts *counts = &t->problem->counts;
    struct ob_row *row = t->row;
    if (c->evals >= 0)
        ob_row_put(row, (size_t)c->evals, (double)counts->function);
    if (c->grad_evals >= 0)
        ob_row_put(row, (size_t)c->grad_evals, (double)counts->gradient);
    if (c->hvp_evals >= 0)
        ob_row_put(row, (size_t)c->hvp_evals, (double)counts->hessian_product);
    if (c->step_evals < 0)
        return;
    row->v[c->step_evals] = NAN;
    if (t->last.k == t->k && t->k > 0)
        ob_row_put(row, (size_t)c->step_evals, (double)t->step_evals);
}

/* ---- tensors ---- */

const struct ob_vec *ob_trainer_went_by(const struct ob_trainer *t)
{
    const struct ob_vec *g = t->sampled ? &t->grad : &t->grad_before;
    return t->k > 0 && t->last.k == t->k && g->n ? g : NULL;
}

double ob_trainer_effective_step(const struct ob_trainer *t, size_t i)
{
    const struct ob_tensor *tensor = &t->problem->layout.tensor[i];
    const struct ob_vec *grad = ob_trainer_went_by(t);
    if (!grad)
        return NAN;
    const struct ob_vec theta = ob_trainer_part(&t->theta, tensor->offset, tensor->size),
                        before =
                            ob_trainer_part(&t->previous, tensor->offset, tensor->size),
                        g = ob_trainer_part(grad, tensor->offset, tensor->size);
    return ob_norm2_diff(t->pool, &theta, &before) / ob_norm2(t->pool, &g);
}

/* The kind that moves tensor i: where groups name several, a tensor has the buffers and
 * figures of its own alone. */
static const struct ob_optimizer_type *kind_of(const struct ob_trainer *t, size_t i)
{
    const struct ob_optimizer *o = t->optimizer;
    const size_t at = t->problem->layout.tensor[i].offset;
    size_t s = 0;
    while (s + 1 < o->segments && at >= o->segment[s].offset + o->segment[s].n)
        s++;
    return o->group_type[o->segment[s].group];
}

bool ob_trainer_has_slot(const struct ob_trainer *t, size_t i, size_t slot)
{
    const struct ob_optimizer *o = t->optimizer;
    const struct ob_optimizer_type *kind = kind_of(t, i);
    size_t s = 0;
    while (s < kind->slots && strcmp(kind->slot_names[s], o->type->slot_names[slot]) != 0)
        s++;
    return s < kind->slots && o->slot[slot].n > 0;
}

bool ob_trainer_has_gauge(const struct ob_trainer *t, size_t i, size_t gauge)
{
    const struct ob_gauge *whole = &t->optimizer->type->gauges[gauge];
    const struct ob_gauge *own = kind_of(t, i)->gauges;
    while (own && own->name && strcmp(own->name, whole->name) != 0)
        own++;
    return whole->per_tensor && own && own->name;
}

/* ---- columns ---- */

/* What a log may tell of tensor i, number by number: false beyond the last. */
struct figure {
    const char *name;
    double value; /* NaN = not known */
};

static bool figure(const struct ob_trainer *t, size_t i, size_t number, bool value,
                   struct figure *out)
{
    const struct ob_optimizer *o = t->optimizer;
    *out = (struct figure){ "effective_step", NAN };
    if (number-- == 0) {
        out->value = value ? ob_trainer_effective_step(t, i) : NAN;
        return true;
    }
    for (size_t s = 0; s < o->type->slots; s++) {
        if (!ob_trainer_has_slot(t, i, s) || number-- > 0)
            continue;
        out->name = o->type->slot_names[s];
        out->value = value ? ob_trainer_slot_norm(t, i, s) : NAN;
        return true;
    }
    for (size_t g = 0; g < ob_optimizer_gauges(o->type); g++) {
        if (!ob_trainer_has_gauge(t, i, g) || number-- > 0)
            continue;
        *out = (struct figure){ o->type->gauges[g].name, o->gauge[g][i] };
        return true;
    }
    return false;
}

double ob_trainer_slot_norm(const struct ob_trainer *t, size_t i, size_t slot)
{
    const struct ob_tensor *tensor = &t->problem->layout.tensor[i];
    const struct ob_vec part =
        ob_trainer_part(&t->optimizer->slot[slot], tensor->offset, tensor->size);
    return ob_norm2(t->pool, &part);
}

static bool add(struct ob_trainer *t, const char *what, const char *tensor,
                struct ob_diags *diags)
{
    char name[OB_COLUMN_NAME];
    int n = snprintf(name, sizeof name, "%s%s%s", what, tensor ? "." : "",
                     tensor ? tensor : "");
    if (n < 0 || (size_t)n >= sizeof name || ob_columns_find(&t->columns, name) >= 0)
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "log", "internals",
                                "'%s' can be no column of its own: write %s", name,
                                tensor ? "auto" : "no");
    ob_columns_add(&t->columns, name);
    return true;
}

/* The optimizer's own figures, one number a step. */
static bool add_gauges(struct ob_trainer *t, struct ob_diags *diags)
{
    const struct ob_optimizer_type *type = t->optimizer->type;
    bool ok = true;
    for (size_t g = 0; ok && g < ob_optimizer_gauges(type); g++)
        if (!type->gauges[g].per_tensor)
            ok = add(t, type->gauges[g].name, NULL, diags);
    return ok;
}

static bool add_tensors(struct ob_trainer *t, struct ob_diags *diags)
{
    const struct ob_layout *l = &t->problem->layout;
    /* Parameters and gradients come behind these. */
    const size_t room = OB_COLUMNS_MAX - t->columns.width - 2 * OB_TRAINER_PARAMS_LOGGED;
    struct figure f;
    size_t columns = 0;
    bool ok = true;
    for (size_t i = 0; i < l->count; i++)
        for (size_t k = 0; figure(t, i, k, false, &f); k++)
            columns++;
    if (columns > room)
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "log", "internals",
                                "%zu columns of %zu tensors, and a log has room for %zu: "
                                "write auto",
                                columns, l->count, room);
    for (size_t i = 0; i < l->count; i++)
        for (size_t k = 0; ok && figure(t, i, k, false, &f); k++)
            ok = add(t, f.name, l->tensor[i].name, diags);
    return ok;
}

/* Who looks at tensors wants the gradient of the last step, which a full batch
 * overwrites; of a very large model only on request. */
static bool keep_gradient(struct ob_trainer *t, struct ob_diags *diags)
{
    static const size_t most = (size_t)1 << 22;
    struct ob_err err = { 0 };
    if (t->sampled || (t->theta.n > most && !wants_all(t)))
        return true;
    return ob_vec_init(&t->grad_before, t->theta.dtype, t->theta.n, &err) ||
           ob_diags_add_err(diags, NULL, 0, &err);
}

bool ob_trainer_add_internals(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_columns *c = &t->columns;
    bool ok = keep_gradient(t, diags);
    c->internal = c->width;
    if (ok && t->spec->log.internals != OB_LOG_INTERNALS_NO)
        ok = add_gauges(t, diags);
    if (ok && wants_all(t))
        ok = add_tensors(t, diags);
    c->internals = c->width - c->internal;
    return ok;
}

/* ---- rows ---- */

static void put(struct ob_trainer *t, size_t *at, double value)
{
    t->row->v[*at] = NAN;
    if (!isnan(value))
        ob_row_put(t->row, *at, value);
    ++*at;
}

void ob_trainer_put_internals(struct ob_trainer *t)
{
    const struct ob_optimizer *o = t->optimizer;
    size_t at = t->columns.internal;
    struct figure f;
    put_evals(t);
    if (t->columns.internals == 0)
        return;
    for (size_t g = 0; g < ob_optimizer_gauges(o->type); g++)
        if (!o->type->gauges[g].per_tensor)
            put(t, &at, o->gauge[g][0]);
    for (size_t i = 0; wants_all(t) && i < t->problem->layout.count; i++)
        for (size_t k = 0; figure(t, i, k, true, &f); k++)
            put(t, &at, f.value);
    OB_REQUIRE(at == t->columns.internal + t->columns.internals);
}
