#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "spec_priv.h"

/* One ob_spec_load(). Entries are applied in two sweeps over the layers: first the keys
 * that choose kinds, for they decide what the other keys mean; then, layer by layer, all
 * others, general sections before [section.KIND]. Groups come last, since they start
 * from what [optimizer] ended up as; first the kinds that they name, in a sweep of their
 * own. */
struct loading {
    struct ob_spec *spec;
    struct layers layers;
    size_t at; /* the layer whose entries are visited */
    struct ob_diags *diags;
};

/* What a sweep does with one entry whose section is known. */
typedef void visit_fn(struct loading *l, const struct item *it, struct place p);

/* Calls fn for every entry of layer `at` in a known section; what is said of sweeps is
 * read elsewhere (sweep.c). */
static void each_entry(struct loading *l, size_t at, visit_fn *fn)
{
    const struct layer *from = &l->layers.item[at];
    l->at = at;
    for (size_t i = 0; i < from->ini.entries; i++) {
        struct item it = layer_item(from, &from->ini.entry[i]);
        struct place p = place_find(it.section, it.file, it.line, NULL);
        if (p.section && !p.section->aside)
            fn(l, &it, p);
    }
}

static void each_layer(struct loading *l, visit_fn *fn)
{
    for (size_t i = 0; i < l->layers.n; i++)
        each_entry(l, i, fn);
}

/* Reports sections that do not exist, once for each header; a set has no header. */
static void check_headers(struct loading *l)
{
    for (size_t i = 0; i < l->layers.n; i++) {
        const struct ob_ini *ini = &l->layers.item[i].ini;
        for (size_t h = 0; h < ini->headers; h++)
            place_find(ini->header[h].section, ini->path, ini->header[h].line, l->diags);
        for (size_t e = 0; e < ini->entries; e++) {
            const struct ob_ini_entry *entry = &ini->entry[e];
            if (!entry->line)
                place_find(entry->section, ini->path, 0, l->diags);
            else if (!*entry->section)
                ob_diags_add(l->diags, OB_ECONFIG, ini->path, entry->line,
                             "'%s' stands before the first [section]", entry->key);
        }
    }
}

static bool chooses_kind(const struct item *it, struct place p)
{
    return p.section->family && !p.kind && !strcmp(it->key, p.section->family->key->name);
}

static void visit_kind(struct loading *l, const struct item *it, struct place p)
{
    if (!chooses_kind(it, p))
        return;
    const struct ob_family *f = p.section->family;
    int chosen = 0;
    if (!value_set(f->key, &chosen, it, l->diags))
        return;
    const struct ob_kind *old = spec_kind(p.section, l->spec);
    kind_opts_free(old, *spec_opts(p.section, l->spec));
    spec_choose(p.section, l->spec, &f->kind[chosen]);
    note_add(l->spec, p.section->name, it->key, it);
}

/* Where nobody chose a line search, an optimizer that depends on one has its usual. */
static void choose_search(struct ob_spec *spec)
{
    const struct ob_section *s = ob_schema_section("line_search");
    const char *usual = spec->optimizer.type->usual_search, *file;
    unsigned line;
    if (!usual || ob_spec_where(spec, s->name, s->family->key->name, &file, &line))
        return;
    kind_opts_free(spec_kind(s, spec), *spec_opts(s, spec));
    spec_choose(s, spec, ob_family_find(s->family, usual));
}

/* A typed rule has the options that its texts name. */
static void settle_rule(struct loading *l)
{
    const struct ob_section *s = ob_schema_section("optimizer");
    const struct ob_kind *old = spec_kind(s, l->spec);
    if (!spec_is_rule(s, old))
        return;
    kind_opts_free(old, *spec_opts(s, l->spec));
    spec_choose(s, l->spec, spec_rule_kind(&l->layers, true, NULL));
}

/* The options that one entry writes to. */
struct target {
    const struct ob_section *section;
    const struct ob_kind *kind; /* NULL = none */
    void *common, *opts;
};

