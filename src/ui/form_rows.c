#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "form_priv.h"
#include "optbench/base/mem.h"
#include "optbench/conf/ini.h"

/* The sections as the form shows them: what one asks first comes first. `first` are keys
 * in front of the others, `rare` those that are shown only when they are set or all are
 * asked for, "*" = all of them. Sections and keys that are not named here come last. */
static const struct {
    const char *section, *first, *rare;
} plan[] = {
    { "data", "path columns values target features scale",
      "delimiter decimal header missing dtype val test stratify folds fold test_path "
      "storage" },
    { "model", "f predict parameters let A b c hidden activation loss bias",
      "l1 l2 init init_from start bias_column" },
    { "layer", "activation bias dropout init", "bias_init" },
    { "batch", "size", "shuffle drop_last replacement order accumulate" },
    { "optimizer", "lr momentum", "dampening weight_decay eps amsgrad maximize" },
    { "line_search", "", "c1 shrink initial max_evals tolerance" },
    { "group", "match kind", "" },
    { "sam", "", "*" },
    { "clip", "", "*" },
    { "lookahead", "", "*" },
    { "average", "", "*" },
    { "schedule", "",
      "factor total_iters warmup warmup_from warmup_shape horizon interval" },
    { "phase", "kind steps until", "" },
    { "stop", "max_steps theta_delta grad_norm",
      "max_epochs max_seconds max_evals loss_delta relative target target_stops when for "
      "max_loss patience patience_metric min_delta plateau plateau_delta" },
    { "experiment", "name title seed dtype", "base rng math device threads" },
    { "log", "", "*" },
    { "checkpoint", "", "*" },
    { "plugin", "", "*" },
    { "seed", "", "*" },
    { "ui", "", "*" },
    { "sweep", "method trials seeds metric halving",
      "seed scramble each order equal evaluations goal eta rungs brackets workers within "
      "retries fail_fast" },
    { "tune", "", "" },
};

/* Everything that rows are made from. */
struct making {
    struct ob_form *form;
    struct ob_ini text, under;
    const struct ob_section *section;
    const struct ob_kind *kind; /* chosen in the section, or in [optimizer] for groups */
    const char *name;           /* of the section, of the group */
    const char *want; /* the key that is looked for among all; NULL = the rest */
    const char *first, *rare;
    bool no_rows; /* the model needs no data: none of [data], nothing to batch */
    bool idle;    /* the section is read by nobody */
};

static bool has_word(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *s = list; (s = strstr(s, word)); s += n)
        if ((s == list || s[-1] == ' ') && (s[n] == ' ' || !s[n]))
            return true;
    return false;
}

bool ob_form_is_list(const struct ob_param *p)
{
    return p->kind == OB_PARAM_TEXTS || p->kind == OB_PARAM_REALS;
}

/* Room for the member of any parameter. */
union member {
    double real;
    int64_t integer;
    bool boolean;
    int choice;
    char *text;
    struct ob_texts texts;
    struct ob_reals reals;
};

/* Reads a text as a value of the parameter; appends it as it is usually spelled, where
 * `out` is not NULL. */
static bool read_value(const struct ob_param *p, const char *text, struct ob_buf *out,
                       struct ob_err *err)
{
    union member member;
    struct ob_param table[2] = { *p, { 0 } };
    memset(&member, 0, sizeof member);
    table[0].offset = 0;
    bool ok = ob_param_set(table, &member, text, err);
    if (ok && out)
        ob_param_write(table, &member, out);
    ob_params_finish(table, &member);
    return ok;
}

bool ob_form_try(const struct ob_param *p, const char *text, struct ob_err *err)
{
    if (p->required && !*text)
        return ob_fail(err, OB_ECONFIG, "must be given");
    return read_value(p, text, NULL, err);
}

void ob_form_spell(const struct ob_param *p, const char *text, struct ob_buf *out)
{
    struct ob_err err;
    read_value(p, text, out, &err);
}

bool ob_form_fallback(const struct ob_param *p, struct ob_buf *out)
{
    return !p->required && ob_param_write_default(p, out);
}

/* Where a key is set. */
struct found {
    const struct ob_ini_entry *entry; /* NULL = nowhere */
    const struct ob_alias *alias;
    size_t part;
};

