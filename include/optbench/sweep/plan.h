/*
 * The plan of a sweep: its cells, and the keys by which they differ. Kept as plan.csv in
 * the sweep's folder and never changed there:
 *
 *     cell,optimizer.kind,optimizer.lr,optimizer.beta1,seed.init
 *     c00000,sgd,0.1,,0
 *     c00001,adam,0.001,0.9,0
 *
 * RFC 4180, LF; the values are what `--set KEY=VALUE` takes, numbers by the shortest text
 * that reads back. An empty field says that the cell leaves the key as the experiment has
 * it; "" in quotes is an empty value. The config of cell i is sweep.ini with the sets of
 * its row, and nothing else. Made by plan_make.h, read by everybody; one thread at a
 * time.
 */
#ifndef OB_SWEEP_PLAN_H
#define OB_SWEEP_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

#define OB_PLAN_NAME_MAX  ((size_t)24)
#define OB_PLAN_KEYS_MAX  ((size_t)256)
#define OB_PLAN_CELLS_MAX ((size_t)1000000)
#define OB_PLAN_FILE_MAX  ((size_t)512 << 20)

/* Constant once read. Zeroed = a plan without cells. */
struct ob_plan {
    const char **key; /* [keys] "section.key" */
    size_t keys;
    const char **value; /* [cells * keys], row by row; NULL = the cell does not set it */
    size_t cells;
    int digits; /* of the numbers in the names, at least 5 */
    char *text; /* what keys and values point into */
};

/* The value of key k in a cell; NULL = not set. */
static inline const char *ob_plan_at(const struct ob_plan *p, size_t cell, size_t k)
{
    return p->value[cell * p->keys + k];
}

/* The place of the key, or p->keys where the plan has none of that name. */
size_t ob_plan_key(const struct ob_plan *p, const char *key);

/*
 * Reads text[0..n) into a zeroed *p. Fails with OB_EDATA and the line: a header that does
 * not begin with "cell", keys that are no "section.key" or come twice, a row with another
 * number of fields, a row whose name is not that of its place (c00000, c00001, ...),
 * more than OB_PLAN_CELLS_MAX rows, bytes that are no text of one line.
 */
bool ob_plan_read(struct ob_plan *p, const char *text, size_t n, struct ob_err *err);

/* Appends plan.csv; ob_plan_read() gives the same plan, and writing that the same bytes.
 */
void ob_plan_write(const struct ob_plan *p, struct ob_buf *out);

void ob_plan_finish(struct ob_plan *p);

/* The name of a cell and of its run directory: "c00042". */
void ob_plan_name(const struct ob_plan *p, size_t cell,
                  char out[static OB_PLAN_NAME_MAX]);

/* The sets of a cell, "section.key=value", in the order of the keys; *n their number.
 * One allocation: free() the array. */
char **ob_plan_sets(const struct ob_plan *p, size_t cell, size_t *n);

/* The cell that a person means by "c00042", "c42" or "42". Fails with OB_EUSAGE and the
 * names of the first and the last cell. */
bool ob_plan_find(const struct ob_plan *p, const char *what, size_t *cell,
                  struct ob_err *err);

#endif
