/*
 * How far a terminal behind a slow line is: a status query goes out behind a frame, and
 * the next frame waits for the answer, so that at most one is under way. A terminal that
 * never answers is asked no more. No clock, no terminal: pure bookkeeping for src/ui.
 */
#ifndef OB_UI_FENCE_H
#define OB_UI_FENCE_H

#include <stdbool.h>
#include <stdint.h>

struct ob_fence {
    bool on;
    int64_t asked; /* when, 0 = no answer is waited for */
    int silences;  /* in a row */
    int owed;      /* answers that may still come */
};

/* Whether a query goes out with the frame of this moment. */
bool ob_fence_ask(struct ob_fence *f, int64_t now);

/* An answer came. A late one shows that the line is slow, not that nobody answers. */
void ob_fence_answer(struct ob_fence *f);

/* Until when a frame has to wait if no answer comes; 0 = not at all. */
int64_t ob_fence_busy(struct ob_fence *f, int64_t now);

#endif
