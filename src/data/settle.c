#include <config.h>

#include "settle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "optbench/base/diag.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "split.h"
#include "storage.h"

/* Column j of those that have values of their own, its features, then its target; NULL
 * behind the last. */
static struct ob_column *column(struct ob_dataset *d, size_t j)
{
    const size_t dense = ob_dataset_is_sparse(d) ? 0 : d->features;
    return j < dense ? &d->x[j] : j == dense && d->has_y ? &d->y : NULL;
}

/* The rows of a sparse matrix that are left, in the order of row[0..n). */
static bool choose_sparse(struct ob_dataset *d, const uint32_t *row, size_t n,
                          struct ob_diags *diags)
{
    struct ob_sparse chosen = { 0 };
    struct ob_err err;
    if (!ob_dataset_is_sparse(d))
        return true;
    if (!ob_sparse_init(&chosen, d->sparse.dtype, d->sparse.cols, &err) ||
        !ob_sparse_choose(&chosen, &d->sparse, row, n, &err)) {
        ob_sparse_finish(&chosen);
        return ob_diags_add_err(diags, d->origin, 0, &err);
    }
    ob_sparse_finish(&d->sparse);
    d->sparse = chosen;
    return true;
}

/* ---- missing values ---- */

static bool is_whole(struct ob_dataset *d, size_t row)
{
    struct ob_column *c;
    for (size_t j = 0; (c = column(d, j)); j++)
        if (isnan(c->value[row]))
            return false;
    return true;
}

/* Leaves out the rows in which a chosen column has no value, and remembers where the
 * others stood; *second counts those that are left of the second table. */
static bool drop_rows(struct ob_dataset *d, size_t *second, struct ob_diags *diags)
{
    struct ob_column *c;
    struct ob_err err;
    const size_t first = d->rows - *second;
    size_t kept = 0;
    if (d->rows > UINT32_MAX)
        return ob_diags_add(diags, OB_EDATA, d->origin, 0,
                            "%zu rows are more than some can be left out of", d->rows);
    d->source_row = ob_alloc(d->rows, sizeof *d->source_row, &err);
    if (!d->source_row)
        return ob_diags_add_err(diags, d->origin, 0, &err);
    *second = 0;
    for (size_t i = 0; i < d->rows; i++) {
        if (!is_whole(d, i))
            continue;
        for (size_t j = 0; (c = column(d, j)); j++)
            c->value[kept] = c->value[i];
        *second += i >= first;
        d->source_row[kept++] = (uint32_t)i;
    }
    d->dropped = d->rows - kept;
    d->rows = kept;
    return choose_sparse(d, d->source_row, kept, diags);
}

static bool any_missing(struct ob_dataset *d)
{
    struct ob_column *c;
    for (size_t j = 0; (c = column(d, j)); j++)
        if (c->facts.missing)
            return true;
    return false;
}

/* Puts the mean of the others, as far as they are trained on, where a feature has no
 * value. */
static bool fill_column(struct ob_dataset *d, struct ob_column *c,
                        const struct ob_split *split, struct ob_diags *diags)
{
    double sum = 0;
    size_t n = 0;
    for (size_t i = 0; i < split->train; i++) {
        double v = c->value[split->order ? split->order[i] : i];
        if (!isnan(v)) {
            sum += v;
            n++;
        }
    }
    if (n == 0)
        return ob_diags_add(diags, OB_EDATA, d->origin, 0,
                            "column '%s' has no value in any row%s", c->name,
                            split->order ? " of the training part" : "");
    for (size_t i = 0; i < d->rows; i++)
        if (isnan(c->value[i])) {
            c->value[i] = sum / (double)n;
            d->filled++;
        }
    return true;
}

static bool fill(struct ob_dataset *d, const struct ob_split *split,
                 struct ob_diags *diags)
{
    bool ok = true;
    for (size_t j = 0; !ob_dataset_is_sparse(d) && j < d->features; j++)
        if (d->x[j].facts.missing)
            ok &= fill_column(d, &d->x[j], split, diags);
    return ok;
}

/* ---- parts ---- */

