/* What is kept of the runs of a folder for the next start. */
#include <config.h>

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "index_priv.h"
#include "optbench/base/cache.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

#define FILE_MAX ((size_t)128 << 20)

/*
 * The file: a head, the folder's path with its NUL, `texts` texts, each with its NUL, and
 * `n` entries, highest name first. An entry is the numbers as they are in memory, the
 * places of its settings among the texts, its figures, and then its own texts, each with
 * its NUL. It is written and read by one machine.
 */
struct head {
    char magic[24];
    uint64_t bytes, hash; /* of what follows the head */
    uint64_t n, texts;
};

static const char magic[24] = "optbench list of runs 3";

struct numbers {
    uint64_t stamp, max_steps, step, bytes;
    int64_t started;
    double loss, best_loss, theta_delta, seconds, lr;
    uint32_t state, plan_known, settings, figures;
};

#define OF_RUN(m)                                                                        \
    {                                                                                    \
        offsetof(struct ob_index_run, m), sizeof(((struct ob_index_run *)NULL)->m)       \
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

/* ---- reading ---- */

struct reader {
    struct ob_buf text; /* of the file */
    size_t at;
    uint64_t n;       /* entries that are left */
    uint32_t *number; /* [texts] of the file, as the index has them */
    uint64_t texts;
};

static bool take(struct reader *r, void *to, size_t n)
{
    if (r->text.len - r->at < n)
        return false;
    memcpy(to, r->text.data + r->at, n);
    r->at += n;
    return true;
}

/* The next text, NULL where it has no end; lent. */
static const char *take_text(struct reader *r, size_t *n)
{
    const char *text = r->text.data + r->at;
    const char *end = memchr(text, 0, r->text.len - r->at);
    if (!end)
        return NULL;
    *n = (size_t)(end - text);
    r->at += *n + 1;
    return text;
}

static bool take_texts(struct reader *r, void *to, const struct place *place, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t len;
        const char *text = take_text(r, &len);
        if (!text || len >= place[i].size)
            return false;
        memcpy((char *)to + place[i].at, text, len + 1);
    }
    return true;
}

static bool take_owned(struct reader *r, char **to)
{
    size_t len;
    const char *text = take_text(r, &len);
    if (text && len > 0)
        *to = ob_xstrndup(text, len);
    return text != NULL;
}

