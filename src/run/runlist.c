#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/run/runinfo.h"

enum { LIST_MAX = 100000, CANDIDATES = 4 };

static int highest_first(const void *a, const void *b)
{
    return strcmp(*(char *const *)b, *(char *const *)a);
}

static bool may_be_run(const struct dirent *e)
{
    return ob_path_is_plain(e->d_name) &&
           (e->d_type == DT_DIR || e->d_type == DT_LNK || e->d_type == DT_UNKNOWN);
}

bool ob_run_names_read(const char *runs, char ***names, size_t *n, struct ob_err *err)
{
    *names = NULL;
    *n = 0;
    DIR *dir = opendir(runs);
    if (!dir)
        return errno == ENOENT ||
               ob_fail(err, OB_EIO, "%s: %s", runs, ob_errno_text(errno));
    const struct dirent *e;
    while (*n < LIST_MAX && (e = readdir(dir))) {
        if (!may_be_run(e))
            continue;
        *names = ob_xreallocarray(*names, *n + 1, sizeof **names);
        (*names)[(*n)++] = ob_xstrdup(e->d_name);
    }
    closedir(dir);
    if (*n > 1)
        qsort(*names, *n, sizeof **names, highest_first);
    return true;
}

void ob_run_names_free(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

struct entry {
    struct ob_run_info info;
    char *path;
};

/* Newest first; equal times by name, so that the order is the same everywhere. */
static int newest_first(const void *pa, const void *pb)
{
    const struct entry *a = *(const struct entry *const *)pa;
    const struct entry *b = *(const struct entry *const *)pb;
    if (a->info.started != b->info.started)
        return a->info.started < b->info.started ? 1 : -1;
    return strcmp(b->info.name, a->info.name);
}

static struct entry *entry_read(const char *runs, const char *name)
{
    struct entry *e = ob_xcalloc(1, sizeof *e);
    struct ob_rundir d = { 0 };
    e->path = ob_path_join(runs, name);
    bool ok = ob_rundir_open(&d, e->path, NULL) && ob_run_info_read(&d, &e->info, NULL);
    ob_rundir_finish(&d);
    if (ok)
        return e;
    free(e->path);
    free(e);
    return NULL;
}

bool ob_run_list_read(struct ob_run_list *list, const char *runs, struct ob_err *err)
{
    char **names;
    size_t n, kept = 0;
    *list = (struct ob_run_list){ 0 };
    if (!ob_run_names_read(runs, &names, &n, err))
        return false;
    struct entry **entry = ob_xcalloc(n + 1, sizeof *entry);
    for (size_t i = 0; i < n; i++) {
        entry[kept] = entry_read(runs, names[i]);
        kept += entry[kept] != NULL;
    }
    ob_run_names_free(names, n);
    if (kept)
        qsort(entry, kept, sizeof *entry, newest_first);
    list->item = ob_xcalloc(kept + 1, sizeof *list->item);
    list->path = ob_xcalloc(kept + 1, sizeof *list->path);
    list->n = kept;
    for (size_t i = 0; i < kept; i++) {
        list->item[i] = entry[i]->info;
        list->path[i] = entry[i]->path;
        free(entry[i]);
    }
    free(entry);
    return true;
}

void ob_run_list_finish(struct ob_run_list *list)
{
    ob_run_names_free(list->path, list->n);
    free(list->item);
    *list = (struct ob_run_list){ 0 };
}

static bool find_latest(const char *runs, struct ob_buf *path, struct ob_err *err)
{
    struct ob_run_list list;
    if (!ob_run_list_read(&list, runs, err))
        return false;
    bool ok = list.n > 0;
    if (ok)
        ob_buf_adds(path, list.path[0]);
    else
        ob_fail(err, OB_EUSAGE, "there is no run in '%s'", runs);
    ob_run_list_finish(&list);
    return ok;
}

static bool is_run(const char *path)
{
    struct ob_rundir d = { 0 };
    bool yes = ob_rundir_open(&d, path, NULL);
    ob_rundir_finish(&d);
    return yes;
}

/* The whole name wins over a part of others; else exactly one name may hold the part. */
static bool find_part(const char *runs, const char *what, struct ob_buf *path,
                      struct ob_err *err)
{
    char **names;
    size_t n, found = 0, at = 0;
    struct ob_buf some = { 0 };
    if (!ob_run_names_read(runs, &names, &n, err))
        return false;
    for (size_t i = 0; i < n; i++) {
        char *full = ob_path_join(runs, names[i]);
        bool match = strstr(names[i], what) && is_run(full);
        free(full);
        if (!match)
            continue;
        at = i;
        if (strcmp(names[i], what) == 0) {
            found = 1;
            break;
        }
        if (found++ < CANDIDATES)
            ob_buf_addf(&some, "%s%s", some.len ? ", " : "", names[i]);
    }
    bool ok = true;
    if (found == 1) {
        char *full = ob_path_join(runs, names[at]);
        ob_buf_adds(path, full);
        free(full);
    } else if (found == 0 && is_run(what)) {
        ob_buf_adds(path, what);
    } else if (found == 0) {
        ok = ob_fail(err, OB_EUSAGE, "no run in '%s' has '%s' in its name", runs, what);
    } else {
        ok = ob_fail(err, OB_EUSAGE, "'%s' is part of %zu names: %s%s", what, found,
                     ob_buf_text(&some), found > CANDIDATES ? ", ..." : "");
    }
    ob_buf_finish(&some);
    ob_run_names_free(names, n);
    return ok;
}

bool ob_rundir_find(const char *runs, const char *what, struct ob_buf *path,
                    struct ob_err *err)
{
    if (strchr(what, '/') || strcmp(what, ".") == 0 || strcmp(what, "..") == 0) {
        if (!is_run(what))
            return ob_fail(err, OB_EUSAGE, "'%s' is no run directory", what);
        ob_buf_adds(path, what);
        return true;
    }
    if (!*what)
        return ob_fail(err, OB_EUSAGE, "the name of a run is empty");
    if (strcmp(what, "latest") == 0)
        return find_latest(runs, path, err);
    return find_part(runs, what, path, err);
}
