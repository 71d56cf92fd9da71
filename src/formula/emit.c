#include "optbench/formula/emit.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#define OB_REAL_BITS 64 /* only for the names of the operations */
#include "optbench/formula/ops.h"
#include "plan.h"

struct emitter {
    const char *name;
    struct plan plan;
    uint32_t *slot; /* [plan.n] in u, of uniform operations and sums */
    size_t slots;
    struct ob_buf *out;
};

#define UNIFORM_PARAMETERS                                                               \
    "OB_GLOBAL real *u, const OB_GLOBAL real *theta, const OB_GLOBAL real *direction, "  \
    "real rows"

static const char prelude[] = "#ifndef OB_GLOBAL\n"
                              "#if defined(__OPENCL_VERSION__)\n"
                              "#define OB_GLOBAL __global\n"
                              "#else\n"
                              "#define OB_GLOBAL\n"
                              "#endif\n"
                              "#endif\n";

static const char *const functions[OB_OPS] = {
#define X(id, name) [OB_OP_##id] = #name,
    OB_UNARY_OPS(X) OB_BINARY_OPS(X)
#undef X
};

/* In base 16, which is exact; rounded once where the text is compiled for floats. */
static void add_constant(struct ob_buf *out, double value)
{
    int exponent;
    double m = frexp(fabs(value), &exponent) * 0x1p+53;
    ob_buf_addf(out, "%sR(0x%llxp%+d)", signbit(value) ? "-" : "", (unsigned long long)m,
                m == 0 ? 0 : exponent - 53);
}

static void add_operand(const struct emitter *e, uint32_t i)
{
    const struct ob_node *n = &e->plan.g->node[i];
    switch ((enum ob_formula_op)n->op) {
    case OB_OP_CONST:
        add_constant(e->out, n->value);
        break;
    case OB_OP_PARAM:
        ob_buf_addf(e->out, "theta[%u]", n->index);
        break;
    case OB_OP_DIRECTION:
        ob_buf_addf(e->out, "direction[%u]", n->index);
        break;
    case OB_OP_COLUMN:
        ob_buf_addf(e->out, "column[%u * ld + i]", n->index);
        break;
    case OB_OP_ROWS:
        ob_buf_adds(e->out, "rows");
        break;
    default:
        if (e->plan.lane[i])
            ob_buf_addf(e->out, "v%u", i);
        else
            ob_buf_addf(e->out, "u[%u]", e->slot[i]);
    }
}

static void add_operation(const struct emitter *e, uint32_t i)
{
    const struct ob_node *n = &e->plan.g->node[i];
    ob_buf_addf(e->out, "OB_FN(ob_%s)(", functions[n->op]);
    add_operand(e, n->a);
    if (ob_formula_operands(n->op) > 1) {
        ob_buf_adds(e->out, ", ");
        add_operand(e, n->b);
    }
    ob_buf_adds(e->out, ");\n");
}

static void give_slots(struct emitter *e)
{
    for (uint32_t i = 0; i < e->plan.n; i++)
        if (e->plan.needed[i] && !e->plan.lane[i] &&
            ob_formula_operands(e->plan.g->node[i].op) > 0)
            e->slot[i] = (uint32_t)e->slots++;
}

static void add_uniform_body(const struct emitter *e, size_t level)
{
    ob_buf_adds(e->out, "{\n    (void)u, (void)theta, (void)direction, (void)rows;\n");
    for (uint32_t i = 0; i < e->plan.n; i++)
        if (plan_uniform(&e->plan, level, i)) {
            ob_buf_addf(e->out, "    u[%u] = ", e->slot[i]);
            add_operation(e, i);
        }
}

static void add_row(struct emitter *e, size_t pass)
{
    size_t terms = 0;
    ob_buf_addf(e->out,
                "OB_DEVFN void %s_row_%zu(const " UNIFORM_PARAMETERS
                ", const OB_GLOBAL real *column, ob_u64 ld, ob_u64 i, real *term)\n"
                "{\n    (void)u, (void)theta, (void)direction, (void)rows;\n"
                "    (void)column, (void)ld, (void)i, (void)term;\n",
                e->name, pass);
    plan_pass(&e->plan, pass);
    for (uint32_t i = 0; i < e->plan.n; i++) {
        if (e->plan.due[i] && ob_formula_operands(e->plan.g->node[i].op) > 0) {
            ob_buf_addf(e->out, "    real v%u = ", i);
            add_operation(e, i);
        }
        if (plan_sums(&e->plan, pass, i)) {
            ob_buf_addf(e->out, "    term[%zu] = ", terms++);
            add_operand(e, e->plan.g->node[i].a);
            ob_buf_adds(e->out, ";\n");
        }
    }
    ob_buf_addf(e->out, "}\n\nenum { %s_terms_%zu = %zu };\n\n", e->name, pass, terms);
}

static void add_total(const struct emitter *e, size_t pass)
{
    size_t terms = 0;
    ob_buf_addf(e->out,
                "OB_DEVFN void %s_total_%zu(OB_GLOBAL real *u, const real *sum)\n"
                "{\n    (void)u, (void)sum;\n",
                e->name, pass);
    for (uint32_t i = 0; i < e->plan.n; i++)
        if (plan_sums(&e->plan, pass, i))
            ob_buf_addf(e->out, "    u[%u] = sum[%zu];\n", e->slot[i], terms++);
    ob_buf_adds(e->out, "}\n\n");
}

static void add_result(const struct emitter *e)
{
    ob_buf_addf(e->out,
                "OB_DEVFN void %s_result(" UNIFORM_PARAMETERS ", OB_GLOBAL real *out)\n",
                e->name);
    add_uniform_body(e, e->plan.passes);
    for (size_t k = 0; k < e->plan.m; k++) {
        ob_buf_addf(e->out, "    out[%zu] = ", k);
        add_operand(e, e->plan.root[k]);
        ob_buf_adds(e->out, ";\n");
    }
    ob_buf_adds(e->out, "}\n");
}

bool ob_formula_emit(const struct ob_graph *g, const uint32_t *root, size_t m,
                     const char *name, struct ob_buf *out, struct ob_err *err)
{
    struct emitter e = { .name = name, .out = out };
    for (size_t k = 0; k < m; k++)
        OB_REQUIRE(!g->node[root[k]].rows);
    if (!plan_init(&e.plan, g, root, m, OB_VARY_ROWS, err))
        return false;
    e.slot = ob_alloc(e.plan.n, sizeof *e.slot, err);
    if (e.slot) {
        give_slots(&e);
        ob_buf_adds(out, prelude);
        ob_buf_addf(out, "enum { %s_slots = %zu, %s_passes = %zu, %s_roots = %zu };\n\n",
                    name, e.slots + (e.slots == 0), name, e.plan.passes, name, m);
        for (size_t k = 0; k < e.plan.passes; k++) {
            ob_buf_addf(out, "OB_DEVFN void %s_uniform_%zu(" UNIFORM_PARAMETERS ")\n",
                        name, k);
            add_uniform_body(&e, k);
            ob_buf_adds(out, "}\n\n");
            add_row(&e, k);
            add_total(&e, k);
        }
        add_result(&e);
    }
    bool done = e.slot != NULL;
    free(e.slot);
    plan_finish(&e.plan);
    return done;
}
