#include <config.h>

#include "parser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "value.h"
#include "wrong.h"

/* Twice what a formula of the most nodes can need; some tenths of a second. */
enum { MOST_WORK = 1 << 22, LEAST_CHUNK = 1 << 10 };

struct chunk {
    struct chunk *next;
    size_t used, cap;
    uint32_t node[];
};

bool ob_parser_init(struct parser *p, struct ob_scope *s, const char *text,
                    struct ob_err *err)
{
    *p = (struct parser){ .scope = s, .graph = s->graph, .text = text, .err = err };
    if (strlen(text) > OB_FORMULA_TEXT)
        return ob_fail(err, OB_ECONFIG, "the formula is longer than %d bytes",
                       OB_FORMULA_TEXT);
    p->token = ob_lexer_tokens(text);
    return true;
}

void ob_parser_finish(struct parser *p)
{
    for (struct chunk *c = p->chunk, *next; c; c = next) {
        next = c->next;
        free(c);
    }
    free(p->token);
}

uint32_t *ob_parser_take(struct parser *p, size_t n)
{
    struct chunk *c = p->chunk;
    p->work += n;
    if (p->work > MOST_WORK) {
        ob_wrong(p, ob_parser_peek(p)->from, "the sums of this formula are too long");
        return NULL;
    }
    if (!c || c->cap - c->used < n) {
        size_t cap = c ? 2 * c->cap : LEAST_CHUNK;
        cap = cap < n ? n : cap;
        c = ob_xmalloc(sizeof *c + cap * sizeof *c->node);
        *c = (struct chunk){ p->chunk, 0, cap };
        p->chunk = c;
    }
    c->used += n;
    return c->node + c->used - n;
}

struct ob_formula_at ob_parser_span(const struct parser *p, size_t first)
{
    const struct token *a = &p->token[first], *b = &p->token[p->at - 1];
    return (struct ob_formula_at){ a->from - (a->kind == TOKEN_QUOTED),
                                   b->to + (b->kind == TOKEN_QUOTED) };
}

bool ob_parser_enter(struct parser *p)
{
    if (p->depth == OB_FORMULA_DEPTH)
        return ob_wrong(p, ob_parser_peek(p)->from, "nested more than %d levels deep",
                        OB_FORMULA_DEPTH);
    p->depth++;
    return true;
}

void ob_parser_leave(struct parser *p)
{
    p->depth--;
}

bool ob_parser_whole(struct parser *p, const struct value *v, const char *what,
                     double *out)
{
    const struct ob_node *n = &p->graph->node[v->node[0]];
    char text[WRONG_QUOTE];
    bool known = ob_value_is_number(v) && n->op == OB_OP_CONST;
    if (known && n->value == floor(n->value) && fabs(n->value) <= 0x1p53) {
        *out = n->value;
        return true;
    }
    ob_wrong_quote(p, v->at, text);
    if (known)
        return ob_wrong(p, v->at.from, "%s is a whole number, and '%s' is none", what,
                        text);
    return ob_wrong(p, v->at.from, "%s is known beforehand, and '%s' is not", what, text);
}

/* Behind '(' or '[' at token `open`; consumes the bracket that closes it. */
static bool close_bracket(struct parser *p, size_t open, size_t outer)
{
    char closing = p->token[open].kind == '(' ? ')' : ']';
    if (ob_parser_peek(p)->kind != closing)
        return ob_wrong_end(p);
    ob_parser_next(p);
    p->open = outer;
    return true;
}

static bool group(struct parser *p, struct value *out)
{
    size_t open = p->at, outer = p->open;
    p->open = open + 1;
    ob_parser_next(p);
    if (!ob_parser_expression(p, out) || !close_bracket(p, open, outer))
        return false;
    out->at = ob_parser_span(p, open);
    return true;
}

/* The elements of a bracket while it is read. */
struct list {
    uint32_t *node; /* [n], owned */
    size_t n, items;
    struct ob_shape shape; /* of the first item */
    bool rows;
};

static bool list_add(struct parser *p, struct list *l, const struct value *v)
{
    size_t n = ob_shape_size(v->shape);
    char text[WRONG_QUOTE], words[64];
    if (v->shape.cols)
        return ob_wrong(p, v->at.from, "'%s' is a matrix, and a row of one is due",
                        ob_wrong_quote(p, v->at, text));
    if (l->items && !v->shape.rows != !l->shape.rows)
        return ob_wrong(p, v->at.from, "'%s' is %s beside %s",
                        ob_wrong_quote(p, v->at, text), ob_value_words(v, words),
                        l->shape.rows ? "vectors" : "numbers");
    if (l->items && v->shape.rows != l->shape.rows)
        return ob_wrong(p, v->at.from,
                        "rows of a matrix are equally long, not %zu and %zu",
                        l->shape.rows, v->shape.rows);
    if (l->n + n > OB_FORMULA_ELEMENTS)
        return ob_wrong(p, v->at.from, "more than %d elements", OB_FORMULA_ELEMENTS);
    l->node = ob_xreallocarray(l->node, l->n + n, sizeof *l->node);
    memcpy(l->node + l->n, v->node, n * sizeof *l->node);
    l->n += n;
    l->items++;
    l->shape = v->shape;
    l->rows |= v->rows;
    return true;
}

