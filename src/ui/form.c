#include <config.h>

#include "optbench/ui/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "form_priv.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/conf/ini.h"
#include "optbench/conf/ini_edit.h"

/* Edits that can be taken back. */
enum { PAST_MAX = 200 };

static void set_text(struct ob_buf *to, const struct ob_buf *from)
{
    ob_buf_clear(to);
    ob_buf_add(to, ob_buf_text(from), from->len);
}

static bool same(const struct ob_buf *a, const struct ob_buf *b)
{
    return a->len == b->len && memcmp(ob_buf_text(a), ob_buf_text(b), a->len) == 0;
}

static uint64_t hash(const struct ob_buf *text)
{
    return ob_hash(ob_buf_text(text), text->len, 0);
}

void ob_draft_finish(struct ob_draft *d)
{
    ob_buf_finish(&d->text);
    ob_buf_finish(&d->under);
    free(d->path);
    free(d->save_as);
    *d = (struct ob_draft){ 0 };
}

static struct ob_draft copy(const struct ob_draft *d)
{
    struct ob_draft c = { .path = ob_xstrdup(d->path),
                          .save_as = ob_xstrdup(d->save_as),
                          .stands = d->stands,
                          .file = d->file,
                          .kept = d->kept };
    set_text(&c.text, &d->text);
    set_text(&c.under, &d->under);
    return c;
}

static void forget_stash(struct ob_form *f)
{
    for (size_t i = 0; i < f->stashed; i++) {
        free(f->stash[i].section);
        free(f->stash[i].key);
        free(f->stash[i].value);
    }
    free(f->stash);
    f->stash = NULL;
    f->stashed = 0;
}

void ob_form_finish(struct ob_form *f)
{
    ob_form_rows_finish(f);
    ob_draft_finish(&f->now);
    ob_buf_finish(&f->saved);
    for (size_t i = 0; i < f->pasts; i++)
        ob_draft_finish(&f->past[i]);
    free(f->past);
    forget_stash(f);
    *f = (struct ob_form){ 0 };
}

bool ob_form_is_open(const struct ob_form *f)
{
    return f->now.path != NULL;
}

bool ob_form_is_dirty(const struct ob_form *f)
{
    return ob_form_is_open(f) && !same(&f->now.text, &f->saved);
}

bool ob_form_is_saved(const struct ob_form *f)
{
    return f->now.stands && f->stands && !ob_form_is_dirty(f);
}

void ob_form_changed(struct ob_form *f)
{
    ob_form_rows(f);
    f->revision++;
    while (f->pasts > 0 && f->pasts > f->at + 1)
        ob_draft_finish(&f->past[--f->pasts]);
    if (f->pasts == PAST_MAX) {
        ob_draft_finish(&f->past[0]);
        memmove(f->past, f->past + 1, --f->pasts * sizeof *f->past);
    }
    f->past = ob_xreallocarray(f->past, f->pasts + 1, sizeof *f->past);
    f->past[f->pasts] = copy(&f->now);
    f->at = f->pasts++;
}

void ob_form_begin(struct ob_form *f, struct ob_draft *d)
{
    ob_draft_finish(&f->now);
    forget_stash(f);
    f->now = *d;
    *d = (struct ob_draft){ 0 };
    if (!f->now.save_as)
        f->now.save_as = ob_xstrdup(f->now.path);
    /* What was kept is still to be saved. */
    ob_buf_clear(&f->saved);
    if (!f->now.kept)
        set_text(&f->saved, &f->now.text);
    f->stands = f->now.stands;
    f->now.file = hash(&f->now.text);
    f->propose = false;
    f->proposed_lr[0] = '\0';
    memset(f->rate, 0, sizeof f->rate);
    f->begun++;
    f->note[0] = '\0';
    ob_form_changed(f);
}

void ob_form_saved(struct ob_form *f, const char *path)
{
    char *own = ob_xstrdup(path);
    free(f->now.path);
    free(f->now.save_as);
    f->now.path = own;
    f->now.save_as = ob_xstrdup(path);
    f->now.stands = f->stands = true;
    f->now.file = hash(&f->now.text);
    f->now.kept = false;
    set_text(&f->saved, &f->now.text);
    f->revision++;
    ob_draft_finish(&f->past[f->at]);
    f->past[f->at] = copy(&f->now);
}

