/*
 * The part of NVIDIA's interfaces that is used: driver API, NVRTC, cuBLAS and NVML,
 * declared here so that neither building nor starting needs their headers or libraries.
 * Everything is found by dlsym() under the names below, which are the exported ones: the
 * headers map cuMemAlloc to cuMemAlloc_v2, dlsym() does not.
 *
 * X(result, name, (arguments)) declares one function. tests/unit/device/cuda_headers.c
 * compiles the same tables against NVIDIA's own headers (OB_CUDA_HEADERS) and proves
 * every signature, size and constant. Enumerations are ints here, as C passes them.
 *
 * Included by the CUDA back end and by NVML only.
 */
#ifndef OB_DEVICE_CUDA_API_H
#define OB_DEVICE_CUDA_API_H

#include <stddef.h>

#ifndef OB_CUDA_HEADERS
typedef int CUresult, CUdevice, CUdevice_attribute, CUstreamCaptureMode, CUjit_option;
typedef unsigned long long CUdeviceptr;
typedef struct CUctx_st *CUcontext;
typedef struct CUmod_st *CUmodule;
typedef struct CUfunc_st *CUfunction;
typedef struct CUstream_st *CUstream;
typedef struct CUevent_st *CUevent;
typedef struct CUgraph_st *CUgraph;
typedef struct CUgraphExec_st *CUgraphExec;
typedef struct {
    char bytes[16];
} CUuuid;

typedef int nvrtcResult;
typedef struct _nvrtcProgram *nvrtcProgram;

typedef int cublasStatus_t, cublasOperation_t, cublasMath_t, cublasAtomicsMode_t;
typedef struct cublasContext *cublasHandle_t;
typedef CUstream cudaStream_t;
#endif

#ifndef OB_NVML_HEADERS
typedef int nvmlReturn_t, nvmlTemperatureSensors_t;
typedef struct nvmlDevice_st *nvmlDevice_t;
typedef struct {
    unsigned int gpu, memory; /* percent */
} nvmlUtilization_t;
typedef struct {
    unsigned long long total, free, used; /* bytes */
} nvmlMemory_t;
#endif

/* Of libcuda.so.1, driver 470 (CUDA 11.4) or newer. */
#define OB_CUDA_DRIVER(X)                                                                \
    X(CUresult, cuInit, (unsigned int))                                                  \
    X(CUresult, cuDriverGetVersion, (int *))                                             \
    X(CUresult, cuGetErrorName, (CUresult, const char **))                               \
    X(CUresult, cuGetErrorString, (CUresult, const char **))                             \
    X(CUresult, cuDeviceGetCount, (int *))                                               \
    X(CUresult, cuDeviceGet, (CUdevice *, int))                                          \
    X(CUresult, cuDeviceGetName, (char *, int, CUdevice))                                \
    X(CUresult, cuDeviceGetUuid_v2, (CUuuid *, CUdevice))                                \
    X(CUresult, cuDeviceGetPCIBusId, (char *, int, CUdevice))                            \
    X(CUresult, cuDeviceGetAttribute, (int *, CUdevice_attribute, CUdevice))             \
    X(CUresult, cuDeviceTotalMem_v2, (size_t *, CUdevice))                               \
    X(CUresult, cuDevicePrimaryCtxRetain, (CUcontext *, CUdevice))                       \
    X(CUresult, cuDevicePrimaryCtxRelease_v2, (CUdevice))                                \
    X(CUresult, cuCtxSetCurrent, (CUcontext))                                            \
    X(CUresult, cuMemGetInfo_v2, (size_t *, size_t *))                                   \
    X(CUresult, cuMemAlloc_v2, (CUdeviceptr *, size_t))                                  \
    X(CUresult, cuMemFree_v2, (CUdeviceptr))                                             \
    X(CUresult, cuMemHostAlloc, (void **, size_t, unsigned int))                         \
    X(CUresult, cuMemFreeHost, (void *))                                                 \
    X(CUresult, cuMemcpyHtoDAsync_v2, (CUdeviceptr, const void *, size_t, CUstream))     \
    X(CUresult, cuMemcpyDtoHAsync_v2, (void *, CUdeviceptr, size_t, CUstream))           \
    X(CUresult, cuMemcpyDtoDAsync_v2, (CUdeviceptr, CUdeviceptr, size_t, CUstream))      \
    X(CUresult, cuMemsetD8Async, (CUdeviceptr, unsigned char, size_t, CUstream))         \
    X(CUresult, cuModuleLoadDataEx,                                                      \
      (CUmodule *, const void *, unsigned int, CUjit_option *, void **))                 \
    X(CUresult, cuModuleUnload, (CUmodule))                                              \
    X(CUresult, cuModuleGetFunction, (CUfunction *, CUmodule, const char *))             \
    X(CUresult, cuLaunchKernel,                                                          \
      (CUfunction, unsigned int, unsigned int, unsigned int, unsigned int, unsigned int, \
       unsigned int, unsigned int, CUstream, void **, void **))                          \
    X(CUresult, cuStreamCreate, (CUstream *, unsigned int))                              \
    X(CUresult, cuStreamDestroy_v2, (CUstream))                                          \
    X(CUresult, cuStreamSynchronize, (CUstream))                                         \
    X(CUresult, cuStreamBeginCapture_v2, (CUstream, CUstreamCaptureMode))                \
    X(CUresult, cuStreamEndCapture, (CUstream, CUgraph *))                               \
    X(CUresult, cuGraphInstantiateWithFlags,                                             \
      (CUgraphExec *, CUgraph, unsigned long long))                                      \
    X(CUresult, cuGraphLaunch, (CUgraphExec, CUstream))                                  \
    X(CUresult, cuGraphExecDestroy, (CUgraphExec))                                       \
    X(CUresult, cuGraphDestroy, (CUgraph))                                               \
    X(CUresult, cuEventCreate, (CUevent *, unsigned int))                                \
    X(CUresult, cuEventDestroy_v2, (CUevent))                                            \
    X(CUresult, cuEventRecord, (CUevent, CUstream))                                      \
    X(CUresult, cuEventQuery, (CUevent))                                                 \
    X(CUresult, cuEventSynchronize, (CUevent))

