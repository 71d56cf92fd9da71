#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/conf/ini.h"
#include "optbench/conf/ini_edit.h"

void ob_form_template(struct ob_buf *out)
{
    ob_buf_adds(out,
                "; A new experiment. What is not said here has its default.\n"
                "\n"
                "[data]\n"
                "source = csv\n"
                "\n"
                "[model]\n"
                "kind = linear\n"
                "\n"
                "[optimizer]\n"
                "kind = gd\n"
                "\n"
                "[stop]\n"
                "max_steps = 10000\n"
                "grad_norm = 1e-6                  ; flat enough to be an optimum\n");
}

static bool is_relative(const char *path)
{
    return path[0] && !strchr("/@$", path[0]);
}

void ob_form_path_value(const char *path, struct ob_buf *out)
{
    for (const char *c = path; *c; c++)
        ob_buf_addf(out, *c == '$' ? "$%c" : "%c", *c);
}

void ob_form_placed(const struct ob_form *f, struct ob_buf *out)
{
    char *dir = ob_path_dir(f->now.path);
    char *absolute = ob_path_absolute(dir);
    struct ob_buf root = { 0 };
    ob_form_path_value(absolute, &root);
    ob_buf_add(out, ob_buf_text(&f->now.text), f->now.text.len);
    for (size_t i = 0; i < f->rows; i++) {
        const struct ob_form_row *r = &f->row[i];
        if (!r->param || r->param->kind != OB_PARAM_PATH || r->from != OB_FORM_TEXT ||
            !is_relative(r->value) ||
            (r->param->zero_word && !strcmp(r->value, r->param->zero_word)))
            continue;
        struct ob_buf value = { 0 };
        char *path = ob_path_join(ob_buf_text(&root), r->value);
        ob_ini_quote(path, &value);
        ob_ini_edit_set(out, r->where, r->param->name, ob_buf_text(&value), NULL);
        ob_buf_finish(&value);
        free(path);
    }
    ob_buf_finish(&root);
    free(absolute);
    free(dir);
}

/* A resolved experiment that is being cut down. */
struct compact {
    const struct ob_ini *ini;
    const char *data, *folder;
    struct ob_buf *out;
    char last[OB_INI_NAME_MAX + 1]; /* section that was written last */
};

static const char *entry_of(const struct ob_ini *ini, const char *section,
                            const char *key)
{
    for (size_t i = 0; i < ini->entries; i++)
        if (strcmp(ini->entry[i].section, section) == 0 &&
            strcmp(ini->entry[i].key, key) == 0)
            return ini->entry[i].value;
    return NULL;
}

/* The kind that a group or phase of a resolved file names, or NULL: that of [optimizer].
 */
static const struct ob_kind *other_kind(const struct compact *c,
                                        const struct ob_section *s, const char *section)
{
    const struct ob_family *family = ob_section_chooser(s)->family;
    const char *name = s->inherits ? entry_of(c->ini, section, family->key->name) : NULL;
    return name ? ob_family_find(family, name) : NULL;
}

/* Parameter that an entry of a resolved file is about. */
static const struct ob_param *param_of(const struct compact *c,
                                       const struct ob_section *s,
                                       const struct ob_ini_entry *e)
{
    const struct ob_section *chooser = ob_section_chooser(s);
    const struct ob_family *family = chooser->family;
    const struct ob_param *p = ob_param_find(s->params, e->key);
    if (p || !family)
        return p;
    const struct ob_kind *kind = other_kind(c, s, e->section);
    const char *name =
        kind ? kind->name : entry_of(c->ini, chooser->name, family->key->name);
    kind = name ? ob_family_find(family, name) : NULL;
    return kind ? ob_param_find(kind->params, e->key) : NULL;
}

/* Whether a value, as a file has it, is the default, however either is spelled. */
static bool is_default(const struct ob_param *p, const char *written)
{
    struct ob_buf fallback = { 0 }, value = { 0 }, usual = { 0 };
    struct ob_err err;
    bool known = ob_form_fallback(p, &fallback);
    if (ob_form_is_list(p) || !ob_ini_unquote(written, &value, &err)) {
        ob_buf_clear(&value);
        ob_form_spell(p, written, &value);
        ob_form_spell(p, ob_buf_text(&fallback), &usual);
    } else {
        ob_buf_adds(&usual, ob_buf_text(&fallback));
    }
    bool same = known && strcmp(ob_buf_text(&usual), ob_buf_text(&value)) == 0;
    ob_buf_finish(&fallback);
    ob_buf_finish(&value);
    ob_buf_finish(&usual);
    return same;
}

/* Whether the line could be left out and nothing would change. */
static bool goes_without_saying(const struct compact *c, const struct ob_section *s,
                                const struct ob_ini_entry *e)
{
    static const char *const always[] = { "data", "model", "optimizer" };
    const bool own = ob_param_find(s->params, e->key) != NULL;
    const char *inherited =
        strcmp(s->name, "seed") == 0 ? entry_of(c->ini, "experiment", "seed")
        : ob_section_is_group(s) && !own && !other_kind(c, s, e->section)
            ? entry_of(c->ini, "optimizer", e->key)
            : NULL;
    if (inherited)
        return strcmp(inherited, e->value) == 0;
    if (s->family && strcmp(e->key, s->family->key->name) == 0) {
        for (size_t i = 0; i < OB_COUNT(always); i++)
            if (strcmp(s->name, always[i]) == 0)
                return false;
        return strcmp(e->value, s->family->kind[s->family->fallback].name) == 0;
    }
    const struct ob_param *p = param_of(c, s, e);
    return p && p->kind != OB_PARAM_PATH && is_default(p, e->value);
}

