#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"
#include "optbench/conf/ini.h"
#include "optbench/conf/ini_edit.h"

/* Whether a key means the same to two kinds, so that its value may stay: a learning rate
 * of Adam is no share of a Newton step, and the defaults tell. */
static bool same_meaning(const struct ob_param *a, const struct ob_param *b)
{
    return a && b && a->kind == b->kind && a->fallback == b->fallback &&
           a->choices == b->choices && strcmp(a->help, b->help) == 0;
}

/* A change from one kind to another in one section of the text. */
struct change {
    const struct ob_section *section; /* whose keys stand there */
    const struct ob_kind *old, *new;
    struct ob_buf gone; /* names of the keys that went */
};

/* Whether a rate was proposed for the old kind, and the new one is another rule. */
static bool is_proposed(const struct ob_form *f, const struct change *c,
                        const struct ob_ini_entry *e)
{
    return f->proposed_lr[0] &&
           c->old->params != c->new->params &&strcmp(e->key, "lr") == 0 &&
           strcmp(e->value, f->proposed_lr) == 0;
}

/* Whether an entry of the old kind can stay for the new one. */
static bool stays(const struct ob_section *s, const struct ob_kind *old,
                  const struct ob_kind *new, const char *key)
{
    const struct ob_alias *a = ob_schema_alias(old, key);
    if (ob_param_find(s->params, key) ||
        (s->family && !strcmp(key, s->family->key->name)))
        return true;
    for (size_t i = 0; a && a->key[i]; i++)
        if (!same_meaning(ob_param_find(old->params, a->key[i]),
                          ob_param_find(new->params, a->key[i])))
            return false;
    return a ||
           same_meaning(ob_param_find(old->params, key), ob_param_find(new->params, key));
}

static void keep(struct ob_form *f, const char *section, const struct ob_kind *kind,
                 const struct ob_ini_entry *e)
{
    f->stash = ob_xreallocarray(f->stash, f->stashed + 1, sizeof *f->stash);
    f->stash[f->stashed++] =
        (struct ob_form_stash){ ob_xstrdup(section), kind, ob_xstrdup(e->key),
                                ob_xstrdup(e->value) };
}

/* Drops what was kept for a section and kind; puts it into the text first if asked to,
 * where the key is not there by now. */
static void settle(struct ob_form *f, const char *section, const struct ob_kind *kind,
                   bool restore)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->stashed; i++) {
        struct ob_form_stash s = f->stash[i];
        if (s.kind != kind || strcmp(s.section, section) != 0) {
            f->stash[kept++] = s;
            continue;
        }
        struct ob_buf got = { 0 };
        if (restore && !ob_ini_edit_get(&f->now.text, section, s.key, &got, NULL))
            ob_form_put(f, section, s.key, s.value);
        ob_buf_finish(&got);
        free(s.section);
        free(s.key);
        free(s.value);
    }
    f->stashed = kept;
}

/* Takes the keys of a section that cannot stay out of the text, and keeps them. */
static void take_out(struct ob_form *f, const char *name, struct change *c, bool all)
{
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    ob_ini_parse("", ob_buf_text(&f->now.text), f->now.text.len, &ini, &diags);
    settle(f, name, c->old, false);
    for (size_t i = 0; i < ini.entries; i++) {
        const struct ob_ini_entry *e = &ini.entry[i];
        if (strcmp(e->section, name) != 0 ||
            (!all && !is_proposed(f, c, e) && stays(c->section, c->old, c->new, e->key)))
            continue;
        keep(f, name, c->old, e);
        ob_ini_edit_unset(&f->now.text, name, e->key);
        ob_buf_addf(&c->gone, "%s%s%s%s", c->gone.len ? ", " : "", all ? name : "",
                    all ? "." : "", e->key);
    }
    ob_diags_finish(&diags);
    ob_ini_finish(&ini);
}

static void change_section(struct ob_form *f, const char *name, struct change *c)
{
    take_out(f, name, c, false);
    settle(f, name, c->new, true);
}

/* Values that stand in the files below and were meant for the old kind: the defaults of
 * the new one are written out against them. */
