#include "live_table.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/text.h"

double ob_param_line_ratio(const struct ob_param_line *l)
{
    return fabs(l->change) / fabs(l->value);
}

/* Like names of one tensor by their numbers: w2 before w10. */
static int by_name(const char *a, const char *b)
{
    while (*a && *b) {
        size_t na = strspn(a, "0123456789"), nb = strspn(b, "0123456789");
        int part = na > 0 && nb > 0 && na != nb ? (na < nb ? -1 : 1)
                   : na > 0 && nb > 0           ? strncmp(a, b, na)
                                                : (unsigned char)*a - (unsigned char)*b;
        if (part != 0)
            return part;
        a += na > 0 ? na : 1;
        b += na > 0 ? na : 1;
    }
    return (*a != '\0') - (*b != '\0');
}

static double key_of(const struct ob_param_line *l, enum ob_table_order order)
{
    switch (order) {
    case OB_TABLE_VALUE:
        return fabs(l->value);
    case OB_TABLE_GRADIENT:
        return fabs(l->grad);
    case OB_TABLE_CHANGE:
        return fabs(l->change);
    default:
        return ob_param_line_ratio(l);
    }
}

/* Whether line b belongs before line a; equal ones stay as they are, unknown ones go to
 * the end. */
static bool before(const struct ob_live_table *t, size_t b, size_t a)
{
    const struct ob_param_line *lb = &t->line[b], *la = &t->line[a];
    if (t->order == OB_TABLE_NAME)
        return by_name(lb->name, la->name) < 0;
    double kb = key_of(lb, t->order), ka = key_of(la, t->order);
    return !isnan(kb) && (isnan(ka) || kb > ka);
}

/* By insertion: from one take to the next hardly anything changes places. */
static void sort(struct ob_live_table *t, bool anew)
{
    for (size_t i = 0; anew && i < t->n; i++)
        t->sorted[i] = (unsigned short)i;
    for (size_t i = 1; i < t->n && t->order != OB_TABLE_MODEL; i++) {
        unsigned short at = t->sorted[i];
        size_t k = i;
        for (; k > 0 && before(t, at, t->sorted[k - 1]); k--)
            t->sorted[k] = t->sorted[k - 1];
        t->sorted[k] = at;
    }
}

/* The last rows of the parameter's series. */
static void trend_of_series(struct ob_table_trend *t, const struct ob_series *s,
                            size_t rows)
{
    size_t end = rows < s->n ? rows : s->n;
    size_t from = end > OB_TABLE_TREND ? end - OB_TABLE_TREND : 0;
    t->n = 0;
    for (size_t i = from; i < end; i++)
        t->value[t->n++] = ob_series_at(s, i);
}

static void trend_push(struct ob_table_trend *t, double value)
{
    if (t->n == OB_TABLE_TREND)
        memmove(t->value, t->value + 1, --t->n * sizeof *t->value);
    t->value[t->n++] = value;
}

static void take_trends(struct ob_live_table *t, const struct ob_run_model *m)
{
    bool logged = t->n > 0 && m->params == t->total &&
                  strcmp(m->param_name[0], t->line[0].name) == 0;
    if (logged) {
        for (size_t i = 0; i < t->n; i++)
            trend_of_series(&t->trend[i], &m->param[i], ob_run_model_rows(m, OB_Q_STEP));
        return;
    }
    if (m->live.step == t->trend_step && t->n > 0 && t->trend[0].n > 0)
        return;
    t->trend_step = m->live.step;
    for (size_t i = 0; i < t->n; i++)
        trend_push(&t->trend[i], t->line[i].value);
}

void ob_live_table_take(struct ob_live_table *t, const struct ob_run_model *m)
{
    size_t total = 0, n = ob_run_model_params(m, 0, t->line, OB_TABLE_LINES, &total);
    bool other = n != t->n || total != t->total;
    t->n = n;
    t->total = total;
    if (other)
        memset(t->trend, 0, sizeof t->trend);
    if (t->selected >= n)
        t->selected = n > 0 ? n - 1 : 0;
    take_trends(t, m);
    sort(t, other);
}

void ob_live_table_reset(struct ob_live_table *t)
{
    *t = (struct ob_live_table){ .order = t->order };
}

/* Place in sorted[] of the selected line. */
static size_t place(const struct ob_live_table *t)
{
    size_t i = 0;
    while (i + 1 < t->n && t->sorted[i] != t->selected)
        i++;
    return i;
}

void ob_live_table_settle(struct ob_live_table *t, int rows)
{
    size_t at = place(t), most = rows > 0 ? (size_t)rows : 1;
    if (at < t->first)
        t->first = at;
    else if (at >= t->first + most)
        t->first = at - most + 1;
    if (t->n <= most)
        t->first = 0;
    else if (t->first > t->n - most)
        t->first = t->n - most;
}