/* What of a path lies below a folder; NULL = it does not. */
static const char *below(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    bool yes = n > 0 && strncmp(path, folder, n) == 0 && path[n] == '/' && path[n + 1];
    return yes ? path + n + 1 : NULL;
}

static void write_entry(struct compact *c, const struct ob_section *s,
                        const struct ob_ini_entry *e)
{
    const struct ob_param *p = param_of(c, s, e);
    const char *shipped = NULL, *near = NULL;
    if (p && p->kind == OB_PARAM_PATH) {
        shipped = below(e->value, c->data);
        near = below(e->value, c->folder);
    }
    if (strcmp(c->last, e->section) != 0)
        ob_buf_addf(c->out, "%s[%s]\n", c->last[0] ? "\n" : "", e->section);
    snprintf(c->last, sizeof c->last, "%s", e->section);
    if (shipped)
        ob_buf_addf(c->out, "%s = @data/%s\n", e->key, shipped);
    else if (near && is_relative(near))
        ob_buf_addf(c->out, "%s = %s\n", e->key, near);
    else
        ob_buf_addf(c->out, "%s = %s\n", e->key, e->value);
}

void ob_form_compact(const char *resolved, const char *data, const char *folder,
                     struct ob_buf *out)
{
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    struct compact c = { .ini = &ini, .data = data, .folder = folder, .out = out };
    ob_ini_parse("", resolved, strlen(resolved), &ini, &diags);
    for (size_t i = 0; i < ini.entries; i++) {
        const struct ob_ini_entry *e = &ini.entry[i];
        char *stem = ob_xstrndup(e->section, strcspn(e->section, "."));
        const struct ob_section *s = ob_schema_section(stem);
        if (s && !goes_without_saying(&c, s, e))
            write_entry(&c, s, e);
        free(stem);
    }
    ob_diags_finish(&diags);
    ob_ini_finish(&ini);
}

void ob_form_column_word(const char *name, struct ob_buf *out)
{
    if (*name && !strpbrk(name, " \t,;#\"")) {
        ob_buf_adds(out, name);
        return;
    }
    ob_buf_addc(out, '"');
    for (const char *s = name; *s; s++)
        ob_buf_addf(out, *s == '"' ? "%c\"" : "%c", *s);
    ob_buf_addc(out, '"');
}

/* Sets or unsets one key of what is proposed, without a step of history for each. */
static void propose(struct ob_form *f, const char *section, const char *key,
                    const char *value)
{
    size_t i = ob_form_find(f, section, key);
    struct ob_err err;
    if (i == f->rows)
        return;
    const struct ob_form_row *r = &f->row[i];
    bool usual = !value || (r->fallback && strcmp(r->fallback, value) == 0);
    if (usual && r->from != OB_FORM_BASE)
        ob_ini_edit_unset(&f->now.text, r->where, key);
    else if (value && ob_form_try(r->param, value, &err)) {
        struct ob_buf text = { 0 };
        if (ob_form_is_list(r->param))
            ob_buf_adds(&text, value);
        else
            ob_ini_quote(value, &text);
        ob_form_put(f, r->where, key, ob_buf_text(&text));
        ob_buf_finish(&text);
    }
}

/* A new experiment is to be saved, and its runs are called, as its table is. */
static void name_after_table(struct ob_form *f)
{
    struct ob_draft *d = &f->now;
    const char *table = ob_form_value(f, "data", "path");
    bool fresh = !d->stands && strcmp(d->path, d->save_as) == 0 &&
                 strncmp(ob_path_base(d->path), "new", strlen("new")) == 0;
    if (!fresh || !table)
        return;
    const char *base = ob_path_base(table), *dot = strrchr(base, '.');
    size_t length = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    char *name = ob_xasprintf("%.*s.ini", (int)length, base);
    if (length > 0 && ob_path_is_plain(name)) {
        int folder = (int)(ob_path_base(d->path) - d->path);
        char *path = ob_xasprintf("%.*s%s", folder, d->path, name);
        free(d->path);
        free(d->save_as);
        d->path = path;
        d->save_as = ob_xstrdup(path);
    }
    free(name);
}

void ob_form_propose(struct ob_form *f, const struct ob_data_view *v)
{
    const struct ob_data_suggest *s = &v->suggest;
    ob_form_take_rates(f, v);
    if (!f->propose || !s->known)
        return;
    f->propose = false;
    struct ob_buf features = { 0 };
    for (size_t i = 0; i < s->features && !s->all; i++) {
        if (i)
            ob_buf_adds(&features, ", ");
        ob_form_column_word(s->feature[i], &features);
    }
    size_t model = ob_form_find(f, "model", "kind");
    const struct ob_kind *kind =
        s->model ? ob_family_find(ob_schema_section("model")->family, s->model) : NULL;
    if (kind && model < f->rows && kind != ob_form_chosen(f, "model"))
        ob_form_choose(f, model, kind);
    propose(f, "data", "delimiter", s->delimiter);
    propose(f, "data", "decimal", s->decimal);
    propose(f, "data", "missing", s->missing);
    propose(f, "data", "features", features.len ? ob_buf_text(&features) : NULL);
    propose(f, "data", "target", s->target);
    propose(f, "data", "scale", s->scale);
    ob_buf_finish(&features);
    name_after_table(f);
    ob_form_rows(f);
    const struct ob_form_rate *rate = ob_form_propose_rate(f);
    ob_form_changed(f);
    snprintf(f->note, sizeof f->note, "%.300s%s%s%s%s", s->why ? s->why : "",
             rate ? "; lr " : "", rate ? rate->text : "", rate ? ": " : "",
             rate ? rate->why : "");
}
