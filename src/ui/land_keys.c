#include <math.h>
#include <stdio.h>

#include "land_priv.h"
#include "live_priv.h"

enum { TURN = 5, NEAREST = 32, PROBES = 40, PANS = 8, FINE = 10 };

static const char no_path[] = "no path is recorded here: open a run";

void ob_land_begin(struct ob_land_look *l)
{
    if (l->begun)
        return;
    l->begun = true;
    l->azimuth = ob_relief_start.azimuth;
    l->elevation = ob_relief_start.elevation;
    l->zoom = 1;
    l->at_x = l->at_y = 0.5;
}

static double cut(double v, double lo, double hi)
{
    return v >= lo ? v <= hi ? v : hi : lo;
}

/* Across the map by steps of what is seen of it. */
static void move_probe(struct ob_land_state *s, const struct ob_surface_view *f,
                       double right, double up)
{
    double part = 1 / (PROBES * s->look.zoom);
    double w = f->x.to - f->x.from, h = f->y.to - f->y.from;
    s->probe.u = cut(s->probe.u + right * part * w, f->x.from, f->x.to);
    s->probe.v = cut(s->probe.v + up * part * h, f->y.from, f->y.to);
}

/* The map alone is seen: it moves, where there is more of it than is seen. */
static void pan(struct ob_land_look *l, double right, double up, struct ob_wishes *wish)
{
    double half = 0.5 / l->zoom, part = 1 / (PANS * l->zoom);
    if (l->zoom <= 1)
        ob_live_say(wish, "all of the map is seen; c shows the surface, which turns");
    l->at_x = cut(cut(l->at_x, half, 1 - half) + right * part, half, 1 - half);
    l->at_y = cut(cut(l->at_y, half, 1 - half) + up * part, half, 1 - half);
}

static void turn(struct ob_land_state *s, const struct ob_view *v, int right, int up,
                 bool little, struct ob_wishes *wish)
{
    struct ob_land_look *l = &s->look;
    int degrees = little ? 1 : TURN;
    double steps = little ? 1.0 / FINE : 1;
    if (s->probe.on && ob_land_shown(s, v)) {
        move_probe(s, v->surface, steps * right, steps * up);
        return;
    }
    if (ob_land_shown(s, v) && s->picture[OB_LAND_RELIEF].cols == 0) {
        pan(l, steps * right, steps * up, wish);
        return;
    }
    l->azimuth = ((l->azimuth + degrees * right) % 360 + 360) % 360;
    l->elevation += degrees * up;
    l->elevation = l->elevation < 0 ? 0 : l->elevation > 90 ? 90 : l->elevation;
}

/* Where the eye goes when it comes nearer: the probe, the row that is marked, the lowest
 * place. */
static struct ob_surface_mark focus(const struct ob_land_state *s,
                                    const struct ob_view *v)
{
    struct ob_surface_mark p = v->surface->min;
    double step;
    if (s->probe.on)
        return (struct ob_surface_mark){ s->probe.u, s->probe.v, NAN };
    ob_land_row(v->surface, ob_live_run(v, 0), ob_land_now(s, v, 0), &p, &step);
    return p;
}

static void zoom(struct ob_land_state *s, const struct ob_view *v, double factor,
                 struct ob_wishes *wish)
{
    const struct ob_surface_view *f = v->surface;
    struct ob_land_look *l = &s->look;
    if (l->zoom <= 1 && factor < 1)
        ob_live_say(wish, "all of the plane is seen");
    else if (l->zoom >= NEAREST && factor > 1)
        ob_live_say(wish, "nearer it does not go");
    l->zoom = cut(l->zoom * factor, 1, NEAREST);
    if (!ob_land_shown(s, v) || factor < 1)
        return;
    struct ob_surface_mark p = focus(s, v);
    l->at_x = cut((p.u - f->x.from) / (f->x.to - f->x.from), 0, 1);
    l->at_y = cut((p.v - f->y.from) / (f->y.to - f->y.from), 0, 1);
}

/* The probe begins in the middle of what is looked at. */
static void toggle_probe(struct ob_land_state *s, const struct ob_view *v)
{
    struct ob_surface_mark p = focus(s, v);
    const struct ob_surface_view *f = v->surface;
    bool on = !s->probe.on && ob_land_shown(s, v);
    if (on)
        s->probe = (struct ob_land_probe){ .u = cut(p.u, f->x.from, f->x.to),
                                           .v = cut(p.v, f->y.from, f->y.to) };
    s->probe.on = on;
}

static void step(struct ob_land_state *s, const struct ob_view *v, bool back, bool fast,
                 struct ob_wishes *wish)
{
    size_t rows = s->way[0].rows, by = fast ? rows / 20 + 1 : 1;
    if (rows == 0) {
        ob_live_say(wish, no_path);
        return;
    }
    if (!s->along.on) {
        s->along.row = ob_land_now(s, v, 0);
        s->along.on = true;
    }
    if (back)
        s->along.row -= by < s->along.row ? by : s->along.row;
    else
        s->along.row = s->along.row + by < rows ? s->along.row + by : rows - 1;
}

static void reset(struct ob_land_state *s, const struct ob_view *v)
{
    s->look.begun = s->look.log_chosen = s->look.style_chosen = false;
    ob_land_begin(&s->look);
    ob_land_answered(s, v); /* whether by logarithms is as it was, too */
    s->want.ranged = s->want.fixed = false;
    if (v->run.path && ob_land_diverges(&v->run))
        s->want.asked = 0; /* up to where it was in sight: its end tells */
    s->probe.on = s->along.on = false;
}

