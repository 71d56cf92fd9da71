/* How the metric depends on one key, and on how many settings are tried. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sweep_collect.h"

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/plot/chart.h"

enum { COLS = 100, ROWS = 28 }; /* of a chart */

static const char *key_of(const struct collect *c, size_t key)
{
    return key == OB_LEVELS_NO_KEY ? "curve" : c->plan->key[key];
}

static const char *name_of(const struct ob_sensitivity_curve *curve)
{
    return *curve->name ? curve->name : "all";
}

static void right(struct collect *c, const char *name)
{
    ob_sheet_column(&c->sheet, name, OB_TABULAR_RIGHT);
}

static void put_cell(struct collect *c, const struct ob_sensitivity *s, size_t row)
{
    char name[OB_PLAN_NAME_MAX];
    size_t cell = row == OB_CELLS_NONE ? OB_CELLS_NONE : s->table.row[row].best;
    if (cell != OB_CELLS_NONE)
        ob_plan_name(c->plan, cell, name);
    ob_sheet_text(&c->sheet, cell == OB_CELLS_NONE ? NULL : name);
}

/* ---- each point ---- */

static void points_of(struct collect *c, const struct ob_sensitivity *s,
                      const struct ob_sensitivity_curve *curve)
{
    for (size_t k = 0; k < curve->points; k++) {
        const struct ob_sensitivity_point *p = &curve->point[k];
        ob_sheet_row(&c->sheet);
        ob_sheet_text(&c->sheet, name_of(curve));
        ob_sheet_number(&c->sheet, p->x);
        ob_sheet_number(&c->sheet, p->value);
        if (k == curve->best)
            ob_sheet_best(&c->sheet);
        ob_sheet_number(&c->sheet, p->lo);
        ob_sheet_number(&c->sheet, p->hi);
        ob_sheet_number(&c->sheet, (double)p->seeds);
        ob_sheet_number(&c->sheet, (double)p->settings);
        ob_sheet_number(&c->sheet, (double)p->diverged);
        ob_sheet_number(&c->sheet, (double)p->waiting);
        put_cell(c, s, p->row);
    }
}

static void points(struct collect *c, const struct ob_sensitivity *s)
{
    static const char *const rest[] = { "lowest",   "highest",  "seeds",
                                        "settings", "diverged", "not ended" };
    ob_sheet_column(&c->sheet, key_of(c, c->by), OB_TABULAR_LEFT);
    right(c, key_of(c, c->along));
    right(c, c->title);
    for (size_t k = 0; k < OB_COUNT(rest); k++)
        right(c, rest[k]);
    ob_sheet_column(&c->sheet, "best cell", OB_TABULAR_LEFT);
    ob_sheet_rows(&c->sheet, "points");
    for (size_t k = 0; k < s->curves; k++)
        points_of(c, s, &s->curve[k]);
    ob_sheet_end(&c->sheet);
}

/* ---- each curve ---- */

/* The curve whose best point is the best of all; `curves` = none has one. */
static size_t best_curve(const struct collect *c, const struct ob_sensitivity *s)
{
    size_t best = s->curves;
    for (size_t k = 0; k < s->curves; k++) {
        const struct ob_sensitivity_curve *a = &s->curve[k], *b = &s->curve[best];
        if (a->best == OB_CELLS_NONE)
            continue;
        if (best == s->curves || ob_values_better(&c->values, a->point[a->best].value,
                                                  b->point[b->best].value))
            best = k;
    }
    return best;
}

