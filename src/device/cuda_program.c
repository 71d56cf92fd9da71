#include <config.h>

#include <stdio.h>
#include <string.h>

#include "cuda.h"

enum { JIT_LOG = 4096 };

/* What stands behind the driver's words: the first line of what its translation of PTX
 * did not like, and whether the compiler is newer than the driver, which is why mostly.
 */
static bool tell_refusal(const struct ob_err *said, const char *log, struct ob_err *err)
{
    char newer[96] = "";
    int version = 0, major = 0, minor = 0;
    if (cu.cuDriverGetVersion(&version) == OB_CU_SUCCESS &&
        rtc.nvrtcVersion(&major, &minor) == OB_NVRTC_SUCCESS && major > version / 1000)
        snprintf(newer, sizeof newer,
                 " (NVRTC %d.%d is newer than the driver, CUDA %d.%d)", major, minor,
                 version / 1000, version % 1000 / 10);
    return ob_fail(err, said->code, "%s%s%.*s%s", said->text, log[0] ? ": " : "",
                   (int)strcspn(log, "\n"), log, newer);
}

static bool load(const struct ob_buf *image, struct ob_device_program *p,
                 struct ob_err *err)
{
    struct ob_err said;
    char log[JIT_LOG] = "";
    CUjit_option option[] = { OB_CU_JIT_ERROR_LOG, OB_CU_JIT_ERROR_LOG_SIZE };
    void *value[] = { log, (void *)(uintptr_t)(sizeof log - 1) };
    CUmodule module = NULL;
    if (!cuda_said(&said, "cuModuleLoadDataEx",
                   cu.cuModuleLoadDataEx(&module, image->data, 2, option, value)))
        return tell_refusal(&said, log, err);
    p->handle = module;
    return true;
}

/* Compiled anew, and kept. */
static bool make(const struct cuda_order *o, const char *text,
                 const struct ob_cache_key *key, struct ob_device_program *p,
                 struct ob_err *err)
{
    struct ob_buf image = { 0 }, log = { 0 };
    const bool done = cuda_compile(o, text, &image, &log, err) && load(&image, p, err);
    if (done)
        ob_cache_store(key, image.data, image.len);
    ob_buf_finish(&image);
    ob_buf_finish(&log);
    return done;
}

/* From the cache. What is whole there and yet not taken by the driver goes. */
static bool find(const struct ob_cache_key *key, struct ob_device_program *p)
{
    struct ob_buf image = { 0 };
    const bool kept = ob_cache_load(key, &image), done = kept && load(&image, p, NULL);
    if (kept && !done)
        ob_cache_forget(key);
    ob_buf_finish(&image);
    return done;
}

bool cuda_build(struct ob_device *d, const char *text, const char *const *define,
                struct ob_device_program *p, struct ob_err *err)
{
    struct cuda *c = cuda_of(d);
    struct cuda_order o;
    struct ob_cache_key key;
    OB_REQUIRE(!c->capturing);
    cuda_enter(c);
    if (!cuda_order_init(&o, c->capability, define, err))
        return false;
    const bool done = cuda_order_key(&o, d->facts.name, text, &key, err) &&
                      (find(&key, p) || make(&o, text, &key, p, err));
    cuda_order_finish(&o);
    return done;
}

void cuda_program_free(struct ob_device *d, struct ob_device_program *p)
{
    cuda_enter(cuda_of(d));
    CUDA_TRY(d, cuStreamSynchronize, cuda_of(d)->stream);
    CUDA_TRY(d, cuModuleUnload, p->handle);
}

bool cuda_kernel(struct ob_device *d, struct ob_device_program *p, const char *name,
                 struct ob_device_kernel *k, struct ob_err *err)
{
    CUfunction function = NULL;
    cuda_enter(cuda_of(d));
    if (!cuda_said(err, "cuModuleGetFunction",
                   cu.cuModuleGetFunction(&function, p->handle, name)))
        return ob_fail_at(err, "%s", name);
    k->handle = function;
    return true;
}
