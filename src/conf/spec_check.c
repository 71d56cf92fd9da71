#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/base/suggest.h"
#include "optbench/model/init.h"
#include "optbench/model/init_rule.h"
#include "spec_priv.h"

/* Adds what a floor below said. Its text opens with the key, "horizon: ...", which tells
 * the line; without a key it is about `key`. */
static void relay(const struct ob_spec *spec, struct ob_diags *diags, const char *section,
                  const char *key, const struct ob_err *err)
{
    const char *colon = strstr(err->text, ": ");
    char *word = colon ? ob_xstrndup(err->text, (size_t)(colon - err->text)) : NULL;
    bool names_key = word && !strpbrk(word, " '");
    ob_spec_complain(spec, diags, err->code, section, names_key ? word : key, "%s",
                     names_key ? colon + 2 : err->text);
    free(word);
}

static void check_required(const struct ob_spec *spec, const char *section,
                           const struct ob_param *table, struct ob_diags *diags)
{
    const char *file;
    unsigned line;
    for (; table && table->kind; table++)
        if (table->required && !ob_spec_where(spec, section, table->name, &file, &line))
            ob_diags_add(diags, OB_ECONFIG, file, line, "%s.%s: missing: %s", section,
                         table->name, table->help);
}

static bool has_phases(const struct ob_spec *spec)
{
    return spec->schedule.type->flags & OB_SCHEDULE_PHASES;
}

static void check_all_required(const struct ob_spec *spec, struct ob_diags *diags)
{
    size_t n;
    const struct ob_section *s = ob_schema(&n);
    for (size_t i = 0; i < n; i++) {
        if (s[i].repeats || s[i].aside ||
            (!strcmp(s[i].name, "data") && !ob_spec_needs_data(spec)))
            continue;
        const struct ob_kind *kind = spec_kind(&s[i], spec);
        check_required(spec, s[i].name, s[i].params, diags);
        if (kind)
            check_required(spec, s[i].name, kind->params, diags);
    }
    for (size_t i = 0; i < spec->groups; i++) {
        char *section = ob_xasprintf("group.%s", spec->group[i].name);
        check_required(spec, section, ob_group_params, diags);
        free(section);
    }
    for (size_t i = 0; i < spec->phases && has_phases(spec); i++) {
        char *section = ob_xasprintf("phase.%s", spec->phase[i].name);
        check_required(spec, section, spec->phase[i].type->params, diags);
        free(section);
    }
}

static void check_names(const struct ob_spec *spec, struct ob_diags *diags)
{
    static const char rule[] =
        "a name is 1 to 100 letters, digits, '.', '_' or '-' and starts with none of "
        "'.' and '-'";
    if (!ob_path_is_plain(spec->experiment.name))
        ob_spec_complain(spec, diags, OB_ECONFIG, "experiment", "name", "'%s': %s",
                         spec->experiment.name, rule);
    for (size_t i = 0; i < spec->groups; i++) {
        const struct ob_group_spec *g = &spec->group[i];
        char *section = ob_xasprintf("group.%s", g->name);
        if (!ob_path_is_plain(g->name))
            ob_spec_complain(spec, diags, OB_ECONFIG, section, "match", "%s", rule);
        free(section);
    }
}

/* The nearest name of a metric of the model or of `more` (NULL-ended), or NULL. */
static const char *near_metric(const struct ob_problem_type *t, const char *const *more,
                               const char *word)
{
    struct ob_suggest s;
    ob_suggest_init(&s, word);
    for (; more && *more; more++)
        ob_suggest_offer(&s, *more);
    for (const struct ob_metric *m = t->metrics; m && m->name; m++)
        ob_suggest_offer(&s, m->name);
    return s.best;
}

/* Says that `word` is no figure that this model has. */
static void unknown_metric(const struct ob_spec *spec, struct ob_diags *diags,
                           const char *section, const char *key, const char *word,
                           const char *const *more)
{
    const struct ob_problem_type *t = spec->model.type;
    const char *near = near_metric(t, more, word);
    struct ob_buf hint = { 0 };
    if (near) {
        ob_buf_addf(&hint, "; did you mean '%s'?", near);
    } else {
        for (; more && *more; more++)
            ob_buf_addf(&hint, "%s%s", hint.len ? ", " : "; there are ", *more);
        for (const struct ob_metric *m = t->metrics; m && m->name; m++)
            ob_buf_addf(&hint, "%s%s", hint.len ? ", " : "; there are ", m->name);
    }
    ob_spec_complain(spec, diags, OB_ECONFIG, section, key,
                     "'%s' is not a figure of the model %s%s", word, t->name,
                     ob_buf_text(&hint));
    ob_buf_finish(&hint);
}

