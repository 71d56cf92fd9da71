/*
 * Named styles: what a piece of text is, not what colour it has. The terminal asks for
 * the look of a style at the colour depth it has; tests print its letter.
 *
 * Colour never carries meaning alone (series have letters, states have words), the
 * background is always the terminal's own, and no style uses dark blue. The series
 * colours are those of Okabe and Ito, "Color Universal Design" (2008), at their places
 * in the 256-colour cube.
 */
#ifndef OB_UI_STYLE_H
#define OB_UI_STYLE_H

#include <stdbool.h>

#include "optbench/plot/surface.h"

/* X(identifier, letter in dumps) */
#define OB_STYLES_LIST(X)                                                                \
    X(TEXT, ' ')                                                                         \
    X(DIM, 'd')                                                                          \
    X(TITLE, 'T')                                                                        \
    X(TAB, 't') /* the tab that is open */                                               \
    X(BORDER, 'b')                                                                       \
    X(LABEL, 'l')                                                                        \
    X(VALUE, 'v')                                                                        \
    X(KEY, 'k')                                                                          \
    X(CURSOR, 'c') /* the line that Enter acts on */                                     \
    X(OK, 'o')                                                                           \
    X(WARN, 'w')                                                                         \
    X(ERROR, 'e')                                                                        \
    X(MARK, 'x')                                                                         \
    X(BAND, 'n')                                                                         \
    X(A, 'A')                                                                            \
    X(B, 'B')                                                                            \
    X(C, 'C')                                                                            \
    X(D, 'D')                                                                            \
    X(E, 'E')                                                                            \
    X(F, 'F')

enum ob_style {
#define X(id, letter) OB_STYLE_##id,
    OB_STYLES_LIST(X)
#undef X
        OB_STYLES,
};

enum ob_depth { OB_DEPTH_MONO, OB_DEPTH_8, OB_DEPTH_16, OB_DEPTH_256, OB_DEPTHS };

struct ob_look {
    short colour; /* terminal colour number, -1 = the terminal's own */
    bool bold, dim, reverse, underline;
};

struct ob_look ob_style_look(enum ob_style s, enum ob_depth depth);
const char *ob_depth_name(enum ob_depth depth); /* "no colour", "8 colours" ... */
char ob_style_letter(enum ob_style s);
enum ob_style ob_style_of_ink(enum ob_ink ink);

#endif
