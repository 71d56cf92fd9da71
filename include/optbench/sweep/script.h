/*
 * Scripts that run a sweep elsewhere, printed by `optbench sweep script`: a job array for
 * Slurm, GNU parallel on the processors of one machine, or one MPI job. A script holds
 * nothing but calls of `sweep run` (or of `optbench-mpi sweep`), so that truth stays in
 * the sweep's folder: the same script a second time goes on with what is missing.
 *
 * The cells are bundled into shards (shard.h), because a batch system takes seconds for
 * each job and has a limit to their number. A job that is told of its end (SIGTERM some
 * time before its limit, a node that is wanted) ends with status 75 behind a checkpoint,
 * and its script gives it back to the queue.
 *
 * Pure functions, any thread. Nothing is submitted.
 */
#ifndef OB_SWEEP_SCRIPT_H
#define OB_SWEEP_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

enum ob_script_kind { OB_SCRIPT_SLURM, OB_SCRIPT_PARALLEL, OB_SCRIPT_MPI };

/* MaxArraySize of slurm.conf(5) is 1001 unless a site says otherwise, and the highest
 * index is one less. */
#define OB_SCRIPT_ARRAY_MOST ((size_t)1000)

/* What is to be printed; all of it lent. NULL and 0 leave a thing to the batch system. */
struct ob_script {
    enum ob_script_kind kind;
    const char *program; /* path of optbench; of optbench-mpi for OB_SCRIPT_MPI */
    const char *dir;     /* of the sweep, from the root */
    const char *name;    /* of the sweep, for the name of the job */
    size_t cells;        /* of the plan */
    size_t shards;       /* 1 or more; not for OB_SCRIPT_MPI */
    size_t ranks;        /* of OB_SCRIPT_MPI, 1 or more */
    size_t at_once;      /* jobs under way; 0 = as many as there is room for */
    uint64_t cpus;       /* of each job, and of each rank; 0 = one */
    uint64_t warn;       /* seconds between the signal and the limit of time */
    const char *time;    /* limit of each job: "90", "1:30:00", "2-12" */
    const char *memory;  /* of each job: "4G" */
    const char *gpus;    /* of each job: "1", "a100:2" */
    const char *partition, *account;
    const char *const *sbatch; /* [nsbatch] further options: "--qos=long" */
    size_t nsbatch;
    const char *const *setup; /* [nsetup] lines of shell before anything runs */
    size_t nsetup;
};

/*
 * Appends the script, for bash. Every path in it is one quoted word (base/shell.h), and
 * none of them stands in a comment or in the template of another program. Fails with
 * OB_EUSAGE where an option of sbatch is not of the form that it takes, so that nobody
 * finds out in the queue.
 */
bool ob_script_write(const struct ob_script *s, struct ob_buf *out, struct ob_err *err);

/* A limit as sbatch(1) takes it: minutes, minutes:seconds, hours:minutes:seconds,
 * days-hours, days-hours:minutes, days-hours:minutes:seconds; more than nothing.
 * OB_EUSAGE otherwise. */
bool ob_script_seconds(const char *text, uint64_t *seconds, struct ob_err *err);

/* What is known of the work that is left. */
struct ob_script_work {
    size_t cells; /* left to be trained, 1 or more */
    size_t most;  /* shards at most: those of cells that compete stay together; 0 = one
                     a cell */
    double
        seconds;   /* of training on one processor, all cells together; NAN = not known */
    uint64_t cpus; /* of each shard; 0 = one */
    uint64_t limit; /* seconds that a job may take, 0 = none */
};

/*
 * How many shards: so many that each takes about half an hour, or half of the limit where
 * that is less; sixteen where nothing is known; at least one, at most one a cell and
 * OB_SCRIPT_ARRAY_MOST.
 */
size_t ob_script_shards(const struct ob_script_work *w);

/* Seconds that a shard takes, of so many; NAN where nothing is known. */
double ob_script_shard_seconds(const struct ob_script_work *w, size_t shards);

#endif
