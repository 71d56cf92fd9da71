#include <config.h>

#include "cuda.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/mem.h"

/* ---- failures and threads ---- */

bool cuda_check(struct ob_device *d, const char *function, CUresult status)
{
    struct ob_err err;
    if (cuda_said(&err, function, status))
        return true;
    device_fail(d, err.code, "%s", err.text);
    return false;
}

/* A device is opened on one thread and used on another; a thread may have several. */
static _Thread_local unsigned entered; /* serial of the device whose context it has */

void cuda_enter(struct cuda *c)
{
    if (entered != c->serial && cu.cuCtxSetCurrent(c->context) == OB_CU_SUCCESS)
        entered = c->serial;
}

/* ---- what there is ---- */

static int attribute(CUdevice device, CUdevice_attribute which)
{
    int value = 0;
    return cu.cuDeviceGetAttribute(&value, which, device) == OB_CU_SUCCESS ? value : 0;
}

/* The number in "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sat ...". */
static void kernel_module(char *out, size_t cap)
{
    char text[256];
    const int fd = open("/proc/driver/nvidia/version", O_RDONLY | O_CLOEXEC);
    const ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    out[0] = '\0';
    text[n < 0 ? 0 : n] = '\0';
    for (char *word = text, *end; *word; word = *end ? end + 1 : end) {
        const size_t digits = strspn(word, "0123456789.");
        end = word + strcspn(word, " \n");
        if (digits && digits == (size_t)(end - word)) {
            snprintf(out, cap, ", driver %.*s", (int)digits, word);
            return;
        }
    }
}

static void put_driver(struct ob_device_facts *f)
{
    char module[48], compiler[24] = "no NVRTC";
    int version = 0, major = 0, minor = 0;
    cu.cuDriverGetVersion(&version);
    kernel_module(module, sizeof module);
    if (cuda_load_nvrtc(NULL) && rtc.nvrtcVersion(&major, &minor) == OB_NVRTC_SUCCESS)
        snprintf(compiler, sizeof compiler, "NVRTC %d.%d", major, minor);
    snprintf(f->driver, sizeof f->driver, "CUDA %d.%d%s, %s", version / 1000,
             version % 1000 / 10, module, compiler);
}

static void put_identity(CUdevice device, struct ob_device_facts *f)
{
    CUuuid uuid;
    if (cu.cuDeviceGetUuid_v2(&uuid, device) != OB_CU_SUCCESS) {
        cu.cuDeviceGetPCIBusId(f->identity, sizeof f->identity, device);
        return;
    }
    size_t at = (size_t)snprintf(f->identity, sizeof f->identity, "GPU-");
    for (size_t i = 0; i < sizeof uuid.bytes; i++)
        at += (size_t)snprintf(f->identity + at, sizeof f->identity - at, "%s%02x",
                               i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
                               (unsigned char)uuid.bytes[i]);
}

static int capability(CUdevice device)
{
    return 10 * attribute(device, OB_CU_MAJOR) + attribute(device, OB_CU_MINOR);
}

static bool describe(int index, CUdevice *device, struct ob_device_facts *f,
                     struct ob_err *err)
{
    size_t memory = 0;
    *f = (struct ob_device_facts){ .api = "cuda", .index = (size_t)index };
    if (!cuda_said(err, "cuDeviceGet", cu.cuDeviceGet(device, index)) ||
        !cuda_said(err, "cuDeviceGetName",
                   cu.cuDeviceGetName(f->name, sizeof f->name, *device)) ||
        !cuda_said(err, "cuDeviceTotalMem", cu.cuDeviceTotalMem_v2(&memory, *device)))
        return false;
    put_driver(f);
    put_identity(*device, f);
    snprintf(f->architecture, sizeof f->architecture, "sm_%d", capability(*device));
    f->memory = f->max_alloc = memory;
    f->units = (unsigned)attribute(*device, OB_CU_MULTIPROCESSORS);
    f->clock_mhz = (unsigned)attribute(*device, OB_CU_CLOCK_RATE) / 1000;
    f->gpu = f->float64 = f->exact = f->graphs = f->gemm = true;
    return true;
}

