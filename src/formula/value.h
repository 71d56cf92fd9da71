/* Vectors and matrices, element by element and as wholes, as nodes of the graph. */
#ifndef OB_FORMULA_VALUE_H
#define OB_FORMULA_VALUE_H

#include "parser.h"

bool ob_value_is_number(const struct value *v);

/* "a number", "3 elements", "a 2 x 3 matrix". */
const char *ob_value_words(const struct value *v, char out[static 64]);

/* A number that is a single node. */
bool ob_value_of_node(struct parser *p, uint32_t node, bool rows, struct value *out);

/* op on each element. `out` may be the operand in these. */
bool ob_value_unary(struct parser *p, enum ob_formula_op op, const struct value *a,
                    struct value *out);

/* op on elements of the same place, numbers with each; called `name` in errors, which
 * is an operator or a function. */
bool ob_value_binary(struct parser *p, enum ob_formula_op op, const struct value *a,
                     const struct value *b, const char *name, struct value *out);

/* The elements folded from the left. */
bool ob_value_fold(struct parser *p, enum ob_formula_op op, const struct value *a,
                   struct value *out);

/* The matrix product, of vectors the scalar product; `name` is "@" or "dot". */
bool ob_value_product(struct parser *p, const struct value *a, const struct value *b,
                      const char *name, struct value *out);

/* v[i] of a vector, row i of a matrix, v[i, j] (n = 2) of a matrix. */
bool ob_value_index(struct parser *p, const struct value *v, const double *index,
                    size_t n, struct value *out);

#endif
