/* The names of a typed rule: options with their defaults, and buffers. */
#include <math.h>
#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "rule_text.h"
#include "state.h"

/* Names that stand for something else in an update or in [optimizer]. */
static const char *const taken[] = { "theta",  "g",      "t",  "kind", "state",
                                     "params", "update", "lr", "betas" };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Why a name cannot be that of an option or a buffer; NULL = it can. */
static const char *unfit(const char *name)
{
    static const char no_name[] = "is no name: it begins with a letter and goes on with "
                                  "letters, digits and _";
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "0123456789_");
    for (size_t i = 0; i < OB_COUNT(taken); i++)
        if (!strcmp(name, taken[i]))
            return "has a meaning already";
    if (n == 0 || name[n] || strchr("0123456789_", *name))
        return no_name;
    if (n > RULE_NAME_MAX)
        return "is too long for a name";
    return ob_formula_plain_name(name) ? NULL : "is a function or a constant of formulas";
}

static size_t find(const struct rule_params *p, const char *name)
{
    size_t i = 0;
    while (i < p->n && strcmp(p->name[i], name) != 0)
        i++;
    return i;
}

/* The text of one option, taken apart. */
struct entry {
    char name[RULE_NAME_MAX + 2]; /* cut where it is too long to be one */
    size_t column;                /* of the name */
    const char *value;            /* [n] */
    size_t n, value_column;
};

/* "name number" or "name = number" at text[from, to). */
static struct entry take_apart(const char *text, size_t from, size_t to)
{
    struct entry e = { .column = rule_column(text, from) };
    size_t end = from;
    while (end < to && !is_blank(text[end]) && text[end] != '=')
        end++;
    size_t n = end - from < sizeof e.name ? end - from : sizeof e.name - 1;
    memcpy(e.name, text + from, n);
    while (end < to && is_blank(text[end]))
        end++;
    end += end < to && text[end] == '=';
    while (end < to && is_blank(text[end]))
        end++;
    e.value = text + end;
    e.n = to - end;
    e.value_column = rule_column(text, end);
    return e;
}

static bool read_value(const struct entry *e, double *value, struct ob_err *err)
{
    if (e->n == 0)
        return ob_fail(err, OB_ECONFIG, "'%s' needs a default, as in %s 0.9 (column %zu)",
                       e->name, e->name, e->column);
    if (!ob_number_parse(e->value, e->n, value) || !isfinite(*value))
        return ob_fail(err, OB_ECONFIG, "the default of '%s' is no number (column %zu)",
                       e->name, e->value_column);
    return true;
}

static bool add(struct rule_params *out, const struct entry *e, struct ob_err *err)
{
    char shown[sizeof e->name * 4];
    const char *why = unfit(e->name);
    if (why)
        return ob_fail(err, OB_ECONFIG, "'%s' %s (column %zu)",
                       ob_text_safe_z(shown, sizeof shown, e->name), why, e->column);
    if (find(out, e->name) < out->n)
        return ob_fail(err, OB_ECONFIG, "'%s' is there twice (column %zu)", e->name,
                       e->column);
    if (out->n == OB_RULE_PARAMS)
        return ob_fail(err, OB_ECONFIG, "more than %d options (column %zu)",
                       (int)OB_RULE_PARAMS, e->column);
    memcpy(out->name[out->n], e->name, sizeof out->name[0]);
    return read_value(e, &out->value[out->n++], err);
}

/* The one option that every rule has. */
static bool set_lr(struct rule_params *out, const struct entry *e, bool *seen,
                   struct ob_err *err)
{
    double lr;
    if (*seen)
        return ob_fail(err, OB_ECONFIG, "'lr' is there twice (column %zu)", e->column);
    if (!read_value(e, &lr, err))
        return false;
    if (lr < 0)
        return ob_fail(err, OB_ECONFIG, "lr is at least 0 (column %zu)", e->value_column);
    out->lr = lr;
    return *seen = true;
}

bool rule_params_read(const char *text, struct rule_params *out, struct ob_err *err)
{
    struct ob_err first = { 0 }, later;
    bool lr = false;
    *out = (struct rule_params){ .lr = 1e-3 };
    for (size_t at = 0, n = text ? strlen(text) : 0; at < n;) {
        size_t to = at + strcspn(text + at, ","), from = at;
        at = to + 1;
        while (from < to && is_blank(text[from]))
            from++;
        while (to > from && is_blank(text[to - 1]))
            to--;
        if (from == to)
            continue;
        struct entry e = take_apart(text, from, to);
        struct ob_err *wrong = first.code == OB_OK ? &first : &later;
        if (strcmp(e.name, "lr"))
            add(out, &e, wrong);
        else
            set_lr(out, &e, &lr, wrong);
    }
    return first.code == OB_OK || ob_fail(err, first.code, "params: %s", first.text);
}

bool rule_state_check(const struct ob_texts *state, const struct rule_params *p,
                      struct ob_err *err)
{
    if (state->n > OB_RULE_STATE)
        return ob_fail(err, OB_ECONFIG, "state: %zu names, and %d are the most", state->n,
                       (int)OB_RULE_STATE);
    for (size_t i = 0; i < state->n; i++) {
        const char *name = state->item[i], *why = unfit(name);
        char shown[4 * RULE_NAME_MAX];
        if (why)
            return ob_fail(err, OB_ECONFIG, "state: '%s' %s",
                           ob_text_safe_z(shown, sizeof shown, name), why);
        if (!optimizer_slot_may_be(name))
            return ob_fail(err, OB_ECONFIG,
                           "state: '%s' is the name of something else in a checkpoint: "
                           "choose another, such as my_%s",
                           name, name);
        if (find(p, name) < p->n)
            return ob_fail(err, OB_ECONFIG,
                           "state: '%s' is one of params, and cannot be both", name);
        for (size_t j = 0; j < i; j++)
            if (!strcmp(state->item[j], name))
                return ob_fail(err, OB_ECONFIG, "state: '%s' is there twice", name);
    }
    return true;
}
