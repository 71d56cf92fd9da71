/*
 * How a run in the foreground tells on stderr that it moves: by a line of status
 * (run/status_line.h) with its step, loss and speed.
 */
#ifndef OB_RUN_PROGRESS_H
#define OB_RUN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/compiler.h"
#include "optbench/run/status_line.h"

struct ob_progress {
    struct ob_status_line line;
    bool loading;      /* it was said that data are read */
    int64_t last_time; /* monotonic ns */
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