static bool count(int *n, struct ob_err *err)
{
    *n = 0;
    if (!cuda_load_driver(err) ||
        !cuda_said(err, "cuDeviceGetCount", cu.cuDeviceGetCount(n)))
        return false;
    return *n > 0 || ob_fail(err, OB_EDEVICE, "the driver of NVIDIA knows no device");
}

static bool each(void (*see)(void *ctx, const struct ob_device_facts *f), void *ctx,
                 struct ob_err *err)
{
    int n;
    if (!count(&n, err))
        return false;
    for (int i = 0; i < n; i++) {
        struct ob_device_facts f;
        CUdevice device;
        if (!describe(i, &device, &f, err))
            return false;
        see(ctx, &f);
    }
    return true;
}

/* ---- opening ---- */

/* In the order in which they depend on each other; half-built ones, too. */
static void close_device(struct ob_device *d)
{
    struct cuda *c = cuda_of(d);
    if (c->context) {
        cuda_enter(c);
        cuda_gemm_finish(c);
        if (c->stage)
            cu.cuMemFreeHost(c->stage);
        if (c->stream)
            cu.cuStreamDestroy_v2(c->stream);
        cu.cuCtxSetCurrent(NULL);
        entered = 0;
        cu.cuDevicePrimaryCtxRelease_v2(c->device);
    }
    free(c);
}

static bool start(struct cuda *c, struct ob_err *err)
{
    static atomic_uint openings;
    void *stage = NULL;
    if (!cuda_said(err, "cuDevicePrimaryCtxRetain",
                   cu.cuDevicePrimaryCtxRetain(&c->context, c->device)))
        return false;
    c->serial = atomic_fetch_add(&openings, 1) + 1;
    if (!cuda_said(err, "cuCtxSetCurrent", cu.cuCtxSetCurrent(c->context)))
        return false;
    entered = c->serial;
    if (!cuda_said(err, "cuStreamCreate",
                   cu.cuStreamCreate(&c->stream, OB_CU_STREAM_NON_BLOCKING)) ||
        !cuda_said(err, "cuMemHostAlloc", cu.cuMemHostAlloc(&stage, CUDA_STAGE, 0)))
        return false;
    c->stage = stage;
    return true;
}

static bool open_device(size_t index, struct ob_device **out, struct ob_err *err)
{
    int n;
    if (!count(&n, err))
        return false;
    if (index >= (size_t)n)
        return ob_fail(err, OB_EDEVICE, "there is no cuda:%zu, but %d device%s", index, n,
                       n == 1 ? ", cuda:0" : "s");
    if (!cuda_load_nvrtc(err))
        return false;
    struct cuda *c = ob_xcalloc(1, sizeof *c);
    c->base.type = &ob_device_cuda;
    if (!describe((int)index, &c->device, &c->base.facts, err) || !start(c, err)) {
        close_device(&c->base);
        return false;
    }
    c->capability = capability(c->device);
    *out = &c->base;
    return true;
}

/* ---- work ---- */

static void launch(struct ob_device *d, struct ob_device_kernel *k, size_t groups,
                   const struct ob_device_arg *arg, size_t args)
{
    CUdeviceptr address[OB_DEVICE_ARGS];
    void *param[OB_DEVICE_ARGS];
    for (size_t i = 0; i < args; i++) {
        param[i] = (void *)&arg[i].u64; /* of a union: all of them are there */
        if (arg[i].kind == OB_DEVICE_MEM) {
            address[i] = arg[i].mem ? arg[i].mem->handle.address : 0;
            param[i] = &address[i];
        }
    }
    cuda_enter(cuda_of(d));
    CUDA_TRY(d, cuLaunchKernel, k->handle, (unsigned)groups, 1, 1, OB_DEVICE_LANES, 1, 1,
             0, cuda_of(d)->stream, param, NULL);
}

