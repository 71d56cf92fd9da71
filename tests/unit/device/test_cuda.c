/* What is particular to cards of NVIDIA, over the simulated driver (tests/device/sim):
 * what is told of them, uploads by way of pinned memory, the cache of compiled programs,
 * the words of failures, and NVML. */
#include <config.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/log.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/device/device.h"
#include "optbench/device/nvml.h"

#include "../../lib/ob_test.h"

static char *home;             /* fresh, $XDG_CACHE_HOME */
static struct ob_device *card; /* cuda:1 of two */
static void (*sim_set)(const char *words);

#define CARDS "devices=2,cc=89,driver=12040"

/* The next call of that function fails; no other does. */
static void next_fails(const char *function)
{
    char words[128];
    snprintf(words, sizeof words, CARDS ",fail=%s:1", function);
    sim_set(words);
}

static const char text[] = "extern \"C\" __global__ void add(double *x, unsigned n)\n"
                           "{\n"
                           "    if (blockIdx.x * 256 + threadIdx.x < n)\n"
                           "        x[blockIdx.x * 256 + threadIdx.x] += MORE;\n"
                           "}\n";

static struct ob_device_program *build(const char *more, struct ob_err *err)
{
    const char *const define[] = { more, NULL };
    return ob_device_build(card, text, define, err);
}

/* A program that adds `more`, and does. */
static void adds(const char *define, double more)
{
    double x[300] = { 1 };
    struct ob_err err;
    struct ob_device_program *p = build(define, &err);
    if (!p)
        fail_msg("%s", err.text);
    struct ob_device_kernel *k = ob_device_kernel(card, p, "add", &err);
    struct ob_device_mem *m = ob_device_alloc(card, sizeof x, &err);
    const struct ob_device_arg arg[] = { OB_ARG(m), OB_ARG_U32(299) };
    ob_device_upload(card, m, 0, x, sizeof x);
    ob_device_launch(card, k, 2, arg, 2);
    assert_true(ob_device_download(card, m, 0, x, sizeof x, &err));
    assert_true(x[0] == 1 + more && x[298] == more && x[299] == 0);
    ob_device_free(card, m);
    ob_device_program_free(card, p);
}

static void refuses(const char *define, const char *words)
{
    struct ob_err err;
    assert_null(build(define, &err));
    if (!strstr(err.text, words))
        fail_msg("\"%s\" is not in: %s", words, err.text);
}

static void count(void *ctx, const struct ob_device_facts *f)
{
    size_t *n = ctx;
    assert_int_equal(f->index, *n);
    (*n)++;
}

static void tells_what_it_is(void **state)
{
    const struct ob_device_facts *f = ob_device_facts(card);
    struct ob_device *none;
    struct ob_err err;
    size_t n = 0;
    (void)state;
    assert_string_equal(f->api, "cuda");
    assert_int_equal(f->index, 1);
    assert_string_equal(f->name, "Simulated GPU 1");
    assert_string_equal(f->architecture, "sm_89");
    assert_string_equal(f->identity, "GPU-525d6873-7e89-949f-aab5-c0cbd6e1ecf7");
    assert_non_null(strstr(f->driver, "CUDA 12.4"));
    assert_non_null(strstr(f->driver, ", NVRTC 1"));
    assert_true(f->gpu && f->float64 && f->exact && f->graphs && f->gemm);
    assert_true(f->memory > 0 && f->max_alloc == f->memory);
    assert_true(f->units > 0 && f->clock_mhz > 0);
    assert_true(ob_devices_each("cuda", count, &n, &err));
    assert_int_equal(n, 2);
    assert_false(ob_device_open("cuda:2", &none, &err));
    assert_int_equal(err.code, OB_EDEVICE);
    assert_non_null(strstr(err.text, "there is no cuda:2, but 2 devices"));
}

