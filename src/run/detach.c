#include <config.h>

#include "detach.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/base/buf.h"
#include "optbench/base/path.h"

/* Waits for the child's line; without one, for its exit status. */
static int parent(int fd, pid_t pid)
{
    struct ob_buf line = { 0 };
    int status = 0;
    for (;;) {
        char *at = ob_buf_reserve(&line, 4096);
        ssize_t n = read(fd, at, 4096);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        line.len += (size_t)n;
        line.data[line.len] = '\0';
    }
    close(fd);
    bool set_up = line.len > 0;
    if (set_up) {
        fputs(line.data, stdout);
        fflush(stdout);
    }
    ob_buf_finish(&line);
    if (set_up)
        return 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

bool ob_detach_begin(struct ob_detach *d, int *status)
{
    int fd[2];
    pid_t pid = -1;
    *d = (struct ob_detach){ .pipe = -1 };
    fflush(stdout);
    fflush(stderr);
    if (pipe2(fd, O_CLOEXEC) == 0 && (pid = fork()) < 0) {
        close(fd[0]);
        close(fd[1]);
    }
    if (pid < 0) {
        fprintf(stderr, "optbench: cannot detach: %s\n", ob_errno_text(errno));
        *status = 1;
        return false;
    }
    if (pid > 0) {
        close(fd[1]);
        *status = parent(fd[0], pid);
        return false;
    }
    close(fd[0]);
    setsid();
    *d = (struct ob_detach){ .child = true, .pipe = fd[1] };
    return true;
}

void ob_detach_done(struct ob_detach *d, const char *line)
{
    if (d->pipe < 0)
        return;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = 0; i < 3 && null >= 0; i++)
        dup2(null, i);
    if (null > 2)
        close(null);
    ob_file_write(d->pipe, line, strlen(line), NULL);
    close(d->pipe);
    d->pipe = -1;
}
