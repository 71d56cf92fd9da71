#include <config.h>

#include "optbench/sweep/pace.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/sweep/folder.h"
#include "optbench/sweep/levels.h"

enum { LATELY = 256, LEAST = 4, KINDS = 256 };

/* Seconds that cells take, by kind of optimizer. */
struct costs {
    struct ob_levels kinds;
    double *sum; /* [kinds.n] of those that ended */
    size_t *n;
    double all; /* mean of all; NAN = none ended */
};

/* What a rung has halted stays so as a rule, and so says what a cell takes. */
static bool is_over(const struct ob_cells *c, const struct ob_sweep_cell *cell)
{
    bool halving = ob_cells_sweep(c)->facts.rules.halving != OB_HALVING_NO;
    return ob_cell_ended(cell->state) || (halving && cell->state == OB_CELL_HALTED);
}

static void costs_init(struct costs *k, const struct ob_cells *c)
{
    const struct ob_plan *plan = &ob_cells_sweep(c)->plan;
    double sum = 0;
    size_t n = 0;
    ob_levels_make(&k->kinds, plan, ob_levels_key(plan, "optimizer.kind"), KINDS);
    k->sum = ob_xcalloc(k->kinds.n + 1, sizeof *k->sum);
    k->n = ob_xcalloc(k->kinds.n + 1, sizeof *k->n);
    for (size_t i = 0; i < ob_cells_count(c); i++) {
        const struct ob_sweep_cell *cell = ob_cells_at(c, i);
        if (!is_over(c, cell) || isnan(cell->seconds))
            continue;
        k->sum[k->kinds.of[i]] += cell->seconds;
        k->n[k->kinds.of[i]]++;
        sum += cell->seconds;
        n++;
    }
    k->all = n ? sum / (double)n : (double)NAN;
}

static double cost_of(const struct costs *k, size_t i)
{
    uint32_t kind = k->kinds.of[i];
    return k->n[kind] ? k->sum[kind] / (double)k->n[kind] : k->all;
}

static void costs_finish(struct costs *k)
{
    ob_levels_finish(&k->kinds);
    free(k->sum);
    free(k->n);
}

/* The last cells that ended, newest first. */
struct lately {
    struct ending {
        int64_t when;
        double seconds;
    } end[LATELY];
    size_t n;
};

/* Keeps the newest in order; most cells are older than all that are kept. */
static void take(struct lately *l, int64_t when, double seconds)
{
    size_t at = l->n < LATELY ? l->n++ : LATELY - 1;
    if (l->n == LATELY && at == LATELY - 1 && l->end[at].when > when)
        return;
    for (; at > 0 && l->end[at - 1].when < when; at--)
        l->end[at] = l->end[at - 1];
    l->end[at] = (struct ending){ when, isnan(seconds) ? 0 : seconds };
}

static void gather(struct lately *l, const struct ob_cells *c)
{
    l->n = 0;
    for (size_t i = 0; i < ob_cells_count(c); i++) {
        const struct ob_sweep_cell *cell = ob_cells_at(c, i);
        bool old = l->n == LATELY && cell->heard <= l->end[LATELY - 1].when;
        if (is_over(c, cell) && cell->heard > 0 && !old)
            take(l, cell->heard, cell->seconds);
    }
}

/* How many of them there are before a gap: a second and ten times the mean distance. */
static size_t without_gap(const struct lately *l)
{
    size_t n = l->n < LEAST ? l->n : LEAST;
    for (; n < l->n; n++) {
        double gap = (double)(l->end[n - 1].when - l->end[n].when);
        double mean = (double)(l->end[0].when - l->end[n - 1].when) / (double)(n - 1);
        if (gap > 10 * mean + 1e9)
            break;
    }
    return n;
}

/* Seconds of training that were done in a second, and cells; false where too few ended
 * or the last one too long ago. The oldest began one mean distance before it ended. */
static bool speed(const struct lately *l, int64_t now, double *work, double *cells)
{
    double sum = 0;
    size_t n = without_gap(l);
    if (n < LEAST)
        return false;
    double mean = 1e-9 * (double)(l->end[0].when - l->end[n - 1].when) / (double)(n - 1);
    double span = 1e-9 * (double)(now - l->end[n - 1].when) + mean;
    if (span <= 0 || 1e-9 * (double)(now - l->end[0].when) > 10 * mean + 60)
        return false;
    for (size_t i = 0; i < n; i++)
        sum += l->end[i].seconds;
    *work = sum / span;
    *cells = (double)n / span;
    return true;
}

static double left_of(const struct costs *k, const struct ob_sweep_cell *cell, size_t i)
{
    double cost = cost_of(k, i), done = 0;
    if (cell->max_steps > 0 && cell->step > 0)
        done = fmin(1, (double)cell->step / (double)cell->max_steps);
    bool slow = isnan(cost) || cell->seconds >= cost; /* as none of the others was */
    if (slow && done > 0 && cell->seconds > 0)
        cost = cell->seconds / done;
    return cost * (1 - done);
}

void ob_sweep_pace_of(const struct ob_cells *c, int64_t now, struct ob_sweep_pace *out)
{
    struct costs costs;
    struct lately lately;
    const struct ob_cells_counts *counts = ob_cells_counts(c);
    double work, running = (double)counts->of[OB_CELL_RUNNING];
    costs_init(&costs, c);
    gather(&lately, c);
    *out = (struct ob_sweep_pace){ .rate = NAN, .cell = costs.all, .seconds = NAN };
    for (size_t i = 0; i < ob_cells_count(c); i++) {
        const struct ob_sweep_cell *cell = ob_cells_at(c, i);
        if (is_over(c, cell))
            continue;
        out->left++;
        out->work += left_of(&costs, cell, i);
    }
    bool known = speed(&lately, now, &work, &out->rate);
    if (out->left == 0)
        out->seconds = 0;
    else if (known && work > 0)
        out->seconds = out->work / work;
    else if (known && out->rate > 0)
        out->seconds = (double)out->left / out->rate;
    else if (running > 0)
        out->seconds = out->work / running;
    costs_finish(&costs);
}
