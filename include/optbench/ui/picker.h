/*
 * A list over the screen from which one name is taken; it narrows as one types. Plain
 * data and keys in, a choice out; whoever owns it draws it last. One thread.
 */
#ifndef OB_UI_PICKER_H
#define OB_UI_PICKER_H

#include <stddef.h>

#include "optbench/ui/lineedit.h"

struct ob_picker {
    struct ob_lineedit filter; /* open while the list is */
    size_t at;                 /* place of the cursor among the names that fit */
};

/* What can be taken: safe texts, lent for the call. */
struct ob_picker_list {
    const char *title;
    const char (*name)[64];
    size_t n;
};

enum ob_picked {
    OB_PICKED_NOT,    /* the list is closed, the key means what it means elsewhere */
    OB_PICKED_MOVED,  /* the key was for the list */
    OB_PICKED_TAKEN,  /* *chosen is the place of a name; closed */
    OB_PICKED_CLOSED, /* nothing was taken; closed */
};

void ob_picker_open(struct ob_picker *p);

enum ob_picked ob_picker_key(struct ob_picker *p, const struct ob_picker_list *l,
                             uint32_t key, size_t *chosen);

/* Draws it in the middle of the canvas while it is open. */
void ob_picker_draw(const struct ob_picker *p, const struct ob_picker_list *l,
                    enum ob_glyphs tier, struct ob_canvas *c);

#endif
