#include <config.h>

#include <string.h>
#include <sys/inotify.h>

#include "feed_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/ui/folders.h"

#define SECOND_NS INT64_C(1000000000)

#define FIRST_NS INT64_C(15000000) /* of reading before the first picture ... */
#define MORE_NS  INT64_C(5000000)  /* ... and between two keys */
#define PEEK_NS  (SECOND_NS / 5)

enum { FIRST_RUNS = 100 }; /* as many as tall terminals show */

/* Run i anew, unless it is known and as it was; false where it is no run. */
static bool look_at(struct ob_lists *l, struct ob_home_model *home, size_t i)
{
    struct ob_home_run *r = &home->runs.item[i];
    const char *path = home->runs.path[i];
    if (r->known && !l->all)
        return true;
    uint64_t stamp = ob_home_run_stamp(path);
    if ((r->known && stamp && r->stamp == stamp) ||
        ob_home_cache_find(&l->cache, stamp, r, &home->brief[i]))
        return true;
    enum ob_home_found found = ob_home_run_read(r, &home->brief[i], path);
    l->read |= r->stamp != 0;
    l->later |= found == OB_HOME_LATER;
    return found != OB_HOME_NO_RUN;
}

/* All is read: keeps it for the next start. That it cannot be kept is no loss. */
static void keep(struct ob_files *f, const struct ob_home_model *home)
{
    struct ob_err err;
    if (f->lists.read && home->runs.n >= OB_HOME_CACHE_LEAST)
        (void)ob_home_cache_save(home, ob_runs_folder(f->opts.runs), &err);
    f->lists.read = false;
    ob_home_cache_finish(&f->lists.cache);
}

/* Reads on, `most` runs or until it is time to stop; true = there is more. */
static bool read_on(struct ob_files *f, struct ob_home_model *home, size_t most,
                    int64_t ns)
{
    struct ob_lists *l = &f->lists;
    int64_t until = ob_clock_ns() + ns;
    size_t gone = 0;
    while (l->config < home->configs && ob_clock_ns() < until)
        ob_home_config_read(&home->config[l->config++]);
    while (l->config == home->configs && l->run < home->runs.n && most-- > 0 &&
           ob_clock_ns() < until) {
        size_t i = l->run++;
        if (!look_at(l, home, i)) {
            home->runs.item[i].name[0] = '\0';
            gone++;
        }
    }
    if (gone > 0)
        ob_home_runs_drop(home);
    l->run -= gone;
    ob_home_model_count(home);
    bool more = l->config < home->configs || l->run < home->runs.n;
    l->all &= more;
    if (!more)
        keep(f, home);
    bool goes_on = home->active > 0 || l->later;
    l->next = goes_on ? ob_clock_ns() + SECOND_NS : 0;
    return more;
}

/* The runs that go on, wherever they stand. */
static void look_again(struct ob_files *f, struct ob_home_model *home)
{
    for (size_t i = 0; i < home->runs.n; i++)
        if (home->runs.item[i].known && ob_home_run_goes_on(&home->runs.item[i]))
            (void)ob_home_run_read(&home->runs.item[i], &home->brief[i],
                                   home->runs.path[i]);
    if (f->lists.later)
        f->lists.run = 0;
    f->lists.later = false;
}

bool ob_files_list(struct ob_feed *base, struct ob_home_model *home, bool all,
                   struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    struct ob_lists *l = &f->lists;
    const char *runs = ob_runs_folder(f->opts.runs);
    if (l->watch < 0) {
        l->watch = ob_files_watch(f, -1, runs,
                                  IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM |
                                      IN_MOVE_SELF);
        l->stale = true;
    }
    if (!l->cached)
        ob_home_cache_load(&l->cache, runs);
    l->cached = true;
    bool ok = true;
    if (all || l->stale) {
        ok = ob_home_run_names(home, runs, err);
        l->stale &= !ok;
        l->run = ok ? 0 : l->run;
    }
    if (all) {
        ob_home_config_names(home);
        l->config = 0;
        l->all = true;
    }
    look_again(f, home);
    read_on(f, home, FIRST_RUNS, FIRST_NS);
    return ok;
}

