#include <config.h>

#include "opencl_api.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device_priv.h"
#include "optbench/base/mem.h"

enum { MOST_PLATFORMS = 16, MOST_DEVICES = 64 };

/* ---- the library ---- */

#define X(result, name, arguments) result(*name) arguments;
static struct {
    OPENCL_FUNCTIONS(X)
} cl;
#undef X

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

static const char *code_name(cl_int code)
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

static enum ob_code meaning(cl_int code)
{
    return code == CL_MEM_OBJECT_ALLOCATION_FAILURE || code == CL_OUT_OF_RESOURCES ||
                   code == CL_OUT_OF_HOST_MEMORY || code == -61
               ? OB_ENOMEM
               : OB_EDEVICE;
}

static bool said(struct ob_err *err, const char *function, cl_int code)
{
    return code == CL_SUCCESS || ob_fail(err, meaning(code), "%s: %s (%d)", function,
                                         code_name(code), (int)code);
}

/* ---- what there is ---- */

struct found {
    cl_device_id device[MOST_DEVICES];
    cl_platform_id platform[MOST_DEVICES];
    size_t n;
};

static bool find(struct found *f, struct ob_err *err)
{
    cl_platform_id platform[MOST_PLATFORMS];
    cl_uint platforms = 0;
    f->n = 0;
    if (!load(err))
        return false;
    cl_int code = cl.clGetPlatformIDs(MOST_PLATFORMS, platform, &platforms);
    if (code == CL_PLATFORM_NOT_FOUND_KHR || (code == CL_SUCCESS && platforms == 0))
        return ob_fail(err, OB_EDEVICE, "OpenCL is there, but no driver for it");
    if (!said(err, "clGetPlatformIDs", code))
        return false;
    for (cl_uint i = 0; i < platforms && i < MOST_PLATFORMS; i++) {
        cl_uint n = 0;
        size_t left = MOST_DEVICES - f->n;
        if (cl.clGetDeviceIDs(platform[i], CL_DEVICE_TYPE_ALL, (cl_uint)left,
                              f->device + f->n, &n) != CL_SUCCESS)
            continue; /* a platform without devices says CL_DEVICE_NOT_FOUND */
        for (cl_uint k = 0; k < n && k < left; k++)
            f->platform[f->n++] = platform[i];
    }
    return f->n > 0 || ob_fail(err, OB_EDEVICE, "the OpenCL drivers know no device");
}

static uint64_t number(cl_device_id d, cl_uint what, size_t size)
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

static void describe(const struct found *found, size_t i, struct ob_device_facts *f)
{
    const cl_device_id d = found->device[i];
    char driver[64], platform[96] = "";
    const uint64_t single = number(d, CL_DEVICE_SINGLE_FP_CONFIG, 8);
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
    f->memory = number(d, CL_DEVICE_GLOBAL_MEM_SIZE, 8);
    f->max_alloc = number(d, CL_DEVICE_MAX_MEM_ALLOC_SIZE, 8);
    f->units = (unsigned)number(d, CL_DEVICE_MAX_COMPUTE_UNITS, 4);
    f->clock_mhz = (unsigned)number(d, CL_DEVICE_MAX_CLOCK_FREQUENCY, 4);
    f->gpu = number(d, CL_DEVICE_TYPE, 8) & CL_DEVICE_TYPE_GPU;
    f->float64 = (number(d, CL_DEVICE_DOUBLE_FP_CONFIG, 8) & CL_FP_DENORM) != 0;
    f->exact = (single & needed) == needed;
}

static bool each(void (*see)(void *ctx, const struct ob_device_facts *f), void *ctx,
                 struct ob_err *err)
{
    struct found found;
    if (!find(&found, err))
        return false;
    for (size_t i = 0; i < found.n; i++) {
        struct ob_device_facts f;
        describe(&found, i, &f);
        see(ctx, &f);
    }
    return true;
}

/* ---- opening ---- */

struct opencl {
    struct ob_device base;
    cl_device_id device;
    cl_context context;
    cl_command_queue queue;
};

static struct opencl *of(struct ob_device *d)
{
    return (struct opencl *)d;
}

static bool check(struct ob_device *d, const char *function, cl_int code)
{
    if (code != CL_SUCCESS)
        device_fail(d, meaning(code), "%s: %s (%d)", function, code_name(code),
                    (int)code);
    return code == CL_SUCCESS;
}

static void close_device(struct ob_device *d)
{
    struct opencl *o = of(d);
    if (o->queue)
        cl.clReleaseCommandQueue(o->queue);
    if (o->context)
        cl.clReleaseContext(o->context);
    free(o);
}

