#include "rate_formula.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/formula/parse.h"
#include "optbench/formula/program.h"

static const char key[] = "lr_lambda";

enum { TIME, HORIZON, NAMES };

struct rate_formula {
    struct ob_program *program;
    double length;
};

/* Whether the node is computed from parameter number `index`. Operands come before what
 * they are for. */
static bool depends(const struct ob_graph *g, uint32_t root, uint32_t index)
{
    bool *used = ob_xcalloc(root + 1, sizeof *used);
    bool found = false;
    used[root] = true;
    for (uint32_t i = root + 1; i-- > 0;) {
        const struct ob_node *n = &g->node[i];
        if (!used[i])
            continue;
        found = found || (n->op == OB_OP_PARAM && n->index == index);
        used[n->a] = used[n->b] = true;
    }
    free(used);
    return found;
}

/* The text as a node; *uses_horizon tells whether it mentions T. */
static bool parse(struct ob_graph *g, const char *text, uint32_t *root,
                  bool *uses_horizon, struct ob_err *err)
{
    struct ob_scope scope;
    const struct ob_shape number = { 0, 0 };
    ob_scope_init(&scope, g);
    bool ok = ob_scope_param(&scope, "t", number, err) &&
              ob_scope_param(&scope, "T", number, err) &&
              ob_formula_parse(&scope, text, root, err);
    ob_scope_finish(&scope);
    *uses_horizon = ok && depends(g, *root, HORIZON);
    return ok || ob_fail_at(err, key);
}

bool rate_formula_check(const char *text, struct ob_err *err)
{
    struct ob_graph g;
    uint32_t root;
    bool unused;
    if (!text)
        return true; /* that it is missing is told elsewhere */
    ob_graph_init(&g);
    bool ok = parse(&g, text, &root, &unused, err);
    ob_graph_finish(&g);
    return ok;
}

struct rate_formula *rate_formula_create(const char *text, uint64_t length,
                                         struct ob_err *err)
{
    const struct ob_program_opts opts = { .dtype = OB_F64,
                                          .vary = OB_VARY_ROWS,
                                          .params = NAMES };
    struct rate_formula *f = NULL;
    struct ob_program *program = NULL;
    struct ob_graph g;
    uint32_t root;
    bool uses_horizon;
    ob_graph_init(&g);
    if (!parse(&g, text ? text : "", &root, &uses_horizon, err))
        goto out;
    if (uses_horizon && length == 0) {
        ob_fail(err, OB_ECONFIG, "%s: T is the horizon, and there is none", key);
        goto out;
    }
    program = ob_program_create(&g, &root, 1, &opts, err);
    if (!program)
        goto out;
    f = ob_xcalloc(1, sizeof *f);
    *f = (struct rate_formula){ program, (double)length };
out:
    ob_graph_finish(&g);
    return f;
}

void rate_formula_destroy(struct rate_formula *f)
{
    if (f)
        ob_program_destroy(f->program);
    free(f);
}

double rate_formula_at(struct rate_formula *f, uint64_t t)
{
    const double theta[NAMES] = { [TIME] = (double)t, [HORIZON] = f->length };
    const struct ob_program_inputs in = { .theta = theta };
    double value = NAN;
    void *out[] = { &value };
    ob_program_run(f->program, NULL, &in, out);
    return value;
}

bool rate_formula_begins(struct rate_formula *f, uint64_t from, struct ob_err *err)
{
    char shown[OB_NUMBER_MAX];
    const double value = rate_formula_at(f, from);
    if (isfinite(value))
        return true;
    ob_number_write(shown, value);
    return ob_fail(err, OB_ECONFIG, "%s: it is %s at t = %llu", key, shown,
                   (unsigned long long)from);
}
