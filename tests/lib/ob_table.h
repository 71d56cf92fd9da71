/*
 * A table of numbers read from a reference file: comma separated, one line of names, no
 * quotes. A first column of words becomes the row's label.
 */
#ifndef OB_TABLE_H
#define OB_TABLE_H

#include <stdbool.h>

#include "ob_test.h"

struct table {
    size_t rows, cols;
    char name[16][32];
    double *cell;      /* [rows * cols], row-major; NaN where the cell is a word */
    char (*label)[48]; /* [rows] text of the first cell */
};

/* False where the file is not there; anything else wrong fails the test. */
bool table_read(const char *path, struct table *t);
void table_finish(struct table *t);

/* The column of that name; fails the test where there is none. */
size_t table_column(const struct table *t, const char *name);
double table_at(const struct table *t, size_t row, size_t column);

#endif
