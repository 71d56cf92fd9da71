/*
 * A session with a device from opening to closing, in which anything may fail: the last
 * line says "right", or "failed: REASON". Status 0 or 1; 3 where what came back is wrong
 * and nobody said so. Whatever fails, all is given back: sim.sh makes every call fail
 * once and has leaks counted.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "optbench/base/buf.h"
#include "optbench/device/device.h"
#include "optbench/device/text.h"

enum { N = 3000, ROUNDS = 5 };

static const char text[] =
    "#define OB_REAL_BITS 64\n"
    "#include \"kernels/kernel.h\"\n"
    "OB_KERNEL void next(OB_GLOBAL const double *x, OB_GLOBAL double *y, ob_u64 n)\n"
    "{\n"
    "    const ob_u64 i = OB_GROUP * OB_LANES + OB_LANE;\n"
    "    if (i < n)\n"
    "        y[i] = y[i] + 2.0 * x[i];\n"
    "}\n";

struct session {
    struct ob_device *d;
    struct ob_device_program *program;
    struct ob_device_kernel *next;
    struct ob_device_mem *x, *y;
    struct ob_device_event *event;
    struct ob_device_graph *graph;
    double *host;
    bool products;
};

static bool build(struct session *s, struct ob_err *err)
{
    static const char *const define[] = { NULL };
    struct ob_buf whole = { 0 };
    ob_device_text(text, &whole);
    s->program = ob_device_build(s->d, ob_buf_text(&whole), define, err);
    ob_buf_finish(&whole);
    return s->program && (s->next = ob_device_kernel(s->d, s->program, "next", err));
}

static bool start(struct session *s, const char *name, struct ob_err *err)
{
    if (!ob_device_open(name, &s->d, err) || !build(s, err) ||
        !(s->x = ob_device_alloc(s->d, N * sizeof(double), err)) ||
        !(s->y = ob_device_alloc(s->d, N * sizeof(double), err)) ||
        !(s->host = ob_device_host_alloc(s->d, N * sizeof(double), err)) ||
        !(s->event = ob_device_event(s->d, err)))
        return false;
    /* Products may be missing: then others are used. */
    s->products = ob_device_facts(s->d)->gemm && ob_device_gemm_ready(s->d, err);
    return true;
}

static void step(struct session *s)
{
    const struct ob_device_arg arg[] = { OB_ARG(s->x), OB_ARG(s->y), OB_ARG_U64(N) };
    ob_device_launch(s->d, s->next, (N + 255) / 256, arg, 3);
}

/* y = 0, then five times y += 2 x, two of them by a graph where there are graphs; then
 * y[0] = x[0..1] y[1..2] where there are products. */
static bool work(struct session *s, double *y, struct ob_err *err)
{
    static double x[N];
    for (int i = 0; i < N; i++)
        x[i] = i;
    ob_device_upload(s->d, s->x, 0, x, sizeof x);
    ob_device_zero(s->d, s->y, 0, sizeof x);
    for (int i = 0; i < ROUNDS - 2; i++)
        step(s);
    if (ob_device_facts(s->d)->graphs) {
        ob_device_capture(s->d);
        step(s);
        if (!(s->graph = ob_device_capture_end(s->d, err)))
            return false;
        ob_device_run(s->d, s->graph);
        ob_device_run(s->d, s->graph);
    } else {
        step(s);
        step(s);
    }
    ob_device_fetch(s->d, s->y, 0, s->host, N * sizeof *y);
    ob_device_record(s->d, s->event);
    if (s->products)
        ob_device_gemm(s->d, &(struct ob_device_gemm){ .dtype = OB_F64,
                                                       .m = 1,
                                                       .n = 1,
                                                       .k = 2,
                                                       .a = s->x,
                                                       .b = s->y,
                                                       .c = s->y,
                                                       .a_at = 1,
                                                       .b_at = 1,
                                                       .lda = 2,
                                                       .ldb = 1,
                                                       .ldc = 1 });
    while (!ob_device_done(s->d, s->event))
        ;
    return ob_device_wait(s->d, s->event, err) &&
           ob_device_download(s->d, s->y, 0, y, N * sizeof *y, err) &&
           ob_device_sync(s->d, err);
}

static bool right(const struct session *s, const double *y)
{
    const double each = 2 * ROUNDS;
    for (int i = 0; i < N; i++) {
        if (s->host[i] != each * i)
            return false;
        if (y[i] != (i == 0 && s->products ? each * (1 * 1 + 2 * 2) : each * i))
            return false;
    }
    return true;
}

static void finish(struct session *s)
{
    if (!s->d)
        return;
    ob_device_graph_free(s->d, s->graph);
    ob_device_event_free(s->d, s->event);
    ob_device_host_free(s->d, s->host);
    ob_device_free(s->d, s->x);
    ob_device_free(s->d, s->y);
    ob_device_program_free(s->d, s->program);
    ob_device_close(s->d);
}

int main(int argc, char **argv)
{
    static double y[N];
    struct session s = { 0 };
    struct ob_err err = { .code = OB_OK };
    int status = 1;
    if (!start(&s, argc > 1 ? argv[1] : "opencl", &err) || !work(&s, y, &err))
        printf("failed: %s\n", err.text);
    else
        status = right(&s, y) ? 0 : 3;
    if (status != 1)
        puts(status ? "wrong" : "right");
    finish(&s);
    return status;
}
