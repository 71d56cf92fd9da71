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

struct ob_row {
    uint64_t step; /* 0 = the start */
    uint64_t has;  /* bit i: v[i] was measured */
    double v[];    /* [columns.width]; v[i] belongs to columns.name[i] */
};

/* Bytes of a row with `width` numbers. */
static inline size_t ob_row_size(size_t width)
{
    return sizeof(struct ob_row) + width * sizeof(double);
}

static inline bool ob_row_has(const struct ob_row *row, size_t i)
{
    return row->has >> i & 1;
}

static inline void ob_row_put(struct ob_row *row, size_t i, double value)
{
    row->v[i] = value;
    row->has |= UINT64_C(1) << i;
}

#endif
