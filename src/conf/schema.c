#include <config.h>

#include "optbench/conf/schema.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/conf/spec.h"
#include "optbench/conf/sweep.h"
#include "spec_priv.h"

/* The registries differ in the type of their entries only; each becomes one list of
 * struct ob_kind. */
#define COLLECT(function, tag, registry)                                                 \
    static struct ob_kind *function(size_t *n)                                           \
    {                                                                                    \
        const struct tag *const *list = registry();                                      \
        for (*n = 0; list[*n];)                                                          \
            ++*n;                                                                        \
        struct ob_kind *out = ob_xcalloc(*n, sizeof *out);                               \
        for (size_t i = 0; i < *n; i++)                                                  \
            out[i] = (struct ob_kind){                                                   \
                .name = list[i]->name,                                                   \
                .title = list[i]->title,                                                 \
                .summary = list[i]->summary,                                             \
                .reference = list[i]->reference,                                         \
                .params = list[i]->params,                                               \
                .opts_size = list[i]->opts_size,                                         \
                .type = list[i],                                                         \
            };                                                                           \
        return out;                                                                      \
    }
COLLECT(collect_sources, ob_source_type, ob_sources)
COLLECT(collect_models, ob_problem_type, ob_problem_types)
COLLECT(list_optimizers, ob_optimizer_type, ob_optimizers)
COLLECT(collect_linesearches, ob_linesearch_type, ob_linesearches)
COLLECT(collect_schedules, ob_schedule_type, ob_schedules)
#undef COLLECT

static struct ob_kind *collect_optimizers(size_t *n)
{
    struct ob_kind *out = list_optimizers(n);
    for (size_t i = 0; i < *n; i++) {
        const struct ob_optimizer_type *type = out[i].type;
        out[i].equations = type->equations;
        out[i].heading = ob_optimizer_heading(type);
    }
    return out;
}

enum { SOURCES, MODELS, OPTIMIZERS, LINESEARCHES, SCHEDULES, FAMILIES };

static const struct {
    const char *name, *key, *fallback, *help;
    struct ob_kind *(*collect)(size_t *n);
} plan[FAMILIES] = {
    [SOURCES] = { "sources", "source", "csv", "where the data come from",
                  collect_sources },
    [MODELS] = { "models", "kind", "linear", "which model is fitted", collect_models },
    [OPTIMIZERS] = { "optimizers", "kind", "sgd", "which rule makes the steps",
                     collect_optimizers },
    [LINESEARCHES] = { "linesearches", "kind", "none",
                       "what finds the length of a step in place of lr",
                       collect_linesearches },
    [SCHEDULES] = { "schedules", "kind", "constant",
                    "how the learning rate changes with the step", collect_schedules },
};

static struct ob_family family[FAMILIES];
static struct ob_param family_key[FAMILIES];
static struct ob_kind *family_kind[FAMILIES];
static const char **family_names[FAMILIES];

#define SECTION(id, ...) .name = #id, .offset = offsetof(struct ob_spec, id), __VA_ARGS__
#define WRAPPER(id, text)                                                                \
    .name = #id, .offset = offsetof(struct ob_spec, wrap.id),                            \
    .params = ob_##id##_params, .help = text
#define CHOSEN(id)                                                                       \
    .type_at = offsetof(struct ob_spec, id.type),                                        \
    .opts_at = offsetof(struct ob_spec, id.opts)

static const char sweep_about[] =
    "A key with a dot is one of the experiment, and the sweep trains each of its "
    "values:\n"
    "\n"
    "  optimizer.kind = sgd, adam        a list; a word in quotes may hold blanks\n"
    "  optimizer.lr = log 1e-4 .. 1 x 9  nine numbers, equally apart on a log scale\n"
    "  model.l2 = lin 0 .. 1 x 5         the same on a linear scale\n"
    "  batch.size = int 16 .. 64 x 4     whole numbers; without x N all of them\n"
    "\n"
    "A grid takes every combination. With method = random or sobol the values are "
    "drawn,\n"
    "and a range goes without x N. Keys without a dot say how:\n";

static const char tune_about[] =
    "[tune.adam] is about runs with optimizer.kind = adam alone. Its keys are written "
    "as\n"
    "those of [sweep] and stand in place of them; one without a dot is of [optimizer]:\n"
    "\n"
    "  [tune.adam]\n"
    "  lr = log 1e-5 .. 1e-1\n"
    "  beta1 = 0.8, 0.9\n";

