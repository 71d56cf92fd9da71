/*
 * What a cluster gave a run to be trained on: the job that its engine is part of, as the
 * environment variables of the batch system tell. Slurm, PBS (Pro and Torque), LSF and
 * Grid Engine are known. The engine asks once when it begins or takes up a run and writes
 * it into run.json: `job` is the allocation that the run was trained in last,
 * `earlier_jobs` those before it, for a run that is requeued goes through several.
 * `show`, reports and scripts read it. Needs only base; any thread, as long as nobody
 * changes the environment.
 */
#ifndef OB_RUN_ALLOCATION_H
#define OB_RUN_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/json.h"
#include "optbench/run/rundir.h"

/* Earlier allocations that are kept: the newest ones. */
#define OB_ALLOCATIONS_MAX 16

/* One allocation. Texts are as the environment had them, cut to the size of their
 * members and raw: whoever prints them makes them safe. Zeroed = no job. */
struct ob_allocation {
    char system[8];      /* "slurm", "pbs", "lsf", "sge"; "" = no batch system */
    char id[64];         /* of the job */
    char array_id[64];   /* of the array that it is one of, "" = of none */
    char array_task[24]; /* its place there */
    char name[128];      /* of the job, "" = not told, as all texts below */
    char nodes[256];     /* list of nodes: "node[1-4]" */
    char partition[64];  /* partition or queue */
    char account[64];
    char gpus[64];   /* indices or count, as the system tells */
    uint64_t cpus;   /* of this task where that is told, else of the node; 0 = not told */
    uint64_t memory; /* bytes on the node; 0 = not told */
    uint64_t restarts; /* times that the job was begun anew before */
    int64_t since;     /* wall clock, ns since 1970: when the run was begun or taken up in
                          it */
};

/* The job that this process is part of; .system is "" where there is none. `since` is
 * left 0. */
void ob_allocation_here(struct ob_allocation *a);

/* "1234", or "1230_4" for a part of an array; "" where there is no job. */
void ob_allocation_id(const struct ob_allocation *a, char out[static 96]);

/* Appends it in words, in the order in which they matter: "slurm 1230_4 (job 1234) on
 * node7, partition main, 2 CPUs, 4.0 GB, restarted once". Nothing where there is none. */
void ob_allocation_words(const struct ob_allocation *a, struct ob_buf *out);

/* The value of a member of an object that is being written: null where there is none. */
void ob_allocation_write(const struct ob_allocation *a, struct ob_json *j);

/* The reverse, with the patience that files from outside need. */
void ob_allocation_read(struct ob_allocation *a, const struct ob_json_value *v);

/* Several, oldest first. Zeroed = none. */
struct ob_allocations {
    struct ob_allocation *item; /* [n]; owned */
    size_t n;
};
void ob_allocations_finish(struct ob_allocations *list);

/* Appends a copy; beyond OB_ALLOCATIONS_MAX the oldest goes. */
void ob_allocations_add(struct ob_allocations *list, const struct ob_allocation *a);

/* The `earlier_jobs` of run.json; none where it cannot be read. */
void ob_allocations_read(struct ob_allocations *list, const struct ob_rundir *d);

#endif
