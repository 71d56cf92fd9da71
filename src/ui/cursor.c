#include "cursor.h"

#include <math.h>
#include <stdio.h>

#include "optbench/base/number.h"

/* Place of the last of n rows at or before x; n where there is none. */
static size_t row_at(const struct ob_series *s, size_t n, double x)
{
    size_t behind = ob_series_lower_bound(s, nextafter(x, INFINITY));
    if (behind > n)
        behind = n;
    return behind > 0 ? behind - 1 : n;
}

static void stand_on(struct ob_cursor *c, const struct ob_cursor_rows *rows, size_t row)
{
    c->step = ob_series_at(rows->step, row);
    c->x = ob_series_at(rows->x, row);
}

bool ob_cursor_put(struct ob_cursor *c, const struct ob_cursor_rows *rows, double x)
{
    if (rows->n == 0)
        return false;
    size_t row = row_at(rows->x, rows->n, x);
    stand_on(c, rows, row < rows->n ? row : 0);
    return true;
}

bool ob_cursor_settle(struct ob_cursor *c, const struct ob_cursor_rows *rows)
{
    if (rows->n == 0)
        return false;
    size_t row = row_at(rows->step, rows->n, c->step);
    stand_on(c, rows, row < rows->n ? row : 0);
    return true;
}

void ob_cursor_move(struct ob_cursor *c, const struct ob_cursor_rows *rows,
                    const struct ob_chart *chart, int columns)
{
    double column = (double)columns / fmax(chart->dots, 1);
    if (!ob_cursor_settle(c, rows))
        return;
    size_t n = rows->n, row = row_at(rows->step, n, c->step);
    double target = ob_chart_step_at(chart, ob_chart_part_of(chart, c->x) + column);
    size_t to = row_at(rows->x, n, target);
    if (row == n || to == n)
        to = 0;
    if (row < n && columns < 0 && to >= row)
        to = row > 0 ? row - 1 : 0;
    else if (row < n && columns > 0 && to <= row)
        to = row + 1 < n ? row + 1 : row;
    stand_on(c, rows, to);
}

void ob_cursor_note(const struct ob_cursor *c, const struct ob_cursor_facts *f, char *out,
                    size_t cap)
{
    char step[OB_NUMBER_MAX], value[OB_NUMBER_MAX], place[48] = "";
    size_t row = row_at(f->step, f->n, c->step);
    out[0] = '\0';
    if (row >= f->n)
        return;
    ob_number_write(step, ob_series_at(f->step, row));
    if (f->unit != OB_CHART_STEPS) {
        ob_number_show(value, sizeof value, c->x, 6);
        if (f->unit == OB_CHART_EPOCHS)
            snprintf(place, sizeof place, ", epoch %s", value);
        else
            snprintf(place, sizeof place, ", %s %s", value, ob_chart_unit_name(f->unit));
    }
    ob_number_write(value, ob_series_at(f->value, row));
    int n = snprintf(out, cap, "step %s%s: %s", step, place, value);
    if (f->smooth && row < f->smooth->n && n > 0 && (size_t)n < cap) {
        ob_number_show(value, sizeof value, ob_series_at(f->smooth, row), 6);
        n += snprintf(out + n, cap - (size_t)n, "  smooth %s", value);
    }
    row = f->val ? row_at(f->val_step, f->val->n, c->step) : 0;
    if (f->val && row < f->val->n && n > 0 && (size_t)n < cap) {
        ob_number_show(value, sizeof value, ob_series_at(f->val, row), 6);
        snprintf(out + n, cap - (size_t)n, "  val %s", value);
    }
}

double ob_cursor_value(const struct ob_cursor *c, const struct ob_cursor_facts *f)
{
    size_t row = row_at(f->step, f->n, c->step);
    return row < f->n ? ob_series_at(f->value, row) : NAN;
}
