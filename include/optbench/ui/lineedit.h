/*
 * A line of text being typed: the filter of a list, the name of a file. Plain data and
 * keys in, text out; whoever owns it draws it where it belongs. Its keys are those of
 * OB_SCOPE_EDIT in requests.def. One thread; a zeroed struct is a closed, empty editor.
 *
 * The text is UTF-8 without control characters, because typing is its only way in; it is
 * drawn by ob_lineedit_draw(), which shows the part around the cursor where the line is
 * longer than its place.
 */
#ifndef OB_UI_LINEEDIT_H
#define OB_UI_LINEEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/ui/canvas.h"

/* Bytes: a path, or a list of columns. */
enum { OB_LINEEDIT_MAX = 1000 };

struct ob_lineedit {
    bool open;                      /* keys go to it */
    char text[OB_LINEEDIT_MAX + 1]; /* NUL-ended */
    size_t n;                       /* bytes of text */
    size_t at;                      /* byte before which the next character goes */
    bool offered;                   /* the next character takes the place of the text */
};

enum ob_edited {
    OB_EDITED_NOT,     /* not a key of the editor: it means what it means elsewhere */
    OB_EDITED_MOVED,   /* the cursor, or nothing */
    OB_EDITED_TEXT,    /* the text is another one */
    OB_EDITED_TAKEN,   /* Enter: closed, the text stays */
    OB_EDITED_DROPPED, /* Esc: closed and empty */
};

/* Opens it with a text (cut to what fits, at a character), the cursor behind it. */
void ob_lineedit_open(struct ob_lineedit *e, const char *text);

/* The same with a text that is only offered, drawn marked: a character typed as the first
 * key takes its place, any other key keeps it to be changed. */
void ob_lineedit_offer(struct ob_lineedit *e, const char *text);

/* One key for an open editor. */
enum ob_edited ob_lineedit_key(struct ob_lineedit *e, uint32_t key);

/* Draws it from (x, y) on, in at most `most` columns, with the cursor where it is open;
 * returns the columns used. */
int ob_lineedit_draw(const struct ob_lineedit *e, struct ob_canvas *c, int x, int y,
                     int most);

#endif
