/* What the tests of formulas share: a graph with names, and texts of nodes. */
#ifndef FORMULA_TEST_H
#define FORMULA_TEST_H

#include "../../lib/ob_test.h"
#include "optbench/base/compiler.h"
#include "optbench/formula/parse.h"

struct words {
    struct ob_graph graph;
    struct ob_scope scope;
    struct ob_err err;
};

/* The names that malformed.def speaks of. */
static inline void words_init(struct words *w)
{
    static const char *const columns[] = { "x", "y", "living area", "max" };
    *w = (struct words){ 0 };
    ob_graph_init(&w->graph);
    ob_scope_init(&w->scope, &w->graph);
    assert_true(ob_scope_param(&w->scope, "w", (struct ob_shape){ 3, 0 }, &w->err));
    assert_true(ob_scope_param(&w->scope, "A", (struct ob_shape){ 2, 3 }, &w->err));
    assert_true(ob_scope_param(&w->scope, "a", (struct ob_shape){ 0 }, &w->err));
    assert_true(ob_scope_param(&w->scope, "b", (struct ob_shape){ 0 }, &w->err));
    for (uint32_t i = 0; i < OB_COUNT(columns); i++)
        assert_true(ob_scope_column(&w->scope, columns[i], i, &w->err));
}

static inline void words_finish(struct words *w)
{
    ob_scope_finish(&w->scope);
    ob_graph_finish(&w->graph);
}

/* The node as text, lent until the next call. */
static inline const char *words_text(struct words *w, uint32_t node)
{
    static struct ob_buf text;
    ob_buf_clear(&text);
    ob_formula_write_node(&w->graph, node, &w->scope, 100000, &text);
    return ob_buf_text(&text);
}

#endif
