/* Which classes are taken for which, over the live screen: a row for each class, a column
 * for what its rows were taken for. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "live_priv.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

#define AGAIN_NS INT64_C(1000000000) /* between two questions while the run goes on */

static const char table_name[] = "confusion";

enum {
    NAME_MOST = 16, /* columns of a class's name */
    CELL = 8,       /* columns of a count and the blank before it, at least */
    FOOT = 2,       /* lines below: what is under the cursor, how many are right */
};

/* What the feed has of it, NULL = nothing yet. */
static const struct ob_view_tensor *table_of(const struct ob_view *v)
{
    const struct ob_feed_tensor *t = v->tensor;
    bool there = t && strcmp(t->name, table_name) == 0 && t->whole.n > 0 &&
                 t->whole.ndim == 2 && t->whole.shape[0] == t->whole.shape[1];
    return there ? &t->whole : NULL;
}

static double count_at(const struct ob_view_tensor *t, size_t i, size_t j)
{
    return t->value[i * t->shape[1] + j];
}

/* Rows of class i; all rows and those that are right. */
static double row_sum(const struct ob_view_tensor *t, size_t i)
{
    double sum = 0;
    for (size_t j = 0; j < t->shape[1]; j++)
        sum += count_at(t, i, j);
    return sum;
}

static double column_sum(const struct ob_view_tensor *t, size_t j)
{
    double sum = 0;
    for (size_t i = 0; i < t->shape[0]; i++)
        sum += count_at(t, i, j);
    return sum;
}

static void totals(const struct ob_view_tensor *t, double *all, double *right)
{
    *all = *right = 0;
    for (size_t i = 0; i < t->shape[0]; i++) {
        *all += row_sum(t, i);
        *right += count_at(t, i, i);
    }
}

static void class_name(const struct ob_view_tensor *t, size_t i, char out[static 64])
{
    if (i < t->labels)
        ob_text_safe_z(out, 64, t->label[i]);
    else
        snprintf(out, 64, "%zu", i);
}

static void ask(struct ob_live_state *s, const struct ob_view *v, struct ob_wishes *wish)
{
    if (wish->wish != OB_WISH_NONE)
        return;
    s->confusion.asked_at = v->now_ns;
    s->confusion.asked_step = v->run.live.step;
    wish->wish = OB_WISH_TENSOR;
    snprintf(wish->text, sizeof wish->text, "%s", table_name);
}

void ob_live_confusion_open(struct ob_live_state *s, const struct ob_view *v,
                            struct ob_wishes *wish)
{
    s->confusion = (struct ob_live_confusion){ .shares = s->confusion.shares };
    s->sheet = &ob_live_sheet_confusion;
    ask(s, v, wish);
}

static void told(struct ob_live_state *s, const struct ob_view *v, unsigned bits,
                 struct ob_wishes *wish)
{
    bool due = v->now_ns - s->confusion.asked_at >= AGAIN_NS;
    if ((bits & OB_FEED_RUN) && v->run.live.step != s->confusion.asked_step &&
        (v->run.info.state == OB_RUN_PAUSED || due))
        ask(s, v, wish);
}

/* ---- places ---- */

static int names_width(const struct ob_view_tensor *t)
{
    int most = 4;
    for (size_t i = 0; i < t->shape[0]; i++) {
        char name[64];
        class_name(t, i, name);
        int w = ob_text_width(name);
        most = w > most ? w : most;
    }
    return most < NAME_MOST ? most : NAME_MOST;
}

struct places {
    struct ob_rect in;
    int name, cell;      /* columns of names, the cursor's mark included; of a count */
    size_t across, down; /* cells */
    bool right, foot;    /* there is room for them */
};

/* Behind the cells the share of each class that is right, where there is room. */
static struct places places_of(const struct ob_view_tensor *t, struct ob_rect sheet)
{
    struct places p = { .in = ob_live_sheet_inside(sheet) };
    p.name = names_width(t) + 2;
    /* As wide as the names above them, where all have room. */
    int all = (p.in.w - p.name) / ((int)t->shape[1] + 1), widest = p.name - 1;
    p.cell = all < widest ? all : widest;
    p.cell = p.cell > CELL ? p.cell : CELL;
    int cells = (p.in.w - p.name) / p.cell, lines = p.in.h - 1;
    p.foot = lines > 2 * FOOT;
    lines -= p.foot ? FOOT : 0;
    p.right = cells > 2;
    cells -= p.right;
    p.across = cells > 1 ? (size_t)cells : 1;
    p.down = lines > 1 ? (size_t)lines : 1;
    if (p.across > t->shape[1])
        p.across = t->shape[1];
    if (p.down > t->shape[0])
        p.down = t->shape[0];
    return p;
}