static void curve_row(struct collect *c, const struct ob_sensitivity *s,
                      const struct ob_sensitivity_curve *curve, bool is_best)
{
    const struct ob_sensitivity_point none = {
        .x = NAN, .value = NAN, .lo = NAN, .hi = NAN, .row = OB_CELLS_NONE
    };
    const struct ob_sensitivity_point *p =
        curve->best == OB_CELLS_NONE ? &none : &curve->point[curve->best];
    size_t settings = 0, diverged = 0;
    for (size_t k = 0; k < curve->points; k++) {
        settings += curve->point[k].settings;
        diverged += curve->point[k].diverged;
    }
    ob_sheet_row(&c->sheet);
    ob_sheet_text(&c->sheet, name_of(curve));
    ob_sheet_number(&c->sheet, p->x);
    ob_sheet_number(&c->sheet, p->value);
    if (is_best)
        ob_sheet_best(&c->sheet);
    ob_sheet_number(&c->sheet, p->row == OB_CELLS_NONE ? (double)NAN
                                                       : s->table.row[p->row].deviation);
    ob_sheet_number(&c->sheet, (double)p->seeds);
    ob_sheet_number(&c->sheet, curve->good_lo);
    ob_sheet_number(&c->sheet, curve->good_hi);
    ob_sheet_number(&c->sheet, (double)settings);
    ob_sheet_number(&c->sheet, (double)diverged);
    put_cell(c, s, p->row);
}

static void curves(struct collect *c, const struct ob_sensitivity *s)
{
    static const char *const rest[] = { "deviation", "seeds",    "good from",
                                        "good to",   "settings", "diverged" };
    size_t best = best_curve(c, s);
    char title[160];
    ob_sheet_column(&c->sheet, key_of(c, c->by), OB_TABULAR_LEFT);
    snprintf(title, sizeof title, "best %s", key_of(c, c->along));
    right(c, title);
    right(c, c->title);
    for (size_t k = 0; k < OB_COUNT(rest); k++)
        right(c, rest[k]);
    ob_sheet_column(&c->sheet, "best cell", OB_TABULAR_LEFT);
    ob_sheet_rows(&c->sheet, "curves");
    for (size_t k = 0; k < s->curves; k++)
        if (s->curve[k].points > 0)
            curve_row(c, s, &s->curve[k], k == best);
    ob_sheet_end(&c->sheet);
}

void ob_collect_curves(struct collect *c, const struct ob_sensitivity *s, bool all)
{
    (all ? points : curves)(c, s);
}

/* ---- trials ---- */

/* Scores of the settings of each level, level after level. */
struct scores {
    double *score; /* [n] */
    size_t *first; /* [levels + 1] */
    size_t most;   /* settings of the largest level */
};

static void take_scores(struct scores *out, const struct collect *c,
                        const struct ob_levels *by)
{
    struct ob_settings_table t;
    size_t n = 0;
    ob_settings_table_make(&t, c->plan);
    ob_settings_table_fill(&t, c->cells, &c->values);
    out->score = ob_xcalloc(t.n + 1, sizeof *out->score);
    out->first = ob_xcalloc(by->n + 1, sizeof *out->first);
    out->most = 0;
    for (size_t level = 0; level < by->n; level++) {
        out->first[level] = n;
        for (size_t r = 0; r < t.n; r++)
            if (by->of[t.row[r].first] == level &&
                (t.row[r].measured > 0 || t.row[r].diverged > 0))
                out->score[n++] = ob_setting_score(&t.row[r]);
        if (n - out->first[level] > out->most)
            out->most = n - out->first[level];
    }
    out->first[by->n] = n;
    ob_settings_table_finish(&t);
}

/* 1, 2, 4, 8, ... and the last one. */
static size_t more_trials(size_t k, size_t most)
{
    return k < most && 2 * k > most ? most : 2 * k;
}

void ob_collect_trials(struct collect *c)
{
    struct ob_levels by;
    struct scores s;
    ob_levels_make(&by, c->plan, c->by, 64);
    take_scores(&s, c, &by);
    right(c, "trials");
    for (size_t level = 0; level < by.n; level++)
        right(c, *by.level[level].label ? by.level[level].label : c->title);
    ob_sheet_rows(&c->sheet, "expected_best");
    for (size_t k = 1; k <= s.most; k = more_trials(k, s.most)) {
        ob_sheet_row(&c->sheet);
        ob_sheet_number(&c->sheet, (double)k);
        for (size_t level = 0; level < by.n; level++)
            ob_sheet_number(&c->sheet,
                            ob_expected_best(s.score + s.first[level],
                                             s.first[level + 1] - s.first[level], k,
                                             c->values.maximize));
    }
    ob_sheet_end(&c->sheet);
    free(s.score);
    free(s.first);
    ob_levels_finish(&by);
}

