#include <config.h>

#include "optbench/conf/sweep.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"
#include "sweep_priv.h"

static const char sweep_section[] = "sweep", tune_section[] = "tune";

/* Whether name is word, or word and a dot. */
static bool begins(const char *name, const char *word)
{
    size_t n = strlen(word);
    return !strncmp(name, word, n) && (!name[n] || name[n] == '.');
}

bool sweep_entry_of(const struct item *it, struct sweep_entry *e)
{
    *e = (struct sweep_entry){ .it = *it };
    bool tune = begins(it->section, tune_section);
    if (!tune && !begins(it->section, sweep_section))
        return false;
    size_t n = strlen(tune ? tune_section : sweep_section);
    if (tune && it->section[n]) {
        const char *kind = it->section + n + 1;
        size_t len = it->line ? strlen(kind) : strcspn(kind, ".");
        e->kind = ob_xstrndup(kind, len);
        n += 1 + len;
    }
    e->section = ob_xstrndup(it->section, n);
    bool more = it->section[n] == '.';
    e->key =
        ob_xasprintf("%s%s%s", more ? it->section + n + 1 : "", more ? "." : "", it->key);
    e->it.section = e->section;
    e->it.key = e->key;
    return true;
}

void sweep_entry_finish(struct sweep_entry *e)
{
    free(e->section);
    free(e->key);
    free(e->kind);
    *e = (struct sweep_entry){ 0 };
}

char *sweep_axis_key(const struct sweep_entry *e)
{
    bool own = e->kind && !strchr(e->key, '.');
    return ob_xasprintf("%s%s", own ? "optimizer." : "", e->key);
}

const struct ob_param *sweep_param(const char *section, const char *key)
{
    bool own;
    struct place p = place_find(section, NULL, 0, NULL);
    if (!p.section)
        return NULL;
    const struct ob_param *found = place_param(p.section, p.kind, key, &own);
    const struct ob_family *f = p.kind ? NULL : p.section->family;
    for (size_t i = 0; !found && f && i < f->kinds; i++)
        found = ob_param_find(f->kind[i].params, key);
    return found;
}

/* ---- places ---- */

/* Where an option was given, or the section begins (option ""). */
struct ob_sweep_place {
    char *option, *file;
    unsigned line;
};

static const struct ob_sweep_place *place_of(const struct ob_sweep_spec *s,
                                             const char *option)
{
    for (size_t i = s->places; i-- > 0;)
        if (!strcmp(s->place[i].option, option))
            return &s->place[i];
    return NULL;
}

static void place_add(struct ob_sweep_spec *s, const char *option, const char *file,
                      unsigned line)
{
    s->place = ob_xreallocarray(s->place, s->places + 1, sizeof *s->place);
    s->place[s->places++] = (struct ob_sweep_place){ .option = ob_xstrdup(option),
                                                     .file = ob_xstrdup(file),
                                                     .line = line };
}

bool ob_sweep_complain(const struct ob_sweep_spec *s, struct ob_diags *diags,
                       const char *option, const char *format, ...)
{
    const struct ob_sweep_place *at = place_of(s, option);
    struct ob_buf text = { 0 };
    va_list ap;
    at = at ? at : place_of(s, "");
    va_start(ap, format);
    ob_buf_vaddf(&text, format, ap);
    va_end(ap);
    ob_diags_add(diags, OB_ECONFIG, at ? at->file : NULL, at ? at->line : 0, "%s%s: %s",
                 *option ? "sweep." : "[sweep]", option, ob_buf_text(&text));
    ob_buf_finish(&text);
    return false;
}

const struct ob_sweep_axis *ob_sweep_axis_of(const struct ob_sweep_spec *s,
                                             const char *key, const char *kind)
{
    const struct ob_sweep_axis *of_all = NULL;
    for (size_t i = 0; i < s->axes; i++) {
        const struct ob_sweep_axis *a = &s->axis[i];
        if (strcmp(a->key, key) != 0)
            continue;
        if (a->kind && kind && !strcmp(a->kind, kind))
            return a;
        if (!a->kind)
            of_all = a;
    }
    return of_all;
}

/* ---- reading ---- */

struct reading {
    struct ob_sweep_spec *out;
    struct ob_diags *diags;
};

static void set_option(struct reading *r, const struct sweep_entry *e)
{
    const struct ob_param *p = ob_param_find(ob_sweep_params, e->key);
    if (p) {
        value_set(p, &r->out->opts, &e->it, r->diags);
        place_add(r->out, e->key, e->it.file, e->it.line);
        return;
    }
    struct ob_suggest near;
    ob_suggest_init(&near, e->key);
    for (p = ob_sweep_params; p->kind; p++)
        ob_suggest_offer(&near, p->name);
    if (near.best)
        item_complain(&e->it, r->diags, OB_ECONFIG, "unknown key; did you mean '%s'?",
                      near.best);
    else
        item_complain(&e->it, r->diags, OB_ECONFIG,
                      "unknown key; one of the experiment is written with its section, "
                      "as in optimizer.lr");
}

