/*
 * What a kind of terminal can do beyond terminfo, by its name in TERM, and the sequences
 * for it. Only terminals that are known to ignore what they do not know get any: what a
 * console of another kind would print of them cannot be taken back. For src/ui alone.
 *
 * Source: "XTerm Control Sequences"; the synchronized output specification for 2026.
 */
#ifndef OB_UI_MODES_H
#define OB_UI_MODES_H

#include <stdbool.h>

#include "optbench/base/buf.h"

struct ob_modes {
    bool events; /* bracketed paste, focus, mouse */
    bool sync;   /* a frame is shown as a whole */
    bool title;  /* of the window, which is put back */
    bool asks;   /* answers where its cursor is */
};

void ob_modes_of(struct ob_modes *m, const char *term);

/* Append what puts the title of the window by, once; what switches paste and focus on, as
 * often as one likes; what undoes both and the mouse. */
void ob_modes_keep_title(const struct ob_modes *m, struct ob_buf *out);
void ob_modes_events(const struct ob_modes *m, struct ob_buf *out);
void ob_modes_off(const struct ob_modes *m, struct ob_buf *out);
void ob_modes_mouse(bool on, struct ob_buf *out);

/* Appends a title; control characters are left out. */
void ob_modes_title(const char *title, struct ob_buf *out);

#endif
