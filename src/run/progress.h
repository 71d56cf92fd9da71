/*
 * How a run in the foreground tells on stderr that it moves: one line that is redrawn on
 * a terminal, a line now and then elsewhere. Never waits: where stderr is closed or full
 * nothing is said.
 */
#ifndef OB_RUN_PROGRESS_H
#define OB_RUN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/compiler.h"

struct ob_progress {
    bool on, terminal;
    bool loading;        /* it was said that data are read */
    bool drawn;          /* a line stands on the terminal that is not ended */
    int64_t next, every; /* monotonic ns */
    int64_t last_time;
    uint64_t last_step;
    uint64_t max_steps; /* 0 = not known */
};

void ob_progress_init(struct ob_progress *p, bool quiet, uint64_t max_steps);

/* When something is to be said next; INT64_MAX = never. */
int64_t ob_progress_due(const struct ob_progress *p);

/* Says how far it is. NAN = not known. */
void ob_progress_show(struct ob_progress *p, uint64_t step, double loss,
                      double theta_delta);

/* Says how far the data are read, where that takes long; origin is raw, share 0 to 1. */
void ob_progress_load(struct ob_progress *p, const char *origin, double share);

/* Clears the line, so that a message can follow. */
void ob_progress_clear(struct ob_progress *p);

/* Says one whole line, made safe for a terminal; nothing where progress is off. */
void ob_progress_say(struct ob_progress *p, const char *format, ...) OB_PRINTF(2, 3);

#endif