/* Short uploads are on their way while others come; the room for them is used again. */
static void uploads_may_be_many(void **state)
{
    enum { PARTS = 1500, MOST = 100, LONG = 40000 };
    struct ob_device_mem *m = ob_device_alloc(card, PARTS * MOST * 8, NULL);
    uint64_t *all = ob_xcalloc(PARTS * MOST, sizeof *all), part[MOST];
    uint64_t *block = ob_xcalloc(LONG, sizeof *block);
    struct ob_err err;
    (void)state;
    for (uint64_t i = 0; i < PARTS; i++) {
        const size_t n = 1 + i * 31 % MOST;
        for (uint64_t k = 0; k < n; k++)
            part[k] = i * 1000 + k;
        ob_device_upload(card, m, i * MOST * 8, part, n * 8);
    }
    for (size_t i = 0; i < LONG; i++)
        block[i] = ~(uint64_t)i;
    ob_device_upload(card, m, 0, block, LONG * 8);
    memset(block, 0, LONG * 8);
    ob_device_upload(card, m, 8, part, 8);
    part[0] = 0;
    assert_true(ob_device_download(card, m, 0, all, PARTS * MOST * 8, &err));
    for (uint64_t i = 0; i < PARTS * MOST; i++) {
        const uint64_t of = i / MOST, k = i % MOST;
        uint64_t expected = k < 1 + of * 31 % MOST ? of * 1000 + k : 0;
        if (i < LONG)
            expected = i == 1 ? (PARTS - 1) * 1000 : ~i;
        assert_true(all[i] == expected);
    }
    ob_device_free(card, m);
    free(block);
    free(all);
}

/* What was compiled once is not compiled again, unless the driver will not have it. */
static void programs_are_kept(void **state)
{
    (void)state;
    adds("MORE=2.0", 2);
    next_fails("nvrtcCompileProgram");
    adds("MORE=2.0", 2);
    refuses("MORE=3.0", "nvrtcCompileProgram: ");
    next_fails("cuModuleLoadDataEx");
    adds("MORE=2.0", 2); /* compiled anew, and kept */
    next_fails("nvrtcCompileProgram");
    adds("MORE=2.0", 2);
    next_fails("cuModuleLoadDataEx");
    refuses("MORE=4.0", "cuModuleLoadDataEx: CUDA_ERROR_");
    next_fails("cuModuleLoadDataEx");
    refuses("MORE=4.0", " (NVRTC 13.0 is newer than the driver, CUDA 12.4)");
    next_fails("nothing");
    adds("MORE=4.0", 4);
}

static void failures_have_the_drivers_words(void **state)
{
    struct ob_err err;
    (void)state;
    assert_null(ob_device_alloc(card, UINT64_C(1) << 45, &err));
    assert_int_equal(err.code, OB_ENOMEM);
    assert_non_null(strstr(err.text, "35184372088832 bytes of device memory, of which "));
    assert_non_null(
        strstr(err.text, " are free: cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY: "));
    refuses("MORE=+", "a kernel was not compiled: ");
    struct ob_device_program *p = build("MORE=1.0", &err);
    assert_null(ob_device_kernel(card, p, "subtract", &err));
    assert_non_null(
        strstr(err.text, "subtract: cuModuleGetFunction: CUDA_ERROR_NOT_FOUND"));
    ob_device_program_free(card, p);

    /* Of a call that says nothing: by the next one that waits, and once. */
    struct ob_device_mem *m = ob_device_alloc(card, 8, NULL);
    next_fails("cuMemsetD8Async");
    ob_device_zero(card, m, 0, 8);
    next_fails("nothing");
    ob_device_zero(card, m, 0, 8);
    assert_false(ob_device_sync(card, &err));
    assert_int_equal(err.code, OB_EDEVICE);
    assert_non_null(strstr(err.text, "cuda:1: cuMemsetD8Async: CUDA_ERROR_"));
    assert_true(ob_device_sync(card, &err));

    /* What was put into the queue before it has ended all the same. */
    const uint64_t seven = 7;
    uint64_t *host = ob_device_host_alloc(card, sizeof *host, NULL);
    ob_device_upload(card, m, 0, &seven, sizeof seven);
    ob_device_fetch(card, m, 0, host, sizeof *host);
    next_fails("cuMemsetD8Async");
    ob_device_zero(card, m, 0, 8);
    assert_false(ob_device_sync(card, &err));
    assert_true(*host == seven);
    ob_device_host_free(card, host);
    ob_device_free(card, m);

    next_fails("cublasCreate_v2");
    assert_false(ob_device_gemm_ready(card, &err));
    assert_int_equal(err.code, OB_EDEVICE);
    assert_non_null(strstr(err.text, "cublasCreate: "));
    next_fails("nothing");
    assert_true(ob_device_gemm_ready(card, &err));
}

