/* Numbers of whole arrays have on a device the bits that num/reduce.h gives. */
#include <config.h>

#include "device_test.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/device/reduce.h"
#include "optbench/num/reduce.h"

enum { MOST = 600001, PAD = 3, CELLS = 8 };

static struct ob_device *device;

/* An array here and there, there behind PAD others. */
struct pair {
    struct ob_vec here;
    struct ob_device_mem *there;
};

static struct pair make(enum ob_dtype dtype, uint64_t stream)
{
    struct pair p;
    struct ob_rng rng;
    ob_rng_init(&rng, 7, stream);
    assert_true(ob_vec_init(&p.here, dtype, MOST + PAD, NULL));
    for (size_t i = 0; i < p.here.n; i++) {
        const double x = ob_rng_uniform(&rng) - 0.5;
        ob_vec_set(&p.here, i, i % 7 == 3 ? x * 1e-39 : i % 11 == 5 ? -0.0 : x);
    }
    p.there = ob_device_alloc(device, p.here.n * ob_dtype_size(dtype), NULL);
    assert_non_null(p.there);
    ob_device_upload(device, p.there, 0, p.here.data, p.here.n * ob_dtype_size(dtype));
    return p;
}

static void finish(struct pair *p)
{
    ob_vec_finish(&p->here);
    ob_device_free(device, p->there);
}

/* Elements [PAD, PAD + n). */
static struct ob_vec part(const struct pair *p, size_t n)
{
    return (struct ob_vec){ p->here.dtype, n,
                            (char *)p->here.data + PAD * ob_dtype_size(p->here.dtype) };
}

/* What one change does to the array of the device. */
static void put(struct pair *p, size_t i, double x)
{
    const size_t size = ob_dtype_size(p->here.dtype);
    ob_vec_set(&p->here, PAD + i, x);
    ob_device_upload(device, p->there, (PAD + i) * size,
                     (char *)p->here.data + (PAD + i) * size, size);
}

struct fixture {
    struct ob_device_reduce *reduce;
    struct pair a, b;
    struct ob_device_mem *out;
};

static struct fixture begin(enum ob_dtype dtype)
{
    struct ob_err err;
    struct fixture f = { .reduce = ob_device_reduce_create(device, dtype, MOST, &err) };
    if (!f.reduce)
        fail_msg("%s", err.text);
    f.a = make(dtype, 1);
    f.b = make(dtype, 2);
    f.out = ob_device_alloc(device, CELLS * sizeof(double), NULL);
    return f;
}

static void end(struct fixture *f)
{
    finish(&f->a);
    finish(&f->b);
    ob_device_free(device, f->out);
    ob_device_reduce_destroy(f->reduce);
    assert_int_equal(ob_device_used(device), 0);
}

/* The numbers of several jobs at once; those around them are left alone. */
static void compute(struct fixture *f, size_t n, const enum ob_reduce_op *op, size_t jobs,
                    double *out)
{
    struct ob_reduce_job job[OB_REDUCE_JOBS];
    struct ob_err err;
    double cell[CELLS];
    for (size_t i = 0; i < jobs; i++)
        job[i] = (struct ob_reduce_job){ op[i], f->a.there, f->b.there, PAD, PAD };
    ob_device_zero(device, f->out, 0, sizeof cell);
    ob_device_reduce(f->reduce, n, job, jobs, f->out, 2);
    if (!ob_device_download(device, f->out, 0, cell, sizeof cell, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < CELLS; i++)
        if (i < 2 || i >= 2 + jobs)
            assert_true(cell[i] == 0);
    memcpy(out, cell + 2, jobs * sizeof *out);
}

static void same(double got, double wanted, const char *what, size_t n)
{
    if (memcmp(&got, &wanted, sizeof got) != 0)
        fail_msg("%s of %zu: %a on the device, %a here", what, n, got, wanted);
}

static void compare(struct fixture *f, size_t n)
{
    const struct ob_vec a = part(&f->a, n), b = part(&f->b, n);
    double got[4];
    compute(f, n,
            (enum ob_reduce_op[]){ OB_REDUCE_SUM, OB_REDUCE_SUMABS, OB_REDUCE_DOT,
                                   OB_REDUCE_ABSMAX },
            4, got);
    same(got[0], ob_sum(NULL, &a), "sum", n);
    same(got[1], ob_norm1(NULL, &a), "sum of magnitudes", n);
    same(got[2], ob_dot(NULL, &a, &b), "inner product", n);
    same(got[3], ob_absmax(&a), "largest magnitude", n);
    compute(f, n, (enum ob_reduce_op[]){ OB_REDUCE_SUMSQ, OB_REDUCE_SUMSQ_DIFF }, 2, got);
    same(got[0], ob_norm2_squared(NULL, &a), "sum of squares", n);
    same(sqrt(got[1]), ob_norm2_diff(NULL, &a, &b), "distance", n);
}

static void sums(enum ob_dtype dtype)
{
    static const size_t sizes[] = { 0,    1,    2,    3,    5,     255,    256, 257,
                                    1000, 2047, 2048, 2049, 33333, 524289, MOST };
    struct fixture f = begin(dtype);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        compare(&f, sizes[i]);
    end(&f);
}

static void test_sums(void **state)
{
    (void)state;
    sums(OB_F32);
    sums(OB_F64);
}

/* Of the four questions about single elements, in the order of the list. */
static const enum ob_reduce_op questions[] = { OB_REDUCE_ANY_NONZERO,
                                               OB_REDUCE_ANY_CHANGED,
                                               OB_REDUCE_ANY_NONFINITE,
                                               OB_REDUCE_ABSMAX };

static void ask(struct fixture *f, size_t n, double nonzero, double changed,
                double nonfinite)
{
    double got[4];
    compute(f, n, questions, 4, got);
    same(got[0], nonzero, "nonzero", n);
    same(got[1], changed, "changed", n);
    same(got[2], nonfinite, "not finite", n);
}

static void test_questions(void **state)
{
    static const size_t places[] = { 0, 300, 2047, 2048, 600000 };
    struct fixture f = begin(OB_F32);
    (void)state;
    ob_vec_zero(&f.a.here);
    ob_device_zero(device, f.a.there, 0, f.a.here.n * sizeof(float));
    ob_device_zero(device, f.b.there, 0, f.a.here.n * sizeof(float));
    for (size_t k = 0; k < sizeof places / sizeof *places; k++) {
        const size_t i = places[k];
        double got[4];
        ask(&f, MOST, 0, 0, 0);
        put(&f.a, i, -0.0);
        ask(&f, MOST, 0, 1, 0);
        put(&f.a, i, 0x1p-149);
        ask(&f, MOST, 1, 1, 0);
        put(&f.a, i, -INFINITY);
        ask(&f, MOST, 1, 1, 1);
        ask(&f, i, 0, 0, 0);
        put(&f.a, i, NAN);
        ask(&f, MOST, 1, 1, 1);
        compute(&f, MOST, questions, 4, got);
        assert_true(isnan(got[3]));
        put(&f.a, i, 0);
    }
    end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_questions),
    };
    device = ob_test_device();
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ob_device_close(device);
    return failed;
}
