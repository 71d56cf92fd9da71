#include <config.h>

#include "optbench/run/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"

enum { TEXT_MAX = 1 << 16 };

extern char **environ;

char *ob_spawn_self(void)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    if (n > 0 && (size_t)n < sizeof path)
        return ob_xstrndup(path, (size_t)n);
    return ob_xstrdup("optbench");
}

struct arguments {
    const char **item;
    size_t n;
};

static void add(struct arguments *a, const char *word)
{
    a->item = ob_xreallocarray(a->item, a->n + 2, sizeof *a->item);
    a->item[a->n++] = word;
    a->item[a->n] = NULL;
}

static void add_pair(struct arguments *a, const char *option, const char *value)
{
    if (value) {
        add(a, option);
        add(a, value);
    }
}

static void arguments(struct arguments *a, const struct ob_spawn_opts *o,
                      const char *program)
{
    add(a, program);
    add(a, "run");
    add(a, "--detach");
    add(a, "--quiet");
    if (o->paused)
        add(a, "--paused");
    add_pair(a, "--runs", o->runs);
    add_pair(a, "--pace", o->pace);
    add_pair(a, "--replay", o->replay);
    add_pair(a, "--resume", o->resume);
    for (size_t i = 0; i < o->nsets; i++)
        add_pair(a, "--set", o->sets[i]);
    if (o->config) {
        add(a, "--");
        add(a, o->config);
    }
}

/* The child gets the two pipes, no input, all signals in their first state, and a session
 * of its own, so that nothing that happens to this terminal reaches it. */
static int start(pid_t *pid, const char *const *argv, int out, int err)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attr;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attr);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, out, 1);
    posix_spawn_file_actions_adddup2(&files, err, 2);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &all);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                        POSIX_SPAWN_SETSID);
    int rc = posix_spawnp(pid, argv[0], &files, &attr, (char *const *)argv, environ);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&files);
    return rc;
}

bool ob_spawn_start(struct ob_spawn *s, const struct ob_spawn_opts *opts,
                    struct ob_err *err)
{
    int out[2] = { -1, -1 }, bad[2] = { -1, -1 };
    char *self = opts->program ? ob_xstrdup(opts->program) : ob_spawn_self();
    struct arguments a = { 0 };
    *s = (struct ob_spawn){ .out = -1, .err = -1 };
    arguments(&a, opts, self);
    int rc = 0;
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(bad, O_CLOEXEC) != 0)
        rc = errno;
    else
        rc = start(&s->pid, a.item, out[1], bad[1]);
    free(a.item);
    close(out[1]);
    close(bad[1]);
    if (rc != 0) {
        close(out[0]);
        close(bad[0]);
        ob_fail(err, OB_EIO, "cannot start %s: %s", self, ob_errno_text(rc));
    } else {
        fcntl(out[0], F_SETFL, O_NONBLOCK);
        fcntl(bad[0], F_SETFL, O_NONBLOCK);
        s->active = true;
        s->out = out[0];
        s->err = bad[0];
    }
    free(self);
    return rc == 0;
}

size_t ob_spawn_fds(const struct ob_spawn *s, int fds[static 2])
{
    size_t n = 0;
    if (s->active && s->out >= 0)
        fds[n++] = s->out;
    if (s->active && s->err >= 0)
        fds[n++] = s->err;
    return n;
}

/* Reads what there is; closes the pipe at its end. */
static void drain(int *fd, struct ob_buf *into)
{
    while (*fd >= 0) {
        char chunk[4096];
        ssize_t n = read(*fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (n > 0) {
            if (into->len < TEXT_MAX)
                ob_buf_add(into, chunk, (size_t)n);
            continue;
        }
        close(*fd);
        *fd = -1;
    }
}

/* What the exit status of the process says. */
static enum ob_code code_of(int status)
{
    static const enum ob_code codes[] = { OB_EUSAGE, OB_EDATA, OB_EIO, OB_EDEVICE };
    for (size_t i = 0; i < OB_COUNT(codes); i++)
        if (WIFEXITED(status) && WEXITSTATUS(status) == ob_code_exit(codes[i]))
            return codes[i];
    return OB_EFAIL;
}

/* The verdict, once the process has ended. */
static bool verdict(struct ob_spawn *s, int status, const char **path, struct ob_err *err)
{
    char *end = s->text.len ? strchr(s->text.data, '\n') : NULL;
    s->active = false;
    *path = NULL;
    if (end && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        *end = '\0';
        *path = s->text.data;
        return true;
    }
    const char *said = ob_buf_text(&s->errors);
    const char *own = strncmp(said, "optbench: ", 10) == 0 ? said + 10 : said;
    if (*own)
        ob_fail(err, code_of(status), "%.*s", (int)strcspn(own, "\n"), own);
    else
        ob_fail(err, OB_EFAIL, "the run could not be started");
    return true;
}

bool ob_spawn_poll(struct ob_spawn *s, const char **path, struct ob_err *err)
{
    int status = 0;
    *path = NULL;
    if (!s->active)
        return true;
    drain(&s->out, &s->text);
    drain(&s->err, &s->errors);
    pid_t pid = waitpid(s->pid, &status, WNOHANG);
    if (pid == 0)
        return false;
    if (pid < 0) /* somebody else has waited for it: the line decides */
        status = 0;
    drain(&s->out, &s->text);
    drain(&s->err, &s->errors);
    return verdict(s, status, path, err);
}

bool ob_spawn_wait(struct ob_spawn *s, int timeout_ms, const char **path,
                   struct ob_err *err)
{
    int64_t end = ob_clock_ns() + (int64_t)timeout_ms * 1000000;
    while (!ob_spawn_poll(s, path, err)) {
        int fds[2];
        struct pollfd p[2];
        size_t n = ob_spawn_fds(s, fds);
        int64_t left = (end - ob_clock_ns()) / 1000000;
        for (size_t i = 0; i < n; i++)
            p[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
        if (left <= 0)
            return ob_fail(err, OB_EIO, "the run did not start within %d ms", timeout_ms);
        poll(p, n, n && left > 50 ? (int)left : 5);
    }
    return true;
}

void ob_spawn_finish(struct ob_spawn *s)
{
    if (s->active || s->text.data || s->errors.data) {
        if (s->out >= 0)
            close(s->out);
        if (s->err >= 0)
            close(s->err);
    }
    ob_buf_finish(&s->text);
    ob_buf_finish(&s->errors);
    *s = (struct ob_spawn){ .out = -1, .err = -1 };
}
