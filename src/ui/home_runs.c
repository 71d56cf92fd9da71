#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "feed_priv.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

#define SECOND_NS INT64_C(1000000000)

/* The time that a run's name begins with, as ob_rundir_claim() makes it: 0 = none. */
static int64_t time_of(const char *name)
{
    static const char like[] = "00000000T000000Z";
    for (size_t i = 0; like[i]; i++)
        if (like[i] == '0' ? name[i] < '0' || name[i] > '9' : name[i] != like[i])
            return 0;
    const int at[] = { 0, 2, 4, 6, 9, 11, 13 };
    int two[7];
    for (int i = 0; i < 7; i++)
        two[i] = (name[at[i]] - '0') * 10 + name[at[i] + 1] - '0';
    struct tm tm = { .tm_year = two[0] * 100 + two[1] - 1900,
                     .tm_mon = two[2] - 1,
                     .tm_mday = two[3],
                     .tm_hour = two[4],
                     .tm_min = two[5],
                     .tm_sec = two[6] };
    time_t t = timegm(&tm);
    return t > 0 ? (int64_t)t * SECOND_NS : 0;
}

static void begin(struct ob_home_run *r, struct ob_brief *b, const char *name)
{
    *r = (struct ob_home_run){ .started = time_of(name),
                               .loss = NAN,
                               .best_loss = NAN,
                               .theta_delta = NAN,
                               .seconds = NAN };
    snprintf(r->name, sizeof r->name, "%s", name);
    *b = (struct ob_brief){ .lr = NAN };
}

/* Both lists are in one order, so each is gone through once. */
bool ob_home_run_names(struct ob_home_model *home, const char *runs, struct ob_err *err)
{
    char **name;
    size_t n, k = 0;
    struct ob_home_runs old = home->runs;
    if (!ob_run_names_read(runs, &name, &n, err))
        return false;
    struct ob_home_runs fresh = { .item = ob_xcalloc(n + 1, sizeof *fresh.item),
                                  .path = ob_xcalloc(n + 1, sizeof *fresh.path),
                                  .n = n };
    struct ob_brief *brief = ob_xcalloc(n + 1, sizeof *brief);
    for (size_t i = 0; i < n; i++) {
        while (k < old.n && strcmp(old.item[k].name, name[i]) > 0)
            k++;
        if (k < old.n && strcmp(old.item[k].name, name[i]) == 0) {
            fresh.item[i] = old.item[k];
            brief[i] = home->brief[k];
            fresh.path[i] = old.path[k];
            old.path[k] = NULL;
        } else {
            begin(&fresh.item[i], &brief[i], name[i]);
            fresh.path[i] = ob_path_join(runs, name[i]);
        }
    }
    ob_run_names_free(name, n);
    for (size_t i = 0; i < old.n; i++)
        free(old.path[i]);
    free(old.path);
    free(old.item);
    free(home->brief);
    home->runs = fresh;
    home->brief = brief;
    return true;
}

static void take_info(struct ob_home_run *r, const struct ob_run_info *info)
{
    snprintf(r->experiment, sizeof r->experiment, "%.*s", (int)sizeof r->experiment - 1,
             info->experiment);
    snprintf(r->title, sizeof r->title, "%.*s", (int)sizeof r->title - 1, info->title);
    memcpy(r->stop, info->stop, sizeof r->stop);
    r->state = info->state;
    r->plan_known = info->plan_known;
    r->max_steps = info->max_steps;
    r->step = info->step;
    r->started = info->started;
    r->loss = info->loss;
    r->best_loss = info->best_loss;
    r->theta_delta = info->theta_delta;
    r->seconds = info->seconds;
    r->known = true;
}

/* A directory that was just made may become a run in a moment. */
static enum ob_home_found not_yet(const struct ob_rundir *d)
{
    enum { SETTING_UP = 5 };
    struct stat st;
    if (d->open && fstat(d->fd, &st) == 0 && st.st_mtime + SETTING_UP > time(NULL))
        return OB_HOME_LATER;
    return OB_HOME_NO_RUN;
}

/* Two changes within one tick of the file system's clock look alike: what has just
 * changed has no stamp. */
uint64_t ob_home_run_stamp(const char *path)
{
    static const char *const file[] = { "run.json", "summary.json" };
    enum { TICK = 2 }; /* seconds, on the coarsest of file systems */
    int64_t seen[4 * OB_COUNT(file)];
    size_t n = 0;
    char name[4200];
    for (size_t i = 0; i < OB_COUNT(file); i++) {
        struct stat st;
        snprintf(name, sizeof name, "%s/%s", path, file[i]);
        if (lstat(name, &st) != 0 || !S_ISREG(st.st_mode) ||
            st.st_mtim.tv_sec + TICK >= time(NULL))
            return 0;
        seen[n++] = st.st_mtim.tv_sec;
        seen[n++] = st.st_mtim.tv_nsec;
        seen[n++] = st.st_size;
        seen[n++] = (int64_t)st.st_ino;
    }
    uint64_t stamp = ob_hash(seen, sizeof seen, 0);
    return stamp ? stamp : 1;
}

enum ob_home_found ob_home_run_read(struct ob_home_run *r, struct ob_brief *b,
                                    const char *path)
{
    struct ob_rundir dir = { 0 };
    struct ob_run_info info;
    enum ob_home_found found = OB_HOME_RUN;
    uint64_t stamp = ob_home_run_stamp(path); /* before: what changes meanwhile shows */
    if (ob_rundir_open(&dir, path, NULL) && ob_run_info_read(&dir, &info, NULL)) {
        if (!r->known)
            ob_brief_read(b, &dir);
        take_info(r, &info);
        r->stamp = info.has_summary && info.recorded != OB_RUN_RUNNING ? stamp : 0;
        r->bytes = ob_rundir_size(&dir);
    } else {
        found = not_yet(&dir);
    }
    ob_rundir_finish(&dir);
    return found;
}

bool ob_home_run_goes_on(const struct ob_home_run *r)
{
    return !r->known || r->state == OB_RUN_RUNNING || r->state == OB_RUN_PAUSED;
}

void ob_home_runs_drop(struct ob_home_model *home)
{
    struct ob_home_runs *l = &home->runs;
    size_t kept = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (!l->item[i].name[0]) {
            free(l->path[i]);
            continue;
        }
        if (kept < i) {
            l->item[kept] = l->item[i];
            l->path[kept] = l->path[i];
            home->brief[kept] = home->brief[i];
        }
        kept++;
    }
    l->n = kept;
}
