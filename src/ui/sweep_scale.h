/*
 * By what the tiles of a sweep's map are told apart: the scale of their values, letters
 * for states, words for keys. Pure functions. For src/ui alone.
 */
#ifndef OB_UI_SWEEP_SCALE_H
#define OB_UI_SWEEP_SCALE_H

#include "optbench/sweep/plan.h"
#include "optbench/sweep/sensitivity.h"

/* From the worst value that is told apart to the best one, both moved outward to rounder
 * numbers, so that a new value seldom moves them. */
struct sweep_scale {
    double best, worst; /* NAN = there is no value */
    bool log;           /* by factors: all values are positive and differ by some */
    bool beyond;        /* some tiles are worse than `worst` */
};

/* What stands for the cells of a tile. */
double sweep_tile_value(const struct ob_heat_tile *t, bool mean);

/* Of the tiles of a map; `linear` says that values are told apart evenly in any case. The
 * worst tenth is not told apart where it would leave one shade for all others. */
struct sweep_scale sweep_scale_of(const struct ob_heat *h, bool mean, bool maximize,
                                  bool linear);

/* 1 for the best value, 0 for the worst that is told apart and all beyond. */
double sweep_scale_part(const struct sweep_scale *s, double value);

/* The state that stands for a tile without a value: the one that calls for a look first;
 * OB_CELL_STATES = it has no cells. */
enum ob_cell_state sweep_tile_state(const struct ob_heat_tile *t);

/* The letter of a state, where a picture has no room for its word. */
char sweep_state_letter(enum ob_cell_state s);

/* "lr" of "optimizer.lr" where no other key of the plan ends so, else all of it, as of
 * seeds of one axis; raw, lent by the plan. "" without a key. */
const char *sweep_key_name(const struct ob_plan *p, size_t key);

/* A value of the plan for a line of text: numbers that were drawn have five digits there,
 * all others stand as they are; safe. */
void sweep_value_text(const char *value, char out[static 64]);

/* A level in at most `width` columns: "adam", "1e-3", "-" for cells without a value;
 * safe. */
void sweep_level_label(const struct ob_level *l, int width, char out[static 64]);

/* The keys that a map begins with: across the numbers that matter most, a learning rate
 * rather than others; down what has few values, optimizers rather than others.
 * OB_LEVELS_NO_KEY = no key has two values. */
void sweep_keys_choose(const struct ob_plan *p, size_t *across, size_t *down);

#endif
