#include "typed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/formula/diff.h"
#include "optbench/formula/trouble.h"

void typed_begin(struct ob_problem *p)
{
    struct typed *t = p->state;
    ob_graph_init(&t->graph);
    ob_scope_init(&t->scope, &t->graph);
}

void typed_finish(struct ob_problem *p)
{
    struct typed *t = p->state;
    machine_finish(&t->machine);
    columns_finish(&t->data);
    free(t->nodes.grad);
    free(t->nodes.product);
    ob_buf_finish(&t->text);
    ob_scope_finish(&t->scope);
    ob_graph_finish(&t->graph);
}

void typed_text(struct typed *t, const char *text)
{
    if (t->text.len > 0)
        ob_buf_addc(&t->text, '\n');
    for (; t->seen < t->graph.n; t->seen++) {
        struct ob_formula_at *at = &t->graph.node[t->seen].at;
        if (at->to == 0)
            continue;
        at->from += (uint32_t)t->text.len;
        at->to += (uint32_t)t->text.len;
    }
    ob_buf_adds(&t->text, text);
}

/* ---- names ---- */

/* A length that a vector or a side of a matrix may have. */
static bool allowed(double n)
{
    return n >= 1 && n <= OB_FORMULA_ELEMENTS && n == floor(n);
}

/* "[3]" or "[2x3]" behind a name. */
static bool read_shape(const char *word, struct ob_shape *shape, struct ob_err *err)
{
    const char *text = strchr(word, '[');
    const char *x = strchr(text, 'x');
    size_t length = strlen(text);
    double rows, cols = 0;
    size_t first = x ? (size_t)(x - text) - 1 : length > 2 ? length - 2 : 0;
    if (length < 3 || text[length - 1] != ']' ||
        !ob_number_parse(text + 1, first, &rows) ||
        (x && !ob_number_parse(x + 1, length - first - 3, &cols)))
        return ob_fail(err, OB_ECONFIG,
                       "'%s' is neither a name nor a name with a size, as w[3] or A[2x2]",
                       word);
    if (!allowed(rows) || (x && !allowed(cols)))
        return ob_fail(err, OB_ECONFIG, "'%s': a size is a whole number from 1 to %d",
                       word, (int)OB_FORMULA_ELEMENTS);
    *shape = (struct ob_shape){ (size_t)rows, (size_t)cols };
    return true;
}

static bool declare(struct typed *t, const char *word, struct ob_err *err)
{
    struct ob_shape shape = { 0, 0 };
    const char *bracket = strchr(word, '[');
    if (bracket && !read_shape(word, &shape, err))
        return false;
    char *name = ob_xstrndup(word, bracket ? (size_t)(bracket - word) : strlen(word));
    bool ok = ob_scope_param(&t->scope, name, shape, err);
    free(name);
    return ok;
}

bool typed_declare(struct typed *t, const struct ob_texts *parameters, struct ob_err *err)
{
    for (size_t i = 0; i < parameters->n; i++)
        if (!declare(t, parameters->item[i], err))
            return ob_fail_at(err, "parameters");
    return true;
}

bool typed_define(struct typed *t, const char *let, struct ob_err *err)
{
    if (!let)
        return true;
    if (!ob_scope_define(&t->scope, let, err))
        return ob_fail_at(err, "let");
    typed_text(t, let);
    return true;
}

bool typed_see(struct typed *t, const struct ob_dataset *d, struct ob_err *err)
{
    for (size_t i = 0; i < columns_count(d); i++)
        if (!ob_scope_column(&t->scope, column_at(d, i)->name, (uint32_t)i, err))
            return false;
    return true;
}

/* ---- building ---- */

/* A tensor for each name, elements counted from 1 as in the formulas. */
static bool lay_out(struct ob_problem *p, struct ob_err *err)
{
    const struct typed *t = p->state;
    char name[OB_COLUMN_NAME_MAX];
    for (size_t i = 0; i < t->scope.n; i++) {
        const struct ob_name *n = &t->scope.name[i];
        const size_t shape[] = { n->shape.rows, n->shape.cols };
        if (n->kind != OB_NAME_PARAM)
            continue;
        if (strlen(n->text) >= OB_TENSOR_NAME_MAX)
            return ob_fail(err, OB_ECONFIG,
                           "parameters: '%s' is longer than %d characters", n->text,
                           OB_TENSOR_NAME_MAX - 1);
        size_t at = ob_layout_add(&p->layout, n->text,
                                  n->shape.cols   ? 2
                                  : n->shape.rows ? 1
                                                  : 0,
                                  shape);
        p->layout.tensor[at].base = 1;
    }
    ob_problem_penalise(p, 0, p->layout.n);
    if (p->layout.n == 0)
        return ob_fail(err, OB_ECONFIG, "parameters: there are none to be found");
    size_t twice = ob_layout_ambiguous(&p->layout);
    if (twice < p->layout.n)
        return ob_fail(err, OB_ECONFIG, "parameters: two numbers are called '%s'",
                       ob_layout_column_name(&p->layout, twice, name));
    return true;
}

