/* The minimum of a loss that was typed, where it is a quadratic function of the
 * parameters: least squares with any formula that is linear in them, for one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "minimum.h"
#include "optbench/base/mem.h"
#include "optbench/formula/diff.h"
#include "typed.h"

/* Beyond this the eigenvalues would take longer than the run. */
enum { MOST_PARAMETERS = 2000 };

static bool has_kink(uint8_t op)
{
    switch (op) {
    case OB_OP_ABS:
    case OB_OP_SIGN:
    case OB_OP_STEP:
    case OB_OP_RELU:
    case OB_OP_MAX:
    case OB_OP_MIN:
    case OB_OP_GREATER:
        return true;
    default:
        return false;
    }
}

/* Which nodes depend on a parameter; false where one of them has a kink. */
static bool find_moving(const struct ob_graph *g, bool *moves)
{
    bool smooth = true;
    for (size_t i = 0; i < g->n; i++) {
        const struct ob_node *node = &g->node[i];
        unsigned operands = ob_formula_operands((enum ob_formula_op)node->op);
        moves[i] = node->op == OB_OP_PARAM || (operands > 0 && moves[node->a]) ||
                   (operands > 1 && moves[node->b]);
        smooth = smooth && !(moves[i] && has_kink(node->op));
    }
    return smooth;
}

static enum typed_shape find_shape(struct typed *t)
{
    struct machine_nodes *f = &t->nodes;
    if (f->n > MOST_PARAMETERS)
        return TYPED_OTHER;
    uint32_t *product = ob_xcalloc(f->n, sizeof *product);
    bool constant = ob_formula_tangent(&t->graph, f->grad, f->n, product, NULL);
    bool *moves = ob_xcalloc(t->graph.n, sizeof *moves);
    constant = constant && find_moving(&t->graph, moves);
    for (size_t i = 0; constant && i < f->n; i++)
        constant = !moves[product[i]];
    free(moves);
    free(product);
    return constant ? TYPED_QUADRATIC : TYPED_OTHER;
}

bool typed_has_reference(const struct ob_problem *p)
{
    struct typed *t = p->state;
    if (t->shape == TYPED_UNKNOWN)
        t->shape = find_shape(t);
    return t->shape == TYPED_QUADRATIC && p->l1 == 0;
}

/* Half of l2 times the squares. */
static double penalty(const struct ob_problem *p, const double *theta)
{
    double squares = 0;
    for (size_t i = 0; i < p->n; i++)
        squares += theta[i] * theta[i];
    return p->l2 > 0 ? p->l2 / 2 * squares : 0;
}

/* The gradient and the Hessian of the objective at theta, and the point that a quadratic
 * function with these has its minimum at. */
static bool newton(const struct ob_problem *p, struct machine *m, const double *theta,
                   double *h, double *grad, double *next)
{
    const size_t n = p->n;
    machine_eval(m, p->pool, theta, grad);
    if (!machine_hessian(m, p->pool, theta, h, NULL))
        return false;
    for (size_t i = 0; i < n; i++) {
        grad[i] += p->l2 * theta[i];
        h[i * n + i] += p->l2;
    }
    if (!minimum_of_quadratic(n, h, grad, ob_dtype_eps(p->dtype), next))
        return false;
    for (size_t i = 0; i < n; i++)
        next[i] += theta[i];
    return true;
}

/* In double, with a machine of its own and all rows, whatever the run sees. A second
 * step, from where the first one led, takes the rounding of the first away. */
bool typed_reference_point(struct ob_problem *p, double *theta, double *loss)
{
    struct typed *t = p->state;
    const size_t n = p->n;
    struct columns data = { 0 };
    struct machine wide = { 0 };
    uint32_t *product = ob_xcalloc(n, sizeof *product);
    double *h = ob_alloc(n * n + 3 * n, sizeof *h, NULL);
    struct machine_nodes nodes = t->nodes;
    bool ok = h && ob_formula_tangent(&t->graph, nodes.grad, n, product, NULL) &&
              columns_copy(&data, OB_F64, &t->data, NULL);
    nodes.product = product;
    if (ok && machine_init(&wide, OB_F64, &nodes, &data, p->pool, NULL)) {
        double *grad = h + n * n, *first = grad + n, *zero = first + n;
        ok = newton(p, &wide, zero, h, grad, first) &&
             newton(p, &wide, first, h, grad, theta);
        *loss = ok ? machine_eval(&wide, p->pool, theta, NULL) + penalty(p, theta) : 0;
    } else {
        ok = false;
    }
    machine_finish(&wide);
    columns_finish(&data);
    free(product);
    free(h);
    return ok && isfinite(*loss);
}
