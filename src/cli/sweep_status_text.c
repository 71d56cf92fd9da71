/* How a sweep stands, for people. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sweep_status.h"

#include "optbench/base/clock.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/report/tabular.h"

enum { DIGITS = 6, LINES = 10 };

static void label(struct ob_buf *out, const char *name)
{
    ob_buf_addf(out, "%-10s ", name);
}

static void safe(struct ob_buf *out, const char *text)
{
    ob_text_safe(out, text, strlen(text));
}

static void number(struct ob_buf *out, double v)
{
    char text[OB_NUMBER_MAX];
    ob_number_show(text, sizeof text, v, DIGITS);
    ob_buf_adds(out, text);
}

static void counts(const struct status *s, struct ob_buf *out)
{
    const struct ob_cells_counts *c = ob_cells_counts(s->cells);
    size_t all = ob_cells_count(s->cells), n = 0;
    bool halving = s->rungs > 0; /* most cells never come to their end then */
    size_t ended = ob_cells_over(s->cells);
    static const enum ob_cell_state order[] = {
        OB_CELL_DONE,   OB_CELL_DIVERGED,    OB_CELL_FAILED,  OB_CELL_RUNNING,
        OB_CELL_HALTED, OB_CELL_INTERRUPTED, OB_CELL_WAITING,
    };
    label(out, "cells");
    ob_buf_addf(out, "%zu of %zu ended%s (%zu %%)", ended, all,
                halving ? " or halted by a rung" : "", all ? 100 * ended / all : 100);
    for (size_t k = 0; k < OB_COUNT(order); k++)
        if (c->of[order[k]] > 0)
            ob_buf_addf(out, "%s%zu %s", n++ ? ", " : ": ", c->of[order[k]],
                        ob_cell_state_name(order[k]));
    ob_buf_addc(out, '\n');
}

static void pace(const struct status *s, struct ob_buf *out)
{
    char span[32], shown[32];
    if (s->pace.left == 0 || (isnan(s->pace.seconds) && isnan(s->pace.rate)))
        return;
    label(out, "pace");
    if (!isnan(s->pace.rate)) {
        ob_number_show(shown, sizeof shown, s->pace.rate, 3);
        ob_buf_addf(out, "%s cells a second, ", shown);
    }
    ob_clock_span(span, s->pace.seconds);
    ob_buf_addf(out, "%s left\n", isnan(s->pace.seconds) ? "who knows how long" : span);
}

/* Its settings, which are all of it that the plan knows. */
static void settings(const struct status *s, size_t cell, struct ob_buf *out)
{
    const struct ob_plan *p = &s->sweep->plan;
    for (size_t k = 0; k < p->keys; k++) {
        const char *value = ob_plan_at(p, cell, k);
        if (!value)
            continue;
        ob_buf_adds(out, "  ");
        safe(out, p->key[k]);
        ob_buf_addc(out, ' ');
        safe(out, value);
    }
}

static void best(const struct status *s, struct ob_buf *out)
{
    char name[OB_PLAN_NAME_MAX];
    if (s->best == OB_CELLS_NONE)
        return;
    label(out, "best");
    ob_buf_addf(out, "%s  ", ob_status_name(s, s->best, name));
    safe(out, ob_cells_metric(s->cells));
    ob_buf_addc(out, ' ');
    number(out, ob_cells_at(s->cells, s->best)->metric);
    settings(s, s->best, out);
    ob_buf_addc(out, '\n');
}

/* ---- tables ---- */

static void write_table(struct ob_tabular *t, struct ob_buf *out)
{
    if (t->rows > 0) {
        ob_buf_addc(out, '\n');
        ob_tabular_write(t, OB_TABULAR_TEXT, out);
    }
    ob_tabular_finish(t);
}

static void count_cell(struct ob_tabular *t, size_t n)
{
    ob_tabular_number(t, n ? (double)n : (double)NAN, 0);
}

