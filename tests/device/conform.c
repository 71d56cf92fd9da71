/*
 * What every device has to do, whatever drives it: memory, order, programs, events,
 * graphs and products. Whoever forgets a wait, an initial zero or a barrier fails here,
 * which sim.sh shows by leaving calls out one after the other.
 */
#include "../unit/device/device_test.h"

#include <pthread.h>

#include "optbench/device/text.h"

enum { N = 1000, GROUPS = 4, BIG = 40000 };

static struct ob_device *device;

static const char text[] =
    "#define OB_REAL_BITS 32\n"
    "#include \"kernels/kernel.h\"\n"
    "/* out[i] = factor in[from + i] + plus; without `in`, i. */\n"
    "OB_KERNEL void line(OB_GLOBAL const ob_u32 *in, OB_GLOBAL ob_u32 *out, ob_u64 "
    "from,\n"
    "                    ob_u64 n, ob_u32 factor, ob_i32 plus)\n"
    "{\n"
    "    const ob_u64 i = OB_GROUP * OB_LANES + OB_LANE;\n"
    "    if (i < n)\n"
    "        out[i] = in ? factor * in[from + i] + (ob_u32)plus : (ob_u32)i;\n"
    "}\n"
    "/* Each group adds what all its work-items bring, and every one gets the sum. */\n"
    "OB_KERNEL void total(OB_GLOBAL const ob_u32 *in, OB_GLOBAL ob_u32 *out, ob_u64 n)\n"
    "{\n"
    "    OB_LOCAL_ARRAY(ob_u32, lane, OB_LANES);\n"
    "    const ob_u64 i = OB_GROUP * OB_LANES + OB_LANE;\n"
    "    lane[OB_LANE] = i < n ? in[i] : 0u;\n"
    "    OB_BARRIER();\n"
    "    for (ob_u32 w = OB_LANES / 2; w > 0; w /= 2) {\n"
    "        if (OB_LANE < w)\n"
    "            lane[OB_LANE] += lane[OB_LANE + w];\n"
    "        OB_BARRIER();\n"
    "    }\n"
    "    if (i < n)\n"
    "        out[i] = lane[0] + (ob_u32)OB_GROUPS;\n"
    "}\n"
    "/* Every work-item takes what its neighbours on both sides had. */\n"
    "OB_KERNEL void turn(OB_GLOBAL ob_u32 *x)\n"
    "{\n"
    "    OB_LOCAL_ARRAY(ob_u32, lane, OB_LANES);\n"
    "    const ob_u64 i = OB_GROUP * OB_LANES + OB_LANE;\n"
    "    lane[OB_LANE] = x[i];\n"
    "    OB_BARRIER();\n"
    "    x[i] = lane[(OB_LANE + 1) % OB_LANES] + lane[(OB_LANE + OB_LANES - 1) % "
    "OB_LANES];\n"
    "}\n";

/* ---- helpers ---- */

static struct ob_device_program *program;
static struct ob_device_kernel *line, *total, *turn;

static struct ob_device_kernel *kernel(const char *name)
{
    struct ob_err err;
    struct ob_device_kernel *k = ob_device_kernel(device, program, name, &err);
    if (!k)
        fail_msg("%s", err.text);
    return k;
}

static struct ob_device_mem *memory(uint64_t bytes)
{
    struct ob_err err;
    struct ob_device_mem *m = ob_device_alloc(device, bytes, &err);
    if (!m)
        fail_msg("%s", err.text);
    return m;
}

static void put(struct ob_device_mem *in, struct ob_device_mem *out, uint64_t from,
                uint64_t n, uint32_t factor, int32_t plus)
{
    const struct ob_device_arg arg[] = { OB_ARG(in),         OB_ARG(out),
                                         OB_ARG_U64(from),   OB_ARG_U64(n),
                                         OB_ARG_U32(factor), OB_ARG_I32(plus) };
    ob_device_launch(device, line, (size_t)(n + 255) / 256, arg, 6);
}

static void get(struct ob_device_mem *m, uint32_t *to, size_t n)
{
    struct ob_err err;
    if (!ob_device_download(device, m, 0, to, n * sizeof *to, &err))
        fail_msg("%s", err.text);
}