static void set_alias(const struct ob_alias *a, const struct target *t,
                      const struct item *it, struct ob_diags *diags)
{
    struct ob_texts words = { 0 };
    struct ob_err err;
    static const struct ob_param list[] = {
        { .name = "values", .kind = OB_PARAM_TEXTS },
        { 0 },
    };
    size_t keys = 0;
    while (a->key[keys])
        keys++;
    bool ok = ob_param_set(list, &words, it->value, &err);
    if (!ok)
        item_complain(it, diags, OB_ECONFIG, "%s", err.text);
    else if (words.n != keys)
        ok = item_complain(it, diags, OB_ECONFIG, "needs %zu values (%s), not %zu", keys,
                           a->help, words.n);
    for (size_t i = 0; ok && i < keys; i++) {
        struct item part = *it;
        part.value = words.item[i];
        ok = value_set(ob_param_find(t->kind->params, a->key[i]), t->opts, &part, diags);
    }
    ob_params_finish(list, &words);
}

/* Sets what the entry says. True where the key exists, whatever became of the value. */
static bool apply(const struct target *t, const struct item *it, struct ob_diags *diags)
{
    bool own;
    const struct ob_param *p = place_param(t->section, t->kind, it->key, &own);
    const struct ob_alias *a = t->kind ? ob_schema_alias(t->kind, it->key) : NULL;
    if (p)
        value_set(p, own ? t->common : t->opts, it, diags);
    else if (a)
        set_alias(a, t, it, diags);
    else
        unknown_key(it, t->section, t->kind, diags);
    return p || a;
}

/* Settings of a kind that is not active: checked as if it were, then forgotten. */
static void check_idle(const struct loading *l, const struct item *it, struct place p)
{
    struct ob_diags *diags = l->diags;
    struct ob_spec idle = { 0 };
    if (spec_is_rule(p.section, p.kind))
        p.kind = spec_rule_kind(&l->layers, false, NULL);
    struct target t = { p.section, p.kind, spec_common(p.section, &idle),
                        kind_opts(p.kind) };
    apply(&t, it, diags);
    ob_params_finish(p.section->params, t.common);
    kind_opts_free(p.kind, t.opts);
}

/* A value that was meant for another kind: a later layer, a set perhaps, chooses the kind
 * and gives the key again. Only that one counts. */
static bool meant_for_another(const struct loading *l, const struct item *it,
                              struct place p)
{
    return p.section->family && !p.kind &&
           layers_later(&l->layers, l->at, it->section, p.section->family->key->name) &&
           layers_later(&l->layers, l->at, it->section, it->key);
}

static void visit_section(struct loading *l, const struct item *it, struct place p,
                          bool special)
{
    bool loaded = !strcmp(p.section->name, "plugin") && !strcmp(it->key, "path");
    if (loaded || p.group || special != (p.kind != NULL) || chooses_kind(it, p) ||
        meant_for_another(l, it, p))
        return;
    const struct ob_kind *active = spec_kind(p.section, l->spec);
    if (p.kind && !spec_same_kind(p.kind, active)) {
        check_idle(l, it, p);
        return;
    }
    struct target t = { p.section, active, spec_common(p.section, l->spec),
                        p.section->family ? *spec_opts(p.section, l->spec) : NULL };
    if (apply(&t, it, l->diags))
        note_add(l->spec, p.section->name, it->key, it);
}

static void visit_general(struct loading *l, const struct item *it, struct place p)
{
    visit_section(l, it, p, false);
}

static void visit_special(struct loading *l, const struct item *it, struct place p)
{
    visit_section(l, it, p, true);
}

static bool is_group(struct place p)
{
    return ob_section_is_group(p.section);
}

/* Phases in the order of the file, and the kind that each names. */
static void visit_phase(struct loading *l, const struct item *it, struct place p)
{
    if (!p.group || !p.section->inherits || is_group(p))
        return;
    struct ob_phase_spec *phase = spec_phase(l->spec, p.group);
    const struct ob_param *kind = ob_param_find(ob_phase_params, "kind");
    if (!strcmp(it->key, kind->name))
        value_set(kind, phase, it, l->diags);
}

