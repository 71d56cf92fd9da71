#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "survey_priv.h"

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(name, list[i]) == 0)
            return true;
    return false;
}

/* Names of columns that number the rows: "id", "user_id", "PassengerId". */
static bool names_rows(const struct ob_survey_column *c)
{
    static const char *const list[] = { "id", "index", "idx", "no", "nr", "row", "key" };
    size_t n = strlen(c->name);
    const char *end = n > 2 ? c->name + n - 2 : "";
    bool number = strcmp(end, "Id") == 0 || strcmp(end, "ID") == 0 ||
                  (strcmp(end, "id") == 0 && strchr("_-. ", end[-1]));
    return c->unnamed || number || is_one_of(c->name, list, OB_COUNT(list));
}

/* Names that say what is to be predicted. */
static bool names_target(const struct ob_survey_column *c)
{
    static const char *const list[] = { "y", "target", "class", "label", "outcome" };
    return is_one_of(c->name, list, OB_COUNT(list));
}

/* Whether a config can name the column at all. */
static bool has_usable_name(const struct ob_survey_column *c)
{
    for (const char *s = c->name; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            return false;
    return !c->unnamed && ob_utf8_valid(c->name, strlen(c->name));
}

static bool is_number(const struct ob_survey_column *c)
{
    return c->type == OB_SURVEY_NUMBER && c->odd == 0 && c->distinct > 1;
}

static bool has_two_classes(const struct ob_survey_column *c)
{
    if (c->distinct != 2 || c->distinct_more)
        return false;
    return c->type == OB_SURVEY_CATEGORY ||
           (is_number(c) && c->facts.min == 0 && c->facts.max == 1);
}

static bool is_fit(const struct ob_survey_column *c, size_t rows)
{
    return is_number(c) && has_usable_name(c) && c->missing * 2 <= rows;
}

/* The last of all where it has two classes, else the one whose name says so, else the
 * last of numbers; its place or s->columns. */
static size_t find_target(const struct ob_survey *s)
{
    size_t n = s->columns;
    if (n > 1 && has_two_classes(&s->column[n - 1]) && has_usable_name(&s->column[n - 1]))
        return n - 1;
    for (size_t j = n; j-- > 0 && n > 1;) {
        const struct ob_survey_column *c = &s->column[j];
        if (names_target(c) && (is_fit(c, s->rows_read) || has_two_classes(c)))
            return j;
    }
    for (size_t j = n; j-- > 0;)
        if (is_fit(&s->column[j], s->rows_read) &&
            !(s->column[j].counts && names_rows(&s->column[j])))
            return j;
    return n;
}

static void find_features(const struct ob_survey *s, size_t target, bool counters,
                          struct ob_proposal *p)
{
    p->features = 0;
    for (size_t j = 0; j < s->columns; j++) {
        const struct ob_survey_column *c = &s->column[j];
        if (j != target && is_fit(c, s->rows_read) &&
            (counters || !(c->counts && names_rows(c))))
            p->feature[p->features++] = j;
    }
    p->all = p->features > 0 && p->features == s->columns - 1;
}

/* Appends the columns that are neither, and why: words, mostly. */
static void add_left_out(const struct ob_survey *s, size_t target, struct ob_buf *out)
{
    const struct ob_proposal *p = &s->proposal;
    size_t left = 0, k = 0;
    for (size_t j = 0; j < s->columns; j++) {
        if (k < p->features && p->feature[k] == j) {
            k++;
        } else if (j != target && ++left <= 3) {
            const struct ob_survey_column *c = &s->column[j];
            ob_buf_addf(out, "%s %s (%s)", left == 1 ? "; left out:" : ",", c->name,
                        c->type == OB_SURVEY_EMPTY      ? "empty"
                        : c->odd                        ? "not only numbers"
                        : c->type != OB_SURVEY_NUMBER   ? "words"
                        : c->distinct == 1              ? "always the same"
                        : c->missing * 2 > s->rows_read ? "mostly missing"
                        : !has_usable_name(c)           ? "no usable name"
                                                        : "numbers the rows");
        }
    }
    if (left > 3)
        ob_buf_addf(out, " and %zu more", left - 3);
}

static void explain(const struct ob_survey *s, size_t target, struct ob_buf *out)
{
    const struct ob_proposal *p = &s->proposal;
    if (target == s->columns) {
        ob_buf_adds(out,
                    "no column is fit to be predicted: that needs numbers, or a last "
                    "column with two classes");
        return;
    }
    const struct ob_survey_column *c = &s->column[target];
    ob_buf_addf(out, "%s %s", c->name,
                has_two_classes(c) ? "has two classes" : "holds numbers");
    if (p->features == 0)
        ob_buf_adds(out, "; no other column can be a feature");
    else
        ob_buf_addf(out, ", predicted from %zu other column%s of numbers", p->features,
                    p->features == 1 ? "" : "s");
    add_left_out(s, target, out);
}

/* v > 0 rounded down to one digit that counts. */
static double one_digit(double v)
{
    char text[32];
    int exponent = (int)floor(log10(v));
    int digit = (int)floor(v / pow(10, exponent) + 1e-9);
    snprintf(text, sizeof text, "%de%d", digit < 1 ? 1 : digit, exponent);
    ob_number_parse(text, strlen(text), &v);
    return v;
}

/*
 * The inverse of a bound on the curvature L, so well below 2 / L (Y. Nesterov, Lectures
 * on Convex Optimization, 2018, section 1.2.3). The Hessian of half the mean squared
 * error is X'X / n; for standardised features and a constant its trace, which no
 * eigenvalue exceeds, is the number of parameters (with n - 1 a little less). That of the
 * cross entropy is at most a quarter of it, for p (1 - p) <= 1/4.
 */
static void find_rate(struct ob_proposal *p)
{
    bool classes = strcmp(p->model, "logistic") == 0;
    size_t n = p->features + 1;
    p->lr = one_digit((classes ? 4.0 : 1.0) / (double)n);
    p->lr_why =
        ob_xasprintf("%zu standardised parameters curve the loss by at most %zu%s: "
                     "stable",
                     n, n, classes ? " / 4" : "");
}

/*
 * Adam moves a parameter by about its rate a step, whatever the gradient (Kingma and Ba
 * 2015, section 2.1). With standardised features the constant comes to rest at the mean
 * of the target and no weight goes far beyond its spread; a cross entropy rests at a few
 * units. A few hundred steps for that way.
 */
static void find_adam_rate(const struct ob_survey_column *target, struct ob_proposal *p)
{
    enum { STEPS = 300, UNITS = 3 };
    bool classes = strcmp(p->model, "logistic") == 0;
    const struct ob_column_facts *y = &target->facts;
    double way = classes ? UNITS : fmax(fabs(y->mean), y->std);
    char text[32];
    if (!(way > 0) || isinf(way))
        return;
    p->adam_lr = one_digit(way / STEPS);
    ob_number_show(text, sizeof text, way, 3);
    p->adam_lr_why =
        ob_xasprintf("Adam moves a parameter by about that much a step, and some "
                     "have to come to %s%s",
                     classes ? "about " : "", text);
}

void ob_propose(struct ob_survey *s, const char *wanted)
{
    struct ob_proposal *p = &s->proposal;
    struct ob_buf why = { 0 };
    size_t target = wanted ? 0 : find_target(s);
    while (wanted && target < s->columns && strcmp(s->column[target].name, wanted) != 0)
        target++;
    free(p->feature);
    free(p->why);
    free(p->lr_why);
    free(p->adam_lr_why);
    *p = (struct ob_proposal){ .model = "linear",
                               .scale = "standard",
                               .missing = "error",
                               .lr = NAN,
                               .adam_lr = NAN };
    p->feature = ob_xcalloc(s->columns, sizeof *p->feature);
    if (target < s->columns) {
        const struct ob_survey_column *c = &s->column[target];
        p->target = c->name;
        p->model = has_two_classes(c) ? "logistic" : "linear";
        p->missing = c->missing ? "drop" : "error";
        find_features(s, target, false, p);
        if (p->features == 0) /* a column that numbers the rows is better than none */
            find_features(s, target, true, p);
    }
    for (size_t i = 0; i < p->features; i++)
        if (s->column[p->feature[i]].missing)
            p->missing = "drop";
    if (p->features) {
        find_rate(p);
        find_adam_rate(&s->column[target], p);
    }
    explain(s, target, &why);
    p->why = ob_buf_take(&why);
}
