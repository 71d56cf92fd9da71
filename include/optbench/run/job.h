/*
 * A question to this very program, for the terminal, which never computes: a child with
 * arguments and a text on its standard input, whose answer is what it prints
 * (`optbench check --json --stdin`). Nothing blocks: start, poll until it is done, read.
 * One thread. Includes only base.
 *
 * The child has a session of its own and dies with the job: ob_job_finish() kills it and
 * waits for it, so none is left behind. A child that reads no input raises no signal
 * here.
 */
#ifndef OB_RUN_JOB_H
#define OB_RUN_JOB_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/run/child.h"

enum { OB_JOB_FDS = 3 };

struct ob_job_opts {
    const char *program;     /* path of optbench; NULL = this very program */
    const char *const *args; /* [nargs] words behind the program's name */
    size_t nargs;
    const char *input; /* [input_len] for its standard input, copied; NULL = none */
    size_t input_len;
    size_t most; /* bytes of its output that are kept; 0 = 16 MiB */
};

/* A zeroed struct is a job that was never started. */
struct ob_job {
    bool active; /* started and not done */
    struct ob_child child;
    struct ob_buf input; /* what it has not read yet begins at `sent` */
    size_t sent, most;
    struct ob_buf text;   /* its standard output */
    struct ob_buf errors; /* its standard error, at most 64 KiB */
    bool cut;             /* it printed more than is kept */
    int exit;             /* its exit status, 128 + the signal that ended it */
};

/* Starts one; a job that was done is forgotten, one under way is killed first. OB_EIO
 * where the process cannot be started. */
bool ob_job_start(struct ob_job *j, const struct ob_job_opts *opts, struct ob_err *err);

/* What to wait on; how many, 0 where nothing is under way. A job that is active and has
 * none has closed its pipes and is about to end: look again soon. */
size_t ob_job_fds(const struct ob_job *j, struct pollfd fds[static OB_JOB_FDS]);

/* Moves text both ways. True once, when the job has ended: text, errors, cut and exit
 * tell the outcome and stay until finish or the next start. */
bool ob_job_poll(struct ob_job *j);

/* The same, waiting at most timeout_ms for the end; for tests and commands. */
bool ob_job_wait(struct ob_job *j, int timeout_ms);

/* Kills what is under way and releases all. */
void ob_job_finish(struct ob_job *j);

#endif
