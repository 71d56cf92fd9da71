#include <config.h>

#include "functions.h"

#include <string.h>

#include "optbench/base/compiler.h"
#include "value.h"
#include "wrong.h"

static bool each(struct parser *p, const struct call *c, struct value *out)
{
    return ob_value_unary(p, c->f->op, &c->arg[0], out);
}

static bool pair(struct parser *p, const struct call *c, struct value *out)
{
    return ob_value_binary(p, c->f->op, &c->arg[0], &c->arg[1], c->f->name, out);
}

/* The largest or smallest of the arguments, or of the elements of the only one. */
static bool extreme(struct parser *p, const struct call *c, struct value *out)
{
    if (c->n == 1 && ob_value_is_number(&c->arg[0]))
        return ob_wrong(p, out->at.from, "%s takes a vector, or two arguments and more",
                        c->f->name);
    if (c->n == 1)
        return ob_value_fold(p, c->f->op, &c->arg[0], out);
    struct ob_formula_at at = out->at;
    *out = c->arg[0];
    for (size_t i = 1; i < c->n; i++) {
        struct value a = *out;
        out->at = at;
        if (!ob_value_binary(p, c->f->op, &a, &c->arg[i], c->f->name, out))
            return false;
    }
    return true;
}

/* The elements of a vector, or the values of all rows, added. */
static bool total(struct parser *p, const struct call *c, const struct value *v,
                  struct value *out)
{
    if (!ob_value_is_number(v))
        return ob_value_fold(p, OB_OP_ADD, v, out);
    if (!v->rows)
        return ob_wrong(p, out->at.from,
                        "%s of a single number: it is no vector and uses no column",
                        c->f->name);
    uint32_t sum = ob_graph_unary(p->graph, OB_OP_SUM, v->node[0], out->at);
    return ob_value_of_node(p, sum, false, out);
}

static bool sum(struct parser *p, const struct call *c, struct value *out)
{
    return total(p, c, &c->arg[0], out);
}

static bool product(struct parser *p, const struct call *c, struct value *out)
{
    if (ob_value_is_number(&c->arg[0]))
        return ob_wrong(p, out->at.from,
                        "prod multiplies the elements of a vector; with an index it is "
                        "prod(i, from, to, term)");
    return ob_value_fold(p, OB_OP_MUL, &c->arg[0], out);
}

static bool mean(struct parser *p, const struct call *c, struct value *out)
{
    const struct value *v = &c->arg[0];
    struct ob_formula_at at = out->at;
    if (!total(p, c, v, out))
        return false;
    uint32_t n = ob_value_is_number(v)
                     ? ob_graph_leaf(p->graph, OB_OP_ROWS, 0, at)
                     : ob_graph_const(p->graph, (double)ob_shape_size(v->shape));
    n = ob_graph_binary(p->graph, OB_OP_DIV, out->node[0], n, at);
    return ob_value_of_node(p, n, out->rows, out);
}

static bool dot(struct parser *p, const struct call *c, struct value *out)
{
    const struct value *a = &c->arg[0], *b = &c->arg[1];
    if (!ob_value_is_number(a) || !ob_value_is_number(b) || (!a->rows && !b->rows))
        return ob_value_product(p, a, b, "dot", out);
    struct value terms = { .at = out->at };
    return ob_value_binary(p, OB_OP_MUL, a, b, "dot", &terms) && total(p, c, &terms, out);
}

static bool norm2(struct parser *p, const struct call *c, struct value *out)
{
    const struct value *v = &c->arg[0];
    struct value squares = { .at = out->at };
    return ob_value_binary(p, OB_OP_MUL, v, v, "norm2", &squares) &&
           total(p, c, &squares, out) && ob_value_unary(p, OB_OP_SQRT, out, out);
}

static bool size(struct parser *p, const struct call *c, struct value *out)
{
    double n = (double)ob_shape_size(c->arg[0].shape);
    if (ob_value_is_number(&c->arg[0]))
        return ob_wrong(p, out->at.from,
                        "size of a number: it counts the elements of "
                        "vectors; rows() counts the rows of the data");
    return ob_value_of_node(p, ob_graph_const(p->graph, n), false, out);
}

static bool rows(struct parser *p, const struct call *c, struct value *out)
{
    (void)c;
    for (size_t i = 0; i < p->scope->n; i++)
        if (p->scope->name[i].kind == OB_NAME_COLUMN)
            return ob_value_of_node(p, ob_graph_leaf(p->graph, OB_OP_ROWS, 0, out->at),
                                    false, out);
    return ob_wrong(p, out->at.from,
                    "rows() counts the rows of the data, and there is "
                    "no data here");
}

static const struct function functions[] = {
#define X(name, arguments, least, most, op, apply, help)                                 \
    { name, arguments, least, most, OB_OP_##op, apply },
#include "functions.def"
#undef X
};

static const struct ob_formula_function abouts[] = {
#define X(name, arguments, least, most, op, apply, help) { name, arguments, help },
#include "functions.def"
#undef X
    { 0 },
};

const struct ob_formula_function *ob_formula_functions(void)
{
    return abouts;
}

const struct function *ob_function_find(const char *name, size_t n)
{
    for (size_t i = 0; i < OB_COUNT(functions); i++)
        if (strlen(functions[i].name) == n && !memcmp(functions[i].name, name, n))
            return &functions[i];
    return NULL;
}