static bool in_list(const char *const *list, const char *word)
{
    while (*list && strcmp(*list, word))
        list++;
    return *list != NULL;
}

static void check_metrics(const struct ob_spec *spec, struct ob_diags *diags)
{
    const struct ob_texts *m = &spec->log.metrics;
    for (size_t i = 0; i < m->n; i++) {
        if (!ob_problem_metric(spec->model.type, m->item[i]))
            unknown_metric(spec, diags, "log", "metrics", m->item[i], NULL);
        for (size_t j = 0; j < i; j++)
            if (!strcmp(m->item[i], m->item[j]))
                ob_spec_complain(spec, diags, OB_ECONFIG, "log", "metrics",
                                 "'%s' is there twice", m->item[i]);
    }
}

/* Whether it is a figure of the validation part. True, too, after telling that there is
 * none. */
static bool is_held(const struct ob_spec *spec, const char *metric,
                    struct ob_diags *diags)
{
    if (strncmp(metric, "val_", 4) != 0 ||
        (strcmp(metric + 4, "loss") != 0 &&
         !ob_problem_metric(spec->model.type, metric + 4)))
        return false;
    if (!ob_spec_needs_data(spec) || !ob_data_has_val(&spec->data.common))
        ob_spec_complain(spec, diags, OB_ECONFIG, "stop", "target",
                         "'%s' is measured on rows that data.val or data.folds sets "
                         "aside: set one of them",
                         metric);
    return true;
}

static void check_target(const struct ob_spec *spec, struct ob_diags *diags)
{
    static const char *const always[] = { "loss", NULL };
    struct ob_target target;
    struct ob_err err;
    if (!spec->stop.target)
        return;
    if (!ob_target_parse(spec->stop.target, &target, &err))
        relay(spec, diags, "stop", "target", &err);
    else if (!in_list(always, target.metric) && !is_held(spec, target.metric, diags) &&
             !ob_problem_metric(spec->model.type, target.metric))
        unknown_metric(spec, diags, "stop", "target", target.metric, always);
}

/* Whether its parameters are called as the file says. */
static bool names_parameters(const struct ob_problem_type *t)
{
    return ob_param_find(t->params, "parameters") != NULL;
}

/* Columns that every log has, or can have; names of parameters are known to the data
 * only, so a name that ends in a digit (w0, grad.w0), or any where the
 * file names them, is left to the screen. */
static void check_charts(const struct ob_spec *spec, struct ob_diags *diags)
{
    enum { FURTHER = 2 };
    static const char *const columns[] = { "loss",
                                           "theta_delta",
                                           "grad_norm",
                                           "lr",
                                           "loss_min",
                                           "loss_max",
                                           "batch_loss",
                                           "evals",
                                           "bias",
                                           "theta_delta_max",
                                           "grad_norm_max",
                                           "grad.bias",
                                           "epoch",
                                           "lambda_max",
                                           "lr_limit",
                                           "val_loss",
                                           "accuracy",
                                           "val_accuracy",
                                           "average_loss",
                                           "average_val_loss",
                                           "average_accuracy",
                                           "average_val_accuracy",
                                           NULL };
    static const char *const scales[] = { "log", "linear", NULL };
    static const char *const own[] = { "loss", "accuracy", "theta_delta", NULL };
    size_t further = 0;
    for (size_t i = 0; i < spec->ui.charts.n; i++) {
        const char *chart = spec->ui.charts.item[i];
        size_t n = strcspn(chart, ":");
        char *name = ob_xstrndup(chart, n);
        further += !in_list(own, name);
        bool parameter = names_parameters(spec->model.type) ||
                         (n && strchr("0123456789", name[n - 1]));
        if (chart[n] && !in_list(scales, chart + n + 1))
            ob_spec_complain(spec, diags, OB_ECONFIG, "ui", "charts",
                             "'%s': a scale is log or linear", chart);
        if (!parameter && !in_list(columns, name) &&
            !ob_problem_metric(spec->model.type, name))
            unknown_metric(spec, diags, "ui", "charts", name, columns);
        free(name);
    }
    if (further > FURTHER)
        ob_spec_complain(
            spec, diags, OB_ECONFIG, "ui", "charts",
            "%zu columns: beside loss, accuracy and theta_delta two are the most",
            further);
}

