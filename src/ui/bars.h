/*
 * A histogram in one line of cells: sixteen bins in eight characters, for tables. For
 * src/ui alone.
 */
#ifndef OB_UI_BARS_H
#define OB_UI_BARS_H

#include "optbench/ui/canvas.h"

enum { OB_BARS_BINS = 16, OB_BARS_CELLS = OB_BARS_BINS / 2 };

/* Draws the bins from (x, y) on: in braille two bars of four dots a character, in the
 * other tiers one for two neighbours, as an eighth block or a character as dark as the
 * bar is high. A bin that is not empty always shows. */
void ob_bars_draw(struct ob_canvas *c, int x, int y,
                  const unsigned bin[static OB_BARS_BINS], enum ob_glyphs tier);

#endif
