/*
 * Libraries that are not what their names say, one a build:
 *
 *   STUB      a toolkit's libcuda, to link against: every call answers that it is a stub;
 *             and an OpenCL loader that finds no platform
 *   OLD       a driver, a compiler and a loader that know little of what is asked
 *   neither   a library with nothing in it
 */
#define API __attribute__((visibility("default")))

#if defined(STUB)
#    include "../../../src/device/cuda_api.h"
#    include "../../../src/device/opencl_api.h"

/* No call looks at what it gets. */
#    define X(result, name, args)                                                        \
        API int name(void)                                                               \
        {                                                                                \
            return OB_CU_STUB_LIBRARY;                                                   \
        }
OB_CUDA_DRIVER(X)
#    undef X
#    define X(result, name, args)                                                        \
        API int name(void)                                                               \
        {                                                                                \
            return CL_PLATFORM_NOT_FOUND_KHR;                                            \
        }
OPENCL_FUNCTIONS(X)
#    undef X

#elif defined(OLD)

API int cuInit(unsigned flags)
{
    return (int)flags;
}

API int nvrtcVersion(int *major, int *minor)
{
    *major = 7;
    *minor = 0;
    return 0;
}

API int cublasCreate_v2(void **out)
{
    *out = 0;
    return 1;
}

API int clGetPlatformIDs(unsigned n, void **platform, unsigned *count)
{
    (void)n, (void)platform;
    *count = 0;
    return 0;
}

#else

API int nothing_of_use = 1;

#endif
