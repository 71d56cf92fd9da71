#include <config.h>

#include "optbench/train/worker.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/train/fingerprint.h"
#include "optbench/train/waypoint.h"
#include "worker_priv.h"

#define SNAPSHOT_NS INT64_C(100000000)  /* at most ten a second ... */
#define SELDOM_NS   INT64_C(2000000000) /* ... and at least one in two seconds */
#define WAKE_NS     INT64_C(50000000)   /* somebody who watches hears of rows so often */
#define RATE_NS     INT64_C(500000000)  /* speed is measured over such stretches */
#define LATE_NS     INT64_C(250000000)  /* further behind its pace a run starts afresh */

/* ---- telling the main thread ---- */

void ob_worker_notify(struct ob_worker *w, struct ob_notice *n)
{
    n->step = ob_trainer_steps(w->t);
    n->rows = ob_feed_rows(w->f);
    if (n->kind == OB_NOTICE_CHECKPOINT && ob_trainer_row_is_extra(w->t))
        n->rows--;
    ob_feed_notify(w->f, n);
    w->saved |= n->kind == OB_NOTICE_CHECKPOINT;
}

/* Once, when somebody looks: a run that nobody watches learns it at its end. */
static void find_reference(struct ob_worker *w)
{
    int64_t from = ob_clock_ns();
    ob_trainer_find_reference(w->t);
    if (!w->paused)
        ob_trainer_rested(w->t, ob_clock_ns() - from);
    w->looked = true;
}

/* Whoever is woken finds all rows until now. */
static void told(struct ob_worker *w, int64_t now)
{
    w->woken = now;
    w->woken_rows = ob_feed_rows(w->f);
}

/* Norms of millions of parameters take milliseconds: a snapshot that does is followed by
 * a hundred times as long without one. One that was interrupted says little of the next.
 */
static void space_snapshots(struct ob_worker *w, int64_t took)
{
    bool odd = w->publish_cost > 0 && took > 2 * w->publish_cost;
    w->publish_cost = odd ? 2 * w->publish_cost : took;
    int64_t gap = w->publish_cost < SELDOM_NS / 100 ? 100 * w->publish_cost : SELDOM_NS;
    w->publish_gap = gap > SNAPSHOT_NS ? gap : SNAPSHOT_NS;
}

void ob_worker_publish(struct ob_worker *w)
{
    struct ob_snapshot *s = ob_feed_cell(w->f);
    uint64_t step = ob_trainer_steps(w->t);
    if (!w->looked && ob_feed_watched(w->f))
        find_reference(w);
    int64_t from = ob_clock_ns();
    ob_trainer_snapshot(w->t, s);
    s->phase = s->stop != OB_GO_ON ? OB_PHASE_ENDED
               : w->paused         ? OB_PHASE_PAUSED
                                   : OB_PHASE_RUNNING;
    s->explains =
        s->phase == OB_PHASE_RUNNING ? 0 : ob_trainer_explain_first(w->t, s->explain);
    s->rows = ob_feed_rows(w->f);
    s->per_second = w->paused ? 0 : w->per_second;
    s->pace = ob_pace_rate(&w->pace, step);
    s->pace_auto = w->pace.length != 0;
    ob_feed_publish(w->f);
    w->published = ob_clock_ns();
    space_snapshots(w, w->published - from);
    w->published_step = step;
    told(w, w->published);
}

/* Rows that nobody has been woken for. The recorder looks for rows by itself often enough
 * for who does not watch. */
static bool announces(const struct ob_worker *w)
{
    return ob_feed_rows(w->f) != w->woken_rows && ob_feed_watched(w->f);
}

