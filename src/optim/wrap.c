#include "optbench/optim/wrap.h"

#include <string.h>

#define X(id) extern const struct ob_wrapper_type ob_wrapper_##id;
#include "wrappers.def"
#undef X

static const struct ob_wrapper_type *const types[] = {
#define X(id) &ob_wrapper_##id,
#include "wrappers.def"
#undef X
    NULL,
};

const struct ob_wrapper_type *const *ob_wrappers(void)
{
    return types;
}

static bool begin(struct ob_wraps *w, const struct ob_wrapper_type *t, struct ob_err *err)
{
    void *opts = (char *)&w->opts + t->opts_at;
    const struct ob_problem *p = w->problem;
    if (!t->on(opts))
        return true;
    struct ob_wrapper *one = &w->at[w->n++];
    *one = (struct ob_wrapper){ .type = t, .opts = opts, .problem = w->problem };
    bool ok = !t->keeps || ob_vec_init(&one->kept, p->dtype, p->n, err);
    for (size_t i = 0; ok && i < t->work; i++)
        ok = ob_vec_init(&one->work[i], p->dtype, p->n, err);
    if (ok && t->gradient && !w->grad.n)
        ok = ob_vec_init(&w->grad, p->dtype, p->n, err);
    return ok;
}

bool ob_wraps_init(struct ob_wraps *w, const struct ob_wrap_opts *opts,
                   struct ob_problem *p, struct ob_err *err)
{
    *w = (struct ob_wraps){ .opts = *opts, .problem = p };
    for (const struct ob_wrapper_type *const *t = types; *t; t++)
        if (!begin(w, *t, err))
            return false;
    return true;
}

void ob_wraps_finish(struct ob_wraps *w)
{
    for (size_t i = 0; i < w->n; i++) {
        ob_vec_finish(&w->at[i].kept);
        for (size_t k = 0; k < OB_WRAPPER_WORK; k++)
            ob_vec_finish(&w->at[i].work[k]);
    }
    ob_vec_finish(&w->grad);
    *w = (struct ob_wraps){ 0 };
}

void ob_wraps_start(struct ob_wraps *w, struct ob_vec *theta)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->at[i].type->after)
            w->at[i].type->after(&w->at[i], theta, 0);
}

/* Evaluations that a wrapper makes itself are not for others to change. */
static void replace(void *self, const void *theta, void *grad)
{
    struct ob_wraps *w = self;
    ob_problem_filter(w->problem, NULL, NULL);
    for (size_t i = 0; i < w->n; i++)
        if (w->at[i].type->gradient)
            w->at[i].type->gradient(&w->at[i], theta, grad);
    ob_problem_filter(w->problem, replace, w);
}

struct ob_vec *ob_wraps_gradient(struct ob_wraps *w, const struct ob_vec *theta,
                                 struct ob_vec *grad)
{
    if (!w->grad.n)
        return grad;
    ob_vec_copy(&w->grad, grad);
    replace(w, theta->data, w->grad.data);
    return &w->grad;
}

void ob_wraps_release(struct ob_wraps *w)
{
    if (w->grad.n)
        ob_problem_filter(w->problem, NULL, NULL);
}

void ob_wraps_after(struct ob_wraps *w, struct ob_vec *theta, uint64_t k)
{
    ob_wraps_release(w);
    for (size_t i = 0; i < w->n; i++)
        if (w->at[i].type->after)
            w->at[i].type->after(&w->at[i], theta, k);
}

struct ob_wrapper *ob_wraps_find(struct ob_wraps *w, const char *section)
{
    for (size_t i = 0; i < w->n; i++)
        if (strcmp(w->at[i].type->name, section) == 0)
            return &w->at[i];
    return NULL;
}

const struct ob_vec *ob_wraps_average(const struct ob_wraps *w)
{
    for (size_t i = 0; i < w->n; i++)
        if (w->at[i].opts == (const void *)&w->opts.average)
            return w->at[i].count ? &w->at[i].kept : NULL;
    return NULL;
}

bool ob_wraps_set(struct ob_wraps *w, const char *section, const char *key,
                  const char *text, struct ob_err *err)
{
    struct ob_wrapper *one = ob_wraps_find(w, section);
    const struct ob_param *p = one ? ob_param_find(one->type->params, key) : NULL;
    if (!one)
        return ob_fail(err, OB_ECONFIG, "[%s] is off in this run", section);
    if (!p)
        return ob_fail(err, OB_ECONFIG, "[%s] has no option '%s'", section, key);
    if (!p->live)
        return ob_fail(err, OB_ECONFIG, "'%s' cannot change while a run is under way",
                       key);
    return ob_param_set(p, one->opts, text, err);
}
