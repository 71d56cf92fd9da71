#include "optbench/ui/picker.h"

#include <stdio.h>
#include <string.h>

#include "optbench/base/text.h"
#include "optbench/ui/request.h"
#include "optbench/ui/screen.h"
#include "picker_match.h"

enum {
    PAGE = 8,
    NARROW = 40,  /* columns of a list of names alone */
    MEDIUM = 64,  /* ... of one with explanations below */
    WIDE = 104,   /* ... beside */
    BESIDE = 90,  /* columns of the canvas from which on they stand beside */
    BELOW = 11,   /* lines of the canvas from which on they stand below */
    NAME_MAX = 20 /* columns of a name before its summary */
};

void ob_picker_open(struct ob_picker *p)
{
    p->at = 0;
    ob_lineedit_open(&p->filter, "");
}

void ob_picker_open_at(struct ob_picker *p, size_t at)
{
    ob_picker_open(p);
    p->at = at;
}

static void move(struct ob_picker *p, const struct ob_picker_list *l, long by)
{
    long n = (long)ob_picker_matches(p, l), to = (long)p->at + by;
    if (to >= n)
        to = n - 1;
    p->at = to > 0 ? (size_t)to : 0;
}

enum ob_picked ob_picker_key(struct ob_picker *p, const struct ob_picker_list *l,
                             uint32_t key, size_t *chosen)
{
    if (!p->filter.open)
        return OB_PICKED_NOT;
    if (key >= OB_KEY_PICK) {
        p->at = key - OB_KEY_PICK;
        key = OB_KEY_ENTER;
    }
    switch (key) {
    case OB_KEY_UP:
        move(p, l, -1);
        return OB_PICKED_MOVED;
    case OB_KEY_DOWN:
        move(p, l, 1);
        return OB_PICKED_MOVED;
    case OB_KEY_PAGE_UP:
        move(p, l, -PAGE);
        return OB_PICKED_MOVED;
    case OB_KEY_PAGE_DOWN:
        move(p, l, PAGE);
        return OB_PICKED_MOVED;
    default:
        break;
    }
    /* The sign before the filter, typed as if it opened it. */
    if (key == '/' && p->filter.n == 0)
        return OB_PICKED_MOVED;
    switch (ob_lineedit_key(&p->filter, key)) {
    case OB_EDITED_TAKEN:
        *chosen = ob_picker_selected(p, l);
        if (*chosen < l->n)
            return OB_PICKED_TAKEN;
        p->filter.open = l->n > 0; /* nothing fits: the filter is what must change */
        return p->filter.open ? OB_PICKED_MOVED : OB_PICKED_CLOSED;
    case OB_EDITED_DROPPED:
        return OB_PICKED_CLOSED;
    case OB_EDITED_TEXT:
        p->at = 0;
        return OB_PICKED_MOVED;
    default:
        return OB_PICKED_MOVED;
    }
}

/* Where things go: the frame, the list in it with the line that is typed, and the
 * explanation, empty where there is none or no room. */
struct plan {
    struct ob_rect frame;
    bool beside;
    int list, more; /* lines of entries; lines or, beside, columns of the explanation */
};

