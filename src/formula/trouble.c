#include "optbench/formula/trouble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"
#include "plan.h"
#include "scalar.h"
#include "trouble_tell.h"

/*
 * The plan of a program, carried out number by number. Values are kept as doubles, which
 * hold every float.
 */
struct search {
    const struct ob_trouble_inputs *in;
    struct plan plan;
    double *value; /* [plan.n]; lane nodes: of the row at hand */
    double *lanes; /* [sums of the pass][2 * OB_LANES]: of the chunk, over the chunks */
    bool *broken;  /* [plan.n] not finite, in any row */
    struct trouble found;
};

static double number_at(const struct search *s, const void *array, size_t i)
{
    return s->in->dtype == OB_F32 ? (double)((const float *)array)[i]
                                  : ((const double *)array)[i];
}

static double leaf(const struct search *s, const struct ob_node *n, size_t row)
{
    switch ((enum ob_formula_op)n->op) {
    case OB_OP_CONST:
        return ob_dtype_round(s->in->dtype, n->value);
    case OB_OP_PARAM:
        return number_at(s, s->in->theta, n->index);
    case OB_OP_COLUMN:
        return number_at(s, s->in->column[n->index], row);
    case OB_OP_ROWS:
        return ob_dtype_round(s->in->dtype, (double)s->in->rows);
    default: /* DIRECTION: of no interest to values */
        return 0;
    }
}

/* Earlier nodes come first, then earlier rows. */
static void note(struct search *s, uint32_t i, size_t row)
{
    const struct ob_node *n = &s->plan.g->node[i];
    unsigned operands = ob_formula_operands(n->op);
    double a = operands > 0 ? s->value[n->a] : 0, b = operands > 1 ? s->value[n->b] : 0;
    s->broken[i] = true;
    if (!isfinite(a) || !isfinite(b) || (s->found.any && s->found.node <= i))
        return;
    s->found = (struct trouble){
        .any = true, .node = i, .row = row, .a = a, .b = b, .value = s->value[i]
    };
}

static void compute(struct search *s, uint32_t i, size_t row)
{
    const struct ob_node *n = &s->plan.g->node[i];
    unsigned operands = ob_formula_operands(n->op);
    if (operands == 0)
        s->value[i] = leaf(s, n, row);
    else
        s->value[i] = scalar_apply(s->in->dtype, n->op, s->value[n->a],
                                   s->value[operands > 1 ? n->b : n->a]);
    if (!isfinite(s->value[i]))
        note(s, i, row);
}

static double plus(const struct search *s, double a, double b)
{
    return scalar_apply(s->in->dtype, OB_OP_ADD, a, b);
}

static double fold(const struct search *s, double *lane)
{
    for (size_t w = OB_LANES / 2; w > 0; w /= 2)
        for (size_t l = 0; l < w; l++)
            lane[l] = plus(s, lane[l], lane[l + w]);
    double sum = lane[0];
    memset(lane, 0, OB_LANES * sizeof *lane);
    return sum;
}

/* One row of pass k, and its terms to the lanes of the sums. */
static void row_of_pass(struct search *s, size_t k, size_t row)
{
    double *lane = s->lanes;
    for (uint32_t i = 0; i < s->plan.n; i++) {
        if (s->plan.due[i])
            compute(s, i, row);
        if (plan_sums(&s->plan, k, i)) {
            double *l = &lane[row % OB_LANES], term = s->value[s->plan.g->node[i].a];
            *l = plus(s, *l, term);
            lane += 2 * (size_t)OB_LANES;
        }
    }
}

static void fold_chunk(struct search *s, size_t sums, size_t chunk)
{
    for (size_t j = 0; j < sums; j++) {
        double *lane = s->lanes + j * 2 * OB_LANES, *top = lane + OB_LANES;
        double *l = &top[chunk % OB_LANES];
        *l = plus(s, *l, fold(s, lane));
    }
}

static void take_sums(struct search *s, size_t k)
{
    double *lane = s->lanes;
    for (uint32_t i = 0; i < s->plan.n; i++)
        if (plan_sums(&s->plan, k, i)) {
            s->value[i] = fold(s, lane + OB_LANES);
            lane += 2 * (size_t)OB_LANES;
            /* Of the operand it is the last row that stands there: finite or not says
             * nothing, all rows have been looked at. */
            if (!isfinite(s->value[i])) {
                uint32_t a = s->plan.g->node[i].a;
                s->value[a] = s->broken[a] ? (double)NAN : 0;
                note(s, i, 0);
            }
        }
}

static bool run_pass(struct search *s, size_t k)
{
    size_t sums = 0;
    plan_pass(&s->plan, k);
    for (uint32_t i = 0; i < s->plan.n; i++)
        sums += plan_sums(&s->plan, k, i);
    free(s->lanes);
    s->lanes = ob_alloc(sums * 2 * OB_LANES, sizeof *s->lanes, NULL);
    if (!s->lanes)
        return false;
    for (size_t row = 0; row < s->in->rows; row++) {
        row_of_pass(s, k, row);
        if (row + 1 == s->in->rows || (row + 1) % OB_CHUNK == 0)
            fold_chunk(s, sums, row / OB_CHUNK);
    }
    take_sums(s, k);
    return true;
}

static bool run(struct search *s)
{
    for (uint32_t i = 0; i < s->plan.n; i++)
        if (s->plan.needed[i] && !s->plan.lane[i] &&
            ob_formula_operands(s->plan.g->node[i].op) == 0)
            compute(s, i, 0);
    for (size_t k = 0; k <= s->plan.passes; k++) {
        for (uint32_t i = 0; i < s->plan.n; i++)
            if (plan_uniform(&s->plan, k, i))
                compute(s, i, 0);
        if (k < s->plan.passes && !run_pass(s, k))
            return false;
    }
    return true;
}

static bool search_init(struct search *s, const struct ob_graph *g, const uint32_t *root,
                        size_t m, const struct ob_trouble_inputs *in)
{
    *s = (struct search){ .in = in };
    if (!plan_init(&s->plan, g, root, m, OB_VARY_ROWS, NULL))
        return false;
    s->value = ob_alloc(s->plan.n, sizeof *s->value, NULL);
    s->broken = s->value ? ob_alloc(s->plan.n, sizeof *s->broken, NULL) : NULL;
    return s->broken != NULL;
}

static void search_finish(struct search *s)
{
    plan_finish(&s->plan);
    free(s->value);
    free(s->lanes);
    free(s->broken);
}

/* The first root that is not finite, m where all are; false without memory. */
static bool broken_root(const struct ob_graph *g, const uint32_t *root, size_t m,
                        const struct ob_trouble_inputs *in, size_t *k)
{
    struct search s;
    bool ran = search_init(&s, g, root, m, in) && run(&s);
    *k = 0;
    while (ran && *k < m && !s.broken[root[*k]])
        ++*k;
    search_finish(&s);
    return ran;
}

bool ob_formula_trouble(const struct ob_graph *g, const uint32_t *root, size_t m,
                        const struct ob_trouble_inputs *in, const char *text,
                        struct ob_buf *out)
{
    struct search s;
    size_t k;
    if (!broken_root(g, root, m, in, &k) || k == m)
        return false;
    bool found = search_init(&s, g, &root[k], 1, in) && run(&s) && s.found.any;
    if (found)
        trouble_tell(g, &s.found, s.found.node > root[0], in->dtype, text, out);
    search_finish(&s);
    return found;
}
