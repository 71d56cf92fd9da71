/*
 * The text of the help as lines of a width: for help.c alone.
 */
#ifndef OB_UI_HELP_LINES_H
#define OB_UI_HELP_LINES_H

#include "optbench/ui/help.h"

enum { OB_HELP_LINES = 400 };

struct ob_help_line {
    const char *keys; /* of a request; NULL = text from the left on */
    const char *text; /* [n] */
    int n;
    bool head; /* of a section */
};

struct ob_help_lines {
    struct ob_help_line line[OB_HELP_LINES];
    size_t n;
    char terminal[160]; /* what is in use now */
};

/* Columns of the keys before their text. */
int ob_help_indent(int width);

/* Fills *l with all of it for lines of `width` columns. */
void ob_help_collect(const struct ob_help_about *about, int width,
                     struct ob_help_lines *l);

/* Whether a line has the words of `text` in it, in any case. */
bool ob_help_has(const struct ob_help_line *line, const char *text);

#endif
