/* Networks on a device: loss and gradient have the bits of the host, whatever the shape.
 * Compiling kernels takes most of the time, and each precision has its own, so `make
 * check` tries one of narrow networks, and `make check-devices` everything
 * (OB_PLACED_ALL). */
#include "../device/device_test.h"

#include "../../lib/ob_toy.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/model/init.h"
#include "optbench/model/placed.h"
#include "optbench/num/reduce.h"

static struct ob_device *device;
static bool every;

/* A network and its data. */
struct net {
    const char *model, *settings;
    size_t rows, features, classes; /* classes 0: the target is a number */
    size_t batch; /* rows of the mini-batches that are tried; 0 = none */
    double bound; /* 0: the same bits; else math = blas, and how far from the bits
                     gradients may be, in units of their largest element */
};

static char column_name[] = "x";

static double **random_columns(struct ob_rng *r, const struct net *n)
{
    double **column = ob_xcalloc(n->features + 1, sizeof *column);
    for (size_t j = 0; j <= n->features; j++) {
        column[j] = ob_xcalloc(n->rows, sizeof **column);
        for (size_t i = 0; i < n->rows; i++)
            column[j][i] = 4 * ob_rng_uniform(r) - 2;
    }
    for (size_t i = 0; n->classes && i < n->rows; i++)
        column[n->features][i] =
            (double)(i < n->classes ? i : ob_rng_below(r, n->classes));
    return column;
}

static void free_columns(double **column, size_t n)
{
    for (size_t j = 0; j < n; j++)
        free(column[j]);
    free(column);
}

static struct ob_problem *create(const struct net *n, enum ob_dtype dtype,
                                 struct ob_rng *r)
{
    double **column = random_columns(r, n);
    struct ob_column *x = ob_xcalloc(n->features, sizeof *x);
    struct ob_dataset d = toy_dataset(n->rows, 0, NULL, column[n->features]);
    for (size_t j = 0; j < n->features; j++)
        x[j] = (struct ob_column){ .name = column_name, .value = column[j] };
    d.features = n->features;
    d.x = x;
    d.y_max = n->classes ? (double)n->classes - 1 : 0;
    struct ob_problem *p =
        toy_create(ob_problem_find(n->model, NULL), dtype, n->settings, &d);
    p->dropout_seed = 0x123456789abcdef0;
    p->math = n->bound > 0 ? OB_MATH_BLAS : OB_MATH_REPRODUCIBLE;
    free_columns(column, n->features + 1);
    free(x);
    return p;
}

/* What an evaluation gave. */
struct given {
    struct ob_eval e;
    struct ob_vec grad;
};

static struct given evaluate(struct ob_problem *p, const void *theta, bool grad)
{
    struct given g;
    assert_true(ob_vec_init(&g.grad, p->dtype, p->n, NULL));
    ob_problem_eval(p, theta, grad ? g.grad.data : NULL, &g.e);
    return g;
}

/* Evaluations of a problem, one after the other: all rows, a mini-batch and the smaller
 * one at the end of an epoch; nothing left out (and of all rows the value alone) and with
 * dropout. */
enum { CALLS = 6 };

static void evaluate_all(struct ob_problem *p, const struct net *n, const void *theta,
                         struct given given[CALLS])
{
    struct ob_rng r;
    ob_rng_init(&r, 5, 1);
    uint32_t *row = ob_xcalloc(n->batch + 1, sizeof *row);
    for (size_t call = 0; call < CALLS; call++) {
        const size_t rows = call / 2 == 0   ? 0
                            : call / 2 == 1 ? n->batch
                                            : n->batch / 2 + 1;
        for (size_t i = 0; i < rows; i++)
            row[i] = (uint32_t)ob_rng_below(&r, n->rows);
        if (n->batch)
            assert_true(ob_problem_batch(p, rows ? row : NULL, rows, NULL));
        ob_problem_mode(p, call % 2 ? OB_MODE_TRAIN : OB_MODE_EVAL,
                        call % 2 ? (UINT64_C(1) << 33) + call : 0);
        given[call] = evaluate(p, theta, call > 0);
    }
    free(row);
}

