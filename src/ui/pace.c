#include <config.h>

#include "pace.h"

#define SECOND_NS INT64_C(1000000000)

/* A write that takes as long, after so many bytes, was waiting for the line; one that
 * takes very long was held by somebody (Ctrl-S) and says nothing about it. */
#define BLOCKED_NS    (SECOND_NS / 4)
#define BLOCKED_BYTES 4096
#define HELD_NS       (5 * SECOND_NS)

/* Bytes that were not written may be written later, those of so much time. */
#define SAVED_NS (3 * SECOND_NS / 2)

enum { RECOVERED = 20 };

void ob_pace_init(struct ob_pace *p, double fps, int64_t now)
{
    *p = (struct ob_pace){ .least_ns = (int64_t)(1e9 / fps), .since = now, .seen = now };
    p->frame_ns = p->least_ns;
    p->paid_at = now - SAVED_NS;
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

static double between(double x, double x0, double x1, double y0, double y1)
{
    double share = x < x0 ? 0 : x > x1 ? 1 : (x - x0) / (x1 - x0);
    return y0 + share * (y1 - y0);
}

/* Bytes a second: what 80 x 24, 120 x 40 and 240 x 70 may cost at 10 frames a second and
 * at 30, linear in between, the ends beyond. */
static double allowance(const struct ob_pace *p, int cells)
{
    static const double size[] = { 80 * 24, 120 * 40, 240 * 70 };
    static const double at_10[] = { 3000, 6000, 10000 }, at_30[] = { 5000, 8000, 15000 };
    int i = cells < 120 * 40 ? 0 : 1;
    double few = between(cells, size[i], size[i + 1], at_10[i], at_10[i + 1]);
    double many = between(cells, size[i], size[i + 1], at_30[i], at_30[i + 1]);
    return between(1e9 / (double)p->least_ns, 10, 30, few, many);
}

void ob_pace_spend(struct ob_pace *p, int64_t now, uint64_t n, int cells)
{
    /* The rest is for what was saved, so that no ten seconds cost more. */
    static const double share = 0.86;
    if (p->paid_at < now - SAVED_NS)
        p->paid_at = now - SAVED_NS;
    p->paid_at += (int64_t)((double)n / (allowance(p, cells) * share) * 1e9);
    if (p->paid_at > now + SECOND_NS)
        p->paid_at = now + SECOND_NS;
}

int64_t ob_pace_next(const struct ob_pace *p, int64_t last)
{
    int64_t next = last + p->frame_ns;
    if (next < p->free_at)
        next = p->free_at;
    return next > p->paid_at ? next : p->paid_at;
}
