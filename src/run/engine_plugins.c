#include <config.h>

#include "engine_plugins.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/conf/plugin.h"

enum { LINE_MAX_BYTES = 1024 };

static bool keep_one(const struct ob_rundir *d, const struct ob_plugin_loaded *l,
                     struct ob_err *err)
{
    const struct ob_plugin *p = l->plugin;
    char *source = ob_xasprintf("plugins/%s.c", p->name);
    char *hash = ob_xasprintf("plugins/%s.hash", p->name);
    char *line = ob_xasprintf("%016" PRIx64 " %s\n", l->hash, p->version);
    bool ok = !p->source ||
              ob_rundir_replace(d, source, p->source, strlen(p->source), false, err);
    ok = ok && ob_rundir_replace(d, hash, line, strlen(line), false, err);
    free(source);
    free(hash);
    free(line);
    return ok;
}

bool engine_plugins_keep(const struct ob_rundir *d, const struct ob_spec *spec,
                         struct ob_err *err)
{
    bool ok = spec->plugin.path.n == 0 || ob_rundir_mkdir(d, "plugins", err);
    for (size_t i = 0; ok && i < spec->plugin.path.n; i++) {
        const struct ob_plugin_loaded *l = ob_plugin_load(spec->plugin.path.item[i], err);
        ok = l && keep_one(d, l, err);
    }
    return ok;
}

bool engine_plugins_differ(const struct ob_rundir *d, const struct ob_spec *spec,
                           struct engine_plugin *out)
{
    bool differs = false;
    struct ob_buf text = { 0 };
    for (size_t i = 0; !differs && i < spec->plugin.path.n; i++) {
        const struct ob_plugin_loaded *l =
            ob_plugin_load(spec->plugin.path.item[i], NULL);
        char *file = l ? ob_xasprintf("plugins/%s.hash", l->plugin->name) : NULL;
        *out = (struct engine_plugin){ 0 };
        if (file && ob_rundir_read(d, file, LINE_MAX_BYTES, &text, NULL)) {
            size_t n = strspn(ob_buf_text(&text), "0123456789abcdef");
            snprintf(out->name, sizeof out->name, "%s", l->plugin->name);
            snprintf(out->then, sizeof out->then, "%.*s", n < 16 ? (int)n : 16,
                     ob_buf_text(&text));
            snprintf(out->now, sizeof out->now, "%016" PRIx64, l->hash);
            differs = strcmp(out->then, out->now) != 0;
        }
        free(file);
    }
    ob_buf_finish(&text);
    return differs;
}
