/* The keys of [sweep] and [tune.KIND] that are keys of the experiment: rows whose
 * parameters no table has, and what a key could be varied by. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "optbench/conf/ini.h"

/* The key of the experiment that an axis names; NULL = none. */
static const struct ob_param *meant(const struct ob_form *f, const char *axis)
{
    const char *dot = strrchr(axis, '.');
    if (!dot)
        return NULL;
    char *section = ob_xstrndup(axis, (size_t)(dot - axis));
    size_t row = ob_form_find(f, section, dot + 1);
    free(section);
    return row < f->rows && !f->row[row].section->aside ? f->row[row].param : NULL;
}

/* The parameter of an axis: its values are a list of words to the form, whatever the
 * key's are. */
static struct ob_form_axis *make_axis(const struct ob_form *f, const char *section,
                                      const char *key)
{
    struct ob_form_axis *a = ob_xcalloc(1, sizeof *a);
    bool own = strncmp(section, "tune", 4) == 0 && !strchr(key, '.');
    a->key = own ? ob_xasprintf("optimizer.%s", key) : ob_xstrdup(key);
    const struct ob_param *p = meant(f, a->key);
    a->name = ob_xstrdup(key);
    a->help = p ? ob_xasprintf("the values of %s: %s", a->key, p->help)
                : ob_xasprintf("the values of %s", a->key);
    a->param =
        (struct ob_param){ .name = a->name, .kind = OB_PARAM_TEXTS, .help = a->help };
    return a;
}

void ob_form_axis_destroy(struct ob_form_axis *a)
{
    if (!a)
        return;
    free(a->key);
    free(a->name);
    free(a->help);
    free(a);
}

bool ob_form_is_axis(const struct ob_section *s, const char *key)
{
    return s->aside && (s->repeats || strchr(key, '.'));
}

bool ob_form_has_header(const struct ob_ini *ini, const char *section)
{
    for (size_t i = 0; i < ini->headers; i++)
        if (strcmp(ini->header[i].section, section) == 0)
            return true;
    return false;
}

static struct ob_form_row *find_axis(struct ob_form *f, size_t from, const char *key)
{
    for (size_t i = from; i < f->rows; i++)
        if (f->row[i].param && strcmp(f->row[i].param->name, key) == 0)
            return &f->row[i];
    return NULL;
}

/* The axes that one of the two texts has; what the upper one says wins. */
static void add_axes(struct ob_form *f, size_t heading, const struct ob_ini *ini,
                     enum ob_form_from from)
{
    const struct ob_section *s = f->row[heading].section;
    for (size_t i = 0; i < ini->entries; i++) {
        const struct ob_ini_entry *e = &ini->entry[i];
        if (strcmp(e->section, f->row[heading].where) != 0 || !ob_form_is_axis(s, e->key))
            continue;
        struct ob_form_row *row = find_axis(f, heading, e->key);
        if (!row) {
            struct ob_form_axis *a = make_axis(f, e->section, e->key);
            f->row = ob_xreallocarray(f->row, f->rows + 1, sizeof *f->row);
            row = &f->row[f->rows++];
            *row = (struct ob_form_row){ .kind = OB_FORM_KEY,
                                         .section = s,
                                         .param = &a->param,
                                         .axis = a,
                                         .where = ob_xstrdup(e->section) };
        }
        free(row->value);
        row->value = ob_xstrdup(e->value);
        row->from = from;
        row->line = from == OB_FORM_TEXT ? e->line : 0;
    }
}

void ob_form_add_axes(struct ob_form *f, size_t heading, const struct ob_ini *text,
                      const struct ob_ini *under)
{
    add_axes(f, heading, under, OB_FORM_BASE);
    add_axes(f, heading, text, OB_FORM_TEXT);
}

/* A word of a list, in quotes where blanks or commas are part of it. */
static void add_word(struct ob_buf *out, const char *word)
{
    bool plain = *word && !strpbrk(word, " \t,\"");
    ob_buf_addc(out, plain ? word[0] : '"');
    for (const char *c = plain ? word + 1 : word; *c; c++) {
        if (*c == '"')
            ob_buf_addc(out, '"');
        ob_buf_addc(out, *c);
    }
    if (!plain)
        ob_buf_addc(out, '"');
}

/* Three numbers, in two digits each. */
static void add_numbers(struct ob_buf *out, double a, double b, double c)
{
    const double all[] = { a, b, c };
    for (size_t i = 0; i < OB_COUNT(all); i++) {
        char text[OB_NUMBER_MAX];
        ob_number_show(text, sizeof text, all[i], 2);
        ob_buf_addf(out, "%s%s", i ? ", " : "", text);
    }
}

/* Rates and the like over two decades; shares, which end at 1, where they matter: close
 * to 1 by their distance from it. */
