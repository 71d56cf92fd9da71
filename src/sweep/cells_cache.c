/* What is kept of the cells of a sweep for the next look. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cells_priv.h"
#include "optbench/base/cache.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/run/runinfo.h"

#define FILE_MAX ((size_t)256 << 20)

/* Cells in one file, the first ones; sweeps that are remembered. */
enum { CELLS_MOST = 200000, FILES_MOST = 32 };

/*
 * The file: a head, the folder's path with its NUL, `names` names of figures and `texts`
 * texts, each with its NUL, and `n` entries by cell, each followed by its `names` values.
 * It is written and read by one machine.
 */
struct head {
    char magic[24];
    uint64_t bytes, hash; /* of what follows the head */
    uint64_t plan;        /* hash of the sweep, and of the machine since it was started */
    uint64_t n, names, texts;
};

static const char magic[24] = "optbench sweep 1";

struct entry {
    uint64_t stamp, step, max_steps;
    int64_t heard;
    double loss, best_loss, evals, seconds;
    uint32_t cell, state, attempts;
    uint32_t stop, reason; /* places among the texts + 1; 0 = none */
    uint32_t unused;
};

/* What a machine that went down had not brought to its disk is missing without a trace in
 * the stamps, so nothing is believed that was seen before. */
static uint64_t plan_of(const struct ob_cells *c)
{
    char host[256], boot[48];
    ob_run_host(host, boot);
    return ob_hash(boot, strlen(boot), c->sweep->facts.hash);
}

/* ---- reading ---- */

