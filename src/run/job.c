#include <config.h>

#include "optbench/run/job.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/run/spawn.h"

enum { ERRORS_MAX = 1 << 16, TEXT_MAX = 16 << 20 };

/* Gives the child as much of its input as it takes, and the end behind the last byte. */
static void feed(struct ob_job *j)
{
    while (j->child.in >= 0 && j->sent < j->input.len) {
        ssize_t n = send(j->child.in, j->input.data + j->sent, j->input.len - j->sent,
                         MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (n < 0)
            break; /* it reads no more: its exit status says why */
        j->sent += (size_t)n;
    }
    if (j->child.in >= 0)
        close(j->child.in);
    j->child.in = -1;
}

static void drain(struct ob_job *j)
{
    j->cut |= !ob_child_drain(&j->child.out, &j->text, j->most);
    ob_child_drain(&j->child.err, &j->errors, ERRORS_MAX);
}

/* Ends a child that is under way, and sees it off. */
static void end(struct ob_job *j)
{
    if (!j->active)
        return;
    if (j->child.pid > 0) {
        kill(j->child.pid, SIGKILL);
        while (waitpid(j->child.pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    ob_child_close(&j->child);
    j->active = false;
}

bool ob_job_start(struct ob_job *j, const struct ob_job_opts *opts, struct ob_err *err)
{
    ob_job_finish(j);
    char *self = opts->program ? ob_xstrdup(opts->program) : ob_spawn_self();
    const char **argv = ob_xcalloc(opts->nargs + 2, sizeof *argv);
    argv[0] = self;
    for (size_t i = 0; i < opts->nargs; i++)
        argv[i + 1] = opts->args[i];
    j->active = ob_child_start(&j->child, argv, opts->input != NULL, err);
    free(argv);
    free(self);
    if (!j->active)
        return false;
    j->most = opts->most ? opts->most : TEXT_MAX;
    if (opts->input)
        ob_buf_add(&j->input, opts->input, opts->input_len);
    feed(j);
    return true;
}

size_t ob_job_fds(const struct ob_job *j, struct pollfd fds[static OB_JOB_FDS])
{
    size_t n = 0;
    if (!j->active)
        return 0;
    if (j->child.in >= 0)
        fds[n++] = (struct pollfd){ .fd = j->child.in, .events = POLLOUT };
    if (j->child.out >= 0)
        fds[n++] = (struct pollfd){ .fd = j->child.out, .events = POLLIN };
    if (j->child.err >= 0)
        fds[n++] = (struct pollfd){ .fd = j->child.err, .events = POLLIN };
    return n;
}

bool ob_job_poll(struct ob_job *j)
{
    int status = 0;
    if (!j->active)
        return false;
    feed(j);
    drain(j);
    if (!ob_child_ended(&j->child, &status))
        return false;
    drain(j); /* what it said last */
    ob_child_close(&j->child);
    j->active = false;
    j->exit = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return true;
}

bool ob_job_wait(struct ob_job *j, int timeout_ms)
{
    int64_t last = ob_clock_ns() + (int64_t)timeout_ms * 1000000;
    while (!ob_job_poll(j)) {
        struct pollfd fds[OB_JOB_FDS];
        size_t n = ob_job_fds(j, fds);
        int64_t left = (last - ob_clock_ns()) / 1000000;
        if (left <= 0 || !j->active)
            return false;
        poll(fds, n, n && left > 50 ? (int)left : 5);
    }
    return true;
}

void ob_job_finish(struct ob_job *j)
{
    end(j);
    ob_buf_finish(&j->input);
    ob_buf_finish(&j->text);
    ob_buf_finish(&j->errors);
    *j = (struct ob_job){ .active = false };
}
