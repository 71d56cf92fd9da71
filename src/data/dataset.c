#include <config.h>

#include "optbench/data/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

void ob_dataset_finish(struct ob_dataset *d)
{
    for (size_t j = 0; j < d->features; j++) {
        free(d->x[j].name);
        free(d->x[j].value);
    }
    for (size_t k = 0; k < d->classes; k++)
        free(d->class_name[k]);
    free(d->x);
    free(d->y.name);
    free(d->y.value);
    free(d->class_name);
    free(d->x_mean);
    free(d->x_std);
    free(d->source_row);
    free(d->origin);
    ob_sparse_finish(&d->sparse);
    free(d->test_origin);
    *d = (struct ob_dataset){ 0 };
}

bool ob_dataset_is_sparse(const struct ob_dataset *d)
{
    return d->sparse.begin != NULL;
}

double ob_dataset_x(const struct ob_dataset *d, size_t i, size_t j)
{
    return d->sparse.begin ? ob_sparse_at(&d->sparse, i, j) : d->x[j].value[i];
}

size_t ob_dataset_find(const struct ob_dataset *d, const char *name)
{
    size_t j = 0;
    while (j < d->features && strcmp(d->x[j].name, name) != 0)
        j++;
    return j;
}

size_t ob_dataset_part_rows(const struct ob_dataset *d, enum ob_data_part part)
{
    return part == OB_PART_TRAIN ? d->rows
           : part == OB_PART_VAL ? d->val_rows
                                 : d->test_rows;
}

size_t ob_dataset_all_rows(const struct ob_dataset *d)
{
    return d->rows + d->val_rows + d->test_rows;
}

size_t ob_dataset_source_row(const struct ob_dataset *d, size_t i)
{
    return d->source_row ? d->source_row[i] : i;
}

const char *ob_data_part_title(enum ob_data_part part)
{
    static const char *const title[OB_DATA_PARTS] = {
        [OB_PART_TRAIN] = "train",
        [OB_PART_VAL] = "validation",
        [OB_PART_TEST] = "test",
    };
    return title[part];
}

void ob_dataset_part(const struct ob_dataset *d, enum ob_data_part part,
                     struct ob_dataset *view)
{
    const size_t first = part == OB_PART_TRAIN ? 0
                         : part == OB_PART_VAL ? d->rows
                                               : d->rows + d->val_rows;
    *view = *d;
    view->rows = ob_dataset_part_rows(d, part);
    OB_REQUIRE(view->rows > 0);
    view->val_rows = view->test_rows = 0;
    view->x = ob_xcalloc(d->features, sizeof *view->x);
    for (size_t j = 0; j < d->features; j++) {
        view->x[j] = d->x[j];
        if (d->x[j].value)
            view->x[j].value += first;
    }
    if (ob_dataset_is_sparse(d))
        ob_sparse_view(&d->sparse, first, view->rows, &view->sparse);
    if (d->has_y)
        view->y.value += first;
    if (d->source_row)
        view->source_row += first;
    if (part == OB_PART_TEST && d->test_origin)
        view->origin = d->test_origin;
}

void ob_dataset_view_finish(struct ob_dataset *view)
{
    free(view->x);
    *view = (struct ob_dataset){ 0 };
}
