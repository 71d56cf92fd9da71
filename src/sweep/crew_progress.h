/*
 * What `sweep run` says on stderr while it goes on, and at its end: cells, speed, time
 * left, the best one so far. For crew_run.c.
 */
#ifndef OB_SWEEP_CREW_PROGRESS_H
#define OB_SWEEP_CREW_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "jobs.h"
#include "optbench/run/status_line.h"

enum { CREW_ENDS = 256 /* cells that the speed is told from */ };

struct crew_progress {
    struct ob_status_line line;
    int64_t started;        /* monotonic */
    int64_t end[CREW_ENDS]; /* when the last cells were settled, a ring */
    size_t ends;            /* of them in all */
    size_t settled;         /* as counted the last time */
};

void crew_progress_init(struct crew_progress *p, bool quiet, const struct jobs *j);

/* Notes how far it is; `now` is the monotonic clock. */
void crew_progress_note(struct crew_progress *p, const struct jobs *j, int64_t now);

/* Says it, where that is due. */
void crew_progress_show(struct crew_progress *p, const struct jobs *j, int64_t now);

/* The last line: what there is now; and, also where it is quiet, what failed. */
void crew_progress_end(struct crew_progress *p, const struct jobs *j, int64_t now);

/* Seconds until all are settled, from how fast the last ones were; NAN = unknown. */
double crew_progress_left(const struct crew_progress *p, const struct jobs *j,
                          int64_t now);

/* "41 s", "12 min", "3 h 20 min", "2 d 4 h". */
void crew_progress_time(struct ob_buf *out, double seconds);

#endif