static void propose_real(const struct ob_param *p, double x, struct ob_buf *out)
{
    bool limited = p->max > p->min && p->max <= 1;
    if (limited && x > 0.5 && x < 1)
        add_numbers(out, fmax(p->min, 1 - 3 * (1 - x)), x, 1 - (1 - x) / 3);
    else if (limited)
        add_numbers(out, 0, 0.5, 0.9);
    else if (x > 0 && x < 1e300) {
        char low[OB_NUMBER_MAX], high[OB_NUMBER_MAX];
        ob_number_show(low, sizeof low, x / 10, 2);
        ob_number_show(high, sizeof high, x * 10, 2);
        ob_buf_addf(out, "log %s .. %s x 5", low, high);
    } else {
        add_numbers(out, 0, 0.01, 0.1);
    }
}

static void propose_integer(const struct ob_param *p, int64_t x, struct ob_buf *out)
{
    if (x < 1 && p->zero_word)
        ob_buf_addf(out, "%s, 16, 64", p->zero_word);
    else if (x < 2 || x > INT64_MAX / 2)
        ob_buf_adds(out, "1, 2, 4");
    else
        ob_buf_addf(out, "%lld, %lld, %lld", (long long)(x / 2), (long long)x,
                    (long long)(2 * x));
}

/* The kind that is chosen and those that it is usually held against. */
static void propose_kinds(const struct ob_form_row *r, struct ob_buf *out)
{
    static const char *const usual[] = { "sgd", "rmsprop", "adam" };
    bool optimizer = strcmp(r->section->name, "optimizer") == 0;
    ob_buf_adds(out, r->value);
    for (size_t i = 0; optimizer && i < OB_COUNT(usual); i++)
        if (strcmp(usual[i], r->value) != 0)
            ob_buf_addf(out, ", %s", usual[i]);
}

static void propose_values(const struct ob_form_row *r, struct ob_buf *out)
{
    const struct ob_param *p = r->param;
    const char *value = r->value ? r->value : "";
    double x = 0;
    int64_t i = 0;
    if (r->kind == OB_FORM_CHOICE) {
        propose_kinds(r, out);
    } else if (p->kind == OB_PARAM_CHOICE) {
        for (size_t k = 0; p->choices[k]; k++)
            ob_buf_addf(out, "%s%s", k ? ", " : "", p->choices[k]);
    } else if (p->kind == OB_PARAM_BOOLEAN) {
        ob_buf_adds(out, "no, yes");
    } else if (p->kind == OB_PARAM_REAL) {
        ob_number_parse(value, strlen(value), &x);
        propose_real(p, x, out);
    } else if (p->kind == OB_PARAM_INTEGER) {
        ob_integer_parse(value, strlen(value), &i);
        propose_integer(p, i, out);
    } else {
        add_word(out, value);
    }
}

/* Seeds are repeats, not a key by which runs are told apart. */
static bool is_seed(const struct ob_form_row *r)
{
    return strcmp(r->section->name, "seed") == 0 ||
           (strcmp(r->section->name, "experiment") == 0 &&
            strcmp(r->param->name, "seed") == 0);
}

bool ob_form_is_sweep(const struct ob_form *f)
{
    for (size_t i = 0; i < f->rows; i++)
        if (f->row[i].axis || (f->row[i].section->aside && f->row[i].param &&
                               strcmp(f->row[i].param->name, "seeds") == 0 &&
                               f->row[i].from != OB_FORM_DEFAULT))
            return true;
    return false;
}

bool ob_form_vary(struct ob_form *f, size_t row, size_t *axis, struct ob_err *err)
{
    const struct ob_form_row *r = &f->row[row];
    struct ob_buf value = { 0 };
    if (!r->param || r->section->aside)
        return ob_fail(err, OB_EUSAGE, "that says how the sweep is made");
    const char *section = r->section->repeats ? r->where : r->section->name;
    char *key =
        is_seed(r) ? ob_xstrdup("seeds") : ob_xasprintf("%s.%s", section, r->param->name);
    *axis = ob_form_find(f, "sweep", key);
    if (*axis >= f->rows || f->row[*axis].from == OB_FORM_DEFAULT) {
        if (is_seed(r) && strcmp(section, "seed") == 0)
            ob_buf_addf(&value, "%s 3", r->param->name);
        else if (is_seed(r))
            ob_buf_adds(&value, "3");
        else
            propose_values(r, &value);
        ob_form_put(f, "sweep", key, ob_buf_text(&value));
        f->note[0] = '\0';
        ob_form_changed(f);
        *axis = ob_form_find(f, "sweep", key);
    }
    free(key);
    ob_buf_finish(&value);
    return true;
}
