/*
 * Words for a shell: what a person may copy from the screen or run from a file that the
 * program wrote, whatever it holds. Any thread.
 */
#ifndef OB_BASE_SHELL_H
#define OB_BASE_SHELL_H

#include "optbench/base/buf.h"

/*
 * Appends `word` so that a shell takes it for exactly that one word: as it is where
 * nothing in it means anything, else in '...', which every shell knows. A word with
 * characters that ob_text_safe() would spell out (line ends, control characters, bytes
 * that are no UTF-8) is written as $'...' with \xHH, which bash, ksh and zsh know, so
 * that what is written may be shown on a terminal and has one line. NULL counts as "".
 */
void ob_shell_word(struct ob_buf *out, const char *word);

#endif
