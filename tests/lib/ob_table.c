#include "ob_table.h"

#include <math.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"

/* Cuts the line at commas; returns the number of cells. */
static size_t split(char *line, char *cell[static 16])
{
    size_t n = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line; at; n++) {
        assert_true(n < 16);
        cell[n] = at;
        at = strchr(at, ',');
        if (at)
            *at++ = '\0';
    }
    return n;
}

static void add_row(struct table *t, char *const *cell, size_t *cap)
{
    if (t->rows == *cap) {
        *cap = *cap ? 2 * *cap : 64;
        t->cell = ob_xreallocarray(t->cell, *cap * t->cols, sizeof *t->cell);
        t->label = ob_xreallocarray(t->label, *cap, sizeof *t->label);
    }
    for (size_t j = 0; j < t->cols; j++)
        if (!ob_number_parse(cell[j], strlen(cell[j]), &t->cell[t->rows * t->cols + j]))
            t->cell[t->rows * t->cols + j] = NAN;
    snprintf(t->label[t->rows], sizeof t->label[0], "%s", cell[0]);
    t->rows++;
}

bool table_read(const char *path, struct table *t)
{
    char line[1024], *cell[16];
    size_t cap = 0;
    FILE *f = fopen(path, "r");
    *t = (struct table){ 0 };
    if (!f)
        return false;
    assert_non_null(fgets(line, sizeof line, f));
    t->cols = split(line, cell);
    for (size_t j = 0; j < t->cols; j++)
        snprintf(t->name[j], sizeof t->name[j], "%s", cell[j]);
    while (fgets(line, sizeof line, f)) {
        assert_int_equal(split(line, cell), t->cols);
        add_row(t, cell, &cap);
    }
    fclose(f);
    assert_true(t->rows > 0);
    return true;
}

void table_finish(struct table *t)
{
    free(t->cell);
    free(t->label);
}

size_t table_column(const struct table *t, const char *name)
{
    for (size_t j = 0; j < t->cols; j++)
        if (strcmp(t->name[j], name) == 0)
            return j;
    fail_msg("no column %s", name);
    return 0;
}

double table_at(const struct table *t, size_t row, size_t column)
{
    return t->cell[row * t->cols + column];
}
