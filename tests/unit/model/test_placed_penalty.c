/* Penalties on a device have the bits of those on the host: few weights and many, in one
 * stretch and in several. */
#include <config.h>

#include "../../lib/ob_toy.h"
#include "../device/device_test.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/model/placed_penalty.h"

enum { MOST = 550000 };

static struct ob_device *device;

/* The bare loss of every problem here, and its gradient. */
static struct ob_vec bare;
static const double bare_loss = 0.625;

static void bare_eval(struct ob_problem *p, const void *theta, void *grad,
                      struct ob_eval *out)
{
    (void)theta;
    *out = (struct ob_eval){ .loss = bare_loss };
    if (grad)
        memcpy(grad, bare.data, p->n * ob_dtype_size(p->dtype));
}

static const struct ob_problem_type type = { .name = "bare", .eval = bare_eval };

struct room {
    struct ob_vec theta, grad;
    struct ob_device_mem *there, *grad_there, *out, *now;
};

static struct ob_device_mem *reserve(size_t bytes)
{
    struct ob_device_mem *m = ob_device_alloc(device, bytes, NULL);
    assert_non_null(m);
    return m;
}

static struct room begin(enum ob_dtype dtype)
{
    struct room r;
    struct ob_rng rng;
    const size_t size = MOST * ob_dtype_size(dtype);
    ob_rng_init(&rng, 9, 9);
    assert_true(ob_vec_init(&r.theta, dtype, MOST, NULL));
    assert_true(ob_vec_init(&r.grad, dtype, MOST, NULL));
    assert_true(ob_vec_init(&bare, dtype, MOST, NULL));
    for (size_t i = 0; i < MOST; i++) {
        const double x = ob_rng_uniform(&rng) - 0.5;
        ob_vec_set(&r.theta, i, i % 17 == 4 ? -0.0 : i % 5 == 1 ? 100 * x : x);
        ob_vec_set(&bare, i, ob_rng_uniform(&rng) - 0.5);
    }
    r.there = reserve(size);
    r.grad_there = reserve(size);
    r.out = reserve((3 + OB_PLACED_OUT) * sizeof(double));
    r.now = reserve(OB_NOW_WORDS * sizeof(uint64_t));
    ob_device_upload(device, r.there, 0, r.theta.data, size);
    return r;
}

static void end(struct room *r)
{
    struct ob_device_mem *mem[] = { r->there, r->grad_there, r->out, r->now };
    for (size_t i = 0; i < sizeof mem / sizeof *mem; i++)
        ob_device_free(device, mem[i]);
    assert_int_equal(ob_device_used(device), 0);
    ob_vec_finish(&r->theta);
    ob_vec_finish(&r->grad);
    ob_vec_finish(&bare);
}

static struct ob_placed_penalty *create(struct ob_placed *pl)
{
    struct ob_err err;
    const uint64_t used = ob_device_used(device);
    struct ob_placed_penalty *y = ob_placed_penalty_create(pl, &err);
    if (!y)
        fail_msg("%s", err.text);
    assert_int_equal(ob_device_used(device) - used, ob_placed_penalty_bytes(pl->problem));
    return y;
}

/* What the device makes of the bare loss and gradient; returns the objective. */
static double there(struct room *r, struct ob_placed_penalty *y,
                    const struct ob_problem *p, bool grad, uint64_t halted,
                    void *gradient)
{
    const size_t bytes = p->n * ob_dtype_size(p->dtype);
    const uint64_t now[OB_NOW_WORDS] = { [OB_NOW_HALTED] = halted };
    double out[3 + OB_PLACED_OUT] = { 1, 2, 3, bare_loss, 5, 6, 7 };
    const struct ob_placed_call call = { .theta = r->there,
                                         .grad = grad ? r->grad_there : NULL,
                                         .out = r->out,
                                         .out_at = 3,
                                         .now = r->now };
    struct ob_err err;
    ob_device_upload(device, r->now, 0, now, sizeof now);
    ob_device_upload(device, r->out, 0, out, sizeof out);
    ob_device_upload(device, r->grad_there, 0, bare.data, bytes);
    ob_placed_penalty(y, &call);
    assert_true(ob_device_download(device, r->out, 0, out, sizeof out, &err));
    assert_true(ob_device_download(device, r->grad_there, 0, gradient, bytes, &err));
    assert_true(out[2] == 3 && out[4] == 5);
    return out[3];
}

