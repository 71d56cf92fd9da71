/* Every model with every loss and option against finite differences: gradient, Hessian,
 * Hessian products and curvature, in float64; and float32 against float64. */
#include "../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/model/gradcheck.h"

enum { ROWS = 300, FEATURES = 3, PARAMETERS = 4 };

static double cells[FEATURES][ROWS], numbers[ROWS], classes[ROWS];

/* Data of moderate size, so that no sigmoid saturates; more rows than one pass of lanes.
 */
static void draw_data(void)
{
    struct ob_rng r;
    ob_rng_init(&r, 7, 0);
    for (size_t i = 0; i < ROWS; i++) {
        double z = 0.3;
        for (size_t j = 0; j < FEATURES; j++) {
            cells[j][i] = 4 * ob_rng_uniform(&r) - 2;
            z += ((double)j - 1.2) * cells[j][i];
        }
        numbers[i] = z + ob_rng_uniform(&r);
        classes[i] = ob_rng_uniform(&r) < 1 / (1 + exp(-z));
    }
}

static const struct subject {
    const char *model, *settings;
} subjects[] = {
    { "linear", "" },
    { "linear", "bias_column=last" },
    { "linear", "bias=no" },
    { "linear", "loss=mse l2=0.3" },
    { "linear", "loss=sse l1=0.2" },
    { "linear", "loss=half_mse l1=0.2 l2=0.3" },
    { "logistic", "" },
    { "logistic", "bias_column=last" },
    { "logistic", "bias=no" },
    { "logistic", "loss=bce" },
    { "logistic", "loss=bce bias=no l2=0.3" },
    { "logistic", "l1=0.2 l2=0.3" },
    { "formula", "parameters=a,b,c predict=a+b*x0+sin(c*x1)*x2" },
    { "formula", "parameters=a,b,c predict=a+b*x0+tanh(c*x1) loss=mse l2=0.3 l1=0.2" },
    { "formula", "parameters=a,b,w[2] loss=sum((predict-y)^2/(1+x2^2)) "
                 "predict=z/(1+b^2) let=z=a+w[1]*x0+w[2]*x1^2" },
    { "formula", "parameters=a,b predict=a*x0+exp(b*x1) loss=huber" },
    { "formula", "parameters=a,b predict=a*x0+exp(b*x1) loss=sse" },
    { "formula", "parameters=a,b loss=log(mean(exp(a*x0)*y^2))+norm2(b*x1-y)" },
    { "formula", "parameters=a,b,c predict=a+b*x0+c*x1 loss=bce_logits" },
    { "formula", "parameters=a,b,c predict=sigmoid(a+b*x0+c*x1) loss=bce" },
    { "function", "f=(2-w1-w2)^2+(4-3*w1-w2)^2" },
    { "function", "f=exp(x[1]*x[2])+A[1,2]^3*x[1]+dot(x,x)+A[1,1]/(2+A[1,2]^2) "
                  "parameters=x[2],A[1x2] l2=0.5" },
    { "function", "f=s^2+log(1+s)+a*b*c*d let=s=a^2+b^2 parameters=d,c,b,a l1=0.1" },
    { "quadratic", "A=2,1,0,3,4,1,-1,0,5 b=1,-2,3 c=0.5" },
    { "quadratic", "A=2,1,1,-4 l1=0.2 l2=0.3" },
};

static struct ob_problem *create(const struct subject *s, enum ob_dtype dtype)
{
    const double *const x[] = { cells[0], cells[1], cells[2] };
    const struct ob_problem_type *type = ob_problem_find(s->model, NULL);
    bool classify = strcmp(s->model, "logistic") == 0 || strstr(s->settings, "loss=bce");
    struct ob_dataset d = toy_dataset(ROWS, FEATURES, x, classify ? classes : numbers);
    bool data = type->needs & OB_PROBLEM_NEEDS_DATA;
    return toy_create(type, dtype, s->settings, data ? &d : NULL);
}

/* A point away from 0, where |w| has no derivative. */
static void draw_point(size_t n, uint64_t stream, double *theta)
{
    struct ob_rng r;
    ob_rng_init(&r, 11, stream);
    for (size_t i = 0; i < n; i++)
        theta[i] = (i % 2 ? -1 : 1) * (0.2 + ob_rng_uniform(&r));
}

static void gradients(void **state)
{
    const struct subject *s = *state;
    struct ob_problem *p = create(s, OB_F64);
    struct ob_gradcheck_row row[PARAMETERS];
    double theta[PARAMETERS];
    for (uint64_t k = 0; k < 5; k++) {
        draw_point(p->n, k, theta);
        double worst = ob_gradcheck(p, theta, row);
        if (!(worst < 1e-6))
            fail_msg("%s %s: gradient off by %g", s->model, s->settings, worst);
        worst = ob_hesscheck(p, theta);
        if (!(worst < 1e-8))
            fail_msg("%s %s: Hessian off by %g", s->model, s->settings, worst);
    }
    ob_problem_destroy(p);
}

