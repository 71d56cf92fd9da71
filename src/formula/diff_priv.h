/*
 * What the two directions of differentiation share: building nodes with one place in the
 * text, and the derivatives of the operations. Private to diff*.c.
 */
#ifndef OB_FORMULA_DIFF_PRIV_H
#define OB_FORMULA_DIFF_PRIV_H

#include "optbench/formula/diff.h"

/* Appends nodes that belong to the term at `at`. */
struct diff {
    struct ob_graph *g;
    struct ob_formula_at at;
};

uint32_t diff_const(struct diff *d, double value);
uint32_t diff_neg(struct diff *d, uint32_t a);
uint32_t diff_add(struct diff *d, uint32_t a, uint32_t b);
uint32_t diff_mul(struct diff *d, uint32_t a, uint32_t b);

/* The sum over the rows, factors that are uniform in front; rows times a uniform node. */
uint32_t diff_sum(struct diff *d, uint32_t a);

/* v times the derivative of node i by its operand a (`second`: by b). NONE where it is
 * zero. */
#define DIFF_NONE UINT32_MAX
uint32_t diff_times(struct diff *d, uint32_t i, bool second, uint32_t v);

/* True where the graph has taken all nodes; else its error. */
bool diff_done(const struct ob_graph *g, struct ob_err *err);

#endif
