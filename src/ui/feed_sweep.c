/* The part of the feed from files that is about sweeps: one that is open, and which there
 * are. */
#include <config.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "feed_priv.h"
#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/run/runs.h"
#include "optbench/sweep/runners.h"

#define MS        INT64_C(1000000)
#define PART_NS   (8 * MS)    /* of reading between two keys */
#define ROUND_NS  (500 * MS)  /* between two looks at all cells, at least ... */
#define SHARE     30          /* ... and so many times what the last one took */
#define BETWEEN   (50 * MS)   /* between two parts of one that is not the first */
#define SILENT_NS (5000 * MS) /* between two where nobody is told of changes */

/* ---- the one that is open ---- */

static bool goes_on(const struct ob_swept *s, const struct ob_sweep_view *v)
{
    return v->runs || ob_cells_counts(s->cells)->of[OB_CELL_RUNNING] > 0;
}

/* Whoever begins to run it makes a file in one of these folders. */
static void watch(struct ob_files *f)
{
    struct ob_swept *s = &f->swept;
    char *runners = ob_path_join(s->sweep.path, "runners");
    for (size_t i = 0; i < OB_COUNT(s->watch) && f->notify >= 0; i++)
        if (s->watch[i] < 0)
            s->watch[i] =
                inotify_add_watch(f->notify, i ? runners : s->sweep.path,
                                  IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_ONLYDIR);
    free(runners);
}

static void unwatch(struct ob_files *f)
{
    for (size_t i = 0; i < OB_COUNT(f->swept.watch); i++) {
        if (f->notify >= 0 && f->swept.watch[i] >= 0)
            inotify_rm_watch(f->notify, f->swept.watch[i]);
        f->swept.watch[i] = -1;
    }
}

static void close_sweep(struct ob_files *f)
{
    struct ob_swept *s = &f->swept;
    if (!s->cells)
        return;
    unwatch(f);
    if (s->saved != ob_cells_generation(s->cells) && f->base.sweep.looked)
        (void)ob_cells_save(s->cells, NULL); /* what is lost is read again */
    ob_cells_destroy(s->cells);
    ob_sweep_finish(&s->sweep);
    s->cells = NULL;
}

static void read_runners(struct ob_files *f)
{
    struct ob_runner *r = NULL;
    size_t n = 0;
    ob_runners_read(&f->swept.sweep.dir, &r, &n);
    f->base.sweep.runs = n > 0;
    free(r);
}

static void tell_pace(struct ob_files *f)
{
    ob_sweep_pace_of(f->swept.cells, ob_clock_wall_ns(), &f->base.sweep.pace);
}

bool ob_files_sweep(struct ob_feed *base, const char *path, struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    struct ob_swept *s = &f->swept;
    struct ob_sweep fresh = { 0 };
    unsigned opened = base->sweep.opened;
    if (!ob_sweep_open(&fresh, path, err))
        return false;
    close_sweep(f);
    s->sweep = fresh;
    s->cells = ob_cells_create(&s->sweep);
    ob_cells_load(s->cells);
    s->silent = !ob_rundir_tells(&s->sweep.dir);
    s->next = s->spent = 0;
    s->saved = ob_cells_generation(s->cells);
    base->sweep = (struct ob_sweep_view){ .plan = &s->sweep.plan,
                                          .cells = s->cells,
                                          .opened = opened + 1 };
    snprintf(base->sweep.path, sizeof base->sweep.path, "%s", path);
    for (size_t n = strlen(base->sweep.path); n > 1 && base->sweep.path[n - 1] == '/';)
        base->sweep.path[--n] = '\0';
    snprintf(base->sweep.name, sizeof base->sweep.name, "%s", s->sweep.facts.name);
    read_runners(f);
    tell_pace(f);
    if (f->sweeping)
        watch(f);
    return true;
}

/* When the next round begins; 0 = when something stirs. */
static int64_t next_round(const struct ob_files *f, int64_t now)
{
    const struct ob_swept *s = &f->swept;
    int64_t wait = SHARE * s->spent > ROUND_NS ? SHARE * s->spent : ROUND_NS;
    if (goes_on(s, &f->base.sweep))
        return now + wait;
    return s->silent || f->notify < 0 ? now + (wait > SILENT_NS ? wait : SILENT_NS) : 0;
}

