/*
 * What a key of the plan is in each cell, as a few levels in a sensible order: the rows
 * and columns of a map of the sweep, the learning rates of a curve. Pure functions of the
 * plan. Any thread.
 *
 * Values that are numbers are ordered as numbers, and equal numbers are one level
 * ("0.10" and "0.1"); others stand in the order in which the plan first has them. A key
 * that a cell does not set is a level of its own, the last one. Where there are more
 * numbers than levels are wanted (random draws), each level is a stretch of them: of
 * equal ratios where all are positive and span a factor of ten at least, else of equal
 * lengths. More words than levels end in one level "others".
 */
#ifndef OB_SWEEP_LEVELS_H
#define OB_SWEEP_LEVELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ob_plan;

#define OB_LEVELS_NO_KEY ((size_t)-1)

/* One value, or a stretch of numbers. */
struct ob_level {
    char *label;   /* the plan's text, raw; of a stretch its middle (the geometric one
                      where ratios are equal), shortest; "" = not set; owned */
    double lo, hi; /* smallest and largest number in it; NAN where it is no number */
    size_t cells;  /* that are in it */
};

/* A zeroed struct has none. */
struct ob_levels {
    struct ob_level *level; /* [n] */
    size_t n;
    uint32_t *of;   /* [cells] of the plan: the level of each */
    bool numbers;   /* all levels but one that is not set are numbers */
    bool ratios;    /* and the natural axis is a logarithmic one */
    bool stretches; /* levels are stretches */
};

/* Of key `key` of the plan; OB_LEVELS_NO_KEY: one level with all cells. At most `most`
 * levels, 2 at least. */
void ob_levels_make(struct ob_levels *l, const struct ob_plan *plan, size_t key,
                    size_t most);
void ob_levels_finish(struct ob_levels *l);

/* Place of a key "optimizer.lr" in the plan, of "lr" where exactly one ends so;
 * OB_LEVELS_NO_KEY = there is none. */
size_t ob_levels_key(const struct ob_plan *plan, const char *name);

/* Whether a key only says which random numbers are drawn: cells that differ in nothing
 * else are repeats. */
bool ob_key_is_seed(const char *key);

#endif
