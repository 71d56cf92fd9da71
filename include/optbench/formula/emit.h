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

struct ob_formula_source {
    const struct ob_graph *graph;
    const uint32_t *root; /* [roots] */
    size_t roots;
    const char *name;      /* begins a C identifier */
    const uint32_t *place; /* [columns] which of the arrays column j is; NULL: the j-th */
    /* What is uniform is left to ob_formula_table(): there are no NAME_uniform_k and
     * NAME_result. */
    bool table;
};

/* What a text consists of. */
struct ob_formula_facts {
    size_t passes, slots;
    size_t most_terms; /* sums of one pass */
    size_t begin;      /* uniform operations before the first pass */
    size_t uniform;    /* all of them */
    size_t row; /* operations a row, those made again in a later pass not counted */
};

/*
 * Appends the text. It needs ops.h before it, and is read with the OB_REAL_BITS of that;
 * u, theta, direction and out are pointers to OB_GLOBAL real. With k = 0 .. passes - 1:
 *
 *     enum { NAME_slots, NAME_passes, NAME_roots }
 *     NAME_uniform_k(u, theta, direction, rows)
 *         the numbers of u [slots] that pass k needs
 *     NAME_row_k(u, theta, direction, rows, columns, i, sum)
 *         adds the terms of row i to the sums of the pass, which begin at +0; the last
 *         one stores the roots that are per row
 *     enum { NAME_terms_k, NAME_first_k }
 *         how many sums that are; over all rows, they go to u[first_k] and behind
 *     NAME_result(u, theta, direction, rows, out)
 *         what is left, and those of out [roots] that are uniform
 *
 * Whoever reads the text may define how it reaches its arrays; else these hold:
 *
 *     #define OB_COLUMNS       const OB_GLOBAL real *column, ob_u64 ld
 *     #define OB_COLUMN(j, i)  column[(j) * ld + (i)]
 *     #define OB_SUMS          real *sum
 *     #define OB_SUM(k, x)     sum[k] = sum[k] + (x)
 *
 * There is no OB_ROOT(k, i, x), which stores root k of row i, unless it is defined. False
 * with OB_ENOMEM.
 */
bool ob_formula_emit(const struct ob_formula_source *from, struct ob_buf *out,
                     struct ob_formula_facts *facts, struct ob_err *err);

/*
 * What is uniform as numbers instead of text, for formulas of so many parameters that no
 * compiler should see it: operations in runs, which a machine of a few lines works off in
 * u. Behind the slots of the text stand theta, the number of rows and the constants.
 */
struct ob_formula_table {
    uint32_t *word; /* [words], owned, as follows */
    size_t words;
    double *constant; /* [constants], owned; in u from slot `constant_at` on */
    size_t constants, constant_at;
    size_t slots; /* of u, all together */
};

/*
 * The words: OB_WORD_THETA the slot of theta[0], OB_WORD_PARAMS how many parameters
 * (the rows come behind them), OB_WORD_ROOTS where the slots of the roots stand among
 * the words. For each level k = 0 .. passes, at OB_WORD_LEVEL + 2 k, where its runs
 * stand and how many these are; a run is where its operations stand, how many, and
 * whether they are independent of one another (else each may need those before it); an
 * operation is an enum ob_formula_op, the slot of its result and those of its operands.
 */
enum {
    OB_WORD_THETA,
    OB_WORD_PARAMS,
    OB_WORD_ROOTS,
    OB_WORD_LEVEL,
    OB_WORDS_RUN = 3, /* words of a run, of an operation */
    OB_WORDS_OP,
};

/* Appends the names of the operations (OB_OP_ADD ...) and of the words as numbers. */
void ob_formula_table_numbers(struct ob_buf *out);

/* For uniform roots over the first `params` parameters; finish *out in either case. False
 * with OB_ENOMEM. */
bool ob_formula_table(const struct ob_formula_source *from, size_t params,
                      struct ob_formula_table *out, struct ob_err *err);
void ob_formula_table_finish(struct ob_formula_table *t);

/* Pieces of such a text, for others that write one of a graph: a constant, exact, which
 * is rounded once to `real`; and what an operation's function is called behind "ob_",
 * NULL where it has none. */
void ob_formula_emit_constant(double value, struct ob_buf *out);
const char *ob_formula_emit_function(enum ob_formula_op op);

#endif
