#include "optbench/ui/canvas.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/text.h"

enum { GUARD = 64 }; /* cells before and behind, never written */

static const struct ob_cell guard = { "\x7fGRD", 0xee, 0xee };
static const struct ob_cell blank = { " ", OB_STYLE_TEXT, 0 };

static size_t cells(const struct ob_canvas *c)
{
    return (size_t)c->w * (size_t)c->h;
}

void ob_canvas_size(struct ob_canvas *c, int w, int h)
{
    c->w = w > 0 ? w : 1;
    c->h = h > 0 ? h : 1;
    size_t n = cells(c);
    c->base = ob_xreallocarray(c->base, n + 2 * GUARD, sizeof *c->base);
    c->cell = c->base + GUARD;
    for (size_t i = 0; i < GUARD; i++)
        c->base[i] = c->cell[n + i] = guard;
    ob_canvas_clear(c);
}

void ob_canvas_clear(struct ob_canvas *c)
{
    for (size_t i = 0; i < cells(c); i++)
        c->cell[i] = blank;
    c->zones = c->parts = 0;
}

void ob_canvas_finish(struct ob_canvas *c)
{
    free(c->base);
    memset(c, 0, sizeof *c);
}

static struct ob_cell *at(const struct ob_canvas *c, int x, int y)
{
    if (x < 0 || y < 0 || x >= c->w || y >= c->h)
        return NULL;
    return &c->cell[(size_t)y * (size_t)c->w + (size_t)x];
}

/* Half a wide character cannot stay: its other half becomes a blank. */
static void part(struct ob_canvas *c, int x, int y)
{
    struct ob_cell *cell = at(c, x, y), *left = at(c, x - 1, y), *right = at(c, x + 1, y);
    if (cell && cell->glyph[0] == '\0' && left)
        memcpy(left->glyph, blank.glyph, sizeof left->glyph);
    if (right && right->glyph[0] == '\0')
        memcpy(right->glyph, blank.glyph, sizeof right->glyph);
}

static void put(struct ob_canvas *c, int x, int y, const char *glyph, size_t n,
                enum ob_style style)
{
    struct ob_cell *cell = at(c, x, y);
    if (!cell)
        return;
    part(c, x, y);
    memcpy(cell->glyph, glyph, n);
    cell->glyph[n] = '\0';
    cell->style = (uint8_t)style;
    cell->ground = 0;
}

/* The next character of a text as it may be shown: its bytes, length and columns. */
static size_t next_glyph(const char *s, size_t left, const char **glyph, size_t *n,
                         int *cols)
{
    uint32_t rune = 0;
    size_t took = ob_utf8_decode(s, left, &rune);
    if (took == 0 || rune < 0x20 || (rune >= 0x7f && rune < 0xa0)) {
        *glyph = "?";
        *n = 1;
        *cols = 1;
        return took ? took : 1;
    }
    *glyph = s;
    *n = took;
    *cols = ob_rune_width(rune);
    return took;
}

int ob_canvas_text(struct ob_canvas *c, int x, int y, int most, const char *utf8,
                   enum ob_style style)
{
    size_t left = strlen(utf8);
    int used = 0;
    while (left > 0) {
        const char *glyph;
        size_t n;
        int cols;
        size_t took = next_glyph(utf8, left, &glyph, &n, &cols);
        if (used + cols > most)
            break;
        if (cols == 2 && x + used + 1 < c->w && x + used >= 0) {
            put(c, x + used, y, glyph, n, style);
            put(c, x + used + 1, y, "", 0, style);
            /* put() of the right half took the left one apart. */
            struct ob_cell *cell = at(c, x + used, y);
            if (cell) {
                memcpy(cell->glyph, glyph, n);
                cell->glyph[n] = '\0';
            }
        } else if (cols == 1) {
            put(c, x + used, y, glyph, n, style);
        }
        used += cols;
        utf8 += took;
        left -= took;
    }
    return used;
}

void ob_canvas_line(struct ob_canvas *c, struct ob_rect r, int line, enum ob_align align,
                    enum ob_style style, const char *format, ...)
{
    struct ob_buf text = { 0 };
    va_list ap;
    if (line < 0 || line >= r.h || r.w <= 0)
        return;
    va_start(ap, format);
    ob_buf_vaddf(&text, format, ap);
    va_end(ap);
    int x = r.x;
    if (align == OB_RIGHT) {
        int width = ob_text_width(ob_buf_text(&text));
        x = width < r.w ? r.x + r.w - width : r.x;
    }
    ob_canvas_text(c, x, r.y + line, r.x + r.w - x, ob_buf_text(&text), style);
    ob_buf_finish(&text);
}

