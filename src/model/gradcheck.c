#include "optbench/model/gradcheck.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

/* The step of the Hessian's differences: cbrt(2^-52), rounded to a power of two near it
 * so that x + h - x is h for x near 1. */
#define CBRT_EPS 0x1p-17

/* The first step of the gradient's, near the fifth root of 2^-52, and the last one tried.
 */
#define WIDE   0x1p-10
#define NARROW 0x1p-22

/* The difference actually taken: (x + h) - x is what the machine moved, not h. */
static double step_at(double x, double size)
{
    double h = size * fmax(1, fabs(x));
    volatile double moved = x + h;
    return moved - x;
}

static double loss_at(struct ob_problem *p, const double *theta)
{
    struct ob_eval e;
    ob_problem_eval(p, theta, NULL, &e);
    return e.loss;
}

/* Differences of the loss along one parameter. */
struct slope {
    double value;    /* the derivative */
    double doubtful; /* what rounding and the step may have done to it */
};

/* (f(x + h) - f(x - h)) / 2h; *largest takes the size of the losses. */
static double central(struct ob_problem *p, double *x, size_t i, double h,
                      double *largest)
{
    double at = x[i];
    x[i] = at + h;
    double above = loss_at(p, x);
    x[i] = at - h;
    double below = loss_at(p, x);
    x[i] = at;
    *largest = fmax(*largest, fmax(fabs(above), fabs(below)));
    return (above - below) / (2 * h);
}

static struct slope slope_with(struct ob_problem *p, double *x, size_t i, double h)
{
    double largest = 0;
    double d1 = central(p, x, i, h, &largest), d2 = central(p, x, i, 2 * h, &largest),
           d4 = central(p, x, i, 4 * h, &largest);
    double fine = (4 * d1 - d2) / 3, coarse = (4 * d2 - d4) / 3;
    return (struct slope){
        .value = fine,
        .doubtful = 4 * DBL_EPSILON * largest / fabs(h) + fabs(fine - coarse),
    };
}

/* What a difference leaves unexplained of the gradient. Written so that NaN stays NaN. */
static double unexplained(double exact, const struct slope *s, double least)
{
    double apart = fabs(exact - s->value);
    double size = fmax(fmax(fabs(exact), fabs(s->value)), least);
    return apart <= s->doubtful ? 0 : (apart - s->doubtful) / fmax(size, s->doubtful);
}

/* Fills one row; x is a copy of theta that comes back unchanged. The step is made smaller
 * where a wide one leaves the domain of the function or steps over a bend. */
static void check_one(struct ob_problem *p, double *x, size_t i, const double *grad,
                      struct ob_gradcheck_row *row)
{
    double largest = 0;
    for (size_t j = 0; j < p->n; j++)
        largest = fmax(largest, fabs(grad[j]));
    char name[OB_COLUMN_NAME_MAX];
    ob_layout_column_name(&p->layout, i, name);
    memset(row, 0, sizeof *row);
    snprintf(row->name, sizeof row->name, "%.*s", (int)sizeof row->name - 1, name);
    row->value = x[i];
    row->exact = grad[i];
    row->numeric = row->error = NAN;
    for (double size = WIDE; size >= NARROW && !(row->error <= 0); size /= 16) {
        const struct slope s = slope_with(p, x, i, step_at(x[i], size));
        double error = unexplained(grad[i], &s, 1e-8 * largest);
        if (!(row->error <= error)) {
            row->numeric = s.value;
            row->error = error;
        }
    }
}

double ob_gradcheck_some(struct ob_problem *p, const double *theta, size_t k,
                         struct ob_gradcheck_row *row)
{
    OB_REQUIRE(p->dtype == OB_F64 && k >= 1 && k <= p->n);
    struct ob_eval e;
    double *grad = ob_xcalloc(p->n, sizeof *grad);
    double *x = ob_xcalloc(p->n, sizeof *x);
    double worst = 0;
    memcpy(x, theta, p->n * sizeof *x);
    ob_problem_eval(p, theta, grad, &e);
    for (size_t i = 0; i < k; i++) {
        /* The middles of k equal stretches. */
        check_one(p, x, (size_t)(((double)i + 0.5) * (double)p->n / (double)k), grad,
                  &row[i]);
        worst = row[i].error > worst || isnan(row[i].error) ? row[i].error : worst;
    }
    free(grad);
    free(x);
    return worst;
}

double ob_gradcheck(struct ob_problem *p, const double *theta,
                    struct ob_gradcheck_row *row)
{
    return ob_gradcheck_some(p, theta, p->n, row);
}

/* Largest |H_ij - D_ij| of column i; x comes back unchanged. */
static double check_column(struct ob_problem *p, double *x, size_t i, const double *h,
                           double *grad)
{
    struct ob_eval e;
    double at = x[i], d = step_at(at, CBRT_EPS), worst = 0;
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
