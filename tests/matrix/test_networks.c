/*
 * Networks: gradients and products with the Hessian against differences in float64, for
 * every activation with every loss, with and without bias, at several depths; and what
 * the way of computing must not change: threads, blocks, sparse data, batches, masks.
 */
#include "../lib/ob_toy.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/model/gradcheck.h"
#include "optbench/model/layer.h"
#include "optbench/num/kernels.h"
#include "optbench/num/layer_ops.h"

enum { FEATURES = 3, FEW = 40, MANY = 2 * OB_CHUNK + 100, MOST = 600 };

/* Settings of toy_opts(), rows, and what a problem is told besides. */
struct ask {
    const char *model, *settings;
    size_t rows;
    enum ob_dtype dtype;
    int math;
    bool sparse;
    struct ob_pool *pool;
    const struct ob_layer_spec *layer;
    size_t layers;
};

static double cells[FEATURES][MANY], numbers[MANY], labels[MANY], shares[MANY];

static void draw_data(void)
{
    struct ob_rng r;
    ob_rng_init(&r, 5, 0);
    for (size_t i = 0; i < MANY; i++) {
        double z = 0.2;
        for (size_t j = 0; j < FEATURES; j++) {
            cells[j][i] = ob_rng_uniform(&r) < 0.2 ? 0 : 4 * ob_rng_uniform(&r) - 2;
            z += ((double)j - 0.8) * cells[j][i];
        }
        numbers[i] = z + ob_rng_uniform(&r);
        labels[i] = (double)(i % 7 == 0 ? i % 3 : z > 1 ? 2 : z > 0 ? 1 : 0);
        shares[i] = i % 5 == 0 ? ob_rng_uniform(&r) : z > 0;
    }
}

static double *target_of(const char *settings)
{
    if (strstr(settings, "loss=bce"))
        return shares;
    return strstr(settings, "mse") || strstr(settings, "huber") ? numbers : labels;
}

static void make_sparse(struct ob_dataset *d)
{
    assert_true(ob_sparse_init(&d->sparse, OB_F64, d->features, NULL));
    for (size_t i = 0; i < d->rows; i++) {
        for (size_t j = 0; j < d->features; j++)
            if (d->x[j].value[i] != 0)
                assert_true(ob_sparse_add(&d->sparse, j, d->x[j].value[i], NULL));
        assert_true(ob_sparse_end_row(&d->sparse, NULL));
    }
}

static struct ob_problem *create(const struct ask *a)
{
    const double *const x[] = { cells[0], cells[1], cells[2] };
    const struct ob_problem_type *type =
        ob_problem_find(a->model ? a->model : "mlp", NULL);
    const struct ob_problem_common common = { .dtype = a->dtype,
                                              .pool = a->pool,
                                              .math = a->math,
                                              .layer = a->layer,
                                              .layers = a->layers,
                                              .dropout_seed = 3 };
    struct ob_dataset d =
        toy_dataset(a->rows ? a->rows : FEW, FEATURES, x, target_of(a->settings));
    struct ob_err err;
    void *opts = toy_opts(type->params, type->opts_size, a->settings);
    if (a->sparse)
        make_sparse(&d);
    struct ob_problem *p = ob_problem_create(type, opts, &common, &d, &err);
    if (!p)
        fail_msg("%s: %s", a->settings, err.text);
    ob_sparse_finish(&d.sparse);
    ob_params_finish(type->params, opts);
    free(opts);
    return p;
}

/* Numbers of moderate size, the same for one stream. */
static void draw(size_t n, uint64_t stream, double *out)
{
    struct ob_rng r;
    ob_rng_init(&r, 11, stream);
    for (size_t i = 0; i < n; i++)
        out[i] = 1.6 * ob_rng_uniform(&r) - 0.8;
}

/* ---- derivatives ---- */

/* (g(theta + h v) - g(theta - h v)) / 2h with h and h / 2, extrapolated. */
static void slope_along(struct ob_problem *p, const double *theta, const double *v,
                        double *out)
{
    struct ob_eval e;
    double at[MOST], above[MOST], below[MOST];
    const double steps[] = { 0x1p-14, 0x1p-15 };
    for (size_t k = 0; k < OB_COUNT(steps); k++) {
        for (size_t i = 0; i < p->n; i++)
            at[i] = theta[i] + steps[k] * v[i];
        ob_problem_eval(p, at, above, &e);
        for (size_t i = 0; i < p->n; i++)
            at[i] = theta[i] - steps[k] * v[i];
        ob_problem_eval(p, at, below, &e);
        for (size_t i = 0; i < p->n; i++) {
            double d = (above[i] - below[i]) / (2 * steps[k]);
            out[i] = k ? (4 * d - out[i]) / 3 : d;
        }
    }
}