void ob_canvas_fill(struct ob_canvas *c, struct ob_rect r, const char *glyph,
                    enum ob_style style)
{
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++)
            put(c, x, y, glyph, strlen(glyph), style);
}

void ob_canvas_restyle(struct ob_canvas *c, struct ob_rect r, enum ob_style style)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        for (int x = r.x; x < r.x + r.w; x++) {
            struct ob_cell *cell = at(c, x, y);
            if (!cell)
                continue;
            cell->style = (uint8_t)style;
            cell->ground = 0;
        }
    }
}

void ob_canvas_ground(struct ob_canvas *c, struct ob_rect r, unsigned heat)
{
    for (int y = r.y; y < r.y + r.h; y++)
        for (int x = r.x; x < r.x + r.w; x++) {
            struct ob_cell *cell = at(c, x, y);
            if (cell)
                cell->ground = (uint8_t)(1 + heat);
        }
}

struct ob_rect ob_canvas_box(struct ob_canvas *c, struct ob_rect r, enum ob_glyphs tier,
                             const char *title)
{
    if (r.w < 2 || r.h < 2)
        return (struct ob_rect){ r.x, r.y, 0, 0 };
    int right = r.x + r.w - 1, bottom = r.y + r.h - 1;
    const char *h = ob_rule_glyph(tier, OB_RULE_H), *v = ob_rule_glyph(tier, OB_RULE_V);
    ob_canvas_fill(c, (struct ob_rect){ r.x, r.y, r.w, 1 }, h, OB_STYLE_BORDER);
    ob_canvas_fill(c, (struct ob_rect){ r.x, bottom, r.w, 1 }, h, OB_STYLE_BORDER);
    ob_canvas_fill(c, (struct ob_rect){ r.x, r.y, 1, r.h }, v, OB_STYLE_BORDER);
    ob_canvas_fill(c, (struct ob_rect){ right, r.y, 1, r.h }, v, OB_STYLE_BORDER);
    const struct {
        int x, y;
        enum ob_rule_glyph g;
    } corner[] = { { r.x, r.y, OB_RULE_TOP_LEFT },
                   { right, r.y, OB_RULE_TOP_RIGHT },
                   { r.x, bottom, OB_RULE_BOTTOM_LEFT },
                   { right, bottom, OB_RULE_BOTTOM_RIGHT } };
    for (size_t i = 0; i < OB_COUNT(corner); i++) {
        const char *g = ob_rule_glyph(tier, corner[i].g);
        put(c, corner[i].x, corner[i].y, g, strlen(g), OB_STYLE_BORDER);
    }
    if (title && title[0] && r.w >= 6) {
        int n = ob_canvas_text(c, r.x + 3, r.y, r.w - 5, title, OB_STYLE_TITLE);
        ob_canvas_text(c, r.x + 2, r.y, 1, " ", OB_STYLE_TEXT);
        ob_canvas_text(c, r.x + 3 + n, r.y, 1, " ", OB_STYLE_TEXT);
    }
    return (struct ob_rect){ r.x + 1, r.y + 1, r.w - 2, r.h - 2 };
}

void ob_canvas_dots(struct ob_canvas *c, struct ob_rect r, const struct ob_dots *d,
                    enum ob_glyphs tier)
{
    for (int row = 0; row < d->rows && row < r.h; row++) {
        for (int col = 0; col < d->cols && col < r.w; col++) {
            char glyph[5];
            enum ob_ink ink = ob_dots_read(d, col, row, tier, glyph);
            if (glyph[0])
                put(c, r.x + col, r.y + row, glyph, strlen(glyph), ob_style_of_ink(ink));
        }
    }
}

_Static_assert((int)OB_PICTURE_HEATS == (int)OB_HEATS, "a style for each colour");

void ob_canvas_picture(struct ob_canvas *c, struct ob_rect r, const struct ob_picture *p)
{
    for (int row = 0; row < p->rows && row < r.h; row++) {
        for (int col = 0; col < p->cols && col < r.w; col++) {
            const struct ob_tile *t = &p->tile[row * p->cols + col];
            enum ob_style style = ob_style_of_ink((enum ob_ink)t->ink);
            if (t->heat > 0)
                style = (enum ob_style)(OB_STYLE_HEAT_0 + t->heat - 1);
            if (!t->glyph[0])
                continue;
            put(c, r.x + col, r.y + row, t->glyph, strlen(t->glyph), style);
            struct ob_cell *cell = at(c, r.x + col, r.y + row);
            if (cell)
                cell->ground = t->ground;
        }
    }
}