static void by_kind(const struct status *s, struct ob_buf *out)
{
    const struct ob_heat *h = &s->kinds;
    struct ob_tabular t = { 0 };
    char name[OB_PLAN_NAME_MAX];
    if (s->by == OB_LEVELS_NO_KEY)
        return;
    ob_tabular_column(&t, s->sweep->plan.key[s->by], OB_TABULAR_LEFT);
    ob_tabular_column(&t, "cells", OB_TABULAR_RIGHT);
    for (int k = OB_CELL_STATES - 1; k >= 0; k--)
        if (ob_cells_counts(s->cells)->of[k] > 0)
            ob_tabular_column(&t, ob_cell_state_name((enum ob_cell_state)k),
                              OB_TABULAR_RIGHT);
    ob_tabular_column(&t, ob_cells_metric(s->cells), OB_TABULAR_RIGHT);
    ob_tabular_column(&t, "of cell", OB_TABULAR_LEFT);
    for (size_t r = 0; r < h->rows.n; r++) {
        const struct ob_heat_tile *tile = &h->tile[r];
        ob_tabular_row(&t);
        ob_tabular_cell(&t, *h->rows.level[r].label ? h->rows.level[r].label : NULL);
        count_cell(&t, tile->cells);
        for (int k = OB_CELL_STATES - 1; k >= 0; k--)
            if (ob_cells_counts(s->cells)->of[k] > 0)
                count_cell(&t, tile->of[k]);
        ob_tabular_number(&t, tile->best, DIGITS);
        if (s->best != OB_CELLS_NONE && tile->best_cell == s->best)
            ob_tabular_best(&t);
        ob_tabular_cell(&t, tile->best_cell == OB_CELLS_NONE
                                ? NULL
                                : ob_status_name(s, tile->best_cell, name));
    }
    write_table(&t, out);
}

static void rungs(const struct status *s, struct ob_buf *out)
{
    struct ob_tabular t = { 0 };
    static const char *const title[] = { "rung",       "steps", "to come",
                                         "came to it", "go on", "are there" };
    for (size_t k = 0; k < OB_COUNT(title); k++)
        ob_tabular_column(&t, title[k], OB_TABULAR_RIGHT);
    ob_tabular_column(&t, "best of these", OB_TABULAR_RIGHT);
    for (unsigned k = 0; k < s->rungs; k++) {
        const struct status_rung *r = &s->rung[k];
        char steps[64];
        ob_tabular_row(&t);
        ob_tabular_number(&t, k, 0);
        if (r->most == 0)
            snprintf(steps, sizeof steps, "to the end");
        else if (r->least == r->most)
            snprintf(steps, sizeof steps, "%llu", (unsigned long long)r->most);
        else
            snprintf(steps, sizeof steps, "%llu to %llu", (unsigned long long)r->least,
                     (unsigned long long)r->most);
        ob_tabular_cell(&t, steps);
        ob_tabular_number(&t, (double)r->wanted, 0);
        ob_tabular_number(&t, (double)r->reached, 0);
        ob_tabular_number(&t, (double)r->on, 0);
        ob_tabular_number(&t, (double)r->here, 0);
        ob_tabular_number(&t, r->best, DIGITS);
    }
    write_table(&t, out);
}

static void more(size_t n, const char *what, struct ob_buf *out)
{
    if (n > LINES)
        ob_buf_addf(out, "and %zu more %s: --csv has all of them\n", n - LINES, what);
}

static void running(const struct status *s, struct ob_buf *out)
{
    struct ob_tabular t = { 0 };
    size_t n = 0;
    char text[64], span[32];
    static const char *const title[] = { "running", "step", "loss", "for", "heard" };
    for (size_t k = 0; k < OB_COUNT(title); k++)
        ob_tabular_column(&t, title[k], k ? OB_TABULAR_RIGHT : OB_TABULAR_LEFT);
    ob_tabular_column(&t, "on", OB_TABULAR_LEFT);
    for (size_t i = 0; i < ob_cells_count(s->cells); i++) {
        const struct ob_sweep_cell *c = ob_cells_at(s->cells, i);
        if (c->state != OB_CELL_RUNNING || ++n > LINES)
            continue;
        ob_tabular_row(&t);
        ob_tabular_cell(&t, ob_status_name(s, i, text));
        snprintf(text, sizeof text, c->max_steps ? "%llu of %llu" : "%llu",
                 (unsigned long long)c->step, (unsigned long long)c->max_steps);
        ob_tabular_cell(&t, text);
        ob_tabular_number(&t, c->loss, DIGITS);
        ob_clock_span(text, c->seconds);
        ob_tabular_cell(&t, isnan(c->seconds) ? NULL : text);
        ob_clock_span(span, fmax(0, 1e-9 * (double)(s->now - c->heard)));
        snprintf(text, sizeof text, "%s ago", span);
        ob_tabular_cell(&t, c->heard ? text : NULL);
        ob_tabular_cell(&t, c->host);
    }
    write_table(&t, out);
    more(n, "run", out);
}

