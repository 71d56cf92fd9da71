/* Which cells the table has, and in which order. */
#include <config.h>

#include "sweep_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

/* ---- the filter ---- */

struct asked {
    const struct ob_view *v;
    size_t cell;
    char name[OB_PLAN_NAME_MAX];
};

/* A key of the plan by its whole name or by its end. */
static size_t plan_key(const struct ob_plan *p, const char *key)
{
    size_t k = ob_levels_key(p, key);
    return k != OB_LEVELS_NO_KEY ? k : ob_plan_key(p, key);
}

static double fact(const struct ob_sweep_cell *c, const char *key)
{
    if (strcmp(key, "metric") == 0)
        return c->metric;
    if (strcmp(key, "step") == 0 || strcmp(key, "steps") == 0)
        return c->state == OB_CELL_WAITING ? (double)NAN : (double)c->step;
    if (strcmp(key, "attempts") == 0)
        return (double)c->attempts;
    return NAN;
}

/* What a word alone is looked for in: the name, the state, every value, the reason. */
static bool any_text(struct asked *a, size_t nth, struct ob_filter_value *out)
{
    const struct ob_plan *p = a->v->sweep->plan;
    const struct ob_sweep_cell *c = ob_cells_at(a->v->sweep->cells, a->cell);
    const char *first[] = { a->name, ob_cell_state_name(c->state), c->stop, c->reason };
    if (nth < OB_COUNT(first)) {
        out->text = first[nth] ? first[nth] : "";
        return true;
    }
    nth -= OB_COUNT(first);
    if (nth >= p->keys)
        return false;
    const char *text = ob_plan_at(p, a->cell, nth);
    out->text = text ? text : "";
    return true;
}

static bool lookup(void *ctx, const char *key, size_t nth, struct ob_filter_value *out)
{
    struct asked *a = ctx;
    const struct ob_plan *p = a->v->sweep->plan;
    const struct ob_cells *cells = a->v->sweep->cells;
    const struct ob_sweep_cell *c = ob_cells_at(cells, a->cell);
    *out = (struct ob_filter_value){ NULL, NAN };
    if (!key[0])
        return any_text(a, nth, out);
    if (nth > 0)
        return false;
    size_t k = plan_key(p, key);
    if (k < p->keys) {
        out->text = ob_plan_at(p, a->cell, k);
        return out->text != NULL;
    }
    if (strcmp(key, "cell") == 0)
        out->text = a->name;
    else if (strcmp(key, "state") == 0)
        out->text = ob_cell_state_name(c->state);
    else if (strcmp(key, "stop") == 0)
        out->text = c->stop;
    else if (strcmp(key, "reason") == 0)
        out->text = c->reason;
    else if (strcmp(key, "host") == 0)
        out->text = c->host;
    else
        out->number = fact(c, key);
    if (!out->text && isnan(out->number))
        out->number = ob_cells_figure(cells, a->cell, key);
    return out->text || !isnan(out->number);
}

static bool is_known(const struct ob_view *v, const char *key)
{
    static const char *const fixed[] = { "cell",   "state",    "stop",      "reason",
                                         "host",   "metric",   "step",      "steps",
                                         "loss",   "attempts", "best_loss", "evals",
                                         "seconds" };
    const char *name;
    for (size_t i = 0; i < OB_COUNT(fixed); i++)
        if (strcmp(fixed[i], key) == 0)
            return true;
    for (size_t i = 0; (name = ob_cells_figure_name(v->sweep->cells, i)) != NULL; i++)
        if (strcmp(name, key) == 0)
            return true;
    return plan_key(v->sweep->plan, key) < v->sweep->plan->keys;
}

void sweep_rows_filter(struct sweep_state *s, const struct ob_view *v, const char *text)
{
    struct ob_err err;
    const char *key;
    size_t column = 0;
    char safe[80];
    s->why[0] = '\0';
    s->changes++;
    if (!ob_filter_parse(&s->parsed, text, &err)) {
        ob_text_safe_z(s->why, sizeof s->why, err.text);
        return;
    }
    for (size_t i = 0; (key = ob_filter_key(&s->parsed, i, &column)) != NULL; i++)
        if (!is_known(v, key)) {
            snprintf(s->why, sizeof s->why, "column %zu: no cell has %s", column,
                     ob_text_safe_z(safe, sizeof safe, key));
            return;
        }
}

static bool passes(const struct sweep_state *s, const struct ob_view *v, size_t i)
{
    const struct ob_sweep_cell *c = ob_cells_at(v->sweep->cells, i);
    struct asked a = { .v = v, .cell = i };
    if (s->only > 0 && (unsigned)c->state != s->only - 1)
        return false;
    if (s->inside && (s->heat.cols.of[i] != s->x || s->heat.rows.of[i] != s->y))
        return false;
    if (s->parsed.n == 0)
        return true;
    ob_plan_name(v->sweep->plan, i, a.name);
    return ob_filter_match(&s->parsed, lookup, &a);
}

