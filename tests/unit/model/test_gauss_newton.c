/* Gauss-Newton matrices against the Jacobian of the predictions by differences, and
 * against the Hessian where the two are one. */
#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"

enum { ROWS = 30, FEATURES = 2, MOST = 32 };

static double cells[FEATURES][ROWS], numbers[ROWS], halves[ROWS], thirds[ROWS];

static void draw_data(void)
{
    struct ob_rng r;
    ob_rng_init(&r, 3, 0);
    for (size_t i = 0; i < ROWS; i++) {
        cells[0][i] = 2 * ob_rng_uniform(&r) - 1;
        cells[1][i] = 2 * ob_rng_uniform(&r) - 1;
        numbers[i] = cells[0][i] - 2 * cells[1][i] + ob_rng_uniform(&r);
        halves[i] = ob_rng_uniform(&r) < 0.5;
        thirds[i] = floor(3 * ob_rng_uniform(&r));
    }
}

/* How the matrix is made of derivatives of the predictions p: their weight. Of a
 * cross entropy it is the Fisher information, sum_k dp_k dp_k' / p_k. */
enum weight { ONE, TWO, FISHER, FISHER_OF_TWO, HUBER };

static const struct subject {
    const char *model, *settings;
    enum weight weight;
    bool hessian; /* the two are one */
    bool sum;     /* else the mean over the rows */
} subjects[] = {
    { "linear", "", ONE, true, false },
    { "linear", "loss=sse l2=0.5", TWO, true, true },
    { "logistic", "l2=0.1", FISHER_OF_TWO, true, false },
    { "softmax", "l2=0.1", FISHER, true, false },
    { "mlp", "hidden=3 activation=tanh loss=half_mse", ONE, false, false },
    { "mlp", "hidden=3 activation=tanh loss=mse l2=0.2", TWO, false, false },
    { "mlp", "hidden=2,2 activation=silu loss=cross_entropy", FISHER, false, false },
    { "mlp", "hidden=3 activation=tanh loss=bce_logits", FISHER_OF_TWO, false, false },
    { "formula", "parameters=a,b,c predict=a+b*x0+c*x1", ONE, true, false },
    { "formula", "parameters=a,b,c predict=a+b*exp(c*x1)", ONE, false, false },
    { "formula", "parameters=a,b predict=a*x0+sin(b*x1) loss=mse", TWO, false, false },
    { "formula", "parameters=a,b predict=a*b loss=sse l2=1", TWO, false, true },
    { "formula", "parameters=a,b predict=a*x0+exp(b) loss=huber", HUBER, false, false },
    { "formula", "parameters=a,b predict=sigmoid(a*x0+b^2) loss=bce", FISHER_OF_TWO,
      false, false },
};

static struct ob_problem *create(const struct subject *s, enum ob_dtype dtype)
{
    const double *const x[] = { cells[0], cells[1] };
    const double *y = s->weight == FISHER          ? thirds
                      : s->weight == FISHER_OF_TWO ? halves
                                                   : numbers;
    struct ob_dataset d = toy_dataset(ROWS, FEATURES, x, y);
    return toy_create(ob_problem_find(s->model, NULL), dtype, s->settings, &d);
}

static void draw_point(size_t n, double *theta)
{
    struct ob_rng r;
    ob_rng_init(&r, 17, n);
    for (size_t i = 0; i < n; i++)
        theta[i] = 1.6 * ob_rng_uniform(&r) - 0.8;
}

/* dp / dtheta_j of every row and output. */
static void derivative(struct ob_problem *p, double *theta, size_t j, double *out)
{
    const double step = 1e-5, at = theta[j];
    double low[ROWS * 3];
    theta[j] = at + step;
    assert_true(ob_problem_predict(p, theta, out, NULL));
    theta[j] = at - step;
    assert_true(ob_problem_predict(p, theta, low, NULL));
    theta[j] = at;
    for (size_t i = 0; i < ROWS * p->outputs; i++)
        out[i] = (out[i] - low[i]) / (2 * step);
}

static double weight(const struct subject *s, double p, double y)
{
    switch (s->weight) {
    case ONE:
        return 1;
    case TWO:
        return 2;
    case FISHER:
        return 1 / p;
    case FISHER_OF_TWO:
        return strcmp(s->model, "formula") == 0
                   ? y / (p * p) + (1 - y) / ((1 - p) * (1 - p))
                   : 1 / (p * (1 - p));
    default:
        return fabs(p - y) <= 1;
    }
}

