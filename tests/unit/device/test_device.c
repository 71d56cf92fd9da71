/* Memory, programs, order and failures of a device. */
#include <config.h>

#include "device_test.h"

#include "optbench/device/text.h"

static struct ob_device *device;

/* Each group folds 256 numbers in halves, twice, with a barrier between. */
static const char text[] =
    "#include \"kernels/kernel.h\"\n"
    "OB_KERNEL void fold(OB_GLOBAL const real *x, OB_GLOBAL real *out, ob_u64 n,\n"
    "                    ob_u32 factor, ob_i32 plus)\n"
    "{\n"
    "    OB_LOCAL_ARRAY(real, lane, OB_LANES);\n"
    "    const ob_u32 l = OB_LANE;\n"
    "    const ob_u64 i = OB_GROUP * OB_LANES + l;\n"
    "    ob_u32 w;\n"
    "    lane[l] = i < n ? x[i] : R(0.0);\n"
    "    OB_BARRIER();\n"
    "    for (w = OB_LANES / 2; w > 0; w /= 2) {\n"
    "        if (l < w)\n"
    "            lane[l] = lane[l] + lane[l + w];\n"
    "        OB_BARRIER();\n"
    "    }\n"
    "    if (l == 0)\n"
    "        out[OB_GROUP] = lane[0] * (real)factor + (real)plus;\n"
    "}\n";

static struct ob_device_program *program(const char *source, int bits, struct ob_err *err)
{
    struct ob_buf whole = { 0 };
    const char *const define[] = { bits == 32 ? "OB_REAL_BITS=32" : "OB_REAL_BITS=64",
                                   NULL };
    ob_device_text(source, &whole);
    struct ob_device_program *p =
        ob_device_build(device, ob_buf_text(&whole), define, err);
    ob_buf_finish(&whole);
    return p;
}

static void test_memory(void **state)
{
    enum { N = 1000 };
    uint32_t from[N], to[N];
    struct ob_err err;
    (void)state;
    for (uint32_t i = 0; i < N; i++)
        from[i] = i * 2654435761u;
    const uint64_t before = ob_device_used(device);
    struct ob_device_mem *a = ob_device_alloc(device, sizeof from, &err);
    struct ob_device_mem *b = ob_device_alloc(device, sizeof from, &err);
    assert_non_null(a);
    assert_non_null(b);
    assert_int_equal(ob_device_used(device), before + 2 * sizeof from);
    assert_true(ob_device_download(device, b, 0, to, sizeof to, &err));
    for (size_t i = 0; i < N; i++)
        assert_int_equal(to[i], 0);
    ob_device_upload(device, a, 0, from, sizeof from);
    ob_device_copy(device, b, 400, a, 40, 800);
    ob_device_zero(device, b, 404, 8);
    assert_true(ob_device_download(device, b, 0, to, sizeof to, &err));
    for (size_t i = 0; i < N; i++)
        assert_int_equal(to[i],
                         i < 100 || i >= 300 || i == 101 || i == 102 ? 0 : from[i - 90]);
    ob_device_free(device, a);
    ob_device_free(device, b);
    ob_device_free(device, NULL);
    assert_int_equal(ob_device_used(device), before);
}

static void test_host_memory(void **state)
{
    enum { BYTES = 4096 };
    struct ob_err err;
    (void)state;
    unsigned char *host = ob_device_host_alloc(device, 2 * BYTES, &err);
    struct ob_device_mem *m = ob_device_alloc(device, BYTES, &err);
    struct ob_device_event *e = ob_device_event(device, &err);
    assert_non_null(host);
    assert_true(ob_device_done(device, e)); /* never recorded */
    for (size_t i = 0; i < BYTES; i++)
        host[i] = (unsigned char)(i * 7);
    ob_device_send(device, m, 0, host, BYTES);
    ob_device_fetch(device, m, 0, host + BYTES, BYTES);
    ob_device_record(device, e);
    assert_true(ob_device_wait(device, e, &err));
    assert_true(ob_device_done(device, e));
    ob_assert_bytes(host, host + BYTES, BYTES);
    ob_device_event_free(device, e);
    ob_device_free(device, m);
    ob_device_host_free(device, host);
}

