#include <config.h>

#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "sweep_priv.h"

/* Keys in which cells cannot differ: they name the run, or say how it is watched, kept
 * and shared out. Patterns as in the shell. */
static const struct {
    const char *key, *why;
} fixed[] = {
    { "experiment.name", "every cell is named by the plan" },
    { "experiment.title", "it is that of the whole sweep" },
    { "experiment.base", "a sweep has one experiment" },
    { "experiment.threads", "it changes no result; see sweep run --threads" },
    { "plugin.*", "a sweep has one list of plug-ins" },
    { "ui.*", "it changes nothing that is computed" },
    { "checkpoint.*", "it changes nothing that is computed" },
    { "sweep.*", "it is about the sweep itself" },
    { "tune.*", "it is about the sweep itself" },
};

static bool may_differ(const struct sweep_entry *e, const char *key,
                       struct ob_diags *diags)
{
    for (size_t i = 0; i < OB_COUNT(fixed); i++)
        if (!fnmatch(fixed[i].key, key, 0))
            return item_complain(&e->it, diags, OB_ECONFIG,
                                 "cells cannot differ in it: %s", fixed[i].why);
    return true;
}

/* The word of a scale that the value begins with, in front of a number; OB_SWEEP_LIST =
 * none. */
static enum ob_sweep_scale scale_of(const char *value, const char **rest)
{
    static const char *const words[] = {
        [OB_SWEEP_LOG] = "log",
        [OB_SWEEP_LIN] = "lin",
        [OB_SWEEP_INT] = "int",
    };
    for (size_t i = OB_SWEEP_LOG; i < OB_COUNT(words); i++) {
        size_t n = strlen(words[i]);
        if (strncmp(value, words[i], n) != 0)
            continue;
        size_t gap = strspn(value + n, " \t");
        *rest = value + n + gap;
        if (gap && **rest && strchr("0123456789.+-", **rest))
            return (enum ob_sweep_scale)i;
    }
    return OB_SWEEP_LIST;
}

/* Reads all of s[0..n), blanks around aside. */
static bool number(const char *s, size_t n, double *out)
{
    for (; n && strchr(" \t", *s); s++)
        n--;
    while (n && strchr(" \t", s[n - 1]))
        n--;
    return ob_number_parse(s, n, out) && isfinite(*out);
}

/* "A .. B" or "A .. B x N" behind the word of the scale. */
static bool range_numbers(const char *s, struct ob_sweep_axis *axis)
{
    const char *dots = strstr(s, "..");
    if (!dots)
        return false;
    const char *b = dots + 2, *times = strchr(b, 'x');
    size_t n = times ? (size_t)(times - b) : strlen(b);
    double count = 0;
    if (!number(s, (size_t)(dots - s), &axis->from) || !number(b, n, &axis->to) ||
        (times && !number(times + 1, strlen(times + 1), &count)))
        return false;
    bool counts = !times || (count >= 1 && count == floor(count) && count <= 1e9);
    axis->count = counts ? (size_t)count : 0;
    return counts;
}

/* What is wrong with the numbers of a range, or NULL. */
static const char *range_trouble(const struct ob_sweep_axis *axis)
{
    const double a = axis->from, b = axis->to;
    const double exact = 9007199254740992.0;
    if (!(a < b))
        return "A must be less than B";
    if (axis->scale == OB_SWEEP_LOG && a <= 0)
        return "a logarithmic scale needs 0 < A";
    if (axis->scale == OB_SWEEP_INT &&
        (a != floor(a) || b != floor(b) || a < -exact || b > exact))
        return "A and B must be whole numbers";
    if (axis->count == 1)
        return "x 1 would leave out B: write the one value alone";
    if (axis->scale == OB_SWEEP_INT && (double)axis->count > b - a + 1)
        return "there are fewer whole numbers than that";
    return NULL;
}