struct reader {
    struct ob_buf text;
    size_t at;
    struct head head;
    uint32_t *name;    /* [names] as the cells have them; UINT32_MAX = left out */
    const char **word; /* [texts] */
    double *value;     /* [names] of an entry */
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
static const char *take_text(struct reader *r)
{
    const char *text = r->text.data + r->at;
    const char *end = memchr(text, 0, r->text.len - r->at);
    if (end)
        r->at += (size_t)(end - text) + 1;
    return end ? text : NULL;
}

static bool open_file(struct reader *r, const struct ob_cells *c, const char *file,
                      const char *folder)
{
    struct head *h = &r->head;
    if (!ob_file_read(file, FILE_MAX, &r->text, NULL) || !take(r, h, sizeof *h))
        return false;
    size_t rest = r->text.len - sizeof *h;
    const char *whose;
    return memcmp(h->magic, magic, sizeof magic) == 0 && h->bytes == rest &&
           h->plan == plan_of(c) && h->names <= OB_CELLS_FIGURES && h->texts <= rest &&
           h->n <= rest &&
           h->hash == ob_hash_fast(r->text.data + sizeof *h, rest, h->n) &&
           (whose = take_text(r)) && strcmp(whose, folder) == 0;
}

static bool take_words(struct reader *r, struct ob_cells *c)
{
    r->name = ob_xcalloc(r->head.names + 1, sizeof *r->name);
    r->word = ob_xcalloc(r->head.texts + 1, sizeof *r->word);
    r->value = ob_xcalloc(r->head.names + 1, sizeof *r->value);
    for (uint64_t k = 0; k < r->head.names; k++) {
        const char *name = take_text(r);
        if (!name)
            return false;
        if (!ob_cells_name(c, name, &r->name[k]))
            r->name[k] = UINT32_MAX;
    }
    for (uint64_t k = 0; k < r->head.texts; k++) {
        const char *text = take_text(r);
        if (!text)
            return false;
        r->word[k] = ob_cells_keep(c, text);
    }
    return true;
}

static bool take_entry(struct reader *r, struct entry *e)
{
    return take(r, e, sizeof *e) && take(r, r->value, r->head.names * sizeof *r->value) &&
           e->state < OB_CELL_STATES && e->stamp != 0 && e->stop <= r->head.texts &&
           e->reason <= r->head.texts;
}

static void put_back(struct ob_cells *c, const struct reader *r, const struct entry *e)
{
    struct found f;
    ob_cells_nothing(&f);
    f.cell =
        (struct ob_sweep_cell){ .state = (enum ob_cell_state)e->state,
                                .attempts = e->attempts,
                                .step = e->step,
                                .max_steps = e->max_steps,
                                .heard = e->heard,
                                .loss = e->loss,
                                .best_loss = e->best_loss,
                                .evals = e->evals,
                                .seconds = e->seconds,
                                .stop = e->stop ? r->word[e->stop - 1] : "",
                                .reason = e->reason ? r->word[e->reason - 1] : NULL };
    for (uint64_t k = 0; k < r->head.names; k++) {
        if (isnan(r->value[k]) || r->name[k] == UINT32_MAX)
            continue;
        f.figure[f.figures].name = r->name[k];
        f.figure[f.figures++].value = r->value[k];
    }
    ob_cells_set(c, e->cell, &f);
    c->slot[e->cell].stamp = e->stamp;
    c->slot[e->cell].settled = true;
}

void ob_cells_load(struct ob_cells *c)
{
    struct reader r = { .at = 0 };
    struct entry e;
    char *folder = ob_cache_folder(c->sweep->path);
    char *file = ob_cache_file("sweeps", folder);
    if (file && open_file(&r, c, file, folder) && take_words(&r, c))
        for (uint64_t k = 0; k < r.head.n && take_entry(&r, &e); k++)
            if (e.cell < c->n && !c->slot[e.cell].known)
                put_back(c, &r, &e);
    free(r.name);
    free(r.word);
    free(r.value);
    ob_buf_finish(&r.text);
    free(file);
    free(folder);
}

/* ---- writing ---- */

struct writer {
    struct ob_buf words, entries;
    struct ob_intern *texts;
    uint64_t n;
};

static uint32_t place_of(struct writer *w, const char *text)
{
    if (!text || !*text)
        return 0;
    uint32_t had = ob_intern_count(w->texts);
    uint32_t place = ob_intern_add(w->texts, text, strlen(text));
    if (place == had)
        ob_buf_add(&w->words, text, strlen(text) + 1);
    return place + 1;
}

static void put_entry(struct writer *w, const struct ob_cells *c, size_t i)
{
    const struct ob_sweep_cell *cell = &c->cell[i];
    const struct entry e = { .stamp = c->slot[i].stamp,
                             .step = cell->step,
                             .max_steps = cell->max_steps,
                             .heard = cell->heard,
                             .loss = cell->loss,
                             .best_loss = cell->best_loss,
                             .evals = cell->evals,
                             .seconds = cell->seconds,
                             .cell = (uint32_t)i,
                             .state = (uint32_t)cell->state,
                             .attempts = cell->attempts,
                             .stop = place_of(w, cell->stop),
                             .reason = place_of(w, cell->reason) };
    ob_buf_add(&w->entries, &e, sizeof e);
    ob_buf_add(&w->entries, c->figure ? &c->figure[i * c->stride] : NULL,
               ob_intern_count(c->names) * sizeof *c->figure);
    w->n++;
}

static void put_together(const struct ob_cells *c, const struct writer *w,
                         const char *folder, struct ob_buf *out)
{
    struct head h = { .plan = plan_of(c),
                      .n = w->n,
                      .names = ob_intern_count(c->names),
                      .texts = ob_intern_count(w->texts) };
    memcpy(h.magic, magic, sizeof magic);
    ob_buf_add(out, &h, sizeof h);
    ob_buf_add(out, folder, strlen(folder) + 1);
    for (uint32_t k = 0; k < h.names; k++) {
        const char *name = ob_intern_at(c->names, k);
        ob_buf_add(out, name, strlen(name) + 1);
    }
    ob_buf_add(out, ob_buf_text(&w->words), w->words.len);
    ob_buf_add(out, ob_buf_text(&w->entries), w->entries.len);
    h.bytes = out->len - sizeof h;
    h.hash = ob_hash_fast(out->data + sizeof h, out->len - sizeof h, h.n);
    memcpy(out->data, &h, sizeof h);
}

bool ob_cells_save(const struct ob_cells *c, struct ob_err *err)
{
    struct writer w = { .texts = ob_intern_create() };
    struct ob_buf text = { 0 };
    bool ok = true;
    for (size_t i = 0; i < c->n && w.n < CELLS_MOST; i++)
        if (c->slot[i].known && c->slot[i].stamp && c->slot[i].settled)
            put_entry(&w, c, i);
    if (w.n >= OB_CELLS_CACHE_LEAST) {
        char *folder = ob_cache_folder(c->sweep->path);
        char *file = ob_cache_file("sweeps", folder);
        put_together(c, &w, folder, &text);
        ok = file ? ob_cache_write(file, &text, FILES_MOST, err)
                  : ob_fail(err, OB_EIO, "there is no home folder");
        free(file);
        free(folder);
    }
    ob_intern_destroy(w.texts);
    ob_buf_finish(&w.words);
    ob_buf_finish(&w.entries);
    ob_buf_finish(&text);
    return ok;
}