static void drop_axis(struct ob_sweep_spec *s, const struct ob_sweep_axis *like)
{
    for (size_t i = 0; i < s->axes; i++) {
        struct ob_sweep_axis *a = &s->axis[i];
        bool same_kind =
            !a->kind == !like->kind && (!a->kind || !strcmp(a->kind, like->kind));
        if (!same_kind || strcmp(a->key, like->key) != 0)
            continue;
        sweep_axis_finish(a);
        memmove(a, a + 1, (--s->axes - i) * sizeof *a);
        return;
    }
}

/* An axis takes the place of one of its key that was read before. */
static void set_axis(struct reading *r, const struct sweep_entry *e)
{
    struct ob_sweep_spec *s = r->out;
    struct ob_sweep_axis axis;
    bool ok = sweep_axis_read(e, &axis, r->diags);
    drop_axis(s, &axis);
    if (!ok || !*e->it.value) {
        sweep_axis_finish(&axis);
        return;
    }
    s->axis = ob_xreallocarray(s->axis, s->axes + 1, sizeof *s->axis);
    s->axis[s->axes++] = axis;
}

static bool check_kind(struct reading *r, const struct sweep_entry *e)
{
    const struct ob_family *f = ob_schema_section("optimizer")->family;
    if (!e->kind || ob_family_find(f, e->kind))
        return true;
    const char *near = ob_text_suggest(e->kind, f->key->choices);
    if (near)
        return ob_diags_add(r->diags, OB_ECONFIG, e->it.file, e->it.line,
                            "[%s]: there is no optimizer '%s'; did you mean [tune.%s]?",
                            e->section, e->kind, near);
    return ob_diags_add(r->diags, OB_ECONFIG, e->it.file, e->it.line,
                        "[%s]: there is no optimizer '%s'; 'optbench list optimizers' "
                        "has their names",
                        e->section, e->kind);
}

static void read_entry(struct reading *r, const struct item *it)
{
    struct sweep_entry e;
    if (sweep_entry_of(it, &e)) {
        bool tune = begins(it->section, tune_section);
        r->out->there = r->out->there || !tune;
        if (tune && !e.kind) /* a bare [tune]: told with its header */
            ;
        else if (!check_kind(r, &e))
            ;
        else if (tune || strchr(e.key, '.'))
            set_axis(r, &e);
        else
            set_option(r, &e);
    }
    sweep_entry_finish(&e);
}

/* Headers of the two sections that are none, and whether [sweep] is there. */
static void read_headers(struct reading *r, const struct ob_ini *ini)
{
    for (size_t i = 0; i < ini->headers; i++) {
        const struct ob_ini_header *h = &ini->header[i];
        if (!begins(h->section, sweep_section) && !begins(h->section, tune_section))
            continue;
        place_find(h->section, ini->path, h->line, r->diags);
        if (!begins(h->section, sweep_section))
            continue;
        r->out->there = true;
        place_add(r->out, "", ini->path, h->line);
    }
}

bool ob_sweep_read(const struct ob_spec_from *from, struct ob_sweep_spec *out,
                   struct ob_diags *diags)
{
    struct layers layers = { 0 };
    struct ob_diags found = { 0 }, unheard = { 0 };
    struct ob_spec plugins = { 0 };
    struct reading r = { .out = out, .diags = &found };
    ob_params_reset(ob_sweep_params, &out->opts);
    layers_read(&layers, from, &found);
    spec_plugins(&plugins, &layers, &unheard);
    for (size_t i = 0; i < layers.n; i++) {
        read_headers(&r, &layers.item[i].ini);
        for (size_t e = 0; e < layers.item[i].ini.entries; e++) {
            struct item it = layer_item(&layers.item[i], &layers.item[i].ini.entry[e]);
            read_entry(&r, &it);
        }
    }
    bool ok = found.n == 0;
    ob_diags_sort(&found);
    for (size_t i = 0; i < found.n; i++)
        ob_diags_add(diags, found.item[i].code, found.item[i].file, found.item[i].line,
                     "%s", found.item[i].text);
    ob_spec_finish(&plugins);
    ob_diags_finish(&unheard);
    ob_diags_finish(&found);
    layers_finish(&layers);
    return ok;
}

void ob_sweep_spec_finish(struct ob_sweep_spec *s)
{
    for (size_t i = 0; i < s->axes; i++)
        sweep_axis_finish(&s->axis[i]);
    for (size_t i = 0; i < s->places; i++) {
        free(s->place[i].option);
        free(s->place[i].file);
    }
    free(s->place);
    free(s->axis);
    ob_params_finish(ob_sweep_params, &s->opts);
    *s = (struct ob_sweep_spec){ 0 };
}
