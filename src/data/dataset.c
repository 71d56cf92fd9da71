#include <config.h>

#include "optbench/data/dataset.h"

#include <stdlib.h>
#include <string.h>

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
    free(d->origin);
    ob_sparse_finish(&d->sparse);
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