static void settle(size_t at, size_t shown, size_t n, size_t *first)
{
    if (at < *first)
        *first = at;
    else if (at >= *first + shown)
        *first = at - shown + 1;
    if (*first + shown > n)
        *first = n > shown ? n - shown : 0;
}

static void update(struct ob_live_state *s, const struct ob_view *v, struct ob_rect r)
{
    struct ob_live_confusion *f = &s->confusion;
    const struct ob_view_tensor *t = table_of(v);
    if (!t)
        return;
    size_t k = t->shape[0];
    f->row = f->row < k ? f->row : k - 1;
    f->column = f->column < k ? f->column : k - 1;
    struct places p = places_of(t, r);
    settle(f->row, p.down, k, &f->top);
    settle(f->column, p.across, k, &f->left);
}

/* ---- drawing ---- */

static void share_text(char out[static 40], double part, double of)
{
    char number[32];
    ob_number_show(number, sizeof number, 100 * part / of, 3);
    snprintf(out, 40, of > 0 ? "%s %%" : "-", number);
}

/* Those that are right and those that are not differ by more than their place. */
static enum ob_style style_of(size_t i, size_t j, double n)
{
    return i == j ? OB_STYLE_OK : n > 0 ? OB_STYLE_WARN : OB_STYLE_DIM;
}

static void draw_cell(const struct ob_live_confusion *f, const struct ob_view_tensor *t,
                      struct ob_canvas *c, struct ob_rect cell, size_t i, size_t j)
{
    char text[40];
    double n = count_at(t, i, j);
    if (f->shares)
        share_text(text, n, row_sum(t, i));
    else
        ob_show_number(text, n, cell.w - 1);
    ob_canvas_line(c, cell, 0, OB_RIGHT, style_of(i, j, n), "%s", text);
    if (i == f->row && j == f->column)
        ob_canvas_restyle(c, (struct ob_rect){ cell.x + 1, cell.y, cell.w - 1, 1 },
                          OB_STYLE_CURSOR);
}

static void draw_row(const struct ob_live_confusion *f, const struct ob_view_tensor *t,
                     const struct places *p, struct ob_canvas *c, size_t i)
{
    char text[64];
    int y = p->in.y + 1 + (int)(i - f->top), x = p->in.x + p->name;
    class_name(t, i, text);
    ob_canvas_text(c, p->in.x, y, 1, i == f->row ? ">" : " ", OB_STYLE_CURSOR);
    ob_canvas_text(c, p->in.x + 1, y, p->name - 2, text, OB_STYLE_TEXT);
    for (size_t j = f->left; j < f->left + p->across; j++, x += p->cell)
        draw_cell(f, t, c, (struct ob_rect){ x, y, p->cell, 1 }, i, j);
    share_text(text, count_at(t, i, i), row_sum(t, i));
    if (p->right)
        ob_canvas_line(c, (struct ob_rect){ x, y, p->cell, 1 }, 0, OB_RIGHT,
                       OB_STYLE_VALUE, "%s", text);
}

static void draw_heading(const struct ob_live_confusion *f,
                         const struct ob_view_tensor *t, const struct places *p,
                         struct ob_canvas *c)
{
    char text[64];
    int x = p->in.x + p->name;
    ob_canvas_text(c, p->in.x + 1, p->in.y, p->name - 2, "TRUE", OB_STYLE_LABEL);
    for (size_t j = f->left; j < f->left + p->across; j++, x += p->cell) {
        class_name(t, j, text);
        text[ob_text_clip(text, p->cell - 1)] = '\0';
        ob_canvas_line(c, (struct ob_rect){ x, p->in.y, p->cell, 1 }, 0, OB_RIGHT,
                       j == f->column ? OB_STYLE_TITLE : OB_STYLE_LABEL, "%s", text);
    }
    if (p->right)
        ob_canvas_line(c, (struct ob_rect){ x, p->in.y, p->cell, 1 }, 0, OB_RIGHT,
                       OB_STYLE_LABEL, "RIGHT");
}

/* "true cat taken for dog: 12 of 50 rows (24 %), 12 of the 60 taken for dog" */
static void here(const struct ob_live_confusion *f, const struct ob_view_tensor *t,
                 struct ob_buf *out)
{
    char is[64], taken[64], share[40];
    size_t i = f->row, j = f->column;
    if (i >= t->shape[0] || j >= t->shape[1])
        return;
    class_name(t, i, is);
    class_name(t, j, taken);
    share_text(share, count_at(t, i, j), row_sum(t, i));
    ob_buf_addf(out,
                "true %s, taken for %s: %.0f of %.0f rows (%s), of %.0f taken for it", is,
                taken, count_at(t, i, j), row_sum(t, i), share, column_sum(t, j));
}