static double largest(size_t n, const double *v)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs(v[i]));
    return most;
}

static double norm_of(size_t n, const double *v)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += v[i] * v[i];
    return sqrt(sum);
}

static void check_products(struct ob_problem *p, const double *theta, const char *what)
{
    double v[MOST], hv[MOST], want[MOST], along, sum = 0;
    for (uint64_t k = 0; k < 2; k++) {
        draw(p->n, 100 + k, v);
        assert_true(ob_problem_hvp(p, theta, v, hv, NULL));
        slope_along(p, theta, v, want);
        double size = 1 + largest(p->n, want);
        for (size_t i = 0; i < p->n; i++)
            if (!(fabs(hv[i] - want[i]) <= 1e-7 * size))
                fail_msg("%s: product %zu is %.12g, not %.12g", what, i, hv[i], want[i]);
    }
    assert_true(ob_problem_curvature(p, theta, v, &along, NULL));
    for (size_t i = 0; i < p->n; i++)
        sum += v[i] * hv[i];
    ob_assert_near(along, sum, 1e-11 * (1 + norm_of(p->n, v) * norm_of(p->n, hv)));
}

static void check_derivatives(const struct ask *a, enum ob_mode mode)
{
    struct ob_problem *p = create(a);
    struct ob_gradcheck_row *row = ob_xcalloc(p->n, sizeof *row);
    double theta[MOST];
    assert_true(p->n <= MOST);
    draw(p->n, 1, theta);
    ob_problem_mode(p, mode, 17);
    double worst = ob_gradcheck(p, theta, row);
    if (!(worst < 1e-7))
        fail_msg("%s: gradient off by %g", a->settings, worst);
    check_products(p, theta, a->settings);
    free(row);
    ob_problem_destroy(p);
}

static const char *const losses[] = { "cross_entropy",
                                      "cross_entropy label_smoothing=0.2",
                                      "bce_logits",
                                      "mse",
                                      "half_mse",
                                      "huber",
                                      "huber huber_delta=0.3" };
/* No hidden layer does without an activation. */
static const char *const shapes[] = { "", "5", "4,3", "4,3,3" };

static void matrix_of(const char *activation)
{
    for (size_t l = 0; l < OB_COUNT(losses); l++)
        for (size_t s = 0; s < OB_COUNT(shapes); s++)
            for (int bias = 0; bias < 2; bias++) {
                char settings[160];
                snprintf(settings, sizeof settings,
                         "activation=%s loss=%s hidden=%s bias=%s", activation, losses[l],
                         shapes[s], bias ? "yes" : "no");
                check_derivatives(&(struct ask){ .settings = settings, .dtype = OB_F64 },
                                  OB_MODE_EVAL);
            }
}

static void activations(void **state)
{
    matrix_of(*state);
}

static void mixed_layers(void **state)
{
    (void)state;
    const struct ob_layer_spec layer[] = {
        { (char *)"linear2",
          { .activation = 1 + OB_ACT_SILU, .bias = OB_LAYER_BIAS_NO } },
        { (char *)"output", { .activation = 1 + OB_ACT_SOFTPLUS } },
    };
    struct ask a = { .settings = "hidden=4,3,2 activation=tanh,elu,gelu loss=mse "
                                 "bias=yes,yes,no,yes",
                     .dtype = OB_F64,
                     .layer = layer,
                     .layers = OB_COUNT(layer) };
    check_derivatives(&a, OB_MODE_EVAL);
    struct ob_problem *p = create(&a);
    assert_null(ob_layout_find(&p->layout, "linear2.bias"));
    assert_null(ob_layout_find(&p->layout, "linear3.bias"));
    assert_non_null(ob_layout_find(&p->layout, "output.bias"));
    ob_problem_destroy(p);
    /* A derivative that is read from the output, where the output is replaced by the
     * gradient. */
    const struct ob_layer_spec output = { (char *)"output",
                                          { .activation = 1 + OB_ACT_SIGMOID } };
    a = (struct ask){ .settings = "hidden=4 activation=tanh loss=huber",
                      .dtype = OB_F64,
                      .layer = &output,
                      .layers = 1 };
    check_derivatives(&a, OB_MODE_EVAL);
}

static void softmax(void **state)
{
    (void)state;
    check_derivatives(
        &(struct ask){ .model = "softmax", .settings = "", .dtype = OB_F64 },
        OB_MODE_EVAL);
    check_derivatives(&(struct ask){ .model = "softmax",
                                     .settings = "bias=no label_smoothing=0.1",
                                     .dtype = OB_F64 },
                      OB_MODE_EVAL);
}

