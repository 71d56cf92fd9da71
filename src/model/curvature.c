#include "curvature_priv.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/dense.h"
#include "optbench/num/dtype.h"
#include "optbench/num/vec.h"

enum {
    LOW = 4, /* eigenvalues from each end where not told */
    HIGH = 8,
    PRODUCTS = 300,
    ROW_PRODUCTS = 60, /* for a row of a log */
};

#define SURE                                                                             \
    1e-5 /* residual of an end that can be built on, as a share of the largest           \
          */

static const char *const names[] = {
    [OB_DEFINITE_UNKNOWN] = "unknown",
    [OB_DEFINITE_POSITIVE] = "positive definite",
    [OB_DEFINITE_NEGATIVE] = "negative definite",
    [OB_DEFINITE_MIXED] = "indefinite",
    [OB_DEFINITE_FLAT_UP] = "positive semidefinite",
    [OB_DEFINITE_FLAT_DOWN] = "negative semidefinite",
    [OB_DEFINITE_ZERO] = "zero",
};

const char *ob_definite_name(enum ob_definite d)
{
    return names[d];
}

bool ob_curvature_can(const struct ob_problem *p)
{
    unsigned can = ob_problem_can(p);
    return (can & OB_CAN_HVP) || ((can & OB_CAN_HESSIAN) && p->n <= OB_CURVATURE_EXACT);
}

static bool refuse(const struct ob_problem *p, struct ob_err *err)
{
    if (ob_problem_can(p) & OB_CAN_HESSIAN)
        return ob_fail(err, OB_EUSAGE,
                       "a %s model has no products with the Hessian, and %zu parameters "
                       "are too many for the whole of it",
                       p->type->name, p->n);
    return ob_fail(err, OB_EUSAGE, "a %s model has no second derivatives", p->type->name);
}

/* Loss and gradient in double; false for want of memory. */
static bool evaluate(struct ob_curvature *c, struct ob_problem *p, const void *theta,
                     struct ob_err *err)
{
    struct ob_vec grad = { 0 };
    struct ob_eval e;
    if (!ob_vec_init(&grad, p->dtype, p->n, err) ||
        !(c->grad = ob_alloc(p->n, sizeof *c->grad, err))) {
        ob_vec_finish(&grad);
        return false;
    }
    ob_problem_eval(p, theta, grad.data, &e);
    ob_vec_read(&grad, 0, p->n, c->grad);
    ob_vec_finish(&grad);
    c->loss = e.loss;
    for (size_t i = 0; i < p->n; i++)
        c->grad_norm = hypot(c->grad_norm, c->grad[i]);
    return true;
}

static bool find_all(struct ob_curvature *c, struct ob_problem *p, const void *theta,
                     struct ob_err *err)
{
    c->exact = c->converged = c->low_sure = c->high_sure = true;
    c->value = ob_alloc(c->n, sizeof *c->value, err);
    c->vector = c->value ? ob_alloc(c->n * c->n, sizeof *c->vector, err) : NULL;
    if (!c->vector || !spectrum_all(p, theta, c->value, c->vector, &c->finite, err))
        return false;
    c->k = c->low = c->finite ? c->n : 0;
    return true;
}

static bool find_ends(struct ob_curvature *c, struct ob_problem *p, const void *theta,
                      const struct ob_curvature_opts *o, struct ob_err *err)
{
    struct ob_lanczos found = { 0 };
    struct ob_lanczos_opts opts = {
        .low = o->low + o->high ? o->low : LOW,
        .high = o->low + o->high ? o->high : HIGH,
        .products = o->products ? o->products : PRODUCTS,
        .seed = o->seed,
    };
    if (!spectrum_ends(&found, p, theta, &opts, err))
        return false;
    c->k = found.k;
    c->low = found.low;
    c->value = found.value;
    c->vector = found.vector;
    c->residual = found.residual;
    c->products = found.products;
    c->converged = found.converged;
    c->finite = found.k > 0;
    if (c->finite) {
        double most = fmax(fabs(c->value[0]), fabs(c->value[c->k - 1]));
        c->low_sure = c->low > 0 && c->residual[0] <= SURE * most;
        c->high_sure = c->low < c->k && c->residual[c->k - 1] <= SURE * most;
    }
    return true;
}