static void compare(const struct given *a, const struct given *b, double bound,
                    const char *what, size_t call)
{
    const double most = ob_absmax(&a->grad);
    if (!(fabs(a->e.loss - b->e.loss) <= bound * fabs(a->e.loss)))
        fail_msg("%s, call %zu: loss %.17g, here %.17g", what, call, b->e.loss,
                 a->e.loss);
    for (size_t i = 0; i < a->grad.n; i++) {
        const double x = ob_vec_get(&a->grad, i), y = ob_vec_get(&b->grad, i);
        if (!(fabs(x - y) <= bound * most) || (bound == 0 && signbit(x) != signbit(y)))
            fail_msg("%s, call %zu: gradient %zu of %zu is %.17g, here %.17g", what, call,
                     i, a->grad.n, y, x);
    }
}

/* The share of rows whose class is found, as the evaluation before has left it; -1: the
 * target is a number. */
static double accuracy(struct ob_problem *p, const void *theta)
{
    const struct ob_metric *m = ob_problem_metric(p->type, "accuracy");
    return p->classes ? m->value(p, theta) : -1;
}

/* Where now[OB_NOW_HALTED] is set an evaluation leaves what it would have given alone. */
static void halt(struct ob_problem *p, const struct ob_vec *grad)
{
    struct ob_placed *pl = p->placed;
    const size_t bytes = p->n * ob_dtype_size(p->dtype);
    const uint64_t now[OB_NOW_WORDS] = { [OB_NOW_HALTED] = 1, [OB_NOW_ROWS] = 1 };
    const double told[OB_PLACED_OUT] = { 3, 5, 7, 9 };
    double after[OB_PLACED_OUT];
    const struct ob_placed_call call = { .theta = pl->theta,
                                         .grad = pl->grad,
                                         .out = pl->out,
                                         .now = pl->now,
                                         .batch = pl->batch_cap > 0,
                                         .rows = pl->rows };
    struct ob_vec left;
    struct ob_err err;
    assert_true(ob_vec_init(&left, p->dtype, p->n, NULL));
    ob_device_upload(device, pl->now, 0, now, sizeof now);
    ob_device_upload(device, pl->out, 0, told, sizeof told);
    ob_placed_eval(pl, &call);
    assert_true(ob_device_download(device, pl->grad, 0, left.data, bytes, &err));
    assert_true(ob_device_download(device, pl->out, 0, after, sizeof after, &err));
    assert_memory_equal(left.data, grad->data, bytes);
    assert_memory_equal(after, told, sizeof told);
    ob_vec_finish(&left);
}

static void hold(const struct net *n, enum ob_dtype dtype)
{
    struct ob_rng r;
    struct ob_err err;
    struct given here[CALLS], there[CALLS];
    struct ob_eval elsewhere;
    ob_rng_init(&r, 7, 0);
    struct ob_problem *p = create(n, dtype, &r);
    struct ob_vec theta;
    assert_true(ob_vec_init(&theta, dtype, p->n, NULL));
    for (size_t i = 0; i < p->n; i++)
        ob_vec_set(&theta, i, ob_rng_uniform(&r) - 0.5);
    evaluate_all(p, n, theta.data, here);
    const double share = accuracy(p, theta.data);
    ob_problem_eval(p, here[1].grad.data, NULL, &elsewhere);
    assert_true(isfinite(here[0].e.loss));
    const uint64_t before = ob_device_used(device), tells = ob_placed_bytes(p, n->batch);
    if (!ob_problem_place(p, device, n->batch, &err))
        fail_msg("%s: %s", n->settings, err.text);
    const uint64_t takes = ob_device_used(device) - before;
    assert_true(takes >= tells && takes <= tells + 4096);
    evaluate_all(p, n, theta.data, there);
    assert_int_equal(p->placed->failed.code, OB_OK);
    if (n->bound == 0)
        assert_true(accuracy(p, theta.data) == share);
    halt(p, &there[CALLS - 1].grad);
    for (size_t call = 0; call < CALLS; call++) {
        compare(&here[call], &there[call], n->bound, n->settings, call);
        ob_vec_finish(&here[call].grad);
        ob_vec_finish(&there[call].grad);
    }
    ob_problem_unplace(p);
    assert_int_equal(ob_device_used(device), before);
    ob_vec_finish(&theta);
    ob_problem_destroy(p);
}

