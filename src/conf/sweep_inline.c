/*
 * A file with all that it is based on and the sets, as one file. Within one file
 * [optimizer.adam] wins over [optimizer], while a later file wins over both: so a key
 * that a later one gives [optimizer] is given to those earlier [optimizer.KIND], too,
 * that have it.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "sweep_priv.h"

struct line {
    char *key, *value;
    size_t layer;     /* that it comes from */
    const char *file; /* lent by the layers */
    unsigned number;
};

struct part {
    char *name;
    struct line *line; /* [lines] */
    size_t lines;
};

struct inlining {
    struct part *part; /* [parts] in the order in which they are first met */
    size_t parts;
    size_t layer;
    struct ob_diags *diags;
};

static struct part *part_of(struct inlining *in, const char *name)
{
    for (size_t i = 0; i < in->parts; i++)
        if (!strcmp(in->part[i].name, name))
            return &in->part[i];
    in->part = ob_xreallocarray(in->part, in->parts + 1, sizeof *in->part);
    in->part[in->parts] = (struct part){ .name = ob_xstrdup(name) };
    return &in->part[in->parts++];
}

static void drop_line(struct part *p, size_t i)
{
    free(p->line[i].key);
    free(p->line[i].value);
    memmove(&p->line[i], &p->line[i + 1], (--p->lines - i) * sizeof *p->line);
}

/* Gives the key its value, below all others of the section. */
static void put(struct inlining *in, const char *section, const struct item *it,
                const char *value)
{
    struct part *p = part_of(in, section);
    for (size_t i = p->lines; i-- > 0;)
        if (!strcmp(p->line[i].key, it->key))
            drop_line(p, i);
    p->line = ob_xreallocarray(p->line, p->lines + 1, sizeof *p->line);
    p->line[p->lines++] = (struct line){ .key = ob_xstrdup(it->key),
                                         .value = ob_xstrdup(value),
                                         .layer = in->layer,
                                         .file = it->file,
                                         .number = it->line };
}

/* Whether a and b are one key, or one is another spelling of both. */
static bool overlaps(const struct ob_kind *kind, const char *a, const char *b)
{
    const struct ob_alias *of_a = ob_schema_alias(kind, a),
                          *of_b = ob_schema_alias(kind, b);
    for (size_t i = 0; of_a && of_a->key[i]; i++)
        if (!strcmp(of_a->key[i], b))
            return true;
    for (size_t i = 0; of_b && of_b->key[i]; i++)
        if (!strcmp(of_b->key[i], a))
            return true;
    return !strcmp(a, b);
}

/* Hands a key of a section on to those of its kinds that an earlier file gave it. */
static void hand_on(struct inlining *in, const struct place *p, const struct item *it,
                    const char *value)
{
    const struct ob_family *f = p->section->family;
    if (!f || p->kind || !strcmp(it->key, f->key->name))
        return;
    for (size_t i = 0; i < in->parts; i++) {
        struct place of = place_find(in->part[i].name, NULL, 0, NULL);
        bool earlier = false;
        if (of.section != p->section || !of.kind)
            continue;
        for (size_t k = 0; k < in->part[i].lines; k++)
            earlier = earlier || (in->part[i].line[k].layer < in->layer &&
                                  overlaps(of.kind, in->part[i].line[k].key, it->key));
        if (earlier)
            put(in, in->part[i].name, it, value);
    }
}

/* The words of a list, each as a path that stands for itself, in quotes. */
static bool path_list(const struct item *it, const struct ob_texts *words, bool settled,
                      struct ob_buf *out, struct ob_err *err)
{
    static const struct ob_param path = { .name = "path", .kind = OB_PARAM_PATH };
    bool ok = true;
    for (size_t i = 0; ok && i < words->n; i++) {
        struct ob_buf value = { 0 };
        if (settled)
            ob_buf_adds(&value, words->item[i]);
        else
            ok = value_path(&path, words->item[i], it->dir, &value, err);
        ob_buf_adds(out, i ? ", \"" : "\"");
        for (const char *c = ob_buf_text(&value); *c; c++)
            ob_buf_addf(out, *c == '"' ? "%c\"" : "%c", *c);
        ob_buf_addc(out, '"');
        ob_buf_finish(&value);
    }
    return ok;
}

/* A value in which paths are written as they are meant. */
static bool settle(const struct item *it, struct ob_buf *out, struct ob_err *err)
{
    const struct ob_param *p = sweep_param(it->section, it->key);
    struct ob_buf word = { 0 };
    bool ok = true;
    if (!strcmp(it->section, "plugin") && !strcmp(it->key, "path")) {
        struct ob_plugin_opts list = { 0 };
        ok = ob_param_set(ob_plugin_params, &list, it->value, err) &&
             path_list(it, &list.path, false, out, err);
        ob_params_finish(ob_plugin_params, &list);
    } else if (p && p->kind == OB_PARAM_PATH) {
        ok = ob_ini_unquote(it->value, &word, err) &&
             value_path(p, ob_buf_text(&word), it->dir, out, err);
    } else {
        ob_buf_adds(out, it->value);
    }
    ob_buf_finish(&word);
    return ok;
}

