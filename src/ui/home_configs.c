#include <config.h>

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "feed_priv.h"
#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/conf/ini.h"
#include "optbench/sweep/folder.h"
#include "optbench/ui/folders.h"

#define FILE_MAX ((size_t)1 << 20)

enum { MOST_CONFIGS = 500, ABOUT_MAX = 1200, DEEPEST = 8 };

static const char *value_of(const struct ob_ini *ini, const char *key)
{
    for (size_t i = 0; i < ini->entries; i++)
        if (strcmp(ini->entry[i].section, "experiment") == 0 &&
            strcmp(ini->entry[i].key, key) == 0)
            return ini->entry[i].value;
    return NULL;
}

/* The comment that the file begins with, without its marks: what the experiment is for.
 */
static char *about_of(const char *path)
{
    struct ob_buf text = { 0 }, about = { 0 };
    if (!ob_file_read(path, FILE_MAX, &text, NULL))
        ob_buf_clear(&text);
    const char *at = ob_buf_text(&text);
    while (*at == ';' || *at == '#') {
        size_t n = strcspn(at, "\n"), marks = strspn(at, ";# \t");
        if (about.len + n > ABOUT_MAX)
            break;
        if (about.len > 0 && marks < n)
            ob_buf_addc(&about, ' ');
        if (marks < n)
            ob_buf_add(&about, at + marks, n - marks - (at[n - 1] == '\r'));
        at += n + (at[n] == '\n');
    }
    ob_buf_finish(&text);
    return ob_buf_take(&about);
}

/* What the file that this one is based on says, where it lies beside it or is given by
 * its whole path; others are found when it is run. */
static void read_base(struct ob_brief *b, const char *path, const struct ob_ini *ini,
                      int depth)
{
    struct ob_ini base = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_buf name = { 0 };
    struct ob_err err;
    const char *value = value_of(ini, "base");
    if (!value || depth == DEEPEST || !ob_ini_unquote(value, &name, &err)) {
        ob_buf_finish(&name);
        return;
    }
    char *folder = ob_path_dir(path), *file = ob_path_join(folder, ob_buf_text(&name));
    if (ob_ini_read(file, &base, &diags)) {
        read_base(b, file, &base, depth + 1);
        ob_brief_take(b, &base);
    }
    ob_diags_finish(&diags);
    ob_ini_finish(&base);
    ob_buf_finish(&name);
    free(folder);
    free(file);
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
    e->brief = (struct ob_brief){ .lr = NAN };
    read_base(&e->brief, e->path, &ini, 0);
    ob_brief_take(&e->brief, &ini);
    e->broken = !ok && diags.n > 0;
    if (e->broken)
        ob_buf_addf(&title, "line %u: %s", diags.item[0].line, diags.item[0].text);
    else if (value && !ob_ini_unquote(value, &title, &err))
        ob_buf_clear(&title);
    free(e->title);
    free(e->about);
    e->title = ob_buf_take(&title);
    e->about = about_of(e->path);
    ob_diags_finish(&diags);
    ob_ini_finish(&ini);
}

static uint64_t stamp_of(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return 0;
    const int64_t seen[] = { st.st_mtim.tv_sec, st.st_mtim.tv_nsec, st.st_size,
                             (int64_t)st.st_ino };
    return ob_hash(seen, sizeof seen, 0);
}

void ob_home_config_read(struct ob_config_entry *e)
{
    if (e->heading)
        return;
    uint64_t stamp = stamp_of(e->path);
    if (e->known && stamp == e->stamp)
        return;
    e->stamp = stamp;
    e->known = true;
    read_title(e);
}

static int is_config(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return d->d_name[0] != '.' && n > 4 && strcmp(d->d_name + n - 4, ".ini") == 0;
}

/* What is known of a file that was listed before is kept. */
static void add_entry(struct ob_home_model *home, struct ob_home_model *old, char *path,
                      bool shipped)
{
    struct ob_config_entry e = { .path = path, .shipped = shipped, .brief.lr = NAN };
    for (size_t i = 0; i < old->configs; i++)
        if (old->config[i].title && strcmp(old->config[i].path, path) == 0) {
            struct ob_config_entry *was = &old->config[i];
            e.known = was->known;
            e.broken = was->broken;
            e.stamp = was->stamp;
            e.brief = was->brief;
            e.title = was->title;
            e.about = was->about;
            was->title = was->about = NULL;
            break;
        }
    e.name = ob_xstrdup(ob_path_base(path));
    if (!e.title)
        e.title = ob_xstrdup("");
    if (!e.about)
        e.about = ob_xstrdup("");
    home->config =
        ob_xreallocarray(home->config, home->configs + 1, sizeof *home->config);
    home->config[home->configs++] = e;
}

