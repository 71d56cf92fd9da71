#include <config.h>

#include "vt.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "optbench/base/clock.h"
#include "optbench/base/text.h"

static struct ob_buf shown;

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct vt *t = user;
    if (property == VTERM_PROP_ALTSCREEN)
        t->alternate = value->boolean;
    if (property == VTERM_PROP_CURSORVISIBLE)
        t->cursor = value->boolean;
    return 1;
}

/* What the terminal answers when it is asked. */
static void on_answer(const char *bytes, size_t n, void *user)
{
    struct vt *t = user;
    if (!t->gone && !t->silent && write(t->fd, bytes, n) != (ssize_t)n)
        t->gone = true;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

void vt_start(struct vt *t, int cols, int rows, const char *const *argv,
              const char *const *env)
{
    struct winsize size = { .ws_row = (unsigned short)rows,
                            .ws_col = (unsigned short)cols };
    memset(t, 0, sizeof *t);
    t->cols = cols;
    t->rows = rows;
    t->cursor = true;
    t->vt = vterm_new(rows, cols);
    vterm_set_utf8(t->vt, 1);
    vterm_output_set_callback(t->vt, on_answer, t);
    t->screen = vterm_obtain_screen(t->vt);
    vterm_screen_set_callbacks(t->screen, &callbacks, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
    int slave = -1;
    if (openpty(&t->fd, &slave, NULL, NULL, &size) != 0)
        abort();
    tcgetattr(slave, &t->before); /* before the program can change them */
    t->pid = fork();
    if (t->pid == 0) {
        close(t->fd);
        login_tty(slave);
        execve(argv[0], (char *const *)(uintptr_t)argv, (char *const *)(uintptr_t)env);
        _exit(127);
    }
    close(slave);
}

void vt_finish(struct vt *t)
{
    if (t->pid > 0) {
        kill(t->pid, SIGKILL);
        waitpid(t->pid, NULL, 0);
    }
    close(t->fd);
    vterm_free(t->vt);
    ob_buf_finish(&t->raw);
    ob_buf_finish(&shown);
}

void vt_type(struct vt *t, const char *bytes)
{
    size_t n = strlen(bytes);
    if (write(t->fd, bytes, n) != (ssize_t)n)
        t->gone = true;
}

void vt_resize(struct vt *t, int cols, int rows)
{
    struct winsize size = { .ws_row = (unsigned short)rows,
                            .ws_col = (unsigned short)cols };
    t->cols = cols;
    t->rows = rows;
    vterm_set_size(t->vt, rows, cols);
    ioctl(t->fd, TIOCSWINSZ, &size);
}

/* How much a slow line lets through now, at most `most`: what its rate allows since the
 * last time, of which no more than a twentieth of a second is saved up. */
static size_t allowance(struct vt *t, size_t most)
{
    int64_t now = ob_clock_ns();
    if (t->rate == 0)
        return most;
    double cap = t->rate * 0.05;
    t->allowed += t->rate * (double)(now - t->counted) * 1e-9;
    t->allowed = t->allowed < cap ? t->allowed : cap;
    t->counted = now;
    return t->allowed < (double)most ? (size_t)t->allowed : most;
}

/* What the program wrote within `ms`, at most one read; its length. */
static size_t pump(struct vt *t, int ms)
{
    char bytes[65536];
    struct pollfd p = { .fd = t->fd, .events = POLLIN };
    size_t most = allowance(t, sizeof bytes);
    if (most == 0) { /* a byte's time */
        poll(NULL, 0, 1);
        most = allowance(t, sizeof bytes);
    }
    if (t->gone || most == 0 || poll(&p, 1, ms) <= 0)
        return 0;
    ssize_t n = read(t->fd, bytes, most);
    if (n <= 0) {
        t->gone = true;
        return 0;
    }
    t->allowed -= t->rate > 0 ? (double)n : 0;
    ob_buf_add(&t->raw, bytes, (size_t)n);
    t->reads++;
    vterm_input_write(t->vt, bytes, (size_t)n);
    return (size_t)n;
}

static int64_t deadline(void)
{
    return ob_clock_ns() + VT_DEADLINE * INT64_C(1000000);
}

static bool until(struct vt *t, const char *text, bool there)
{
    int64_t end = deadline();
    while ((strstr(vt_text(t), text) != NULL) != there) {
        if (t->gone || ob_clock_ns() > end)
            return false;
        pump(t, 100);
    }
    return true;
}

bool vt_until(struct vt *t, const char *text)
{
    return until(t, text, true);
}

bool vt_until_gone(struct vt *t, const char *text)
{
    return until(t, text, false);
}

size_t vt_quiet(struct vt *t, int quiet_ms)
{
    int64_t end = deadline();
    size_t sum = 0, n;
    while ((n = pump(t, quiet_ms)) > 0 && ob_clock_ns() < end)
        sum += n;
    return sum;
}

void vt_for(struct vt *t, int ms)
{
    int64_t end = ob_clock_ns() + ms * INT64_C(1000000);
    for (int64_t left = ms; left > 0; left = (end - ob_clock_ns()) / 1000000)
        pump(t, (int)left);
}

const char *vt_text(struct vt *t)
{
    ob_buf_clear(&shown);
    for (int row = 0; row < t->rows; row++) {
        size_t keep = shown.len;
        for (int col = 0; col < t->cols;) {
            VTermScreenCell cell;
            VTermPos at = { .row = row, .col = col };
            vterm_screen_get_cell(t->screen, at, &cell);
            char utf8[4];
            if (cell.chars[0] == 0 || cell.chars[0] == (uint32_t)-1) {
                ob_buf_addc(&shown, ' ');
            } else {
                ob_buf_add(&shown, utf8, ob_utf8_encode(utf8, cell.chars[0]));
                if (cell.chars[0] != ' ')
                    keep = shown.len;
            }
            col += cell.width > 0 ? cell.width : 1;
        }
        shown.len = keep;
        ob_buf_addc(&shown, '\n');
    }
    return ob_buf_text(&shown);
}

int vt_wait(struct vt *t)
{
    int64_t end = deadline();
    int status = 0;
    pid_t done;
    while ((done = waitpid(t->pid, &status, WNOHANG | WUNTRACED)) == 0) {
        if (ob_clock_ns() > end)
            return -1;
        if (t->gone) { /* closed its side, ends any moment */
            done = waitpid(t->pid, &status, WUNTRACED);
            break;
        }
        pump(t, 10);
    }
    if (done < 0)
        return -1;
    if (!WIFSTOPPED(status))
        t->pid = 0;
    /* What is still on its way: the system hands it over some time after it was written.
     */
    while (!t->gone && pump(t, 50) > 0)
        continue;
    return status;
}

bool vt_restored(struct vt *t)
{
    struct termios now;
    if (tcgetattr(t->fd, &now) != 0)
        return false;
    return now.c_iflag == t->before.c_iflag && now.c_oflag == t->before.c_oflag &&
           now.c_lflag == t->before.c_lflag && !t->alternate && t->cursor;
}

/* Digits at *s, which moves behind them; -1 where there are none. */
static int number(const char **s)
{
    int n = **s >= '0' && **s <= '9' ? 0 : -1;
    for (; **s >= '0' && **s <= '9'; (*s)++)
        n = 10 * n + (**s - '0');
    return n;
}

int vt_mode(const struct vt *t, int mode)
{
    static const char begin[] = "\033[?";
    const char *s = t->raw.data, *end = s + t->raw.len;
    int state = -1;
    while (s && (s = memmem(s, (size_t)(end - s), begin, sizeof begin - 1))) {
        bool named = false;
        s += sizeof begin - 1;
        do
            named |= number(&s) == mode;
        while (*s++ == ';');
        if (named && (s[-1] == 'h' || s[-1] == 'l'))
            state = s[-1] == 'h';
    }
    return state;
}