/* An axis over paths; any other is kept as it is written. */
static bool settle_axis(const struct sweep_entry *e, struct ob_buf *out,
                        struct ob_err *err)
{
    struct ob_sweep_axis axis = { 0 };
    struct ob_diags unheard = { 0 };
    char *key = sweep_axis_key(e);
    char *dot = strrchr(key, '.');
    const struct ob_param *p = NULL;
    bool ok = true;
    if (dot) {
        *dot = '\0';
        p = sweep_param(key, dot + 1);
    }
    if (p && p->kind == OB_PARAM_PATH && sweep_axis_read(e, &axis, &unheard))
        ok = path_list(&e->it, &axis.value, true, out, err);
    else
        ob_buf_adds(out, e->it.value);
    sweep_axis_finish(&axis);
    ob_diags_finish(&unheard);
    free(key);
    return ok;
}

static void add_entry(struct inlining *in, const struct item *it)
{
    struct sweep_entry e;
    struct ob_buf value = { 0 };
    struct ob_err err = { 0 };
    struct place p = place_find(it->section, it->file, it->line, NULL);
    bool axis = sweep_entry_of(it, &e);
    bool base = !strcmp(it->section, "experiment") && !strcmp(it->key, "base");
    if (!p.section || base)
        goto out;
    if (!(axis ? settle_axis(&e, &value, &err) : settle(it, &value, &err))) {
        item_complain(it, in->diags, err.code, "%s", err.text);
        goto out;
    }
    put(in, axis ? e.section : it->section, axis ? &e.it : it, ob_buf_text(&value));
    if (!axis)
        hand_on(in, &p, it, ob_buf_text(&value));
out:
    sweep_entry_finish(&e);
    ob_buf_finish(&value);
}

/* The name that the experiment has from its file is said in the one that takes its
 * place. */
static void add_name(struct inlining *in, const struct ob_spec_from *from)
{
    struct ob_spec spec = { 0 };
    struct ob_diags unheard = { 0 };
    struct item it = { .file = from->path, .section = "experiment", .key = "name" };
    struct part *p = part_of(in, it.section);
    for (size_t i = 0; i < p->lines; i++)
        if (!strcmp(p->line[i].key, it.key))
            return;
    ob_spec_read(from, &spec, &unheard);
    put(in, it.section, &it, spec.experiment.name);
    ob_spec_finish(&spec);
    ob_diags_finish(&unheard);
}

static void write_all(const struct inlining *in, struct ob_buf *out)
{
    for (size_t i = 0; i < in->parts; i++) {
        const struct part *p = &in->part[i];
        ob_buf_addf(out, "%s[%s]\n", i ? "\n" : "", p->name);
        for (size_t k = 0; k < p->lines; k++)
            ob_buf_addf(out, "%s =%s%s\n", p->line[k].key, *p->line[k].value ? " " : "",
                        p->line[k].value);
    }
}

/* Whether the text reads back as what it was made of: a set may hold what a file reads
 * as a comment. */
static bool check_text(const struct inlining *in, const struct ob_buf *text,
                       struct ob_diags *diags)
{
    struct ob_ini ini = { 0 };
    struct ob_diags unheard = { 0 };
    size_t at = 0, before = diags->n;
    ob_ini_parse("", ob_buf_text(text), text->len, &ini, &unheard);
    for (size_t i = 0; i < in->parts; i++)
        for (size_t k = 0; k < in->part[i].lines; k++, at++) {
            const struct line *l = &in->part[i].line[k];
            if (at < ini.entries && !strcmp(ini.entry[at].value, l->value) &&
                !strcmp(ini.entry[at].key, l->key))
                continue;
            ob_diags_add(
                diags, OB_ECONFIG, l->file, l->number,
                "%s.%s: this value cannot be written to a file: put it in quotes",
                in->part[i].name, l->key);
            goto out;
        }
out:
    ob_ini_finish(&ini);
    ob_diags_finish(&unheard);
    return diags->n == before;
}

static void finish(struct inlining *in)
{
    for (size_t i = 0; i < in->parts; i++) {
        while (in->part[i].lines)
            drop_line(&in->part[i], in->part[i].lines - 1);
        free(in->part[i].line);
        free(in->part[i].name);
    }
    free(in->part);
}

bool ob_spec_inline(const struct ob_spec_from *from, struct ob_buf *out,
                    struct ob_diags *diags)
{
    struct layers layers = { 0 };
    struct inlining in = { .diags = diags };
    struct ob_buf text = { 0 };
    size_t before = diags->n;
    layers_read(&layers, from, diags);
    for (in.layer = 0; in.layer < layers.n; in.layer++) {
        const struct layer *l = &layers.item[in.layer];
        for (size_t i = 0; i < l->ini.entries; i++) {
            struct item it = layer_item(l, &l->ini.entry[i]);
            add_entry(&in, &it);
        }
    }
    bool ok = diags->n == before;
    if (ok) {
        add_name(&in, from);
        write_all(&in, &text);
        ok = check_text(&in, &text, diags);
    }
    if (ok)
        ob_buf_add(out, ob_buf_text(&text), text.len);
    ob_buf_finish(&text);
    finish(&in);
    layers_finish(&layers);
    return ok;
}
