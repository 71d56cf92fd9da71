#include <config.h>

#include "opencl.h"

#include <pthread.h>
#include <stdio.h>

enum { MOST_PLATFORMS = 16 };

/* ---- the library ---- */

struct opencl_functions cl;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct ob_err refused; /* OB_OK = the library is there */

static void load_once(void)
{
    static const char *const names[] = { "libOpenCL.so.1", "libOpenCL.so", NULL };
#define X(result, name, arguments) { #name, &cl.name },
    static const struct device_symbol symbols[] = { OPENCL_FUNCTIONS(X) };
#undef X
    refused.code = OB_OK;
    void *library = device_library("OPTBENCH_LIBOPENCL", names, &refused);
    if (library)
        device_symbols(library, symbols, sizeof symbols / sizeof *symbols, &refused);
}

/* It stays loaded: drivers leave threads and handlers behind. */
static bool load(struct ob_err *err)
{
    pthread_once(&once, load_once);
    if (refused.code != OB_OK && err)
        *err = refused;
    return refused.code == OB_OK;
}

const char *opencl_code(cl_int code)
{
    switch (code) {
    case CL_DEVICE_NOT_FOUND:
        return "CL_DEVICE_NOT_FOUND";
    case -2:
        return "CL_DEVICE_NOT_AVAILABLE";
    case -3:
        return "CL_COMPILER_NOT_AVAILABLE";
    case CL_MEM_OBJECT_ALLOCATION_FAILURE:
        return "CL_MEM_OBJECT_ALLOCATION_FAILURE";
    case CL_OUT_OF_RESOURCES:
        return "CL_OUT_OF_RESOURCES";
    case CL_OUT_OF_HOST_MEMORY:
        return "CL_OUT_OF_HOST_MEMORY";
    case CL_BUILD_PROGRAM_FAILURE:
        return "CL_BUILD_PROGRAM_FAILURE";
    case -14:
        return "CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST";
    case -30:
        return "CL_INVALID_VALUE";
    case -36:
        return "CL_INVALID_COMMAND_QUEUE";
    case -46:
        return "CL_INVALID_KERNEL_NAME";
    case -51:
        return "CL_INVALID_ARG_SIZE";
    case -52:
        return "CL_INVALID_KERNEL_ARGS";
    case -54:
        return "CL_INVALID_WORK_GROUP_SIZE";
    case -61:
        return "CL_INVALID_BUFFER_SIZE";
    case CL_PLATFORM_NOT_FOUND_KHR:
        return "CL_PLATFORM_NOT_FOUND_KHR";
    default:
        return "OpenCL error";
    }
}

enum ob_code opencl_meaning(cl_int code)
{
    return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_RESOURCES ||
                   code == CL_OUT_OF_HOST_MEMORY || code == -61
               ? OB_ENOMEM
               : OB_EDEVICE;
}

bool opencl_said(struct ob_err *err, const char *function, cl_int code)
{
    return code == CL_SUCCESS || ob_fail(err, opencl_meaning(code), "%s: %s (%d)",
                                         function, opencl_code(code), (int)code);
}

/* ---- what there is ---- */

bool opencl_find(struct opencl_found *f, struct ob_err *err)
{
    cl_platform_id platform[MOST_PLATFORMS];
    cl_uint platforms = 0;
    f->n = 0;
    if (!load(err))
        return false;
    cl_int code = cl.clGetPlatformIDs(MOST_PLATFORMS, platform, &platforms);
    if (code == CL_PLATFORM_NOT_FOUND_KHR || (code == CL_SUCCESS && platforms == 0))
        return ob_fail(err, OB_EDEVICE, "OpenCL is there, but no driver for it");
    if (!opencl_said(err, "clGetPlatformIDs", code))
        return false;
    for (cl_uint i = 0; i < platforms && i < MOST_PLATFORMS; i++) {
        cl_uint n = 0;
        size_t left = OPENCL_DEVICES - f->n;
        if (cl.clGetDeviceIDs(platform[i], CL_DEVICE_TYPE_ALL, (cl_uint)left,
                              f->device + f->n, &n) != CL_SUCCESS)
            continue; /* a platform without devices says CL_DEVICE_NOT_FOUND */
        for (cl_uint k = 0; k < n && k < left; k++)
            f->platform[f->n++] = platform[i];
    }
    return f->n > 0 || ob_fail(err, OB_EDEVICE, "the OpenCL drivers know no device");
}

