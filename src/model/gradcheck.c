#include "optbench/model/gradcheck.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

/* cbrt(2^-52), rounded to a power of two near it so that x + h - x is h for x near 1. */
#define CBRT_EPS 0x1p-17

/* The difference actually taken: (x + h) - x is what the machine moved, not h. */
static double step_at(double x)
{
    double h = CBRT_EPS * fmax(1, fabs(x));
    volatile double moved = x + h;
    return moved - x;
}

static double loss_at(struct ob_problem *p, const double *theta)
{
    struct ob_eval e;
    ob_problem_eval(p, theta, NULL, &e);
    return e.loss;
}

/* Fills one row; x is a copy of theta that comes back unchanged. */
static void check_one(struct ob_problem *p, double *x, size_t i, const double *grad,
                      struct ob_gradcheck_row *row)
{
    double at = x[i], h = step_at(at), largest = 0;
    x[i] = at + h;
    double above = loss_at(p, x);
    x[i] = at - h;
    double below = loss_at(p, x);
    x[i] = at;
    for (size_t j = 0; j < p->n; j++)
        largest = fmax(largest, fabs(grad[j]));
    char name[OB_COLUMN_NAME_MAX];
    ob_layout_column_name(&p->layout, i, name);
    memset(row, 0, sizeof *row);
    snprintf(row->name, sizeof row->name, "%.*s", (int)sizeof row->name - 1, name);
    row->value = at;
    row->exact = grad[i];
    row->numeric = (above - below) / (2 * h);
    double apart = fabs(row->exact - row->numeric);
    double rounding = 2 * DBL_EPSILON * fmax(fabs(above), fabs(below)) / fabs(h);
    double size = fmax(fmax(fabs(row->exact), fabs(row->numeric)), 1e-8 * largest);
    /* Written so that NaN stays NaN. */
    row->error = apart <= rounding ? 0 : (apart - rounding) / fmax(size, rounding);
}

double ob_gradcheck(struct ob_problem *p, const double *theta,
                    struct ob_gradcheck_row *row)
{
    OB_REQUIRE(p->dtype == OB_F64);
    struct ob_eval e;
    double *grad = ob_xcalloc(p->n, sizeof *grad);
    double *x = ob_xcalloc(p->n, sizeof *x);
    double worst = 0;
    memcpy(x, theta, p->n * sizeof *x);
    ob_problem_eval(p, theta, grad, &e);
    for (size_t i = 0; i < p->n; i++) {
        check_one(p, x, i, grad, &row[i]);
        worst = row[i].error > worst || isnan(row[i].error) ? row[i].error : worst;
    }
    free(grad);
    free(x);
    return worst;
}

/* Largest |H_ij - D_ij| of column i; x comes back unchanged. */
static double check_column(struct ob_problem *p, double *x, size_t i, const double *h,
                           double *grad)
{
    struct ob_eval e;
    double at = x[i], d = step_at(at), worst = 0;
    double *above = grad, *below = grad + p->n;
    x[i] = at + d;
    ob_problem_eval(p, x, above, &e);
    x[i] = at - d;
    ob_problem_eval(p, x, below, &e);
    x[i] = at;
    for (size_t j = 0; j < p->n; j++)
        worst = fmax(worst, fabs((above[j] - below[j]) / (2 * d) - h[j * p->n + i]));
    return worst;
}

double ob_hesscheck(struct ob_problem *p, const double *theta)
{
    OB_REQUIRE(p->dtype == OB_F64);
    size_t n = p->n;
    double *h = ob_xcalloc(n * n, sizeof *h);
    double *grad = ob_xcalloc(2 * n, sizeof *grad);
    double *x = ob_xcalloc(n, sizeof *x);
    double worst = 0, largest = 0;
    memcpy(x, theta, n * sizeof *x);
    if (!ob_problem_hessian(p, theta, h, NULL)) {
        worst = NAN;
        goto done;
    }
    for (size_t i = 0; i < n * n; i++)
        largest = fmax(largest, fabs(h[i]));
    for (size_t i = 0; i < n; i++)
        worst = fmax(worst, check_column(p, x, i, h, grad));
done:
    free(h);
    free(grad);
    free(x);
    return worst / fmax(1, largest);
}
