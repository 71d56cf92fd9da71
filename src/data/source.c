#include <config.h>

#include "optbench/data/source.h"

#include <string.h>

#include "optbench/base/diag.h"
#include "round.h"
#include "scale.h"
#include "select.h"

static const char *const scale_names[] = { "none", "standard", "standard0", "minmax",
                                           NULL };
static const char *const missing_names[] = { "error", "drop", "mean", NULL };
static const char *const dtype_names[] = { "auto", "float32", "float64", NULL };

const struct ob_param ob_data_params[] = {
    OB_TEXTS(struct ob_data_opts, features, .fallback_text = "*",
             .help =
                 "columns that the model sees, in this order; * for all but the target"),
    OB_TEXT(struct ob_data_opts, target, .help = "column that the model is to predict"),
    OB_CHOICE(struct ob_data_opts, scale, .choices = scale_names,
              .help =
                  "scaling of the features: standard divides by the standard deviation "
                  "with n - 1 as pandas does, standard0 with n, minmax maps to 0 .. 1"),
    OB_CHOICE(struct ob_data_opts, missing, .choices = missing_names,
              .help =
                  "cells without a value: refuse them, drop their rows, or put the mean "
                  "of the column"),
    OB_CHOICE(struct ob_data_opts, dtype, .choices = dtype_names,
              .help = "precision of the values, whatever the run computes in: float32 "
                      "rounds what is read; generated data are drawn in it"),
    { 0 },
};

#define X(name) extern const struct ob_source_type ob_source_##name;
#include "sources.def"
#undef X

static const struct ob_source_type *const sources[] = {
#define X(name) &ob_source_##name,
#include "sources.def"
#undef X
    NULL,
};

const struct ob_source_type *const *ob_sources(void)
{
    return sources;
}

const struct ob_source_type *ob_source_find(const char *name)
{
    for (size_t i = 0; sources[i]; i++)
        if (strcmp(sources[i]->name, name) == 0)
            return sources[i];
    return NULL;
}

bool ob_data_all_features(const struct ob_data_opts *common)
{
    return common->features.n == 0 ||
           (common->features.n == 1 && strcmp(common->features.item[0], "*") == 0);
}

enum ob_role ob_data_role(const struct ob_data_opts *common, const char *column)
{
    if (common->target && strcmp(common->target, column) == 0)
        return OB_ROLE_TARGET;
    if (ob_data_all_features(common))
        return OB_ROLE_FEATURE;
    for (size_t i = 0; i < common->features.n; i++)
        if (strcmp(common->features.item[i], column) == 0)
            return OB_ROLE_FEATURE;
    return OB_ROLE_NONE;
}

bool ob_dataset_load(const struct ob_source_type *source, const void *opts,
                     const struct ob_data_opts *common, struct ob_dataset *out,
                     struct ob_diags *diags)
{
    struct ob_table table = { 0 };
    *out = (struct ob_dataset){ 0 };
    bool ok = source->load(opts, common, &table, diags) &&
              ob_round_table(&table, (enum ob_data_dtype)common->dtype, diags) &&
              ob_select(&table, common, out, diags) &&
              ob_scale(out, (enum ob_scale)common->scale, diags);
    if (!ok)
        ob_dataset_finish(out);
    ob_table_finish(&table);
    return ok;
}