static struct found find_in(const struct ob_ini *ini, const char *section,
                            const struct ob_kind *kind, const char *key)
{
    struct found last = { 0 };
    for (size_t i = 0; i < ini->entries; i++) {
        const struct ob_ini_entry *e = &ini->entry[i];
        if (strcmp(e->section, section) != 0)
            continue;
        if (strcmp(e->key, key) == 0)
            last = (struct found){ .entry = e };
        const struct ob_alias *a = kind ? ob_schema_alias(kind, e->key) : NULL;
        for (size_t k = 0; a && a->key[k]; k++)
            if (strcmp(a->key[k], key) == 0)
                last = (struct found){ e, a, k };
    }
    return last;
}

/* [optimizer.adam] wins over [optimizer]. */
static struct found find_value(const struct making *m, const struct ob_ini *ini,
                               const char *key, bool own)
{
    char *special = m->kind && !m->section->repeats
                        ? ob_xasprintf("%s.%s", m->name, m->kind->name)
                        : NULL;
    struct found f = { 0 };
    if (special)
        f = find_in(ini, special, m->kind, key);
    if (!f.entry)
        f = find_in(ini, m->name, own ? m->kind : NULL, key);
    free(special);
    return f;
}

/* What stands in the file as a person reads it. */
static char *plain(const struct ob_param *p, const struct found *f)
{
    static const struct ob_param list[] = { { .name = "words", .kind = OB_PARAM_TEXTS },
                                            { 0 } };
    struct ob_buf out = { 0 };
    struct ob_texts words = { 0 };
    struct ob_err err;
    const char *value = f->entry->value;
    if (f->alias) {
        if (ob_param_set(list, &words, value, &err) && f->part < words.n)
            ob_buf_adds(&out, words.item[f->part]);
        ob_params_finish(list, &words);
    } else if (ob_form_is_list(p) || !ob_ini_unquote(value, &out, &err)) {
        ob_buf_clear(&out);
        ob_buf_adds(&out, value);
    }
    return ob_buf_take(&out);
}

static struct ob_form_row *add_row(struct ob_form *f)
{
    f->row = ob_xreallocarray(f->row, f->rows + 1, sizeof *f->row);
    struct ob_form_row *row = &f->row[f->rows++];
    *row = (struct ob_form_row){ 0 };
    return row;
}

/* Section that a key which is not set would be written to. */
static char *home_of(const struct making *m, const struct ob_kind *owner)
{
    if (owner && !m->section->repeats) {
        char *special = ob_xasprintf("%s.%s", m->name, owner->name);
        for (size_t i = 0; i < m->text.headers; i++)
            if (strcmp(m->text.header[i].section, special) == 0)
                return special;
        free(special);
    }
    return ob_xstrdup(m->name);
}

/* What a group has where it sets nothing: the value of [optimizer] where that is of the
 * same kind, else that of [optimizer.KIND], else the default. */
static char *group_fallback(const struct making *m, const struct ob_schema_key *key)
{
    const struct ob_param *p = key->param;
    char *special = ob_xasprintf("optimizer.%s", key->kind->name);
    struct found own = find_in(&m->text, special, key->kind, p->name);
    struct found under = find_in(&m->under, special, key->kind, p->name);
    const char *from = NULL;
    char *out = NULL;
    struct ob_buf usual = { 0 };
    free(special);
    if (ob_form_chosen(m->form, "optimizer") == key->kind)
        from = ob_form_value(m->form, "optimizer", p->name);
    if (from)
        out = ob_xstrdup(from);
    else if (own.entry || under.entry)
        out = plain(p, own.entry ? &own : &under);
    else if (ob_form_fallback(p, &usual))
        out = ob_buf_take(&usual);
    ob_buf_finish(&usual);
    return out;
}

/* The value that stands where the key is not set. */
static char *fallback_of(const struct making *m, const struct ob_schema_key *key)
{
    struct ob_buf out = { 0 };
    const char *from = NULL;
    if (key->inherits) {
        const char *dot = strchr(key->inherits, '.');
        char *section = ob_xstrndup(key->inherits, (size_t)(dot - key->inherits));
        from = ob_form_value(m->form, section, dot + 1);
        free(section);
    } else if (ob_section_is_group(m->section) && key->kind) {
        return group_fallback(m, key);
    } else if (strcmp(m->section->name, "data") == 0 &&
               strcmp(key->param->name, "target") == 0) {
        from = ob_kind_target(m->kind);
    }
    if (from)
        return ob_xstrdup(from);
    if (ob_form_fallback(key->param, &out))
        return ob_buf_take(&out);
    ob_buf_finish(&out);
    return NULL;
}

static void judge(struct ob_form_row *row)
{
    struct ob_err err;
    bool asked = row->param->required || row->from != OB_FORM_DEFAULT;
    if (asked && !row->idle &&
        !ob_form_try(row->param, row->value ? row->value : "", &err))
        row->problem = ob_xstrdup(err.text);
}

