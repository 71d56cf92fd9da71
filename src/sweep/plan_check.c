/*
 * Every value of a plan is judged by whoever will read it: by loading the config of a
 * cell that has it, as its run will.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/sweep/levels.h"
#include "optbench/sweep/plan_make.h"
#include "plan_priv.h"

enum {
    ALL_MAX = 1000, /* plans of at most so many cells are loaded whole */
    SAMPLE = 200,   /* of larger ones, besides those that bring a new value */
    WORDS_MAX = 64, /* different values of a key that are each looked for */
    TOLD_MAX = 20,  /* problems, then it is enough */
    SHOWN_MAX = 6,  /* settings of a cell that are named */
};

/* ---- which cells ---- */

/* What one key takes in the cells of one optimizer. */
struct seen {
    const char *word[WORDS_MAX]; /* [words]; lent by the plan */
    size_t words;
    bool full; /* more than that: numbers, of which the ends are looked at */
    double least, most;
    size_t at_least, at_most; /* cells */
};

/* Notes a value; whether it is a new one. */
static bool is_new(struct seen *s, const char *value, size_t cell)
{
    double v = 0;
    bool number = ob_number_parse(value, strlen(value), &v);
    bool first = !s->words && !s->full;
    if (number && (first || v < s->least)) {
        s->least = v;
        s->at_least = cell;
    }
    if (number && (first || v > s->most)) {
        s->most = v;
        s->at_most = cell;
    }
    for (size_t i = 0; i < s->words; i++)
        if (!strcmp(s->word[i], value))
            return false;
    if (s->words == WORDS_MAX) {
        s->full = true;
        return !number;
    }
    s->word[s->words++] = value;
    return true;
}

struct picking {
    const struct ob_plan *plan;
    size_t kind_column;  /* plan->keys = none */
    struct ob_buf kinds; /* const char *[]: values of optimizer.kind */
    struct seen *seen;   /* [kinds * keys] */
    bool *picked;        /* [cells] */
};

static size_t kinds_of(const struct picking *p)
{
    return p->kinds.len / sizeof(const char *);
}

/* The number of the optimizer of a cell; a new one gets its room. */
static size_t kind_of(struct picking *p, size_t cell)
{
    const char *kind =
        p->kind_column < p->plan->keys ? ob_plan_at(p->plan, cell, p->kind_column) : NULL;
    const char *name = kind ? kind : "";
    size_t n = kinds_of(p);
    for (size_t i = 0; i < n; i++) {
        const char *known;
        memcpy(&known, p->kinds.data + i * sizeof known, sizeof known);
        if (!strcmp(known, name))
            return i;
    }
    ob_buf_add(&p->kinds, &name, sizeof name);
    p->seen = ob_xreallocarray(p->seen, (n + 1) * p->plan->keys + 1, sizeof *p->seen);
    memset(p->seen + n * p->plan->keys, 0, p->plan->keys * sizeof *p->seen);
    return n;
}

/* Picks cells until each value occurs; *n how many. To be freed. */
static bool *pick(const struct ob_plan *plan, size_t *n)
{
    struct picking p = { .plan = plan, .kind_column = ob_plan_key(plan, KIND_KEY) };
    p.picked = ob_xcalloc(plan->cells + 1, sizeof *p.picked);
    const size_t stride = 1 + (plan->cells - 1) / SAMPLE;
    for (size_t i = 0; i < plan->cells; i++) {
        struct seen *row = NULL;
        size_t kind = kind_of(&p, i);
        p.picked[i] = plan->cells <= ALL_MAX || i % stride == 0;
        row = p.seen + kind * plan->keys;
        for (size_t k = 0; k < plan->keys; k++)
            if (ob_plan_at(plan, i, k) && is_new(&row[k], ob_plan_at(plan, i, k), i))
                p.picked[i] = true;
    }
    for (size_t i = 0; i < kinds_of(&p) * plan->keys; i++)
        if (p.seen[i].full)
            p.picked[p.seen[i].at_least] = p.picked[p.seen[i].at_most] = true;
    *n = 0;
    for (size_t i = 0; i < plan->cells; i++)
        *n += p.picked[i];
    free(p.seen);
    ob_buf_finish(&p.kinds);
    return p.picked;
}

/* ---- what they say ---- */

struct judging {
    const struct ob_plan *plan;
    const struct ob_sweep_spec *spec;
    const struct ob_spec_from *from;
    struct ob_diags base;  /* problems of the experiment without any row */
    struct ob_diags found; /* problems of cells, as they are told */
    struct ob_diags raw;   /* the same as they were found, in the same order */
};

static bool holds(const struct ob_diags *d, const struct ob_diag *it)
{
    for (size_t i = 0; i < d->n; i++) {
        const struct ob_diag *have = &d->item[i];
        bool file = have->file && it->file ? !strcmp(have->file, it->file)
                                           : have->file == it->file;
        if (file && have->line == it->line && !strcmp(have->text, it->text))
            return true;
    }
    return false;
}

/* The column whose set the problem is about; plan->keys = none. */
static size_t column_of(const struct judging *j, size_t cell, const struct ob_diag *d)
{
    static const char label[] = "--set ";
    size_t k = 0;
    if (!d->file || strncmp(d->file, label, strlen(label)) != 0)
        return j->plan->keys;
    for (; k < j->plan->keys; k++) {
        const char *value = ob_plan_at(j->plan, cell, k);
        size_t n = strlen(j->plan->key[k]);
        const char *set = d->file + strlen(label);
        if (value && !strncmp(set, j->plan->key[k], n) && set[n] == '=' &&
            !strcmp(set + n + 1, value))
            break;
    }
    return k;
}

