/*
 * A smoothed companion of a series: the exponential moving average of its rows, with the
 * bias of its start taken out (Kingma & Ba, "Adam", 2015, section 3): after n finite rows
 * (1 - w) sum w^(n-i) v_i / (1 - w^n). It grows with its series and is made again when
 * that starts over or the weight changes; the raw series stays what it is.
 *
 * A row that is not finite leaves the average as it was; before the first finite one it
 * is NAN. One thread; a zeroed struct is an empty one.
 */
#ifndef OB_PLOT_SMOOTH_H
#define OB_PLOT_SMOOTH_H

#include "optbench/plot/series.h"

struct ob_smooth {
    struct ob_series y;         /* one value per row of the series it follows */
    const struct ob_series *of; /* that series, lent */
    double weight;              /* of the past, 0 <= weight < 1 */
    double sum, share;          /* weighted sum and the weight that is in it */
    double last;                /* raw value of the last row taken, to notice a restart */
};

/* Takes what `of` has more than before, at most *rows of them, and counts *rows down;
 * NULL = all. O(rows that are new). */
void ob_smooth_follow(struct ob_smooth *s, const struct ob_series *of, double weight,
                      size_t *rows);

void ob_smooth_finish(struct ob_smooth *s);

#endif
