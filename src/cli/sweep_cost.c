#include <config.h>

#include "sweep_cost.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/conf/spec.h"
#include "optbench/sweep/folder.h"
#include "optbench/train/trainer.h"

enum { SAMPLES = 4 };

#define MINUTE 60.0
#define HOUR   3600.0
#define DAY    86400.0

/* Of one cell that has a processor for itself. */
static double cost_of(const struct ob_sweep *s, size_t cell)
{
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_trainer *t = NULL;
    double cost = NAN;
    size_t n;
    char *config = ob_sweep_config_path(s), **sets = ob_plan_sets(&s->plan, cell, &n);
    const char **all = ob_xcalloc(n + 1, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = sets[i];
    all[n] = "experiment.threads=1";
    if (ob_spec_load(config, all, n + 1, &spec, &diags))
        t = ob_trainer_create_here(&spec, &diags);
    if (t)
        cost = ob_trainer_run_cost(t);
    ob_trainer_destroy(t);
    ob_spec_finish(&spec);
    ob_diags_finish(&diags);
    free(all);
    free(sets);
    free(config);
    return cost;
}

double ob_cli_sweep_cost(const struct ob_sweep *s)
{
    double sum = 0;
    size_t n = s->plan.cells < SAMPLES ? s->plan.cells : SAMPLES;
    for (size_t i = 0; i < n; i++)
        sum += cost_of(s, i * s->plan.cells / n);
    return n ? sum / (double)n : (double)NAN;
}

void ob_cli_say_seconds(char *out, size_t cap, double seconds)
{
    static const struct {
        double most, unit;
        const char *name;
    } steps[] = {
        { 1.5 * MINUTE, 1, "s" },
        { 1.5 * HOUR, MINUTE, "min" },
        { 2 * DAY, HOUR, "h" },
        { INFINITY, DAY, "days" },
    };
    size_t i = 0;
    char text[OB_NUMBER_MAX];
    while (i + 1 < OB_COUNT(steps) && !(seconds < steps[i].most))
        i++;
    ob_number_show(text, sizeof text, seconds / steps[i].unit, 2);
    snprintf(out, cap, "%s %s", text, steps[i].name);
}
