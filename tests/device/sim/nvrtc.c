/*
 * NVRTC: the C compiler. The text is preprocessed with CUDA's words defined (prelude.h),
 * which leaves a mark at each kernel; behind it come the functions that call them with an
 * array of arguments, and what those are.
 */
#include "../../../src/device/cuda_api.h"
#include "sim.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define X(result, name, args) SIM_API result name args;
OB_CUDA_NVRTC(X)
#undef X

extern char **environ;

enum {
    NVRTC_OUT_OF_MEMORY = 1,
    NVRTC_INVALID_INPUT = 3,
    NVRTC_INVALID_PROGRAM = 4,
    NVRTC_INVALID_OPTION = 5,
    NVRTC_COMPILATION = 6,
    NVRTC_INTERNAL = 11,
};

static const int archs[] = { 75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121 };

struct text {
    char *p;
    size_t n, cap;
};

struct _nvrtcProgram {
    char *source;
    char *log;
    struct sim_image *image; /* with the shared object behind it */
};

/* What the options say. */
struct options {
    int arch;
    bool exact, contract;
    const char *define[64];
    int defines;
};

static const char prelude[] =
#include "prelude.inc"
    ;

static void put(struct text *t, const char *s, size_t n)
{
    if (t->n + n + 1 > t->cap) {
        t->cap = 2 * (t->n + n + 1);
        t->p = realloc(t->p, t->cap);
        if (!t->p)
            abort();
    }
    memcpy(t->p + t->n, s, n);
    t->n += n;
    t->p[t->n] = 0;
}

static void puts_to(struct text *t, const char *s)
{
    put(t, s, strlen(s));
}

static bool file_write(const char *path, const char *s, size_t n)
{
    FILE *f = fopen(path, "w");
    bool ok = f && fwrite(s, 1, n, f) == n;
    return (!f || !fclose(f)) && ok;
}

static bool file_read(const char *path, struct text *out)
{
    char part[16384];
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    put(out, "", 0);
    for (size_t n; (n = fread(part, 1, sizeof part, f));)
        put(out, part, n);
    fclose(f);
    return true;
}

/* ---- the compiler ---- */

