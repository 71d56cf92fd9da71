#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "course.h"
#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"
#include "optbench/train/fingerprint.h"
#include "trainer_priv.h"

static void fill_rules(const struct ob_trainer *t, struct ob_snapshot *out)
{
    struct ob_stop_rule all[OB_STOP_RULES];
    out->rules = ob_stop_rules(&t->stopper, all);
    for (size_t i = 0; i < out->rules; i++) {
        struct ob_snapshot_rule *rule = &out->rule[i];
        memset(rule->name, 0, sizeof rule->name);
        memcpy(rule->name, all[i].name, strnlen(all[i].name, sizeof rule->name - 1));
        rule->value = all[i].value;
        rule->target = all[i].limit;
    }
}

static void fill_knobs(const struct ob_trainer *t, struct ob_snapshot *out)
{
    struct ob_knob k;
    out->knobs = 0;
    for (size_t i = 0; out->knobs < OB_SNAPSHOT_KNOBS && ob_trainer_knob(t, i, &k); i++) {
        if (k.param->kind != OB_PARAM_REAL && k.param->kind != OB_PARAM_INTEGER &&
            k.param->kind != OB_PARAM_BOOLEAN)
            continue;
        struct ob_snapshot_knob *knob = &out->knob[out->knobs++];
        memcpy(knob->key, k.key, sizeof knob->key);
        knob->value = ob_param_number(k.param, k.opts);
        knob->min = k.param->min;
        knob->max = k.param->max;
    }
}

static void copy(char *out, size_t cap, const char *text)
{
    memset(out, 0, cap);
    memcpy(out, text, strnlen(text, cap - 1));
}

static void fill_gauges(const struct ob_trainer *t, struct ob_snapshot *out)
{
    const struct ob_optimizer *o = t->optimizer;
    out->gauges = ob_optimizer_gauges(o->type);
    for (size_t i = 0; i < out->gauges; i++) {
        const struct ob_gauge *from = &o->type->gauges[i];
        struct ob_snapshot_gauge *to = &out->gauge[i];
        copy(to->name, sizeof to->name, from->name);
        copy(to->title, sizeof to->title, from->title ? from->title : "");
        to->per_tensor = from->per_tensor;
        to->value = from->per_tensor ? NAN : o->gauge[i][0];
    }
}

/* What has been found already: to look for it is another matter. */
static void fill_reference(const struct ob_trainer *t, struct ob_snapshot *out)
{
    struct ob_problem *p = t->problem;
    out->reference_loss = out->reference_distance = NAN;
    out->has_reference = p->ref_count > 0 && t->stop != OB_STOP_DIVERGED &&
                         ob_problem_reference(p, NULL, &out->reference_loss);
    if (out->has_reference)
        out->reference_distance = ob_problem_distance(p, t->theta.data);
}

void ob_trainer_find_reference(struct ob_trainer *t)
{
    double n = (double)t->theta.n, loss;
    if (n <= 256 && (double)t->rows * n * n <= 2e8)
        ob_problem_reference(t->problem, NULL, &loss);
}

size_t ob_trainer_shown(const struct ob_trainer *t)
{
    return t->theta.n < OB_SNAPSHOT_VALUES ? t->theta.n : OB_SNAPSHOT_VALUES;
}

size_t ob_trainer_slots(const struct ob_trainer *t)
{
    size_t slots = t->optimizer->type->slots;
    return slots < OB_SNAPSHOT_SLOTS ? slots : OB_SNAPSHOT_SLOTS;
}

void ob_trainer_snapshot(struct ob_trainer *t, struct ob_snapshot *out)
{
    const struct ob_problem_counts *counts = &t->problem->counts;
    ob_course_whole(t);
    out->stop = t->stop;
    memset(out->text, 0, sizeof out->text);
    const char *text = ob_trainer_tell(t);
    memcpy(out->text, text, strnlen(text, sizeof out->text - 1));
    out->step = t->k;
    out->epoch = ob_trainer_epoch(t);
    out->epoch_steps = t->mini ? t->batches.per_epoch : t->rows > 0;
    out->batch_rows = t->mini ? t->batches.size : t->rows;
    out->loss = t->loss;
    out->batch_loss = t->sampled ? t->batch_loss : NAN;
    out->best_loss = t->best_loss;
    out->theta_delta = t->theta_delta;
    out->grad_norm = t->grad_norm;
    out->lr = t->lr;
    out->evals_function = counts->function;
    out->evals_gradient = counts->gradient;
    out->evals_hessian_product = counts->hessian_product;
    out->seconds = ob_trainer_seconds(t);
    fill_reference(t, out);
    for (size_t s = 0; s < out->slots; s++)
        copy(out->slot_name[s], sizeof out->slot_name[s],
             t->optimizer->type->slot_names[s]);
    fill_rules(t, out);
    fill_gauges(t, out);
    fill_knobs(t, out);
    ob_trainer_show_tensors(t, out);
}

/* ---- a whole tensor ---- */

