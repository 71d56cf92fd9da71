#include "optbench/model/problem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "micro.h"
#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"
#include "optbench/data/dataset.h"
#include "optbench/model/placed.h"
#include "penalty.h"
#include "shared.h"

#define X(id) extern const struct ob_problem_type ob_problem_##id;
#include "problems.def"
#undef X

enum {
#define X(id) +1
    BUILT_IN = 0
#include "problems.def"
#undef X
};

/* The built-in ones, those of plug-ins, NULL. */
static const struct ob_problem_type *types[BUILT_IN + OB_PROBLEMS_MORE + 1] = {
#define X(id) &ob_problem_##id,
#include "problems.def"
#undef X
};
static size_t type_count = BUILT_IN;

bool ob_problem_may_add(const struct ob_problem_type *t, struct ob_err *err)
{
    if (!t->name || !t->title || !t->summary || !t->reference || !t->params)
        return ob_fail(err, OB_ECONFIG,
                       "a model lacks a name, who it is, or its table of options");
    for (size_t i = 0; i < type_count; i++)
        if (strcmp(types[i]->name, t->name) == 0)
            return ob_fail(err, OB_ECONFIG, "there is a model '%s' already", t->name);
    if (!t->start || !t->eval)
        return ob_fail(err, OB_ECONFIG, "the model '%s' needs start and eval", t->name);
    return type_count < BUILT_IN + OB_PROBLEMS_MORE ||
           ob_fail(err, OB_ECONFIG, "more than %d further models", (int)OB_PROBLEMS_MORE);
}

void ob_problem_add(const struct ob_problem_type *t)
{
    OB_REQUIRE(type_count < BUILT_IN + OB_PROBLEMS_MORE);
    types[type_count++] = t;
}

const struct ob_param ob_model_params[] = {
    OB_REAL(struct ob_model_opts, l1, .min = 0, .max = INFINITY, .below_max = true,
            .help = "weight of the penalty l1 * sum |w|; the biases of linear models and "
                    "networks are left out"),
    OB_REAL(struct ob_model_opts, l2, .min = 0, .max = INFINITY, .below_max = true,
            .help =
                "weight of the penalty l2 / 2 * sum w^2; the biases of linear models and "
                "networks are left out"),
    OB_TEXTS(struct ob_model_opts, init, .fallback_text = "auto",
             .help = "auto: the published start of a function, else zeros; zeros, "
                     "constant C, normal [[MEAN] STD], uniform [[LOW] HIGH], torch (as "
                     "nn.Linear), xavier_uniform, xavier_normal, kaiming_uniform or "
                     "kaiming_normal [GAIN], or one number per parameter"),
    OB_PATH(struct ob_model_opts, init_from,
            .help = "a safetensors file (a checkpoint, or saved by torch) that has every "
                    "parameter by name and shape; instead of init and start"),
    OB_TEXTS(struct ob_model_opts, start,
             .help = "single start values laid over init, such as w0:-8 bias:2"),
    { 0 },
};

const struct ob_problem_type *const *ob_problem_types(void)
{
    return types;
}

const struct ob_problem_type *ob_problem_find(const char *name, struct ob_err *err)
{
    struct ob_suggest s;
    ob_suggest_init(&s, name);
    for (const struct ob_problem_type *const *t = types; *t; t++) {
        if (strcmp((*t)->name, name) == 0)
            return *t;
        ob_suggest_offer(&s, (*t)->name);
    }
    if (s.best)
        ob_fail(err, OB_ECONFIG, "no model is called '%s'; did you mean '%s'?", name,
                s.best);
    else
        ob_fail(err, OB_ECONFIG, "no model is called '%s'", name);
    return NULL;
}

