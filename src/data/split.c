#include <config.h>

#include "split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/diag.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/num/draw.h"

/* ---- what can be told without the data ---- */

static bool check_size(const char *key, double size, struct ob_err *err)
{
    char shown[OB_NUMBER_MAX];
    ob_number_write(shown, size);
    if (size < 1 || (size == floor(size) && size <= UINT32_MAX))
        return true;
    return ob_fail(err, OB_ECONFIG,
                   "%s: %s is neither a share below 1 nor a number of rows", key, shown);
}

static bool check_folds(const struct ob_data_opts *o, struct ob_err *err)
{
    if (o->folds == 1)
        return ob_fail(err, OB_ECONFIG,
                       "folds: a single fold leaves nothing to train on: at least 2");
    if (o->folds && o->val > 0)
        return ob_fail(err, OB_ECONFIG,
                       "folds: the validation part is one of the folds: leave val out");
    if (o->folds && o->fold > o->folds)
        return ob_fail(err, OB_ECONFIG, "fold: there are only %lld folds",
                       (long long)o->folds);
    if (!o->folds && o->fold > 1)
        return ob_fail(err, OB_ECONFIG, "fold: say with folds how many there are");
    return true;
}

bool ob_data_has_val(const struct ob_data_opts *o)
{
    return o->val > 0 || o->folds > 0;
}

bool ob_data_has_test(const struct ob_data_opts *o)
{
    return o->test > 0 || o->test_path;
}

bool ob_split_check(const struct ob_data_opts *o, struct ob_err *err)
{
    if (!check_size("val", o->val, err) || !check_size("test", o->test, err) ||
        !check_folds(o, err))
        return false;
    if (o->test > 0 && o->test_path)
        return ob_fail(err, OB_ECONFIG,
                       "test_path: test sets rows of the first table aside already: "
                       "leave one of the two out");
    if (o->val < 1 && o->test < 1 && o->val + o->test >= 1)
        return ob_fail(err, OB_ECONFIG, "val: val and test leave nothing to train on");
    if (o->stratify && o->test == 0 && !ob_data_has_val(o))
        return ob_fail(err, OB_ECONFIG,
                       "stratify: no part is drawn: set val, test or folds, too");
    if (o->stratify && !o->target)
        return ob_fail(err, OB_ECONFIG,
                       "stratify: it goes by the classes of a target: "
                       "set data.target");
    return true;
}

/* ---- strata ---- */

/* The rows that are drawn from, and the class that each belongs to. */
struct strata {
    size_t n;           /* rows */
    size_t count;       /* strata, at least 1 */
    uint32_t *of;       /* [n], owned; NULL: all rows are one stratum */
    size_t *size;       /* [count], owned: rows */
    size_t *test, *val; /* [count], owned: rows that each part still wants of it */
};

