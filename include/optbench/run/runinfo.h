/*
 * What a run is and how it stands, in one struct: run.json with the judgement of lock,
 * heartbeat and summary.json on top. The engine writes run.json; lists, screens and
 * `show` read. The list of runs is a scan of folders; index.h is the quick way.
 */
#ifndef OB_RUN_RUNINFO_H
#define OB_RUN_RUNINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/run/allocation.h"
#include "optbench/run/rundir.h"

#define OB_RUN_JSON_MAX ((size_t)256 << 10) /* of a run.json that is read */

enum ob_run_state {
    OB_RUN_UNKNOWN,     /* no readable run.json */
    OB_RUN_RUNNING,     /* its engine lives and trains */
    OB_RUN_PAUSED,      /* its engine lives and waits for a command */
    OB_RUN_FINISHED,    /* ended by itself; summary.json says why */
    OB_RUN_INTERRUPTED, /* ended by a signal, or its engine is gone without a word */
    OB_RUN_FAILED       /* ended by an error */
};
const char *ob_run_state_name(enum ob_run_state s);    /* "running", ...; static */
enum ob_run_state ob_run_state_find(const char *name); /* OB_RUN_UNKNOWN for others */

/* run.json, and what follows from the rest of the directory. Texts are cut to the size of
 * their members and are raw: whoever prints them makes them safe. Zeroed = unknown. */
struct ob_run_info {
    char name[OB_RUN_NAME_MAX + 1]; /* of the directory; safe */
    char experiment[128];           /* [experiment] name */
    char title[256];                /* [experiment] title; "" = none */
    char config[1024];              /* absolute path of the file given, "" = none */
    char config_hash[17];           /* 16 hex digits of the resolved config */
    char program[32];               /* version */
    char host[256];                 /* of the engine */
    char boot[48];                  /* boot id of the engine's machine, "" = unknown */
    char cpu[128];                  /* processor name and the kernel variant in use */
    char blas[128];                 /* OpenBLAS configuration and core name */
    char device[64];                /* that computes: "cpu", "cuda:0" */
    char device_why[160];           /* why it does, where device = auto chose; else "" */
    char device_name[128];          /* of what is not the CPU: as its maker calls it, */
    char device_driver[128];        /* versions of driver and compiler, */
    char device_identity[64];       /* which one of its kind, "" = not told, */
    char device_architecture[32];   /* "sm_90", "" = not told */
    char dtype[16];
    char data_origin[1024]; /* where the data came from */
    char data_hash[17];     /* 16 hex digits of the data as trained on */
    char git_commit[65];    /* of the repository it was started in, hex; "" = none */
    char git_branch[128];   /* "" = none */
    char git_dirty[8]; /* "yes": tracked files were not those of the commit, or changes
                          were staged; "no"; "" = not known */
    char replay_of[OB_RUN_NAME_MAX + 1]; /* name of the replayed run, "" = none */
    char log[512];                       /* that it mirrors (foreign.h), ... */
    char log_format[16];                 /* ... "csv", ...; "" = a run of our own */
    int64_t seed;
    int64_t pid;
    int64_t started; /* wall clock, ns since 1970 */
    unsigned threads;
    unsigned ranks;     /* processes that it was trained by together, 0 = one alone */
    char reduction[16]; /* how these add sums: "reproducible", "fast"; "" = one alone */
    unsigned resumed;   /* times that it was taken up again */
    bool steered;       /* a live parameter was changed */
    bool cell;          /* of a sweep: it may not have waited for the disk */
    bool plan_known;    /* max_steps is */
    uint64_t max_steps;
    struct ob_allocation job; /* of a cluster that it was trained in last; .system "" =
                                 none */
    const struct ob_allocations *earlier_jobs; /* lent by who writes; NULL where it was
                                                  read: ob_allocations_read() has them */
    enum ob_run_state recorded; /* as run.json has it: at most running while it lives */

    /* Below: not in run.json; filled by ob_run_info_read(). */
    enum ob_run_state state;
    bool foreign;     /* its engine is on another machine */
    bool has_summary; /* the next six come from summary.json, else from `live` and, where
                         that is newer, from the last row of the log */
    char stop[32];    /* why it ended, as summary.json has it; "" while it runs */
    uint64_t step;    /* newest known */
    double loss;      /* NAN where unknown */
    double best_loss; /* the lowest so far; NAN where unknown */
    double theta_delta; /* NAN where unknown */
    double seconds;     /* of training; NAN where unknown */
};

/* Appends run.json. */
void ob_run_info_write(const struct ob_run_info *info, struct ob_buf *out);

/* Reads and judges one directory. A directory without a readable run.json fails with
 * OB_EDATA and leaves *info with the name alone. */
bool ob_run_info_read(const struct ob_rundir *d, struct ob_run_info *info,
                      struct ob_err *err);

/* The same of run.json alone, as it has it: nothing is judged. */
bool ob_run_info_recorded(const struct ob_rundir *d, struct ob_run_info *info,
                          struct ob_err *err);

struct ob_run_list {
    struct ob_run_info *item; /* [n], newest start first */
    char **path;              /* [n], each to be opened by ob_rundir_open() */
    size_t n;
};
/* All runs of a list of folders (runs.h); what is not a run directory is passed over, and
 * so are the archives. A folder that does not exist is empty. Fails with OB_EIO where one
 * cannot be read. */
bool ob_run_list_read(struct ob_run_list *list, const char *runs, struct ob_err *err);
void ob_run_list_finish(struct ob_run_list *list);

/* Names in one folder that could be those of runs (so not `archive`), highest first:
 * those that ob_rundir_claim() made are newest first then. A folder that does not exist
 * has none. Fails with OB_EIO where it cannot be read. Free with ob_run_names_free(). */
bool ob_run_names_read(const char *runs, char ***names, size_t *n, struct ob_err *err);
void ob_run_names_free(char **names, size_t n);

/* Name and boot id of this machine, for run.json and for `foreign`. */
void ob_run_host(char host[static 256], char boot[static 48]);

#endif
