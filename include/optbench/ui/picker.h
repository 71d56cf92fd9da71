/*
 * A list over the screen from which one entry is taken; it narrows as one types, and says
 * more about the entry under the cursor, beside the list or below it as there is room.
 * Plain data and keys in, a choice out; whoever owns it draws it last. One thread.
 */
#ifndef OB_UI_PICKER_H
#define OB_UI_PICKER_H

#include <stddef.h>

#include "optbench/ui/lineedit.h"

struct ob_picker {
    struct ob_lineedit filter; /* open while the list is */
    size_t at;                 /* place of the cursor among the entries that fit */
};

/* One entry. Only the name must be there. */
struct ob_picker_entry {
    const char *name;      /* what is taken: "adam" */
    const char *title;     /* "Adam" */
    const char *summary;   /* one line, beside the name where there is room */
    const char *text;      /* paragraphs, "\n" between: what the entry is, its keys */
    const char *reference; /* where it was published */
};

/* What can be taken: safe texts, lent for the call. Either names or entries. */
struct ob_picker_list {
    const char *title;
    const char (*name)[64]; /* [n], where there is nothing but names */
    size_t n;
    const struct ob_picker_entry *entry; /* [n] */
};

enum ob_picked {
    OB_PICKED_NOT,    /* the list is closed, the key means what it means elsewhere */
    OB_PICKED_MOVED,  /* the key was for the list */
    OB_PICKED_TAKEN,  /* *chosen is the place of an entry; closed */
    OB_PICKED_CLOSED, /* nothing was taken; closed */
};

/* Opens it with the cursor on the first entry, or on entry `at` of the list. */
void ob_picker_open(struct ob_picker *p);
void ob_picker_open_at(struct ob_picker *p, size_t at);

enum ob_picked ob_picker_key(struct ob_picker *p, const struct ob_picker_list *l,
                             uint32_t key, size_t *chosen);

/* Entry under the cursor, l->n where nothing fits what was typed. An entry fits when
 * every word that was typed is in its name, title or summary, in any case; names that
 * begin so come first, then names that hold it, then words that begin so. */
size_t ob_picker_selected(const struct ob_picker *p, const struct ob_picker_list *l);

/* Draws it in the middle of the canvas while it is open. */
void ob_picker_draw(const struct ob_picker *p, const struct ob_picker_list *l,
                    enum ob_glyphs tier, struct ob_canvas *c);

#endif
