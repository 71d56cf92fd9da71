/*
 * The language of formulas: a text, and the names that it may use, to nodes of a graph.
 *
 *     (2 - w1 - w2)^2 + (4 - 3*w1 - w2)^2         a function of parameters
 *     a + b*x + c*x^2 + d*x^3                     a value for each row; x is a column
 *     sum(i, 1, 9, 100*(w[i+1] - w[i]^2)^2 + (1 - w[i])^2)
 *
 *     + - * / @        left to right; * / @ before + -; @ is the matrix product
 *     ^                before all of them, right to left: -x^2 is -(x^2), 2^-1 is 1/2
 *     [a, b]           a vector; [[a, b], [c, d]] a matrix, row by row
 *     v[2] A[1, 2]     elements, from 1, by a whole number known beforehand; A[1]: a row
 *     sum(i, 1, n, t)  the sum of t for i = 1 .. n, added from the left; prod likewise
 *     pi e             constants; a parameter cannot be called so
 *     abs(x) ...       functions: ob_formula_functions()
 *     name `a name`    letters, digits, _ and . ; anything between backticks
 *
 * Numbers are those of base/number.h without a sign. Vectors and matrices are computed
 * element by element, with numbers or with others of their shape. Blanks mean nothing.
 *
 * Reductions (sum, mean, dot, norm2) of a vector give a number; of a value for each row,
 * a number of all rows.
 *
 * An error is OB_ECONFIG and says where: "unknown name 'w3' (column 12)" counts the
 * characters of the text from 1. Limits: 64 KiB of text, brackets and calls 200 deep,
 * vectors of 65,536 elements, sums of 65,536 terms, the nodes of the graph; the time
 * for a text within them is bounded (a second on a slow machine).
 */
#ifndef OB_FORMULA_PARSE_H
#define OB_FORMULA_PARSE_H

#include "optbench/base/buf.h"
#include "optbench/formula/graph.h"

enum {
    OB_FORMULA_TEXT = 64 << 10,    /* bytes */
    OB_FORMULA_DEPTH = 200,        /* brackets within brackets, powers of powers */
    OB_FORMULA_ELEMENTS = 1 << 16, /* of one vector or matrix */
    OB_FORMULA_TERMS = 1 << 16,    /* of one sum or product */
};

/* 0, 0: a number; n, 0: a vector; m, n: a matrix of m rows. */
struct ob_shape {
    size_t rows, cols;
};

/* The number of elements, 1 of a number. */
size_t ob_shape_size(struct ob_shape shape);

enum ob_name_kind { OB_NAME_PARAM, OB_NAME_COLUMN, OB_NAME_VALUE, OB_NAME_PENDING };

/* What a name stands for. */
struct ob_name {
    char *text; /* owned */
    enum ob_name_kind kind;
    struct ob_shape shape;
    bool rows;      /* differs from row to row */
    uint32_t *node; /* [size of shape], owned; a matrix row by row */
    size_t first;   /* of a parameter: index of its first element in the flat vector */
};

/*
 * The names that a formula may use, and the graph that they are nodes of. Filled before
 * parsing, by ob_scope_param() and its like in any order; a name once given stays.
 * After a call that failed, a scope is good for ob_scope_finish() only.
 */
struct ob_scope {
    struct ob_graph *graph; /* borrowed */
    bool infer;             /* unknown names become parameters, numbers, as they appear */
    struct ob_name *name;   /* [n], in the order in which they came */
    size_t n;
    size_t params; /* elements of all parameters: the length of the flat vector */
    size_t *slot;  /* private: [slots] hash table */
    size_t slots;
};

void ob_scope_init(struct ob_scope *s, struct ob_graph *g);
void ob_scope_finish(struct ob_scope *s); /* zeroed is allowed */

/* A parameter; its elements follow those of the one before in the flat vector. Fails for
 * what is no plain name, or has the name of a function, a constant or something else. */
bool ob_scope_param(struct ob_scope *s, const char *name, struct ob_shape shape,
                    struct ob_err *err);

/* Column `index` of the data, with any name: what is not plain, or the name of a function
 * or constant, is written between backticks. Fails where the name is taken. */
bool ob_scope_column(struct ob_scope *s, const char *name, uint32_t index,
                     struct ob_err *err);

/* A name for finite numbers, value[size of shape], a matrix row by row. */
bool ob_scope_constant(struct ob_scope *s, const char *name, struct ob_shape shape,
                       const double *value, struct ob_err *err);

/* A name for a node of the graph (predict, in the formula of a loss). */
bool ob_scope_node(struct ob_scope *s, const char *name, uint32_t node,
                   struct ob_err *err);

/* The definitions of a text: "r = a^2 + b^2, s = sqrt(r)". Each may use the others, in
 * any order; loops are refused. Columns in errors, and the places of the nodes, are those
 * of this text: who keeps several texts shifts them (node.at), as src/model/typed.c does.
 */
bool ob_scope_define(struct ob_scope *s, const char *text, struct ob_err *err);

/* What is called so, or NULL; lent until the next name is added. */
const struct ob_name *ob_scope_find(const struct ob_scope *s, const char *name);

/* How element i of the flat vector is written in a formula: "a", "w[3]", "A[1, 2]";
 * appended to out. i < s->params. */
void ob_scope_param_name(const struct ob_scope *s, size_t i, struct ob_buf *out);

/* Whether a name can be written without backticks and is no function or constant. */
bool ob_formula_plain_name(const char *name);

/* What a text amounts to; a zeroed one is empty. */
struct ob_formula_value {
    struct ob_shape shape;
    bool rows;      /* mentions columns outside of reductions */
    uint32_t *node; /* [size of shape], owned */
};

bool ob_formula_parse_value(struct ob_scope *s, const char *text,
                            struct ob_formula_value *out, struct ob_err *err);
void ob_formula_value_finish(struct ob_formula_value *v); /* zeroed is allowed */

/* A number for all rows together: fails for vectors, and for a value for each row. */
bool ob_formula_parse(struct ob_scope *s, const char *text, uint32_t *root,
                      struct ob_err *err);

/* A number, which may differ from row to row: fails for vectors. */
bool ob_formula_parse_row(struct ob_scope *s, const char *text, uint32_t *root,
                          struct ob_err *err);

/* The functions of the language, for help and manual; ends with an empty entry. */
struct ob_formula_function {
    const char *name;
    const char *arguments; /* "x", "a, b, ..." */
    const char *help;      /* one sentence without a full stop */
};

const struct ob_formula_function *ob_formula_functions(void);

/*
 * Appends a node as text with as few parentheses as can be, x * x as x^2, names from the
 * scope (NULL: p1, p2 and x1, x2): reading it gives the same node. A formula whose parts
 * occur often is far longer as text than as a graph: from `most` bytes on it ends in
 * "...", and cannot be read back.
 */
void ob_formula_write_node(const struct ob_graph *g, uint32_t node,
                           const struct ob_scope *s, size_t most, struct ob_buf *out);

#endif
