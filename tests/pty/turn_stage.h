/*
 * A surface on the real terminal: curses on a pseudo terminal, every write(2) to it
 * counted and read by libvterm, which is asked for glyphs and colours.
 */
#ifndef OB_TEST_TURN_STAGE_H
#define OB_TEST_TURN_STAGE_H

#include "../lib/ob_test.h"

#include <vterm.h>

#include "optbench/plot/relief.h"
#include "optbench/ui/term.h"

enum { TURN_SIDE = 65 };

/* What went over the line; vt is NULL where writes go where they always go. */
struct turn_line {
    VTerm *vt;
    size_t bytes, writes;
};

extern struct turn_line turn_line;

struct turn_surface {
    const char *name;
    double (*f)(double x, double y);
    struct ob_terrain_axis x, y;
    bool log;
    bool rough; /* hills everywhere: more than a loss usually has */
};

enum { TURN_SURFACES = 3 };
extern const struct turn_surface turn_surface[TURN_SURFACES];

struct turn_stage {
    int saved[2], master, slave;
    struct ob_term *term;
    struct ob_canvas canvas;
    struct ob_picture picture;
    struct ob_relief relief;
    double z[TURN_SIDE * TURN_SIDE];
    struct ob_terrain terrain;
};

/* Until turn_end() standard output is the terminal: nothing may fail in between. False
 * where there is no such terminal; it ends in the same way. */
bool turn_begin(struct turn_stage *s, const char *term, int w, int h,
                const struct turn_surface *of);
void turn_end(struct turn_stage *s);

/* Draws it below a line of text and shows that. */
void turn_show(struct turn_stage *s, const struct ob_relief_view *v);

/* The cells of the terminal that do not show a canvas: other glyphs or colours. */
int turn_wrong(const struct turn_stage *s, const struct ob_canvas *drawn);

#endif
