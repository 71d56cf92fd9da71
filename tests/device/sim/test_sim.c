/* The simulated driver runs kernels as a card does, and sees what is wrong with them. */
#include "sim_test.h"

/* In this order and no other: later ones are found by their lines. */
static const char text[] =
    "extern \"C\" __global__ __launch_bounds__(256) void add(const float *x, float *y,\n"
    "                                                        unsigned long long n, int "
    "k)\n"
    "{\n"
    "    unsigned long long i = blockIdx.x * 256ull + threadIdx.x;\n"
    "    if (i < n)\n"
    "        y[i] = x[i] * 3.0f + (float)k;\n"
    "}\n"
    "extern \"C\" __global__ __launch_bounds__(256) void halve(const double *x, double "
    "*sum)\n"
    "{\n"
    "    __shared__ double lane[256];\n"
    "    lane[threadIdx.x] = x[threadIdx.x];\n"
    "    for (unsigned w = 128; w; w /= 2) {\n"
    "        __syncthreads();\n"
    "        if (threadIdx.x < w)\n"
    "            lane[threadIdx.x] += lane[threadIdx.x + w];\n"
    "    }\n"
    "    if (threadIdx.x == 0)\n"
    "        sum[0] = lane[0];\n"
    "}\n"
    "extern \"C\" __global__ void shift(unsigned *out)\n"
    "{\n"
    "    __shared__ unsigned lane[256];\n"
    "    lane[threadIdx.x] = threadIdx.x;\n"
    "    __syncthreads();\n"
    "    out[threadIdx.x] = lane[(threadIdx.x + 255) % 256];\n"
    "}\n"
    "extern \"C\" __global__ void diverge(void)\n"
    "{\n"
    "    if (threadIdx.x < 100)\n"
    "        __syncthreads();\n"
    "}\n"
    "extern \"C\" __global__ void apart(void)\n"
    "{\n"
    "    if (threadIdx.x < 100)\n"
    "        __syncthreads();\n"
    "    else\n"
    "        __syncthreads();\n"
    "}\n"
    "extern \"C\" __global__ void beyond(float *x, int at)\n"
    "{\n"
    "    x[at] = 1.0f;\n"
    "}\n"
    "extern \"C\" __global__ void index(float *x, int at)\n"
    "{\n"
    "    __shared__ float lane[256];\n"
    "    lane[at] = 1.0f;\n"
    "    x[0] = lane[0];\n"
    "}\n"
    "extern \"C\" __global__ void contract(const float *x, float *y)\n"
    "{\n"
    "    y[0] = x[0] * x[1] + x[2];\n"
    "}\n";

static void image_build(const char *option, bool exact, char **image)
{
    nvrtcProgram p;
    const char *options[] = { exact ? "--gpu-architecture=sm_90" : "-arch=compute_75",
                              option };
    size_t n, log;
    OK(nvrtcCreateProgram(&p, text, "t.cu", 0, NULL, NULL));
    if (nvrtcCompileProgram(p, option ? 2 : 1, options)) {
        char words[2000];
        OK(nvrtcGetProgramLogSize(p, &log));
        assert_true(log < sizeof words);
        nvrtcGetProgramLog(p, words);
        fail_msg("%s", words);
    }
    OK((exact ? nvrtcGetCUBINSize : nvrtcGetPTXSize)(p, &n));
    *image = malloc(n);
    OK((exact ? nvrtcGetCUBIN : nvrtcGetPTX)(p, *image));
    OK(nvrtcDestroyProgram(&p));
}

static CUfunction kernel(const char *name)
{
    static char *image;
    CUfunction f = NULL;
    if (!image)
        image_build("--fmad=false", true, &image);
    if (!module)
        OK(cuModuleLoadDataEx(&module, image, 0, NULL, NULL));
    OK(cuModuleGetFunction(&f, module, name));
    return f;
}

static int launch(CUfunction f, unsigned groups, void *a, void *b, void *c, void *d)
{
    void *args[] = { a, b, c, d };
    return cuLaunchKernel(f, groups, 1, 1, 256, 1, 1, 0, stream, args, NULL);
}

static void compute(const char *words)
{
    open_all(words);
    enum { N = 1000 };
    float x[N], y[N];
    for (int i = 0; i < N; i++)
        x[i] = (float)i;
    CUdeviceptr a = memory(sizeof x), b = memory(sizeof y);
    unsigned long long n = N;
    int k = -7;
    OK(cuMemcpyHtoDAsync_v2(a, x, sizeof x, stream));
    OK(launch(kernel("add"), 4, &a, &b, &n, &k));
    n = 0; /* arguments are taken when a kernel is launched */
    OK(cuMemcpyDtoHAsync_v2(y, b, sizeof y, stream));
    OK(cuStreamSynchronize(stream));
    for (int i = 0; i < N; i++)
        assert_true(y[i] == 3.0f * (float)i - 7.0f);
    OK(cuMemFree_v2(a));
    OK(cuMemFree_v2(b));
    close_all();
    expect_no_fault();
}

