/*
 * [plugin]: loaded before anything else of a config is judged, for the other sections may
 * name what it brings.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/conf/plugin.h"
#include "spec_priv.h"

const struct ob_param ob_plugin_params[] = {
    OB_TEXTS(struct ob_plugin_opts, path,
             .help = "shared objects with optimizers and models of their own, as "
                     "`optbench plugin build` makes them; they are programs, and run"),
    { 0 },
};

/* One word of the list, resolved as any path. */
static bool load_one(struct ob_spec *spec, const struct item *it, const char *word,
                     struct ob_diags *diags)
{
    static const struct ob_param path[] = {
        { .name = "path", .kind = OB_PARAM_PATH },
        { 0 },
    };
    struct item one = *it;
    struct ob_buf quoted = { 0 };
    struct ob_err err;
    char *file = NULL;
    ob_ini_quote(word, &quoted);
    one.value = ob_buf_text(&quoted);
    bool ok = value_set(path, &file, &one, diags);
    if (ok && !ob_plugin_load(file, &err))
        ok = item_complain(it, diags, err.code, "%s", err.text);
    if (ok) {
        struct ob_texts *list = &spec->plugin.path;
        list->item = ob_xreallocarray(list->item, list->n + 1, sizeof *list->item);
        list->item[list->n++] = file;
        file = NULL;
    }
    free(file);
    ob_buf_finish(&quoted);
    return ok;
}

static void load_all(struct ob_spec *spec, const struct item *it, struct ob_diags *diags)
{
    struct ob_plugin_opts words = { 0 };
    ob_params_finish(ob_plugin_params, &spec->plugin);
    if (value_set(ob_plugin_params, &words, it, diags))
        for (size_t i = 0; i < words.path.n; i++)
            load_one(spec, it, words.path.item[i], diags);
    ob_params_finish(ob_plugin_params, &words);
    note_add(spec, it->section, it->key, it);
}

void spec_plugins(struct ob_spec *spec, const struct layers *ls, struct ob_diags *diags)
{
    for (size_t i = 0; i < ls->n; i++)
        for (size_t e = 0; e < ls->item[i].ini.entries; e++) {
            struct item it = layer_item(&ls->item[i], &ls->item[i].ini.entry[e]);
            if (!strcmp(it.section, "plugin") && !strcmp(it.key, "path") &&
                !layers_later(ls, i, it.section, it.key))
                load_all(spec, &it, diags);
        }
}
