/*
 * Newton's method: theta = theta - lr * H^-1 g with the exact Hessian.
 *
 * H is factored by Cholesky where it is positive definite, else by LU. A Hessian whose
 * condition number reaches 1 / (n eps) of the run's dtype is singular for every practical
 * purpose (Golub and Van Loan, Matrix Computations, 4th ed., section 2.6): the step would
 * be noise, so there is none. An indefinite Hessian has a step, but it leads to a saddle
 * point or a maximum; it is taken, and the note says so.
 */
#include "newton.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/num/dense.h"
#include "optbench/num/lapack.h"

static const struct ob_param params[] = {
    OB_REAL(struct newton_opts, lr, .fallback = 1, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "share of the Newton step that is taken"),
    OB_REAL(struct newton_opts, damping, .min = 0, .max = INFINITY, .below_max = true,
            .live = true, .help = "added to the diagonal of the Hessian"),
    { 0 },
};

bool newton_start(struct ob_optimizer *o, struct ob_err *err)
{
    struct newton_state *s = o->state;
    size_t n = o->problem->n;
    o->condition = NAN;
    return (s->hessian = ob_alloc(n * n, sizeof *s->hessian, err)) &&
           (s->factor = ob_alloc(n * n, sizeof *s->factor, err)) &&
           (s->eigen = ob_alloc(n, sizeof *s->eigen, err)) &&
           (s->work = ob_alloc(2 * n, sizeof *s->work, err)) &&
           (s->step = ob_alloc(n, sizeof *s->step, err)) &&
           (s->pivot = ob_alloc(n, sizeof *s->pivot, err)) &&
           (s->pivot_big = ob_alloc(n, sizeof *s->pivot_big, err));
}

void newton_finish(struct ob_optimizer *o)
{
    struct newton_state *s = o->state;
    free(s->hessian);
    free(s->factor);
    free(s->eigen);
    free(s->work);
    free(s->step);
    free(s->pivot);
    free(s->pivot_big);
    memset(s, 0, sizeof *s);
}

static bool own_algebra(size_t n)
{
    return n <= OB_DENSE_MAX;
}

/* A fresh copy of the Hessian in s->factor, which every factorisation spoils. */
static double *fresh(struct newton_state *s, size_t n)
{
    memcpy(s->factor, s->hessian, n * n * sizeof *s->factor);
    return s->factor;
}

static bool eigenvalues(struct newton_state *s, size_t n)
{
    double *a = fresh(s, n);
    for (size_t i = 0; i < n * n; i++)
        if (!isfinite(a[i]))
            return false;
    return own_algebra(n) ? ob_eigen_symmetric(n, a, s->eigen, NULL, s->work)
                          : ob_lapack_eigen_symmetric(n, a, s->eigen, false);
}

static double condition(const double *eigen, size_t n)
{
    double largest = 0, smallest = INFINITY;
    for (size_t i = 0; i < n; i++) {
        largest = fmax(largest, fabs(eigen[i]));
        smallest = fmin(smallest, fabs(eigen[i]));
    }
    return smallest > 0 ? largest / smallest : INFINITY;
}

static bool by_cholesky(struct newton_state *s, size_t n)
{
    if (own_algebra(n)) {
        if (!ob_cholesky(n, fresh(s, n)))
            return false;
        ob_cholesky_solve(n, s->factor, s->step);
        return true;
    }
    if (!ob_lapack_cholesky(n, fresh(s, n)))
        return false;
    ob_lapack_cholesky_solve(n, s->factor, s->step);
    return true;
}

static bool by_lu(struct newton_state *s, size_t n)
{
    if (own_algebra(n)) {
        if (!ob_lu(n, fresh(s, n), s->pivot))
            return false;
        ob_lu_solve(n, s->factor, s->pivot, s->step);
        return true;
    }
    if (!ob_lapack_lu(n, fresh(s, n), s->pivot_big))
        return false;
    ob_lapack_lu_solve(n, s->factor, s->pivot_big, s->step);
    return true;
}

static const struct newton_matrix *matrix_of(const struct ob_optimizer *o)
{
    return o->type->detail;
}

static enum ob_step_result singular(struct ob_optimizer *o)
{
    char shown[OB_NUMBER_MAX];
    ob_number_show(shown, sizeof shown, o->condition, 3);
    if (isnan(o->condition))
        snprintf(o->note, sizeof o->note, "the %s holds values that are no numbers",
                 matrix_of(o)->name);
    else
        snprintf(o->note, sizeof o->note,
                 "the %s is singular for %s: its condition number is %s; a damping "
                 "above 0, an l2 penalty or fewer dependent features would help",
                 matrix_of(o)->name, ob_dtype_name(o->problem->dtype), shown);
    return OB_STEP_SINGULAR;
}

