/*
 * The command line: everything that can be asked for now, found by typing a part of its
 * name, and the few commands that take words of their own. Plain data and keys in, a
 * choice out; the app carries it out. One thread; a zeroed struct is closed.
 */
#ifndef OB_UI_PALETTE_H
#define OB_UI_PALETTE_H

#include "optbench/ui/picker.h"
#include "optbench/ui/request.h"

struct ob_palette {
    struct ob_picker picker; /* open while the command line is */
};

enum ob_palette_did {
    OB_PALETTE_NOTHING, /* the key was for it, or it was closed */
    OB_PALETTE_REQUEST, /* *request was chosen; closed */
    OB_PALETTE_COMMAND, /* `typed` is a command with its words; closed */
    OB_PALETTE_UNKNOWN, /* `typed` is nothing that is known */
};

struct ob_palette_choice {
    enum ob_request request;
    char typed[OB_LINEEDIT_MAX + 1];
    const char *meant; /* the command that the unknown one is nearest to, NULL = none */
};

void ob_palette_open(struct ob_palette *p);

/* One key for an open command line; what can be asked for is what means something in
 * `scope` and everywhere. */
enum ob_palette_did ob_palette_key(struct ob_palette *p, enum ob_scope scope,
                                   uint32_t key, struct ob_palette_choice *choice);

void ob_palette_draw(const struct ob_palette *p, enum ob_scope scope, enum ob_glyphs tier,
                     struct ob_canvas *c);

#endif
