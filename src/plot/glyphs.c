#include "optbench/plot/glyphs.h"

#include <string.h>

/*
 * The nearest character for every mask, in rows of 16. Made from hand-drawn templates of
 * each character on the 2 x 4 grid by least number of differing dots; tests/unit/plot
 * holds the templates and makes the table again.
 */
static const char ascii[257] = " '-'-'-|'\"'''\"/|"
                               "-'-'---|'''\"'~/\""
                               "-'-'---|'\"-'-\"/#"
                               "-\\-\\-\\==|||\"|#=#"
                               ".:-'..||'\"''//||"
                               "-:-%//||///\"///\""
                               "-:-%--||'\"-%//||"
                               "/)/%/)=#|)|%//##"
                               ".'-\\-'\\|:\":\\:\"(("
                               "-'-\\--\\|'''\"'~(\""
                               ".\\\\\\-\\\\\\.\\\\\\%\\%%"
                               "|||\\||=#|||\"||##"
                               "___\\__||_:_:/:(|"
                               "__-\\~~##/:/\"//##"
                               "_\\\\\\___#_:\\\\__##"
                               "|)##_###||######";

/* Quadrants by upper left 1, upper right 2, lower left 4, lower right 8. */
static const char *const quadrant[16] = { " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛",
                                          "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█" };

uint8_t ob_dot_bit(int x, int y)
{
    static const uint8_t bit[2][4] = { { 0x01, 0x02, 0x04, 0x40 },
                                       { 0x08, 0x10, 0x20, 0x80 } };
    return bit[x][y];
}

void ob_glyph(enum ob_glyphs tier, uint8_t mask, char out[static 5])
{
    if (mask == 0 || tier == OB_GLYPHS_ASCII) {
        out[0] = ascii[mask];
        out[1] = '\0';
    } else if (tier == OB_GLYPHS_BLOCK) {
        unsigned q = (mask & 0x03 ? 1u : 0) | (mask & 0x18 ? 2u : 0) |
                     (mask & 0x44 ? 4u : 0) | (mask & 0xa0 ? 8u : 0);
        memcpy(out, quadrant[q], strlen(quadrant[q]) + 1);
    } else {
        /* U+2800 + mask in three bytes. */
        out[0] = (char)0xe2;
        out[1] = (char)(0xa0 | mask >> 6);
        out[2] = (char)(0x80 | (mask & 0x3f));
        out[3] = '\0';
    }
}

const char *ob_rule_glyph(enum ob_glyphs tier, enum ob_rule_glyph g)
{
    static const char *const lines[OB_RULE_GLYPHS] = { "│", "┤", "─", "┌", "┐",
                                                       "└", "┘", "█", "░" };
    static const char *const plain[OB_RULE_GLYPHS] = { "|", "+", "-", "+", "+",
                                                       "+", "+", "#", "." };
    return tier == OB_GLYPHS_ASCII ? plain[g] : lines[g];
}

const char *ob_glyphs_name(enum ob_glyphs tier)
{
    static const char *const name[OB_GLYPH_TIERS] = { "braille", "block", "ascii" };
    return name[tier];
}
