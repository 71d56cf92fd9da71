/*
 * Why a cell of a sweep failed: DIR/failures/CELL.json, which `sweep run` writes when an
 * attempt fails and removes when the cell has come to its end. A cell may fail without a
 * run directory (a config that asks for a file that is gone), or in the midst of one (a
 * process that was killed). `status`, `collect` and the screen read. One thread a call.
 * Includes only base and run.
 */
#ifndef OB_SWEEP_FAILURE_H
#define OB_SWEEP_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/run/rundir.h"

struct ob_failure {
    unsigned attempts; /* that failed, all invocations together */
    int status;        /* exit status of the last one, as of `optbench run` */
    int signal;        /* that ended its process, 0 = none */
    uint64_t steps;    /* that it had made */
    int64_t time;      /* wall clock, ns since 1970 */
    char reason[512];  /* one line; raw */
    char host[256];    /* machine that it ran on; raw */
};

/* Reads that of a cell ("c00042") of the sweep whose directory `sweep` is; members of a
 * wrong type count as missing. False where there is none that can be read. */
bool ob_failure_read(const struct ob_rundir *sweep, const char *cell,
                     struct ob_failure *out);

/* Writes it, in one step. Fails with OB_EIO. */
bool ob_failure_write(const struct ob_rundir *sweep, const char *cell,
                      const struct ob_failure *f, struct ob_err *err);

/* Removes it; one that is not there is fine. */
void ob_failure_remove(const struct ob_rundir *sweep, const char *cell);

#endif