static char *log_of_nvml(const char *identity)
{
    char *path = ob_path_join(home, "log");
    struct ob_buf lines = { 0 };
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    ob_log_open(fd);
    assert_null(ob_nvml_open(identity));
    ob_log_close();
    close(fd);
    assert_true(ob_file_read(path, 1000, &lines, NULL));
    free(path);
    return ob_buf_take(&lines);
}

static void says_how_busy_it_is(void **state)
{
    struct ob_nvml_sample s;
    (void)state;
    struct ob_nvml *n = ob_nvml_open(ob_device_facts(card)->identity);
    assert_non_null(n);
    assert_true(ob_nvml_sample(n, &s));
    assert_true(s.load >= 0 && s.load <= 100);
    assert_true(s.watts > 0 && s.watts < 2000 && s.celsius > 0 && s.celsius < 120);
    assert_true(s.memory_used <= s.memory_total && s.memory_total > 0);
    next_fails("nvmlDeviceGetPowerUsage");
    assert_true(ob_nvml_sample(n, &s));
    assert_true(isnan(s.watts) && !isnan(s.celsius) && !isnan(s.load));
    next_fails("nvmlDeviceGetMemoryInfo");
    assert_true(ob_nvml_sample(n, &s));
    assert_true(s.memory_total == 0 && s.memory_used == 0 && !isnan(s.watts));
    next_fails("nothing");
    ob_nvml_close(n);
    ob_nvml_close(NULL);

    sim_set(
        "fail=nvmlDeviceGetHandleByUUID:1,lenient"); /* a part of a card is asked for */
    n = ob_nvml_open("GPU-of-a-part");
    assert_non_null(n);
    ob_nvml_close(n);
    n = ob_nvml_open("00000000:17:00.0");
    assert_non_null(n);
    ob_nvml_close(n);
    next_fails("nvmlInit_v2");
    char *said = log_of_nvml("GPU-1");
    assert_non_null(strstr(said, "load, memory and power of GPU-1 are not known: "));
    free(said);
    next_fails("nothing");
    said = log_of_nvml("");
    assert_non_null(strstr(said, "Not Found"));
    free(said);
}

static int start(void **state)
{
    static const char *const variables[] = { "OPTBENCH_LIBCUDA", "OPTBENCH_LIBNVRTC",
                                             "OPTBENCH_LIBCUBLAS", "OPTBENCH_LIBNVML" };
    struct ob_err err;
    (void)state;
    char *sim = ob_path_join(ob_test_env("OB_BUILDDIR"), "tests/device/sim/sim.so");
    char *kept = ob_path_join(ob_test_env("OB_BUILDDIR"), "tests/device/sim/cache");
    for (size_t i = 0; i < 4; i++)
        setenv(variables[i], sim, 1);
    setenv("OPTBENCH_SIM", CARDS, 1);
    mkdir(kept, 0700);
    setenv("OPTBENCH_SIM_CACHE", kept, 1);
    home = ob_xstrdup("/tmp/optbench-test-XXXXXX");
    if (!mkdtemp(home))
        return -1;
    setenv("XDG_CACHE_HOME", home, 1);
    void *library = dlopen(sim, RTLD_NOW | RTLD_LOCAL);
    void *set = library ? dlsym(library, "sim_set") : NULL;
    if (!set)
        ob_skip_all("the simulated driver was not built");
    memcpy(&sim_set, &set, sizeof set);
    free(sim);
    free(kept);
    if (!ob_device_open("cuda:1", &card, &err))
        fail_msg("%s", err.text);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ob_device_close(card);
    char *command = ob_xasprintf("rm -rf '%s'", home);
    const int rc = system(command);
    free(command);
    free(home);
    return rc;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_it_is),
        cmocka_unit_test(uploads_may_be_many),
        cmocka_unit_test(programs_are_kept),
        cmocka_unit_test(failures_have_the_drivers_words),
        cmocka_unit_test(says_how_busy_it_is),
    };
    return cmocka_run_group_tests(tests, start, end);
}
