#include <config.h>

#include "device_priv.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

static const struct ob_device_type *const types[] = {
#define X(api) &ob_device_##api,
#include "devices.def"
#undef X
};
enum { TYPES = sizeof types / sizeof *types };

/* ---- failures ---- */

void device_fail(struct ob_device *d, enum ob_code code, const char *format, ...)
{
    char text[sizeof d->failed.text];
    va_list args;
    if (d->failed.code != OB_OK)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ob_fail(&d->failed, code, "%s:%zu: %s", d->type->api, d->facts.index, text);
}

static bool fine(const struct ob_device *d)
{
    return d->failed.code == OB_OK;
}

/* Hands the failure over, once. */
static bool tell(struct ob_device *d, struct ob_err *err)
{
    if (fine(d))
        return true;
    if (err)
        *err = d->failed;
    d->failed = (struct ob_err){ .code = OB_OK };
    return false;
}

/* ---- libraries ---- */

void *device_library(const char *variable, const char *const *names, struct ob_err *err)
{
    const char *chosen = getenv(variable);
    const char *const one[] = { chosen, NULL };
    void *library = NULL;
    for (const char *const *n = chosen ? one : names; *n && !library; n++)
        library = dlopen(*n, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *said = dlerror();
        ob_fail(err, OB_EDEVICE, "%s", said ? said : "the library cannot be loaded");
    }
    return library;
}

bool device_symbols(void *library, const struct device_symbol *symbol, size_t n,
                    struct ob_err *err)
{
    for (size_t i = 0; i < n; i++) {
        void *found = dlsym(library, symbol[i].name);
        if (!found)
            return ob_fail(err, OB_EDEVICE, "the library has no %s", symbol[i].name);
        memcpy(symbol[i].at, &found, sizeof found);
    }
    return true;
}

void device_first_complaint(const char *log, struct ob_buf *out)
{
    const char *at = strstr(log, "error");
    if (!at)
        at = log;
    while (at > log && at[-1] != '\n')
        at--;
    ob_buf_addf(out, "%.*s", (int)strcspn(at, "\n"), at);
}

/* ---- which there are ---- */

const char *ob_device_api(size_t i)
{
    return i < TYPES ? types[i]->api : NULL;
}

/* "cuda:1" in its parts; NULL where it has not this form. */
static const struct ob_device_type *find(const char *name, size_t *index)
{
    *index = 0;
    for (size_t i = 0; i < TYPES; i++) {
        const size_t n = strlen(types[i]->api);
        if (strncmp(name, types[i]->api, n) != 0)
            continue;
        if (name[n] == '\0')
            return types[i];
        const char *digit = name + n + 1;
        const size_t digits = strspn(digit, "0123456789");
        if (name[n] != ':' || digits == 0 || digits > 4 || digit[digits] != '\0')
            continue;
        for (; *digit; digit++)
            *index = 10 * *index + (size_t)(*digit - '0');
        return types[i];
    }
    return NULL;
}

bool ob_device_name_ok(const char *name)
{
    size_t index;
    return find(name, &index) != NULL;
}

bool ob_devices_each(const char *api,
                     void (*see)(void *ctx, const struct ob_device_facts *f), void *ctx,
                     struct ob_err *err)
{
    size_t index;
    const struct ob_device_type *type = find(api, &index);
    OB_REQUIRE(type);
    return type->each(see, ctx, err);
}

bool ob_device_suits(const struct ob_device_facts *f, struct ob_buf *out)
{
    const char *lacks = !f->float64 ? "it has no float64, which sums are added in"
                        : !f->exact
                            ? "it does not round divisions and square roots of "
                              "float32 as IEEE 754 does, or loses denormal numbers"
                            : NULL;
    if (lacks)
        ob_buf_adds(out, lacks);
    return !lacks;
}

