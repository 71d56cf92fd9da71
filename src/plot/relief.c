#include "optbench/plot/relief.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "plain_math.h"
#include "relief_priv.h"

enum {
    KNOTS = 129, /* columns and rows of heights that are drawn at most */
    AXES_COLS = 24,
    AXES_ROWS = 8,
    NUMBERS = 8,       /* text columns left of the box for the heights */
    NUMBERS_COLS = 40, /* from this width on */
};

#define WIDEST  1.4 /* the box may be stretched by so much to fill the picture */
#define SQRT_2  0x1.6a09e667f3bcdp+0
#define NEAREST 32

const struct ob_relief_view ob_relief_start = {
    .azimuth = 30, .elevation = 30, .zoom = 1, .at_x = 0.5, .at_y = 0.5
};

const char *ob_relief_style_name(enum ob_relief_style style)
{
    static const char *const name[OB_RELIEF_STYLES] = { "wire", "shaded", "ramp" };
    return name[style];
}

double ob_relief_along(int i, int n)
{
    return n > 1 ? 2.0 * i / (n - 1) - 1 : 0;
}

double ob_relief_height(double part)
{
    return (part - 0.5) * OB_RELIEF_TALL;
}

/* Turned about the vertical, then tilted; without moving and scaling. */
static struct ob_relief_point turned(const struct ob_relief_camera *c, double x, double y,
                                     double height)
{
    double right = c->ca * x - c->sa * y, away = c->sa * x + c->ca * y;
    return (struct ob_relief_point){ right, away * c->se + height * c->ce,
                                     away * c->ce - height * c->se };
}

struct ob_relief_point ob_relief_project(const struct ob_relief_camera *c, double x,
                                         double y, double height)
{
    struct ob_relief_point p = turned(c, x, y, height);
    p.x = c->cx + (p.x - c->mx) * c->sx;
    p.y = c->cy - (p.y - c->my) * c->sy;
    return p;
}

static double cut(double v, double lo, double hi)
{
    return v >= lo ? v <= hi ? v : hi : lo;
}

/* The box fits whatever the azimuth: its plane turns within a circle. */
static void aim(struct ob_relief_stage *s)
{
    struct ob_relief_camera *c = &s->camera;
    int elevation = s->v->elevation < 0 ? 0 : s->v->elevation > 90 ? 90 : s->v->elevation;
    double zoom = cut(s->v->zoom, 0.25, NEAREST);
    *c = (struct ob_relief_camera){
        .ca = ob_cos_degrees(s->v->azimuth),
        .sa = ob_sin_degrees(s->v->azimuth),
        .ce = ob_cos_degrees(elevation),
        .se = ob_sin_degrees(elevation),
    };
    double left = s->axes && s->onto->cols >= NUMBERS_COLS ? 2 * NUMBERS
                  : s->axes                                ? 4
                                                           : 0;
    double right = s->axes ? 4 : 0, top = s->axes ? 4 : 0, bottom = s->axes ? 8 : 0;
    double w = s->w - left - right - 1, h = s->h - top - bottom - 1;
    c->sx = w / (2 * SQRT_2);
    c->sy = h / (2 * SQRT_2 * c->se + OB_RELIEF_TALL * c->ce);
    double sx = cut(c->sx, 0, WIDEST * c->sy);
    c->sy = cut(c->sy, 0, WIDEST * c->sx) * zoom;
    c->sx = sx * zoom;
    c->cx = left + w / 2 + 0.5;
    c->cy = top + h / 2 + 0.5;
    double off = zoom > 1 ? 1 - 1 / zoom : 0;
    struct ob_relief_point middle = turned(c, off * (2 * cut(s->v->at_x, 0, 1) - 1),
                                           off * (2 * cut(s->v->at_y, 0, 1) - 1), 0);
    c->mx = middle.x;
    c->my = middle.y;
}

/* Which of n heights knot i of `knots` takes. */
static int knot(int i, int knots, int n)
{
    return knots > 1 ? (int)(((long long)i * (n - 1) * 2 + knots - 1) / (2 * (knots - 1)))
                     : 0;
}

static void place_vertices(struct ob_relief_stage *s)
{
    for (int j = 0; j < s->ny; j++) {
        int row = knot(j, s->ny, s->t->ny);
        for (int i = 0; i < s->nx; i++) {
            int col = knot(i, s->nx, s->t->nx);
            double z = s->t->z[(size_t)row * (size_t)s->t->nx + (size_t)col];
            double part = ob_terrain_part(&s->fit.scale, z);
            struct ob_relief_point p =
                ob_relief_project(&s->camera, ob_relief_along(col, s->t->nx),
                                  ob_relief_along(row, s->t->ny), ob_relief_height(part));
            s->vertex[j * s->nx + i] =
                (struct ob_relief_vertex){ (float)p.x, (float)p.y, (float)p.depth,
                                           (float)part, 0 };
        }
    }
}

