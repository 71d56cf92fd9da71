#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "checkpoints.h"
#include "engine_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/log.h"
#include "optbench/base/number.h"
#include "optbench/train/waypoint.h"

/* How often a run under way looks for rows that nobody woke it for, and any run for
 * requests that come as files where changes are not told. */
#define TICK_NS  INT64_C(100000000)
#define REST_NS  INT64_C(60000000000) /* the longest rest, where nothing is due */
#define AGAIN_NS INT64_C(100000000)   /* one kill of a whole group can arrive twice */
#define SLICE_NS INT64_C(10000000)    /* between two looks at the signals in a dash */

/* Rows between two looks at the notices: a notice about the log tells of one of them. */
enum { BATCH = OB_RECORDER_MARKS / 2 };

/* ---- what is written down ---- */

void ob_engine_event(struct ob_engine *e, const char *kind, uint64_t step,
                     const char *text)
{
    struct ob_event v = {
        .step = step, .time = ob_clock_wall_ns(), .old = NAN, .fresh = NAN
    };
    snprintf(v.kind, sizeof v.kind, "%s", kind);
    snprintf(v.text, sizeof v.text, "%s", text);
    ob_recorder_event(&e->recorder, &v);
    ob_log("%s at step %" PRIu64 "%s%s", kind, step, *text ? ": " : "", text);
}

void ob_engine_fail(struct ob_engine *e, const struct ob_err *err)
{
    if (e->err.code != OB_OK)
        return;
    e->err = *err;
    ob_log("the run fails: %s", err->text);
    ob_feed_close(e->feed);
}

static void flush(struct ob_engine *e, bool sync)
{
    struct ob_err err;
    if (!ob_recorder_flush(&e->recorder, sync, &err))
        ob_engine_fail(e, &err);
    else if (!ob_hashes_flush(&e->hashes, &err))
        ob_engine_fail(e, &err);
}

/* ---- what the worker says ---- */

static void on_set(struct ob_engine *e, const struct ob_notice *n)
{
    struct ob_event v = { .kind = "set", .step = n->step, .time = ob_clock_wall_ns() };
    struct ob_err err;
    memcpy(v.key, n->key, sizeof v.key);
    if (!ob_number_parse(n->from, strlen(n->from), &v.old))
        v.old = NAN;
    if (!ob_number_parse(n->to, strlen(n->to), &v.fresh)) {
        v.fresh = NAN;
        snprintf(v.word, sizeof v.word, "%.63s", n->to);
    }
    ob_recorder_event(&e->recorder, &v);
    ob_log("set %s from %s to %s at step %" PRIu64, n->key, n->from, n->to, n->step);
    e->last_set = *n;
    if (!e->info.steered) {
        e->info.steered = true;
        if (!ob_engine_info(e, &err))
            ob_engine_fail(e, &err);
    }
    flush(e, false);
}

static void on_pace(struct ob_engine *e, const struct ob_notice *n)
{
    struct ob_event v = {
        .kind = "pace", .step = n->step, .time = ob_clock_wall_ns(), .old = NAN
    };
    if (!ob_number_parse(n->to, strlen(n->to), &v.fresh))
        v.fresh = NAN;
    if (n->text[0] || isnan(v.fresh))
        snprintf(v.text, sizeof v.text, "%s", n->text[0] ? n->text : n->to);
    ob_recorder_event(&e->recorder, &v);
    snprintf(e->live.message, sizeof e->live.message, "%s", n->text);
}

/* The place of the log that belongs to a checkpoint: the rows before it, all written. */
static void on_checkpoint(struct ob_engine *e, const struct ob_notice *n)
{
    struct ob_err err;
    struct ob_buf name = { 0 };
    struct ob_recorder *r = &e->recorder;
    if (e->err.code != OB_OK) { /* the log is not whole: nothing could go on from it */
        ob_engine_saved(e, n, NULL, e->err.text);
        return;
    }
    uint64_t rows = e->rows_before + n->rows;
    const struct ob_checkpoint c = {
        .state = n->data,
        .best = n->best,
        .step = n->step,
        .at = { .bytes = ob_recorder_offset(r, rows), .rows = rows, .step = n->step }
    };
    /* Those by the clock come and go, so that equal cells end with equal files. */
    const bool by_clock = e->job && !e->spec.checkpoint.every;
    const uint64_t keep = by_clock ? 1 : (uint64_t)e->spec.checkpoint.keep;
    flush(e, true);
    bool ok =
        e->err.code == OB_OK && ob_checkpoints_write(&e->dir, &c, keep, &name, &err);
    if (ok) {
        ob_engine_event(e, "checkpoint", n->step, "");
        ob_engine_saved(e, n, ob_buf_text(&name), NULL);
    } else {
        if (e->err.code == OB_OK)
            ob_engine_fail(e, &err);
        ob_engine_saved(e, n, NULL, e->err.text);
    }
    ob_buf_finish(&name);
}

