#include <config.h>

#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/compiler.h"

static const int taken[OB_SIGNALS] = { SIGTERM, SIGHUP,  SIGINT,  SIGQUIT,
                                       SIGTSTP, SIGCONT, SIGWINCH };
static volatile int pipe_fd = -1;
static volatile sig_atomic_t continued;

static void on_signal(int number)
{
    int saved = errno;
    continued |= number == SIGCONT;
    unsigned char byte = (unsigned char)number;
    ssize_t n = write(pipe_fd, &byte, 1); /* a full pipe holds news enough */
    (void)n;
    errno = saved;
}

void ob_signals_init(struct ob_signals *s)
{
    int fd[2] = { -1, -1 };
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    sigemptyset(&action.sa_mask);
    OB_REQUIRE(pipe2(fd, O_NONBLOCK | O_CLOEXEC) == 0);
    s->fd = fd[0];
    s->write_fd = pipe_fd = fd[1];
    for (size_t i = 0; i < OB_SIGNALS; i++)
        sigaction(taken[i], &action, &s->before[i]);
}

void ob_signals_finish(struct ob_signals *s)
{
    for (size_t i = 0; i < OB_SIGNALS; i++)
        sigaction(taken[i], &s->before[i], NULL);
    pipe_fd = -1;
    close(s->fd);
    close(s->write_fd);
    memset(s, 0, sizeof *s);
}

bool ob_signals_stop(void)
{
    struct sigaction as_usual = { .sa_handler = SIG_DFL }, ours;
    sigemptyset(&as_usual.sa_mask);
    sigaction(SIGTSTP, &as_usual, &ours);
    continued = 0;
    raise(SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
    return continued;
}

int ob_signals_next(struct ob_signals *s)
{
    unsigned char byte;
    return read(s->fd, &byte, 1) == 1 ? byte : 0;
}