static void is_the_square_of_the_jacobian(void **state)
{
    const struct subject *s = *state;
    struct ob_problem *p = create(s, OB_F64);
    const size_t n = p->n, m = ROWS * p->outputs;
    double theta[MOST], g[MOST * MOST], z[ROWS * 3];
    double *jacobian = ob_xcalloc(n * m, sizeof *jacobian);
    assert_true(n <= MOST && (ob_problem_can(p) & OB_CAN_GAUSS_NEWTON));
    draw_point(n, theta);
    assert_true(ob_problem_predict(p, theta, z, NULL));
    assert_true(ob_problem_gauss_newton(p, theta, g, NULL));
    for (size_t j = 0; j < n; j++)
        derivative(p, theta, j, jacobian + j * m);
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < n; k++) {
            double sum = 0, penalty = 0;
            for (size_t i = 0; i < m; i++)
                sum += weight(s, z[i],
                              (s->weight == FISHER_OF_TWO ? halves : numbers)[i % ROWS]) *
                       jacobian[j * m + i] * jacobian[k * m + i];
            for (size_t w = 0; w < p->weights; w++)
                if (j == k && j >= p->weight[w].offset &&
                    j < p->weight[w].offset + p->weight[w].n)
                    penalty = p->l2;
            ob_assert_near(g[j * n + k], (s->sum ? sum : sum / ROWS) + penalty, 1e-8);
            ob_assert_near(g[j * n + k], g[k * n + j], 0);
        }
    free(jacobian);
    ob_problem_destroy(p);
}

static void is_the_hessian_of_linear_models(void **state)
{
    const struct subject *s = *state;
    struct ob_problem *p = create(s, OB_F64);
    double theta[MOST], g[MOST * MOST], h[MOST * MOST];
    draw_point(p->n, theta);
    assert_true(ob_problem_gauss_newton(p, theta, g, NULL));
    assert_true(ob_problem_hessian(p, theta, h, NULL));
    double off = 0;
    for (size_t i = 0; i < p->n * p->n; i++)
        off = fmax(off, fabs(g[i] - h[i]));
    assert_true(s->hessian ? off < 1e-13 : off > 1e-3);
    ob_problem_destroy(p);
}

/* Products, in both dtypes and on some of the rows, against the matrix in double. */
static void products(void **state)
{
    const struct subject *s = *state;
    static const uint32_t rows[] = { 3, 29, 3, 11 };
    for (enum ob_dtype t = OB_F32; t <= OB_F64; t++)
        for (size_t few = 0; few < 2; few++) {
            struct ob_problem *p = create(s, t), *wide = create(s, OB_F64);
            const size_t n = p->n;
            double theta[MOST], v[MOST], g[MOST * MOST];
            draw_point(n, theta);
            for (size_t i = 0; i < n; i++)
                v[i] = i % 2 ? -1 : 0.5 + (double)i / 8;
            struct ob_vec at = toy_vec(t, n, theta), dir = toy_vec(t, n, v);
            struct ob_vec out = toy_vec(t, n, v);
            if (few) {
                assert_true(ob_problem_batch(p, rows, OB_COUNT(rows), NULL));
                assert_true(ob_problem_batch(wide, rows, OB_COUNT(rows), NULL));
            }
            assert_true(ob_problem_gauss_newton(wide, theta, g, NULL));
            assert_true(
                ob_problem_gauss_newton_product(p, at.data, dir.data, out.data, NULL));
            assert_int_equal(p->counts.hessian_product, 1);
            for (size_t i = 0; i < n; i++) {
                double sum = 0, size = 1;
                for (size_t j = 0; j < n; j++) {
                    sum += g[i * n + j] * v[j];
                    size += fabs(g[i * n + j] * v[j]);
                }
                ob_assert_near(ob_vec_get(&out, i), sum,
                               size * (t == OB_F64 ? 1e-14 : 1e-5));
            }
            ob_vec_finish(&at);
            ob_vec_finish(&dir);
            ob_vec_finish(&out);
            ob_problem_destroy(p);
            ob_problem_destroy(wide);
        }
}

/* Where there is nothing that predicts, or a loss without curvature. */
static void others_have_none(void **state)
{
    (void)state;
    static const struct subject without[] = {
        { "formula", "parameters=a predict=a*x0 loss=mae", ONE, false, false },
        { "formula", "parameters=a predict=a*x0 loss=sum((predict-y)^2)", ONE, false,
          false },
        { "quadratic", "A=2,1,1,3", ONE, false, false },
    };
    for (size_t i = 0; i < OB_COUNT(without); i++) {
        struct ob_problem *p = create(&without[i], OB_F64);
        assert_false(ob_problem_can(p) & OB_CAN_GAUSS_NEWTON);
        ob_problem_destroy(p);
    }
}

static void (*const asked[])(void **) = {
    is_the_square_of_the_jacobian,
    products,
    is_the_hessian_of_linear_models,
};

int main(void)
{
    struct CMUnitTest tests[OB_COUNT(asked) * OB_COUNT(subjects) + 1];
    size_t n = 0;
    draw_data();
    for (size_t i = 0; i < OB_COUNT(subjects); i++)
        for (size_t k = 0; k < OB_COUNT(asked); k++)
            tests[n++] = (struct CMUnitTest){
                .name = ob_xasprintf("%s %s, %zu", subjects[i].model,
                                     subjects[i].settings, k),
                .test_func = asked[k],
                .initial_state = (void *)(uintptr_t)&subjects[i],
            };
    const size_t named = n;
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(others_have_none);
    int failed = _cmocka_run_group_tests("gauss-newton", tests, n, NULL, NULL);
    for (size_t i = 0; i < named; i++)
        free((void *)(uintptr_t)tests[i].name);
    return failed;
}