bool ob_form_shows(const struct ob_form_row *row, bool all)
{
    return !row->idle &&
           (all || !row->rare || row->from != OB_FORM_DEFAULT || row->problem);
}

bool ob_form_needs_data(const struct ob_form *f)
{
    return ob_kind_needs_data(ob_form_chosen(f, "model"));
}

size_t ob_form_find(const struct ob_form *f, const char *section, const char *key)
{
    size_t stem = strcspn(section, "."), found = f->rows;
    for (size_t i = 0; i < f->rows; i++) {
        const struct ob_form_row *r = &f->row[i];
        if (!r->param || strcmp(r->param->name, key) != 0)
            continue;
        if (strcmp(r->where, section) == 0)
            return i;
        if (found == f->rows && !r->section->repeats &&
            strlen(r->section->name) == stem &&
            strncmp(r->section->name, section, stem) == 0)
            found = i;
    }
    return found;
}

const char *ob_form_value(const struct ob_form *f, const char *section, const char *key)
{
    size_t i = ob_form_find(f, section, key);
    return i < f->rows ? f->row[i].value : NULL;
}

const struct ob_kind *ob_form_chosen(const struct ob_form *f, const char *section)
{
    const struct ob_section *s = ob_schema_section(section);
    const char *name =
        s && s->family ? ob_form_value(f, section, s->family->key->name) : NULL;
    const struct ob_kind *k = name ? ob_family_find(s->family, name) : NULL;
    return k || !s || !s->family ? k : &s->family->kind[s->family->fallback];
}

/* The first section of the text that comes behind this one. */
static char *behind(const struct ob_form *f, const char *section)
{
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    char *name = NULL;
    size_t rank = ob_form_rank(section);
    ob_ini_parse("", ob_buf_text(&f->now.text), f->now.text.len, &ini, &diags);
    for (size_t i = 0; i < ini.headers && !name; i++)
        if (ob_form_rank(ini.header[i].section) > rank)
            name = ob_xstrdup(ini.header[i].section);
    ob_diags_finish(&diags);
    ob_ini_finish(&ini);
    return name;
}

void ob_form_put(struct ob_form *f, const char *section, const char *key,
                 const char *value)
{
    char *before = behind(f, section);
    ob_ini_edit_set(&f->now.text, section, key, value, before);
    free(before);
}

/* The value of an alias with one part replaced, the others as they take effect. */
static void join_alias(const struct ob_form *f, const struct ob_form_row *row,
                       const char *text, struct ob_buf *out)
{
    for (size_t i = 0; row->alias->key[i]; i++) {
        const char *value =
            i == row->part ? text : ob_form_value(f, row->where, row->alias->key[i]);
        ob_buf_addf(out, "%s%s", i ? " " : "", value ? value : "");
    }
}

/* Whether the value means in the file what was typed: a list may hold what looks like a
 * comment. */
static bool reads_back(const struct ob_form *f, const char *section, const char *key,
                       const char *value)
{
    struct ob_buf got = { 0 };
    bool ok = ob_ini_edit_get(&f->now.text, section, key, &got, NULL) &&
              strcmp(ob_buf_text(&got), value) == 0;
    ob_buf_finish(&got);
    return ok;
}

/* Another optimizer gets a rate of its own where the table told one. */
static void choose(struct ob_form *f, size_t row, const struct ob_kind *kind)
{
    bool optimizer = strcmp(f->row[row].section->name, "optimizer") == 0;
    const struct ob_form_rate *rate = NULL;
    ob_form_choose(f, row, kind);
    if (optimizer) {
        ob_form_rows(f);
        rate = ob_form_propose_rate(f);
    }
    ob_form_changed(f);
    if (rate)
        snprintf(f->note, sizeof f->note, "lr %s: %s", rate->text, rate->why);
}

/* Whether the row chooses the optimizer of a group. */
static bool chooses_for_group(const struct ob_form_row *r)
{
    return r->section->inherits && strcmp(r->param->name, "kind") == 0;
}

