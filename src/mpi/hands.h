/*
 * The ranks of a job as the workers of a sweep: rank 0 hands out cells, the others train
 * one after the other. Lines between them are those of sweep/crew_talk.h, and besides
 *
 *   to a worker     ""              nothing more comes
 *   from a worker   gone STATUS REASON   it begins no further cell; what it has not begun
 *                                   is given back
 *
 * A worker that is to save what it trains gets a message beside the lines (comm_stop()).
 */
#ifndef OB_MPI_HANDS_H
#define OB_MPI_HANDS_H

#include "comm.h"
#include "optbench/sweep/crew.h"

struct hand; /* a worker, as rank 0 sees it */

struct hands {
    struct comm *comm;
    struct hand *hand; /* [comm->ranks - 1], owned */
    struct ob_crew_hands calls;
    double spent, cells; /* ns that cells took, and how many of them */
    struct ob_buf line;
};

/* On rank 0. hands_finish() returns when no worker has anything to do any more. */
void hands_init(struct hands *h, struct comm *comm);
void hands_finish(struct hands *h);

/* On every other rank: trains what it is given, until nothing more comes. */
void hands_work(struct comm *c, const char *dir, unsigned threads);

#endif