/* H v and v' H v against the Hessian itself. */
static void products(void **state)
{
    struct ob_problem *p = create(*state, OB_F64);
    double theta[PARAMETERS], v[PARAMETERS], h[PARAMETERS * PARAMETERS], hv[PARAMETERS];
    double along, sum = 0;
    size_t n = p->n;
    draw_point(n, 1, theta);
    draw_point(n, 2, v);
    assert_true(ob_problem_hessian(p, theta, h, NULL));
    assert_true(ob_problem_hvp(p, theta, v, hv, NULL));
    assert_true(ob_problem_curvature(p, theta, v, &along, NULL));
    for (size_t i = 0; i < n; i++) {
        double row = 0;
        for (size_t j = 0; j < n; j++) {
            ob_assert_near(h[i * n + j], h[j * n + i], 0);
            row += h[i * n + j] * v[j];
        }
        ob_assert_near(hv[i], row, 1e-12 * (1 + fabs(row)));
        sum += row * v[i];
    }
    ob_assert_near(along, sum, 1e-12 * (1 + fabs(sum)));
    ob_problem_destroy(p);
}

/* The same figures in float32, to the precision that sums of 300 rows leave. */
static void single_precision(void **state)
{
    struct ob_problem *p = create(*state, OB_F64), *q = create(*state, OB_F32);
    double theta[PARAMETERS], g[PARAMETERS], h[PARAMETERS * PARAMETERS];
    double single_h[PARAMETERS * PARAMETERS], along, single_along, largest = 0;
    float single[PARAMETERS], single_g[PARAMETERS];
    struct ob_eval e, single_e;
    size_t n = p->n;
    draw_point(n, 3, theta);
    for (size_t i = 0; i < n; i++) {
        single[i] = (float)theta[i];
        theta[i] = (double)single[i];
    }
    ob_problem_eval(p, theta, g, &e);
    ob_problem_eval(q, single, single_g, &single_e);
    ob_assert_near(single_e.loss, e.loss, 1e-5 * (1 + fabs(e.loss)));
    assert_true(ob_problem_hessian(p, theta, h, NULL));
    assert_true(ob_problem_hessian(q, single, single_h, NULL));
    for (size_t i = 0; i < n * n; i++)
        largest = fmax(largest, fabs(h[i]));
    for (size_t i = 0; i < n * n; i++)
        ob_assert_near(single_h[i], h[i], 1e-5 * largest);
    for (size_t i = 0; i < n; i++)
        ob_assert_near((double)single_g[i], g[i],
                       1e-5 * (1 + fabs(g[i])) + 1e-5 * largest);
    assert_true(ob_problem_curvature(p, theta, theta, &along, NULL));
    assert_true(ob_problem_curvature(q, single, single, &single_along, NULL));
    ob_assert_near(single_along, along, 1e-5 * (1 + fabs(along)));
    ob_problem_destroy(p);
    ob_problem_destroy(q);
}

/* Every registered model must be among the subjects; functions by name are those of
 * test_functions, networks those of test_networks. */
static void every_model_is_here(void **state)
{
    (void)state;
    for (const struct ob_problem_type *const *t = ob_problem_types(); *t; t++) {
        bool found = (*t)->start_point || ((*t)->needs & OB_PROBLEM_NETWORK);
        for (size_t i = 0; i < OB_COUNT(subjects); i++)
            found = found || strcmp(subjects[i].model, (*t)->name) == 0;
        if (!found)
            fail_msg("no test of the derivatives of %s", (*t)->name);
    }
}

int main(void)
{
    static const CMUnitTestFunction checks[] = { gradients, products, single_precision };
    static const char *const titles[] = { "gradients", "products", "single precision" };
    struct CMUnitTest tests[OB_COUNT(checks) * OB_COUNT(subjects) + 1];
    static char names[OB_COUNT(tests)][96];
    size_t n = 0;
    for (size_t c = 0; c < OB_COUNT(checks); c++)
        for (size_t i = 0; i < OB_COUNT(subjects); i++, n++) {
            snprintf(names[n], sizeof names[n], "%s of %s %s", titles[c],
                     subjects[i].model, subjects[i].settings);
            tests[n] = (struct CMUnitTest){
                .name = names[n],
                .test_func = checks[c],
                .initial_state = (void *)(uintptr_t)&subjects[i],
            };
        }
    tests[n] = (struct CMUnitTest)cmocka_unit_test(every_model_is_here);
    draw_data();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