/* ---- memory ---- */

static void new_memory_is_zeros(void **state)
{
    (void)state;
    uint32_t x[N];
    struct ob_device_mem *m = memory(sizeof x);
    get(m, x, N);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(x[i], 0);
    ob_device_free(device, m);
}

/* Short and long ones may take different ways. */
static void what_was_uploaded_may_change(void **state)
{
    (void)state;
    static uint32_t x[BIG], y[BIG];
    struct ob_device_mem *m = memory(sizeof x);
    for (size_t n = 1; n <= BIG; n = n == 1 ? N : n * 40) {
        for (size_t k = 0; k < 3; k++) {
            for (size_t i = 0; i < n; i++)
                x[i] = (uint32_t)(i + k);
            ob_device_upload(device, m, 0, x, n * sizeof *x);
            put(m, m, 0, n, 2, 1);
            memset(x, 0x33, n * sizeof *x);
        }
        get(m, y, n);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(y[i], 2 * (i + 2) + 1);
    }
    ob_device_free(device, m);
}

static void copies_keep_the_order(void **state)
{
    (void)state;
    uint32_t x[N];
    struct ob_device_mem *a = memory(sizeof x), *b = memory(sizeof x);
    put(NULL, a, 0, N, 0, 0);
    ob_device_copy(device, b, 40, a, 0, 400);
    put(a, a, 0, N, 0, 7); /* behind the copy */
    ob_device_zero(device, b, 80, 8);
    get(b, x, N);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(x[i], i < 10 || i >= 110 || i == 20 || i == 21 ? 0 : i - 10);
    get(a, x, N);
    assert_int_equal(x[N - 1], 7);
    ob_device_free(device, a);
    ob_device_free(device, b);
}

/* Freed while it is being worked on; what comes in its place is whole. */
static void memory_outlives_its_work(void **state)
{
    (void)state;
    uint32_t x[N];
    for (int k = 0; k < 4; k++) {
        struct ob_device_mem *a = memory(sizeof x);
        put(NULL, a, 0, N, 0, 0);
        ob_device_free(device, a);
    }
    struct ob_device_mem *b = memory(sizeof x);
    get(b, x, N);
    assert_int_equal(x[5], 0);
    ob_device_free(device, b);
}

/* ---- kernels ---- */

static void arguments_arrive(void **state)
{
    (void)state;
    uint32_t x[N];
    struct ob_device_mem *a = memory(2 * sizeof x), *b = memory(sizeof x);
    put(NULL, a, 0, 2 * N, 0, 0);
    put(a, b, 500, N, 3, -5);
    ob_device_launch(device, turn, 0, (struct ob_device_arg[]){ OB_ARG(b) }, 1);
    get(b, x, N);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(x[i], 3 * (500 + i) - 5);
    ob_device_free(device, a);
    ob_device_free(device, b);
}

static void groups_wait_for_each_other(void **state)
{
    (void)state;
    uint32_t x[N], before[GROUPS * 256], sum[GROUPS] = { 0 };
    struct ob_device_mem *a = memory(sizeof before), *b = memory(sizeof before);
    put(NULL, a, 0, GROUPS * 256, 0, 0);
    const struct ob_device_arg arg[] = { OB_ARG(a), OB_ARG(b), OB_ARG_U64(N) };
    ob_device_launch(device, total, GROUPS, arg, 3);
    ob_device_launch(device, turn, GROUPS, arg, 1);
    get(b, x, N);
    get(a, before, GROUPS * 256);
    for (uint32_t i = 0; i < N; i++)
        sum[i / 256] += i;
    for (size_t i = 0; i < N; i++)
        assert_int_equal(x[i], sum[i / 256] + GROUPS);
    for (uint32_t i = 0; i < GROUPS * 256; i++) {
        uint32_t first = i / 256 * 256;
        assert_int_equal(before[i], 2 * first + (i + 1) % 256 + (i + 255) % 256);
    }
    ob_device_free(device, a);
    ob_device_free(device, b);
}

/* ---- events ---- */

