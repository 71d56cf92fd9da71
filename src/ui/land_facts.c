#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "land_priv.h"
#include "live_priv.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"

enum { LINES = 40, LINE = 200, WIDE = 36 /* columns for whole sentences */ };

/* Lines that are written as far as there is room. */
struct lines {
    char text[LINES][LINE];
    enum ob_style style[LINES];
    int n;
};

static void add(struct lines *l, enum ob_style style, const char *format, ...)
    OB_PRINTF(3, 4);

static void add(struct lines *l, enum ob_style style, const char *format, ...)
{
    va_list ap;
    if (l->n == LINES)
        return;
    va_start(ap, format);
    vsnprintf(l->text[l->n], LINE, format, ap);
    va_end(ap);
    l->style[l->n++] = style;
}

struct number {
    char text[32];
};

static struct number show(double v)
{
    struct number n;
    ob_show_number(n.text, v, 9);
    return n;
}

double ob_land_loss(const struct ob_view *v, int run, size_t row)
{
    const struct ob_run_model *m = ob_live_run(v, run);
    const struct ob_series *at = &m->series[OB_Q_LOSS_STEP];
    struct ob_surface_mark p;
    double step;
    if (!ob_land_row(v->surface, m, row, &p, &step))
        return NAN;
    size_t i = ob_series_lower_bound(at, step);
    if (i < at->n && i < m->series[OB_Q_LOSS].n && ob_series_at(at, i) == step)
        return ob_series_at(&m->series[OB_Q_LOSS], i);
    return isnan(p.z) ? ob_surface_at(v->surface, p.u, p.v) : p.z;
}

/* "head1.5mid2tail" with as many digits as there is room for: half a number would be a
 * wrong one. */
static void add_pair(struct lines *l, int cols, const char *const around[3], double a,
                     double b)
{
    char text[LINE];
    for (int width = 9; width >= 5; width--) {
        char first[32], second[32];
        ob_show_number(first, a, width);
        ob_show_number(second, b, width);
        snprintf(text, sizeof text, "%s%s%s%s%s", around[0], first, around[1], second,
                 around[2]);
        if (ob_text_width(text) <= cols)
            break;
    }
    add(l, OB_STYLE_VALUE, "%s", text);
}

static void add_axis(struct lines *l, const char *letter, const struct ob_surface_axis *a,
                     int cols)
{
    char name[96], head[104], share[16] = "";
    ob_text_safe_z(name, sizeof name, a->name);
    snprintf(head, sizeof head, "%s %s  ", letter, name);
    if (!isnan(a->share))
        snprintf(share, sizeof share, "  %.0f %%", 100 * a->share);
    size_t digits = strlen(show(a->from).text) + strlen(show(a->to).text);
    if (ob_text_width(head) + (int)(digits + strlen(" .. ") + strlen(share)) > cols)
        share[0] = '\0';
    add_pair(l, cols, (const char *const[]){ head, " .. ", share }, a->from, a->to);
}

static void add_grid(struct lines *l, const struct ob_surface_view *f, int cols)
{
    char level[48] = "", time[32], evals[32];
    if (!f->done)
        snprintf(level, sizeof level,
                 cols < WIDE ? "  level %zu/%zu" : "  level %zu of %zu", f->level,
                 f->levels);
    else if (f->under_way)
        snprintf(level, sizeof level, cols < WIDE ? "  renewing" : "  a new one comes");
    add(l, OB_STYLE_VALUE, "grid %zu x %zu%s", f->nx, f->ny, level);
    ob_count_show(evals, sizeof evals, f->evals);
    ob_show_seconds(time, f->seconds);
    if (cols >= WIDE)
        add(l, OB_STYLE_VALUE, "%s evaluations, %s", evals, time);
}