static bool make_split(struct ob_dataset *d, size_t second,
                       const struct ob_data_opts *common, struct ob_split *split,
                       struct ob_diags *diags)
{
    const struct ob_split_rows rows = {
        .n = d->rows - second,
        .test = second,
        .y = d->has_y ? d->y.value : NULL,
        .y_name = d->y.name,
        .classes = d->classes > 0,
        .origin = d->origin,
    };
    if (rows.n == 0)
        return ob_diags_add(diags, OB_EDATA, d->origin, 0,
                            "no row is left: each has a missing value");
    if (second == 0 && common->test_path)
        return ob_diags_add(diags, OB_EDATA, d->test_origin, 0,
                            "no row is left: each has a missing value");
    return ob_split_make(split, common, &rows, diags);
}

/* Numbers the rows as their sources do, in the order of the parts; takes over what the
 * split knows. */
static void number_rows(struct ob_dataset *d, struct ob_split *split, size_t first)
{
    const size_t all = ob_dataset_all_rows(d);
    if (!split->order)
        return;
    for (size_t i = 0; d->source_row && i < all; i++)
        split->order[i] = d->source_row[split->order[i]];
    for (size_t i = d->rows + d->val_rows; d->test_origin && i < all; i++)
        split->order[i] -= (uint32_t)first;
    free(d->source_row);
    d->source_row = split->order;
    split->order = NULL;
}

/* Puts the parts one behind the other. `first`: rows that the first table had. */
static bool arrange(struct ob_dataset *d, struct ob_split *split, size_t first,
                    struct ob_diags *diags)
{
    struct ob_column *c;
    struct ob_err err;
    d->rows = split->train;
    d->val_rows = split->val;
    d->test_rows = split->test;
    double *spare = ob_alloc(split->val + split->test, sizeof *spare, &err);
    if (!spare)
        return ob_diags_add_err(diags, d->origin, 0, &err);
    for (size_t j = 0; (c = column(d, j)); j++)
        ob_split_apply(split, c->value, spare);
    free(spare);
    if (split->order && !choose_sparse(d, split->order, ob_dataset_all_rows(d), diags))
        return false;
    number_rows(d, split, first);
    return true;
}

/* ---- what is told of them ---- */

/* Names of the features, where the rows end, and columns and values of all entries. */
static uint64_t hash_sparse(const struct ob_dataset *d)
{
    const struct ob_sparse *s = &d->sparse;
    uint64_t h = 0;
    for (size_t j = 0; j < d->features; j++)
        h = ob_hash(d->x[j].name, strlen(d->x[j].name) + 1, h);
    for (size_t i = 0; i < s->rows; i++) {
        double n = (double)s->begin[i + 1];
        h = ob_hash_doubles(&n, 1, h);
    }
    for (size_t k = 0; k < ob_sparse_entries(s); k++) {
        double entry[] = { s->col[k], ob_sparse_value(s, k) };
        h = ob_hash_doubles(entry, 2, h);
    }
    return h;
}

static void hash(struct ob_dataset *d)
{
    struct ob_column *c;
    uint64_t h = ob_dataset_is_sparse(d) ? hash_sparse(d) : 0;
    for (size_t j = 0; (c = column(d, j)); j++) {
        h = ob_hash(c->name, strlen(c->name) + 1, h);
        h = ob_hash_doubles(c->value, d->rows, h);
    }
    for (size_t k = 0; k < d->classes; k++)
        h = ob_hash(d->class_name[k], strlen(d->class_name[k]) + 1, h);
    d->hash = h;
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
    struct ob_column *c;
    struct ob_column_facts all;
    for (size_t j = 0; (c = column(d, j)); j++) {
        trim(c, ob_dataset_all_rows(d));
        ob_facts(c->value, d->rows, &c->facts);
    }
    if (ob_dataset_is_sparse(d))
        ob_storage_facts(d);
    if (!d->has_y)
        return;
    ob_facts(d->y.value, ob_dataset_all_rows(d), &all);
    d->y_min = all.min;
    d->y_max = all.max;
}

bool ob_settle(struct ob_dataset *d, size_t second, const struct ob_data_opts *common,
               struct ob_diags *diags)
{
    struct ob_split split = { 0 };
    const size_t first = d->rows - second;
    if (common->missing == OB_MISSING_DROP && any_missing(d) &&
        !drop_rows(d, &second, diags))
        return false;
    bool ok = make_split(d, second, common, &split, diags);
    if (ok && common->missing == OB_MISSING_MEAN)
        ok = fill(d, &split, diags);
    if (ok)
        hash(d);
    if (ok && (ok = arrange(d, &split, first, diags)))
        describe(d);
    ob_split_finish(&split);
    return ok;
}