static void move(struct ob_live_table *t, long by)
{
    long to = (long)place(t) + by;
    if (to >= (long)t->n)
        to = (long)t->n - 1;
    if (t->n > 0)
        t->selected = t->sorted[to > 0 ? to : 0];
}

static void next_order(struct ob_live_table *t, struct ob_wishes *wish)
{
    static const char *const said[OB_TABLE_ORDERS] = {
        "parameters as the model has them",   "parameters by name",
        "parameters by size of their value",  "parameters by size of their gradient",
        "parameters by size of their change", "parameters by |change| / |value|",
    };
    t->order = (enum ob_table_order)((t->order + 1) % OB_TABLE_ORDERS);
    sort(t, true);
    wish->wish = OB_WISH_SAY;
    snprintf(wish->text, sizeof wish->text, "%s", said[t->order]);
}

bool ob_live_table_request(struct ob_live_table *t, enum ob_request r,
                           struct ob_wishes *wish)
{
    enum { PAGE = 8 };
    switch (r) {
    case OB_REQUEST_UP:
    case OB_REQUEST_DOWN:
        move(t, r == OB_REQUEST_UP ? -1 : 1);
        return true;
    case OB_REQUEST_PAGE_UP:
    case OB_REQUEST_PAGE_DOWN:
        move(t, r == OB_REQUEST_PAGE_UP ? -PAGE : PAGE);
        return true;
    case OB_REQUEST_FIRST:
    case OB_REQUEST_LAST:
        move(t, r == OB_REQUEST_FIRST ? -INT_MAX : INT_MAX);
        return true;
    case OB_REQUEST_TABLE_SORT:
        next_order(t, wish);
        return true;
    default:
        return false;
    }
}

bool ob_live_table_click(struct ob_live_table *t, int row)
{
    if (row < 1 || t->first + (size_t)row > t->n)
        return false;
    t->selected = t->sorted[t->first + (size_t)row - 1];
    return true;
}

/* The columns, and which are left out first where there is little room. */
enum column { VALUE, GRADIENT, CHANGE, RATIO, TREND, COLUMNS };

static const struct {
    const char *name, *brief; /* brief: where the name has no room */
    enum ob_table_order order;
} heading[COLUMNS] = {
    [VALUE] = { "VALUE", "VALUE", OB_TABLE_VALUE },
    [GRADIENT] = { "GRADIENT", "GRAD", OB_TABLE_GRADIENT },
    [CHANGE] = { "CHANGE", "CHANGE", OB_TABLE_CHANGE },
    [RATIO] = { "RATIO", "RATIO", OB_TABLE_RATIO },
    [TREND] = { "TREND", "TREND", OB_TABLE_ORDERS },
};

struct columns {
    int name;           /* columns of the name, the mark of the selected line included */
    int width[COLUMNS]; /* 0 = left out */
};

/* Columns of the longest name, its mark and a blank included. */
static int names_width(const struct ob_live_table *t)
{
    enum { MOST = 18 };
    int widest = 0;
    for (size_t i = 0; i < t->n; i++) {
        char safe[96];
        int w = ob_text_width(ob_text_safe_z(safe, sizeof safe, t->line[i].name));
        widest = w > widest ? w : widest;
    }
    return widest + 2 < MOST ? widest + 2 : MOST;
}

/* Value and change are always there, the others as far as they leave room for names. */
static struct columns columns_for(int w, int names)
{
    enum { NAME = 7, NUMBER = 9, WIDE = 13, TREND_W = 13, NAME_W = 20 };
    enum { CUT = 3 }; /* characters that a name may lose for another column */
    static const enum column rank[] = { VALUE, CHANGE, GRADIENT, RATIO, TREND };
    struct columns c = { .name = NAME };
    int left = w - NAME, numbers = 0, want = names > NAME + CUT ? names - NAME : 0;
    for (int i = 0; i < COLUMNS; i++) {
        int need = rank[i] == TREND ? TREND_W : NUMBER;
        if (left < need + (i > 1 ? want : 0))
            break;
        c.width[rank[i]] = need;
        left -= need;
        numbers += rank[i] != TREND;
    }
    /* What is left goes to names first, then to the numbers, then to names again. */
    int first = left < NAME_W - NAME ? left : NAME_W - NAME;
    int more = numbers > 0 ? (left - first) / numbers : 0;
    more = more < WIDE - NUMBER ? more : WIDE - NUMBER;
    for (int i = 0; i < TREND; i++)
        c.width[i] += c.width[i] > 0 ? more : 0;
    c.name += left - more * numbers;
    return c;
}

