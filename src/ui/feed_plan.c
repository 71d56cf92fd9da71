/* The part of the feed that makes a sweep of an experiment: a child plans it. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "feed_priv.h"
#include "optbench/base/mem.h"

bool ob_files_sweep_make(struct ob_feed *base, const char *config, const char *name,
                         struct ob_err *err)
{
    enum { OWN = 7 };
    struct ob_files *f = (struct ob_files *)base;
    char *folder = ob_xasprintf("sweeps/%s", name);
    const char **args = ob_xcalloc(2 * f->opts.nsets + OWN, sizeof *args);
    size_t n = 0;
    args[n++] = "sweep";
    args[n++] = "plan";
    args[n++] = "--force"; /* of a plan that nobody began the other one takes the place */
    for (size_t i = 0; i < f->opts.nsets; i++) {
        args[n++] = "--set";
        args[n++] = f->opts.sets[i];
    }
    args[n++] = "--";
    args[n++] = config;
    args[n++] = folder;
    struct ob_job_opts opts = { .program = f->opts.program, .args = args, .nargs = n };
    bool ok = ob_job_start(&f->plan_job, &opts, err);
    if (ok)
        snprintf(f->planned, sizeof f->planned, "%s", folder);
    free(args);
    free(folder);
    return ok;
}

unsigned ob_files_poll_plan(struct ob_files *f)
{
    struct ob_job *job = &f->plan_job;
    unsigned bits = OB_FEED_PLANNED;
    if (!ob_job_poll(job))
        return 0;
    if (job->exit == 0) {
        snprintf(f->base.started, sizeof f->base.started, "%s", f->planned);
    } else {
        ob_files_said(job, f->base.why, sizeof f->base.why);
        f->base.code = OB_EUSAGE;
        bits = OB_FEED_FAILED;
    }
    ob_job_finish(job);
    return bits;
}