/* Cells that failed for one reason. */
struct reason {
    const char *text; /* "" = none was said */
    size_t cells, first;
};

static size_t take_reasons(const struct status *s, struct reason reason[LINES],
                           size_t *left_out)
{
    size_t n = 0;
    for (size_t i = 0; i < ob_cells_count(s->cells); i++) {
        const struct ob_sweep_cell *c = ob_cells_at(s->cells, i);
        size_t k = 0;
        if (c->state != OB_CELL_FAILED)
            continue;
        while (k < n && strcmp(reason[k].text, c->reason ? c->reason : "") != 0)
            k++;
        if (k == LINES) {
            ++*left_out;
            continue;
        }
        if (k == n)
            reason[n++] = (struct reason){ c->reason ? c->reason : "", 0, i };
        reason[k].cells++;
    }
    return n;
}

static void failed(const struct status *s, struct ob_buf *out)
{
    struct ob_tabular t = { 0 };
    struct reason reason[LINES];
    size_t left_out = 0, n = take_reasons(s, reason, &left_out);
    char name[OB_PLAN_NAME_MAX];
    ob_tabular_column(&t, "failed", OB_TABULAR_RIGHT);
    ob_tabular_column(&t, "such as", OB_TABULAR_LEFT);
    ob_tabular_column(&t, "attempts", OB_TABULAR_RIGHT);
    ob_tabular_column(&t, "reason", OB_TABULAR_LEFT);
    for (size_t k = 0; k < n; k++) {
        ob_tabular_row(&t);
        ob_tabular_number(&t, (double)reason[k].cells, 0);
        ob_tabular_cell(&t, ob_status_name(s, reason[k].first, name));
        count_cell(&t, ob_cells_at(s->cells, reason[k].first)->attempts);
        ob_tabular_cell(&t, *reason[k].text ? reason[k].text : NULL);
    }
    write_table(&t, out);
    if (left_out > 0)
        ob_buf_addf(out, "and %zu more failed for other reasons: --csv has all of them\n",
                    left_out);
}

static void runners(const struct status *s, struct ob_buf *out)
{
    for (size_t i = 0; i < s->runners && i < LINES; i++) {
        const struct ob_runner *r = &s->runner[i];
        label(out, i ? "" : "run by");
        ob_buf_addf(out, "process %lld on ", (long long)r->pid);
        safe(out, r->host);
        ob_buf_addf(out, ", %u worker%s of %u thread%s", r->workers,
                    r->workers == 1 ? "" : "s", r->threads, r->threads == 1 ? "" : "s");
        if (r->share[0]) {
            ob_buf_adds(out, ", ");
            safe(out, r->share);
        }
        ob_buf_addc(out, '\n');
    }
    more(s->runners, "processes", out);
}

void ob_status_text(const struct status *s, struct ob_buf *out)
{
    label(out, "sweep");
    safe(out, s->sweep->facts.name);
    ob_buf_adds(out, " in ");
    safe(out, s->sweep->path);
    ob_buf_addc(out, '\n');
    label(out, "metric");
    safe(out, ob_cells_metric(s->cells));
    ob_buf_addf(out, ", the %s is best\n",
                ob_cells_maximize(s->cells) ? "highest" : "lowest");
    counts(s, out);
    pace(s, out);
    best(s, out);
    runners(s, out);
    by_kind(s, out);
    rungs(s, out);
    running(s, out);
    failed(s, out);
}
