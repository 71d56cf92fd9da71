#include <config.h>

#include "optbench/ui/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

#define LIST_MAX ((size_t)1 << 20)

/* What is wrong with a line, NULL = nothing. */
static const char *fault_of(const char *line, size_t n)
{
    if (line[0] != '/')
        return "is no absolute path";
    if (n >= PATH_MAX)
        return "is too long";
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 127)
            return "has a control character";
    return NULL;
}

static bool has(const struct ob_folders *f, const char *path, size_t n)
{
    for (size_t i = 0; i < f->n; i++)
        if (strlen(f->path[i]) == n && memcmp(f->path[i], path, n) == 0)
            return true;
    return false;
}

static void take_line(struct ob_folders *f, const char *line, size_t n, unsigned number)
{
    if (n == 0 || line[0] == '#' || has(f, line, n))
        return;
    const char *fault = f->n < OB_FOLDERS_MOST ? fault_of(line, n) : "is one too many";
    if (fault) {
        if (f->bad++ == 0)
            snprintf(f->why, sizeof f->why, "line %u %s", number, fault);
        return;
    }
    f->path = ob_xreallocarray(f->path, f->n + 1, sizeof *f->path);
    f->path[f->n++] = ob_xstrndup(line, n);
}

static void take_text(struct ob_folders *f, const struct ob_buf *text)
{
    const char *at = ob_buf_text(text), *end = at + text->len;
    for (unsigned number = 1; at < end; number++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((stop ? stop : end) - at);
        take_line(f, at, n, number);
        at += n + 1;
    }
}

/* The file, NULL = there is no home folder; free() it. */
static char *list_file(void)
{
    char *config = ob_path_config();
    char *file = config ? ob_path_join(config, "folders") : NULL;
    free(config);
    return file;
}

/* The whole list; what does not exist is empty. */
static bool read_list(const char *file, struct ob_buf *text, struct ob_err *err)
{
    struct stat st;
    if (stat(file, &st) != 0 && errno == ENOENT)
        return true;
    return ob_file_read(file, LIST_MAX, text, err);
}

void ob_folders_read(struct ob_folders *f)
{
    struct ob_buf text = { 0 };
    struct ob_err err;
    char *file = list_file();
    *f = (struct ob_folders){ 0 };
    if (file && !read_list(file, &text, &err))
        snprintf(f->why, sizeof f->why, "%.*s", (int)sizeof f->why - 1, err.text);
    take_text(f, &text);
    ob_buf_finish(&text);
    free(file);
}

void ob_folders_finish(struct ob_folders *f)
{
    for (size_t i = 0; i < f->n; i++)
        free(f->path[i]);
    free(f->path);
    *f = (struct ob_folders){ 0 };
}

static bool write_list(const char *file, const struct ob_buf *text, struct ob_err *err)
{
    char *folder = ob_path_dir(file);
    bool ok = ob_path_mkdirs(folder, err) &&
              ob_file_replace(AT_FDCWD, file, ob_buf_text(text), text->len, true, err);
    free(folder);
    return ok;
}

/* The absolute path that a person means; free() it. NULL with *err where there is no such
 * folder. */
static char *folder_meant(const char *path, struct ob_err *err)
{
    struct stat st;
    const char *home = getenv("HOME");
    bool tilde = path[0] == '~' && (path[1] == '/' || !path[1]) && home;
    char *full = tilde ? ob_xasprintf("%s%s", home, path + 1) : ob_xstrdup(path);
    char *real = realpath(full, NULL);
    free(full);
    if (!real)
        ob_fail(err, OB_EUSAGE, "%s: %s", path, ob_errno_text(errno));
    else if (stat(real, &st) == 0 && S_ISDIR(st.st_mode) && !fault_of(real, strlen(real)))
        return real;
    else
        ob_fail(err, OB_EUSAGE, "%s: that is no folder", path);
    free(real);
    return NULL;
}

bool ob_folders_add(const char *path, struct ob_err *err)
{
    struct ob_folders f = { 0 };
    struct ob_buf text = { 0 };
    char *file = list_file(), *folder = folder_meant(path, err);
    bool ok = folder != NULL;
    if (ok && !file)
        ok = ob_fail(err, OB_EIO, "there is no home folder to keep the list in");
    ok = ok && read_list(file, &text, err);
    take_text(&f, &text);
    if (ok && has(&f, folder, strlen(folder)))
        ok = ob_fail(err, OB_EUSAGE, "%s is listed already", folder);
    if (ok && f.n == OB_FOLDERS_MOST)
        ok = ob_fail(err, OB_EUSAGE, "%d folders are the most", OB_FOLDERS_MOST);
    if (ok && text.len > 0 && text.data[text.len - 1] != '\n')
        ob_buf_addc(&text, '\n');
    if (ok)
        ob_buf_addf(&text, "%s\n", folder);
    ok = ok && write_list(file, &text, err);
    ob_folders_finish(&f);
    ob_buf_finish(&text);
    free(folder);
    free(file);
    return ok;
}

bool ob_folders_drop(const char *path, struct ob_err *err)
{
    struct ob_buf text = { 0 }, left = { 0 };
    char *file = list_file();
    size_t length = strlen(path);
    bool found = false, ok = file == NULL || read_list(file, &text, err);
    const char *at = ob_buf_text(&text), *end = at + text.len;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((stop ? stop : end) - at);
        bool it = n == length && memcmp(at, path, n) == 0;
        found |= it;
        if (!it)
            ob_buf_add(&left, at, n + (stop != NULL));
        at += n + 1;
    }
    if (ok && !found)
        ok = ob_fail(err, OB_EUSAGE, "%s is not on the list of folders", path);
    ok = ok && write_list(file, &left, err);
    ob_buf_finish(&text);
    ob_buf_finish(&left);
    free(file);
    return ok;
}
