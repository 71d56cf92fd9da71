#include <math.h>
#include <string.h>

#include "optbench/base/text.h"
#include "relief_priv.h"

enum {
    ROWS_PER_NUMBER = 4, /* text rows between the numbers of the heights */
    COLS_PER_NUMBER = 9,
};

static const double floor_height = -OB_RELIEF_TALL / 2;

/* The sides of the floor that are nearest: y of the edge along x, x of the edge along y;
 * and the corner furthest to the left, which carries the heights. */
struct sides {
    double y, x;
    double left_x, left_y;
};

static struct sides sides_of(const struct ob_relief_camera *c)
{
    struct sides s = { c->ca >= 0 ? -1 : 1, c->sa >= 0 ? -1 : 1, 0, 0 };
    /* right = ca x - sa y is least */
    s.left_x = c->ca >= 0 ? -1 : 1;
    s.left_y = c->sa >= 0 ? 1 : -1;
    return s;
}

void ob_relief_box(struct ob_relief_stage *s)
{
    static const double corner[5][2] = {
        { -1, -1 }, { 1, -1 }, { 1, 1 }, { -1, 1 }, { -1, -1 }
    };
    struct sides side = sides_of(&s->camera);
    for (int i = 0; i < 4; i++)
        ob_relief_frame_line(
            s, (const double[3]){ corner[i][0], corner[i][1], floor_height },
            (const double[3]){ corner[i + 1][0], corner[i + 1][1], floor_height });
    ob_relief_frame_line(s, (const double[3]){ side.left_x, side.left_y, floor_height },
                         (const double[3]){ side.left_x, side.left_y, -floor_height });
}

/* A text at a place of the box: beginning right of it (1), ending left of it (-1), or
 * below it (0). */
struct label {
    const char *text;
    double at[3];
    int beside;
    int below; /* further rows down */
};

/* The frame may be written over, and run beside. */
static bool frame_only(const struct ob_tile *t)
{
    return t->heat == 0 && t->ground == 0 && t->ink == OB_INK_BAND;
}

/* Only where all of it fits and covers neither ground nor text, nor touches text. */
static bool room(const struct ob_picture *p, int col, int row, int n)
{
    if (row < 0 || row >= p->rows || col < 0 || col + n > p->cols)
        return false;
    for (int i = col > 0 ? col - 1 : col; i <= col + n && i < p->cols; i++) {
        const struct ob_tile *t = &p->tile[row * p->cols + i];
        if (t->glyph[0] && !frame_only(t))
            return false;
    }
    return true;
}

static void put(struct ob_relief_stage *s, const struct label *l)
{
    struct ob_relief_point p =
        ob_relief_project(&s->camera, l->at[0], l->at[1], l->at[2]);
    int n = ob_text_width(l->text);
    if (!(fabs(p.x) < 1e5 && fabs(p.y) < 1e5))
        return;
    int col = (int)floor(p.x / 2), row = (int)floor(p.y / 4) + l->below;
    col += l->beside > 0 ? 2 : l->beside < 0 ? -1 - n : -n / 2;
    if (room(s->onto, col, row, n))
        ob_picture_text(s->onto, col, row, l->text, OB_INK_LABEL);
}

/* One of the two nearest edges of the floor. */
struct edge {
    const struct ob_terrain_axis *axis;
    bool along_x;
    double across; /* where it lies on the other axis */
    double length; /* text columns that it covers */
    int beside;
};

static struct edge edge_of(const struct ob_relief_stage *s, bool along_x)
{
    const struct ob_relief_camera *c = &s->camera;
    struct sides side = sides_of(c);
    struct edge e = { .axis = along_x ? &s->t->x : &s->t->y, .along_x = along_x };
    e.across = along_x ? side.y : side.x;
    e.length = fabs(along_x ? c->ca : c->sa) * c->sx;
    /* The side that looks away from the box. */
    double outward = along_x ? -c->sa * e.across : c->ca * e.across;
    e.beside = outward > 0.35 ? 1 : outward < -0.35 ? -1 : 0;
    return e;
}

static void put_along(struct ob_relief_stage *s, const struct edge *e, const char *text,
                      double at, int below)
{
    double place = 2 * (at - e->axis->from) / (e->axis->to - e->axis->from) - 1;
    struct label l = { text,
                       { e->along_x ? place : e->across, e->along_x ? e->across : place,
                         floor_height },
                       e->beside,
                       below };
    if (place >= -1.000001 && place <= 1.000001)
        put(s, &l);
}

static void name_edge(struct ob_relief_stage *s, bool along_x)
{
    struct edge e = edge_of(s, along_x);
    struct ob_ticks ticks;
    double lo = e.axis->from, hi = e.axis->to;
    unsigned most = 2 + (unsigned)(e.length / COLS_PER_NUMBER);
    ob_axis_admit(&lo, &hi);
    ob_ticks_linear(&ticks, lo, hi, most < 7 ? most : 7, OB_TICK_VALUE);
    /* A name goes before numbers: those are many. */
    if (e.axis->name)
        put_along(s, &e, e.axis->name, lo / 2 + hi / 2, e.beside == 0 ? 2 : 1);
    for (size_t i = 0; i < ticks.n; i++)
        put_along(s, &e, ticks.item[i].label, ticks.item[i].value, e.beside == 0 ? 1 : 0);
}

static void name_heights(struct ob_relief_stage *s)
{
    struct sides side = sides_of(&s->camera);
    struct ob_ticks ticks;
    double rows = OB_RELIEF_TALL * s->camera.ce * s->camera.sy / 4;
    struct label l = { "", { side.left_x, side.left_y, 0 }, -1, 0 };
    if (s->fit.empty || rows < 2)
        return;
    ob_scale_ticks(&s->fit.scale, 2 + (unsigned)(rows / ROWS_PER_NUMBER), &ticks);
    for (size_t i = 0; i < ticks.n; i++) {
        double part = ob_terrain_part(&s->fit.scale, ticks.item[i].value);
        l.text = ticks.item[i].label;
        l.at[2] = ob_relief_height(part);
        put(s, &l);
    }
    if (s->t->name) {
        l = (struct label){
            s->t->name, { side.left_x, side.left_y, -floor_height }, 0, -1
        };
        put(s, &l);
    }
}

void ob_relief_names(struct ob_relief_stage *s)
{
    name_heights(s);
    name_edge(s, true);
    name_edge(s, false);
}