static void run_fold(int bits)
{
    enum { N = 700, GROUPS = 3 };
    double x[N], y[GROUPS];
    float narrow[N], z[GROUPS];
    const void *from = bits == 32 ? (const void *)narrow : x;
    void *to = bits == 32 ? (void *)z : y;
    const size_t size = (size_t)bits / 8;
    struct ob_err err;
    for (size_t i = 0; i < N; i++)
        narrow[i] = (float)(x[i] = (double)i);
    struct ob_device_program *p = program(text, bits, &err);
    if (!p)
        fail_msg("%s", err.text);
    struct ob_device_kernel *k = ob_device_kernel(device, p, "fold", &err);
    assert_non_null(k);
    struct ob_device_mem *in = ob_device_alloc(device, N * size, &err);
    struct ob_device_mem *out = ob_device_alloc(device, GROUPS * size, &err);
    const struct ob_device_arg arg[] = { OB_ARG(in), OB_ARG(out), OB_ARG_U64(N),
                                         OB_ARG_U32(2), OB_ARG_I32(-1) };
    ob_device_upload(device, in, 0, from, N * size);
    ob_device_launch(device, k, GROUPS, arg, 5);
    assert_true(ob_device_download(device, out, 0, to, GROUPS * size, &err));
    for (size_t g = 0; g < GROUPS; g++) {
        double sum = 0;
        for (size_t i = g * 256; i < (g + 1) * 256 && i < N; i++)
            sum += (double)i;
        assert_true((bits == 32 ? (double)z[g] : y[g]) == 2 * sum - 1);
    }
    ob_device_free(device, in);
    ob_device_free(device, out);
    ob_device_program_free(device, p);
}

static void test_kernels(void **state)
{
    (void)state;
    run_fold(32);
    run_fold(64);
}

static void test_mistakes(void **state)
{
    struct ob_err err;
    struct ob_device *none;
    (void)state;
    assert_null(program("#include \"kernels/kernel.h\"\nOB_KERNEL void f(", 32, &err));
    assert_int_equal(err.code, OB_EFAIL);
    assert_non_null(strstr(err.text, "was not compiled"));
    struct ob_device_program *p = program(text, 64, &err);
    assert_null(ob_device_kernel(device, p, "unfold", &err));
    assert_int_equal(err.code, OB_EDEVICE);
    ob_device_program_free(device, p);
    assert_null(ob_device_alloc(device, UINT64_C(1) << 55, &err));
    assert_int_equal(err.code, OB_ENOMEM);
    assert_non_null(strstr(err.text, "bytes of device memory"));
    assert_false(ob_device_open("opencl:999", &none, &err));
    assert_int_equal(err.code, OB_EDEVICE);
    assert_null(none);
    assert_true(ob_device_sync(device, &err)); /* nothing of this is left behind */
}

static void test_names(void **state)
{
    static const char *const bad[] = { "",       "gpu",       "opencl:",   "opencl1",
                                       "cuda:x", "opencl:-1", "cuda:99999" };
    (void)state;
    assert_true(ob_device_name_ok("opencl"));
    assert_true(ob_device_name_ok("opencl:12"));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(ob_device_name_ok(bad[i]));
}

static void test_texts(void **state)
{
    struct ob_buf out = { 0 };
    (void)state;
    assert_non_null(ob_device_file("optbench/num/fmath.h"));
    assert_non_null(ob_device_file("optim/rules/adam.c"));
    assert_null(ob_device_file("stdio.h"));
    ob_device_text("a\n#    include \"optbench/device/step.h\"\n#include \"x.h\"\nb",
                   &out);
    assert_memory_equal(ob_buf_text(&out), "a\n/*\n", 5);
    assert_non_null(strstr(ob_buf_text(&out), "OB_NOW_WORDS = 16"));
    assert_non_null(strstr(ob_buf_text(&out), "#endif\n#include \"x.h\"\nb\n"));
    assert_null(strstr(ob_device_file("optim/rules/adam.c"), "RULE_FILE"));
    ob_buf_finish(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory),  cmocka_unit_test(test_host_memory),
        cmocka_unit_test(test_kernels), cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_names),   cmocka_unit_test(test_texts),
    };
    device = ob_test_device();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ob_device_close(device);
    return failed;
}
