#include <config.h>

#include "optbench/run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Both ends of the three pipes, [0] this side's. */
struct pipes {
    int in[2], out[2], err[2];
};

static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void shut_all(struct pipes *p, int side)
{
    shut(&p->in[side]);
    shut(&p->out[side]);
    shut(&p->err[side]);
}

static int open_all(struct pipes *p, bool input)
{
    *p = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 } };
    if ((input && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p->in) != 0) ||
        pipe2(p->out, O_CLOEXEC) != 0 || pipe2(p->err, O_CLOEXEC) != 0)
        return errno;
    return 0;
}

static int start(pid_t *pid, const char *const *argv, const struct pipes *p)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attr);
    if (p->in[1] >= 0)
        posix_spawn_file_actions_adddup2(&files, p->in[1], 0);
    else
        posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, p->out[1], 1);
    posix_spawn_file_actions_adddup2(&files, p->err[1], 2);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                        POSIX_SPAWN_SETSID);
    int rc = posix_spawnp(pid, argv[0], &files, &attr, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

bool ob_child_start(struct ob_child *c, const char *const *argv, bool input,
                    struct ob_err *err)
{
    struct pipes p;
    *c = (struct ob_child){ .in = -1, .out = -1, .err = -1 };
    int rc = open_all(&p, input);
    if (rc == 0)
        rc = start(&c->pid, argv, &p);
    shut_all(&p, 1);
    if (rc != 0) {
        shut_all(&p, 0);
        return ob_fail(err, OB_EIO, "cannot start %s: %s", argv[0], ob_errno_text(rc));
    }
    c->in = p.in[0];
    c->out = p.out[0];
    c->err = p.err[0];
    fcntl(c->out, F_SETFL, O_NONBLOCK);
    fcntl(c->err, F_SETFL, O_NONBLOCK);
    return true;
}

bool ob_child_drain(int *fd, struct ob_buf *into, size_t most)
{
    bool whole = true;
    while (*fd >= 0) {
        char chunk[16384];
        ssize_t n = read(*fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (n <= 0) {
            shut(fd);
            break;
        }
        size_t room = into->len < most ? most - into->len : 0;
        whole = whole && (size_t)n <= room;
        ob_buf_add(into, chunk, (size_t)n < room ? (size_t)n : room);
    }
    return whole;
}

bool ob_child_ended(struct ob_child *c, int *status)
{
    pid_t pid = waitpid(c->pid, status, WNOHANG);
    if (pid == 0 || (pid < 0 && errno == EINTR))
        return false;
    if (pid < 0)
        *status = 0;
    c->pid = 0;
    return true;
}

void ob_child_close(struct ob_child *c)
{
    shut(&c->in);
    shut(&c->out);
    shut(&c->err);
}

enum ob_code ob_child_code(int status)
{
    static const enum ob_code codes[] = { OB_EUSAGE, OB_EDATA, OB_EIO, OB_EDEVICE };
    for (size_t i = 0; i < OB_COUNT(codes); i++)
        if (WIFEXITED(status) && WEXITSTATUS(status) == ob_code_exit(codes[i]))
            return codes[i];
    return OB_EFAIL;
}
