/*
 * The surface of a terminal: character cells of 2 x 4 dots, one mask per cell and ink,
 * and text on top. Which glyph and which ink a cell shows is decided when it is read,
 * after everything was drawn: masks of all inks in the cell are joined, and the cell
 * takes the last ink in the order of enum ob_ink that drew there (so a line shows over a
 * band).
 *
 * One thread. A zeroed struct may be finished and sized.
 */
#ifndef OB_PLOT_DOTS_H
#define OB_PLOT_DOTS_H

#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/plot/glyphs.h"
#include "optbench/plot/surface.h"

struct ob_dots_cell {
    uint8_t mask[OB_INKS];
    char text[5];     /* UTF-8, "" = none */
    uint8_t text_ink; /* enum ob_ink */
    uint8_t rule;     /* 1 + enum ob_rule_glyph, 0 = none */
};

struct ob_dots {
    struct ob_surface surface; /* pass &d->surface to whoever draws */
    int cols, rows;
    struct ob_dots_cell *cell; /* [rows * cols] */
};

/* Sets the size in cells (negative counts as 0) and clears. */
void ob_dots_size(struct ob_dots *d, int cols, int rows);

void ob_dots_clear(struct ob_dots *d);
void ob_dots_finish(struct ob_dots *d);

/* What cell (col, row) shows: its glyph in `glyph`, "" where nothing was drawn; returns
 * its ink. */
enum ob_ink ob_dots_read(const struct ob_dots *d, int col, int row, enum ob_glyphs tier,
                         char glyph[static 5]);

/* Appends all rows as text, blanks at the ends cut. */
void ob_dots_write(const struct ob_dots *d, enum ob_glyphs tier, struct ob_buf *out);

#endif