/* The vector that `word` names; `change` and what does not exist give NULL. */
static const struct ob_vec *vector(const struct ob_trainer *t, const char *word)
{
    const struct ob_optimizer_type *type = t->optimizer->type;
    if (!*word)
        return &t->theta;
    if (strcmp(word, "grad") == 0)
        return &t->grad;
    for (size_t s = 0; s < type->slots; s++)
        if (strcmp(word, type->slot_names[s]) == 0)
            return &t->optimizer->slot[s];
    return NULL;
}

static bool no_vector(const struct ob_trainer *t, const char *word, struct ob_err *err)
{
    const struct ob_optimizer_type *type = t->optimizer->type;
    struct ob_buf slots = { 0 };
    for (size_t s = 0; s < type->slots; s++)
        ob_buf_addf(&slots, ", %s", type->slot_names[s]);
    ob_fail(err, OB_ECONFIG, "a tensor has no '%s'; what it has: grad, change%s", word,
            ob_buf_text(&slots));
    ob_buf_finish(&slots);
    return false;
}

bool ob_trainer_tensor(const struct ob_trainer *t, const char *what,
                       struct ob_safetensors *out, struct ob_err *err)
{
    const struct ob_layout *l = &t->problem->layout;
    const size_t length = strcspn(what, " ");
    const char *word = what + length + (what[length] == ' ');
    char name[OB_ARRAY_NAME];
    ob_course_whole(t);
    snprintf(name, sizeof name, "%.*s", (int)length, what);
    const struct ob_tensor *tensor = ob_layout_find(l, name);
    if (!tensor && strcmp(what, "confusion") == 0)
        return ob_trainer_confusion(t, out, err);
    if (!tensor)
        return ob_fail(err, OB_ECONFIG, "no tensor '%s'; the first of %zu is '%s'", name,
                       l->count, l->tensor[0].name);
    const bool change = strcmp(word, "change") == 0;
    const struct ob_vec *from = change ? &t->theta : vector(t, word);
    if (!from || !from->n)
        return no_vector(t, word, err);
    snprintf(name, sizeof name, "%.31s%s%s", word, *word ? "." : "", tensor->name);
    const struct ob_vec v = ob_trainer_part(from, tensor->offset, tensor->size);
    struct ob_array *a =
        ob_safetensors_add(out, name, ob_trainer_array_type(t), tensor->ndim,
                           tensor->shape, change ? NULL : v.data, err);
    if (a && change) {
        const struct ob_vec before =
            ob_trainer_part(&t->previous, tensor->offset, tensor->size);
        ob_kernels(v.dtype)->sub(v.n, v.data, before.data, a->data);
    }
    return a != NULL;
}

/* ---- single facts ---- */

const struct ob_columns *ob_trainer_columns(const struct ob_trainer *t)
{
    return &t->columns;
}

struct ob_trainer_data ob_trainer_data(const struct ob_trainer *t)
{
    return (struct ob_trainer_data){ .origin = t->origin,
                                     .hash = t->data_hash,
                                     .rows = t->rows,
                                     .features = t->features,
                                     .val_rows =
                                         t->val.problem ? t->val.problem->rows : 0,
                                     .test_rows = t->test ? t->test->rows : 0 };
}

struct ob_problem *ob_trainer_problem(struct ob_trainer *t)
{
    return t->problem;
}

const struct ob_vec *ob_trainer_theta(const struct ob_trainer *t)
{
    ob_course_theta(t);
    return &t->theta;
}

void ob_trainer_fingerprint(const struct ob_trainer *t, uint64_t *out)
{
    ob_course_theta(t);
    ob_fingerprint(&t->problem->layout, &t->theta, out);
}

unsigned ob_trainer_threads(const struct ob_trainer *t)
{
    return ob_pool_threads(t->pool);
}

bool ob_trainer_row_is_extra(const struct ob_trainer *t)
{
    return t->row_extra;
}

uint64_t ob_trainer_steps(const struct ob_trainer *t)
{
    return t->k;
}

enum ob_stop ob_trainer_state(const struct ob_trainer *t)
{
    return t->stop;
}

uint64_t ob_trainer_budget(const struct ob_trainer *t)
{
    int64_t most = t->stopper.opts.max_steps;
    if (most <= 0)
        return UINT64_MAX;
    return (uint64_t)most > t->k ? (uint64_t)most - t->k : 0;
}

double ob_trainer_epoch(const struct ob_trainer *t)
{
    if (t->mini)
        return (double)t->k / (double)t->batches.per_epoch;
    return t->rows ? (double)t->k : NAN;
}

const struct ob_schedule *ob_trainer_schedule(const struct ob_trainer *t)
{
    return &t->schedule;
}

double ob_trainer_base_lr(const struct ob_trainer *t)
{
    return ob_optimizer_lr(t->optimizer);
}

double ob_trainer_epoch_steps(const struct ob_trainer *t)
{
    return t->mini ? (double)t->batches.per_epoch : 1;
}

struct ob_trainer_rate ob_trainer_rate(const struct ob_trainer *t)
{
    return (struct ob_trainer_rate){ .lr = t->lr,
                                     .loss = t->loss,
                                     .batch_loss = t->sampled ? t->batch_loss : NAN };
}
