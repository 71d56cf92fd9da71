#include <config.h>

#include "best.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "course.h"
#include "trainer_priv.h"

#define FORMAT "optbench parameters 1"

/* Figures of which more is better; of all others less is. */
static const char *const rising[] = { "accuracy", "r2" };

bool ob_best_rises(const char *name)
{
    for (size_t i = 0; i < OB_COUNT(rising); i++)
        if (strcmp(name, rising[i]) == 0)
            return true;
    return false;
}

/* The place of a metric of [log]; columns.metrics where it is none. */
static size_t metric_of(const struct ob_trainer *t, const char *name)
{
    size_t i = 0;
    while (i < t->columns.metrics && strcmp(t->metric[i]->name, name) != 0)
        i++;
    return i;
}

/* A figure of the average: accuracy behind its prefixes is one of which more is better.
 */
static bool find_mean(const struct ob_trainer *t, const char *name, struct ob_best *b)
{
    b->metric = ob_mean_find(t, name);
    if (b->metric == OB_MEAN_FIGURES)
        return false;
    const char *figure = name + strlen("average_");
    b->figure = OB_BEST_MEAN;
    b->more = ob_best_rises(strncmp(figure, "val_", 4) == 0 ? figure + 4 : figure);
    return true;
}

static bool find(struct ob_trainer *t, const char *name, struct ob_best *b)
{
    const bool val = strncmp(name, "val_", 4) == 0;
    const char *figure = val ? name + 4 : name;
    b->name = name;
    if (find_mean(t, name, b))
        return true;
    b->metric = metric_of(t, figure);
    b->more = ob_best_rises(figure);
    if (strcmp(figure, "loss") == 0)
        b->figure = val ? OB_BEST_VAL_LOSS : OB_BEST_LOSS;
    else if (b->metric < t->columns.metrics)
        b->figure = val ? OB_BEST_VAL_METRIC : OB_BEST_METRIC;
    return b->figure != OB_BEST_NONE;
}

bool ob_best_init(struct ob_trainer *t, struct ob_diags *diags)
{
    struct ob_best *b = &t->best;
    const char *name = t->spec->checkpoint.best;
    struct ob_err err = { 0 };
    *b = (struct ob_best){ .value = NAN };
    if (!name)
        name = !t->val.problem ? "none" : t->mean.on ? "average_val_loss" : "val_loss";
    if (strcmp(name, "none") == 0)
        return true;
    if (!find(t, name, b))
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "checkpoint", "best",
                                "'%s' is not measured: loss, val_loss, a metric of "
                                "[log] metrics, or that behind val_, average_ or "
                                "average_val_",
                                name);
    if (!t->val.problem && strncmp(name, "val_", 4) == 0)
        return ob_spec_complain(t->spec, diags, OB_ECONFIG, "checkpoint", "best",
                                "there is no validation part: set data.val or "
                                "data.folds");
    return ob_vec_init(&b->theta, t->theta.dtype, t->theta.n, &err) ||
           ob_diags_add_err(diags, NULL, 0, &err);
}

void ob_best_finish(struct ob_best *b)
{
    ob_vec_finish(&b->theta);
}

/* NAN where it was not measured at theta_k. */
static double figure(const struct ob_trainer *t)
{
    const struct ob_best *b = &t->best;
    switch (b->figure) {
    case OB_BEST_LOSS:
        return t->loss;
    case OB_BEST_VAL_LOSS:
        return t->val.state.now ? t->val.state.loss : NAN;
    case OB_BEST_VAL_METRIC:
        return t->val.state.now ? t->val.state.metric[b->metric] : NAN;
    case OB_BEST_METRIC:
        return t->row_made && t->row->step == t->k
                   ? t->row->v[ob_columns_metric(&t->columns, b->metric)]
                   : NAN;
    case OB_BEST_MEAN:
        return t->mean.state.k == t->k ? t->mean.state.value[b->metric] : NAN;
    case OB_BEST_NONE:
        break;
    }
    return NAN;
}

void ob_best_look(struct ob_trainer *t)
{
    struct ob_best *b = &t->best;
    if (b->figure == OB_BEST_NONE || b->rests)
        return;
    const double now = figure(t);
    if (!isfinite(now) ||
        !(isnan(b->value) || (b->more ? now > b->value : now < b->value)))
        return;
    ob_course_theta(t);
    b->value = now;
    b->step = t->k;
    b->fresh = true;
    ob_vec_copy(&b->theta, b->figure == OB_BEST_MEAN ? ob_mean_theta(t) : &t->theta);
}

void ob_trainer_rehearse(struct ob_trainer *t, bool on)
{
    t->best.rests = on;
}

bool ob_trainer_save_best(struct ob_trainer *t, struct ob_safetensors *out,
                          struct ob_err *err)
{
    struct ob_best *b = &t->best;
    if (!b->fresh)
        return true;
    if (!ob_trainer_save_vector(t, &b->theta, "", out, err))
        return false;
    ob_safetensors_note(out, "format", FORMAT);
    ob_safetensors_note_integer(out, "step", b->step);
    ob_safetensors_note(out, "best", b->name);
    ob_safetensors_note_number(out, "best.value", b->value);
    ob_trainer_save_prints(t, &b->theta, out);
    b->fresh = false;
    return true;
}
