#include <config.h>

#include "crew_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/run/child.h"

enum {
    SAID_MAX = 1 << 20,  /* a worker that says more at once is none of ours */
    ERRORS_MAX = 1 << 13 /* when there is more, the older half goes */
};

extern char **environ;

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* ---- starting ---- */

static int spawn(pid_t *pid, const char *const *argv, const int fd[static 3])
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attr);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&files, fd[i], i);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                        POSIX_SPAWN_SETSID);
    int rc = posix_spawnp(pid, argv[0], &files, &attr, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

bool crew_process_start(struct crew_process *p, const char *const *argv,
                        struct ob_err *err)
{
    int job[2] = { -1, -1 }, out[2] = { -1, -1 }, errors[2] = { -1, -1 }, rc = 0;
    *p = (struct crew_process){ .give = -1, .take = -1, .out = -1, .err = -1 };
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, job) != 0 ||
        pipe2(out, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0)
        rc = errno;
    if (rc == 0)
        rc = spawn(&p->pid, argv, (int[]){ job[1], out[1], errors[1] });
    p->give = job[0];
    p->take = job[1];
    p->out = out[0];
    p->err = errors[0];
    shut(&out[1]);
    shut(&errors[1]);
    if (rc != 0) {
        p->pid = 0;
        crew_process_finish(p);
        return ob_fail(err, OB_EIO, "cannot start %s: %s", argv[0], ob_errno_text(rc));
    }
    fcntl(p->out, F_SETFL, O_NONBLOCK);
    fcntl(p->err, F_SETFL, O_NONBLOCK);
    return true;
}

/* ---- jobs ---- */

bool crew_process_give(const struct crew_process *p, const struct ob_crew_job *job)
{
    char line[OB_CREW_JOB_MAX];
    size_t n = ob_crew_job_write(line, job);
    return p->give >= 0 &&
           send(p->give, line, n, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)n;
}

bool crew_process_take(const struct crew_process *p, struct ob_crew_job *job)
{
    char line[OB_CREW_JOB_MAX];
    ssize_t n = p->take >= 0 ? recv(p->take, line, sizeof line, MSG_DONTWAIT) : -1;
    return n > 0 && ob_crew_job_read(job, line, (size_t)n);
}

void crew_process_hang_up(struct crew_process *p)
{
    shut(&p->give);
    shut(&p->take);
}

/* ---- what it says ---- */

void crew_process_listen(struct crew_process *p)
{
    if (p->heard) {
        p->said.len -= p->heard;
        memmove(p->said.data, p->said.data + p->heard, p->said.len + 1);
        p->heard = 0;
    }
    if (!ob_child_drain(&p->out, &p->said, SAID_MAX))
        shut(&p->out);
    ob_child_drain(&p->err, &p->errors, ERRORS_MAX);
    if (p->errors.len >= ERRORS_MAX) {
        p->errors.len /= 2;
        memmove(p->errors.data, p->errors.data + p->errors.len, p->errors.len);
        p->errors.data[p->errors.len] = '\0';
    }
}

const char *crew_process_line(struct crew_process *p, size_t *n)
{
    if (p->heard == p->said.len)
        return NULL;
    const char *line = p->said.data + p->heard;
    const char *end = memchr(line, '\n', p->said.len - p->heard);
    if (!end)
        return NULL;
    *n = (size_t)(end - line);
    p->heard += *n + 1;
    return line;
}

bool crew_process_ended(struct crew_process *p, int *status)
{
    pid_t pid = p->pid ? waitpid(p->pid, status, WNOHANG) : 0;
    if (pid == 0 || (pid < 0 && errno == EINTR))
        return false;
    if (pid < 0)
        *status = 0;
    p->pid = 0;
    return true;
}

void crew_process_last_words(const struct crew_process *p, struct ob_buf *out)
{
    const char *text = ob_buf_text(&p->errors);
    size_t end = p->errors.len;
    while (end && text[end - 1] == '\n')
        end--;
    size_t start = end;
    while (start && text[start - 1] != '\n')
        start--;
    if (end - start > 10 && strncmp(text + start, "optbench: ", 10) == 0)
        start += 10;
    ob_buf_add(out, text + start, end - start);
}

void crew_process_finish(struct crew_process *p)
{
    if (p->pid > 0) {
        kill(p->pid, SIGKILL);
        while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    /* One that was never started has no descriptors to close. */
    if (p->pid > 0 || p->give > 0 || p->take > 0 || p->out > 0 || p->err > 0) {
        crew_process_hang_up(p);
        shut(&p->out);
        shut(&p->err);
    }
    ob_buf_finish(&p->said);
    ob_buf_finish(&p->errors);
    *p = (struct crew_process){ .give = -1, .take = -1, .out = -1, .err = -1 };
}
