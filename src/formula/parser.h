/*
 * The state of reading one text, and what the files that read it share: expressions
 * (parser.c), names (parse_name.c), sums over an index (parse_sum.c), functions
 * (functions.c), vectors (value.c). Everything that returns bool has set the error where
 * it returns false.
 */
#ifndef OB_FORMULA_PARSER_H
#define OB_FORMULA_PARSER_H

#include "lexer.h"
#include "optbench/formula/parse.h"

/* A part of the text that has been read. */
struct value {
    struct ob_shape shape;
    bool rows;            /* mentions columns outside of reductions */
    const uint32_t *node; /* [size of shape], the scope's or the parser's */
    struct ob_formula_at at;
};

/* The index of a sum around what is read now. */
struct bound {
    const char *name; /* [n], not NUL ended */
    size_t n;
    double value;
    const struct bound *outer;
};

/* A definition that is not read yet. */
struct definition {
    size_t name;  /* in the scope */
    size_t first; /* token */
    bool busy;    /* being read: who needs it now closes a loop */
};

struct chunk;

struct parser {
    struct ob_scope *scope;
    struct ob_graph *graph;
    const char *text;
    struct token *token; /* owned */
    size_t at;           /* the token that is next */
    size_t open;         /* token of the innermost open bracket + 1; 0 = none */
    unsigned depth;
    size_t work; /* tokens read and nodes taken, repeated ones counted again */
    const struct bound *bound;
    struct definition *definition; /* [definitions]; NULL outside of them */
    size_t definitions;
    struct chunk *chunk; /* memory of the nodes taken */
    struct ob_err *err;
};

/* Fails where the text is too long; ob_parser_finish() either way. */
bool ob_parser_init(struct parser *p, struct ob_scope *s, const char *text,
                    struct ob_err *err);
void ob_parser_finish(struct parser *p);

/* Room for n nodes until ob_parser_finish(); NULL where the work has become too much. */
uint32_t *ob_parser_take(struct parser *p, size_t n);

static inline const struct token *ob_parser_peek(const struct parser *p)
{
    return &p->token[p->at];
}

static inline void ob_parser_next(struct parser *p)
{
    p->at++;
    p->work++;
}

/* Everything from `first` to the token read last. */
struct ob_formula_at ob_parser_span(const struct parser *p, size_t first);

/* One level deeper, and back; entering fails beyond OB_FORMULA_DEPTH. */
bool ob_parser_enter(struct parser *p);
void ob_parser_leave(struct parser *p);

/* An expression, up to the token that cannot belong to it. */
bool ob_parser_expression(struct parser *p, struct value *out);

/* The value of the name at the next token, which is consumed. */
bool ob_parser_name(struct parser *p, struct value *out);

/* A function with its arguments: next are its name and '('. */
bool ob_parser_call(struct parser *p, struct value *out);

/* sum(i, from, to, term) and prod, op ADD and MUL: next is '('. */
bool ob_parser_indexed(struct parser *p, enum ob_formula_op op, struct value *out);

/* A value that is known beforehand and whole: `what` it is, for the error. */
bool ob_parser_whole(struct parser *p, const struct value *v, const char *what,
                     double *out);

/* The definition whose name is name[i] of the scope. */
bool ob_parser_definition(struct parser *p, size_t i);

/* A new name, name[0..n), with zeroed nodes; lent until the next one is added. */
struct ob_name *ob_scope_add(struct ob_scope *s, const char *name, size_t n,
                             enum ob_name_kind kind, struct ob_shape shape);
const struct ob_name *ob_scope_find_n(const struct ob_scope *s, const char *name,
                                      size_t n);
/* A parameter whose name has been looked at. */
struct ob_name *ob_scope_add_param(struct ob_scope *s, const char *name, size_t n,
                                   struct ob_shape shape);
/* "parameter", "column of the data", ... */
const char *ob_scope_kind_text(enum ob_name_kind kind);

/* pi and e; NULL for other names. */
const double *ob_formula_constant(const char *name, size_t n);

#endif