uint64_t opencl_number(cl_device_id d, cl_uint what, size_t size)
{
    uint64_t wide = 0;
    uint32_t narrow = 0;
    if (size == sizeof narrow)
        return cl.clGetDeviceInfo(d, what, sizeof narrow, &narrow, NULL) == CL_SUCCESS
                   ? narrow
                   : 0;
    return cl.clGetDeviceInfo(d, what, sizeof wide, &wide, NULL) == CL_SUCCESS ? wide : 0;
}

static void words(cl_device_id d, cl_uint what, char *out, size_t cap)
{
    char text[512] = "";
    if (cl.clGetDeviceInfo(d, what, sizeof text - 1, text, NULL) != CL_SUCCESS)
        text[0] = '\0';
    text[sizeof text - 1] = '\0';
    snprintf(out, cap, "%s", text);
}

static void put_identity(cl_device_id d, struct ob_device_facts *f)
{
    unsigned char uuid[16];
    if (cl.clGetDeviceInfo(d, CL_DEVICE_UUID_KHR, sizeof uuid, uuid, NULL) != CL_SUCCESS)
        return;
    size_t at = 0;
    for (size_t i = 0; i < sizeof uuid; i++)
        at += (size_t)snprintf(f->identity + at, sizeof f->identity - at, "%s%02x",
                               i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
}

void opencl_describe(const struct opencl_found *found, size_t i,
                     struct ob_device_facts *f)
{
    const cl_device_id d = found->device[i];
    char driver[64], platform[96] = "";
    const uint64_t single = opencl_number(d, CL_DEVICE_SINGLE_FP_CONFIG, 8);
    const uint64_t needed =
        CL_FP_DENORM | CL_FP_ROUND_TO_NEAREST | CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT;
    *f = (struct ob_device_facts){ .api = "opencl", .index = i };
    words(d, CL_DEVICE_NAME, f->name, sizeof f->name);
    words(d, CL_DRIVER_VERSION, driver, sizeof driver);
    cl.clGetPlatformInfo(found->platform[i], CL_PLATFORM_NAME, sizeof platform - 1,
                         platform, NULL);
    platform[sizeof platform - 1] = '\0';
    snprintf(f->driver, sizeof f->driver, "%.60s %.60s", platform, driver);
    put_identity(d, f);
    f->memory = opencl_number(d, CL_DEVICE_GLOBAL_MEM_SIZE, 8);
    f->max_alloc = opencl_number(d, CL_DEVICE_MAX_MEM_ALLOC_SIZE, 8);
    f->units = (unsigned)opencl_number(d, CL_DEVICE_MAX_COMPUTE_UNITS, 4);
    f->clock_mhz = (unsigned)opencl_number(d, CL_DEVICE_MAX_CLOCK_FREQUENCY, 4);
    f->gpu = opencl_number(d, CL_DEVICE_TYPE, 8) & CL_DEVICE_TYPE_GPU;
    f->float64 = (opencl_number(d, CL_DEVICE_DOUBLE_FP_CONFIG, 8) & CL_FP_DENORM) != 0;
    f->exact = (single & needed) == needed;
}

bool opencl_each(void (*see)(void *ctx, const struct ob_device_facts *f), void *ctx,
                 struct ob_err *err)
{
    struct opencl_found found;
    if (!opencl_find(&found, err))
        return false;
    for (size_t i = 0; i < found.n; i++) {
        struct ob_device_facts f;
        opencl_describe(&found, i, &f);
        see(ctx, &f);
    }
    return true;
}