/* What the time asks for: speed, a wake for rows, a snapshot. */
static void look(struct ob_worker *w, int64_t now)
{
    uint64_t step = ob_trainer_steps(w->t);
    if (now - w->rate_time >= RATE_NS) {
        w->per_second =
            (double)(step - w->rate_step) / ((double)(now - w->rate_time) * 1e-9);
        w->rate_step = step;
        w->rate_time = now;
    }
    w->late = now - w->published >= w->publish_gap && w->published_step != step &&
              ob_feed_watched(w->f);
    if (w->late && (ob_trainer_at_rest(w->t) || now - w->published >= SELDOM_NS)) {
        ob_worker_publish(w);
        w->late = false;
    }
    if (now - w->woken >= WAKE_NS && announces(w)) {
        told(w, now);
        ob_feed_wake(w->f);
    }
}

bool ob_worker_checkpoint(struct ob_worker *w, uint64_t id, struct ob_err *err)
{
    struct ob_notice n = { .kind = OB_NOTICE_CHECKPOINT, .id = id, .ok = true };
    n.data = ob_xcalloc(1, sizeof *n.data);
    n.best = ob_xcalloc(1, sizeof *n.best);
    if (!ob_trainer_save(w->t, n.data, err) || !ob_trainer_save_best(w->t, n.best, err)) {
        ob_notice_finish(&n);
        return false;
    }
    ob_worker_notify(w, &n);
    return true;
}

/* Hands theta over, and looks for the next step whose theta is wanted. */
static void pass_waypoint(struct ob_worker *w)
{
    const struct ob_vec *theta = ob_trainer_theta(w->t);
    struct ob_notice n = { .kind = OB_NOTICE_POINT, .ok = true };
    n.point = ob_xcalloc(theta->n, sizeof *n.point);
    ob_vec_read(theta, 0, theta->n, n.point);
    ob_worker_notify(w, &n);
    w->waypoint = ob_waypoint_after(ob_trainer_steps(w->t), w->opts.waypoints);
}

/* Hands the fingerprints over, and looks for the next step that has some. */
static void make_print(struct ob_worker *w)
{
    struct ob_notice n = { .kind = OB_NOTICE_PRINT, .ok = true };
    n.print = ob_xcalloc(ob_trainer_tensors(w->t), sizeof *n.print);
    ob_trainer_fingerprint(w->t, n.print);
    ob_worker_notify(w, &n);
    w->print = ob_fingerprint_after(ob_trainer_steps(w->t));
}

/* ---- what the step number asks for ---- */

static void replay(struct ob_worker *w)
{
    uint64_t step = ob_trainer_steps(w->t);
    for (; w->replayed < w->opts.replays; w->replayed++) {
        const struct ob_steer *s = &w->opts.replay[w->replayed];
        if (s->step > step)
            return;
        ob_worker_set(w, s->key, s->value, NULL);
    }
}

static void scheduled(struct ob_worker *w)
{
    uint64_t step = ob_trainer_steps(w->t), every = w->opts.checkpoint_every;
    replay(w);
    if (every && step % every == 0 && step > w->checkpointed) {
        w->checkpointed = step;
        ob_worker_checkpoint(w, 0, NULL);
    }
    if (w->opts.last_step && step >= w->opts.last_step)
        w->cancelled = true;
    if (w->step_until && step >= w->step_until)
        ob_worker_pause(w);
}

/* The next step before which ob_worker_attend() has something to do. */
static uint64_t next_attention(const struct ob_worker *w)
{
    uint64_t step = ob_trainer_steps(w->t), at = UINT64_MAX;
    if (!w->step_until && (w->pace.length || w->pace.rate > 0))
        return step;
    if (w->replayed < w->opts.replays)
        at = w->opts.replay[w->replayed].step;
    if (w->opts.checkpoint_every) {
        uint64_t next = (step / w->opts.checkpoint_every + 1) * w->opts.checkpoint_every;
        at = next < at ? next : at;
    }
    if (w->opts.last_step && w->opts.last_step < at)
        at = w->opts.last_step;
    if (w->step_until && w->step_until < at)
        at = w->step_until;
    return at;
}

/* ---- waiting ---- */

/* Until a command comes or the time does; the trainer's clock stands still. */
static void rest(struct ob_worker *w, int64_t until)
{
    int64_t from = ob_clock_ns();
    ob_feed_sleep(w->f, until);
    ob_trainer_rested(w->t, ob_clock_ns() - from);
}