static void on_point(struct ob_engine *e, const struct ob_notice *n)
{
    struct ob_err err;
    uint64_t stride = ob_waypoint_stride(n->step, ob_engine_waypoints(e));
    if (e->err.code == OB_OK && !ob_way_add(&e->way, n->step, stride, n->point, &err))
        ob_engine_fail(e, &err);
}

static void on_print(struct ob_engine *e, const struct ob_notice *n)
{
    if (e->err.code == OB_OK)
        ob_hashes_add(&e->hashes, n->step, n->print);
}

static void on_failure(struct ob_engine *e, const struct ob_notice *n)
{
    struct ob_err err;
    ob_fail(&err, OB_EDEVICE, "the device failed after step %" PRIu64 ": %s", n->step,
            n->text);
    ob_engine_fail(e, &err);
}

static void on_notice(struct ob_engine *e, const struct ob_notice *n)
{
    if (e->recorder.failed.code != OB_OK)
        ob_engine_fail(e, &e->recorder.failed);
    ob_engine_look(e);
    switch (n->kind) {
    case OB_NOTICE_REPLY:
        flush(e, false);
        ob_engine_live(e, true);
        ob_engine_reply(e, n);
        break;
    case OB_NOTICE_SET:
        on_set(e, n);
        break;
    case OB_NOTICE_PACE:
        on_pace(e, n);
        break;
    case OB_NOTICE_PAUSED:
        e->paused = true;
        /* The end of `step n` is told by its answer. */
        if (!ob_engine_asked(e, OB_CTL_STEP))
            ob_engine_event(e, "paused", n->step, "");
        flush(e, false);
        ob_engine_live(e, true);
        break;
    case OB_NOTICE_RESUMED:
        e->paused = false;
        ob_engine_event(e, "continued", n->step, "");
        break;
    case OB_NOTICE_CHECKPOINT:
        on_checkpoint(e, n);
        break;
    case OB_NOTICE_POINT:
        on_point(e, n);
        break;
    case OB_NOTICE_PRINT:
        on_print(e, n);
        break;
    case OB_NOTICE_ENDED:
        if (!n->ok)
            on_failure(e, n);
        e->ended = true;
        break;
    }
}

static double column(const struct ob_engine *e, const struct ob_row *row,
                     enum ob_column_id id)
{
    int at = e->recorder.columns->at[id];
    return at >= 0 && ob_row_has(row, (size_t)at) ? row->v[at] : NAN;
}

/* For the progress line; with mini-batches the loss is measured now and then only. */
static void remember(struct ob_engine *e, const struct ob_row *row)
{
    double loss = column(e, row, OB_COLUMN_LOSS);
    e->row_delta = column(e, row, OB_COLUMN_THETA_DELTA);
    if (!isnan(loss) || e->recorder.columns->at[OB_COLUMN_BATCH_LOSS] < 0)
        e->row_loss = loss;
}

/* Records rows up to `limit` in all, at most a batch; true while there may be more. Rows
 * that can no longer be kept are taken out all the same, so that the worker gets through.
 */
static bool take_rows(struct ob_engine *e, uint64_t limit)
{
    const struct ob_row *row;
    for (int i = 0; i < BATCH; i++) {
        if (e->recorder.rows >= limit && e->err.code == OB_OK)
            return false;
        if (!(row = ob_feed_peek(e->feed)))
            return false;
        ob_recorder_row(&e->recorder, row);
        remember(e, row);
        ob_feed_pop(e->feed);
    }
    return true;
}

/* Takes the next notice, or where there is none a batch of rows, in the order in which
 * they were made: before a notice is heeded the log holds just the rows that came before
 * it. No more at once, as a worker may be faster than the disk for ever, and signals and
 * requests want to be heard. True while there may be more. */
