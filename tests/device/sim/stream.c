/* Streams: work that waits until somebody waits for it; captures and graphs. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

static struct sim_stream *streams;

struct sim_stream *sim_stream_create(void)
{
    struct sim_stream *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->tail = &s->head;
    s->next = streams;
    streams = s;
    sim_count("stream", 1);
    return s;
}

static struct sim_graph *graph_create(void)
{
    struct sim_graph *g = calloc(1, sizeof *g);
    if (g) {
        g->tail = &g->head;
        g->uses = 1;
    }
    return g;
}

static void work_free(struct sim_work *w)
{
    if (w->graph)
        sim_graph_release(w->graph);
    free(w);
}

void sim_graph_release(struct sim_graph *g)
{
    if (!g || --g->uses)
        return;
    while (g->head) {
        struct sim_work *w = g->head;
        g->head = w->next;
        work_free(w);
    }
    free(g);
}

static void append(struct sim_work ***tail, struct sim_work *w)
{
    w->next = NULL;
    **tail = w;
    *tail = &w->next;
}

struct sim_graph *sim_graph_copy(const struct sim_graph *g)
{
    struct sim_graph *copy = graph_create();
    for (const struct sim_work *w = g->head; w; w = w->next) {
        struct sim_work *one = malloc(sizeof *one);
        if (!one)
            abort();
        *one = *w;
        append(&copy->tail, one);
    }
    return copy;
}

struct sim_stream *sim_stream_of(const void *handle)
{
    struct sim_stream *s = streams;
    while (s && s != handle)
        s = s->next;
    return s;
}

bool sim_stream_disturbed(void)
{
    bool any = false;
    for (struct sim_stream *s = streams; s; s = s->next)
        if (s->capture && !s->relaxed)
            any = s->broken = true;
    return any;
}

bool sim_stream_begin(struct sim_stream *s, bool relaxed)
{
    s->relaxed = relaxed;
    s->broken = false;
    s->capture = graph_create();
    return s->capture;
}

/* ---- doing it ---- */

static int kernel_run(const struct sim_work *w)
{
    const struct sim_kernel *k = w->kernel;
    uint64_t value[SIM_ARGS];
    void *args[SIM_ARGS];
    for (unsigned i = 0; i < k->arg[0]; i++) {
        value[i] = w->arg[i];
        args[i] = &value[i];
        if (!(k->arg[i + 1] & SIM_POINTER) || !value[i])
            continue;
        value[i] = (uintptr_t)sim_memory_at(w->arg[i], 0);
        if (!value[i]) {
            sim_fault("%s: argument %u is no memory of the device", k->name, i + 1);
            return SIM_ILLEGAL_ADDRESS;
        }
    }
    int rc = sim_lanes_run(k, w->groups, w->lanes, args);
    for (unsigned i = 0; i < k->arg[0] && !rc; i++)
        if (k->arg[i + 1] & SIM_POINTER && w->arg[i])
            sim_memory_check(sim_memory_block(w->arg[i]), k->name);
    return rc;
}

static int work_run(const struct sim_work *w);

static int graph_run(const struct sim_graph *g)
{
    int rc = SIM_OK;
    for (const struct sim_work *w = g->head; w && !rc; w = w->next)
        rc = work_run(w);
    return rc;
}

static int copy_run(const struct sim_work *w)
{
    void *to = w->kind == SIM_DOWN ? w->host : sim_memory_at(w->to, w->size);
    const void *from = w->kind == SIM_UP ? w->host : sim_memory_at(w->from, w->size);
    if (!to || !from) {
        sim_fault("a copy of %zu bytes touches memory that was freed", w->size);
        return SIM_ILLEGAL_ADDRESS;
    }
    memmove(to, from, w->size);
    return SIM_OK;
}

static int work_run(const struct sim_work *w)
{
    if (sim_work_fails())
        return sim.fail.code ? sim.fail.code : SIM_LAUNCH_FAILED;
    switch (w->kind) {
    case SIM_UP:
    case SIM_DOWN:
    case SIM_COPY:
        return copy_run(w);
    case SIM_KERNEL:
        return kernel_run(w);
    case SIM_GRAPH:
        return graph_run(w->graph);
    case SIM_CALL:
        return w->run(w->data);
    case SIM_SET:
        break;
    }
    void *to = sim_memory_at(w->to, w->size);
    if (!to) {
        sim_fault("%zu bytes are set in memory that was freed", w->size);
        return SIM_ILLEGAL_ADDRESS;
    }
    memset(to, w->value, w->size);
    return SIM_OK;
}

int sim_stream_run(struct sim_stream *s, uint64_t until)
{
    while (s->head && s->done < until) {
        struct sim_work *w = s->head;
        /* After a kernel's mistake nothing more is done. */
        if (!sim.sticky)
            sim.sticky = work_run(w);
        s->done++;
        s->head = w->next;
        if (!s->head)
            s->tail = &s->head;
        work_free(w);
    }
    return sim.sticky;
}

int sim_stream_run_all(void)
{
    for (struct sim_stream *s = streams; s; s = s->next)
        sim_stream_run(s, s->put);
    return sim.sticky;
}

int sim_stream_put(struct sim_stream *s, const struct sim_work *w)
{
    if (s->broken)
        return SIM_CAPTURE_INVALIDATED;
    struct sim_work *own = malloc(sizeof *own);
    if (!own)
        return SIM_OUT_OF_MEMORY;
    *own = *w;
    if (own->graph)
        own->graph->uses++;
    if (s->capture) {
        append(&s->capture->tail, own);
        return SIM_OK;
    }
    append(&s->tail, own);
    s->put++;
    if (sim.eager)
        return sim_stream_run(s, s->put);
    if (w->kind == SIM_DOWN)
        memset(w->host, SIM_POISON, w->size);
    return SIM_OK;
}

void sim_stream_destroy(struct sim_stream *s)
{
    sim_stream_run(s, s->put);
    sim_graph_release(s->capture);
    for (struct sim_stream **at = &streams; *at; at = &(*at)->next)
        if (*at == s) {
            *at = s->next;
            break;
        }
    free(s);
    sim_count("stream", -1);
}
