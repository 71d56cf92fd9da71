/* A node as text. What is still to be written is a stack, because a sum of many terms is
 * as deep as it is long. */
#include <config.h>

#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/formula/parse.h"

/* How tightly a text is bound, loosest first. */
enum level { LEVEL_SUM, LEVEL_PRODUCT, LEVEL_SIGN, LEVEL_POWER, LEVEL_ATOM };

/* Products that are powers are at most so deep: six squares, each times the base. */
enum { POWER_LEVELS = 12, MOST_POWER = 64 };

/* A text, or a node that has to be bound as tightly as `level`, or a whole exponent. */
struct item {
    const char *text; /* NULL = node */
    uint32_t node;
    enum level level;
    unsigned exponent; /* 0 = none */
};

struct writer {
    const struct ob_graph *g;
    const struct ob_scope *scope;
    struct ob_buf *out;
    struct item *item; /* [n], the last one is next */
    size_t n, cap;
};

static void push(struct writer *w, struct item item)
{
    if (w->n == w->cap) {
        w->cap = w->cap ? 2 * w->cap : 64;
        w->item = ob_xreallocarray(w->item, w->cap, sizeof *w->item);
    }
    w->item[w->n++] = item;
}

static void push_text(struct writer *w, const char *text)
{
    push(w, (struct item){ .text = text });
}

static void push_node(struct writer *w, uint32_t node, enum level level)
{
    push(w, (struct item){ .node = node, .level = level });
}

struct power {
    uint32_t base;
    unsigned n;
};

/* What the node is the n-th power of by the products of ob_graph_binary(). */
static struct power power_of(const struct ob_graph *g, uint32_t node, unsigned levels)
{
    const struct ob_node *x = &g->node[node];
    struct power itself = { node, 1 };
    if (x->op != OB_OP_MUL || !levels)
        return itself;
    struct power p = power_of(g, x->a, levels - 1);
    if (x->a == x->b)
        return 2 * p.n <= MOST_POWER ? (struct power){ p.base, 2 * p.n }
                                     : (struct power){ x->a, 2 };
    if (p.n % 2 == 0 && p.base == x->b && p.n < MOST_POWER)
        return (struct power){ p.base, p.n + 1 };
    p = power_of(g, x->b, levels - 1);
    if (p.n % 2 == 0 && p.base == x->a && p.n < MOST_POWER)
        return (struct power){ p.base, p.n + 1 };
    return itself;
}

static const struct ob_name *column_of(const struct ob_scope *s, uint32_t index)
{
    for (size_t i = 0; s && i < s->n; i++)
        if (s->name[i].kind == OB_NAME_COLUMN &&
            s->graph->node[s->name[i].node[0]].index == index)
            return &s->name[i];
    return NULL;
}

static void write_leaf(struct writer *w, const struct ob_node *x)
{
    char number[OB_NUMBER_MAX];
    const struct ob_name *column;
    switch (x->op) {
    case OB_OP_CONST:
        ob_number_write(number, x->value);
        ob_buf_adds(w->out, number);
        break;
    case OB_OP_PARAM:
        if (w->scope && x->index < w->scope->params)
            ob_scope_param_name(w->scope, x->index, w->out);
        else
            ob_buf_addf(w->out, "p%u", x->index + 1);
        break;
    case OB_OP_COLUMN:
        column = column_of(w->scope, x->index);
        if (!column)
            ob_buf_addf(w->out, "x%u", x->index + 1);
        else if (ob_formula_plain_name(column->text))
            ob_buf_adds(w->out, column->text);
        else
            ob_buf_addf(w->out, "`%s`", column->text);
        break;
    case OB_OP_ROWS:
        ob_buf_adds(w->out, "rows()");
        break;
    default:
        ob_buf_addf(w->out, "direction[%u]", x->index + 1);
    }
}

static enum level level_of(const struct ob_node *x)
{
    switch (x->op) {
    case OB_OP_CONST:
        return signbit(x->value) ? LEVEL_SIGN : LEVEL_ATOM;
    case OB_OP_ADD:
    case OB_OP_SUB:
        return LEVEL_SUM;
    case OB_OP_MUL:
    case OB_OP_DIV:
        return LEVEL_PRODUCT;
    case OB_OP_NEG:
        return LEVEL_SIGN;
    case OB_OP_POW:
        return LEVEL_POWER;
    default:
        return LEVEL_ATOM;
    }
}

/* left text right, what comes last pushed first */
static void push_infix(struct writer *w, const struct ob_node *x, enum level left,
                       const char *text, enum level right)
{
    push_node(w, x->b, right);
    push_text(w, text);
    push_node(w, x->a, left);
}

static void push_call(struct writer *w, const struct ob_node *x)
{
    push_text(w, ")");
    if (ob_formula_operands(x->op) == 2) {
        push_node(w, x->b, LEVEL_SUM);
        push_text(w, ", ");
    }
    push_node(w, x->a, LEVEL_SUM);
    push_text(w, "(");
    push_text(w, ob_formula_op_name(x->op));
}

static void push_operation(struct writer *w, const struct ob_node *x)
{
    switch (x->op) {
    case OB_OP_ADD:
        push_infix(w, x, LEVEL_SUM, " + ", LEVEL_PRODUCT);
        break;
    case OB_OP_SUB:
        push_infix(w, x, LEVEL_SUM, " - ", LEVEL_PRODUCT);
        break;
    case OB_OP_MUL:
        push_infix(w, x, LEVEL_PRODUCT, "*", LEVEL_SIGN);
        break;
    case OB_OP_DIV:
        push_infix(w, x, LEVEL_PRODUCT, "/", LEVEL_SIGN);
        break;
    case OB_OP_POW:
        push_infix(w, x, LEVEL_ATOM, "^", LEVEL_SIGN);
        break;
    case OB_OP_NEG:
        push_node(w, x->a, LEVEL_SIGN);
        push_text(w, "-");
        break;
    default:
        push_call(w, x);
    }
}

static void write_node(struct writer *w, struct item item)
{
    const struct ob_node *x = &w->g->node[item.node];
    struct power p = power_of(w->g, item.node, POWER_LEVELS);
    enum level level = p.n > 1 ? LEVEL_POWER : level_of(x);
    if (level < item.level) {
        push_text(w, ")");
        push_node(w, item.node, LEVEL_SUM);
        push_text(w, "(");
    } else if (p.n > 1) {
        push(w, (struct item){ .exponent = p.n });
        push_node(w, p.base, LEVEL_ATOM);
    } else if (ob_formula_operands(x->op) == 0) {
        write_leaf(w, x);
    } else {
        push_operation(w, x);
    }
}

static void write_item(struct writer *w, struct item item)
{
    if (item.text)
        ob_buf_adds(w->out, item.text);
    else if (item.exponent)
        ob_buf_addf(w->out, "^%u", item.exponent);
    else
        write_node(w, item);
}

void ob_formula_write_node(const struct ob_graph *g, uint32_t node,
                           const struct ob_scope *s, size_t most, struct ob_buf *out)
{
    struct writer w = { .g = g, .scope = s, .out = out };
    size_t start = out->len;
    push_node(&w, node, LEVEL_SUM);
    while (w.n > 0 && out->len - start <= most)
        write_item(&w, w.item[--w.n]);
    free(w.item);
    if (out->len - start <= most)
        return;
    size_t keep = most;
    while (keep > 0 && ((unsigned char)out->data[start + keep] & 0xc0) == 0x80)
        keep--;
    out->len = start + keep;
    out->data[out->len] = '\0';
    ob_buf_adds(out, "...");
}