/* A function has no rows, so what counts or chooses rows says nothing about it. */
static void check_rows(const struct ob_spec *spec, struct ob_diags *diags)
{
    const char *horizon = spec->schedule.common.horizon, *model = spec->model.type->name;
    if (ob_spec_needs_data(spec))
        return;
    if (spec->batch.size != 0)
        ob_spec_complain(spec, diags, OB_ECONFIG, "batch", "size",
                         "a %s model has no rows to choose from: write size = full",
                         model);
    if (spec->stop.max_epochs > 0)
        ob_spec_complain(spec, diags, OB_ECONFIG, "stop", "max_epochs",
                         "a %s model has no rows, so no epochs: use max_steps", model);
    if (spec->log.evaluate > 0)
        ob_spec_complain(spec, diags, OB_ECONFIG, "log", "evaluate",
                         "a %s model has no batches: its loss is known at every step",
                         model);
    if (horizon && strstr(horizon, "epoch"))
        ob_spec_complain(spec, diags, OB_ECONFIG, "schedule", "horizon",
                         "a %s model has no rows, so no epochs: give a number of steps",
                         model);
}

/* Whether the model has a layer of that name. */
static bool has_layer(const struct ob_spec *spec, const char *name)
{
    char each[OB_LAYER_NAME_MAX];
    for (size_t i = 0; spec->model.type->layer(spec->model.opts, i, each); i++)
        if (!strcmp(each, name))
            return true;
    return false;
}

static void unknown_layer(const struct ob_spec *spec, const char *section,
                          struct ob_diags *diags)
{
    enum { SHOWN = 12 };
    const struct ob_problem_type *t = spec->model.type;
    const char *file;
    char name[OB_LAYER_NAME_MAX];
    unsigned line;
    size_t n = 0;
    struct ob_buf list = { 0 };
    while (t->layer(spec->model.opts, n, name))
        n++;
    for (size_t i = 0; i < n; i++) {
        if (n > SHOWN && i == SHOWN - 2) {
            ob_buf_adds(&list, ", ...");
            i = n - 1;
        }
        t->layer(spec->model.opts, i, name);
        ob_buf_addf(&list, "%s%s", i ? ", " : "", name);
    }
    ob_spec_where(spec, section, "", &file, &line);
    ob_diags_add(diags, OB_ECONFIG, file, line,
                 "[%s]: the model has no such layer; there %s %s", section,
                 n == 1 ? "is" : "are", ob_buf_text(&list));
    ob_buf_finish(&list);
}

/* Whether words begin a tensor otherwise than [model] says. */
static bool begins_itself(const struct ob_texts *init)
{
    return init->n && strcmp(init->item[0], "auto") != 0;
}

/* A list in [model] leaves nothing to the rule of a layer. */
static void check_list(const struct ob_spec *spec, const char *section, const char *key,
                       const struct ob_texts *init, struct ob_diags *diags)
{
    const struct ob_texts *all = &spec->model.common.init;
    double x;
    if (begins_itself(init) && all->n &&
        ob_number_parse(all->item[0], strlen(all->item[0]), &x))
        ob_spec_complain(spec, diags, OB_ECONFIG, section, key,
                         "init of [model] has a number for every parameter: leave one "
                         "of them out");
}

static void check_layer(const struct ob_spec *spec, const struct ob_layer_opts *o,
                        const char *section, struct ob_diags *diags)
{
    struct ob_init_rule rule;
    struct ob_err err;
    if (!ob_init_rule_read("init", &o->init, &rule, &err))
        relay(spec, diags, section, "init", &err);
    if (!ob_init_rule_read("bias_init", &o->bias_init, &rule, &err))
        relay(spec, diags, section, "bias_init", &err);
    check_list(spec, section, "init", &o->init, diags);
    check_list(spec, section, "bias_init", &o->bias_init, diags);
    if (o->dropout.n > 1)
        ob_spec_complain(spec, diags, OB_ECONFIG, section, "dropout",
                         "one number for the layer, not %zu", o->dropout.n);
}

