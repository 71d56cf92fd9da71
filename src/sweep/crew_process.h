/*
 * One worker process: started, given jobs, listened to, seen off. For crew.c alone.
 *
 * Jobs travel as packets through a socket of which this side keeps both ends: what the
 * worker has not taken yet can be taken back, and the kernel sees to it that nobody has
 * it twice.
 */
#ifndef OB_SWEEP_CREW_PROCESS_H
#define OB_SWEEP_CREW_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/sweep/crew_talk.h"

/* Zeroed = none was started. */
struct crew_process {
    pid_t pid;            /* 0 = none */
    int give, take;       /* ends of the socket: ours, and a copy of the worker's */
    int out, err;         /* its stdout and stderr, which do not block; -1 = at end */
    struct ob_buf said;   /* of stdout, from `heard` on not looked at yet */
    struct ob_buf errors; /* of stderr, the last 8 KiB or so */
    size_t heard;
};

/* Starts `argv`, in a session of its own and with all signals in their first state.
 * OB_EIO.
 */
bool crew_process_start(struct crew_process *p, const char *const *argv,
                        struct ob_err *err);

/* Hands it a job. False where its socket is full or it is gone. */
bool crew_process_give(const struct crew_process *p, const struct ob_crew_job *job);

/* Takes back the oldest job that it has not begun; false where there is none. */
bool crew_process_take(const struct crew_process *p, struct ob_crew_job *job);

/* It gets no further jobs, and ends when it notices. */
void crew_process_hang_up(struct crew_process *p);

/* Reads what it has said, without waiting. */
void crew_process_listen(struct crew_process *p);

/* The next whole line, without its end and lent until the next call of either; NULL where
 * there is none yet. */
const char *crew_process_line(struct crew_process *p, size_t *n);

/* Whether it has ended, without waiting; *status as by waitpid(2). */
bool crew_process_ended(struct crew_process *p, int *status);

/* The last thing that it said on stderr that is not empty, without "optbench: ";
 * appended.
 */
void crew_process_last_words(const struct crew_process *p, struct ob_buf *out);

/* Kills one that lives, waits for it, and releases all. */
void crew_process_finish(struct crew_process *p);

#endif