static void add_heading(struct ob_home_model *home, const char *folder, const char *name,
                        bool added)
{
    struct stat st;
    bool there = stat(folder, &st) == 0 && S_ISDIR(st.st_mode);
    home->config =
        ob_xreallocarray(home->config, home->configs + 1, sizeof *home->config);
    home->config[home->configs++] =
        (struct ob_config_entry){ .path = ob_xstrdup(folder),
                                  .name = ob_xstrdup(name),
                                  .title = ob_xstrdup(there ? "" : "this folder is gone"),
                                  .about = ob_xstrdup(""),
                                  .known = true,
                                  .broken = !there,
                                  .heading = true,
                                  .added = added,
                                  .brief.lr = NAN };
}

/* The files of a folder under its heading; returns how many. */
static size_t add_folder(struct ob_home_model *home, struct ob_home_model *old,
                         const char *folder, bool shipped)
{
    struct dirent **entry = NULL;
    size_t before = home->configs;
    int n = scandir(folder, &entry, is_config, alphasort);
    for (int i = 0; i < n; i++) {
        struct stat st;
        char *path = ob_path_join(folder, entry[i]->d_name);
        if (home->configs < MOST_CONFIGS && stat(path, &st) == 0 && S_ISREG(st.st_mode))
            add_entry(home, old, path, shipped);
        else
            free(path);
        free(entry[i]);
    }
    free(entry);
    return home->configs - before;
}

static void drop_last(struct ob_home_model *home)
{
    struct ob_config_entry *e = &home->config[--home->configs];
    free(e->path);
    free(e->name);
    free(e->title);
    free(e->about);
}

static int is_plain(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

/* The sweeps of the working directory, by the names of their folders. */
static void add_sweeps(struct ob_home_model *home, struct ob_home_model *old)
{
    static const char folder[] = "sweeps";
    struct dirent **entry = NULL;
    size_t before = home->configs;
    int n = scandir(folder, &entry, is_plain, alphasort);
    add_heading(home, folder, "sweeps", false);
    for (int i = 0; i < n; i++) {
        char *path = ob_path_join(folder, entry[i]->d_name);
        if (home->configs < MOST_CONFIGS && ob_sweep_is(path)) {
            add_entry(home, old, ob_path_join(path, "sweep.ini"), false);
            struct ob_config_entry *e = &home->config[home->configs - 1];
            free(e->name);
            e->name = ob_xstrdup(entry[i]->d_name);
            e->sweep = true;
        }
        free(path);
        free(entry[i]);
    }
    free(entry);
    if (home->configs == before + 1)
        drop_last(home);
}

static bool same_folder(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

/* One folder with all of its files needs no heading. */
static void drop_first(struct ob_home_model *home)
{
    struct ob_config_entry first = home->config[0];
    memmove(home->config, home->config + 1, --home->configs * sizeof *home->config);
    home->config[home->configs] = first;
    home->configs++;
    drop_last(home);
}

void ob_home_config_names(struct ob_home_model *home)
{
    struct ob_home_model old = { .config = home->config, .configs = home->configs };
    struct ob_folders folders;
    char *shipped = ob_path_configs();
    size_t groups = 0;
    home->config = NULL;
    home->configs = 0;
    if (!same_folder(".", shipped)) {
        add_heading(home, ".", "working directory", false);
        groups += add_folder(home, &old, ".", false) > 0;
        if (groups == 0)
            drop_last(home);
    }
    size_t own = home->configs;
    add_sweeps(home, &old);
    groups += home->configs > own ? 2 : 0; /* by name, as those of other folders */
    ob_folders_read(&folders);
    for (size_t i = 0; i < folders.n; i++) {
        add_heading(home, folders.path[i], folders.path[i], true);
        if (!same_folder(folders.path[i], shipped) && !same_folder(folders.path[i], "."))
            add_folder(home, &old, folders.path[i], false);
        groups += 2; /* shown by name even where it is the only one */
    }
    memcpy(home->folders_why, folders.why, sizeof home->folders_why);
    ob_folders_finish(&folders);
    add_heading(home, shipped, "shipped with optbench", false);
    if (add_folder(home, &old, shipped, true) > 0)
        groups++;
    else
        drop_last(home);
    if (groups == 1)
        drop_first(home);
    free(shipped);
    ob_home_model_finish(&old);
}
