#include "optbench/ui/data_pane.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bars.h"
#include "data_chart.h"
#include "optbench/base/text.h"
#include "optbench/ui/screen.h"

/* The parts of a line, in the order in which they stand there. */
enum part { TYPE, ROLE, MISSING, MIN, MEAN, MAX, STD, SPREAD, PARTS };

static const struct {
    const char *title;
    int width;
} parts[PARTS] = {
    [TYPE] = { "TYPE", 8 }, [ROLE] = { "ROLE", 7 },     [MISSING] = { "MISSING", 7 },
    [MIN] = { "MIN", 9 },   [MEAN] = { "MEAN", 9 },     [MAX] = { "MAX", 9 },
    [STD] = { "STD", 9 },   [SPREAD] = { "SPREAD", 8 },
};

/* ... and in the order in which they get room. */
static const enum part wanted[PARTS] = {
    TYPE, SPREAD, MEAN, MISSING, MIN, MAX, ROLE, STD
};

enum {
    TABLE_LEAST = 6,
    NAME_LEAST = 10,
    NAME_MOST = 30,
    CELL = 10,
    DETAIL_FROM = 14,
    DETAIL = 4,
    CHART_FROM = 18,
    CHART = 7
};

struct plan {
    enum ob_glyphs tier;
    bool cells;           /* the first cells instead of the figures */
    struct ob_rect table; /* the titles and the columns below them */
    struct ob_rect detail, chart;
    bool has[PARTS];
    int name; /* columns of a name */
};

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int widest_name(const struct ob_data_view *v)
{
    int widest = NAME_LEAST;
    for (size_t j = 0; j < v->columns && widest < NAME_MOST; j++) {
        int w = ob_text_width(v->column[j].label);
        widest = w > widest ? w : widest;
    }
    return least(widest, NAME_MOST);
}

/* What has room in r below line `line`. */
static struct plan plan_of(const struct ob_data_view *v, struct ob_rect r, int line,
                           bool cursor)
{
    struct plan p = { .table = { r.x, r.y + line, r.w, r.h - line } };
    int room = r.w - 2 - NAME_LEAST;
    if (cursor && r.h >= DETAIL_FROM && p.table.h > 2 * DETAIL) {
        p.table.h -= DETAIL + 1;
        p.detail = (struct ob_rect){ r.x, p.table.y + p.table.h + 1, r.w, DETAIL };
    }
    if (p.detail.h > 0 && r.h >= CHART_FROM) {
        int more = r.h > 2 * CHART_FROM ? CHART : 0;
        p.table.h -= CHART + more;
        p.detail.y -= CHART + more;
        p.chart = (struct ob_rect){ r.x, p.detail.y + DETAIL, r.w, CHART + more };
    }
    for (size_t i = 0; i < PARTS; i++)
        if (room >= parts[wanted[i]].width + 1) {
            p.has[wanted[i]] = true;
            room -= parts[wanted[i]].width + 1;
        }
    p.name = least(NAME_LEAST + (room > 0 ? room : 0), widest_name(v));
    if (p.name > r.w - 2)
        p.name = r.w > 2 ? r.w - 2 : 0;
    return p;
}

static size_t page(int h)
{
    return h > 4 ? (size_t)h - 3 : 1;
}

bool ob_data_pane_move(struct ob_data_pane *p, size_t lines, enum ob_request r, int h)
{
    size_t last = lines > 0 ? lines - 1 : 0, step = page(h);
    p->at = p->at < last ? p->at : last;
    switch (r) {
    case OB_REQUEST_UP:
        p->at -= p->at > 0;
        return true;
    case OB_REQUEST_DOWN:
        p->at += p->at < last;
        return true;
    case OB_REQUEST_PAGE_UP:
        p->at = p->at > step ? p->at - step : 0;
        return true;
    case OB_REQUEST_PAGE_DOWN:
        p->at = last - p->at > step ? p->at + step : last;
        return true;
    case OB_REQUEST_FIRST:
        p->at = 0;
        return true;
    case OB_REQUEST_LAST:
        p->at = last;
        return true;
    default:
        return false;
    }
}

