/* Linear regression: z = X w + bias, squared losses, and the closed form that every run
 * can be judged by. */
#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/num/dense.h"
#include "placed_row.h"
#include "rowmodel.h"

enum { HALF_MSE, MSE, SSE };
static const char *const losses[] = { "half_mse", "mse", "sse", NULL };

struct opts {
    int loss;
    bool bias;
    int bias_column;
};

static const struct ob_param params[] = {
    OB_CHOICE(struct opts, loss, .choices = losses,
              .help =
                  "half_mse: mean (z - y)^2 / 2; mse: mean (z - y)^2; sse: their sum"),
    OB_BOOLEAN(struct opts, bias, .fallback = 1,
               .help = "add a constant term, the parameter `bias`"),
    OB_CHOICE(struct opts, bias_column, .choices = row_bias_columns,
              .help = "whether the bias stands before or behind the weights"),
    { 0 },
};

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    const struct opts *o = p->opts;
    struct row_setup setup = {
        .bias = o->bias,
        .bias_first = o->bias_column == ROW_BIAS_FIRST,
        .loss = o->loss == HALF_MSE ? OB_LOSS_HALF_SQUARED : OB_LOSS_SQUARED,
        .mean = o->loss != SSE,
    };
    if (d->classes)
        return ob_fail(err, OB_EDATA,
                       "column '%s': a linear model needs numbers, not words such as "
                       "'%s'",
                       d->y.name, d->class_name[0]);
    return row_start(p, d, &setup, err);
}

/* The objective times `factor` is |X theta - y|^2 + ridge * sum w^2. */
struct square_form {
    double factor, ridge;
};

static struct square_form square_form(const struct ob_problem *p)
{
    double rows = (double)p->rows;
    switch (((const struct opts *)p->opts)->loss) {
    case HALF_MSE:
        return (struct square_form){ 2 * rows, p->l2 * rows };
    case MSE:
        return (struct square_form){ rows, p->l2 / 2 * rows };
    default:
        return (struct square_form){ 1, p->l2 / 2 };
    }
}

static bool has_reference(const struct ob_problem *p)
{
    return p->l1 == 0;
}

/* The augmented system: the data, and below them one row sqrt(ridge) e_j for each weight
 * (Golub and Van Loan, Matrix Computations, 4th ed., section 6.1.4), so that the
 * condition number is not squared with a ridge either. */
struct augmented {
    const struct ob_problem *p;
    double ridge;
};

static bool is_first(const struct ob_share *share)
{
    return !share || share->rank == 0;
}

static void fetch(const void *ctx, size_t j, size_t first, size_t n, double *out)
{
    const struct augmented *a = ctx;
    const struct ob_problem *p = a->p;
    const struct row_model *m = p->state;
    for (size_t i = 0; i < n; i++) {
        size_t row = first + i;
        if (row < p->rows)
            out[i] = j < p->n ? row_x(m, row, j) : row_y(m, row);
        else
            out[i] = j == p->weight->offset + (row - p->rows) && is_first(p->share)
                         ? sqrt(a->ridge)
                         : 0;
    }
    ob_share_sum(p->share, OB_F64, n, out);
}

static bool reference_point(struct ob_problem *p, double *theta, double *loss)
{
    const struct square_form form = square_form(p);
    const struct augmented system = { p, form.ridge };
    const struct ob_lstsq_rows rows = {
        .rows = p->rows + (form.ridge > 0 ? p->weight->n : 0),
        .cols = p->n,
        .fetch = fetch,
        .ctx = &system,
    };
    double residual;
    size_t rank = 0;
    if (!ob_lstsq_fetch(&rows, theta, &residual, &rank, NULL) || rank < p->n)
        return false;
    *loss = residual / form.factor;
    return true;
}

static double square(double z, double y)
{
    return (z - y) * (z - y);
}

static double absolute(double z, double y)
{
    return fabs(z - y);
}

static double target(double z, double y)
{
    (void)z;
    return y;
}

static double mse(struct ob_problem *p, const void *theta)
{
    return row_sum(p, theta, square) / (double)p->rows;
}

static double half_mse(struct ob_problem *p, const void *theta)
{
    return mse(p, theta) / 2;
}

static double mae(struct ob_problem *p, const void *theta)
{
    return row_sum(p, theta, absolute) / (double)p->rows;
}

/* 1 - SS_residual / SS_total; NaN where the target is constant. */
static double r2(struct ob_problem *p, const void *theta)
{
    const double mean = row_sum(p, theta, target) / (double)p->rows;
    const double total = row_scatter(p, mean);
    return total > 0 ? 1 - row_sum(p, theta, square) / total : NAN;
}

static const struct ob_metric metrics[] = {
    { "half_mse", "half the mean squared error", half_mse, NULL },
    { "mse", "mean squared error", mse, NULL },
    { "mae", "mean absolute error", mae, NULL },
    { "r2", "share of the variance explained", r2, NULL },
    { 0 },
};

static bool predict(struct ob_problem *p, const void *theta, double *out,
                    struct ob_err *err)
{
    (void)err;
    return row_predict(p, theta, NULL, out);
}

const struct ob_problem_type ob_problem_linear = {
    .name = "linear",
    .title = "Linear regression",
    .summary = "a weighted sum of the features, fitted by squared error",
    .reference = "Legendre 1805; Hastie, Tibshirani, Friedman, The Elements of "
                 "Statistical Learning, 2nd ed., chapter 3",
    .needs = OB_PROBLEM_NEEDS_DATA | OB_PROBLEM_NEEDS_TARGET | OB_PROBLEM_TAKES_SPARSE,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct row_model),
    .params = params,
    .metrics = metrics,
    .start = start,
    .eval = row_eval,
    .finish = row_finish,
    .batch = row_batch,
    .hessian = row_hessian,
    .hvp = row_hvp,
    .curvature = row_curvature,
    .gauss_newton = row_hessian, /* z is linear in the parameters */
    .gauss_newton_product = row_hvp,
    .predict = predict,
    .has_reference = has_reference,
    .reference_point = reference_point,
    .placed = &row_placed,
    .unshared = row_unshared,
};
