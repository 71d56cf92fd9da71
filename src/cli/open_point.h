/*
 * A place in the space of parameters that a person names: an experiment at its start, or
 * a run at its start, at a step, or where it is now; with the problem to evaluate there.
 * What `curvature` and `surface` begin with. For src/cli alone.
 *
 * The problem is built in float64 whatever the run's dtype (spec.experiment.dtype): its
 * figures are about the function, not about the run's rounding. theta is exactly what
 * the run holds.
 */
#ifndef OB_CLI_OPEN_POINT_H
#define OB_CLI_OPEN_POINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/cli/command.h"
#include "optbench/conf/spec.h"
#include "optbench/data/dataset.h"
#include "optbench/model/problem.h"

/* The table entry of --at. */
#define OB_OPTION_AT                                                                     \
    {                                                                                    \
        .name = "at", .argument = "WHERE",                                               \
        .help =                                                                          \
            "start, end (of a run: where it is now), best (where its [checkpoint] best " \
            "was), average (of its parameters, where it keeps one) or a step of its log" \
    }

enum ob_point_where {
    OB_POINT_END,
    OB_POINT_START,
    OB_POINT_BEST,
    OB_POINT_AVERAGE,
    OB_POINT_STEP
};

struct ob_point {
    struct ob_spec spec;    /* of a run where it is now: with what was set since */
    struct ob_dataset data; /* zeroed for a model that needs none */
    struct ob_problem *problem;
    struct ob_pool *pool; /* of the problem, owned; NULL = none */
    double *theta;        /* [problem->n], owned */
    uint64_t step;        /* after which the parameters were so; 0 = the start */
    bool of_run;
    bool averaged;   /* theta is the average that the run keeps */
    char *path;      /* of the run directory, or of the config; owned */
    char *name;      /* of the run, or of the experiment; raw; owned */
    double lr;       /* that the log has for this step; NAN where it was not asked */
    bool other_data; /* the data are no longer those that the run was trained on */
};

/* Which point; texts are lent for the call. */
struct ob_point_ask {
    const char *what; /* CONFIG or RUN, as typed */
    const char *text; /* [len] the config itself, `what` being its path; NULL = read it */
    size_t len;
    const char *at;    /* as typed; NULL = end */
    const char *runs;  /* folder of runs, NULL = the usual one */
    const char **sets; /* [nsets] */
    size_t nsets;
    bool average; /* where `at` is NULL: that of a run which keeps one */
    bool threads; /* the problem has a pool: experiment.threads, 0 = all there are */
};

/* What the operand `i`, --at, --runs and --set ask; free() ask->sets. */
struct ob_point_ask ob_point_asked(const struct ob_args *args, size_t i);

/* Fills a zeroed *out. On failure prints every problem and returns false with the exit
 * status; *out is finished then. */
bool ob_point_open(struct ob_point *out, const struct ob_point_ask *ask, int *status);

void ob_point_finish(struct ob_point *p); /* zeroed is allowed */

/* Appends where the point is, for people: "at the start", "at step 1200". */
void ob_point_where(const struct ob_point *p, struct ob_buf *out);

#endif