static void events_are_waited_for(void **state)
{
    (void)state;
    enum { PARTS = 8 };
    struct ob_err err;
    struct ob_device_mem *m = memory(N * 4);
    struct ob_device_event *e[PARTS];
    uint32_t *host = ob_device_host_alloc(device, PARTS * N * 4, &err);
    assert_non_null(host);
    put(NULL, m, 0, N, 0, 0);
    for (size_t k = 0; k < PARTS; k++) {
        e[k] = ob_device_event(device, &err);
        assert_non_null(e[k]);
        put(m, m, 0, N, 1, 1);
        ob_device_fetch(device, m, 0, host + k * N, N * 4);
        ob_device_record(device, e[k]);
    }
    for (size_t k = 0; k < PARTS; k++) {
        /* By asking, and by waiting. */
        if (k % 2 == 0)
            for (size_t tries = 0; !ob_device_done(device, e[k]); tries++)
                assert_true(tries < 100000000);
        else
            assert_true(ob_device_wait(device, e[k], &err));
        for (size_t i = 0; i < N; i++)
            assert_int_equal(host[k * N + i], i + k + 1);
    }
    /* The other way, and an event for the second time. */
    for (size_t i = 0; i < N; i++)
        host[i] = (uint32_t)(3 * i);
    ob_device_send(device, m, 0, host, N * 4);
    ob_device_record(device, e[0]);
    ob_device_fetch(device, m, 0, host + N, N * 4);
    ob_device_record(device, e[1]);
    assert_true(ob_device_wait(device, e[0], &err));
    memset(host, 0, N * 4);
    assert_true(ob_device_sync(device, &err));
    for (size_t i = 0; i < N; i++)
        assert_int_equal(host[N + i], 3 * i);
    for (size_t k = 0; k < PARTS; k++)
        ob_device_event_free(device, e[k]);
    ob_device_host_free(device, host);
    ob_device_free(device, m);
}

/* ---- graphs ---- */

static void a_graph_is_run_again(void **state)
{
    (void)state;
    struct ob_err err;
    if (!ob_device_facts(device)->graphs)
        return;
    uint32_t x[N];
    struct ob_device_mem *a = memory(sizeof x), *b = memory(sizeof x);
    put(NULL, a, 0, N, 0, 0);
    ob_device_capture(device);
    put(a, a, 0, N, 2, 1);
    ob_device_copy(device, b, 0, a, 0, sizeof x);
    ob_device_zero(device, b, 0, 8);
    struct ob_device_graph *g = ob_device_capture_end(device, &err);
    if (!g)
        fail_msg("%s", err.text);
    get(a, x, N);
    assert_int_equal(x[9], 9); /* written down, not done */
    for (int k = 0; k < 3; k++)
        ob_device_run(device, g);
    ob_device_graph_free(device, g);
    get(b, x, N);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(x[i], i < 2 ? 0 : 8 * i + 7);
    ob_device_free(device, a);
    ob_device_free(device, b);
}

/* ---- products ---- */