static void add_min(struct lines *l, const struct ob_surface_view *f, int cols)
{
    struct number z = show(f->min.z), u = show(f->min.u), v = show(f->min.v);
    if (isnan(f->min.u)) {
        add(l, OB_STYLE_WARN, "no finite loss here");
        return;
    }
    if (cols < WIDE) {
        add(l, OB_STYLE_VALUE, "min %s", z.text);
        add_pair(l, cols, (const char *const[]){ " at (", ", ", ")" }, f->min.u,
                 f->min.v);
    } else {
        char whole[LINE];
        struct number max = show(f->max.z);
        int n =
            snprintf(whole, sizeof whole, "min %s at (%s, %s)", z.text, u.text, v.text);
        if (n + (int)strlen(max.text) + 6 <= cols) {
            add(l, OB_STYLE_VALUE, "%s, max %s", whole, max.text);
        } else {
            add(l, OB_STYLE_VALUE, "%s", whole);
            add(l, OB_STYLE_VALUE, "max %s", max.text);
        }
    }
    if (f->holes > 0)
        add(l, OB_STYLE_WARN, "%zu points without a loss", f->holes);
}

static const char *setting(const struct ob_run_model *m, const char *key,
                           const char *otherwise)
{
    const char *value = ob_settings_find(&m->settings, key);
    return value ? value : otherwise;
}

/* "a sgd 0.1 momentum 0.9  bowl" */
static void add_run(struct lines *l, const struct ob_view *v, int run)
{
    const struct ob_run_model *m = ob_live_run(v, run);
    char name[64], kind[32], lr[32], momentum[32];
    const char *tail = strrchr(m->info.name, '-');
    const char *called = tail && run > 0 ? tail + 1 : m->info.experiment;
    ob_text_safe_z(name, sizeof name, called[0] ? called : m->info.name);
    ob_text_safe_z(kind, sizeof kind, setting(m, "optimizer.kind", "sgd"));
    ob_text_safe_z(lr, sizeof lr, setting(m, "optimizer.lr", ""));
    ob_text_safe_z(momentum, sizeof momentum, setting(m, "optimizer.momentum", "0"));
    bool moves = strcmp(momentum, "0") != 0;
    add(l, (enum ob_style)(OB_STYLE_A + run), "%c %s %s%s%s  %s", 'a' + run, kind, lr,
        moves ? " momentum " : "", moves ? momentum : "", name);
}

/* The place of a run's `now` beyond the edge. */
static bool beyond(const struct ob_surface_view *f, const struct ob_surface_mark *p)
{
    return !(p->u >= f->x.from && p->u <= f->x.to && p->v >= f->y.from &&
             p->v <= f->y.to);
}

static void add_beyond(struct lines *l, const struct ob_surface_mark *p, int cols)
{
    char place[80];
    int n = snprintf(place, sizeof place, ": %s, %s", show(p->u).text, show(p->v).text);
    bool fits = (int)strlen("  beyond the edge") + n <= cols;
    add(l, OB_STYLE_WARN, "  beyond the edge%s", fits ? place : "");
}

static void add_ways(struct lines *l, const struct ob_land_state *s,
                     const struct ob_view *v, int cols)
{
    for (int i = 0; i < OB_LAND_RUNS; i++) {
        struct ob_surface_mark p;
        double step;
        if (!ob_live_run(v, i)->path || s->want.from != OB_LAND_RUN)
            continue;
        add_run(l, v, i);
        if (!ob_land_belongs(v, i)) {
            add(l, OB_STYLE_DIM, "  another problem: no path");
            continue;
        }
        if (!ob_land_row(v->surface, ob_live_run(v, i), s->told[i], &p, &step))
            add(l, OB_STYLE_DIM,
                cols < WIDE ? "  no path: see log.path"
                            : "  its path is not recorded: see log.path");
        else if (beyond(v->surface, &p))
            add_beyond(l, &p, cols);
    }
}

/* How far the known optima are from the plane at most; 0 where that is nothing that would
 * be seen on it. */
static double optima_beside(const struct ob_surface_view *f)
{
    double most = 0, seen = fmax(f->x.to - f->x.from, f->y.to - f->y.from);
    for (size_t i = 0; i < f->optima; i++)
        most = fmax(most, f->beside[i]);
    return most > 1e-6 * seen ? most : 0;
}

static void add_marks(struct lines *l, const struct ob_land_state *s,
                      const struct ob_surface_view *f)
{
    char known[32] = "";
    if (f->optima > 0)
        snprintf(known, sizeof known, "  o optimum");
    if (s->way[0].n > 0 && s->look.pathless)
        add(l, OB_STYLE_DIM, "paths hidden (t)");
    else if (s->way[0].n > 0)
        add(l, OB_STYLE_DIM, "S start  * now%s", known);
    else if (f->optima > 0)
        add(l, OB_STYLE_DIM, "o known optimum");
    if (optima_beside(f) > 0)
        add(l, OB_STYLE_DIM, "o %s off the plane", show(optima_beside(f)).text);
}

