#include <config.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "cuda.h"

struct cuda_driver cu;
struct cuda_nvrtc rtc;
struct cuda_cublas blas;

/* A library that is looked for once. */
struct library {
    pthread_once_t once;
    struct ob_err refused; /* OB_OK = it is there */
};

static struct library driver = { .once = PTHREAD_ONCE_INIT };
static struct library nvrtc = { .once = PTHREAD_ONCE_INIT };
static struct library cublas = { .once = PTHREAD_ONCE_INIT };

static bool load(struct library *l, void (*find)(void), struct ob_err *err)
{
    pthread_once(&l->once, find);
    if (l->refused.code != OB_OK && err)
        *err = l->refused;
    return l->refused.code == OB_OK;
}

/* ---- the driver ---- */

static enum ob_code meaning(CUresult status)
{
    return status == OB_CU_OUT_OF_MEMORY ? OB_ENOMEM : OB_EDEVICE;
}

bool cuda_said(struct ob_err *err, const char *function, CUresult status)
{
    const char *name = NULL, *words = NULL;
    if (status == OB_CU_SUCCESS)
        return true;
    cu.cuGetErrorName(status, &name);
    cu.cuGetErrorString(status, &words);
    if (!name || !words)
        return ob_fail(err, meaning(status), "%s: error %d", function, (int)status);
    return ob_fail(err, meaning(status), "%s: %s: %s", function, name, words);
}

/* A toolkit brings a library of that name which only serves to link against. */
static bool started(struct ob_err *err)
{
    const CUresult status = cu.cuInit(0);
    if (status == OB_CU_STUB_LIBRARY)
        return ob_fail(err, OB_EDEVICE,
                       "the libcuda.so.1 found is the stub of a toolkit, not a driver");
    return cuda_said(err, "cuInit", status);
}

static void find_driver(void)
{
    static const char *const names[] = { "libcuda.so.1", NULL };
#define X(result, name, arguments) { #name, &cu.name },
    static const struct device_symbol symbols[] = { OB_CUDA_DRIVER(X) };
#undef X
    struct ob_err *err = &driver.refused;
    void *library = device_library("OPTBENCH_LIBCUDA", names, err);
    if (!library)
        ob_fail_at(err, "no driver of NVIDIA is installed");
    else if (!device_symbols(library, symbols, sizeof symbols / sizeof *symbols, err))
        ob_fail_at(err, "the driver of NVIDIA is too old (470 or newer is needed)");
    else
        started(err);
}

bool cuda_load_driver(struct ob_err *err)
{
    return load(&driver, find_driver, err);
}

/* ---- what stands on it ---- */

enum { NAMES = 4 };

/* The names of a library of the toolkits, the best first: of the version that the driver
 * is made for, of older ones, which it takes, too, then of newer ones. Static: each
 * library is looked for once. */
static const char *const *ordered(const char *const newest_first[NAMES + 1],
                                  const char *out[NAMES + 1])
{
    const int newest = 13;
    int version = 0;
    size_t skip, used = 0;
    if (!cuda_load_driver(NULL) || cu.cuDriverGetVersion(&version) != OB_CU_SUCCESS ||
        version / 1000 > newest)
        version = newest * 1000;
    skip = (size_t)(newest - version / 1000);
    for (size_t i = skip; i < NAMES; i++)
        out[used++] = newest_first[i];
    for (size_t i = 0; i < skip && i < NAMES; i++)
        out[used++] = newest_first[i];
    out[used] = NULL;
    return out;
}

static void find_nvrtc(void)
{
    static const char *const names[NAMES + 1] = { "libnvrtc.so.13", "libnvrtc.so.12",
                                                  "libnvrtc.so.11.2", "libnvrtc.so" };
#define X(result, name, arguments) { #name, &rtc.name },
    static const struct device_symbol symbols[] = { OB_CUDA_NVRTC(X) };
#undef X
    const char *list[NAMES + 1];
    struct ob_err *err = &nvrtc.refused;
    void *library = device_library("OPTBENCH_LIBNVRTC", ordered(names, list), err);
    if (!library)
        ob_fail_at(err, "NVRTC, which compiles for the GPU, is not installed (NVIDIA's "
                        "package cuda-nvrtc, Debian's libnvrtc)");
    else if (!device_symbols(library, symbols, sizeof symbols / sizeof *symbols, err))
        ob_fail_at(err, "NVRTC is too old (11.2 or newer is needed)");
}

bool cuda_load_nvrtc(struct ob_err *err)
{
    return load(&nvrtc, find_nvrtc, err);
}

static void find_cublas(void)
{
    static const char *const names[NAMES + 1] = { "libcublas.so.13", "libcublas.so.12",
                                                  "libcublas.so.11", "libcublas.so" };
#define X(result, name, arguments) { #name, &blas.name },
    static const struct device_symbol symbols[] = { OB_CUDA_CUBLAS(X) };
#undef X
    const char *list[NAMES + 1];
    struct ob_err *err = &cublas.refused;
    void *library = device_library("OPTBENCH_LIBCUBLAS", ordered(names, list), err);
    if (!library)
        ob_fail_at(err, "cuBLAS is not installed");
    else if (!device_symbols(library, symbols, sizeof symbols / sizeof *symbols, err))
        ob_fail_at(err, "cuBLAS is too old (11 or newer is needed)");
}

bool cuda_load_cublas(struct ob_err *err)
{
    return load(&cublas, find_cublas, err);
}
