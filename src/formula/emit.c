#include "optbench/formula/emit.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#define OB_REAL_BITS 64 /* only for the names of the operations */
#include "optbench/formula/ops.h"
#include "plan.h"

struct emitter {
    const struct ob_formula_source *from;
    struct plan plan;
    uint32_t *slot; /* [plan.n] in u, of sums and uniform operations */
    struct ob_formula_facts facts;
    struct ob_buf *out;
};

#define UNIFORM_PARAMETERS                                                               \
    "OB_GLOBAL real *u, const OB_GLOBAL real *theta, const OB_GLOBAL real *direction, "  \
    "real rows"

static const char prelude[] =
    "#ifndef OB_GLOBAL\n"
    "#if defined(__OPENCL_VERSION__)\n"
    "#define OB_GLOBAL __global\n"
    "#else\n"
    "#define OB_GLOBAL\n"
    "#endif\n"
    "#endif\n"
    "#ifndef OB_COLUMNS\n"
    "#define OB_COLUMNS const OB_GLOBAL real *column, ob_u64 ld\n"
    "#define OB_COLUMN(j, i) column[(j) * ld + (i)]\n"
    "#endif\n"
    "#ifndef OB_SUMS\n"
    "#define OB_SUMS real *sum\n"
    "#define OB_SUM(k, x) sum[k] = sum[k] + (x)\n"
    "#endif\n";

static const char *const functions[OB_OPS] = {
#define X(id, name) [OB_OP_##id] = #name,
    OB_UNARY_OPS(X) OB_BINARY_OPS(X)
#undef X
};

const char *ob_formula_emit_function(enum ob_formula_op op)
{
    return functions[op];
}

/* In base 16, which is exact; rounded once where the text is compiled for floats. A
 * literal with an f would be an error to some compilers where it is below their least
 * number. */
void ob_formula_emit_constant(double value, struct ob_buf *out)
{
    int exponent;
    double m = frexp(fabs(value), &exponent) * 0x1p+53;
    ob_buf_addf(out, "%s(real)0x%llxp%+d", signbit(value) ? "-" : "",
                (unsigned long long)m, m == 0 ? 0 : exponent - 53);
}

