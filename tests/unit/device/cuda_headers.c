/* Compiled, never run, by cuda_headers.sh against NVIDIA's own headers: every function
 * that is found by dlsym() has the signature, and every constant the value, that is
 * declared in cuda_api.h. OB_NVML_HEADERS is defined where nvml.h is there, too. */
#define OB_CUDA_HEADERS
#include <cuda.h>

#include <cublas_v2.h>
#include <nvrtc.h>
#ifdef OB_NVML_HEADERS
#    include <nvml.h>
#endif

#include "src/device/cuda_api.h"

#define X(result, name, arguments)                                                       \
    _Static_assert(__builtin_types_compatible_p(__typeof__(name), result arguments),     \
                   "signature of " #name);
OB_CUDA_DRIVER(X)
OB_CUDA_NVRTC(X)
OB_CUDA_CUBLAS(X)
#ifdef OB_NVML_HEADERS
OB_CUDA_NVML(X)
#endif
#undef X

#define X(ours, value, theirs)                                                           \
    _Static_assert((long long)(theirs) == (value), "value of " #theirs);
OB_CUDA_CONSTANTS(X)
#ifdef OB_NVML_HEADERS
OB_NVML_CONSTANTS(X)
#endif
#undef X

/* What is declared as an int is as large as one, and what is passed by address is as
 * large as ours. */
#define SAME(ours, theirs)                                                               \
    _Static_assert(sizeof(ours) == sizeof(theirs), "size of " #theirs)
SAME(int, CUresult);
SAME(int, CUdevice);
SAME(int, CUdevice_attribute);
SAME(int, CUstreamCaptureMode);
SAME(int, CUjit_option);
SAME(int, nvrtcResult);
SAME(int, cublasStatus_t);
SAME(int, cublasOperation_t);
SAME(int, cublasMath_t);
SAME(int, cublasAtomicsMode_t);
SAME(unsigned long long, CUdeviceptr);
SAME(char[16], CUuuid);
SAME(void *, CUcontext);
#ifdef OB_NVML_HEADERS
SAME(int, nvmlReturn_t);
SAME(int, nvmlTemperatureSensors_t);
SAME(unsigned int[2], nvmlUtilization_t);
SAME(unsigned long long[3], nvmlMemory_t);
#endif
