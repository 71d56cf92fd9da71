/*
 * The parts of the live screen that are made of text, each drawn into its own rectangle;
 * shared by screen_live.c and live_parts.c alone. Pure functions of the view.
 */
#ifndef OB_UI_LIVE_PRIV_H
#define OB_UI_LIVE_PRIV_H

#include "optbench/ui/screen.h"

/* "heights  RUNNING 40 %"; the same in one line for the smallest screens. */
void ob_live_headline(const struct ob_view *v, char *out, size_t cap);
void ob_live_one_line(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);

/* Figures of the moment, stop rules with their progress, speed and pace. */
void ob_live_facts(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);
void ob_live_facts_small(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);

/* The parameter table from line `first` on. */
void ob_live_params(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r,
                    size_t first);

/* The last events, newest at the bottom; and the last of them for the message line. */
void ob_live_events(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);
void ob_live_last_word(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);

#endif