static bool check_data(const struct ob_problem_type *type, const struct ob_dataset *data,
                       struct ob_err *err)
{
    if ((type->needs & OB_PROBLEM_NEEDS_DATA) && !data)
        return ob_fail(err, OB_ECONFIG, "a %s model needs data", type->name);
    if ((type->needs & OB_PROBLEM_NEEDS_TARGET) && !data->has_y)
        return ob_fail(err, OB_ECONFIG,
                       "a %s model needs a target column: set data.target", type->name);
    return true;
}

static bool check_share(const struct ob_problem *p, struct ob_err *err)
{
    const char *why = p->share ? ob_problem_unshared(p) : NULL;
    return !why || ob_fail(err, OB_ECONFIG,
                           "kind: a %s model cannot be shared out among processes: %s",
                           p->type->name, why);
}

struct ob_problem *ob_problem_create(const struct ob_problem_type *type, const void *opts,
                                     const struct ob_problem_common *common,
                                     const struct ob_dataset *data, struct ob_err *err)
{
    OB_REQUIRE(type->start && type->eval);
    OB_REQUIRE(common->l1 >= 0 && common->l2 >= 0);
    if (!check_data(type, data, err))
        return NULL;
    struct ob_problem *p = ob_xcalloc(1, sizeof *p);
    p->type = type;
    p->dtype = common->dtype;
    p->pool = common->pool;
    p->l1 = common->l1;
    p->l2 = common->l2;
    p->opts = ob_xcalloc(1, type->opts_size + 1);
    ob_params_copy(type->params, p->opts, opts);
    p->state = ob_xcalloc(1, type->state_size + 1);
    p->rows = data ? data->rows : 0;
    p->dropout_seed = common->dropout_seed;
    p->math =
        common->math == OB_MATH_AUTO ? OB_MATH_REPRODUCIBLE : (enum ob_math)common->math;
    p->common = common;
    p->share = common->share;
    p->apart = common->share && common->apart;
    bool done = type->start(p, data, err) && check_share(p, err);
    p->common = NULL;
    if (!done) {
        ob_problem_destroy(p);
        return NULL;
    }
    p->n = p->layout.n;
    OB_REQUIRE(p->n > 0);
    return p;
}

void ob_problem_destroy(struct ob_problem *p)
{
    if (!p)
        return;
    if (p->leads)
        shared_ask(p, &(const struct shared_call){ .verb = SHARED_END });
    ob_problem_unplace(p);
    if (p->type->finish)
        p->type->finish(p);
    ob_layout_finish(&p->layout);
    ob_params_finish(p->type->params, p->opts);
    free(p->opts);
    free(p->state);
    for (size_t i = 0; p->class_name && i < p->classes; i++)
        free(p->class_name[i]);
    free(p->class_name);
    free(p->ref_theta);
    free(p->weight);
    free(p->micro_row);
    free(p->micro_sum);
    free(p);
}

unsigned ob_problem_can(const struct ob_problem *p)
{
    const struct ob_problem_type *t = p->type;
    bool closed = (t->reference_point && (!t->has_reference || t->has_reference(p))) ||
                  (t->optima && p->l1 == 0 && p->l2 == 0);
    return (t->hessian ? OB_CAN_HESSIAN : 0u) | (t->hvp ? OB_CAN_HVP : 0u) |
           (t->curvature ? OB_CAN_CURVATURE : 0u) | (t->batch ? OB_CAN_BATCH : 0u) |
           (closed ? OB_CAN_REFERENCE : 0u) |
           (t->predict && p->outputs ? OB_CAN_PREDICT : 0u) |
           (t->confusion && p->classes ? OB_CAN_CONFUSION : 0u) |
           (t->units ? OB_CAN_UNITS : 0u) |
           (t->gauss_newton && (!t->has_gauss_newton || t->has_gauss_newton(p))
                ? OB_CAN_GAUSS_NEWTON
                : 0u);
}

void ob_problem_penalise(struct ob_problem *p, size_t offset, size_t n)
{
    if (n == 0)
        return;
    p->weight = ob_xreallocarray(p->weight, p->weights + 1, sizeof *p->weight);
    p->weight[p->weights++] = (struct ob_stretch){ offset, n };
}

