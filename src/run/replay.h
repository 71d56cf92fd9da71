/*
 * What a person did to an earlier run, to be done again: the `set` events of its
 * events.jsonl by step, and the step at which it ended where no rule of its own ended it.
 * Private to run.
 */
#ifndef OB_RUN_REPLAY_H
#define OB_RUN_REPLAY_H

#include "optbench/run/rundir.h"
#include "optbench/train/worker.h"

struct ob_replay {
    struct ob_steer *steer; /* [n], by step; owned */
    size_t n;
    uint64_t last_step; /* 0 = its own rules end it */
};

/* Reads them from the run `d`. OB_EDATA where it has made no step yet. */
bool ob_replay_read(struct ob_replay *r, const struct ob_rundir *d, struct ob_err *err);
/* How many changes the newest checkpoint of the run knows of: those that a run keeps
 * which is taken up again. 0 where the journal cannot be read. */
size_t ob_replay_kept(const struct ob_rundir *d);
void ob_replay_finish(struct ob_replay *r);

#endif
