/* NVRTC: its interface, and the options that it takes; compile.c does the work. */
#include "../../../src/device/cuda_api.h"
#include "sim.h"

#include <stdlib.h>
#include <string.h>

#define X(result, name, args) SIM_API result name args;
OB_CUDA_NVRTC(X)
#undef X

enum {
    NVRTC_OUT_OF_MEMORY = 1,
    NVRTC_INVALID_INPUT = 3,
    NVRTC_INVALID_PROGRAM = 4,
    NVRTC_INVALID_OPTION = 5,
    NVRTC_COMPILATION = 6,
    NVRTC_INTERNAL = 11,
};

static const int archs[] = { 75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121 };

struct _nvrtcProgram {
    char *source;
    char *log;
    struct sim_image *image;
};

/* What the options say; false where one is unknown. */
static bool options_read(struct sim_options *o, int n, const char *const *option)
{
    static const char *const harmless[] = { "--std=",
                                            "-std=",
                                            "--prec-",
                                            "--ftz=false",
                                            "-default-device",
                                            "--device-as-default",
                                            "-lineinfo",
                                            "--generate-line-info",
                                            "-w",
                                            "--restrict",
                                            "-restrict",
                                            "--Werror",
                                            "--diag-",
                                            "-diag-",
                                            "-Werror" };
    *o = (struct sim_options){ .arch = 75, .contract = true };
    for (int i = 0; i < n; i++) {
        const char *s = option[i], *value = strchr(s, '=');
        bool known = false;
        if (value && (!strncmp(s, "--gpu-architecture", 18) || !strncmp(s, "-arch", 5))) {
            o->exact = !strncmp(value + 1, "sm_", 3);
            o->arch = atoi(strchr(value, '_') ? strchr(value, '_') + 1 : "0");
            for (size_t a = 0; a < sizeof archs / sizeof *archs; a++)
                known = known || archs[a] == o->arch;
        } else if (!strcmp(s, "--fmad=false") || !strcmp(s, "-fmad=false")) {
            o->contract = false;
            known = true;
        } else if (!strncmp(s, "-D", 2) && o->defines < 63) {
            /* "-D" and its value may be two options. */
            o->define[o->defines++] = s;
            if (!s[2] && i + 1 < n)
                o->define[o->defines++] = option[++i];
            known = true;
        }
        for (size_t h = 0; h < sizeof harmless / sizeof *harmless; h++)
            known = known || !strncmp(s, harmless[h], strlen(harmless[h]));
        if (!known) {
            sim_fault("NVRTC does not know the option %s", s);
            return false;
        }
    }
    o->define[o->defines] = NULL;
    return true;
}

/* ---- the interface ---- */

