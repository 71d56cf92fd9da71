/*
 * A function shown where it starts: value and gradient there, a parameter a line with its
 * usual box, and the minima that are known. Stands where the data of other models stand
 * (ui/data_pane.h), and moves as they do. A pure function of the answer of the check, the
 * place and the sizes. One thread.
 */
#ifndef OB_UI_FUNCTION_PANE_H
#define OB_UI_FUNCTION_PANE_H

#include "optbench/ui/check.h"
#include "optbench/ui/data_pane.h"

/* Moves p->at for UP, DOWN, PAGE_UP, PAGE_DOWN, FIRST and LAST; false for others. `h` is
 * the height of the rectangle that it is drawn into. */
bool ob_function_pane_request(struct ob_data_pane *p, const struct ob_check *c,
                              enum ob_request r, int h);

/* Draws into r. Where the experiment cannot run yet, says what will be there. */
void ob_function_pane_draw(const struct ob_data_pane *p, const struct ob_check *c,
                           const struct ob_data_pane_opts *opts, struct ob_canvas *canvas,
                           struct ob_rect r);

#endif