/* Whether something was told of the axis. */
static bool is_told(const struct ob_diags *d, const struct ob_sweep_axis *a)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->item[i].file && !strcmp(d->item[i].file, a->file) &&
            d->item[i].line == a->line)
            return true;
    return false;
}

/* Tells the problem of a set at the axis that made the set. */
static void tell_value(struct judging *j, size_t cell, size_t column,
                       const struct ob_diag *d)
{
    const size_t kinds = ob_plan_key(j->plan, KIND_KEY);
    const char *kind = kinds < j->plan->keys ? ob_plan_at(j->plan, cell, kinds) : NULL;
    const struct ob_sweep_axis *a = ob_sweep_axis_of(j->spec, j->plan->key[column], kind);
    if (!a) /* of [tune.KIND] for the optimizer that the experiment has */
        for (size_t i = 0; i < j->spec->axes && !a; i++)
            if (!strcmp(j->spec->axis[i].key, j->plan->key[column]))
                a = &j->spec->axis[i];
    struct ob_diag at = { .file = a ? a->file : NULL,
                          .line = a ? a->line : 0,
                          .text = d->text };
    bool again =
        a && (a->scale == OB_SWEEP_LIST ? holds(&j->found, &at) : is_told(&j->found, a));
    if (again)
        return;
    if (a)
        ob_diags_add(&j->found, d->code, a->file, a->line, "%s", d->text);
    else
        ob_sweep_complain(j->spec, &j->found,
                          ob_key_is_seed(j->plan->key[column]) ? "seeds" : "equal", "%s",
                          d->text);
}

/* Tells a problem of the experiment that only some cells have. */
static void tell_cell(struct judging *j, size_t cell, const struct ob_diag *d)
{
    char name[OB_PLAN_NAME_MAX];
    struct ob_buf text = { 0 };
    size_t shown = 0;
    ob_plan_name(j->plan, cell, name);
    ob_buf_addf(&text, "%s (in cell %s", d->text, name);
    for (size_t k = 0; k < j->plan->keys && shown < SHOWN_MAX; k++)
        if (ob_plan_at(j->plan, cell, k))
            ob_buf_addf(&text, "%s%s=%s", shown++ ? " " : ": ", j->plan->key[k],
                        ob_plan_at(j->plan, cell, k));
    ob_buf_addc(&text, ')');
    ob_diags_add(&j->found, d->code, d->file, d->line, "%s", ob_buf_text(&text));
    ob_buf_finish(&text);
}

static void tell(struct judging *j, size_t cell, const struct ob_diag *d)
{
    size_t column = column_of(j, cell, d);
    if (holds(&j->raw, d))
        return;
    ob_diags_add(&j->raw, d->code, d->file, d->line, "%s", d->text);
    if (column < j->plan->keys)
        tell_value(j, cell, column, d);
    else if (holds(&j->base, d))
        ob_diags_add(&j->found, d->code, d->file, d->line, "%s", d->text);
    else
        tell_cell(j, cell, d);
}

/* The problems of an experiment with the sets of a row; cell NULL = without. */
static void load(const struct judging *j, const size_t *cell, struct ob_diags *diags)
{
    size_t n = 0;
    char **row = cell ? ob_plan_sets(j->plan, *cell, &n) : NULL;
    const char **sets = ob_xcalloc(j->from->nsets + n + 1, sizeof *sets);
    struct ob_spec_from from = *j->from;
    struct ob_spec spec = { 0 };
    for (size_t i = 0; i < from.nsets; i++)
        sets[i] = from.sets[i];
    for (size_t i = 0; i < n; i++)
        sets[from.nsets + i] = row[i];
    from.sets = sets;
    from.nsets += n;
    ob_spec_read(&from, &spec, diags);
    ob_spec_finish(&spec);
    free(sets);
    free(row);
}

bool ob_plan_check(const struct ob_plan *p, const struct ob_sweep_spec *s,
                   const struct ob_spec_from *from, struct ob_plan_judged *judged,
                   struct ob_diags *diags)
{
    struct judging j = { .plan = p, .spec = s, .from = from };
    bool *picked = pick(p, &judged->cells);
    judged->all = judged->cells == p->cells;
    load(&j, NULL, &j.base);
    for (size_t i = 0; i < p->cells && j.found.n < TOLD_MAX; i++) {
        struct ob_diags of_cell = { 0 };
        if (!picked[i])
            continue;
        load(&j, &i, &of_cell);
        for (size_t k = 0; k < of_cell.n && j.found.n < TOLD_MAX; k++)
            tell(&j, i, &of_cell.item[k]);
        ob_diags_finish(&of_cell);
    }
    bool ok = j.found.n == 0;
    for (size_t i = 0; i < j.found.n; i++)
        ob_diags_add(diags, j.found.item[i].code, j.found.item[i].file,
                     j.found.item[i].line, "%s", j.found.item[i].text);
    ob_diags_finish(&j.base);
    ob_diags_finish(&j.found);
    ob_diags_finish(&j.raw);
    free(picked);
    return ok;
}
