/*
 * When to look at the clock: not at every step, which may take less time than the look,
 * but about once a millisecond. The number of steps between two looks doubles or halves
 * after each. Never decides anything but time itself.
 */
#ifndef OB_TRAIN_CADENCE_H
#define OB_TRAIN_CADENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/clock.h"

struct ob_cadence {
    uint32_t left, steps; /* until the next look; between two */
    int64_t last;         /* ns, at the last look */
};

static inline void ob_cadence_init(struct ob_cadence *c, int64_t now)
{
    *c = (struct ob_cadence){ .left = 1, .steps = 1, .last = now };
}

/* True where it was time to look: c->last is the time then. */
static inline bool ob_cadence_due(struct ob_cadence *c)
{
    if (--c->left)
        return false;
    int64_t now = ob_clock_ns();
    if (now - c->last < 500000 && c->steps < UINT32_C(1) << 20)
        c->steps *= 2;
    else if (now - c->last > 2000000 && c->steps > 1)
        c->steps /= 2;
    c->last = now;
    c->left = c->steps;
    return true;
}

#endif
