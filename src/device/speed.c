#include <config.h>

#include "optbench/device/speed.h"

#include <string.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/device/text.h"

enum {
    TRIES = 3,
    MOST = 1 << 20,      /* times in one try */
    TRY_NS = 5000000,    /* that a try takes, at least */
    GPU_BYTES = 1 << 28, /* of a copy: more than any cache */
    CPU_BYTES = 1 << 26,
};

struct bed {
    struct ob_device *device;
    struct ob_device_program *program;
    struct ob_device_kernel *mark;
    struct ob_device_mem *from, *to;
    void *host;
    uint64_t bytes;
};

static bool set_up(struct bed *b, struct ob_err *err)
{
    static const char text[] = "#include \"kernels/speed.h\"\n";
    static const char *const define[] = { "OB_REAL_BITS=32", NULL };
    const struct ob_device_facts *f = ob_device_facts(b->device);
    struct ob_buf whole = { 0 };
    b->bytes = f->gpu ? GPU_BYTES : CPU_BYTES;
    if (f->memory && b->bytes > f->memory / 16)
        b->bytes = f->memory / 16 / 8 * 8;
    if (f->max_alloc && b->bytes > f->max_alloc)
        b->bytes = f->max_alloc / 8 * 8;
    ob_device_text(text, &whole);
    b->program = ob_device_build(b->device, ob_buf_text(&whole), define, err);
    ob_buf_finish(&whole);
    if (!b->program)
        return false;
    b->mark = ob_device_kernel(b->device, b->program, "speed_mark", err);
    b->from = b->mark ? ob_device_alloc(b->device, b->bytes, err) : NULL;
    b->to = b->from ? ob_device_alloc(b->device, b->bytes, err) : NULL;
    b->host = b->to ? ob_device_host_alloc(b->device, b->bytes, err) : NULL;
    if (b->host)
        memset(b->host, 1, b->bytes);
    return b->host != NULL;
}

static void take_down(struct bed *b)
{
    ob_device_host_free(b->device, b->host);
    ob_device_free(b->device, b->to);
    ob_device_free(b->device, b->from);
    ob_device_program_free(b->device, b->program);
}

/* ---- what is timed ---- */

static void copy(struct bed *b)
{
    ob_device_copy(b->device, b->to, 0, b->from, 0, b->bytes);
}

static void send(struct bed *b)
{
    ob_device_send(b->device, b->to, 0, b->host, b->bytes);
}

static void fetch(struct bed *b)
{
    ob_device_fetch(b->device, b->from, 0, b->host, b->bytes);
}

static void launch(struct bed *b)
{
    const struct ob_device_arg arg[] = { OB_ARG(b->to), OB_ARG_U64(1) };
    ob_device_launch(b->device, b->mark, 1, arg, OB_COUNT(arg));
}

static void launch_and_wait(struct bed *b)
{
    launch(b);
    ob_device_sync(b->device, NULL);
}

/* Seconds of one call, of as many as a try takes; the best try. The first is not counted:
 * it meets caches that are cold, and memory that nobody has touched. */
static bool time_of(struct bed *b, void (*call)(struct bed *b), double *out,
                    struct ob_err *err)
{
    size_t times = 1;
    *out = 0;
    call(b);
    if (!ob_device_sync(b->device, err))
        return false;
    for (int i = 0; i < TRIES;) {
        const int64_t begun = ob_clock_ns();
        for (size_t k = 0; k < times; k++)
            call(b);
        if (!ob_device_sync(b->device, err))
            return false;
        const int64_t took = ob_clock_ns() - begun;
        if (took < TRY_NS && times < MOST) {
            times *= 2;
            continue;
        }
        const double each = (double)took * 1e-9 / (double)times;
        if (i++ == 0 || each < *out)
            *out = each;
    }
    return true;
}

bool ob_device_measure(struct ob_device *d, struct ob_device_speed *out,
                       struct ob_err *err)
{
    struct bed b = { .device = d };
    *out = (struct ob_device_speed){ 0 };
    bool ok = set_up(&b, err) && time_of(&b, copy, &out->copy, err) &&
              time_of(&b, send, &out->to, err) && time_of(&b, fetch, &out->from, err) &&
              time_of(&b, launch, &out->launch, err) &&
              time_of(&b, launch_and_wait, &out->wait, err);
    if (ok) {
        out->copy = 2 * (double)b.bytes / out->copy;
        out->to = (double)b.bytes / out->to;
        out->from = (double)b.bytes / out->from;
    }
    take_down(&b);
    return ok;
}
