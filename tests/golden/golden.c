#include <config.h>

#include "golden.h"

#include <math.h>

#include "../lib/ob_test.h"
#include "optbench/base/diag.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/conf/spec.h"
#include "optbench/num/dtype.h"

/* ---- the run ---- */

static void keep_row(struct golden *g, const struct ob_trainer *t)
{
    const struct ob_row *row = ob_trainer_row(t);
    size_t width = g->columns.width;
    if (!row)
        return;
    assert_int_equal(row->step, g->rows);
    g->value = ob_xreallocarray(g->value, (g->rows + 1) * width, sizeof *g->value);
    for (size_t i = 0; i < width; i++)
        g->value[g->rows * width + i] = ob_row_has(row, i) ? row->v[i] : NAN;
    g->rows++;
}

static void train(struct golden *g, struct ob_trainer *t)
{
    g->columns = *ob_trainer_columns(t);
    enum ob_stop stop = ob_trainer_start(t);
    keep_row(g, t);
    while (stop == OB_GO_ON) {
        stop = ob_trainer_step(t);
        keep_row(g, t);
    }
    ob_result_init(&g->result, t);
}

void golden_run(struct golden *g, const char *ini, const char *const *sets)
{
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    size_t nsets = 0;
    *g = (struct golden){ 0 };
    while (sets[nsets])
        nsets++;
    char *path = ob_xasprintf("%s/tests/golden/%s", ob_test_env("OB_SRCDIR"), ini);
    struct ob_trainer *t = NULL;
    if (ob_spec_load(path, sets, nsets, &spec, &diags))
        t = ob_trainer_create(&spec, &diags);
    ob_diags_print(&diags, stderr);
    assert_non_null(t);
    g->f32 = spec.experiment.dtype == OB_F32;
    train(g, t);
    ob_trainer_destroy(t);
    ob_spec_finish(&spec);
    ob_diags_finish(&diags);
    free(path);
}

void golden_finish(struct golden *g)
{
    ob_result_finish(&g->result);
    free(g->value);
}

double golden_at(const struct golden *g, size_t k, const char *column)
{
    int at = ob_columns_find(&g->columns, column);
    if (at < 0)
        fail_msg("no column '%s'", column);
    assert_true(k < g->rows);
    return g->value[k * g->columns.width + (size_t)at];
}

/* ---- the trajectory ---- */

enum { FIELDS = 16 };

struct line {
    double field[FIELDS];
    size_t fields;
};

/* One line of numbers by commas; *text moves behind it. False at the end. */
static bool next_line(const char **text, struct line *out)
{
    const char *s = *text;
    out->fields = 0;
    if (!*s)
        return false;
    for (;;) {
        size_t n = ob_number_scan(s, strlen(s), &out->field[out->fields]);
        assert_true(n > 0 && out->fields < FIELDS - 1);
        out->fields++;
        s += n;
        if (*s++ != ',')
            break;
    }
    *text = s;
    return true;
}

static double norm(const double *v, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i] * v[i];
    return sqrt(sum);
}

/* One line of the file against rows i and i + 1. */
static void compare_line(const struct golden *g, size_t i, const struct line *l,
                         size_t first)
{
    const double tol = g->f32 ? 1e-4 : 1e-9, tol_delta = g->f32 ? 5e-3 : 1e-7;
    const double eps = ob_dtype_eps(g->f32 ? OB_F32 : OB_F64);
    const double *w = l->field + first;
    const size_t n = l->fields - first;
    const double size = norm(w, n), delta = l->field[2];
    assert_true(l->field[0] == (double)i);
    assert_int_equal(n, g->columns.params);
    ob_assert_near(golden_at(g, i, "loss"), l->field[1], tol * fabs(l->field[1]));
    ob_assert_near(golden_at(g, i + 1, "theta_delta"), delta,
                   tol_delta * delta + 4 * eps * size);
    const double *ours = g->value + (i + 1) * g->columns.width + g->columns.param;
    for (size_t j = 0; j < n; j++)
        ob_assert_near(ours[j], w[j], tol * size);
}

void golden_compare(const struct golden *g, const char *path, bool free_end)
{
    struct ob_buf file = { 0 };
    struct ob_err err = { 0 };
    if (!ob_file_read(path, 1 << 20, &file, &err))
        fail_msg("%s", err.text);
    const char *text = strchr(ob_buf_text(&file), '\n');
    assert_non_null(text);
    /* iter,loss_before_step,theta_delta_norm,[step,]w0..: the step length is not ours. */
    const char *step = strstr(ob_buf_text(&file), ",step,");
    const size_t first = step && step < text ? 4 : 3;
    struct line l;
    size_t i = 0;
    for (text++; next_line(&text, &l); i++)
        if (i + 1 < g->rows)
            compare_line(g, i, &l, first);
    if (!free_end)
        assert_int_equal(g->rows, i + 1);
    assert_true(i > 1);
    ob_buf_finish(&file);
}
