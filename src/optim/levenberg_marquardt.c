/*
 * Levenberg-Marquardt with Nielsen's damping: with A the Gauss-Newton matrix,
 *
 *   (A + mu D) h = -g                                                        (3.13)
 *   rho = (F(theta) - F(theta + h)) / (h.(mu D h - g) / 2)                   (3.14)
 *   rho > 0: theta = theta + h, mu = mu max(1/3, 1 - (2 rho - 1)^3), nu = 2  (2.21)
 *   else:    mu = mu nu, nu = 2 nu
 *
 * Madsen, Nielsen, Tingleff, Methods for Non-Linear Least Squares Problems, 2nd ed.,
 * 2004, algorithm 3.16. D is the identity (Levenberg 1944; mu begins as tau max A_ii) or
 * the diagonal of A (Marquardt 1963; mu begins as tau). One step of the optimizer is one
 * that was accepted: values of mu that fail are tried within it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/num/dense.h"
#include "optbench/num/lapack.h"
#include "product.h"
#include "rate.h"

static const char *const scalings[] = { "identity", "diagonal", NULL };

struct opts {
    double lr, tau;
    int scaling;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = 1, .live = true,
            .help = "share of each step that is taken"),
    OB_REAL(struct opts, tau, .fallback = 1e-3, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true,
            .help =
                "first damping, as a share of the largest diagonal entry; small where "
                "the start is near the solution"),
    OB_CHOICE(struct opts, scaling, .choices = scalings,
              .help = "what the damping multiplies: the identity (Levenberg), or the "
                      "diagonal of the matrix (Marquardt), so that units do not matter"),
    { 0 },
};

enum { MU, NU, MEMORY };
enum { DAMPING, GAIN, TRIALS };
static const struct ob_gauge gauges[] = {
    { "damping", "damping mu after the last step", false },
    { "gain_ratio", "decrease of the loss over the one foretold", false },
    { "trials", "values of mu tried by the last step", false },
    { 0 },
};

enum { MOST_TRIALS = 100 };

struct state {
    double *damping;        /* [MEMORY], of the optimizer's arrays; NU 0: no step yet */
    double *a, *factor;     /* [n * n] */
    double *memory;         /* [4 n] */
    double *g, *h, *ah, *d; /* [n] in it */
    struct ob_vec trial;
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    const size_t n = o->problem->n;
    s->damping = ob_optimizer_keep(o, "damping", OB_F64, MEMORY, err);
    s->a = ob_alloc(n * n, sizeof *s->a, err);
    s->factor = ob_alloc(n * n, sizeof *s->factor, err);
    s->memory = ob_alloc(4 * n, sizeof *s->memory, err);
    if (!s->damping || !s->a || !s->factor || !s->memory ||
        !ob_vec_init(&s->trial, o->problem->dtype, n, err))
        return false;
    s->g = s->memory;
    s->h = s->g + n;
    s->ah = s->h + n;
    s->d = s->ah + n;
    return true;
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    free(s->a);
    free(s->factor);
    free(s->memory);
    ob_vec_finish(&s->trial);
    memset(s, 0, sizeof *s);
}

/* D, and the first mu. A diagonal entry of 0 counts as 1: nothing is known there. */
static void scale(const struct opts *opts, struct state *s, size_t n)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++) {
        double diagonal = s->a[i * n + i];
        largest = fmax(largest, diagonal);
        s->d[i] = opts->scaling && diagonal > 0 ? diagonal : 1;
    }
    if (s->damping[NU] > 0)
        return;
    s->damping[MU] = opts->tau * (opts->scaling || !(largest > 0) ? 1 : largest);
    s->damping[NU] = 2;
}

/* h = -(A + mu D)^-1 g; false where that matrix is not positive definite. */
static bool solve(struct state *s, size_t n)
{
    const bool own = n <= OB_DENSE_MAX;
    memcpy(s->factor, s->a, n * n * sizeof *s->factor);
    for (size_t i = 0; i < n; i++) {
        s->factor[i * n + i] += s->damping[MU] * s->d[i];
        s->h[i] = -s->g[i];
    }
    if (!(own ? ob_cholesky(n, s->factor) : ob_lapack_cholesky(n, s->factor)))
        return false;
    (own ? ob_cholesky_solve : ob_lapack_cholesky_solve)(n, s->factor, s->h);
    return true;
}