static void add_operand(const struct emitter *e, uint32_t i)
{
    const struct ob_node *n = &e->plan.g->node[i];
    switch ((enum ob_formula_op)n->op) {
    case OB_OP_CONST:
        ob_formula_emit_constant(n->value, e->out);
        break;
    case OB_OP_PARAM:
        ob_buf_addf(e->out, "theta[%u]", n->index);
        break;
    case OB_OP_DIRECTION:
        ob_buf_addf(e->out, "direction[%u]", n->index);
        break;
    case OB_OP_COLUMN:
        ob_buf_addf(e->out, "OB_COLUMN(%u, i)",
                    e->from->place ? e->from->place[n->index] : n->index);
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

static bool is_operation(const struct emitter *e, uint32_t i)
{
    return ob_formula_operands(e->plan.g->node[i].op) > 0;
}

static void count(struct emitter *e)
{
    struct ob_formula_facts *f = &e->facts;
    f->passes = e->plan.passes;
    for (size_t pass = 0; pass < f->passes; pass++) {
        size_t terms = 0;
        for (uint32_t i = 0; i < e->plan.n; i++)
            terms += plan_sums(&e->plan, pass, i);
        f->most_terms = terms > f->most_terms ? terms : f->most_terms;
    }
    for (uint32_t i = 0; i < e->plan.n; i++)
        if (e->plan.needed[i] && is_operation(e, i)) {
            f->row += e->plan.lane[i];
            f->uniform += plan_uniform(&e->plan, e->plan.level[i], i);
            f->begin += plan_uniform(&e->plan, 0, i);
        }
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

static void add_uniform(const struct emitter *e, size_t pass)
{
    ob_buf_addf(e->out, "OB_DEVFN void %s_uniform_%zu(" UNIFORM_PARAMETERS ")\n",
                e->from->name, pass);
    add_uniform_body(e, pass);
    ob_buf_adds(e->out, "}\n\n");
}

/* What is per row is stored behind everything that is computed, for it may replace what
 * that is computed from. */
static void add_row_roots(const struct emitter *e, size_t pass)
{
    for (size_t k = 0; k < e->plan.m; k++)
        if (plan_roots(&e->plan, pass, e->plan.root[k])) {
            ob_buf_addf(e->out, "    real r%zu = ", k);
            add_operand(e, e->plan.root[k]);
            ob_buf_adds(e->out, ";\n");
        }
    for (size_t k = 0; k < e->plan.m; k++)
        if (plan_roots(&e->plan, pass, e->plan.root[k]))
            ob_buf_addf(e->out, "    OB_ROOT(%zu, i, r%zu);\n", k, k);
}

static void add_row(struct emitter *e, size_t pass)
{
    size_t terms = 0, first = 0;
    ob_buf_addf(e->out,
                "OB_DEVFN void %s_row_%zu(const " UNIFORM_PARAMETERS
                ", OB_COLUMNS, ob_u64 i, OB_SUMS)\n"
                "{\n    (void)u, (void)theta, (void)direction, (void)rows;\n"
                "    (void)i, (void)sum;\n",
                e->from->name, pass);
    plan_pass(&e->plan, pass);
    for (uint32_t i = 0; i < e->plan.n; i++) {
        if (e->plan.due[i] && is_operation(e, i)) {
            ob_buf_addf(e->out, "    real v%u = ", i);
            add_operation(e, i);
        }
        if (plan_sums(&e->plan, pass, i)) {
            first = terms == 0 ? e->slot[i] : first;
            ob_buf_addf(e->out, "    OB_SUM(%zu, ", terms++);
            add_operand(e, e->plan.g->node[i].a);
            ob_buf_adds(e->out, ");\n");
        }
    }
    add_row_roots(e, pass);
    ob_buf_addf(e->out, "}\n\nenum { %s_terms_%zu = %zu, %s_first_%zu = %zu };\n\n",
                e->from->name, pass, terms, e->from->name, pass, first);
}

static void add_result(const struct emitter *e)
{
    ob_buf_addf(e->out,
                "OB_DEVFN void %s_result(" UNIFORM_PARAMETERS ", OB_GLOBAL real *out)\n",
                e->from->name);
    add_uniform_body(e, e->plan.passes);
    ob_buf_adds(e->out, "    (void)out;\n");
    for (size_t k = 0; k < e->plan.m; k++) {
        if (e->plan.lane[e->plan.root[k]])
            continue;
        ob_buf_addf(e->out, "    out[%zu] = ", k);
        add_operand(e, e->plan.root[k]);
        ob_buf_adds(e->out, ";\n");
    }
    ob_buf_adds(e->out, "}\n\n");
}

void ob_formula_table_numbers(struct ob_buf *out)
{
    static const char *const name[OB_OPS] = {
#define X(id, operands, text) [OB_OP_##id] = #id,
        OB_FORMULA_OPS(X)
#undef X
    };
    for (size_t i = 0; i < OB_OPS; i++)
        ob_buf_addf(out, "#define OB_OP_%s %zu\n", name[i], i);
    ob_buf_addf(out,
                "enum { OB_WORD_THETA = %d, OB_WORD_PARAMS = %d, OB_WORD_ROOTS = %d,\n"
                "       OB_WORD_LEVEL = %d, OB_WORDS_RUN = %d, OB_WORDS_OP = %d };\n",
                OB_WORD_THETA, OB_WORD_PARAMS, OB_WORD_ROOTS, OB_WORD_LEVEL, OB_WORDS_RUN,
                OB_WORDS_OP);
}

bool ob_formula_emit(const struct ob_formula_source *from, struct ob_buf *out,
                     struct ob_formula_facts *facts, struct ob_err *err)
{
    struct emitter e = { .from = from, .out = out };
    if (!plan_init(&e.plan, from->graph, from->root, from->roots, OB_VARY_ROWS, err))
        return false;
    e.plan.late = true;
    e.slot = ob_alloc(e.plan.n, sizeof *e.slot, err);
    if (e.slot) {
        e.facts.slots = plan_slots(&e.plan, e.slot);
        count(&e);
        ob_buf_adds(out, prelude);
        ob_buf_addf(out, "enum { %s_slots = %zu, %s_passes = %zu, %s_roots = %zu };\n\n",
                    from->name, e.facts.slots, from->name, e.plan.passes, from->name,
                    from->roots);
        for (size_t k = 0; k < e.plan.passes; k++) {
            if (!from->table)
                add_uniform(&e, k);
            add_row(&e, k);
        }
        if (!from->table)
            add_result(&e);
    }
    bool done = e.slot != NULL;
    *facts = e.facts;
    free(e.slot);
    plan_finish(&e.plan);
    return done;
}
