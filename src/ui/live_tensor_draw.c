/* A tensor as numbers, as a histogram, as a heat map. Pure functions. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live_priv.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum {
    NUMBER = 10, /* columns of a number and the blank before it */
    INDEX = 8,   /* of the index or count at the left */
    FOOT = 2,    /* lines below: what is under the cursor, what the picture means */
};

struct ob_rect ob_live_tensor_place(struct ob_rect sheet)
{
    struct ob_rect r = ob_live_sheet_inside(sheet);
    int foot = r.h > 2 * FOOT ? FOOT : r.h > 1 ? 1 : 0;
    return (struct ob_rect){ r.x, r.y, r.w, r.h - foot };
}

size_t ob_live_tensor_across(int w)
{
    int n = (w - INDEX) / NUMBER;
    return n > 0 ? (size_t)n : 1;
}

size_t ob_live_tensor_down(struct ob_rect place)
{
    return place.h > 1 ? (size_t)place.h - 1 : 1;
}

size_t ob_live_tensor_bins(struct ob_rect place)
{
    return place.w > INDEX + 1 ? (size_t)(place.w - INDEX - 1) : 1;
}

static const char *what_of(const struct ob_live_tensor_view *t, const struct ob_view *v)
{
    static const char *const word[] = { "values", "gradient", "change in the last step" };
    if (t->what < OB_COUNT(word))
        return word[t->what];
    size_t slot = t->what - OB_COUNT(word);
    return slot < v->run.live.slots ? v->run.live.slot_name[slot] : "";
}

/* "w  gradient  60 x 40  step 1 043  nan 1  inf 2" */
static void title_of(const struct ob_live_tensor_view *t, const struct ob_view *v,
                     char *out, size_t cap)
{
    struct ob_buf b = { 0 };
    char count[OB_NUMBER_MAX];
    ob_text_safe(&b, t->name, strlen(t->name));
    ob_buf_adds(&b, "  ");
    ob_text_safe(&b, what_of(t, v), strlen(what_of(t, v)));
    for (unsigned i = 0; i < t->ndim && t->value; i++)
        ob_buf_addf(&b, i == 0 ? "  %zu" : " x %zu", t->shape[i]);
    ob_count_show(count, sizeof count, (double)t->step);
    if (t->value)
        ob_buf_addf(&b, "  step %s", count);
    if (t->digest.nan > 0)
        ob_buf_addf(&b, "  nan %zu", t->digest.nan);
    if (t->digest.inf > 0)
        ob_buf_addf(&b, "  inf %zu", t->digest.inf);
    snprintf(out, cap, "%s", ob_buf_text(&b));
    ob_buf_finish(&b);
}

/* "[3][0][11]" of element `at`. */
static void index_text(const struct ob_live_tensor_view *t, size_t at, struct ob_buf *out)
{
    size_t below[4], rest = 1;
    for (unsigned i = t->ndim; i > 0; i--) {
        below[i - 1] = rest;
        rest *= t->shape[i - 1];
    }
    for (unsigned i = 0; i < t->ndim; i++) {
        ob_buf_addf(out, "[%zu]", at / below[i]);
        at %= below[i];
    }
}

static void number_text(char out[static 32], double v)
{
    if (isnan(v))
        snprintf(out, 32, "nan");
    else
        ob_show_number(out, v, NUMBER - 1);
}

static void draw_number(const struct ob_live_tensor_view *t, size_t at,
                        struct ob_canvas *c, struct ob_rect r)
{
    char text[32];
    bool here = at == t->at;
    number_text(text, t->value[at]);
    ob_canvas_line(c, r, 0, OB_RIGHT,
                   here                          ? OB_STYLE_CURSOR
                   : isfinite(t->value[at]) == 0 ? OB_STYLE_MARK
                                                 : OB_STYLE_VALUE,
                   "%s%s", here ? ">" : "", text);
}

