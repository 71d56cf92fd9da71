#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "feed_priv.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/conf/ini_edit.h"
#include "optbench/conf/under.h"

/* The part of the feed that brings experiments to the form and takes them back. */

enum { NAMES_MAX = 1000 };

static const char new_stem[] = "new", kept_name[] = "kept";

static bool same_folder(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
           x.st_ino == y.st_ino;
}

/* Whether the file is one of the shipped experiments. */
static bool is_shipped(const char *path)
{
    char *dir = ob_path_dir(path), *shipped = ob_path_configs();
    bool yes = same_folder(dir, shipped);
    free(shipped);
    free(dir);
    return yes;
}

/* A name of the working directory that is not taken: NAME.ini, NAME-2.ini, ... */
static char *free_name(const char *stem)
{
    struct stat st;
    char *name = ob_xasprintf("%s.ini", stem);
    for (int i = 2; i < NAMES_MAX && lstat(name, &st) == 0; i++) {
        free(name);
        name = ob_xasprintf("%s-%d.ini", stem, i);
    }
    return name;
}

static char *stem_of(const char *path)
{
    const char *base = ob_path_base(path), *dot = strrchr(base, '.');
    return ob_xstrndup(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

/* The name that an experiment gives itself, or `otherwise`. */
static char *name_in(const struct ob_buf *text, const char *otherwise)
{
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    char *name = NULL;
    ob_ini_parse("", ob_buf_text(text), text->len, &ini, &diags);
    for (size_t i = 0; i < ini.entries && !name; i++)
        if (strcmp(ini.entry[i].section, "experiment") == 0 &&
            strcmp(ini.entry[i].key, "name") == 0 && ob_path_is_plain(ini.entry[i].value))
            name = ob_xstrdup(ini.entry[i].value);
    ob_diags_finish(&diags);
    ob_ini_finish(&ini);
    return name ? name : ob_xstrdup(otherwise);
}

/* Meant to be saved in the working directory under a name that is free. */
static void place_anew(struct ob_draft *out, const char *stem)
{
    char *name = name_in(&out->text, stem);
    out->path = free_name(name);
    out->save_as = ob_xstrdup(out->path);
    free(name);
}

static bool load_config(const char *path, struct ob_draft *out, struct ob_err *err)
{
    if (!ob_file_read(path, OB_INI_FILE_MAX, &out->text, err))
        return false;
    out->path = ob_xstrdup(path);
    out->stands = true;
    if (is_shipped(path)) {
        char *stem = stem_of(path);
        out->save_as = free_name(stem);
        free(stem);
    } else {
        out->save_as = ob_xstrdup(path);
    }
    return true;
}

static bool load_run(const char *path, struct ob_draft *out, struct ob_err *err)
{
    struct ob_rundir dir = { 0 };
    struct ob_buf resolved = { 0 };
    char *data = ob_path_data(), *root = ob_path_absolute(data);
    char *folder = ob_path_absolute(".");
    bool ok = ob_rundir_open(&dir, path, err) &&
              ob_rundir_read(&dir, "config.ini", OB_INI_FILE_MAX, &resolved, err);
    if (ok) {
        ob_form_compact(ob_buf_text(&resolved), root, folder, &out->text);
        place_anew(out, new_stem);
        /* A variation has the name of the file that it becomes. */
        ob_ini_edit_unset(&out->text, "experiment", "name");
    }
    ob_buf_finish(&resolved);
    ob_rundir_finish(&dir);
    free(folder);
    free(root);
    free(data);
    return ok;
}

/* The folder for texts that are nobody's file, made where it is not there. */
static char *own_folder(struct ob_err *err)
{
    char *state = ob_path_state();
    char *folder = state ? ob_path_join(state, "setup") : NULL;
    free(state);
    if (!folder)
        ob_fail(err, OB_EIO, "there is no home folder to put it aside in: save it first");
    else if (ob_path_mkdirs(folder, err))
        return folder;
    free(folder);
    return NULL;
}

static bool load_kept(struct ob_draft *out, struct ob_err *err)
{
    char *state = ob_path_state(), *folder = ob_path_join(state, "setup");
    char *path = ob_path_join(folder, kept_name);
    bool ok = state && ob_file_read(path, OB_INI_FILE_MAX, &out->text, err);
    if (ok) {
        place_anew(out, new_stem);
        out->kept = true;
    }
    free(path);
    free(folder);
    free(state);
    return ok;
}

bool ob_files_load(struct ob_feed *base, const char *path, struct ob_draft *out,
                   struct ob_err *err)
{
    struct stat st;
    bool ok;
    (void)base;
    if (!path) {
        ok = load_kept(out, err);
    } else if (!*path) {
        ob_form_template(&out->text);
        place_anew(out, new_stem);
        ok = true;
    } else if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        ok = load_run(path, out, err);
    } else {
        ok = load_config(path, out, err);
    }
    if (ok)
        ob_ini_under(out->path, &out->text, &out->under);
    else
        ob_draft_finish(out);
    return ok;
}

void ob_files_under(struct ob_feed *base, const char *path, const struct ob_buf *text,
                    struct ob_buf *out)
{
    (void)base;
    ob_ini_under(path, text, out);
}

/* Replaces a file by the text; a link stays one, permissions stay as they are. */
static bool overwrite(const char *path, const struct ob_buf *text, struct ob_err *err)
{
    struct stat st;
    char *target = realpath(path, NULL);
    const char *file = target ? target : path;
    bool there = stat(file, &st) == 0, ok = true;
    if (there && access(file, W_OK) != 0)
        ok = ob_fail(err, OB_EIO, "%s: %s", path, ob_errno_text(errno));
    if (ok)
        ok = ob_file_replace(AT_FDCWD, file, ob_buf_text(text), text->len, true, err);
    if (ok && there)
        chmod(file, st.st_mode & 07777);
    free(target);
    return ok;
}

bool ob_files_save(struct ob_feed *base, const char *path, const struct ob_buf *text,
                   bool over, struct ob_err *err)
{
    (void)base;
    if (is_shipped(path))
        return ob_fail(err, OB_EUSAGE,
                       "shipped experiments stay as they are: save it elsewhere");
    if (over)
        return overwrite(path, text, err);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return ob_fail(err, errno == EEXIST ? OB_EUSAGE : OB_EIO, "%s: %s", path,
                       ob_errno_text(errno));
    bool ok = ob_file_write(fd, ob_buf_text(text), text->len, err);
    if (close(fd) != 0 && ok)
        ok = ob_fail(err, OB_EIO, "%s", ob_errno_text(errno));
    if (!ok) {
        unlink(path);
        ob_fail_at(err, "%s", path);
    }
    return ok;
}

bool ob_files_stow(struct ob_feed *base, const char *name, const struct ob_buf *text,
                   struct ob_buf *path, struct ob_err *err)
{
    (void)base;
    char *folder = own_folder(err);
    char *full = folder ? ob_path_join(folder, name) : NULL;
    bool ok =
        full && ob_file_replace(AT_FDCWD, full, ob_buf_text(text), text->len, false, err);
    if (ok)
        ob_buf_adds(path, full);
    free(full);
    free(folder);
    return ok;
}

bool ob_files_keep(struct ob_feed *base, const struct ob_buf *text, struct ob_err *err)
{
    struct ob_buf path = { 0 };
    char *folder;
    bool ok = true;
    if (text) {
        ok = ob_files_stow(base, kept_name, text, &path, err);
    } else if ((folder = own_folder(err))) {
        char *full = ob_path_join(folder, kept_name);
        unlink(full);
        free(full);
        free(folder);
    }
    ob_buf_finish(&path);
    return ok;
}
