#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "feed_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/run/notes.h"
#include "optbench/ui/folders.h"

#define SECOND_NS INT64_C(1000000000)

#define FIRST_NS INT64_C(15000000) /* of reading before the first picture ... */
#define MORE_NS  INT64_C(5000000)  /* ... and between two keys */
#define PEEK_NS  (SECOND_NS / 5)

enum { FIRST_RUNS = 100 }; /* as many as tall terminals show */

/* ---- the folders ---- */

void ob_lists_finish(struct ob_lists *l)
{
    ob_runs_finish(&l->folders);
    free(l->watch);
    free(l->changed);
    *l = (struct ob_lists){ 0 };
}

/* Where the list of folders is another one: those out of the way are wanted, or not. */
static void choose_folders(struct ob_files *f, bool archive)
{
    struct ob_lists *l = &f->lists;
    if (l->folders.n > 0 && l->archive == archive)
        return;
    for (size_t i = 0; i < l->folders.n; i++)
        if (l->watch[i] >= 0)
            inotify_rm_watch(f->notify, l->watch[i]);
    ob_runs_finish(&l->folders);
    ob_runs_split(&l->folders, ob_runs_folder(f->opts.runs), archive);
    free(l->watch);
    l->watch = ob_xcalloc(l->folders.n, sizeof *l->watch);
    for (size_t i = 0; i < l->folders.n; i++)
        l->watch[i] = -1;
    l->archive = archive;
    l->loaded = false;
    l->stale = true;
}

/* A folder that cannot be watched may have changed at any time, but for an archive: that
 * it is made shows in the folder that it lies in. */
static void watch_folders(struct ob_files *f)
{
    struct ob_lists *l = &f->lists;
    for (size_t i = 0; i < l->folders.n; i++) {
        const char *path = l->folders.path[i];
        if (l->watch[i] >= 0)
            continue;
        l->watch[i] = ob_files_watch(f, -1, path,
                                     IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM |
                                         IN_MOVE_SELF);
        bool aside = strcmp(ob_path_base(path), OB_RUNS_ARCHIVE) == 0;
        l->stale |= l->watch[i] >= 0 || !aside;
    }
}

void ob_files_lists_notified(struct ob_files *f, const struct inotify_event *e)
{
    struct ob_lists *l = &f->lists;
    l->stale |= (e->mask & IN_Q_OVERFLOW) != 0;
    for (size_t i = 0; i < l->folders.n; i++) {
        if (e->wd != l->watch[i])
            continue;
        l->stale = true;
        if (!(e->mask & (IN_IGNORED | IN_MOVE_SELF)))
            continue;
        /* The folder is another one from now on, or none. */
        if (!(e->mask & IN_IGNORED))
            inotify_rm_watch(f->notify, l->watch[i]);
        l->watch[i] = -1;
    }
}

/* ---- reading ---- */

/* Run i anew, unless it is known and as it was; false where it is no run. *news is set
 * where the list is another one for it. */
static bool look_at(struct ob_lists *l, struct ob_index *runs, size_t i, bool *news)
{
    const struct ob_index_run *r = &runs->item[i];
    if (r->known && !r->kept && !l->all)
        return true;
    enum ob_index_found found = ob_index_look(runs, i);
    *news |= found != OB_INDEX_SAME;
    l->read |= found == OB_INDEX_READ && r->stamp != 0;
    l->later |= found == OB_INDEX_LATER;
    return found == OB_INDEX_SAME || found == OB_INDEX_READ;
}

/* All is read: keeps it for the next start. That it cannot be kept is no loss. */
static void keep(struct ob_lists *l, const struct ob_index *runs)
{
    if (l->read)
        (void)ob_index_save(runs, &l->folders, NULL);
    l->read = false;
}

/* Reads on, `most` runs or until it is time to stop; true = there is more. */
static bool read_on(struct ob_files *f, struct ob_home_model *home, size_t most,
                    int64_t ns)
{
    struct ob_lists *l = &f->lists;
    int64_t until = ob_clock_ns() + ns;
    size_t gone = 0;
    bool news = l->config < home->configs;
    while (l->config < home->configs && ob_clock_ns() < until)
        ob_home_config_read(&home->config[l->config++]);
    while (l->config == home->configs && l->run < home->runs.n && most-- > 0 &&
           ob_clock_ns() < until) {
        size_t i = l->run++;
        if (!look_at(l, &home->runs, i, &news)) {
            home->runs.item[i].name[0] = '\0';
            gone++;
        }
    }
    if (gone > 0)
        ob_index_drop(&home->runs);
    l->run -= gone;
    bool more = l->config < home->configs || l->run < home->runs.n;
    if (news || !more)
        ob_home_model_count(home); /* and lists are made anew */
    l->all &= more;
    if (!more)
        keep(l, &home->runs);
    bool goes_on = home->active > 0 || l->later;
    l->next = goes_on ? ob_clock_ns() + SECOND_NS : 0;
    return more;
}