static const struct ob_section sections[] = {
    { SECTION(experiment, .params = ob_experiment_params,
              .help = "what the run is called and how it computes") },
    { SECTION(plugin, .params = ob_plugin_params,
              .help = "programs that bring optimizers and models of their own") },
    { SECTION(seed, .params = ob_seed_params,
              .help = "one seed for each use of random numbers") },
    { .name = "data",
      .offset = offsetof(struct ob_spec, data.common),
      .params = ob_data_params,
      .family = &family[SOURCES],
      CHOSEN(data),
      .help = "the table that the model is fitted to" },
    { .name = "model",
      .offset = offsetof(struct ob_spec, model.common),
      .params = ob_model_params,
      .family = &family[MODELS],
      CHOSEN(model),
      .help = "the function that is minimised, and where the search starts" },
    { .name = "layer",
      .params = ob_layer_params,
      .repeats = true,
      .help = "one layer of a network, where it differs from the others" },
    { SECTION(batch, .params = ob_batch_params, .help = "the rows of one step") },
    { SECTION(optimizer, .family = &family[OPTIMIZERS], CHOSEN(optimizer),
              .help = "the rule that makes the steps") },
    { SECTION(line_search, .family = &family[LINESEARCHES], CHOSEN(line_search),
              .help = "how far a step goes, where lr does not say it") },
    { .name = "group",
      .params = ob_group_params,
      .repeats = true,
      .inherits = "optimizer",
      .help = "parameters with settings of the optimizer of their own" },
    { WRAPPER(sam, "gradients a little uphill of the parameters, for flat minima") },
    { WRAPPER(clip, "how long gradients may be") },
    { WRAPPER(lookahead, "slow weights behind the optimizer's") },
    { WRAPPER(average, "a mean of the parameters along the way") },
    { .name = "schedule",
      .offset = offsetof(struct ob_spec, schedule.common),
      .params = ob_schedule_params,
      .family = &family[SCHEDULES],
      CHOSEN(schedule),
      .help = "how the learning rate changes with the step" },
    { .name = "phase",
      .params = ob_phase_params,
      .repeats = true,
      .inherits = "schedule",
      .help = "one part of a schedule that is sequential or chained" },
    { SECTION(stop, .params = ob_stop_params, .help = "when the run ends") },
    { SECTION(log, .params = ob_log_params, .help = "what metrics.csv holds") },
    { SECTION(checkpoint, .params = ob_checkpoint_params,
              .help = "when the state of the run is saved") },
    { SECTION(ui, .params = ob_ui_params,
              .help = "how the run is watched; changes nothing that is computed") },
    { .name = "sweep",
      .params = ob_sweep_params,
      .aside = true,
      .help = "many runs of the experiment, by the keys in which they differ",
      .about = sweep_about },
    { .name = "tune",
      .repeats = true,
      .aside = true,
      .help = "keys in which the runs of a sweep with one kind of optimizer differ",
      .about = tune_about },
};
#undef SECTION
#undef WRAPPER
#undef CHOSEN

/* betas = 0.9 0.999 is how torch has it; the scalars can be swept and edited live. */
static const struct ob_alias aliases[] = {
    { "betas", { "beta1", "beta2" }, "beta1 and beta2 in one line" },
};

/* The members of the registry that the family lacks, at its end: it has room for those
 * of plug-ins, so that nothing moves. */
static void extend_family(size_t i)
{
    struct ob_family *f = &family[i];
    size_t n;
    struct ob_kind *now = plan[i].collect(&n);
    for (size_t k = f->kinds; k < n; k++) {
        family_kind[i][k] = now[k];
        family_names[i][k] = now[k].name;
    }
    f->kinds = n;
    free(now);
}

static void build_family(size_t i)
{
    struct ob_family *f = &family[i];
    size_t n;
    free(plan[i].collect(&n));
    n += (size_t)OB_OPTIMIZERS_MORE + (size_t)OB_PROBLEMS_MORE;
    family_kind[i] = ob_xcalloc(n, sizeof *family_kind[i]);
    const char **names = family_names[i] = ob_xcalloc(n + 1, sizeof *names);
    f->name = plan[i].name;
    f->kind = family_kind[i];
    extend_family(i);
    for (size_t k = 0; k < f->kinds; k++)
        if (!strcmp(names[k], plan[i].fallback))
            f->fallback = k;
    family_key[i] = (struct ob_param){
        .name = plan[i].key,
        .kind = OB_PARAM_CHOICE,
        .choices = names,
        .fallback = (double)f->fallback,
        .help = plan[i].help,
    };
    f->key = &family_key[i];
}

