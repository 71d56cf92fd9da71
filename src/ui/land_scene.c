#include <math.h>
#include <stdlib.h>

#include "land_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"

enum {
    FLAGS = OB_SURFACE_OPTIMA + 2 * OB_LAND_RUNS + 1,
    OUT = 8, /* times what is seen */
};

size_t ob_land_now(const struct ob_land_state *s, const struct ob_view *v, int run)
{
    const struct ob_run_model *m = ob_live_run(v, run);
    size_t rows = s->way[run].rows;
    if (run == 0 && s->along.on)
        return s->along.row < rows ? s->along.row : rows - (rows > 0);
    if (!m->playing)
        return rows - (rows > 0);
    struct ob_surface_mark p;
    size_t lo = 0, hi = rows;
    while (hi - lo > 1) { /* the last row that was played */
        size_t mid = lo + (hi - lo) / 2;
        double step = 0;
        ob_land_row(v->surface, m, mid, &p, &step);
        if (step <= m->play_step)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

void ob_land_follow(struct ob_land_state *s, const struct ob_view *v)
{
    bool other = s->opened != v->opened;
    s->opened = v->opened;
    s->along.on &= !other;
    for (int i = 0; i < OB_LAND_RUNS; i++) {
        const struct ob_run_model *m = ob_live_run(v, i);
        bool drawn = ob_land_shown(s, v) && m->path && s->want.from == OB_LAND_RUN &&
                     ob_land_belongs(v, i);
        if (!drawn || other)
            ob_land_way_finish(&s->way[i]);
        if (drawn)
            ob_land_way_follow(&s->way[i], v->surface, m, !ob_land_diverges(m));
    }
}

/* What is drawn of the ways: the points that were kept, and now between them. */
struct trails {
    struct ob_trail trail[OB_LAND_RUNS];
    size_t trails;
    struct ob_flag flag[FLAGS];
    size_t flags;
    double *x, *y; /* of all of them */
};

static void add_flag(struct trails *t, double x, double y, char glyph, enum ob_ink ink)
{
    if (t->flags < FLAGS && isfinite(x) && isfinite(y))
        t->flag[t->flags++] =
            (struct ob_flag){ .x = x, .y = y, .z = NAN, .glyph = glyph, .ink = ink };
}

/* An arrow at the border where a way is beyond it. */
static void add_arrow(struct trails *t, const struct ob_surface_view *f, double x,
                      double y, enum ob_ink ink)
{
    double at_x = fmin(fmax(x, f->x.from), f->x.to);
    double at_y = fmin(fmax(y, f->y.from), f->y.to);
    if (isnan(x) || isnan(y) || (at_x == x && at_y == y))
        return;
    double off_x = fabs(x - at_x) / (f->x.to - f->x.from);
    double off_y = fabs(y - at_y) / (f->y.to - f->y.from);
    char glyph = off_x > off_y ? (x > at_x ? '>' : '<') : y > at_y ? '^' : 'v';
    add_flag(t, at_x, at_y, glyph, ink);
}

/* A point of a trail. One so far beyond the edges that lines to it say nothing any more
 * is a gap. */
static void put_point(const struct ob_surface_view *f, double x, double y, double *to_x,
                      double *to_y)
{
    double w = OUT * (f->x.to - f->x.from), h = OUT * (f->y.to - f->y.from);
    bool seen =
        x > f->x.from - w && x < f->x.to + w && y > f->y.from - h && y < f->y.to + h;
    *to_x = seen ? x : NAN;
    *to_y = seen ? y : NAN;
}

/* Puts a way into the room at x[0], y[0]; returns the points used, at most n + 2. */
static size_t add_trail(struct trails *t, const struct ob_land_state *s,
                        const struct ob_view *v, int run, double *x, double *y)
{
    const struct ob_land_way *w = &s->way[run];
    const struct ob_run_model *m = ob_live_run(v, run);
    size_t now = ob_land_now(s, v, run), n = 0, at = 0;
    enum ob_ink ink = (enum ob_ink)(OB_INK_A + run);
    struct ob_surface_mark p = { NAN, NAN, NAN }, p_last;
    double step;
    ob_land_row(v->surface, m, now, &p, &step);
    for (size_t i = 0; i < w->n && w->row[i] < now; i++, n++)
        put_point(v->surface, w->x[i], w->y[i], &x[n], &y[n]);
    at = n;
    put_point(v->surface, p.u, p.v, &x[n], &y[n]);
    n++;
    /* What is replayed has no future; what is looked at has one. */
    for (size_t i = 0; i < w->n && !m->playing; i++)
        if (w->row[i] > now) {
            put_point(v->surface, w->x[i], w->y[i], &x[n], &y[n]);
            n++;
        }
    if (!m->playing && now + 1 < w->rows &&
        ob_land_row(v->surface, m, w->rows - 1, &p_last, &step)) {
        put_point(v->surface, p_last.u, p_last.v, &x[n], &y[n]);
        n++;
    }
    t->trail[t->trails++] = (struct ob_trail){
        .x = x, .y = y, .n = n, .now = at, .letter = (char)('a' + run), .ink = ink
    };
    add_flag(t, w->x[0], w->y[0], 'S', ink);
    add_arrow(t, v->surface, p.u, p.v, ink);
    return n;
}

static void gather(struct trails *t, const struct ob_land_state *s,
                   const struct ob_view *v)
{
    const struct ob_surface_view *f = v->surface;
    size_t room = 0;
    *t = (struct trails){ .trails = 0 };
    for (int i = 0; i < OB_LAND_RUNS; i++)
        room += s->way[i].n + 2;
    t->x = ob_xcalloc(room, sizeof *t->x);
    t->y = ob_xcalloc(room, sizeof *t->y);
    size_t used = 0;
    for (size_t i = 0; i < f->optima; i++)
        add_flag(t, f->optimum[i].u, f->optimum[i].v, 'o', OB_INK_MARK);
    /* The watched run lies on top. */
    for (int i = OB_LAND_RUNS; i-- > 0 && !s->look.pathless;)
        if (s->way[i].n > 0)
            used += add_trail(t, s, v, i, t->x + used, t->y + used);
    if (s->probe.on)
        add_flag(t, s->probe.u, s->probe.v, '+', OB_INK_TEXT);
}

static struct ob_terrain terrain_of(const struct ob_surface_view *f, const char *name_x,
                                    const char *name_y, bool log)
{
    return (struct ob_terrain){
        .z = f->z,
        .nx = (int)f->nx,
        .ny = (int)f->ny,
        .x = { name_x, f->x.from, f->x.to },
        .y = { name_y, f->y.from, f->y.to },
        .name = "loss",
        .log = log,
    };
}

enum ob_relief_style ob_land_style(const struct ob_land_look *l, const struct ob_view *v)
{
    if (l->style_chosen && (l->style != OB_RELIEF_SHADED || v->grounds))
        return l->style;
    if (l->style_chosen)
        return OB_RELIEF_RAMP; /* what shading is without colours behind glyphs */
    return v->glyphs == OB_GLYPHS_ASCII ? OB_RELIEF_RAMP : OB_RELIEF_WIRE;
}

static void draw_relief(struct ob_land_state *s, const struct ob_view *v,
                        const struct ob_terrain *t)
{
    const struct ob_land_look *l = &s->look;
    struct ob_relief_view view = ob_relief_start;
    view.azimuth = l->azimuth;
    view.elevation = l->elevation;
    view.zoom = l->zoom;
    view.at_x = l->at_x;
    view.at_y = l->at_y;
    view.style = ob_land_style(l, v);
    view.tier = v->glyphs;
    view.grounds = v->grounds;
    ob_relief_draw(&s->relief, t, &view, &s->picture[OB_LAND_RELIEF]);
}

static void draw_map(struct ob_land_state *s, const struct ob_view *v,
                     const struct ob_terrain *t)
{
    const struct ob_land_look *l = &s->look;
    struct ob_picture *onto = &s->picture[OB_LAND_MAP];
    struct ob_contour_view view = { .tier = v->glyphs,
                                    .grounds = v->grounds,
                                    .zoom = l->zoom,
                                    .at_x = l->at_x,
                                    .at_y = l->at_y };
    ob_contour_draw(t, &view, onto, NULL);
    s->map_place = ob_contour_place(t, &view, onto->cols, onto->rows);
}

void ob_land_paint(struct ob_land_state *s, const struct ob_view *v,
                   const struct ob_rect place[OB_LAND_PANES])
{
    struct trails t;
    char x[96], y[96];
    for (int i = 0; i < OB_LAND_PANES; i++) {
        ob_picture_size(&s->picture[i], place[i].w, place[i].h);
        ob_picture_clear(&s->picture[i]);
    }
    s->map_at = place[OB_LAND_MAP];
    if (!ob_land_shown(s, v))
        return;
    ob_text_safe_z(x, sizeof x, v->surface->x.name);
    ob_text_safe_z(y, sizeof y, v->surface->y.name);
    gather(&t, s, v);
    struct ob_terrain terrain = terrain_of(v->surface, x, y, s->look.log);
    terrain.trail = t.trail;
    terrain.trails = t.trails;
    terrain.flag = t.flag;
    terrain.flags = t.flags;
    if (place[OB_LAND_RELIEF].w > 0 && place[OB_LAND_RELIEF].h > 0)
        draw_relief(s, v, &terrain);
    if (place[OB_LAND_MAP].w > 0 && place[OB_LAND_MAP].h > 0)
        draw_map(s, v, &terrain);
    free(t.x);
    free(t.y);
}