/* A part of a round. */
static void look(struct ob_files *f, int64_t budget)
{
    struct ob_swept *s = &f->swept;
    int64_t began = ob_clock_ns();
    bool all = ob_cells_look(s->cells, budget);
    int64_t now = ob_clock_ns();
    s->spent += now - began;
    s->next = now + BETWEEN;
    read_runners(f);
    if (!all)
        return;
    if (!f->base.sweep.looked && ob_cells_save(s->cells, NULL))
        s->saved = ob_cells_generation(s->cells);
    f->base.sweep.looked = true;
    s->next = next_round(f, now);
    s->spent = 0;
}

bool ob_files_sweep_on(struct ob_feed *base, bool *fresh)
{
    struct ob_files *f = (struct ob_files *)base;
    struct ob_swept *s = &f->swept;
    *fresh = false;
    if (!s->cells)
        return false;
    uint64_t before = ob_cells_generation(s->cells);
    bool looked = base->sweep.looked, runs = base->sweep.runs;
    int64_t now = ob_clock_ns();
    if (!looked || s->stirred || (s->next > 0 && now >= s->next)) {
        s->stirred = false;
        look(f, PART_NS);
    }
    *fresh = ob_cells_generation(s->cells) != before || looked != base->sweep.looked ||
             runs != base->sweep.runs;
    if (*fresh)
        tell_pace(f);
    return !base->sweep.looked;
}

void ob_files_sweep_judge(struct ob_feed *base, const char *metric, bool maximize)
{
    struct ob_files *f = (struct ob_files *)base;
    const struct ob_sweep_facts *facts = &f->swept.sweep.facts;
    if (!f->swept.cells)
        return;
    bool own = strcmp(metric, facts->metric) == 0;
    ob_cells_judge(f->swept.cells, own ? NULL : metric, maximize);
}

void ob_files_attend_sweep(struct ob_files *f, bool sweeping)
{
    if (f->sweeping == sweeping)
        return;
    f->sweeping = sweeping;
    if (!f->swept.cells)
        return;
    f->swept.stirred = sweeping; /* it was not looked at while it was not shown */
    if (sweeping)
        watch(f);
    else
        unwatch(f);
}

void ob_files_sweep_notified(struct ob_files *f, const struct inotify_event *e)
{
    for (size_t i = 0; i < OB_COUNT(f->swept.watch); i++)
        if (f->swept.cells && e->wd == f->swept.watch[i] && e->wd >= 0) {
            f->swept.stirred = true;
            if (e->mask & IN_IGNORED)
                f->swept.watch[i] = -1;
        }
}

/* ---- running it ---- */

bool ob_files_sweep_start(struct ob_feed *base, struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    struct ob_swept *s = &f->swept;
    if (!s->cells)
        return ob_fail(err, OB_EUSAGE, "no sweep is open");
    if (s->child.pid > 0)
        return ob_fail(err, OB_EUSAGE, "the sweep is being started already");
    char *self = f->opts.program ? ob_xstrdup(f->opts.program) : ob_spawn_self();
    const char *args[] = { self, "sweep", "run", "--quiet", "--", s->sweep.path, NULL };
    ob_child_close(&s->child);
    ob_buf_clear(&s->said);
    bool ok = ob_child_start(&s->child, args, false, err);
    s->stirred = ok;
    free(self);
    return ok;
}

/* Those of this machine; another one cannot be reached from here. */
bool ob_files_sweep_stop(struct ob_feed *base, struct ob_err *err)
{
    struct ob_files *f = (struct ob_files *)base;
    struct ob_runner *r = NULL;
    size_t n = 0, told = 0;
    if (!f->swept.cells)
        return ob_fail(err, OB_EUSAGE, "no sweep is open");
    ob_runners_read(&f->swept.sweep.dir, &r, &n);
    for (size_t i = 0; i < n; i++)
        told += r[i].here && r[i].pid > 1 && kill((pid_t)r[i].pid, SIGTERM) == 0;
    char host[64];
    ob_text_safe_z(host, sizeof host, n > 0 ? r[0].host : "");
    free(r);
    if (n == 0)
        return ob_fail(err, OB_EUSAGE, "nobody runs the sweep");
    return told > 0 ||
           ob_fail(err, OB_EUSAGE, "the sweep runs on %s: it can be stopped there", host);
}

