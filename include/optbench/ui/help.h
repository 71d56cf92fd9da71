/*
 * The help that lies over a screen: all keys that mean something, out of the same table
 * that dispatches them, and how to read what is shown. It scrolls, turns pages and is
 * searched. Plain data and keys in; the app draws it last. One thread; a zeroed struct is
 * closed.
 */
#ifndef OB_UI_HELP_H
#define OB_UI_HELP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/ui/canvas.h"
#include "optbench/ui/lineedit.h"
#include "optbench/ui/request.h"

struct ob_help {
    bool open;
    size_t top;              /* line that is shown first */
    struct ob_lineedit find; /* what is sought; open while it is typed */
    size_t found;            /* 1 + line of the match that is pointed at, 0 = none */
};

/* What it is about, and where. */
struct ob_help_about {
    enum ob_scope scope; /* whose keys work below it */
    const char *screen;  /* name of the screen */
    enum ob_glyphs glyphs;
    enum ob_depth depth;
    int w, h; /* of the canvas */
};

void ob_help_open(struct ob_help *h);

/* One key while it is open: scrolls, seeks, or closes. False = it means what it means on
 * every screen, and the help stays. */
bool ob_help_key(struct ob_help *h, const struct ob_help_about *about, uint32_t key);

void ob_help_draw(const struct ob_help *h, const struct ob_help_about *about,
                  struct ob_canvas *c);

#endif
