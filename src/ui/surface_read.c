#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/npy.h"
#include "optbench/ui/surface_view.h"

/* What `optbench surface --json` prints, and the grid behind it. */

static double number(const struct ob_json_value *object, const char *key)
{
    return ob_json_num(ob_json_get(object, key), NAN);
}

static size_t whole(const struct ob_json_value *object, const char *key)
{
    int64_t n = ob_json_int(ob_json_get(object, key), 0);
    return n > 0 ? (size_t)n : 0;
}

static struct ob_surface_mark mark(const struct ob_json_value *v)
{
    return (struct ob_surface_mark){ .u = number(v, "u"),
                                     .v = number(v, "v"),
                                     .z = number(v, "loss") };
}

static void take_vector(double out[static OB_SURFACE_KNOWN],
                        const struct ob_json_value *v)
{
    for (size_t i = 0; i < OB_SURFACE_KNOWN; i++)
        out[i] = ob_json_num(ob_json_at(v, i), 0);
}

static void take_axis(struct ob_surface_axis *a, const struct ob_json_value *v)
{
    const char *name = ob_json_text(ob_json_get(v, "name"));
    int64_t index = ob_json_int(ob_json_get(v, "index"), -1);
    snprintf(a->name, sizeof a->name, "%s", name ? name : "");
    a->index = index >= 0 && index < INT32_MAX ? (int)index : -1;
    a->from = number(v, "from");
    a->to = number(v, "to");
    a->share = number(v, "share");
    take_vector(a->direction, ob_json_get(v, "direction"));
}

static enum ob_surface_plane plane_of(const char *name)
{
    for (int p = 0; name && p < OB_SURFACE_PLANES; p++)
        if (strcmp(name, ob_surface_plane_name((enum ob_surface_plane)p)) == 0)
            return (enum ob_surface_plane)p;
    return OB_SURFACE_PARAMS;
}

static void take_path(struct ob_surface_path *p, const struct ob_json_value *v)
{
    const struct ob_json_value *step = ob_json_get(v, "step"), *x = ob_json_get(v, "u"),
                               *y = ob_json_get(v, "v"), *loss = ob_json_get(v, "loss");
    const char *of = ob_json_text(ob_json_get(v, "path"));
    p->of = ob_xstrdup(of ? of : "");
    p->n = ob_json_count(step);
    p->at = p->n ? ob_xcalloc(p->n, sizeof *p->at) : NULL;
    p->step = p->n ? ob_xcalloc(p->n, sizeof *p->step) : NULL;
    for (size_t i = 0; i < p->n; i++) {
        p->step[i] = ob_json_num(ob_json_at(step, i), NAN);
        p->at[i] = (struct ob_surface_mark){
            .u = ob_json_num(ob_json_at(x, i), NAN),
            .v = ob_json_num(ob_json_at(y, i), NAN),
            .z = ob_json_num(ob_json_at(loss, i), NAN),
        };
    }
}

static void take(struct ob_surface_view *s, const struct ob_json_value *v)
{
    const struct ob_json_value *optima = ob_json_get(v, "optima");
    const struct ob_json_value *paths = ob_json_get(v, "paths");
    *s = (struct ob_surface_view){
        .known = true,
        .plane = plane_of(ob_json_text(ob_json_get(v, "plane"))),
        .nx = whole(v, "nx"),
        .ny = whole(v, "ny"),
        .n = whole(v, "n"),
        .here = mark(ob_json_get(v, "here")),
        .min = mark(ob_json_get(v, "min")),
        .max = mark(ob_json_get(v, "max")),
        .leaves = number(v, "leaves"),
        .holes = whole(v, "holes"),
        .level = whole(v, "level"),
        .levels = whole(v, "levels"),
        .evals = number(v, "evals"),
        .seconds = number(v, "seconds"),
        .done = ob_json_flag(ob_json_get(v, "done"), false),
    };
    take_axis(&s->x, ob_json_get(v, "x"));
    take_axis(&s->y, ob_json_get(v, "y"));
    take_vector(s->origin, ob_json_get(v, "origin"));
    for (; s->optima < ob_json_count(optima) && s->optima < OB_SURFACE_OPTIMA;
         s->optima++) {
        const struct ob_json_value *at = ob_json_at(optima, s->optima);
        s->optimum[s->optima] = mark(at);
        s->beside[s->optima] = number(at, "beside");
    }
    for (; s->paths < ob_json_count(paths) && s->paths < OB_SURFACE_PATHS; s->paths++)
        take_path(&s->path[s->paths], ob_json_at(paths, s->paths));
}

/* What drawing relies on. */
static bool fits(const struct ob_surface_view *s, const struct ob_npy *grid)
{
    return grid->ndim == 2 && s->nx >= 2 && s->ny >= 2 && grid->shape[0] == s->ny &&
           grid->shape[1] == s->nx && s->nx <= OB_SURFACE_SIZE &&
           s->ny <= OB_SURFACE_SIZE && isfinite(s->x.to - s->x.from) &&
           isfinite(s->y.to - s->y.from) && s->x.from < s->x.to && s->y.from < s->y.to;
}

bool ob_surface_view_read(struct ob_surface_view *s, const char *json, size_t n,
                          const void *npy, size_t npy_len, struct ob_err *err)
{
    struct ob_surface_view fresh = { 0 };
    struct ob_npy grid = { 0 };
    struct ob_json_value *v = ob_json_parse(json, n, err);
    bool ok = v && ob_npy_read(&grid, npy, npy_len, err);
    if (!ok) {
        ob_fail_at(err, "the answer about the surface");
        goto done;
    }
    take(&fresh, v);
    ok = fits(&fresh, &grid);
    if (!ok) {
        ob_fail(err, OB_EDATA, "the answer about the surface is no such answer");
        ob_surface_view_finish(&fresh);
        goto done;
    }
    fresh.z = grid.value;
    grid.value = NULL;
    *s = fresh;
done:
    ob_npy_finish(&grid);
    ob_json_free(v);
    return ok;
}
