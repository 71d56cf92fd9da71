#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "feed_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/run/client.h"
#include "optbench/run/spawn.h"
#include "optbench/ui/feed.h"

int ob_files_watch(struct ob_files *f, int old, const char *path, uint32_t mask)
{
    if (f->notify < 0)
        return -1;
    if (old >= 0)
        inotify_rm_watch(f->notify, old);
    return inotify_add_watch(f->notify, path, mask);
}

void ob_files_watch_run(struct ob_files *f)
{
    f->run_watch = ob_files_watch(f, f->run_watch, f->reader.dir.path,
                                  IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE);
}

static void remember(struct ob_files *f, const char *path)
{
    for (size_t i = 0; i < f->seens; i++)
        if (strcmp(f->seen[i], path) == 0)
            return;
    f->seen = ob_xreallocarray(f->seen, f->seens + 1, sizeof *f->seen);
    f->seen[f->seens++] = ob_xstrdup(path);
}

static bool open_run(struct ob_feed *base, const char *path, struct ob_run_model *m,
                     struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    struct ob_run_reader fresh;
    if (!ob_run_reader_open(&fresh, path, err))
        return false;
    ob_files_hang_up(f);
    ob_run_reader_finish(&f->reader);
    /* The readers point to the directory in their struct: open again in its place. */
    ob_run_reader_finish(&fresh);
    if (!ob_run_reader_open(&f->reader, path, err))
        return false;
    m->path = ob_xstrdup(path);
    struct ob_brief brief;
    ob_brief_read(&brief, &f->reader.dir);
    ob_run_model_charts(m, brief.charts);
    f->silent = !ob_rundir_tells(&f->reader.dir);
    ob_files_watch_run(f);
    ob_run_reader_read(&f->reader, m, OB_READ_OPEN);
    remember(f, path);
    ob_files_connect(f, m);
    return true;
}

static bool before(struct ob_feed *base, const struct ob_run_model *m,
                   struct ob_buf *path)
{
    struct ob_files *f = (struct ob_files *)base;
    struct ob_run_list runs = { 0 };
    struct ob_err err;
    bool found = false;
    if (!m->info.config[0] ||
        !ob_run_list_read(&runs, ob_runs_folder(f->opts.runs), &err))
        return false;
    for (size_t i = 0; i < runs.n && !found; i++) {
        const struct ob_run_info *r = &runs.item[i];
        found = strcmp(r->config, m->info.config) == 0 && r->started < m->info.started;
        if (found)
            ob_buf_adds(path, runs.path[i]);
    }
    ob_run_list_finish(&runs);
    return found;
}

static bool overlay(struct ob_feed *base, const char *path, struct ob_run_model *out,
                    struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    if (path)
        return ob_overlays_begin(&f->others, f->notify, path, out, err);
    ob_overlays_end(&f->others, f->notify, out);
    return true;
}

/* Empties the queue of change events. */
static void drain_notify(struct ob_files *f)
{
    _Alignas(struct inotify_event) char buffer[4096];
    ssize_t n;
    while (f->notify >= 0 && (n = read(f->notify, buffer, sizeof buffer)) > 0) {
        for (const char *p = buffer; p < buffer + n;) {
            const struct inotify_event *e = (const struct inotify_event *)(const void *)p;
            ob_files_lists_notified(f, e);
            ob_files_sweep_notified(f, e);
            p += sizeof *e + e->len;
        }
    }
}

static unsigned poll_spawn(struct ob_files *f)
{
    const char *path = NULL;
    struct ob_err err;
    unsigned bits = OB_FEED_STARTED;
    if (!f->spawn.active || !ob_spawn_poll(&f->spawn, &path, &err))
        return 0;
    if (path) {
        snprintf(f->base.started, sizeof f->base.started, "%s", path);
        remember(f, path);
    } else {
        const struct ob_buf *said = &f->spawn.errors;
        snprintf(f->base.why, sizeof f->base.why, "%s",
                 said->len ? ob_buf_text(said) : err.text);
        f->base.code = err.code;
        bits = OB_FEED_FAILED;
    }
    ob_spawn_finish(&f->spawn);
    return bits;
}

static void read_on(struct ob_feed *base, struct ob_run_model *m)
{
    struct ob_files *f = (struct ob_files *)base;
    if (m->path && f->reader.open && !f->away) {
        ob_run_reader_read(&f->reader, m, OB_READ_FRAME);
        ob_overlays_read(&f->others);
    }
}

static unsigned poll_feed(struct ob_feed *base, struct ob_run_model *m)
{
    struct ob_files *f = (struct ob_files *)base;
    unsigned bits = 0;
    drain_notify(f);
    if (m->path && f->reader.open && !f->away) {
        if (ob_run_reader_read(&f->reader, m, OB_READ_FRAME) |
            ob_overlays_read(&f->others))
            bits |= OB_FEED_RUN;
        bits |= ob_files_poll_talk(f, m);
        ob_files_connect(f, m);
    }
    f->back = false;
    bits |= ob_files_poll_sweep(f);
    return bits | ob_files_poll_lists(f) | ob_files_poll_jobs(f) | poll_spawn(f);
}

static bool start(struct ob_feed *base, const char *config, struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    if (f->spawn.active)
        return ob_fail(err, OB_EFAIL, "another run is being started");
    struct ob_spawn_opts opts = {
        .program = f->opts.program,
        .config = config,
        .runs = f->opts.runs,
        .sets = f->opts.sets,
        .nsets = f->opts.nsets,
        .pace = "ui",
    };
    return ob_spawn_start(&f->spawn, &opts, err);
}

