/*
 * Copied text: on the person's clipboard by the escape sequence OSC 52, which the
 * terminal at the far end of any line carries out or not without a word, and therefore in
 * a file, too. Main thread; for src/ui alone.
 */
#ifndef OB_UI_CLIP_H
#define OB_UI_CLIP_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

/* Bytes of a sequence that xterm and tmux take whole. */
enum { OB_CLIP_MAX = 74994 };

/* Appends the sequence that puts text[0..n) on the clipboard; false and nothing where it
 * would be longer than OB_CLIP_MAX. */
bool ob_clip_sequence(const char *text, size_t n, struct ob_buf *out);

/* Replaces the file "copied.txt" in the state folder; its path is appended. OB_EIO. */
bool ob_clip_file(const char *text, size_t n, struct ob_buf *path, struct ob_err *err);

#endif
