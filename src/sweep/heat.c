/* A map of the sweep by two keys. */
#include <config.h>

#include <math.h>
#include <stdlib.h>

#include "optbench/base/mem.h"
#include "optbench/sweep/sensitivity.h"

static void clear(struct ob_heat *h)
{
    for (size_t k = 0; k < h->rows.n * h->cols.n; k++)
        h->tile[k] = (struct ob_heat_tile){
            .mean = NAN, .best = NAN, .best_cell = OB_CELLS_NONE, .first = OB_CELLS_NONE
        };
    h->lo = h->hi = NAN;
}

void ob_heat_make(struct ob_heat *h, const struct ob_plan *plan, const size_t key[2],
                  const size_t most[2])
{
    *h = (struct ob_heat){ .lo = NAN, .hi = NAN };
    ob_levels_make(&h->rows, plan, key[0], most[0]);
    ob_levels_make(&h->cols, plan, key[1], most[1]);
    h->tile = ob_xcalloc(h->rows.n * h->cols.n + 1, sizeof *h->tile);
    clear(h);
}

static void take(struct ob_heat_tile *t, const struct ob_values *v, size_t cell)
{
    double x = v->value[cell];
    if (isnan(x))
        return;
    t->measured++;
    t->mean = t->measured == 1 ? x : t->mean + (x - t->mean) / (double)t->measured;
    if (ob_values_better(v, x, t->best)) {
        t->best = x;
        t->best_cell = cell;
    }
}

void ob_heat_fill(struct ob_heat *h, const struct ob_cells *c, const struct ob_values *v)
{
    clear(h);
    for (size_t i = 0; i < v->n; i++) {
        struct ob_heat_tile *t = &h->tile[h->rows.of[i] * h->cols.n + h->cols.of[i]];
        if (t->first == OB_CELLS_NONE)
            t->first = i;
        t->cells++;
        t->of[ob_cells_at(c, i)->state]++;
        take(t, v, i);
    }
    for (size_t k = 0; k < h->rows.n * h->cols.n; k++) {
        double best = h->tile[k].best;
        if (isnan(best))
            continue;
        h->lo = isnan(h->lo) ? best : fmin(h->lo, best);
        h->hi = isnan(h->hi) ? best : fmax(h->hi, best);
    }
}

void ob_heat_finish(struct ob_heat *h)
{
    ob_levels_finish(&h->rows);
    ob_levels_finish(&h->cols);
    free(h->tile);
    *h = (struct ob_heat){ 0 };
}