bool ob_data_pane_request(struct ob_data_pane *p, const struct ob_data_view *v,
                          enum ob_request r, int h)
{
    if (ob_data_pane_move(p, v->columns, r, h))
        return true;
    switch (r) {
    case OB_REQUEST_LEFT:
        p->cells = false;
        return true;
    case OB_REQUEST_RIGHT:
        p->cells = true;
        return true;
    default:
        return false;
    }
}

static double figure(const struct ob_data_column *col, enum part part)
{
    switch (part) {
    case MIN:
        return col->min;
    case MEAN:
        return col->mean;
    case MAX:
        return col->max;
    default:
        return col->std;
    }
}

static void draw_right(struct ob_canvas *c, struct ob_rect r, const char *text,
                       enum ob_style style)
{
    int used = ob_text_width(text);
    ob_canvas_text(c, r.x + (used < r.w ? r.w - used : 0), r.y, r.w, text, style);
}

static void draw_missing(struct ob_canvas *c, struct ob_rect r, size_t n)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", n);
    draw_right(c, r, n ? text : "-", n ? OB_STYLE_WARN : OB_STYLE_DIM);
}

/* A figure; in place of the mean of words how many there are. */
static void draw_figure(struct ob_canvas *c, struct ob_rect r, enum part part,
                        const struct ob_data_column *col)
{
    char text[32];
    bool words = col->type == OB_DATA_CATEGORY || col->type == OB_DATA_TEXT;
    double v = figure(col, part);
    if (part == MEAN && words)
        snprintf(text, sizeof text, "%zu%s words", col->distinct,
                 col->distinct_more ? "+" : "");
    else
        ob_show_number(text, v, r.w);
    draw_right(c, r, ob_text_width(text) > r.w ? "words" : text,
               isnan(v) ? OB_STYLE_DIM : OB_STYLE_VALUE);
}

static void draw_part(struct ob_canvas *c, struct ob_rect r, enum part part,
                      const struct ob_data_column *col, enum ob_glyphs tier)
{
    bool used = col->role != OB_DATA_UNUSED;
    enum ob_style style = used ? OB_STYLE_TEXT : OB_STYLE_DIM;
    switch (part) {
    case TYPE:
        ob_canvas_text(c, r.x, r.y, r.w, ob_data_type_name(col->type),
                       col->odd ? OB_STYLE_WARN : style);
        break;
    case ROLE:
        ob_canvas_text(c, r.x, r.y, r.w, used ? ob_data_role_name(col->role) : "-",
                       style);
        break;
    case MISSING:
        draw_missing(c, r, col->missing);
        break;
    case SPREAD:
        ob_bars_draw(c, r.x, r.y, col->bins, tier);
        break;
    default:
        draw_figure(c, r, part, col);
    }
}

/* The first cells, in columns of ten. */
static void draw_cells(struct ob_canvas *c, struct ob_rect line,
                       const struct ob_data_column *col)
{
    for (size_t i = 0; i < col->cells; i++) {
        int x = line.x + (int)i * (CELL + 1), room = line.x + line.w - x;
        if (room < 3)
            break;
        bool none = !*col->cell[i];
        ob_canvas_text(c, x, line.y, least(room, CELL), none ? "-" : col->cell[i],
                       none ? OB_STYLE_WARN : OB_STYLE_VALUE);
    }
}

static void draw_titles(struct ob_canvas *c, const struct plan *p)
{
    int x = p->table.x + 2, y = p->table.y;
    ob_canvas_text(c, x, y, p->name, "COLUMN", OB_STYLE_LABEL);
    x += p->name + 1;
    if (p->cells)
        ob_canvas_text(c, x, y, p->table.x + p->table.w - x, "FIRST CELLS",
                       OB_STYLE_LABEL);
    for (size_t i = 0; i < PARTS && !p->cells; i++) {
        if (!p->has[i])
            continue;
        bool left = i == TYPE || i == ROLE || i == SPREAD;
        int w = parts[i].width;
        ob_canvas_text(c, left ? x : x + w - (int)strlen(parts[i].title), y, w,
                       parts[i].title, OB_STYLE_LABEL);
        x += w + 1;
    }
}

