/*
 * What `optbench plugin test` asks of a plug-in is kept by every built-in optimizer and
 * every built-in problem; and a demand that is not kept is found.
 */
#include "../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/optim/rule.h"
#include "optbench/train/conform.h"

enum { ROWS = 30, FEATURES = 2 };

struct heard {
    size_t kept, broken;
    char first[256]; /* that was broken */
};

static void hear(void *ctx, const char *demand, enum ob_conform_end end, const char *why)
{
    struct heard *h = ctx;
    h->kept += end == OB_CONFORM_KEPT;
    h->broken += end == OB_CONFORM_BROKEN;
    if (end == OB_CONFORM_BROKEN && h->broken == 1)
        snprintf(h->first, sizeof h->first, "%s: %s", demand, why);
}

/* Options under which a small quadratic is fair to ask of them. */
static const struct {
    const char *name, *options;
} fair[] = {
    { "lars", "lr=1" },
    { "prodigy", "d0=0.01" },
    { "svrg", "lr=0.05" },
};

static const char *fair_options(const char *name)
{
    for (size_t i = 0; i < OB_COUNT(fair); i++)
        if (!strcmp(fair[i].name, name))
            return fair[i].options;
    return "";
}

static void optimizers_keep_every_demand(void **state)
{
    (void)state;
    for (const struct ob_optimizer_type *const *t = ob_optimizers(); *t; t++) {
        struct heard h = { 0 };
        void *opts = toy_opts((*t)->params, (*t)->opts_size, fair_options((*t)->name));
        ob_conform_optimizer(*t, opts, hear, &h);
        if (h.broken)
            fail_msg("%s: %s", (*t)->name, h.first);
        ob_params_finish((*t)->params, opts);
        free(opts);
    }
}

static double column[FEATURES][ROWS], target[ROWS];

static struct ob_dataset data(void)
{
    static const double *const x[] = { column[0], column[1] };
    struct ob_rng r;
    ob_rng_init(&r, 3, 0);
    for (size_t i = 0; i < ROWS; i++) {
        column[0][i] = 2 * ob_rng_uniform(&r) - 1;
        column[1][i] = 2 * ob_rng_uniform(&r) - 1;
        target[i] = column[0][i] + 0.5 * ob_rng_uniform(&r) > 0.2;
    }
    struct ob_dataset d = toy_dataset(ROWS, FEATURES, x, target);
    d.y_max = 1;
    return d;
}

static const struct {
    const char *name, *options;
} models[] = {
    { "linear", "" },
    { "logistic", "" },
    { "softmax", "" },
    { "mlp", "hidden=3 activation=tanh" }, /* no kink at the zeros of its start */
    { "formula", "parameters=a,b,c predict=a+b*x0+c*tanh(x1)" },
    { "function", "f=(1-x)^2+3*(y-x^2)^2" },
    { "quadratic", "A=2,1,1,3" },
};

static void problems_keep_every_demand(void **state)
{
    (void)state;
    struct ob_dataset d = data();
    for (size_t i = 0; i < OB_COUNT(models); i++) {
        const struct ob_problem_type *t = ob_problem_find(models[i].name, NULL);
        struct heard h = { 0 };
        void *opts = toy_opts(t->params, t->opts_size, models[i].options);
        bool needs = t->needs & OB_PROBLEM_NEEDS_DATA;
        ob_conform_problem(t, opts, needs ? &d : NULL, hear, &h);
        if (h.broken || h.kept < 10)
            fail_msg("%s: %zu kept; %s", t->name, h.kept, h.first);
        ob_params_finish(t->params, opts);
        free(opts);
    }
}

/* One that is typed; then with an update that climbs, and one that leaves the numbers. */
static void broken_demands_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *update, *first;
    } rules[] = {
        { "theta = theta - lr*g/norm2(g)", "" },
        { "theta = theta + lr*g", "the loss of a convex quadratic falls (float32): " },
        { "theta = theta/(t - 1)", "every step is finite (float32): " },
        { "theta = theta - q", "its options are accepted (float32): " },
    };
    for (size_t i = 0; i < OB_COUNT(rules); i++) {
        const struct ob_param *table = ob_optimizer_rule_params();
        struct ob_rule_opts texts = { 0 };
        struct heard h = { 0 };
        ob_params_reset(table, &texts);
        assert_true(
            ob_param_set(ob_param_find(table, "update"), &texts, rules[i].update, NULL));
        assert_true(ob_param_set(ob_param_find(table, "lr"), &texts, "0.05", NULL));
        bool ok = ob_conform_optimizer(ob_rule_type(&texts), &texts, hear, &h);
        assert_int_equal(ok, !*rules[i].first);
        assert_int_equal(ok, h.broken == 0);
        if (strncmp(h.first, rules[i].first, strlen(rules[i].first)) != 0)
            fail_msg("'%s': %s", rules[i].update, h.first);
        ob_params_finish(table, &texts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(optimizers_keep_every_demand),
        cmocka_unit_test(problems_keep_every_demand),
        cmocka_unit_test(broken_demands_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
