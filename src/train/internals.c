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

/* One step is one evaluation unless the optimizer asks for more by itself. */
static bool may_evaluate(const struct ob_optimizer *o)
{
    return o->search != NULL;
}

bool ob_trainer_add_evals(struct ob_trainer *t)
{
    struct ob_columns *c = &t->columns;
    const bool all = wants_all(t), evaluates = may_evaluate(t->optimizer);
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

static bool add(struct ob_trainer *t, const char *what, const struct ob_tensor *tensor,
                struct ob_diags *diags)
{
    char name[OB_COLUMN_NAME];
    int n = snprintf(name, sizeof name, "%s.%s", what, tensor->name);
    if (n < 0 || (size_t)n >= sizeof name || ob_columns_find(&t->columns, name) >= 0)
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "log", "internals",
                                "'%s' can be no column of its own: write auto", name);
    ob_columns_add(&t->columns, name);
    return true;
}

/* Of each tensor: its effective step, its buffers. */
static size_t per_tensor(const struct ob_trainer *t)
{
    size_t n = 1;
    for (unsigned s = 0; s < t->optimizer->type->slots; s++)
        n += t->optimizer->slot[s].n > 0;
    return n;
}

static bool add_tensor(struct ob_trainer *t, size_t i, struct ob_diags *diags)
{
    const struct ob_optimizer *o = t->optimizer;
    const struct ob_tensor *tensor = &t->problem->layout.tensor[i];
    bool ok = add(t, "effective_step", tensor, diags);
    for (unsigned s = 0; ok && s < o->type->slots; s++)
        if (o->slot[s].n)
            ok = add(t, o->type->slot_names[s], tensor, diags);
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
    const size_t tensors = t->problem->layout.count, each = per_tensor(t);
    /* Parameters and gradients come behind these. */
    const size_t room = OB_COLUMNS_MAX - c->width - 2 * OB_TRAINER_PARAMS_LOGGED;
    bool ok = true;
    c->internal = c->width;
    if (!keep_gradient(t, diags))
        return false;
    if (!wants_all(t))
        return true;
    if (tensors > room / each)
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "log", "internals",
                                "%zu tensors with %zu columns each: a log has room for "
                                "%zu of them; write auto",
                                tensors, each, room / each);
    for (size_t i = 0; ok && i < tensors; i++)
        ok = add_tensor(t, i, diags);
    c->internals = c->width - c->internal;
    return ok;
}

static size_t put(struct ob_trainer *t, size_t at, double value, bool known)
{
    t->row->v[at] = NAN;
    if (known)
        ob_row_put(t->row, at, value);
    return at + 1;
}

static void put_tensors(struct ob_trainer *t, size_t at)
{
    const struct ob_optimizer *o = t->optimizer;
    const struct ob_layout *l = &t->problem->layout;
    const bool stepped = ob_trainer_went_by(t) != NULL;
    for (size_t i = 0; i < l->count; i++) {
        const struct ob_tensor *tensor = &l->tensor[i];
        at = put(t, at, ob_trainer_effective_step(t, i), stepped);
        for (unsigned s = 0; s < o->type->slots; s++) {
            if (!o->slot[s].n)
                continue;
            const struct ob_vec part =
                ob_trainer_part(&o->slot[s], tensor->offset, tensor->size);
            at = put(t, at, ob_norm2(t->pool, &part), true);
        }
    }
}

void ob_trainer_put_internals(struct ob_trainer *t)
{
    const struct ob_columns *c = &t->columns;
    put_evals(t);
    if (wants_all(t))
        put_tensors(t, c->internal);
}
