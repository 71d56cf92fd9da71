/* Definitions: "r = a^2 + b^2, s = sqrt(r)". All names first, then what they stand for,
 * each when it is needed. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "optbench/base/mem.h"
#include "parser.h"
#include "value.h"
#include "wrong.h"

bool ob_parser_definition(struct parser *p, size_t i)
{
    struct definition *d = p->definition;
    while (d->name != i)
        d++;
    size_t back = p->at - 1, open = p->open;
    const struct bound *bound = p->bound;
    struct value v;
    if (d->busy)
        return ob_wrong(p, p->token[back].from, "'%.80s' is defined by way of itself",
                        p->scope->name[i].text);
    d->busy = true;
    p->at = d->first;
    p->open = 0;
    p->bound = NULL;
    if (!ob_parser_expression(p, &v))
        return false;
    int kind = ob_parser_peek(p)->kind;
    if (kind != ',' && kind != TOKEN_END)
        return ob_wrong_end(p);
    size_t n = ob_shape_size(v.shape);
    struct ob_name *name = &p->scope->name[i];
    free(name->node);
    name->node = ob_xreallocarray(NULL, n, sizeof *name->node);
    memcpy(name->node, v.node, n * sizeof *name->node);
    name->shape = v.shape;
    name->rows = v.rows;
    name->kind = OB_NAME_VALUE;
    p->at = back + 1;
    p->open = open;
    p->bound = bound;
    return true;
}

/* Names are plain, and neither functions nor constants nor taken. */
static bool name_is_free(struct parser *p, const struct token *t)
{
    const char *name = p->text + t->from, *what = NULL;
    size_t n = t->to - t->from;
    char text[WRONG_QUOTE];
    const struct ob_name *known = ob_scope_find_n(p->scope, name, n);
    ob_wrong_quote(p, (struct ob_formula_at){ t->from, t->to }, text);
    if (known && known->kind == OB_NAME_PENDING)
        return ob_wrong(p, t->from, "'%s' is defined twice", text);
    if (known)
        what = ob_scope_kind_text(known->kind);
    else if (ob_formula_constant(name, n))
        what = "constant";
    else if (ob_function_find(name, n))
        what = "function";
    return !what || ob_wrong(p, t->from, "'%s' is a %s already", text, what);
}

/* To the comma behind a definition or to the end. */
static void skip_expression(struct parser *p)
{
    size_t deep = 0;
    for (;; ob_parser_next(p)) {
        int kind = ob_parser_peek(p)->kind;
        if (kind == TOKEN_END || kind == TOKEN_WRONG || (kind == ',' && !deep))
            return;
        if (kind == '(' || kind == '[')
            deep++;
        else if ((kind == ')' || kind == ']') && deep)
            deep--;
    }
}

static bool find_one(struct parser *p)
{
    const struct token *t = ob_parser_peek(p);
    if (t->kind == TOKEN_WRONG)
        return ob_wrong_token(p);
    if (t->kind != TOKEN_NAME || t[1].kind != '=')
        return ob_wrong(p, t->from, "a definition is: name = expression");
    if (!name_is_free(p, t))
        return false;
    struct ob_scope *s = p->scope;
    p->definition =
        ob_xreallocarray(p->definition, p->definitions + 1, sizeof *p->definition);
    p->definition[p->definitions++] = (struct definition){ s->n, p->at + 2, false };
    ob_scope_add(s, p->text + t->from, t->to - t->from, OB_NAME_PENDING,
                 (struct ob_shape){ 0 });
    p->at += 2;
    skip_expression(p);
    return true;
}

static bool find_all(struct parser *p)
{
    for (;;) {
        if (!find_one(p))
            return false;
        if (ob_parser_peek(p)->kind != ',')
            return true;
        ob_parser_next(p);
    }
}

static bool read_all(struct parser *p)
{
    for (size_t i = 0; i < p->definitions; i++) {
        size_t name = p->definition[i].name;
        p->at = p->definition[i].first;
        if (p->scope->name[name].kind == OB_NAME_PENDING &&
            !ob_parser_definition(p, name))
            return false;
    }
    return true;
}

bool ob_scope_define(struct ob_scope *s, const char *text, struct ob_err *err)
{
    struct parser p;
    bool ok = ob_parser_init(&p, s, text, err) && find_all(&p) && read_all(&p);
    if (s->graph->err.code != OB_OK) {
        if (err)
            *err = s->graph->err;
        ok = false;
    }
    free(p.definition);
    ob_parser_finish(&p);
    return ok;
}
