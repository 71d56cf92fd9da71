/*
 * What the simulated NVRTC does: the text is preprocessed with CUDA's words defined
 * (prelude.h), which leaves a mark at each kernel; behind it come the functions that call
 * them with an array of arguments, and what those are; and the C compiler makes a shared
 * object of it.
 */
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

extern char **environ;

struct text {
    char *p;
    size_t n, cap;
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

/* ---- from text to image ---- */

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
static bool build(const char *base, const struct sim_options *o)
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

/* The image of a shared object, whose bytes are behind it. */
static struct sim_image *image_make(const struct sim_options *o, const struct text *so)
{
    struct sim_image *image = calloc(1, sizeof *image + so->n);
    if (!image)
        abort();
    *image = (struct sim_image){
        .magic = "OBSIM", .arch = o->arch, .exact = o->exact, .size = so->n
    };
    image->sum = sim_hash(so->p, so->n, (uint64_t)o->arch);
    memcpy(image + 1, so->p, so->n);
    return image;
}

static uint64_t key(const char *source, const struct sim_options *o)
{
    uint64_t h = sim_hash(source, strlen(source), sim_hash(prelude, sizeof prelude, 0));
    h = sim_hash(SIM_CC, strlen(SIM_CC), h + o->contract);
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        h = sim_hash(flags[i], strlen(flags[i]), h);
    for (int i = 0; i < o->defines; i++)
        h = sim_hash(o->define[i], strlen(o->define[i]), h);
    return h;
}

/* A new name for the files of one compilation, in the cache or where things go that are
 * needed for a moment. */
static bool place_new(char *base, size_t size, const char *cache)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(base, size, "%.400s/sim-XXXXXX", cache ? cache : tmp && *tmp ? tmp : "/tmp");
    int fd = mkstemp(base);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* BASE.so from a text, read into `so`; it stays as `kept` unless that is "". */
static bool make(const char *base, const char *kept, const char *source,
                 const struct sim_options *o, struct text *so, struct text *log)
{
    char name[600];
    struct text text = { 0 };
    puts_to(&text, prelude);
    puts_to(&text, "\n#line 1 \"optbench.cu\"\n");
    puts_to(&text, source);
    snprintf(name, sizeof name, "%s.cu", base);
    bool ok = file_write(name, text.p, text.n) && build(base, o);
    free(text.p);
    unlink(name);
    snprintf(name, sizeof name, "%s.log", base);
    if (!ok)
        file_read(name, log);
    unlink(name);
    snprintf(name, sizeof name, "%s.so", base);
    ok = ok && file_read(name, so);
    if (!ok || !*kept || rename(name, kept))
        unlink(name);
    unlink(base);
    return ok;
}

bool sim_compile(const char *source, const struct sim_options *o, struct sim_image **out,
                 char **log)
{
    const char *cache = getenv("OPTBENCH_SIM_CACHE");
    char base[512], kept[512] = "";
    if (cache && *cache) {
        mkdir(cache, 0700);
        snprintf(kept, sizeof kept, "%.400s/%016llx.so", cache,
                 (unsigned long long)key(source, o));
    }
    struct text so = { 0 }, said = { 0 };
    bool ok = (*kept && file_read(kept, &so)) ||
              (place_new(base, sizeof base, *kept ? cache : NULL) &&
               make(base, kept, source, o, &so, &said));
    if (ok)
        *out = image_make(o, &so);
    free(so.p);
    *log = said.p;
    return ok;
}