static bool list_value(struct parser *p, const struct list *l, struct value *out)
{
    uint32_t *node = ob_parser_take(p, l->n);
    if (!node)
        return false;
    memcpy(node, l->node, l->n * sizeof *node);
    *out = (struct value){ { l->items, l->shape.rows }, l->rows, node, { 0 } };
    return true;
}

static bool list(struct parser *p, struct value *out)
{
    struct list l = { 0 };
    size_t open = p->at, outer = p->open;
    bool ok;
    p->open = open + 1;
    do {
        struct value v;
        ob_parser_next(p);
        ok = ob_parser_expression(p, &v) && list_add(p, &l, &v);
    } while (ok && ob_parser_peek(p)->kind == ',');
    ok = ok && close_bracket(p, open, outer) && list_value(p, &l, out);
    if (ok)
        out->at = ob_parser_span(p, open);
    free(l.node);
    return ok;
}

static bool primary(struct parser *p, struct value *out)
{
    const struct token *t = ob_parser_peek(p);
    switch (t->kind) {
    case TOKEN_NUMBER:
        ob_parser_next(p);
        out->at = (struct ob_formula_at){ t->from, t->to };
        return ob_value_of_node(p, ob_graph_const(p->graph, t->value), false, out);
    case TOKEN_NAME:
        if (t[1].kind == '(')
            return ob_parser_call(p, out);
        return ob_parser_name(p, out);
    case TOKEN_QUOTED:
        return ob_parser_name(p, out);
    case '(':
        return group(p, out);
    case '[':
        return list(p, out);
    default:
        return ob_wrong_operand(p);
    }
}

/* [i] or [i, j] behind a value. */
static bool subscript(struct parser *p, struct value *v)
{
    double index[2];
    size_t open = p->at, outer = p->open, n = 0;
    p->open = open + 1;
    do {
        struct value i;
        ob_parser_next(p);
        if (n == OB_COUNT(index))
            return ob_wrong(p, p->token[open].from, "at most two indices");
        if (!ob_parser_expression(p, &i) ||
            !ob_parser_whole(p, &i, "an index", &index[n]))
            return false;
        n++;
    } while (ob_parser_peek(p)->kind == ',');
    return close_bracket(p, open, outer) && ob_value_index(p, v, index, n, v);
}

static bool postfix(struct parser *p, struct value *out)
{
    size_t first = p->at;
    bool ok = primary(p, out);
    while (ok && ob_parser_peek(p)->kind == '[') {
        ok = subscript(p, out);
        out->at = ob_parser_span(p, first);
    }
    return ok;
}

static bool unary(struct parser *p, struct value *out);

static bool power(struct parser *p, struct value *out)
{
    struct value exponent;
    size_t first = p->at;
    if (!postfix(p, out))
        return false;
    if (ob_parser_peek(p)->kind != '^')
        return true;
    ob_parser_next(p);
    if (!ob_parser_enter(p) || !unary(p, &exponent))
        return false;
    ob_parser_leave(p);
    struct value base = *out;
    out->at = ob_parser_span(p, first);
    return ob_value_binary(p, OB_OP_POW, &base, &exponent, "^", out);
}

static bool unary(struct parser *p, struct value *out)
{
    size_t first = p->at;
    int sign = ob_parser_peek(p)->kind;
    if (sign != '-' && sign != '+')
        return power(p, out);
    ob_parser_next(p);
    if (!ob_parser_enter(p) || !unary(p, out))
        return false;
    ob_parser_leave(p);
    out->at = ob_parser_span(p, first);
    return sign == '+' || ob_value_unary(p, OB_OP_NEG, out, out);
}

static bool product(struct parser *p, struct value *out)
{
    size_t first = p->at;
    bool ok = unary(p, out);
    for (;;) {
        int op = ob_parser_peek(p)->kind;
        if (!ok || (op != '*' && op != '/' && op != '@'))
            return ok;
        struct value a = *out, b;
        ob_parser_next(p);
        if (!unary(p, &b))
            return false;
        out->at = ob_parser_span(p, first);
        if (op == '@')
            ok = ob_value_product(p, &a, &b, "@", out);
        else if (op == '*')
            ok = ob_value_binary(p, OB_OP_MUL, &a, &b, "*", out);
        else
            ok = ob_value_binary(p, OB_OP_DIV, &a, &b, "/", out);
    }
}

bool ob_parser_expression(struct parser *p, struct value *out)
{
    size_t first = p->at;
    if (!ob_parser_enter(p))
        return false;
    bool ok = product(p, out);
    for (;;) {
        int op = ob_parser_peek(p)->kind;
        if (!ok || (op != '+' && op != '-'))
            break;
        struct value a = *out, b;
        ob_parser_next(p);
        if (!product(p, &b))
            return false;
        out->at = ob_parser_span(p, first);
        ok = op == '+' ? ob_value_binary(p, OB_OP_ADD, &a, &b, "+", out)
                       : ob_value_binary(p, OB_OP_SUB, &a, &b, "-", out);
    }
    ob_parser_leave(p);
    return ok;
}
