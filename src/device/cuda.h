/*
 * What the files of the CUDA back end share: the libraries, the device, and how failures
 * are told. cuda_load.c finds the libraries, cuda.c is the device, cuda_memory.c its
 * memory, cuda_program.c compiles, cuda_blas.c multiplies matrices.
 */
#ifndef OB_SRC_DEVICE_CUDA_H
#define OB_SRC_DEVICE_CUDA_H

#include "cache.h"
#include "cuda_api.h"
#include "device_priv.h"

#define X(result, name, arguments) result(*name) arguments;
struct cuda_driver {
    OB_CUDA_DRIVER(X)
};
struct cuda_nvrtc {
    OB_CUDA_NVRTC(X)
};
struct cuda_cublas {
    OB_CUDA_CUBLAS(X)
};
#undef X

/* Filled by the functions below, and never unloaded: drivers leave threads behind. */
extern struct cuda_driver cu;
extern struct cuda_nvrtc rtc;
extern struct cuda_cublas blas;

/* Load a library, once a process, and say each time why it cannot be used. The driver is
 * started, too; of the others, which do not need it, the version that suits it is taken.
 * Any thread. */
bool cuda_load_driver(struct ob_err *err);
bool cuda_load_nvrtc(struct ob_err *err);
bool cuda_load_cublas(struct ob_err *err);

struct cuda {
    struct ob_device base;
    CUdevice device;
    CUcontext context;
    CUstream stream;
    unsigned serial; /* of this opening, from 1: which context a thread has */
    bool capturing;
    int capability; /* 90 of "sm_90" */

    unsigned char *stage; /* [CUDA_STAGE] pinned: bytes on their way to the device ... */
    size_t staged;        /* ... of which so many may still be read */

    cublasHandle_t product; /* NULL until it is asked for */
    CUdeviceptr workspace;
};

enum {
    CUDA_STAGE = 256 << 10,
    CUDA_STAGED_MOST = 32 << 10, /* what is longer is waited for */
};

static inline struct cuda *cuda_of(struct ob_device *d)
{
    return (struct cuda *)d;
}

/* Makes the context that of the calling thread. */
void cuda_enter(struct cuda *c);

/* "cuMemAlloc: CUDA_ERROR_OUT_OF_MEMORY: out of memory", and what it means. */
bool cuda_said(struct ob_err *err, const char *function, CUresult status);
/* The same kept as the device's failure. */
bool cuda_check(struct ob_device *d, const char *function, CUresult status);
#define CUDA_TRY(d, function, ...) cuda_check((d), #function, cu.function(__VA_ARGS__))

/* ---- cuda_memory.c ---- */

bool cuda_alloc(struct ob_device *d, struct ob_device_mem *m, struct ob_err *err);
void cuda_free(struct ob_device *d, struct ob_device_mem *m);
void cuda_upload(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                 const void *from, uint64_t n);
void cuda_download(struct ob_device *d, struct ob_device_mem *m, uint64_t at, void *to,
                   uint64_t n);
void cuda_copy(struct ob_device *d, struct ob_device_mem *to, uint64_t to_at,
               struct ob_device_mem *from, uint64_t from_at, uint64_t n);
void cuda_zero(struct ob_device *d, struct ob_device_mem *m, uint64_t at, uint64_t n);
void *cuda_host_alloc(struct ob_device *d, uint64_t bytes, struct ob_err *err);
void cuda_host_free(struct ob_device *d, void *p);
void cuda_fetch(struct ob_device *d, struct ob_device_mem *m, uint64_t at, void *to,
                uint64_t n);
void cuda_send(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
               const void *from, uint64_t n);

/* ---- cuda_nvrtc.c, which needs no driver ---- */

enum { CUDA_OPTIONS = 32 };

/* What is asked of the compiler. Machine code where it knows the card exactly, else PTX
 * for the newest card that it knows and that is not newer, which the driver then
 * translates. */
struct cuda_order {
    char arch[40];
    bool exact;
    const char *option[CUDA_OPTIONS];
    int n;
    char *defined; /* what the options of the defines point into */
};

/* For a card of that capability, 90 of "sm_90". False where NVRTC knows none that old. */
bool cuda_order_init(struct cuda_order *o, int capability, const char *const *define,
                     struct ob_err *err);
void cuda_order_finish(struct cuda_order *o);
/* What the image of a text is kept under, for a card of that name. */
bool cuda_order_key(const struct cuda_order *o, const char *card, const char *text,
                    struct ob_cache_key *key, struct ob_err *err);

/* Appends machine code or PTX (with its NUL) to `image`, all that was said to `log`. */
bool cuda_compile(const struct cuda_order *o, const char *text, struct ob_buf *image,
                  struct ob_buf *log, struct ob_err *err);

/* ---- cuda_program.c ---- */

bool cuda_build(struct ob_device *d, const char *text, const char *const *define,
                struct ob_device_program *p, struct ob_err *err);
void cuda_program_free(struct ob_device *d, struct ob_device_program *p);
bool cuda_kernel(struct ob_device *d, struct ob_device_program *p, const char *name,
                 struct ob_device_kernel *k, struct ob_err *err);

/* ---- cuda_blas.c ---- */

bool cuda_gemm_ready(struct ob_device *d, struct ob_err *err);
void cuda_gemm(struct ob_device *d, const struct ob_device_gemm *g);
void cuda_gemm_finish(struct cuda *c);

#endif
