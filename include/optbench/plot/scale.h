/*
 * How values lie along an axis: evenly, by their logarithm, or by their logarithm on both
 * sides of zero with an even part around it (Webber, "A bi-symmetric log transformation
 * for wide-range data", Meas. Sci. Technol. 24, 2013: sgn(v) log(1 + |v| / linear)).
 *
 * Pure functions, any thread.
 */
#ifndef OB_PLOT_SCALE_H
#define OB_PLOT_SCALE_H

#include <stdbool.h>

#include "optbench/plot/axis.h"

enum ob_scale_kind {
    OB_SCALE_LINEAR,
    OB_SCALE_LOG,
    OB_SCALE_SYMLOG, /* takes zero and negative values, too */
    OB_SCALE_KINDS,
};

struct ob_scale {
    enum ob_scale_kind kind;
    double lo, hi; /* at the two ends, lo < hi; LOG: 0 < lo */
    double linear; /* SYMLOG: the magnitude below which it is nearly even, a power of
                      ten; otherwise unused */
};

/* "", "log", "symlog": static. */
const char *ob_scale_name(enum ob_scale_kind kind);

/* Whether a number has a place on such an axis at all, in range or not. */
bool ob_scale_takes(enum ob_scale_kind kind, double v);

/* How far below the upper end: 0 at hi, 1 at lo, cut to that; 1 for what it does not
 * take.
 */
double ob_scale_below(const struct ob_scale *s, double v);

/* Widens a range of data, lo <= hi, that has a place on the axis to round ends; `least`
 * is the least positive value there is (+inf: none), from which SYMLOG takes its even
 * part.
 */
struct ob_scale ob_scale_round(enum ob_scale_kind kind, double lo, double hi,
                               double least, unsigned ticks);

void ob_scale_ticks(const struct ob_scale *s, unsigned most, struct ob_ticks *out);

#endif
