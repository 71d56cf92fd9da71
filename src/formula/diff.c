#include "diff_priv.h"

#include <stdlib.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "plan.h"

/*
 * An adjoint that is being added up: a uniform factor, which all rows share, times a
 * node. The factor is what a SUM hands to its rows; kept apart, it is multiplied once and
 * not row by row. v = DIFF_NONE: nothing yet; factor DIFF_NONE: one.
 */
struct adjoint {
    uint32_t factor, v;
};

struct reverse {
    struct diff d;
    uint32_t root;
    bool *active;           /* [root + 1] depends on a parameter */
    struct adjoint *adj;    /* [root + 1] in a node's own shape */
    struct adjoint *by_row; /* [root + 1] of uniform nodes: what rows ask of it, to be
                               summed */
};

static uint32_t whole(struct diff *d, struct adjoint a)
{
    return a.factor == DIFF_NONE ? a.v : diff_mul(d, a.factor, a.v);
}

static void add(struct diff *d, struct adjoint *to, struct adjoint more)
{
    if (more.factor == diff_const(d, 1))
        more.factor = DIFF_NONE;
    if (to->v == DIFF_NONE)
        *to = more;
    else if (to->factor == more.factor)
        to->v = diff_add(d, to->v, more.v);
    else
        *to = (struct adjoint){ DIFF_NONE, diff_add(d, whole(d, *to), whole(d, more)) };
}

/* Hands the adjoint v of node i on to its operand. */
static void pass(struct reverse *r, uint32_t i, bool second, struct adjoint a)
{
    const struct ob_node *n = &r->d.g->node[i];
    uint32_t operand = second ? n->b : n->a;
    bool gather = n->rows && !r->d.g->node[operand].rows;
    if (!r->active[operand])
        return;
    a.v = diff_times(&r->d, i, second, a.v);
    if (a.v != DIFF_NONE)
        add(&r->d, gather ? &r->by_row[operand] : &r->adj[operand], a);
}

/* The square of a node, as one derivative: 2 x and not x + x, so that the parabola of a
 * person's formula has the gradient that the person writes. Of rows the 2 is a factor of
 * all: it changes no bit to multiply by it once, behind the sum. */
static void pass_square(struct reverse *r, uint32_t i, struct adjoint a)
{
    struct diff *d = &r->d;
    uint32_t x = d->g->node[i].a, two = diff_const(d, 2);
    if (!d->g->node[i].rows) {
        a.v = diff_mul(d, a.v, diff_mul(d, two, x));
    } else {
        a.v = diff_mul(d, a.v, x);
        a.factor = a.factor == DIFF_NONE ? two : diff_mul(d, a.factor, two);
    }
    add(d, &r->adj[x], a);
}

static void visit(struct reverse *r, uint32_t i)
{
    struct diff *d = &r->d;
    struct ob_node n = d->g->node[i]; /* a copy: the array moves as nodes are appended */
    d->at = n.at;
    if (r->by_row[i].v != DIFF_NONE) {
        struct adjoint rows = r->by_row[i];
        rows.v = diff_sum(d, rows.v);
        add(d, &r->adj[i], (struct adjoint){ DIFF_NONE, whole(d, rows) });
    }
    struct adjoint a = r->adj[i];
    if (a.v == DIFF_NONE || !r->active[i])
        return;
    if (n.op == OB_OP_SUM) {
        struct adjoint each = { whole(d, a), diff_const(d, 1) };
        add(d, &r->adj[n.a], each);
        return;
    }
    if (n.op == OB_OP_MUL && n.a == n.b) {
        pass_square(r, i, a);
        return;
    }
    if (ob_formula_operands(n.op) > 0)
        pass(r, i, false, a);
    if (ob_formula_operands(n.op) > 1)
        pass(r, i, true, a);
}

/* Which of the nodes 0 .. last depend on a parameter; [last + 1]. */
static bool *find_active(const struct ob_graph *g, uint32_t last, struct ob_err *err)
{
    bool *active = ob_alloc((size_t)last + 1, sizeof *active, err);
    for (size_t i = 0; active && i <= last; i++) {
        const struct ob_node *n = &g->node[i];
        unsigned operands = ob_formula_operands(n->op);
        active[i] = n->op == OB_OP_PARAM || (operands > 0 && active[n->a]) ||
                    (operands > 1 && active[n->b]);
    }
    return active;
}

