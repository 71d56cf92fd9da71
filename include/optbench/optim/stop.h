/*
 * When a run ends, and how that is said.
 *
 * An ending is an outcome, never an error. The trainer hands the facts of each step, in
 * order, to ob_stop_check(); rules see every step, recorded or not. Where several rules
 * are met by one step the first in this order is reported: diverged, saturated, target,
 * grad_norm, theta_delta, loss_delta, patience, plateau, stalled, then budgets. With
 * `when = all` the rules from target to plateau end a run together only, each as it was
 * last measured; the others end it alone always.
 *
 * saturated: step and gradient are exactly zero while a loss term is clamped. stalled:
 * the step is below rounding though gradient and rate are not zero; it also meets a
 * theta_delta rule, which is reported with a note. Without that rule a run is stalled
 * after OB_STALLED_STEPS such steps in a row.
 */
#ifndef OB_OPTIM_STOP_H
#define OB_OPTIM_STOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/base/param.h"

/* X(identifier, word of summary.json, title for people) */
#define OB_STOPS(X)                                                                      \
    X(OB_GO_ON, "running", "running")                                                    \
    X(OB_STOP_THETA_DELTA, "theta_delta", "the parameters stopped moving")               \
    X(OB_STOP_GRAD_NORM, "grad_norm", "the gradient is small enough")                    \
    X(OB_STOP_LOSS_DELTA, "loss_delta", "the loss stopped changing")                     \
    X(OB_STOP_TARGET, "target", "the target is met")                                     \
    X(OB_STOP_PATIENCE, "patience", "patience ran out")                                  \
    X(OB_STOP_PLATEAU, "plateau", "a plateau is reached")                                \
    X(OB_STOP_MAX_STEPS, "max_steps", "the limit of steps was reached")                  \
    X(OB_STOP_MAX_EPOCHS, "max_epochs", "the limit of epochs was reached")               \
    X(OB_STOP_TIME, "time", "the limit of time was reached")                             \
    X(OB_STOP_MAX_EVALS, "max_evals", "the limit of evaluations was reached")            \
    X(OB_STOP_DIVERGED, "diverged", "the run diverged")                                  \
    X(OB_STOP_SATURATED, "saturated", "the loss is saturated")                           \
    X(OB_STOP_STALLED, "stalled", "the steps are below rounding")                        \
    X(OB_STOP_SINGULAR, "singular", "the Hessian is singular")                           \
    X(OB_STOP_STUCK, "stuck", "no step along the direction helps")                       \
    X(OB_STOP_CANCELLED, "cancelled", "stopped by hand")

enum ob_stop {
#define X(id, word, title) id,
    OB_STOPS(X)
#undef X
        OB_STOP_COUNT
};

const char *ob_stop_name(enum ob_stop s);
const char *ob_stop_title(enum ob_stop s);
/* The outcome of that name; OB_STOP_COUNT where there is none. */
enum ob_stop ob_stop_find(const char *name);

enum ob_stop_when { OB_STOP_WHEN_ANY, OB_STOP_WHEN_ALL };

/* [stop]; table ob_stop_params. 0 switches a rule off. */
struct ob_stop_opts {
    int when; /* enum ob_stop_when */
    int64_t max_steps, max_evals;
    double max_epochs, max_seconds;
    double theta_delta, loss_delta, grad_norm; /* met where value <= threshold */
    bool relative;         /* theta_delta times max(1, |theta|), loss_delta and grad_norm
                              times max(1, |loss|) */
    char *target;          /* "loss <= 0.1"; NULL none */
    bool target_stops;     /* else it is only recorded when it was met */
    char *patience_metric; /* what patience, plateau and the schedule of that name watch:
                              "loss", "val_accuracy"; NULL = val_loss, or the loss where
                              no rows are set aside */
    int64_t patience;      /* measurements without a gain that are waited for; 0 = off */
    double min_delta;      /* what counts as a gain: more than so much below the best */
    int64_t plateau; /* measurements whose mean is compared with that before; 0 = off */
    double plateau_delta; /* a gain is more than this share of it */
    int64_t for_steps;    /* key `for`: so many steps in a row, >= 1 */
    double max_loss; /* above it a run has diverged; inf = only NaN and infinity have */
};
extern const struct ob_param ob_stop_params[];

/* `metric op number`, op one of < <= > >=. */
struct ob_target {
    char metric[48];
    enum { OB_TARGET_LT, OB_TARGET_LE, OB_TARGET_GT, OB_TARGET_GE } op;
    double value;
};
/* OB_ECONFIG with a text that says what is wrong with the target. */
bool ob_target_parse(const char *text, struct ob_target *out, struct ob_err *err);

/* One finished step k: theta_k, and loss and gradient at theta_k. NaN = not measured at
 * this step, except where `bad` says that a number is truly no number. */
