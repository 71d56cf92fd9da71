#include <config.h>

#include "choice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"

/* ---- which there are ---- */

static void see(void *ctx, const struct ob_device_facts *f)
{
    struct ob_choice_gpus *gpus = ctx;
    struct ob_buf why = { 0 };
    const bool suits = f->gpu && ob_device_suits(f, &why);
    ob_buf_finish(&why);
    if (!suits)
        return;
    gpus->item = ob_xreallocarray(gpus->item, gpus->n + 1, sizeof *gpus->item);
    gpus->item[gpus->n++] = *f;
}

void ob_choice_look(struct ob_choice_gpus *gpus)
{
    *gpus = (struct ob_choice_gpus){ 0 };
    for (size_t i = 0; ob_device_api(i); i++) {
        const size_t before = gpus->n;
        struct ob_err err;
        bool any = ob_devices_each(ob_device_api(i), see, gpus, &err);
        if (any && gpus->n > before)
            continue;
        ob_buf_addf(&gpus->why, "%s%s: %s", gpus->why.len ? "; " : "", ob_device_api(i),
                    any ? "no GPU that can be used" : err.text);
    }
}

void ob_choice_gpus_finish(struct ob_choice_gpus *gpus)
{
    free(gpus->item);
    ob_buf_finish(&gpus->why);
    *gpus = (struct ob_choice_gpus){ 0 };
}

/* ---- the choice ---- */

static void say_small(const struct ob_cost *c, char why[static OB_CHOICE_WHY])
{
    char rows[40], parameters[40];
    ob_count_show(rows, sizeof rows, (double)c->rows);
    ob_count_show(parameters, sizeof parameters, (double)c->parameters);
    if (c->kind == OB_COST_FUNCTION)
        snprintf(why, OB_CHOICE_WHY,
                 "a function of %s parameter%s is too small for a GPU", parameters,
                 c->parameters == 1 ? "" : "s");
    else if (c->kind == OB_COST_NETWORK)
        snprintf(why, OB_CHOICE_WHY,
                 "%s row%s in a network of %s parameters are too small for a GPU", rows,
                 c->rows == 1 ? "" : "s", parameters);
    else
        snprintf(why, OB_CHOICE_WHY, "%zux%zu is too small for a GPU", c->rows,
                 c->parameters);
}

/* Seconds of the whole run, its start on a GPU included. */
static double whole(const struct ob_choice_task *task, const struct ob_device_facts *f)
{
    return ob_cost_start(&task->cost) +
           (double)task->steps * ob_cost_gpu(&task->cost, f, task->hosted);
}

bool ob_choice_is_plain(const struct ob_choice_task *task, char why[static OB_CHOICE_WHY])
{
    const double step = ob_cost_cpu(&task->cost), run = step * (double)task->steps;
    char seconds[OB_NUMBER_MAX], steps[40];
    if (step <= ob_cost_gpu(&task->cost, NULL, task->hosted)) {
        say_small(&task->cost, why);
        return true;
    }
    if (task->lacks) {
        snprintf(why, OB_CHOICE_WHY, "not for a GPU: %s", task->lacks);
        return true;
    }
    if (run <= whole(task, NULL)) {
        ob_count_show(steps, sizeof steps, (double)task->steps);
        ob_number_show(seconds, sizeof seconds, run, 2);
        snprintf(why, OB_CHOICE_WHY,
                 "%s step%s take about %s s, no longer than a GPU needs to start", steps,
                 task->steps == 1 ? "" : "s", seconds);
        return true;
    }
    return false;
}

/* The one with the shortest run of those with room enough. */
static const struct ob_device_facts *fastest(const struct ob_choice_task *task,
                                             const struct ob_choice_gpus *gpus)
{
    const struct ob_device_facts *best = NULL;
    for (size_t i = 0; i < gpus->n; i++) {
        const struct ob_device_facts *f = &gpus->item[i];
        if (f->memory && task->bytes > f->memory)
            continue;
        if (!best || whole(task, f) < whole(task, best))
            best = f;
    }
    return best;
}

static void say_full(const struct ob_choice_task *task, const struct ob_device_facts *f,
                     char why[static OB_CHOICE_WHY])
{
    char need[32], has[32];
    ob_bytes_show(need, task->bytes);
    ob_bytes_show(has, f->memory);
    snprintf(why, OB_CHOICE_WHY, "it needs %s of a GPU's memory, %s:%zu has %s", need,
             f->api, f->index, has);
}

const struct ob_device_facts *ob_choice_best(const struct ob_choice_task *task,
                                             const struct ob_choice_gpus *gpus,
                                             char why[static OB_CHOICE_WHY])
{
    const double cpu = ob_cost_cpu(&task->cost) * (double)task->steps;
    const struct ob_device_facts *best = fastest(task, gpus);
    char times[OB_NUMBER_MAX];
    if (gpus->n == 0) {
        snprintf(why, OB_CHOICE_WHY, "no GPU was found");
        return NULL;
    }
    if (!best) {
        say_full(task, &gpus->item[0], why);
        return NULL;
    }
    const double gain = cpu / whole(task, best);
    ob_number_show(times, sizeof times, gain > 1 ? gain : 1 / gain, 2);
    snprintf(why, OB_CHOICE_WHY, "%s:%zu would take about %s times as long", best->api,
             best->index, times);
    if (gain <= 1)
        return NULL;
    snprintf(why, OB_CHOICE_WHY, "by the model about %s times as fast as the processor",
             times);
    return best;
}

/* ---- what a scheduler has granted ---- */

bool ob_choice_granted(struct ob_buf *out)
{
    static const char *const variable[] = { "SLURM_JOB_GPUS", "CUDA_VISIBLE_DEVICES" };
    for (size_t i = 0; i < OB_COUNT(variable); i++) {
        const char *value = getenv(variable[i]);
        if (!value || !*value || !strcmp(value, "-1") || !strcmp(value, "NoDevFiles"))
            continue;
        ob_buf_addf(out, "%s=%s", variable[i], value);
        return true;
    }
    return false;
}
