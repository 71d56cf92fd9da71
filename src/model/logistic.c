/* Logistic regression: the odds of class 1 are exp(z), z = X w + bias. */
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "placed_row.h"
#include "rowmodel.h"

#define OB_REAL_BITS 64
#include "optbench/num/real.h"

#include "optbench/num/fmath.h"

enum { BCE_LOGITS, BCE };
static const char *const losses[] = { "bce_logits", "bce", NULL };

struct opts {
    int loss;
    bool bias;
    int bias_column;
};

static const struct ob_param params[] = {
    OB_CHOICE(struct opts, loss, .choices = losses,
              .help = "bce_logits: cross entropy from z, stable for every z; bce: from "
                      "the sigmoid, its logarithms clamped at -100 as torch's BCELoss"),
    OB_BOOLEAN(struct opts, bias, .fallback = 1,
               .help = "add a constant term, the parameter `bias`"),
    OB_CHOICE(struct opts, bias_column, .choices = row_bias_columns,
              .help = "whether the bias stands before or behind the weights"),
    { 0 },
};

/* Two classes, as numbers 0 and 1 or as two words. */
static bool check_classes(const struct ob_dataset *d, struct ob_err *err)
{
    if (d->classes)
        return d->classes == 2 ||
               ob_fail(err, OB_EDATA,
                       "column '%s': a logistic model tells two classes apart, and this "
                       "column has %zu different words",
                       d->y.name, d->classes);
    for (size_t i = 0; i < d->rows; i++) {
        double y = d->y.value[i];
        char shown[OB_NUMBER_MAX];
        ob_number_write(shown, y);
        if (y != 0 && y != 1)
            return ob_fail(err, OB_EDATA,
                           "column '%s': row %zu holds %s, and a logistic model needs "
                           "0 or 1",
                           d->y.name, i + 1, shown);
    }
    return true;
}

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    const struct opts *o = p->opts;
    struct row_setup setup = {
        .bias = o->bias,
        .bias_first = o->bias_column == ROW_BIAS_FIRST,
        .loss = o->loss == BCE ? OB_LOSS_BCE : OB_LOSS_BCE_LOGITS,
        .mean = true,
    };
    if (!check_classes(d, err))
        return false;
    p->classes = 2;
    if (d->classes) {
        p->class_name = ob_xcalloc(2, sizeof *p->class_name);
        for (size_t i = 0; i < 2; i++)
            p->class_name[i] = ob_xstrdup(d->class_name[i]);
    }
    return row_start(p, d, &setup, err);
}

static double probability(double z)
{
    return ob_sigmoid_f64(z);
}

static bool predict(struct ob_problem *p, const void *theta, double *out,
                    struct ob_err *err)
{
    (void)err;
    return row_predict(p, theta, probability, out);
}

/* A row counts as class 1 where its probability is above one half. */
static double right(double z, double y)
{
    return (z > 0) == (y > 0.5);
}

static double half_square(double z, double y)
{
    double d = ob_sigmoid_f64(z) - y;
    return d * d / 2;
}

static double accuracy(struct ob_problem *p, const void *theta)
{
    size_t counted;
    if (row_seen_right(p, theta, &counted))
        return (double)counted / (double)p->rows;
    return row_sum(p, theta, right) / (double)p->rows;
}

static double half_mse(struct ob_problem *p, const void *theta)
{
    return row_sum(p, theta, half_square) / (double)p->rows;
}

static const struct ob_metric metrics[] = {
    { "accuracy", "share of rows on the right side of one half", accuracy, NULL },
    { "half_mse", "half the mean squared error of the probabilities", half_mse, NULL },
    { 0 },
};

const struct ob_problem_type ob_problem_logistic = {
    .name = "logistic",
    .title = "Logistic regression",
    .summary = "the probability of one of two classes, fitted by cross entropy",
    .reference = "Cox 1958; Hastie, Tibshirani, Friedman, The Elements of Statistical "
                 "Learning, 2nd ed., section 4.4",
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
    .placed = &row_placed,
    .unshared = row_unshared,
};
