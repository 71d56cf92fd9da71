/*
 * Learning rate schedules: how the base rate changes with the step number.
 *
 * Times are counted as in torch.optim.lr_scheduler with one scheduler step after each
 * optimizer step: step k (from 1) runs at time T = k - 1. With a warm-up of W steps the
 * rate is base * k / W for k <= W; afterwards the schedule proper runs at T = k - 1 - W
 * over the horizon H - W. Pure functions of k: nothing to save in a checkpoint.
 */
#ifndef OB_OPTIM_SCHEDULE_H
#define OB_OPTIM_SCHEDULE_H

#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/base/param.h"

/* Keys of [schedule] that every kind shares; table ob_schedule_params. */
struct ob_schedule_opts {
    double warmup; /* steps, or a share of the horizon where below 1 */
    char *horizon; /* NULL or "budget" = stop.max_steps; "500"; "30 epochs" */
};
extern const struct ob_param ob_schedule_params[];

struct ob_schedule_type {
    const char *name, *title, *summary, *reference;
    size_t opts_size;
    const struct ob_param *params;
    /* REQUIRED. The rate at time t (0-based) of a horizon of h steps (h >= 1). */
    double (*rate)(const void *opts, double base, uint64_t t, uint64_t h);
    /* OPTIONAL: the rate never changes, so that it need not be asked again. */
    bool constant;
};

struct ob_schedule {
    const struct ob_schedule_type *type;
    void *opts;
    uint64_t warmup, horizon; /* steps */
};

const struct ob_schedule_type *const *ob_schedules(void);
const struct ob_schedule_type *ob_schedule_find(const char *name, struct ob_err *err);

/* What turns horizon and warm-up into steps. */
struct ob_schedule_clock {
    uint64_t max_steps;     /* the budget */
    double steps_per_epoch; /* 1 on the full batch */
};

/* opts and common are copied. Fails (OB_ECONFIG) where the horizon cannot be read or is
 * not longer than the warm-up; the text opens with the key: "horizon: ". */
bool ob_schedule_init(struct ob_schedule *s, const struct ob_schedule_type *type,
                      const void *opts, const struct ob_schedule_opts *common,
                      const struct ob_schedule_clock *clock, struct ob_err *err);
void ob_schedule_finish(struct ob_schedule *s);

/* The rate of step k >= 1 for a base rate. s may be NULL: base. */
double ob_schedule_rate(const struct ob_schedule *s, double base, uint64_t k);

/* Checks the text of horizon without a clock. */
bool ob_schedule_check(const struct ob_schedule_opts *common, struct ob_err *err);

#endif