static bool take_numbers(struct reader *r, struct ob_index_run *to, struct ob_brief *b,
                         uint32_t *settings, uint32_t *figures)
{
    struct numbers x;
    if (!take(r, &x, sizeof x))
        return false;
    *to = (struct ob_index_run){ .known = true,
                                 .kept = true,
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
    *b = (struct ob_brief){ .lr = x.lr };
    *settings = x.settings;
    *figures = x.figures;
    bool ended = to->state == OB_RUN_FINISHED || to->state == OB_RUN_INTERRUPTED ||
                 to->state == OB_RUN_FAILED;
    return ended && x.stamp != 0 && x.settings <= OB_INDEX_SETTINGS_MAX &&
           x.figures <= OB_INDEX_FIGURES_MAX;
}

/* A text's place in the file becomes its number in the index. */
static bool take_number(const struct reader *r, uint32_t *place)
{
    if (*place >= r->texts)
        return false;
    *place = r->number[*place];
    return true;
}

static bool take_lists(struct reader *r, struct ob_index_run *to, uint32_t settings,
                       uint32_t figures)
{
    to->setting = ob_xcalloc((size_t)settings + 1, sizeof *to->setting);
    to->figure = ob_xcalloc((size_t)figures + 1, sizeof *to->figure);
    if (!take(r, to->setting, settings * sizeof *to->setting))
        return false;
    for (; to->settings < settings; to->settings++)
        if (!take_number(r, &to->setting[to->settings]))
            return false;
    for (; to->figures < figures; to->figures++) {
        struct ob_index_figure *f = &to->figure[to->figures];
        if (!take(r, &f->name, sizeof f->name) || !take(r, &f->value, sizeof f->value) ||
            !take_number(r, &f->name))
            return false;
    }
    return true;
}

/* The next entry; where it is false *to has nothing to be freed. */
static bool take_entry(struct reader *r, struct ob_index_run *to, struct ob_brief *b)
{
    uint32_t settings, figures;
    *to = (struct ob_index_run){ 0 };
    if (r->n == 0)
        return false;
    r->n--;
    bool ok = take_numbers(r, to, b, &settings, &figures) &&
              take_lists(r, to, settings, figures) &&
              take_texts(r, to, run_text, OB_COUNT(run_text)) &&
              take_texts(r, b, brief_text, OB_COUNT(brief_text)) &&
              take_owned(r, &to->tags) && take_owned(r, &to->note) &&
              ob_path_is_plain(to->name);
    if (!ok) {
        ob_index_run_finish(to);
        r->n = 0;
    }
    return ok;
}

static bool read_texts(struct reader *r, struct ob_index *x)
{
    r->number = ob_xcalloc((size_t)r->texts + 1, sizeof *r->number);
    for (uint64_t i = 0; i < r->texts; i++) {
        size_t n;
        const char *text = take_text(r, &n);
        if (!text)
            return false;
        r->number[i] = ob_intern_add(ob_index_texts_of(x), text, n);
    }
    return true;
}

static bool read_file(struct reader *r, struct ob_index *x, const char *file,
                      const char *folder)
{
    struct head h;
    size_t n = strlen(folder) + 1;
    if (!ob_file_read(file, FILE_MAX, &r->text, NULL) || r->text.len < sizeof h + n)
        return false;
    memcpy(&h, r->text.data, sizeof h);
    const char *body = r->text.data + sizeof h;
    size_t bytes = r->text.len - sizeof h;
    if (memcmp(h.magic, magic, sizeof magic) != 0 || h.bytes != bytes ||
        h.hash != ob_hash_fast(body, bytes, h.n ^ h.texts) ||
        memcmp(body, folder, n) != 0 || h.n > OB_INDEX_MOST || h.texts > bytes)
        return false;
    r->at = sizeof h + n;
    r->n = h.n;
    r->texts = h.texts;
    return read_texts(r, x);
}

/* Whether run i of the index lies in the folder. */
static bool lies_in(const struct ob_index *x, size_t i, const char *folder)
{
    const char *path = x->path[i];
    size_t n = (size_t)(ob_path_base(path) - path), have = strlen(folder);
    while (n > 1 && path[n - 1] == '/')
        n--;
    while (have > 1 && folder[have - 1] == '/')
        have--;
    return n == have && memcmp(path, folder, n) == 0;
}

/* The entries and the runs of the folder are in one order. */
static void fill_in(struct reader *r, struct ob_index *x, const char *folder)
{
    struct ob_index_run run;
    struct ob_brief brief;
    bool more = take_entry(r, &run, &brief);
    for (size_t i = 0; i < x->n && more; i++) {
        if (!lies_in(x, i, folder))
            continue;
        while (more && strcmp(run.name, x->item[i].name) > 0) {
            ob_index_run_finish(&run);
            more = take_entry(r, &run, &brief);
        }
        if (!more || strcmp(run.name, x->item[i].name) != 0 || x->item[i].known)
            continue;
        run.archived = x->item[i].archived;
        x->item[i] = run;
        x->brief[i] = brief;
        more = take_entry(r, &run, &brief);
    }
    if (more)
        ob_index_run_finish(&run);
}

void ob_index_load(struct ob_index *x, const struct ob_runs *folders)
{
    for (size_t i = 0; i < folders->n; i++) {
        struct reader r = { .at = 0 };
        char *folder = ob_cache_folder(folders->path[i]),
             *file = ob_cache_file("runs", folder);
        if (file && read_file(&r, x, file, folder))
            fill_in(&r, x, folders->path[i]);
        free(r.number);
        ob_buf_finish(&r.text);
        free(file);
        free(folder);
    }
}

/* ---- writing ---- */

struct writer {
    struct ob_buf texts, entries;
    uint32_t *place; /* [all texts of the index]: in the file + 1, 0 = not there yet */
    uint64_t n, ntexts;
};

static uint32_t place_of(struct writer *w, const struct ob_index *x, uint32_t number)
{
    if (!w->place[number]) {
        const char *text = ob_intern_at(x->texts, number);
        ob_buf_add(&w->texts, text, strlen(text) + 1);
        w->place[number] = (uint32_t)++w->ntexts;
    }
    return w->place[number] - 1;
}

static void put_text(struct ob_buf *b, const char *text)
{
    ob_buf_add(b, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void put_texts(struct ob_buf *b, const void *from, const struct place *place,
                      size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_text(b, (const char *)from + place[i].at);
}

static void put_entry(struct writer *w, const struct ob_index *x, size_t i)
{
    const struct ob_index_run *r = &x->item[i];
    const struct numbers numbers = { .stamp = r->stamp,
                                     .max_steps = r->max_steps,
                                     .step = r->step,
                                     .bytes = r->bytes,
                                     .started = r->started,
                                     .loss = r->loss,
                                     .best_loss = r->best_loss,
                                     .theta_delta = r->theta_delta,
                                     .seconds = r->seconds,
                                     .lr = x->brief[i].lr,
                                     .state = (uint32_t)r->state,
                                     .plan_known = r->plan_known,
                                     .settings = r->settings,
                                     .figures = r->figures };
    struct ob_buf *b = &w->entries;
    ob_buf_add(b, &numbers, sizeof numbers);
    for (uint32_t k = 0; k < r->settings; k++) {
        uint32_t place = place_of(w, x, r->setting[k]);
        ob_buf_add(b, &place, sizeof place);
    }
    for (uint32_t k = 0; k < r->figures; k++) {
        uint32_t place = place_of(w, x, r->figure[k].name);
        ob_buf_add(b, &place, sizeof place);
        ob_buf_add(b, &r->figure[k].value, sizeof r->figure[k].value);
    }
    put_texts(b, r, run_text, OB_COUNT(run_text));
    put_texts(b, &x->brief[i], brief_text, OB_COUNT(brief_text));
    put_text(b, r->tags);
    put_text(b, r->note);
    w->n++;
}

static void put_together(const struct writer *w, const char *folder, struct ob_buf *out)
{
    struct head h = { .n = w->n, .texts = w->ntexts };
    memcpy(h.magic, magic, sizeof magic);
    ob_buf_reserve(out, sizeof h + strlen(folder) + 1 + w->texts.len + w->entries.len);
    ob_buf_add(out, &h, sizeof h);
    ob_buf_add(out, folder, strlen(folder) + 1);
    ob_buf_add(out, ob_buf_text(&w->texts), w->texts.len);
    ob_buf_add(out, ob_buf_text(&w->entries), w->entries.len);
    h.bytes = out->len - sizeof h;
    h.hash = ob_hash_fast(out->data + sizeof h, out->len - sizeof h, h.n ^ h.texts);
    memcpy(out->data, &h, sizeof h);
}

static bool save(const struct ob_index *x, const char *path, struct ob_err *err)
{
    struct writer w = { .n = 0 };
    struct ob_buf text = { 0 };
    char *folder = ob_cache_folder(path), *file = ob_cache_file("runs", folder);
    uint32_t texts = x->texts ? ob_intern_count(x->texts) : 0;
    bool ok = true;
    w.place = ob_xcalloc((size_t)texts + 1, sizeof *w.place);
    for (size_t i = 0; i < x->n && w.n < OB_INDEX_MOST; i++)
        if (x->item[i].stamp && x->item[i].known && lies_in(x, i, path))
            put_entry(&w, x, i);
    if (w.n >= OB_INDEX_LEAST) {
        put_together(&w, folder, &text);
        ok = file ? ob_cache_write(file, &text, OB_INDEX_FILES, err)
                  : ob_fail(err, OB_EIO, "there is no home folder");
    }
    ob_buf_finish(&text);
    ob_buf_finish(&w.texts);
    ob_buf_finish(&w.entries);
    free(w.place);
    free(file);
    free(folder);
    return ok;
}

bool ob_index_save(const struct ob_index *x, const struct ob_runs *folders,
                   struct ob_err *err)
{
    bool ok = true;
    for (size_t i = 0; i < folders->n; i++)
        ok &= save(x, folders->path[i], err);
    return ok;
}
