/* The learning rate that a run will go through, as far as that can be told beforehand;
 * for src/cli alone. */
#ifndef OB_CLI_RATE_COURSE_H
#define OB_CLI_RATE_COURSE_H

#include "optbench/base/buf.h"
#include "optbench/conf/spec.h"
#include "optbench/train/trainer.h"

enum { RATE_COURSE_POINTS = 240 };

/* The steps of a run, in parts of equal length: at the first step of each its rate and
 * momentum, and the extremes over its steps (all of them in short runs). */
struct rate_course {
    uint64_t steps; /* shown: the limit of the run, else the horizon, else 1000 */
    size_t n;
    double step[RATE_COURSE_POINTS], lr[RATE_COURSE_POINTS]; /* [n] */
    double low[RATE_COURSE_POINTS], high[RATE_COURSE_POINTS];
    double momentum[RATE_COURSE_POINTS]; /* NaN = the schedule leaves it alone */
    double most;                         /* the highest rate ... */
    uint64_t most_at;                    /* ... and its first step */
    const char *note; /* why the run may go otherwise; static, "" = it will not */
};

void rate_course_make(struct rate_course *c, const struct ob_spec *spec,
                      const struct ob_trainer *t);

/* Appends the member `schedule` of an open object. */
struct ob_json;
void rate_course_json(const struct rate_course *c, const struct ob_spec *spec,
                      struct ob_json *out);

/* Appends figures and chart. */
void rate_course_print(const struct rate_course *c, const struct ob_spec *spec,
                       const struct ob_trainer *t, struct ob_buf *out);

#endif
