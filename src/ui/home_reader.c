#include <config.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "feed_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/conf/ini.h"

enum { MOST_CONFIGS = 500 };

static const char *value_of(const struct ob_ini *ini, const char *key)
{
    for (size_t i = 0; i < ini->entries; i++)
        if (strcmp(ini->entry[i].section, "experiment") == 0 &&
            strcmp(ini->entry[i].key, key) == 0)
            return ini->entry[i].value;
    return NULL;
}

/* The title that the file gives itself; where it cannot be read, why. Whether the rest
 * of it makes sense is seen when it is run. */
static void read_title(struct ob_config_entry *e)
{
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_buf title = { 0 };
    struct ob_err err;
    bool ok = ob_ini_read(e->path, &ini, &diags);
    const char *value = value_of(&ini, "title");
    ob_brief_take(&e->brief, &ini);
    if (!ok && diags.n > 0) {
        e->broken = true;
        ob_buf_addf(&title, "line %u: %s", diags.item[0].line, diags.item[0].text);
    } else if (value && !ob_ini_unquote(value, &title, &err)) {
        ob_buf_clear(&title);
    }
    e->title = ob_buf_take(&title);
    ob_diags_finish(&diags);
    ob_ini_finish(&ini);
}

static int is_config(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return d->d_name[0] != '.' && n > 4 && strcmp(d->d_name + n - 4, ".ini") == 0;
}

static void add_folder(struct ob_home_model *home, const char *folder, bool shipped)
{
    struct dirent **entry = NULL;
    int n = scandir(folder, &entry, is_config, alphasort);
    for (int i = 0; i < n; i++) {
        struct stat st;
        struct ob_config_entry e = { .path = ob_path_join(folder, entry[i]->d_name),
                                     .name = ob_xstrdup(entry[i]->d_name),
                                     .shipped = shipped };
        if (home->configs < MOST_CONFIGS && stat(e.path, &st) == 0 &&
            S_ISREG(st.st_mode)) {
            read_title(&e);
            home->config =
                ob_xreallocarray(home->config, home->configs + 1, sizeof *home->config);
            home->config[home->configs++] = e;
        } else {
            free(e.path);
            free(e.name);
        }
        free(entry[i]);
    }
    free(entry);
}

static bool same_folder(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

bool ob_home_read(struct ob_home_model *home, struct ob_briefs *briefs, const char *runs,
                  struct ob_err *err)
{
    char *shipped = ob_path_configs();
    add_folder(home, ".", false);
    if (!same_folder(".", shipped))
        add_folder(home, shipped, true);
    free(shipped);
    if (!ob_run_list_read(&home->runs, runs, err))
        return false;
    home->brief = ob_xcalloc(home->runs.n + 1, sizeof *home->brief);
    for (size_t i = 0; i < home->runs.n; i++)
        home->brief[i] = ob_briefs_get(briefs, home->runs.path[i]);
    return true;
}