static void draw_numbers(const struct ob_live_tensor_view *t, struct ob_canvas *c,
                         struct ob_rect r)
{
    size_t columns = ob_live_tensor_columns(t, r.w), across = ob_live_tensor_across(r.w);
    size_t last = t->left + across < columns ? t->left + across : columns;
    for (size_t k = t->left; k < last; k++)
        ob_canvas_line(
            c,
            (struct ob_rect){ r.x + INDEX + (int)(k - t->left) * NUMBER, r.y, NUMBER, 1 },
            0, OB_RIGHT, OB_STYLE_LABEL, "%zu", k);
    for (int y = 1; y < r.h; y++) {
        size_t row = t->first + (size_t)y - 1;
        if (row * columns >= t->digest.n)
            break;
        /* Of a folded vector the index of its first element in the line. */
        ob_canvas_line(c, (struct ob_rect){ r.x, r.y + y, INDEX - 1, 1 }, 0, OB_RIGHT,
                       OB_STYLE_LABEL, "%zu", t->ndim < 2 ? row * columns : row);
        for (size_t k = t->left; k < last && row * columns + k < t->digest.n; k++)
            draw_number(t, row * columns + k, c,
                        (struct ob_rect){ r.x + INDEX + (int)(k - t->left) * NUMBER,
                                          r.y + y, NUMBER, 1 });
    }
}

/* Dots of a bar of `n` count in a column `rows` cells high. */
static int bar_height(const struct ob_live_tensor_view *t, size_t n, size_t most,
                      int rows)
{
    double part =
        t->log ? log1p((double)n) / log1p((double)most) : (double)n / (double)most;
    int dots = (int)(part * 4 * rows + 0.5);
    return n > 0 && dots < 1 ? 1 : dots;
}

static void draw_bar(int dots, bool here, struct ob_canvas *c, struct ob_rect r,
                     enum ob_glyphs tier)
{
    static const uint8_t filled[] = { 0, 0xc0, 0xe4, 0xf6, 0xff };
    char glyph[5];
    for (int y = r.h - 1; y >= 0; y--, dots -= 4) {
        ob_glyph(tier, filled[dots >= 4 ? 4 : dots > 0 ? dots : 0], glyph);
        ob_canvas_text(c, r.x, r.y + y, 1, glyph, OB_STYLE_A);
    }
    if (here)
        ob_canvas_restyle(c, (struct ob_rect){ r.x, r.y + r.h - 1, 1, 1 },
                          OB_STYLE_CURSOR);
}

static void draw_histogram(const struct ob_live_tensor_view *t, enum ob_glyphs tier,
                           struct ob_canvas *c, struct ob_rect r)
{
    size_t most = 1;
    char text[32], low[32], high[32];
    int rows = r.h - 1, x = r.x + INDEX + 1;
    for (size_t i = 0; i < t->bins; i++)
        most = t->count[i] > most ? t->count[i] : most;
    if (rows < 1 || t->digest.n == t->digest.nan + t->digest.inf)
        return;
    for (int y = 0; y < rows; y++)
        ob_canvas_text(c, r.x + INDEX, r.y + y, 1, ob_rule_glyph(tier, OB_RULE_V),
                       OB_STYLE_LABEL);
    ob_si_show(text, sizeof text, (double)most);
    ob_canvas_line(c, (struct ob_rect){ r.x, r.y, INDEX - 1, 1 }, 0, OB_RIGHT,
                   OB_STYLE_LABEL, "%s", text);
    if (rows > 2)
        ob_canvas_line(c, (struct ob_rect){ r.x, r.y + rows - 1, INDEX - 1, 1 }, 0,
                       OB_RIGHT, OB_STYLE_LABEL, "0");
    for (size_t i = 0; i < t->bins && (int)i < r.w - INDEX - 1; i++)
        draw_bar(bar_height(t, t->count[i], most, rows), i == t->bin, c,
                 (struct ob_rect){ x + (int)i, r.y, 1, rows }, tier);
    ob_show_number(low, t->digest.min, 12);
    ob_show_number(high, t->digest.max, 12);
    struct ob_rect below = { x, r.y + rows, r.w - INDEX - 1, 1 };
    ob_canvas_line(c, below, 0, OB_LEFT, OB_STYLE_LABEL, "%s", low);
    ob_canvas_line(c, below, 0, OB_RIGHT, OB_STYLE_LABEL, "%s", high);
}

