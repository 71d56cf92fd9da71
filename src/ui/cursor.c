#include "cursor.h"

#include <math.h>
#include <stdio.h>

#include "optbench/base/number.h"

/* Place of the last of n rows at or before a step; n where there is none. */
static size_t row_at(const struct ob_series *steps, size_t n, double step)
{
    size_t behind = ob_series_lower_bound(steps, nextafter(step, INFINITY));
    if (behind > n)
        behind = n;
    return behind > 0 ? behind - 1 : n;
}

bool ob_cursor_put(struct ob_cursor *c, const struct ob_series *steps, size_t n,
                   double step)
{
    if (n == 0)
        return false;
    size_t row = row_at(steps, n, step);
    c->step = ob_series_at(steps, row < n ? row : 0);
    return true;
}

void ob_cursor_move(struct ob_cursor *c, const struct ob_series *steps, size_t n,
                    const struct ob_chart *chart, int columns)
{
    double from = c->step;
    double part = ob_chart_part_of(chart, from) + (double)columns / fmax(chart->dots, 1);
    if (!ob_cursor_put(c, steps, n, from))
        return;
    size_t row = row_at(steps, n, from), to;
    double target = ob_chart_step_at(chart, part);
    to = row_at(steps, n, target);
    if (row == n || to == n)
        to = 0;
    if (row < n && to == row)
        to = columns < 0 ? (row > 0 ? row - 1 : 0) : (row + 1 < n ? row + 1 : row);
    c->step = ob_series_at(steps, to);
}

void ob_cursor_note(const struct ob_cursor *c, const struct ob_trace *t,
                    const struct ob_series *smooth, char *out, size_t cap)
{
    char step[OB_NUMBER_MAX], value[OB_NUMBER_MAX];
    size_t row = row_at(t->x, t->n, c->step);
    out[0] = '\0';
    if (row >= t->n)
        return;
    ob_number_write(step, ob_series_at(t->x, row));
    ob_number_write(value, ob_series_at(t->y, row));
    int n = snprintf(out, cap, "step %s: %s", step, value);
    if (smooth && row < smooth->n && n > 0 && (size_t)n < cap) {
        ob_number_show(value, sizeof value, ob_series_at(smooth, row), 6);
        snprintf(out + n, cap - (size_t)n, "  smooth %s", value);
    }
}
