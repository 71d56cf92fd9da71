#include <config.h>

#include "optbench/conf/under.h"

#include <stdlib.h>

#include "optbench/base/path.h"
#include "optbench/conf/ini_edit.h"
#include "spec_priv.h"

/* The file that the text names as its base; NULL = none. */
static char *base_of(const char *path, const struct ob_buf *text)
{
    static const char section[] = "experiment", key[] = "base";
    struct ob_buf value = { 0 };
    struct ob_diags unheard = { 0 };
    struct ob_experiment_opts opts = { 0 };
    char *dir = ob_path_dir(path), *base = NULL;
    unsigned line;
    if (ob_ini_edit_get(text, section, key, &value, &line)) {
        struct item it = { path, dir, line, section, key, ob_buf_text(&value) };
        value_set(ob_param_find(ob_experiment_params, key), &opts, &it, &unheard);
        base = opts.base;
        opts.base = NULL;
    }
    ob_params_finish(ob_experiment_params, &opts);
    ob_diags_finish(&unheard);
    ob_buf_finish(&value);
    free(dir);
    return base;
}

void ob_ini_under(const char *path, const struct ob_buf *text, struct ob_buf *under)
{
    struct layers layers = { 0 };
    struct ob_diags unheard = { 0 };
    char *base = base_of(path, text);
    if (base)
        layers_read(&layers, &(struct ob_spec_from){ .path = base }, &unheard);
    for (size_t i = 0; i < layers.n; i++)
        for (size_t e = 0; e < layers.item[i].ini.entries; e++) {
            const struct ob_ini_entry *entry = &layers.item[i].ini.entry[e];
            if (entry->section[0] && entry->value)
                ob_ini_edit_set(under, entry->section, entry->key, entry->value, NULL);
        }
    layers_finish(&layers);
    ob_diags_finish(&unheard);
    free(base);
}
