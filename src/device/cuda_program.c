#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "cuda.h"
#include "optbench/base/mem.h"

enum { MOST_ARCHS = 64, MOST_OPTIONS = 32, JIT_LOG = 4096 };

/* What is asked of the compiler. Machine code where it knows the card exactly, else PTX
 * for the newest card that it knows and that is not newer, which the driver then
 * translates. */
struct order {
    char arch[40];
    bool exact;
    const char *option[MOST_OPTIONS];
    int n;
    char *defined; /* what the options of the defines point into */
};

static bool rtc_said(struct ob_err *err, const char *function, nvrtcResult status)
{
    return status == OB_NVRTC_SUCCESS ||
           ob_fail(err, OB_EDEVICE, "%s: %s", function, rtc.nvrtcGetErrorString(status));
}

static bool choose_arch(struct order *o, int capability, struct ob_err *err)
{
    int n = 0, arch[MOST_ARCHS], best = 0;
    if (!rtc_said(err, "nvrtcGetNumSupportedArchs", rtc.nvrtcGetNumSupportedArchs(&n)))
        return false;
    if (n < 1 || n > MOST_ARCHS)
        return ob_fail(err, OB_EDEVICE, "NVRTC says that it knows %d architectures", n);
    if (!rtc_said(err, "nvrtcGetSupportedArchs", rtc.nvrtcGetSupportedArchs(arch)))
        return false;
    for (int i = 0; i < n; i++)
        if (arch[i] <= capability && arch[i] > best)
            best = arch[i];
    if (!best)
        return ob_fail(err, OB_EDEVICE,
                       "this NVRTC compiles for sm_%d and newer, the card is sm_%d: an "
                       "older one is needed",
                       arch[0], capability);
    o->exact = best == capability;
    snprintf(o->arch, sizeof o->arch, "--gpu-architecture=%s_%d",
             o->exact ? "sm" : "compute", best);
    return true;
}

/* IEEE arithmetic as it is written: nothing contracted, nothing flushed, nothing near. */
static void add_options(struct order *o, const char *const *define)
{
    static const char *const fixed[] = { "--fmad=false", "--ftz=false", "--prec-div=true",
                                         "--prec-sqrt=true", "--std=c++17" };
    size_t bytes = 1;
    o->option[o->n++] = o->arch;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        o->option[o->n++] = fixed[i];
    for (const char *const *d = define; *d; d++)
        bytes += strlen(*d) + 3;
    char *at = o->defined = ob_xmalloc(bytes);
    for (; *define; define++) {
        OB_REQUIRE(o->n < MOST_OPTIONS);
        o->option[o->n++] = at;
        at += snprintf(at, bytes, "-D%s", *define) + 1;
    }
}

static bool make_order(struct order *o, int capability, const char *const *define,
                       struct ob_err *err)
{
    *o = (struct order){ .n = 0 };
    if (!choose_arch(o, capability, err))
        return false;
    add_options(o, define);
    return true;
}

static bool key_of(const struct order *o, const char *text, struct ob_cache_key *key,
                   struct ob_err *err)
{
    const char *part[MOST_OPTIONS + 4] = { "cuda" };
    char version[48];
    int major = 0, minor = 0, n = 1;
    if (!rtc_said(err, "nvrtcVersion", rtc.nvrtcVersion(&major, &minor)))
        return false;
    snprintf(version, sizeof version, "nvrtc %d.%d", major, minor);
    part[n++] = version;
    for (int i = 0; i < o->n; i++)
        part[n++] = o->option[i];
    part[n++] = text;
    part[n] = NULL;
    *key = ob_cache_key(part);
    return true;
}

static void tell_log(nvrtcProgram p, struct ob_err *err)
{
    struct ob_buf first = { 0 };
    size_t n = 0;
    rtc.nvrtcGetProgramLogSize(p, &n);
    char *log = ob_xcalloc(n + 1, 1);
    if (n)
        rtc.nvrtcGetProgramLog(p, log);
    device_first_complaint(log, &first);
    ob_fail(err, OB_EFAIL, "a kernel was not compiled: %s", ob_buf_text(&first));
    ob_buf_finish(&first);
    free(log);
}

static bool take_image(nvrtcProgram p, bool exact, struct ob_buf *image,
                       struct ob_err *err)
{
    size_t n = 0;
    if (!rtc_said(err, exact ? "nvrtcGetCUBINSize" : "nvrtcGetPTXSize",
                  exact ? rtc.nvrtcGetCUBINSize(p, &n) : rtc.nvrtcGetPTXSize(p, &n)))
        return false;
    char *to = ob_buf_reserve(image, n);
    image->len += n;
    image->data[image->len] = '\0';
    return rtc_said(err, exact ? "nvrtcGetCUBIN" : "nvrtcGetPTX",
                    exact ? rtc.nvrtcGetCUBIN(p, to) : rtc.nvrtcGetPTX(p, to));
}

static bool compile(const struct order *o, const char *text, struct ob_buf *image,
                    struct ob_err *err)
{
    nvrtcProgram p = NULL;
    if (!rtc_said(err, "nvrtcCreateProgram",
                  rtc.nvrtcCreateProgram(&p, text, "optbench.cu", 0, NULL, NULL)))
        return false;
    const nvrtcResult status = rtc.nvrtcCompileProgram(p, o->n, o->option);
    bool done = false;
    if (status == OB_NVRTC_ERROR_COMPILATION)
        tell_log(p, err);
    else
        done = rtc_said(err, "nvrtcCompileProgram", status) &&
               take_image(p, o->exact, image, err);
    rtc.nvrtcDestroyProgram(&p);
    return done;
}

/* The driver's translation of PTX says in a log what it did not like. */
static bool load(const struct ob_buf *image, struct ob_device_program *p,
                 struct ob_err *err)
{
    char log[JIT_LOG] = "";
    CUjit_option option[] = { OB_CU_JIT_ERROR_LOG, OB_CU_JIT_ERROR_LOG_SIZE };
    void *value[] = { log, (void *)(uintptr_t)(sizeof log - 1) };
    CUmodule module = NULL;
    if (cuda_said(err, "cuModuleLoadDataEx",
                  cu.cuModuleLoadDataEx(&module, image->data, 2, option, value))) {
        p->handle = module;
        return true;
    }
    if (log[0] && err)
        return ob_fail(err, err->code, "%.*s (%.*s)", 200, err->text,
                       (int)strcspn(log, "\n"), log);
    return false;
}

static bool build(const struct order *o, const char *text, struct ob_device_program *p,
                  struct ob_err *err)
{
    struct ob_buf image = { 0 };
    struct ob_cache_key key;
    if (!key_of(o, text, &key, err))
        return false;
    bool kept = ob_cache_load(&key, &image), done = kept && load(&image, p, NULL);
    if (kept && !done)
        ob_cache_forget(&key); /* whole, and yet the driver does not take it */
    if (!done) {
        ob_buf_clear(&image);
        done = compile(o, text, &image, err) && load(&image, p, err);
        if (done)
            ob_cache_store(&key, image.data, image.len);
    }
    ob_buf_finish(&image);
    return done;
}

bool cuda_build(struct ob_device *d, const char *text, const char *const *define,
                struct ob_device_program *p, struct ob_err *err)
{
    struct order o;
    OB_REQUIRE(!cuda_of(d)->capturing);
    cuda_enter(cuda_of(d));
    if (!make_order(&o, cuda_of(d)->capability, define, err))
        return false;
    const bool done = build(&o, text, p, err);
    free(o.defined);
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
