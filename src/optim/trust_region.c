#include "trust_region.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "rate.h"

enum { MOST_TRIALS = 100 };

const struct ob_param trust_params[] = {
    OB_REAL(struct trust_opts, lr, .fallback = 1, .min = 0, .max = 1, .live = true,
            .help = "share of the step to the model's minimum that is taken"),
    OB_REAL(struct trust_opts, radius, .fallback = 1, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true,
            .help = "radius of the first trust region"),
    OB_REAL(struct trust_opts, max_radius, .fallback = 1000, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true, .live = true, .help = "largest radius"),
    OB_REAL(struct trust_opts, eta, .fallback = 0.15, .min = 0, .max = 0.25,
            .below_max = true, .live = true,
            .help = "share of the foretold decrease that a step has to reach"),
    OB_CHOICE(struct trust_opts, curvature, .choices = product_names,
              .help = PRODUCT_HELP),
    { 0 },
};

bool trust_start(struct ob_optimizer *o, struct ob_err *err)
{
    struct trust *t = o->state;
    const size_t n = o->problem->n;
    t->radius = ob_optimizer_keep(o, "trust_radius", OB_F64, 1, err);
    t->memory = ob_alloc(3 * n, sizeof *t->memory, err);
    if (!t->radius || !t->memory || !ob_vec_init(&t->trial, o->problem->dtype, n, err))
        return false;
    t->g = t->memory;
    t->p = t->g + n;
    t->bp = t->p + n;
    return true;
}

void trust_finish(struct ob_optimizer *o)
{
    struct trust *t = o->state;
    free(t->memory);
    t->memory = NULL;
    ob_vec_finish(&t->trial);
}

void trust_edges(size_t n, const double *z, const double *d, double radius, double *low,
                 double *high)
{
    double a = product_dot(n, d, d), b = 2 * product_dot(n, z, d);
    double c = product_dot(n, z, z) - radius * radius;
    /* The root that is no difference of like numbers, and the other by their product. */
    double sum = b + copysign(sqrt(fmax(0, b * b - 4 * a * c)), b);
    double one = -sum / (2 * a), other = sum != 0 ? -2 * c / sum : 0;
    *low = fmin(one, other);
    *high = fmax(one, other);
}

/* Takes the share `lr` of the step; returns the decrease that the model foretells. */
static double foretell(struct trust *t, size_t n, double lr)
{
    for (size_t i = 0; lr != 1 && i < n; i++) {
        t->p[i] *= lr;
        t->bp[i] *= lr;
    }
    return -(product_dot(n, t->g, t->p) + product_dot(n, t->p, t->bp) / 2);
}

/* The loss at theta + p. */
static double try_step(struct trust *t, const struct ob_iterate *it)
{
    struct ob_eval e;
    for (size_t i = 0; i < it->theta->n; i++)
        ob_vec_set(&t->trial, i, ob_vec_get(it->theta, i) + t->p[i]);
    ob_problem_eval(it->problem, t->trial.data, NULL, &e);
    return e.loss;
}

/* Decrease over foretold decrease. Where both drown in rounding, the model is right
 * (Conn, Gould, Toint, Trust Region Methods, 2000, section 17.4.2). */
static double ratio(const struct ob_iterate *it, double loss, double foretold)
{
    double noise = 10 * ob_dtype_eps(it->theta->dtype) * fabs(it->loss);
    double r = (it->loss - loss + noise) / (foretold + noise);
    return isnan(r) ? -INFINITY : r;
}

static void follow(const struct trust_opts *opts, double r, bool edge, double *radius)
{
    if (r < 0.25)
        *radius *= 0.25;
    else if (r > 0.75 && edge)
        *radius = fmin(2 * *radius, opts->max_radius);
}

static enum ob_step_result stuck(struct ob_optimizer *o, double radius)
{
    char shown[OB_NUMBER_MAX];
    ob_number_show(shown, sizeof shown, radius, 3);
    snprintf(o->note, sizeof o->note,
             "no step within the trust region lowers the loss as foretold, its radius "
             "being %s; this is a minimum to rounding",
             shown);
    return OB_STEP_STUCK;
}

static enum ob_step_result search(struct ob_optimizer *o, struct ob_iterate *it,
                                  double *radius)
{
    const struct trust_opts *opts = o->group_opts[0];
    const struct trust_model *model = o->type->detail;
    struct trust *t = o->state;
    struct ob_err err;
    bool edge;
    for (size_t k = 1; k <= MOST_TRIALS && *radius > 0; k++) {
        o->gauge[TRUST_TRIALS][0] = (double)k;
        if (!model->solve(o, *radius, &edge, &err)) {
            snprintf(o->note, sizeof o->note, "no trust region step: %.300s", err.text);
            return OB_STEP_STUCK;
        }
        double foretold = foretell(t, it->theta->n, it->lr);
        if (!(foretold > 0))
            return stuck(o, *radius);
        double r = ratio(it, try_step(t, it), foretold);
        o->gauge[TRUST_RATIO][0] = r;
        follow(opts, r, edge, radius);
        if (r > opts->eta) {
            ob_vec_copy(it->theta, &t->trial);
            return OB_STEP_OK;
        }
    }
    return stuck(o, *radius);
}

enum ob_step_result trust_step(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct trust_opts *opts = o->group_opts[0];
    const struct trust_model *model = o->type->detail;
    struct trust *t = o->state;
    const size_t n = it->theta->n;
    it->lr = optimizer_group_lr(o, 0, it->k);
    ob_vec_read(it->grad, 0, n, t->g);
    if (product_dot(n, t->g, t->g) == 0 || it->lr == 0) /* a zero step */
        return OB_STEP_OK;
    double radius = *t->radius > 0 ? *t->radius : fmin(opts->radius, opts->max_radius);
    enum ob_step_result result = model->begin(o, it);
    if (result == OB_STEP_OK)
        result = search(o, it, &radius);
    if (result == OB_STEP_OK)
        *t->radius = o->gauge[TRUST_RADIUS][0] = radius;
    return result;
}
