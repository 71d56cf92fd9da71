/*
 * The learning rate that a run will go through, shown in the setup form beside the keys
 * of its schedule, where the data stand otherwise (ui/data_pane.h): in words, and as a
 * chart where there is room. A pure function of the answer of the check, the place and
 * the sizes. One thread.
 */
#ifndef OB_UI_SCHEDULE_PANE_H
#define OB_UI_SCHEDULE_PANE_H

#include "optbench/ui/check.h"
#include "optbench/ui/data_pane.h"

/* Draws into r. Where the experiment cannot run yet, says what will be there. */
void ob_schedule_pane_draw(const struct ob_check *c, const struct ob_data_pane_opts *opts,
                           struct ob_canvas *canvas, struct ob_rect r);

#endif