static bool event(struct ob_device *d, struct ob_device_event *e, struct ob_err *err)
{
    CUevent made = NULL;
    cuda_enter(cuda_of(d));
    if (!cuda_said(err, "cuEventCreate",
                   cu.cuEventCreate(&made, OB_CU_EVENT_DISABLE_TIMING)))
        return false;
    e->handle = made;
    return true;
}

static void event_free(struct ob_device *d, struct ob_device_event *e)
{
    cuda_enter(cuda_of(d));
    CUDA_TRY(d, cuEventDestroy_v2, e->handle);
}

static void record(struct ob_device *d, struct ob_device_event *e)
{
    OB_REQUIRE(!cuda_of(d)->capturing);
    cuda_enter(cuda_of(d));
    CUDA_TRY(d, cuEventRecord, e->handle, cuda_of(d)->stream);
}

static bool done(struct ob_device *d, struct ob_device_event *e)
{
    cuda_enter(cuda_of(d));
    const CUresult status = cu.cuEventQuery(e->handle);
    if (status == OB_CU_NOT_READY)
        return false;
    cuda_check(d, "cuEventQuery", status);
    return true;
}

static void wait_for(struct ob_device *d, struct ob_device_event *e)
{
    cuda_enter(cuda_of(d));
    CUDA_TRY(d, cuEventSynchronize, e->handle);
}

static void sync_stream(struct ob_device *d)
{
    cuda_enter(cuda_of(d));
    if (CUDA_TRY(d, cuStreamSynchronize, cuda_of(d)->stream))
        cuda_of(d)->staged = 0;
}

/* ---- work that is written down ---- */

static void capture(struct ob_device *d)
{
    struct cuda *c = cuda_of(d);
    OB_REQUIRE(!c->capturing);
    cuda_enter(c);
    c->capturing = CUDA_TRY(d, cuStreamBeginCapture_v2, c->stream, OB_CU_CAPTURE_RELAXED);
}

static bool capture_end(struct ob_device *d, struct ob_device_graph *g,
                        struct ob_err *err)
{
    struct cuda *c = cuda_of(d);
    CUgraph graph = NULL;
    CUgraphExec runnable = NULL;
    cuda_enter(c);
    if (!c->capturing)
        return ob_fail(err, OB_EDEVICE, "nothing was captured");
    c->capturing = false;
    if (!cuda_said(err, "cuStreamEndCapture", cu.cuStreamEndCapture(c->stream, &graph)))
        return false;
    if (!cuda_said(err, "cuGraphInstantiate",
                   cu.cuGraphInstantiateWithFlags(&runnable, graph, 0))) {
        cu.cuGraphDestroy(graph);
        return false;
    }
    g->source = graph;
    g->handle = runnable;
    return true;
}

static void run(struct ob_device *d, struct ob_device_graph *g)
{
    OB_REQUIRE(!cuda_of(d)->capturing);
    cuda_enter(cuda_of(d));
    CUDA_TRY(d, cuGraphLaunch, g->handle, cuda_of(d)->stream);
}

static void graph_free(struct ob_device *d, struct ob_device_graph *g)
{
    cuda_enter(cuda_of(d));
    CUDA_TRY(d, cuGraphExecDestroy, g->handle);
    CUDA_TRY(d, cuGraphDestroy, g->source);
}

const struct ob_device_type ob_device_cuda = {
    .api = "cuda",
    .each = each,
    .open = open_device,
    .close = close_device,
    .alloc = cuda_alloc,
    .free = cuda_free,
    .upload = cuda_upload,
    .download = cuda_download,
    .copy = cuda_copy,
    .zero = cuda_zero,
    .host_alloc = cuda_host_alloc,
    .host_free = cuda_host_free,
    .fetch = cuda_fetch,
    .send = cuda_send,
    .build = cuda_build,
    .program_free = cuda_program_free,
    .kernel = cuda_kernel,
    .launch = launch,
    .event = event,
    .event_free = event_free,
    .record = record,
    .done = done,
    .wait = wait_for,
    .sync = sync_stream,
    .capture = capture,
    .capture_end = capture_end,
    .run = run,
    .graph_free = graph_free,
    .gemm_ready = cuda_gemm_ready,
    .gemm = cuda_gemm,
};