static void override_base(struct ob_form *f, const char *section, const struct change *c)
{
    for (const struct ob_param *p = c->new->params; p && p->kind; p++) {
        struct ob_buf got = { 0 }, value = { 0 };
        const struct ob_param *old = ob_param_find(c->old->params, p->name);
        if (old && !same_meaning(old, p) &&
            ob_ini_edit_get(&f->now.under, section, p->name, &got, NULL) &&
            !ob_ini_edit_get(&f->now.text, section, p->name, &got, NULL) &&
            ob_form_fallback(p, &value))
            ob_form_put(f, section, p->name, ob_buf_text(&value));
        ob_buf_finish(&got);
        ob_buf_finish(&value);
    }
}

/* An optimizer that chooses the length of its steps itself takes the line search out; the
 * one before it brings it back. */
static void change_search(struct ob_form *f, struct change *c)
{
    static const char section[] = "line_search";
    const struct ob_family *family = ob_schema_section(section)->family;
    const char *key = family->key->name, *none = family->kind[family->fallback].name;
    struct ob_buf under = { 0 };
    bool based = ob_ini_edit_get(&f->now.under, section, key, &under, NULL) &&
                 strcmp(ob_buf_text(&under), none) != 0;
    ob_buf_finish(&under);
    if (ob_kind_searches(c->new)) {
        if (based && !ob_kind_searches(c->old))
            ob_ini_edit_unset(&f->now.text, section, key);
        settle(f, section, c->new, true);
        return;
    }
    bool searched = strcmp(ob_form_chosen(f, section)->name, none) != 0;
    if (searched)
        take_out(f, section, c, true);
    if (searched && based)
        ob_form_put(f, section, key, none);
}

/* The kind that `word` names to a group or a phase; where it names none that of
 * [optimizer], or the first. */
static const struct ob_kind *kind_of(const struct ob_form *f, const struct ob_section *s,
                                     const char *word)
{
    const struct ob_family *family = ob_section_chooser(s)->family;
    const struct ob_kind *own = word ? ob_family_find(family, word) : NULL;
    return own                      ? own
           : ob_section_is_group(s) ? ob_form_chosen(f, "optimizer")
                                    : &family->kind[0];
}

/* Groups that go by [optimizer]'s kind change with it. */
static void change_groups(struct ob_form *f, struct change *c)
{
    c->section = ob_schema_section("group");
    for (size_t i = 0; i < f->rows; i++) {
        const struct ob_form_row *r = &f->row[i];
        if (r->kind != OB_FORM_SECTION || r->section != c->section)
            continue;
        const char *word = ob_form_value(f, r->where, "kind");
        if (!word || !ob_family_find(ob_schema_section("optimizer")->family, word))
            change_section(f, r->where, c);
    }
}

/* Says which keys went. */
static void note_gone(struct ob_form *f, const struct change *c)
{
    if (c->gone.len)
        snprintf(f->note, sizeof f->note,
                 "%s was set for %s and is out: choosing %s again brings it back",
                 ob_buf_text(&c->gone), c->old->name, c->old->name);
}

void ob_form_choose_group(struct ob_form *f, size_t row, const char *word)
{
    const struct ob_form_row *r = &f->row[row];
    struct change c = { .section = r->section,
                        .old = kind_of(f, r->section, r->value),
                        .new = kind_of(f, r->section, word) };
    if (c.old != c.new)
        change_section(f, r->where, &c);
    if (word)
        ob_form_put(f, r->where, r->param->name, word);
    note_gone(f, &c);
    ob_buf_finish(&c.gone);
}

void ob_form_choose(struct ob_form *f, size_t row, const struct ob_kind *kind)
{
    const struct ob_section *s = f->row[row].section;
    struct change c = { .section = s, .new = kind, .old = ob_form_chosen(f, s->name) };
    if (c.old != c.new) {
        change_section(f, s->name, &c);
        if (strcmp(s->name, "optimizer") == 0) {
            change_search(f, &c);
            change_groups(f, &c);
        }
    }
    ob_form_put(f, s->name, s->family->key->name, kind->name);
    if (c.old != c.new)
        override_base(f, s->name, &c);
    note_gone(f, &c);
    ob_buf_finish(&c.gone);
}