static void add_view(struct lines *l, const struct ob_land_state *s,
                     const struct ob_surface_view *f)
{
    static const char *const what[] = {
        [OB_SURFACE_PARAMS] = "two parameters",
        [OB_SURFACE_PCA] = "along the path (PCA)",
        [OB_SURFACE_RANDOM] = "random directions",
        [OB_SURFACE_CURVATURE] = "gradient, top curvature",
    };
    add(l, OB_STYLE_DIM, "plane: %s", what[f->plane]);
    if (s->want.fixed)
        add(l, OB_STYLE_DIM, "the range stays (f)");
    if (f->n > 2 && f->leaves > 0)
        add(l, OB_STYLE_DIM, "paths leave it by up to %s", show(f->leaves).text);
}

/* The watched run's loss from its first row to the one that is marked. */
static void add_course(struct lines *l, const struct ob_land_state *s,
                       const struct ob_view *v)
{
    if (s->way[0].rows == 0)
        return;
    add(l, OB_STYLE_VALUE, "path %s -> %s", show(ob_land_loss(v, 0, 0)).text,
        show(ob_land_loss(v, 0, s->told[0])).text);
}

static void add_name(struct lines *l, const struct ob_view *v)
{
    char name[160];
    ob_land_name(v, name, sizeof name);
    add(l, OB_STYLE_TEXT, "%s", name);
}

void ob_land_facts(const struct ob_land_state *s, const struct ob_view *v,
                   struct ob_canvas *c, struct ob_rect r)
{
    const struct ob_surface_view *f = v->surface;
    struct lines l = { .n = 0 };
    if (!ob_land_shown(s, v) || r.h <= 0 || r.w <= 0)
        return;
    bool ways = s->want.from == OB_LAND_RUN;
    if (r.h > 1 && !ways)
        add_name(&l, v);
    if (r.h > 1) {
        add_axis(&l, "x", &f->x, r.w);
        add_axis(&l, "y", &f->y, r.w);
        if (ways)
            add_ways(&l, s, v, r.w);
        add_marks(&l, s, f);
    }
    add_min(&l, f, r.h == 1 ? WIDE - 1 : r.w);
    add_grid(&l, f, r.w);
    add_course(&l, s, v);
    add_view(&l, s, f);
    for (int i = 0, x = r.x; i < l.n; i++) {
        if (r.h > 1) {
            if (i < r.h)
                ob_canvas_text(c, r.x, r.y + i, r.w, l.text[i], l.style[i]);
            continue;
        }
        /* All that fits whole on one line. */
        const char *text = l.text[i] + strspn(l.text[i], " ");
        if (i == 0 || ob_text_width(text) <= r.x + r.w - x)
            x += 2 + ob_canvas_text(c, x, r.y, r.x + r.w - x, text, l.style[i]);
    }
}

/* ---- The line below. ---- */

/* How a place is written: "w1 = 0.5", or "w1 0.5" where room is scarce; numbers in full
 * or as many digits as are read at a glance. */
struct manner {
    bool full, terse;
};

static void put_number(struct ob_buf *out, double v, bool full)
{
    char number[OB_NUMBER_MAX];
    if (full)
        ob_number_write(number, v);
    else
        ob_show_number(number, v, 9);
    ob_buf_adds(out, number);
}

static void put_named(struct ob_buf *out, const char *raw, double v, struct manner how)
{
    char name[96];
    ob_buf_addf(out, how.terse ? "%s " : "%s = ", ob_text_safe_z(name, sizeof name, raw));
    put_number(out, v, how.full);
}

/* "w1 = 0.5  w2 = 1  loss = 0.25" */
static void put_place(struct ob_buf *out, const struct ob_surface_view *f,
                      const struct ob_surface_mark *p, struct manner how)
{
    put_named(out, f->x.name, p->u, how);
    ob_buf_adds(out, "  ");
    put_named(out, f->y.name, p->v, how);
    ob_buf_adds(out, "  ");
    put_named(out, "loss", p->z, how);
}

