#include <config.h>

#include "plugin_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/base/text.h"
#include "optbench/train/conform.h"

enum { ROWS = 24, FEATURES = 2 };

static void hear(void *ctx, const char *demand, enum ob_conform_end end, const char *why)
{
    static const char *const words[] = { [OB_CONFORM_KEPT] = "kept",
                                         [OB_CONFORM_BROKEN] = "BROKEN",
                                         [OB_CONFORM_IDLE] = "-" };
    char safe[512];
    (void)ctx;
    printf("  %-7s %s%s%s\n", words[end], demand, *why ? ": " : "",
           ob_text_safe_z(safe, sizeof safe, why));
}

/* Defaults, and what --set lays over them; NULL after saying what is wrong. `used` marks
 * the sets that named an option. */
static void *options(const struct ob_param *table, size_t size,
                     const struct ob_args *args, bool *used)
{
    void *opts = ob_xcalloc(1, size + 1);
    ob_params_reset(table, opts);
    for (size_t i = 0; i < ob_args_count(args, "set"); i++) {
        const char *set = ob_args_nth(args, "set", i), *eq = strchr(set, '=');
        char *key = ob_xstrndup(set, eq ? (size_t)(eq - set) : strlen(set));
        const struct ob_param *p = ob_param_find(table, key);
        struct ob_err err;
        free(key);
        if (!p || !eq)
            continue;
        used[i] = true;
        if (ob_param_set(p, opts, eq + 1, &err))
            continue;
        ob_cli_failf(OB_EUSAGE, "--set %s: %s", set, err.text);
        ob_params_finish(table, opts);
        free(opts);
        return NULL;
    }
    return opts;
}

/* Two features and a target of 0 and 1, for models that need data. */
struct sample {
    double x[FEATURES][ROWS], y[ROWS];
    struct ob_column column[FEATURES];
    struct ob_dataset data;
};

static const struct ob_dataset *sample(struct sample *s)
{
    static char names[][3] = { "x0", "x1", "y" };
    struct ob_rng rng;
    ob_rng_init(&rng, 5, 0);
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < FEATURES; j++)
            s->x[j][i] = ob_rng_uniform(&rng) * 4 - 2;
        s->y[i] = s->x[0][i] + ob_rng_uniform(&rng) > 0.5;
    }
    for (size_t j = 0; j < FEATURES; j++)
        s->column[j] = (struct ob_column){ .name = names[j], .value = s->x[j] };
    s->data = (struct ob_dataset){ .rows = ROWS,
                                   .features = FEATURES,
                                   .x = s->column,
                                   .y = { .name = names[2], .value = s->y },
                                   .y_max = 1,
                                   .has_y = true };
    return &s->data;
}

static int test_optimizer(const struct ob_optimizer_type *t, const struct ob_args *args,
                          bool *used)
{
    void *opts = options(t->params, t->opts_size, args, used);
    if (!opts)
        return 2;
    printf("optimizer %s\n", t->name);
    bool ok = ob_conform_optimizer(t, opts, hear, NULL);
    ob_params_finish(t->params, opts);
    free(opts);
    return ok ? 0 : 1;
}

static int test_problem(const struct ob_problem_type *t, const struct ob_args *args,
                        bool *used)
{
    struct sample s;
    void *opts = options(t->params, t->opts_size, args, used);
    if (!opts)
        return 2;
    bool needs = t->needs & OB_PROBLEM_NEEDS_DATA;
    printf("model %s\n", t->name);
    bool ok = ob_conform_problem(t, opts, needs ? sample(&s) : NULL, hear, NULL);
    ob_params_finish(t->params, opts);
    free(opts);
    return ok ? 0 : 1;
}

static int test_all(const struct ob_plugin *p, const struct ob_args *args, bool *used)
{
    int worst = 0;
    for (size_t i = 0; p->optimizers && p->optimizers[i]; i++) {
        int status = test_optimizer(p->optimizers[i], args, used);
        worst = status > worst ? status : worst;
    }
    for (size_t i = 0; p->problems && p->problems[i]; i++) {
        int status = test_problem(p->problems[i], args, used);
        worst = status > worst ? status : worst;
    }
    return worst;
}

int plugin_test(const struct ob_plugin *p, const struct ob_args *args)
{
    size_t sets = ob_args_count(args, "set");
    bool *used = ob_xcalloc(sets + 1, sizeof *used);
    int status = test_all(p, args, used);
    fflush(stdout);
    for (size_t i = 0; i < sets; i++)
        if (!used[i])
            status = ob_cli_failf(OB_EUSAGE, "--set %s: nothing has such an option",
                                  ob_args_nth(args, "set", i));
    free(used);
    if (status == 1)
        return ob_cli_failf(OB_EFAIL, "plug-in '%s' does not keep what it has to",
                            p->name);
    return status;
}