static void begin_phases(struct loading *l)
{
    each_layer(l, visit_phase);
    for (size_t i = 0; i < l->spec->phases; i++)
        spec_phase_begin(&l->spec->phase[i]);
}

/* Groups in the order of the file, and the optimizer that each names. */
static void visit_group(struct loading *l, const struct item *it, struct place p)
{
    if (!p.group || !is_group(p))
        return;
    struct ob_group_spec *g = spec_group(l->spec, p.group);
    const struct ob_param *kind = ob_param_find(ob_group_params, "kind");
    if (!strcmp(it->key, kind->name))
        value_set(kind, g, it, l->diags);
}

/* [optimizer.KIND] is meant for groups of that kind, too; what is wrong with it is told
 * where it is checked. */
static void visit_group_base(struct loading *l, const struct item *it, struct place p)
{
    struct ob_diags told = { 0 };
    if (!p.kind || strcmp(p.section->name, "optimizer"))
        return;
    for (size_t i = 0; i < l->spec->groups; i++) {
        struct ob_group_spec *g = &l->spec->group[i];
        struct target t = { p.section, p.kind, spec_common(p.section, l->spec), g->opts };
        t.kind = spec_group_kind(g);
        if (spec_same_kind(t.kind, p.kind) && g->type != l->spec->optimizer.type)
            apply(&t, it, &told);
    }
    ob_diags_finish(&told);
}

static void begin_groups(struct loading *l)
{
    each_layer(l, visit_group);
    for (size_t i = 0; i < l->spec->groups; i++)
        spec_group_begin(l->spec, &l->layers, &l->spec->group[i]);
    each_layer(l, visit_group_base);
}

static struct ob_layer_spec *layer_of(struct ob_spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->layers; i++)
        if (!strcmp(spec->layer[i].name, name))
            return &spec->layer[i];
    spec->layer = ob_xreallocarray(spec->layer, spec->layers + 1, sizeof *spec->layer);
    struct ob_layer_spec *to = &spec->layer[spec->layers++];
    *to = (struct ob_layer_spec){ .name = ob_xstrdup(name) };
    ob_params_reset(ob_layer_params, &to->opts);
    return to;
}

static void visit_layer(struct loading *l, const struct item *it, struct place p)
{
    struct target t = { p.section, NULL, &layer_of(l->spec, p.group)->opts, NULL };
    if (apply(&t, it, l->diags))
        note_add(l->spec, it->section, it->key, it);
}

static struct target target_group(const struct loading *l, struct place p)
{
    struct ob_group_spec *g = spec_group(l->spec, p.group);
    return (struct target){ p.section, spec_group_kind(g), g, g->opts };
}

static struct target target_phase(const struct loading *l, struct place p)
{
    struct ob_phase_spec *phase = spec_phase(l->spec, p.group);
    return (struct target){ p.section, spec_phase_kind(phase), phase, phase->opts };
}

static void visit_named(struct loading *l, const struct item *it, struct place p)
{
    if (!p.group)
        return;
    if (!p.section->inherits) {
        visit_layer(l, it, p);
        return;
    }
    struct target t = is_group(p) ? target_group(l, p) : target_phase(l, p);
    struct ob_diags told = { 0 };
    bool kind = !strcmp(it->key, "kind"); /* judged where it was chosen */
    if (apply(&t, it, kind ? &told : l->diags))
        note_add(l->spec, it->section, it->key, it);
    ob_diags_finish(&told);
}

static void reset(struct ob_spec *spec)
{
    size_t n;
    const struct ob_section *s = ob_schema(&n);
    for (size_t i = 0; i < n; i++) {
        if (s[i].repeats || s[i].aside)
            continue;
        ob_params_reset(s[i].params, spec_common(&s[i], spec));
        if (s[i].family)
            spec_choose(&s[i], spec, &s[i].family->kind[s[i].family->fallback]);
    }
}

