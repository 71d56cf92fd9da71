/* The driver API: what keeps work in order, and what writes it down. */
#include "../../../src/device/cuda_api.h"
#include "sim.h"

#include <stdlib.h>

#define X(result, name, args) SIM_API result name args;
OB_CUDA_DRIVER(X)
#undef X

struct CUevent_st {
    struct sim_stream *stream; /* NULL: was never recorded */
    uint64_t at;
    struct CUevent_st *next;
};
static struct CUevent_st *events;

/* ---- streams and events ---- */

CUresult cuStreamCreate(CUstream *out, unsigned int flags)
{
    (void)flags;
    int rc = sim_enter("cuStreamCreate", SIM_UNCAPTURED, SIM_OUT_OF_MEMORY);
    if (rc == SIM_GO) {
        *out = (CUstream)sim_stream_create();
        rc = *out ? SIM_OK : SIM_OUT_OF_MEMORY;
    }
    return sim_leave(rc);
}

CUresult cuStreamDestroy_v2(CUstream stream)
{
    int rc = sim_enter("cuStreamDestroy_v2", SIM_CONTEXT, SIM_UNKNOWN);
    struct sim_stream *s = sim_stream_of(stream);
    if (sim_gives_back(rc)) {
        for (CUevent e = events; e && s; e = e->next)
            if (e->stream == s)
                e->stream = NULL;
        if (s)
            sim_stream_destroy(s);
        rc = rc != SIM_GO ? rc : s ? SIM_OK : SIM_INVALID_HANDLE;
    }
    return sim_leave(rc);
}

/* Whoever waits for what is being captured breaks the capture. */
static int wait_for(struct sim_stream *s, uint64_t until)
{
    if (!s)
        return SIM_INVALID_HANDLE;
    if (s->capture) {
        s->broken = true;
        return SIM_CAPTURE_UNSUPPORTED;
    }
    return sim_stream_run(s, until);
}

CUresult cuStreamSynchronize(CUstream stream)
{
    int rc = sim_enter("cuStreamSynchronize", SIM_CONTEXT, SIM_LAUNCH_FAILED);
    if (rc == SIM_GO) {
        struct sim_stream *s = sim_stream_of(stream);
        rc = wait_for(s, s ? s->put : 0);
    }
    return sim_leave(rc);
}

CUresult cuEventCreate(CUevent *out, unsigned int flags)
{
    (void)flags;
    int rc = sim_enter("cuEventCreate", SIM_UNCAPTURED, SIM_OUT_OF_MEMORY);
    if (rc == SIM_GO) {
        CUevent e = calloc(1, sizeof *e);
        rc = e ? SIM_OK : SIM_OUT_OF_MEMORY;
        if (e) {
            e->next = events;
            events = e;
            sim_count("event", 1);
        }
        *out = e;
    }
    return sim_leave(rc);
}

static bool event_known(CUevent event)
{
    for (CUevent e = events; e; e = e->next)
        if (e == event)
            return true;
    return false;
}

CUresult cuEventDestroy_v2(CUevent event)
{
    int rc = sim_enter("cuEventDestroy_v2", SIM_CONTEXT, SIM_UNKNOWN);
    if (sim_gives_back(rc)) {
        int found = SIM_INVALID_HANDLE;
        for (CUevent *at = &events; *at; at = &(*at)->next)
            if (*at == event) {
                *at = event->next;
                free(event);
                sim_count("event", -1);
                found = SIM_OK;
                break;
            }
        rc = rc == SIM_GO ? found : rc;
    }
    return sim_leave(rc);
}

CUresult cuEventRecord(CUevent event, CUstream stream)
{
    int rc = sim_enter("cuEventRecord", SIM_CONTEXT, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        struct sim_stream *s = sim_stream_of(stream);
        rc = !s || !event_known(event) ? SIM_INVALID_HANDLE
             : s->capture              ? SIM_CAPTURE_UNSUPPORTED
                                       : SIM_OK;
        if (!rc) {
            event->stream = s;
            event->at = s->put;
        }
    }
    return sim_leave(rc);
}

