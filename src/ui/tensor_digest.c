#include "tensor_digest.h"

#include <math.h>
#include <string.h>

enum { FINE = 1024 }; /* bins for the median */

/* The bin of a finite value; the range may be wider than a double can say, hence the
 * halves. */
static size_t bin_of(const struct ob_digest *d, double v, size_t bins)
{
    double range = d->max / 2 - d->min / 2;
    if (!(range > 0))
        return bins / 2;
    double part = (v / 2 - d->min / 2) / range * (double)bins;
    return part >= (double)bins ? bins - 1 : part > 0 ? (size_t)part : 0;
}

static double median_of(const struct ob_digest *d, const double *value)
{
    size_t count[FINE] = { 0 }, seen = 0, half = (d->n - d->nan - d->inf + 1) / 2;
    double from = d->min, to = d->max;
    for (size_t i = 0; i < d->n; i++)
        if (isfinite(value[i]))
            count[bin_of(d, value[i], FINE)]++;
    for (size_t b = 0; b < FINE; b++) {
        seen += count[b];
        if (seen < half || count[b] == 0)
            continue;
        ob_digest_bin(d, b, FINE, &from, &to);
        break;
    }
    return from / 2 + to / 2;
}

struct ob_digest ob_digest_of(const double *value, size_t n)
{
    struct ob_digest d = { .n = n, .min = INFINITY, .max = -INFINITY };
    double scale = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        d.nan += isnan(value[i]) != 0;
        d.inf += isinf(value[i]) != 0;
        if (!isfinite(value[i]))
            continue;
        d.min = fmin(d.min, value[i]);
        d.max = fmax(d.max, value[i]);
    }
    size_t finite = n - d.nan - d.inf;
    if (finite == 0) {
        d.min = d.max = d.mean = d.norm = d.median = NAN;
        return d;
    }
    scale = fmax(fabs(d.min), fabs(d.max));
    for (size_t i = 0; i < n; i++) {
        if (!isfinite(value[i]))
            continue;
        d.mean += value[i] / (double)finite;
        squares += scale > 0 ? (value[i] / scale) * (value[i] / scale) : 0;
    }
    d.norm = scale * sqrt(squares);
    d.median = median_of(&d, value);
    return d;
}

void ob_digest_bins(const struct ob_digest *d, const double *value, size_t *count,
                    size_t bins)
{
    memset(count, 0, bins * sizeof *count);
    for (size_t i = 0; i < d->n && bins > 0; i++)
        if (isfinite(value[i]))
            count[bin_of(d, value[i], bins)]++;
}

void ob_digest_bin(const struct ob_digest *d, size_t bin, size_t bins, double *from,
                   double *to)
{
    double width = (d->max / 2 - d->min / 2) / (double)bins;
    *from = d->min + 2 * width * (double)bin;
    *to = bin + 1 == bins ? d->max : d->min + 2 * width * (double)(bin + 1);
}

struct ob_digest_grid ob_digest_grid_of(size_t n, size_t columns, size_t h, size_t w)
{
    struct ob_digest_grid g = { .n = n, .columns = columns > 0 ? columns : 1 };
    g.rows = (n + g.columns - 1) / g.columns;
    g.h = h < g.rows ? h : g.rows;
    g.w = w < g.columns ? w : g.columns;
    return g;
}

/* The first element of part i of `parts` equal ones. */
static size_t part(size_t i, size_t parts, size_t n)
{
    return (size_t)((double)i / (double)parts * (double)n + 0.5);
}

static void look(struct ob_digest_cell *c, const double *value, size_t at, double centre)
{
    if (!isfinite(value[at])) {
        c->bad = true;
    } else if (isnan(c->value) || fabs(value[at] - centre) > fabs(c->value - centre)) {
        c->value = value[at];
        c->at = at;
    }
}

void ob_digest_cells(const struct ob_digest_grid *g, const double *value, double centre,
                     struct ob_digest_cell *cell)
{
    for (size_t y = 0; y < g->h; y++) {
        size_t top = part(y, g->h, g->rows), below = part(y + 1, g->h, g->rows);
        for (size_t x = 0; x < g->w; x++) {
            size_t from = part(x, g->w, g->columns), to = part(x + 1, g->w, g->columns);
            struct ob_digest_cell *c = &cell[y * g->w + x];
            *c = (struct ob_digest_cell){ .value = NAN, .at = top * g->columns + from };
            for (size_t row = top; row < below; row++)
                for (size_t k = from; k < to && row * g->columns + k < g->n; k++)
                    look(c, value, row * g->columns + k, centre);
        }
    }
}

static size_t part_of(size_t at, size_t parts, size_t n)
{
    size_t i = n > 0 ? (size_t)((double)at / (double)n * (double)parts) : 0;
    while (i > 0 && part(i, parts, n) > at)
        i--;
    while (i + 1 < parts && part(i + 1, parts, n) <= at)
        i++;
    return i;
}

size_t ob_digest_cell_of(const struct ob_digest_grid *g, size_t at)
{
    return part_of(at / g->columns, g->h, g->rows) * g->w +
           part_of(at % g->columns, g->w, g->columns);
}