/* What a value looks like: a glyph for eyes without colours, a style for the others. */
struct shade {
    const char *glyph;
    enum ob_style style;
};

static bool around_zero(const struct ob_live_tensor_view *t)
{
    return t->digest.min < 0 && t->digest.max > 0;
}

/* The value between 0 and 1 (of one sign), or -1 and 1 (around zero). With log, sizes
 * count from the middle of them on by factors. */
static double part_of(const struct ob_live_tensor_view *t, double v)
{
    const struct ob_digest *d = &t->digest;
    double most = fmax(fabs(d->min), fabs(d->max));
    double typical = d->norm / sqrt((double)d->n);
    if (around_zero(t) && t->log && typical > 0 && isfinite(typical))
        return copysign(log1p(10 * fabs(v) / typical) / log1p(10 * most / typical), v);
    if (around_zero(t))
        return v / most;
    if (!(d->max > d->min))
        return 0.5;
    if (t->log && d->min > 0)
        return (log(v) - log(d->min)) / (log(d->max) - log(d->min));
    return (v / 2 - d->min / 2) / (d->max / 2 - d->min / 2);
}

static int level(double part, int levels)
{
    int l = part > 0 ? (int)(part * levels) : 0;
    return l >= levels ? levels - 1 : l;
}

static struct shade shade_of(double part, bool tilted, enum ob_glyphs tier)
{
    static const char *const up[] = { "░", "▒", "▓", "█" };
    static const char *const up_ascii[] = { ".", ":", "-", "=", "+", "*", "#", "%", "@" };
    static const char *const tilt[] = { "▙", "▚", "▖", ".", "░", "▒", "█" };
    static const char *const tilt_ascii[] = { "=", "-", ",", ".", ":", "+", "#" };
    bool ascii = tier == OB_GLYPHS_ASCII;
    if (!tilted)
        return (struct shade){ ascii ? up_ascii[level(part, OB_COUNT(up_ascii))]
                                     : up[level(part, OB_COUNT(up))],
                               (enum ob_style)(OB_STYLE_HEAT_0 + level(part, OB_HEATS)) };
    part = (part + 1) / 2;
    int l = level(part, OB_COUNT(tilt));
    return (struct shade){ ascii ? tilt_ascii[l] : tilt[l],
                           (enum ob_style)(OB_STYLE_TILT_0 + level(part, OB_TILTS)) };
}

static void draw_heat(const struct ob_live_tensor_view *t, enum ob_glyphs tier,
                      struct ob_canvas *c, struct ob_rect r)
{
    int wide = 2 * (int)t->grid.w <= r.w ? 2 : 1;
    for (size_t i = 0; i < t->grid.h * t->grid.w; i++) {
        const struct ob_digest_cell *cell = &t->cell[i];
        int x = r.x + (int)(i % t->grid.w) * wide, y = r.y + (int)(i / t->grid.w);
        struct shade s = { " ", OB_STYLE_TEXT };
        if (cell->bad)
            s = (struct shade){ "x", OB_STYLE_MARK };
        else if (!isnan(cell->value))
            s = shade_of(part_of(t, cell->value), around_zero(t), tier);
        for (int k = 0; k < wide; k++)
            ob_canvas_text(c, x + k, y, 1, s.glyph, s.style);
    }
    size_t here = ob_digest_cell_of(&t->grid, t->at);
    if (t->grid.w > 0)
        ob_canvas_restyle(c,
                          (struct ob_rect){ r.x + (int)(here % t->grid.w) * wide,
                                            r.y + (int)(here / t->grid.w), wide, 1 },
                          OB_STYLE_CURSOR);
}

