#include <config.h>

#include "optbench/run/cell.h"

#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/priority.h"
#include "optbench/conf/data_keep.h"
#include "optbench/num/pool.h"

enum { KEPT_BYTES = 16 << 20, KEPT_DATA = 256 << 20 };

struct ob_cell_room {
    struct engine_facts facts;
    int signals; /* pipe that the handler writes to */
    int signal;  /* the first that came, 0 = none */
    struct ob_data_keep keep;
};

struct ob_cell_room *ob_cell_room_create(unsigned threads, struct ob_err *err)
{
    struct ob_cell_room *room = ob_xcalloc(1, sizeof *room);
    room->signals = -1;
    room->keep.most = KEPT_DATA;
    if (!ob_engine_catch(&room->signals, err)) {
        ob_cell_room_destroy(room);
        return NULL;
    }
    ob_pool_limit(threads);
#ifdef M_TRIM_THRESHOLD
    /* Giving memory back between cells and taking it again cost a fifth of a short one.
     */
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES);
#endif
    engine_facts_gather(&room->facts);
    return room;
}

void ob_cell_room_destroy(struct ob_cell_room *room)
{
    if (!room)
        return;
    ob_data_keep_finish(&room->keep);
    if (room->signals >= 0)
        close(room->signals);
    free(room);
}

int ob_cell_room_signal(const struct ob_cell_room *room)
{
    unsigned char number;
    if (room->signal)
        return room->signal;
    return read(room->signals, &number, 1) == 1 ? number : 0;
}

/* A cell that is still under way after its dash is an engine like any other. */
static bool settle_down(struct ob_engine *e, struct ob_err *err)
{
    e->dir.lazy = false;
    if (!ob_engine_answer(e, err) || !ob_worker_launch(e->worker, err))
        return false;
    ob_priority_stand_back();
    ob_engine_loop(e);
    ob_engine_hang_up(e);
    return true;
}

static int train(struct ob_engine *e)
{
    struct ob_err err;
    const int64_t until = ob_clock_ns() + OB_CELL_DASH_NS;
    if (!ob_engine_create_worker(e, OB_PACE_FULL, &err)) {
        snprintf(e->end->message, sizeof e->end->message, "%.511s", err.text);
        return ob_code_exit(err.code);
    }
    e->end->from = e->loaded ? e->at.step : 0;
    ob_engine_live_init(e);
    ob_progress_init(&e->progress, true, 0);
    ob_engine_started(e);
    if (!ob_engine_dash(e, until) && !settle_down(e, &err)) {
        ob_engine_fail(e, &err);
        while (!ob_engine_dash(e, INT64_MAX)) /* the feed is closed: it ends at once */
            ;
    }
    ob_worker_join(e->worker);
    e->worker = NULL;
    return ob_engine_end(e);
}

bool ob_cell_run(struct ob_cell_room *room, const struct ob_cell_job *job,
                 struct ob_cell_end *end)
{
    const struct ob_engine_opts opts = { .config = job->config,
                                         .sets = job->sets,
                                         .nsets = job->nsets,
                                         .device = job->device,
                                         .quiet = true };
    struct ob_engine e = ob_engine_new(&opts, &room->facts);
    *end = (struct ob_cell_end){ .state = OB_RUN_FAILED, .loss = NAN, .best_loss = NAN };
    e.job = job;
    e.keep = &room->keep;
    e.end = end;
    e.signals = room->signals;
    if (ob_engine_load(&e, &end->status)) {
        e.dir.lazy = e.dir.open;
        if (ob_engine_prepare(&e, &end->status))
            end->status = train(&e);
    }
    room->signal = room->signal ? room->signal : e.signal;
    ob_engine_finish(&e);
    return end->state == OB_RUN_FINISHED || end->halted;
}
