/*
 * A process of this program's own, and its pipes: what spawn.c (a run that goes on by
 * itself) and job.c (a question that is answered) share. One thread. Includes only base.
 */
#ifndef OB_RUN_CHILD_H
#define OB_RUN_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

/* A child and this side of its pipes. Not started: pid 0, descriptors -1. */
struct ob_child {
    pid_t pid;
    int in;       /* writes to its standard input, a socket: no SIGPIPE; -1 = none */
    int out, err; /* reads what it writes; -1 = at its end. None of the three blocks */
};

/*
 * Starts argv[0] (looked for in PATH where it has no slash) with all signals in their
 * first state and a session of its own, so that nothing that happens to this terminal
 * reaches it. Its input is a socket with `input`, else /dev/null. OB_EIO, and nothing is
 * left open, where that fails.
 */
bool ob_child_start(struct ob_child *c, const char *const *argv, bool input,
                    struct ob_err *err);

/* Reads what there is, keeping `most` bytes in *into; closes the pipe at its end. False
 * where something was cut off. */
bool ob_child_drain(int *fd, struct ob_buf *into, size_t most);

/* Whether it has ended, without waiting; *status as by waitpid(2), 0 where somebody else
 * has waited for it. The pid is given back then. */
bool ob_child_ended(struct ob_child *c, int *status);

/* Closes this side of the pipes; a child that has not ended goes on. */
void ob_child_close(struct ob_child *c);

/* What the exit status of the process says. */
enum ob_code ob_child_code(int status);

#endif
