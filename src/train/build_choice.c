#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "choice.h"
#include "course.h"
#include "optbench/base/text.h"
#include "optbench/model/placed.h"
#include "trainer_priv.h"

static enum ob_cost_kind kind_of(const struct ob_trainer *t)
{
    const struct ob_problem_type *type = t->problem->type;
    if (type->needs & OB_PROBLEM_NETWORK)
        return OB_COST_NETWORK;
    if (t->problem->rows == 0)
        return OB_COST_FUNCTION;
    return strcmp(type->name, "formula") == 0 ? OB_COST_TYPED : OB_COST_LINEAR;
}

static uint64_t steps_of(const struct ob_trainer *t)
{
    const struct ob_stop_opts *o = &t->spec->stop;
    uint64_t steps = ob_trainer_budget(t);
    const double epochs = o->max_epochs * ob_trainer_epoch_steps(t);
    return o->max_epochs > 0 && epochs < (double)steps ? (uint64_t)ceil(epochs) : steps;
}

static struct ob_choice_task task_of(const struct ob_trainer *t)
{
    const struct ob_problem *p = t->problem;
    const char *lacks = ob_problem_unplaced(p);
    return (struct ob_choice_task){
        .cost = { .kind = kind_of(t),
                  .rows = t->mini ? t->batches.size : p->rows,
                  .table = p->rows,
                  .features = t->features,
                  .parameters = p->n,
                  .tensors = p->layout.count,
                  .slots = ob_trainer_slots(t),
                  .size = ob_dtype_size(p->dtype),
                  .blas = p->math != OB_MATH_REPRODUCIBLE,
                  .threads = ob_trainer_threads(t) },
        .steps = steps_of(t),
        .hosted = ob_course_lacks(t) != NULL,
        .lacks = lacks,
        .bytes = lacks ? 0 : ob_trainer_device_bytes(t),
    };
}

double ob_trainer_step_cost(const struct ob_trainer *t)
{
    const struct ob_choice_task task = task_of(t);
    return ob_cost_cpu(&task.cost);
}

double ob_trainer_run_cost(const struct ob_trainer *t)
{
    const struct ob_choice_task task = task_of(t);
    bool limited = task.steps != UINT64_MAX;
    return limited ? ob_cost_cpu(&task.cost) * (double)task.steps : (double)NAN;
}

/* Chooses, and opens what it chose. What then goes wrong costs the GPU and not the run,
 * but where one was granted. */
bool ob_trainer_choose(struct ob_trainer *t, struct ob_diags *diags)
{
    const struct ob_choice_task task = task_of(t);
    struct ob_choice_gpus gpus = { 0 };
    struct ob_buf granted = { 0 };
    struct ob_err err = { 0 };
    bool ok = true;
    if (ob_choice_is_plain(&task, t->device_why))
        return true;
    ob_choice_look(&gpus);
    const struct ob_device_facts *f = ob_choice_best(&task, &gpus, t->device_why);
    if (f) {
        char name[32];
        snprintf(name, sizeof name, "%s:%zu", f->api, f->index);
        ok = ob_device_open(name, &t->device, &err) && ob_trainer_place(t, &err);
    }
    if (!ok) {
        ob_problem_unplace(t->problem); /* it may have come so far */
        ob_trainer_close_device(t);
        snprintf(t->device_why, sizeof t->device_why, "%.150s", err.text);
        ok = !ob_choice_granted(&granted) ||
             ob_spec_complain(t->spec, diags, OB_EDEVICE, "experiment", "device",
                              "the GPU that was granted (%s) cannot be used: %s",
                              ob_buf_text(&granted), err.text);
    }
    ob_buf_finish(&granted);
    ob_choice_gpus_finish(&gpus);
    return ok;
}

/* ---- what would be ---- */

struct sought {
    const char *name;
    struct ob_buf *out;
    bool found;
};

static void match(void *ctx, const struct ob_device_facts *f)
{
    struct sought *s = ctx;
    char name[32], first[32];
    snprintf(name, sizeof name, "%s:%zu", f->api, f->index);
    snprintf(first, sizeof first, "%s", f->index == 0 ? f->api : "");
    if (s->found || (strcmp(s->name, name) != 0 && strcmp(s->name, first) != 0))
        return;
    s->found = true;
    ob_trainer_describe(f, s->out);
}

static bool would_be_named(const char *name, struct ob_buf *out)
{
    struct sought s = { .name = name, .out = out };
    struct ob_err err = { 0 };
    char api[16];
    snprintf(api, sizeof api, "%.*s", (int)strcspn(name, ":"), name);
    if (ob_devices_each(api, match, &s, &err) && !s.found)
        ob_fail(&err, OB_EDEVICE, "there is no such device");
    if (!s.found) {
        ob_buf_addf(out, "%s, which is not here: ", name);
        ob_text_safe(out, err.text, strlen(err.text));
    }
    return s.found;
}

/* Whether a run would end for want of a GPU that was granted; then the words say it. */
static bool lacks_granted(struct ob_buf *out)
{
    struct ob_choice_gpus gpus = { 0 };
    struct ob_buf granted = { 0 };
    bool lacks = false;
    if (ob_choice_granted(&granted)) {
        ob_choice_look(&gpus);
        lacks = gpus.n == 0;
    }
    if (lacks) {
        ob_buf_adds(out, "auto: a GPU was granted (");
        ob_text_safe(out, ob_buf_text(&granted), granted.len);
        ob_buf_adds(out, "), but none can be used: ");
        ob_text_safe(out, ob_buf_text(&gpus.why), gpus.why.len);
    }
    ob_choice_gpus_finish(&gpus);
    ob_buf_finish(&granted);
    return lacks;
}

bool ob_trainer_would(const struct ob_trainer *t, struct ob_buf *out)
{
    const char *wanted = t->spec->experiment.device;
    char why[OB_CHOICE_WHY] = "";
    if (ob_spec_on_device(t->spec))
        return would_be_named(wanted, out);
    const struct ob_device_facts *f = NULL;
    struct ob_choice_gpus gpus = { 0 };
    if (strcmp(wanted, "auto") == 0) {
        const struct ob_choice_task task = task_of(t);
        if (lacks_granted(out))
            return false;
        if (!ob_choice_is_plain(&task, why)) {
            ob_choice_look(&gpus);
            f = ob_choice_best(&task, &gpus, why);
        }
    }
    if (f)
        ob_trainer_describe(f, out);
    else
        ob_buf_adds(out, "cpu");
    ob_trainer_add_why(f != NULL, why, out);
    ob_choice_gpus_finish(&gpus);
    return true;
}