CUresult cuEventQuery(CUevent event)
{
    int rc = sim_enter("cuEventQuery", SIM_CONTEXT, SIM_LAUNCH_FAILED);
    if (rc == SIM_GO) {
        struct sim_stream *s = event_known(event) ? event->stream : NULL;
        rc = event_known(event) ? SIM_OK : SIM_INVALID_HANDLE;
        /* Time goes on from one question to the next. */
        if (s && s->done < event->at) {
            uint64_t next = s->done + (uint64_t)sim.poll;
            rc = wait_for(s, next < event->at ? next : event->at);
            if (!rc && s->done < event->at)
                rc = SIM_NOT_READY;
        }
    }
    return sim_leave(rc);
}

CUresult cuEventSynchronize(CUevent event)
{
    int rc = sim_enter("cuEventSynchronize", SIM_CONTEXT, SIM_LAUNCH_FAILED);
    if (rc == SIM_GO)
        rc = !event_known(event)                ? SIM_INVALID_HANDLE
             : !event->stream                   ? SIM_OK
             : event->stream->done >= event->at ? sim.sticky
                                                : wait_for(event->stream, event->at);
    return sim_leave(rc);
}

/* ---- captures ---- */

CUresult cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode)
{
    int rc = sim_enter("cuStreamBeginCapture_v2", SIM_CONTEXT, SIM_UNKNOWN);
    if (rc == SIM_GO) {
        struct sim_stream *s = sim_stream_of(stream);
        rc = !s                                                   ? SIM_INVALID_HANDLE
             : s->capture                                         ? SIM_INVALID_VALUE
             : sim_stream_begin(s, mode == OB_CU_CAPTURE_RELAXED) ? SIM_OK
                                                                  : SIM_OUT_OF_MEMORY;
    }
    return sim_leave(rc);
}

CUresult cuStreamEndCapture(CUstream stream, CUgraph *out)
{
    int rc = sim_enter("cuStreamEndCapture", SIM_CONTEXT, SIM_UNKNOWN);
    struct sim_stream *s = sim_stream_of(stream);
    if (rc > 0 && s && s->capture) {
        /* A capture that fails in the end is over, too. */
        sim_graph_release(s->capture);
        s->capture = NULL;
        *out = NULL;
    }
    if (rc == SIM_GO) {
        rc = !s || !s->capture ? SIM_INVALID_VALUE : SIM_OK;
        *out = NULL;
        if (!rc && s->broken) {
            sim_graph_release(s->capture);
            rc = SIM_CAPTURE_INVALIDATED;
        } else if (!rc) {
            *out = (CUgraph)s->capture;
            sim_count("graph", 1);
        }
        if (s) {
            s->capture = NULL;
            s->broken = false;
        }
    }
    return sim_leave(rc);
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *out, CUgraph graph,
                                     unsigned long long flags)
{
    (void)flags;
    int rc = sim_enter("cuGraphInstantiateWithFlags", SIM_CONTEXT, SIM_OUT_OF_MEMORY);
    if (rc == SIM_GO) {
        *out = (CUgraphExec)sim_graph_copy((struct sim_graph *)graph);
        sim_count("runnable graph", 1);
        rc = SIM_OK;
    }
    return sim_leave(rc);
}

CUresult cuGraphLaunch(CUgraphExec graph, CUstream stream)
{
    int rc = sim_enter("cuGraphLaunch", SIM_CONTEXT, SIM_OUT_OF_RESOURCES);
    if (rc == SIM_GO) {
        struct sim_stream *s = sim_stream_of(stream);
        struct sim_work w = { .kind = SIM_GRAPH, .graph = (struct sim_graph *)graph };
        rc = s ? sim_stream_put(s, &w) : SIM_INVALID_HANDLE;
    }
    return sim_leave(rc);
}

static CUresult let_go(const char *name, const char *kind, void *graph)
{
    int rc = sim_enter(name, SIM_CONTEXT, SIM_UNKNOWN);
    if (sim_gives_back(rc)) {
        sim_graph_release(graph);
        sim_count(kind, -1);
        rc = rc == SIM_GO ? SIM_OK : rc;
    }
    return sim_leave(rc);
}

CUresult cuGraphExecDestroy(CUgraphExec graph)
{
    return let_go("cuGraphExecDestroy", "runnable graph", graph);
}

CUresult cuGraphDestroy(CUgraph graph)
{
    return let_go("cuGraphDestroy", "graph", graph);
}
