#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "spec_priv.h"

/* Bases of bases; more is a mistake, and a chain through changing links has no end. */
#define DEPTH_MAX 16

/* The files that are being read, from the one that the user named to the innermost. */
struct chain {
    const struct chain *outer;
    char *real; /* by realpath(3), so that links and ".." are seen through */
    unsigned depth;
};

static bool in_chain(const struct chain *c, const char *real)
{
    for (; c; c = c->outer)
        if (!strcmp(c->real, real))
            return true;
    return false;
}

static struct layer *layer_add(struct layers *ls)
{
    ls->item = ob_xreallocarray(ls->item, ls->n + 1, sizeof *ls->item);
    struct layer *l = &ls->item[ls->n++];
    *l = (struct layer){ 0 };
    return l;
}

struct item layer_item(const struct layer *l, const struct ob_ini_entry *e)
{
    return (struct item){ .file = l->ini.path,
                          .dir = l->dir,
                          .line = e->line,
                          .section = e->section,
                          .key = e->key,
                          .value = e->value };
}

static bool read_file(struct layers *ls, const char *path, const struct chain *outer,
                      const struct item *named_by, struct ob_diags *diags);

/* The one key that is followed before anything is known about the others. */
static const char base_section[] = "experiment", base_key[] = "base";

static bool is_base(const struct ob_ini_entry *e)
{
    return !strcmp(e->section, base_section) && !strcmp(e->key, base_key);
}

/* Reads the base of a layer, where it has one, in front of it. */
static bool read_base(struct layers *ls, const struct layer *l, const struct chain *here,
                      struct ob_diags *diags)
{
    for (size_t i = 0; i < l->ini.entries; i++) {
        const struct ob_ini_entry *e = &l->ini.entry[i];
        if (!is_base(e))
            continue;
        struct ob_experiment_opts opts = { 0 };
        struct item it = layer_item(l, e);
        const struct ob_param *p = ob_param_find(ob_experiment_params, base_key);
        bool ok = value_set(p, &opts, &it, diags) && opts.base &&
                  read_file(ls, opts.base, here, &it, diags);
        ob_params_finish(ob_experiment_params, &opts);
        return ok;
    }
    return true;
}

/* Says what is wrong with a file: where its name was written, or of itself. */
static bool complain(const struct item *named_by, struct ob_err *err,
                     struct ob_diags *diags)
{
    if (err->code == OB_EDATA) /* a folder, a device: the wrong thing was named */
        err->code = OB_ECONFIG;
    if (named_by)
        return item_complain(named_by, diags, err->code, "%s", err->text);
    return ob_diags_add_err(diags, NULL, 0, err);
}

static struct chain link_of(const char *path, const struct chain *outer)
{
    struct chain here = { .outer = outer, .depth = outer ? outer->depth + 1 : 0 };
    here.real = realpath(path, NULL);
    if (!here.real)
        here.real = ob_path_absolute(path);
    return here;
}

/* Adds the layer of a text, behind those that it is based on. */
static bool read_text(struct layers *ls, const char *path, const struct ob_buf *text,
                      const struct chain *here, struct ob_diags *diags)
{
    struct layer l = { .dir = ob_path_dir(path) };
    bool ok = ob_ini_parse(path, ob_buf_text(text), text->len, &l.ini, diags);
    ok = read_base(ls, &l, here, diags) && ok;
    *layer_add(ls) = l;
    return ok;
}

static bool read_file(struct layers *ls, const char *path, const struct chain *outer,
                      const struct item *named_by, struct ob_diags *diags)
{
    struct ob_buf text = { 0 };
    struct ob_err err = { 0 };
    struct chain here = link_of(path, outer);
    bool ok;
    if (in_chain(outer, here.real))
        ok = ob_fail(&err, OB_ECONFIG, "the file is based on itself: %s", path);
    else if (here.depth > DEPTH_MAX)
        ok = ob_fail(&err, OB_ECONFIG, "more than %d files based on one another",
                     DEPTH_MAX);
    else
        ok = ob_file_read(path, OB_INI_FILE_MAX, &text, &err);
    ok = ok ? read_text(ls, path, &text, &here, diags) : complain(named_by, &err, diags);
    ob_buf_finish(&text);
    free(here.real);
    return ok;
}

/* The first file, whose text the caller has. */
static bool read_given(struct layers *ls, const struct ob_spec_from *from,
                       struct ob_diags *diags)
{
    struct ob_buf text = { 0 };
    struct chain here = link_of(from->path, NULL);
    ob_buf_add(&text, from->text, from->n);
    bool ok = read_text(ls, from->path, &text, &here, diags);
    ob_buf_finish(&text);
    free(here.real);
    return ok;
}

/* "section.key=value": the key is what follows the last dot in front of the '='. */
static bool read_set(struct layers *ls, const char *set, struct ob_diags *diags)
{
    char *label = ob_xasprintf("--set %s", set);
    const char *eq = strchr(set, '='), *dot = NULL;
    for (const char *s = set; eq && s < eq; s++)
        if (*s == '.')
            dot = s;
    struct ob_err err;
    bool ok = ob_ini_check_text(set, strlen(set), &err);
    if (ok && (!dot || dot == set || dot + 1 == eq))
        ok = ob_fail(&err, OB_EUSAGE,
                     "expected section.key=value, such as optimizer.lr=0.1");
    else if (ok && eq - set > (ptrdiff_t)OB_INI_NAME_MAX)
        ok =
            ob_fail(&err, OB_EUSAGE, "the key is longer than %zu bytes", OB_INI_NAME_MAX);
    struct layer *l = layer_add(ls);
    l->ini.path = label;
    if (!ok)
        return ob_diags_add_err(diags, label, 0, &err);
    eq += 1 + strspn(eq + 1, " \t");
    size_t n = strlen(eq);
    while (n && strchr(" \t", eq[n - 1]))
        n--;
    l->ini.entry = ob_xcalloc(1, sizeof *l->ini.entry);
    l->ini.entries = 1;
    l->ini.entry[0] = (struct ob_ini_entry){
        .section = ob_xstrndup(set, (size_t)(dot - set)),
        .key = ob_xstrndup(dot + 1, strcspn(dot + 1, "= \t")),
        .value = ob_xstrndup(eq, n),
    };
    if (!is_base(l->ini.entry))
        return true;
    struct item it = layer_item(l, l->ini.entry);
    return item_complain(&it, diags, OB_EUSAGE, "only a file can be based on another");
}

bool layers_read(struct layers *ls, const struct ob_spec_from *from,
                 struct ob_diags *diags)
{
    bool ok = from->text ? read_given(ls, from, diags)
                         : read_file(ls, from->path, NULL, NULL, diags);
    for (size_t i = 0; i < from->nsets; i++)
        ok = read_set(ls, from->sets[i], diags) && ok;
    return ok;
}

bool layers_later(const struct layers *ls, size_t at, const char *section,
                  const char *key)
{
    for (size_t i = at + 1; i < ls->n; i++)
        for (size_t e = 0; e < ls->item[i].ini.entries; e++)
            if (!strcmp(ls->item[i].ini.entry[e].section, section) &&
                !strcmp(ls->item[i].ini.entry[e].key, key))
                return true;
    return false;
}

void layers_finish(struct layers *ls)
{
    for (size_t i = 0; i < ls->n; i++) {
        ob_ini_finish(&ls->item[i].ini);
        free(ls->item[i].dir);
    }
    free(ls->item);
    *ls = (struct layers){ 0 };
}
