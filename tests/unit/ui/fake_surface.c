#include "fake_feed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

enum { COARSE = 17, FINE = 65 };

bool fake_surface(struct ob_feed *base, const struct ob_surface_ask *ask,
                  struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    f->surface = *ask;
    f->surface.path = NULL;
    f->surface.text = f->surface.x = f->surface.y = NULL;
    f->surface_text = ask->text != NULL;
    snprintf(f->surface_of, sizeof f->surface_of, "%s", ask->path[0]);
    f->surfaces++;
    f->surface_left = f->no_surface ? 1 : 2;
    base->surface.under_way = true;
    return true;
}

static double loss_at(const struct fake_feed *f, double u, double v)
{
    double a = 2 - u - v, b = 4 - 3 * u - v;
    return f->holes && u < 0.3 ? NAN : a * a + b * b;
}

static void fill_grid(const struct fake_feed *f, struct ob_surface_view *s)
{
    s->z = ob_xcalloc(s->nx * s->ny, sizeof *s->z);
    s->min = s->max = (struct ob_surface_mark){ NAN, NAN, NAN };
    for (size_t k = 0; k < s->nx * s->ny; k++) {
        struct ob_surface_mark p = {
            .u = s->x.from +
                 (s->x.to - s->x.from) * (double)(k % s->nx) / (double)(s->nx - 1),
            .v = s->y.from +
                 (s->y.to - s->y.from) * (double)(k / s->nx) / (double)(s->ny - 1),
        };
        s->z[k] = p.z = loss_at(f, p.u, p.v);
        s->holes += isnan(p.z);
        if (p.z < s->min.z || (isnan(s->min.z) && !isnan(p.z)))
            s->min = p;
        if (p.z > s->max.z || (isnan(s->max.z) && !isnan(p.z)))
            s->max = p;
    }
}

static void fill_axes(const struct fake_feed *f, struct ob_surface_view *s)
{
    const struct ob_surface_ask *ask = &f->surface;
    bool few = !f->many && ask->plane == OB_SURFACE_PARAMS;
    s->x = (struct ob_surface_axis){ .index = few ? 0 : -1, .share = NAN };
    s->y = (struct ob_surface_axis){ .index = few ? 1 : -1, .share = NAN };
    s->x.from = ask->ranged ? ask->x0 : -1;
    s->x.to = ask->ranged ? ask->x1 : 3;
    s->y.from = ask->ranged ? ask->y0 : -1;
    s->y.to = ask->ranged ? ask->y1 : 3;
    s->x.direction[0] = s->y.direction[1] = 1;
    snprintf(s->x.name, sizeof s->x.name, "%s", fake_name(f, few ? "w0" : "PC1"));
    snprintf(s->y.name, sizeof s->y.name, "%s", few ? "bias" : "PC2");
    if (ask->plane == OB_SURFACE_PCA) {
        s->x.share = 0.612;
        s->y.share = 0.224;
    }
}

/* The way of a large run: a spiral into the optimum. */
static void fill_path(const struct fake_feed *f, struct ob_surface_view *s)
{
    enum { POINTS = 60 };
    struct ob_surface_path *p = &s->path[0];
    s->leaves = f->many ? 0.3 : 0;
    if (!f->many)
        return;
    s->paths = 1;
    p->of = ob_xstrdup(f->surface_of);
    p->n = POINTS;
    p->at = ob_xcalloc(p->n, sizeof *p->at);
    p->step = ob_xcalloc(p->n, sizeof *p->step);
    for (size_t i = 0; i < p->n; i++) {
        double r = 1.6 * (1 - (double)i / POINTS), a = 0.2 * (double)i;
        p->at[i] = (struct ob_surface_mark){ .u = 1 + r * cos(a), .v = 1 + r * sin(a) };
        p->at[i].z = loss_at(f, p->at[i].u, p->at[i].v);
        p->step[i] = (double)(16 * i);
    }
}

static void answer(struct fake_feed *f, bool last)
{
    struct ob_surface_view *s = &f->base.surface;
    ob_surface_view_finish(s);
    s->known = true;
    s->under_way = !last;
    snprintf(s->of, sizeof s->of, "%s", f->surface_of);
    if (f->no_surface) {
        snprintf(s->why, sizeof s->why, "%s",
                 fake_name(f, "there is no parameter 'w9'; there are w0, bias"));
        return;
    }
    size_t size = f->surface.size ? f->surface.size : FINE;
    s->plane = f->surface.plane;
    s->nx = s->ny = last || size < COARSE ? size : COARSE;
    s->n = f->many ? 2401 : 2;
    s->level = last ? 2 : 1;
    s->levels = 2;
    s->done = last;
    s->evals = (double)(s->nx * s->ny);
    s->seconds = 0.0123;
    fill_axes(f, s);
    fill_grid(f, s);
    fill_path(f, s);
    s->here = (struct ob_surface_mark){ 0, 0, loss_at(f, 0, 0) };
    s->optimum[0] = (struct ob_surface_mark){ 1, 1, 0 };
    s->optima = 1;
}

unsigned fake_poll_surface(struct fake_feed *f)
{
    if (f->hold || f->surface_left == 0)
        return 0;
    answer(f, --f->surface_left == 0);
    return OB_FEED_SURFACE;
}