static void check_layers(const struct ob_spec *spec, struct ob_diags *diags)
{
    const char *file;
    unsigned line;
    for (size_t i = 0; i < spec->layers; i++) {
        char *section = ob_xasprintf("layer.%s", spec->layer[i].name);
        ob_spec_where(spec, section, "", &file, &line);
        if (!spec->model.type->layer)
            ob_diags_add(diags, OB_ECONFIG, file, line, "[%s]: a %s model has no layers",
                         section, spec->model.type->name);
        else if (!has_layer(spec, spec->layer[i].name))
            unknown_layer(spec, section, diags);
        else
            check_layer(spec, &spec->layer[i].opts, section, diags);
        free(section);
    }
}

static void check_math(const struct ob_spec *spec, struct ob_diags *diags)
{
    const struct ob_problem_type *t = spec->model.type;
    if (!(t->needs & OB_PROBLEM_NETWORK) &&
        spec->experiment.math != OB_MATH_REPRODUCIBLE + 1)
        ob_spec_complain(spec, diags, OB_ECONFIG, "experiment", "math",
                         "'%s' is for networks: a %s model is always reproducible",
                         ob_math_name((enum ob_math)(spec->experiment.math - 1)),
                         t->name);
}

/* "phase.NAME: key: text" is about a section of its own. */
static void check_schedule(const struct ob_spec *spec, struct ob_diags *diags)
{
    struct ob_schedule_setup setup;
    struct ob_err err;
    ob_spec_schedule(spec, &setup);
    bool good = ob_schedule_check(&setup, &err);
    free((void *)setup.phase);
    if (good)
        return;
    const size_t n = strcspn(err.text, ":");
    if (strncmp(err.text, "phase.", strlen("phase.")) != 0) {
        relay(spec, diags, "schedule", "kind", &err);
        return;
    }
    char *section = ob_xstrndup(err.text, n);
    memmove(err.text, err.text + n + 2, strlen(err.text + n + 2) + 1);
    relay(spec, diags, section, "kind", &err);
    free(section);
}

static void check_floors_below(const struct ob_spec *spec, struct ob_diags *diags)
{
    struct ob_err err;
    if (ob_spec_needs_data(spec) && !ob_split_check(&spec->data.common, &err))
        relay(spec, diags, "data", "val", &err);
    if (!ob_init_check(&spec->model.common, &err))
        relay(spec, diags, "model", "init", &err);
    if (spec->model.type->check && !spec->model.type->check(spec->model.opts, &err))
        relay(spec, diags, "model", "kind", &err);
    check_schedule(spec, diags);
    struct ob_optimizer_setup setup = {
        .type = spec->optimizer.type,
        .opts = spec->optimizer.opts,
        .search = spec->line_search.type,
        .search_opts = spec->line_search.opts,
    };
    if (!ob_optimizer_check(&setup, &err))
        relay(spec, diags, "optimizer", "kind", &err);
    for (size_t i = 0; i < spec->groups; i++) {
        char *section = ob_xasprintf("group.%s", spec->group[i].name);
        struct ob_group group = { .type = spec->group[i].type,
                                  .opts = spec->group[i].opts };
        if (!ob_optimizer_check_group(&setup, &group, &err))
            relay(spec, diags, section, "match", &err);
        free(section);
    }
}

void spec_check(struct ob_spec *spec, bool whole, struct ob_diags *diags)
{
    if (whole)
        check_all_required(spec, diags);
    check_names(spec, diags);
    check_metrics(spec, diags);
    check_target(spec, diags);
    check_charts(spec, diags);
    check_rows(spec, diags);
    check_layers(spec, diags);
    check_math(spec, diags);
    spec_check_draws(spec, diags);
    spec_check_device(spec, diags);
    spec_check_wrap(spec, diags);
    check_floors_below(spec, diags);
}