bool ob_files_more(struct ob_feed *base, struct ob_home_model *home)
{
    return read_on((struct ob_files *)base, home, SIZE_MAX, MORE_NS);
}

void ob_files_attend(struct ob_feed *base, bool home)
{
    struct ob_files *f = (struct ob_files *)base;
    if (f->away == home)
        return;
    f->away = home;
    f->back = !home;
    if (!f->reader.open)
        return;
    if (home && f->run_watch >= 0)
        inotify_rm_watch(f->notify, f->run_watch);
    f->run_watch = -1;
    if (!home)
        ob_files_watch_run(f);
}

unsigned ob_files_poll_lists(struct ob_files *f)
{
    unsigned bits = f->lists.stale ? OB_FEED_HOME : 0;
    int64_t now = ob_clock_ns();
    if (!f->away)
        return bits;
    /* Once per listing: nobody is woken for lists that nobody reads again. */
    if (f->lists.next && now >= f->lists.next) {
        bits |= OB_FEED_HOME;
        f->lists.next = 0;
    }
    if (f->peek_active && now >= f->next_peek) {
        bits |= OB_FEED_PREVIEW;
        f->peek_active = false;
    }
    return bits;
}

static int until(int64_t then, int64_t now)
{
    return then > now ? (int)((then - now) / 1000000) + 1 : 0;
}

int ob_files_wait_lists(const struct ob_files *f)
{
    int64_t now = ob_clock_ns();
    int list = f->lists.next ? until(f->lists.next, now) : -1;
    int peek = f->peek_active ? until(f->next_peek, now) : -1;
    if (!f->away)
        return -1;
    return list < 0 || (peek >= 0 && peek < list) ? peek : list;
}

bool ob_files_preview(struct ob_feed *base, const char *path, struct ob_run_model *m)
{
    enum { ENOUGH = 1000000 }; /* rows */
    struct ob_files *f = (struct ob_files *)base;
    struct ob_err err;
    if (!m->path || strcmp(m->path, path) != 0) {
        ob_run_reader_finish(&f->peek);
        f->peek_active = false;
        ob_run_model_finish(m);
        m->path = ob_xstrdup(path);
        (void)ob_run_reader_open(&f->peek, path, &err); /* shown as a run without rows */
    }
    if (!f->peek.open)
        return false;
    ob_run_reader_read(&f->peek, m, OB_READ_FRAME);
    f->peek_active = ob_run_model_active(m);
    f->next_peek = ob_clock_ns() + PEEK_NS;
    return ob_run_reader_behind(&f->peek) && f->peek.log.n < ENOUGH;
}

bool ob_files_remove(struct ob_feed *base, const char *path, struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    return ob_rundir_remove(ob_runs_folder(f->opts.runs), ob_path_base(path), err);
}

bool ob_files_rename(struct ob_feed *base, const char *path, const char *name,
                     struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    return ob_rundir_rename(ob_runs_folder(f->opts.runs), ob_path_base(path), name, err);
}

bool ob_files_resume(struct ob_feed *base, const char *path, struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    const struct ob_spawn_opts opts = {
        .program = f->opts.program, .runs = f->opts.runs, .resume = path, .pace = "ui"
    };
    return f->spawn.active ? ob_fail(err, OB_EFAIL, "another run is being started")
                           : ob_spawn_start(&f->spawn, &opts, err);
}

bool ob_files_folder(struct ob_feed *base, const char *path, bool add, struct ob_err *err)
{
    (void)base;
    return add ? ob_folders_add(path, err) : ob_folders_drop(path, err);
}

bool ob_files_clone(struct ob_feed *base, const char *path, const char *name,
                    struct ob_err *err)
{
    (void)base;
    return ob_config_clone(path, name, err);
}
