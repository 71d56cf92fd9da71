#include <config.h>

#include "value.h"

#include <stdio.h>
#include <string.h>

#include "wrong.h"

size_t ob_shape_size(struct ob_shape shape)
{
    return !shape.rows ? 1 : !shape.cols ? shape.rows : shape.rows * shape.cols;
}

static bool same_shape(struct ob_shape a, struct ob_shape b)
{
    return a.rows == b.rows && a.cols == b.cols;
}

bool ob_value_is_number(const struct value *v)
{
    return !v->shape.rows;
}

const char *ob_value_words(const struct value *v, char out[static 64])
{
    if (v->shape.cols)
        snprintf(out, 64, "a %zu x %zu matrix", v->shape.rows, v->shape.cols);
    else if (v->shape.rows)
        snprintf(out, 64, "a vector of %zu", v->shape.rows);
    else
        snprintf(out, 64, "a number");
    return out;
}

bool ob_value_of_node(struct parser *p, uint32_t node, bool rows, struct value *out)
{
    uint32_t *place = ob_parser_take(p, 1);
    if (!place)
        return false;
    *place = node;
    *out = (struct value){ .node = place, .rows = rows, .at = out->at };
    return true;
}

bool ob_value_unary(struct parser *p, enum ob_formula_op op, const struct value *a,
                    struct value *out)
{
    size_t n = ob_shape_size(a->shape);
    uint32_t *node = ob_parser_take(p, n);
    if (!node)
        return false;
    struct ob_formula_at at = out->at;
    for (size_t i = 0; i < n; i++)
        node[i] = ob_graph_unary(p->graph, op, a->node[i], at);
    *out = (struct value){ a->shape, a->rows, node, out->at };
    return true;
}

static bool shapes_differ(struct parser *p, const struct value *a, const struct value *b,
                          const char *name, size_t byte)
{
    char left[WRONG_QUOTE], right[WRONG_QUOTE], m[64], n[64];
    bool operator= strlen(name) == 1;
    ob_wrong_quote(p, a->at, left);
    ob_wrong_quote(p, b->at, right);
    if (a->shape.cols || b->shape.cols || !a->shape.rows || !b->shape.rows) {
        ob_value_words(a, m);
        ob_value_words(b, n);
    } else {
        snprintf(m, sizeof m, "%zu", a->shape.rows);
        snprintf(n, sizeof n, "%zu elements", b->shape.rows);
    }
    if (operator)
        return ob_wrong(p, byte, "%s %s %s: %s and %s%s", left, name, right, m, n,
                        *name == '*' ? "; @ is the matrix product" : "");
    return ob_wrong(p, byte, "%s(%s, %s): %s and %s", name, left, right, m, n);
}

bool ob_value_binary(struct parser *p, enum ob_formula_op op, const struct value *a,
                     const struct value *b, const char *name, struct value *out)
{
    bool left = ob_value_is_number(a), right = ob_value_is_number(b);
    if (!left && !right && !same_shape(a->shape, b->shape))
        return shapes_differ(p, a, b, name, out->at.from);
    struct ob_shape shape = left ? b->shape : a->shape;
    size_t n = ob_shape_size(shape);
    uint32_t *node = ob_parser_take(p, n);
    if (!node)
        return false;
    struct ob_formula_at at = out->at;
    for (size_t i = 0; i < n; i++)
        node[i] = ob_graph_binary(p->graph, op, a->node[left ? 0 : i],
                                  b->node[right ? 0 : i], at);
    *out = (struct value){ shape, a->rows || b->rows, node, out->at };
    return true;
}

bool ob_value_fold(struct parser *p, enum ob_formula_op op, const struct value *a,
                   struct value *out)
{
    size_t n = ob_shape_size(a->shape);
    uint32_t total = a->node[0];
    struct ob_formula_at at = out->at;
    for (size_t i = 1; i < n; i++)
        total = ob_graph_binary(p->graph, op, total, a->node[i], at);
    p->work += n;
    return ob_value_of_node(p, total, a->rows, out);
}

