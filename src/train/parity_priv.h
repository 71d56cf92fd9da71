/* What the files behind optbench/train/parity.h share; for them alone. */
#ifndef OB_TRAIN_PARITY_PRIV_H
#define OB_TRAIN_PARITY_PRIV_H

#include "optbench/train/parity.h"

enum { PARITY_COLUMNS = 32, PARITY_NAME = 64 };

/* A stretch of the numbers in a row. */
struct parity_column {
    char name[PARITY_NAME];
    size_t at, width;
};

/* The rows of one case in one precision. */
struct parity_rows {
    const struct ob_array *array; /* [rows, all]; lent */
    size_t rows, all;
    struct parity_column column[PARITY_COLUMNS];
    size_t columns;
    const struct parity_column *step, *loss, *theta, *grad; /* loss may be NULL */
};

/* OB_EDATA where columns and array do not fit together. */
bool parity_rows_read(struct parity_rows *r, const char *columns,
                      const struct ob_array *array, struct ob_err *err);

double parity_at(const struct ob_array *a, size_t i);
double parity_cell(const struct parity_rows *r, size_t row, const struct parity_column *c,
                   size_t k);
size_t parity_step(const struct parity_rows *r, size_t row);

/* Whether a column is one of the optimizer's state. */
bool parity_is_state(const struct parity_rows *r, const struct parity_column *c);

/* The array of case i: "FLAG/PROBLEM/WHAT"; NULL where there is none. */
const struct ob_array *parity_array(const struct ob_parity *p, size_t i,
                                    const char *what);

struct ob_trainer;

/* Puts what a row says into a saved trainer. `state` false: parameters, gradient and loss
 * alone. OB_EDATA where the trainer has nothing of a column's name or size. */
bool parity_fill(struct ob_safetensors *saved, const struct ob_trainer *t,
                 const struct parity_rows *r, size_t row, bool state, struct ob_err *err);

/* False where an array or a counter that no column speaks of is other than before: then
 * the vectors lack a part of the state. OB_EDATA with its name. */
bool parity_all_told(const struct ob_safetensors *before, const struct ob_trainer *t,
                     const struct parity_rows *r, struct ob_err *err);

#endif
