#include <config.h>

#include "tty.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "optbench/base/clock.h"

bool ob_tty_init(struct ob_tty *t, int in, int out)
{
    *t = (struct ob_tty){ .in = in, .out = out };
    return tcgetattr(in, &t->before) == 0;
}

void ob_tty_raw(struct ob_tty *t)
{
    struct termios raw = t->before;
    raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO | IEXTEN);
    /* A Ctrl-C must not take back what was ready to be read: the reader would wait for
     * it, and the answers of the terminal among it would be lost. */
    raw.c_lflag |= ISIG | NOFLSH;
    raw.c_iflag &= (tcflag_t) ~(ICRNL | INLCR | IGNCR | IXON | ISTRIP);
    /* Tabs as spaces would write over the cells that they pass. */
    raw.c_oflag &= (tcflag_t) ~(ONLCR | OCRNL | TAB3);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(t->in, TCSADRAIN, &raw);
}

void ob_tty_restore(struct ob_tty *t, bool drop)
{
    tcsetattr(t->in, drop ? TCSAFLUSH : TCSADRAIN, &t->before);
}

size_t ob_tty_read(struct ob_tty *t, void *bytes, size_t n, int ms)
{
    struct pollfd p = { .fd = t->in, .events = POLLIN };
    if (t->gone || n == 0 || poll(&p, 1, ms) <= 0)
        return 0;
    ssize_t got = p.revents & POLLIN ? read(t->in, bytes, n) : 0;
    if (got > 0)
        return (size_t)got;
    t->gone = got == 0 || (errno != EINTR && errno != EAGAIN);
    return 0;
}

void ob_tty_write(struct ob_tty *t, const void *bytes, size_t n)
{
    const char *at = bytes;
    int64_t begun = ob_clock_ns();
    while (n > 0 && !t->gone) {
        ssize_t done = write(t->out, at, n);
        if (done > 0) {
            at += done;
            n -= (size_t)done;
            t->bytes += (uint64_t)done;
            t->writes++;
        } else if (errno == EAGAIN) {
            struct pollfd p = { .fd = t->out, .events = POLLOUT };
            poll(&p, 1, -1);
        } else if (errno != EINTR) {
            t->gone = true;
        }
    }
    t->waited_ns += ob_clock_ns() - begun;
}

bool ob_tty_size(const struct ob_tty *t, int *w, int *h)
{
    struct winsize size;
    if (ioctl(t->out, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    *w = size.ws_col;
    *h = size.ws_row;
    return true;
}
