#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "feed_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/number.h"

#define PORTION    ((size_t)512 << 10)
#define TIMING_ROW ((size_t)256)

/* Where the rows of one column go. */
struct taking {
    struct ob_run_extra *e;
    struct ob_run_column *to;
    bool changed;
};

static void clear(struct ob_run_column *c)
{
    ob_series_clear(&c->step);
    ob_series_clear(&c->value);
}

static void restart(void *ctx)
{
    struct taking *t = ctx;
    clear(t->to);
    t->changed = true;
}

static void header(void *ctx)
{
    struct ob_run_extra *e = ((struct taking *)ctx)->e;
    e->value = ob_rows_column(&e->log, e->name);
    e->step = ob_rows_column(&e->log, "step");
    e->loss = ob_rows_column(&e->log, "batch_loss");
    if (e->loss == OB_ROWS_NONE)
        e->loss = ob_rows_column(&e->log, "loss");
}

/* An empty field reads as NAN, too: it counts as one only where the loss of its row is
 * none, either. */
static void row(void *ctx, const double *value)
{
    struct taking *t = ctx;
    const struct ob_run_extra *e = t->e;
    if (e->value == OB_ROWS_NONE)
        return;
    bool broken = e->log.n > 1 && e->loss != OB_ROWS_NONE && !isfinite(value[e->loss]);
    if (isnan(value[e->value]) && !broken)
        return;
    ob_series_append(&t->to->step, value[e->step]);
    ob_series_append(&t->to->value, value[e->value]);
    t->changed = true;
}

/* Another column than before is read from the start of the log. */
static bool begin(struct ob_run_reader *r, struct ob_run_extra *e, const char *name,
                  struct ob_run_column *to)
{
    if (strcmp(e->name, name) == 0)
        return false;
    if (e->name[0])
        ob_rows_finish(&e->log);
    clear(to);
    snprintf(e->name, sizeof e->name, "%s", name);
    if (e->name[0])
        ob_rows_init(&e->log, &r->dir);
    return true;
}

static bool read_column(struct ob_run_reader *r, struct ob_run_extra *e, const char *name,
                        struct ob_run_column *to, int64_t until)
{
    struct taking t = { e, to, begin(r, e, name, to) };
    const struct ob_rows_sink sink = { &t, restart, header, row };
    if (e->name[0])
        while (ob_rows_poll(&e->log, PORTION, &sink, NULL) && ob_rows_behind(&e->log) &&
               ob_clock_ns() < until)
            ;
    return t.changed;
}

static void timing_restart(void *ctx)
{
    clear(ctx);
}

/* "909,0.004324": when the row was written. Lines that do not rise are passed over. */
static bool timing_line(void *ctx, const char *s, size_t n, struct ob_err *err)
{
    struct ob_run_column *c = ctx;
    const char *comma = memchr(s, ',', n);
    double step, seconds;
    (void)err;
    if (!comma || !ob_number_parse(s, (size_t)(comma - s), &step) ||
        !ob_number_parse(comma + 1, n - (size_t)(comma - s) - 1, &seconds) ||
        !isfinite(step) || !isfinite(seconds) || seconds < 0)
        return true;
    if (c->step.n == 0 && step > 0) {
        ob_series_append(&c->step, 0);
        ob_series_append(&c->value, 0);
    }
    size_t last = c->step.n;
    if (last > 0 && (step <= ob_series_at(&c->step, last - 1) ||
                     seconds < ob_series_at(&c->value, last - 1)))
        return true;
    ob_series_append(&c->step, step);
    ob_series_append(&c->value, seconds);
    return true;
}

static bool read_timing(struct ob_run_reader *r, struct ob_run_column *to, int64_t until)
{
    const struct ob_tail_sink sink = { to, timing_restart, timing_line };
    size_t had = to->step.n;
    if (!r->timing.file)
        ob_tail_init(&r->timing, &r->dir, "timing.csv", TIMING_ROW);
    while (ob_tail_poll(&r->timing, PORTION, &sink, NULL) && r->timing.behind &&
           ob_clock_ns() < until)
        ;
    return to->step.n != had;
}

bool ob_run_extras_read(struct ob_run_reader *r, struct ob_run_model *m, int64_t until)
{
    bool changed = false;
    for (size_t i = 0; i < OB_MODEL_METRICS; i++)
        changed |= read_column(r, &r->extra[i], m->asked.metric[i], &m->metric[i], until);
    changed |=
        read_column(r, &r->extra[OB_MODEL_METRICS], m->asked.place, &m->place, until);
    if (m->asked.seconds || r->timing.file)
        changed |= read_timing(r, &m->seconds, until);
    return changed;
}

void ob_run_extras_finish(struct ob_run_reader *r)
{
    for (size_t i = 0; i <= OB_MODEL_METRICS; i++)
        if (r->extra[i].name[0])
            ob_rows_finish(&r->extra[i].log);
    if (r->timing.file)
        ob_tail_finish(&r->timing);
}