/* ---- the order ---- */

/* What a cell is put in order by: numbers come before texts, nothing comes last. */
struct place {
    uint32_t cell;
    double number;    /* NAN = none */
    const char *text; /* NULL = none */
};

struct sorting {
    bool reverse, falls;
};

static void find_place(struct place *p, const struct sweep_state *s,
                       const struct ob_view *v)
{
    const struct ob_sweep_cell *c = ob_cells_at(v->sweep->cells, p->cell);
    p->number = NAN;
    p->text = NULL;
    if (s->sort >= SWEEP_SORTS) {
        p->text = ob_plan_at(v->sweep->plan, p->cell, s->sort - SWEEP_SORTS);
        if (p->text && !ob_number_parse(p->text, strlen(p->text), &p->number))
            p->number = NAN;
        return;
    }
    switch ((enum sweep_sort)s->sort) {
    case SWEEP_BY_METRIC:
        p->number = isfinite(c->metric) ? c->metric : (double)NAN;
        break;
    case SWEEP_BY_STATE:
        p->number = (double)c->state;
        break;
    case SWEEP_BY_STEPS:
        p->number = c->state == OB_CELL_WAITING ? (double)NAN : (double)c->step;
        break;
    case SWEEP_BY_SECONDS:
        p->number = c->seconds;
        break;
    default:
        p->number = (double)p->cell;
        break;
    }
}

static int rank(const struct place *p)
{
    return !isnan(p->number) ? 0 : p->text ? 1 : 2;
}

static int compare(const void *pa, const void *pb, void *ctx)
{
    const struct sorting *s = ctx;
    const struct place *a = pa, *b = pb;
    int x = rank(a), y = rank(b), by = x - y;
    if (by == 0 && x == 0)
        by = (a->number > b->number) - (a->number < b->number);
    else if (by == 0 && x == 1)
        by = strcmp(a->text, b->text);
    if (x == y && s->falls)
        by = -by;
    if (x != 2 && y != 2 && s->reverse)
        by = -by;
    return by ? by : (a->cell > b->cell) - (a->cell < b->cell);
}

/* Puts the places in order and writes their cells; those behind `most` are left out. */
static size_t put_in_order(struct place *place, size_t n, size_t most, struct sorting *by,
                           uint32_t *out)
{
    qsort_r(place, n, sizeof *place, compare, by);
    for (size_t i = 0; i < n && i < most; i++)
        out[i] = place[i].cell;
    return n < most ? n : most;
}

static bool best_falls(const struct sweep_state *s, const struct ob_view *v)
{
    return s->sort == SWEEP_BY_METRIC && ob_cells_maximize(v->sweep->cells);
}

void sweep_rows_make(struct sweep_state *s, const struct ob_view *v)
{
    size_t cells = ob_cells_count(v->sweep->cells), n = 0;
    struct sorting by = { s->reverse, best_falls(s, v) };
    struct place *place = ob_xcalloc(cells + 1, sizeof *place);
    for (size_t i = 0; i < cells; i++)
        if (passes(s, v, i)) {
            place[n].cell = (uint32_t)i;
            find_place(&place[n++], s, v);
        }
    s->row = ob_xreallocarray(s->row, n + 1, sizeof *s->row);
    s->rows = put_in_order(place, n, n, &by, s->row);
    free(place);
    size_t at = 0;
    while (at < s->rows && s->row[at] != s->at)
        at++;
    if (at == s->rows && s->rows > 0)
        s->at = s->row[0];
}

void sweep_ranks_make(struct sweep_state *s, const struct ob_view *v)
{
    size_t cells = ob_cells_count(v->sweep->cells), n = 0;
    struct sorting by = { false, ob_cells_maximize(v->sweep->cells) };
    struct place *place = ob_xcalloc(cells + 1, sizeof *place);
    for (size_t i = 0; i < cells; i++) {
        const struct ob_sweep_cell *c = ob_cells_at(v->sweep->cells, i);
        if (isfinite(c->metric) && c->state != OB_CELL_DIVERGED)
            place[n++] = (struct place){ (uint32_t)i, c->metric, NULL };
    }
    s->rank = ob_xreallocarray(s->rank, SWEEP_RANKS, sizeof *s->rank);
    s->ranks = put_in_order(place, n, SWEEP_RANKS, &by, s->rank);
    free(place);
}

const char *sweep_sort_name(const struct sweep_state *s, const struct ob_view *v)
{
    static const char *const name[] = {
        [SWEEP_BY_METRIC] = "best first",  [SWEEP_BY_CELL] = "in the order of the plan",
        [SWEEP_BY_STATE] = "by state",     [SWEEP_BY_STEPS] = "by steps",
        [SWEEP_BY_SECONDS] = "by seconds",
    };
    if (s->sort == SWEEP_BY_METRIC && s->reverse)
        return "worst first";
    return s->sort < SWEEP_SORTS ? name[s->sort]
                                 : sweep_key_name(v->sweep->plan, s->sort - SWEEP_SORTS);
}
