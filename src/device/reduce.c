#include "optbench/device/reduce.h"

#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/device/text.h"
#include "optbench/num/kernels.h"

struct ob_device_reduce {
    struct ob_device *device;
    struct ob_device_program *program;
    struct ob_device_kernel *chunks, *fold; /* of the program */
    struct ob_device_mem *part;             /* [OB_REDUCE_JOBS * chunks] doubles */
    uint64_t most;
};

static uint64_t chunks_of(uint64_t n)
{
    return n > OB_CHUNK ? (n - 1) / OB_CHUNK + 1 : 1;
}

uint64_t ob_device_reduce_bytes(uint64_t most)
{
    return OB_REDUCE_JOBS * sizeof(double) * chunks_of(most);
}

static bool build(struct ob_device_reduce *r, enum ob_dtype dtype, struct ob_err *err)
{
    const char *define[] = { dtype == OB_F32 ? "OB_REAL_BITS=32" : "OB_REAL_BITS=64",
                             NULL };
    struct ob_buf text = { 0 };
    ob_device_text(ob_device_file("kernels/reduce.h"), &text);
    r->program = ob_device_build(r->device, ob_buf_text(&text), define, err);
    ob_buf_finish(&text);
    if (!r->program)
        return false;
    r->chunks = ob_device_kernel(r->device, r->program, "reduce_chunks", err);
    r->fold =
        r->chunks ? ob_device_kernel(r->device, r->program, "reduce_fold", err) : NULL;
    return r->fold != NULL;
}

struct ob_device_reduce *ob_device_reduce_create(struct ob_device *d, enum ob_dtype dtype,
                                                 uint64_t most, struct ob_err *err)
{
    struct ob_device_reduce *r = ob_xcalloc(1, sizeof *r);
    r->device = d;
    r->most = most;
    r->part = ob_device_alloc(d, ob_device_reduce_bytes(most), err);
    if (r->part && build(r, dtype, err))
        return r;
    ob_device_reduce_destroy(r);
    return NULL;
}

void ob_device_reduce_destroy(struct ob_device_reduce *r)
{
    if (!r)
        return;
    ob_device_program_free(r->device, r->program);
    ob_device_free(r->device, r->part);
    free(r);
}

void ob_device_reduce(struct ob_device_reduce *r, uint64_t n,
                      const struct ob_reduce_job *job, size_t jobs,
                      struct ob_device_mem *out, uint64_t out_at)
{
    OB_REQUIRE(n <= r->most && jobs >= 1 && jobs <= OB_REDUCE_JOBS);
    const uint64_t chunks = chunks_of(n);
    struct ob_reduce_job of[OB_REDUCE_JOBS] = { 0 };
    uint32_t ops = 0;
    for (size_t i = 0; i < jobs; i++) {
        of[i] = job[i];
        ops |= (uint32_t)job[i].op << (8 * i);
    }
    const struct ob_device_arg arg[] = {
        OB_ARG(of[0].a),        OB_ARG(of[1].a),        OB_ARG(of[2].a),
        OB_ARG(of[3].a),        OB_ARG(of[0].b),        OB_ARG(of[1].b),
        OB_ARG(of[2].b),        OB_ARG(of[3].b),        OB_ARG_U64(of[0].a_at),
        OB_ARG_U64(of[1].a_at), OB_ARG_U64(of[2].a_at), OB_ARG_U64(of[3].a_at),
        OB_ARG_U64(of[0].b_at), OB_ARG_U64(of[1].b_at), OB_ARG_U64(of[2].b_at),
        OB_ARG_U64(of[3].b_at), OB_ARG_U32(ops),        OB_ARG_U64(n),
        OB_ARG_U64(chunks),     OB_ARG(r->part),        OB_ARG(out),
        OB_ARG_U64(out_at),
    };
    ob_device_launch(r->device, r->chunks, jobs * chunks, arg, sizeof arg / sizeof *arg);
    if (chunks == 1)
        return;
    const struct ob_device_arg fold[] = { OB_ARG(r->part), OB_ARG_U32(ops),
                                          OB_ARG_U64(chunks), OB_ARG(out),
                                          OB_ARG_U64(out_at) };
    ob_device_launch(r->device, r->fold, jobs, fold, sizeof fold / sizeof *fold);
}
