#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/conf/spec.h"

/* "data.features: ..." without a file is about the config: says where the key was set. */
static void locate(const struct ob_spec *spec, struct ob_diag *d)
{
    static const char section[] = "data.";
    const char *file, *colon = strchr(d->text, ':');
    unsigned line;
    if (d->file || !colon || strncmp(d->text, section, strlen(section)) != 0)
        return;
    const char *begin = d->text + strlen(section);
    char *key = ob_xstrndup(begin, (size_t)(colon - begin));
    ob_spec_where(spec, "data", key, &file, &line);
    d->file = ob_xstrdup(file);
    d->line = line;
    free(key);
}

static void locate_all(const struct ob_spec *spec, struct ob_diags *diags, size_t before)
{
    for (size_t i = before; i < diags->n; i++)
        locate(spec, &diags->item[i]);
}

bool ob_spec_needs_data(const struct ob_spec *spec)
{
    return spec->model.type->needs & OB_PROBLEM_NEEDS_DATA;
}

/* What [data] says to all sources, with what stands elsewhere; lent from the spec. */
static struct ob_data_opts to_load(const struct ob_spec *spec, struct ob_draw_setup *draw)
{
    struct ob_data_opts common = spec->data.common;
    struct ob_draw_setup split;
    ob_spec_draws(spec, OB_AXIS_DATA, draw);
    ob_spec_draws(spec, OB_AXIS_SPLIT, &split);
    common.draw = draw;
    common.watch = spec->data.watch;
    common.split_rng = split.kind;
    common.split_seed = split.seed;
    common.sparse_fits = spec->model.type->needs & OB_PROBLEM_TAKES_SPARSE;
    return common;
}

bool ob_spec_load_data(const struct ob_spec *spec, struct ob_dataset *out,
                       struct ob_diags *diags)
{
    size_t before = diags->n;
    if (!ob_spec_needs_data(spec)) {
        *out = (struct ob_dataset){ 0 };
        return true;
    }
    struct ob_draw_setup draw;
    const struct ob_data_opts common = to_load(spec, &draw);
    bool ok = ob_dataset_load(spec->data.type, spec->data.opts, &common, out, diags);
    locate_all(spec, diags, before);
    return ok;
}

/* Whether every key that the source needs is there; ob_spec_read() has told which is not.
 */
static bool is_complete(const struct ob_spec *spec)
{
    const char *file;
    unsigned line;
    for (const struct ob_param *p = spec->data.type->params; p && p->kind; p++)
        if (p->required && !ob_spec_where(spec, "data", p->name, &file, &line))
            return false;
    return true;
}

bool ob_spec_survey(const struct ob_spec *spec, struct ob_survey *out,
                    struct ob_diags *diags)
{
    size_t before = diags->n;
    if (!ob_spec_needs_data(spec) || !is_complete(spec))
        return false;
    struct ob_draw_setup draw;
    const struct ob_data_opts common = to_load(spec, &draw);
    bool ok = ob_survey_source(spec->data.type, spec->data.opts, &common, out, diags);
    locate_all(spec, diags, before);
    return ok;
}