/* How much higher one vertex lies than another, holes counting as level. */
static float rise(const struct ob_relief_vertex *a, const struct ob_relief_vertex *b)
{
    float d = (b->part - a->part) * (float)OB_RELIEF_TALL;
    return d == d ? d : 0;
}

/* Lambert's cosine towards a light above the left shoulder of whoever looks. */
static void light_vertices(struct ob_relief_stage *s)
{
    const struct ob_relief_camera *c = &s->camera;
    /* The light in the frame of the box: turned back by the azimuth. */
    const double right = -0.5, away = -0.4, up = 0.77;
    float lx = (float)(c->ca * right + c->sa * away);
    float ly = (float)(-c->sa * right + c->ca * away);
    for (int j = 0; j < s->ny; j++) {
        for (int i = 0; i < s->nx; i++) {
            int i0 = i > 0 ? i - 1 : i, i1 = i + 1 < s->nx ? i + 1 : i;
            int j0 = j > 0 ? j - 1 : j, j1 = j + 1 < s->ny ? j + 1 : j;
            const struct ob_relief_vertex *row = s->vertex + j * s->nx;
            float gx = rise(&row[i0], &row[i1]) * (float)(s->nx - 1) /
                       (2 * (float)(i1 > i0 ? i1 - i0 : 1));
            float gy = rise(&s->vertex[j0 * s->nx + i], &s->vertex[j1 * s->nx + i]) *
                       (float)(s->ny - 1) / (2 * (float)(j1 > j0 ? j1 - j0 : 1));
            float l = ((float)up - gx * lx - gy * ly) / sqrtf(gx * gx + gy * gy + 1);
            s->vertex[j * s->nx + i].light = l > 0 ? l < 1 ? l : 1 : 0;
        }
    }
}

/* Memory for the vertices, and for the dots with the cells behind them. */
static void make_room(struct ob_relief *r, struct ob_relief_stage *s)
{
    unsigned cells = (unsigned)(s->onto->cols * s->onto->rows);
    unsigned dots = (unsigned)(s->w * s->h), vertices = (unsigned)(s->nx * s->ny);
    if (vertices > r->vertices) {
        r->vertex = ob_xreallocarray(r->vertex, vertices, sizeof *r->vertex);
        r->vertices = vertices;
    }
    if (dots > r->dots) {
        r->dot = ob_xreallocarray(r->dot, dots, sizeof *r->dot);
        r->cell = ob_xreallocarray(r->cell, cells, sizeof *r->cell);
        r->dots = dots;
    }
    s->vertex = r->vertex;
    s->dot = r->dot;
    s->cell = r->cell;
    memset(s->cell, 0, cells * sizeof *s->cell);
    for (unsigned i = 0; i < dots; i++)
        s->dot[i] = (struct ob_relief_dot){ .depth = OB_RELIEF_FAR };
}

void ob_relief_draw(struct ob_relief *r, const struct ob_terrain *t,
                    const struct ob_relief_view *v, struct ob_picture *onto)
{
    struct ob_relief_stage s = { .t = t, .v = v, .onto = onto };
    ob_picture_clear(onto);
    if (onto->cols == 0 || onto->rows == 0)
        return;
    s.w = 2 * onto->cols;
    s.h = 4 * onto->rows;
    s.nx = t->nx < KNOTS ? t->nx : KNOTS;
    s.ny = t->ny < KNOTS ? t->ny : KNOTS;
    s.axes = !v->bare && onto->cols >= AXES_COLS && onto->rows >= AXES_ROWS;
    ob_terrain_fit(t, &s.fit);
    aim(&s);
    make_room(r, &s);
    place_vertices(&s);
    light_vertices(&s);
    ob_relief_ground(&s);
    if (v->style == OB_RELIEF_WIRE)
        ob_relief_mesh(&s);
    ob_relief_floor(&s);
    if (s.axes)
        ob_relief_box(&s);
    ob_relief_trails(&s);
    ob_relief_compose(&s);
    if (s.axes)
        ob_relief_names(&s);
    ob_relief_marks(&s);
}

void ob_relief_finish(struct ob_relief *r)
{
    free(r->vertex);
    free(r->dot);
    free(r->cell);
    memset(r, 0, sizeof *r);
}
