/*
 * Why a formula is not a finite number: the first operation, in the order in which the
 * formula is computed, whose operands are finite and whose result is not. Computed
 * operand by operand in the dtype of the run, so it finds what the run met. Slow: for the
 * moment when a run has diverged, and for `check`.
 */
#ifndef OB_FORMULA_TROUBLE_H
#define OB_FORMULA_TROUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/formula/graph.h"
#include "optbench/num/dtype.h"

/* As in program.h; rows 0 and column NULL without data. */
struct ob_trouble_inputs {
    enum ob_dtype dtype;
    const void *theta;         /* [params of the graph] */
    const void *const *column; /* arrays of [rows] */
    size_t rows;
};

/*
 * Appends one line, as "log(x - 2) at column 9: the logarithm of a negative number, -1.3
 * (row 17)", rows counting from 1, and returns true; appends nothing and returns false
 * where all m roots are finite. `text` is what the nodes' places refer to, NULL where
 * there is none: terms are then named by their operation. The first root is a value, the
 * others are its derivatives and told as such; they are looked at in this order. A
 * parameter that is not finite itself is named. May allocate; false, too, where there is
 * no memory for it.
 */
bool ob_formula_trouble(const struct ob_graph *g, const uint32_t *root, size_t m,
                        const struct ob_trouble_inputs *in, const char *text,
                        struct ob_buf *out);

#endif