/* All activations, one layer each. */
#define EVERY                                                                            \
    "hidden=5,3,20,4,5,6,17,3,4 activation=relu,leaky_relu,elu,gelu,gelu_tanh,silu,"     \
    "sigmoid,tanh,softplus "

static void test_activations(void **state)
{
    static const struct net narrow = { "mlp", EVERY "dropout=0.2", 300, 3, 4, 50, 0 };
    (void)state;
    hold(&narrow, OB_F32);
    if (every)
        hold(&narrow, OB_F64);
}

/* One block, some, more than a wave of them, and a wave that takes more memory than is
 * used at once. */
static void test_rows(void **state)
{
    static const struct net some[] = {
        { "softmax", "label_smoothing=0.1", 1, 2, 2, 1, 0 },
        { "softmax", "bias=no", 2100, 5, 3, 2050, 0 },
        { "softmax", "", 40000, 2, 20, 7, 0 },
        { "mlp", "hidden=1800", 3000, 1, 2, 0, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        hold(&some[i], i == 1 ? OB_F64 : OB_F32);
}

static void test_losses(void **state)
{
    static const struct net some[] = {
        { "mlp", "loss=bce_logits activation=tanh hidden=4", 70, 2, 2, 20, 0 },
        { "mlp", "loss=mse activation=tanh hidden=4", 70, 2, 0, 20, 0 },
        { "mlp", "loss=half_mse activation=tanh hidden=4 bias=no", 70, 2, 0, 20, 0 },
        { "mlp", "loss=huber huber_delta=0.3 activation=tanh hidden=4", 70, 2, 0, 20, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        hold(&some[i], i % 2 && every ? OB_F64 : OB_F32);
}

/* The products of a library on the host, and on the device those of its maker or our own:
 * both within the rounding of sums of 2,000 terms. */
static void test_blas(void **state)
{
    static const struct net some[] = {
        { "mlp", "hidden=20,18 activation=tanh dropout=0.1", 2100, 3, 4, 50, 2e-5 },
        { "mlp", "hidden=260 activation=relu dropout=0.1", 2060, 260, 4, 50, 2e-5 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        hold(&some[i], OB_F32);
}

/* Wide networks have their blocks one after the other. */
static void test_wide(void **state)
{
    static const struct net wide = {
        "mlp", "hidden=260,70 activation=relu dropout=0,0.5", 2100, 260, 10, 100, 0
    };
    (void)state;
    hold(&wide, OB_F32);
    hold(&wide, OB_F64);
}

int main(void)
{
    static const struct CMUnitTest few[] = {
        cmocka_unit_test(test_activations),
        cmocka_unit_test(test_losses),
    };
    static const struct CMUnitTest more[] = {
        cmocka_unit_test(test_activations), cmocka_unit_test(test_rows),
        cmocka_unit_test(test_losses),      cmocka_unit_test(test_wide),
        cmocka_unit_test(test_blas),
    };
    every = getenv("OB_PLACED_ALL") != NULL;
    device = ob_test_device();
    int failed = every ? cmocka_run_group_tests(more, NULL, NULL)
                       : cmocka_run_group_tests(few, NULL, NULL);
    ob_device_close(device);
    return failed;
}
