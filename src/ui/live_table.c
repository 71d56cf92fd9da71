#include "live_table.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/text.h"

double ob_table_line_ratio(const struct ob_table_line *l)
{
    return fabs(l->moved) / fabs(l->value);
}

/* ---- order ---- */

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

double ob_table_line_number(const struct ob_table_line *l, enum ob_table_order order)
{
    switch (order) {
    case OB_TABLE_VALUE:
        return l->value;
    case OB_TABLE_GRADIENT:
        return l->grad;
    case OB_TABLE_CHANGE:
        return l->change;
    case OB_TABLE_RATIO:
        return ob_table_line_ratio(l);
    case OB_TABLE_DEAD:
        return l->units > 0 ? (double)l->dead : NAN;
    case OB_TABLE_EFFECTIVE:
        return l->effective;
    default:
        break;
    }
    if (order >= OB_TABLE_GAUGE && order < OB_TABLE_ORDERS)
        return l->gauge[order - OB_TABLE_GAUGE];
    return order >= OB_TABLE_SLOT ? l->slot[order - OB_TABLE_SLOT] : NAN;
}

static double key_of(const struct ob_table_line *l, enum ob_table_order order)
{
    return fabs(ob_table_line_number(l, order));
}

/* Whether line b belongs before line a, both of one parent; equal ones stay as they are,
 * unknown ones go to the end. */
static bool before_beside(const struct ob_live_table *t, uint32_t b, uint32_t a)
{
    const struct ob_table_line *lb = &t->line[b], *la = &t->line[a];
    if (t->order == OB_TABLE_NAME)
        return by_name(lb->name, la->name) < 0;
    double kb = key_of(lb, t->order), ka = key_of(la, t->order);
    return !isnan(kb) && (isnan(ka) || kb > ka);
}

/* Wherever they stand: what a line is folded into comes before it, and takes it along. */
static bool before(const struct ob_live_table *t, uint32_t b, uint32_t a)
{
    const struct ob_table_line *line = t->line;
    uint32_t x = a, y = b;
    while (line[x].depth > line[y].depth)
        x = line[x].parent;
    while (line[y].depth > line[x].depth)
        y = line[y].parent;
    if (x == y)
        return line[b].depth < line[a].depth;
    while (line[x].parent != line[y].parent) {
        x = line[x].parent;
        y = line[y].parent;
    }
    return before_beside(t, y, x) || (!before_beside(t, x, y) && y < x);
}

/* Merges runs of sorted lines; `from` is the order of the model, so what is equal keeps
 * that. */
static void sort(struct ob_live_table *t)
{
    size_t n = t->n;
    uint32_t *from = t->sorted, *to, *spare = NULL;
    for (size_t i = 0; i < n; i++)
        from[i] = (uint32_t)i;
    if (t->order == OB_TABLE_MODEL || n < 2)
        return;
    to = spare = ob_xcalloc(n, sizeof *spare);
    for (size_t run = 1; run < n; run *= 2) {
        for (size_t i = 0; i < n; i += 2 * run) {
            size_t a = i, b = i + run < n ? i + run : n, middle = b;
            size_t end = b + run < n ? b + run : n;
            for (size_t k = i; k < end; k++)
                to[k] = b < end && (a >= middle || before(t, from[b], from[a]))
                            ? from[b++]
                            : from[a++];
        }
        uint32_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != t->sorted)
        memcpy(t->sorted, from, n * sizeof *from);
    free(spare);
}

/* ---- trends ---- */

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
    bool logged = t->n > 0 && !t->tree && m->params == t->total &&
                  strcmp(m->param_name[0], t->line[0].name) == 0;
    if (logged) {
        for (size_t i = 0; i < t->n; i++)
            trend_of_series(&t->trend[i], &m->param[i], ob_run_model_rows(m, OB_Q_STEP));
        return;
    }
    bool news = m->live.step != t->trend_step;
    t->trend_step = m->live.step;
    for (size_t i = 0; i < t->n; i++)
        if (news || t->trend[i].n == 0)
            trend_push(&t->trend[i], t->line[i].value);
}

/* ---- lines ---- */

static bool same_places(const struct ob_live_table *t, const struct ob_table_line *line,
                        size_t n)
{
    size_t i = 0;
    while (i < n && i < t->n && t->line[i].place == line[i].place)
        i++;
    return n > 0 && i == n && n == t->n;
}

/* Lines that were there before keep their trends and their selection; of those that are
 * folded away the line they are folded into has it. */
static void replace(struct ob_live_table *t, struct ob_table_line *line, size_t n)
{
    if (same_places(t, line, n)) {
        free(t->line);
        t->line = line;
        return;
    }
    struct ob_table_trend *trend = ob_xcalloc(n + 1, sizeof *trend);
    uint64_t chosen = t->selected < t->n ? t->line[t->selected].place : 0;
    size_t selected = 0;
    for (size_t i = 0, old = 0; i < n; i++) {
        while (old < t->n && t->line[old].place < line[i].place)
            old++;
        if (old < t->n && t->line[old].place == line[i].place)
            trend[i] = t->trend[old];
        if (line[i].place <= chosen)
            selected = i;
    }
    free(t->line);
    free(t->trend);
    t->line = line;
    t->trend = trend;
    t->sorted = ob_xreallocarray(t->sorted, n + 1, sizeof *t->sorted);
    t->n = n;
    t->selected = selected;
}

void ob_live_table_take(struct ob_live_table *t, const struct ob_run_model *m)
{
    size_t n = 0;
    bool tree = t->tree;
    struct ob_table_line *line = ob_live_table_lines(t, m, &n);
    if (tree != t->tree)
        t->n = 0; /* places of other things */
    replace(t, line, n);
    take_trends(t, m);
    sort(t);
}

