/*
 * Random formulas, well formed and safe: for parameters and columns within
 * [-OB_GEN_BOX, OB_GEN_BOX] every part is finite, away from the edges of its domain, and
 * so are its first derivatives; values stay below some hundred. The same seed gives the
 * same formulas on every machine.
 *
 * Ranges of the parts are known by interval arithmetic while the text is made; what does
 * not fit a function is led there first (log(2 + sin(...))).
 */
#ifndef OB_FORMULA_GEN_H
#define OB_FORMULA_GEN_H

#include "optbench/base/buf.h"
#include "optbench/base/rng.h"
#include "optbench/formula/parse.h"

#define OB_GEN_BOX 2.0

struct ob_formula_gen {
    struct ob_rng rng;
    unsigned params;  /* numbers p1 .. pn, at least 1 */
    unsigned vector;  /* elements of the vector v, 0 = there is none */
    unsigned columns; /* x1 .. xn; 0 = a function of the parameters alone */
    bool kinks;       /* abs, max and their like, too, whose derivatives jump */
};

/* The first formulas of a seed; everything else of *g has been set. */
void ob_formula_gen_init(struct ob_formula_gen *g, uint64_t seed);

/* Gives the names to an empty scope: p1 .. pn, then v in the flat vector. */
void ob_formula_gen_scope(const struct ob_formula_gen *g, struct ob_scope *s);

/* Appends a formula of about `size` operations: of the parameters and columns, so with
 * columns it has a value for each row unless chance left them out. */
void ob_formula_gen_row(struct ob_formula_gen *g, unsigned size, struct ob_buf *out);

/* Appends a formula of one number: without columns as above, with columns reductions of
 * such ones over the rows beside it. */
void ob_formula_gen_number(struct ob_formula_gen *g, unsigned size, struct ob_buf *out);

#endif
