/*
 * How often a frame may be drawn. Pseudo terminals take some 20 KB before a write blocks,
 * and then it blocks until nearly all has gone: seconds, on a line of 5 KB/s, in which no
 * key is heard. So the first write that blocks gives the rate of the line, and from then
 * on frames come so seldom that the line has time to carry them. And whatever the line
 * can carry, news of a run get no more than a fixed number of bytes a second, by the size
 * of the screen. No clock, no terminal: pure bookkeeping for the loop, times in ns, one
 * thread.
 */
#ifndef OB_UI_PACE_H
#define OB_UI_PACE_H

#include <stdint.h>

struct ob_pace {
    int64_t least_ns; /* between the starts of two frames, as asked for ... */
    int64_t frame_ns; /* ... and as machine and line allow */
    int64_t free_at;  /* when the line should have carried what was written */
    int64_t paid_at;  /* when the bytes that were written will have been allowed */
    int quick;        /* frames in a row that were no trouble */
    double rate;      /* bytes a second that the line carries; 0 = never a trouble */
    int64_t since;    /* when the rate was found, ... */
    uint64_t sent;    /* ... and what had been written by then */
    int64_t seen;     /* when the last frame was drawn, ... */
    uint64_t before;  /* ... and what had been written then */
};

/* fps > 0 frames a second at most. */
void ob_pace_init(struct ob_pace *p, double fps, int64_t now);

/* A frame was drawn: begun at `now`, it took so long, of which it `waited` for its bytes
 * to be taken; since the start `bytes` were written, its own included. */
void ob_pace_drawn(struct ob_pace *p, int64_t now, int64_t took, int64_t waited,
                   uint64_t bytes);

/* A frame of n bytes with news was drawn at `now` on a screen of so many cells: the next
 * one waits until it was allowed, for a second at most. What a person asked for is drawn
 * at once and not counted. */
void ob_pace_spend(struct ob_pace *p, int64_t now, uint64_t n, int cells);

/* When the next frame with news may be begun after one that was begun at `last`. */
int64_t ob_pace_next(const struct ob_pace *p, int64_t last);

#endif