/* Returns the objective of the host. */
static double compare(struct room *r, struct ob_problem *p)
{
    const size_t bytes = p->n * ob_dtype_size(p->dtype);
    struct ob_placed pl = { .device = device, .problem = p };
    struct ob_placed_penalty *y = create(&pl);
    void *grad = malloc(bytes);
    struct ob_eval here;
    assert_non_null(grad);
    ob_problem_eval(p, r->theta.data, r->grad.data, &here);
    double got = there(r, y, p, true, 0, grad);
    ob_assert_bytes(&got, &here.loss, sizeof got);
    ob_assert_bytes(grad, r->grad.data, bytes);
    got = there(r, y, p, false, 0, grad);
    ob_assert_bytes(&got, &here.loss, sizeof got);
    ob_assert_bytes(grad, bare.data, bytes);
    got = there(r, y, p, true, 1, grad);
    assert_true(got == bare_loss);
    ob_assert_bytes(grad, bare.data, bytes);
    free(grad);
    ob_placed_penalty_destroy(y);
    return here.loss;
}

static void shapes(enum ob_dtype dtype, double l1, double l2, bool smooth)
{
    static struct ob_stretch few[] = { { 1, 10 } }, full[] = { { 0, 100 }, { 150, 156 } },
                             more[] = { { 3, 257 } },
                             many[] = { { 5, 3000 },
                                        { 4000, 1 },
                                        { 5000, 2048 },
                                        { 9000, 530001 } };
    static const struct {
        struct ob_stretch *weight;
        size_t weights, n;
    } shape[] = { { few, 1, 12 }, { full, 2, 306 }, { more, 1, 260 }, { many, 4, MOST } };
    struct room r = begin(dtype);
    for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
        struct ob_problem p = { .type = &type,
                                .dtype = dtype,
                                .n = shape[i].n,
                                .l1 = l1,
                                .l2 = l2,
                                .smooth = smooth,
                                .weight = shape[i].weight,
                                .weights = shape[i].weights };
        compare(&r, &p);
    }
    end(&r);
}

static void test_single(void **state)
{
    (void)state;
    shapes(OB_F32, 0.3, 0.7, false);
    shapes(OB_F32, 0.3, 0.7, true);
    shapes(OB_F32, 0, 0, false);
}

static void test_double(void **state)
{
    (void)state;
    shapes(OB_F64, 0.3, 0, false);
    shapes(OB_F64, 0, 0.7, false);
}

/* A sum that overflows is no penalty where its factor is 0. */
static void test_overflow(void **state)
{
    static struct ob_stretch weight[] = { { 0, 2 } };
    struct ob_problem p = {
        .type = &type, .dtype = OB_F64, .n = 2, .l1 = 1, .weight = weight, .weights = 1
    };
    struct room r = begin(OB_F64);
    const double huge[] = { 1e200, -1e200 };
    (void)state;
    memcpy(r.theta.data, huge, sizeof huge);
    ob_device_upload(device, r.there, 0, huge, sizeof huge);
    assert_true(isfinite(compare(&r, &p)));
    p.l1 = 0;
    p.l2 = 1;
    assert_true(isinf(compare(&r, &p)));
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single),
        cmocka_unit_test(test_double),
        cmocka_unit_test(test_overflow),
    };
    device = ob_test_device();
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ob_device_close(device);
    return failed;
}
