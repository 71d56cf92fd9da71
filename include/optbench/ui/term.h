/*
 * A terminal: shows a canvas and says what a person did. Two members: curses, and one
 * without any screen that keeps the last canvas for tests. One thread.
 */
#ifndef OB_UI_TERM_H
#define OB_UI_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/plot/glyphs.h"
#include "optbench/ui/canvas.h"
#include "optbench/ui/keys.h"
#include "optbench/ui/style.h"

struct ob_term;

struct ob_term_type {
    const char *name;

    /* REQUIRED */
    /* Writes what changed since the last call, in one write; nothing where nothing did.
     */
    void (*show)(struct ob_term *t, const struct ob_canvas *c);
    /* The next thing that was done, false when there is none; never waits. */
    bool (*input)(struct ob_term *t, int64_t now_ns, struct ob_input *in);
    /* When input() may say more although nothing comes; 0 = never. */
    int64_t (*due)(const struct ob_term *t);
    /* Until when the terminal is still busy with the last frame, unless it says so
     * earlier; 0 = it is not. */
    int64_t (*busy)(struct ob_term *t, int64_t now_ns);
    /* The size has changed, or may have: asks for it. */
    void (*resized)(struct ob_term *t);
    /* Gives the screen back to the shell for a while, and takes it again. */
    void (*leave)(struct ob_term *t);
    void (*enter)(struct ob_term *t);
    /* Forgets what is on the screen: the next show() writes everything. */
    void (*forget)(struct ob_term *t);
    /* Shows with other colours from now on, at most `most`. */
    void (*recolour)(struct ob_term *t, enum ob_depth depth);
    /* The mouse is reported or left to the terminal; false = it cannot be reported. */
    bool (*mouse)(struct ob_term *t, bool on);
    /* Names the window, with the next frame; raw text. */
    void (*title)(struct ob_term *t, const char *title);
    /* Hands text to the person: on the clipboard of the terminal where it is short enough
     * (as far as anybody can know), and in a file, whose path is appended to *where. */
    bool (*copy)(struct ob_term *t, const char *text, size_t n, struct ob_buf *where,
                 struct ob_err *err);
    void (*destroy)(struct ob_term *t);
};

struct ob_term {
    const struct ob_term_type *type;
    int w, h;
    enum ob_depth depth, most; /* in use, and the best that the terminal can do */
    enum ob_glyphs glyphs;     /* to begin with ... */
    enum ob_glyphs finest;     /* ... and the first that locale and terminal can do */
    bool mouse;                /* is reported */
    bool gone;                 /* nobody is at the other end any more */
    uint64_t bytes, writes;    /* since the start */
    int64_t waited_ns;         /* for these to be taken */
};

struct ob_term_opts {
    int depth;    /* enum ob_depth, or -1 = what TERM and NO_COLOR say */
    int glyphs;   /* enum ob_glyphs, or -1 = what TERM and the locale say */
    bool no_sync; /* frames are not bracketed as a whole */
};

/* Takes over the terminal of stdin and stdout. Fails with OB_EUSAGE and advice where
 * that is no terminal or TERM cannot move its cursor. Sets the locale from the
 * environment, numbers excepted. */
struct ob_term *ob_term_curses(const struct ob_term_opts *opts, struct ob_err *err);

/* A terminal of a fixed size without keys; show() copies the canvas to *into, copy()
 * puts the text there where it calls it the file. */
struct ob_term *ob_term_null(int w, int h, struct ob_canvas *into);

#endif