/* Of libnvrtc, version 11.2 or newer. */
#define OB_CUDA_NVRTC(X)                                                                 \
    X(nvrtcResult, nvrtcVersion, (int *, int *))                                         \
    X(const char *, nvrtcGetErrorString, (nvrtcResult))                                  \
    X(nvrtcResult, nvrtcGetNumSupportedArchs, (int *))                                   \
    X(nvrtcResult, nvrtcGetSupportedArchs, (int *))                                      \
    X(nvrtcResult, nvrtcCreateProgram,                                                   \
      (nvrtcProgram *, const char *, const char *, int, const char *const *,             \
       const char *const *))                                                             \
    X(nvrtcResult, nvrtcDestroyProgram, (nvrtcProgram *))                                \
    X(nvrtcResult, nvrtcCompileProgram, (nvrtcProgram, int, const char *const *))        \
    X(nvrtcResult, nvrtcGetProgramLogSize, (nvrtcProgram, size_t *))                     \
    X(nvrtcResult, nvrtcGetProgramLog, (nvrtcProgram, char *))                           \
    X(nvrtcResult, nvrtcGetPTXSize, (nvrtcProgram, size_t *))                            \
    X(nvrtcResult, nvrtcGetPTX, (nvrtcProgram, char *))                                  \
    X(nvrtcResult, nvrtcGetCUBINSize, (nvrtcProgram, size_t *))                          \
    X(nvrtcResult, nvrtcGetCUBIN, (nvrtcProgram, char *))

/* Of libcublas, version 11 or newer. */
#define OB_CUDA_CUBLAS(X)                                                                \
    X(cublasStatus_t, cublasCreate_v2, (cublasHandle_t *))                               \
    X(cublasStatus_t, cublasDestroy_v2, (cublasHandle_t))                                \
    X(cublasStatus_t, cublasGetVersion_v2, (cublasHandle_t, int *))                      \
    X(const char *, cublasGetStatusString, (cublasStatus_t))                             \
    X(cublasStatus_t, cublasSetStream_v2, (cublasHandle_t, cudaStream_t))                \
    X(cublasStatus_t, cublasSetWorkspace_v2, (cublasHandle_t, void *, size_t))           \
    X(cublasStatus_t, cublasSetMathMode, (cublasHandle_t, cublasMath_t))                 \
    X(cublasStatus_t, cublasSetAtomicsMode, (cublasHandle_t, cublasAtomicsMode_t))       \
    X(cublasStatus_t, cublasSgemm_v2,                                                    \
      (cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int,              \
       const float *, const float *, int, const float *, int, const float *, float *,    \
       int))                                                                             \
    X(cublasStatus_t, cublasDgemm_v2,                                                    \
      (cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int,              \
       const double *, const double *, int, const double *, int, const double *,         \
       double *, int))

