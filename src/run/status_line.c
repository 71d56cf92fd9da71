#include <config.h>

#include "optbench/run/status_line.h"

#include <poll.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/text.h"

#define TERMINAL_NS INT64_C(100000000)
#define FIRST_NS    INT64_C(2000000000)  /* elsewhere: after 2, 4, 8, ... */
#define LAST_NS     INT64_C(60000000000) /* and then every 60 seconds */

void ob_status_line_init(struct ob_status_line *l, bool quiet)
{
    *l = (struct ob_status_line){ .on = !quiet, .terminal = isatty(2) == 1 };
    l->every = l->terminal ? TERMINAL_NS : FIRST_NS;
    l->next = ob_clock_ns() + l->every;
}

int64_t ob_status_line_due(const struct ob_status_line *l)
{
    return l->on ? l->next : INT64_MAX;
}

/* Writes if that needs no waiting. */
static void put(const struct ob_buf *b)
{
    struct pollfd fd = { .fd = 2, .events = POLLOUT };
    if (poll(&fd, 1, 0) == 1 && (fd.revents & POLLOUT) &&
        write(2, b->data, b->len) != (ssize_t)b->len)
        return; /* what stderr does not take is lost: the log has it */
}

static int columns(void)
{
    struct winsize size;
    return ioctl(2, TIOCGWINSZ, &size) == 0 && size.ws_col > 8 ? size.ws_col - 1 : 79;
}

void ob_status_line_draw(struct ob_status_line *l, struct ob_buf *text)
{
    struct ob_buf line = { 0 };
    if (l->terminal) {
        text->data[ob_text_clip(text->data, columns())] = '\0';
        ob_buf_addf(&line, "\r%s\x1b[K", text->data);
    } else {
        ob_buf_addf(&line, "optbench: %s\n", text->data);
    }
    put(&line);
    l->drawn = l->terminal;
    if (!l->terminal && l->every < LAST_NS)
        l->every *= 2;
    l->next = ob_clock_ns() + l->every;
    ob_buf_finish(&line);
}

void ob_status_line_clear(struct ob_status_line *l)
{
    struct ob_buf clear = { .data = (char[]){ "\r\x1b[K" }, .len = 4 };
    if (l->drawn)
        put(&clear);
    l->drawn = false;
}

void ob_status_line_vsay(struct ob_status_line *l, const char *format, va_list ap)
{
    struct ob_buf text = { 0 }, line = { 0 };
    if (!l->on)
        return;
    ob_status_line_clear(l);
    ob_buf_vaddf(&text, format, ap);
    ob_buf_adds(&line, "optbench: ");
    ob_text_safe(&line, ob_buf_text(&text), text.len);
    ob_buf_addc(&line, '\n');
    put(&line);
    ob_buf_finish(&text);
    ob_buf_finish(&line);
}

void ob_status_line_say(struct ob_status_line *l, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    ob_status_line_vsay(l, format, ap);
    va_end(ap);
}