nvrtcResult nvrtcVersion(int *major, int *minor)
{
    int rc = sim_enter("nvrtcVersion", SIM_ANYWHERE, NVRTC_INTERNAL);
    if (rc == SIM_GO) {
        *major = 13;
        *minor = 0;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

const char *nvrtcGetErrorString(nvrtcResult rc)
{
    switch (rc) {
    case 0:
        return "NVRTC_SUCCESS";
    case NVRTC_OUT_OF_MEMORY:
        return "NVRTC_ERROR_OUT_OF_MEMORY";
    case NVRTC_INVALID_INPUT:
        return "NVRTC_ERROR_INVALID_INPUT";
    case NVRTC_INVALID_PROGRAM:
        return "NVRTC_ERROR_INVALID_PROGRAM";
    case NVRTC_INVALID_OPTION:
        return "NVRTC_ERROR_INVALID_OPTION";
    case NVRTC_COMPILATION:
        return "NVRTC_ERROR_COMPILATION";
    case NVRTC_INTERNAL:
        return "NVRTC_ERROR_INTERNAL_ERROR";
    default:
        return "NVRTC_ERROR unknown";
    }
}

nvrtcResult nvrtcGetNumSupportedArchs(int *n)
{
    int rc = sim_enter("nvrtcGetNumSupportedArchs", SIM_ANYWHERE, NVRTC_INTERNAL);
    if (rc == SIM_GO) {
        *n = (int)(sizeof archs / sizeof *archs);
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

nvrtcResult nvrtcGetSupportedArchs(int *out)
{
    int rc = sim_enter("nvrtcGetSupportedArchs", SIM_ANYWHERE, NVRTC_INTERNAL);
    if (rc == SIM_GO) {
        memcpy(out, archs, sizeof archs);
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

nvrtcResult nvrtcCreateProgram(nvrtcProgram *out, const char *source, const char *name,
                               int headers, const char *const *header,
                               const char *const *header_name)
{
    (void)name, (void)header, (void)header_name;
    int rc = sim_enter("nvrtcCreateProgram", SIM_ANYWHERE, NVRTC_OUT_OF_MEMORY);
    if (rc == SIM_GO && (!source || headers))
        rc = NVRTC_INVALID_INPUT;
    if (rc == SIM_GO) {
        *out = calloc(1, sizeof **out);
        if (!*out || !((*out)->source = strdup(source)) || !((*out)->log = strdup("")))
            abort();
        sim_count("NVRTC program", 1);
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

nvrtcResult nvrtcDestroyProgram(nvrtcProgram *p)
{
    int rc = sim_enter("nvrtcDestroyProgram", SIM_ANYWHERE, NVRTC_INVALID_PROGRAM);
    if (sim_gives_back(rc) && *p) {
        free((*p)->source);
        free((*p)->log);
        free((*p)->image);
        free(*p);
        *p = NULL;
        sim_count("NVRTC program", -1);
        rc = rc == SIM_GO ? SIM_OK : rc;
    }
    return sim_leave(rc == SIM_GO ? NVRTC_INVALID_PROGRAM : rc);
}

static int compile(nvrtcProgram p, const struct sim_options *o)
{
    char *log = NULL;
    free(p->image);
    p->image = NULL;
    bool ok = sim_compile(p->source, o, &p->image, &log);
    if (log) {
        free(p->log);
        p->log = log;
    }
    return ok ? SIM_OK : NVRTC_COMPILATION;
}

nvrtcResult nvrtcCompileProgram(nvrtcProgram p, int n, const char *const *option)
{
    int rc = sim_enter("nvrtcCompileProgram", SIM_ANYWHERE, NVRTC_COMPILATION);
    struct sim_options o;
    if (rc == SIM_GO)
        rc = options_read(&o, n, option) ? compile(p, &o) : NVRTC_INVALID_OPTION;
    return sim_leave(rc);
}

nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram p, size_t *n)
{
    int rc = sim_enter("nvrtcGetProgramLogSize", SIM_ANYWHERE, NVRTC_INVALID_PROGRAM);
    if (rc == SIM_GO) {
        *n = strlen(p->log) + 1;
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

nvrtcResult nvrtcGetProgramLog(nvrtcProgram p, char *out)
{
    int rc = sim_enter("nvrtcGetProgramLog", SIM_ANYWHERE, NVRTC_INVALID_PROGRAM);
    if (rc == SIM_GO) {
        memcpy(out, p->log, strlen(p->log) + 1);
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

/* PTX where compute_XY was asked for, else a cubin: the other is not there. */
static nvrtcResult result_size(const char *call, nvrtcProgram p, bool exact, size_t *n)
{
    int rc = sim_enter(call, SIM_ANYWHERE, NVRTC_INVALID_PROGRAM);
    if (rc == SIM_GO) {
        bool there = p->image && (!exact || p->image->exact);
        *n = there ? sizeof *p->image + p->image->size : 0;
        rc = p->image ? SIM_OK : NVRTC_INVALID_PROGRAM;
    }
    return sim_leave(rc);
}

static nvrtcResult result_get(const char *call, nvrtcProgram p, bool exact, char *out)
{
    int rc = sim_enter(call, SIM_ANYWHERE, NVRTC_INVALID_PROGRAM);
    if (rc == SIM_GO) {
        rc = p->image && (!exact || p->image->exact) ? SIM_OK : NVRTC_INVALID_PROGRAM;
        if (!rc) {
            memcpy(out, p->image, sizeof *p->image + p->image->size);
            ((struct sim_image *)out)->exact = exact;
        }
    }
    return sim_leave(rc);
}

nvrtcResult nvrtcGetPTXSize(nvrtcProgram p, size_t *n)
{
    return result_size("nvrtcGetPTXSize", p, false, n);
}

nvrtcResult nvrtcGetPTX(nvrtcProgram p, char *out)
{
    return result_get("nvrtcGetPTX", p, false, out);
}

nvrtcResult nvrtcGetCUBINSize(nvrtcProgram p, size_t *n)
{
    return result_size("nvrtcGetCUBINSize", p, true, n);
}

nvrtcResult nvrtcGetCUBIN(nvrtcProgram p, char *out)
{
    return result_get("nvrtcGetCUBIN", p, true, out);
}
