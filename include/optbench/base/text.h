/*
 * Text from outside: made safe to show, measured in terminal columns, cut to fit.
 *
 * Every string that is not a literal of the program (names in configs and tables, file
 * names, messages of libraries) passes ob_text_safe() before it goes to a terminal, to
 * stderr or into a log; else it could move the cursor, hide what it says, or send the
 * terminal commands (CWE-150).
 *
 * Widths come from an own small table and not from wcwidth(), which knows nothing before
 * setlocale() and differs between systems: 2 for East Asian wide and emoji, 0 for
 * combining marks, 1 for the rest; ambiguous characters count 1.
 */
#ifndef OB_BASE_TEXT_H
#define OB_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"

/*
 * Appends s[0..n) with everything spelled out that is not plainly visible:
 *
 *     control characters (C0, DEL, C1, soft hyphen) and bytes that are not UTF-8   \x1b
 *     bidi marks and overrides, zero width characters, line and paragraph
 *     separators, byte order mark, other invisible format characters, tags,
 *     noncharacters                                                    \u202e \u{e0001}
 *
 * A backslash stays as it is: the result is for eyes, not for reading back. The result
 * is valid UTF-8 and holds no newline.
 */
void ob_text_safe(struct ob_buf *out, const char *s, size_t n);

/* The same for a string (NULL counts as "") into out[cap], cap >= 1, cut between
 * characters to fit; returns out, so that it can stand in a printf() argument. */
const char *ob_text_safe_z(char *out, size_t cap, const char *s);

/* Terminal columns that the string takes; a byte that is not UTF-8 counts 1. */
int ob_text_width(const char *utf8);

/* Number of bytes of the longest beginning that takes at most `cols` columns; never
 * cuts inside a character or between it and the marks that combine with it. */
size_t ob_text_clip(const char *utf8, int cols);

/* Columns of one character: 0, 1 or 2. */
int ob_rune_width(uint32_t rune);

/* Decodes the character at s[0..n): returns its length in bytes, 0 where n = 0 or the
 * bytes are not UTF-8 (overlong forms, surrogates and beyond U+10FFFF are not). */
size_t ob_utf8_decode(const char *s, size_t n, uint32_t *rune);

/* Writes one character, returns its length, 1 to 4. A rune that is none becomes U+FFFD.
 */
size_t ob_utf8_encode(char out[static 4], uint32_t rune);

/* Whether all of s[0..n) is UTF-8. */
bool ob_utf8_valid(const char *s, size_t n);

#endif