static bool reverse_init(struct reverse *r, struct ob_graph *g, uint32_t root,
                         struct ob_err *err)
{
    size_t n = (size_t)root + 1;
    *r = (struct reverse){ .d = { .g = g }, .root = root };
    r->active = find_active(g, root, err);
    r->adj = r->active ? ob_alloc(n, sizeof *r->adj, err) : NULL;
    r->by_row = r->adj ? ob_alloc(n, sizeof *r->by_row, err) : NULL;
    for (size_t i = 0; r->by_row && i < n; i++)
        r->adj[i] = r->by_row[i] = (struct adjoint){ DIFF_NONE, DIFF_NONE };
    return r->by_row != NULL;
}

static void reverse_finish(struct reverse *r)
{
    free(r->active);
    free(r->adj);
    free(r->by_row);
}

bool ob_formula_gradient(struct ob_graph *g, uint32_t root, size_t n, uint32_t *grad,
                         struct ob_err *err)
{
    struct reverse r;
    OB_REQUIRE(root < g->n && !g->node[root].rows);
    for (size_t j = 0; j < n; j++)
        grad[j] = ob_graph_const(g, 0);
    bool ready = reverse_init(&r, g, root, err);
    if (ready) {
        r.adj[root].v = diff_const(&r.d, 1);
        for (uint32_t i = root + 1; i-- > 0 && g->err.code == OB_OK;) {
            visit(&r, i);
            const struct ob_node *leaf = &g->node[i];
            if (leaf->op == OB_OP_PARAM && leaf->index < n && r.adj[i].v != DIFF_NONE)
                grad[leaf->index] = whole(&r.d, r.adj[i]);
        }
    }
    reverse_finish(&r);
    return ready && diff_done(g, err);
}

/* ---- forward ---- */

/* The tangent of node i from those of its operands; DIFF_NONE = 0. */
static uint32_t tangent(struct diff *d, uint32_t i, const uint32_t *dot)
{
    struct ob_node n = d->g->node[i];
    d->at = n.at;
    if (n.op == OB_OP_PARAM)
        return ob_graph_leaf(d->g, OB_OP_DIRECTION, n.index, n.at);
    unsigned operands = ob_formula_operands(n.op);
    uint32_t a = operands > 0 ? dot[n.a] : DIFF_NONE;
    uint32_t b = operands > 1 ? dot[n.b] : DIFF_NONE;
    if (n.op == OB_OP_SUM)
        return a == DIFF_NONE ? a : diff_sum(d, a);
    if (n.op == OB_OP_MUL && n.a == n.b && a != DIFF_NONE)
        return diff_mul(d, a, diff_mul(d, diff_const(d, 2), n.a));
    a = a == DIFF_NONE ? a : diff_times(d, i, false, a);
    b = b == DIFF_NONE ? b : diff_times(d, i, true, b);
    if (a == DIFF_NONE || b == DIFF_NONE)
        return a == DIFF_NONE ? b : a;
    return diff_add(d, a, b);
}

bool ob_formula_tangent(struct ob_graph *g, const uint32_t *root, size_t m, uint32_t *out,
                        struct ob_err *err)
{
    size_t n = g->n;
    struct diff d = { .g = g };
    bool *needed = ob_alloc(n, sizeof *needed, err);
    uint32_t *dot = needed ? ob_alloc(n, sizeof *dot, err) : NULL;
    if (dot) {
        n = plan_mark(g, root, m, needed);
        for (uint32_t i = 0; i < n && g->err.code == OB_OK; i++)
            dot[i] = needed[i] ? tangent(&d, i, dot) : DIFF_NONE;
        uint32_t zero = diff_const(&d, 0);
        for (size_t k = 0; k < m; k++)
            out[k] = dot[root[k]] == DIFF_NONE ? zero : dot[root[k]];
    }
    free(needed);
    free(dot);
    return dot && diff_done(g, err);
}
