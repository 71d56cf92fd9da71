#include <config.h>

#include "select.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/diag.h"
#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"
#include "settle.h"

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

bool ob_select(struct ob_table *t, size_t second, const struct ob_data_opts *common,
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
        ok = ob_settle(out, second, common, diags);
    }
    free(chosen);
    return ok;
}