void ob_problem_mode(struct ob_problem *p, enum ob_mode mode, uint64_t step)
{
    p->mode = mode;
    p->step = step;
}

bool ob_problem_batch(struct ob_problem *p, const uint32_t *row, size_t n,
                      struct ob_err *err)
{
    OB_REQUIRE(p->type->batch && (row != NULL) == (n > 0) && n <= p->rows);
    OB_REQUIRE(n == 0 || !p->apart);
    p->batched = p->batched || n > 0;
    shared_ask(p,
               &(const struct shared_call){ .verb = SHARED_BATCH, .n = n, .list = row });
    return shared_done(p, micro_batch(p, row, n, err), err);
}

/* The ends of stretch k of the weights. */
static size_t first(const struct ob_problem *p, size_t k)
{
    return p->weight[k].offset;
}

static size_t behind(const struct ob_problem *p, size_t k)
{
    return p->weight[k].offset + p->weight[k].n;
}

void ob_problem_eval(struct ob_problem *p, const void *theta, void *grad,
                     struct ob_eval *out)
{
    p->counts.function++;
    p->counts.gradient += grad != NULL;
    shared_ask(p, &(const struct shared_call){
                      .verb = SHARED_EVAL, .n = grad != NULL, .theta = theta });
    micro_eval(p, theta, grad, out);
    if (p->l1 > 0 || p->l2 > 0)
        out->loss = ob_dtype_round(p->dtype, out->loss + penalty_add(p, theta, grad));
    if (grad && p->filter)
        p->filter(p->filter_self, theta, grad);
}

void ob_problem_filter(struct ob_problem *p,
                       void (*fn)(void *self, const void *theta, void *grad), void *self)
{
    p->filter = fn;
    p->filter_self = self;
}

bool ob_problem_hessian(struct ob_problem *p, const void *theta, double *h,
                        struct ob_err *err)
{
    OB_REQUIRE(p->type->hessian);
    p->counts.hessian++;
    shared_ask(p, &(const struct shared_call){ .verb = SHARED_HESSIAN, .theta = theta });
    if (!shared_done(p, micro_matrix(p, p->type->hessian, theta, h, err), err))
        return false;
    for (size_t k = 0; k < p->weights; k++)
        for (size_t i = first(p, k); i < behind(p, k); i++)
            h[i * p->n + i] += p->l2;
    return true;
}

bool ob_problem_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
                    struct ob_err *err)
{
    OB_REQUIRE(p->type->hvp);
    p->counts.hessian_product++;
    shared_ask(p,
               &(const struct shared_call){ .verb = SHARED_HVP, .theta = theta, .v = v });
    if (!shared_done(p, micro_product(p, p->type->hvp, theta, v, out, err), err))
        return false;
    for (size_t k = 0; p->l2 > 0 && k < p->weights; k++)
        for (size_t i = first(p, k); i < behind(p, k); i++)
            ob_add(p->dtype, out, i, p->l2 * ob_at(p->dtype, v, i));
    return true;
}

bool ob_problem_curvature(struct ob_problem *p, const void *theta, const void *dir,
                          double *out, struct ob_err *err)
{
    OB_REQUIRE(p->type->curvature);
    p->counts.hessian_product++;
    shared_ask(p, &(const struct shared_call){
                      .verb = SHARED_CURVATURE, .theta = theta, .v = dir });
    if (!shared_done(p, micro_curvature(p, theta, dir, out, err), err))
        return false;
    double squares = 0;
    for (size_t k = 0; p->l2 > 0 && k < p->weights; k++)
        for (size_t i = first(p, k); i < behind(p, k); i++) {
            double d = ob_at(p->dtype, dir, i);
            squares += d * d;
        }
    *out += p->l2 * squares;
    return true;
}