bool ob_device_open(const char *name, struct ob_device **out, struct ob_err *err)
{
    struct ob_buf why = { 0 };
    size_t index;
    const struct ob_device_type *type = find(name, &index);
    *out = NULL;
    OB_REQUIRE(type);
    if (!type->open(index, out, err))
        return false;
    (*out)->type = type;
    (*out)->facts.index = index;
    bool suits = ob_device_suits(&(*out)->facts, &why);
    if (!suits) {
        ob_fail(err, OB_EDEVICE, "%s cannot be used: %s", (*out)->facts.name,
                ob_buf_text(&why));
        ob_device_close(*out);
        *out = NULL;
    }
    ob_buf_finish(&why);
    return suits;
}

void ob_device_close(struct ob_device *d)
{
    if (!d)
        return;
    d->type->sync(d);
    d->type->close(d);
}

const struct ob_device_facts *ob_device_facts(const struct ob_device *d)
{
    return &d->facts;
}

/* ---- memory ---- */

struct ob_device_mem *ob_device_alloc(struct ob_device *d, uint64_t bytes,
                                      struct ob_err *err)
{
    struct ob_device_mem *m = ob_xcalloc(1, sizeof *m);
    m->bytes = bytes ? (bytes + 7) / 8 * 8 : 8;
    if (!tell(d, err) || !d->type->alloc(d, m, err)) {
        free(m);
        return NULL;
    }
    d->used += m->bytes;
    return m;
}

void ob_device_free(struct ob_device *d, struct ob_device_mem *m)
{
    if (!m)
        return;
    d->used -= m->bytes;
    d->type->free(d, m);
    free(m);
}

uint64_t ob_device_size(const struct ob_device_mem *m)
{
    return m->bytes;
}

uint64_t ob_device_used(const struct ob_device *d)
{
    return d->used;
}

static bool inside(const struct ob_device_mem *m, uint64_t at, uint64_t n)
{
    return at <= m->bytes && n <= m->bytes - at;
}

void ob_device_upload(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                      const void *from, uint64_t n)
{
    OB_REQUIRE(inside(m, at, n));
    if (fine(d) && n)
        d->type->upload(d, m, at, from, n);
}

bool ob_device_download(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                        void *to, uint64_t n, struct ob_err *err)
{
    OB_REQUIRE(inside(m, at, n));
    if (fine(d) && n)
        d->type->download(d, m, at, to, n);
    return tell(d, err);
}

void ob_device_copy(struct ob_device *d, struct ob_device_mem *to, uint64_t to_at,
                    struct ob_device_mem *from, uint64_t from_at, uint64_t n)
{
    OB_REQUIRE(inside(to, to_at, n) && inside(from, from_at, n));
    if (fine(d) && n)
        d->type->copy(d, to, to_at, from, from_at, n);
}

void ob_device_zero(struct ob_device *d, struct ob_device_mem *m, uint64_t at, uint64_t n)
{
    OB_REQUIRE(inside(m, at, n));
    if (fine(d) && n)
        d->type->zero(d, m, at, n);
}

void *ob_device_host_alloc(struct ob_device *d, uint64_t bytes, struct ob_err *err)
{
    return tell(d, err) ? d->type->host_alloc(d, bytes ? bytes : 8, err) : NULL;
}

void ob_device_host_free(struct ob_device *d, void *p)
{
    if (p)
        d->type->host_free(d, p);
}

void ob_device_fetch(struct ob_device *d, struct ob_device_mem *m, uint64_t at, void *to,
                     uint64_t n)
{
    OB_REQUIRE(inside(m, at, n));
    if (fine(d) && n)
        d->type->fetch(d, m, at, to, n);
}

void ob_device_send(struct ob_device *d, struct ob_device_mem *m, uint64_t at,
                    const void *from, uint64_t n)
{
    OB_REQUIRE(inside(m, at, n));
    if (fine(d) && n)
        d->type->send(d, m, at, from, n);
}

/* ---- programs ---- */

