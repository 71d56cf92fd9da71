#include <config.h>

#include "optbench/sweep/sensitivity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/sweep/plan.h"

/* Points of a curve, and curves. */
enum { POINTS = 48, CURVES = 64 };

/* The curve that belongs to a level, with a point for each level of `along`; those that
 * have no cells are taken out afterwards. */
static void begin_curves(struct ob_sensitivity *s)
{
    s->curves = s->by.n;
    s->curve = ob_xcalloc(s->curves + 1, sizeof *s->curve);
    for (size_t k = 0; k < s->curves; k++) {
        struct ob_sensitivity_curve *c = &s->curve[k];
        c->name = s->by.level[k].label;
        c->points = s->along.n;
        c->point = ob_xcalloc(c->points + 1, sizeof *c->point);
    }
}

static double *places(const struct ob_plan *plan, size_t key)
{
    double *place = ob_xcalloc(plan->cells + 1, sizeof *place);
    for (size_t i = 0; i < plan->cells; i++) {
        const char *text = ob_plan_at(plan, i, key);
        if (!text || !ob_number_parse(text, strlen(text), &place[i]))
            place[i] = NAN;
    }
    return place;
}

static bool is_number(const struct ob_level *l)
{
    return !isnan(l->lo);
}

bool ob_sensitivity_make(struct ob_sensitivity *s, const struct ob_plan *plan,
                         size_t along, size_t by)
{
    *s = (struct ob_sensitivity){ 0 };
    if (along == OB_LEVELS_NO_KEY)
        return false;
    ob_levels_make(&s->along, plan, along, POINTS);
    if (!s->along.numbers) {
        ob_levels_finish(&s->along);
        return false;
    }
    ob_levels_make(&s->by, plan, by, CURVES);
    ob_settings_table_make(&s->table, plan);
    begin_curves(s);
    s->place = places(plan, along);
    return true;
}

static void clear(struct ob_sensitivity *s)
{
    for (size_t k = 0; k < s->curves; k++) {
        struct ob_sensitivity_curve *c = &s->curve[k];
        c->best = OB_CELLS_NONE;
        c->good_lo = c->good_hi = NAN;
        c->points = s->along.n;
        for (size_t p = 0; p < c->points; p++) {
            const struct ob_level *l = &s->along.level[p];
            c->point[p] = (struct ob_sensitivity_point){ .x = l->lo,
                                                         .label = l->label,
                                                         .row = OB_CELLS_NONE,
                                                         .value = NAN,
                                                         .lo = NAN,
                                                         .hi = NAN };
        }
    }
}

static void take_row(struct ob_sensitivity *s, size_t row, const struct ob_values *v)
{
    const struct ob_setting_row *r = &s->table.row[row];
    size_t level = s->along.of[r->first];
    struct ob_sensitivity_point *p = &s->curve[s->by.of[r->first]].point[level];
    double score = ob_setting_score(r);
    p->settings++;
    p->diverged += r->diverged;
    if (p->row != OB_CELLS_NONE && !ob_values_better(v, score, p->value))
        return;
    if (isnan(score))
        return;
    p->row = row;
    p->x = s->place[r->first];
    p->value = score;
    p->lo = r->lo;
    p->hi = r->hi;
    p->seeds = r->measured;
}

static void count_waiting(struct ob_sensitivity *s, const struct ob_cells *c)
{
    for (size_t i = 0; i < ob_cells_count(c); i++)
        if (!ob_cell_ended(ob_cells_at(c, i)->state))
            s->curve[s->by.of[i]].point[s->along.of[i]].waiting++;
}

/* Points that the plan has; a level that is not set is no place on the axis. */
static void tidy(struct ob_sensitivity *s, struct ob_sensitivity_curve *c)
{
    size_t kept = 0;
    for (size_t p = 0; p < s->along.n; p++)
        if (c->point[p].settings > 0 && is_number(&s->along.level[p]))
            c->point[kept++] = c->point[p];
    c->points = kept;
}

static bool is_good(double value, double best, bool maximize)
{
    double most = 0.1 * fabs(best);
    return maximize ? value >= best - most : value <= best + most;
}

static void judge(struct ob_sensitivity_curve *c, const struct ob_values *v)
{
    for (size_t p = 0; p < c->points; p++)
        if (!isnan(c->point[p].value) &&
            (c->best == OB_CELLS_NONE ||
             ob_values_better(v, c->point[p].value, c->point[c->best].value)))
            c->best = p;
    if (c->best == OB_CELLS_NONE)
        return;
    double best = c->point[c->best].value;
    size_t lo = c->best, hi = c->best;
    while (lo > 0 && is_good(c->point[lo - 1].value, best, v->maximize))
        lo--;
    while (hi + 1 < c->points && is_good(c->point[hi + 1].value, best, v->maximize))
        hi++;
    c->good_lo = c->point[lo].x;
    c->good_hi = c->point[hi].x;
}

void ob_sensitivity_fill(struct ob_sensitivity *s, const struct ob_cells *c,
                         const struct ob_values *v)
{
    clear(s);
    ob_settings_table_fill(&s->table, c, v);
    for (size_t r = 0; r < s->table.n; r++)
        take_row(s, r, v);
    count_waiting(s, c);
    for (size_t k = 0; k < s->curves; k++) {
        tidy(s, &s->curve[k]);
        judge(&s->curve[k], v);
    }
}

void ob_sensitivity_finish(struct ob_sensitivity *s)
{
    for (size_t k = 0; k < s->curves; k++)
        free(s->curve[k].point);
    free(s->curve);
    free(s->place);
    ob_levels_finish(&s->along);
    ob_levels_finish(&s->by);
    ob_settings_table_finish(&s->table);
    *s = (struct ob_sensitivity){ 0 };
}

/* ---- expected best ---- */

struct goal {
    bool maximize;
};

static int better_first(const void *a, const void *b, void *ctx)
{
    const struct goal *g = ctx;
    double x = *(const double *)a, y = *(const double *)b;
    if (isnan(x) || isnan(y))
        return isnan(x) - isnan(y);
    return g->maximize ? (x < y) - (x > y) : (x > y) - (x < y);
}

/*
 * With the scores from the best on, the i-th (from 0) is the best of k draws where it is
 * drawn and the i before it are not: C(n - 1 - i, k - 1) / C(n, k) of all draws. The
 * shares follow from one another: share_0 = k / n, share_(i+1) = share_i (n - k - i) /
 * (n - 1 - i).
 */
double ob_expected_best(const double score[], size_t n, size_t k, bool maximize)
{
    if (k == 0 || k > n)
        return NAN;
    struct goal goal = { maximize };
    double *sorted = ob_xcalloc(n, sizeof *sorted), sum = 0;
    double share = (double)k / (double)n;
    memcpy(sorted, score, n * sizeof *sorted);
    qsort_r(sorted, n, sizeof *sorted, better_first, &goal);
    for (size_t i = 0; i + k <= n; i++) {
        sum += share * sorted[i]; /* NAN where only such could be drawn */
        if (i + k < n)
            share *= (double)(n - k - i) / (double)(n - 1 - i);
    }
    free(sorted);
    return sum;
}
