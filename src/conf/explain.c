#include <config.h>

#include <string.h>

#include "explain_facts.h"
#include "optbench/base/suggest.h"
#include "optbench/conf/schema.h"
#include "optbench/model/describe.h"

/* Names stand in a column of this width, what is said about them behind it. */
#define COLUMN 16

/* Prints text from column `used` on, broken at blanks so that lines stay below 80
 * columns; further lines begin in column `indent`. */
static void print_wrapped(FILE *to, size_t used, size_t indent, const char *text)
{
    bool fresh = true;
    for (size_t n; *text; text += n + (text[n] == ' ')) {
        n = strcspn(text, " ");
        if (!fresh && used + 1 + n > 79) {
            fprintf(to, "\n%*s", (int)indent, "");
            used = indent;
            fresh = true;
        }
        fprintf(to, "%s%.*s", fresh ? "" : " ", (int)n, text);
        used += n + !fresh;
        fresh = false;
    }
    fputc('\n', to);
}

static void print_entry(FILE *to, const char *name, const char *text)
{
    fprintf(to, "  %-*s", COLUMN, name);
    if (strlen(name) >= COLUMN)
        fprintf(to, "\n%*s", COLUMN + 2, "");
    print_wrapped(to, COLUMN + 2, COLUMN + 2, text);
}

static void print_key(FILE *to, const struct ob_param *p, const char *inherits)
{
    struct ob_buf facts = { 0 };
    ob_param_allowed(p, &facts);
    if (p->unit)
        ob_buf_addf(&facts, ", in %s", p->unit);
    if (p->required)
        ob_buf_adds(&facts, "; must be given");
    else
        ob_buf_adds(&facts, "; default ");
    if (inherits)
        ob_buf_adds(&facts, inherits);
    else if (!p->required && !ob_param_write_default(p, &facts))
        ob_buf_adds(&facts, "not set");
    if (p->live)
        ob_buf_adds(&facts, "; may be changed during a run");
    print_entry(to, p->name, facts.data);
    print_entry(to, "", p->help);
    ob_buf_finish(&facts);
}

static void print_table(FILE *to, const struct ob_param *table)
{
    for (; table && table->kind; table++)
        print_key(to, table, NULL);
}

static void print_aliases(FILE *to, const struct ob_kind *kind)
{
    const struct ob_alias *a;
    for (size_t i = 0; (a = ob_schema_alias_at(i)); i++)
        if (ob_schema_alias(kind, a->name))
            print_entry(to, a->name, a->help);
}

/* Entries "name\ttext\n" in a paragraph of their own. */
static void print_entries(FILE *to, struct ob_buf *text)
{
    for (char *line = text->data; line && *line;) {
        char *tab = strchr(line, '\t'), *end = strchr(tab, '\n');
        *tab = *end = '\0';
        fprintf(to, "%s", line == text->data ? "\n" : "");
        print_entry(to, line, tab + 1);
        line = end + 1;
    }
}

/* What is published of a function by name. */
static void print_published(FILE *to, const struct ob_kind *k)
{
    const struct ob_problem_type *type = ob_problem_find(k->name, NULL);
    struct ob_buf text = { 0 };
    if (type)
        ob_problem_describe(type, &text);
    print_entries(to, &text);
    ob_buf_finish(&text);
}

static void explain_kind(FILE *to, const struct ob_section *s, const struct ob_kind *k)
{
    fprintf(to, "[%s]\n%s = %s\n\n", s->name, s->family->key->name, k->name);
    fprintf(to, "%s: ", k->title);
    print_wrapped(to, strlen(k->title) + 2, 0, k->summary);
    if (k->reference) {
        fprintf(to, "Reference: ");
        print_wrapped(to, strlen("Reference: "), 2, k->reference);
    }
    explain_equations(to, k->equations);
    if (strcmp(s->name, "model") == 0)
        print_published(to, k);
    if (strcmp(s->name, "optimizer") == 0) {
        struct ob_buf facts = { 0 };
        explain_optimizer(k, &facts);
        print_entries(to, &facts);
        ob_buf_finish(&facts);
    }
    if (s->params)
        fprintf(to, "\nKeys of every kind: optbench explain %s.\n", s->name);
    if (ob_params_count(k->params)) {
        fprintf(to, "\nKeys of %s, in [%s] or in [%s.%s]:\n\n", k->name, s->name, s->name,
                k->name);
        print_table(to, k->params);
        print_aliases(to, k);
    }
}

