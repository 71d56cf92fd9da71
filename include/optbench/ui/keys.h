/*
 * From bytes of a terminal to what a person did: keys, mouse, pasted text, and the
 * terminal's own answers. A parser without a terminal and without a clock: bytes and
 * times come in, things come out. One thread; a zeroed struct is ready.
 *
 * It knows the sequences of ECMA-48 terminals as xterm, rxvt, screen, tmux and the Linux
 * console send them. A sequence that it does not know is dropped whole: what comes from
 * the terminal on its own must never act as keys. An escape character that begins no
 * sequence is the key, and the key behind it counts, too, however fast it came.
 *
 * Sources: ECMA-48, 5.4; "XTerm Control Sequences" (mouse tracking, focus, bracketed
 * paste); console_codes(4).
 */
#ifndef OB_UI_KEYS_H
#define OB_UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"

/* What a mouse did, at a cell of the screen. */
enum ob_mouse_kind { OB_MOUSE_PRESS, OB_MOUSE_WHEEL_UP, OB_MOUSE_WHEEL_DOWN };

struct ob_mouse {
    enum ob_mouse_kind kind;
    int x, y; /* from 0 */
};

enum ob_input_kind {
    OB_INPUT_KEY,
    OB_INPUT_MOUSE,
    OB_INPUT_PASTE,
    OB_INPUT_FOCUS,    /* the window got it or lost it */
    OB_INPUT_READY,    /* answer to a status query: all before it is on the screen */
    OB_INPUT_POSITION, /* answer to a query for the cursor */
};

struct ob_input {
    enum ob_input_kind kind;
    uint32_t key; /* enum ob_key */
    struct ob_mouse mouse;
    const char *text; /* [n] pasted, raw; lent until the next call */
    size_t n;
    bool focus;
    int x, y; /* of the cursor, from 0 */
};

enum {
    OB_KEYS_IN = 4096,        /* bytes that wait to be looked at */
    OB_KEYS_SEQUENCE = 48,    /* parameters of a sequence that is understood */
    OB_KEYS_PASTE = 64 * 1024 /* what is kept of a pasted text */
};

struct ob_keys {
    /* private */
    unsigned char in[OB_KEYS_IN];
    size_t head, n;
    int state;
    char sequence[OB_KEYS_SEQUENCE];
    size_t length; /* of it; > OB_KEYS_SEQUENCE: too long to mean anything */
    int64_t last;  /* when the last byte came */
    struct ob_buf paste;
    size_t matched; /* bytes of the end of a paste */
};

void ob_keys_finish(struct ob_keys *k);

/* Bytes that feed() has room for now; at least one once next() has returned false. */
size_t ob_keys_room(const struct ob_keys *k);

/* Bytes that came at the monotonic time `now`, n <= room. */
void ob_keys_feed(struct ob_keys *k, const void *bytes, size_t n, int64_t now);

/* The next thing; false = nothing without more bytes or more time. */
bool ob_keys_next(struct ob_keys *k, int64_t now, struct ob_input *out);

/* When next() can say more although no byte comes, for then a sequence that was begun is
 * taken for what it is; 0 = never. */
int64_t ob_keys_due(const struct ob_keys *k);

#endif