/* ---- the chart ---- */

struct drawing {
    struct ob_trace trace[OB_SERIES_INKS];
    struct ob_series series[OB_SERIES_INKS][4]; /* place, value, lowest, highest */
    char name[OB_SERIES_INKS][64];
    size_t traces;
    double from, to;
    bool positive; /* all values are */
};

static void add_curve(struct drawing *d, const struct ob_sensitivity_curve *curve,
                      bool ratios)
{
    struct ob_series *s = d->series[d->traces];
    bool band = false;
    for (size_t k = 0; k < curve->points; k++) {
        const struct ob_sensitivity_point *p = &curve->point[k];
        double x = ratios ? log10(p->x) : p->x;
        if (isnan(p->value))
            continue;
        ob_series_append(&s[0], x);
        ob_series_append(&s[1], p->value);
        ob_series_append(&s[2], p->lo);
        ob_series_append(&s[3], p->hi);
        d->from = fmin(d->from, x);
        d->to = fmax(d->to, x);
        d->positive &= p->lo > 0;
        band |= p->lo < p->hi;
    }
    if (s[0].n == 0)
        return;
    struct ob_trace *t = &d->trace[d->traces];
    ob_text_safe_z(d->name[d->traces], sizeof d->name[0], name_of(curve));
    *t = (struct ob_trace){ .x = &s[0],
                            .y = &s[1],
                            .lo = band ? &s[2] : NULL,
                            .hi = band ? &s[3] : NULL,
                            .n = s[0].n,
                            .name = d->name[d->traces] };
    ob_trace_dress(t, (unsigned)d->traces++);
}

static void drawing_finish(struct drawing *d)
{
    for (size_t k = 0; k < OB_COUNT(d->series); k++)
        for (size_t i = 0; i < 4; i++)
            ob_series_finish(&d->series[k][i]);
    free(d);
}

bool ob_collect_chart(const struct collect *c, const struct ob_sensitivity *s,
                      enum ob_figure_form form, struct ob_buf *out, struct ob_err *err)
{
    struct drawing *d = ob_xcalloc(1, sizeof *d);
    char metric[256], title[320], along[160], key[128];
    d->from = INFINITY;
    d->to = -INFINITY;
    d->positive = true;
    for (size_t k = 0; k < s->curves && k < OB_COUNT(d->trace); k++)
        add_curve(d, &s->curve[k], s->along.ratios);
    ob_text_safe_z(metric, sizeof metric, c->title);
    snprintf(title, sizeof title,
             s->curves > OB_COUNT(d->trace) ? "%s, %zu of %zu curves" : "%s", metric,
             OB_COUNT(d->trace), s->curves);
    ob_text_safe_z(key, sizeof key, key_of(c, c->along));
    snprintf(along, sizeof along, s->along.ratios ? "log10 %s" : "%s", key);
    struct ob_figure figure = {
        .chart = { .title = title,
                   .along = along,
                   .scale = d->positive ? OB_SCALE_LOG : OB_SCALE_LINEAR,
                   .mode = d->from < d->to ? OB_CHART_FIXED : OB_CHART_GROW,
                   .from = d->from,
                   .to = d->to,
                   .tight = true },
        .trace = d->trace,
        .traces = d->traces,
        .cols = COLS,
        .rows = ROWS,
    };
    bool ok = d->traces > 0 || ob_fail(err, OB_EDATA, "no cell has a value to be drawn");
    ok = ok && ob_figure_write(&figure, form, out, err);
    drawing_finish(d);
    return ok;
}