static bool open_device(size_t index, struct ob_device **out, struct ob_err *err)
{
    struct found found;
    cl_int code = CL_SUCCESS;
    if (!find(&found, err))
        return false;
    if (index >= found.n)
        return ob_fail(err, OB_EDEVICE, "there is no opencl:%zu, but %zu device%s", index,
                       found.n, found.n == 1 ? ", opencl:0" : "s");
    struct opencl *o = ob_xcalloc(1, sizeof *o);
    o->base.type = &device_opencl;
    o->device = found.device[index];
    describe(&found, index, &o->base.facts);
    const char *function = "clCreateContext";
    if (number(o->device, CL_DEVICE_MAX_WORK_GROUP_SIZE, 8) < OB_DEVICE_LANES) {
        ob_fail(err, OB_EDEVICE, "its work-groups hold fewer than %d work-items",
                (int)OB_DEVICE_LANES);
        goto fail;
    }
    o->context = cl.clCreateContext(NULL, 1, &o->device, NULL, NULL, &code);
    if (code == CL_SUCCESS) {
        function = "clCreateCommandQueue";
        o->queue = cl.clCreateCommandQueue(o->context, o->device, 0, &code);
    }
    if (!said(err, function, code))
        goto fail;
    *out = &o->base;
    return true;
fail:
    close_device(&o->base);
    return false;
}

/* ---- memory ---- */

static void zero(struct ob_device *d, struct ob_device_mem *m, uint64_t at, uint64_t n)
{
    const unsigned char none = 0;
    check(d, "clEnqueueFillBuffer",
          cl.clEnqueueFillBuffer(of(d)->queue, m->handle.pointer, &none, sizeof none, at,
                                 n, 0, NULL, NULL));
}

static bool alloc(struct ob_device *d, struct ob_device_mem *m, struct ob_err *err)
{
    cl_int code;
    m->handle.pointer =
        cl.clCreateBuffer(of(d)->context, CL_MEM_READ_WRITE, m->bytes, NULL, &code);
    if (code != CL_SUCCESS)
        return ob_fail(err, meaning(code),
                       "%zu bytes of device memory: clCreateBuffer: %s (%d)",
                       (size_t)m->bytes, code_name(code), (int)code);
    zero(d, m, 0, m->bytes);
    return true;
}

static void free_mem(struct ob_device *d, struct ob_device_mem *m)
{
    (void)d;
    cl.clReleaseMemObject(m->handle.pointer);
}

static void write_buffer(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                         const void *from, uint64_t n, cl_uint wait)
{
    check(d, "clEnqueueWriteBuffer",
          cl.clEnqueueWriteBuffer(of(d)->queue, m->handle.pointer, wait, at, n, from, 0,
                                  NULL, NULL));
}

static void read_buffer(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                        void *to, uint64_t n, cl_uint wait)
{
    check(d, "clEnqueueReadBuffer",
          cl.clEnqueueReadBuffer(of(d)->queue, m->handle.pointer, wait, at, n, to, 0,
                                 NULL, NULL));
}

static void upload(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                   const void *from, uint64_t n)
{
    write_buffer(d, m, at, from, n, CL_TRUE);
}

static void download(struct ob_device *d, struct ob_device_mem *m, uint64_t at, void *to,
                     uint64_t n)
{
    read_buffer(d, m, at, to, n, CL_TRUE);
}

static void fetch(struct ob_device *d, struct ob_device_mem *m, uint64_t at, void *to,
                  uint64_t n)
{
    read_buffer(d, m, at, to, n, CL_FALSE);
}

static void send_bytes(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                       const void *from, uint64_t n)
{
    write_buffer(d, m, at, from, n, CL_FALSE);
}

static void copy(struct ob_device *d, struct ob_device_mem *to, uint64_t to_at,
                 struct ob_device_mem *from, uint64_t from_at, uint64_t n)
{
    check(d, "clEnqueueCopyBuffer",
          cl.clEnqueueCopyBuffer(of(d)->queue, from->handle.pointer, to->handle.pointer,
                                 from_at, to_at, n, 0, NULL, NULL));
}

static void *host_alloc(struct ob_device *d, uint64_t bytes, struct ob_err *err)
{
    (void)d;
    return ob_alloc(bytes, 1, err);
}

static void host_free(struct ob_device *d, void *p)
{
    (void)d;
    free(p);
}

/* ---- programs ---- */

static void tell_log(struct opencl *o, cl_program p, struct ob_err *err)
{
    struct ob_buf first = { 0 };
    size_t n = 0;
    cl.clGetProgramBuildInfo(p, o->device, CL_PROGRAM_BUILD_LOG, 0, NULL, &n);
    char *log = ob_xcalloc(n + 1, 1);
    cl.clGetProgramBuildInfo(p, o->device, CL_PROGRAM_BUILD_LOG, n, log, NULL);
    device_first_complaint(log, &first);
    ob_fail(err, OB_EFAIL, "a kernel was not compiled: %s", ob_buf_text(&first));
    ob_buf_finish(&first);
    free(log);
}