static void make_key(struct making *m, const struct ob_schema_key *key)
{
    const struct ob_param *p = key->param;
    bool chooses = m->section->family && p == m->section->family->key;
    struct found own = find_value(m, &m->text, p->name, true);
    struct found under = find_value(m, &m->under, p->name, true);
    const struct found *f = own.entry ? &own : &under;
    char *fallback = fallback_of(m, key);
    struct ob_form_row *row = add_row(m->form);
    row->kind = chooses ? OB_FORM_CHOICE : OB_FORM_KEY;
    row->section = m->section;
    row->owner = key->kind;
    row->param = p;
    row->fallback = fallback;
    row->rare = strcmp(m->rare, "*") == 0 || has_word(m->rare, p->name);
    row->idle = m->idle;
    if (own.entry) {
        row->from = OB_FORM_TEXT;
        row->line = own.entry->line;
        row->where = ob_xstrdup(own.entry->section);
        row->alias = own.alias;
        row->part = own.part;
    } else {
        row->from = under.entry ? OB_FORM_BASE : OB_FORM_DEFAULT;
        row->where = home_of(m, key->kind);
    }
    row->value = f->entry ? plain(p, f) : fallback ? ob_xstrdup(fallback) : NULL;
    judge(row);
}

/* One pass over the schema for each key that comes first, one for all others: the order
 * is that of the plan, then that of the tables. */
static void visit(void *ctx, const struct ob_schema_key *key)
{
    struct making *m = ctx;
    const struct ob_section *chooser_of = ob_section_chooser(m->section);
    bool ours = key->section == m->section ||
                (m->section->inherits && key->section == chooser_of && key->kind &&
                 key->kind == m->kind);
    if (!ours || (key->kind && key->kind != m->kind))
        return;
    bool chooser = m->section->family && key->param == m->section->family->key;
    const char *name = key->param->name;
    bool wanted = m->want && *m->want ? strcmp(name, m->want) == 0 && !chooser
                  : m->want           ? chooser
                                      : !chooser && !has_word(m->first, name);
    if (wanted)
        make_key(m, key);
}

/* The kind that a section names in the text or below it, or NULL. */
static const struct ob_kind *named(const struct making *m, const char *section,
                                   const struct ob_family *family)
{
    const struct ob_ini *layer[] = { &m->text, &m->under };
    for (size_t i = 0; i < OB_COUNT(layer); i++) {
        struct found f = find_in(layer[i], section, NULL, family->key->name);
        if (!f.entry)
            continue;
        char *name = plain(family->key, &f);
        const struct ob_kind *k = ob_family_find(family, name);
        free(name);
        return k;
    }
    return NULL;
}

/* The kind that is chosen, in the text, below it, or by default. */
static const struct ob_kind *chosen(const struct making *m, const struct ob_section *s)
{
    if (!s->family)
        return NULL;
    const struct ob_kind *k = named(m, s->name, s->family);
    return k ? k : &s->family->kind[s->family->fallback];
}

/* The same for a group, which may name another optimizer than [optimizer]. */
static const struct ob_kind *own_kind(const struct making *m, const char *name)
{
    const struct ob_section *from = ob_section_chooser(m->section);
    const struct ob_kind *own = named(m, name, from->family);
    return own                               ? own
           : ob_section_is_group(m->section) ? chosen(m, from)
                                             : &from->family->kind[0];
}

/* A text of a typed rule: its own, or for a group that of the optimizer. */
static const char *typed_text(void *ctx, const char *key)
{
    const struct making *m = ctx;
    const char *const section[] = { m->name, "optimizer.rule", "optimizer" };
    const struct ob_ini *layer[] = { &m->text, &m->under };
    for (size_t s = 0; s < OB_COUNT(section); s++)
        for (size_t l = 0; l < OB_COUNT(layer); l++) {
            struct found f = s == 0 ? find_value(m, layer[l], key, true)
                                    : find_in(layer[l], section[s], m->kind, key);
            if (f.entry)
                return f.entry->value;
        }
    return NULL;
}

/* The options that the texts of a typed rule name, behind its other keys. */
static void make_typed(struct making *m)
{
    const struct ob_kind_texts texts = { typed_text, m };
    const struct ob_kind *typed = m->kind ? ob_kind_typed(m->kind, &texts) : NULL;
    const struct ob_param *p = typed && typed != m->kind ? typed->params : NULL;
    for (; p && p->kind; p++) {
        const struct ob_schema_key key = { m->section, m->kind, p, NULL };
        if (!ob_param_find(m->kind->params, p->name))
            make_key(m, &key);
    }
}