static bool explains(const struct ob_picker_list *l)
{
    for (size_t i = 0; l->entry && i < l->n; i++)
        if (l->entry[i].text || l->entry[i].summary)
            return true;
    return false;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static struct plan plan_of(const struct ob_picker_list *l, int w, int h)
{
    int n = l->n < 1000 ? (int)l->n : 1000, room = h > 6 ? h - 6 : 1;
    struct plan p = { .beside = explains(l) && w >= BESIDE };
    int width = least(w, p.beside ? WIDE : explains(l) ? MEDIUM : NARROW);
    p.list = least(n, room);
    if (p.beside) {
        p.more = width * 5 / 9;
        if (p.list < 12)
            p.list = least(12, room);
    } else if (explains(l) && h >= BELOW) {
        /* At least a few lines of explanation, the list gets the rest. */
        room = h - 4;
        int lines = least(9, room / 2);
        p.list = least(n, room - lines - 1);
        p.more = least(12, room - p.list - 1);
    }
    int height = p.list + 3 + (p.beside || p.more == 0 ? 0 : p.more + 1);
    p.frame = (struct ob_rect){ (w - width) / 2, (h - height) / 2, width, height };
    if (p.frame.y < 0)
        p.frame.y = 0;
    return p;
}

/* Columns of the names, as wide as the widest. */
static int name_width(const struct ob_picker_list *l)
{
    int widest = 0;
    for (size_t i = 0; i < l->n; i++) {
        int w = ob_text_width(ob_picker_entry_at(l, i).name);
        widest = w > widest ? w : widest;
    }
    return least(widest, NAME_MAX);
}

static void draw_entry(struct ob_canvas *c, struct ob_rect line,
                       const struct ob_picker_entry *e, int width, bool here)
{
    const char *about = e->summary ? e->summary : e->title;
    int x = ob_canvas_text(c, line.x, line.y, line.w, here ? "> " : "  ",
                           here ? OB_STYLE_CURSOR : OB_STYLE_TEXT);
    bool both = about && line.w > width + 12;
    ob_canvas_text(c, line.x + x, line.y, both ? width : line.w - x, e->name,
                   here ? OB_STYLE_CURSOR : OB_STYLE_TEXT);
    if (both)
        ob_canvas_text(c, line.x + x + width + 2, line.y, line.w - x - width - 2, about,
                       here ? OB_STYLE_CURSOR : OB_STYLE_DIM);
    if (here)
        ob_canvas_restyle(c, line, OB_STYLE_CURSOR);
}

/* Paragraphs between line breaks; returns the line behind them. */
static int draw_text(struct ob_canvas *c, struct ob_rect r, int line, const char *text,
                     enum ob_style style)
{
    char part[512];
    while (text && *text) {
        size_t n = strcspn(text, "\n");
        snprintf(part, sizeof part, "%.*s", (int)n, text);
        line = *part ? ob_screen_paragraph(c, r, line, part, style) : line + 1;
        text += n + (text[n] == '\n');
    }
    return line;
}

static void draw_more(struct ob_canvas *c, struct ob_rect r,
                      const struct ob_picker_entry *e)
{
    int line = 0;
    line = draw_text(c, r, line, e->title, OB_STYLE_TITLE);
    line = draw_text(c, r, line, e->summary, OB_STYLE_TEXT);
    if (e->text)
        line = draw_text(c, r, line + 1, e->text, OB_STYLE_TEXT);
    if (e->reference)
        draw_text(c, r, line + 1, e->reference, OB_STYLE_DIM);
}

/* The entries that fit, the page that the cursor is on. */
static void draw_list(const struct ob_picker *p, const struct ob_picker_list *l,
                      struct ob_canvas *c, struct ob_rect r)
{
    size_t rows = r.h > 0 ? (size_t)r.h : 1, first = p->at / rows * rows, place = 0;
    int width = name_width(l);
    struct ob_picker_walk w = ob_picker_first(p, l);
    if (w.i == l->n)
        ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_DIM, "  nothing fits; Esc leaves");
    for (; w.i < l->n && place < first + rows; ob_picker_next(p, l, &w), place++) {
        struct ob_rect line = { r.x, r.y + (int)(place - first), r.w, 1 };
        struct ob_picker_entry e = ob_picker_entry_at(l, w.i);
        if (place < first || r.h <= 0)
            continue;
        ob_canvas_zone(c, line, OB_KEY_PICK + (uint32_t)place);
        draw_entry(c, line, &e, width, place == p->at);
    }
}

static void draw_filter(const struct ob_picker *p, const struct ob_picker_list *l,
                        struct ob_canvas *c, struct ob_rect in)
{
    char count[48];
    int n = snprintf(count, sizeof count, "%zu of %zu", ob_picker_matches(p, l), l->n);
    ob_canvas_text(c, in.x, in.y, 1, "/", OB_STYLE_KEY);
    int used = ob_lineedit_draw(&p->filter, c, in.x + 1, in.y, in.w - n - 3);
    if (!p->filter.n)
        ob_canvas_text(c, in.x + 2 + used, in.y, in.w - n - 5 - used, "type to filter",
                       OB_STYLE_DIM);
    ob_canvas_line(c, in, 0, OB_RIGHT, OB_STYLE_DIM, "%s", count);
}

void ob_picker_draw(const struct ob_picker *p, const struct ob_picker_list *l,
                    enum ob_glyphs tier, struct ob_canvas *c)
{
    struct plan plan = plan_of(l, c->w, c->h);
    if (!p->filter.open)
        return;
    ob_canvas_fill(c, plan.frame, " ", OB_STYLE_TEXT);
    /* What it covers cannot be pressed. */
    ob_canvas_zone(c, plan.frame, OB_KEY_UNKNOWN);
    struct ob_rect in = ob_canvas_box(c, plan.frame, tier, l->title);
    struct ob_rect list = { in.x, in.y + 1, in.w, least(plan.list, in.h - 1) };
    struct ob_rect more = { in.x + 1, list.y + list.h + 1, in.w - 2, in.h - list.h - 2 };
    if (plan.beside) {
        list.w = in.w - plan.more - 2;
        more = (struct ob_rect){ list.x + list.w + 2, in.y + 1, plan.more, list.h };
    }
    draw_filter(p, l, c, in);
    draw_list(p, l, c, list);
    size_t at = ob_picker_selected(p, l);
    if (plan.more == 0 || at == l->n)
        return;
    const struct ob_picker_entry e = ob_picker_entry_at(l, at);
    struct ob_rect rule = plan.beside
                              ? (struct ob_rect){ more.x - 2, in.y + 1, 1, list.h }
                              : (struct ob_rect){ in.x, more.y - 1, in.w, 1 };
    ob_canvas_fill(c, rule, ob_rule_glyph(tier, plan.beside ? OB_RULE_V : OB_RULE_H),
                   OB_STYLE_BORDER);
    draw_more(c, more, &e);
}
