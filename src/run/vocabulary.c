#include <config.h>

#include "optbench/run/vocabulary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/intern.h"
#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"
#include "optbench/run/filter.h"
#include "optbench/run/lookup.h"

/* Facts whose values are worth being listed. */
static const char *const listed[] = { "experiment", "state",    "stop",
                                      "tag",        "data",     "model",
                                      "optimizer",  "schedule", "folder" };

/* ---- gathering ---- */

struct gathering {
    struct ob_vocabulary *v;
    const struct ob_index *index;
    struct ob_lookup lookup;
    struct ob_buf line;
    unsigned char *seen;             /* [texts of the index]: 1 = it was gathered */
    char last[OB_COUNT(listed)][64]; /* values of the run before, cut */
};

/* Runs share their texts, so nearly all of those of a run were seen. */
static bool was_seen(struct gathering *g, uint32_t text)
{
    bool seen = g->seen[text];
    g->seen[text] = 1;
    return seen;
}

static void gather_settings(struct gathering *g, const struct ob_index_run *r)
{
    for (size_t k = 0; k < r->settings; k++) {
        if (was_seen(g, r->setting[k]))
            continue;
        const char *text = ob_intern_at(g->index->texts, r->setting[k]);
        (void)ob_intern_add(g->v->texts, text, strlen(text));
    }
}

/* Their names stand as "name=", behind which there is no value. */
static void gather_figures(struct gathering *g, const struct ob_index_run *r)
{
    for (size_t k = 0; k < r->figures; k++) {
        if (was_seen(g, r->figure[k].name))
            continue;
        ob_buf_clear(&g->line);
        ob_buf_adds(&g->line, ob_intern_at(g->index->texts, r->figure[k].name));
        ob_buf_addc(&g->line, '=');
        (void)ob_intern_add(g->v->texts, g->line.data, g->line.len);
    }
}

static void gather_facts(struct gathering *g, size_t i)
{
    struct ob_filter_value value;
    g->lookup.run = i;
    for (size_t f = 0; f < OB_COUNT(listed); f++)
        for (size_t k = 0; ob_lookup_value(&g->lookup, listed[f], k, &value); k++) {
            if (strcmp(g->last[f], value.text) == 0)
                continue;
            snprintf(g->last[f], sizeof g->last[f], "%s", value.text);
            ob_buf_clear(&g->line);
            ob_buf_adds(&g->line, listed[f]);
            ob_buf_addc(&g->line, '=');
            ob_buf_adds(&g->line, value.text);
            (void)ob_intern_add(g->v->texts, g->line.data, g->line.len);
        }
}

/* ---- lists ---- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Puts texts in order, each once; returns how many are left. */
static size_t settle(const char **text, size_t n)
{
    size_t kept = 0;
    qsort(text, n, sizeof *text, by_text);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || strcmp(text[kept - 1], text[i]) != 0)
            text[kept++] = text[i];
    return kept;
}

static const char *kept(struct ob_vocabulary *v, const char *s, size_t n)
{
    return ob_intern_at(v->texts, ob_intern_add(v->texts, s, n));
}

/* Of all lines their names: settings have a dot, figures no value, all others are facts.
 */
static void take_names(struct ob_vocabulary *v)
{
    size_t figures = v->facts, settings;
    for (int dots = 0; dots < 2; dots++) {
        size_t from = v->names;
        for (size_t i = 0; i < v->values; i++) {
            const char *line = v->value[i], *equals = strchr(line, '=');
            size_t n = (size_t)(equals - line);
            if (dots ? memchr(line, '.', n) != NULL : !equals[1] && !memchr(line, '.', n))
                v->name[v->names++] = kept(v, line, n);
        }
        v->names = from + settle(v->name + from, v->names - from);
        figures = dots ? figures : v->names;
    }
    settings = figures;
    for (size_t i = settings; i < v->names; i++) {
        const char *end = strrchr(v->name[i], '.') + 1;
        if (!ob_lookup_find(end))
            v->end[v->ends++] = end;
    }
    v->ends = settle(v->end, v->ends);
}

void ob_vocabulary_make(struct ob_vocabulary *v, const struct ob_index *x)
{
    struct gathering *g = ob_xcalloc(1, sizeof *g);
    ob_vocabulary_finish(v);
    v->texts = ob_intern_create();
    g->v = v;
    g->index = g->lookup.index = x;
    g->seen = ob_xcalloc(x->texts ? ob_intern_count(x->texts) + 1 : 1, 1);
    for (size_t i = 0; i < x->n; i++) {
        gather_settings(g, &x->item[i]);
        gather_figures(g, &x->item[i]);
        gather_facts(g, i);
    }
    ob_buf_finish(&g->line);
    free(g->seen);
    free(g);
    v->values = ob_intern_count(v->texts);
    while (ob_lookup_fact(v->facts))
        v->facts++;
    v->value = ob_xcalloc(v->values + 1, sizeof *v->value);
    v->name = ob_xcalloc(v->values + v->facts + 1, sizeof *v->name);
    v->end = ob_xcalloc(v->values + 1, sizeof *v->end);
    for (size_t i = 0; i < v->values; i++)
        v->value[i] = ob_intern_at(v->texts, (uint32_t)i);
    v->values = settle(v->value, v->values);
    for (size_t i = 0; i < v->facts; i++)
        v->name[v->names++] = ob_lookup_fact(i)->name;
    take_names(v);
}

