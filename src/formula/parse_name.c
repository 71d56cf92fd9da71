#include <config.h>

#include <string.h>

#include "functions.h"
#include "optbench/base/compiler.h"
#include "parser.h"
#include "value.h"
#include "wrong.h"

const double *ob_formula_constant(const char *name, size_t n)
{
    static const struct {
        const char *name;
        double value;
    } constants[] = {
        { "pi", 3.141592653589793 },
        { "e", 2.718281828459045 },
    };
    for (size_t i = 0; i < OB_COUNT(constants); i++)
        if (strlen(constants[i].name) == n && !memcmp(constants[i].name, name, n))
            return &constants[i].value;
    return NULL;
}

static const struct bound *find_bound(const struct parser *p, const char *name, size_t n)
{
    const struct bound *b = p->bound;
    while (b && (b->n != n || memcmp(b->name, name, n)))
        b = b->outer;
    return b;
}

/* A function's name without arguments. */
static bool bare_function(struct parser *p, const struct token *t,
                          const struct function *f)
{
    const struct ob_name *known = ob_scope_find(p->scope, f->name);
    if (known)
        return ob_wrong(p, t->from, "'%s' is a function; the %s is written `%s`", f->name,
                        ob_scope_kind_text(known->kind), f->name);
    return ob_wrong(p, t->from, "'%s' is a function: write %s(%s)", f->name, f->name,
                    f->arguments);
}

/* What the scope knows under that name; a new parameter where they are inferred. */
static bool scope_name(struct parser *p, const struct token *t, struct value *out)
{
    const char *name = p->text + t->from;
    size_t n = t->to - t->from;
    const struct ob_name *known = ob_scope_find_n(p->scope, name, n);
    if (known && known->kind == OB_NAME_PENDING) {
        size_t i = (size_t)(known - p->scope->name);
        if (!ob_parser_definition(p, i))
            return false;
        known = &p->scope->name[i];
    }
    if (!known && p->scope->infer && t->kind == TOKEN_NAME)
        known = ob_scope_add_param(p->scope, name, n, (struct ob_shape){ 0 });
    if (!known)
        return ob_wrong_name(p, t);
    *out = (struct value){ known->shape, known->rows, known->node, out->at };
    return true;
}

bool ob_parser_name(struct parser *p, struct value *out)
{
    const struct token *t = ob_parser_peek(p);
    const char *name = p->text + t->from;
    size_t n = t->to - t->from, quote = t->kind == TOKEN_QUOTED;
    out->at =
        (struct ob_formula_at){ (uint32_t)(t->from - quote), (uint32_t)(t->to + quote) };
    ob_parser_next(p);
    if (quote)
        return scope_name(p, t, out);
    const struct bound *b = find_bound(p, name, n);
    const double *constant = b ? &b->value : ob_formula_constant(name, n);
    if (constant)
        return ob_value_of_node(p, ob_graph_const(p->graph, *constant), false, out);
    const struct function *f = ob_function_find(name, n);
    return f ? bare_function(p, t, f) : scope_name(p, t, out);
}
