/*
 * The folder of a sweep, read: used by whoever runs, watches or collects one. Any thread;
 * one struct belongs to one thread at a time. A folder is untrusted as a run directory is
 * (run/rundir.h): everything is reached through its handle, links are not followed.
 *
 *     sweep.ini     the experiment, which stands for itself
 *     plan.csv      sweep/plan.h
 *     sweep.json    the facts below; written last, so it makes the folder a sweep
 *     cells/NAME    run directories of the cells, made as they start
 *     failures/     NAME.json of cells that failed
 */
#ifndef OB_SWEEP_FOLDER_H
#define OB_SWEEP_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/run/rundir.h"
#include "optbench/sweep/plan.h"
#include "optbench/sweep/rungs.h"

#define OB_SWEEP_WORD_MAX    ((size_t)64)
#define OB_SWEEP_WORKERS_MAX 65536 /* of the virtual clock */

/* What sweep.json says; what is not there has its default. */
struct ob_sweep_facts {
    char name[OB_RUN_NAME_MAX + 1]; /* experiment.name */
    char title[256];                /* "" = none; not yet safe for a terminal */
    char metric[OB_SWEEP_WORD_MAX]; /* figure of summary.json or column: "loss" */
    char method[OB_SWEEP_WORD_MAX]; /* "grid", "random", "sobol" */
    size_t cells;                   /* rows of plan.csv */
    struct ob_rungs_rules rules;    /* of halving; maximize as goal = max */
    char within[OB_SWEEP_WORD_MAX]; /* the key whose values never compete; "" = all do */
    uint64_t steps; /* of a whole run, as the experiment has it: stop.max_steps or
                       stop.max_evals, whichever is less; 0 = without limit */
    int retries;    /* >= 0 */
    bool fail_fast; /* the first failed cell ends the sweep */
    uint64_t hash;  /* of sweep.ini and plan.csv */
};

struct ob_sweep {
    char *path;           /* as given; owned */
    struct ob_rundir dir; /* of the folder itself */
    struct ob_plan plan;
    struct ob_sweep_facts facts;
};

/* Whether the path looks like the folder of a sweep: it has a regular file sweep.json. */
bool ob_sweep_is(const char *path);

/* Opens a sweep and reads plan and facts into a zeroed *s. Fails with OB_EUSAGE where it
 * is none, OB_EDATA where a file of it is broken, or was changed since the sweep was
 * planned, OB_EIO where it cannot be read; *s is finished then. */
bool ob_sweep_open(struct ob_sweep *s, const char *path, struct ob_err *err);

void ob_sweep_finish(struct ob_sweep *s);

/* "DIR/cells/c00042", "DIR/sweep.ini"; free() it. */
char *ob_sweep_cell_path(const struct ob_sweep *s, size_t cell);
char *ob_sweep_config_path(const struct ob_sweep *s);

/* The same below the handle of the folder, for ob_rundir_file(): "cells/c00042/FILE" and
 * "failures/c00042.json". Room of OB_SWEEP_FILE_MAX bytes; `file` NULL = the folder. */
#define OB_SWEEP_FILE_MAX ((size_t)160)
void ob_sweep_cell_file(const struct ob_sweep *s, size_t cell, const char *file,
                        char out[static OB_SWEEP_FILE_MAX]);
void ob_sweep_failure_file(const struct ob_sweep *s, size_t cell,
                           char out[static OB_SWEEP_FILE_MAX]);

#endif
