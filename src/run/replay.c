#include <config.h>

#include "replay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/run/events.h"
#include "optbench/run/history.h"
#include "optbench/run/summary.h"

#define LINE_MAX_BYTES ((size_t)1 << 16)

static void add(struct ob_replay *r, const struct ob_event *e)
{
    struct ob_steer s = { .step = e->step };
    memcpy(s.key, e->key, sizeof s.key);
    if (isnan(e->fresh))
        memcpy(s.value, e->word, sizeof e->word);
    else
        ob_number_write(s.value, e->fresh);
    r->steer = ob_xreallocarray(r->steer, r->n + 1, sizeof *r->steer);
    r->steer[r->n++] = s;
}

/* The journal as it is read: how many changes the newest checkpoint knows of. */
struct reading {
    struct ob_replay *r;
    size_t saved;
};

static void restart(void *ctx)
{
    struct reading *w = ctx;
    w->r->n = w->saved = 0;
}

/* A run that was taken up again forgot what had happened after its checkpoint. */
static bool line(void *ctx, const char *s, size_t n, struct ob_err *err)
{
    struct reading *w = ctx;
    struct ob_event e;
    (void)err;
    if (!ob_event_parse(&e, s, n, NULL))
        return true;
    if (strcmp(e.kind, "checkpoint") == 0)
        w->saved = w->r->n;
    else if (strcmp(e.kind, "resumed") == 0)
        w->r->n = w->saved;
    else if (strcmp(e.kind, "set") == 0 && e.key[0])
        add(w->r, &e);
    return true;
}

/* Where a rule of the run itself ended it, the same rule ends the replay; else its last
 * recorded step does. */
static bool find_end(struct ob_replay *r, const struct ob_rundir *d, struct ob_err *err)
{
    struct ob_summary s;
    if (ob_summary_read(&s, d, NULL)) {
        bool by_hand = s.state != OB_RUN_FINISHED || strcmp(s.stop, "cancelled") == 0 ||
                       strcmp(s.stop, "time") == 0;
        r->last_step = by_hand ? s.steps : 0;
        bool moved = !by_hand || s.steps > 0;
        ob_summary_finish(&s);
        return moved || ob_fail(err, OB_EDATA, "%s: has made no step", d->path);
    }
    struct ob_history h;
    bool ok;
    ob_history_init(&h, d);
    do
        ok = ob_history_poll(&h, NULL, err);
    while (ok && ob_history_behind(&h));
    if (ok && h.rows)
        r->last_step = (uint64_t)ob_history_values(&h, "step")[h.rows - 1];
    ob_history_finish(&h);
    return ok &&
           (r->last_step || ob_fail(err, OB_EDATA, "%s: has made no step", d->path));
}

static bool read_journal(struct reading *w, const struct ob_rundir *d, struct ob_err *err)
{
    const struct ob_tail_sink sink = { .ctx = w, .restart = restart, .line = line };
    struct ob_tail tail;
    bool ok;
    ob_tail_init(&tail, d, "events.jsonl", LINE_MAX_BYTES);
    do
        ok = ob_tail_poll(&tail, (size_t)1 << 20, &sink, err);
    while (ok && tail.behind);
    ob_tail_finish(&tail);
    return ok;
}

bool ob_replay_read(struct ob_replay *r, const struct ob_rundir *d, struct ob_err *err)
{
    struct reading reading = { .r = r };
    *r = (struct ob_replay){ 0 };
    return read_journal(&reading, d, err) && find_end(r, d, err);
}

size_t ob_replay_kept(const struct ob_rundir *d)
{
    struct ob_replay r = { 0 };
    struct reading reading = { .r = &r };
    bool ok = read_journal(&reading, d, NULL);
    ob_replay_finish(&r);
    return ok ? reading.saved : 0;
}

void ob_replay_finish(struct ob_replay *r)
{
    free(r->steer);
    *r = (struct ob_replay){ 0 };
}
