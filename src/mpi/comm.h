/*
 * The processes of one MPI job, as the rest of optbench-mpi sees them; comm.c alone knows
 * MPI. Waiting is done with open eyes for some milliseconds, then with naps, so that
 * ranks of a paused run take no processor.
 *
 * MPI is called by one thread at a time: the one that began, or the training thread while
 * the other waits for it.
 */
#ifndef OB_MPI_COMM_H
#define OB_MPI_COMM_H

#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/num/share.h"

struct comm {
    unsigned rank, ranks;
    struct ob_share share; /* over all ranks; share.self is this comm */
    bool told;             /* share.tell() was called */
    bool stopped;          /* by comm_stop() of another rank */
    void *room;            /* [room_size] bytes, scratch of sums; owned */
    size_t room_size;
};

/* Joins the job: a process that was started alone is rank 0 of one. *c must stay where it
 * is. Fails with OB_EFAIL where MPI cannot have its calls come from two threads in turn.
 */
bool comm_begin(struct comm *c, struct ob_err *err);
/* Behind the last call; all ranks. */
void comm_end(struct comm *c);

/* A line of text from one rank to another, raw. comm_ready(): whether one is there for
 * comm_take(), from any rank, which fills `text` and returns who sent it. */
void comm_send(struct comm *c, unsigned to, const char *text);
bool comm_ready(struct comm *c);
unsigned comm_take(struct comm *c, struct ob_buf *text);

/* Until something is there, or `ns` have passed. */
bool comm_wait(struct comm *c, int64_t ns);

/* Beside the lines: tells a rank to stop, and whether this one was told to. */
void comm_stop(struct comm *c, unsigned to);
bool comm_stopped(struct comm *c);

#endif