/* "dir/heights.ini" -> "heights"; what may not stand in a name becomes '-'. */
static char *stem(const char *path)
{
    const char *base = ob_path_base(path);
    const char *dot = strrchr(base, '.');
    size_t n = dot && dot > base ? (size_t)(dot - base) : strlen(base);
    char *name = ob_xstrndup(base, n < 64 ? n : 64);
    for (char *c = name; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-",
                    *c))
            *c = '-';
    if (ob_path_is_plain(name))
        return name;
    free(name);
    return ob_xstrdup("experiment");
}

/* Defaults that depend on other values. */
static void derive(struct ob_spec *spec)
{
    const char *file;
    unsigned line;
    free(spec->experiment.base);
    spec->experiment.base = NULL;
    if (!spec->experiment.name)
        spec->experiment.name = stem(spec->path);
    if (!spec->experiment.math && !(spec->model.type->needs & OB_PROBLEM_NETWORK))
        spec->experiment.math = OB_MATH_REPRODUCIBLE + 1;
    if (spec->experiment.rng != OB_RNG_PHILOX && spec->batch.order == OB_ORDER_AUTO)
        spec->batch.order = OB_ORDER_LOADER;
    if (!spec->data.common.target && spec->data.type->target)
        spec->data.common.target = ob_xstrdup(spec->data.type->target);
    const struct ob_section *seed = ob_schema_section("seed");
    for (const struct ob_param *p = seed->params; p->kind; p++)
        if (p->kind == OB_PARAM_INTEGER &&
            !ob_spec_where(spec, seed->name, p->name, &file, &line))
            memcpy((char *)spec_common(seed, spec) + p->offset, &spec->experiment.seed,
                   sizeof spec->experiment.seed);
}

/* Place of the file that a problem is about in the order of reading; without a file it
 * comes first. */
static size_t rank(const struct loading *l, const struct ob_diag *d)
{
    size_t i = 0;
    if (!d->file)
        return 0;
    while (i < l->layers.n && strcmp(l->layers.item[i].ini.path, d->file))
        i++;
    return i + 1;
}

static bool is_same(const struct ob_diag *a, const struct ob_diag *b)
{
    return a->line == b->line && a->file && b->file && !strcmp(a->file, b->file) &&
           !strcmp(a->text, b->text);
}

/* Moves the problems to the caller's list, file by file as they were read and each in
 * the order of its lines: the sweeps found them in another, and the name of a base twice.
 */
static void tell(struct loading *l, struct ob_diags *to)
{
    const struct ob_diag *last = NULL;
    ob_diags_sort(l->diags);
    for (size_t r = 0; r <= l->layers.n + 1; r++)
        for (size_t i = 0; i < l->diags->n; i++) {
            const struct ob_diag *d = &l->diags->item[i];
            if (rank(l, d) != r || (last && is_same(last, d)))
                continue;
            ob_diags_add(to, d->code, d->file, d->line, "%s", d->text);
            last = d;
        }
    ob_diags_finish(l->diags);
}

bool ob_spec_read(const struct ob_spec_from *from, struct ob_spec *spec,
                  struct ob_diags *diags)
{
    struct ob_diags found = { 0 };
    struct loading l = { .spec = spec, .diags = &found };
    spec->path = ob_xstrdup(from->path);
    reset(spec);
    layers_read(&l.layers, from, &found);
    spec_plugins(spec, &l.layers, &found);
    check_headers(&l);
    bool whole = found.n == 0;
    each_layer(&l, visit_kind);
    choose_search(spec);
    settle_rule(&l);
    for (size_t i = 0; i < l.layers.n; i++) {
        each_entry(&l, i, visit_general);
        each_entry(&l, i, visit_special);
    }
    begin_groups(&l);
    begin_phases(&l);
    each_layer(&l, visit_named);
    derive(spec);
    spec_check(spec, whole, &found);
    bool ok = found.n == 0;
    tell(&l, diags);
    layers_finish(&l.layers);
    return ok;
}

bool ob_spec_load(const char *path, const char *const *sets, size_t nsets,
                  struct ob_spec *spec, struct ob_diags *diags)
{
    struct ob_spec_from from = { .path = path, .sets = sets, .nsets = nsets };
    return ob_spec_read(&from, spec, diags);
}
