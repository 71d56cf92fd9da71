#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "feed_priv.h"
#include "optbench/base/json.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"

/* The part of the feed that asks the program for surfaces. Its child prints a line of
 * JSON for each level, which tells how many bytes of a .npy file follow it; nothing is
 * written to any folder, so two terminals cannot take each other's grid. */

enum { ARGS = 16, RANGE = 4 * OB_NUMBER_MAX + 8 };

static void write_range(const struct ob_surface_ask *ask, char out[static RANGE])
{
    char x0[OB_NUMBER_MAX], x1[OB_NUMBER_MAX], y0[OB_NUMBER_MAX], y1[OB_NUMBER_MAX];
    ob_number_write(x0, ask->x0);
    ob_number_write(x1, ask->x1);
    ob_number_write(y0, ask->y0);
    ob_number_write(y1, ask->y1);
    snprintf(out, RANGE, "--range=%s:%s,%s:%s", x0, x1, y0, y1);
}

/* What was set for new runs says nothing of one that is there. */
static bool is_run(const struct ob_surface_ask *ask)
{
    struct stat st;
    return !ask->text && stat(ask->path[0], &st) == 0 && S_ISDIR(st.st_mode);
}

bool ob_files_surface(struct ob_feed *base, const struct ob_surface_ask *ask,
                      struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    size_t n = 0;
    char range[RANGE], size[32];
    const char **args = ob_xcalloc(2 * f->opts.nsets + ask->paths + ARGS, sizeof *args);
    args[n++] = "surface";
    args[n++] = "--json";
    args[n++] = "--output=-";
    if (ask->plane != OB_SURFACE_PLANES) {
        args[n++] = "--plane";
        args[n++] = ob_surface_plane_name(ask->plane);
    }
    if (ask->x) {
        args[n++] = "--x";
        args[n++] = ask->x;
    }
    if (ask->y) {
        args[n++] = "--y";
        args[n++] = ask->y;
    }
    if (ask->ranged) {
        write_range(ask, range);
        args[n++] = range;
    }
    if (ask->size) {
        snprintf(size, sizeof size, "--size=%zu", ask->size);
        args[n++] = size;
    }
    for (size_t i = 0; i < f->opts.nsets && !is_run(ask); i++) {
        args[n++] = "--set";
        args[n++] = f->opts.sets[i];
    }
    if (ask->text)
        args[n++] = "--stdin";
    args[n++] = ask->text ? "--as" : "--";
    for (size_t i = 0; i < ask->paths; i++)
        args[n++] = ask->path[i];
    struct ob_job_opts opts = {
        .program = f->opts.program,
        .args = args,
        .nargs = n,
        .input = ask->text,
        .input_len = ask->text ? strlen(ask->text) : 0,
    };
    bool ok = ob_job_start(&f->surface_job, &opts, err);
    f->surface_wants = 0;
    free(args);
    base->surface.under_way = ok;
    /* Where there is nothing else to be seen it stays: no flicker when asked again. */
    if (base->surface.z)
        base->surface.why[0] = '\0';
    snprintf(f->surface_of, sizeof f->surface_of, "%s", ask->path[0]);
    return ok;
}

/* How many bytes follow the line of n bytes; 0 where it is no such line. */
static size_t grid_bytes(const char *line, size_t n)
{
    struct ob_err err;
    struct ob_json_value *v = ob_json_parse(line, n, &err);
    int64_t bytes = ob_json_int(ob_json_get(v, "bytes"), 0);
    ob_json_free(v);
    return bytes > 0 ? (size_t)bytes : 0;
}

/* Takes the first whole answer out of what was printed; false where there is none. */
static bool take_answer(struct ob_files *f, struct ob_err *err)
{
    struct ob_buf *said = &f->surface_job.text;
    if (said->len < f->surface_wants)
        return false;
    const char *text = ob_buf_text(said), *end = memchr(text, '\n', said->len);
    if (!end)
        return false;
    size_t line = (size_t)(end - text) + 1, bytes = grid_bytes(text, line);
    if (bytes > said->len - line) {
        f->surface_wants = line + bytes;
        return false;
    }
    f->surface_wants = 0;
    struct ob_surface_view fresh = { 0 };
    if (ob_surface_view_read(&fresh, text, line, text + line, bytes, err)) {
        ob_surface_view_finish(&f->base.surface);
        f->base.surface = fresh;
        f->base.surface.under_way = f->surface_job.active;
        snprintf(f->base.surface.of, sizeof f->base.surface.of, "%s", f->surface_of);
    }
    memmove(said->data, said->data + line + bytes, said->len - line - bytes);
    said->len -= line + bytes;
    return true;
}

/* The child has ended: what it said instead of an answer, or in the middle of one. */
static void end(struct ob_files *f, const struct ob_err *err)
{
    struct ob_surface_view *s = &f->base.surface;
    s->under_way = false;
    if (f->surface_job.exit != 0 || err->code != OB_OK) {
        bool other = strcmp(s->of, f->surface_of) != 0;
        if (other)
            ob_surface_view_finish(s);
        s->known = true;
        snprintf(s->of, sizeof s->of, "%s", f->surface_of);
        ob_files_said(&f->surface_job, s->why, sizeof s->why);
        if (!s->why[0])
            snprintf(s->why, sizeof s->why, "%s",
                     err->text[0]
                         ? err->text
                         : "the computation ended without an answer: r asks again");
    }
    ob_job_finish(&f->surface_job);
}

unsigned ob_files_poll_surface(struct ob_files *f)
{
    struct ob_err err = { .code = OB_OK };
    bool was = f->surface_job.active, ended = ob_job_poll(&f->surface_job);
    unsigned bits = 0;
    while (was && take_answer(f, &err))
        bits = OB_FEED_SURFACE;
    if (!ended)
        return bits;
    end(f, &err);
    return OB_FEED_SURFACE;
}
