#include "optbench/ui/path_picker.h"

#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/ui/screen.h"

enum { WIDTH = 76, SIZE = 8 };

static void draw_entry(struct ob_canvas *c, struct ob_rect line,
                       const struct ob_browse_entry *e, bool here)
{
    char size[32] = "";
    enum ob_style style = e->folder  ? OB_STYLE_KEY
                          : e->table ? OB_STYLE_TEXT
                                     : OB_STYLE_DIM;
    bool sized = line.w > 30;
    int room = line.w - 2 - (sized ? SIZE + 2 : 0);
    ob_canvas_text(c, line.x, line.y, 2, here ? "> " : "  ", OB_STYLE_TEXT);
    int used = ob_canvas_text(c, line.x + 2, line.y, e->folder ? room - 1 : room,
                              e->label, style);
    if (e->folder)
        ob_canvas_text(c, line.x + 2 + used, line.y, 1, "/", style);
    if (!e->folder && e->size >= 0)
        ob_bytes_show(size, (uint64_t)e->size);
    if (sized)
        ob_canvas_line(c, line, 0, OB_RIGHT, OB_STYLE_DIM, "%s ", size);
    if (here)
        ob_canvas_restyle(c, line, OB_STYLE_CURSOR);
}

/* The folder, its end where there is no room for all of it. */
static void draw_folder(struct ob_canvas *c, struct ob_rect line, const char *path)
{
    struct ob_buf safe = { 0 };
    ob_text_safe(&safe, path, strlen(path));
    const char *text = ob_buf_text(&safe), *rest = text;
    while (ob_text_width(rest) > line.w - 4 && strchr(rest + 1, '/'))
        rest = strchr(rest + 1, '/');
    ob_canvas_line(c, line, 0, OB_LEFT, OB_STYLE_TITLE, "%s%s", rest == text ? "" : "...",
                   rest);
    ob_buf_finish(&safe);
}

static void draw_list(const struct ob_path_picker *p, struct ob_canvas *c,
                      struct ob_rect r)
{
    size_t rows = r.h > 0 ? (size_t)r.h : 0;
    if (rows == 0)
        return;
    size_t first = p->at / rows * rows;
    for (size_t i = 0; i < rows && first + i < p->fits; i++)
        draw_entry(c, (struct ob_rect){ r.x, r.y + (int)i, r.w, 1 },
                   &p->folder.item[p->fit[first + i]], first + i == p->at);
    if (p->fits > 0)
        return;
    ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_DIM, "  %s",
                   p->line.n          ? "nothing of that name"
                   : !p->folder.path  ? ""
                   : p->folder.n == 0 ? "an empty folder; Left goes up"
                                      : "hidden files only; type . to see them");
}

void ob_path_picker_draw(const struct ob_path_picker *p, const char *title,
                         enum ob_glyphs tier, struct ob_canvas *c)
{
    int w = c->w < WIDTH ? c->w : WIDTH, h = c->h > 26 ? 24 : c->h - (c->h > 8 ? 2 : 0);
    struct ob_rect frame = { (c->w - w) / 2, (c->h - h) / 2, w, h };
    char count[64];
    if (!p->line.open)
        return;
    ob_canvas_fill(c, frame, " ", OB_STYLE_TEXT);
    struct ob_rect in = ob_canvas_box(c, frame, tier, title);
    struct ob_rect list = { in.x, in.y + 2, in.w, in.h - 3 };
    draw_folder(c, (struct ob_rect){ in.x, in.y, in.w, in.h > 0 },
                p->folder.path ? p->folder.path : "");
    int n = snprintf(count, sizeof count, "%zu of %zu%s", p->fits, p->folder.n,
                     p->folder.more ? "+" : "");
    if (in.h > 1) {
        struct ob_rect line = { in.x, in.y + 1, in.w, 1 };
        int used = ob_canvas_text(c, line.x, line.y, line.w, "name: ", OB_STYLE_LABEL);
        ob_lineedit_draw(&p->line, c, line.x + used, line.y, line.w - used - n - 2);
        ob_canvas_line(c, line, 0, OB_RIGHT, OB_STYLE_DIM, "%s", count);
    }
    draw_list(p, c, list);
    if (in.h < 3)
        return;
    struct ob_rect foot = { in.x, in.y + in.h - 1, in.w, 1 };
    if (p->why[0])
        ob_canvas_line(c, foot, 0, OB_LEFT, OB_STYLE_ERROR, "%s", p->why);
    else
        ob_canvas_line(c, foot, 0, OB_LEFT, OB_STYLE_DIM,
                       in.w >= 58 ? "Enter opens  Left goes up  Tab completes  /path/ "
                                    "goes there  Esc leaves"
                                  : "Enter opens  Left goes up");
}
