#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "spec_priv.h"

/* Keys that cannot change a byte of metrics.csv, as "section" or "section.key". */
static const char *const outside_hash[] = {
    "experiment.name", "experiment.title", "experiment.threads",
    "log.path",        "checkpoint",       "ui",
};

static bool is_outside(const char *section, const char *key)
{
    char *full = ob_xasprintf("%s.%s", section, key);
    bool found = false;
    for (size_t i = 0; i < OB_COUNT(outside_hash); i++)
        found =
            found || !strcmp(outside_hash[i], section) || !strcmp(outside_hash[i], full);
    free(full);
    return found;
}

struct writer {
    const struct ob_spec *spec;
    struct ob_buf *out;
    bool hashed; /* leave out what is outside the hash */
};

/* As ob_param_write(), but marks of comments are in quotes, too. */
static bool add_words(const struct ob_texts *list, struct ob_buf *out)
{
    for (size_t i = 0; i < list->n; i++) {
        const char *word = list->item[i];
        bool plain = *word && !strpbrk(word, " \t,\";#");
        ob_buf_adds(out, i ? ", " : "");
        ob_buf_adds(out, plain ? "" : "\"");
        for (const char *c = word; *c; c++)
            ob_buf_addf(out, *c == '"' ? "\"%c" : "%c", *c);
        ob_buf_adds(out, plain ? "" : "\"");
    }
    return list->n > 0;
}

/* Appends the value; false where it is not set and has no default that would come back
 * in its place. */
static bool add_value(const struct ob_param *p, const void *opts, struct ob_buf *out)
{
    if (p->kind == OB_PARAM_TEXTS)
        return add_words((const void *)((const char *)opts + p->offset), out) ||
               p->fallback_text;
    struct ob_buf text = { 0 };
    bool set = ob_param_write(p, opts, &text);
    if (p->kind == OB_PARAM_PATH && set)
        value_add_path(ob_buf_text(&text), out);
    else if (p->kind == OB_PARAM_TEXT && set)
        ob_ini_quote(ob_buf_text(&text), out);
    else
        ob_buf_adds(out, ob_buf_text(&text));
    ob_buf_finish(&text);
    return set || p->fallback_text;
}

/* The number of an experiment is that of the same on the CPU. */
static bool is_device(const char *section, const char *key)
{
    return !strcmp(section, "experiment") && !strcmp(key, "device");
}

static void write_table(struct writer *w, const char *section,
                        const struct ob_param *table, const void *opts)
{
    for (; table && table->kind; table++) {
        struct ob_buf value = { 0 };
        bool set = add_value(table, opts, &value);
        if (w->hashed && is_device(section, table->name)) {
            ob_buf_clear(&value);
            ob_buf_adds(&value, "cpu");
        }
        if (set && !(w->hashed && is_outside(section, table->name)) &&
            !spec_is_idle(w->spec, section, table->name))
            ob_buf_addf(w->out, "%s =%s%s\n", table->name, value.len ? " " : "",
                        ob_buf_text(&value));
        ob_buf_finish(&value);
    }
}

static void write_header(struct writer *w, const char *section, const char *name)
{
    ob_buf_addf(w->out, "%s[%s%s%s]\n", w->out->len ? "\n" : "", section, name ? "." : "",
                name ? name : "");
}

static void write_groups(struct writer *w, const struct ob_section *s,
                         const struct ob_spec *spec)
{
    for (size_t i = 0; i < spec->groups; i++) {
        const struct ob_group_spec *g = &spec->group[i];
        write_header(w, s->name, g->name);
        write_table(w, s->name, s->params, g);
        write_table(w, s->name, g->type->params, g->opts);
    }
}

/* Only for a schedule that is made of them. */
static void write_phases(struct writer *w, const struct ob_section *s,
                         const struct ob_spec *spec)
{
    if (!(spec->schedule.type->flags & OB_SCHEDULE_PHASES))
        return;
    for (size_t i = 0; i < spec->phases; i++) {
        const struct ob_phase_spec *p = &spec->phase[i];
        write_header(w, s->name, p->name);
        write_table(w, s->name, s->params, p);
        write_table(w, s->name, p->type->params, p->opts);
    }
}

static void write_layers(struct writer *w, const struct ob_section *s,
                         const struct ob_spec *spec)
{
    for (size_t i = 0; i < spec->layers; i++) {
        write_header(w, s->name, spec->layer[i].name);
        write_table(w, s->name, s->params, &spec->layer[i].opts);
    }
}

static void write_section(struct writer *w, const struct ob_section *s,
                          struct ob_spec *spec)
{
    const struct ob_kind *kind = spec_kind(s, spec);
    write_header(w, s->name, NULL);
    if (kind)
        ob_buf_addf(w->out, "%s = %s\n", s->family->key->name, kind->name);
    write_table(w, s->name, s->params, spec_common(s, spec));
    if (kind)
        write_table(w, s->name, kind->params, *spec_opts(s, spec));
}

/* Whether the section has any bearing on what is computed. */
static bool takes_part(const struct ob_spec *spec, const char *section)
{
    if (strcmp(section, "data") == 0)
        return ob_spec_needs_data(spec);
    if (strcmp(section, "plugin") == 0)
        return spec->plugin.path.n > 0;
    return !spec_wrap_is_off(spec, section);
}

static void write_all(struct writer *w)
{
    size_t n;
    const struct ob_spec *spec = w->spec;
    const struct ob_section *s = ob_schema(&n);
    for (size_t i = 0; i < n; i++) {
        if (s[i].aside)
            continue;
        if (s[i].repeats && !s[i].inherits)
            write_layers(w, &s[i], spec);
        else if (ob_section_is_group(&s[i]))
            write_groups(w, &s[i], spec);
        else if (s[i].repeats)
            write_phases(w, &s[i], spec);
        else if (takes_part(spec, s[i].name))
            write_section(w, &s[i], (struct ob_spec *)spec);
    }
}

void ob_spec_write(const struct ob_spec *spec, struct ob_buf *out)
{
    struct ob_buf text = { 0 };
    write_all(&(struct writer){ .spec = spec, .out = &text });
    ob_buf_add(out, text.data, text.len);
    ob_buf_finish(&text);
}

void spec_write_one(const struct ob_spec *spec, const char *section, struct ob_buf *out)
{
    size_t n;
    const struct ob_section *s = ob_schema(&n);
    struct writer w = { .spec = spec, .out = out };
    for (size_t i = 0; i < n; i++)
        if (strcmp(s[i].name, section) == 0)
            write_section(&w, &s[i], (struct ob_spec *)spec);
}

uint64_t ob_spec_hash(const struct ob_spec *spec)
{
    struct ob_buf text = { 0 };
    write_all(&(struct writer){ .spec = spec, .out = &text, .hashed = true });
    uint64_t h = ob_hash(text.data, text.len, 0);
    ob_buf_finish(&text);
    return h;
}
