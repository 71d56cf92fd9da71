#include <config.h>

#include "sweep_metric.h"

#include <stdio.h>
#include <string.h>

#include "optbench/base/suggest.h"

/* What every run has, and what it has by its target and its known minimum. */
static const char *const always[] = {
    "loss",           "best_loss",   "steps",         "evals",       "seconds",
    "grad_norm",      "theta_delta", "epochs",        "target_step", "target_evals",
    "target_seconds", "distance",    "suboptimality",
};

struct looking {
    const char *name;
    struct ob_suggest near;
    bool found;
};

static void offer(struct looking *l, const char *part, const char *name)
{
    char whole[OB_COLUMN_NAME + 16];
    snprintf(whole, sizeof whole, "%s%s", part, name);
    l->found = l->found || !strcmp(whole, l->name);
}

/* The figures of one part of the data. */
static void offer_part(struct looking *l, const char *part, const struct ob_columns *c)
{
    offer(l, part, "loss");
    for (size_t i = 0; i < c->metrics; i++)
        offer(l, part, c->name[ob_columns_metric(c, i)]);
}

/* Whether halved runs can be compared by it: rungs read the log. */
static bool is_column(const struct ob_columns *c, const char *name)
{
    static const char best[] = "best_";
    const char *bare = strncmp(name, best, strlen(best)) ? name : name + strlen(best);
    for (size_t i = 0; i < c->width; i++)
        if (!strcmp(c->name[i], name) || !strcmp(c->name[i], bare))
            return true;
    return false;
}

bool ob_cli_sweep_metric(const struct ob_sweep_facts *facts, const struct ob_trainer *t,
                         const struct ob_sweep_spec *s, struct ob_diags *diags)
{
    const struct ob_columns *c = ob_trainer_columns(t);
    const struct ob_trainer_data data = ob_trainer_data(t);
    struct looking l = { .name = facts->metric };
    ob_suggest_init(&l.near, facts->metric);
    for (size_t i = 0; i < OB_COUNT(always); i++) {
        offer(&l, "", always[i]);
        ob_suggest_offer(&l.near, always[i]);
    }
    offer_part(&l, "", c);
    for (size_t i = 0; i < c->metrics; i++)
        ob_suggest_offer(&l.near, c->name[ob_columns_metric(c, i)]);
    if (data.val_rows) {
        offer_part(&l, "val_", c);
        offer(&l, "best_val_", "loss");
        ob_suggest_offer(&l.near, "val_loss");
    }
    if (data.test_rows)
        offer_part(&l, "test_", c);
    if (!l.found && l.near.best)
        return ob_sweep_complain(s, diags, "metric",
                                 "runs of this experiment have no '%s'; did you mean "
                                 "'%s'?",
                                 l.name, l.near.best);
    if (!l.found)
        return ob_sweep_complain(s, diags, "metric",
                                 "runs of this experiment have no '%s'; loss and "
                                 "best_loss are some of what they have",
                                 l.name);
    if (facts->rules.halving != OB_HALVING_NO && !is_column(c, l.name))
        return ob_sweep_complain(s, diags, "metric",
                                 "rungs are decided from the log, which has no column "
                                 "'%s'",
                                 l.name);
    return true;
}