/* Row i of a times column j of b, added from the left. */
static uint32_t inner(struct parser *p, const uint32_t *a, const uint32_t *b, size_t n,
                      size_t stride, struct ob_formula_at at)
{
    uint32_t total = 0;
    for (size_t k = 0; k < n; k++) {
        uint32_t term = ob_graph_binary(p->graph, OB_OP_MUL, a[k], b[k * stride], at);
        total = k ? ob_graph_binary(p->graph, OB_OP_ADD, total, term, at) : term;
    }
    return total;
}

bool ob_value_product(struct parser *p, const struct value *a, const struct value *b,
                      const char *name, struct value *out)
{
    if (ob_value_is_number(a) || ob_value_is_number(b))
        return ob_wrong(p, out->at.from,
                        "%s is the product of vectors and matrices; "
                        "write * for numbers",
                        name);
    size_t m = a->shape.cols ? a->shape.rows : 1, n = b->shape.cols ? b->shape.cols : 1;
    size_t shared = a->shape.cols ? a->shape.cols : a->shape.rows;
    if (shared != b->shape.rows)
        return shapes_differ(p, a, b, name, out->at.from);
    struct ob_shape shape = { a->shape.cols ? m : 0, b->shape.cols ? n : 0 };
    if (!shape.rows) /* a row: a vector again */
        shape = (struct ob_shape){ shape.cols, 0 };
    if (m * n > OB_FORMULA_ELEMENTS)
        return ob_wrong(p, out->at.from, "a %zu x %zu matrix: at most %d elements", m, n,
                        OB_FORMULA_ELEMENTS);
    p->work += m * n * shared;
    uint32_t *node = ob_parser_take(p, m * n);
    if (!node)
        return false;
    struct ob_formula_at at = out->at;
    for (size_t i = 0; i < m * n; i++)
        node[i] = inner(p, a->node + i / n * shared, b->node + i % n, shared, n, at);
    *out = (struct value){ shape, a->rows || b->rows, node, out->at };
    return true;
}

/* Index k of them is 1 to `most`. */
static bool index_within(struct parser *p, const struct value *v, const double *index,
                         size_t n, size_t k, size_t most)
{
    char text[WRONG_QUOTE], second[32] = "", words[64];
    if (index[k] >= 1 && index[k] <= (double)most)
        return true;
    ob_wrong_quote(p, v->at, text);
    if (index[k] == 0)
        return ob_wrong(p, v->at.from, "elements of %s are counted from 1, not from 0",
                        text);
    if (n == 2)
        snprintf(second, sizeof second, ", %lld", (long long)index[1]);
    return ob_wrong(p, v->at.from, "%s[%lld%s]: %s is %s", text, (long long)index[0],
                    second, text, ob_value_words(v, words));
}

bool ob_value_index(struct parser *p, const struct value *v, const double *index,
                    size_t n, struct value *out)
{
    char text[WRONG_QUOTE];
    if (ob_value_is_number(v))
        return ob_wrong(p, v->at.from, "%s is a number and has no elements%s",
                        ob_wrong_quote(p, v->at, text),
                        p->scope->infer ? "; vectors are declared" : "");
    if (n == 2 && !v->shape.cols)
        return ob_wrong(p, v->at.from, "%s is a vector and has one index, not two",
                        ob_wrong_quote(p, v->at, text));
    if (!index_within(p, v, index, n, 0, v->shape.rows) ||
        (n == 2 && !index_within(p, v, index, n, 1, v->shape.cols)))
        return false;
    size_t i = (size_t)index[0] - 1, cols = v->shape.cols ? v->shape.cols : 1;
    bool row = n == 1 && v->shape.cols;
    out->node = v->node + i * cols + (n == 2 ? (size_t)index[1] - 1 : 0);
    out->rows = v->rows;
    out->shape = (struct ob_shape){ row ? cols : 0, 0 };
    return true;
}
