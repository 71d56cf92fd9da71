/*
 * What a person can ask for, and by which keys. One list (src/ui/requests.def) makes the
 * dispatcher's table, the help overlay and the hint bar, so they cannot drift apart.
 */
#ifndef OB_UI_REQUEST_H
#define OB_UI_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys: printable characters and control characters as their code point, the others
 * beyond Unicode. */
enum ob_key {
    OB_KEY_NONE = 0,
    OB_KEY_TAB = 9,
    OB_KEY_ENTER = 13,
    OB_KEY_ESC = 27,
    OB_KEY_BACKSPACE = 127,
    OB_KEY_UP = 0x110000,
    OB_KEY_DOWN,
    OB_KEY_LEFT,
    OB_KEY_RIGHT,
    OB_KEY_PAGE_UP,
    OB_KEY_PAGE_DOWN,
    OB_KEY_HOME,
    OB_KEY_END,
    OB_KEY_BACK_TAB,
    OB_KEY_F1,
    OB_KEY_DELETE,
    OB_KEY_SHIFT_UP,
    OB_KEY_SHIFT_DOWN,
    OB_KEY_SHIFT_LEFT,
    OB_KEY_SHIFT_RIGHT,
    OB_KEY_UNKNOWN, /* something was typed that has no name here */
    /* This and above: a press on the entry of that place in a list over the screen. */
    OB_KEY_PICK = 0x120000,
};

/* Where a request means something. */
enum ob_scope {
    OB_SCOPE_ALL,
    OB_SCOPE_HOME,
    OB_SCOPE_LIVE,
    OB_SCOPE_SETUP,
    OB_SCOPE_SURFACE,
    OB_SCOPE_CURVATURE,
    OB_SCOPE_COMPARE,
    OB_SCOPE_SWEEP,
    OB_SCOPE_EDIT,
    OB_SCOPE_HELP,
    OB_SCOPE_KNOBS,
    OB_SCOPE_EXPLAIN,
    OB_SCOPE_TENSOR,
    OB_SCOPE_CLASSES,
    OB_SCOPES
};

enum ob_request {
    OB_REQUEST_NONE,
#define X(id, scope, keys, hint, help) OB_REQUEST_##id,
#include "optbench/ui/requests.def"
#undef X
    OB_REQUESTS,
};

struct ob_request_info {
    enum ob_request id;
    enum ob_scope scope;
    const char *keys; /* names with blanks between: "Space p" */
    const char *hint; /* a word for the hint bar; NULL = not there */
    const char *help; /* a phrase for the help overlay */
};

/* The list in its order; the returned entry of an id. */
const struct ob_request_info *ob_request_info(enum ob_request id);

/* What a key means on a screen: its own scope first, then that of the screen below where
 * it belongs to something that lies over one, then everywhere. */
enum ob_request ob_request_of(enum ob_scope scope, uint32_t key);

/* The scope below that of something that lies over a screen; else ALL. */
enum ob_scope ob_scope_below(enum ob_scope scope);

/* Whether it changes a run under way: pause, step, pace, stop ... */
bool ob_request_steers(enum ob_request r);

/* The key that a name means ("Space", "Ctrl-L", "q"), OB_KEY_NONE if none. */
uint32_t ob_key_parse(const char *name, size_t n);

#endif
