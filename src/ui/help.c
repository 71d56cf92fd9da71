#include "optbench/ui/help.h"

#include <stdio.h>
#include <string.h>

#include "help_lines.h"
#include "optbench/base/compiler.h"
#include "optbench/ui/screen.h"

/* Where it lies: the frame, the lines in it. The last line of the screen shows its keys.
 */
struct plan {
    struct ob_rect frame, in;
    int width; /* of a line */
    size_t rows;
};

static struct plan plan_of(const struct ob_help_about *about)
{
    enum { WIDEST = 76, MARGIN = 4, FRAME = 2, STRIP = 1 };
    int w = about->w - MARGIN < WIDEST ? about->w - MARGIN : WIDEST, h = about->h - 3;
    if (w < 20 || h < 5) {
        w = about->w;
        h = about->h;
    }
    struct plan p = { .frame = { (about->w - w) / 2, (about->h - 1 - h) / 2, w, h } };
    if (p.frame.y < 0)
        p.frame.y = 0;
    p.in = (struct ob_rect){ p.frame.x + 2, p.frame.y + 1, w - 4, h - FRAME };
    p.width = p.in.w - 1 > 1 ? p.in.w - 1 : 1;
    p.rows = p.in.h - STRIP > 1 ? (size_t)(p.in.h - STRIP) : 1;
    return p;
}

void ob_help_open(struct ob_help *h)
{
    memset(h, 0, sizeof *h);
    h->open = true;
}

static void scroll_to(struct ob_help *h, const struct ob_help_lines *l,
                      const struct plan *p, long top)
{
    long most = l->n > p->rows ? (long)(l->n - p->rows) : 0;
    h->top = (size_t)(top < 0 ? 0 : top > most ? most : top);
}

/* The next match from line `from` on in a direction, and round; points at none where
 * there is none. */
static void seek(struct ob_help *h, const struct ob_help_lines *l, const struct plan *p,
                 size_t from, bool back)
{
    h->found = 0;
    for (size_t i = 0; i < l->n && h->find.n > 0; i++) {
        size_t at = back ? (from + l->n - i) % l->n : (from + i) % l->n;
        if (ob_help_has(&l->line[at], h->find.text)) {
            h->found = at + 1;
            if (at < h->top || at >= h->top + p->rows)
                scroll_to(h, l, p, (long)at - (long)(p->rows / 3));
            return;
        }
    }
}

static bool find_key(struct ob_help *h, const struct ob_help_lines *l,
                     const struct plan *p, uint32_t key)
{
    switch (ob_lineedit_key(&h->find, key)) {
    case OB_EDITED_TEXT:
        seek(h, l, p, h->top, false);
        break;
    case OB_EDITED_DROPPED:
        h->found = 0;
        break;
    default:
        break;
    }
    return true;
}

bool ob_help_key(struct ob_help *h, const struct ob_help_about *about, uint32_t key)
{
    struct ob_help_lines l;
    struct plan p = plan_of(about);
    long top = (long)h->top, page = (long)p.rows;
    ob_help_collect(about, p.width, &l);
    if (h->find.open)
        return find_key(h, &l, &p, key);
    switch (ob_request_of(OB_SCOPE_HELP, key)) {
    case OB_REQUEST_HELP_FIND:
        ob_lineedit_open(&h->find, "");
        break;
    case OB_REQUEST_HELP_NEXT:
        seek(h, &l, &p, h->found, false);
        break;
    case OB_REQUEST_HELP_PREVIOUS:
        seek(h, &l, &p, h->found > 1 ? h->found - 2 : l.n - 1, true);
        break;
    case OB_REQUEST_UP:
        scroll_to(h, &l, &p, top - 1);
        break;
    case OB_REQUEST_DOWN:
        scroll_to(h, &l, &p, top + 1);
        break;
    case OB_REQUEST_PAGE_UP:
        scroll_to(h, &l, &p, top - page);
        break;
    case OB_REQUEST_HELP_PAGE:
    case OB_REQUEST_PAGE_DOWN:
        scroll_to(h, &l, &p, top + page);
        break;
    case OB_REQUEST_FIRST:
        scroll_to(h, &l, &p, 0);
        break;
    case OB_REQUEST_LAST:
        scroll_to(h, &l, &p, (long)l.n);
        break;
    case OB_REQUEST_GLYPHS:
    case OB_REQUEST_COLOURS:
    case OB_REQUEST_REDRAW:
    case OB_REQUEST_SUSPEND:
    case OB_REQUEST_MOUSE:
        return false;
    default:
        h->open = false;
        break;
    }
    return true;
}