/* Says so where the curvature is not positive in every direction. */
static void note_indefinite(struct ob_optimizer *o, size_t n)
{
    const struct newton_state *s = o->state;
    char shown[OB_NUMBER_MAX];
    if (s->eigen[0] > 0)
        return;
    ob_number_show(shown, sizeof shown, s->eigen[0], 3);
    snprintf(o->note, sizeof o->note,
             "the %s is %s (smallest eigenvalue %s): this step heads for a %s, not "
             "for a minimum",
             matrix_of(o)->name, s->eigen[n - 1] < 0 ? "negative definite" : "indefinite",
             shown, s->eigen[n - 1] < 0 ? "maximum" : "saddle point");
}

/* Fills state.step with H^-1 g. */
static enum ob_step_result solve(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct newton_state *s = o->state;
    const struct newton_opts *opts = o->group_opts[0];
    struct ob_err err;
    size_t n = it->theta->n;
    o->condition = NAN;
    if (!matrix_of(o)->fill(it->problem, it->theta->data, s->hessian, &err)) {
        snprintf(o->note, sizeof o->note, "no %s: %.300s", matrix_of(o)->name, err.text);
        return OB_STEP_STUCK;
    }
    for (size_t i = 0; i < n; i++)
        s->hessian[i * n + i] += opts->damping;
    if (!eigenvalues(s, n))
        return singular(o);
    o->condition = condition(s->eigen, n);
    if (!(o->condition < 1 / ((double)n * ob_dtype_eps(it->theta->dtype))))
        return singular(o);
    ob_vec_read(it->grad, 0, n, s->step);
    if (!by_cholesky(s, n) && !by_lu(s, n))
        return singular(o);
    note_indefinite(o, n);
    return OB_STEP_OK;
}

enum ob_step_result newton_step(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct newton_state *s = o->state;
    const struct newton_opts *opts = o->group_opts[0];
    it->lr = ob_schedule_rate(o->schedule, opts->lr, it->k);
    enum ob_step_result result = solve(o, it);
    for (size_t i = 0; result == OB_STEP_OK && i < it->theta->n; i++)
        ob_vec_set(it->theta, i, ob_vec_get(it->theta, i) - it->lr * s->step[i]);
    return result;
}

enum ob_step_result newton_direction(struct ob_optimizer *o, struct ob_iterate *it,
                                     struct ob_vec *dir)
{
    const struct newton_state *s = o->state;
    enum ob_step_result result = solve(o, it);
    for (size_t i = 0; result == OB_STEP_OK && i < dir->n; i++)
        ob_vec_set(dir, i, -s->step[i]);
    return result;
}

/* Computed in double whatever the dtype, and rounded once when it is stored. */
void newton_explain(const struct ob_optimizer *o, const struct ob_update *u,
                    struct ob_buf *out)
{
    struct explain e;
    const struct newton_state *s = o->state;
    const struct newton_opts *opts = explain_begin(&e, o, u, out);
    double d = s->step[u->i];
    e.dtype = OB_F64;
    explain_schedule(&e, opts->lr);
    explain_say(&e, "d = component of %s^-1 grad for %s", matrix_of(o)->symbol, e.name);
    explain_numbers(&e, " = %r (grad %v, ", (double[]){ d, u->grad });
    explain_say(&e, "condition number of %s", matrix_of(o)->symbol);
    explain_numbers(&e, " %v)\n", &o->condition);
    explain_say(&e, "new %s = %s - lr * d", e.name, e.name);
    explain_numbers(&e, " = %v - %v * %v = %r\n",
                    (double[]){ u->before, explain_rate(&e, opts->lr), d, u->after });
    if (o->problem->dtype == OB_F32)
        ob_buf_adds(out, "computed in float64 and rounded once, to float32\n");
}

static const struct newton_matrix hessian = { "Hessian", "H", ob_problem_hessian };

const struct ob_optimizer_type ob_optimizer_newton = {
    .name = "newton",
    .title = "Newton's method",
    .summary = "steps to the minimum of the local quadratic model",
    .reference = "Nocedal, Wright, Numerical Optimization, 2nd ed., section 3.3; "
                 "Levenberg 1944 (damping)",
    .needs = OB_NEEDS_HESSIAN | OB_WHOLE_VECTOR | OB_FULL_BATCH,
    .params = params,
    .equations = "theta = theta - lr (H + damping I)^-1 g",
    .detail = &hessian,
    NEWTON_MEMBERS,
};
