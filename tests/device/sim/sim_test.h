/*
 * What tests of the simulated driver start with: its calls under their own names, a
 * context with one stream between open_all() and close_all(), and the account of
 * mistakes.
 */
#ifndef SIM_TEST_H
#define SIM_TEST_H

#include "config.h"

#include <dlfcn.h>
#include <stdbool.h>

#include "../../lib/ob_test.h"

#include "../../../src/device/cuda_api.h"

#define X(result, name, args) static result(*name) args;
OB_CUDA_DRIVER(X)
OB_CUDA_NVRTC(X)
OB_CUDA_CUBLAS(X)
OB_CUDA_NVML(X)
#undef X
static void (*sim_set)(const char *);
static size_t (*sim_faults)(char *, size_t), (*sim_alive)(char *, size_t);
static long (*sim_calls)(const char *);

static void *so;
static CUcontext context;
static CUstream stream;
static CUmodule module; /* what a test has loaded; close_all() unloads it */

#define OK(call) assert_int_equal((call), 0)

static inline void open_all(const char *words)
{
    sim_set(words);
    OK(cuInit(0));
    OK(cuDevicePrimaryCtxRetain(&context, 0));
    OK(cuCtxSetCurrent(context));
    OK(cuStreamCreate(&stream, 1));
}

static inline void close_all(void)
{
    char left[256];
    if (module)
        cuModuleUnload(module);
    module = NULL;
    cuStreamDestroy_v2(stream);
    cuDevicePrimaryCtxRelease_v2(0);
    cuCtxSetCurrent(NULL);
    sim_alive(left, sizeof left);
    assert_string_equal(left, "");
}

static inline CUdeviceptr memory(size_t n)
{
    CUdeviceptr p = 0;
    OK(cuMemAlloc_v2(&p, n));
    return p;
}

static inline void expect_fault(const char *words)
{
    char said[4096];
    assert_int_equal(sim_faults(said, sizeof said), 1);
    if (!strstr(said, words))
        fail_msg("wanted '%s', got '%s'", words, said);
}

static inline void expect_no_fault(void)
{
    char said[4096];
    if (sim_faults(said, sizeof said))
        fail_msg("%s", said);
}

static inline void *symbol(const char *name)
{
    void *p = dlsym(so, name);
    if (!p)
        fail_msg("%s is not there", name);
    return p;
}

static inline int set_up(void **state)
{
    (void)state;
    char path[600];
    snprintf(path, sizeof path, "%s/tests/device/sim/sim.so", ob_test_env("OB_BUILDDIR"));
    so = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!so)
        return -1;
#define X(result, name, args) *(void **)&name = symbol(#name);
    OB_CUDA_DRIVER(X)
    OB_CUDA_NVRTC(X)
    OB_CUDA_CUBLAS(X)
    OB_CUDA_NVML(X)
    X(void, sim_set, ())
    X(void, sim_faults, ())
    X(void, sim_alive, ())
    X(void, sim_calls, ())
#undef X
    snprintf(path, sizeof path, "%s/tests/device/sim/cache", ob_test_env("OB_BUILDDIR"));
    setenv("OPTBENCH_SIM_CACHE", path, 0);
    return 0;
}

#endif
