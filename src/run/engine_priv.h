/*
 * The engine from the inside: one struct, and the parts that work on it, each in a file
 * of its own. All of it on the main thread of the process; the training thread is only
 * reached through `feed`.
 *
 *   engine.c          order of a whole run, exit status
 *   cell.c            many runs in one process, for sweeps
 *   engine_facts.c    what is known of the machine
 *   engine_load.c     the spec, of a file or of an earlier run
 *   engine_setup.c    trainer, directory, run.json
 *   engine_loop.c     waiting: rows, notices, signals, flushing
 *   engine_control.c  requests of clients to commands of the worker, and back
 *   engine_live.c     snapshots to `live`
 *   engine_end.c      summary.json, last words
 *   replay.c          the steering of an earlier run
 *   detach.c          going on in a process of its own
 *   machine.c         processor and memory
 *   progress.c        stderr
 */
#ifndef OB_RUN_ENGINE_PRIV_H
#define OB_RUN_ENGINE_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "detach.h"
#include "engine_facts.h"
#include "hashes.h"
#include "machine.h"
#include "optbench/conf/spec.h"
#include "optbench/device/nvml.h"
#include "optbench/run/cell.h"
#include "optbench/run/control.h"
#include "optbench/run/engine.h"
#include "optbench/run/live.h"
#include "optbench/run/recorder.h"
#include "optbench/run/rundir.h"
#include "optbench/run/runinfo.h"
#include "optbench/run/way.h"
#include "optbench/train/feed.h"
#include "optbench/train/trainer.h"
#include "optbench/train/worker.h"
#include "progress.h"
#include "replay.h"

/* A request of a client that the worker has not answered yet. */
struct ob_engine_ask {
    bool open;
    enum ob_ctl_verb verb;
    struct ob_ticket ticket;
};

struct ob_engine {
    const struct ob_engine_opts *opts;
    const struct engine_facts *facts; /* lent */
    const struct ob_cell_job *job;    /* lent; NULL = a run of its own. Then also: */
    struct ob_data_keep *keep;        /* data of the cell before; lent */
    struct ob_cell_end *end;          /* how it went */
    struct ob_err err; /* why the run fails; code OB_OK while it does not */

    /* What is run; from setup to the end. */
    struct ob_spec spec;
    struct ob_replay replay;
    struct ob_trainer *trainer;
    bool resumed;                /* the directory is an earlier one */
    bool loaded;                 /* from a checkpoint */
    struct ob_recorder_place at; /* where its log goes on */

    /* Where it is recorded. */
    struct ob_rundir dir;
    int lock; /* descriptor, -1 = none */
    struct ob_run_info info;
    struct ob_allocations earlier_jobs; /* info points here */
    struct ob_recorder recorder;
    struct ob_way way; /* open where way points are kept */
    struct ob_hashes hashes;
    uint64_t rows_before; /* in the log when this process began */

    /* How it is talked to. */
    struct ob_control *control;
    struct ob_engine_ask *ask; /* [asks]; the id of a command is its place + 1 */
    size_t asks;
    struct ob_notice last_set; /* the change that the next answer to `set` tells of */

    /* How it is shown. */
    struct ob_live live;
    bool live_known;   /* a snapshot has come */
    bool live_waiting; /* a newer one than the file's */
    int64_t live_time; /* of the file, monotonic; 0 = none */
    struct ob_machine machine;
    struct ob_nvml *card;  /* the device's, NULL = nothing tells of it */
    int64_t card_time;     /* of the last look, monotonic; 0 = none */
    uint64_t device_bytes; /* of its memory that the run has taken */
    struct ob_progress progress;
    double row_loss, row_delta; /* of the newest rows, for it; NAN = not measured */
    struct ob_detach detach;

    /* How it goes. */
    struct ob_feed *feed;
    struct ob_worker *worker;
    int signals;             /* pipe that the handler writes to, -1 = none */
    int64_t signal_time;     /* of the first signal, monotonic; 0 = none */
    int signal;              /* the first that asked for the end */
    bool paused;             /* no rows are to come until somebody asks for them */
    bool ended;              /* the worker said its last word */
    int64_t checkpoint_time; /* of the last one by the clock, monotonic; 0 = none */
};

/* engine_load.c: tells what went wrong, on stderr or to who runs the cell, and makes it
 * the exit status; returns false. The second one finishes the list. */
bool ob_engine_refuse(struct ob_engine *e, const struct ob_err *err, int *status);
bool ob_engine_refuse_all(struct ob_engine *e, struct ob_diags *diags, int *status);
/* The spec, and the directory of a run that is taken up. False as with these. */
bool ob_engine_load(struct ob_engine *e, int *status);
/* engine_setup.c: the trainer and the files. */
bool ob_engine_prepare(struct ob_engine *e, int *status);
bool ob_engine_info(struct ob_engine *e, struct ob_err *err);        /* writes run.json */
void ob_engine_ranks(const struct ob_engine *e, struct ob_buf *out); /* with a share */

/* engine_setup.c: opens the control channel. */
bool ob_engine_answer(struct ob_engine *e, struct ob_err *err);

/* engine.c: a zeroed engine, with nothing open. */
struct ob_engine ob_engine_new(const struct ob_engine_opts *opts,
                               const struct engine_facts *facts);
/* Signals that ask for the end come through the pipe whose end this opens; the same one
 * for all engines of the process. */
bool ob_engine_catch(int *fd, struct ob_err *err);
bool ob_engine_create_worker(struct ob_engine *e, double pace, struct ob_err *err);
void ob_engine_started(struct ob_engine *e); /* the event */
void ob_engine_finish(struct ob_engine *e);

/* engine.c: way points that are kept at most, 0 = none. */
uint64_t ob_engine_waypoints(const struct ob_engine *e);

/* engine_loop.c: drives the worker on this thread, until it has ended (true) or the
 * monotonic clock has passed `until`. */
bool ob_engine_dash(struct ob_engine *e, int64_t until);
/* Until the worker has ended and all its words are recorded. */
void ob_engine_loop(struct ob_engine *e);
/* The first failure stays; the run ends because of it. */
void ob_engine_fail(struct ob_engine *e, const struct ob_err *err);
void ob_engine_event(struct ob_engine *e, const char *kind, uint64_t step,
                     const char *text);

/* engine_control.c */
void ob_engine_requests(struct ob_engine *e);
void ob_engine_reply(struct ob_engine *e, const struct ob_notice *n);
/* Answers a checkpoint that was asked for: the file, or NULL with why not. */
void ob_engine_saved(struct ob_engine *e, const struct ob_notice *n, const char *file,
                     const char *why);
bool ob_engine_asked(const struct ob_engine *e, enum ob_ctl_verb verb);
void ob_engine_hang_up(struct ob_engine *e); /* answers all that still wait */

/* engine_live.c */
void ob_engine_live_init(struct ob_engine *e);
void ob_engine_look(struct ob_engine *e); /* takes a snapshot that is newer */
/* Writes `live` if it is time to, or at once. */
void ob_engine_live(struct ob_engine *e, bool now);
int64_t ob_engine_live_due(const struct ob_engine *e);

/* engine_end.c: whether it ended where its job said that it halts. */
bool ob_engine_halted(const struct ob_engine *e);
/* Writes summary.json and run.json; the exit status. */
int ob_engine_end(struct ob_engine *e);
/* The user will not wait: what is known is written, the process ends. */
_Noreturn void ob_engine_abandon(struct ob_engine *e);

#endif
