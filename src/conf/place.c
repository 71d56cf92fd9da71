#include <config.h>

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"
#include "spec_priv.h"

bool item_complain(const struct item *it, struct ob_diags *diags, enum ob_code code,
                   const char *format, ...)
{
    struct ob_buf text = { 0 };
    va_list ap;
    va_start(ap, format);
    ob_buf_vaddf(&text, format, ap);
    va_end(ap);
    ob_diags_add(diags, code, it->file, it->line, "%s.%s: %s", it->section, it->key,
                 ob_buf_text(&text));
    ob_buf_finish(&text);
    return false;
}

static void offer_sections(struct ob_suggest *s)
{
    size_t n;
    const struct ob_section *all = ob_schema(&n);
    for (size_t i = 0; i < n; i++)
        ob_suggest_offer(s, all[i].name);
}

static void list_sections(struct ob_buf *out)
{
    size_t n;
    const struct ob_section *all = ob_schema(&n);
    for (size_t i = 0; i < n; i++)
        ob_buf_addf(out, "%s%s%s", i ? ", " : "", all[i].name,
                    all[i].repeats ? ".NAME" : "");
}

static void unknown_section(const char *name, const char *file, unsigned line,
                            struct ob_diags *diags)
{
    struct ob_buf hint = { 0 };
    struct ob_suggest s;
    size_t stem = strcspn(name, ".");
    char *word = ob_xstrndup(name, stem);
    ob_suggest_init(&s, word);
    offer_sections(&s);
    if (s.best) {
        ob_buf_addf(&hint, "did you mean [%s%s]?", s.best, name + stem);
    } else {
        ob_buf_adds(&hint, "the sections are ");
        list_sections(&hint);
    }
    ob_diags_add(diags, OB_ECONFIG, file, line, "[%s]: unknown section; %s", name,
                 ob_buf_text(&hint));
    free(word);
    ob_buf_finish(&hint);
}

static void unknown_kind(const struct ob_section *s, const char *kind, const char *file,
                         unsigned line, struct ob_diags *diags)
{
    const char *near = ob_text_suggest(kind, s->family->key->choices);
    struct ob_buf hint = { 0 };
    if (near)
        ob_buf_addf(&hint, "did you mean [%s.%s]?", s->name, near);
    else
        ob_param_allowed(s->family->key, &hint);
    ob_diags_add(diags, OB_ECONFIG, file, line, "[%s.%s]: unknown %s of %s; %s", s->name,
                 kind, s->family->key->name, s->name, ob_buf_text(&hint));
    ob_buf_finish(&hint);
}

struct place place_find(const char *name, const char *file, unsigned line,
                        struct ob_diags *diags)
{
    struct place p = { 0 };
    struct ob_diags unheard = { 0 };
    struct ob_diags *to = diags ? diags : &unheard;
    const char *dot = strchr(name, '.');
    char *stem = ob_xstrndup(name, strcspn(name, "."));
    const struct ob_section *s = ob_schema_section(stem);
    if (!s) {
        unknown_section(name, file, line, to);
    } else if (s->repeats) {
        if (dot && dot[1])
            p = (struct place){ .section = s, .group = dot + 1 };
        else
            ob_diags_add(to, OB_ECONFIG, file, line, "[%s]: write [%s.NAME] with a name",
                         name, s->name);
    } else if (!dot || (s->aside && !line)) { /* --set sweep.optimizer.lr=... */
        p.section = s;
    } else if (s->aside) {
        ob_diags_add(to, OB_ECONFIG, file, line, "[%s]: write %s.KEY = ... in [%s]", name,
                     dot + 1, s->name);
    } else if (!s->family) {
        ob_diags_add(to, OB_ECONFIG, file, line, "[%s]: [%s] has no kinds", name,
                     s->name);
    } else {
        p.kind = ob_family_find(s->family, dot + 1);
        if (p.kind)
            p.section = s;
        else
            unknown_kind(s, dot + 1, file, line, to);
    }
    free(stem);
    ob_diags_finish(&unheard);
    return p;
}

const struct ob_param *place_param(const struct ob_section *s, const struct ob_kind *kind,
                                   const char *key, bool *own)
{
    const struct ob_param *p = ob_param_find(s->params, key);
    *own = p != NULL;
    if (!p && kind)
        p = ob_param_find(kind->params, key);
    return p;
}

