#include <config.h>

#include "select.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "optbench/base/buf.h"
#include "optbench/base/diag.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"

/* Columns that a message lists when no name is near. */
#define LISTED 8

/* Appends what the user may have meant instead of `word`. */
static void advise(const struct ob_table *t, const char *word, struct ob_buf *out)
{
    struct ob_suggest s;
    ob_suggest_init(&s, word);
    for (size_t j = 0; j < t->columns; j++)
        ob_suggest_offer(&s, t->column[j].name);
    if (!t->named && t->columns) {
        ob_buf_addf(out, "; it names no columns, so they are called c1 to c%zu",
                    t->columns);
    } else if (s.best) {
        ob_buf_addf(out, "; did you mean '%s'?", s.best);
    } else {
        ob_buf_adds(out, "; its columns are");
        for (size_t j = 0; j < t->columns && j < LISTED; j++)
            ob_buf_addf(out, "%s %s", j ? "," : "", t->column[j].name);
        if (t->columns > LISTED)
            ob_buf_addf(out, " and %zu more", t->columns - LISTED);
    }
}

/* The index of a column that [data] `key` names, or t->columns after a report. */
static size_t find(const struct ob_table *t, const char *key, const char *name,
                   struct ob_diags *diags)
{
    size_t j = ob_table_find(t, name);
    if (j < t->columns)
        return j;
    struct ob_buf text = { 0 };
    ob_buf_addf(&text, "data.%s: '%s' is not a column of %s", key, name, t->origin);
    advise(t, name, &text);
    ob_diags_add(diags, OB_ECONFIG, NULL, 0, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
    return t->columns;
}

static bool all_but_target(const struct ob_table *t, size_t target, size_t *chosen,
                           size_t *n, struct ob_diags *diags)
{
    bool ok = true;
    for (size_t j = 0; j < t->columns; j++) {
        if (j == target)
            continue;
        if (t->column[j].unnamed)
            ok = ob_diags_add(diags, OB_EDATA, t->origin, 0,
                              "column %zu has no name in the header; name it there, or "
                              "list the columns you want in data.features",
                              j + 1);
        chosen[(*n)++] = j;
    }
    return ok;
}

static bool by_name(const struct ob_table *t, const struct ob_texts *names, size_t target,
                    size_t *chosen, size_t *n, struct ob_diags *diags)
{
    bool ok = true;
    for (size_t i = 0; i < names->n; i++) {
        size_t j = find(t, "features", names->item[i], diags);
        if (j == t->columns) {
            ok = false;
            continue;
        }
        if (j == target)
            ok = ob_diags_add(diags, OB_ECONFIG, NULL, 0,
                              "data.features: '%s' is the target, too", names->item[i]);
        for (size_t k = 0; k < *n; k++)
            if (chosen[k] == j)
                ok = ob_diags_add(diags, OB_ECONFIG, NULL, 0,
                                  "data.features: '%s' is named twice", names->item[i]);
        chosen[(*n)++] = j;
    }
    return ok;
}

/* Gives a column to the dataset. */
static struct ob_column take(struct ob_table *t, size_t j)
{
    struct ob_table_column *c = &t->column[j];
    struct ob_column out = { .name = c->name, .value = c->value };
    out.facts.missing = c->missing;
    c->name = NULL;
    c->value = NULL;
    return out;
}

static void take_target(struct ob_table *t, size_t j, struct ob_dataset *out)
{
    struct ob_table_column *c = &t->column[j];
    if (c->levels)
        ob_table_sort_levels(t, j);
    out->class_name = c->level;
    out->classes = c->levels;
    c->level = NULL;
    c->levels = 0;
    out->y = take(t, j);
    out->has_y = true;
}

/* Leaves out the rows in which a chosen column has no value. */
static void drop_rows(struct ob_dataset *d)
{
    size_t kept = 0;
    for (size_t i = 0; i < d->rows; i++) {
        bool whole = !d->has_y || !isnan(d->y.value[i]);
        for (size_t j = 0; whole && j < d->features; j++)
            whole = !isnan(d->x[j].value[i]);
        if (!whole)
            continue;
        for (size_t j = 0; j < d->features; j++)
            d->x[j].value[kept] = d->x[j].value[i];
        if (d->has_y)
            d->y.value[kept] = d->y.value[i];
        kept++;
    }
    d->dropped = d->rows - kept;
    d->rows = kept;
}

/* Puts the mean of the others where a feature has no value. */
static bool fill_column(struct ob_dataset *d, struct ob_column *c, struct ob_diags *diags)
{
    double *known = c->value, sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < d->rows; i++)
        if (!isnan(known[i])) {
            sum += known[i];
            n++;
        }
    if (n == 0)
        return ob_diags_add(diags, OB_EDATA, d->origin, 0,
                            "column '%s' has no value in any row", c->name);
    for (size_t i = 0; i < d->rows; i++)
        if (isnan(known[i])) {
            known[i] = sum / (double)n;
            d->filled++;
        }
    return true;
}