static const char *const orders[] = { "order=reversed", "", "order=shuffled", "eager" };

static void many_groups_compute(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++)
        compute(orders[i]);
}

static double halved(const char *words)
{
    open_all(words);
    double x[256], sum = 0;
    for (int i = 0; i < 256; i++)
        x[i] = i + 1;
    CUdeviceptr a = memory(sizeof x), b = memory(sizeof sum);
    OK(cuMemcpyHtoDAsync_v2(a, x, sizeof x, stream));
    OK(launch(kernel("halve"), 1, &a, &b, NULL, NULL));
    OK(cuMemcpyDtoHAsync_v2(&sum, b, sizeof sum, stream));
    OK(cuStreamSynchronize(stream));
    OK(cuMemFree_v2(a));
    OK(cuMemFree_v2(b));
    close_all();
    return sum;
}

static unsigned shifted_wrongly(const char *words)
{
    open_all(words);
    unsigned out[256], wrong = 0;
    CUdeviceptr a = memory(sizeof out);
    OK(launch(kernel("shift"), 1, &a, NULL, NULL, NULL));
    OK(cuMemcpyDtoHAsync_v2(out, a, sizeof out, stream));
    OK(cuStreamSynchronize(stream));
    for (unsigned i = 0; i < 256; i++)
        wrong += out[i] != (i + 255) % 256;
    OK(cuMemFree_v2(a));
    close_all();
    return wrong;
}

static void barriers_hold_in_every_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        assert_true(halved(orders[i]) == 256 * 257 / 2);
        assert_int_equal(shifted_wrongly(orders[i]), 0);
    }
    expect_no_fault();
}

/* Without a barrier some order shows it: here what the neighbour wrote is there by chance
 * in one of them. */
static void missing_barriers_are_seen(void **state)
{
    (void)state;
    assert_true(halved("drop=barrier") != 256 * 257 / 2);
    unsigned forward = shifted_wrongly("drop=barrier");
    unsigned reversed = shifted_wrongly("drop=barrier,order=reversed");
    assert_int_equal(forward, 1);
    assert_int_equal(reversed, 255);
    expect_no_fault();
}

static void crooked(const char *name, const char *words)
{
    open_all("");
    int rc;
    OK(launch(kernel(name), 2, NULL, NULL, NULL, NULL));
    rc = cuStreamSynchronize(stream);
    assert_int_equal(rc, 719);
    expect_fault(words);
    assert_int_equal(cuStreamSynchronize(stream), 719); /* the context is over */
    close_all();
}

static void barriers_that_not_all_reach_are_seen(void **state)
{
    (void)state;
    crooked("diverge", "100 of 256 work-items of group 0 come to the barrier of line 30");
    crooked("apart",
            "work-item 0 of group 0 waits at the barrier of line 35, work-item 255 at "
            "that of line 37");
}

static void touches(const char *name, bool null, int at, const char *words)
{
    open_all("");
    float three[3];
    CUdeviceptr a = memory(sizeof three), none = 0;
    OK(launch(kernel(name), 1, null ? &none : &a, &at, NULL, NULL));
    assert_int_equal(cuStreamSynchronize(stream), 700);
    expect_fault(words);
    cuMemFree_v2(a);
    close_all();
}

static void memory_that_is_not_there_is_seen(void **state)
{
    (void)state;
    touches("beyond", false, 4,
            "work-item 0 of group 0 touches 4 bytes behind the end of an "
            "allocation of 12 bytes");
    touches("beyond", true, 3, "touches a null pointer");
    touches("beyond", true, 2000, "touches no memory of the device");
    touches("index", false, 256, "touches an index beyond its array");
}

/* Too near for a page to show it. */
static void guards_are_looked_at(void **state)
{
    (void)state;
    open_all("");
    CUdeviceptr a = memory(12);
    for (int i = 0; i < 2; i++) {
        int at = i ? -1 : 3;
        OK(launch(kernel("beyond"), 1, &a, &at, NULL, NULL));
        OK(cuStreamSynchronize(stream));
        expect_fault(
            i ? "in front of an allocation of 12 bytes were written, seen beyond"
              : "0 bytes behind the end of an allocation of 12 bytes were written");
        OK(cuMemFree_v2(a));
        (void)sim_faults(NULL, 0);
        a = memory(12);
    }
    OK(cuMemFree_v2(a));
    close_all();
    expect_no_fault();
}

/* ---- what compiles, and for what ---- */

