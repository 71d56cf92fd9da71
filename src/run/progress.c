#include <config.h>

#include "progress.h"

#include <math.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "optbench/base/buf.h"
#include "optbench/base/clock.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

#define TERMINAL_NS INT64_C(100000000)
#define FIRST_NS    INT64_C(2000000000)  /* elsewhere: after 2, 4, 8, ... */
#define LOAD_NS     INT64_C(500000000)   /* reading data for so long is worth a word */
#define LAST_NS     INT64_C(60000000000) /* and then every 60 seconds */

void ob_progress_init(struct ob_progress *p, bool quiet, uint64_t max_steps)
{
    *p = (struct ob_progress){ .on = !quiet,
                               .terminal = isatty(2) == 1,
                               .max_steps = max_steps };
    p->every = p->terminal ? TERMINAL_NS : FIRST_NS;
    p->last_time = ob_clock_ns();
    p->next = p->last_time + p->every;
}

int64_t ob_progress_due(const struct ob_progress *p)
{
    return p->on ? p->next : INT64_MAX;
}

/* Writes if that needs no waiting; SIGPIPE is ignored by the engine. */
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

static void describe(struct ob_progress *p, uint64_t step, double loss,
                     double theta_delta, struct ob_buf *out)
{
    char text[40];
    int64_t now = ob_clock_ns();
    double rate =
        (double)(step - p->last_step) / ((double)(now - p->last_time + 1) * 1e-9);
    ob_count_show(text, sizeof text, (double)step);
    ob_buf_addf(out, "step %s", text);
    if (p->max_steps) {
        ob_count_show(text, sizeof text, (double)p->max_steps);
        ob_buf_addf(out, " of at most %s", text);
    }
    if (!isnan(loss)) {
        ob_number_show(text, sizeof text, loss, 6);
        ob_buf_addf(out, "  loss %s", text);
    }
    if (!isnan(theta_delta)) {
        ob_number_show(text, sizeof text, theta_delta, 4);
        ob_buf_addf(out, "  theta_delta %s", text);
    }
    ob_si_show(text, sizeof text, rate);
    ob_buf_addf(out, "  %s steps/s", text);
    p->last_step = step;
    p->last_time = now;
}

/* One line, redrawn on a terminal; says when the next is due. */
static void draw(struct ob_progress *p, struct ob_buf *text)
{
    struct ob_buf line = { 0 };
    if (p->terminal) {
        text->data[ob_text_clip(text->data, columns())] = '\0';
        ob_buf_addf(&line, "\r%s\x1b[K", text->data);
    } else {
        ob_buf_addf(&line, "optbench: %s\n", text->data);
    }
    put(&line);
    p->drawn = p->terminal;
    if (!p->terminal && p->every < LAST_NS)
        p->every *= 2;
    p->next = ob_clock_ns() + p->every;
    ob_buf_finish(&line);
}

void ob_progress_show(struct ob_progress *p, uint64_t step, double loss,
                      double theta_delta)
{
    struct ob_buf text = { 0 };
    if (!p->on)
        return;
    describe(p, step, loss, theta_delta, &text);
    draw(p, &text);
    ob_buf_finish(&text);
}

void ob_progress_load(struct ob_progress *p, const char *origin, double share)
{
    struct ob_buf text = { 0 };
    if (!p->on || ob_clock_ns() < (p->loading ? p->next : p->last_time + LOAD_NS))
        return;
    p->loading = true;
    ob_buf_adds(&text, "reading ");
    ob_text_safe(&text, origin, strlen(origin));
    ob_buf_addf(&text, ": %.0f %%", share < 1 ? 100 * share : 100);
    draw(p, &text);
    ob_buf_finish(&text);
}

void ob_progress_clear(struct ob_progress *p)
{
    struct ob_buf clear = { .data = (char[]){ "\r\x1b[K" }, .len = 4 };
    if (p->drawn)
        put(&clear);
    p->drawn = false;
}

void ob_progress_say(struct ob_progress *p, const char *format, ...)
{
    struct ob_buf text = { 0 }, line = { 0 };
    va_list ap;
    if (!p->on)
        return;
    ob_progress_clear(p);
    va_start(ap, format);
    ob_buf_vaddf(&text, format, ap);
    va_end(ap);
    ob_buf_adds(&line, "optbench: ");
    ob_text_safe(&line, ob_buf_text(&text), text.len);
    ob_buf_addc(&line, '\n');
    put(&line);
    ob_buf_finish(&text);
    ob_buf_finish(&line);
}
