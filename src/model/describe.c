#include "optbench/model/describe.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"

/* Six digits, as in the tables of the literature. */
static void add_number(struct ob_buf *out, double v)
{
    char text[OB_NUMBER_MAX];
    ob_number_show(text, sizeof text, v, 6);
    ob_buf_adds(out, text);
}

static void add_point(struct ob_buf *out, size_t n, const double *x)
{
    for (size_t i = 0; i < n; i++) {
        ob_buf_adds(out, i ? ", " : "(");
        add_number(out, x[i]);
    }
    ob_buf_addc(out, ')');
}

static void add_start(struct ob_problem *p, double *x, struct ob_buf *out)
{
    struct ob_eval e;
    p->type->start_point(p, x);
    ob_problem_eval(p, x, NULL, &e);
    ob_buf_adds(out, "start\t");
    add_point(out, p->n, x);
    ob_buf_adds(out, ", where it is ");
    add_number(out, e.loss);
    ob_buf_addc(out, '\n');
}

static void add_box(struct ob_problem *p, double *low, double *high, struct ob_buf *out)
{
    if (!ob_problem_domain(p, low, high))
        return;
    bool same = true;
    for (size_t i = 1; i < p->n; i++)
        same = same && low[i] == low[0] && high[i] == high[0];
    ob_buf_adds(out, "box\t");
    for (size_t i = 0; i < (same ? 1 : p->n); i++) {
        ob_buf_adds(out, i ? ", " : "");
        add_number(out, low[i]);
        ob_buf_adds(out, " to ");
        add_number(out, high[i]);
    }
    ob_buf_addc(out, '\n');
}

static void add_minima(struct ob_problem *p, double *x, struct ob_buf *out)
{
    double loss;
    size_t count = ob_problem_optima(p, OB_OPTIMA_MAX, x, &loss);
    ob_buf_adds(out, "minimum\t");
    if (count > 0)
        add_number(out, loss);
    for (size_t k = 0; k < count; k++) {
        ob_buf_adds(out, k ? ", " : " at ");
        add_point(out, p->n, x + k * p->n);
    }
    ob_buf_adds(out, count > 0 ? "\n" : "there is none\n");
}

void ob_problem_describe(const struct ob_problem_type *type, struct ob_buf *out)
{
    const struct ob_problem_common common = { .dtype = OB_F64 };
    if (!type->formula)
        return;
    void *opts = ob_xcalloc(1, type->opts_size + 1);
    ob_params_reset(type->params, opts);
    struct ob_problem *p = ob_problem_create(type, opts, &common, NULL, NULL);
    if (p) {
        double *x = ob_xcalloc(OB_OPTIMA_MAX * p->n, sizeof *x);
        ob_buf_adds(out, "formula\t");
        type->formula(p, out);
        ob_buf_addc(out, '\n');
        add_start(p, x, out);
        add_box(p, x, x + p->n, out);
        add_minima(p, x, out);
        free(x);
    }
    ob_problem_destroy(p);
    ob_params_finish(type->params, opts);
    free(opts);
}
