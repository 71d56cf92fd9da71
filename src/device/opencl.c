#include <config.h>

#include "opencl.h"

#include <stdlib.h>

#include "optbench/base/mem.h"

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
        device_fail(d, opencl_meaning(code), "%s: %s (%d)", function, opencl_code(code),
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

/* What kernels share at most is what course_persist does of a linear model with
 * penalties, in float64: 35 KiB. */
static bool holds_groups(cl_device_id d, struct ob_err *err)
{
    enum { LOCAL = 36 << 10 };
    if (opencl_number(d, CL_DEVICE_MAX_WORK_GROUP_SIZE, 8) < OB_DEVICE_LANES)
        return ob_fail(err, OB_EDEVICE, "its work-groups hold fewer than %d work-items",
                       (int)OB_DEVICE_LANES);
    return opencl_number(d, CL_DEVICE_LOCAL_MEM_SIZE, 8) >= LOCAL ||
           ob_fail(err, OB_EDEVICE, "its work-groups share less than %d bytes of memory",
                   (int)LOCAL);
}

static bool open_device(size_t index, struct ob_device **out, struct ob_err *err)
{
    struct opencl_found found;
    cl_int code = CL_SUCCESS;
    if (!opencl_find(&found, err))
        return false;
    if (index >= found.n)
        return ob_fail(err, OB_EDEVICE, "there is no opencl:%zu, but %zu device%s", index,
                       found.n, found.n == 1 ? ", opencl:0" : "s");
    struct opencl *o = ob_xcalloc(1, sizeof *o);
    o->base.type = &ob_device_opencl;
    o->device = found.device[index];
    opencl_describe(&found, index, &o->base.facts);
    const char *function = "clCreateContext";
    if (!holds_groups(o->device, err))
        goto fail;
    o->context = cl.clCreateContext(NULL, 1, &o->device, NULL, NULL, &code);
    if (code == CL_SUCCESS) {
        function = "clCreateCommandQueue";
        o->queue = cl.clCreateCommandQueue(o->context, o->device, 0, &code);
    }
    if (!opencl_said(err, function, code))
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
        return ob_fail(err, opencl_meaning(code),
                       "%zu bytes of device memory: clCreateBuffer: %s (%d)",
                       (size_t)m->bytes, opencl_code(code), (int)code);
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

static void sync_queue(struct ob_device *d)
{
    check(d, "clFinish", cl.clFinish(of(d)->queue));
}

static void *host_alloc(struct ob_device *d, uint64_t bytes, struct ob_err *err)
{
    (void)d;
    return ob_alloc(bytes, 1, err);
}

/* A copy may still be on its way there. */
static void host_free(struct ob_device *d, void *p)
{
    sync_queue(d);
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
    bool done = opencl_said(err, "clCreateProgramWithSource", code);
    if (done) {
        code = cl.clBuildProgram(made, 1, &o->device, ob_buf_text(&options), NULL, NULL);
        done = code == CL_SUCCESS;
        if (code == CL_BUILD_PROGRAM_FAILURE)
            tell_log(o, made, err);
        else
            opencl_said(err, "clBuildProgram", code);
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
    return opencl_said(err, name, code);
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

const struct ob_device_type ob_device_opencl = {
    .api = "opencl",
    .each = opencl_each,
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
