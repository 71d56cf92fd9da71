#include <config.h>

#include "home_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/compiler.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

#define FILE_MAX ((size_t)64 << 20)

/*
 * The file: a head, the folder's path with its NUL, and the entries; an entry is the
 * numbers as they are in memory and then the texts, each with its NUL. It is written and
 * read by one machine.
 */
struct head {
    char magic[24];
    uint64_t bytes, hash; /* of what follows the head */
    uint64_t n;
};

static const char magic[24] = "optbench list of runs 2";

struct numbers {
    uint64_t stamp, max_steps, step, bytes;
    int64_t started;
    double loss, best_loss, theta_delta, seconds, lr;
    uint32_t state, plan_known;
};

struct ob_home_cached {
    size_t at;        /* of the numbers */
    const char *name; /* the first text */
};

#define OF_RUN(m)                                                                        \
    {                                                                                    \
        offsetof(struct ob_home_run, m), sizeof(((struct ob_home_run *)NULL)->m)         \
    }
#define OF_BRIEF(m)                                                                      \
    {                                                                                    \
        offsetof(struct ob_brief, m), sizeof(((struct ob_brief *)NULL)->m)               \
    }
static const struct place {
    size_t at, size;
} run_text[] = { OF_RUN(name), OF_RUN(experiment), OF_RUN(title), OF_RUN(stop) },
  brief_text[] = { OF_BRIEF(data),      OF_BRIEF(model),    OF_BRIEF(loss),
                   OF_BRIEF(optimizer), OF_BRIEF(schedule), OF_BRIEF(batch),
                   OF_BRIEF(charts),    OF_BRIEF(settings), OF_BRIEF(stop) };

/* The folder as all ways to it name it; the name of its file. free() both. */
static char *folder_of(const char *runs)
{
    char *real = realpath(runs, NULL);
    return real ? real : ob_path_absolute(runs);
}

static char *file_of(const char *folder)
{
    char *cache = ob_path_cache();
    char *file =
        cache ? ob_xasprintf("%s/runs/%016llx", cache,
                             (unsigned long long)ob_hash(folder, strlen(folder), 0))
              : NULL;
    free(cache);
    return file;
}

/* ---- reading ---- */

/* The texts at *at into their places; false where one is too long or has no end. */
static bool take_texts(const struct ob_buf *b, size_t *at, void *to,
                       const struct place *place, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *text = b->data + *at;
        const char *end = memchr(text, 0, b->len - *at);
        if (!end || (size_t)(end - text) >= place[i].size)
            return false;
        memcpy((char *)to + place[i].at, text, (size_t)(end - text) + 1);
        *at += (size_t)(end - text) + 1;
    }
    return true;
}

static bool take_entry(const struct ob_buf *b, size_t *at, struct ob_home_run *r,
                       struct ob_brief *brief)
{
    struct numbers x;
    if (b->len - *at < sizeof x)
        return false;
    memcpy(&x, b->data + *at, sizeof x);
    *at += sizeof x;
    *r = (struct ob_home_run){ .known = true,
                               .state = (enum ob_run_state)x.state,
                               .plan_known = x.plan_known != 0,
                               .max_steps = x.max_steps,
                               .step = x.step,
                               .started = x.started,
                               .loss = x.loss,
                               .best_loss = x.best_loss,
                               .theta_delta = x.theta_delta,
                               .seconds = x.seconds,
                               .bytes = x.bytes,
                               .stamp = x.stamp };
    *brief = (struct ob_brief){ .lr = x.lr };
    bool ended = r->state == OB_RUN_FINISHED || r->state == OB_RUN_INTERRUPTED ||
                 r->state == OB_RUN_FAILED;
    return ended && x.stamp != 0 && take_texts(b, at, r, run_text, OB_COUNT(run_text)) &&
           take_texts(b, at, brief, brief_text, OB_COUNT(brief_text)) &&
           ob_path_is_plain(r->name);
}

/* All entries, each looked at once, so that nothing can go wrong later. */
static bool index_entries(struct ob_home_cache *c, size_t at, uint64_t n)
{
    struct ob_home_run run;
    struct ob_brief brief;
    if (n > OB_HOME_CACHE_MOST)
        return false;
    c->item = ob_xcalloc((size_t)n + 1, sizeof *c->item);
    for (c->n = 0; c->n < n; c->n++) {
        struct ob_home_cached *e = &c->item[c->n];
        e->at = at;
        if (!take_entry(&c->text, &at, &run, &brief))
            return false;
        e->name = c->text.data + e->at + sizeof(struct numbers);
        if (c->n > 0 && strcmp(e[-1].name, e->name) <= 0)
            return false;
    }
    return at == c->text.len;
}

