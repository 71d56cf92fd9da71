/*
 * The learning rate range test of Smith 2017 ("Cyclical learning rates for training
 * neural networks", section 3.3): a short run whose rate grows at each step, and where
 * its loss falls best. Smoothed and judged as Gugger 2018 ("How do you find a good
 * learning rate"). For src/cli alone; one thread.
 */
#ifndef OB_CLI_RANGE_TEST_H
#define OB_CLI_RANGE_TEST_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/diag.h"
#include "optbench/conf/spec.h"

enum { RANGE_STEPS_MAX = 100000 };

struct range_opts {
    double from, to; /* rates, 0 < from < to */
    uint64_t steps;  /* 2 .. RANGE_STEPS_MAX */
    bool linear;     /* the rate grows by the same amount at each step, not by a factor */
};

/* What was found. */
struct range_test {
    double *lr, *loss, *smooth; /* [n]: of each step; the mean of losses, the latest
                                   weighing most */
    size_t n;
    bool diverged;       /* it ended before the last step: the loss had grown fourfold, or
                            was no number */
    const char *end;     /* the rule that ended it earlier otherwise; NULL = none did */
    double lowest_lr;    /* where the smoothed loss is lowest */
    double steepest_lr;  /* where it falls fastest with the logarithm of the rate; NaN =
                            nowhere */
    double lr_suggested; /* NaN = the loss never fell */
};

/* Runs it on what the spec says, less its schedule and stop rules. False after adding the
 * problems. Finish in any case. */
bool range_test_run(struct range_test *r, const struct range_opts *o,
                    struct ob_spec *spec, struct ob_diags *diags);
void range_test_finish(struct range_test *r);

#endif