struct key_printer {
    FILE *to;
    const struct ob_section *section;
};

static void print_common(void *ctx, const struct ob_schema_key *key)
{
    struct key_printer *pr = ctx;
    if (key->section == pr->section && !key->kind)
        print_key(pr->to, key->param, key->inherits);
}

static void explain_section(FILE *to, const struct ob_section *s)
{
    const char *title, *reference, *equations;
    fprintf(to, "[%s%s]\n%s\n", s->name, s->repeats ? ".NAME" : "", s->help);
    if (explain_wrapper(s->name, &title, &reference, &equations)) {
        fprintf(to, "\n%s. Reference: ", title);
        print_wrapped(to, strlen(title) + strlen(". Reference: "), 2, reference);
        explain_equations(to, equations);
    }
    fprintf(to, "\n%s", s->about ? s->about : "");
    if (s->about && s->params)
        fputc('\n', to);
    struct key_printer pr = { to, s };
    ob_schema_each(print_common, &pr);
    if (s->inherits)
        fprintf(
            to, "%s",
            ob_section_is_group(s)
                ? "\nThe keys of its kind besides; with kind = same those that are not "
                  "given\nhave the values of [optimizer].\n"
                : "\nThe keys of its kind besides (optbench explain schedule.KIND).\n");
    if (!s->family)
        return;
    fprintf(to, "\nKinds, each with keys of its own (optbench explain %s.KIND):\n\n",
            s->name);
    for (size_t i = 0; i < s->family->kinds; i++) {
        const struct ob_kind *k = &s->family->kind[i];
        if (k->heading && (i == 0 || k->heading != k[-1].heading))
            fprintf(to, "%s%s\n", i ? "\n" : "", k->heading);
        print_entry(to, k->name, k->title);
    }
}

static void explain_all(FILE *to)
{
    size_t n;
    const struct ob_section *s = ob_schema(&n);
    fprintf(to, "The sections of an experiment file:\n\n");
    for (size_t i = 0; i < n; i++) {
        char name[OB_SCHEMA_NAME_MAX];
        snprintf(name, sizeof name, "%s%s", s[i].name, s[i].repeats ? ".NAME" : "");
        print_entry(to, name, s[i].help);
    }
    fprintf(
        to,
        "\noptbench explain SECTION lists its keys; SECTION.KEY, SECTION.KIND, or "
        "either\nalone, tells more; optbench explain formula what may stand in one.\n");
}

/* A key by the name of its section, its kind (NULL = any) and its own. */
struct wanted {
    FILE *to;
    const struct ob_section *section;
    const struct ob_kind *kind;
    const char *name;
    size_t found;
};

static void match_key(void *ctx, const struct ob_schema_key *key)
{
    struct wanted *w = ctx;
    if (key->section != w->section || strcmp(key->param->name, w->name) ||
        (w->kind && key->kind && key->kind != w->kind))
        return;
    fprintf(w->to, "%s[%s%s%s%s]\n", w->found ? "\n" : "", key->section->name,
            key->section->repeats ? ".NAME" : "", key->kind ? "." : "",
            key->kind ? key->kind->name : "");
    print_key(w->to, key->param, key->inherits);
    w->found++;
}

static bool explain_key(FILE *to, const struct ob_section *s, const struct ob_kind *kind,
                        const char *name)
{
    struct wanted w = { .to = to, .section = s, .kind = kind, .name = name };
    ob_schema_each(match_key, &w);
    if (!w.found && s->inherits) {
        w.section = ob_section_chooser(s);
        ob_schema_each(match_key, &w);
    }
    return w.found > 0;
}

