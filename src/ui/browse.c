#include <config.h>

#include "optbench/ui/browse.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/buf.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

/* Sizes are asked for in folders of up to this many entries: on a slow disk each may take
 * its time. */
enum { SIZES_MAX = 2000 };

void ob_browse_add(struct ob_browse *b, const char *name, bool folder, int64_t size)
{
    struct ob_buf label = { 0 };
    ob_text_safe(&label, name, strlen(name));
    /* Room doubles at every power of two, so no capacity needs to be kept. */
    if ((b->n & (b->n - 1)) == 0)
        b->item = ob_xreallocarray(b->item, b->n ? 2 * b->n : 1, sizeof *b->item);
    b->item[b->n++] = (struct ob_browse_entry){
        .name = ob_xstrdup(name),
        .label = ob_buf_take(&label),
        .folder = folder,
        .table = !folder && ob_path_is_table(name),
        .size = size,
    };
}

static int rank(const struct ob_browse_entry *e)
{
    return e->folder ? 0 : e->table ? 1 : 2;
}

static int by_rank_and_name(const void *a, const void *b)
{
    const struct ob_browse_entry *p = a, *q = b;
    if (rank(p) != rank(q))
        return rank(p) - rank(q);
    return strcmp(p->name, q->name);
}

void ob_browse_sort(struct ob_browse *b)
{
    if (b->n)
        qsort(b->item, b->n, sizeof *b->item, by_rank_and_name);
}

/* A folder where the entry itself does not tell: a link, or a file system without types.
 */
static bool is_folder(DIR *dir, const struct dirent *d)
{
    struct stat st;
    if (d->d_type != DT_UNKNOWN && d->d_type != DT_LNK)
        return d->d_type == DT_DIR;
    return fstatat(dirfd(dir), d->d_name, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

static void find_sizes(struct ob_browse *b, DIR *dir)
{
    struct stat st;
    for (size_t i = 0; i < b->n && b->n <= SIZES_MAX; i++)
        if (!b->item[i].folder && fstatat(dirfd(dir), b->item[i].name, &st, 0) == 0 &&
            S_ISREG(st.st_mode))
            b->item[i].size = st.st_size;
}

/* "~" and "~/x" are in the home folder, "" is the working one; free() it. */
static char *expand(const char *path)
{
    const char *home = getenv("HOME");
    if (path[0] == '~' && (path[1] == '/' || !path[1]) && home)
        return ob_path_join(home, path[1] ? path + 2 : ".");
    return ob_xstrdup(*path ? path : ".");
}

bool ob_browse_read(struct ob_browse *out, const char *name, struct ob_err *err)
{
    *out = (struct ob_browse){ 0 };
    char *path = expand(name);
    DIR *dir = opendir(path);
    int error = errno;
    out->path = dir ? ob_path_absolute(path) : NULL;
    free(path);
    if (!dir)
        return ob_fail(err, OB_EIO, "%s: %s", name, ob_errno_text(error));
    for (struct dirent *d; (d = readdir(dir));) {
        if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
            continue;
        if (out->n == OB_BROWSE_MAX)
            out->more++;
        else
            ob_browse_add(out, d->d_name, is_folder(dir, d), -1);
    }
    find_sizes(out, dir);
    closedir(dir);
    ob_browse_sort(out);
    return true;
}

void ob_browse_finish(struct ob_browse *b)
{
    for (size_t i = 0; i < b->n; i++) {
        free(b->item[i].name);
        free(b->item[i].label);
    }
    free(b->item);
    free(b->path);
    *b = (struct ob_browse){ 0 };
}
