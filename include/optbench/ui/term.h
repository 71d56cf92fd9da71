/*
 * A terminal: shows a canvas and gives keys. Two members: curses, and one without any
 * screen that keeps the last canvas for tests. One thread.
 */
#ifndef OB_UI_TERM_H
#define OB_UI_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/plot/glyphs.h"
#include "optbench/ui/canvas.h"
#include "optbench/ui/style.h"

struct ob_term;

struct ob_term_type {
    const char *name;

    /* REQUIRED */
    /* Writes what changed since the last call, in one write. */
    void (*show)(struct ob_term *t, const struct ob_canvas *c);
    /* The next key that was typed, OB_KEY_NONE when there is none; never waits. */
    uint32_t (*key)(struct ob_term *t);
    /* The size has changed, or may have: asks for it. */
    void (*resized)(struct ob_term *t);
    /* Gives the screen back to the shell for a while, and takes it again. */
    void (*leave)(struct ob_term *t);
    void (*enter)(struct ob_term *t);
    /* Forgets what is on the screen: the next show() writes everything. */
    void (*forget)(struct ob_term *t);
    /* Hands text to the person: on the clipboard of the terminal where it is short enough
     * (as far as anybody can know), and in a file, whose path is appended to *where. */
    bool (*copy)(struct ob_term *t, const char *text, size_t n, struct ob_buf *where,
                 struct ob_err *err);
    void (*destroy)(struct ob_term *t);
};

struct ob_term {
    const struct ob_term_type *type;
    int w, h;
    enum ob_depth depth;
    enum ob_glyphs glyphs; /* the best that terminal and locale can do */
};

struct ob_term_opts {
    int depth;  /* enum ob_depth, or -1 = what TERM and NO_COLOR say */
    int glyphs; /* enum ob_glyphs, or -1 = what TERM and the locale say */
};

/* Takes over the terminal of stdin and stdout. Fails with OB_EUSAGE and advice where
 * that is no terminal or TERM cannot move its cursor. Sets the locale from the
 * environment, numbers excepted. */
struct ob_term *ob_term_curses(const struct ob_term_opts *opts, struct ob_err *err);

/* A terminal of a fixed size without keys; show() copies the canvas to *into, copy()
 * puts the text there where it calls it the file. */
struct ob_term *ob_term_null(int w, int h, struct ob_canvas *into);

#endif