static bool mend(struct ob_dataset *d, enum ob_missing how, struct ob_diags *diags)
{
    bool ok = true;
    if (how == OB_MISSING_DROP)
        drop_rows(d);
    for (size_t j = 0; how == OB_MISSING_MEAN && j < d->features; j++)
        if (d->x[j].facts.missing)
            ok &= fill_column(d, &d->x[j], diags);
    if (ok && d->rows == 0)
        return ob_diags_add(diags, OB_EDATA, d->origin, 0,
                            "no row is left: each has a missing value");
    return ok;
}

/* Gives back the room that the table kept for more rows; failing that, keeps it. */
static void trim(struct ob_column *c, size_t rows)
{
    double *value = realloc(c->value, rows * sizeof *value);
    if (value)
        c->value = value;
}

static void describe(struct ob_dataset *d)
{
    uint64_t h = 0;
    for (size_t j = 0; j <= d->features; j++) {
        struct ob_column *c = j < d->features ? &d->x[j] : &d->y;
        if (!c->name)
            continue;
        trim(c, d->rows);
        ob_facts(c->value, d->rows, &c->facts);
        h = ob_hash(c->name, strlen(c->name) + 1, h);
        h = ob_hash_doubles(c->value, d->rows, h);
    }
    for (size_t k = 0; k < d->classes; k++)
        h = ob_hash(d->class_name[k], strlen(d->class_name[k]) + 1, h);
    d->hash = h;
}

/* Which columns are meant: their places in chosen[0..*n), the target's in *target
 * (t->columns = none). */
static bool choose(const struct ob_table *t, const struct ob_data_opts *common,
                   size_t *chosen, size_t *n, size_t *target, struct ob_diags *diags)
{
    bool ok = true;
    *target = t->columns;
    if (common->target) {
        *target = find(t, "target", common->target, diags);
        ok = *target < t->columns;
    }
    ok &= ob_data_all_features(common)
              ? all_but_target(t, *target, chosen, n, diags)
              : by_name(t, &common->features, *target, chosen, n, diags);
    if (ok && *n == 0)
        ok = ob_diags_add(diags, OB_EDATA, t->origin, 0,
                          "no column is left for the features beside the target");
    return ok;
}

static size_t *room_for(const struct ob_table *t, const struct ob_data_opts *common)
{
    return ob_xcalloc(t->columns + common->features.n, sizeof(size_t));
}

bool ob_select_names(const struct ob_table *t, const struct ob_data_opts *common,
                     struct ob_diags *diags)
{
    size_t target, n = 0, *chosen = room_for(t, common);
    bool ok = choose(t, common, chosen, &n, &target, diags);
    free(chosen);
    return ok;
}

bool ob_select(struct ob_table *t, const struct ob_data_opts *common,
               struct ob_dataset *out, struct ob_diags *diags)
{
    size_t target, n = 0, *chosen = room_for(t, common);
    bool ok = choose(t, common, chosen, &n, &target, diags);
    if (ok) {
        out->rows = t->rows;
        out->origin = t->origin;
        t->origin = NULL;
        out->x = ob_xcalloc(n, sizeof *out->x);
        if (target < t->columns)
            take_target(t, target, out);
        for (; out->features < n; out->features++)
            out->x[out->features] = take(t, chosen[out->features]);
        ok = mend(out, (enum ob_missing)common->missing, diags);
    }
    if (ok)
        describe(out);
    free(chosen);
    return ok;
}
