#include <config.h>

#include <string.h>
#include <sys/inotify.h>

#include "feed_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

#define SECOND_NS INT64_C(1000000000)

bool ob_files_list(struct ob_feed *base, struct ob_home_model *home, struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    const char *runs = ob_runs_folder(f->opts.runs);
    if (!ob_home_read(home, &f->briefs, runs, err))
        return false;
    if (f->runs_watch < 0)
        f->runs_watch = ob_files_watch(
            f, -1, runs, IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM);
    f->listed_active = false;
    for (size_t i = 0; i < home->runs.n; i++)
        f->listed_active |= home->runs.item[i].state == OB_RUN_RUNNING;
    f->next_list = ob_clock_ns() + SECOND_NS;
    return true;
}

unsigned ob_files_poll_lists(struct ob_files *f)
{
    /* Once per listing: nobody is woken for lists that nobody reads again. */
    if (!f->listed_active || ob_clock_ns() < f->next_list)
        return 0;
    f->listed_active = false;
    return OB_FEED_HOME;
}

bool ob_files_preview(struct ob_feed *base, const char *path, struct ob_run_model *m)
{
    enum { ENOUGH = 1000000 }; /* rows */
    struct ob_files *f = (struct ob_files *)base;
    struct ob_err err;
    if (!m->path || strcmp(m->path, path) != 0) {
        ob_run_reader_finish(&f->peek);
        ob_run_model_finish(m);
        m->path = ob_xstrdup(path);
        (void)ob_run_reader_open(&f->peek, path, &err); /* shown as a run without rows */
    }
    if (!f->peek.open)
        return false;
    ob_run_reader_read(&f->peek, m, OB_READ_FRAME);
    return ob_run_reader_behind(&f->peek) && f->peek.log.n < ENOUGH;
}

bool ob_files_remove(struct ob_feed *base, const char *path, struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    return ob_rundir_remove(ob_runs_folder(f->opts.runs), ob_path_base(path), err);
}

bool ob_files_clone(struct ob_feed *base, const char *path, const char *name,
                    struct ob_err *err)
{
    (void)base;
    return ob_config_clone(path, name, err);
}
