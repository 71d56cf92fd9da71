#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surface.h"

#include "optbench/base/mem.h"

/* Room around what is seen, as a part of its width: of ways, and of single points. */
static const double margin_way = 0.15, margin_points = 0.5;

/* The smallest box around what was put into it. */
struct box {
    double range[4];
};

static void put(struct box *b, double u, double v)
{
    if (!isfinite(u) || !isfinite(v))
        return;
    b->range[0] = fmin(b->range[0], u);
    b->range[1] = fmax(b->range[1], u);
    b->range[2] = fmin(b->range[2], v);
    b->range[3] = fmax(b->range[3], v);
}

static bool put_ways(struct surface *s, struct box *b)
{
    bool any = false;
    for (size_t r = 0; r < s->runs; r++) {
        const struct surface_path *p = &s->run[r].way;
        for (size_t i = 0; i < p->k; i++) {
            double u, v, off;
            if (!surface_path_shows(p, i))
                continue;
            off = ob_plane_project(&s->plane, p->theta + i * p->n, &u, &v);
            s->leaves = fmax(s->leaves, off);
            put(b, u, v);
            any = true;
        }
    }
    return any;
}

/* Finds the known optima; those that the plane does not meet are not on the picture. */
static void put_optima(struct surface *s, struct box *b)
{
    struct ob_problem *p = s->point.problem;
    double *theta = ob_xcalloc(OB_SURFACE_OPTIMA * p->n, sizeof *theta), loss;
    size_t n = ob_problem_optima(p, OB_SURFACE_OPTIMA, theta, &loss);
    for (size_t i = 0; i < n; i++) {
        struct ob_eval e;
        ob_problem_eval(p, theta + i * p->n, NULL, &e);
        /* A closed form has its own rounding. */
        struct ob_surface_mark m = { .z = fmin(loss, e.loss) };
        s->beside[s->optima] = ob_plane_project(&s->plane, theta + i * p->n, &m.u, &m.v);
        s->optimum[s->optima++] = m;
        put(b, m.u, m.v);
    }
    free(theta);
}

/* The usual box of a function, where the plane has its axes. */
static bool domain(const struct surface *s, double range[static 4])
{
    const struct ob_plane *pl = &s->plane;
    double *low = ob_xcalloc(pl->n, sizeof *low), *high = ob_xcalloc(pl->n, sizeof *high);
    bool has = s->runs == 0 && ob_problem_domain(s->point.problem, low, high);
    double least = INFINITY;
    for (size_t i = 0; i < pl->n; i++)
        least = fmin(least, (high[i] - low[i]) / 2);
    if (has && pl->xi >= 0) {
        range[0] = low[pl->xi];
        range[1] = high[pl->xi];
        range[2] = low[pl->yi];
        range[3] = high[pl->yi];
    } else {
        range[0] = range[2] = -least;
        range[1] = range[3] = least;
    }
    free(high);
    free(low);
    return has;
}

/* Room around a side of the box; one without width, beside its place or the other side,
 * gets that of its place. */
static void widen(double *from, double *to, double other, double margin)
{
    double width = *to - *from, size = fmax(fabs(*from), fabs(*to));
    double more = width > 1e-9 * fmax(size, other) ? margin * width : fmax(1, size);
    *from -= more;
    *to += more;
}

static void choose(struct surface *s, const struct surface_ask *ask)
{
    struct box b = { { INFINITY, -INFINITY, INFINITY, -INFINITY } };
    put(&b, s->here.u, s->here.v);
    bool ways = put_ways(s, &b);
    put_optima(s, &b);
    if (ask->ranged) {
        memcpy(s->range, ask->range, sizeof s->range);
    } else if (!domain(s, s->range)) {
        memcpy(s->range, b.range, sizeof s->range);
        double margin = ways ? margin_way : margin_points;
        double w = s->range[1] - s->range[0], h = s->range[3] - s->range[2];
        widen(&s->range[0], &s->range[1], h, margin);
        widen(&s->range[2], &s->range[3], w, margin);
    }
}

bool surface_choose_range(struct surface *s, const struct surface_ask *ask, int *status)
{
    struct ob_eval e;
    const double *r = s->range;
    s->leaves = NAN;
    ob_problem_eval(s->point.problem, s->point.theta, NULL, &e);
    ob_plane_project(&s->plane, s->point.theta, &s->here.u, &s->here.v);
    s->here.z = e.loss;
    choose(s, ask);
    if (r[0] < r[1] && r[2] < r[3] && isfinite(r[1] - r[0]) && isfinite(r[3] - r[2]))
        return true;
    *status = ob_cli_failf(OB_EFAIL, "what is to be seen has no finite extent; --range "
                                     "says what part of the plane to take");
    return false;
}