/* Waits for the next step's moment, or for a part of that; false when it has come. */
static bool wait_for_pace(struct ob_worker *w)
{
    if (w->step_until)
        return false;
    uint64_t step = ob_trainer_steps(w->t);
    int64_t deadline = ob_pace_deadline(&w->pace, step + 1);
    if (deadline == INT64_MIN)
        return false;
    int64_t now = ob_clock_ns();
    look(w, now);
    if (deadline <= now) {
        if (now - deadline > LATE_NS)
            ob_pace_anchor(&w->pace, step + 1, now);
        return false;
    }
    /* The last snapshot may be older than the last step: do not sleep over it. */
    if (w->published_step != step && ob_feed_watched(w->f) &&
        w->published + w->publish_gap < deadline)
        deadline = w->published + w->publish_gap;
    if (announces(w) && w->woken + WAKE_NS < deadline)
        deadline = w->woken + WAKE_NS;
    rest(w, deadline);
    return true;
}

/* Everything that happens between two steps. */
static enum ob_stop attend(struct ob_worker *w)
{
    struct ob_command c;
    scheduled(w);
    for (;;) {
        while (ob_feed_receive(w->f, &c))
            ob_worker_obey(w, &c);
        if (w->cancelled || ob_feed_closed(w->f)) {
            ob_trainer_end(w->t, OB_STOP_CANCELLED);
            return OB_STOP_CANCELLED;
        }
        if (w->paused)
            ob_feed_sleep(w->f, INT64_MAX); /* the trainer's clock is held */
        else if (!wait_for_pace(w))
            break;
    }
    w->attend = next_attention(w);
    return OB_GO_ON;
}

/* ---- the thread ---- */

static bool failed(const struct ob_worker *w)
{
    return ob_trainer_failure(w->t) != NULL;
}

static bool hand_over(struct ob_worker *w)
{
    const struct ob_row *row = ob_trainer_row(w->t);
    return !row || ob_feed_push(w->f, row);
}

/* Steps behind which the worker is going to want theta. */
static bool looks(const void *ctx, uint64_t k)
{
    const struct ob_worker *w = ctx;
    const struct ob_worker_opts *o = &w->opts;
    return k == o->last_step || k == w->step_until ||
           (o->checkpoint_every && k % o->checkpoint_every == 0) ||
           (o->waypoints && ob_waypoint_after(k - 1, o->waypoints) == k) ||
           (o->prints && ob_fingerprint_due(k));
}

/* How long the caller drives: until a time, and as long as the feed has room. */
struct turn {
    int64_t until;
    uint64_t rows; /* handed over when it began, all of them taken since */
};

/* The clock is looked at where the cadence does. */
static bool over(const struct ob_worker *w, const struct turn *turn)
{
    return w->saved || w->cadence.last >= turn->until ||
           ob_feed_rows(w->f) - turn->rows >= OB_FEED_TURN;
}

static enum ob_stop begin(struct ob_worker *w)
{
    int64_t now = ob_clock_ns();
    ob_trainer_expect(w->t, looks, w);
    ob_cadence_init(&w->cadence, now);
    w->rate_time = now;
    w->rate_step = w->checkpointed = ob_trainer_steps(w->t);
    enum ob_stop stop = w->opts.resumed ? ob_trainer_state(w->t) : ob_trainer_start(w->t);
    if (failed(w))
        return stop;
    hand_over(w);
    w->waypoint = UINT64_MAX;
    if (w->opts.waypoints && w->opts.resumed)
        w->waypoint = ob_waypoint_after(w->checkpointed, w->opts.waypoints);
    else if (w->opts.waypoints)
        pass_waypoint(w);
    w->print = UINT64_MAX;
    if (w->opts.prints && w->opts.resumed)
        w->print = ob_fingerprint_after(w->checkpointed);
    else if (w->opts.prints)
        make_print(w);
    if (stop != OB_GO_ON)
        return stop;
    if (w->opts.paused)
        ob_worker_pause(w);
    else
        ob_worker_publish(w);
    ob_worker_pace(w, w->opts.pace);
    return OB_GO_ON;
}

