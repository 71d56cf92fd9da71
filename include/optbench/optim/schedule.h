/*
 * Learning rate schedules: how the base rate changes with the step number.
 *
 * Times are counted as in torch.optim.lr_scheduler with one scheduler step after each
 * optimizer step: step k (from 1) runs at time T = k - 1. With a warm-up of W steps the
 * rate first grows from a share of it to the whole; afterwards the schedule proper runs
 * at t = k - 1 - W over the horizon H - W. With `interval = epoch` t counts whole epochs,
 * as where torch's scheduler makes a step after each epoch; the warm-up counts steps
 * always.
 *
 * Rates are pure functions of k, with two exceptions: a schedule that watches the run
 * (plateau) has a memory, plain data that belongs into a checkpoint; and what multiplies
 * up factors keeps the last product, which changes no bit. One thread at a time.
 */
#ifndef OB_OPTIM_SCHEDULE_H
#define OB_OPTIM_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/base/param.h"

enum ob_schedule_shape { OB_SHAPE_LINEAR, OB_SHAPE_COSINE };
enum ob_schedule_interval { OB_INTERVAL_STEP, OB_INTERVAL_EPOCH };

/* Keys of [schedule] that every kind shares; table ob_schedule_params. */
struct ob_schedule_opts {
    double warmup;      /* steps, or a share of the horizon where below 1 */
    double warmup_from; /* share of the rate that the warm-up begins above */
    int warmup_shape;   /* enum ob_schedule_shape */
    char *horizon;      /* NULL or "budget" = stop.max_steps; "500"; "30 epochs" */
    int interval;       /* enum ob_schedule_interval: what t counts */
};
extern const struct ob_param ob_schedule_params[];

/* How long a phase is. */
struct ob_phase_opts {
    double steps; /* in what t counts; below 1 a share of the schedule; 0 = not said */
    double until; /* the t at which it ends, likewise */
};

struct ob_schedule;

/* What a kind is. */
enum {
    OB_SCHEDULE_HORIZON = 1 << 0, /* there is no rate without a horizon */
    OB_SCHEDULE_PHASES = 1 << 1,  /* made of phases, and never one itself */
    OB_SCHEDULE_WHOLE = 1 << 2,   /* never a phase */
    OB_SCHEDULE_GOES_ON = 1 << 3, /* as a phase its base is the rate before it */
    OB_SCHEDULE_APART = 1 << 4,   /* does not begin at the base: the warm-up leads to
                                     where it does */
};

struct ob_schedule_type {
    const char *name, *title, *summary, *reference;
    unsigned flags;
    size_t opts_size;
    const struct ob_param *params;
    /* REQUIRED. The rate at time t from 0 for a base; s->length is there, s->opts, and
     * what start() has made. */
    double (*rate)(const struct ob_schedule *s, double base, uint64_t t);
    /* OPTIONAL */
    /* Options that make no sense: OB_ECONFIG, the text opens with the key. */
    bool (*check)(const void *opts, struct ob_err *err);
    bool (*start)(struct ob_schedule *s, struct ob_err *err);
    void (*finish)(struct ob_schedule *s); /* after a failed start, too */
    /* These options never change the rate. */
    bool (*is_flat)(const void *opts);
    /* The momentum at time t; false where these options leave it alone. */
    bool (*momentum)(const struct ob_schedule *s, uint64_t t, double *out);
    /* A measurement behind the step of time t; see ob_schedule_observe(). */
    void (*observe)(struct ob_schedule *s, uint64_t t, double value, bool more);
};

/* What a schedule that watches the run remembers. */
struct ob_schedule_memory {
    double best;            /* NaN before the first measurement */
    uint64_t bad, cooldown; /* measurements without a gain; still to be ignored */
    uint64_t cuts, since;   /* how often the rate fell; the last time it did, at t */
    uint64_t cuts_before;   /* in force up to and at `since` */
};

struct ob_schedule {
    const struct ob_schedule_type *type;
    void *opts;
    void *state;              /* of the type */
    uint64_t warmup, horizon; /* steps; horizon 0 = there is none */
    double warmup_from;
    int warmup_shape;
    uint64_t per;              /* steps that t counts as one */
    uint64_t length;           /* of the schedule proper, in what t counts; 0 = no end */
    uint64_t begin;            /* of a phase, likewise */
    bool flat;                 /* behind the warm-up the rate never changes */
    struct ob_schedule *phase; /* [phases] */
    size_t phases;
    struct ob_schedule_memory memory;
};

const struct ob_schedule_type *const *ob_schedules(void);
const struct ob_schedule_type *ob_schedule_find(const char *name, struct ob_err *err);

/* What turns horizon and warm-up into steps. */
struct ob_schedule_clock {
    uint64_t max_steps;     /* the budget; 0 = none */
    double steps_per_epoch; /* a whole number, 1 on the full batch */
};

/* One [phase.NAME]; all borrowed for the call. */
struct ob_schedule_phase {
    const char *name;
    const struct ob_schedule_type *type;
    const void *opts;
    struct ob_phase_opts common;
};

/* What a schedule is made of; all borrowed for the call, options are copied. Phases of a
 * kind that has none are passed over. */
struct ob_schedule_setup {
    const struct ob_schedule_type *type;
    const void *opts;
    const struct ob_schedule_opts *common;
    const struct ob_schedule_phase *phase; /* [phases], in their order */
    size_t phases;
};

/* Fails (OB_ECONFIG) as ob_schedule_check(), and where there is no horizon and one is
 * needed, or it is not longer than the warm-up or the phases. The text opens with the
 * key, "horizon: ", behind "phase.NAME: " where a phase is to blame. */
bool ob_schedule_init(struct ob_schedule *s, const struct ob_schedule_setup *setup,
                      const struct ob_schedule_clock *clock, struct ob_err *err);
void ob_schedule_finish(struct ob_schedule *s);

/* What can be judged without a clock: the text of the horizon, options that make no
 * sense, phases that are missing or cannot be any. Texts as above. */
bool ob_schedule_check(const struct ob_schedule_setup *setup, struct ob_err *err);

/* The rate of step k >= 1 for a base rate. s may be NULL: base. */
double ob_schedule_rate(const struct ob_schedule *s, double base, uint64_t k);

/* Whether some step may have another rate than the base. s may be NULL: false. */
bool ob_schedule_changes(const struct ob_schedule *s);

/* The momentum (first beta) of step k; false where it is not the schedule's business. */
bool ob_schedule_momentum(const struct ob_schedule *s, uint64_t k, double *out);

/* Whether measurements are to be handed over, and one that was made behind step k: what
 * patience watches, `more` where more of it is better. A NaN is no gain. The rate may
 * change from step k + 1 on. During the warm-up nothing is heeded. */
bool ob_schedule_observes(const struct ob_schedule *s);
void ob_schedule_observe(struct ob_schedule *s, uint64_t k, double value, bool more);

#endif
