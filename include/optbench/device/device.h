/*
 * A device that computes: a GPU, or anything else that OpenCL or CUDA reaches. It has
 * memory of its own, one queue that runs what is put into it in order, and programs that
 * are compiled from text where they run.
 *
 * Both libraries are loaded when the first device is asked for, so the same program
 * starts with and without drivers. Whoever opened a device uses it from one thread.
 *
 * Calls that put work into the queue return nothing. The first failure is kept, in the
 * driver's words, later calls do nothing, and the next one that waits (a download, an
 * event, ob_device_sync()) tells it as OB_EDEVICE, or OB_ENOMEM where memory was lacking.
 */
#ifndef OB_DEVICE_DEVICE_H
#define OB_DEVICE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/num/dtype.h"

struct ob_device;
struct ob_device_mem;
struct ob_device_program;
struct ob_device_kernel;
struct ob_device_event;
struct ob_device_graph;

enum {
    OB_DEVICE_LANES = 256, /* work-items of a group, always */
    OB_DEVICE_ARGS = 40,   /* arguments of a kernel, at most */
    OB_DEVICE_NAME = 128,
};

/* What a device is. Texts come from drivers: make them safe before printing. */
struct ob_device_facts {
    char api[16];                /* "opencl", "cuda" */
    size_t index;                /* from 0, as in "cuda:1" */
    char name[OB_DEVICE_NAME];   /* as its maker calls it */
    char driver[OB_DEVICE_NAME]; /* versions of driver and of what compiles */
    char identity[64];           /* "GPU-5f0e...", or "" */
    char architecture[32];       /* "sm_90", or "" */
    uint64_t memory, max_alloc;  /* bytes, of all and of one allocation */
    unsigned units;              /* compute units, multiprocessors */
    unsigned clock_mhz;          /* 0 = not known */
    bool gpu;                    /* not a processor */
    bool float64;
    bool exact;  /* single division and square root are rounded correctly and denormal
                    numbers kept */
    bool graphs; /* ob_device_capture() works */
    bool gemm;   /* ob_device_gemm() works where ob_device_gemm_ready() says so */
};

/* Whether a device can keep the promise "the same bits", which needs doubles, too; else
 * why not is appended to `out`, as "it has no float64". */
bool ob_device_suits(const struct ob_device_facts *f, struct ob_buf *out);

/* ---- which there are ---- */

/* Calls see() for each device of one kind ("opencl", "cuda"), in the order of their
 * numbers. False with the reason where there is none: the library is not there or is not
 * one, the driver refuses, it knows no device. */
bool ob_devices_each(const char *api,
                     void (*see)(void *ctx, const struct ob_device_facts *f), void *ctx,
                     struct ob_err *err);

/* "opencl", "cuda", in the order in which `auto` looks; NULL behind the last. */
const char *ob_device_api(size_t i);

/* Whether `name` has the form of one: an api, or api:N. */
bool ob_device_name_ok(const char *name);

/* "cuda" is "cuda:0". False with OB_EDEVICE and the reason. */
bool ob_device_open(const char *name, struct ob_device **out, struct ob_err *err);
void ob_device_close(struct ob_device *d); /* waits; NULL is allowed */
const struct ob_device_facts *ob_device_facts(const struct ob_device *d);

/* ---- memory ---- */

/* Zeros; whole words. NULL with OB_ENOMEM and how much was asked for. */
struct ob_device_mem *ob_device_alloc(struct ob_device *d, uint64_t bytes,
                                      struct ob_err *err);
void ob_device_free(struct ob_device *d, struct ob_device_mem *m); /* NULL is allowed */
uint64_t ob_device_size(const struct ob_device_mem *m);            /* bytes */
uint64_t ob_device_used(const struct ob_device *d); /* bytes allocated through it */

/* Bytes [at, at + n) of device memory. `from` may change once upload has returned;
 * download waits for all work before it. */
void ob_device_upload(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                      const void *from, uint64_t n);
bool ob_device_download(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                        void *to, uint64_t n, struct ob_err *err);
void ob_device_copy(struct ob_device *d, struct ob_device_mem *to, uint64_t to_at,
                    struct ob_device_mem *from, uint64_t from_at, uint64_t n);
void ob_device_zero(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                    uint64_t n);

/* Host memory that ob_device_fetch() and ob_device_send() may use: they return at once,
 * and the bytes must stay until an event recorded behind has happened. */