bool ob_form_set(struct ob_form *f, size_t row, const char *text, struct ob_err *err)
{
    const struct ob_form_row *r = &f->row[row];
    struct ob_buf value = { 0 };
    if (!*text && !r->param->required) {
        ob_form_unset(f, row);
        return true;
    }
    if (!ob_form_try(r->param, text, err) || !ob_ini_check_text(text, strlen(text), err))
        return false;
    f->note[0] = '\0';
    if (r->kind == OB_FORM_CHOICE) {
        choose(f, row, ob_family_find(r->section->family, text));
        return true;
    }
    if (chooses_for_group(r)) {
        ob_form_choose_group(f, row, text);
        ob_form_changed(f);
        return true;
    }
    if (r->alias)
        join_alias(f, r, text, &value);
    else if (ob_form_is_list(r->param))
        ob_buf_adds(&value, text);
    else
        ob_ini_quote(text, &value);
    const char *key = r->alias ? r->alias->name : r->param->name;
    struct ob_buf old = { 0 };
    set_text(&old, &f->now.text);
    ob_form_put(f, r->where, key, ob_buf_text(&value));
    bool ok = reads_back(f, r->where, key, ob_buf_text(&value));
    if (!ok) {
        set_text(&f->now.text, &old);
        ob_fail(err, OB_ECONFIG, "put words with ; or # into quotes");
    }
    ob_buf_finish(&old);
    ob_buf_finish(&value);
    if (ok)
        ob_form_changed(f);
    return ok;
}

bool ob_form_unset(struct ob_form *f, size_t row)
{
    const struct ob_form_row *r = &f->row[row];
    if (r->from != OB_FORM_TEXT)
        return false;
    f->note[0] = '\0';
    if (r->kind == OB_FORM_CHOICE) {
        const struct ob_family *family = r->section->family;
        ob_form_choose(f, row, &family->kind[family->fallback]);
    }
    if (chooses_for_group(r))
        ob_form_choose_group(f, row, NULL);
    if (r->alias) {
        /* The other parts get lines of their own. */
        for (size_t i = 0; r->alias->key[i]; i++) {
            const char *other = ob_form_value(f, r->where, r->alias->key[i]);
            if (i != r->part && other)
                ob_form_put(f, r->where, r->alias->key[i], other);
        }
        ob_ini_edit_unset(&f->now.text, r->where, r->alias->name);
    } else {
        ob_ini_edit_unset(&f->now.text, r->where, r->param->name);
    }
    ob_form_changed(f);
    return true;
}

void ob_form_replace(struct ob_form *f, const char *text)
{
    f->note[0] = '\0';
    if (strcmp(text, ob_buf_text(&f->now.text)) == 0)
        return;
    f->propose = false; /* it says what the person wants */
    ob_buf_clear(&f->now.text);
    ob_buf_adds(&f->now.text, text);
    ob_form_changed(f);
}

void ob_form_put_under(struct ob_form *f, const struct ob_buf *under)
{
    if (same(&f->now.under, under))
        return;
    set_text(&f->now.under, under);
    set_text(&f->past[f->at].under, under);
    ob_form_rows(f);
}

static bool go(struct ob_form *f, size_t at)
{
    if (at >= f->pasts)
        return false;
    f->at = at;
    f->propose = false; /* that was for another text */
    ob_draft_finish(&f->now);
    f->now = copy(&f->past[at]);
    f->note[0] = '\0';
    f->revision++;
    ob_form_rows(f);
    return true;
}

bool ob_form_undo(struct ob_form *f)
{
    return f->at > 0 && go(f, f->at - 1);
}

bool ob_form_redo(struct ob_form *f)
{
    return go(f, f->at + 1);
}

void ob_form_take_check(struct ob_form *f, const struct ob_check *c)
{
    for (size_t i = 0; i < f->rows; i++) {
        struct ob_form_row *r = &f->row[i];
        if (!r->param || r->problem)
            continue;
        const struct ob_fault *fault =
            ob_faults_of(&c->problems, r->where, r->param->name);
        if (!fault && r->alias)
            fault = ob_faults_of(&c->problems, r->where, r->alias->name);
        if (fault)
            r->problem = ob_xstrdup(fault->text);
    }
}
