#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "optbench/base/compiler.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"
#include "parser.h"

static const struct ob_formula_at nowhere;

void ob_scope_init(struct ob_scope *s, struct ob_graph *g)
{
    *s = (struct ob_scope){ .graph = g };
}

void ob_scope_finish(struct ob_scope *s)
{
    for (size_t i = 0; i < s->n; i++) {
        free(s->name[i].text);
        free(s->name[i].node);
    }
    free(s->name);
    free(s->slot);
    *s = (struct ob_scope){ 0 };
}

static bool is_called(const struct ob_name *name, const char *text, size_t n)
{
    return !strncmp(name->text, text, n) && !name->text[n];
}

/* The slot of that name, or the free one where it belongs; there are some. */
static size_t *slot_of(const struct ob_scope *s, const char *text, size_t n)
{
    size_t i = (size_t)ob_hash(text, n, 0) & (s->slots - 1);
    while (s->slot[i] && !is_called(&s->name[s->slot[i] - 1], text, n))
        i = (i + 1) & (s->slots - 1);
    return &s->slot[i];
}

const struct ob_name *ob_scope_find_n(const struct ob_scope *s, const char *name,
                                      size_t n)
{
    size_t known = s->slots ? *slot_of(s, name, n) : 0;
    return known ? &s->name[known - 1] : NULL;
}

const struct ob_name *ob_scope_find(const struct ob_scope *s, const char *name)
{
    return ob_scope_find_n(s, name, strlen(name));
}

static void grow(struct ob_scope *s)
{
    s->slots = s->slots ? 2 * s->slots : 32;
    s->name = ob_xreallocarray(s->name, s->slots / 2, sizeof *s->name);
    free(s->slot);
    s->slot = ob_xcalloc(s->slots, sizeof *s->slot);
    for (size_t i = 0; i < s->n; i++)
        *slot_of(s, s->name[i].text, strlen(s->name[i].text)) = i + 1;
}

struct ob_name *ob_scope_add(struct ob_scope *s, const char *name, size_t n,
                             enum ob_name_kind kind, struct ob_shape shape)
{
    if (s->n >= s->slots / 2)
        grow(s);
    struct ob_name *added = &s->name[s->n];
    *added = (struct ob_name){
        .text = ob_xstrndup(name, n),
        .kind = kind,
        .shape = shape,
        .rows = kind == OB_NAME_COLUMN,
        .node = ob_xcalloc(ob_shape_size(shape), sizeof *added->node),
    };
    *slot_of(s, name, n) = ++s->n;
    return added;
}

const char *ob_scope_kind_text(enum ob_name_kind kind)
{
    static const char *const texts[] = {
        [OB_NAME_PARAM] = "parameter",
        [OB_NAME_COLUMN] = "column of the data",
        [OB_NAME_VALUE] = "definition",
        [OB_NAME_PENDING] = "definition",
    };
    return texts[kind];
}

static bool is_reserved(const char *name)
{
    size_t n = strlen(name);
    return ob_formula_constant(name, n) || ob_function_find(name, n);
}

bool ob_formula_plain_name(const char *name)
{
    size_t n = ob_lexer_name(name);
    return n > 0 && !name[n] && !is_reserved(name);
}

/* Whether a name can be given to something: `kind` says what. */
static bool is_free(const struct ob_scope *s, const char *name, enum ob_name_kind kind,
                    struct ob_err *err)
{
    const char *what = ob_scope_kind_text(kind);
    const struct ob_name *known = ob_scope_find(s, name);
    size_t n = ob_lexer_name(name);
    if (known && known->kind == kind)
        return ob_fail(err, OB_ECONFIG, "'%.80s' is a %s already", name, what);
    if (known)
        return ob_fail(err, OB_ECONFIG, "'%.80s' is a %s and a %s", name,
                       ob_scope_kind_text(known->kind), what);
    if (kind == OB_NAME_COLUMN)
        return true;
    if (!n || name[n])
        return ob_fail(err, OB_ECONFIG,
                       "'%.80s' is no name for a %s: it begins with a letter and goes on "
                       "with letters, digits, _ and .",
                       name, what);
    if (is_reserved(name))
        return ob_fail(err, OB_ECONFIG, "'%s' is a %s of formulas, and no %s", name,
                       ob_formula_constant(name, n) ? "constant" : "function", what);
    return true;
}