/* Makes steps until the run ends; with `turn` until that is over, too. */
static void train(struct ob_worker *w, const struct turn *turn)
{
    enum ob_stop stop = w->begun ? w->stop : begin(w);
    w->begun = true;
    while (stop == OB_GO_ON && !(turn && over(w, turn))) {
        if (ob_feed_pending(w->f) || ob_trainer_steps(w->t) >= w->attend)
            stop = attend(w);
        if (stop == OB_GO_ON)
            stop = ob_trainer_step(w->t);
        if (failed(w))
            return;
        if (!hand_over(w) && stop == OB_GO_ON) {
            stop = OB_STOP_CANCELLED;
            ob_trainer_end(w->t, stop);
        }
        if (ob_trainer_steps(w->t) == w->waypoint)
            pass_waypoint(w);
        if (ob_trainer_steps(w->t) == w->print)
            make_print(w);
        if (ob_cadence_due(&w->cadence) || (w->late && ob_trainer_at_rest(w->t)))
            look(w, w->cadence.last);
    }
    w->stop = stop;
}

/* Last words, in this order: the snapshot, the checkpoint, answers, the end. Where the
 * device failed there is nothing to show or to keep. */
static void end(struct ob_worker *w)
{
    const struct ob_err *failure = ob_trainer_failure(w->t);
    const char *ended = failure ? failure->text : NULL;
    struct ob_command c;
    w->paused = false;
    if (!failure) {
        ob_worker_publish(w);
        ob_worker_checkpoint(w, 0, NULL);
    }
    if (w->step_until)
        ob_worker_reply(w, w->step_id, ended);
    while (ob_feed_receive(w->f, &c))
        ob_worker_reply(w, c.id, c.verb == OB_VERB_STOP ? NULL : "the run has ended");
    struct ob_notice n = { .kind = OB_NOTICE_ENDED,
                           .ok = !failure,
                           .stop = ob_trainer_state(w->t) };
    snprintf(n.text, sizeof n.text, "%s", failure ? failure->text : "");
    ob_worker_notify(w, &n);
}

static void *run(void *arg)
{
    struct ob_worker *w = arg;
    pthread_setname_np(pthread_self(), "ob-train");
    train(w, NULL);
    end(w);
    return NULL;
}

bool ob_worker_advance(struct ob_worker *w, int64_t until)
{
    const struct turn turn = { .until = until, .rows = ob_feed_rows(w->f) };
    w->saved = false;
    train(w, &turn);
    if (w->stop == OB_GO_ON && !failed(w))
        return false;
    end(w);
    return true;
}

struct ob_worker *ob_worker_create(struct ob_trainer *t, struct ob_feed *f,
                                   const struct ob_worker_opts *opts)
{
    struct ob_worker *w = ob_xcalloc(1, sizeof *w);
    w->t = t;
    w->f = f;
    w->opts = *opts;
    return w;
}

bool ob_worker_launch(struct ob_worker *w, struct ob_err *err)
{
    sigset_t all, before;
    /* A thread inherits the mask, so nothing is delivered to it even at its birth. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&w->thread, NULL, run, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    w->launched = !failed;
    return w->launched ||
           ob_fail(err, OB_EFAIL, "no training thread: %s", ob_errno_text(failed));
}

struct ob_worker *ob_worker_start(struct ob_trainer *t, struct ob_feed *f,
                                  const struct ob_worker_opts *opts, struct ob_err *err)
{
    struct ob_worker *w = ob_worker_create(t, f, opts);
    if (ob_worker_launch(w, err))
        return w;
    ob_worker_join(w);
    return NULL;
}

void ob_worker_join(struct ob_worker *w)
{
    if (!w)
        return;
    if (w->launched)
        pthread_join(w->thread, NULL);
    ob_trainer_expect(w->t, NULL, NULL);
    free(w);
}