/* Requests that move something. */
static bool moves(struct ob_land_state *s, const struct ob_view *v, enum ob_request r,
                  struct ob_wishes *wish)
{
    bool little = r == OB_REQUEST_LAND_LEFT_LITTLE || r == OB_REQUEST_LAND_RIGHT_LITTLE ||
                  r == OB_REQUEST_LAND_UP_LITTLE || r == OB_REQUEST_LAND_DOWN_LITTLE;
    switch (r) {
    case OB_REQUEST_LAND_LEFT:
    case OB_REQUEST_LAND_LEFT_LITTLE:
        turn(s, v, -1, 0, little, wish);
        return true;
    case OB_REQUEST_LAND_RIGHT:
    case OB_REQUEST_LAND_RIGHT_LITTLE:
        turn(s, v, 1, 0, little, wish);
        return true;
    case OB_REQUEST_UP:
    case OB_REQUEST_LAND_UP_LITTLE:
        turn(s, v, 0, 1, little, wish);
        return true;
    case OB_REQUEST_DOWN:
    case OB_REQUEST_LAND_DOWN_LITTLE:
        turn(s, v, 0, -1, little, wish);
        return true;
    case OB_REQUEST_LAND_ZOOM_IN:
    case OB_REQUEST_LAND_ZOOM_OUT:
        zoom(s, v, r == OB_REQUEST_LAND_ZOOM_IN ? 1.25 : 0.8, wish);
        return true;
    default:
        return false;
    }
}

/* A range that was proposed, or grew, becomes one that stays. */
static void fix_range(struct ob_land_state *s, const struct ob_view *v,
                      struct ob_wishes *wish)
{
    const struct ob_surface_view *f = v->surface;
    if (ob_land_source(v) != OB_LAND_RUN) {
        ob_live_say(wish, "there is no run that the range could follow");
        return;
    }
    s->want.fixed = !s->want.fixed;
    if (s->want.fixed && ob_land_shown(s, v) && !s->want.ranged) {
        s->want.box = (struct ob_land_box){ f->x.from, f->x.to, f->y.from, f->y.to };
    }
    ob_live_say(wish, s->want.fixed ? "the range stays as it is"
                                    : "the range grows with the path");
}

/* From what is drawn to what is drawn in another way. */
static void next_style(struct ob_land_look *l, const struct ob_view *v)
{
    enum ob_relief_style style = ob_land_style(l, v);
    do
        style = (enum ob_relief_style)((style + 1) % OB_RELIEF_STYLES);
    while (style == OB_RELIEF_SHADED && !v->grounds);
    l->style = style;
    l->style_chosen = true;
}

static void toggle_path(struct ob_land_state *s, const struct ob_view *v,
                        struct ob_wishes *wish)
{
    if (ob_land_source(v) == OB_LAND_RUN)
        s->look.pathless = !s->look.pathless;
    else
        ob_live_say(wish, no_path);
}

static void next_size(struct ob_land_state *s, struct ob_wishes *wish)
{
    static const size_t size[] = { 17, 33, 65, 129 };
    char text[64];
    size_t i = 0, now = s->want.size ? s->want.size : 65;
    while (i < OB_COUNT(size) && size[i] <= now)
        i++;
    s->want.size = size[i % OB_COUNT(size)];
    snprintf(text, sizeof text, "%zu points a side", s->want.size);
    if (wish->wish == OB_WISH_NONE)
        ob_live_say(wish, text);
}

bool ob_land_move(struct ob_land_state *s, const struct ob_view *v, enum ob_request r,
                  struct ob_wishes *wish)
{
    struct ob_land_look *l = &s->look;
    ob_land_begin(l);
    if (moves(s, v, r, wish))
        return true;
    switch (r) {
    case OB_REQUEST_LAND_SWAP:
        l->large = l->large == OB_LAND_MAP ? OB_LAND_RELIEF : OB_LAND_MAP;
        return true;
    case OB_REQUEST_LAND_STYLE:
        next_style(l, v);
        return true;
    case OB_REQUEST_LAND_LOG:
        l->log = !l->log;
        l->log_chosen = true;
        return true;
    case OB_REQUEST_LAND_PATH:
        toggle_path(s, v, wish);
        return true;
    case OB_REQUEST_LAND_PROBE:
        toggle_probe(s, v);
        return true;
    case OB_REQUEST_LAND_BEFORE:
    case OB_REQUEST_LAND_BEFORE_FAST:
    case OB_REQUEST_LAND_AFTER:
    case OB_REQUEST_LAND_AFTER_FAST:
        step(s, v, r == OB_REQUEST_LAND_BEFORE || r == OB_REQUEST_LAND_BEFORE_FAST,
             r == OB_REQUEST_LAND_BEFORE_FAST || r == OB_REQUEST_LAND_AFTER_FAST, wish);
        return true;
    case OB_REQUEST_LAND_FOLLOW:
        fix_range(s, v, wish);
        return true;
    case OB_REQUEST_LAND_SIZE:
        next_size(s, wish);
        return true;
    case OB_REQUEST_LAND_RESET:
        reset(s, v);
        return true;
    case OB_REQUEST_BACK:
        if (!s->probe.on && !s->along.on)
            return false;
        s->probe.on = s->along.on = false;
        return true;
    default:
        return false;
    }
}
