#include <config.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "surface.h"

#include "optbench/base/clock.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/npy.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

/* Directions of at most so many parameters are told in the file; in the line of a level
 * those of OB_SURFACE_KNOWN. */
enum { FILE_VECTOR_MAX = 4096 };

/* ---- JSON ---- */

static void number(struct ob_json *j, const char *key, double v)
{
    ob_json_key(j, key);
    if (isnan(v))
        ob_json_null(j);
    else
        ob_json_number(j, v);
}

static void integer(struct ob_json *j, const char *key, size_t v)
{
    ob_json_key(j, key);
    ob_json_integer(j, (int64_t)v);
}

/* beside: how far the point itself is from the plane; NAN = it lies on it. */
static void mark(struct ob_json *j, const char *key, const struct ob_surface_mark *m,
                 double beside)
{
    if (key)
        ob_json_key(j, key);
    if (isnan(m->u)) {
        ob_json_null(j);
        return;
    }
    ob_json_begin_object(j);
    number(j, "u", m->u);
    number(j, "v", m->v);
    ob_json_key(j, "loss");
    ob_json_number(j, m->z);
    if (!isnan(beside))
        number(j, "beside", beside);
    ob_json_end_object(j);
}

static void vector(struct ob_json *j, const char *key, const double *v, size_t n)
{
    ob_json_key(j, key);
    ob_json_begin_array(j);
    for (size_t i = 0; i < n; i++)
        ob_json_number(j, v[i]);
    ob_json_end_array(j);
}

static void axis(struct ob_json *j, const struct surface *s, bool y, size_t most)
{
    const struct ob_plane *pl = &s->plane;
    long index = y ? pl->yi : pl->xi;
    ob_json_key(j, y ? "y" : "x");
    ob_json_begin_object(j);
    ob_json_key(j, "name");
    ob_json_string(j, y ? s->y_name : s->x_name);
    ob_json_key(j, "index");
    if (index < 0)
        ob_json_null(j);
    else
        ob_json_integer(j, index);
    number(j, "from", s->range[y ? 2 : 0]);
    number(j, "to", s->range[y ? 3 : 1]);
    number(j, "share", y ? pl->y_share : pl->x_share);
    if (pl->n <= most)
        vector(j, "direction", y ? pl->y : pl->x, pl->n);
    ob_json_end_object(j);
}

static void way(struct ob_json *j, const struct surface *s, size_t r)
{
    const struct surface_path *p = &s->run[r].way;
    double *u = ob_xcalloc(2 * (p->k + 1), sizeof *u), *v = u + p->k;
    for (size_t i = 0; i < p->k; i++)
        ob_plane_project(&s->plane, p->theta + i * p->n, &u[i], &v[i]);
    ob_json_begin_object(j);
    ob_json_key(j, "path");
    ob_json_string(j, s->run[r].path);
    vector(j, "step", p->step, p->k);
    vector(j, "u", u, p->k);
    vector(j, "v", v, p->k);
    vector(j, "loss", p->loss, p->k);
    ob_json_end_object(j);
    free(u);
}

static void members(struct ob_json *j, const struct surface *s, size_t most)
{
    const struct ob_scan *c = &s->scan;
    struct surface_facts f = surface_look(s);
    ob_json_key(j, "of");
    ob_json_string(j, s->point.path);
    integer(j, "step", (size_t)s->point.step);
    ob_json_key(j, "plane");
    ob_json_string(j, ob_surface_plane_name(s->kind));
    integer(j, "nx", c->size[c->level]);
    integer(j, "ny", c->size[c->level]);
    integer(j, "n", s->plane.n);
    axis(j, s, false, most);
    axis(j, s, true, most);
    if (s->plane.n <= most)
        vector(j, "origin", s->plane.origin, s->plane.n);
    mark(j, "here", &s->here, NAN);
    mark(j, "min", &f.min, NAN);
    mark(j, "max", &f.max, NAN);
    ob_json_key(j, "optima");
    ob_json_begin_array(j);
    for (size_t i = 0; i < s->optima; i++)
        mark(j, NULL, &s->optimum[i], s->beside[i]);
    ob_json_end_array(j);
    ob_json_key(j, "paths");
    ob_json_begin_array(j);
    for (size_t r = 0; r < s->runs; r++)
        way(j, s, r);
    ob_json_end_array(j);
    number(j, "leaves", s->leaves);
    integer(j, "holes", f.holes);
    integer(j, "level", c->level + 1);
    integer(j, "levels", c->levels);
    integer(j, "evals", c->evals);
    number(j, "seconds", (double)(ob_clock_ns() - s->began) * 1e-9);
    ob_json_key(j, "done");
    ob_json_bool(j, c->level + 1 == c->levels);
}

/* ---- files ---- */

static bool replace(const struct surface_out *out, const struct ob_buf *grid,
                    const struct ob_buf *about, struct ob_err *err)
{
    if (out->dir.open)
        return ob_rundir_mkdir(&out->dir, "views", err) &&
               ob_rundir_replace(&out->dir, SURFACE_GRID, grid->data, grid->len, false,
                                 err) &&
               ob_rundir_replace(&out->dir, SURFACE_ABOUT, about->data, about->len, false,
                                 err);
    char *name = surface_about(out->file);
    bool ok = ob_file_replace(AT_FDCWD, out->file, grid->data, grid->len, false, err) &&
              ob_file_replace(AT_FDCWD, name, about->data, about->len, false, err);
    free(name);
    return ok;
}

static void write_about(const struct surface *s, struct ob_buf *out)
{
    struct ob_json j = { .out = out, .pretty = true };
    ob_json_begin_object(&j);
    members(&j, s, FILE_VECTOR_MAX);
    ob_json_end_object(&j);
    ob_buf_addc(out, '\n');
}

static void write_line(const struct surface *s, const struct surface_out *out,
                       size_t bytes, struct ob_buf *to)
{
    struct ob_json j = { .out = to };
    char *file = surface_file(out);
    ob_json_begin_object(&j);
    if (file) {
        ob_json_key(&j, "file");
        ob_json_string(&j, file);
    }
    if (bytes)
        integer(&j, "bytes", bytes);
    members(&j, s, OB_SURFACE_KNOWN);
    ob_json_end_object(&j);
    ob_buf_addc(to, '\n');
    free(file);
}

bool surface_write(const struct surface *s, const struct surface_out *out, bool last,
                   struct ob_err *err)
{
    const struct ob_scan *c = &s->scan;
    size_t n = c->size[c->level];
    struct ob_buf grid = { 0 }, about = { 0 }, said = { 0 };
    bool ok = true, pipe = surface_piped(out) && (out->json || last);
    if (out->file || out->dir.open)
        ob_npy_write(&grid, c->z, 2, (size_t[2]){ n, n });
    if (out->dir.open || (out->file && !surface_piped(out))) {
        write_about(s, &about);
        ok = replace(out, &grid, &about, err);
    }
    if (out->json)
        write_line(s, out, pipe ? grid.len : 0, &said);
    if (pipe)
        ob_buf_add(&said, grid.data, grid.len);
    if (ok && said.len > 0)
        ok = ob_file_write(STDOUT_FILENO, said.data, said.len, err) ||
             ob_fail_at(err, "standard output");
    ob_buf_finish(&said);
    ob_buf_finish(&about);
    ob_buf_finish(&grid);
    return ok;
}