/* A key that was named alone, in whichever sections have it. */
static bool explain_everywhere(FILE *to, const char *name)
{
    size_t n;
    struct wanted w = { .to = to, .name = name };
    const struct ob_section *s = ob_schema(&n);
    for (size_t i = 0; i < n; i++) {
        w.section = &s[i];
        ob_schema_each(match_key, &w);
    }
    return w.found > 0;
}

/* The section whose family has a kind of that name; *kind is that kind. */
static const struct ob_section *section_of_kind(const char *name,
                                                const struct ob_kind **kind)
{
    size_t n;
    const struct ob_section *s = ob_schema(&n);
    for (size_t i = 0; i < n; i++) {
        *kind = s[i].family ? ob_family_find(s[i].family, name) : NULL;
        if (*kind)
            return &s[i];
    }
    return NULL;
}

struct offers {
    struct ob_suggest sections, keys;
    const struct ob_section *section; /* whose keys count; NULL = of all */
};

static void offer_key(void *ctx, const struct ob_schema_key *key)
{
    struct offers *o = ctx;
    if (!o->section || key->section == o->section)
        ob_suggest_offer(&o->keys, key->param->name);
}

static bool unknown(const char *topic, const struct ob_section *s, const char *rest,
                    struct ob_err *err)
{
    struct offers o = { .section = s };
    size_t n;
    const struct ob_section *all = ob_schema(&n);
    ob_suggest_init(&o.keys, s ? rest : topic);
    ob_suggest_init(&o.sections, topic);
    for (size_t i = 0; !s && i < n; i++)
        ob_suggest_offer(&o.sections, all[i].name);
    ob_schema_each(offer_key, &o);
    for (size_t i = 0; s && s->family && i < s->family->kinds; i++)
        ob_suggest_offer(&o.keys, s->family->kind[i].name);
    if (o.sections.best)
        return ob_fail(err, OB_EUSAGE, "there is no '%s'; did you mean '%s'?", topic,
                       o.sections.best);
    if (o.keys.best && s)
        return ob_fail(err, OB_EUSAGE, "there is no '%s'; did you mean '%s.%s'?", topic,
                       s->name, o.keys.best);
    if (s)
        return ob_fail(err, OB_EUSAGE,
                       "there is no '%s'; optbench explain %s lists what there is", topic,
                       s->name);
    return ob_fail(err, OB_EUSAGE,
                   "there is no section, kind or key '%s'; optbench explain lists them",
                   topic);
}

/* Behind "section.": a kind, a key, "kind.key", or "NAME.key" of a group. */
static bool explain_part(FILE *to, const struct ob_section *s, const char *rest)
{
    const char *dot = strrchr(rest, '.');
    if (s->repeats) {
        if (dot)
            return explain_key(to, s, NULL, dot + 1);
        if (!explain_key(to, s, NULL, rest))
            explain_section(to, s);
        return true;
    }
    char name[OB_SCHEMA_NAME_MAX];
    size_t n = dot ? (size_t)(dot - rest) : strlen(rest);
    if (n >= sizeof name)
        return false;
    memcpy(name, rest, n);
    name[n] = '\0';
    const struct ob_kind *kind = s->family ? ob_family_find(s->family, name) : NULL;
    if (!dot && kind) {
        explain_kind(to, s, kind);
        return true;
    }
    return (!dot || kind) && explain_key(to, s, kind, dot ? dot + 1 : rest);
}

bool ob_schema_explain(FILE *to, const char *topic, struct ob_err *err)
{
    if (!topic || !*topic) {
        explain_all(to);
        return true;
    }
    char name[OB_SCHEMA_NAME_MAX] = "";
    size_t n = strcspn(topic, ".");
    if (n < sizeof name)
        memcpy(name, topic, n);
    const struct ob_section *s = ob_schema_section(name);
    const struct ob_kind *kind;
    if (s && (!topic[n] || !topic[n + 1])) {
        explain_section(to, s);
        return true;
    }
    if (s)
        return explain_part(to, s, topic + n + 1) ||
               unknown(topic, s, topic + n + 1, err);
    s = section_of_kind(topic, &kind);
    if (s)
        explain_kind(to, s, kind);
    return s || explain_everywhere(to, topic) || unknown(topic, NULL, NULL, err);
}
