#include <config.h>

#include "functions.h"
#include "optbench/base/compiler.h"
#include "wrong.h"

static bool wrong_count(struct parser *p, const struct call *c)
{
    const struct function *f = c->f;
    bool decimal = false;
    for (size_t i = c->name; i < p->at; i++)
        decimal |= c->n > f->most && ob_wrong_decimal(p, i);
    size_t byte = p->token[c->name].from;
    if (f->most == MOST_ARGUMENTS && c->n > f->most)
        return ob_wrong(p, byte, "%s takes at most %u arguments, or a vector: %s([...])",
                        f->name, f->most, f->name);
    if (f->most == MOST_ARGUMENTS)
        return ob_wrong(p, byte, "%s takes a vector, or two arguments and more", f->name);
    if (f->most == 0)
        return ob_wrong(p, byte, "%s() takes no arguments", f->name);
    return ob_wrong(p, byte, "%s(%s) takes %u argument%s, not %zu%s", f->name,
                    f->arguments, f->most, f->most == 1 ? "" : "s", c->n,
                    decimal ? "; decimals have a point: 1.5" : "");
}

/* Between the brackets; the closing one is next then. */
static bool arguments(struct parser *p, struct call *c)
{
    if (ob_parser_peek(p)->kind == ')')
        return true;
    for (;; ob_parser_next(p)) {
        struct value spare;
        if (!ob_parser_expression(p, c->n < MOST_ARGUMENTS ? &c->arg[c->n] : &spare))
            return false;
        c->n++;
        if (ob_parser_peek(p)->kind != ',')
            return ob_parser_peek(p)->kind == ')' || ob_wrong_end(p);
    }
}

static bool is_indexed(const struct parser *p, const struct function *f)
{
    const struct token *t = ob_parser_peek(p);
    return (f->op == OB_OP_ADD || f->op == OB_OP_MUL) && t[1].kind == TOKEN_NAME &&
           t[2].kind == ',' && t[3].kind != ')';
}

bool ob_parser_call(struct parser *p, struct value *out)
{
    const struct token *t = ob_parser_peek(p);
    struct call c = { .name = p->at };
    size_t outer = p->open;
    c.f = ob_function_find(p->text + t->from, t->to - t->from);
    if (!c.f)
        return ob_wrong_function(p, t);
    ob_parser_next(p);
    if (is_indexed(p, c.f)) {
        bool ok = ob_parser_indexed(p, c.f->op, out);
        out->at = ob_parser_span(p, c.name);
        return ok;
    }
    p->open = p->at + 1;
    ob_parser_next(p);
    if (!arguments(p, &c))
        return false;
    ob_parser_next(p);
    p->open = outer;
    out->at = ob_parser_span(p, c.name);
    if (c.n < c.f->least || c.n > c.f->most)
        return wrong_count(p, &c);
    return c.f->apply(p, &c, out);
}
