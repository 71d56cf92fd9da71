#include <config.h>

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/run/rundir.h"

enum { DEEPEST = 4, MOST_ENTRIES = 10000 };

static uint64_t size_of(int at, int depth, int *entries)
{
    uint64_t sum = 0;
    const struct dirent *e;
    DIR *dir = fdopendir(at);
    if (!dir) {
        close(at);
        return 0;
    }
    while ((e = readdir(dir)) && (*entries)++ < MOST_ENTRIES) {
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            fstatat(at, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            continue;
        if (S_ISREG(st.st_mode) && st.st_size > 0)
            sum += (uint64_t)st.st_size;
        int fd =
            S_ISDIR(st.st_mode) && depth < DEEPEST
                ? openat(at, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                : -1;
        if (fd >= 0)
            sum += size_of(fd, depth + 1, entries);
    }
    closedir(dir);
    return sum;
}

uint64_t ob_rundir_size(const struct ob_rundir *d)
{
    int entries = 0;
    int fd = openat(d->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? 0 : size_of(fd, 0, &entries);
}
