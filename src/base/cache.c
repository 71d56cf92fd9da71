#include <config.h>

#include "optbench/base/cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/hash.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"

char *ob_cache_folder(const char *path)
{
    char *real = realpath(path, NULL);
    return real ? real : ob_path_absolute(path);
}

char *ob_cache_file(const char *kind, const char *folder)
{
    char *cache = ob_path_cache();
    char *file =
        cache ? ob_xasprintf("%s/%s/%016llx", cache, kind,
                             (unsigned long long)ob_hash(folder, strlen(folder), 0))
              : NULL;
    free(cache);
    return file;
}

/* Removes the file that was not written for the longest time where there are too many. */
static void make_room(int dir, size_t most)
{
    char oldest[64] = "";
    struct stat st;
    int64_t when = INT64_MAX;
    size_t n = 0;
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *e;
    if (!d && fd >= 0)
        close(fd);
    while (d && (e = readdir(d))) {
        if (!ob_path_is_plain(e->d_name) || strlen(e->d_name) >= sizeof oldest ||
            fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        n++;
        if (st.st_mtim.tv_sec < when) {
            when = st.st_mtim.tv_sec;
            memcpy(oldest, e->d_name, strlen(e->d_name) + 1);
        }
    }
    if (d)
        closedir(d);
    if (n > most)
        unlinkat(dir, oldest, 0);
}

bool ob_cache_write(const char *file, const struct ob_buf *text, size_t most,
                    struct ob_err *err)
{
    char *folder = ob_path_dir(file);
    bool ok = ob_path_mkdirs(folder, err);
    int dir = ok ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (ok && dir < 0)
        ok = ob_fail(err, OB_EIO, "%s: cannot be opened", folder);
    if (dir >= 0) {
        ok = ob_file_replace(dir, ob_path_base(file), text->data, text->len, false, err);
        make_room(dir, most);
        close(dir);
    }
    free(folder);
    return ok;
}
