#include "optbench/formula/numbers.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/formula/program.h"

/* The nodes as numbers. */
static bool compute(const struct ob_graph *g, const struct ob_formula_value *v,
                    double *value, struct ob_err *err)
{
    const struct ob_program_opts opts = { .dtype = OB_F64, .vary = OB_VARY_ROWS };
    const struct ob_program_inputs in = { 0 };
    size_t n = ob_shape_size(v->shape);
    struct ob_program *p = ob_program_create(g, v->node, n, &opts, err);
    void **out = ob_xcalloc(n, sizeof *out);
    for (size_t i = 0; i < n; i++)
        out[i] = &value[i];
    if (p)
        ob_program_run(p, NULL, &in, out);
    free(out);
    ob_program_destroy(p);
    for (size_t i = 0; p && i < n; i++)
        if (!isfinite(value[i]))
            return n == 1 ? ob_fail(err, OB_ECONFIG, "not a finite number")
                          : ob_fail(err, OB_ECONFIG, "number %zu is not finite", i + 1);
    return p != NULL;
}

bool ob_formula_numbers(const char *text, struct ob_shape *shape, double **value,
                        struct ob_err *err)
{
    struct ob_graph g;
    struct ob_scope s;
    struct ob_formula_value v = { 0 };
    ob_graph_init(&g);
    ob_scope_init(&s, &g);
    *value = NULL;
    bool ok = ob_formula_parse_value(&s, text, &v, err);
    if (ok) {
        *shape = v.shape;
        *value = ob_xcalloc(ob_shape_size(v.shape), sizeof **value);
        ok = compute(&g, &v, *value, err);
    }
    if (!ok) {
        free(*value);
        *value = NULL;
    }
    ob_formula_value_finish(&v);
    ob_scope_finish(&s);
    ob_graph_finish(&g);
    return ok;
}
