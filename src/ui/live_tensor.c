/* One tensor of the run, over the live screen: which, of what, and where its numbers
 * come from. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live_priv.h"
#include "optbench/base/mem.h"

#define AGAIN_NS   INT64_C(1000000000) /* between two questions while the run goes on */
#define ELEMENT_NS INT64_C(400)        /* ... for each element that must be read again */

enum { VALUE, GRADIENT, CHANGE, SLOTS };

static const struct ob_live_tensor *find(const struct ob_run_model *m, const char *name)
{
    for (size_t i = 0; m->has_live && i < m->live.tensors; i++)
        if (strcmp(m->live.tensor[i].name, name) == 0)
            return &m->live.tensor[i];
    return NULL;
}

static bool in_snapshot(const struct ob_live_tensor *t)
{
    return t && t->size > 0 && t->shown == t->size;
}

/* "w exp_avg" */
static void question(const struct ob_live_tensor_view *t, const struct ob_run_model *m,
                     char out[static 128])
{
    const char *what = t->what == GRADIENT ? " grad" : t->what == CHANGE ? " change" : "";
    if (t->what >= SLOTS && t->what - SLOTS < m->live.slots)
        snprintf(out, 128, "%s %s", t->name, m->live.slot_name[t->what - SLOTS]);
    else
        snprintf(out, 128, "%s%s", t->name, what);
}

static void drop(struct ob_live_tensor_view *t)
{
    free(t->own);
    t->own = NULL;
    t->value = NULL;
    t->digest = (struct ob_digest){ .n = 0 };
    t->stale = true;
}

static void ask(struct ob_live_tensor_view *t, const struct ob_view *v,
                struct ob_wishes *wish)
{
    char text[128];
    if (in_snapshot(find(&v->run, t->name)) || wish->wish != OB_WISH_NONE)
        return;
    if (t->of != t->what)
        drop(t);
    question(t, &v->run, text);
    wish->wish = OB_WISH_TENSOR;
    snprintf(wish->text, sizeof wish->text, "%s", text);
    t->asked_at = v->now_ns;
    t->asked_step = v->run.live.step;
}

void ob_live_tensor_finish(struct ob_live_tensor_view *t)
{
    drop(t);
    free(t->count);
    free(t->cell);
    *t = (struct ob_live_tensor_view){ .way = t->way,
                                       .log = t->log,
                                       .log_chosen = t->log_chosen };
}

void ob_live_tensor_open(struct ob_live_state *s, const struct ob_view *v,
                         struct ob_wishes *wish)
{
    const struct ob_live *live = &v->run.live;
    struct ob_live_tensor_view *t = &s->tensor;
    const struct ob_live_table *table = &s->table;
    if (!v->run.has_live || live->tensors == 0 || table->selected >= table->n) {
        ob_live_say(wish, "no snapshot of this run holds its tensors");
        return;
    }
    ob_live_tensor_finish(t);
    const struct ob_table_line *line = &table->line[table->selected];
    size_t i = 0;
    if (table->tree)
        i = line->tensor < live->tensors ? line->tensor : 0;
    while (!table->tree && i + 1 < live->tensors &&
           line->element >= live->tensor[i].first + live->tensor[i].size)
        i++;
    snprintf(t->name, sizeof t->name, "%s", live->tensor[i].name);
    t->at = line->single && line->element >= live->tensor[i].first
                ? line->element - live->tensor[i].first
                : 0;
    s->sheet = &ob_live_sheet_tensor;
    ask(t, v, wish);
}

static void told(struct ob_live_state *s, const struct ob_view *v, unsigned bits,
                 struct ob_wishes *wish)
{
    struct ob_live_tensor_view *t = &s->tensor;
    int64_t rest = (int64_t)t->digest.n * ELEMENT_NS;
    bool due = v->now_ns - t->asked_at >= (rest > AGAIN_NS ? rest : AGAIN_NS);
    if ((bits & OB_FEED_RUN) && v->run.live.step != t->asked_step &&
        (v->run.info.state == OB_RUN_PAUSED || due))
        ask(t, v, wish);
}

/* Whether the largest number leaves nothing to see of the others on an even scale. */
static bool dwarfed(const struct ob_digest *d)
{
    enum { FACTOR = 8 };
    double typical = d->norm / sqrt((double)(d->n > 0 ? d->n : 1));
    return fmax(fabs(d->min), fabs(d->max)) > FACTOR * typical;
}

static void measure(struct ob_live_tensor_view *t, size_t n)
{
    size_t product = 1;
    for (unsigned i = 0; i < t->ndim; i++)
        product *= t->shape[i];
    /* Who wrote the file may be anybody. */
    if (product != n) {
        t->ndim = 1;
        t->shape[0] = n;
    }
    t->digest = ob_digest_of(t->value, n);
    t->of = t->what;
    t->stale = true;
    if (!t->log_chosen)
        t->log = dwarfed(&t->digest);
    if (t->at >= n)
        t->at = n > 0 ? n - 1 : 0;
}

