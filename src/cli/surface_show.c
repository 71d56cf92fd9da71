#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "surface.h"

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

struct surface_facts surface_look(const struct surface *s)
{
    const struct ob_scan *c = &s->scan;
    struct surface_facts f = { { NAN, NAN, NAN }, { NAN, NAN, NAN }, 0 };
    size_t n = c->size[c->level], least = n * n, most = n * n;
    for (size_t k = 0; k < n * n; k++) {
        if (!isfinite(c->z[k])) {
            f.holes++;
            continue;
        }
        least = least == n * n || c->z[k] < c->z[least] ? k : least;
        most = most == n * n || c->z[k] > c->z[most] ? k : most;
    }
    struct ob_surface_mark *mark[] = { &f.min, &f.max };
    const size_t place[] = { least, most };
    for (size_t i = 0; i < 2 && least < n * n; i++)
        *mark[i] = (struct ob_surface_mark){
            .u = ob_scan_at(c->x0, c->x1, place[i] % n, n),
            .v = ob_scan_at(c->y0, c->y1, place[i] / n, n),
            .z = c->z[place[i]],
        };
    return f;
}

bool surface_piped(const struct surface_out *out)
{
    return out->file && strcmp(out->file, "-") == 0;
}

char *surface_file(const struct surface_out *out)
{
    if (out->dir.open)
        return ob_path_join(out->dir.path, SURFACE_GRID);
    return out->file && !surface_piped(out) ? ob_xstrdup(out->file) : NULL;
}

char *surface_about(const char *grid)
{
    size_t n = strlen(grid);
    bool ends = n > 4 && strcmp(grid + n - 4, ".npy") == 0;
    return ob_xasprintf("%.*s.json", (int)(ends ? n - 4 : n), grid);
}

static void show(struct ob_buf *out, const char *before, double v)
{
    char text[40];
    ob_number_show(text, sizeof text, v, 6);
    ob_buf_addf(out, "%s%s", before, text);
}

static void show_axis(struct ob_buf *out, const struct surface *s, bool y)
{
    char name[96], share[40];
    const double *r = s->range + (y ? 2 : 0);
    double part = y ? s->plane.y_share : s->plane.x_share;
    ob_buf_addf(out, "%-14s %s", y ? "y" : "x",
                ob_text_safe_z(name, sizeof name, y ? s->y_name : s->x_name));
    show(out, " from ", r[0]);
    show(out, " to ", r[1]);
    ob_number_show(share, sizeof share, 100 * part, 3);
    if (!isnan(part))
        ob_buf_addf(out, " (%s %% of the way)", share);
    ob_buf_addc(out, '\n');
}

/* Whether a distance is more than the rounding of what is seen. */
static bool is_far(const struct surface *s, double distance)
{
    return distance > 1e-9 * fmax(s->range[1] - s->range[0], s->range[3] - s->range[2]);
}

static void show_mark(struct ob_buf *out, const struct surface *s, const char *what,
                      const struct ob_surface_mark *m, double beside)
{
    char name[96];
    if (isnan(m->u))
        return;
    ob_buf_addf(out, "%-14s", what);
    show(out, " ", m->z);
    ob_buf_addf(out, " at %s", ob_text_safe_z(name, sizeof name, s->x_name));
    show(out, " ", m->u);
    ob_buf_addf(out, ", %s", ob_text_safe_z(name, sizeof name, s->y_name));
    show(out, " ", m->v);
    if (is_far(s, beside))
        show(out, ", beside the plane by ", beside);
    ob_buf_addc(out, '\n');
}

void surface_show(const struct surface *s, const struct surface_out *out,
                  struct ob_buf *text)
{
    const struct ob_scan *c = &s->scan;
    struct surface_facts f = surface_look(s);
    char name[256], evals[40], seconds[40];
    char *file = surface_file(out);
    ob_buf_addf(text, "%-14s %s, ", "surface of",
                ob_text_safe_z(name, sizeof name, s->point.name));
    ob_point_where(&s->point, text);
    ob_buf_addc(text, '\n');
    show_axis(text, s, false);
    show_axis(text, s, true);
    ob_count_show(evals, sizeof evals, (double)c->evals);
    ob_number_show(seconds, sizeof seconds, (double)(ob_clock_ns() - s->began) * 1e-9, 2);
    ob_buf_addf(text, "%-14s %zu x %zu, %s evaluations in %s s\n", "grid",
                c->size[c->level], c->size[c->level], evals, seconds);
    show_mark(text, s, "lowest", &f.min, 0);
    show_mark(text, s, "highest", &f.max, 0);
    for (size_t i = 0; i < s->optima; i++)
        show_mark(text, s, "optimum", &s->optimum[i], s->beside[i]);
    if (f.holes)
        ob_buf_addf(text, "%-14s %zu points have no finite value\n", "holes", f.holes);
    if (is_far(s, s->leaves)) {
        ob_buf_addf(text, "%-14s the path leaves this plane by up to", "distance");
        show(text, " ", s->leaves);
        ob_buf_addc(text, '\n');
    }
    if (s->point.other_data)
        ob_buf_addf(text, "%-14s the data have changed since this run was trained\n",
                    "note");
    if (file) {
        char *about = surface_about(file), safe[4096];
        ob_buf_addf(text, "%-14s %s\n", "grid in",
                    ob_text_safe_z(safe, sizeof safe, file));
        ob_buf_addf(text, "%-14s %s\n", "plane in",
                    ob_text_safe_z(safe, sizeof safe, about));
        free(about);
    } else {
        ob_buf_addf(text, "%-14s -o FILE.npy keeps the grid\n", "no file");
    }
    free(file);
}
