#include "live_edge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"

static bool says(const struct ob_run_model *m, const char *key, const char *word)
{
    const char *value = ob_settings_find(&m->settings, key);
    return value && strcmp(value, word) == 0;
}

/* A number of the optimizer that held all along, 0 where it is not set; NAN where it was
 * changed on the way or cannot be read. */
static double steady(const struct ob_run_model *m, const char *key)
{
    const char *value = ob_settings_find(&m->settings, key);
    double v = 0;
    if (value && !ob_number_parse(value, strlen(value), &v))
        return NAN;
    for (size_t i = 0; i < m->live.knobs; i++)
        if (strcmp(m->live.knob[i].key, key) == 0 && m->live.knob[i].value != v)
            return NAN;
    return v;
}

static bool has_groups(const struct ob_run_model *m)
{
    for (size_t i = 0; i < m->settings.n; i++)
        if (strncmp(m->settings.item[i].key, "group.", 6) == 0)
            return true;
    return false;
}

void ob_live_edge_set(struct ob_live_edge *e, const struct ob_run_model *m)
{
    double momentum = steady(m, "optimizer.momentum");
    double kept = 1 - steady(m, "optimizer.dampening");
    double decay = steady(m, "optimizer.weight_decay");
    bool nesterov = says(m, "optimizer.nesterov", "yes");
    const char *name = "2/lr";
    *e = (struct ob_live_edge){ .guide = { .over = 2, .less = decay } };
    if (!(momentum >= 0 && momentum < 1 && kept > 0 && decay >= 0) || has_groups(m) ||
        says(m, "optimizer.maximize", "yes") ||
        !(says(m, "optimizer.kind", "gd") || says(m, "optimizer.kind", "sgd")))
        return;
    if (momentum > 0) {
        double lower = nesterov ? 1 + 2 * momentum : kept;
        e->guide.over = 2 * (1 + momentum) / lower;
        name = nesterov    ? "(2+2m)/(1+2m)/lr"
               : kept != 1 ? "(2+2m)/(1-d)/lr"
                           : "(2+2m)/lr";
    }
    snprintf(e->name, sizeof e->name, "%s%s", name, decay > 0 ? " - wd" : "");
    e->guide.name = e->name;
    e->on = true;
}

double ob_live_edge_at(const struct ob_live_edge *e, const struct ob_run_model *m,
                       size_t row)
{
    const struct ob_series *lr = &m->series[OB_Q_LR];
    const struct ob_trace t = { .y = lr, .guide = &e->guide };
    return e->on && row < lr->n ? ob_trace_at(&t, row) : NAN;
}
