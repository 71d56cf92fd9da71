#include <config.h>

#include "open_sweep.h"

#include <math.h>
#include <string.h>

#include "optbench/base/suggest.h"
#include "optbench/base/text.h"
#include "optbench/report/study.h"
#include "optbench/sweep/levels.h"

static const char *const usual[] = { "loss", "best_loss", "steps", "evals", "seconds" };

static bool is_usual(const char *name)
{
    for (size_t i = 0; i < OB_COUNT(usual); i++)
        if (strcmp(usual[i], name) == 0)
            return true;
    return false;
}

/* A figure that some cell has; while none has ended any name will do. */
static bool is_figure(const struct ob_cells *c, const char *name)
{
    const char *have = NULL;
    for (size_t k = 0; (have = ob_cells_figure_name(c, k)); k++)
        if (strcmp(have, name) == 0)
            return true;
    return is_usual(name) || ob_cells_figure_name(c, 0) == NULL;
}

static bool unknown_metric(const struct ob_cells *c, const char *name, int *status)
{
    struct ob_suggest near;
    const char *have = NULL;
    char safe[128];
    ob_suggest_init(&near, name);
    for (size_t i = 0; i < OB_COUNT(usual); i++)
        ob_suggest_offer(&near, usual[i]);
    for (size_t k = 0; (have = ob_cells_figure_name(c, k)); k++)
        ob_suggest_offer(&near, have);
    *status = ob_cli_unknown(&near, "; 'optbench sweep collect --csv' shows them all",
                             "--metric: no cell has a figure '%s'",
                             ob_text_safe_z(safe, sizeof safe, name));
    return false;
}

static bool judge(const struct ob_args *args, struct ob_cells *c, int *status)
{
    const char *metric = ob_args_get(args, "metric"), *goal = ob_args_get(args, "goal");
    bool max = goal && strcmp(goal, "max") == 0;
    char safe[64];
    if (goal && !max && strcmp(goal, "min") != 0) {
        *status = ob_cli_failf(OB_EUSAGE, "--goal: '%s' is neither min nor max",
                               ob_text_safe_z(safe, sizeof safe, goal));
        return false;
    }
    if (metric && !is_figure(c, metric))
        return unknown_metric(c, metric, status);
    if (!metric && !goal)
        return true;
    bool own = !metric || strcmp(metric, ob_cells_metric(c)) == 0;
    bool rises = own ? ob_cells_maximize(c) : ob_metric_rises(metric);
    ob_cells_judge(c, metric ? metric : ob_cells_sweep(c)->facts.metric,
                   goal ? max : rises);
    return true;
}

bool ob_cli_sweep_open(const struct ob_args *args, struct ob_cli_sweep *out, int *status)
{
    struct ob_err err;
    *out = (struct ob_cli_sweep){ 0 };
    if (!ob_sweep_open(&out->sweep, ob_args_operand(args, 0), &err)) {
        *status = ob_cli_fail(&err);
        return false;
    }
    out->cells = ob_cells_create(&out->sweep);
    ob_cells_look_all(out->cells);
    if (!judge(args, out->cells, status)) {
        ob_cli_sweep_close(out);
        return false;
    }
    return true;
}

void ob_cli_sweep_close(struct ob_cli_sweep *s)
{
    ob_cells_destroy(s->cells);
    ob_sweep_finish(&s->sweep);
    *s = (struct ob_cli_sweep){ 0 };
}

bool ob_cli_sweep_key(const struct ob_args *args, const char *option,
                      const char *fallback, const struct ob_plan *plan, size_t *key)
{
    const char *name = ob_args_get(args, option);
    struct ob_suggest near;
    char safe[128];
    *key = ob_levels_key(plan, name ? name : fallback);
    if (!name || *key != OB_LEVELS_NO_KEY || strcmp(name, "-") == 0)
        return true;
    ob_suggest_init(&near, name);
    for (size_t k = 0; k < plan->keys; k++)
        ob_suggest_offer(&near, plan->key[k]);
    ob_cli_unknown(&near, "; the first line of plan.csv has them all",
                   "--%s: the plan has no key '%s'", option,
                   ob_text_safe_z(safe, sizeof safe, name));
    return false;
}