/* Of libnvidia-ml.so.1, which comes with the driver. */
#define OB_CUDA_NVML(X)                                                                  \
    X(nvmlReturn_t, nvmlInit_v2, (void))                                                 \
    X(nvmlReturn_t, nvmlShutdown, (void))                                                \
    X(const char *, nvmlErrorString, (nvmlReturn_t))                                     \
    X(nvmlReturn_t, nvmlDeviceGetHandleByUUID, (const char *, nvmlDevice_t *))           \
    X(nvmlReturn_t, nvmlDeviceGetHandleByPciBusId_v2, (const char *, nvmlDevice_t *))    \
    X(nvmlReturn_t, nvmlDeviceGetUtilizationRates, (nvmlDevice_t, nvmlUtilization_t *))  \
    X(nvmlReturn_t, nvmlDeviceGetMemoryInfo, (nvmlDevice_t, nvmlMemory_t *))             \
    X(nvmlReturn_t, nvmlDeviceGetPowerUsage, (nvmlDevice_t, unsigned int *))             \
    X(nvmlReturn_t, nvmlDeviceGetTemperature,                                            \
      (nvmlDevice_t, nvmlTemperatureSensors_t, unsigned int *))

/* X(ours, value, theirs) */
#define OB_CUDA_CONSTANTS(X)                                                             \
    X(OB_CU_SUCCESS, 0, CUDA_SUCCESS)                                                    \
    X(OB_CU_OUT_OF_MEMORY, 2, CUDA_ERROR_OUT_OF_MEMORY)                                  \
    X(OB_CU_STUB_LIBRARY, 34, CUDA_ERROR_STUB_LIBRARY)                                   \
    X(OB_CU_NO_DEVICE, 100, CUDA_ERROR_NO_DEVICE)                                        \
    X(OB_CU_NOT_READY, 600, CUDA_ERROR_NOT_READY)                                        \
    X(OB_CU_CLOCK_RATE, 13, CU_DEVICE_ATTRIBUTE_CLOCK_RATE)                              \
    X(OB_CU_MULTIPROCESSORS, 16, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)               \
    X(OB_CU_MAJOR, 75, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)                     \
    X(OB_CU_MINOR, 76, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)                     \
    X(OB_CU_COOPERATIVE, 95, CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH)                     \
    X(OB_CU_STREAM_NON_BLOCKING, 1, CU_STREAM_NON_BLOCKING)                              \
    X(OB_CU_EVENT_DISABLE_TIMING, 2, CU_EVENT_DISABLE_TIMING)                            \
    X(OB_CU_CAPTURE_RELAXED, 2, CU_STREAM_CAPTURE_MODE_RELAXED)                          \
    X(OB_CU_JIT_ERROR_LOG, 5, CU_JIT_ERROR_LOG_BUFFER)                                   \
    X(OB_CU_JIT_ERROR_LOG_SIZE, 6, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES)                   \
    X(OB_NVRTC_SUCCESS, 0, NVRTC_SUCCESS)                                                \
    X(OB_NVRTC_ERROR_COMPILATION, 6, NVRTC_ERROR_COMPILATION)                            \
    X(OB_CUBLAS_SUCCESS, 0, CUBLAS_STATUS_SUCCESS)                                       \
    X(OB_CUBLAS_OP_N, 0, CUBLAS_OP_N)                                                    \
    X(OB_CUBLAS_OP_T, 1, CUBLAS_OP_T)                                                    \
    X(OB_CUBLAS_DEFAULT_MATH, 0, CUBLAS_DEFAULT_MATH)                                    \
    X(OB_CUBLAS_TF32_MATH, 3, CUBLAS_TF32_TENSOR_OP_MATH)                                \
    X(OB_CUBLAS_ATOMICS_NOT_ALLOWED, 0, CUBLAS_ATOMICS_NOT_ALLOWED)

#define OB_NVML_CONSTANTS(X)                                                             \
    X(OB_NVML_SUCCESS, 0, NVML_SUCCESS)                                                  \
    X(OB_NVML_TEMPERATURE_GPU, 0, NVML_TEMPERATURE_GPU)

enum ob_cuda_constant {
#define X(ours, value, theirs) ours = value,
    OB_CUDA_CONSTANTS(X) OB_NVML_CONSTANTS(X)
#undef X
};

#endif
