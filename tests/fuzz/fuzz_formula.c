/* Formulas, behind the first '|' definitions for them: what is read makes a sound graph
 * and reads the same when it is written; what is not has an error with a column. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/formula/parse.h"

enum { MOST_WRITTEN = 4000 };

static void names(struct ob_scope *s)
{
    const struct ob_shape number = { 0 }, vector = { 3, 0 }, matrix = { 2, 3 };
    OB_REQUIRE(ob_scope_param(s, "a", number, NULL));
    OB_REQUIRE(ob_scope_param(s, "w", vector, NULL));
    OB_REQUIRE(ob_scope_param(s, "A", matrix, NULL));
    OB_REQUIRE(ob_scope_column(s, "x", 0, NULL));
    OB_REQUIRE(ob_scope_column(s, "living area", 1, NULL));
    OB_REQUIRE(ob_scope_column(s, "max", 2, NULL));
}

static void check_graph(const struct ob_graph *g)
{
    for (size_t i = 0; i < g->n; i++) {
        const struct ob_node *x = &g->node[i];
        unsigned operands = ob_formula_operands(x->op);
        OB_REQUIRE(x->op < OB_OPS && isfinite(x->value));
        OB_REQUIRE(operands < 1 || x->a < i);
        OB_REQUIRE(operands < 2 || x->b < i);
        bool rows =
            (operands > 0 && g->node[x->a].rows) || (operands > 1 && g->node[x->b].rows);
        if (x->op == OB_OP_COLUMN || x->op == OB_OP_SUM)
            rows = x->op == OB_OP_COLUMN;
        OB_REQUIRE(x->rows == rows);
    }
}

/* One line; its end is the column, within the longer one of the texts or behind it. */
static void check_error(const struct ob_err *err, size_t length)
{
    const char *column = strstr(err->text, " (column ");
    OB_REQUIRE(err->code == OB_ECONFIG && *err->text && !strchr(err->text, '\n'));
    if (!column)
        return;
    for (const char *next = column; (next = strstr(next + 1, " (column "));)
        column = next;
    column += strlen(" (column ");
    int64_t n;
    size_t digits = strspn(column, "0123456789");
    OB_REQUIRE(!strcmp(column + digits, ")"));
    OB_REQUIRE(ob_integer_parse(column, digits, &n));
    OB_REQUIRE(n >= 1 && (size_t)n <= length + 1);
}

static void check_written(struct ob_scope *s, uint32_t node)
{
    struct ob_buf text = { 0 };
    struct ob_err err = { 0 };
    uint32_t again = 0;
    ob_formula_write_node(s->graph, node, s, MOST_WRITTEN, &text);
    OB_REQUIRE(text.len <= MOST_WRITTEN + strlen("..."));
    if (text.len > MOST_WRITTEN) {
        OB_REQUIRE(!strcmp(text.data + text.len - 3, "..."));
    } else if (ob_formula_parse_row(s, text.data, &again, &err)) {
        OB_REQUIRE(again == node);
    } else {
        OB_REQUIRE(strstr(err.text, "nested more than") || s->graph->err.code != OB_OK);
    }
    ob_buf_finish(&text);
}

static void check_text(const char *text, const char *let, bool infer)
{
    struct ob_graph g;
    struct ob_scope s;
    struct ob_err err = { 0 };
    struct ob_formula_value v = { 0 };
    size_t length = strlen(text) > strlen(let) ? strlen(text) : strlen(let);
    ob_graph_init(&g);
    ob_scope_init(&s, &g);
    s.infer = infer;
    if (!infer)
        names(&s);
    bool ok = (!*let || ob_scope_define(&s, let, &err)) &&
              ob_formula_parse_value(&s, text, &v, &err);
    if (!ok)
        check_error(&err, length);
    check_graph(&g);
    for (size_t i = 0; ok && i < ob_shape_size(v.shape) && i < 4; i++)
        check_written(&s, v.node[i]);
    ob_formula_value_finish(&v);
    ob_scope_finish(&s);
    ob_graph_finish(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = ob_xstrndup((const char *)data, size);
    char *let = strchr(text, '|');
    if (let)
        *let++ = '\0';
    check_text(text, let ? let : "", false);
    check_text(text, let ? let : "", true);
    free(text);
    return 0;
}