void *ob_device_host_alloc(struct ob_device *d, uint64_t bytes, struct ob_err *err);
void ob_device_host_free(struct ob_device *d, void *p);
void ob_device_fetch(struct ob_device *d, struct ob_device_mem *m, uint64_t at, void *to,
                     uint64_t n);
void ob_device_send(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                    const void *from, uint64_t n);

/* ---- programs ---- */

/* Compiles a text (device/text.h) with "NAME=VALUE" defined for each of `define`, ended
 * by NULL; or takes it from a cache of the user. False with OB_EFAIL and what the
 * compiler said first: a mistake in a text of ours. */
struct ob_device_program *ob_device_build(struct ob_device *d, const char *text,
                                          const char *const *define, struct ob_err *err);
void ob_device_program_free(struct ob_device *d, struct ob_device_program *p);

/* A kernel of a program, which owns it. */
struct ob_device_kernel *ob_device_kernel(struct ob_device *d,
                                          struct ob_device_program *p, const char *name,
                                          struct ob_err *err);

struct ob_device_arg {
    enum { OB_DEVICE_MEM, OB_DEVICE_U32, OB_DEVICE_I32, OB_DEVICE_U64 } kind;
    union {
        struct ob_device_mem *mem; /* NULL = a null pointer */
        uint32_t u32;
        int32_t i32;
        uint64_t u64;
    };
};

#define OB_ARG(m)                                                                        \
    {                                                                                    \
        .kind = OB_DEVICE_MEM, .mem = (m)                                                \
    }
#define OB_ARG_U32(x)                                                                    \
    {                                                                                    \
        .kind = OB_DEVICE_U32, .u32 = (x)                                                \
    }
#define OB_ARG_I32(x)                                                                    \
    {                                                                                    \
        .kind = OB_DEVICE_I32, .i32 = (x)                                                \
    }
#define OB_ARG_U64(x)                                                                    \
    {                                                                                    \
        .kind = OB_DEVICE_U64, .u64 = (x)                                                \
    }

/* `groups` groups of OB_DEVICE_LANES; 0 groups are nothing. Real numbers travel in
 * memory. */
void ob_device_launch(struct ob_device *d, struct ob_device_kernel *k, size_t groups,
                      const struct ob_device_arg *arg, size_t args);

/* ---- order and time ---- */

struct ob_device_event *ob_device_event(struct ob_device *d, struct ob_err *err);
void ob_device_event_free(struct ob_device *d, struct ob_device_event *e);
/* It happens when all that was put into the queue before has ended; may be recorded
 * again. One that was never recorded has happened. */
void ob_device_record(struct ob_device *d, struct ob_device_event *e);
bool ob_device_done(struct ob_device *d, struct ob_device_event *e);
bool ob_device_wait(struct ob_device *d, struct ob_device_event *e, struct ob_err *err);

/* Waits until the queue is empty. False with the first failure since the last call that
 * told one. */
bool ob_device_sync(struct ob_device *d, struct ob_err *err);

/* With facts->graphs: what is put into the queue from here on is written down instead,
 * until the end; it can then be run any number of times. Only launches, copies and zeros
 * between device memory are allowed meanwhile. */
void ob_device_capture(struct ob_device *d);
struct ob_device_graph *ob_device_capture_end(struct ob_device *d, struct ob_err *err);
void ob_device_run(struct ob_device *d, struct ob_device_graph *g);
void ob_device_graph_free(struct ob_device *d, struct ob_device_graph *g);

/* ---- the maker's product of matrices ---- */

/* With facts->gemm: loads the maker's library, which takes up to a second. Asked once
 * before the first product, and before any capture. False with OB_EDEVICE where it is not
 * installed, or OB_ENOMEM. */
bool ob_device_gemm_ready(struct ob_device *d, struct ob_err *err);

/* C = op(A) op(B) + beta C, row-major, beta 0 or 1: op(A) [m, k], op(B) [k, n]; offsets
 * in elements. IEEE numbers of the dtype, in an order of its own: the same bits on the
 * same kind of device only. */
struct ob_device_gemm {
    enum ob_dtype dtype;
    bool trans_a, trans_b, add;
    size_t m, n, k;
    struct ob_device_mem *a, *b, *c;
    uint64_t a_at, b_at, c_at;
    size_t lda, ldb, ldc;
};
void ob_device_gemm(struct ob_device *d, const struct ob_device_gemm *g);

#endif