static void strata_finish(struct strata *s)
{
    free(s->of);
    free(s->size);
    free(s->test);
    free(s->val);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* The different values of y[0..n) in ascending order, at the front of `out` [n]. */
static size_t distinct(const double *y, size_t n, double *out)
{
    size_t count = 0;
    memcpy(out, y, n * sizeof *out);
    qsort(out, n, sizeof *out, by_value);
    for (size_t i = 0; i < n; i++)
        if (count == 0 || out[i] != out[count - 1])
            out[count++] = out[i];
    return count;
}

/* Numbers are classes where all of them are whole. */
static bool check_classes(const struct ob_split_rows *rows, struct ob_diags *diags)
{
    char shown[OB_NUMBER_MAX];
    for (size_t i = 0; !rows->classes && i < rows->n; i++) {
        if (rows->y[i] == floor(rows->y[i]))
            continue;
        ob_number_write(shown, rows->y[i]);
        return ob_diags_add(diags, OB_ECONFIG, NULL, 0,
                            "data.stratify: the target '%s' has no classes: it holds "
                            "numbers such as %s",
                            rows->y_name, shown);
    }
    return true;
}

static bool find_strata(struct strata *s, const struct ob_split_rows *rows,
                        struct ob_diags *diags)
{
    struct ob_err err;
    if (!check_classes(rows, diags))
        return false;
    double *value = ob_alloc(s->n, sizeof *value, &err);
    s->of = value ? ob_alloc(s->n, sizeof *s->of, &err) : NULL;
    if (!s->of) {
        free(value);
        return ob_diags_add_err(diags, rows->origin, 0, &err);
    }
    s->count = distinct(rows->y, s->n, value);
    for (size_t i = 0; i < s->n; i++) {
        const double *at = bsearch(&rows->y[i], value, s->count, sizeof *value, by_value);
        s->of[i] = (uint32_t)(at - value);
    }
    free(value);
    return true;
}

static size_t stratum_of(const struct strata *s, size_t row)
{
    return s->of ? s->of[row] : 0;
}

static bool strata_init(struct strata *s, const struct ob_split_rows *rows, bool by_class,
                        struct ob_diags *diags)
{
    *s = (struct strata){ .n = rows->n, .count = 1 };
    if (by_class && !find_strata(s, rows, diags))
        return false;
    s->size = ob_xcalloc(s->count, sizeof *s->size);
    s->test = ob_xcalloc(s->count, sizeof *s->test);
    s->val = ob_xcalloc(s->count, sizeof *s->val);
    for (size_t i = 0; i < s->n; i++)
        s->size[stratum_of(s, i)]++;
    return true;
}

/* Divides `want` rows among the strata in proportion to what is left of them besides
 * `taken`; what does not come out even goes to the largest remainders, of equal ones to
 * the first. */
static void divide(const struct strata *s, const size_t *taken, size_t want, size_t *out)
{
    uint64_t total = 0;
    size_t given = 0;
    uint64_t *rest = ob_xcalloc(s->count, sizeof *rest);
    for (size_t k = 0; k < s->count; k++)
        total += s->size[k] - (taken ? taken[k] : 0);
    for (size_t k = 0; k < s->count && total; k++) {
        uint64_t share = (s->size[k] - (taken ? taken[k] : 0)) * (uint64_t)want;
        out[k] = (size_t)(share / total);
        rest[k] = share % total;
        given += out[k];
    }
    for (; given < want; given++) {
        size_t best = 0;
        for (size_t k = 1; k < s->count; k++)
            best = rest[k] > rest[best] ? k : best;
        out[best]++;
        rest[best] = 0;
    }
    free(rest);
}

/* ---- the draw ---- */

static void shuffle(uint32_t *order, size_t n, const struct ob_data_opts *o)
{
    const struct ob_draw_setup setup = { .kind = (enum ob_rng_kind)o->split_rng,
                                         .dtype = OB_F64,
                                         .seed = o->split_seed,
                                         .stream = OB_STREAM_SPLIT };
    struct ob_draw draw;
    bool done = ob_draw_init(&draw, &setup, NULL);
    OB_REQUIRE(done); /* nothing is drawn before */
    ob_draw_permutation(&draw, n, order);
}

/* From the back of the permutation: test, then validation, as far as each wants rows. */
static void assign(struct strata *s, const uint32_t *order, unsigned char *part)
{
    for (size_t i = s->n; i-- > 0;) {
        size_t k = stratum_of(s, order[i]);
        if (s->test[k]) {
            s->test[k]--;
            part[order[i]] = OB_PART_TEST;
        } else if (s->val[k]) {
            s->val[k]--;
            part[order[i]] = OB_PART_VAL;
        }
    }
}

/* Of the rows that are not tested on, those of one fold. */
static void assign_fold(const struct strata *s, const uint32_t *order, size_t fold,
                        size_t folds, unsigned char *part)
{
    size_t *next = ob_xcalloc(s->count + 1, sizeof *next), left = 0;
    for (size_t i = 0; i < s->n; i++)
        if (part[i] != OB_PART_TEST) {
            next[stratum_of(s, i) + 1]++;
            left++;
        }
    for (size_t k = 0; k < s->count; k++)
        next[k + 1] += next[k];
    const size_t large = left % folds, size = left / folds;
    for (size_t i = 0; i < s->n; i++) {
        if (part[order[i]] == OB_PART_TEST)
            continue;
        size_t at = next[stratum_of(s, order[i])]++;
        size_t edge = large * (size + 1);
        size_t in = s->of       ? at % folds
                    : at < edge ? at / (size + 1)
                                : large + (at - edge) / size;
        if (in == fold)
            part[order[i]] = OB_PART_VAL;
    }
    free(next);
}

/* ---- the whole ---- */

static size_t rows_of(double size, size_t n)
{
    if (size >= 1)
        return (size_t)size;
    size_t rows = (size_t)floor(size * (double)n + 0.5);
    return size > 0 && rows == 0 ? 1 : rows;
}

/* Whether the table has rows enough. */
static bool check_rows(const struct ob_data_opts *o, size_t n, size_t val, size_t test,
                       struct ob_diags *diags)
{
    if (test >= n || val >= n - test)
        return ob_diags_add(diags, OB_ECONFIG, NULL, 0,
                            "data.%s: %zu row%s to validate and %zu to test on leave "
                            "none of %zu to train on",
                            val ? "val" : "test", val, val == 1 ? "" : "s", test, n);
    if ((uint64_t)o->folds > n - test)
        return ob_diags_add(diags, OB_ECONFIG, NULL, 0,
                            "data.folds: %lld folds of %zu rows: some would be empty",
                            (long long)o->folds, n - test);
    return true;
}

/* Lists the rows of one part behind order[0..at). */
static size_t list(const unsigned char *part, size_t n, enum ob_data_part which,
                   uint32_t *order, size_t at)
{
    for (size_t i = 0; i < n; i++)
        if (part[i] == which)
            order[at++] = (uint32_t)i;
    return at;
}

static void draw(struct ob_split *s, struct strata *strata, const struct ob_data_opts *o,
                 unsigned char *part)
{
    const size_t test = s->test;
    shuffle(s->order, strata->n, o);
    divide(strata, NULL, test, strata->test);
    divide(strata, strata->test, s->val, strata->val);
    assign(strata, s->order, part);
    if (o->folds)
        assign_fold(strata, s->order, (size_t)o->fold - 1, (size_t)o->folds, part);
}

bool ob_split_make(struct ob_split *s, const struct ob_data_opts *o,
                   const struct ob_split_rows *rows, struct ob_diags *diags)
{
    const size_t all = rows->n + rows->test;
    const size_t val = rows_of(o->val, rows->n), test = rows_of(o->test, rows->n);
    struct strata strata = { 0 };
    struct ob_err err;
    *s = (struct ob_split){ .train = rows->n, .val = val, .test = test };
    if (!ob_data_has_val(o) && !ob_data_has_test(o))
        return true;
    if (all > UINT32_MAX)
        return ob_diags_add(diags, OB_EDATA, rows->origin, 0,
                            "%zu rows are more than can be split into parts", all);
    if (!check_rows(o, rows->n, val, test, diags))
        return false;
    unsigned char *part = ob_alloc(all, sizeof *part, &err);
    s->order = part ? ob_alloc(all, sizeof *s->order, &err) : NULL;
    bool ok = s->order ? strata_init(&strata, rows, o->stratify, diags)
                       : ob_diags_add_err(diags, rows->origin, 0, &err);
    if (ok) {
        draw(s, &strata, o, part);
        memset(part + rows->n, OB_PART_TEST, rows->test);
        s->train = list(part, all, OB_PART_TRAIN, s->order, 0);
        s->val = list(part, all, OB_PART_VAL, s->order, s->train) - s->train;
        s->test = list(part, all, OB_PART_TEST, s->order, s->train + s->val) - s->train -
                  s->val;
    }
    strata_finish(&strata);
    free(part);
    return ok;
}

void ob_split_finish(struct ob_split *s)
{
    free(s->order);
    *s = (struct ob_split){ 0 };
}

void ob_split_apply(const struct ob_split *s, double *v, double *spare)
{
    const size_t aside = s->val + s->test;
    if (!s->order)
        return;
    for (size_t i = 0; i < aside; i++)
        spare[i] = v[s->order[s->train + i]];
    /* Ascending, so no row is overwritten before it was read. */
    for (size_t i = 0; i < s->train; i++)
        v[i] = v[s->order[i]];
    memcpy(v + s->train, spare, aside * sizeof *v);
}
