#include <config.h>

#include "predict_rows.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

/* The second table that [data] may name is read just so: columns by name, means of the
 * training part where values are missing. */
static void ask(const struct ob_spec *spec, const struct ob_dataset *like, char *path,
                struct ob_data_opts *out)
{
    *out = spec->data.common;
    out->features = (struct ob_texts){ .item = ob_xcalloc(like->features, sizeof(char *)),
                                       .n = like->features };
    for (size_t j = 0; j < like->features; j++)
        out->features.item[j] = like->x[j].name;
    out->target = NULL;
    out->scale = OB_SCALE_NONE;
    out->storage = OB_STORAGE_DENSE;
    out->val = out->test = 0;
    out->folds = 0;
    out->stratify = false;
    out->test_path = path;
}

/* What was found in the training part is done to the new rows; dtype comes last, as the
 * problem rounds. */
static void scale(struct ob_dataset *d, const struct ob_dataset *like)
{
    const size_t all = ob_dataset_all_rows(d);
    for (size_t j = 0; like->x_mean && j < d->features; j++)
        for (size_t i = 0; i < all; i++)
            d->x[j].value[i] = (d->x[j].value[i] - like->x_mean[j]) / like->x_std[j];
}

/* A problem wants a target, and looks at it: one of those it was trained on. */
static void lend_target(struct ob_dataset *d, const struct ob_dataset *like)
{
    const size_t all = ob_dataset_all_rows(d);
    if (!like->has_y)
        return;
    d->has_y = true;
    d->y.name = ob_xstrdup(like->y.name);
    d->y.value = ob_xcalloc(all, sizeof *d->y.value);
    for (size_t i = 0; i < all; i++)
        d->y.value[i] = like->y.value[0];
    d->y_min = like->y_min;
    d->y_max = like->y_max;
    d->classes = like->classes;
    if (!like->class_name)
        return;
    d->class_name = ob_xcalloc(like->classes, sizeof *d->class_name);
    for (size_t c = 0; c < like->classes; c++)
        d->class_name[c] = ob_xstrdup(like->class_name[c]);
}

bool ob_predict_rows(const struct ob_spec *spec, const struct ob_dataset *like,
                     const char *path, struct ob_dataset *out, struct ob_diags *diags)
{
    struct ob_data_opts common;
    char *file = ob_xstrdup(path);
    ask(spec, like, file, &common);
    bool ok = ob_dataset_load(spec->data.type, spec->data.opts, &common, out, diags);
    if (ok) {
        scale(out, like);
        lend_target(out, like);
    }
    free(common.features.item);
    free(file);
    return ok;
}
