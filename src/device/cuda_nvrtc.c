#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cuda.h"
#include "optbench/base/mem.h"

enum { MOST_ARCHS = 64 };

static bool rtc_said(struct ob_err *err, const char *function, nvrtcResult status)
{
    return status == OB_NVRTC_SUCCESS ||
           ob_fail(err, OB_EDEVICE, "%s: %s", function, rtc.nvrtcGetErrorString(status));
}

static bool choose_arch(struct cuda_order *o, int capability, struct ob_err *err)
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
static void add_options(struct cuda_order *o, const char *const *define)
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
        OB_REQUIRE(o->n < CUDA_OPTIONS);
        o->option[o->n++] = at;
        at += snprintf(at, bytes, "-D%s", *define) + 1;
    }
}

bool cuda_order_init(struct cuda_order *o, int capability, const char *const *define,
                     struct ob_err *err)
{
    *o = (struct cuda_order){ .n = 0 };
    if (!choose_arch(o, capability, err))
        return false;
    add_options(o, define);
    return true;
}

void cuda_order_finish(struct cuda_order *o)
{
    free(o->defined);
}

bool cuda_order_key(const struct cuda_order *o, const char *card, const char *text,
                    struct ob_cache_key *key, struct ob_err *err)
{
    const char *part[CUDA_OPTIONS + 5] = { "cuda", card };
    char version[48];
    int major = 0, minor = 0, n = 2;
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

static void add_log(nvrtcProgram p, struct ob_buf *log)
{
    size_t n = 0; /* with its NUL */
    if (rtc.nvrtcGetProgramLogSize(p, &n) != OB_NVRTC_SUCCESS || n < 2)
        return;
    char *text = ob_xcalloc(n + 1, 1);
    rtc.nvrtcGetProgramLog(p, text);
    ob_buf_adds(log, text);
    free(text);
}

static bool tell_log(const struct ob_buf *log, struct ob_err *err)
{
    struct ob_buf first = { 0 };
    device_first_complaint(ob_buf_text(log), &first);
    ob_fail(err, OB_EFAIL, "a kernel was not compiled: %s", ob_buf_text(&first));
    ob_buf_finish(&first);
    return false;
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

bool cuda_compile(const struct cuda_order *o, const char *text, struct ob_buf *image,
                  struct ob_buf *log, struct ob_err *err)
{
    nvrtcProgram p = NULL;
    if (!rtc_said(err, "nvrtcCreateProgram",
                  rtc.nvrtcCreateProgram(&p, text, "optbench.cu", 0, NULL, NULL)))
        return false;
    const nvrtcResult status = rtc.nvrtcCompileProgram(p, o->n, o->option);
    add_log(p, log);
    const bool done = status == OB_NVRTC_ERROR_COMPILATION && log->len
                          ? tell_log(log, err)
                          : rtc_said(err, "nvrtcCompileProgram", status) &&
                                take_image(p, o->exact, image, err);
    rtc.nvrtcDestroyProgram(&p);
    return done;
}
