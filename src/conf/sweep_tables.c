#include <config.h>

#include "optbench/conf/sweep.h"

/* Seeds are whole numbers that a double holds, so that every file format keeps them. */
#define SEED_MAX  9007199254740992.0
#define COUNT_MAX 1e15

enum { TRIALS_MAX = 1000000, RUNGS_MAX = 16, WORKERS_MAX = 65536 };

static const char *const methods[] = {
    [OB_SWEEP_GRID] = "grid",
    [OB_SWEEP_RANDOM] = "random",
    [OB_SWEEP_SOBOL] = "sobol",
    NULL,
};
static const char *const orders[] = {
    [OB_SWEEP_BY_SEED] = "seeds",
    [OB_SWEEP_BY_CELL] = "cells",
    [OB_SWEEP_SHUFFLED] = "shuffled",
    NULL,
};
static const char *const equals[] = {
    [OB_SWEEP_TRIALS] = "trials",
    [OB_SWEEP_EVALUATIONS] = "evaluations",
    NULL,
};
static const char *const goals[] = {
    [OB_SWEEP_AUTO] = "auto",
    [OB_SWEEP_MIN] = "min",
    [OB_SWEEP_MAX] = "max",
    NULL,
};
static const char *const halvings[] = {
    [OB_SWEEP_NO_HALVING] = "no",
    [OB_SWEEP_SYNC] = "sync",
    [OB_SWEEP_ASYNC] = "async",
    NULL,
};

const struct ob_param ob_sweep_params[] = {
    OB_CHOICE(struct ob_sweep_opts, method, .choices = methods,
              .help = "whether every combination of values is trained, or values are "
                      "drawn: independently, or as points of a Sobol sequence, which "
                      "cover the space more evenly"),
    OB_INTEGER(struct ob_sweep_opts, trials, .min = 1, .max = TRIALS_MAX, .fallback = 20,
               .help = "how often values are drawn, for each optimizer; not of a grid"),
    OB_INTEGER(struct ob_sweep_opts, seed, .min = 0, .max = SEED_MAX,
               .help = "of the draws"),
    OB_BOOLEAN(struct ob_sweep_opts, scramble,
               .help = "shift the points of a Sobol sequence by the seed"),
    OB_TEXTS(struct ob_sweep_opts, each,
             .help = "keys that are not drawn: each of their values gets all trials; "
                     "optimizer.kind and seeds always do"),
    OB_TEXTS(struct ob_sweep_opts, seeds,
             .help = "repeats of each run with other seeds: a number for "
                     "experiment.seed, or numbers by keys of [seed], as in "
                     "data 3, init 5"),
    OB_CHOICE(struct ob_sweep_opts, order, .choices = orders,
              .help = "what is trained first: every run with its first seed, each run "
                      "with all of its seeds, or any"),
    OB_CHOICE(struct ob_sweep_opts, equal, .choices = equals,
              .help = "what each optimizer gets equally much of; with evaluations its "
                      "runs end by stop.max_evals"),
    OB_INTEGER(struct ob_sweep_opts, evaluations, .min = 0, .max = COUNT_MAX,
               .zero_word = "auto",
               .help = "of the loss, for all trials of an optimizer together; auto: as "
                       "many as the experiment allows that with most trials"),
    OB_TEXT(struct ob_sweep_opts, metric, .fallback_text = "loss",
            .help = "by what runs are compared: a figure of their summaries, such as "
                    "loss, best_loss, val_loss, accuracy or target_step"),
    OB_CHOICE(struct ob_sweep_opts, goal, .choices = goals,
              .help = "whether less or more of the metric is better; auto: more of "
                      "accuracy and r2, less of anything else"),
    OB_CHOICE(struct ob_sweep_opts, halving, .choices = halvings,
              .help = "whether all runs are halted at rungs and only the best of each go "
                      "on: a whole rung at a time, or whoever is good enough so far "
                      "(ASHA)"),
    OB_INTEGER(struct ob_sweep_opts, eta, .min = 2, .max = 1000, .fallback = 3,
               .help = "of so many runs one goes on from a rung, for so many times as "
                       "many steps"),
    OB_INTEGER(struct ob_sweep_opts, rungs, .min = 0, .max = RUNGS_MAX,
               .zero_word = "auto",
               .help = "rungs, the end of the run included; auto: as many as leave one "
                       "run for the last"),
    OB_INTEGER(struct ob_sweep_opts, brackets, .min = 1, .max = RUNGS_MAX, .fallback = 1,
               .help =
                   "groups of runs that begin at higher and higher rungs (Hyperband)"),
    OB_INTEGER(struct ob_sweep_opts, workers, .min = 1, .max = WORKERS_MAX, .fallback = 4,
               .help = "runs at a time that decisions of halving = async are made for, "
                       "however many there really are"),
    OB_TEXT(struct ob_sweep_opts, within,
            .help = "the key whose values never compete for a rung, none: all runs do; "
                    "left out: optimizer.kind where that differs"),
    OB_INTEGER(struct ob_sweep_opts, retries, .min = 0, .max = 1000,
               .help = "how often a run that failed is tried again"),
    OB_BOOLEAN(struct ob_sweep_opts, fail_fast,
               .help = "end the sweep when a run has failed for good"),
    { 0 },
};
