#include <config.h>

#include "pace.h"

#define SECOND_NS INT64_C(1000000000)

/* A write that takes as long, after so many bytes, was waiting for the line; one that
 * takes very long was held by somebody (Ctrl-S) and says nothing about it. */
#define BLOCKED_NS    (SECOND_NS / 4)
#define BLOCKED_BYTES 4096
#define HELD_NS       (5 * SECOND_NS)

enum { RECOVERED = 20 };

void ob_pace_init(struct ob_pace *p, double fps, int64_t now)
{
    *p = (struct ob_pace){ .least_ns = (int64_t)(1e9 / fps), .since = now, .seen = now };
    p->frame_ns = p->least_ns;
}

/* Frames that take half of their time, for whatever reason: fewer then, more again when
 * that is over. */
static void fit(struct ob_pace *p, int64_t took)
{
    if (took > p->frame_ns / 2) {
        p->quick = 0;
        p->frame_ns = 2 * p->frame_ns < SECOND_NS ? 2 * p->frame_ns : SECOND_NS;
    } else if (p->frame_ns > p->least_ns && ++p->quick >= RECOVERED) {
        p->quick = 0;
        p->frame_ns /= 2;
    }
    if (p->frame_ns < p->least_ns)
        p->frame_ns = p->least_ns;
}

/* What was written from one blocked write to the next is what the line carried meanwhile.
 * Before the first one, half of it may still stand in buffers. */
static void measure(struct ob_pace *p, int64_t now, uint64_t bytes)
{
    double carried = (double)(bytes - p->sent), seconds = (double)(now - p->since) * 1e-9;
    p->rate = carried / seconds * (p->rate > 0 ? 1 : 0.5);
    p->since = now;
    p->sent = bytes;
}

/* When the line has carried n bytes more. */
static void queue(struct ob_pace *p, int64_t now, double n)
{
    /* It is given so much less to do than it can, and never more than this of a wait. */
    static const double share = 0.8, most = 2;
    double seconds = p->rate > 0 ? n / (p->rate * share) : 0;
    if (p->free_at < now)
        p->free_at = now;
    p->free_at += (int64_t)(seconds * 1e9);
    if (p->free_at > now + (int64_t)(most * 1e9))
        p->free_at = now + (int64_t)(most * 1e9);
}

void ob_pace_drawn(struct ob_pace *p, int64_t now, int64_t took, int64_t waited,
                   uint64_t bytes)
{
    /* A line is believed to get better by so much a second, until it blocks again. */
    static const double better = 0.01;
    int64_t done = now + took;
    double n = (double)(bytes - p->before);
    fit(p, took);
    if (waited > HELD_NS) {
        ob_pace_init(p, 1e9 / (double)p->least_ns, done);
        p->sent = bytes;
    } else if (waited > BLOCKED_NS && bytes - p->sent > BLOCKED_BYTES) {
        measure(p, done, bytes);
    } else {
        p->rate *= 1 + better * (double)(done - p->seen) * 1e-9;
    }
    queue(p, now, n);
    p->seen = done;
    p->before = bytes;
}

int64_t ob_pace_next(const struct ob_pace *p, int64_t last)
{
    return last + p->frame_ns > p->free_at ? last + p->frame_ns : p->free_at;
}