/* "-1 =-,.:+# 25   x nan or inf" */
static void draw_legend(const struct ob_live_tensor_view *t, enum ob_glyphs tier,
                        struct ob_canvas *c, struct ob_rect r)
{
    enum { STEPS = 11 };
    bool tilted = around_zero(t);
    double most = fmax(fabs(t->digest.min), fabs(t->digest.max));
    char low[32], high[32];
    ob_show_number(low, tilted ? -most : t->digest.min, 12);
    ob_show_number(high, tilted ? most : t->digest.max, 12);
    int x = r.x + ob_canvas_text(c, r.x, r.y, r.w, low, OB_STYLE_LABEL) + 1;
    for (int i = 0; i < STEPS; i++) {
        double part = (double)i / (STEPS - 1);
        struct shade s = shade_of(tilted ? 2 * part - 1 : part, tilted, tier);
        x += ob_canvas_text(c, x, r.y, r.x + r.w - x, s.glyph, s.style);
    }
    x += 1 + ob_canvas_text(c, x + 1, r.y, r.x + r.w - x - 1, high, OB_STYLE_LABEL);
    if (t->log)
        x += ob_canvas_text(c, x, r.y, r.x + r.w - x, " by size", OB_STYLE_LABEL);
    if (t->digest.nan + t->digest.inf > 0)
        ob_canvas_text(c, x + 2, r.y, r.x + r.w - x - 2, "x nan or inf", OB_STYLE_MARK);
}

/* "min -1  max 25  mean 0.01  norm 34.2" */
static void draw_extent(const struct ob_live_tensor_view *t, struct ob_canvas *c,
                        struct ob_rect r)
{
    char min[32], max[32], mean[32], norm[32];
    ob_show_number(min, t->digest.min, 10);
    ob_show_number(max, t->digest.max, 10);
    ob_show_number(mean, t->digest.mean, 10);
    ob_show_number(norm, t->digest.norm, 10);
    ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_LABEL, "min %s  max %s  mean %s  norm %s%s",
                   min, max, mean, norm,
                   t->way == OB_TENSOR_HISTOGRAM && t->log ? "  log counts" : "");
}

void ob_live_tensor_here(const struct ob_live_tensor_view *t, struct ob_buf *out)
{
    char value[OB_NUMBER_MAX];
    if (!t->value || t->at >= t->digest.n)
        return;
    if (t->way == OB_TENSOR_HISTOGRAM && t->bin < t->bins) {
        double from, to;
        char low[32], high[32];
        ob_digest_bin(&t->digest, t->bin, t->bins, &from, &to);
        ob_number_show(low, sizeof low, from, 6);
        ob_number_show(high, sizeof high, to, 6);
        ob_buf_addf(out, "%s to %s: %zu of %zu", low, high, t->count[t->bin],
                    t->digest.n);
        return;
    }
    ob_text_safe(out, t->name, strlen(t->name));
    index_text(t, t->at, out);
    ob_number_write(value, t->value[t->at]);
    ob_buf_addf(out, " = %s", value);
}

void ob_live_tensor_draw(const struct ob_live_state *s, const struct ob_view *v,
                         struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_live_tensor_view *t = &s->tensor;
    struct ob_rect place = ob_live_tensor_place(r);
    struct ob_buf here = { 0 };
    char title[256];
    title_of(t, v, title, sizeof title);
    struct ob_rect in = ob_live_sheet_box(v, c, r, title);
    if (!t->value) {
        ob_text_safe(&here, t->why, strlen(t->why));
        ob_screen_paragraph(c, in, 0, ob_buf_text(&here), OB_STYLE_WARN);
        ob_buf_finish(&here);
        return;
    }
    if (t->way == OB_TENSOR_NUMBERS)
        draw_numbers(t, c, place);
    else if (t->way == OB_TENSOR_HISTOGRAM)
        draw_histogram(t, v->glyphs, c, place);
    else
        draw_heat(t, v->glyphs, c, place);
    ob_live_tensor_here(t, &here);
    struct ob_rect foot = { in.x, place.y + place.h, in.w, 1 };
    if (in.h > place.h)
        ob_canvas_text(c, foot.x, foot.y, foot.w, ob_buf_text(&here), OB_STYLE_VALUE);
    ob_buf_finish(&here);
    foot.y++;
    if (in.h < place.h + FOOT)
        return;
    if (t->way == OB_TENSOR_HEAT)
        draw_legend(t, v->glyphs, c, foot);
    else
        draw_extent(t, c, foot);
}