static void make_section(struct making *m, const char *name)
{
    size_t heading = m->form->rows;
    struct ob_form_row *row = add_row(m->form);
    row->kind = OB_FORM_SECTION;
    row->section = m->section;
    row->where = ob_xstrdup(name);
    if (m->section->aside)
        ob_form_add_axes(m->form, heading, &m->text, &m->under);
    m->name = name;
    m->kind = m->section->inherits ? own_kind(m, name) : chosen(m, m->section);
    m->want = "";
    ob_schema_each(visit, m);
    for (const char *s = m->first; *s;) {
        size_t n = strcspn(s, " ");
        char *want = ob_xstrndup(s, n);
        m->want = want;
        ob_schema_each(visit, m);
        free(want);
        s += n + (s[n] == ' ');
    }
    m->want = NULL;
    ob_schema_each(visit, m);
    make_typed(m);
    bool rare = true;
    for (size_t i = heading + 1; i < m->form->rows; i++)
        rare = rare && !ob_form_shows(&m->form->row[i], false);
    m->form->row[heading].rare = rare;
    m->form->row[heading].idle = m->idle;
}

/* [group.NAME] for each that is there, in the order of the files. */
static void make_groups(struct making *m)
{
    const struct ob_ini *layer[] = { &m->under, &m->text };
    size_t from = m->form->rows, n = strlen(m->section->name);
    for (size_t l = 0; l < OB_COUNT(layer); l++) {
        for (size_t i = 0; i < layer[l]->headers; i++) {
            const char *name = layer[l]->header[i].section;
            bool new = strncmp(name, m->section->name, n) == 0 && name[n] == '.';
            for (size_t r = from; r < m->form->rows && new; r++)
                new = strcmp(m->form->row[r].where, name) != 0;
            if (new)
                make_section(m, name);
        }
    }
}

static void make_planned(struct making *m, const struct ob_section *s, const char *first,
                         const char *rare)
{
    m->section = s;
    m->first = first;
    bool unused = s->aside ? !ob_form_has_header(&m->text, s->name) &&
                                 !ob_form_has_header(&m->under, s->name)
                           : m->no_rows && strcmp(s->name, "batch") == 0;
    m->rare = unused ? "*" : rare;
    m->idle = m->no_rows && strcmp(s->name, "data") == 0;
    if (s->repeats)
        make_groups(m);
    else
        make_section(m, s->name);
}

static void read_ini(const struct ob_buf *text, struct ob_ini *ini)
{
    struct ob_diags diags = { 0 };
    ob_ini_parse("", ob_buf_text(text), text->len, ini, &diags);
    ob_diags_finish(&diags);
}

void ob_form_rows(struct ob_form *f)
{
    struct making m = { .form = f };
    size_t n;
    const struct ob_section *all = ob_schema(&n);
    ob_form_rows_finish(f);
    read_ini(&f->now.text, &m.text);
    read_ini(&f->now.under, &m.under);
    m.no_rows = !ob_kind_needs_data(chosen(&m, ob_schema_section("model")));
    for (size_t i = 0; i < OB_COUNT(plan); i++) {
        const struct ob_section *s = ob_schema_section(plan[i].section);
        if (s)
            make_planned(&m, s, plan[i].first, plan[i].rare);
    }
    for (size_t i = 0; i < n; i++) {
        bool planned = all[i].aside;
        for (size_t k = 0; k < OB_COUNT(plan); k++)
            planned = planned || strcmp(all[i].name, plan[k].section) == 0;
        if (!planned)
            make_planned(&m, &all[i], "", "");
    }
    ob_ini_finish(&m.text);
    ob_ini_finish(&m.under);
}

void ob_form_rows_finish(struct ob_form *f)
{
    for (size_t i = 0; i < f->rows; i++) {
        free(f->row[i].where);
        free(f->row[i].value);
        free(f->row[i].fallback);
        free(f->row[i].problem);
        ob_form_axis_destroy(f->row[i].axis);
    }
    free(f->row);
    f->row = NULL;
    f->rows = 0;
}

size_t ob_form_rank(const char *section)
{
    size_t n, i = 0, stem = strcspn(section, ".");
    const struct ob_section *s = ob_schema(&n);
    while (i < n && (strlen(s[i].name) != stem || strncmp(s[i].name, section, stem) != 0))
        i++;
    return i;
}