/* One letter per ground; nothing where the row has none. */
static void write_grounds(const struct ob_canvas *c, int y, struct ob_buf *out)
{
    size_t start = out->len, keep = start;
    ob_buf_addc(out, '~');
    for (int x = 0; x < c->w; x++) {
        uint8_t ground = at(c, x, y)->ground;
        ob_buf_addc(out, ground > 0 ? (char)('0' + ground - 1) : ' ');
        if (ground > 0)
            keep = out->len;
    }
    out->len = keep;
    out->data[keep] = '\0';
    if (keep > start)
        ob_buf_addc(out, '\n');
}

static void write_row(const struct ob_canvas *c, int y, bool letters, struct ob_buf *out)
{
    size_t start = out->len, keep = start;
    for (int x = 0; x < c->w; x++) {
        const struct ob_cell *cell = at(c, x, y);
        if (letters) {
            ob_buf_addc(out, ob_style_letter((enum ob_style)cell->style));
        } else {
            ob_buf_adds(out, cell->glyph);
        }
        if (ob_buf_text(out)[out->len - 1] != ' ')
            keep = out->len;
    }
    if (out->data) {
        out->len = keep;
        out->data[keep] = '\0';
    }
    ob_buf_addc(out, '\n');
}

void ob_canvas_write(const struct ob_canvas *c, bool styles, struct ob_buf *out)
{
    for (int y = 0; y < c->h; y++) {
        if (styles)
            ob_buf_addc(out, '|');
        write_row(c, y, false, out);
        if (styles) {
            ob_buf_addc(out, '|');
            write_row(c, y, true, out);
            write_grounds(c, y, out);
        }
    }
}

/* What of the rectangle lies on the canvas. */
static struct ob_rect clipped(const struct ob_canvas *c, struct ob_rect r)
{
    int right = r.x + r.w < c->w ? r.x + r.w : c->w;
    int bottom = r.y + r.h < c->h ? r.y + r.h : c->h;
    r.x = r.x > 0 ? r.x : 0;
    r.y = r.y > 0 ? r.y : 0;
    return (struct ob_rect){ r.x, r.y, right - r.x, bottom - r.y };
}

void ob_canvas_zone(struct ob_canvas *c, struct ob_rect r, uint32_t key)
{
    r = clipped(c, r);
    if (c->zones < OB_ZONES && r.w > 0 && r.h > 0)
        c->zone[c->zones++] = (struct ob_zone){ r, key };
}

void ob_canvas_part(struct ob_canvas *c, struct ob_rect r, const char *name)
{
    ob_canvas_part_chart(c, r, name, -1);
}

void ob_canvas_part_chart(struct ob_canvas *c, struct ob_rect r, const char *name,
                          int chart)
{
    r = clipped(c, r);
    if (c->parts == OB_PARTS || r.w <= 0 || r.h <= 0)
        return;
    struct ob_part *p = &c->part[c->parts++];
    p->r = r;
    p->chart = chart;
    ob_text_safe_z(p->name, sizeof p->name, name);
}

uint32_t ob_canvas_zone_at(const struct ob_canvas *c, int x, int y)
{
    for (size_t i = c->zones; i-- > 0;) {
        const struct ob_rect *r = &c->zone[i].r;
        if (x >= r->x && x < r->x + r->w && y >= r->y && y < r->y + r->h)
            return c->zone[i].key;
    }
    return 0;
}

void ob_canvas_write_part(const struct ob_canvas *c, struct ob_rect r, struct ob_buf *out)
{
    r = clipped(c, r);
    for (int y = r.y; y < r.y + r.h; y++) {
        size_t keep = out->len;
        for (int x = r.x; x < r.x + r.w; x++) {
            const struct ob_cell *cell = at(c, x, y);
            ob_buf_adds(out, cell->glyph);
            if (strcmp(cell->glyph, " ") != 0)
                keep = out->len;
        }
        out->len = keep;
        ob_buf_addc(out, '\n');
    }
}

bool ob_canvas_intact(const struct ob_canvas *c)
{
    for (size_t i = 0; i < GUARD; i++)
        if (memcmp(&c->base[i], &guard, sizeof guard) != 0 ||
            memcmp(&c->cell[cells(c) + i], &guard, sizeof guard) != 0)
            return false;
    return true;
}
