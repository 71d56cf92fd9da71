/*
 * A driver of NVIDIA that takes programs and computes nothing: for nvrtc.sh, where the
 * real NVRTC compiles what experiments ask for and no card is needed. Memory is the
 * host's, what is launched does not happen. OPTBENCH_NOTHING_SM is the card, "90" for
 * sm_90.
 *
 * A program is refused that the compiler warns of, that is neither machine code nor PTX,
 * whose PTX has a fused multiply-add, or that lacks a kernel that is asked for.
 *
 * It stands for NVRTC, too, and is linked with it (NVRTC is its path), so that all but
 * one function are found there.
 */
#include "../../src/device/cuda_api.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INVALID_PTX = 218, NOT_FOUND = 500 };

/* Text of PTX; machine code, of which names are looked for, has its size in front. */
struct CUmod_st {
    size_t size;
    char *image;
};

#define IDLE(name, arguments)                                                            \
    CUresult name arguments                                                              \
    {                                                                                    \
        return OB_CU_SUCCESS;                                                            \
    }
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

IDLE(cuInit, (unsigned flags))
IDLE(cuDeviceGet, (CUdevice * device, int index))
IDLE(cuDevicePrimaryCtxRelease_v2, (CUdevice device))
IDLE(cuCtxSetCurrent, (CUcontext context))
IDLE(cuMemcpyHtoDAsync_v2, (CUdeviceptr to, const void *from, size_t n, CUstream s))
IDLE(cuMemcpyDtoHAsync_v2, (void *to, CUdeviceptr from, size_t n, CUstream s))
IDLE(cuMemcpyDtoDAsync_v2, (CUdeviceptr to, CUdeviceptr from, size_t n, CUstream s))
IDLE(cuMemsetD8Async, (CUdeviceptr to, unsigned char byte, size_t n, CUstream s))
IDLE(cuLaunchKernel,
     (CUfunction f, unsigned gx, unsigned gy, unsigned gz, unsigned x, unsigned y,
      unsigned z, unsigned shared, CUstream s, void **args, void **extra))
IDLE(cuStreamCreate, (CUstream * s, unsigned flags))
IDLE(cuStreamDestroy_v2, (CUstream s))
IDLE(cuStreamSynchronize, (CUstream s))
IDLE(cuStreamBeginCapture_v2, (CUstream s, CUstreamCaptureMode mode))
IDLE(cuStreamEndCapture, (CUstream s, CUgraph *graph))
IDLE(cuGraphInstantiateWithFlags, (CUgraphExec * e, CUgraph g, unsigned long long flags))
IDLE(cuGraphLaunch, (CUgraphExec e, CUstream s))
IDLE(cuGraphExecDestroy, (CUgraphExec e))
IDLE(cuGraphDestroy, (CUgraph g))
IDLE(cuEventCreate, (CUevent * e, unsigned flags))
IDLE(cuEventDestroy_v2, (CUevent e))
IDLE(cuEventRecord, (CUevent e, CUstream s))
IDLE(cuEventQuery, (CUevent e))
IDLE(cuEventSynchronize, (CUevent e))

CUresult cuDriverGetVersion(int *version)
{
    *version = 13000;
    return OB_CU_SUCCESS;
}

CUresult cuGetErrorName(CUresult status, const char **name)
{
    *name = status == INVALID_PTX ? "CUDA_ERROR_INVALID_PTX" : "CUDA_ERROR_NOT_FOUND";
    return OB_CU_SUCCESS;
}

CUresult cuGetErrorString(CUresult status, const char **words)
{
    *words = status == INVALID_PTX ? "invalid PTX" : "named symbol not found";
    return OB_CU_SUCCESS;
}

CUresult cuDeviceGetCount(int *n)
{
    *n = 1;
    return OB_CU_SUCCESS;
}

CUresult cuDeviceGetName(char *name, int n, CUdevice device)
{
    snprintf(name, (size_t)n, "nothing");
    return OB_CU_SUCCESS;
}

CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice device)
{
    memset(uuid, 0, sizeof *uuid);
    return OB_CU_SUCCESS;
}

CUresult cuDeviceGetPCIBusId(char *id, int n, CUdevice device)
{
    snprintf(id, (size_t)n, "0000:00:00.0");
    return OB_CU_SUCCESS;
}

CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute which, CUdevice device)
{
    const char *sm = getenv("OPTBENCH_NOTHING_SM");
    const int card = sm ? (int)strtol(sm, NULL, 10) : 90;
    *value = which == OB_CU_MAJOR ? card / 10 : which == OB_CU_MINOR ? card % 10 : 1;
    return OB_CU_SUCCESS;
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device)
{
    *bytes = (size_t)1 << 36;
    return OB_CU_SUCCESS;
}

CUresult cuMemGetInfo_v2(size_t *left, size_t *total)
{
    *left = *total = (size_t)1 << 36;
    return OB_CU_SUCCESS;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device)
{
    static char one;
    *context = (CUcontext)(void *)&one;
    return OB_CU_SUCCESS;
}

CUresult cuMemAlloc_v2(CUdeviceptr *p, size_t n)
{
    void *block = calloc(n, 1);
    *p = (CUdeviceptr)block;
    return block ? OB_CU_SUCCESS : OB_CU_OUT_OF_MEMORY;
}

CUresult cuMemFree_v2(CUdeviceptr p)
{
    free((void *)p);
    return OB_CU_SUCCESS;
}

CUresult cuMemHostAlloc(void **p, size_t n, unsigned flags)
{
    *p = calloc(n, 1);
    return *p ? OB_CU_SUCCESS : OB_CU_OUT_OF_MEMORY;
}

CUresult cuMemFreeHost(void *p)
{
    free(p);
    return OB_CU_SUCCESS;
}

/* The size of ELF's image: its table of sections stands at the end of it. */
static size_t elf_size(const unsigned char *elf)
{
    unsigned long long table;
    unsigned short each, n;
    memcpy(&table, elf + 0x28, sizeof table);
    memcpy(&each, elf + 0x3a, sizeof each);
    memcpy(&n, elf + 0x3c, sizeof n);
    return table + (size_t)each * n;
}

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned options,
                            CUjit_option *option, void **value)
{
    const int machine_code = memcmp(image, "\177ELF", 4) == 0;
    const char *wrong = NULL;
    if (!machine_code && !strstr(image, ".version"))
        wrong = "neither machine code nor PTX";
    else if (!machine_code && strstr(image, "fma."))
        wrong = "a multiplication and an addition were fused";
    if (wrong) {
        for (unsigned i = 0; i < options; i++)
            if (option[i] == OB_CU_JIT_ERROR_LOG)
                snprintf(value[i], 100, "%s", wrong);
        return INVALID_PTX;
    }
    *module = malloc(sizeof **module);
    (*module)->size = machine_code ? elf_size(image) : strlen(image);
    (*module)->image = malloc((*module)->size);
    memcpy((*module)->image, image, (*module)->size);
    return OB_CU_SUCCESS;
}

CUresult cuModuleUnload(CUmodule module)
{
    free(module->image);
    free(module);
    return OB_CU_SUCCESS;
}

CUresult cuModuleGetFunction(CUfunction *f, CUmodule module, const char *name)
{
    const size_t n = strlen(name);
    *f = (CUfunction)(void *)module;
    for (size_t i = 0; i + n <= module->size; i++)
        if (memcmp(module->image + i, name, n) == 0)
            return OB_CU_SUCCESS;
    return NOT_FOUND;
}

/* What the compiler warns of is a mistake here. */
nvrtcResult nvrtcCompileProgram(nvrtcProgram program, int n, const char *const *option)
{
    void *library = dlopen(NVRTC, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return OB_NVRTC_ERROR_COMPILATION;
    nvrtcResult (*compile)(nvrtcProgram, int, const char *const *) = (nvrtcResult(*)(
        nvrtcProgram, int, const char *const *))dlsym(library, "nvrtcCompileProgram");
    nvrtcResult (*log_size)(nvrtcProgram, size_t *) =
        (nvrtcResult(*)(nvrtcProgram, size_t *))dlsym(library, "nvrtcGetProgramLogSize");
    size_t said = 0;
    const nvrtcResult status = compile(program, n, option);
    log_size(program, &said);
    return status == OB_NVRTC_SUCCESS && said > 1 ? OB_NVRTC_ERROR_COMPILATION : status;
}
