/*
 * A screen of character cells in memory. Screens draw into it, a terminal shows it, tests
 * print it. Everything clips: drawing outside is allowed and shows nothing.
 *
 * Text is UTF-8 and is cut by columns; a wide character takes two cells, one that does
 * not fit whole is left out, characters without width are left out. Control characters
 * and bytes that are not UTF-8 become '?': what comes from outside has passed
 * ob_text_safe() before, this is the second wall.
 *
 * One thread. A zeroed struct may be sized and finished.
 */
#ifndef OB_UI_CANVAS_H
#define OB_UI_CANVAS_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/compiler.h"
#include "optbench/plot/dots.h"
#include "optbench/plot/glyphs.h"
#include "optbench/plot/picture.h"
#include "optbench/ui/style.h"

struct ob_cell {
    char glyph[5];  /* NUL-ended UTF-8; "" is the right half of a wide character */
    uint8_t style;  /* enum ob_style */
    uint8_t ground; /* 1 + colour of height behind the glyph, 0 = the terminal's own */
};

struct ob_rect {
    int x, y, w, h; /* cells; w or h <= 0 is empty */
};

/* Where a click with the mouse means a key. */
struct ob_zone {
    struct ob_rect r;
    uint32_t key;
};

/* A part of the screen that can be saved on its own, a chart say. */
struct ob_part {
    struct ob_rect r;
    char name[48]; /* safe text */
    int chart;     /* what its screen knows the chart by that it shows; -1 = no chart */
};

enum { OB_ZONES = 160, OB_PARTS = 8 };

struct ob_canvas {
    int w, h;
    struct ob_zone zone[OB_ZONES]; /* [zones], what lies above last */
    size_t zones;
    struct ob_part part[OB_PARTS]; /* [parts] */
    size_t parts;
    struct ob_cell *cell; /* [h * w], between two guards */
    struct ob_cell *base; /* private: what was allocated */
};

enum ob_align { OB_LEFT, OB_RIGHT };

/* Sets the size (at least 1 x 1 is made of anything) and clears. */
void ob_canvas_size(struct ob_canvas *c, int w, int h);
void ob_canvas_clear(struct ob_canvas *c);
void ob_canvas_finish(struct ob_canvas *c);

/* Writes text from (x, y), at most `most` columns; returns the columns used. */
int ob_canvas_text(struct ob_canvas *c, int x, int y, int most, const char *utf8,
                   enum ob_style style);

/* Formats and writes text into line `line` of a rectangle, cut to its width. */
void ob_canvas_line(struct ob_canvas *c, struct ob_rect r, int line, enum ob_align align,
                    enum ob_style style, const char *format, ...) OB_PRINTF(6, 7);

void ob_canvas_fill(struct ob_canvas *c, struct ob_rect r, const char *glyph,
                    enum ob_style style);

/* Gives a part of the screen another style, glyphs unchanged, grounds gone. */
void ob_canvas_restyle(struct ob_canvas *c, struct ob_rect r, enum ob_style style);

/* Gives a part of the screen the ground of a colour of height, 0..OB_HEATS - 1; glyphs
 * and styles unchanged. */
void ob_canvas_ground(struct ob_canvas *c, struct ob_rect r, unsigned heat);

/* A frame with a title; returns what lies inside. Empty below 2 x 2. */
struct ob_rect ob_canvas_box(struct ob_canvas *c, struct ob_rect r, enum ob_glyphs tier,
                             const char *title);

/* Shows a dot surface with its upper left corner at that of the rectangle. */
void ob_canvas_dots(struct ob_canvas *c, struct ob_rect r, const struct ob_dots *d,
                    enum ob_glyphs tier);

/* Shows a picture, a relief say, with its upper left corner at that of the rectangle;
 * tiles in which nothing was drawn leave what is there. */
void ob_canvas_picture(struct ob_canvas *c, struct ob_rect r, const struct ob_picture *p);

/* Says what a part of the screen is; those for which there is no room, and empty ones,
 * are left out. A canvas that is cleared has none. */
void ob_canvas_zone(struct ob_canvas *c, struct ob_rect r, uint32_t key);
void ob_canvas_part(struct ob_canvas *c, struct ob_rect r, const char *name);
void ob_canvas_part_chart(struct ob_canvas *c, struct ob_rect r, const char *name,
                          int chart);

/* The key that a click at a cell means, 0 = none. */
uint32_t ob_canvas_zone_at(const struct ob_canvas *c, int x, int y);

/* Appends the rows of a part as text, blanks at the ends cut. */
void ob_canvas_write_part(const struct ob_canvas *c, struct ob_rect r,
                          struct ob_buf *out);

/* Appends the rows as text, blanks at the ends cut; with styles, each row is followed by
 * one of style letters ("|" before both, so that blanks at the ends can be seen), and
 * where it has grounds by one of those ("~" before it). */
void ob_canvas_write(const struct ob_canvas *c, bool styles, struct ob_buf *out);

/* Whether nothing wrote beside the cells. For tests. */
bool ob_canvas_intact(const struct ob_canvas *c);

#endif
