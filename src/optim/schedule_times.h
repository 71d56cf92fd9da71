/* How long a schedule is, its warm-up and its phases. Private to src/optim. */
#ifndef OB_OPTIM_SCHEDULE_TIMES_H
#define OB_OPTIM_SCHEDULE_TIMES_H

#include "optbench/optim/schedule.h"

/* Checks the text of the horizon. */
bool schedule_check_horizon(const struct ob_schedule_opts *common, struct ob_err *err);

/* Fills warmup, horizon, per and length of s, whose type is set. */
bool schedule_set_times(struct ob_schedule *s, const struct ob_schedule_opts *common,
                        const struct ob_schedule_clock *clock, struct ob_err *err);

/* What can be said of phases without a clock; s is of a kind that has some. */
bool schedule_check_phases(const struct ob_schedule_setup *setup, struct ob_err *err);

/* Fills begin and length of the phases of s, whose own length is known. */
bool schedule_lay_out(struct ob_schedule *s, const struct ob_schedule_setup *setup,
                      struct ob_err *err);

#endif