struct ob_device_program *ob_device_build(struct ob_device *d, const char *text,
                                          const char *const *define, struct ob_err *err)
{
    struct ob_device_program *p = ob_xcalloc(1, sizeof *p);
    if (tell(d, err) && d->type->build(d, text, define, p, err))
        return p;
    free(p);
    return NULL;
}

void ob_device_program_free(struct ob_device *d, struct ob_device_program *p)
{
    if (!p)
        return;
    for (struct ob_device_kernel *k = p->kernel, *next; k; k = next) {
        next = k->next;
        if (d->type->kernel_free)
            d->type->kernel_free(d, k);
        free(k);
    }
    d->type->program_free(d, p);
    free(p);
}

struct ob_device_kernel *ob_device_kernel(struct ob_device *d,
                                          struct ob_device_program *p, const char *name,
                                          struct ob_err *err)
{
    struct ob_device_kernel *k = ob_xcalloc(1, sizeof *k);
    if (!tell(d, err) || !d->type->kernel(d, p, name, k, err)) {
        free(k);
        return NULL;
    }
    k->next = p->kernel;
    p->kernel = k;
    return k;
}

void ob_device_launch(struct ob_device *d, struct ob_device_kernel *k, size_t groups,
                      const struct ob_device_arg *arg, size_t args)
{
    OB_REQUIRE(args <= OB_DEVICE_ARGS && groups <= INT32_MAX);
    if (fine(d) && groups)
        d->type->launch(d, k, groups, arg, args);
}

/* ---- order and time ---- */

struct ob_device_event *ob_device_event(struct ob_device *d, struct ob_err *err)
{
    struct ob_device_event *e = ob_xcalloc(1, sizeof *e);
    if (tell(d, err) && d->type->event(d, e, err))
        return e;
    free(e);
    return NULL;
}

void ob_device_event_free(struct ob_device *d, struct ob_device_event *e)
{
    if (!e)
        return;
    d->type->event_free(d, e);
    free(e);
}

void ob_device_record(struct ob_device *d, struct ob_device_event *e)
{
    if (!fine(d))
        return;
    e->recorded = true;
    d->type->record(d, e);
}

bool ob_device_done(struct ob_device *d, struct ob_device_event *e)
{
    return !fine(d) || !e->recorded || d->type->done(d, e);
}

bool ob_device_wait(struct ob_device *d, struct ob_device_event *e, struct ob_err *err)
{
    if (fine(d) && e->recorded)
        d->type->wait(d, e);
    return tell(d, err);
}

/* Behind a failure, too: what was put into the queue before it still writes. */
bool ob_device_sync(struct ob_device *d, struct ob_err *err)
{
    d->type->sync(d);
    return tell(d, err);
}

void ob_device_capture(struct ob_device *d)
{
    OB_REQUIRE(d->facts.graphs);
    if (fine(d))
        d->type->capture(d);
}

struct ob_device_graph *ob_device_capture_end(struct ob_device *d, struct ob_err *err)
{
    struct ob_device_graph *g = ob_xcalloc(1, sizeof *g);
    struct ob_err other;
    bool made = d->type->capture_end(d, g, fine(d) ? err : &other);
    if (tell(d, err) && made)
        return g;
    if (made)
        d->type->graph_free(d, g);
    free(g);
    return NULL;
}

void ob_device_run(struct ob_device *d, struct ob_device_graph *g)
{
    if (fine(d))
        d->type->run(d, g);
}

void ob_device_graph_free(struct ob_device *d, struct ob_device_graph *g)
{
    if (!g)
        return;
    d->type->graph_free(d, g);
    free(g);
}

bool ob_device_gemm_ready(struct ob_device *d, struct ob_err *err)
{
    OB_REQUIRE(d->facts.gemm);
    return tell(d, err) && d->type->gemm_ready(d, err);
}

void ob_device_gemm(struct ob_device *d, const struct ob_device_gemm *g)
{
    OB_REQUIRE(d->facts.gemm);
    if (fine(d) && g->m && g->n)
        d->type->gemm(d, g);
}
