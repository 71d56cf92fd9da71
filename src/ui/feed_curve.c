#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"

/* The part of the feed that asks the program how a run's objective curves. The last
 * answer stays until the next one is there. */

bool ob_files_curvature(struct ob_feed *base, const char *text, const char *path,
                        const char *at, struct ob_err *err)
{
    enum { OWN = 10 };
    struct ob_files *f = (struct ob_files *)base;
    const char **args = ob_xcalloc(2 * f->opts.nsets + OWN, sizeof *args);
    size_t n = 0;
    args[n++] = "curvature";
    args[n++] = "--json";
    args[n++] = "--check";
    args[n++] = "--top=32";
    args[n++] = "--at";
    args[n++] = at;
    for (size_t i = 0; i < f->opts.nsets && text; i++) {
        args[n++] = "--set";
        args[n++] = f->opts.sets[i];
    }
    if (text)
        args[n++] = "--stdin";
    args[n++] = text ? "--as" : "--";
    args[n++] = path;
    struct ob_job_opts opts = {
        .program = f->opts.program,
        .args = args,
        .nargs = n,
        .input = text,
        .input_len = text ? strlen(text) : 0,
    };
    bool ok = ob_job_start(&f->curve_job, &opts, err);
    free(args);
    base->curvature.under_way = ok;
    snprintf(f->curve_of, sizeof f->curve_of, "%s", path);
    snprintf(f->curve_at, sizeof f->curve_at, "%s", at);
    f->curve_text = text != NULL;
    return ok;
}

/* What the child said instead of an answer, in its first line. */
static void no_answer(struct ob_files *f, const struct ob_err *err)
{
    static const char prefix[] = "optbench: ";
    struct ob_curvature_view *v = &f->base.curvature;
    const char *said = ob_buf_text(&f->curve_job.errors);
    if (strncmp(said, prefix, sizeof prefix - 1) == 0)
        said += sizeof prefix - 1;
    v->known = true;
    snprintf(v->why, sizeof v->why, "%.*s", (int)strcspn(said, "\n"), said);
    if (!v->why[0])
        snprintf(v->why, sizeof v->why, "%s", err->text);
}

unsigned ob_files_poll_curvature(struct ob_files *f)
{
    struct ob_curvature_view *v = &f->base.curvature;
    struct ob_job *job = &f->curve_job;
    struct ob_err err;
    if (!ob_job_poll(job))
        return 0;
    ob_curvature_view_finish(v);
    if (!ob_curvature_view_read(v, ob_buf_text(&job->text), job->text.len, &err))
        no_answer(f, &err);
    snprintf(v->of, sizeof v->of, "%s", f->curve_of);
    snprintf(v->at, sizeof v->at, "%s", f->curve_at);
    v->of_text = f->curve_text;
    v->computed_ns = ob_clock_wall_ns();
    ob_job_finish(job);
    return OB_FEED_CURVATURE;
}