struct ob_step_facts {
    uint64_t k;
    double epoch;
    double loss, theta_delta, grad_norm, theta_norm;
    double lr;      /* of step k; a step of rate 0 proves nothing */
    double target;  /* the target's metric; NaN = not measured; unused for "loss" */
    double watched; /* what patience and plateau watch, where it was ... */
    bool measured;  /* ... at this step. Then NaN is a figure that is no number, which
                       is no gain */
    bool more;      /* more of it is better */
    const char *watches; /* its name in the log; NULL = loss. Borrowed for the call. */
    double seconds;      /* of training so far; clocks decide no other rule */
    uint64_t evals;      /* function evaluations so far */
    size_t clamped;      /* of the evaluation whose gradient made the step */
    bool step_is_zero;   /* theta_k equals theta_(k-1) in every bit */
    bool grad_is_zero;   /* the gradient that made the step was exactly 0 everywhere */
    const char *bad;     /* first tensor, "loss" or "gradient of w", with a NaN or an
                            infinity; NULL = all finite. Borrowed for the call. */
};

enum { OB_STOP_RULES = 10, OB_STALLED_STEPS = 16 };

/* Where one rule stands, for the progress display. */
struct ob_stop_rule {
    const char *name;    /* as in [stop] */
    double first;        /* first value seen, NaN before */
    double value, limit; /* now (NaN where not measured), and where it is met */
    bool budget;         /* grows towards limit; else falls to it */
    uint64_t row;        /* steps in a row that met it; 0 for budgets */
};

enum ob_stop_row { OB_ROW_TARGET, OB_ROW_GRAD, OB_ROW_THETA, OB_ROW_LOSS, OB_ROWS };

/* State of the rules; plain data, may be copied and saved whole. */
struct ob_stopper {
    struct ob_stop_opts opts;  /* its text stays with the caller */
    struct ob_target target;   /* metric "" = none */
    struct ob_step_facts last; /* its figures; flags are not kept */
    double first[OB_ROWS];     /* first value of each threshold, NaN before */
    uint64_t row[OB_ROWS];     /* steps in a row that met it */
    uint64_t stalled;          /* steps in a row without any movement */
    uint64_t waited;           /* measurements since the best of what patience watches */
    double watched;            /* that best; NaN before the first */
    uint64_t window;           /* measurements in the window of plateau that is filled */
    double window_sum;         /* of them */
    double window_mean;        /* of the window before; NaN = there was none */
    double window_gain;        /* share by which the last window was better; NaN = none */
    double window_first;       /* the first such share */
    bool window_flat;          /* the last window was no better */
    uint64_t target_step;      /* when the target was first met; 0 = not yet */
    uint64_t target_evals;     /* function evaluations until then */
    double target_seconds;     /* of training until then, written by the caller; NaN */
    double last_loss;          /* of the step before, NaN at first */
    double loss_change;        /* of the last step */
    char note[512];            /* beside the outcome; "" = nothing */
};

/* opts stay with the caller and outlive s. Fails as ob_target_parse(). */
bool ob_stopper_init(struct ob_stopper *s, const struct ob_stop_opts *opts,
                     struct ob_err *err);

/* The loss at the start, before step 1, and what patience watches (NaN = not measured),
 * so that loss_delta and patience have something to compare. */
void ob_stopper_begin(struct ob_stopper *s, double loss, double watched);

/* The verdict after step facts->k. The note is written with the outcome. */
enum ob_stop ob_stop_check(struct ob_stopper *s, const struct ob_step_facts *facts);

/* Puts the reason behind the note of a run that diverged: which term of the problem is no
 * number. "" = nothing is known. Cut where there is no room for all of it. */
void ob_stop_note_reason(struct ob_stopper *s, const char *reason);

/* The rules that are switched on, and where they stand; returns how many. */
size_t ob_stop_rules(const struct ob_stopper *s,
                     struct ob_stop_rule out[static OB_STOP_RULES]);

/* Share of the way that a rule has gone, 0 to 1: linear for budgets, by logarithm for
 * thresholds. NaN before its first value. */
double ob_stop_progress(const struct ob_stop_rule *r);

/* How the end is told. */
struct ob_stop_story {
    enum ob_stop stop;
    const char *note; /* of the stopper or of the optimizer; NULL or "" none */
    uint64_t steps;
    double loss, theta_delta, grad_norm;
    double reference_loss; /* NaN = none */
    double distance;       /* NaN = none */
    bool mini_batch;       /* steps are noisy */
    bool rate_fell;        /* the schedule had lowered the rate */
    bool no_data;          /* a function: there are no features */
    bool narrow;           /* computed in float32 */
    bool bce;              /* the loss is clamped, so small steps may mean saturation */
    const char *target;    /* as it was written; NULL = none */
    uint64_t target_step;  /* when it was first met; 0 = never */
    uint64_t target_evals; /* function evaluations until then */
};

/* Appends one to four sentences for people: what happened, what it does not mean and what
 * to do. Plain text, one sentence a line. */
void ob_stop_tell(const struct ob_stop_story *story, struct ob_buf *out);

/* True where loss is not the optimum to three figures: "not the optimum: the loss is
 * 0.000946 where the closed form has 0.000890"; `who` is "the closed form". Appends that
 * sentence, or nothing. */
bool ob_stop_not_optimum(double loss, double reference_loss, const char *who,
                         struct ob_buf *out);

#endif