/* One line with every kind of glyph, to see what the font can do. */
static void test_strip(struct ob_canvas *c, struct ob_rect r, enum ob_glyphs now)
{
    static const uint8_t wave[] = { 0x40, 0x44, 0x06, 0x03, 0x11, 0x30, 0xa0, 0xc0 };
    int x = r.x;
    x += ob_canvas_text(c, x, r.y, r.w, "V glyphs:", OB_STYLE_TEXT);
    for (int tier = 0; tier < OB_GLYPH_TIERS; tier++) {
        /* Plain ASCII shows nothing that an ASCII terminal could not. */
        if (now == OB_GLYPHS_ASCII && tier != OB_GLYPHS_ASCII)
            continue;
        x += 1;
        for (size_t i = 0; i < OB_COUNT(wave); i++) {
            char glyph[5];
            ob_glyph((enum ob_glyphs)tier, wave[i], glyph);
            x += ob_canvas_text(c, x, r.y, r.x + r.w - x, glyph, OB_STYLE_A);
        }
        x += 1;
        x +=
            ob_canvas_text(c, x, r.y, r.x + r.w - x, ob_glyphs_name((enum ob_glyphs)tier),
                           tier == (int)now ? OB_STYLE_KEY : OB_STYLE_DIM);
    }
}

/* What is sought, or else the test strip. */
static void draw_foot(const struct ob_help *h, const struct ob_help_about *about,
                      const struct ob_help_lines *l, struct ob_canvas *c,
                      struct ob_rect r)
{
    size_t all = 0, here = 0;
    if (!h->find.open && h->find.n == 0) {
        test_strip(c, r, about->glyphs);
        return;
    }
    for (size_t i = 0; i < l->n && h->find.n > 0; i++) {
        all += ob_help_has(&l->line[i], h->find.text);
        here += all > 0 && i + 1 <= h->found && ob_help_has(&l->line[i], h->find.text);
    }
    ob_canvas_text(c, r.x, r.y, 1, "/", OB_STYLE_KEY);
    int x = r.x + 1 + ob_lineedit_draw(&h->find, c, r.x + 1, r.y, r.w - 20);
    struct ob_rect rest = { x + 2, r.y, r.x + r.w - x - 2, 1 };
    if (h->find.n > 0 && all == 0)
        ob_canvas_line(c, rest, 0, OB_LEFT, OB_STYLE_WARN, "is not in here");
    else if (h->find.n > 0)
        ob_canvas_line(c, rest, 0, OB_LEFT, OB_STYLE_DIM, "%zu of %zu", here, all);
}

static void draw_line(const struct ob_help_line *line, bool found, struct ob_canvas *c,
                      struct ob_rect r)
{
    int x = line->keys ? ob_help_indent(r.w) : 0;
    if (line->keys)
        ob_canvas_text(c, r.x, r.y, x - 1, line->keys, OB_STYLE_KEY);
    r.x += x;
    r.w -= x;
    ob_canvas_line(c, r, 0, OB_LEFT, line->head ? OB_STYLE_TITLE : OB_STYLE_TEXT, "%.*s",
                   line->n, line->text);
    if (found)
        ob_canvas_restyle(c, (struct ob_rect){ r.x - x, r.y, r.w + x, 1 },
                          OB_STYLE_CURSOR);
}

void ob_help_draw(const struct ob_help *h, const struct ob_help_about *about,
                  struct ob_canvas *c)
{
    struct ob_help_lines l;
    struct plan p = plan_of(about);
    char title[96];
    if (!h->open)
        return;
    ob_help_collect(about, p.width, &l);
    size_t top = h->top < l.n ? h->top : 0;
    size_t pages = (l.n + p.rows - 1) / p.rows, page = (top + p.rows - 1) / p.rows + 1;
    snprintf(title, sizeof title, "help: %s  %zu/%zu  Esc closes", about->screen,
             page < pages ? page : pages, pages);
    ob_canvas_fill(c, p.frame, " ", OB_STYLE_TEXT);
    ob_canvas_box(c, p.frame, about->glyphs, title);
    for (size_t i = 0; i < p.rows && top + i < l.n; i++)
        draw_line(&l.line[top + i], h->found == top + i + 1, c,
                  (struct ob_rect){ p.in.x, p.in.y + (int)i, p.width, 1 });
    if (p.in.h > (int)p.rows)
        draw_foot(h, about, &l, c,
                  (struct ob_rect){ p.in.x, p.in.y + p.in.h - 1, p.width, 1 });
    struct ob_rect keys = { 0, c->h - 1, c->w, 1 };
    if (p.frame.y + p.frame.h >= c->h)
        return;
    ob_canvas_fill(c, keys, " ", OB_STYLE_TEXT);
    ob_screen_keys(h->find.open ? OB_SCOPE_EDIT : OB_SCOPE_HELP, OB_HINTS_RUN, c, keys);
}
