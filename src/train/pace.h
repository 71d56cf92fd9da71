/*
 * How fast a run is shown: which moment each step has to wait for. Pure arithmetic over a
 * clock that the caller reads; the worker does the waiting. Times are ob_clock_ns().
 */
#ifndef OB_TRAIN_PACE_H
#define OB_TRAIN_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* A run of automatic pace takes so long, unless it would take longer anyway; and is
 * left alone where it would take more than the second. */
#define OB_PACE_SECONDS 8.0
#define OB_PACE_LONG    5.0

struct ob_pace {
    double rate;     /* steps a second; 0 = full speed, or shaped */
    uint64_t length; /* steps of the whole stretch, 0 = not shaped */
    double growth;  /* the last step of the stretch comes so much faster than the first */
    double seconds; /* of the stretch */
    uint64_t step;  /* step and time that deadlines count from */
    int64_t time;
};

/* Full speed (rate 0) or a constant rate, from after `step` on. */
void ob_pace_set(struct ob_pace *p, double rate, uint64_t step, int64_t now);

/* `length` steps after `step`, stretched to about OB_PACE_SECONDS, exponentially faster.
 */
void ob_pace_shape(struct ob_pace *p, uint64_t length, uint64_t step, int64_t now);

/* When step `step` may be made; INT64_MIN = at once. */
int64_t ob_pace_deadline(const struct ob_pace *p, uint64_t step);

/* `now`, after `step`, is on time: behind a pause, or where steps take longer than the
 * pace gives them, so that lost time is not caught up in a burst. */
void ob_pace_anchor(struct ob_pace *p, uint64_t step, int64_t now);

/* Steps a second at `step`; 0 = full speed. */
double ob_pace_rate(const struct ob_pace *p, uint64_t step);

#endif
