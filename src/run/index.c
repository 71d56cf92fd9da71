#include <config.h>

#include "index_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"

#define SECOND_NS INT64_C(1000000000)

struct ob_intern *ob_index_texts_of(struct ob_index *x)
{
    if (!x->texts)
        x->texts = ob_intern_create();
    return x->texts;
}

void ob_index_run_finish(struct ob_index_run *r)
{
    free(r->tags);
    free(r->note);
    free(r->setting);
    free(r->figure);
    r->tags = r->note = NULL;
    r->setting = NULL;
    r->figure = NULL;
    r->settings = r->figures = 0;
}

static void finish_entry(struct ob_index *x, size_t i)
{
    ob_index_run_finish(&x->item[i]);
    free(x->path[i]);
}

void ob_index_finish(struct ob_index *x)
{
    for (size_t i = 0; i < x->n; i++)
        finish_entry(x, i);
    free(x->item);
    free(x->brief);
    free(x->path);
    ob_intern_destroy(x->texts);
    *x = (struct ob_index){ 0 };
}

/* ---- names ---- */

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

/* The name is cut where the file system allows longer ones: such a directory is none of
 * ours, and is passed over once it was looked at. */
static void begin(struct ob_index_run *r, struct ob_brief *b, const char *path)
{
    const char *name = ob_path_base(path);
    *r = (struct ob_index_run){ .started = time_of(name),
                                .archived = ob_runs_is_archived(path),
                                .loss = NAN,
                                .best_loss = NAN,
                                .theta_delta = NAN,
                                .seconds = NAN };
    snprintf(r->name, sizeof r->name, "%s", name);
    *b = (struct ob_brief){ .lr = NAN };
}

/* Highest name first; equal names of several folders by path. */
static int compare_paths(const char *a, const char *b)
{
    int by = strcmp(ob_path_base(b), ob_path_base(a));
    return by ? by : strcmp(a, b);
}

static int in_order(const void *a, const void *b)
{
    return compare_paths(*(char *const *)a, *(char *const *)b);
}

struct paths {
    char **item;
    size_t n;
};

static void add_names(struct paths *to, const char *folder, char **name, size_t n)
{
    to->item = ob_xreallocarray(to->item, to->n + n + 1, sizeof *to->item);
    for (size_t i = 0; i < n; i++)
        to->item[to->n++] = ob_path_join(folder, name[i]);
}

static void free_paths(struct paths *p)
{
    for (size_t i = 0; i < p->n; i++)
        free(p->item[i]);
    free(p->item);
}

static bool read_paths(struct paths *to, const struct ob_runs *folders,
                       struct ob_err *err)
{
    *to = (struct paths){ 0 };
    for (size_t i = 0; i < folders->n; i++) {
        char **name;
        size_t n;
        if (!ob_run_names_read(folders->path[i], &name, &n, err)) {
            free_paths(to);
            return false;
        }
        add_names(to, folders->path[i], name, n);
        ob_run_names_free(name, n);
    }
    if (folders->n > 1 && to->n > 1)
        qsort(to->item, to->n, sizeof *to->item, in_order);
    return true;
}

/* Both lists are in one order, so each is gone through once. */
bool ob_index_names(struct ob_index *x, const struct ob_runs *folders, struct ob_err *err)
{
    struct paths p;
    size_t k = 0;
    if (!read_paths(&p, folders, err))
        return false;
    struct ob_index fresh = { .item = ob_xcalloc(p.n + 1, sizeof *fresh.item),
                              .brief = ob_xcalloc(p.n + 1, sizeof *fresh.brief),
                              .path = p.item,
                              .n = p.n,
                              .texts = x->texts };
    for (size_t i = 0; i < p.n; i++) {
        while (k < x->n && compare_paths(x->path[k], p.item[i]) < 0)
            finish_entry(x, k++);
        if (k < x->n && strcmp(x->path[k], p.item[i]) == 0) {
            fresh.item[i] = x->item[k];
            fresh.brief[i] = x->brief[k];
            free(x->path[k++]);
        } else {
            begin(&fresh.item[i], &fresh.brief[i], p.item[i]);
        }
    }
    while (k < x->n)
        finish_entry(x, k++);
    free(x->item);
    free(x->brief);
    free(x->path);
    *x = fresh;
    return true;
}

void ob_index_drop(struct ob_index *x)
{
    size_t kept = 0;
    for (size_t i = 0; i < x->n; i++) {
        if (!x->item[i].name[0]) {
            finish_entry(x, i);
            continue;
        }
        if (kept < i) {
            x->item[kept] = x->item[i];
            x->path[kept] = x->path[i];
            x->brief[kept] = x->brief[i];
        }
        kept++;
    }
    x->n = kept;
}

bool ob_index_goes_on(const struct ob_index_run *r)
{
    return !r->known || r->state == OB_RUN_RUNNING || r->state == OB_RUN_PAUSED;
}

bool ob_index_open(struct ob_index *x, const struct ob_runs *folders, struct ob_err *err)
{
    bool news = false;
    if (!ob_index_names(x, folders, err))
        return false;
    ob_index_load(x, folders);
    for (size_t i = 0; i < x->n; i++) {
        enum ob_index_found found = ob_index_look(x, i);
        news |= found == OB_INDEX_READ && x->item[i].stamp != 0;
        if (found == OB_INDEX_NO_RUN || found == OB_INDEX_LATER)
            x->item[i].name[0] = '\0';
    }
    ob_index_drop(x);
    if (news)
        (void)ob_index_save(x, folders, NULL); /* the next time is slower then */
    return true;
}

/* ---- settings and figures ---- */

const char *ob_index_setting_at(const struct ob_index *x, size_t i, size_t k)
{
    return ob_intern_at(x->texts, x->item[i].setting[k]);
}

/* How a key stands to that of a line "key=value". */
static int compare_key(const char *key, size_t n, const char *line)
{
    size_t have = strcspn(line, "=");
    int by = memcmp(key, line, n < have ? n : have);
    return by ? by : (n > have) - (n < have);
}

const char *ob_index_setting(const struct ob_index *x, size_t i, const char *key)
{
    size_t low = 0, high = x->item[i].settings, n = strlen(key);
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const char *line = ob_index_setting_at(x, i, mid);
        int by = compare_key(key, n, line);
        if (by == 0)
            return line + n + 1;
        if (by < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

const char *ob_index_figure_at(const struct ob_index *x, size_t i, size_t k,
                               double *value)
{
    const struct ob_index_figure *f = &x->item[i].figure[k];
    *value = f->value;
    return ob_intern_at(x->texts, f->name);
}

double ob_index_figure(const struct ob_index *x, size_t i, const char *name)
{
    double value;
    for (size_t k = 0; k < x->item[i].figures; k++)
        if (strcmp(ob_index_figure_at(x, i, k, &value), name) == 0)
            return value;
    return NAN;
}