void ob_vocabulary_finish(struct ob_vocabulary *v)
{
    ob_intern_destroy(v->texts);
    free(v->name);
    free(v->end);
    free(v->value);
    *v = (struct ob_vocabulary){ 0 };
}

/* ---- asking ---- */

bool ob_vocabulary_has(const struct ob_vocabulary *v, const char *name)
{
    size_t n = strlen(name);
    if (ob_lookup_find(name))
        return true;
    for (size_t i = v->facts; i < v->names; i++) {
        size_t length = strlen(v->name[i]);
        if (length < n || strcmp(v->name[i] + length - n, name) != 0)
            continue;
        if (length == n || v->name[i][length - n - 1] == '.')
            return true;
    }
    return false;
}

const char *ob_vocabulary_near(const struct ob_vocabulary *v, const char *name)
{
    struct ob_suggest s;
    ob_suggest_init(&s, name);
    for (size_t i = 0; i < v->names; i++)
        ob_suggest_offer(&s, v->name[i]);
    for (size_t i = 0; i < v->ends; i++)
        ob_suggest_offer(&s, v->end[i]);
    return s.best;
}

/* ---- completing ---- */

/* What fits is counted; number `nth` is kept. */
struct fitting {
    const char *typed;
    size_t n, count, nth;
    const char *found;
};

static void offer(struct fitting *f, const char *word)
{
    if (strncmp(word, f->typed, f->n) == 0 && f->count++ == f->nth)
        f->found = word;
}

static void offer_names(struct fitting *f, const struct ob_vocabulary *v)
{
    for (size_t i = 0; i < v->facts; i++)
        offer(f, v->name[i]);
    for (size_t i = 0; i < v->ends; i++)
        offer(f, v->end[i]);
    for (size_t i = v->facts; i < v->names; i++)
        offer(f, v->name[i]);
}

/* Values of all names that `key` stands for. Two of them may have the same: each is
 * offered once. */
static void offer_values(struct fitting *f, const struct ob_vocabulary *v,
                         const char *key)
{
    const struct ob_lookup_fact *fact = ob_lookup_find(key);
    const char *name = fact ? fact->name : key;
    size_t n = strlen(name), values = 0;
    const char **value = ob_xcalloc(v->values + 1, sizeof *value);
    for (size_t i = 0; i < v->values; i++) {
        const char *line = v->value[i], *equals = strchr(line, '=');
        size_t length = (size_t)(equals - line);
        if (length < n || memcmp(equals - n, name, n) != 0 || !equals[1])
            continue;
        if (length == n || equals[-1 - (ptrdiff_t)n] == '.')
            value[values++] = equals + 1;
    }
    values = settle(value, values);
    for (size_t i = 0; i < values; i++)
        offer(f, value[i]);
    free(value);
}

/* A value that is no word of the language stands in quotes. */
static void put_value(struct ob_buf *out, const char *value)
{
    if (value[strcspn(value, " \t|()\"'*\\")] == '\0') {
        ob_buf_adds(out, value);
        return;
    }
    ob_buf_addc(out, '"');
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            ob_buf_addc(out, '\\');
        ob_buf_addc(out, *value);
    }
    ob_buf_addc(out, '"');
}

static struct fitting fitting_of(const struct ob_vocabulary *v, const char *key,
                                 const char *typed, size_t n, size_t nth)
{
    struct fitting f = { .typed = typed, .n = n, .nth = nth };
    if (key)
        offer_values(&f, v, key);
    else
        offer_names(&f, v);
    return f;
}

size_t ob_vocabulary_complete(const struct ob_vocabulary *v, const char *text, size_t at,
                              size_t nth, size_t *from, struct ob_buf *out)
{
    char key[64];
    enum ob_filter_place place = ob_filter_place(text, at, from, key);
    if (place == OB_FILTER_NOWHERE)
        return 0;
    const char *of = place == OB_FILTER_VALUE ? key : NULL;
    struct fitting f = fitting_of(v, of, text + *from, at - *from, nth);
    if (f.count > 0 && !f.found)
        f = fitting_of(v, of, text + *from, at - *from, nth % f.count);
    if (f.count > 0 && of)
        put_value(out, f.found);
    else if (f.count > 0)
        ob_buf_adds(out, f.found);
    return f.count;
}