static bool fits(struct ob_shape shape, const char *name, struct ob_err *err)
{
    OB_REQUIRE(shape.rows || !shape.cols);
    if (shape.rows <= OB_FORMULA_ELEMENTS && shape.cols <= OB_FORMULA_ELEMENTS &&
        ob_shape_size(shape) <= OB_FORMULA_ELEMENTS)
        return true;
    return ob_fail(err, OB_ECONFIG, "'%.80s' has more than %d elements", name,
                   OB_FORMULA_ELEMENTS);
}

struct ob_name *ob_scope_add_param(struct ob_scope *s, const char *name, size_t n,
                                   struct ob_shape shape)
{
    struct ob_name *added = ob_scope_add(s, name, n, OB_NAME_PARAM, shape);
    size_t elements = ob_shape_size(shape);
    added->first = s->params;
    for (size_t i = 0; i < elements; i++)
        added->node[i] =
            ob_graph_leaf(s->graph, OB_OP_PARAM, (uint32_t)(s->params + i), nowhere);
    s->params += elements;
    return added;
}

bool ob_scope_param(struct ob_scope *s, const char *name, struct ob_shape shape,
                    struct ob_err *err)
{
    if (!is_free(s, name, OB_NAME_PARAM, err) || !fits(shape, name, err))
        return false;
    if (s->params + ob_shape_size(shape) > OB_FORMULA_NODES)
        return ob_fail(err, OB_ECONFIG, "more than %d parameters", OB_FORMULA_NODES);
    ob_scope_add_param(s, name, strlen(name), shape);
    return true;
}

bool ob_scope_column(struct ob_scope *s, const char *name, uint32_t index,
                     struct ob_err *err)
{
    struct ob_shape number = { 0 };
    if (!is_free(s, name, OB_NAME_COLUMN, err))
        return false;
    struct ob_name *added = ob_scope_add(s, name, strlen(name), OB_NAME_COLUMN, number);
    added->node[0] = ob_graph_leaf(s->graph, OB_OP_COLUMN, index, nowhere);
    return true;
}

bool ob_scope_constant(struct ob_scope *s, const char *name, struct ob_shape shape,
                       const double *value, struct ob_err *err)
{
    size_t n = ob_shape_size(shape);
    if (!is_free(s, name, OB_NAME_VALUE, err) || !fits(shape, name, err))
        return false;
    struct ob_name *added = ob_scope_add(s, name, strlen(name), OB_NAME_VALUE, shape);
    for (size_t i = 0; i < n; i++)
        added->node[i] = ob_graph_const(s->graph, value[i]);
    return true;
}

bool ob_scope_node(struct ob_scope *s, const char *name, uint32_t node,
                   struct ob_err *err)
{
    struct ob_shape number = { 0 };
    if (!is_free(s, name, OB_NAME_VALUE, err))
        return false;
    struct ob_name *added = ob_scope_add(s, name, strlen(name), OB_NAME_VALUE, number);
    added->node[0] = node;
    added->rows = s->graph->node[node].rows;
    return true;
}

static const struct ob_name *owner_of(const struct ob_scope *s, size_t i)
{
    for (const struct ob_name *name = s->name; name < s->name + s->n; name++)
        if (name->kind == OB_NAME_PARAM && i >= name->first &&
            i - name->first < ob_shape_size(name->shape))
            return name;
    return NULL;
}

void ob_scope_param_name(const struct ob_scope *s, size_t i, struct ob_buf *out)
{
    const struct ob_name *name = owner_of(s, i);
    OB_REQUIRE(name);
    size_t k = i - name->first, cols = name->shape.cols;
    ob_buf_adds(out, name->text);
    if (cols)
        ob_buf_addf(out, "[%zu, %zu]", k / cols + 1, k % cols + 1);
    else if (name->shape.rows)
        ob_buf_addf(out, "[%zu]", k + 1);
}
