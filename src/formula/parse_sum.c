#include <config.h>

#include <string.h>

#include "functions.h"
#include "parser.h"
#include "value.h"
#include "wrong.h"

/* sum(index, from, to, term) while it is read. */
struct indexed {
    enum ob_formula_op op;
    size_t first; /* token of the function's name */
    size_t term;  /* token that the term begins with */
    double from, to;
    struct bound bound;
};

static bool comma(struct parser *p, const struct indexed *s)
{
    const char *name = s->op == OB_OP_ADD ? "sum" : "prod";
    if (ob_parser_peek(p)->kind == ')')
        return ob_wrong(p, p->token[s->first].from,
                        "%s with an index is %s(i, from, to, term)", name, name);
    if (ob_parser_peek(p)->kind != ',')
        return ob_wrong_end(p);
    ob_parser_next(p);
    return true;
}

/* The index may hide nothing: the text would mean something else than it seems to. */
static bool index_name(struct parser *p, struct indexed *s)
{
    const struct token *t = ob_parser_peek(p);
    const char *name = p->text + t->from, *what = NULL;
    size_t n = t->to - t->from;
    const struct ob_name *known = ob_scope_find_n(p->scope, name, n);
    char text[WRONG_QUOTE];
    if (known)
        what = ob_scope_kind_text(known->kind);
    else if (ob_formula_constant(name, n))
        what = "constant";
    else if (ob_function_find(name, n))
        what = "function";
    for (const struct bound *b = p->bound; b; b = b->outer)
        if (b->n == n && !memcmp(b->name, name, n))
            return ob_wrong(p, t->from, "'%.*s' is the index of a sum around this one",
                            (int)n, name);
    if (what)
        return ob_wrong(p, t->from, "the index '%s' is a %s already: name it otherwise",
                        ob_wrong_quote(p, (struct ob_formula_at){ t->from, t->to }, text),
                        what);
    s->bound = (struct bound){ name, n, 0, p->bound };
    ob_parser_next(p);
    return true;
}

static bool limits(struct parser *p, struct indexed *s)
{
    struct value from, to;
    if (!comma(p, s) || !ob_parser_expression(p, &from) ||
        !ob_parser_whole(p, &from, "the first index", &s->from) || !comma(p, s) ||
        !ob_parser_expression(p, &to) ||
        !ob_parser_whole(p, &to, "the last index", &s->to) || !comma(p, s))
        return false;
    if (s->to - s->from >= OB_FORMULA_TERMS)
        return ob_wrong(p, p->token[s->first].from, "%s of %lld terms: at most %d",
                        s->op == OB_OP_ADD ? "a sum" : "a product",
                        (long long)(s->to - s->from) + 1, OB_FORMULA_TERMS);
    s->term = p->at;
    return true;
}

/* Over a term that is not read, because there is none: to the bracket that closes. */
static bool skip(struct parser *p)
{
    unsigned deep = 0;
    for (;; ob_parser_next(p)) {
        int kind = ob_parser_peek(p)->kind;
        if (kind == TOKEN_END || kind == TOKEN_WRONG)
            return ob_wrong_end(p);
        if ((kind == ')' || kind == ']') && deep-- == 0)
            return true;
        deep += kind == '(' || kind == '[';
    }
}

static bool terms(struct parser *p, struct indexed *s, struct value *out)
{
    struct value total, term;
    for (double i = s->from; i <= s->to; i++) {
        s->bound.value = i;
        p->at = s->term;
        p->bound = &s->bound;
        bool ok = ob_parser_expression(p, &term);
        p->bound = s->bound.outer;
        if (!ok)
            return false;
        if (i == s->from) {
            *out = term;
            continue;
        }
        total = *out;
        out->at = term.at;
        if (!ob_value_binary(p, s->op, &total, &term, s->op == OB_OP_ADD ? "+" : "*",
                             out))
            return false;
    }
    return true;
}

bool ob_parser_indexed(struct parser *p, enum ob_formula_op op, struct value *out)
{
    struct indexed s = { .op = op, .first = p->at - 1 };
    size_t outer = p->open;
    p->open = p->at + 1;
    ob_parser_next(p);
    if (!ob_parser_enter(p) || !index_name(p, &s) || !limits(p, &s))
        return false;
    bool ok =
        s.from > s.to
            ? skip(p) && ob_value_of_node(p, ob_graph_const(p->graph, op == OB_OP_MUL),
                                          false, out)
            : terms(p, &s, out);
    if (!ok)
        return false;
    if (ob_parser_peek(p)->kind == ',')
        return ob_wrong(p, p->token[s.first].from,
                        "%s with an index takes 4 arguments, not more",
                        op == OB_OP_ADD ? "sum" : "prod");
    if (ob_parser_peek(p)->kind != ')')
        return ob_wrong_end(p);
    ob_parser_next(p);
    p->open = outer;
    ob_parser_leave(p);
    return true;
}
