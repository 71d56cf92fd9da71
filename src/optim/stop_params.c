/* The keys of [stop]. */
#include <math.h>

#include "optbench/optim/stop.h"

static const char *const whens[] = {
    [OB_STOP_WHEN_ANY] = "any",
    [OB_STOP_WHEN_ALL] = "all",
    NULL,
};

const struct ob_param ob_stop_params[] = {
    OB_CHOICE(struct ob_stop_opts, when, .choices = whens,
              .help =
                  "whether any of theta_delta, loss_delta, grad_norm, target, patience "
                  "and plateau ends the run, or only all that are set together; limits "
                  "end it always"),
    OB_INTEGER(struct ob_stop_opts, max_steps, .fallback = 100000, .min = 0, .max = 1e15,
               .zero_word = "none", .unit = "steps", .live = true,
               .help = "steps at most"),
    OB_REAL(struct ob_stop_opts, max_epochs, .min = 0, .max = 1e15, .zero_word = "none",
            .unit = "epochs", .live = true, .help = "passes over the data at most"),
    OB_REAL(struct ob_stop_opts, max_seconds, .min = 0, .max = 1e9, .zero_word = "none",
            .unit = "seconds", .live = true,
            .help = "time of training at most, pauses not counted"),
    OB_INTEGER(struct ob_stop_opts, max_evals, .min = 0, .max = 1e15, .zero_word = "none",
               .live = true, .help = "evaluations of the loss at most"),
    OB_REAL(struct ob_stop_opts, theta_delta, .min = 0, .max = INFINITY,
            .below_max = true, .zero_word = "off", .live = true,
            .help = "stop when the norm of a step is at most this (not its square)"),
    OB_REAL(struct ob_stop_opts, loss_delta, .min = 0, .max = INFINITY, .below_max = true,
            .zero_word = "off", .live = true,
            .help = "stop when the loss changes by at most this in a step"),
    OB_REAL(struct ob_stop_opts, grad_norm, .min = 0, .max = INFINITY, .below_max = true,
            .zero_word = "off", .live = true,
            .help = "stop when the norm of the gradient is at most "
                    "this"),
    OB_BOOLEAN(struct ob_stop_opts, relative,
               .help =
                   "thresholds are relative: to the norm of the parameters for "
                   "theta_delta, to the loss for the others, where those are above 1"),
    OB_TEXT(struct ob_stop_opts, target,
            .help = "stop when a metric is good enough, such as loss <= 0.1; when that "
                    "was is recorded"),
    OB_BOOLEAN(struct ob_stop_opts, target_stops, .fallback = 1,
               .help = "no: the run goes on, and only the steps, seconds and evaluations "
                       "to the target are recorded"),
    { .name = "for",
      .kind = OB_PARAM_INTEGER,
      .offset = OB_FIELD(struct ob_stop_opts, for_steps, int64_t),
      .fallback = 1,
      .min = 1,
      .max = 1e9,
      .unit = "steps",
      .help = "how many steps in a row must meet a threshold" },
    OB_INTEGER(struct ob_stop_opts, patience, .min = 0, .max = 1e15, .zero_word = "off",
               .live = true,
               .help = "stop after so many measurements in a row without a new best one, "
                       "of val_loss or what patience_metric names; without a "
                       "validation part, of the loss"),
    OB_TEXT(struct ob_stop_opts, patience_metric,
            .help = "what patience, plateau and schedule.kind = plateau watch: loss, "
                    "val_loss or val_ and a metric of log.metrics; val_loss where left "
                    "out, without a validation part the loss"),
    OB_REAL(struct ob_stop_opts, min_delta, .min = 0, .max = INFINITY, .below_max = true,
            .live = true,
            .help = "for patience, a best one is better than the one before by more than "
                    "this"),
    OB_INTEGER(struct ob_stop_opts, plateau, .min = 0, .max = 1e15, .zero_word = "off",
               .help = "stop when the mean of so many measurements is no better than "
                       "that of as many before them; of what patience watches"),
    OB_REAL(struct ob_stop_opts, plateau_delta, .fallback = 1e-3, .min = 0, .max = 1,
            .help = "for plateau, better is by more than this share"),
    OB_REAL(struct ob_stop_opts, max_loss, .fallback = INFINITY, .min = -INFINITY,
            .max = INFINITY, .help = "a loss above this counts as diverged"),
    { 0 },
};