void ob_live_table_finish(struct ob_live_table *t)
{
    free(t->line);
    free(t->trend);
    free(t->sorted);
    *t = (struct ob_live_table){ .order = t->order, .inside = t->inside };
}

void ob_live_table_reset(struct ob_live_table *t)
{
    ob_live_table_finish(t);
}

/* ---- selection ---- */

size_t ob_live_table_place(const struct ob_live_table *t)
{
    size_t i = 0;
    while (i + 1 < t->n && t->sorted[i] != t->selected)
        i++;
    return i;
}

void ob_live_table_settle(struct ob_live_table *t, int rows)
{
    size_t at = ob_live_table_place(t), most = rows > 0 ? (size_t)rows : 1;
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
    long to = (long)ob_live_table_place(t) + by;
    if (to >= (long)t->n)
        to = (long)t->n - 1;
    if (t->n > 0)
        t->selected = t->sorted[to > 0 ? to : 0];
}

static void say(struct ob_wishes *wish, const char *text)
{
    wish->wish = OB_WISH_SAY;
    snprintf(wish->text, sizeof wish->text, "%s", text);
}

/* Whether what is shown has a column of that order. */
static bool orders_by(const struct ob_live_table *t, enum ob_table_order order)
{
    bool units = false;
    for (size_t i = 0; order == OB_TABLE_DEAD && i < t->n; i++)
        units |= t->line[i].units > 0;
    if (order <= OB_TABLE_NAME)
        return true;
    if (t->inside != (order >= OB_TABLE_EFFECTIVE))
        return false;
    if (order >= OB_TABLE_GAUGE)
        return t->has.gauge[order - OB_TABLE_GAUGE][0] != '\0';
    if (order >= OB_TABLE_SLOT)
        return t->has.slot[order - OB_TABLE_SLOT][0] != '\0';
    return order != OB_TABLE_DEAD || units;
}

static void next_order(struct ob_live_table *t, struct ob_wishes *wish)
{
    static const char *const said[] = {
        "parameters as the model has them",
        "parameters by name",
        "parameters by size of their value",
        "parameters by size of their gradient",
        "parameters by size of their change",
        "parameters by |change| / |value|",
        "layers by dead units",
        "parameters by |change| / |gradient|",
    };
    char text[64], name[32];
    do
        t->order = (enum ob_table_order)((t->order + 1) % OB_TABLE_ORDERS);
    while (!orders_by(t, t->order));
    sort(t);
    if (t->order < OB_TABLE_SLOT) {
        say(wish, said[t->order]);
        return;
    }
    ob_text_safe_z(name, sizeof name,
                   t->order < OB_TABLE_GAUGE ? t->has.slot[t->order - OB_TABLE_SLOT]
                                             : t->has.gauge[t->order - OB_TABLE_GAUGE]);
    snprintf(text, sizeof text, "parameters by %s", name);
    say(wish, text);
}

/* Values and what they do, or what the optimizer keeps of them. */
static void turn(struct ob_live_table *t, struct ob_wishes *wish)
{
    if (!t->inside && !t->has.any) {
        say(wish, "what the optimizer keeps of each parameter is shown while the engine "
                  "has made a step");
        return;
    }
    t->inside = !t->inside;
    if (!orders_by(t, t->order))
        t->order = OB_TABLE_MODEL;
    sort(t);
    say(wish, t->inside ? "what the optimizer keeps; STEP/G = |change| / |gradient|; I: "
                          "values"
                        : "values, changes, gradients; I: what the optimizer keeps");
}

/* ---- folds ---- */

static void fold(struct ob_live_table *t, const struct ob_run_model *m,
                 struct ob_wishes *wish)
{
    if (t->selected >= t->n || !t->tree) {
        say(wish, "there is nothing to fold: every parameter has its line");
        return;
    }
    const struct ob_table_line *l = &t->line[t->selected];
    if (!l->opens && l->parent != OB_TABLE_NO_PARENT)
        t->selected = l->parent;
    l = &t->line[t->selected];
    if (!l->opens)
        say(wish, "the snapshot holds none of its elements: Enter asks for them");
    else if (l->kind == OB_TABLE_LAYER)
        t->layer_turned[l->tensor] = !t->layer_turned[l->tensor];
    else
        t->tensor_turned[l->tensor] = !t->tensor_turned[l->tensor];
    ob_live_table_take(t, m);
}

static void next_level(struct ob_live_table *t, const struct ob_run_model *m,
                       struct ob_wishes *wish)
{
    static const char *const said[OB_TABLE_LEVELS] = {
        [OB_TABLE_LAYERS] = "a line for each layer: u opens it",
        [OB_TABLE_TENSORS] = "a line for each tensor: u opens it",
        [OB_TABLE_ELEMENTS] = "a line for each element that the snapshot holds",
    };
    if (!t->tree) {
        say(wish, "there is nothing to fold: every parameter has its line");
        return;
    }
    memset(t->layer_turned, 0, sizeof t->layer_turned);
    memset(t->tensor_turned, 0, sizeof t->tensor_turned);
    t->level = t->level + 1 < OB_TABLE_LEVELS ? t->level + 1 : OB_TABLE_LAYERS;
    ob_live_table_take(t, m);
    say(wish, said[t->level]);
}

bool ob_live_table_request(struct ob_live_table *t, const struct ob_run_model *m,
                           enum ob_request r, struct ob_wishes *wish)
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
    case OB_REQUEST_TABLE_INSIDE:
        turn(t, wish);
        return true;
    case OB_REQUEST_TABLE_FOLD:
        fold(t, m, wish);
        return true;
    case OB_REQUEST_TABLE_LEVEL:
        next_level(t, m, wish);
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
