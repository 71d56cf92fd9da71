#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"
#include "survey_priv.h"

/* Bytes of a cell that are kept. */
enum { SHOWN = 60 };

static char *cut(const char *s, size_t n)
{
    size_t shown = n < SHOWN ? n : SHOWN;
    while (shown < n && shown > 0 && (s[shown] & 0xc0) == 0x80)
        shown--;
    return ob_xstrndup(s, shown);
}

/* Where s[0..n) stands, or would. */
static size_t find(const struct ob_distinct *d, const char *s, size_t n, uint64_t hash)
{
    size_t i = (size_t)hash & (d->slots - 1), at;
    for (; (at = d->slot[i]) != 0; i = (i + 1) & (d->slots - 1)) {
        const struct ob_distinct_item *item = &d->item[at - 1];
        if (item->hash == hash && item->n == n && memcmp(item->text, s, n) == 0)
            break;
    }
    return i;
}

/* Twice the room; half of the slots stay free. */
static void grow(struct ob_distinct *d)
{
    d->slots = d->slots ? 2 * d->slots : 16;
    free(d->slot);
    d->slot = ob_xcalloc(d->slots, sizeof *d->slot);
    d->item = ob_xreallocarray(d->item, d->slots / 2, sizeof *d->item);
    for (size_t k = 0; k < d->n; k++) {
        const struct ob_distinct_item *item = &d->item[k];
        d->slot[find(d, item->text, item->n, item->hash)] = (uint16_t)(k + 1);
    }
}

static void tell(struct ob_distinct *d, const void *s, size_t n)
{
    uint64_t hash = ob_hash(s, n, 0);
    if (d->n == d->slots / 2)
        grow(d);
    size_t i = find(d, s, n, hash);
    if (d->slot[i]) {
        d->item[d->slot[i] - 1].times++;
    } else if (d->n == OB_DISTINCT_MAX) {
        d->more = true;
    } else {
        char *text = ob_xcalloc(n + 1, 1);
        memcpy(text, s, n);
        d->item[d->n++] =
            (struct ob_distinct_item){ .text = text, .n = n, .times = 1, .hash = hash };
        d->slot[i] = (uint16_t)d->n;
    }
}

static void distinct_finish(struct ob_distinct *d)
{
    for (size_t i = 0; i < d->n; i++)
        free(d->item[i].text);
    free(d->item);
    free(d->slot);
}

void ob_gather_number(struct ob_gather *g, double v)
{
    /* Room doubles at every power of two, so no capacity needs to be kept. */
    if ((g->numbers & (g->numbers - 1)) == 0)
        g->value =
            ob_xreallocarray(g->value, g->numbers ? 2 * g->numbers : 1, sizeof *g->value);
    bool next = g->numbers == 0 || v - g->value[g->numbers - 1] == 1;
    g->counts = g->numbers == 0 ? g->seen == 0 : g->counts && next;
    g->value[g->numbers++] = v;
    g->seen++;
    v = v == 0 ? 0 : v; /* -0 is no other number */
    if (!g->number.more)
        tell(&g->number, &v, sizeof v);
}

void ob_gather_word(struct ob_gather *g, const char *s, size_t n, unsigned line)
{
    g->words++;
    g->seen++;
    g->counts = false;
    if (!g->odd_text) {
        g->odd_text = cut(s, n);
        g->odd_line = line;
    }
    tell(&g->word, s, n);
}

void ob_gather_missing(struct ob_gather *g)
{
    g->missing++;
    g->seen++;
    g->counts = false;
}

void ob_gather_cell(struct ob_gather *g, const char *s, size_t n)
{
    if (g->seen < OB_SURVEY_CELLS)
        g->cell[g->seen] = cut(s, n);
}

/* Numbers with a few faults among them, words that come again, or words. */
static enum ob_survey_type type_of(const struct ob_gather *g)
{
    size_t values = g->numbers + g->words;
    if (values == 0)
        return OB_SURVEY_EMPTY;
    if (g->words * 10 <= values)
        return OB_SURVEY_NUMBER;
    bool again = g->word.n <= 2 || g->word.n * 2 <= g->words;
    return again && !g->word.more ? OB_SURVEY_CATEGORY : OB_SURVEY_TEXT;
}

static void spread(const struct ob_gather *g, struct ob_survey_column *out)
{
    double low = out->facts.min, high = out->facts.max;
    for (size_t i = 0; i < g->numbers; i++) {
        /* Halves keep the difference of two huge numbers finite. */
        double share =
            high > low ? (g->value[i] / 2 - low / 2) / (high / 2 - low / 2) : 0;
        size_t k = (size_t)(share * OB_SURVEY_BINS);
        out->bin[k < OB_SURVEY_BINS ? k : OB_SURVEY_BINS - 1]++;
    }
}

void ob_gather_end(struct ob_gather *g, struct ob_survey_column *out)
{
    out->type = type_of(g);
    out->missing = g->missing;
    out->facts = (struct ob_column_facts){ NAN, NAN, NAN, NAN, g->missing };
    out->distinct = g->word.n + g->number.n;
    out->distinct_more = g->word.more || g->number.more;
    out->counts = g->counts && g->numbers > 1;
    if (out->type == OB_SURVEY_NUMBER) {
        ob_facts(g->value, g->numbers, &out->facts);
        spread(g, out);
        out->odd = g->words;
        out->odd_line = g->odd_line;
        out->odd_text = g->odd_text;
        g->odd_text = NULL;
    } else {
        for (size_t i = 0; i < g->word.n && i < OB_SURVEY_BINS; i++) {
            const struct ob_distinct_item *item = &g->word.item[i];
            out->bin[i] = item->times;
            out->word[i] = ob_xstrndup(item->text, item->n < SHOWN ? item->n : SHOWN);
        }
        out->words = g->word.n < OB_SURVEY_BINS ? g->word.n : OB_SURVEY_BINS;
    }
    out->cells = g->seen < OB_SURVEY_CELLS ? g->seen : OB_SURVEY_CELLS;
    memcpy(out->cell, g->cell, sizeof g->cell);
    memset(g->cell, 0, sizeof g->cell);
    ob_gather_finish(g);
}

void ob_gather_finish(struct ob_gather *g)
{
    for (size_t i = 0; i < OB_SURVEY_CELLS; i++)
        free(g->cell[i]);
    free(g->value);
    distinct_finish(&g->word);
    distinct_finish(&g->number);
    free(g->odd_text);
    *g = (struct ob_gather){ 0 };
}