static void many_blocks(void **state)
{
    (void)state;
    check_derivatives(&(struct ask){ .settings = "hidden=3 activation=tanh",
                                     .rows = MANY,
                                     .dtype = OB_F64 },
                      OB_MODE_EVAL);
}

static void sparse_input(void **state)
{
    (void)state;
    check_derivatives(&(struct ask){ .settings = "hidden=4 activation=sigmoid",
                                     .sparse = true,
                                     .dtype = OB_F64 },
                      OB_MODE_EVAL);
}

static void dropped_units(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "hidden=5 activation=tanh dropout=0.5",
        "hidden=4,4 activation=gelu,sigmoid dropout=0.3,0.4 loss=mse",
        "hidden=6 activation=relu dropout=0.2 loss=bce_logits",
        "hidden=6 activation=identity dropout=0.5 loss=huber",
    };
    for (size_t i = 0; i < OB_COUNT(settings); i++) {
        struct ask a = { .settings = settings[i], .dtype = OB_F64 };
        check_derivatives(&a, OB_MODE_TRAIN);
        check_derivatives(&a, OB_MODE_EVAL);
    }
}

/* ---- what must not change the bits ---- */

struct outcome {
    struct ob_eval e;
    double grad[MOST], hv[MOST], accuracy;
};

static void evaluate(struct ob_problem *p, struct outcome *out)
{
    double theta[MOST], v[MOST];
    float single[MOST], single_v[MOST], single_out[MOST];
    bool f32 = p->dtype == OB_F32;
    draw(p->n, 1, theta);
    draw(p->n, 2, v);
    for (size_t i = 0; i < p->n; i++) {
        single[i] = (float)theta[i];
        single_v[i] = (float)v[i];
    }
    ob_problem_eval(p, f32 ? (void *)single : theta, f32 ? (void *)single_out : out->grad,
                    &out->e);
    for (size_t i = 0; f32 && i < p->n; i++)
        out->grad[i] = (double)single_out[i];
    assert_true(ob_problem_hvp(p, f32 ? (void *)single : theta,
                               f32 ? (void *)single_v : v,
                               f32 ? (void *)single_out : out->hv, NULL));
    for (size_t i = 0; f32 && i < p->n; i++)
        out->hv[i] = (double)single_out[i];
    const struct ob_metric *m = ob_problem_metric(p->type, "accuracy");
    out->accuracy = ob_metric_lacks(m, p) ? 0 : m->value(p, f32 ? (void *)single : theta);
}

static void same_outcome(const struct outcome *a, const struct outcome *b, size_t n)
{
    assert_memory_equal(&a->e.loss, &b->e.loss, sizeof a->e.loss);
    assert_memory_equal(a->grad, b->grad, n * sizeof *a->grad);
    assert_memory_equal(a->hv, b->hv, n * sizeof *a->hv);
    assert_memory_equal(&a->accuracy, &b->accuracy, sizeof a->accuracy);
}

/* Several waves of blocks, and what is left of one. */
static void any_number_of_threads(void **state)
{
    (void)state;
    for (int dtype = 0; dtype < 2; dtype++) {
        struct ask a = { .settings = "hidden=5,4 activation=relu,silu dropout=0.3",
                         .rows = MANY,
                         .dtype = dtype ? OB_F64 : OB_F32 };
        struct outcome alone, shared;
        struct ob_problem *p = create(&a);
        ob_problem_mode(p, OB_MODE_TRAIN, 5);
        evaluate(p, &alone);
        size_t n = p->n;
        ob_problem_destroy(p);
        for (unsigned threads = 2; threads < 4; threads++) {
            a.pool = ob_pool_create(threads, NULL);
            p = create(&a);
            ob_problem_mode(p, OB_MODE_TRAIN, 5);
            evaluate(p, &shared);
            same_outcome(&alone, &shared, n);
            ob_problem_destroy(p);
            ob_pool_destroy(a.pool);
        }
    }
}

/* All rows as a batch are all rows; a batch is what its rows alone would be. */
static void batches(void **state)
{
    (void)state;
    static uint32_t row[MANY];
    for (int sparse = 0; sparse < 2; sparse++) {
        struct ask a = { .settings = "hidden=5 activation=tanh",
                         .rows = MANY,
                         .sparse = sparse,
                         .dtype = OB_F64 };
        struct outcome all, batch;
        struct ob_problem *p = create(&a);
        evaluate(p, &all);
        for (size_t i = 0; i < MANY; i++)
            row[i] = (uint32_t)i;
        assert_true(ob_problem_batch(p, row, MANY, NULL));
        evaluate(p, &batch);
        same_outcome(&all, &batch, p->n);
        assert_true(ob_problem_batch(p, row, FEW, NULL));
        evaluate(p, &batch);
        a.rows = FEW;
        struct ob_problem *few = create(&a);
        evaluate(few, &all);
        batch.accuracy = all.accuracy; /* over all rows, whatever the batch is */
        same_outcome(&all, &batch, p->n);
        assert_true(ob_problem_batch(p, NULL, 0, NULL));
        ob_problem_destroy(few);
        ob_problem_destroy(p);
    }
}

