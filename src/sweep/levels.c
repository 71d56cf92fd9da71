#include <config.h>

#include "optbench/sweep/levels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/intern.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/sweep/plan.h"

/* A different text of the key. */
struct word {
    const char *text;
    double number; /* NAN = it is none */
    uint32_t level;
};

/* What the cells have, before it becomes levels. */
struct words {
    struct ob_intern *texts;
    struct word *word; /* [n] by first appearance */
    uint32_t n;
    uint32_t *of;        /* [cells] place among them; n = not set */
    bool numbers, unset; /* all are numbers; some cell has none */
};

size_t ob_levels_key(const struct ob_plan *plan, const char *name)
{
    size_t found = OB_LEVELS_NO_KEY, n = strlen(name);
    for (size_t k = 0; k < plan->keys; k++)
        if (strcmp(plan->key[k], name) == 0)
            return k;
    for (size_t k = 0; k < plan->keys; k++) {
        size_t have = strlen(plan->key[k]);
        if (have <= n || plan->key[k][have - n - 1] != '.' ||
            strcmp(plan->key[k] + have - n, name) != 0)
            continue;
        if (found != OB_LEVELS_NO_KEY)
            return OB_LEVELS_NO_KEY;
        found = k;
    }
    return found;
}

bool ob_key_is_seed(const char *key)
{
    return strcmp(key, "experiment.seed") == 0 || strncmp(key, "seed.", 5) == 0;
}

/* ---- words ---- */

static double number_of(const char *text)
{
    double v = NAN;
    return ob_number_parse(text, strlen(text), &v) && isfinite(v) ? v : (double)NAN;
}

static void gather(struct words *w, const struct ob_plan *plan, size_t key)
{
    *w = (struct words){ .texts = ob_intern_create(), .numbers = true };
    w->of = ob_xcalloc(plan->cells + 1, sizeof *w->of);
    for (size_t i = 0; i < plan->cells; i++) {
        const char *text = ob_plan_at(plan, i, key);
        w->of[i] = text ? ob_intern_add(w->texts, text, strlen(text)) : UINT32_MAX;
        w->unset |= !text;
    }
    w->n = ob_intern_count(w->texts);
    w->word = ob_xcalloc((size_t)w->n + 1, sizeof *w->word);
    for (uint32_t k = 0; k < w->n; k++) {
        const char *text = ob_intern_at(w->texts, k);
        w->word[k] = (struct word){ .text = text, .number = number_of(text) };
        w->numbers &= !isnan(w->word[k].number);
    }
    w->numbers &= w->n > 0;
}

static void words_finish(struct words *w)
{
    ob_intern_destroy(w->texts);
    free(w->word);
    free(w->of);
}

/* ---- levels ---- */

static uint32_t add_level(struct ob_levels *l, const char *label, double lo, double hi)
{
    l->level = ob_xreallocarray(l->level, l->n + 1, sizeof *l->level);
    l->level[l->n] = (struct ob_level){ .label = ob_xstrdup(label), .lo = lo, .hi = hi };
    return (uint32_t)l->n++;
}

static int by_number(const void *a, const void *b)
{
    const struct word *const *x = a, *const *y = b;
    double p = (*x)->number, q = (*y)->number;
    if (p != q)
        return p < q ? -1 : 1;
    return (*x > *y) - (*x < *y); /* the text that the plan has first */
}

/* One level a number. */
static void number_levels(struct ob_levels *l, struct word *const *sorted, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        double v = sorted[k]->number;
        if (l->n == 0 || l->level[l->n - 1].lo != v)
            add_level(l, sorted[k]->text, v, v);
        sorted[k]->level = (uint32_t)l->n - 1;
    }
}

/* Stretches of one width on the natural axis; those without numbers do not come up. */
static void stretch_levels(struct ob_levels *l, struct word *const *sorted, uint32_t n,
                           size_t most)
{
    double from = sorted[0]->number, to = sorted[n - 1]->number;
    double a = l->ratios ? log(from) : from, b = l->ratios ? log(to) : to;
    double width = (b - a) / (double)most;
    size_t last = SIZE_MAX;
    l->stretches = true;
    for (uint32_t k = 0; k < n; k++) {
        double v = sorted[k]->number;
        double at = ((l->ratios ? log(v) : v) - a) / width;
        size_t place = at >= (double)most ? most - 1 : at > 0 ? (size_t)at : 0;
        if (place != last) {
            char label[OB_NUMBER_MAX];
            double mid = a + ((double)place + 0.5) * width;
            ob_number_show(label, sizeof label, l->ratios ? exp(mid) : mid, 3);
            add_level(l, label, v, v);
            last = place;
        }
        l->level[l->n - 1].hi = v;
        sorted[k]->level = (uint32_t)l->n - 1;
    }
}

static uint32_t different(struct word *const *sorted, uint32_t n)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < n; k++)
        count += k == 0 || sorted[k]->number != sorted[k - 1]->number;
    return count;
}

static void numbers(struct ob_levels *l, struct words *w, size_t most)
{
    struct word **sorted = ob_xcalloc((size_t)w->n + 1, sizeof *sorted);
    for (uint32_t k = 0; k < w->n; k++)
        sorted[k] = &w->word[k];
    qsort(sorted, w->n, sizeof *sorted, by_number);
    double lo = sorted[0]->number, hi = sorted[w->n - 1]->number;
    l->numbers = true;
    l->ratios = lo > 0 && hi >= 10 * lo;
    if (different(sorted, w->n) <= most)
        number_levels(l, sorted, w->n);
    else
        stretch_levels(l, sorted, w->n, most);
    free(sorted);
}

static void texts(struct ob_levels *l, struct words *w, size_t most)
{
    bool crowded = w->n > most;
    for (uint32_t k = 0; k < w->n; k++) {
        if (crowded && l->n == most - 1)
            add_level(l, "others", NAN, NAN);
        if (!crowded || l->n < most)
            w->word[k].level =
                add_level(l, w->word[k].text, w->word[k].number, w->word[k].number);
        else
            w->word[k].level = (uint32_t)most - 1;
    }
}

void ob_levels_make(struct ob_levels *l, const struct ob_plan *plan, size_t key,
                    size_t most)
{
    struct words w = { 0 };
    *l = (struct ob_levels){ .of = ob_xcalloc(plan->cells + 1, sizeof *l->of) };
    if (key == OB_LEVELS_NO_KEY) {
        add_level(l, "", NAN, NAN);
        l->level[0].cells = plan->cells;
        return;
    }
    OB_REQUIRE(key < plan->keys && most >= 2);
    gather(&w, plan, key);
    if (w.numbers)
        numbers(l, &w, most);
    else if (w.n > 0)
        texts(l, &w, most);
    uint32_t unset = w.unset ? add_level(l, "", NAN, NAN) : 0;
    for (size_t i = 0; i < plan->cells; i++) {
        l->of[i] = w.of[i] == UINT32_MAX ? unset : w.word[w.of[i]].level;
        l->level[l->of[i]].cells++;
    }
    words_finish(&w);
}

void ob_levels_finish(struct ob_levels *l)
{
    for (size_t k = 0; k < l->n; k++)
        free(l->level[k].label);
    free(l->level);
    free(l->of);
    *l = (struct ob_levels){ 0 };
}