/* Step and place of a row of the watched run. */
static bool put_row(struct ob_buf *out, const struct ob_view *v, size_t row,
                    struct manner how)
{
    struct ob_surface_mark p;
    char count[32];
    double step;
    if (!ob_land_row(v->surface, &v->run, row, &p, &step))
        return false;
    p.z = ob_land_loss(v, 0, row);
    ob_count_show(count, sizeof count, step);
    ob_buf_addf(out, how.terse ? "step %s  " : "a step %s  ", count);
    put_place(out, v->surface, &p, how);
    return true;
}

/* The loss at the probe lies between points of the grid: it is not exact. */
static void put_probe(struct ob_buf *out, const struct ob_land_state *s,
                      const struct ob_view *v, struct manner how)
{
    struct manner rough = { .terse = how.terse };
    ob_buf_adds(out, "+ ");
    put_named(out, v->surface->x.name, s->probe.u, how);
    ob_buf_adds(out, "  ");
    put_named(out, v->surface->y.name, s->probe.v, how);
    ob_buf_adds(out, "  ");
    put_named(out, "loss", ob_surface_at(v->surface, s->probe.u, s->probe.v), rough);
}

static bool put_note(const struct ob_land_state *s, const struct ob_view *v,
                     struct manner how, struct ob_buf *out)
{
    if (!ob_land_shown(s, v))
        return false;
    if (s->probe.on) {
        put_probe(out, s, v, how);
        return true;
    }
    if (put_row(out, v, s->told[0], how))
        return true;
    if (isnan(v->surface->min.u))
        return false;
    ob_buf_adds(out, "min ");
    put_place(out, v->surface, &v->surface->min, how);
    return true;
}

/* What is in the way of a better answer. */
static void put_why(const struct ob_view *v, struct ob_buf *out)
{
    ob_text_safe(out, v->surface->why, strlen(v->surface->why));
}

void ob_land_note(const struct ob_land_state *s, const struct ob_view *v,
                  struct ob_canvas *c, struct ob_rect r)
{
    struct ob_buf text = { 0 };
    bool exact = s->along.on || s->probe.on;
    enum ob_style style = exact ? OB_STYLE_CURSOR : OB_STYLE_VALUE;
    if (ob_land_shown(s, v) && v->surface->why[0]) {
        put_why(v, &text);
        style = OB_STYLE_WARN;
    } else {
        static const struct manner how[] = { { true, false }, { true, true }, { 0 } };
        for (size_t i = exact ? 0 : OB_COUNT(how) - 1; i < OB_COUNT(how); i++) {
            ob_buf_clear(&text);
            put_note(s, v, how[i], &text);
            if (ob_text_width(ob_buf_text(&text)) <= r.w - 2)
                break;
        }
    }
    ob_canvas_text(c, r.x + 1, r.y, r.w - 2, ob_buf_text(&text), style);
    ob_buf_finish(&text);
}

bool ob_land_value(const struct ob_land_state *s, const struct ob_view *v,
                   struct ob_buf *out)
{
    return put_note(s, v, (struct manner){ .full = true }, out);
}

void ob_land_words(const struct ob_land_state *s, const struct ob_view *v,
                   struct ob_canvas *c, struct ob_rect r)
{
    struct ob_buf text = { 0 };
    enum ob_style style = OB_STYLE_TEXT;
    char name[160];
    bool small = r.h < 3 || r.w < 40, about = strcmp(v->surface->of, s->want.of) == 0;
    ob_land_name(v, name, sizeof name);
    if (v->message[0] && small) {
        ob_text_safe(&text, v->message, strlen(v->message));
        style = v->message_style;
    } else if (ob_land_source(v) == OB_LAND_NONE) {
        ob_buf_adds(&text, "There is nothing to draw yet: choose an experiment or open a "
                           "run on the first screen (1), or set one up (3).");
    } else if (ob_land_shown(s, v)) {
        put_note(s, v, (struct manner){ .full = false }, &text);
    } else if (v->surface->known && about && v->surface->why[0]) {
        put_why(v, &text);
        style = OB_STYLE_WARN;
    } else {
        ob_buf_addf(&text, "computing the loss on a plane: %s", name);
    }
    ob_screen_paragraph(c, r, 0, ob_buf_text(&text), style);
    ob_buf_finish(&text);
}
