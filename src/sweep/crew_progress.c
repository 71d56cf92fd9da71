#include <config.h>

#include "crew_progress.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/clock.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

void crew_progress_init(struct crew_progress *p, bool quiet, const struct jobs *j)
{
    *p = (struct crew_progress){ .started = ob_clock_ns() };
    ob_status_line_init(&p->line, quiet);
    p->settled = j->counts.settled;
}

void crew_progress_note(struct crew_progress *p, const struct jobs *j, int64_t now)
{
    for (; p->settled < j->counts.settled; p->settled++)
        p->end[p->ends++ % CREW_ENDS] = now;
}

/* Cells a second: those of the ring, over the time since the one before them. */
static double rate_of(const struct crew_progress *p, int64_t now)
{
    size_t n = p->ends < CREW_ENDS ? p->ends : CREW_ENDS;
    if (n == 0)
        return NAN;
    int64_t since = p->ends < CREW_ENDS ? p->started : p->end[p->ends % CREW_ENDS];
    size_t cells = p->ends < CREW_ENDS ? n : n - 1;
    return (double)cells / ((double)(now - since) * 1e-9 + 1e-9);
}

double crew_progress_left(const struct crew_progress *p, const struct jobs *j,
                          int64_t now)
{
    return (double)(j->counts.cells - j->counts.settled) / rate_of(p, now);
}

static void two(struct ob_buf *out, uint64_t whole, const char *unit, uint64_t rest,
                const char *less)
{
    ob_buf_addf(out, "%" PRIu64 " %s", whole, unit);
    if (rest)
        ob_buf_addf(out, " %" PRIu64 " %s", rest, less);
}

void crew_progress_time(struct ob_buf *out, double seconds)
{
    uint64_t s = seconds < 3e9 ? (uint64_t)(seconds + 0.5) : 3000000000;
    if (s < 60)
        ob_buf_addf(out, "%" PRIu64 " s", s);
    else if (s < 600)
        two(out, s / 60, "min", s % 60, "s");
    else if (s < 3600)
        ob_buf_addf(out, "%" PRIu64 " min", (s + 30) / 60);
    else if (s < 86400)
        two(out, s / 3600, "h", s % 3600 / 60, "min");
    else
        two(out, s / 86400, "d", s % 86400 / 3600, "h");
}

/* ---- words ---- */

static void count(struct ob_buf *out, size_t n)
{
    char text[40];
    ob_count_show(text, sizeof text, (double)n);
    ob_buf_adds(out, text);
}

static void add_some(struct ob_buf *out, size_t n, const char *what)
{
    if (n == 0)
        return;
    ob_buf_adds(out, "  ");
    count(out, n);
    ob_buf_addf(out, " %s", what);
}

static void add_best(struct ob_buf *out, const struct jobs *j)
{
    char text[40], name[OB_PLAN_NAME_MAX];
    size_t best = ob_cells_best(j->cells);
    if (best == OB_CELLS_NONE)
        return;
    ob_number_show(text, sizeof text, ob_cells_at(j->cells, best)->metric, 6);
    ob_plan_name(&j->sweep->plan, best, name);
    const char *metric = ob_cells_metric(j->cells);
    ob_buf_adds(out, strncmp(metric, "best_", 5) == 0 ? "  " : "  best ");
    ob_text_safe(out, metric, strlen(metric));
    ob_buf_addf(out, " %s (%s)", text, name);
}

static bool halves(const struct jobs *j)
{
    return j->rungs && ob_rungs_count(j->rungs) > 1;
}

static void describe(const struct crew_progress *p, const struct jobs *j, int64_t now,
                     struct ob_buf *out)
{
    const struct jobs_counts *n = &j->counts;
    char text[40];
    double rate = rate_of(p, now);
    size_t waiting = ob_cells_counts(j->cells)->of[OB_CELL_WAITING];
    /* Rungs cut cells off: how many will come to their end is not known. */
    bool halving = halves(j);
    count(out, halving && waiting < n->cells ? n->cells - waiting : n->settled);
    ob_buf_adds(out, " of ");
    count(out, n->cells);
    ob_buf_adds(out, halving ? " cells begun" : " cells");
    if (halving)
        add_some(out, n->settled, "through");
    add_some(out, n->diverged, "diverged");
    add_some(out, n->failed, "failed");
    add_some(out, n->busy, "run elsewhere");
    if (rate >= 1) {
        ob_si_show(text, sizeof text, rate);
        ob_buf_addf(out, "  %s/s", text);
    }
    if (!isnan(rate) && !halving) {
        ob_buf_adds(out, "  ");
        crew_progress_time(out, crew_progress_left(p, j, now));
        ob_buf_adds(out, " left");
    }
    add_best(out, j);
}

void crew_progress_show(struct crew_progress *p, const struct jobs *j, int64_t now)
{
    struct ob_buf text = { 0 };
    crew_progress_note(p, j, now);
    if (now < ob_status_line_due(&p->line))
        return;
    describe(p, j, now, &text);
    ob_status_line_draw(&p->line, &text);
    ob_buf_finish(&text);
}

static void say_failures(struct crew_progress *p, const struct jobs *j)
{
    size_t n = j->counts.failed;
    bool on = p->line.on;
    if (n == 0)
        return;
    p->line.on = true; /* said even to who wants it quiet */
    if (n == 1)
        ob_status_line_say(&p->line, "%s", j->first);
    else
        ob_status_line_say(&p->line, "%zu cells failed; the first one is %s", n,
                           j->first);
    p->line.on = on;
}

/* "9 of 24 cells are done, 15 were cut off by rungs". */
static void add_done(struct ob_buf *out, const struct jobs *j)
{
    const struct jobs_counts *n = &j->counts;
    size_t cut = n->cells - n->settled;
    count(out, n->settled - n->failed);
    ob_buf_adds(out, " of ");
    count(out, n->cells);
    ob_buf_adds(out, n->cells == 1 ? " cell is done" : " cells are done");
    if (n->before && n->before < n->settled)
        ob_buf_addf(out, ", %zu of them before", n->before);
    if (cut && halves(j) && ob_rungs_done(j->rungs))
        ob_buf_addf(out, ", %zu cut off by rungs", cut);
}

void crew_progress_end(struct crew_progress *p, const struct jobs *j, int64_t now)
{
    const struct jobs_counts *n = &j->counts;
    struct ob_buf text = { 0 };
    ob_status_line_clear(&p->line);
    say_failures(p, j);
    add_done(&text, j);
    add_some(&text, n->diverged, "diverged");
    add_some(&text, n->failed, "failed");
    add_some(&text, n->busy, "run elsewhere");
    if (n->settled > n->before) {
        ob_buf_adds(&text, "  in ");
        crew_progress_time(&text, (double)(now - p->started) * 1e-9);
    }
    add_best(&text, j);
    ob_status_line_say(&p->line, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
}