static void draw_foot(const struct ob_live_confusion *f, const struct ob_view *v,
                      const struct ob_view_tensor *t, const struct places *p,
                      struct ob_canvas *c)
{
    bool parts = ob_run_model_has_column(&v->run, "val_loss");
    struct ob_buf text = { 0 };
    char share[40];
    double all, right;
    int y = p->in.y + p->in.h - FOOT;
    here(f, t, &text);
    ob_canvas_text(c, p->in.x, y, p->in.w, ob_buf_text(&text), OB_STYLE_VALUE);
    ob_buf_finish(&text);
    totals(t, &all, &right);
    share_text(share, right, all);
    ob_canvas_line(c, (struct ob_rect){ p->in.x, y + 1, p->in.w, 1 }, 0, OB_LEFT,
                   OB_STYLE_LABEL, "%s right, %.0f of %.0f %srows; %s", share, right, all,
                   parts ? "training " : "", f->shares ? "shares of each row" : "counts");
}

static void draw(const struct ob_live_state *s, const struct ob_view *v,
                 struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_live_confusion *f = &s->confusion;
    const struct ob_view_tensor *t = table_of(v);
    const struct ob_feed_tensor *of = v->tensor;
    char title[96], step[32];
    ob_count_show(step, sizeof step, t ? (double)t->step : 0);
    snprintf(title, sizeof title, "classes, and what they are taken for%s%s",
             t ? "  step " : "", t ? step : "");
    struct ob_rect in = ob_live_sheet_box(v, c, r, title);
    if (!t) {
        char why[512] = "asking for it ...";
        if (of && strcmp(of->name, table_name) == 0 && of->why[0])
            ob_text_safe_z(why, sizeof why, of->why);
        ob_screen_paragraph(c, in, 0, why, OB_STYLE_TEXT);
        return;
    }
    struct places p = places_of(t, r);
    size_t top = f->top + p.down <= t->shape[0] ? f->top : 0;
    size_t left = f->left + p.across <= t->shape[1] ? f->left : 0;
    struct ob_live_confusion shown = *f;
    shown.top = top;
    shown.left = left;
    draw_heading(&shown, t, &p, c);
    for (size_t i = top; i < top + p.down; i++)
        draw_row(&shown, t, &p, c, i);
    if (p.foot)
        draw_foot(&shown, v, t, &p, c);
}

/* ---- keys ---- */

static void move(size_t *at, long by, size_t n)
{
    long to = (long)*at + by;
    to = to < 0 ? 0 : to >= (long)n ? (long)n - 1 : to;
    *at = (size_t)to;
}

/* To the cell beside the diagonal that holds most. */
static void worst(struct ob_live_confusion *f, const struct ob_view_tensor *t)
{
    double most = -1;
    for (size_t i = 0; i < t->shape[0]; i++)
        for (size_t j = 0; j < t->shape[1]; j++)
            if (i != j && count_at(t, i, j) > most) {
                most = count_at(t, i, j);
                f->row = i;
                f->column = j;
            }
}

static bool request(struct ob_live_state *s, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish)
{
    enum { PAGE = 8 };
    struct ob_live_confusion *f = &s->confusion;
    const struct ob_view_tensor *t = table_of(v);
    size_t k = t ? t->shape[0] : 1;
    (void)wish;
    switch (r) {
    case OB_REQUEST_UP:
    case OB_REQUEST_DOWN:
        move(&f->row, r == OB_REQUEST_UP ? -1 : 1, k);
        return true;
    case OB_REQUEST_LEFT:
    case OB_REQUEST_RIGHT:
        move(&f->column, r == OB_REQUEST_LEFT ? -1 : 1, k);
        return true;
    case OB_REQUEST_PAGE_UP:
    case OB_REQUEST_PAGE_DOWN:
        move(&f->row, r == OB_REQUEST_PAGE_UP ? -PAGE : PAGE, k);
        return true;
    case OB_REQUEST_FIRST:
    case OB_REQUEST_LAST:
        f->row = f->column = r == OB_REQUEST_FIRST ? 0 : k - 1;
        return true;
    case OB_REQUEST_CLASSES_WORST:
        if (t)
            worst(f, t);
        return true;
    case OB_REQUEST_CLASSES_SHARES:
        f->shares = !f->shares;
        return true;
    default:
        return false;
    }
}

static bool value(const struct ob_live_state *s, const struct ob_view *v,
                  struct ob_buf *out)
{
    const struct ob_view_tensor *t = table_of(v);
    if (t)
        here(&s->confusion, t, out);
    return t && out->len > 0;
}

const struct ob_live_sheet ob_live_sheet_confusion = {
    .scope = OB_SCOPE_CLASSES,
    .draw = draw,
    .request = request,
    .update = update,
    .told = told,
    .value = value,
};