static bool read_range(const struct sweep_entry *e, const char *rest,
                       struct ob_sweep_axis *axis, struct ob_diags *diags)
{
    const char *word = axis->scale == OB_SWEEP_LOG   ? "log"
                       : axis->scale == OB_SWEEP_LIN ? "lin"
                                                     : "int";
    if (!range_numbers(rest, axis))
        return item_complain(
            &e->it, diags, OB_ECONFIG,
            "'%.200s' is no range: write %s A .. B, or %s A .. B x N for "
            "N values",
            e->it.value, word, word);
    const char *trouble = range_trouble(axis);
    return !trouble ||
           item_complain(&e->it, diags, OB_ECONFIG, "'%.200s': %s", e->it.value, trouble);
}

/* A word of a list as the set of a cell has it. */
static bool settle_word(const struct sweep_entry *e, const struct ob_param *p,
                        char **word, struct ob_diags *diags)
{
    struct ob_buf text = { 0 };
    struct ob_err err;
    if (!p || p->kind != OB_PARAM_PATH)
        return true;
    bool ok = value_path(p, *word, e->it.dir, &text, &err);
    if (ok) {
        free(*word);
        *word = ob_xstrdup(ob_buf_text(&text));
    } else {
        item_complain(&e->it, diags, err.code, "%s", err.text);
    }
    ob_buf_finish(&text);
    return ok;
}

static const struct ob_param list[] = {
    { .name = "values", .kind = OB_PARAM_TEXTS },
    { 0 },
};

static bool read_list(const struct sweep_entry *e, struct ob_sweep_axis *axis,
                      struct ob_diags *diags)
{
    struct ob_err err;
    const char *dot = strrchr(axis->key, '.');
    char *section = ob_xstrndup(axis->key, (size_t)(dot - axis->key));
    const struct ob_param *p = sweep_param(section, dot + 1);
    free(section);
    if (!ob_param_set(list, &axis->value, e->it.value, &err))
        return item_complain(&e->it, diags, OB_ECONFIG, "%s", err.text);
    for (size_t i = 0; i < axis->value.n; i++) {
        const char *word = axis->value.item[i];
        if (strcmp(word, "..") == 0)
            return item_complain(&e->it, diags, OB_ECONFIG,
                                 "'%.200s': a range begins with log, lin or int",
                                 e->it.value);
        for (size_t j = 0; j < i; j++)
            if (!strcmp(word, axis->value.item[j]))
                return item_complain(&e->it, diags, OB_ECONFIG,
                                     "'%.200s' stands there twice", word);
    }
    bool ok = true;
    for (size_t i = 0; ok && i < axis->value.n; i++)
        ok = settle_word(e, p, &axis->value.item[i], diags);
    return ok;
}

bool sweep_axis_read(const struct sweep_entry *e, struct ob_sweep_axis *axis,
                     struct ob_diags *diags)
{
    const char *rest = NULL;
    *axis = (struct ob_sweep_axis){
        .key = sweep_axis_key(e),
        .kind = e->kind ? ob_xstrdup(e->kind) : NULL,
        .file = ob_xstrdup(e->it.file),
        .line = e->it.line,
    };
    char *section = ob_xstrndup(axis->key, (size_t)(strrchr(axis->key, '.') - axis->key));
    size_t before = diags->n;
    place_find(section, e->it.file, e->it.line, diags);
    free(section);
    if (diags->n > before || !may_differ(e, axis->key, diags))
        return false;
    axis->scale = scale_of(e->it.value, &rest);
    return axis->scale == OB_SWEEP_LIST ? read_list(e, axis, diags)
                                        : read_range(e, rest, axis, diags);
}

void sweep_axis_finish(struct ob_sweep_axis *axis)
{
    free(axis->key);
    free(axis->kind);
    free(axis->file);
    ob_params_finish(list, &axis->value);
    *axis = (struct ob_sweep_axis){ 0 };
}