/* A network with a tensor too large for blocks side by side, its hidden units copies of a
 * few, is the small network. */
static void wide_is_narrow(void **state)
{
    (void)state;
    enum { COPIES = 8192, UNITS = 3 * COPIES };
    struct ask a = { .settings = "hidden=3 activation=tanh loss=mse",
                     .rows = MANY,
                     .dtype = OB_F64 };
    struct ask b = { .settings = "hidden=24576 activation=tanh loss=mse",
                     .rows = MANY,
                     .math = OB_MATH_AUTO,
                     .dtype = OB_F64 };
    struct ob_problem *small = create(&a), *large = create(&b);
    assert_int_equal(large->math, OB_MATH_BLAS);
    assert_int_equal(small->n, 3 * FEATURES + 3 + 3 + 1);
    double theta[16], grad[16];
    double *wide = ob_xcalloc(large->n, sizeof *wide),
           *wide_grad = ob_xcalloc(large->n, sizeof *wide_grad);
    struct ob_eval e, f;
    draw(small->n, 1, theta);
    for (size_t u = 0; u < UNITS; u++) {
        for (size_t j = 0; j < FEATURES; j++)
            wide[u * FEATURES + j] = theta[u % 3 * FEATURES + j];
        wide[UNITS * FEATURES + u] = theta[3 * FEATURES + u % 3];
        wide[UNITS * (FEATURES + 1) + u] = theta[3 * FEATURES + 3 + u % 3] / COPIES;
    }
    wide[large->n - 1] = theta[small->n - 1];
    ob_problem_eval(small, theta, grad, &e);
    ob_problem_eval(large, wide, wide_grad, &f);
    ob_assert_near(f.loss, e.loss, 1e-12);
    ob_assert_near(wide_grad[large->n - 1], grad[small->n - 1], 1e-12);
    for (size_t u = 0; u < UNITS; u += 1001) {
        ob_assert_near(wide_grad[u * FEATURES] * COPIES, grad[u % 3 * FEATURES], 1e-11);
        ob_assert_near(wide_grad[UNITS * (FEATURES + 1) + u],
                       grad[3 * FEATURES + 3 + u % 3], 1e-11);
    }
    free(wide);
    free(wide_grad);
    ob_problem_destroy(small);
    ob_problem_destroy(large);
}

/* ---- masks ---- */

static double loss_of(struct ob_problem *p, const double *theta)
{
    struct ob_eval e;
    ob_problem_eval(p, theta, NULL, &e);
    return e.loss;
}

static void masks_follow_the_step(void **state)
{
    (void)state;
    struct ask a = { .settings = "hidden=6 activation=tanh dropout=0.5",
                     .dtype = OB_F64 };
    struct ask b = { .settings = "hidden=6 activation=tanh", .dtype = OB_F64 };
    struct ob_problem *p = create(&a), *q = create(&b);
    double theta[MOST];
    draw(p->n, 1, theta);
    assert_true(p->random && !q->random);
    double still = loss_of(p, theta);
    ob_assert_near(still, loss_of(q, theta), 0);
    ob_problem_mode(p, OB_MODE_TRAIN, 1);
    double first = loss_of(p, theta);
    ob_problem_mode(p, OB_MODE_TRAIN, 2);
    double second = loss_of(p, theta);
    ob_problem_mode(p, OB_MODE_TRAIN, 1);
    ob_assert_near(loss_of(p, theta), first, 0);
    assert_true(first != second && first != still);
    ob_problem_mode(p, OB_MODE_EVAL, 0);
    ob_assert_near(loss_of(p, theta), still, 0);
    ob_problem_destroy(p);
    ob_problem_destroy(q);
}

int main(void)
{
    struct CMUnitTest tests[OB_ACTIVATIONS + 10];
    size_t n = 0;
    for (; n < OB_ACTIVATIONS; n++)
        tests[n] = (struct CMUnitTest){
            .name = ob_activation_names[n],
            .test_func = activations,
            .initial_state = (void *)(uintptr_t)ob_activation_names[n],
        };
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(mixed_layers);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(softmax);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(many_blocks);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(sparse_input);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(dropped_units);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(any_number_of_threads);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(batches);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(wide_is_narrow);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(masks_follow_the_step);
    assert_int_equal(n, OB_COUNT(tests) - 1);
    draw_data();
    return _cmocka_run_group_tests("networks", tests, n, NULL, NULL);
}