static void name_group_kinds(void)
{
    const struct ob_family *f = &family[OPTIMIZERS];
    OB_REQUIRE(f->kinds + 2 <= SPEC_GROUP_KINDS);
    for (size_t k = 0; k < f->kinds; k++)
        spec_group_kinds[1 + k] = f->kind[k].name;
}

void schema_extend(void)
{
    extend_family(OPTIMIZERS);
    extend_family(MODELS);
    name_group_kinds();
}

static void build(void)
{
    for (size_t i = 0; i < FAMILIES; i++)
        build_family(i);
    name_group_kinds();
    const struct ob_family *f = &family[SCHEDULES];
    OB_REQUIRE(f->kinds + 1 <= SPEC_PHASE_KINDS);
    for (size_t k = 0; k < f->kinds; k++)
        spec_phase_kinds[k] = f->kind[k].name;
}

const struct ob_section *ob_schema(size_t *n)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, build);
    *n = OB_COUNT(sections);
    return sections;
}

const struct ob_section *ob_schema_section(const char *name)
{
    size_t n;
    const struct ob_section *s = ob_schema(&n);
    for (size_t i = 0; i < n; i++)
        if (!strcmp(s[i].name, name))
            return &s[i];
    return NULL;
}

const struct ob_section *ob_section_chooser(const struct ob_section *s)
{
    return s->inherits ? ob_schema_section(s->inherits) : s;
}

bool ob_section_is_group(const struct ob_section *s)
{
    return s->inherits && strcmp(s->inherits, "optimizer") == 0;
}

const struct ob_kind *ob_family_find(const struct ob_family *f, const char *name)
{
    for (size_t i = 0; i < f->kinds; i++)
        if (!strcmp(f->kind[i].name, name))
            return &f->kind[i];
    return NULL;
}

bool ob_kind_searches(const struct ob_kind *optimizer)
{
    const struct ob_optimizer_type *type = optimizer->type;
    return type->direction != NULL;
}

const char *ob_kind_target(const struct ob_kind *source)
{
    const struct ob_source_type *type = source->type;
    return type->target;
}

bool ob_kind_needs_data(const struct ob_kind *model)
{
    const struct ob_problem_type *type = model->type;
    return type->needs & OB_PROBLEM_NEEDS_DATA;
}

/* Seeds take another key's value where they are not set. */
static const char *inherits_from(const char *section, const struct ob_param *p)
{
    bool seed = !strcmp(section, "seed") && p->kind == OB_PARAM_INTEGER;
    return seed ? "experiment.seed" : NULL;
}

void ob_schema_each(void (*fn)(void *ctx, const struct ob_schema_key *key), void *ctx)
{
    size_t n;
    const struct ob_section *all = ob_schema(&n);
    for (size_t i = 0; i < n; i++) {
        struct ob_schema_key key = { .section = &all[i] };
        const struct ob_family *f = all[i].family;
        if (f) {
            key.param = f->key;
            fn(ctx, &key);
        }
        size_t common = ob_params_count(all[i].params);
        for (size_t j = 0; j < common; j++) {
            key.param = &all[i].params[j];
            key.inherits = inherits_from(all[i].name, key.param);
            fn(ctx, &key);
        }
        key.inherits = NULL;
        for (size_t k = 0; f && k < f->kinds; k++) {
            key.kind = &f->kind[k];
            size_t own = ob_params_count(key.kind->params);
            for (size_t j = 0; j < own; j++) {
                key.param = &key.kind->params[j];
                fn(ctx, &key);
            }
        }
    }
}

const struct ob_alias *ob_schema_alias(const struct ob_kind *kind, const char *name)
{
    for (size_t i = 0; i < OB_COUNT(aliases); i++) {
        if (strcmp(aliases[i].name, name))
            continue;
        const char *const *key = aliases[i].key;
        while (*key && ob_param_find(kind->params, *key))
            key++;
        if (!*key)
            return &aliases[i];
    }
    return NULL;
}

const struct ob_alias *ob_schema_alias_at(size_t i)
{
    return i < OB_COUNT(aliases) ? &aliases[i] : NULL;
}
