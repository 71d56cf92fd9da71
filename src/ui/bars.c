#include "bars.h"

#include <stdio.h>

/* How high a bar of n is where the highest is `most`, 0 to `steps`; 0 for none only. */
static unsigned height(uint64_t n, uint64_t most, unsigned steps)
{
    return most ? (unsigned)((n * steps + most - 1) / most) : 0;
}

static uint8_t dots(unsigned left, unsigned right)
{
    uint8_t mask = 0;
    for (unsigned k = 0; k < left; k++)
        mask |= ob_dot_bit(0, 3 - (int)k);
    for (unsigned k = 0; k < right; k++)
        mask |= ob_dot_bit(1, 3 - (int)k);
    return mask;
}

void ob_bars_draw(struct ob_canvas *c, int x, int y,
                  const unsigned bin[static OB_BARS_BINS], enum ob_glyphs tier)
{
    static const char *const eighth[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    static const char ramp[] = " .:-=+*#%@";
    uint64_t most = 0, both = 0;
    for (int i = 0; i < OB_BARS_CELLS; i++) {
        const unsigned *b = bin + 2 * i;
        uint64_t pair = (uint64_t)b[0] + b[1];
        most = b[0] > most ? b[0] : most;
        most = b[1] > most ? b[1] : most;
        both = pair > both ? pair : both;
    }
    for (int i = 0; i < OB_BARS_CELLS; i++) {
        const unsigned *b = bin + 2 * i;
        uint64_t pair = (uint64_t)b[0] + b[1];
        char glyph[5] = "";
        if (tier == OB_GLYPHS_BRAILLE)
            ob_glyph(tier, dots(height(b[0], most, 4), height(b[1], most, 4)), glyph);
        else if (tier == OB_GLYPHS_BLOCK)
            snprintf(glyph, sizeof glyph, "%s", eighth[height(pair, both, 8)]);
        else
            glyph[0] = ramp[height(pair, both, 9)];
        ob_canvas_text(c, x + i, y, 1, glyph, OB_STYLE_A);
    }
}