static const double *snapshot_array(const struct ob_live *l, unsigned what)
{
    return what == VALUE             ? l->value
           : what == GRADIENT        ? l->grad
           : what == CHANGE          ? l->change
           : what - SLOTS < l->slots ? l->slot[what - SLOTS]
                                     : NULL;
}

static void take_snapshot(struct ob_live_tensor_view *t, const struct ob_view *v,
                          const struct ob_live_tensor *of)
{
    const struct ob_live *l = &v->run.live;
    const double *from = snapshot_array(l, t->what);
    if (t->own && t->step == l->step && t->of == t->what)
        return;
    drop(t);
    t->step = l->step;
    t->ndim = of->ndim;
    memcpy(t->shape, of->shape, sizeof t->shape);
    if (!from) {
        snprintf(t->why, sizeof t->why, "the snapshot of this run does not have it");
        return;
    }
    t->own = ob_xcalloc(of->size, sizeof *t->own);
    memcpy(t->own, from + of->first, of->size * sizeof *t->own);
    t->value = t->own;
    measure(t, of->size);
}

/* What the feed brought, where it is what was asked for. */
static void take_feed(struct ob_live_tensor_view *t, const struct ob_view *v)
{
    const struct ob_feed_tensor *f = v->tensor;
    char asked[128];
    question(t, &v->run, asked);
    bool there = f && strcmp(f->name, asked) == 0 && f->whole.n > 0;
    if (there && !t->own && t->value == f->whole.value && t->step == f->whole.step &&
        t->of == t->what)
        return;
    drop(t);
    snprintf(t->why, sizeof t->why, "%s",
             f && strcmp(f->name, asked) == 0 && f->why[0] ? f->why
                                                           : "asking for it ...");
    if (!there)
        return;
    t->step = f->whole.step;
    t->ndim = f->whole.ndim;
    memcpy(t->shape, f->whole.shape, sizeof t->shape);
    t->value = f->whole.value;
    measure(t, f->whole.n);
}

size_t ob_live_tensor_columns(const struct ob_live_tensor_view *t, int w)
{
    size_t fit =
        t->way == OB_TENSOR_NUMBERS ? ob_live_tensor_across(w) : (size_t)(w > 0 ? w : 1);
    if (t->ndim >= 2)
        return t->shape[t->ndim - 1];
    return fit < t->digest.n ? fit : t->digest.n > 0 ? t->digest.n : 1;
}

static void make_cells(struct ob_live_tensor_view *t)
{
    const struct ob_digest *d = &t->digest;
    t->cell = ob_xreallocarray(t->cell, t->grid.h * t->grid.w + 1, sizeof *t->cell);
    ob_digest_cells(&t->grid, t->value, d->min < 0 && d->max > 0 ? 0 : d->median,
                    t->cell);
}

static void make_bins(struct ob_live_tensor_view *t)
{
    t->count = ob_xreallocarray(t->count, t->bins + 1, sizeof *t->count);
    ob_digest_bins(&t->digest, t->value, t->count, t->bins);
    if (t->bin >= t->bins)
        t->bin = t->bins > 0 ? t->bins - 1 : 0;
    for (size_t i = 0; i < t->bins && !t->bin_chosen; i++)
        if (t->count[i] > t->count[t->bin])
            t->bin = i;
}

/* What is drawn of them, where the numbers, the place or the way are others. */
static void picture(struct ob_live_tensor_view *t, struct ob_rect place)
{
    size_t bins = ob_live_tensor_bins(place);
    struct ob_digest_grid grid = ob_digest_grid_of(
        t->digest.n, ob_live_tensor_columns(t, place.w),
        (size_t)(place.h > 0 ? place.h : 1), (size_t)(place.w > 0 ? place.w : 1));
    bool other = t->stale || t->made != t->way || bins != t->bins ||
                 memcmp(&grid, &t->grid, sizeof grid) != 0;
    if (!other || !t->value)
        return;
    t->bins = bins;
    t->grid = grid;
    t->made = t->way;
    t->stale = false;
    if (t->way == OB_TENSOR_HEAT)
        make_cells(t);
    else if (t->way == OB_TENSOR_HISTOGRAM)
        make_bins(t);
}
/* Scrolls the numbers so that the one under the cursor is there. */
static void settle(struct ob_live_tensor_view *t, struct ob_rect place)
{
    size_t columns = ob_live_tensor_columns(t, place.w);
    size_t across = ob_live_tensor_across(place.w), down = ob_live_tensor_down(place);
    size_t row = t->at / columns, column = t->at % columns;
    if (row < t->first)
        t->first = row;
    else if (row >= t->first + down)
        t->first = row - down + 1;
    if (column < t->left)
        t->left = column;
    else if (column >= t->left + across)
        t->left = column - across + 1;
    if (columns <= across)
        t->left = 0;
}

