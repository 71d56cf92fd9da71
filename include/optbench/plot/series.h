/*
 * One recorded quantity over the rows of a run: doubles that are only ever appended, with
 * a pyramid of (min, max) over blocks above them. A chart asks "lowest, highest, first
 * and last of rows a to b" a few hundred times per frame; the pyramid answers each in
 * O(log n) whatever the length, and exactly as a scan over all rows would.
 *
 * Owned and used by one thread (the terminal's). A zeroed struct is an empty series.
 *
 * Numbers that are not finite are kept as values but counted apart: they enter neither
 * min nor max, so one NaN does not blind a chart.
 *
 * Layout: values lie in chunks that never move. A full chunk whose values lie on a
 * straight line to the last bit (step numbers, a constant rate) is kept as that line, so
 * that it costs nothing. Level 0 of the pyramid holds one entry
 * per complete block of 32 values and each level above joins two entries of the one
 * below (a complete binary tree kept as arrays), which costs two bytes per value.
 */
#ifndef OB_PLOT_SERIES_H
#define OB_PLOT_SERIES_H

#include <stddef.h>

enum {
    OB_SERIES_CHUNK = 4096, /* values per chunk, a multiple of the block */
    OB_SERIES_BLOCK = 32,   /* values per entry of level 0 */
    OB_SERIES_LEVELS = 48,
};

struct ob_series_block {
    double min, max; /* over the finite values; +inf and -inf when there is none */
    double positive; /* the least value above zero; +inf when there is none */
    size_t bad;      /* values that are NaN or infinite */
};

struct ob_series_level {
    struct ob_series_block *item; /* [n] */
    size_t n, cap;
};

struct ob_series_chunk {
    double *value;      /* [OB_SERIES_CHUNK]; NULL = value i is first + i * step */
    double first, step; /* of such a chunk */
};

struct ob_series {
    struct ob_series_chunk *chunk; /* [chunks] */
    size_t chunks;
    size_t n; /* values appended so far */
    struct ob_series_level level[OB_SERIES_LEVELS];
};

/* What a range of values looks like. */
struct ob_series_span {
    size_t n;           /* values in the range; nothing else means anything when 0 */
    size_t bad;         /* of them NaN or infinite */
    double min, max;    /* over the finite ones; min > max when there is none */
    double positive;    /* the least finite one above zero, +inf when there is none: what
                           a logarithmic axis begins with */
    double first, last; /* as stored, finite or not */
};

void ob_series_finish(struct ob_series *s);

void ob_series_append(struct ob_series *s, double value);

/* Forgets all values and keeps nothing allocated. */
void ob_series_clear(struct ob_series *s);

/* Bytes of memory that it takes. */
size_t ob_series_bytes(const struct ob_series *s);

/* The value at index i < s->n. */
double ob_series_at(const struct ob_series *s, size_t i);

/* Describes values a to b - 1; b beyond the end means the end, and a >= b gives n = 0. */
struct ob_series_span ob_series_query(const struct ob_series *s, size_t a, size_t b);

/* The first index whose value is at least x, or the length. Only for series that never
 * decrease (the step numbers of the rows). */
size_t ob_series_lower_bound(const struct ob_series *s, double x);

#endif
