/*
 * What jobs.c (what comes next) and jobs_told.c (how it went) share.
 */
#ifndef OB_SWEEP_JOBS_PRIV_H
#define OB_SWEEP_JOBS_PRIV_H

#include "jobs.h"
#include "optbench/run/runinfo.h"

enum {
    FLAG_SETTLED = 1, /* it was counted as such */
    FLAG_FAILURE = 2, /* it has a file in failures/ */
    FLAG_BUSY = 4,
    FLAG_LOOSE = 8 /* its process was gone before it said that it halted */
};

struct jobs_again {
    struct ob_crew_job job;
    int64_t when; /* monotonic */
    bool busy;    /* another process had it */
};

/* Nothing is left to do for the cell. */
void jobs_settle(struct jobs *j, size_t cell);

/* The rung that a job leads to; there are rungs. */
unsigned jobs_rung(const struct jobs *j, const struct ob_crew_job *job);

/* It is to be given again, from a time on. */
void jobs_put_back(struct jobs *j, const struct ob_crew_job *job, int64_t when,
                   bool busy);

/* Somebody else has it: it is looked at again later. */
void jobs_busy(struct jobs *j, const struct ob_crew_job *job, int64_t now);

/*
 * What the directory of a cell says by now: another process ran it, or the worker died
 * behind its last words. One that has come to its end is taken in as if it had been told.
 */
enum ob_run_state jobs_look_again(struct jobs *j, const struct ob_crew_job *job);

#endif
