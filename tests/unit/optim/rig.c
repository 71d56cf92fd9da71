#include "rig.h"

#include <math.h>

void rig_surface(void)
{
    toy =
        (struct toy_quadratic){ .n = 2, .a = { 20, 8, 8, 4 }, .b = { 28, 12 }, .c = 20 };
}

void rig_begin(struct rig *r, enum ob_dtype dtype, const char *optimizer,
               const char *options, const char *search, const char *search_options,
               const double *theta)
{
    struct ob_err err = { 0 };
    const struct ob_optimizer_type *t = ob_optimizer_find(optimizer, &err);
    const struct ob_linesearch_type *s = search ? ob_linesearch_find(search, &err) : NULL;
    assert_true(t && (s || !search));
    void *opts = toy_opts(t->params, t->opts_size, options);
    void *more = s ? toy_opts(s->params, s->opts_size, search_options) : NULL;
    struct ob_optimizer_setup setup = {
        .type = t, .opts = opts, .search = s, .search_opts = more
    };
    *r = (struct rig){ .problem = toy_create(&toy_quadratic, dtype, "", NULL) };
    r->optimizer = ob_optimizer_create(&setup, r->problem, &err);
    if (!r->optimizer)
        fail_msg("%s", err.text);
    r->theta = toy_vec(dtype, toy.n, theta);
    assert_true(ob_vec_init(&r->grad, dtype, toy.n, &err));
    r->it = (struct ob_iterate){
        .problem = r->problem, .theta = &r->theta, .grad = &r->grad, .k = 0, .lr = 0
    };
    ob_params_finish(t->params, opts);
    free(opts);
    if (s)
        ob_params_finish(s->params, more);
    free(more);
}

void rig_finish(struct rig *r)
{
    ob_optimizer_destroy(r->optimizer);
    ob_problem_destroy(r->problem);
    ob_vec_finish(&r->theta);
    ob_vec_finish(&r->grad);
}

double rig_loss(struct rig *r)
{
    struct ob_eval e;
    ob_problem_eval(r->problem, r->theta.data, r->grad.data, &e);
    return r->it.loss = e.loss;
}

void rig_step(struct rig *r)
{
    rig_loss(r);
    r->it.k++;
    r->result = ob_optimizer_step(r->optimizer, &r->it);
}