/* Where changes are not told, or the engine's end would not be: look now and then. */
static int wait_for_run(const struct ob_files *f)
{
    bool by_files = f->client && ob_client_fd(f->client) < 0;
    bool blind = f->silent || f->notify < 0;
    if (f->back || f->answered || ob_run_reader_behind(&f->reader) ||
        ob_overlays_behind(&f->others))
        return 0;
    if (by_files)
        return 100;
    if (f->active && (blind || !f->client))
        return 1000;
    return blind && ob_overlays_active(&f->others) ? 1000 : -1;
}

static size_t wait_for(const struct ob_feed *base, struct pollfd fds[static OB_FEED_FDS],
                       int *timeout_ms)
{
    enum { SPAWN_MS = 50, OWN = 4 };
    _Static_assert(OWN + OB_FILES_JOBS * OB_JOB_FDS + OB_FILES_SWEEP_FDS <= OB_FEED_FDS,
                   "room for all");
    const struct ob_files *f = (const struct ob_files *)base;
    int fd[2];
    size_t n = 0;
    *timeout_ms = -1;
    if (f->notify >= 0)
        fds[n++] = (struct pollfd){ .fd = f->notify, .events = POLLIN };
    if (f->client && ob_client_fd(f->client) >= 0 && !f->away)
        fds[n++] = (struct pollfd){ .fd = ob_client_fd(f->client), .events = POLLIN };
    size_t spawned = f->spawn.active ? ob_spawn_fds(&f->spawn, fd) : 0;
    for (size_t i = 0; i < spawned; i++)
        fds[n++] = (struct pollfd){ .fd = fd[i], .events = POLLIN };

    if (f->comparing)
        *timeout_ms = ob_files_wait_compared(f);
    else if (f->away)
        *timeout_ms = ob_files_wait_lists(f);
    else
        *timeout_ms = wait_for_run(f);
    if (f->spawn.active && spawned == 0 && (*timeout_ms < 0 || *timeout_ms > SPAWN_MS))
        *timeout_ms = SPAWN_MS;
    n += ob_files_wait_sweep(f, fds + n, timeout_ms);
    return n + ob_files_wait_jobs(f, fds + n, timeout_ms);
}

static void say_goodbye(struct ob_buf *out, const char *what, const char *name)
{
    ob_buf_addf(out, "%s continues: optbench watch ", what);
    ob_text_safe(out, name, strlen(name));
    ob_buf_adds(out, "\n");
}

static void farewell(struct ob_feed *base, struct ob_buf *out)
{
    struct ob_files *f = (struct ob_files *)base;
    if (f->swept.cells && base->sweep.runs)
        say_goodbye(out, "sweep", base->sweep.path);
    for (size_t i = 0; i < f->seens; i++) {
        struct ob_rundir dir = { 0 };
        struct ob_run_info info;
        struct ob_err err;
        /* Logs that are files are followed while they are looked at. */
        if (ob_rundir_open(&dir, f->seen[i], &err) &&
            ob_run_info_read(&dir, &info, &err) && info.log[0] != '/' &&
            (info.state == OB_RUN_RUNNING || info.state == OB_RUN_PAUSED))
            say_goodbye(out, "run", info.name);
        ob_rundir_finish(&dir);
    }
}

static void destroy(struct ob_feed *base)
{
    struct ob_files *f = (struct ob_files *)base;
    ob_files_hang_up(f);
    ob_run_reader_finish(&f->reader);
    ob_run_reader_finish(&f->peek);
    ob_overlays_finish(&f->others);
    ob_files_finish_compared(f);
    ob_files_finish_sweep(f);
    ob_files_finish_jobs(f);
    ob_lists_finish(&f->lists);
    ob_spawn_finish(&f->spawn);
    if (f->notify >= 0)
        close(f->notify);
    for (size_t i = 0; i < f->seens; i++)
        free(f->seen[i]);
    free(f->seen);
    free(f);
}

static const struct ob_feed_type ob_feed_type_files = {
    .name = "files",
    .list = ob_files_list,
    .more = ob_files_more,
    .attend = ob_files_attend,
    .open = open_run,
    .before = before,
    .preview = ob_files_preview,
    .rename = ob_files_rename,
    .archive = ob_files_archive,
    .annotate = ob_files_annotate,
    .resume = ob_files_resume,
    .folder = ob_files_folder,
    .remove = ob_files_remove,
    .clone = ob_files_clone,
    .overlay = overlay,
    .compare = ob_files_compare,
    .compare_on = ob_files_compare_on,
    .read_on = read_on,
    .poll = poll_feed,
    .load = ob_files_load,
    .under = ob_files_under,
    .save = ob_files_save,
    .stow = ob_files_stow,
    .keep = ob_files_keep,
    .start = start,
    .check = ob_files_check,
    .inspect = ob_files_inspect,
    .browse = ob_files_browse,
    .control = ob_files_control,
    .tensor = ob_files_tensor,
    .explain = ob_files_explain,
    .surface = ob_files_surface,
    .curvature = ob_files_curvature,
    .sweep = ob_files_sweep,
    .sweep_on = ob_files_sweep_on,
    .sweep_judge = ob_files_sweep_judge,
    .sweep_make = ob_files_sweep_make,
    .sweep_start = ob_files_sweep_start,
    .sweep_stop = ob_files_sweep_stop,
    .sweeps = ob_files_sweeps,
    .wait = wait_for,
    .farewell = farewell,
    .destroy = destroy,
};

struct ob_feed *ob_feed_files(const struct ob_feed_files_opts *opts)
{
    struct ob_files *f = ob_xcalloc(1, sizeof *f);
    f->base.type = &ob_feed_type_files;
    f->opts = *opts;
    f->run_watch = -1;
    f->swept.watch[0] = f->swept.watch[1] = -1;
    f->swept.child = (struct ob_child){ .in = -1, .out = -1, .err = -1 };
    f->notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return &f->base;
}
