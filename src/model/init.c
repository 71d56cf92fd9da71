#include "optbench/model/init.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/suggest.h"
#include "optbench/num/normal.h"

static void constant(const double *number, struct ob_vec *theta, uint64_t seed)
{
    (void)seed;
    ob_vec_fill(theta, number[0]);
}

static void normal(const double *number, struct ob_vec *theta, uint64_t seed)
{
    ob_fill_normal(theta, 0, theta->n, seed, OB_STREAM_INIT, number[0], number[1]);
}

static void uniform(const double *number, struct ob_vec *theta, uint64_t seed)
{
    ob_fill_uniform(theta, 0, theta->n, seed, OB_STREAM_INIT, number[0], number[1]);
}

/* A word of `init`, how many numbers may stand behind it, and what they are by default;
 * `auto` leaves it to the problem. */
static const struct rule {
    const char *word;
    size_t least, most;
    void (*fill)(const double *number, struct ob_vec *theta, uint64_t seed);
} rules[] = {
    { "auto", 0, 0, NULL },         { "zeros", 0, 0, constant },
    { "constant", 1, 1, constant }, { "normal", 0, 2, normal },
    { "uniform", 0, 2, uniform },
};

/* `init` as read: a rule with its two numbers, or a list (rule = NULL). */
struct plan {
    const struct rule *rule;
    double number[2];
};

static bool read_number(const char *key, const char *word, double *out,
                        struct ob_err *err)
{
    double x;
    if (!ob_number_parse(word, strlen(word), &x) || !(x - x == 0))
        return ob_fail(err, OB_ECONFIG, "%s: '%s' is not a finite number", key, word);
    *out = x;
    return true;
}

static bool unknown_word(const char *word, struct ob_err *err)
{
    struct ob_suggest s;
    ob_suggest_init(&s, word);
    for (size_t i = 0; i < OB_COUNT(rules); i++)
        ob_suggest_offer(&s, rules[i].word);
    if (s.best)
        return ob_fail(err, OB_ECONFIG, "init: unknown word '%s'; did you mean '%s'?",
                       word, s.best);
    return ob_fail(
        err, OB_ECONFIG,
        "init: '%s' is neither auto, zeros, constant, normal or uniform nor a number",
        word);
}

/* The numbers behind the word. One alone is the deviation, or the half-width. */
static bool read_numbers(const struct ob_texts *t, struct plan *plan, struct ob_err *err)
{
    const struct rule *r = plan->rule;
    size_t n = t->n - 1;
    if (n < r->least || n > r->most)
        return ob_fail(err, OB_ECONFIG, "init: %s takes %s number%s, not %zu", r->word,
                       r->most == 0   ? "no"
                       : r->most == 1 ? "one"
                                      : "at most two",
                       r->most == 1 ? "" : "s", n);
    if (r->fill == normal || r->fill == uniform)
        plan->number[1] = 1;
    for (size_t i = 0; i < n; i++)
        if (!read_number("init", t->item[1 + i],
                         &plan->number[n == 1 && r->most == 2 ? 1 : i], err))
            return false;
    if (r->fill == uniform && n == 1)
        plan->number[0] = -plan->number[1];
    if (r->fill == uniform && plan->number[0] > plan->number[1])
        return ob_fail(err, OB_ECONFIG, "init: uniform needs its lower end first");
    if (r->fill == normal && plan->number[1] < 0)
        return ob_fail(err, OB_ECONFIG, "init: a deviation cannot be negative");
    return true;
}

static bool read_init(const struct ob_texts *t, struct plan *plan, struct ob_err *err)
{
    double x;
    *plan = (struct plan){ .rule = &rules[0] };
    if (t->n == 0)
        return true;
    for (size_t i = 0; i < OB_COUNT(rules); i++)
        if (strcmp(t->item[0], rules[i].word) == 0) {
            plan->rule = &rules[i];
            return read_numbers(t, plan, err);
        }
    plan->rule = NULL;
    if (!ob_number_parse(t->item[0], strlen(t->item[0]), &x))
        return unknown_word(t->item[0], err);
    for (size_t i = 0; i < t->n; i++)
        if (!read_number("init", t->item[i], &x, err))
            return false;
    return true;
}

/* Splits "name:number". */
static bool read_start(const char *item, char name[static OB_COLUMN_NAME_MAX], double *x,
                       struct ob_err *err)
{
    const char *colon = strrchr(item, ':');
    if (!colon || colon == item || (size_t)(colon - item) >= OB_COLUMN_NAME_MAX)
        return ob_fail(err, OB_ECONFIG, "start: '%s' is not of the form name:number",
                       item);
    memcpy(name, item, (size_t)(colon - item));
    name[colon - item] = '\0';
    return read_number("start", colon + 1, x, err);
}

bool ob_init_check(const struct ob_model_opts *opts, struct ob_err *err)
{
    struct plan plan;
    char name[OB_COLUMN_NAME_MAX];
    double x;
    if (!read_init(&opts->init, &plan, err))
        return false;
    for (size_t i = 0; i < opts->start.n; i++)
        if (!read_start(opts->start.item[i], name, &x, err))
            return false;
    return true;
}

static void published(const struct ob_problem *p, struct ob_vec *theta)
{
    double *point = ob_xcalloc(p->n, sizeof *point);
    if (p->type->start_point)
        p->type->start_point(p, point);
    ob_vec_write(theta, 0, p->n, point);
    free(point);
}

/* Lays one start entry over theta. */
static bool set_named(const struct ob_problem *p, const char *name, double x,
                      struct ob_vec *theta, struct ob_err *err)
{
    char column[OB_COLUMN_NAME_MAX], best[OB_COLUMN_NAME_MAX] = "";
    size_t nearest = strlen(name) / 3 + 2;
    for (size_t i = 0; i < p->n; i++) {
        ob_layout_column_name(&p->layout, i, column);
        if (strcmp(column, name) == 0) {
            ob_vec_set(theta, i, x);
            return true;
        }
        size_t distance = ob_text_distance(name, column);
        if (distance < nearest) {
            nearest = distance;
            memcpy(best, column, sizeof best);
        }
    }
    if (best[0])
        return ob_fail(err, OB_ECONFIG,
                       "start: no parameter is called '%s'; did you mean '%s'?", name,
                       best);
    return ob_fail(err, OB_ECONFIG,
                   "start: no parameter is called '%s'; the first is '%s'", name,
                   ob_layout_column_name(&p->layout, 0, column));
}

bool ob_problem_init_theta(const struct ob_problem *p, const struct ob_model_opts *opts,
                           uint64_t seed, struct ob_vec *theta, struct ob_err *err)
{
    struct plan plan;
    char name[OB_COLUMN_NAME_MAX];
    double x;
    OB_REQUIRE(theta->n == p->n && theta->dtype == p->dtype);
    if (!read_init(&opts->init, &plan, err))
        return false;
    if (!plan.rule && opts->init.n != p->n)
        return ob_fail(err, OB_ECONFIG, "init: %zu numbers for %zu parameters",
                       opts->init.n, p->n);
    if (plan.rule && plan.rule->fill)
        plan.rule->fill(plan.number, theta, seed);
    else if (plan.rule)
        published(p, theta);
    for (size_t i = 0; !plan.rule && i < p->n; i++) {
        if (!read_number("init", opts->init.item[i], &x, err))
            return false;
        ob_vec_set(theta, i, x);
    }
    for (size_t i = 0; i < opts->start.n; i++)
        if (!read_start(opts->start.item[i], name, &x, err) ||
            !set_named(p, name, x, theta, err))
            return false;
    return true;
}
