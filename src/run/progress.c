#include <config.h>

#include "progress.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/clock.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

#define LOAD_NS INT64_C(500000000) /* reading data for so long is worth a word */

void ob_progress_init(struct ob_progress *p, bool quiet, uint64_t max_steps)
{
    *p = (struct ob_progress){ .max_steps = max_steps };
    ob_status_line_init(&p->line, quiet);
    p->last_time = ob_clock_ns();
}

int64_t ob_progress_due(const struct ob_progress *p)
{
    return ob_status_line_due(&p->line);
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

void ob_progress_show(struct ob_progress *p, uint64_t step, double loss,
                      double theta_delta)
{
    struct ob_buf text = { 0 };
    if (!p->line.on)
        return;
    describe(p, step, loss, theta_delta, &text);
    ob_status_line_draw(&p->line, &text);
    ob_buf_finish(&text);
}

void ob_progress_load(struct ob_progress *p, const char *origin, double share)
{
    struct ob_buf text = { 0 };
    if (!p->line.on ||
        ob_clock_ns() < (p->loading ? p->line.next : p->last_time + LOAD_NS))
        return;
    p->loading = true;
    ob_buf_adds(&text, "reading ");
    ob_text_safe(&text, origin, strlen(origin));
    ob_buf_addf(&text, ": %.0f %%", share < 1 ? 100 * share : 100);
    ob_status_line_draw(&p->line, &text);
    ob_buf_finish(&text);
}

void ob_progress_clear(struct ob_progress *p)
{
    ob_status_line_clear(&p->line);
}

void ob_progress_say(struct ob_progress *p, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    ob_status_line_vsay(&p->line, format, ap);
    va_end(ap);
}