static void update(struct ob_live_state *s, const struct ob_view *v, struct ob_rect r)
{
    struct ob_live_tensor_view *t = &s->tensor;
    const struct ob_live_tensor *of = find(&v->run, t->name);
    struct ob_rect place = ob_live_tensor_place(r);
    if (!in_snapshot(of))
        take_feed(t, v);
    else if (v->figures || t->of != t->what || !t->own)
        take_snapshot(t, v, of);
    picture(t, place);
    settle(t, place);
    t->place = place;
}

static void move(struct ob_live_tensor_view *t, long rows, long columns)
{
    size_t across = ob_live_tensor_columns(t, t->place.w);
    double by = (double)rows * (double)across + (double)columns, to = (double)t->at + by;
    if (t->digest.n == 0)
        return;
    if (rows != 0 && (to < 0 || to >= (double)t->digest.n))
        to = to < 0 ? (double)(t->at % across)
                    : (double)((t->digest.n - 1) / across * across + t->at % across);
    t->at = (size_t)fmin(fmax(to, 0), (double)(t->digest.n - 1));
}

/* In a heat map a key moves by a cell, however many elements that shows. */
static void go(struct ob_live_tensor_view *t, enum ob_request r)
{
    bool heat = t->way == OB_TENSOR_HEAT;
    long tall =
        heat && t->grid.h > 0 ? (long)((t->grid.rows + t->grid.h - 1) / t->grid.h) : 1;
    long wide =
        heat && t->grid.w > 0 ? (long)((t->grid.columns + t->grid.w - 1) / t->grid.w) : 1;
    long page = (long)ob_live_tensor_down(t->place) * tall;
    bool back = r == OB_REQUEST_UP || r == OB_REQUEST_LEFT || r == OB_REQUEST_PAGE_UP;
    long sign = back ? -1 : 1;
    if (t->way == OB_TENSOR_HISTOGRAM) {
        t->bin_chosen = true;
        if (back)
            t->bin -= t->bin > 0;
        else
            t->bin += t->bin + 1 < t->bins;
    } else if (r == OB_REQUEST_LEFT || r == OB_REQUEST_RIGHT) {
        move(t, 0, sign * wide);
    } else {
        bool far = r == OB_REQUEST_PAGE_UP || r == OB_REQUEST_PAGE_DOWN;
        move(t, sign * (far ? page : tall), 0);
    }
}

static void end(struct ob_live_tensor_view *t, bool last)
{
    t->at = last && t->digest.n > 0 ? t->digest.n - 1 : 0;
    t->bin = last && t->bins > 0 ? t->bins - 1 : 0;
    t->bin_chosen = true;
}

static bool request(struct ob_live_state *s, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish)
{
    struct ob_live_tensor_view *t = &s->tensor;
    switch (r) {
    case OB_REQUEST_UP:
    case OB_REQUEST_DOWN:
    case OB_REQUEST_LEFT:
    case OB_REQUEST_RIGHT:
    case OB_REQUEST_PAGE_UP:
    case OB_REQUEST_PAGE_DOWN:
        go(t, r);
        return true;
    case OB_REQUEST_FIRST:
    case OB_REQUEST_LAST:
        end(t, r == OB_REQUEST_LAST);
        return true;
    case OB_REQUEST_TENSOR_TURN:
        t->way = (enum ob_tensor_way)((t->way + 1) % OB_TENSOR_WAYS);
        return true;
    case OB_REQUEST_TENSOR_WHAT:
        t->what = (t->what + 1) % (SLOTS + (unsigned)v->run.live.slots);
        ask(t, v, wish);
        return true;
    case OB_REQUEST_TENSOR_LOG:
        t->log = !t->log;
        t->log_chosen = true;
        return true;
    default:
        return false;
    }
}

static bool value(const struct ob_live_state *s, const struct ob_view *v,
                  struct ob_buf *out)
{
    const struct ob_live_tensor_view *t = &s->tensor;
    /* What the feed lent it may have replaced since the last update. */
    if (!t->own && (!v->tensor || v->tensor->whole.value != t->value ||
                    v->tensor->whole.n < t->digest.n))
        return false;
    ob_live_tensor_here(t, out);
    return out->len > 0;
}

const struct ob_live_sheet ob_live_sheet_tensor = {
    .scope = OB_SCOPE_TENSOR,
    .draw = ob_live_tensor_draw,
    .request = request,
    .update = update,
    .told = told,
    .value = value,
};
