#include "optbench/plot/series.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"

static const struct ob_series_block nothing = { .min = INFINITY,
                                                .max = -INFINITY,
                                                .positive = INFINITY };

void ob_series_finish(struct ob_series *s)
{
    for (size_t i = 0; i < s->chunks; i++)
        free(s->chunk[i].value);
    free(s->chunk);
    for (size_t l = 0; l < OB_SERIES_LEVELS; l++)
        free(s->level[l].item);
    memset(s, 0, sizeof *s);
}

void ob_series_clear(struct ob_series *s)
{
    ob_series_finish(s);
}

/* Without branches: what must not count is replaced by what changes nothing. */
static void take_values(struct ob_series_block *into, const double *v, size_t n)
{
    struct ob_series_block b = *into;
    for (size_t i = 0; i < n; i++) {
        bool finite = fabs(v[i]) <= DBL_MAX;
        double low = finite ? v[i] : INFINITY, high = finite ? v[i] : -INFINITY;
        double positive = v[i] > 0 ? v[i] : INFINITY;
        b.min = low < b.min ? low : b.min;
        b.max = high > b.max ? high : b.max;
        b.positive = positive < b.positive ? positive : b.positive;
        b.bad += !finite;
    }
    *into = b;
}

static void take_block(struct ob_series_block *into, const struct ob_series_block *b)
{
    into->min = b->min < into->min ? b->min : into->min;
    into->max = b->max > into->max ? b->max : into->max;
    into->positive = b->positive < into->positive ? b->positive : into->positive;
    into->bad += b->bad;
}

static void level_push(struct ob_series_level *level, const struct ob_series_block *b)
{
    if (level->n == level->cap) {
        level->cap = level->cap ? 2 * level->cap : 16;
        level->item = ob_xreallocarray(level->item, level->cap, sizeof *level->item);
    }
    level->item[level->n++] = *b;
}

/* The last block of values is complete: enters it and every parent that it completes. */
static void complete_block(struct ob_series *s)
{
    size_t from = s->n - OB_SERIES_BLOCK;
    const double *v = s->chunk[from / OB_SERIES_CHUNK].value + from % OB_SERIES_CHUNK;
    struct ob_series_block b = nothing;
    take_values(&b, v, OB_SERIES_BLOCK);
    level_push(&s->level[0], &b);
    for (size_t l = 0; s->level[l].n % 2 == 0 && l + 1 < OB_SERIES_LEVELS; l++) {
        const struct ob_series_block *pair = &s->level[l].item[s->level[l].n - 2];
        b = pair[0];
        take_block(&b, &pair[1]);
        level_push(&s->level[l + 1], &b);
    }
}

static double on_line(const struct ob_series_chunk *c, size_t i)
{
    return c->first + (double)i * c->step;
}

/* A full chunk on a straight line is that line. Compared by bits: NaN and the sign of
 * zero count. */
static void straighten(struct ob_series_chunk *c)
{
    c->first = c->value[0];
    c->step = c->value[1] - c->value[0];
    for (size_t i = 0; i < OB_SERIES_CHUNK; i++) {
        double line = on_line(c, i);
        if (memcmp(&line, &c->value[i], sizeof line) != 0)
            return;
    }
    free(c->value);
    c->value = NULL;
}

void ob_series_append(struct ob_series *s, double value)
{
    size_t at = s->n % OB_SERIES_CHUNK;
    if (at == 0) {
        s->chunk = ob_xreallocarray(s->chunk, s->chunks + 1, sizeof *s->chunk);
        s->chunk[s->chunks++] =
            (struct ob_series_chunk){ .value = ob_xreallocarray(NULL, OB_SERIES_CHUNK,
                                                                sizeof(double)) };
    }
    s->chunk[s->chunks - 1].value[at] = value;
    s->n++;
    if (s->n % OB_SERIES_BLOCK == 0)
        complete_block(s);
    if (at == OB_SERIES_CHUNK - 1)
        straighten(&s->chunk[s->chunks - 1]);
}

size_t ob_series_bytes(const struct ob_series *s)
{
    size_t bytes = s->chunks * sizeof *s->chunk;
    for (size_t i = 0; i < s->chunks; i++)
        bytes += s->chunk[i].value ? OB_SERIES_CHUNK * sizeof(double) : 0;
    for (size_t l = 0; l < OB_SERIES_LEVELS; l++)
        bytes += s->level[l].cap * sizeof *s->level[l].item;
    return bytes;
}

double ob_series_at(const struct ob_series *s, size_t i)
{
    OB_REQUIRE(i < s->n);
    const struct ob_series_chunk *c = &s->chunk[i / OB_SERIES_CHUNK];
    size_t at = i % OB_SERIES_CHUNK;
    return c->value ? c->value[at] : on_line(c, at);
}

/* Values a to b - 1 one by one, across chunks. */
static void scan(const struct ob_series *s, size_t a, size_t b,
                 struct ob_series_block *into)
{
    while (a < b) {
        size_t at = a % OB_SERIES_CHUNK, n = OB_SERIES_CHUNK - at;
        const struct ob_series_chunk *c = &s->chunk[a / OB_SERIES_CHUNK];
        if (n > b - a)
            n = b - a;
        for (size_t i = at; i < at + n && !c->value; i++) {
            double v = on_line(c, i);
            take_values(into, &v, 1);
        }
        if (c->value)
            take_values(into, c->value + at, n);
        a += n;
    }
}

struct ob_series_span ob_series_query(const struct ob_series *s, size_t a, size_t b)
{
    struct ob_series_block sum = nothing;
    if (b > s->n)
        b = s->n;
    if (a >= b)
        return (struct ob_series_span){ .min = INFINITY,
                                        .max = -INFINITY,
                                        .positive = INFINITY };

    /* Whole blocks lo..hi-1 lie between two ragged ends. */
    size_t lo = (a + OB_SERIES_BLOCK - 1) / OB_SERIES_BLOCK, hi = b / OB_SERIES_BLOCK;
    if (lo >= hi) {
        scan(s, a, b, &sum);
    } else {
        scan(s, a, lo * OB_SERIES_BLOCK, &sum);
        scan(s, hi * OB_SERIES_BLOCK, b, &sum);
        for (size_t l = 0; lo < hi; l++, lo /= 2, hi /= 2) {
            if (lo % 2)
                take_block(&sum, &s->level[l].item[lo++]);
            if (hi % 2)
                take_block(&sum, &s->level[l].item[--hi]);
        }
    }
    return (struct ob_series_span){
        .n = b - a,
        .bad = sum.bad,
        .min = sum.min,
        .max = sum.max,
        .positive = sum.positive,
        .first = ob_series_at(s, a),
        .last = ob_series_at(s, b - 1),
    };
}

size_t ob_series_lower_bound(const struct ob_series *s, double x)
{
    size_t lo = 0, hi = s->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (ob_series_at(s, mid) < x)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}