/* The runs that go on, wherever they stand, and the one that was changed from here. */
static void look_again(struct ob_files *f, struct ob_home_model *home)
{
    struct ob_lists *l = &f->lists;
    for (size_t i = 0; i < home->runs.n; i++) {
        const struct ob_index_run *r = &home->runs.item[i];
        if (r->known && (ob_index_goes_on(r) ||
                         (l->changed && strcmp(l->changed, home->runs.path[i]) == 0)))
            (void)ob_index_look(&home->runs, i);
    }
    free(l->changed);
    l->changed = NULL;
    if (l->later)
        l->run = 0;
    l->later = false;
}

static bool read_names(struct ob_lists *l, struct ob_index *runs, struct ob_err *err)
{
    if (!ob_index_names(runs, &l->folders, err))
        return false;
    if (!l->loaded)
        ob_index_load(runs, &l->folders);
    l->loaded = true;
    l->stale = false;
    l->run = 0;
    return true;
}

bool ob_files_list(struct ob_feed *base, struct ob_home_model *home, bool all,
                   struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    struct ob_lists *l = &f->lists;
    bool ok = true;
    choose_folders(f, home->archive);
    watch_folders(f);
    if (all || l->stale)
        ok = read_names(l, &home->runs, err);
    if (all) {
        ob_home_config_names(home);
        l->config = 0;
        l->all = true;
    }
    look_again(f, home);
    read_on(f, home, FIRST_RUNS, FIRST_NS);
    ob_home_model_count(home);
    return ok;
}

bool ob_files_more(struct ob_feed *base, struct ob_home_model *home)
{
    return read_on((struct ob_files *)base, home, SIZE_MAX, MORE_NS);
}

/* Whether the watched run is away: behind another screen. */
static void attend_run(struct ob_files *f, bool away)
{
    if (f->away == away)
        return;
    f->away = away;
    f->back = !away;
    if (!f->reader.open)
        return;
    if (away && f->run_watch >= 0)
        inotify_rm_watch(f->notify, f->run_watch);
    f->run_watch = -1;
    if (!away)
        ob_files_watch_run(f);
}

/* A directory has one watch: who leaves it goes before who comes. */
void ob_files_attend(struct ob_feed *base, enum ob_attention what)
{
    struct ob_files *f = (struct ob_files *)base;
    /* Marked cells of a sweep are runs that are compared. */
    bool sweeping = what == OB_ATTEND_SWEEP;
    bool comparing = what == OB_ATTEND_COMPARE || sweeping;
    ob_files_attend_sweep(f, sweeping);
    if (!comparing)
        ob_files_attend_compared(f, false);
    attend_run(f, what != OB_ATTEND_RUN);
    if (comparing)
        ob_files_attend_compared(f, true);
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

/* ---- what is done to a run of the list ---- */

bool ob_files_remove(struct ob_feed *base, const char *path, struct ob_err *err)
{
    (void)base;
    char *folder = ob_path_dir(path);
    bool ok = ob_rundir_remove(folder, ob_path_base(path), err);
    free(folder);
    return ok;
}

bool ob_files_rename(struct ob_feed *base, const char *path, const char *name,
                     struct ob_err *err)
{
    (void)base;
    char *folder = ob_path_dir(path);
    bool ok = ob_rundir_rename(folder, ob_path_base(path), name, err);
    free(folder);
    return ok;
}

bool ob_files_archive(struct ob_feed *base, const char *path, bool back,
                      struct ob_err *err)
{
    struct ob_buf now = { 0 };
    (void)base;
    bool ok = back ? ob_runs_restore(path, &now, err) : ob_runs_archive(path, &now, err);
    ob_buf_finish(&now);
    return ok;
}

bool ob_files_annotate(struct ob_feed *base, const char *path, const char *tags,
                       const char *note, struct ob_err *err)
{
    struct ob_lists *l = &((struct ob_files *)base)->lists;
    struct ob_rundir dir = { 0 };
    struct ob_notes notes = { 0 };
    bool ok = ob_rundir_open(&dir, path, err) && ob_notes_read(&notes, &dir, err) &&
              (!tags || ob_notes_change_tags(&notes, tags, err)) &&
              (!note || ob_notes_set_text(&notes, note, err)) &&
              ob_notes_write(&notes, &dir, err);
    if (ok) {
        free(l->changed);
        l->changed = ob_xstrdup(path);
    }
    ob_notes_finish(&notes);
    ob_rundir_finish(&dir);
    return ok;
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