/* SIM_CC may have several words ("ccache gcc"). Output and complaints go to `log`. */
static bool compiler(const char *const *args, const char *log)
{
    char words[512];
    char *argv[128], *rest = NULL;
    int n = 0;
    snprintf(words, sizeof words, "%s", SIM_CC);
    for (char *w = strtok_r(words, " ", &rest); w && n < 16;
         w = strtok_r(NULL, " ", &rest))
        argv[n++] = w;
    while (*args && n < 127)
        argv[n++] = (char *)(uintptr_t)*args++;
    argv[n] = NULL;
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    pid_t child;
    int failed = posix_spawnp(&child, argv[0], &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    int status = 1;
    if (failed)
        file_write(log, "no C compiler\n", 14);
    while (!failed && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return !failed && !status;
}

/* ---- kernels in the preprocessed text ---- */

static const char mark[] = "SIM_KERNEL_MARK";

/* What stands in `s` up to a comma or the end outside of brackets. */
static size_t piece(const char *s, const char *end)
{
    int depth = 0;
    const char *p = s;
    for (; p < end && (depth || *p != ','); p++)
        depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
    return (size_t)(p - s);
}

/* Type and size of one argument, as what makes the call and what describes it. */
static void argument(const char *s, size_t n, int i, struct text *call,
                     struct text *facts)
{
    char type[160], line[400];
    while (n && strchr(" \n\t", s[n - 1]))
        n--;
    bool pointer = memchr(s, '*', n);
    size_t end = n;
    while (end && (strchr("_", s[end - 1]) || (s[end - 1] >= '0' && s[end - 1] <= '9') ||
                   ((s[end - 1] | 32) >= 'a' && (s[end - 1] | 32) <= 'z')))
        end--;
    snprintf(type, sizeof type, "%.*s", (int)end, s);
    snprintf(line, sizeof line, "%s*(%s *)a[%d]", i ? ", " : "",
             pointer ? "void *" : type, i);
    puts_to(call, line);
    snprintf(line, sizeof line, ", sizeof(%s)%s", pointer ? "void *" : type,
             pointer ? " + 0x100" : "");
    puts_to(facts, line);
}

static void kernel(const char *name, size_t name_size, const char *args, const char *end,
                   unsigned bounds, struct text *out)
{
    struct text call = { 0 }, facts = { 0 };
    char line[512];
    int n = 0;
    puts_to(&call, "");
    puts_to(&facts, "");
    while (args < end && strchr(" \n\t", *args))
        args++;
    bool none = end == args || (end - args == 4 && !memcmp(args, "void", 4));
    for (const char *s = args; !none; n++) {
        size_t size = piece(s, end);
        argument(s, size, n, &call, &facts);
        if (s + size >= end)
            break;
        s += size + 1;
    }
    n = none ? 0 : n + 1;
    snprintf(line, sizeof line, "\nvoid sim_call_%.*s(void **a) { (void)a; ",
             (int)name_size, name);
    puts_to(out, line);
    put(out, name, name_size);
    puts_to(out, "(");
    puts_to(out, call.p);
    snprintf(line, sizeof line, "); }\nconst unsigned sim_args_%.*s[] = { %u, %d",
             (int)name_size, name, bounds, n);
    puts_to(out, line);
    puts_to(out, facts.p);
    puts_to(out, " };\n");
    free(call.p);
    free(facts.p);
}

static void blank(char *from, const char *to)
{
    for (; from < to; from++)
        *from = *from == '\n' ? '\n' : ' ';
}

/* From the mark on: [SIM_BOUNDS(256)] void NAME(ARGS) and a body. */
static bool one_kernel(char *at, struct text *out)
{
    char *s = at + sizeof mark - 1;
    unsigned bounds = 0;
    char *p = strstr(s, "void"), *b = strstr(s, "SIM_BOUNDS");
    if (!p)
        return false;
    if (b && b < p) {
        bounds = (unsigned)strtoul(strchr(b, '(') + 1, NULL, 10);
        blank(b, p);
    }
    blank(at, s);
    char *name = p + 4 + strspn(p + 4, " \n\t");
    size_t name_size = strcspn(name, " \n\t(");
    char *args = strchr(name, '(');
    if (!args)
        return false;
    const char *end = ++args;
    for (int depth = 1; depth && *end; end++)
        depth += (*end == '(') - (*end == ')');
    const char *body = end + strspn(end, " \n\t");
    if (*body == '{')
        kernel(name, name_size, args, end - 1, bounds, out);
    return true;
}

static bool kernels(struct text *t)
{
    struct text out = { 0 };
    puts_to(&out, "\n");
    for (char *c = t->p; (c = strstr(c, "extern \"C\""));)
        blank(c, c + 10);
    for (char *s = t->p; (s = strstr(s, mark));)
        if (!one_kernel(s, &out))
            return false;
    put(t, out.p, out.n);
    free(out.p);
    return true;
}

/* ---- a program ---- */

static bool options_read(struct options *o, int n, const char *const *option)
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
    *o = (struct options){ .arch = 75, .contract = true };
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

static void image_set(nvrtcProgram p, const struct options *o, const struct text *so)
{
    p->image = calloc(1, sizeof *p->image + so->n);
    if (!p->image)
        abort();
    *p->image = (struct sim_image){
        .magic = "OBSIM", .arch = o->arch, .exact = o->exact, .size = so->n
    };
    p->image->sum = sim_hash(so->p, so->n, (uint64_t)o->arch);
    memcpy(p->image + 1, so->p, so->n);
}

/* The last but one: a kernel may be called as something in libc is. */
static const char *const flags[] = { "-x",
                                     "cpp-output",
                                     "-std=gnu11",
                                     "-O1",
                                     "-fexpensive-optimizations",
                                     "-w",
                                     "-fPIC",
                                     "-fno-math-errno",
                                     "-fno-trapping-math",
                                     "-fno-strict-aliasing",
                                     "-fno-builtin",
                                     "-Werror=implicit-function-declaration",
                                     "-fsanitize=bounds",
                                     "-fsanitize-undefined-trap-on-error",
                                     "-Wl,-Bsymbolic",
                                     "-shared" };

/* Compiles what stands at `base`.cu into `base`.so; what the compiler says goes into
 * `base`.log. */
static bool build(const char *base, const struct options *o)
{
    char cu[600], c[600], so[600], log[600];
    snprintf(cu, sizeof cu, "%s.cu", base);
    snprintf(c, sizeof c, "%s.c", base);
    snprintf(so, sizeof so, "%s.so", base);
    snprintf(log, sizeof log, "%s.log", base);
    const char *first[80] = { "-E", "-x", "c", "-std=gnu11", "-w", "-o", c };
    int n = 7;
    for (int i = 0; i < o->defines; i++)
        first[n++] = o->define[i];
    first[n] = cu;
    struct text text = { 0 };
    bool ok = compiler(first, log) && file_read(c, &text) && kernels(&text) &&
              file_write(c, text.p, text.n);
    const char *second[48];
    n = 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        second[n++] = flags[i];
    /* What --fmad=false forbids is done where it is not said. */
    second[n++] = o->contract ? "-ffp-contract=fast" : "-ffp-contract=off";
#ifdef __x86_64__
    second[n++] = o->contract ? "-mfma" : "-mno-fma";
#endif
    second[n++] = "-o";
    second[n++] = so;
    second[n++] = c;
    second[n] = NULL;
    ok = ok && compiler(second, log);
    free(text.p);
    unlink(c);
    return ok;
}

static uint64_t key(nvrtcProgram p, const struct options *o)
{
    uint64_t h =
        sim_hash(p->source, strlen(p->source), sim_hash(prelude, sizeof prelude, 0));
    h = sim_hash(SIM_CC, strlen(SIM_CC), h + o->contract);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        h = sim_hash(flags[i], strlen(flags[i]), h);
    for (int i = 0; i < o->defines; i++)
        h = sim_hash(o->define[i], strlen(o->define[i]), h);
    return h;
}

static int compile(nvrtcProgram p, const struct options *o)
{
    const char *cache = getenv("OPTBENCH_SIM_CACHE"), *tmp = getenv("TMPDIR");
    char base[512], kept[512] = "", name[600];
    if (cache && *cache) {
        mkdir(cache, 0700);
        snprintf(kept, sizeof kept, "%.400s/%016llx.so", cache,
                 (unsigned long long)key(p, o));
    }
    struct text so = { 0 }, text = { 0 }, log = { 0 };
    if (*kept && file_read(kept, &so)) {
        image_set(p, o, &so);
        free(so.p);
        return SIM_OK;
    }
    snprintf(base, sizeof base, "%.400s/sim-XXXXXX",
             *kept         ? cache
             : tmp && *tmp ? tmp
                           : "/tmp");
    int fd = mkstemp(base);
    if (fd < 0)
        return NVRTC_INTERNAL;
    close(fd);
    puts_to(&text, prelude);
    puts_to(&text, "\n#line 1 \"optbench.cu\"\n");
    puts_to(&text, p->source);
    snprintf(name, sizeof name, "%s.cu", base);
    bool ok = file_write(name, text.p, text.n) && build(base, o);
    unlink(name);
    snprintf(name, sizeof name, "%s.log", base);
    if (!ok && file_read(name, &log)) {
        free(p->log);
        p->log = log.p;
    }
    unlink(name);
    snprintf(name, sizeof name, "%s.so", base);
    if (ok && (ok = file_read(name, &so)))
        image_set(p, o, &so);
    if (!ok || !*kept || rename(name, kept))
        unlink(name);
    unlink(base);
    free(so.p);
    free(text.p);
    return ok ? SIM_OK : NVRTC_COMPILATION;
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

nvrtcResult nvrtcCompileProgram(nvrtcProgram p, int n, const char *const *option)
{
    int rc = sim_enter("nvrtcCompileProgram", SIM_ANYWHERE, NVRTC_COMPILATION);
    struct options o;
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
