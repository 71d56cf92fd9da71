#include <math.h>

#include "relief_priv.h"

/* Dots between the lines of a mesh, at least, where every dot is shown and where not. */
enum { APART = 7, APART_COARSE = 12 };

#define MESH_BIAS 0.005

static struct ob_relief_cell *cell_of(const struct ob_relief_stage *s, int x, int y)
{
    return &s->cell[y / 4 * s->onto->cols + x / 2];
}

static bool inside(const struct ob_relief_stage *s, double x, double y)
{
    return x >= 0 && y >= 0 && x < s->w && y < s->h;
}

/* A part of the mesh from one vertex to its neighbour. */
static void mesh_edge(struct ob_relief_stage *s, const struct ob_relief_vertex *a,
                      const struct ob_relief_vertex *b)
{
    float dx = b->x - a->x, dy = b->y - a->y;
    float length = fmaxf(fabsf(dx), fabsf(dy));
    if (!(a->part + b->part >= 0) || length > 1e5f)
        return;
    int n = 1 + (int)length;
    for (int k = 0; k <= n; k++) {
        float t = (float)k / (float)n, x = a->x + t * dx, y = a->y + t * dy;
        if (!inside(s, (double)x, (double)y) ||
            !ob_relief_seen(s, (int)x, (int)y,
                            (double)(a->depth + t * (b->depth - a->depth)), MESH_BIAS))
            continue;
        struct ob_relief_cell *c = cell_of(s, (int)x, (int)y);
        float part = a->part + t * (b->part - a->part);
        c->mesh |= ob_dot_bit((int)x % 2, (int)y % 4);
        c->part = fmaxf(c->part, part);
    }
}

/* Line `i` of `lines` runs along knot ... of n. */
static int line_at(int i, int lines, int n)
{
    return lines > 1 ? (int)((long long)i * (n - 1) / (lines - 1)) : 0;
}

/* As many as stand apart when seen from the front. */
static int lines_of(const struct ob_relief_stage *s, int n)
{
    int apart = s->v->tier == OB_GLYPHS_BRAILLE ? APART : APART_COARSE;
    int most = 1 + (int)(2 * s->camera.sx / apart);
    return n < most ? n : most < 2 ? 2 : most;
}

void ob_relief_mesh(struct ob_relief_stage *s)
{
    int across = lines_of(s, s->nx), along = lines_of(s, s->ny);
    for (int k = 0; k < along; k++) {
        const struct ob_relief_vertex *row = s->vertex + line_at(k, along, s->ny) * s->nx;
        for (int i = 0; i < s->nx; i++)
            mesh_edge(s, &row[i], &row[i + 1 < s->nx ? i + 1 : i]);
    }
    for (int k = 0; k < across; k++) {
        const struct ob_relief_vertex *v = s->vertex + line_at(k, across, s->nx);
        for (int j = 0; j < s->ny; j++)
            mesh_edge(s, &v[j * s->nx], &v[(j + 1 < s->ny ? j + 1 : j) * s->nx]);
    }
}

/* A dot of the frame, where the ground does not hide it. */
static void frame_dot(struct ob_relief_stage *s, const struct ob_relief_point *p)
{
    if (inside(s, p->x, p->y) && ob_relief_seen(s, (int)p->x, (int)p->y, p->depth, 0))
        cell_of(s, (int)p->x, (int)p->y)->frame |=
            ob_dot_bit((int)p->x % 2, (int)p->y % 4);
}

void ob_relief_frame_line(struct ob_relief_stage *s, const double from[3],
                          const double to[3])
{
    struct ob_relief_point a = ob_relief_project(&s->camera, from[0], from[1], from[2]);
    struct ob_relief_point b = ob_relief_project(&s->camera, to[0], to[1], to[2]);
    int n = 1 + (int)fmin(fmax(fabs(b.x - a.x), fabs(b.y - a.y)), 1e5);
    for (int k = 0; k <= n; k++) {
        double t = (double)k / n;
        struct ob_relief_point p = { a.x + t * (b.x - a.x), a.y + t * (b.y - a.y),
                                     a.depth + t * (b.depth - a.depth) };
        frame_dot(s, &p);
    }
}

static bool hole(const struct ob_relief_stage *s, int i, int j)
{
    float part = s->vertex[j * s->nx + i].part;
    return part != part;
}

/* Where heights are missing, the floor: a dot for each. */
void ob_relief_floor(struct ob_relief_stage *s)
{
    for (int j = 0; j < s->ny; j++) {
        for (int i = 0; i < s->nx; i++) {
            if (!hole(s, i, j))
                continue;
            struct ob_relief_point p =
                ob_relief_project(&s->camera, ob_relief_along(i, s->nx),
                                  ob_relief_along(j, s->ny), ob_relief_height(0));
            if ((int)fabs(p.x) % 3 == 0 || s->nx < s->w / 6)
                frame_dot(s, &p);
        }
    }
}