static bool read_file(struct ob_home_cache *c, const char *file, const char *folder)
{
    struct head h;
    size_t n = strlen(folder) + 1;
    if (!ob_file_read(file, FILE_MAX, &c->text, NULL) || c->text.len < sizeof h + n)
        return false;
    memcpy(&h, c->text.data, sizeof h);
    const char *body = c->text.data + sizeof h;
    size_t bytes = c->text.len - sizeof h;
    return memcmp(h.magic, magic, sizeof magic) == 0 && h.bytes == bytes &&
           h.hash == ob_hash(body, bytes, h.n) && memcmp(body, folder, n) == 0 &&
           index_entries(c, sizeof h + n, h.n);
}

void ob_home_cache_load(struct ob_home_cache *c, const char *runs)
{
    char *folder = folder_of(runs), *file = file_of(folder);
    ob_home_cache_finish(c);
    if (!file || !read_file(c, file, folder))
        ob_home_cache_finish(c);
    free(file);
    free(folder);
}

void ob_home_cache_finish(struct ob_home_cache *c)
{
    ob_buf_finish(&c->text);
    free(c->item);
    *c = (struct ob_home_cache){ 0 };
}

static int by_name(const void *key, const void *entry)
{
    return strcmp(((const struct ob_home_cached *)entry)->name, key);
}

bool ob_home_cache_find(const struct ob_home_cache *c, uint64_t stamp,
                        struct ob_home_run *r, struct ob_brief *b)
{
    struct ob_home_run run;
    struct ob_brief brief;
    const struct ob_home_cached *e =
        stamp && c->n ? bsearch(r->name, c->item, c->n, sizeof *c->item, by_name) : NULL;
    if (!e)
        return false;
    size_t at = e->at;
    if (!take_entry(&c->text, &at, &run, &brief) || run.stamp != stamp)
        return false;
    *r = run;
    *b = brief;
    return true;
}

/* ---- writing ---- */

static void put_texts(struct ob_buf *b, const void *from, const struct place *place,
                      size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *text = (const char *)from + place[i].at;
        ob_buf_add(b, text, strlen(text) + 1);
    }
}

static void put_entry(struct ob_buf *b, const struct ob_home_run *r,
                      const struct ob_brief *brief)
{
    const struct numbers x = { .stamp = r->stamp,
                               .max_steps = r->max_steps,
                               .step = r->step,
                               .bytes = r->bytes,
                               .started = r->started,
                               .loss = r->loss,
                               .best_loss = r->best_loss,
                               .theta_delta = r->theta_delta,
                               .seconds = r->seconds,
                               .lr = brief->lr,
                               .state = (uint32_t)r->state,
                               .plan_known = r->plan_known };
    ob_buf_add(b, &x, sizeof x);
    put_texts(b, r, run_text, OB_COUNT(run_text));
    put_texts(b, brief, brief_text, OB_COUNT(brief_text));
}

/* Removes the file that was not written for the longest time where there are too many. */
static void make_room(int dir)
{
    char oldest[64] = "";
    struct stat st;
    int64_t when = INT64_MAX;
    size_t n = 0;
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *e;
    if (!d && fd >= 0)
        close(fd);
    while (d && (e = readdir(d))) {
        if (!ob_path_is_plain(e->d_name) || strlen(e->d_name) >= sizeof oldest ||
            fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        n++;
        if (st.st_mtim.tv_sec < when) {
            when = st.st_mtim.tv_sec;
            memcpy(oldest, e->d_name, strlen(e->d_name) + 1);
        }
    }
    if (d)
        closedir(d);
    if (n > OB_HOME_CACHE_FILES)
        unlinkat(dir, oldest, 0);
}

static bool write_file(const char *file, const struct ob_buf *text, struct ob_err *err)
{
    char *folder = ob_path_dir(file);
    bool ok = ob_path_mkdirs(folder, err);
    int dir = ok ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (ok && dir < 0)
        ok = ob_fail(err, OB_EIO, "%s: cannot be opened", folder);
    if (dir >= 0) {
        ok = ob_file_replace(dir, ob_path_base(file), text->data, text->len, false, err);
        make_room(dir);
        close(dir);
    }
    free(folder);
    return ok;
}

bool ob_home_cache_save(const struct ob_home_model *home, const char *runs,
                        struct ob_err *err)
{
    struct head h = { .n = 0 };
    struct ob_buf text = { 0 };
    char *folder = folder_of(runs), *file = file_of(folder);
    ob_buf_add(&text, &h, sizeof h);
    ob_buf_add(&text, folder, strlen(folder) + 1);
    for (size_t i = 0; i < home->runs.n && h.n < OB_HOME_CACHE_MOST; i++) {
        if (home->runs.item[i].stamp == 0)
            continue;
        put_entry(&text, &home->runs.item[i], &home->brief[i]);
        h.n++;
    }
    memcpy(h.magic, magic, sizeof magic);
    h.bytes = text.len - sizeof h;
    h.hash = ob_hash(text.data + sizeof h, text.len - sizeof h, h.n);
    memcpy(text.data, &h, sizeof h);
    bool ok = file ? write_file(file, &text, err)
                   : ob_fail(err, OB_EIO, "there is no home folder");
    ob_buf_finish(&text);
    free(file);
    free(folder);
    return ok;
}
