/*
 * Axes: which numbers to write beside a chart, and how.
 *
 * Ticks stand at whole multiples of 1, 2, 2.5 or 5 times a power of ten; on a logarithmic
 * axis at powers of ten, with 2 and 5 between them while fewer than three decades are
 * shown. Each tick is an integer times a power of ten, its label is made from those two
 * integers, and its value is what the label reads back as: a label never lies.
 *
 * Pure functions, any thread.
 */
#ifndef OB_PLOT_AXIS_H
#define OB_PLOT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    OB_TICKS_MAX = 32,  /* no axis has more, whatever its length */
    OB_TICK_LABEL = 24, /* bytes of a label with its NUL; ASCII only */
};

enum ob_tick_form {
    OB_TICK_VALUE, /* 0.25, 1.5e-9 */
    OB_TICK_STEP,  /* 250, 12.5k, 2M: counts of steps */
};

struct ob_tick {
    double value;
    bool minor; /* 2 or 5 between decades: the first to go when room is short */
    char label[OB_TICK_LABEL];
};

struct ob_ticks {
    size_t n;
    struct ob_tick item[OB_TICKS_MAX]; /* rising */
};

/* The range that ticks accept: finite, |x| <= 1e300, and hi - lo at least a trillionth of
 * the larger magnitude. Widens *lo and *hi to that, the same amount on both sides. */
void ob_axis_admit(double *lo, double *hi);

/* At most `most` ticks (at least 2 are aimed at) within lo..hi, which must be an
 * admitted range. */
void ob_ticks_linear(struct ob_ticks *out, double lo, double hi, unsigned most,
                     enum ob_tick_form form);

/* The same on a logarithmic axis, 0 < lo < hi. Ranges of less than a factor of 3 hold
 * too few round decades and get linear ticks. */
void ob_ticks_log(struct ob_ticks *out, double lo, double hi, unsigned most);

/* On an axis that is logarithmic on both sides of zero (scale.h): zero and powers of ten
 * from its even part outwards, with their negatives where the axis has them. */
struct ob_scale;
void ob_ticks_symmetric(struct ob_ticks *out, const struct ob_scale *s, unsigned most,
                        enum ob_tick_form form);

/* Widen a range of data to round bounds, so that the axis moves seldom: to whole ticks,
 * or on a logarithmic axis to 1, 2, 5 times a power of ten (the lower one to a whole
 * decade when three or more are shown). */
void ob_axis_round_linear(double *lo, double *hi, unsigned most);
void ob_axis_round_log(double *lo, double *hi, unsigned most);

/* Reads a label back, suffixes k, M, G, T included; false for anything else. */
bool ob_tick_parse(const char *label, double *value);

#endif