static void architectures_matter(void **state)
{
    (void)state;
    char *image;
    CUmodule m;
    open_all("cc=120");
    image_build("--fmad=false", true, &image);
    assert_int_equal(cuModuleLoadDataEx(&m, image, 0, NULL, NULL), 209);
    free(image);
    image_build("--fmad=false", false, &image);
    OK(cuModuleLoadDataEx(&m, image, 0, NULL, NULL));
    OK(cuModuleUnload(m));
    image[200] ^= 1;
    assert_int_equal(cuModuleLoadDataEx(&m, image, 0, NULL, NULL), 200);
    free(image);
    nvrtcProgram p;
    size_t n;
    char log[600] = "";
    const char *options[] = { "--no-such-option" };
    OK(nvrtcCreateProgram(&p, "int x = ;\n", "t.cu", 0, NULL, NULL));
    assert_int_equal(nvrtcCompileProgram(p, 1, options), 5);
    expect_fault("--no-such-option");
    assert_int_equal(nvrtcCompileProgram(p, 0, options), 6);
    OK(nvrtcGetProgramLogSize(p, &n));
    assert_true(n > 1 && n < sizeof log);
    OK(nvrtcGetProgramLog(p, log));
    assert_non_null(strstr(log, "optbench.cu:1"));
    OK(nvrtcDestroyProgram(&p));
    close_all();
}

/* Two modules at once, each with its own kernels. */
static void modules_keep_apart(void **state)
{
    (void)state;
    const char *source[2] = {
        "extern \"C\" __global__ void one(int *x) { x[0] = 1; }\n",
        "extern \"C\" __global__ void two(int *x) { x[0] = 2; }\n"
    };
    CUmodule m[2];
    CUfunction f[2];
    int x[2];
    open_all("");
    CUdeviceptr a = memory(4);
    for (int i = 0; i < 2; i++) {
        nvrtcProgram p;
        size_t n;
        OK(nvrtcCreateProgram(&p, source[i], "t.cu", 0, NULL, NULL));
        OK(nvrtcCompileProgram(p, 0, NULL));
        OK(nvrtcGetPTXSize(p, &n));
        char *image = malloc(n);
        OK(nvrtcGetPTX(p, image));
        OK(nvrtcDestroyProgram(&p));
        OK(cuModuleLoadDataEx(&m[i], image, 0, NULL, NULL));
        free(image);
        OK(cuModuleGetFunction(&f[i], m[i], i ? "two" : "one"));
    }
    for (int i = 0; i < 2; i++) {
        OK(launch(f[i], 1, &a, NULL, NULL, NULL));
        OK(cuMemcpyDtoHAsync_v2(&x[i], a, 4, stream));
    }
    assert_int_equal(cuModuleGetFunction(&f[0], m[1], "one"), 500);
    for (int i = 0; i < 2; i++)
        OK(cuModuleUnload(m[i])); /* waits */
    assert_int_equal(x[0], 1);
    assert_int_equal(x[1], 2);
    OK(cuMemFree_v2(a));
    close_all();
    expect_no_fault();
}

/* Who forgets --fmad=false gets other bits, where the processor can. */
static void contraction_is_what_it_is_on_cards(void **state)
{
    (void)state;
#ifdef __x86_64__
    if (!__builtin_cpu_supports("fma"))
        return;
    char *image;
    float x[3] = { 1.0f + 0x1p-12f, 1.0f + 0x1p-12f, -1.0f - 0x1p-11f }, y[2];
    open_all("");
    CUdeviceptr a = memory(sizeof x), b = memory(4);
    OK(cuMemcpyHtoDAsync_v2(a, x, sizeof x, stream));
    for (int i = 0; i < 2; i++) {
        CUmodule m;
        CUfunction f;
        image_build(i ? NULL : "--fmad=false", true, &image);
        OK(cuModuleLoadDataEx(&m, image, 0, NULL, NULL));
        OK(cuModuleGetFunction(&f, m, "contract"));
        OK(launch(f, 1, &a, &b, NULL, NULL));
        OK(cuMemcpyDtoHAsync_v2(&y[i], b, 4, stream));
        OK(cuModuleUnload(m));
        free(image);
    }
    assert_true(y[0] == 0 && y[1] == 0x1p-24f);
    OK(cuMemFree_v2(a));
    OK(cuMemFree_v2(b));
    close_all();
    expect_no_fault();
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_groups_compute),
        cmocka_unit_test(barriers_hold_in_every_order),
        cmocka_unit_test(missing_barriers_are_seen),
        cmocka_unit_test(barriers_that_not_all_reach_are_seen),
        cmocka_unit_test(memory_that_is_not_there_is_seen),
        cmocka_unit_test(guards_are_looked_at),
        cmocka_unit_test(architectures_matter),
        cmocka_unit_test(modules_keep_apart),
        cmocka_unit_test(contraction_is_what_it_is_on_cards),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