static bool listen_to_worker(struct ob_engine *e)
{
    struct ob_notice n;
    ob_feed_acknowledge(e->feed);
    bool more = ob_feed_take(e->feed, &n);
    if (more) {
        while (take_rows(e, e->rows_before + n.rows))
            ;
        on_notice(e, &n);
        ob_notice_finish(&n);
    } else {
        more = take_rows(e, UINT64_MAX);
    }
    if (e->recorder.failed.code != OB_OK)
        ob_engine_fail(e, &e->recorder.failed);
    ob_engine_look(e);
    return more;
}

/* ---- signals ---- */

static void on_signals(struct ob_engine *e)
{
    const struct ob_command stop = { .verb = OB_VERB_STOP };
    unsigned char number;
    while (read(e->signals, &number, 1) == 1) {
        int64_t now = ob_clock_ns();
        if (!e->signal_time) {
            e->signal_time = now;
            e->signal = number;
            ob_log("signal %d", e->signal);
            ob_feed_send(e->feed, &stop);
        } else if (now - e->signal_time > AGAIN_NS) {
            ob_engine_abandon(e);
        }
    }
}

/* ---- waiting ---- */

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* Milliseconds until something is due, rounded up so that nothing spins. */
static int time_left(const struct ob_engine *e, bool watched)
{
    int64_t now = ob_clock_ns();
    bool ticks = !e->paused || ob_control_ticks(e->control);
    int64_t due = now + (ticks ? TICK_NS : REST_NS);
    due = earlier(due, ob_recorder_due(&e->recorder, watched));
    due = earlier(due, ob_engine_live_due(e));
    due = earlier(due, ob_progress_due(&e->progress));
    return due <= now ? 0 : (int)((due - now + 999999) / 1000000);
}

static void show_progress(struct ob_engine *e)
{
    if (ob_clock_ns() >= ob_progress_due(&e->progress))
        ob_progress_show(&e->progress, e->recorder.step, e->row_loss, e->row_delta);
}

bool ob_engine_dash(struct ob_engine *e, int64_t until)
{
    bool over = false;
    while (!over && ob_clock_ns() < until) {
        int64_t slice = ob_clock_ns() + SLICE_NS;
        over = ob_worker_advance(e->worker, earlier(slice, until));
        while (listen_to_worker(e))
            ;
        on_signals(e);
    }
    return over;
}

/* A cell whose steps nobody counts for checkpoints has them by the clock. */
static void checkpoint_by_clock(struct ob_engine *e)
{
    const struct ob_command c = { .verb = OB_VERB_CHECKPOINT };
    const int64_t now = ob_clock_ns(),
                  every = e->job ? e->job->checkpoint_ns : e->opts->checkpoint_ns;
    if (every <= 0 || e->spec.checkpoint.every || e->paused)
        return;
    if (!e->checkpoint_time)
        e->checkpoint_time = now;
    if (now - e->checkpoint_time < every)
        return;
    e->checkpoint_time = now;
    ob_feed_send(e->feed, &c);
}

void ob_engine_loop(struct ob_engine *e)
{
    struct pollfd fd[] = {
        { .fd = ob_feed_fd(e->feed), .events = POLLIN },
        { .fd = ob_control_fd(e->control), .events = POLLIN },
        { .fd = e->signals, .events = POLLIN },
    };
    const struct ob_command status = { .verb = OB_VERB_STATUS };
    bool watched = false, more = false;
    while (!e->ended) {
        bool before = watched;
        watched = ob_control_viewers(e->control) > 0;
        ob_feed_watch(e->feed, watched);
        if (watched && !before) /* it may be paused, and what is shown old */
            ob_feed_send(e->feed, &status);
        if (poll(fd, OB_COUNT(fd), more ? 0 : time_left(e, watched)) < 0 &&
            errno != EINTR)
            break;
        on_signals(e);
        ob_engine_requests(e);
        more = listen_to_worker(e);
        if (ob_recorder_due(&e->recorder, watched) <= ob_clock_ns())
            flush(e, false);
        ob_engine_live(e, false);
        checkpoint_by_clock(e);
        show_progress(e);
    }
    flush(e, false);
}
