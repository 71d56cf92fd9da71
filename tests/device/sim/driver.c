/* The driver API, as far as it is used: what the calls are is declared by the back end's
 * own table, and checked against it. */
#include "../../../src/device/cuda_api.h"
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every function of the table is here, with that type: a missing one does not link. */
#define X(result, name, args) SIM_API result name args;
OB_CUDA_DRIVER(X)
#undef X

struct CUctx_st {
    int device, retained;
};

static struct CUctx_st contexts[16];

/* ---- what there is ---- */

CUresult cuInit(unsigned int flags)
{
    int rc = sim_enter("cuInit", SIM_ANYWHERE, SIM_UNKNOWN);
    if (rc == SIM_GO)
        rc = flags               ? SIM_INVALID_VALUE
             : sim.devices == 0  ? SIM_NO_DEVICE
             : sim_memory_init() ? SIM_OK
                                 : SIM_OUT_OF_MEMORY;
    sim_lanes_watch();
    return sim_leave(rc);
}

CUresult cuDriverGetVersion(int *version)
{
    int rc = sim_enter("cuDriverGetVersion", SIM_ANYWHERE, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        *version = sim.driver;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

static const struct {
    int code;
    const char *name, *words;
} errors[] = {
    { 0, "CUDA_SUCCESS", "no error" },
    { 1, "CUDA_ERROR_INVALID_VALUE", "invalid argument" },
    { 2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory" },
    { 3, "CUDA_ERROR_NOT_INITIALIZED", "initialization error" },
    { 34, "CUDA_ERROR_STUB_LIBRARY", "CUDA driver is a stub library" },
    { 46, "CUDA_ERROR_DEVICE_UNAVAILABLE",
      "CUDA-capable device(s) is/are busy or unavailable" },
    { 100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected" },
    { 101, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal" },
    { 200, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid" },
    { 201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context" },
    { 209, "CUDA_ERROR_NO_BINARY_FOR_GPU",
      "no kernel image is available for execution on the device" },
    { 400, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle" },
    { 500, "CUDA_ERROR_NOT_FOUND", "named symbol not found" },
    { 600, "CUDA_ERROR_NOT_READY", "device not ready" },
    { 700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered" },
    { 701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES",
      "too many resources requested for launch" },
    { 719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure" },
    { 801, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported" },
    { 900, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
      "operation not permitted when stream is capturing" },
    { 901, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
      "operation failed due to a previous error during capture" },
    { 999, "CUDA_ERROR_UNKNOWN", "unknown error" },
};

static CUresult explain(CUresult code, const char **out, bool name)
{
    *out = NULL;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].code == code)
            *out = name ? errors[i].name : errors[i].words;
    return *out ? SIM_OK : SIM_INVALID_VALUE;
}

CUresult cuGetErrorName(CUresult code, const char **out)
{
    return explain(code, out, true);
}

CUresult cuGetErrorString(CUresult code, const char **out)
{
    return explain(code, out, false);
}

CUresult cuDeviceGetCount(int *n)
{
    int rc = sim_enter("cuDeviceGetCount", SIM_INITIALIZED, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        *n = sim.devices;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

CUresult cuDeviceGet(CUdevice *out, int i)
{
    int rc = sim_enter("cuDeviceGet", SIM_INITIALIZED, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        *out = i;
        rc = i >= 0 && i < sim.devices ? SIM_OK : SIM_INVALID_DEVICE;
    }
    return sim_leave(rc);
}

CUresult cuDeviceGetName(char *name, int size, CUdevice device)
{
    int rc = sim_enter("cuDeviceGetName", SIM_INITIALIZED, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        snprintf(name, (size_t)size, "Simulated GPU %d", device);
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

CUresult cuDeviceGetUuid_v2(CUuuid *uuid, CUdevice device)
{
    int rc = sim_enter("cuDeviceGetUuid_v2", SIM_INITIALIZED, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        for (int i = 0; i < 16; i++)
            uuid->bytes[i] = (char)(0x51 + 11 * i + device);
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

CUresult cuDeviceGetPCIBusId(char *id, int size, CUdevice device)
{
    int rc = sim_enter("cuDeviceGetPCIBusId", SIM_INITIALIZED, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        snprintf(id, (size_t)size, "0000:%02X:00.0", device + 1);
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute what, CUdevice device)
{
    (void)device;
    int rc = sim_enter("cuDeviceGetAttribute", SIM_INITIALIZED, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        *value = what == OB_CU_MAJOR             ? sim.cc / 10
                 : what == OB_CU_MINOR           ? sim.cc % 10
                 : what == OB_CU_MULTIPROCESSORS ? sim.units
                 : what == OB_CU_CLOCK_RATE      ? 1000000
                                                 : 0;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device)
{
    (void)device;
    int rc = sim_enter("cuDeviceTotalMem_v2", SIM_INITIALIZED, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        *bytes = sim.memory;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total)
{
    int rc = sim_enter("cuMemGetInfo_v2", SIM_CONTEXT, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        *free_bytes = sim.memory - sim_memory_used();
        *total = sim.memory;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

/* ---- contexts ---- */

CUresult cuDevicePrimaryCtxRetain(CUcontext *out, CUdevice device)
{
    int rc = sim_enter("cuDevicePrimaryCtxRetain", SIM_INITIALIZED, SIM_OUT_OF_MEMORY);
    if (rc == SIM_GO && (device < 0 || device >= sim.devices || device > 15))
        rc = SIM_INVALID_DEVICE;
    if (rc == SIM_GO) {
        *out = &contexts[device];
        (*out)->retained++;
        sim_count("retained context", 1);
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device)
{
    int rc = sim_enter("cuDevicePrimaryCtxRelease_v2", SIM_INITIALIZED, SIM_UNKNOWN);
    bool ours = device >= 0 && device < 16 && contexts[device].retained;
    if (rc == SIM_GO && !ours)
        rc = SIM_INVALID_CONTEXT;
    if (sim_gives_back(rc) && ours) {
        sim_count("retained context", -1);
        rc = rc == SIM_GO ? SIM_OK : rc;
        if (!--contexts[device].retained)
            sim.sticky = 0;
    }
    return sim_leave(rc);
}

CUresult cuCtxSetCurrent(CUcontext context)
{
    int rc = sim_enter("cuCtxSetCurrent", SIM_INITIALIZED, SIM_INVALID_CONTEXT);
    if (rc == SIM_GO) {
        rc = context && !context->retained ? SIM_INVALID_CONTEXT : SIM_OK;
        if (!rc)
            sim_current = context;
    }
    return sim_leave(rc);
}

/* ---- memory ---- */

CUresult cuMemAlloc_v2(CUdeviceptr *out, size_t bytes)
{
    int rc = sim_enter("cuMemAlloc_v2", SIM_UNCAPTURED, SIM_OUT_OF_MEMORY);
    if (rc == SIM_GO) {
        uint64_t address = 0;
        rc = sim_memory_alloc(bytes, &address);
        *out = address;
    }
    return sim_leave(rc);
}

/* Waits, as the real one does. What a dead context holds is given back all the same. */
CUresult cuMemFree_v2(CUdeviceptr p)
{
    int rc = sim_enter("cuMemFree_v2", SIM_UNCAPTURED, SIM_INVALID_VALUE);
    if (sim_gives_back(rc)) {
        sim_stream_run_all();
        int freed = sim_memory_free(p);
        rc = rc == SIM_GO ? freed : rc;
    }
    return sim_leave(rc);
}

CUresult cuMemHostAlloc(void **out, size_t bytes, unsigned int flags)
{
    (void)flags;
    int rc = sim_enter("cuMemHostAlloc", SIM_UNCAPTURED, SIM_OUT_OF_MEMORY);
    if (rc == SIM_GO)
        rc = sim_host_alloc(bytes, out);
    return sim_leave(rc);
}

CUresult cuMemFreeHost(void *p)
{
    int rc = sim_enter("cuMemFreeHost", SIM_UNCAPTURED, SIM_INVALID_VALUE);
    if (sim_gives_back(rc)) {
        sim_stream_run_all();
        int freed = sim_host_free(p);
        rc = rc == SIM_GO ? freed : rc;
    }
    return sim_leave(rc);
}

/* Puts a copy into a stream; device addresses are looked at when it is asked for. */
static CUresult copy(const char *name, CUstream stream, const struct sim_work *w)
{
    int rc = sim_enter(name, SIM_CONTEXT, SIM_UNKNOWN);
    if (rc != SIM_GO)
        return sim_leave(rc);
    struct sim_stream *s = sim_stream_of(stream);
    bool to_host = w->kind == SIM_DOWN,
         from_host = w->kind == SIM_UP || w->kind == SIM_SET;
    if (!s)
        rc = SIM_INVALID_HANDLE;
    else if ((!to_host && !sim_memory_at(w->to, w->size)) ||
             (!from_host && !sim_memory_at(w->from, w->size))) {
        sim_fault("%s: %zu bytes are not all within an allocation", name, w->size);
        rc = SIM_INVALID_VALUE;
    } else if (((to_host || w->kind == SIM_UP) &&
                sim_memory_is_device((uintptr_t)w->host))) {
        sim_fault("%s: a device address is given as memory of the host", name);
        rc = SIM_INVALID_VALUE;
    } else {
        rc = sim_stream_put(s, w);
    }
    return sim_leave(rc);
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, size_t n, CUstream s)
{
    return copy(
        "cuMemcpyHtoDAsync_v2", s,
        &(struct sim_work){
            .kind = SIM_UP, .to = to, .host = (void *)(uintptr_t)from, .size = n });
}

CUresult cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, size_t n, CUstream s)
{
    return copy(
        "cuMemcpyDtoHAsync_v2", s,
        &(struct sim_work){ .kind = SIM_DOWN, .from = from, .host = to, .size = n });
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, size_t n, CUstream s)
{
    return copy(
        "cuMemcpyDtoDAsync_v2", s,
        &(struct sim_work){ .kind = SIM_COPY, .to = to, .from = from, .size = n });
}

CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value, size_t n, CUstream s)
{
    return copy(
        "cuMemsetD8Async", s,
        &(struct sim_work){ .kind = SIM_SET, .to = to, .value = value, .size = n });
}

/* ---- kernels ---- */

CUresult cuModuleLoadDataEx(CUmodule *out, const void *image, unsigned int options,
                            CUjit_option *option, void **value)
{
    (void)options, (void)option, (void)value;
    int rc = sim_enter("cuModuleLoadDataEx", SIM_UNCAPTURED, SIM_INVALID_IMAGE);
    if (rc == SIM_GO)
        rc = sim_module_load(image, (struct sim_module **)out);
    return sim_leave(rc);
}

CUresult cuModuleUnload(CUmodule m)
{
    int rc = sim_enter("cuModuleUnload", SIM_UNCAPTURED, SIM_UNKNOWN);
    if (sim_gives_back(rc)) {
        sim_stream_run_all();
        sim_module_free((struct sim_module *)m);
        rc = rc == SIM_GO ? SIM_OK : rc;
    }
    return sim_leave(rc);
}

CUresult cuModuleGetFunction(CUfunction *out, CUmodule m, const char *name)
{
    int rc = sim_enter("cuModuleGetFunction", SIM_CONTEXT, SIM_NOT_FOUND);
    if (rc == SIM_GO)
        rc = sim_module_kernel((struct sim_module *)m, name, (struct sim_kernel **)out);
    return sim_leave(rc);
}

CUresult cuLaunchKernel(CUfunction f, unsigned int gx, unsigned int gy, unsigned int gz,
                        unsigned int bx, unsigned int by, unsigned int bz,
                        unsigned int shared, CUstream stream, void **params, void **extra)
{
    int rc = sim_enter("cuLaunchKernel", SIM_CONTEXT, SIM_OUT_OF_RESOURCES);
    if (rc != SIM_GO)
        return sim_leave(rc);
    struct sim_stream *s = sim_stream_of(stream);
    struct sim_work w = {
        .kind = SIM_KERNEL, .kernel = (struct sim_kernel *)f, .groups = gx, .lanes = bx
    };
    const struct sim_kernel *k = w.kernel;
    if (!s || !k)
        return sim_leave(SIM_INVALID_HANDLE);
    if (gx == 0 || bx == 0 || gy != 1 || gz != 1 || by != 1 || bz != 1 || shared ||
        extra || k->arg[0] > SIM_ARGS || (k->arg[0] && !params))
        return sim_leave(SIM_INVALID_VALUE);
    if (bx > SIM_LANES || (k->bounds && bx > k->bounds))
        return sim_leave(SIM_OUT_OF_RESOURCES);
    for (unsigned i = 0; i < k->arg[0]; i++) {
        if (!params[i]) {
            sim_fault("%s: argument %u of %u is missing", k->name, i + 1, k->arg[0]);
            return sim_leave(SIM_INVALID_VALUE);
        }
        memcpy(&w.arg[i], params[i], k->arg[i + 1] & (SIM_POINTER - 1));
    }
    return sim_leave(sim_stream_put(s, &w));
}
