#include <config.h>

#include "optbench/data/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

/* Rows of the first allocation: most sets that people start with fit. */
#define FIRST_ROWS 256

void ob_table_finish(struct ob_table *t)
{
    for (size_t j = 0; j < t->columns; j++) {
        struct ob_table_column *c = &t->column[j];
        for (size_t k = 0; k < c->levels; k++)
            free(c->level[k]);
        free(c->level);
        free(c->value);
        free(c->name);
    }
    free(t->column);
    free(t->origin);
    ob_sparse_finish(&t->sparse);
    *t = (struct ob_table){ 0 };
}

size_t ob_table_add_column(struct ob_table *t, const char *name, bool read)
{
    OB_REQUIRE(t->rows == 0 && t->cap == 0);
    /* Room doubles at every power of two, so no capacity needs to be kept. */
    if ((t->columns & (t->columns - 1)) == 0)
        t->column = ob_xreallocarray(t->column, t->columns ? 2 * t->columns : 1,
                                     sizeof *t->column);
    t->column[t->columns] =
        (struct ob_table_column){ .name = ob_xstrdup(name), .read = read };
    return t->columns++;
}

bool ob_table_reserve(struct ob_table *t, size_t rows, struct ob_err *err)
{
    if (rows <= t->cap)
        return true;
    size_t cap = t->cap + t->cap / 2;
    if (cap < rows)
        cap = rows < FIRST_ROWS ? FIRST_ROWS : rows;
    if (cap > SIZE_MAX / sizeof(double))
        return ob_fail(err, OB_ENOMEM, "more rows than memory can hold");
    for (size_t j = 0; j < t->columns; j++) {
        struct ob_table_column *c = &t->column[j];
        if (!c->read)
            continue;
        double *value = realloc(c->value, cap * sizeof *value);
        if (!value)
            return ob_fail(err, OB_ENOMEM, "no memory for %zu rows of %zu columns", cap,
                           t->columns);
        c->value = value;
    }
    t->cap = cap;
    return true;
}

size_t ob_table_find(const struct ob_table *t, const char *name)
{
    size_t j = 0;
    while (j < t->columns && strcmp(t->column[j].name, name) != 0)
        j++;
    return j;
}

/* A level on its way to its place. */
struct place {
    char *level;
    size_t was;
};

static int by_level(const void *a, const void *b)
{
    return strcmp(((const struct place *)a)->level, ((const struct place *)b)->level);
}

void ob_table_sort_levels(struct ob_table *t, size_t column)
{
    struct ob_table_column *c = &t->column[column];
    struct place *place = ob_xcalloc(c->levels, sizeof *place);
    double *code = ob_xcalloc(c->levels, sizeof *code);

    for (size_t k = 0; k < c->levels; k++)
        place[k] = (struct place){ c->level[k], k };
    if (c->levels)
        qsort(place, c->levels, sizeof *place, by_level);
    for (size_t k = 0; k < c->levels; k++) {
        c->level[k] = place[k].level;
        code[place[k].was] = (double)k;
    }
    for (size_t i = 0; c->levels && i < t->rows; i++)
        if (c->value[i] == c->value[i])
            c->value[i] = code[(size_t)c->value[i]];
    free(code);
    free(place);
}
