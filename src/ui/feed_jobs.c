#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed_priv.h"
#include "optbench/base/mem.h"

/* The part of the feed that asks the program itself: about an experiment that is being
 * edited, and about its data. One child for each kind of question; a newer one kills
 * the older. */

bool ob_files_ask(struct ob_files *f, struct ob_job *job, const struct ob_files_about *q,
                  struct ob_err *err)
{
    enum { OWN = 8 + 3 };
    size_t n = 0;
    const char **args = ob_xcalloc(2 * f->opts.nsets + OWN, sizeof *args);
    for (const char *const *word = q->command; *word; word++)
        args[n++] = *word;
    for (size_t i = 0; i < f->opts.nsets && !q->of_run; i++) {
        args[n++] = "--set";
        args[n++] = f->opts.sets[i];
    }
    if (q->text)
        args[n++] = "--stdin";
    args[n++] = q->text ? "--as" : "--";
    args[n++] = q->path;
    struct ob_job_opts opts = {
        .program = f->opts.program,
        .args = args,
        .nargs = n,
        .input = q->text,
        .input_len = q->text ? strlen(q->text) : 0,
    };
    bool ok = ob_job_start(job, &opts, err);
    free(args);
    return ok;
}

bool ob_files_check(struct ob_feed *base, const char *text, const char *path,
                    struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    static const char *const command[] = { "check", "--json", NULL };
    const struct ob_files_about q = { .command = command, .text = text, .path = path };
    return ob_files_ask(f, &f->check_job, &q, err);
}

bool ob_files_inspect(struct ob_feed *base, const char *text, const char *path,
                      struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    static const char *const command[] = { "data", "--json", "--preview", NULL };
    const struct ob_files_about q = { .command = command, .text = text, .path = path };
    return ob_files_ask(f, &f->data_job, &q, err);
}

bool ob_files_browse(struct ob_feed *base, const char *folder, struct ob_browse *out,
                     struct ob_err *err)
{
    (void)base;
    return ob_browse_read(out, folder, err);
}

void ob_files_said(const struct ob_job *job, char *out, size_t cap)
{
    static const char prefix[] = "optbench: ";
    const char *said = ob_buf_text(&job->errors);
    if (strncmp(said, prefix, strlen(prefix)) == 0)
        said += strlen(prefix);
    snprintf(out, cap, "%.*s", (int)strcspn(said, "\n"), said);
}

/* A child that ended without an answer: what it said becomes the one problem. */
static void no_answer(const struct ob_job *job, const struct ob_err *err,
                      struct ob_faults *out)
{
    const char *said = ob_buf_text(&job->errors);
    size_t n = strcspn(said, "\n");
    out->item = ob_xcalloc(1, sizeof *out->item);
    out->n = 1;
    out->item[0] = (struct ob_fault){
        .file = ob_xstrdup(""),
        .section = ob_xstrdup(""),
        .key = ob_xstrdup(""),
        .text = n ? ob_xstrndup(said, n) : ob_xstrdup(err->text),
    };
}

static unsigned poll_check(struct ob_files *f)
{
    struct ob_check *c = &f->base.checked;
    struct ob_job *job = &f->check_job;
    struct ob_err err;
    if (!ob_job_poll(job))
        return 0;
    ob_check_finish(c);
    if (!ob_check_read(c, ob_buf_text(&job->text), job->text.len, &err)) {
        c->known = true;
        no_answer(job, &err, &c->problems);
    }
    ob_job_finish(job);
    return OB_FEED_CHECKED;
}

static unsigned poll_data(struct ob_files *f)
{
    struct ob_data_view *v = &f->base.data;
    struct ob_job *job = &f->data_job;
    struct ob_err err;
    if (!ob_job_poll(job))
        return 0;
    ob_data_view_finish(v);
    if (!ob_data_view_read(v, ob_buf_text(&job->text), job->text.len, &err)) {
        v->known = true;
        no_answer(job, &err, &v->problems);
    }
    ob_job_finish(job);
    return OB_FEED_DATA;
}

unsigned ob_files_poll_jobs(struct ob_files *f)
{
    return poll_check(f) | poll_data(f) | ob_files_poll_surface(f) |
           ob_files_poll_curvature(f) | ob_files_poll_plan(f);
}

size_t ob_files_wait_jobs(const struct ob_files *f, struct pollfd *fds, int *timeout_ms)
{
    const struct ob_job *job[OB_FILES_JOBS] = { &f->check_job, &f->data_job,
                                                &f->surface_job, &f->curve_job,
                                                &f->plan_job };
    size_t n = 0;
    for (size_t i = 0; i < OB_COUNT(job); i++) {
        size_t own = ob_job_fds(job[i], fds + n);
        /* Its pipes are closed, it ends any moment. */
        if (job[i]->active && own == 0)
            *timeout_ms = 5;
        n += own;
    }
    return n;
}

void ob_files_finish_jobs(struct ob_files *f)
{
    ob_job_finish(&f->check_job);
    ob_job_finish(&f->data_job);
    ob_job_finish(&f->surface_job);
    ob_job_finish(&f->curve_job);
    ob_job_finish(&f->plan_job);
    ob_check_finish(&f->base.checked);
    ob_data_view_finish(&f->base.data);
    ob_surface_view_finish(&f->base.surface);
    ob_curvature_view_finish(&f->base.curvature);
}