static void draw_column(struct ob_canvas *c, struct ob_rect line, const struct plan *p,
                        const struct ob_data_column *col)
{
    const char *mark = col->role == OB_DATA_TARGET    ? "*"
                       : col->role == OB_DATA_FEATURE ? "+"
                                                      : " ";
    int x = line.x + 2;
    ob_canvas_text(c, line.x, line.y, 1, mark, OB_STYLE_MARK);
    ob_canvas_text(c, x, line.y, p->name, col->label,
                   col->role == OB_DATA_UNUSED ? OB_STYLE_DIM : OB_STYLE_TEXT);
    x += p->name + 1;
    if (p->cells)
        draw_cells(c, (struct ob_rect){ x, line.y, line.x + line.w - x, 1 }, col);
    for (size_t i = 0; i < PARTS && !p->cells; i++) {
        if (!p->has[i])
            continue;
        struct ob_rect r = { x, line.y, parts[i].width, 1 };
        draw_part(c, r, (enum part)i, col, p->tier);
        x += r.w + 1;
    }
}

static void draw_table(struct ob_canvas *c, const struct plan *p,
                       const struct ob_data_view *v, size_t at, bool cursor)
{
    size_t rows = p->table.h > 1 ? (size_t)p->table.h - 1 : 0;
    if (rows == 0)
        return;
    size_t first = at / rows * rows;
    draw_titles(c, p);
    for (size_t i = 0; i < rows && first + i < v->columns; i++) {
        struct ob_rect line = { p->table.x, p->table.y + 1 + (int)i, p->table.w, 1 };
        draw_column(c, line, p, &v->column[first + i]);
        if (cursor && first + i == at) {
            ob_canvas_text(c, line.x + 1, line.y, 1, ">", OB_STYLE_CURSOR);
            ob_canvas_restyle(c, line, OB_STYLE_CURSOR);
        }
    }
}

/* The column under the cursor in full. */
static void draw_detail(struct ob_canvas *c, struct ob_rect r,
                        const struct ob_data_column *col)
{
    struct ob_buf text = { 0 };
    char lo[32], hi[32], std[32];
    int line = ob_screen_paragraph(c, r, 0, col->label, OB_STYLE_TITLE);
    ob_buf_addf(&text, "%s, %s; %s%zu different, %zu missing",
                ob_data_type_name(col->type), ob_data_role_name(col->role),
                col->distinct_more ? "more than " : "", col->distinct, col->missing);
    if (col->type == OB_DATA_NUMBER) {
        ob_show_number(lo, col->min, 12);
        ob_show_number(hi, col->max, 12);
        ob_show_number(std, col->std, 12);
        ob_buf_addf(&text, "; %s to %s, std %s", lo, hi, std);
    }
    line = ob_screen_paragraph(c, r, line, ob_buf_text(&text), OB_STYLE_TEXT);
    if (col->odd) {
        ob_buf_clear(&text);
        ob_buf_addf(&text, "%zu cell%s no number, the first in line %u: '%s'", col->odd,
                    col->odd == 1 ? " is" : "s are", col->odd_line, col->odd_text);
        line = ob_screen_paragraph(c, r, line, ob_buf_text(&text), OB_STYLE_WARN);
    }
    ob_buf_clear(&text);
    for (size_t i = 0; i < col->cells; i++)
        ob_buf_addf(&text, "%s%s", i ? ", " : "begins ",
                    *col->cell[i] ? col->cell[i] : "(none)");
    ob_screen_paragraph(c, r, line, ob_buf_text(&text), OB_STYLE_DIM);
    ob_buf_finish(&text);
}

/* "  train 120, val 30": where not all rows are for training; returns the columns used.
 */
static int draw_parts(const struct ob_data_view *v, struct ob_canvas *c, struct ob_rect r)
{
    static const char *const name[] = { "train", "val", "test" };
    char text[96] = "";
    size_t n = 0;
    for (size_t i = 0; i < OB_COUNT(name) && v->part[1] + v->part[2] > 0; i++)
        if (v->part[i] > 0 && n < sizeof text)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s %zu", n ? ", " : "  ",
                                  name[i], v->part[i]);
    return ob_text_width(text) < r.w
               ? ob_canvas_text(c, r.x, r.y, r.w, text, OB_STYLE_VALUE)
               : 0;
}

