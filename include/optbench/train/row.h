/*
 * One row of metrics.csv on its way from the training thread to the recorder: plain data
 * of a size that is fixed with the columns. Absent ("not measured", an empty field) and
 * NaN ("measured, and not a number") are different things, hence the bit mask.
 */
#ifndef OB_TRAIN_ROW_H
#define OB_TRAIN_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/train/columns.h"

enum { OB_ROW_WORDS = (OB_COLUMNS_MAX + 63) / 64 };

struct ob_row {
    uint64_t step;              /* 0 = the start */
    uint64_t has[OB_ROW_WORDS]; /* bit i % 64 of word i / 64: v[i] was measured */
    double v[];                 /* [columns.width]; v[i] belongs to columns.name[i] */
};

/* Bytes of a row with `width` numbers. */
static inline size_t ob_row_size(size_t width)
{
    return sizeof(struct ob_row) + width * sizeof(double);
}

static inline bool ob_row_has(const struct ob_row *row, size_t i)
{
    return row->has[i / 64] >> i % 64 & 1;
}

static inline void ob_row_put(struct ob_row *row, size_t i, double value)
{
    row->v[i] = value;
    row->has[i / 64] |= UINT64_C(1) << i % 64;
}

/* Columns [first, first + n) were measured; or were not. */
static inline void ob_row_have(struct ob_row *row, size_t first, size_t n)
{
    for (size_t i = first; i < first + n; i++)
        row->has[i / 64] |= UINT64_C(1) << i % 64;
}

static inline void ob_row_lack(struct ob_row *row, size_t first, size_t n)
{
    for (size_t i = first; i < first + n; i++)
        row->has[i / 64] &= ~(UINT64_C(1) << i % 64);
}

#endif