unsigned ob_files_poll_sweep(struct ob_files *f)
{
    enum { SAID_MOST = 1 << 12, STOPPED = 75 };
    struct ob_swept *s = &f->swept;
    int status = 0;
    struct ob_buf none = { 0 };
    if (s->child.pid <= 0)
        return 0;
    (void)ob_child_drain(&s->child.out, &none, 0);
    (void)ob_child_drain(&s->child.err, &s->said, SAID_MOST);
    ob_buf_finish(&none);
    if (!ob_child_ended(&s->child, &status))
        return 0;
    (void)ob_child_drain(&s->child.err, &s->said, SAID_MOST);
    ob_child_close(&s->child);
    s->stirred = true;
    int exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
    /* Cells that failed are on the screen, with their reasons. */
    if (exit == 0 || exit == 1 || exit == STOPPED)
        return OB_FEED_SWEEP;
    snprintf(f->base.why, sizeof f->base.why, "%s",
             s->said.len ? ob_buf_text(&s->said) : "the sweep ended by itself");
    f->base.code = ob_child_code(status);
    return OB_FEED_SWEEP | OB_FEED_FAILED;
}

size_t ob_files_wait_sweep(const struct ob_files *f, struct pollfd *fds, int *timeout_ms)
{
    const struct ob_swept *s = &f->swept;
    size_t n = 0;
    if (s->child.pid > 0 && s->child.out >= 0)
        fds[n++] = (struct pollfd){ .fd = s->child.out, .events = POLLIN };
    if (s->child.pid > 0 && s->child.err >= 0)
        fds[n++] = (struct pollfd){ .fd = s->child.err, .events = POLLIN };
    if (!f->sweeping || !s->cells)
        return n;
    int64_t left = s->stirred ? 0 : s->next - ob_clock_ns();
    int ms = left > 0 ? (int)(left / MS) + 1 : 0;
    if ((s->stirred || s->next > 0) && (*timeout_ms < 0 || ms < *timeout_ms))
        *timeout_ms = ms;
    return n;
}

void ob_files_finish_sweep(struct ob_files *f)
{
    close_sweep(f);
    ob_child_close(&f->swept.child); /* it goes on */
    ob_buf_finish(&f->swept.said);
}

/* ---- which there are ---- */

enum { FOUND_MOST = 1000 };

struct dated {
    struct ob_sweep_found found;
    int64_t time;
};

static void add(struct dated **list, size_t *n, const char *folder, const char *name)
{
    struct stat st;
    char *path = ob_path_join(folder, name), *facts = ob_path_join(path, "sweep.json");
    if (*n < FOUND_MOST && ob_sweep_is(path) && stat(facts, &st) == 0) {
        *list = ob_xreallocarray(*list, *n + 1, sizeof **list);
        struct dated *d = &(*list)[(*n)++];
        d->found.path = path;
        path = NULL;
        ob_text_safe_z(d->found.label, sizeof d->found.label, name);
        d->time = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
    }
    free(facts);
    free(path);
}

static void search(struct dated **list, size_t *n, const char *folder)
{
    DIR *d = opendir(folder);
    if (!d)
        return;
    for (const struct dirent *e = readdir(d); e; e = readdir(d))
        if (e->d_name[0] != '.' && (e->d_type == DT_DIR || e->d_type == DT_UNKNOWN))
            add(list, n, folder, e->d_name);
    closedir(d);
}

static int newest(const void *pa, const void *pb)
{
    const struct dated *a = pa, *b = pb;
    if (a->time != b->time)
        return a->time < b->time ? 1 : -1;
    return strcmp(a->found.path, b->found.path);
}

void ob_files_sweeps(struct ob_feed *base, struct ob_sweeps_found *out)
{
    struct ob_files *f = (struct ob_files *)base;
    struct ob_runs runs = { 0 };
    struct dated *list = NULL;
    size_t n = 0;
    search(&list, &n, "sweeps");
    ob_runs_split(&runs, ob_runs_folder(f->opts.runs), false);
    for (size_t i = 0; i < runs.n; i++)
        if (strcmp(runs.path[i], "sweeps") != 0)
            search(&list, &n, runs.path[i]);
    ob_runs_finish(&runs);
    if (n > 0)
        qsort(list, n, sizeof *list, newest);
    out->item = ob_xcalloc(n + 1, sizeof *out->item);
    for (out->n = 0; out->n < n; out->n++)
        out->item[out->n] = list[out->n].found;
    free(list);
}