/* What the model foretells of the share lr of h: (3.14) where that is all of it. */
static double foretell(struct state *s, size_t n, double lr)
{
    for (size_t i = 0; i < n; i++)
        s->h[i] *= lr;
    for (size_t i = 0; i < n; i++)
        s->ah[i] = product_dot(n, s->a + i * n, s->h);
    return -(product_dot(n, s->g, s->h) + product_dot(n, s->h, s->ah) / 2);
}

static double try_step(struct state *s, const struct ob_iterate *it)
{
    struct ob_eval e;
    for (size_t i = 0; i < it->theta->n; i++)
        ob_vec_set(&s->trial, i, ob_vec_get(it->theta, i) + s->h[i]);
    ob_problem_eval(it->problem, s->trial.data, NULL, &e);
    return e.loss;
}

/* The gain ratio of one mu; not above 0 where the step is to be thrown away. Differences
 * that drown in rounding count as foretold (Conn, Gould, Toint, Trust Region Methods,
 * 2000, section 17.4.2). */
static double gain(struct state *s, const struct ob_iterate *it)
{
    const size_t n = it->theta->n;
    if (!solve(s, n))
        return -INFINITY;
    double foretold = foretell(s, n, it->lr);
    double noise = 10 * ob_dtype_eps(it->theta->dtype) * fabs(it->loss);
    double rho = (it->loss - try_step(s, it) + noise) / (foretold + noise);
    return foretold > 0 && !isnan(rho) ? rho : -INFINITY;
}

static void relax(double *damping, double rho)
{
    const double x = 2 * rho - 1;
    damping[MU] *= fmax(1.0 / 3, 1 - x * x * x);
    damping[NU] = 2;
}

static void tighten(double *damping)
{
    damping[MU] *= damping[NU];
    damping[NU] *= 2;
}

static enum ob_step_result search(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *s = o->state;
    char shown[OB_NUMBER_MAX];
    for (size_t k = 1; k <= MOST_TRIALS && isfinite(s->damping[MU]); k++) {
        double rho = gain(s, it);
        o->gauge[TRIALS][0] = (double)k;
        o->gauge[GAIN][0] = rho;
        if (rho > 0) {
            ob_vec_copy(it->theta, &s->trial);
            relax(s->damping, rho);
            o->gauge[DAMPING][0] = s->damping[MU];
            return OB_STEP_OK;
        }
        tighten(s->damping);
    }
    ob_number_show(shown, sizeof shown, s->damping[MU], 3);
    snprintf(o->note, sizeof o->note,
             "no damping up to %s gives a step that lowers the loss; this is a minimum "
             "to rounding",
             shown);
    return OB_STEP_STUCK;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct opts *opts = o->group_opts[0];
    struct state *s = o->state;
    const size_t n = it->theta->n;
    struct ob_err err;
    it->lr = optimizer_group_lr(o, 0, it->k);
    ob_vec_read(it->grad, 0, n, s->g);
    if (it->lr == 0 || product_dot(n, s->g, s->g) == 0) /* a zero step */
        return OB_STEP_OK;
    if (!ob_problem_gauss_newton(it->problem, it->theta->data, s->a, &err)) {
        snprintf(o->note, sizeof o->note, "no Gauss-Newton matrix: %.300s", err.text);
        return OB_STEP_STUCK;
    }
    for (size_t i = 0; i < n * n; i++)
        if (!isfinite(s->a[i])) {
            snprintf(o->note, sizeof o->note,
                     "the Gauss-Newton matrix holds values that are no numbers");
            return OB_STEP_SINGULAR;
        }
    scale(opts, s, n);
    return search(o, it);
}

const struct ob_optimizer_type ob_optimizer_levenberg_marquardt = {
    .name = "levenberg_marquardt",
    .title = "Levenberg-Marquardt",
    .summary = "Gauss-Newton steps, damped as much as the last ones disappointed",
    .reference = "Levenberg 1944; Marquardt 1963; Madsen, Nielsen, Tingleff, Methods for "
                 "Non-Linear Least Squares Problems, 2nd ed., 2004, algorithm 3.16",
    .needs = OB_NEEDS_LEAST_SQUARES | OB_WHOLE_VECTOR | OB_FULL_BATCH,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .params = params,
    .equations =
        "(G + mu D) h = -g, G = J' L'' J, D = I or diag G\n"
        "rho = (f(theta) - f(theta + h)) / (h.(mu D h - g) / 2)\n"
        "rho > 0: theta = theta + h, mu = mu max(1/3, 1 - (2 rho - 1)^3), nu = 2\n"
        "else: mu = mu nu, nu = 2 nu, and again",
    .gauges = gauges,
    .step = step,
    .start = start,
    .finish = finish,
};