/* How many rows, and where from. */
static void draw_head(const struct ob_data_view *v, bool waiting, struct ob_canvas *c,
                      struct ob_rect r)
{
    char count[96], name[512];
    size_t all = v->columns + v->columns_more;
    int n = snprintf(count, sizeof count, "%s%zu row%s, %zu column%s",
                     v->whole ? "" : "about ", v->rows, v->rows == 1 ? "" : "s", all,
                     all == 1 ? "" : "s");
    if (!v->whole)
        snprintf(count + n, sizeof count - (size_t)n, " (first %zu read)", v->rows_read);
    int used = ob_canvas_text(c, r.x, r.y, r.w, count, OB_STYLE_TITLE);
    used += draw_parts(v, c, (struct ob_rect){ r.x + used, r.y, r.w - used, 1 });
    const char *right = v->origin;
    if (waiting)
        right = "looking ...";
    int room = r.w - used - 2, width = ob_text_width(right);
    if (room < 8 || !*right)
        return;
    /* The end of a path tells more than its beginning. */
    while (width > room - 2 && strchr(right, '/') && !waiting) {
        right = strchr(right, '/') + 1;
        width = ob_text_width(right);
    }
    snprintf(name, sizeof name, "%.*s", (int)ob_text_clip(right, room), right);
    draw_right(c, (struct ob_rect){ r.x + used + 2, r.y, room, 1 }, name,
               waiting ? OB_STYLE_WARN : OB_STYLE_DIM);
}

/* What is wrong, in words; returns the line behind it. */
static int draw_faults(const struct ob_data_view *v, struct ob_canvas *c,
                       struct ob_rect r, int line)
{
    int most = v->columns ? line + (r.h < 12 ? 1 : r.h / 3) : r.h;
    struct ob_rect room = { r.x, r.y, r.w, least(r.h, most) };
    size_t i = 0;
    for (; i < v->problems.n && line < room.h; i++) {
        const struct ob_fault *f = &v->problems.item[i];
        struct ob_buf text = { 0 };
        if (*f->key)
            ob_buf_addf(&text, "%s.%s: ", f->section, f->key);
        else if (*f->file && f->line)
            ob_buf_addf(&text, "line %u: ", f->line);
        ob_text_safe(&text, f->text, strlen(f->text));
        line = ob_screen_paragraph(c, room, line, ob_buf_text(&text), OB_STYLE_ERROR);
        ob_buf_finish(&text);
    }
    if (i < v->problems.n && line > 0)
        ob_canvas_line(c, room, line - 1, OB_RIGHT, OB_STYLE_ERROR, " and %zu more",
                       v->problems.n - i);
    return line;
}

void ob_data_pane_draw(const struct ob_data_pane *pane, const struct ob_data_view *v,
                       const struct ob_data_pane_opts *opts, struct ob_canvas *c,
                       struct ob_rect r)
{
    if (r.w < 1 || r.h < 1)
        return;
    if (!v->known) {
        ob_canvas_line(c, r, 0, OB_LEFT, OB_STYLE_DIM, "%s",
                       opts->waiting ? "looking at the data ..." : "no data chosen");
        return;
    }
    int line = 0;
    if (v->columns || v->problems.n == 0) {
        draw_head(v, opts->waiting, c, (struct ob_rect){ r.x, r.y, r.w, 1 });
        line++;
    }
    line = draw_faults(v, c, r, line);
    if (v->columns == 0 || line >= r.h || r.w < TABLE_LEAST)
        return;
    struct plan p = plan_of(v, r, line, opts->cursor);
    p.tier = opts->tier;
    p.cells = pane->cells;
    size_t at = pane->at < v->columns ? pane->at : v->columns - 1;
    draw_table(c, &p, v, at, opts->cursor);
    if (p.detail.h > 0)
        draw_detail(c, p.detail, &v->column[at]);
    ob_data_chart_draw(&v->column[at], p.tier, c, p.chart);
}
