#include <math.h>
#include <stdio.h>

#include "land_priv.h"
#include "live_priv.h"

enum { TURN = 5, NEAREST = 32, PROBES = 40, FINE = 10 };

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

static void turn(struct ob_land_state *s, const struct ob_view *v, int right, int up,
                 bool little)
{
    struct ob_land_look *l = &s->look;
    int degrees = little ? 1 : TURN;
    if (s->probe.on && ob_land_shown(s, v)) {
        double steps = little ? 1.0 / FINE : 1;
        move_probe(s, v->surface, steps * right, steps * up);
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

static void zoom(struct ob_land_state *s, const struct ob_view *v, double factor)
{
    const struct ob_surface_view *f = v->surface;
    struct ob_land_look *l = &s->look;
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
        ob_live_say(wish, "no path is recorded here: open a run");
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

static void reset(struct ob_land_state *s)
{
    s->look.begun = s->look.log_chosen = s->look.style_chosen = false;
    ob_land_begin(&s->look);
    s->want.ranged = s->want.fixed = false;
    s->probe.on = s->along.on = false;
}

/* Requests that move something. */
static bool moves(struct ob_land_state *s, const struct ob_view *v, enum ob_request r)
{
    bool little = r == OB_REQUEST_LAND_LEFT_LITTLE || r == OB_REQUEST_LAND_RIGHT_LITTLE ||
                  r == OB_REQUEST_LAND_UP_LITTLE || r == OB_REQUEST_LAND_DOWN_LITTLE;
    switch (r) {
    case OB_REQUEST_LAND_LEFT:
    case OB_REQUEST_LAND_LEFT_LITTLE:
        turn(s, v, -1, 0, little);
        return true;
    case OB_REQUEST_LAND_RIGHT:
    case OB_REQUEST_LAND_RIGHT_LITTLE:
        turn(s, v, 1, 0, little);
        return true;
    case OB_REQUEST_UP:
    case OB_REQUEST_LAND_UP_LITTLE:
        turn(s, v, 0, 1, little);
        return true;
    case OB_REQUEST_DOWN:
    case OB_REQUEST_LAND_DOWN_LITTLE:
        turn(s, v, 0, -1, little);
        return true;
    case OB_REQUEST_LAND_ZOOM_IN:
    case OB_REQUEST_LAND_ZOOM_OUT:
        zoom(s, v, r == OB_REQUEST_LAND_ZOOM_IN ? 1.25 : 0.8);
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
    s->want.fixed = !s->want.fixed;
    if (s->want.fixed && ob_land_shown(s, v) && !s->want.ranged) {
        s->want.box = (struct ob_land_box){ f->x.from, f->x.to, f->y.from, f->y.to };
    }
    ob_live_say(wish, s->want.fixed ? "the range stays as it is"
                                    : "the range grows with the path");
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
    if (moves(s, v, r))
        return true;
    switch (r) {
    case OB_REQUEST_LAND_SWAP:
        l->large = l->large == OB_LAND_MAP ? OB_LAND_RELIEF : OB_LAND_MAP;
        return true;
    case OB_REQUEST_LAND_STYLE:
        l->style = (enum ob_relief_style)((ob_land_style(l, v) + 1) % OB_RELIEF_STYLES);
        l->style_chosen = true;
        return true;
    case OB_REQUEST_LAND_LOG:
        l->log = !l->log;
        l->log_chosen = true;
        return true;
    case OB_REQUEST_LAND_PATH:
        l->pathless = !l->pathless;
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
        reset(s);
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
