#include <config.h>

#include <stdio.h>

#include "feed_priv.h"
#include "optbench/base/clock.h"

/* The part of the feed that asks the program how a run's objective curves. The last
 * answer stays until the next one is there. */

bool ob_files_curvature(struct ob_feed *base, const char *text, const char *path,
                        const char *at, struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    const char *const command[] = { "curvature", "--json", "--check", "--top=32",
                                    "--at",      at,       NULL };
    const struct ob_files_about q = {
        .command = command, .text = text, .path = path, .of_run = text == NULL
    };
    bool ok = ob_files_ask(f, &f->curve_job, &q, err);
    base->curvature.under_way = ok;
    snprintf(f->curve_of, sizeof f->curve_of, "%s", path);
    snprintf(f->curve_at, sizeof f->curve_at, "%s", at);
    f->curve_text = text != NULL;
    return ok;
}

/* What the child said instead of an answer, in its first line. */
static void no_answer(struct ob_files *f, const struct ob_err *err)
{
    struct ob_curvature_view *v = &f->base.curvature;
    v->known = true;
    ob_files_said(&f->curve_job, v->why, sizeof v->why);
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
