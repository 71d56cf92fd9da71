#include "optbench/ui/picker.h"

#include <stdio.h>
#include <string.h>

#include "optbench/ui/request.h"

enum { WIDTH = 40, PAGE = 8 };

void ob_picker_open(struct ob_picker *p)
{
    p->at = 0;
    ob_lineedit_open(&p->filter, "");
}

/* The next name from place i on that holds what was typed; n where there is none. */
static size_t next_match(const struct ob_picker *p, const struct ob_picker_list *l,
                         size_t i)
{
    while (i < l->n && !strstr(l->name[i], p->filter.text))
        i++;
    return i;
}

static size_t matches(const struct ob_picker *p, const struct ob_picker_list *l)
{
    size_t n = 0;
    for (size_t i = next_match(p, l, 0); i < l->n; i = next_match(p, l, i + 1))
        n++;
    return n;
}

/* Place of the name under the cursor; n where nothing fits. */
static size_t selected(const struct ob_picker *p, const struct ob_picker_list *l)
{
    size_t i = next_match(p, l, 0);
    for (size_t k = 0; k < p->at && i < l->n; k++)
        i = next_match(p, l, i + 1);
    return i;
}

static void move(struct ob_picker *p, const struct ob_picker_list *l, long by)
{
    long n = (long)matches(p, l), to = (long)p->at + by;
    if (to >= n)
        to = n - 1;
    p->at = to > 0 ? (size_t)to : 0;
}

enum ob_picked ob_picker_key(struct ob_picker *p, const struct ob_picker_list *l,
                             uint32_t key, size_t *chosen)
{
    if (!p->filter.open)
        return OB_PICKED_NOT;
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
    switch (ob_lineedit_key(&p->filter, key)) {
    case OB_EDITED_TAKEN:
        *chosen = selected(p, l);
        return *chosen < l->n ? OB_PICKED_TAKEN : OB_PICKED_CLOSED;
    case OB_EDITED_DROPPED:
        return OB_PICKED_CLOSED;
    case OB_EDITED_TEXT:
        p->at = 0;
        return OB_PICKED_MOVED;
    default:
        return OB_PICKED_MOVED;
    }
}

void ob_picker_draw(const struct ob_picker *p, const struct ob_picker_list *l,
                    enum ob_glyphs tier, struct ob_canvas *c)
{
    int w = c->w < WIDTH ? c->w : WIDTH, most = c->h > 6 ? c->h - 6 : 1;
    int rows = l->n < (size_t)most ? (int)l->n : most;
    struct ob_rect r = { (c->w - w) / 2, (c->h - rows - 3) / 2, w, rows + 3 };
    char count[48];
    if (!p->filter.open)
        return;
    if (r.y < 0)
        r.y = 0;
    ob_canvas_fill(c, r, " ", OB_STYLE_TEXT);
    struct ob_rect in = ob_canvas_box(c, r, tier, l->title);
    int n = snprintf(count, sizeof count, "%zu of %zu", matches(p, l), l->n);
    ob_canvas_text(c, in.x, in.y, 1, "/", OB_STYLE_KEY);
    ob_lineedit_draw(&p->filter, c, in.x + 1, in.y, in.w - n - 3);
    ob_canvas_line(c, in, 0, OB_RIGHT, OB_STYLE_DIM, "%s", count);
    /* The page that the cursor is on. */
    size_t first = rows > 0 ? p->at / (size_t)rows * (size_t)rows : 0, place = 0;
    for (size_t i = next_match(p, l, 0); i < l->n; i = next_match(p, l, i + 1), place++) {
        int line = (int)(place - first) + 1;
        if (place < first || line > rows || line >= in.h)
            continue;
        bool here = place == p->at;
        ob_canvas_line(c, in, line, OB_LEFT, here ? OB_STYLE_CURSOR : OB_STYLE_TEXT,
                       "%s %s", here ? ">" : " ", l->name[i]);
    }
}
