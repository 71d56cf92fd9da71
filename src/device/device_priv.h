/*
 * What back ends are to device.c: one `const struct ob_device_type` each, listed in
 * devices.def. device.c keeps failures, bounds and sizes, so a back end is called with
 * sound arguments, and never after a failure that nobody was told of. Private to
 * src/device.
 */
#ifndef OB_DEVICE_PRIV_H
#define OB_DEVICE_PRIV_H

#include "optbench/device/device.h"

struct ob_device_type;

/* A back end's own device begins with this. */
struct ob_device {
    const struct ob_device_type *type;
    struct ob_device_facts facts;
    uint64_t used;        /* bytes */
    struct ob_err failed; /* OB_OK = nothing since somebody was told */
};

union device_handle {
    void *pointer;
    uint64_t address;
};

struct ob_device_mem {
    uint64_t bytes;
    union device_handle handle;
};

struct ob_device_kernel {
    void *handle;
    struct ob_device_kernel *next;
};

struct ob_device_program {
    void *handle;
    struct ob_device_kernel *kernel; /* those that were asked for, owned */
};

struct ob_device_event {
    void *handle;
    bool recorded;
};

struct ob_device_graph {
    void *handle, *source;
};

struct ob_device_type {
    const char *api;
    bool (*each)(void (*see)(void *ctx, const struct ob_device_facts *f), void *ctx,
                 struct ob_err *err);
    /* *out is heap memory of the back end; its facts are filled. */
    bool (*open)(size_t index, struct ob_device **out, struct ob_err *err);
    void (*close)(struct ob_device *d); /* everything has ended; frees d */

    /* Those that return bool tell themselves why not; the others call device_fail(). */
    bool (*alloc)(struct ob_device *d, struct ob_device_mem *m, struct ob_err *err);
    void (*free)(struct ob_device *d, struct ob_device_mem *m);
    void (*upload)(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                   const void *from, uint64_t n);
    void (*download)(struct ob_device *d, struct ob_device_mem *m, uint64_t at, void *to,
                     uint64_t n);
    void (*copy)(struct ob_device *d, struct ob_device_mem *to, uint64_t to_at,
                 struct ob_device_mem *from, uint64_t from_at, uint64_t n);
    void (*zero)(struct ob_device *d, struct ob_device_mem *m, uint64_t at, uint64_t n);
    void *(*host_alloc)(struct ob_device *d, uint64_t bytes, struct ob_err *err);
    void (*host_free)(struct ob_device *d, void *p);
    void (*fetch)(struct ob_device *d, struct ob_device_mem *m, uint64_t at, void *to,
                  uint64_t n);
    void (*send)(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                 const void *from, uint64_t n);
    bool (*build)(struct ob_device *d, const char *text, const char *const *define,
                  struct ob_device_program *p, struct ob_err *err);
    void (*program_free)(struct ob_device *d, struct ob_device_program *p);
    bool (*kernel)(struct ob_device *d, struct ob_device_program *p, const char *name,
                   struct ob_device_kernel *k, struct ob_err *err);
    void (*kernel_free)(struct ob_device *d, struct ob_device_kernel *k);
    void (*launch)(struct ob_device *d, struct ob_device_kernel *k, size_t groups,
                   const struct ob_device_arg *arg, size_t args);
    bool (*event)(struct ob_device *d, struct ob_device_event *e, struct ob_err *err);
    void (*event_free)(struct ob_device *d, struct ob_device_event *e);
    void (*record)(struct ob_device *d, struct ob_device_event *e);
    bool (*done)(struct ob_device *d, struct ob_device_event *e);
    void (*wait)(struct ob_device *d, struct ob_device_event *e);
    void (*sync)(struct ob_device *d);
    /* OPTIONAL: facts.graphs, facts.gemm. */
    void (*capture)(struct ob_device *d);
    bool (*capture_end)(struct ob_device *d, struct ob_device_graph *g,
                        struct ob_err *err);
    void (*run)(struct ob_device *d, struct ob_device_graph *g);
    void (*graph_free)(struct ob_device *d, struct ob_device_graph *g);
    bool (*gemm_ready)(struct ob_device *d, struct ob_err *err);
    void (*gemm)(struct ob_device *d, const struct ob_device_gemm *g);
};

extern const struct ob_device_type ob_device_opencl, ob_device_cuda;

/* Keeps the first failure. */
void device_fail(struct ob_device *d, enum ob_code code, const char *format, ...)
    OB_PRINTF(3, 4);

/* A library by the path in an environment variable, or by the first of `names` (ended by
 * NULL) that is there. NULL with OB_EDEVICE and the loader's words for the last one. */
void *device_library(const char *variable, const char *const *names, struct ob_err *err);

/* Fills the pointers of a table of functions: name [n], *at[n]. False with the first name
 * that the library lacks. */
struct device_symbol {
    const char *name;
    void *at; /* of the function pointer */
};
bool device_symbols(void *library, const struct device_symbol *symbol, size_t n,
                    struct ob_err *err);

/* What a compiler said, shortened to its first complaint. */
void device_first_complaint(const char *log, struct ob_buf *out);

#endif