/* One point a time, for types that have no faster way. */
static bool each_value(struct ob_problem *p, size_t k, const double *point, double *loss,
                       struct ob_err *err)
{
    struct ob_eval e;
    void *theta = ob_alloc(p->n, ob_dtype_size(p->dtype), err);
    for (size_t i = 0; theta && i < k; i++) {
        for (size_t j = 0; j < p->n; j++)
            ob_put(p->dtype, theta, j, point[j * k + i]);
        shared_ask(p,
                   &(const struct shared_call){ .verb = SHARED_VALUE, .theta = theta });
        p->type->eval(p, theta, NULL, &e);
        loss[i] = e.loss;
    }
    free(theta);
    return theta != NULL;
}

/* The penalties of every point, laid over the bare losses. */
static bool penalise_values(struct ob_problem *p, size_t k, const double *point,
                            double *loss, struct ob_err *err)
{
    void *theta = ob_alloc(p->n, ob_dtype_size(p->dtype), err);
    for (size_t i = 0; theta && i < k; i++) {
        for (size_t j = 0; j < p->n; j++)
            ob_put(p->dtype, theta, j, point[j * k + i]);
        loss[i] = ob_dtype_round(p->dtype, loss[i] + penalty_add(p, theta, NULL));
    }
    free(theta);
    return theta != NULL;
}

bool ob_problem_values(struct ob_problem *p, size_t k, const double *point, double *loss,
                       struct ob_err *err)
{
    const bool own = p->type->values && !p->share;
    return (own ? p->type->values : each_value)(p, k, point, loss, err) &&
           ((p->l1 == 0 && p->l2 == 0) || penalise_values(p, k, point, loss, err));
}

bool ob_problem_predict(struct ob_problem *p, const void *theta, double *out,
                        struct ob_err *err)
{
    OB_REQUIRE(ob_problem_can(p) & OB_CAN_PREDICT);
    shared_ask(p, &(const struct shared_call){ .verb = SHARED_PREDICT, .theta = theta });
    if (p->share) /* what other ranks predict is added */
        memset(out, 0, p->rows * p->outputs * sizeof *out);
    if (!shared_done(p, p->type->predict(p, theta, out, err), err))
        return false;
    ob_share_sum(p->share, OB_F64, p->rows * p->outputs, out);
    return true;
}

bool ob_problem_confusion(struct ob_problem *p, const void *theta, uint64_t *count,
                          struct ob_err *err)
{
    OB_REQUIRE(ob_problem_can(p) & OB_CAN_CONFUSION);
    shared_ask(p,
               &(const struct shared_call){ .verb = SHARED_CONFUSION, .theta = theta });
    return shared_done(p, p->type->confusion(p, theta, count, err), err);
}

bool ob_problem_units(struct ob_problem *p, const void *theta, size_t *dead,
                      struct ob_err *err)
{
    OB_REQUIRE(p->type->units);
    return p->type->units(p, theta, dead, err);
}

bool ob_problem_domain(const struct ob_problem *p, double *low, double *high)
{
    return p->type->domain && p->type->domain(p, low, high);
}

void ob_problem_trouble(struct ob_problem *p, const void *theta, struct ob_buf *out)
{
    if (p->type->trouble && !p->share)
        p->type->trouble(p, theta, out);
}

const struct ob_metric *ob_problem_metric(const struct ob_problem_type *type,
                                          const char *name)
{
    for (const struct ob_metric *m = type->metrics; m && m->name; m++)
        if (strcmp(m->name, name) == 0)
            return m;
    return NULL;
}

double ob_problem_measure(struct ob_problem *p, const struct ob_metric *m,
                          const void *theta)
{
    shared_ask(p, &(const struct shared_call){ .verb = SHARED_METRIC,
                                               .n = (size_t)(m - p->type->metrics),
                                               .theta = theta });
    return m->value(p, theta);
}

const char *ob_metric_lacks(const struct ob_metric *m, const struct ob_problem *p)
{
    return m->lacks ? m->lacks(p) : NULL;
}
