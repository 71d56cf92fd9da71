#include <config.h>

#include "optbench/sweep/plan_budget.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "equal.h"
#include "optbench/base/mem.h"
#include "optbench/data/dataset.h"

#define MAX_STEPS "stop.max_steps"

enum { NUMBER = 24 };

struct budgets {
    const struct ob_plan *plan;
    const struct ob_spec_from *from;
    struct ob_diags *diags;
    size_t *like;    /* [cells] the first cell with the same [data], [batch], [stop] */
    size_t *data;    /* [cells] the first cell with the same [data] */
    size_t *rows;    /* [cells] training rows of such a first cell; 0 = not known yet */
    uint64_t *steps; /* [cells] */
};

static size_t *cells_alike(const struct ob_plan *p, const char *const *sections, size_t n)
{
    bool *counts = ob_xcalloc(p->keys + 1, sizeof *counts);
    for (size_t k = 0; k < p->keys; k++)
        for (size_t i = 0; i < n; i++)
            counts[k] =
                counts[k] || !strncmp(p->key[k], sections[i], strlen(sections[i]));
    size_t *first = plan_equal(p, counts);
    free(counts);
    return first;
}

/* The rows that an epoch of the cell has. */
static bool find_rows(struct budgets *b, const struct ob_spec *spec, size_t cell,
                      size_t *rows)
{
    struct ob_dataset data = { 0 };
    size_t *known = &b->rows[b->data[cell]];
    bool ok = *known > 0 || ob_spec_load_data(spec, &data, b->diags);
    if (ok && *known == 0)
        *known = data.rows;
    ob_dataset_finish(&data);
    *rows = *known;
    return ok;
}

/* As train/batches.c counts: whole batches, each of some pieces. */
static double steps_per_epoch(const struct ob_batch_opts *o, size_t rows)
{
    if (o->size == 0)
        return 1;
    size_t size = (uint64_t)o->size < rows ? (size_t)o->size : rows;
    size_t batches = o->drop_last ? rows / size : (rows + size - 1) / size;
    size_t each = o->accumulate > 1 ? (size_t)o->accumulate : 1;
    each = each < batches ? each : batches;
    return (double)((batches + each - 1) / each);
}

/* 0 = without limit. */
static bool steps_of(struct budgets *b, const struct ob_spec *spec, size_t cell,
                     uint64_t *steps)
{
    const struct ob_stop_opts *o = &spec->stop;
    size_t rows;
    *steps = (uint64_t)o->max_steps;
    if (o->max_evals > 0 && (*steps == 0 || (uint64_t)o->max_evals < *steps))
        *steps = (uint64_t)o->max_evals;
    if (!(o->max_epochs > 0) || !ob_spec_needs_data(spec))
        return true;
    if (!find_rows(b, spec, cell, &rows))
        return false;
    double most = ceil(o->max_epochs * steps_per_epoch(&spec->batch, rows));
    if (most < 0x1p53 && (*steps == 0 || most < (double)*steps))
        *steps = (uint64_t)most;
    return true;
}

static bool judge(struct budgets *b, size_t cell)
{
    struct ob_spec spec = { 0 };
    struct ob_spec_from from = *b->from;
    size_t n;
    char **row = ob_plan_sets(b->plan, cell, &n);
    const char **sets = ob_xcalloc(from.nsets + n + 1, sizeof *sets);
    for (size_t i = 0; i < from.nsets + n; i++)
        sets[i] = i < from.nsets ? from.sets[i] : row[i - from.nsets];
    from.sets = sets;
    from.nsets += n;
    bool ok =
        ob_spec_read(&from, &spec, b->diags) && steps_of(b, &spec, cell, &b->steps[cell]);
    if (ok && b->steps[cell] == 0)
        ok = ob_spec_complain(&spec, b->diags, OB_ECONFIG, "stop", "max_steps",
                              "halving divides a number of steps, and there is no limit: "
                              "max_steps, max_epochs or max_evals");
    ob_spec_finish(&spec);
    free(sets);
    free(row);
    return ok;
}

/* The plan with stop.max_steps in every row. */
static void write_steps(struct ob_plan *p, const uint64_t *steps)
{
    size_t at = ob_plan_key(p, MAX_STEPS), keys = p->keys + (at == p->keys);
    char(*number)[NUMBER] = ob_xcalloc(p->cells + 1, sizeof *number);
    struct ob_plan wide = *p, made = { 0 };
    struct ob_buf text = { 0 };
    struct ob_err err;
    wide.keys = keys;
    wide.key = ob_xcalloc(keys + 1, sizeof *wide.key);
    wide.value = ob_xcalloc(p->cells * keys + 1, sizeof *wide.value);
    for (size_t k = 0; k < keys; k++)
        wide.key[k] = k == at ? MAX_STEPS : p->key[k];
    for (size_t i = 0; i < p->cells; i++) {
        snprintf(number[i], NUMBER, "%" PRIu64, steps[i]);
        for (size_t k = 0; k < keys; k++)
            wide.value[i * keys + k] = k == at ? number[i] : ob_plan_at(p, i, k);
    }
    ob_plan_write(&wide, &text);
    OB_REQUIRE(ob_plan_read(&made, ob_buf_text(&text), text.len, &err));
    ob_plan_finish(p);
    *p = made;
    ob_buf_finish(&text);
    free(wide.key);
    free(wide.value);
    free(number);
}

bool ob_plan_budget(struct ob_plan *p, const struct ob_spec_from *from, uint64_t *steps,
                    struct ob_diags *diags)
{
    static const char *const what[] = { "data.", "batch.", "stop." };
    struct budgets b = { .plan = p, .from = from, .diags = diags };
    b.like = cells_alike(p, what, OB_COUNT(what));
    b.data = cells_alike(p, what, 1);
    b.rows = ob_xcalloc(p->cells + 1, sizeof *b.rows);
    b.steps = ob_xcalloc(p->cells + 1, sizeof *b.steps);
    bool ok = true, same = true;
    *steps = 0;
    for (size_t i = 0; ok && i < p->cells; i++) {
        if (b.like[i] == i)
            ok = judge(&b, i);
        b.steps[i] = b.steps[b.like[i]];
        same = same && b.steps[i] == b.steps[0];
        *steps = b.steps[i] > *steps ? b.steps[i] : *steps;
    }
    if (ok && !same)
        write_steps(p, b.steps);
    free(b.like);
    free(b.data);
    free(b.rows);
    free(b.steps);
    return ok;
}
