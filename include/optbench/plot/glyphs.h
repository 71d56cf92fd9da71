/*
 * From dots to characters: a cell of 2 x 4 dots is a mask of eight bits, shown by the
 * tier of glyphs that the terminal and its font can do. Any thread; no locale.
 *
 * Bit order of a mask (that of Unicode braille): left column top down 0x01 0x02 0x04
 * 0x40, right column 0x08 0x10 0x20 0x80.
 */
#ifndef OB_PLOT_GLYPHS_H
#define OB_PLOT_GLYPHS_H

#include <stdint.h>

enum ob_glyphs {
    OB_GLYPHS_BRAILLE, /* U+2800 and up: every dot */
    OB_GLYPHS_BLOCK,   /* quadrants, two dots each: no gaps, in nearly every font */
    OB_GLYPHS_ASCII,   /* the nearest of a few characters */
    OB_GLYPH_TIERS,
};

enum ob_rule_glyph {
    OB_RULE_V,
    OB_RULE_TICK,
    OB_RULE_H,
    OB_RULE_TOP_LEFT,
    OB_RULE_TOP_RIGHT,
    OB_RULE_BOTTOM_LEFT,
    OB_RULE_BOTTOM_RIGHT,
    OB_RULE_FULL,  /* the done part of a progress bar */
    OB_RULE_EMPTY, /* the rest of it */
    OB_RULE_GLYPHS,
};

/* The bit of dot (x, y) within its cell, 0 <= x < 2, 0 <= y < 4. */
uint8_t ob_dot_bit(int x, int y);

/* Writes the glyph of a mask as NUL-ended UTF-8; an empty mask is a blank. */
void ob_glyph(enum ob_glyphs tier, uint8_t mask, char out[static 5]);

/* Lines and boxes; static storage. */
const char *ob_rule_glyph(enum ob_glyphs tier, enum ob_rule_glyph g);

/* "braille", "block", "ascii"; static. */
const char *ob_glyphs_name(enum ob_glyphs tier);

#endif
