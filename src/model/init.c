#include "optbench/model/init.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/suggest.h"
#include "optbench/model/init_rule.h"

static bool read_number(const char *key, const char *word, double *out,
                        struct ob_err *err)
{
    double x;
    if (!ob_number_parse(word, strlen(word), &x) || !(x - x == 0))
        return ob_fail(err, OB_ECONFIG, "%s: '%s' is not a finite number", key, word);
    *out = x;
    return true;
}

/* `init` as read: a rule, or a list of numbers. */
struct plan {
    const struct ob_model_opts *opts;
    const struct ob_draw_setup *setup;
    bool list;
    struct ob_init_rule rule;
};

static bool read_init(const struct ob_texts *t, struct plan *plan, struct ob_err *err)
{
    double x;
    plan->list = t->n && ob_number_parse(t->item[0], strlen(t->item[0]), &x);
    if (!plan->list)
        return ob_init_rule_read("init", t, &plan->rule, err);
    for (size_t i = 0; i < t->n; i++)
        if (!read_number("init", t->item[i], &x, err))
            return false;
    return true;
}

/* Splits "name:number". */
static bool read_start(const char *item, char name[static OB_COLUMN_NAME_MAX], double *x,
                       struct ob_err *err)
{
    const char *colon = strrchr(item, ':');
    if (!colon || colon == item || (size_t)(colon - item) >= OB_COLUMN_NAME_MAX)
        return ob_fail(err, OB_ECONFIG, "start: '%s' is not of the form name:number",
                       item);
    memcpy(name, item, (size_t)(colon - item));
    name[colon - item] = '\0';
    return read_number("start", colon + 1, x, err);
}

bool ob_init_check(const struct ob_model_opts *opts, struct ob_err *err)
{
    struct plan plan = { 0 };
    char name[OB_COLUMN_NAME_MAX];
    double x;
    if (!read_init(&opts->init, &plan, err))
        return false;
    for (size_t i = 0; i < opts->start.n; i++)
        if (!read_start(opts->start.item[i], name, &x, err))
            return false;
    return true;
}

static bool is_bias(const struct ob_tensor *t)
{
    return strcmp(t->name, "bias") == 0;
}

/* torch draws the weights of a layer before its bias, wherever the file wants it. Philox
 * goes through the parameters in their order. */
static void fill_tensors(const struct ob_problem *p, const struct ob_init_rule *rule,
                         struct ob_draw *d, double *theta)
{
    bool weights_first = d->kind != OB_RNG_PHILOX;
    size_t weights = 0;
    for (size_t i = 0; i < p->layout.count; i++)
        weights += is_bias(&p->layout.tensor[i]) ? 0 : p->layout.tensor[i].size;
    for (int pass = 0; pass < 1 + weights_first; pass++)
        for (size_t i = 0; i < p->layout.count; i++) {
            const struct ob_tensor *t = &p->layout.tensor[i];
            const struct ob_init_tensor what = {
                .size = t->size,
                .fan_in = weights,
                .fan_out = 1,
                .bias = is_bias(t),
            };
            if (!weights_first || what.bias == pass)
                ob_init_fill(rule, &what, d, theta + t->offset);
        }
}

/* What the model has published, or zeros, or what the rule draws. */
static bool by_rule(const struct ob_problem *p, const struct ob_init_rule *rule,
                    struct ob_draw *d, double *theta, struct ob_err *err)
{
    if (rule->kind == OB_INIT_AUTO && p->type->start_point)
        p->type->start_point(p, theta);
    if (rule->kind == OB_INIT_AUTO)
        return true;
    if (ob_init_needs_fans(rule) && !(p->type->needs & OB_PROBLEM_NEEDS_TARGET))
        return ob_fail(err, OB_ECONFIG,
                       "init: torch, xavier and kaiming are for layers, and a %s model "
                       "has none",
                       p->type->name);
    fill_tensors(p, rule, d, theta);
    return true;
}

/* Lays one start entry over theta. */
static bool set_named(const struct ob_problem *p, const char *name, double x,
                      struct ob_vec *theta, struct ob_err *err)
{
    char column[OB_COLUMN_NAME_MAX], best[OB_COLUMN_NAME_MAX] = "";
    size_t nearest = strlen(name) / 3 + 2;
    for (size_t i = 0; i < p->n; i++) {
        ob_layout_column_name(&p->layout, i, column);
        if (strcmp(column, name) == 0) {
            ob_vec_set(theta, i, x);
            return true;
        }
        size_t distance = ob_text_distance(name, column);
        if (distance < nearest) {
            nearest = distance;
            memcpy(best, column, sizeof best);
        }
    }
    if (best[0])
        return ob_fail(err, OB_ECONFIG,
                       "start: no parameter is called '%s'; did you mean '%s'?", name,
                       best);
    return ob_fail(err, OB_ECONFIG,
                   "start: no parameter is called '%s'; the first is '%s'", name,
                   ob_layout_column_name(&p->layout, 0, column));
}

static bool by_list(const struct ob_problem *p, const struct ob_texts *list,
                    double *theta, struct ob_err *err)
{
    if (list->n != p->n)
        return ob_fail(err, OB_ECONFIG, "init: %zu numbers for %zu parameters", list->n,
                       p->n);
    for (size_t i = 0; i < p->n; i++)
        if (!read_number("init", list->item[i], &theta[i], err))
            return false;
    return true;
}

/* Where no number is given for every parameter. */
static bool by_word(const struct ob_problem *p, const struct plan *plan, double *theta,
                    struct ob_err *err)
{
    struct ob_draw d;
    if (!ob_draw_init(&d, plan->setup, err))
        return ob_fail_at(err, "init_draws");
    return p->type->init ? p->type->init(p, plan->opts, &d, theta, err)
                         : by_rule(p, &plan->rule, &d, theta, err);
}

bool ob_problem_init_theta(const struct ob_problem *p, const struct ob_model_opts *opts,
                           const struct ob_draw_setup *setup, struct ob_vec *theta,
                           struct ob_err *err)
{
    struct plan plan = { .opts = opts, .setup = setup };
    char name[OB_COLUMN_NAME_MAX];
    double x, *start = ob_alloc(p->n, sizeof *start, err);
    OB_REQUIRE(theta->n == p->n && theta->dtype == p->dtype);
    bool ok =
        start && read_init(&opts->init, &plan, err) &&
        (plan.list ? by_list(p, &opts->init, start, err) : by_word(p, &plan, start, err));
    if (ok)
        ob_vec_write(theta, 0, p->n, start);
    for (size_t i = 0; ok && i < opts->start.n; i++)
        ok = read_start(opts->start.item[i], name, &x, err) &&
             set_named(p, name, x, theta, err);
    free(start);
    return ok;
}
