#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "conform.h"
#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/model/gradcheck.h"
#include "optbench/model/init.h"
#include "optbench/num/pool.h"

enum { PLACES = 3, HESSIAN_MOST = 60, CHECKED = 60 };

struct asked {
    const struct ob_problem_type *type;
    const void *opts;
    const struct ob_dataset *data;
};

static struct ob_problem *build(const struct asked *a, enum ob_dtype dtype,
                                struct ob_pool *pool, struct ob_err *err)
{
    const struct ob_problem_common common = { .dtype = dtype,
                                              .pool = pool,
                                              .math = OB_MATH_AUTO };
    return ob_problem_create(a->type, a->opts, &common, a->data, err);
}

/* Its published start or zeros, and places around it. */
static void place(const struct ob_problem *p, size_t at, double *theta)
{
    struct ob_rng rng;
    ob_rng_init(&rng, 11, at);
    memset(theta, 0, p->n * sizeof *theta);
    if (p->type->start_point)
        p->type->start_point(p, theta);
    for (size_t i = 0; at > 0 && i < p->n; i++)
        theta[i] += 0.3 * (ob_rng_uniform(&rng) - 0.5);
}

/* Value and gradient at a place, in the problem's dtype. */
static double eval(struct ob_problem *p, const double *theta, struct ob_vec *grad)
{
    struct ob_vec at = { 0 };
    struct ob_eval e;
    ob_vec_init(&at, p->dtype, p->n, NULL);
    for (size_t i = 0; i < p->n; i++)
        ob_vec_set(&at, i, theta[i]);
    ob_problem_eval(p, at.data, grad ? grad->data : NULL, &e);
    ob_vec_finish(&at);
    return e.loss;
}

static void check_derivatives(struct conform *c, struct ob_problem *p,
                              const double *theta)
{
    size_t k = p->n < CHECKED ? p->n : CHECKED;
    struct ob_gradcheck_row *row = ob_xcalloc(k, sizeof *row);
    double error = ob_gradcheck_some(p, theta, k, row);
    size_t worst = 0;
    for (size_t i = 0; i < k; i++)
        if (!(row[i].error <= row[worst].error))
            worst = i;
    if (error <= 1e-5)
        conform_tell(c, "the gradient agrees with differences", NULL);
    else
        conform_tell(c, "the gradient agrees with differences",
                     "%s: the gradient has %g, differences give %g", row[worst].name,
                     row[worst].exact, row[worst].numeric);
    if ((ob_problem_can(p) & OB_CAN_HESSIAN) && p->n <= HESSIAN_MOST) {
        error = ob_hesscheck(p, theta);
        if (error <= 1e-4)
            conform_tell(c, "the Hessian agrees with differences", NULL);
        else
            conform_tell(c, "the Hessian agrees with differences", "it is %.3g away",
                         error);
    }
    free(row);
}

static void check_values(struct conform *c, struct ob_problem *p, const double *theta)
{
    struct ob_vec grad = { 0 };
    ob_vec_init(&grad, p->dtype, p->n, NULL);
    double both = eval(p, theta, &grad), alone = eval(p, theta, NULL);
    bool finite = isfinite(both);
    for (size_t i = 0; i < p->n; i++)
        finite = finite && isfinite(ob_vec_get(&grad, i));
    if (finite)
        conform_tell(c, "value and gradient are finite", NULL);
    else
        conform_tell(c, "value and gradient are finite", "the value is %g", both);
    bool same = !memcmp(&both, &alone, sizeof both);
    conform_tell(c, "the value alone is that beside the gradient",
                 same ? NULL : "they differ");
    ob_vec_finish(&grad);
}

static void check_threads(struct conform *c, const struct asked *a, struct ob_problem *p,
                          const double *theta)
{
    static const char demand[] = "three threads give the same bits as one";
    struct ob_err err = { 0 };
    struct ob_pool *pool = ob_pool_create(3, &err);
    struct ob_problem *other = pool ? build(a, c->dtype, pool, &err) : NULL;
    struct ob_vec x = { 0 }, y = { 0 };
    if (!other) {
        conform_tell(c, demand, "%s", err.text);
    } else {
        ob_vec_init(&x, c->dtype, p->n, NULL);
        ob_vec_init(&y, c->dtype, p->n, NULL);
        double one = eval(p, theta, &x), three = eval(other, theta, &y);
        bool same = !memcmp(&one, &three, sizeof one) &&
                    !memcmp(x.data, y.data, p->n * ob_dtype_size(c->dtype));
        conform_tell(c, demand, same ? NULL : "value or gradient differ");
    }
    ob_vec_finish(&x);
    ob_vec_finish(&y);
    ob_problem_destroy(other);
    ob_pool_destroy(pool);
}

static void check_batch(struct conform *c, struct ob_problem *p, const double *theta)
{
    static const char demand[] = "a batch of all rows is all rows";
    if (!(ob_problem_can(p) & OB_CAN_BATCH) || !p->rows)
        return;
    uint32_t *row = ob_xcalloc(p->rows, sizeof *row);
    for (size_t i = 0; i < p->rows; i++)
        row[i] = (uint32_t)i;
    double all = eval(p, theta, NULL);
    ob_problem_batch(p, row, p->rows, NULL);
    double batch = eval(p, theta, NULL);
    ob_problem_batch(p, NULL, 0, NULL);
    if (fabs(all - batch) <= (c->dtype == OB_F32 ? 1e-4 : 1e-10) * fmax(1, fabs(all)))
        conform_tell(c, demand, NULL);
    else
        conform_tell(c, demand, "the loss is %g, and %g without a batch", batch, all);
    free(row);
}

static void check_near(struct conform *c, const struct asked *a, struct ob_problem *p,
                       const double *theta)
{
    static const char demand[] = "float32 is near to float64";
    struct ob_err err = { 0 };
    struct ob_problem *exact = build(a, OB_F64, NULL, &err);
    double want = exact ? eval(exact, theta, NULL) : NAN, got = eval(p, theta, NULL);
    if (fabs(got - want) <= 1e-3 * fmax(1, fabs(want)))
        conform_tell(c, demand, NULL);
    else
        conform_tell(c, demand, "the loss is %g, and %g in float64", got, want);
    ob_problem_destroy(exact);
}

static void check_places(struct conform *c, const struct asked *a, struct ob_problem *p)
{
    double *theta = ob_xcalloc(p->n, sizeof *theta);
    for (size_t at = 0; at < PLACES; at++) {
        place(p, at, theta);
        c->quiet = at > 0;
        check_values(c, p, theta);
        if (c->dtype == OB_F64)
            check_derivatives(c, p, theta);
        else
            check_near(c, a, p, theta);
    }
    c->quiet = false;
    check_threads(c, a, p, theta);
    check_batch(c, p, theta);
    free(theta);
}

bool ob_conform_problem(const struct ob_problem_type *t, const void *opts,
                        const struct ob_dataset *data, ob_conform_fn *hear, void *ctx)
{
    const struct asked a = { t, opts, data };
    struct conform c = { .hear = hear, .ctx = ctx };
    for (c.dtype = OB_F32; c.dtype <= OB_F64; c.dtype++) {
        struct ob_err err = { 0 };
        struct ob_problem *p = build(&a, c.dtype, NULL, &err);
        if (p)
            conform_tell(&c, "it can be built", NULL);
        else
            conform_tell(&c, "it can be built", "%s", err.text);
        if (p)
            check_places(&c, &a, p);
        ob_problem_destroy(p);
    }
    return !c.broken;
}