static void draw_heading(const struct ob_live_table *t, const struct columns *w,
                         struct ob_canvas *c, struct ob_rect r)
{
    int x = r.x + w->name;
    size_t rows = r.h > 1 ? (size_t)r.h - 1 : 0;
    const char *mark = t->order == OB_TABLE_NAME ? " v" : "";
    struct ob_rect name = { r.x + 1, r.y, w->name - 1, 1 };
    if (t->total > rows && rows > 0)
        ob_canvas_line(c, name, 0, OB_LEFT, OB_STYLE_LABEL, "%zu/%zu%s", place(t) + 1,
                       t->total, mark);
    else
        ob_canvas_line(c, name, 0, OB_LEFT, OB_STYLE_LABEL, "NAME%s", mark);
    for (int i = 0; i < COLUMNS; x += w->width[i++]) {
        const char *sorted = t->order == heading[i].order ? " v" : "";
        int room = w->width[i] - 1 - (int)strlen(sorted);
        if (w->width[i] == 0)
            continue;
        ob_canvas_line(c, (struct ob_rect){ x, r.y, w->width[i], 1 }, 0, OB_RIGHT,
                       OB_STYLE_LABEL, "%s%s",
                       room < (int)strlen(heading[i].name) ? heading[i].brief
                                                           : heading[i].name,
                       sorted);
    }
}

/* The height of a value within the trend, 0 (lowest) to 3; -1 where it is not finite. */
static int level_of(double value, double lo, double hi)
{
    if (!isfinite(value))
        return -1;
    return hi > lo ? (int)fmin(3, floor(4 * ((value - lo) / (hi - lo)))) : 1;
}

/* Two values a cell, four heights; neighbours are joined so that it reads as a line. */
static void draw_trend(const struct ob_table_trend *t, enum ob_glyphs tier,
                       struct ob_canvas *c, struct ob_rect r)
{
    unsigned most = r.w > 0 ? 2 * (unsigned)r.w : 0;
    unsigned n = t->n < most ? t->n : most, from = t->n - n;
    int left = r.x + r.w - ((int)n + 1) / 2; /* the newest at the right edge */
    double lo = INFINITY, hi = -INFINITY;
    int last = -1;
    uint8_t mask = 0;
    for (unsigned i = from; i < t->n; i++) {
        if (isfinite(t->value[i])) {
            lo = fmin(lo, t->value[i]);
            hi = fmax(hi, t->value[i]);
        }
    }
    for (unsigned i = 0; i < n; i++) {
        int at = level_of(t->value[from + i], lo, hi), to = last < 0 ? at : last;
        for (int y = at < to ? at : to; at >= 0 && y <= (at < to ? to : at); y++)
            mask |= y == to && at != to ? 0 : ob_dot_bit((int)(i % 2), 3 - y);
        last = at;
        if (i % 2 == 0 && i + 1 < n)
            continue;
        char glyph[5];
        ob_glyph(tier, mask, glyph);
        ob_canvas_text(c, left + (int)(i / 2), r.y, 1, glyph, OB_STYLE_A);
        mask = 0;
    }
}

static void draw_line(const struct ob_param_line *l, const struct columns *w,
                      struct ob_canvas *c, struct ob_rect r)
{
    const double value[] = { l->value, l->grad, l->change, ob_param_line_ratio(l) };
    char safe[96], text[32];
    int x = r.x + w->name;
    ob_canvas_text(c, r.x + 1, r.y, w->name - 2,
                   ob_text_safe_z(safe, sizeof safe, l->name), OB_STYLE_TEXT);
    for (int i = 0; i < TREND; x += w->width[i++]) {
        if (w->width[i] == 0)
            continue;
        ob_show_number(text, value[i], w->width[i] - 1);
        ob_canvas_line(c, (struct ob_rect){ x, r.y, w->width[i], 1 }, 0, OB_RIGHT,
                       OB_STYLE_VALUE, "%s", text);
    }
}

void ob_live_table_draw(const struct ob_live_table *t, enum ob_glyphs tier,
                        struct ob_canvas *c, struct ob_rect r)
{
    struct columns w = columns_for(r.w, names_width(t));
    if (r.h <= 0 || w.width[VALUE] == 0)
        return;
    draw_heading(t, &w, c, r);
    for (int row = 1; row < r.h && t->first + (size_t)row <= t->n; row++) {
        size_t i = t->sorted[t->first + (size_t)row - 1];
        struct ob_rect line = { r.x, r.y + row, r.w, 1 };
        draw_line(&t->line[i], &w, c, line);
        if (w.width[TREND] > 0)
            draw_trend(&t->trend[i], tier, c,
                       (struct ob_rect){ r.x + r.w - w.width[TREND] + 1, r.y + row,
                                         w.width[TREND] - 1, 1 });
        if (i == t->selected) {
            ob_canvas_text(c, r.x, r.y + row, 1, ">", OB_STYLE_CURSOR);
            ob_canvas_restyle(c, (struct ob_rect){ r.x, r.y + row, w.name - 1, 1 },
                              OB_STYLE_CURSOR);
        }
    }
}