static void offer_params(struct ob_suggest *s, const struct ob_param *table)
{
    size_t n = ob_params_count(table);
    for (size_t i = 0; i < n; i++)
        ob_suggest_offer(s, table[i].name);
}

static void list_params(struct ob_buf *out, const struct ob_param *table)
{
    size_t n = ob_params_count(table);
    for (size_t i = 0; i < n; i++)
        ob_buf_addf(out, "%s%s", out->len ? ", " : "", table[i].name);
}

enum { OWNERS_SHOWN = 3 };

/* The kinds of the family that have the key, as a list for people, cut where it is long;
 * the first in *first. */
static void list_owners(const struct ob_family *f, const char *key, struct ob_buf *out,
                        const struct ob_kind **first)
{
    size_t owners = 0;
    *first = NULL;
    for (size_t i = 0; f && i < f->kinds; i++) {
        const struct ob_kind *k = &f->kind[i];
        if (!ob_param_find(k->params, key) && !ob_schema_alias(k, key))
            continue;
        if (!*first)
            *first = k;
        if (owners++ < OWNERS_SHOWN)
            ob_buf_addf(out, "%s%s", owners > 1 ? ", " : "", k->name);
    }
    if (owners > OWNERS_SHOWN)
        ob_buf_adds(out, " and others");
}

/* Another section that has the key among its common ones, or NULL. */
static const struct ob_section *other_section(const char *key)
{
    size_t n;
    const struct ob_section *all = ob_schema(&n);
    for (size_t i = 0; i < n; i++)
        if (ob_param_find(all[i].params, key))
            return &all[i];
    return NULL;
}

/* The keys that would have been right, for people. */
static void list_keys(struct ob_buf *out, const struct ob_section *s,
                      const struct ob_kind *kind)
{
    if (s->family)
        ob_buf_adds(out, s->family->key->name);
    list_params(out, s->params);
    if (kind)
        list_params(out, kind->params);
}

static const char *nearest_key(const char *key, const struct ob_section *s,
                               const struct ob_kind *kind)
{
    struct ob_suggest near;
    ob_suggest_init(&near, key);
    if (s->family)
        ob_suggest_offer(&near, s->family->key->name);
    offer_params(&near, s->params);
    if (kind)
        offer_params(&near, kind->params);
    return near.best;
}

void unknown_key(const struct item *it, const struct ob_section *s,
                 const struct ob_kind *kind, struct ob_diags *diags)
{
    const struct ob_section *chooser = ob_section_chooser(s);
    const struct ob_section *other = other_section(it->key);
    const char *near = nearest_key(it->key, s, kind);
    const struct ob_kind *owner;
    struct ob_buf list = { 0 };
    bool typed = kind && spec_is_rule(chooser, kind);
    list_owners(chooser->family, it->key, &list, &owner);
    if (s->family && !strcmp(it->key, s->family->key->name)) {
        item_complain(it, diags, OB_ECONFIG, "stands in [%s] only", s->name);
    } else if (typed && near) {
        item_complain(it, diags, OB_ECONFIG, "unknown key; did you mean '%s'?", near);
    } else if (typed) {
        item_complain(it, diags, OB_ECONFIG,
                      "not an option of the rule: params names those that it has, as in "
                      "params = %s %s",
                      it->key, it->value);
    } else if (owner && kind && near) {
        item_complain(it, diags, OB_ECONFIG,
                      "not a key of %s but of %s; did you mean '%s'?", kind->name,
                      ob_buf_text(&list), near);
    } else if (owner && kind && s->inherits) {
        item_complain(it, diags, OB_ECONFIG,
                      "not a key of %s but of %s; kind = %s would give the %s that %s",
                      kind->name, ob_buf_text(&list), owner->name, s->name, s->inherits);
    } else if (owner && kind) {
        item_complain(it, diags, OB_ECONFIG,
                      "not a key of %s but of %s; [%s.%s] can hold it", kind->name,
                      ob_buf_text(&list), chooser->name, owner->name);
    } else if (other) {
        item_complain(it, diags, OB_ECONFIG, "unknown key; [%s] has one of that name",
                      other->name);
    } else if (near) {
        item_complain(it, diags, OB_ECONFIG, "unknown key; did you mean '%s'?", near);
    } else {
        ob_buf_clear(&list);
        list_keys(&list, s, kind);
        item_complain(it, diags, OB_ECONFIG, "unknown key; the keys are %s",
                      ob_buf_text(&list));
    }
    ob_buf_finish(&list);
}