static void count(struct ob_curvature *c, double eps)
{
    double most = fmax(fabs(c->value[0]), fabs(c->value[c->k - 1]));
    c->threshold = (double)c->n * eps * most;
    for (size_t i = 0; i < c->k; i++) {
        c->negative += c->value[i] < -c->threshold;
        c->positive += c->value[i] > c->threshold;
    }
    c->zero = c->k - c->negative - c->positive;
    c->rank = c->k - c->zero;
}

/* By the counts of the k, which hold the outermost ones. A Ritz value lies within the
 * spectrum, so one of each sign is a proof whether it has converged or not. */
static enum ob_definite kind(const struct ob_curvature *c)
{
    if (c->negative && c->positive)
        return OB_DEFINITE_MIXED;
    if (c->positive ? !c->low_sure : !c->high_sure)
        return OB_DEFINITE_UNKNOWN; /* there may be others beyond */
    if (c->zero == c->k)
        return OB_DEFINITE_ZERO;
    if (c->zero)
        return c->positive ? OB_DEFINITE_FLAT_UP : OB_DEFINITE_FLAT_DOWN;
    return c->positive ? OB_DEFINITE_POSITIVE : OB_DEFINITE_NEGATIVE;
}

static double condition(const struct ob_curvature *c)
{
    double least = INFINITY, most = 0;
    if (c->zero)
        return INFINITY;
    if (!c->exact && c->definite != OB_DEFINITE_POSITIVE &&
        c->definite != OB_DEFINITE_NEGATIVE)
        return NAN; /* the smallest one is somewhere between the ends */
    for (size_t i = 0; i < c->k; i++) {
        least = fmin(least, fabs(c->value[i]));
        most = fmax(most, fabs(c->value[i]));
    }
    return most / least;
}

static double limit(double lambda_max, double threshold)
{
    return lambda_max > threshold ? 2 / lambda_max : INFINITY;
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* How large a part of the gradient in the null space may be by rounding alone: the null
 * vectors are known to eps times the ratio of the eigenvalues that are not zero, and the
 * gradient is the difference of terms of the size |H| |theta|. */
static double slope_noise(const struct ob_curvature *c, double eps, double theta)
{
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < c->k; i++)
        if (fabs(c->value[i]) > c->threshold) {
            least = fmin(least, fabs(c->value[i]));
            most = fmax(most, fabs(c->value[i]));
        }
    double ratio = most > 0 ? fmin(most / least, 1e-3 / eps) : 1;
    return 8 * (double)c->n * eps * (c->grad_norm * ratio + most * theta);
}

/* The Newton step in the basis of the eigenvectors, the zero ones left out. */
static bool newton(struct ob_curvature *c, double noise, struct ob_err *err)
{
    double slope = 0;
    for (size_t i = c->negative; i < c->negative + c->zero; i++)
        slope = hypot(slope, dot(c->n, c->vector + i * c->n, c->grad));
    c->null_slope = slope;
    c->newton = c->zero == 0     ? OB_NEWTON_EXISTS
                : slope <= noise ? OB_NEWTON_LINE
                                 : OB_NEWTON_NONE;
    if (c->newton == OB_NEWTON_NONE)
        return true;
    if (!(c->step = ob_alloc(c->n, sizeof *c->step, err)))
        return false;
    c->step_norm = c->step_gain = 0;
    for (size_t i = 0; i < c->k; i++) {
        const double *v = c->vector + i * c->n;
        if (fabs(c->value[i]) <= c->threshold)
            continue;
        double along = dot(c->n, v, c->grad), far = along / c->value[i];
        for (size_t j = 0; j < c->n; j++)
            c->step[j] -= far * v[j];
        c->step_norm = hypot(c->step_norm, far);
        c->step_gain += along * far / 2;
    }
    return true;
}

