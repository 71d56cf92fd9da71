#include "trajectory.h"

#include <math.h>

#include "optbench/base/mem.h"
#include "optbench/num/reduce.h"
#include "optbench/optim/optimizer.h"

enum { TOO_MANY = 20000 };

static void standardise(size_t rows, double *x)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < rows; i++)
        mean += x[i] / (double)rows;
    for (size_t i = 0; i < rows; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    for (size_t i = 0; i < rows; i++)
        x[i] = (x[i] - mean) / sqrt(squares / ((double)rows - 1));
}

struct ob_dataset read_dataset(const char *folder, const char *file, enum scaling scaling)
{
    static double cells[8][4]
                       [2048]; /* borrowed by datasets for the rest of the program */
    static size_t used;
    struct table t;
    char *path = ob_xasprintf("%s/%s", folder, file);
    const double *x[4];
    double(*column)[2048] = cells[used++ % OB_COUNT(cells)];
    if (!table_read(path, &t))
        fail_msg("cannot read %s", path);
    assert_true(t.cols <= 4 && t.rows <= 2048);
    for (size_t j = 0; j < t.cols; j++) {
        for (size_t i = 0; i < t.rows; i++)
            column[j][i] = table_at(&t, i, j);
        if (scaling == STANDARD && j + 1 < t.cols)
            standardise(t.rows, column[j]);
        x[j] = column[j];
    }
    struct ob_dataset d = toy_dataset(t.rows, t.cols - 1, x, column[t.cols - 1]);
    table_finish(&t);
    free(path);
    return d;
}

/* One run: what moves, and what is compared. */
struct run {
    struct ob_problem *problem;
    struct ob_optimizer *optimizer;
    struct ob_vec theta, before, grad;
    struct ob_iterate it;
    struct ob_eval eval;
    double theta_delta;
    const char *what;
};

static struct ob_optimizer *make_optimizer(const struct experiment *e,
                                           struct ob_problem *p)
{
    struct ob_err err;
    const struct ob_optimizer_type *t = ob_optimizer_find(e->optimizer, &err);
    const struct ob_linesearch_type *s =
        e->search ? ob_linesearch_find(e->search, &err) : NULL;
    assert_non_null(t);
    void *opts = toy_opts(t->params, t->opts_size, e->optimizer_settings);
    struct ob_optimizer_setup setup = { .type = t, .opts = opts, .search = s };
    struct ob_optimizer *o = ob_optimizer_create(&setup, p, &err);
    if (!o)
        fail_msg("%s", err.text);
    ob_params_finish(t->params, opts);
    free(opts);
    return o;
}

static void begin(struct run *r, const struct experiment *e, const char *folder,
                  enum ob_dtype dtype)
{
    struct ob_err err;
    struct ob_dataset d = read_dataset(folder, e->data, e->scaling);
    const struct ob_problem_type *model = ob_problem_find(e->model, &err);
    assert_non_null(model);
    r->what = e->trajectory;
    r->problem = toy_create(model, dtype, e->model_settings, &d);
    r->optimizer = make_optimizer(e, r->problem);
    assert_true(ob_vec_init(&r->theta, dtype, r->problem->n, &err) &&
                ob_vec_init(&r->before, dtype, r->problem->n, &err) &&
                ob_vec_init(&r->grad, dtype, r->problem->n, &err));
    r->it = (struct ob_iterate){
        .problem = r->problem, .theta = &r->theta, .grad = &r->grad, .k = 0, .lr = 0
    };
}

static void finish(struct run *r)
{
    ob_vec_finish(&r->theta);
    ob_vec_finish(&r->before);
    ob_vec_finish(&r->grad);
    ob_optimizer_destroy(r->optimizer);
    ob_problem_destroy(r->problem);
}

static void step(struct run *r)
{
    ob_problem_eval(r->problem, r->theta.data, r->grad.data, &r->eval);
    ob_vec_copy(&r->before, &r->theta);
    r->it.loss = r->eval.loss;
    r->it.k++;
    if (ob_optimizer_step(r->optimizer, &r->it) != OB_STEP_OK)
        fail_msg("%s: step %llu: %s", r->what, (unsigned long long)r->it.k,
                 r->optimizer->note);
    r->theta_delta = ob_norm2_diff(NULL, &r->theta, &r->before);
}

static void near(const struct run *r, const char *column, double value, double want,
                 double tolerance)
{
    if (!(fabs(value - want) <= tolerance))
        fail_msg("%s: row %llu: %s is %.17g, not %.17g +- %.3g", r->what,
                 (unsigned long long)r->it.k - 1, column, value, want, tolerance);
}

/* Row `row` of the reference against the step just done. */
static void compare(const struct run *r, const struct table *t, size_t row)
{
    bool wide = r->theta.dtype == OB_F64;
    size_t first = table_column(t, "w0");
    double norm = 0, apart = 0, slack;
    for (size_t j = 0; j < r->theta.n; j++) {
        double want = table_at(t, row, first + j);
        norm += want * want;
        apart += (ob_vec_get(&r->theta, j) - want) * (ob_vec_get(&r->theta, j) - want);
    }
    norm = sqrt(norm);
    slack = 4 * ob_dtype_eps(r->theta.dtype) * norm;
    double loss = table_at(t, row, table_column(t, "loss_before_step"));
    double delta = table_at(t, row, table_column(t, "theta_delta_norm"));
    near(r, "loss", r->eval.loss, loss, (wide ? 1e-9 : 1e-4) * fabs(loss) + slack);
    near(r, "|theta - reference|", sqrt(apart), 0, (wide ? 1e-9 : 1e-4) * norm + slack);
    near(r, "theta_delta", r->theta_delta, delta, (wide ? 1e-7 : 5e-3) * delta + slack);
}

static struct arrival arrive(struct run *r)
{
    struct arrival a = { .steps = (size_t)r->it.k,
                         .theta_delta = r->theta_delta,
                         .clamped = r->eval.clamped,
                         .grad_is_zero = ob_norm2(NULL, &r->grad) == 0 };
    ob_problem_eval(r->problem, r->theta.data, NULL, &r->eval);
    a.loss = r->eval.loss;
    ob_vec_read(&r->theta, 0, r->theta.n, a.theta);
    return a;
}

struct arrival follow(const struct experiment *e, const char *data_folder,
                      const char *trajectory_folder, enum ob_dtype dtype)
{
    struct run r = { 0 };
    struct table t;
    char *path = ob_xasprintf("%s/%s_%s.csv", trajectory_folder, e->trajectory,
                              dtype == OB_F32 ? "f32" : "f64");
    if (!table_read(path, &t))
        fail_msg("cannot read %s", path);
    begin(&r, e, data_folder, dtype);
    do {
        step(&r);
        if (r.it.k <= t.rows)
            compare(&r, &t, (size_t)r.it.k - 1);
    } while (r.theta_delta * r.theta_delta > 1e-8 && r.it.k < TOO_MANY);
    if (!(e->own_count && dtype == OB_F32) && r.it.k != t.rows)
        fail_msg("%s: %llu steps, not %zu", path, (unsigned long long)r.it.k, t.rows);
    struct arrival a = arrive(&r);
    finish(&r);
    table_finish(&t);
    free(path);
    return a;
}