/* Small whole numbers: any order of additions gives the same. */
static void multiply(enum ob_dtype dtype, bool trans_a, bool trans_b, bool add)
{
    enum { M = 5, K = 7, W = 3, LD = 9, SKIP = 2, ALL = 90 };
    const size_t size = dtype == OB_F32 ? 4 : 8;
    double a[ALL], b[ALL], c[ALL], d[ALL], expected[ALL];
    float narrow[ALL];
    struct ob_device_mem *m[3];
    double *const from[3] = { a, b, c };
    for (int i = 0; i < ALL; i++) {
        a[i] = i % 11 - 4;
        b[i] = i % 7 - 2;
        expected[i] = c[i] = i % 5;
    }
    for (size_t q = 0; q < 3; q++) {
        for (int i = 0; i < ALL; i++)
            narrow[i] = (float)from[q][i];
        m[q] = memory(ALL * size);
        ob_device_upload(device, m[q], 0, dtype == OB_F32 ? (void *)narrow : from[q],
                         ALL * size);
    }
    ob_device_gemm(device, &(struct ob_device_gemm){ .dtype = dtype,
                                                     .trans_a = trans_a,
                                                     .trans_b = trans_b,
                                                     .add = add,
                                                     .m = M,
                                                     .n = W,
                                                     .k = K,
                                                     .a = m[0],
                                                     .b = m[1],
                                                     .c = m[2],
                                                     .a_at = SKIP,
                                                     .b_at = SKIP + 1,
                                                     .c_at = SKIP + 2,
                                                     .lda = LD,
                                                     .ldb = LD,
                                                     .ldc = LD });
    for (size_t i = 0; i < M; i++)
        for (size_t j = 0; j < W; j++) {
            double sum = add ? c[SKIP + 2 + i * LD + j] : 0;
            for (size_t k = 0; k < K; k++)
                sum += a[SKIP + (trans_a ? k * LD + i : i * LD + k)] *
                       b[SKIP + 1 + (trans_b ? j * LD + k : k * LD + j)];
            expected[SKIP + 2 + i * LD + j] = sum;
        }
    struct ob_err err;
    if (!ob_device_download(device, m[2], 0, dtype == OB_F32 ? (void *)narrow : d,
                            ALL * size, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < ALL; i++)
        assert_true((dtype == OB_F32 ? (double)narrow[i] : d[i]) == expected[i]);
    for (size_t q = 0; q < 3; q++)
        ob_device_free(device, m[q]);
}

static void products_are_by_rows(void **state)
{
    (void)state;
    struct ob_err err;
    if (!ob_device_facts(device)->gemm)
        return;
    if (!ob_device_gemm_ready(device, &err)) {
        print_message("# no products: %s\n", err.text);
        return;
    }
    for (unsigned i = 0; i < 16; i++)
        multiply(i & 1 ? OB_F64 : OB_F32, i & 2, i & 4, i & 8);
}

/* ---- several ---- */

/* Opened here, used there, closed here; with another one beside it. */
static void *elsewhere(void *arg)
{
    struct ob_device *d = arg;
    struct ob_err err;
    uint32_t x[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, y[8];
    struct ob_device_mem *m = ob_device_alloc(d, sizeof x, &err);
    if (!m)
        return NULL;
    ob_device_upload(d, m, 0, x, sizeof x);
    bool ok = ob_device_download(d, m, 0, y, sizeof y, &err) && !memcmp(x, y, sizeof x);
    ob_device_free(d, m);
    return ok ? d : NULL;
}

static void two_threads_two_devices(void **state)
{
    (void)state;
    const struct ob_device_facts *f = ob_device_facts(device);
    char name[64];
    struct ob_err err;
    struct ob_device *other;
    pthread_t thread;
    void *done = NULL;
    snprintf(name, sizeof name, "%s:%zu", f->api, f->index);
    assert_true(ob_device_open(name, &other, &err));
    assert_int_equal(pthread_create(&thread, NULL, elsewhere, other), 0);
    pthread_join(thread, &done);
    assert_ptr_equal(done, other);
    assert_ptr_equal(elsewhere(device), device);
    assert_ptr_equal(elsewhere(other), other);
    ob_device_close(other);
    assert_ptr_equal(elsewhere(device), device);
}

static int set_up(void **state)
{
    (void)state;
    static const char *const define[] = { NULL };
    struct ob_buf whole = { 0 };
    struct ob_err err;
    ob_device_text(text, &whole);
    program = ob_device_build(device, ob_buf_text(&whole), define, &err);
    ob_buf_finish(&whole);
    if (!program) {
        print_error("%s\n", err.text);
        return -1;
    }
    line = kernel("line");
    total = kernel("total");
    turn = kernel("turn");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ob_device_program_free(device, program);
    return ob_device_used(device) ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_memory_is_zeros),
        cmocka_unit_test(what_was_uploaded_may_change),
        cmocka_unit_test(copies_keep_the_order),
        cmocka_unit_test(memory_outlives_its_work),
        cmocka_unit_test(arguments_arrive),
        cmocka_unit_test(groups_wait_for_each_other),
        cmocka_unit_test(events_are_waited_for),
        cmocka_unit_test(a_graph_is_run_again),
        cmocka_unit_test(products_are_by_rows),
        cmocka_unit_test(two_threads_two_devices),
    };
    device = ob_test_device();
    int failed = cmocka_run_group_tests(tests, set_up, tear_down);
    ob_device_close(device);
    return failed;
}
