/*
 * A program as text in the common subset of C99, OpenCL C and CUDA C that real.h
 * describes, from the same plan that program.h follows: what is computed once, what for
 * each row, in how many passes. Whoever runs it adds the terms of each pass up over the
 * tree of kernels.h and has the bits of ob_program_run().
 */
#ifndef OB_FORMULA_EMIT_H
#define OB_FORMULA_EMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/formula/graph.h"

/*
 * Appends the text for m uniform roots. It needs ops.h before it, and is read with the
 * OB_REAL_BITS of that; every pointer but `term` and `sum` is OB_GLOBAL. With k = 0 ..
 * passes - 1:
 *
 *     enum { NAME_slots, NAME_passes, NAME_roots, NAME_terms_k }
 *     NAME_uniform_k(u, theta, direction, rows)
 *         the numbers of u [slots] that pass k needs
 *     NAME_row_k(u, theta, direction, rows, column, ld, i, term)
 *         term [terms_k] of row i; column j begins at column + j * ld
 *     NAME_total_k(u, sum)
 *         takes sum [terms_k] over all rows back
 *     NAME_result(u, theta, direction, rows, out)
 *         what is left, and out [roots]
 *
 * `name` begins a C identifier. False with OB_ENOMEM.
 */
bool ob_formula_emit(const struct ob_graph *g, const uint32_t *root, size_t m,
                     const char *name, struct ob_buf *out, struct ob_err *err);

#endif
