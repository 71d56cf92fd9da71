#include "data_chart.h"

#include <stdio.h>
#include <string.h>

#include "optbench/base/text.h"
#include "optbench/ui/screen.h"

enum { LEAST_H = 4, BAR_MOST = 5 /* columns of one bar */, NAME_MOST = 20, COUNT = 8 };

/* Eighths of a cell from below; in ASCII a cell is full or empty, and what is there
 * shows.
 */
static const char *part_glyph(enum ob_glyphs tier, unsigned eighths)
{
    static const char *const part[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    if (tier == OB_GLYPHS_ASCII)
        return eighths > 0 ? "#" : " ";
    return part[eighths];
}

static unsigned fullest(const struct ob_data_column *col)
{
    unsigned most = 0;
    for (size_t i = 0; i < OB_DATA_BINS; i++)
        most = col->bins[i] > most ? col->bins[i] : most;
    return most;
}

/* How many of `steps` a bar of n takes; what is there takes one at least. */
static unsigned height_of(unsigned n, unsigned most, unsigned steps)
{
    return (unsigned)(((uint64_t)n * steps + most - 1) / most);
}

static void draw_bar(struct ob_canvas *c, struct ob_rect bar, enum ob_glyphs tier,
                     unsigned eighths)
{
    for (int k = 0; k < bar.h && eighths > 0; k++) {
        unsigned here = eighths < 8 ? eighths : 8;
        for (int x = 0; x < bar.w; x++)
            ob_canvas_text(c, bar.x + x, bar.y + bar.h - 1 - k, 1, part_glyph(tier, here),
                           OB_STYLE_A);
        eighths -= here;
    }
}

/* Lowest and highest below the bars, and how many the highest bar counts above them. */
static void draw_range(const struct ob_data_column *col, struct ob_canvas *c,
                       struct ob_rect r, int width)
{
    char low[32], high[32];
    struct ob_rect below = { r.x, r.y + r.h - 1, width, 1 };
    ob_show_number(low, col->min, 12);
    ob_show_number(high, col->max, 12);
    ob_canvas_line(c, below, 0, OB_LEFT, OB_STYLE_LABEL, "%s", low);
    ob_canvas_line(c, below, 0, OB_RIGHT, OB_STYLE_LABEL, "%s", high);
}

static void draw_numbers(const struct ob_data_column *col, enum ob_glyphs tier,
                         struct ob_canvas *c, struct ob_rect r)
{
    unsigned most = fullest(col);
    int bar = r.w / OB_DATA_BINS < BAR_MOST ? r.w / OB_DATA_BINS : BAR_MOST;
    int high = r.h - 2, steps = 8 * high;
    if (bar < 1)
        return;
    ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_LABEL,
                   "%u rows in the fullest of %d parts of the range", most, OB_DATA_BINS);
    for (int i = 0; i < OB_DATA_BINS; i++)
        draw_bar(
            c, (struct ob_rect){ r.x + i * bar, r.y + 1, bar - (bar > 2 ? 1 : 0), high },
            tier, height_of(col->bins[i], most, (unsigned)steps));
    draw_range(col, c, r, bar * OB_DATA_BINS);
}

static int names_width(const struct ob_data_column *col, size_t n)
{
    int widest = 1;
    for (size_t i = 0; i < n; i++) {
        int w = ob_text_width(col->word[i]);
        widest = w > widest ? w : widest;
    }
    return widest < NAME_MOST ? widest : NAME_MOST;
}

/* "setosa      50 ##########" */
static void draw_words(const struct ob_data_column *col, enum ob_glyphs tier,
                       struct ob_canvas *c, struct ob_rect r)
{
    unsigned most = fullest(col);
    size_t room = (size_t)r.h, n = col->words < room ? col->words : room - 1;
    int name = names_width(col, n), x = r.x + name + COUNT + 2;
    for (size_t i = 0; i < n; i++) {
        int y = r.y + (int)i, bar = r.x + r.w - x;
        ob_canvas_text(c, r.x, y, name, col->word[i], OB_STYLE_TEXT);
        ob_canvas_line(c, (struct ob_rect){ r.x + name + 1, y, COUNT, 1 }, 0, OB_RIGHT,
                       OB_STYLE_VALUE, "%u", col->bins[i]);
        if (bar < 1)
            continue;
        unsigned full = height_of(col->bins[i], most, (unsigned)bar);
        for (unsigned k = 0; k < full; k++)
            ob_canvas_text(c, x + (int)k, y, 1, part_glyph(tier, 8), OB_STYLE_A);
    }
    if (n < col->distinct)
        ob_canvas_line(c, r, (int)n, OB_LEFT, OB_STYLE_DIM, "and %zu%s more",
                       col->distinct - n, col->distinct_more ? " or" : "");
}

void ob_data_chart_draw(const struct ob_data_column *col, enum ob_glyphs tier,
                        struct ob_canvas *c, struct ob_rect r)
{
    if (r.h < LEAST_H || r.w < OB_DATA_BINS || fullest(col) == 0)
        return;
    if (col->words > 0)
        draw_words(col, tier, c, r);
    else if (col->type == OB_DATA_NUMBER)
        draw_numbers(col, tier, c, r);
}