/* Columns that no formula needs are not copied: those below the loss, and what else is
 * kept. */
static bool copy_columns(struct ob_problem *p, const struct ob_dataset *d,
                         struct ob_err *err)
{
    struct typed *t = p->state;
    bool *below = ob_xcalloc(t->graph.n, sizeof *below);
    bool *used = ob_xcalloc(columns_count(d) + 1, sizeof *used);
    below[t->nodes.value] = below[t->keep] = true;
    if (d && d->has_y)
        used[d->features] = true;
    for (size_t i = t->graph.n; i-- > 0;) {
        const struct ob_node *node = &t->graph.node[i];
        if (!below[i])
            continue;
        below[node->a] = below[node->b] = true;
        if (node->op == OB_OP_COLUMN)
            used[node->index] = true;
    }
    t->data = (struct columns){ .share = p->share, .apart = p->apart };
    bool ok = columns_init(&t->data, p->dtype, d, used, err);
    free(used);
    free(below);
    return ok;
}

bool typed_build(struct ob_problem *p, uint32_t loss, const struct ob_dataset *d,
                 struct ob_err *err)
{
    struct typed *t = p->state;
    if (!lay_out(p, err))
        return false;
    size_t n = p->layout.n;
    t->nodes = (struct machine_nodes){
        .graph = &t->graph,
        .n = n,
        .value = loss,
        .clamped = t->clamped,
        .grad = ob_xcalloc(n, sizeof *t->nodes.grad),
    };
    return ob_formula_gradient(&t->graph, loss, n, t->nodes.grad, err) &&
           copy_columns(p, d, err) &&
           machine_init(&t->machine, p->dtype, &t->nodes, &t->data, p->pool, err);
}

/* ---- members ---- */

void typed_eval(struct ob_problem *p, const void *theta, void *grad, struct ob_eval *out)
{
    struct typed *t = p->state;
    double loss = machine_eval(&t->machine, p->pool, theta, grad);
    double clamped = ob_at(p->dtype, &t->machine.clamped, 0);
    /* NaN where the loss is. */
    *out = (struct ob_eval){ .loss = loss, .clamped = clamped > 0 ? (size_t)clamped : 0 };
}

bool typed_batch(struct ob_problem *p, const uint32_t *row, size_t n, struct ob_err *err)
{
    struct typed *t = p->state;
    return columns_choose(&t->data, row, n, err);
}

/* The nodes of Hessian times direction. */
static bool need_product(struct typed *t, struct ob_err *err)
{
    struct machine_nodes *f = &t->nodes;
    if (f->product)
        return true;
    uint32_t *product = ob_xcalloc(f->n, sizeof *product);
    if (ob_formula_tangent(&t->graph, f->grad, f->n, product, err))
        f->product = product;
    else
        free(product);
    return f->product != NULL;
}

bool typed_hessian(struct ob_problem *p, const void *theta, double *h, struct ob_err *err)
{
    struct typed *t = p->state;
    return need_product(t, err) && machine_hessian(&t->machine, p->pool, theta, h, err);
}

bool typed_hvp(struct ob_problem *p, const void *theta, const void *v, void *out,
               struct ob_err *err)
{
    struct typed *t = p->state;
    return need_product(t, err) && machine_hvp(&t->machine, p->pool, theta, v, out, err);
}

bool typed_curvature(struct ob_problem *p, const void *theta, const void *dir,
                     double *out, struct ob_err *err)
{
    void *product = ob_alloc(p->n, ob_dtype_size(p->dtype), err);
    bool ok = product && typed_hvp(p, theta, dir, product, err);
    *out = 0;
    for (size_t i = 0; ok && i < p->n; i++)
        *out += ob_at(p->dtype, dir, i) * ob_at(p->dtype, product, i);
    free(product);
    return ok;
}

bool typed_values(struct ob_problem *p, size_t k, const double *point, double *loss,
                  struct ob_err *err)
{
    struct typed *t = p->state;
    return machine_values(&t->machine, p->pool, k, point, loss, err);
}

const char *typed_unshared(const struct ob_problem *p)
{
    (void)p;
    return NULL; /* its programs know of all ranks */
}

void typed_trouble(struct ob_problem *p, const void *theta, struct ob_buf *out)
{
    const struct typed *t = p->state;
    const struct ob_trouble_inputs in = {
        .dtype = p->dtype,
        .theta = theta,
        .column = t->data.n ? t->data.now : NULL,
        .rows = t->data.now_rows,
    };
    uint32_t *root = ob_xcalloc(p->n + 1, sizeof *root);
    root[0] = t->nodes.value;
    memcpy(root + 1, t->nodes.grad, p->n * sizeof *root);
    ob_formula_trouble(&t->graph, root, p->n + 1, &in, ob_buf_text(&t->text), out);
    free(root);
}