static bool build(struct ob_device *d, const char *text, const char *const *define,
                  struct ob_device_program *p, struct ob_err *err)
{
    struct opencl *o = of(d);
    struct ob_buf options = { 0 };
    cl_int code;
    ob_buf_adds(&options, "-cl-std=CL1.2 -cl-fp32-correctly-rounded-divide-sqrt");
    for (; *define; define++)
        ob_buf_addf(&options, " -D%s", *define);
    cl_program made = cl.clCreateProgramWithSource(o->context, 1, &text, NULL, &code);
    bool done = said(err, "clCreateProgramWithSource", code);
    if (done) {
        code = cl.clBuildProgram(made, 1, &o->device, ob_buf_text(&options), NULL, NULL);
        done = code == CL_SUCCESS;
        if (code == CL_BUILD_PROGRAM_FAILURE)
            tell_log(o, made, err);
        else
            said(err, "clBuildProgram", code);
        if (done)
            p->handle = made;
        else
            cl.clReleaseProgram(made);
    }
    ob_buf_finish(&options);
    return done;
}

static void program_free(struct ob_device *d, struct ob_device_program *p)
{
    (void)d;
    cl.clReleaseProgram(p->handle);
}

static bool kernel(struct ob_device *d, struct ob_device_program *p, const char *name,
                   struct ob_device_kernel *k, struct ob_err *err)
{
    cl_int code;
    (void)d;
    k->handle = cl.clCreateKernel(p->handle, name, &code);
    return said(err, name, code);
}

static void kernel_free(struct ob_device *d, struct ob_device_kernel *k)
{
    (void)d;
    cl.clReleaseKernel(k->handle);
}

static cl_int set(struct ob_device_kernel *k, cl_uint i, const struct ob_device_arg *arg)
{
    switch (arg->kind) {
    case OB_DEVICE_U32:
        return cl.clSetKernelArg(k->handle, i, sizeof arg->u32, &arg->u32);
    case OB_DEVICE_I32:
        return cl.clSetKernelArg(k->handle, i, sizeof arg->i32, &arg->i32);
    case OB_DEVICE_U64:
        return cl.clSetKernelArg(k->handle, i, sizeof arg->u64, &arg->u64);
    case OB_DEVICE_MEM:
        break;
    }
    cl_mem mem = arg->mem ? arg->mem->handle.pointer : NULL;
    return cl.clSetKernelArg(k->handle, i, sizeof mem, &mem);
}

static void launch(struct ob_device *d, struct ob_device_kernel *k, size_t groups,
                   const struct ob_device_arg *arg, size_t args)
{
    const size_t local = OB_DEVICE_LANES, global = groups * local;
    for (size_t i = 0; i < args; i++)
        if (!check(d, "clSetKernelArg", set(k, (cl_uint)i, &arg[i])))
            return;
    check(d, "clEnqueueNDRangeKernel",
          cl.clEnqueueNDRangeKernel(of(d)->queue, k->handle, 1, NULL, &global, &local, 0,
                                    NULL, NULL));
}

/* ---- order and time ---- */

static bool event(struct ob_device *d, struct ob_device_event *e, struct ob_err *err)
{
    (void)d, (void)e, (void)err; /* OpenCL makes one when it is recorded */
    return true;
}

static void event_free(struct ob_device *d, struct ob_device_event *e)
{
    (void)d;
    if (e->handle)
        cl.clReleaseEvent(e->handle);
}

static void record(struct ob_device *d, struct ob_device_event *e)
{
    cl_event made = NULL;
    event_free(d, e);
    e->handle = NULL;
    if (!check(d, "clEnqueueMarkerWithWaitList",
               cl.clEnqueueMarkerWithWaitList(of(d)->queue, 0, NULL, &made)))
        return;
    e->handle = made;
    check(d, "clFlush", cl.clFlush(of(d)->queue));
}

static bool done(struct ob_device *d, struct ob_device_event *e)
{
    cl_int status = CL_COMPLETE;
    if (!e->handle)
        return true;
    check(d, "clGetEventInfo",
          cl.clGetEventInfo(e->handle, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof status,
                            &status, NULL));
    return status <= CL_COMPLETE; /* below 0: it has failed, as waiting for it will say */
}

static void wait_for(struct ob_device *d, struct ob_device_event *e)
{
    cl_event one = e->handle;
    if (one)
        check(d, "clWaitForEvents", cl.clWaitForEvents(1, &one));
}

static void sync_queue(struct ob_device *d)
{
    check(d, "clFinish", cl.clFinish(of(d)->queue));
}

const struct device_type device_opencl = {
    .api = "opencl",
    .each = each,
    .open = open_device,
    .close = close_device,
    .alloc = alloc,
    .free = free_mem,
    .upload = upload,
    .download = download,
    .copy = copy,
    .zero = zero,
    .host_alloc = host_alloc,
    .host_free = host_free,
    .fetch = fetch,
    .send = send_bytes,
    .build = build,
    .program_free = program_free,
    .kernel = kernel,
    .kernel_free = kernel_free,
    .launch = launch,
    .event = event,
    .event_free = event_free,
    .record = record,
    .done = done,
    .wait = wait_for,
    .sync = sync_queue,
};
