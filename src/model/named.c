#include "named.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "rotation.h"

#define OB_REAL_BITS 64
#include "optbench/num/real.h"

#include "optbench/num/fmath.h"

const struct ob_param named_no_params[] = { { 0 } };

/* The parameters: numbers with names of their own, or x[1] ... x[n]. */
static bool declare(struct ob_problem *p, const struct named *f, struct ob_err *err)
{
    struct named_state *s = p->state;
    const struct named_opts *o = p->opts;
    struct ob_scope *scope = &s->typed.scope;
    const double n = (double)o->dimension;
    for (const char *at = f->names; at && *at;) {
        size_t length = strcspn(at, " ");
        char *name = ob_xstrndup(at, length);
        bool ok = ob_scope_param(scope, name, (struct ob_shape){ 0, 0 }, err);
        free(name);
        if (!ok)
            return false;
        at += length + strspn(at + length, " ");
    }
    return f->names ||
           (ob_scope_param(scope, "x", (struct ob_shape){ (size_t)n, 0 }, err) &&
            ob_scope_constant(scope, "n", (struct ob_shape){ 0, 0 }, &n, err));
}

bool named_start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    struct named_state *s = p->state;
    const struct named_opts *o = p->opts;
    const struct named *f = p->type->detail;
    uint32_t root;
    (void)d;
    typed_begin(p);
    if (f->group && (size_t)o->dimension % f->group != 0)
        return ob_fail(err, OB_ECONFIG, "dimension: %s has a multiple of %zu parameters",
                       p->type->name, f->group);
    if (!declare(p, f, err) || (f->extend && !f->extend(p, err)) ||
        !typed_define(&s->typed, f->let, err) ||
        !ob_formula_parse(&s->typed.scope, f->f, &root, err))
        return false;
    typed_text(&s->typed, f->f);
    return typed_build(p, root, NULL, err);
}

void named_finish(struct ob_problem *p)
{
    struct named_state *s = p->state;
    free(s->rotation);
    typed_finish(p);
}

bool named_rotation(struct ob_problem *p, struct ob_err *err)
{
    struct named_state *s = p->state;
    const struct named_opts *o = p->opts;
    size_t n = (size_t)o->dimension;
    s->rotation = ob_xcalloc(n * n, sizeof *s->rotation);
    rotation_draw(n, (uint64_t)o->rotation, s->rotation);
    return ob_scope_constant(&s->typed.scope, "R", (struct ob_shape){ n, n }, s->rotation,
                             err);
}

bool named_weights(struct ob_problem *p, struct ob_err *err)
{
    struct named_state *s = p->state;
    const struct named_opts *o = p->opts;
    size_t n = (size_t)o->dimension;
    double *weight = ob_xcalloc(n, sizeof *weight);
    for (size_t i = 0; i < n; i++)
        weight[i] = ob_exp_f64(ob_log_f64(o->condition) * ((double)i / (double)(n - 1)));
    weight[n - 1] = o->condition;
    bool ok = ob_scope_constant(&s->typed.scope, "weight", (struct ob_shape){ n, 0 },
                                weight, err);
    free(weight);
    return ok;
}

/* ---- what is published ---- */

static void repeat(const struct pattern *from, size_t n, double *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from->x[i % from->n];
}

void named_start_point(const struct ob_problem *p, double *theta)
{
    const struct named *f = p->type->detail;
    repeat(&f->start, p->n, theta);
}

void named_formula(const struct ob_problem *p, struct ob_buf *out)
{
    const struct named *f = p->type->detail;
    ob_buf_adds(out, f->f);
    if (f->let)
        ob_buf_addf(out, " with %s", f->let);
    if (f->where)
        ob_buf_addf(out, ", %s", f->where);
}

bool named_domain(const struct ob_problem *p, double *low, double *high)
{
    const struct named *f = p->type->detail;
    repeat(&f->low, p->n, low);
    repeat(&f->high, p->n, high);
    return true;
}

size_t named_optima(const struct ob_problem *p, size_t most, double *theta, double *loss)
{
    const struct named *f = p->type->detail;
    size_t count = f->optima < most ? f->optima : most;
    for (size_t k = 0; k < count; k++)
        repeat(&f->optimum[k], p->n, theta + k * p->n);
    *loss = f->loss;
    return count;
}