static double norm_of(const struct ob_problem *p, const void *theta)
{
    struct ob_vec v = { p->dtype, p->n, (void *)(uintptr_t)theta };
    double norm = 0;
    for (size_t i = 0; i < p->n; i++)
        norm = hypot(norm, ob_vec_get(&v, i));
    return norm;
}

static bool judge(struct ob_curvature *c, double eps, double theta, struct ob_err *err)
{
    count(c, eps);
    c->definite = kind(c);
    c->condition = condition(c);
    c->lr_limit = limit(c->value[c->k - 1], c->threshold);
    if (c->definite == OB_DEFINITE_POSITIVE)
        c->lr_best = 2 / (c->value[0] + c->value[c->k - 1]);
    bool known = c->exact && isfinite(c->grad_norm) && isfinite(theta);
    return !known || newton(c, slope_noise(c, eps, theta), err);
}

bool ob_curvature_at(struct ob_curvature *out, struct ob_problem *p, const void *theta,
                     const struct ob_curvature_opts *opts, struct ob_err *err)
{
    if (!ob_curvature_can(p))
        return refuse(p, err);
    *out = (struct ob_curvature){
        .n = p->n,
        .condition = NAN,
        .lr_limit = NAN,
        .lr_best = NAN,
        .step_norm = NAN,
        .step_gain = NAN,
    };
    double eps = fmax(ob_dtype_eps(opts->dtype), ob_dtype_eps(p->dtype));
    bool ok = evaluate(out, p, theta, err);
    if (ok)
        ok = p->n <= OB_CURVATURE_EXACT ? find_all(out, p, theta, err)
                                        : find_ends(out, p, theta, opts, err);
    if (ok && out->finite)
        ok = judge(out, eps, norm_of(p, theta), err);
    else
        out->k = out->low = 0;
    if (!ok)
        ob_curvature_finish(out);
    return ok;
}

void ob_curvature_finish(struct ob_curvature *c)
{
    free(c->grad);
    free(c->value);
    free(c->residual);
    free(c->vector);
    free(c->step);
    *c = (struct ob_curvature){ 0 };
}

/* By the whole Hessian; the value alone. */
static bool sharpest(struct ob_sharpness *out, struct ob_problem *p, const void *theta,
                     struct ob_err *err)
{
    bool finite;
    double value[OB_DENSE_MAX];
    if (!spectrum_all(p, theta, value, NULL, &finite, err))
        return false;
    out->lambda_max = finite ? value[p->n - 1] : NAN;
    out->converged = finite;
    return true;
}

bool ob_sharpness_at(struct ob_sharpness *out, struct ob_problem *p, const void *theta,
                     struct ob_err *err)
{
    struct ob_lanczos found = { 0 };
    const struct ob_lanczos_opts opts = { .high = 1, .products = ROW_PRODUCTS };
    *out = (struct ob_sharpness){ .lambda_max = NAN, .lr_limit = NAN };
    if (!ob_curvature_can(p) ||
        (p->n > OB_DENSE_MAX && !(ob_problem_can(p) & OB_CAN_HVP)))
        return refuse(p, err);
    if (p->n <= OB_DENSE_MAX) {
        if (!sharpest(out, p, theta, err))
            return false;
    } else {
        if (!spectrum_ends(&found, p, theta, &opts, err))
            return false;
        if (found.k) {
            out->lambda_max = found.value[0];
            out->residual = found.residual[0];
            out->converged = found.converged;
        }
        ob_lanczos_finish(&found);
    }
    if (!isnan(out->lambda_max))
        out->lr_limit = limit(out->lambda_max, 0);
    return true;
}
