#include <config.h>

#include "optbench/run/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"

enum {
    SLUG_MAX =
        60, /* leaves room for the date, the hash and a number in OB_RUN_NAME_MAX */
    CLAIM_TRIES = 10000
};

/* The name for people: of the path's last part, which may be "." or hostile. */
static void name_from_path(struct ob_rundir *d)
{
    char *absolute = ob_path_absolute(d->path);
    size_t n = strlen(absolute);
    while (n > 1 && absolute[n - 1] == '/')
        absolute[--n] = '\0';
    ob_text_safe_z(d->name, sizeof d->name, ob_path_base(absolute));
    free(absolute);
}

static bool open_by(struct ob_rundir *d, const char *path, int flags, struct ob_err *err)
{
    *d = (struct ob_rundir){ .fd = -1 };
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
    if (fd < 0)
        return ob_fail(err, OB_EIO, "%s: %s", path, ob_errno_text(errno));
    *d = (struct ob_rundir){ .open = true, .fd = fd, .path = ob_xstrdup(path) };
    name_from_path(d);
    return true;
}

bool ob_rundir_open(struct ob_rundir *d, const char *path, struct ob_err *err)
{
    return open_by(d, path, 0, err);
}

bool ob_rundir_take(struct ob_rundir *d, const char *path, struct ob_err *err)
{
    return open_by(d, path, O_NOFOLLOW, err);
}

bool ob_rundir_make(struct ob_rundir *d, const char *path, struct ob_err *err)
{
    return mkdir(path, 0777) == 0
               ? ob_rundir_take(d, path, err)
               : ob_fail(err, OB_EIO, "%s: cannot make a run directory: %s", path,
                         ob_errno_text(errno));
}

void ob_rundir_finish(struct ob_rundir *d)
{
    if (d->open)
        close(d->fd);
    free(d->path);
    *d = (struct ob_rundir){ .fd = -1 };
}

/* Lower case, with one '-' for each stretch of characters that a name may not hold. */
static void slug(char out[static SLUG_MAX + 1], const char *title)
{
    size_t n = 0;
    bool gap = false;
    for (const char *s = title; *s && n < SLUG_MAX; s++) {
        char c = *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s;
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                    (c == '.' && n > 0);
        if (!fine) {
            gap = n > 0;
            continue;
        }
        if (gap && n + 1 < SLUG_MAX)
            out[n++] = '-';
        gap = false;
        out[n++] = c;
    }
    out[n] = '\0';
    if (n == 0)
        memcpy(out, "run", sizeof "run");
}

bool ob_rundir_claim(struct ob_rundir *d, const char *runs, const char *title,
                     uint64_t hash, int64_t wall, struct ob_err *err)
{
    *d = (struct ob_rundir){ .fd = -1 };
    if (!ob_path_mkdirs(runs, err))
        return false;
    int folder = open(runs, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        return ob_fail(err, OB_EIO, "%s: %s", runs, ob_errno_text(errno));

    char date[17], word[SLUG_MAX + 1], name[OB_RUN_NAME_MAX + 1];
    ob_clock_utc(date, wall);
    slug(word, title);
    int rc = -1;
    for (int i = 1; i <= CLAIM_TRIES; i++) {
        int n =
            snprintf(name, sizeof name, "%s-%s-%08x", date, word, (unsigned)(hash >> 32));
        if (i > 1)
            snprintf(name + n, sizeof name - (size_t)n, "-%d", i);
        rc = mkdirat(folder, name, 0777);
        if (rc == 0 || errno != EEXIST)
            break;
    }
    int fd = rc == 0
                 ? openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                 : -1;
    int why = errno;
    close(folder);
    if (fd < 0)
        return ob_fail(err, OB_EIO, "%s: cannot make a run directory: %s", runs,
                       ob_errno_text(why));
    *d = (struct ob_rundir){ .open = true, .fd = fd, .path = ob_path_join(runs, name) };
    memcpy(d->name, name, strlen(name) + 1);
    return true;
}

/*
 * Opens the folder that `name` lies in, and points *leaf at its last part. The result is
 * a new descriptor. Each part must be a plain name, so ".." and hidden files are out.
 */
static int parent_of(const struct ob_rundir *d, const char *name, const char **leaf)
{
    int at = fcntl(d->fd, F_DUPFD_CLOEXEC, 0);
    const char *slash;
    while (at >= 0 && (slash = strchr(name, '/'))) {
        char part[OB_RUN_NAME_MAX + 1] = { 0 };
        size_t n = (size_t)(slash - name);
        int next = -1;
        if (n < sizeof part) {
            memcpy(part, name, n);
            errno = EINVAL;
            if (ob_path_is_plain(part))
                next = openat(at, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        } else {
            errno = ENAMETOOLONG;
        }
        int why = errno;
        close(at);
        errno = why;
        at = next;
        name = slash + 1;
    }
    if (at >= 0 && !ob_path_is_plain(name)) {
        close(at);
        errno = EINVAL;
        return -1;
    }
    *leaf = name;
    return at;
}

/* A FIFO named metrics.csv would hang its reader and a device could do anything, so the
 * file is opened without waiting and looked at before it is used. */
static int open_regular(int at, const char *leaf, int flags)
{
    int fd =
        openat(at, leaf, flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0666);
    struct stat st;
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return fd;
    close(fd);
    errno = ENOTSUP;
    return -1;
}

int ob_rundir_file(const struct ob_rundir *d, const char *name, int flags,
                   struct ob_err *err)
{
    const char *leaf = NULL;
    int at = parent_of(d, name, &leaf);
    int fd = at < 0 ? -1 : open_regular(at, leaf, flags);
    int why = errno;
    if (at >= 0)
        close(at);
    if (fd < 0)
        ob_fail(err, OB_EIO, "%s/%s: %s", d->path, name,
                why == ENOTSUP || why == ELOOP ? "not a regular file"
                                               : ob_errno_text(why));
    errno = why;
    return fd;
}

bool ob_rundir_read(const struct ob_rundir *d, const char *name, size_t max,
                    struct ob_buf *out, struct ob_err *err)
{
    ob_buf_clear(out);
    int fd = ob_rundir_file(d, name, O_RDONLY, err);
    if (fd < 0)
        return false;
    bool ok = true;
    for (;;) {
        char *at = ob_buf_reserve(out, 65536);
        ssize_t n = read(fd, at, 65536);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            ok = ob_fail(err, OB_EIO, "%s/%s: %s", d->path, name, ob_errno_text(errno));
        if (n <= 0)
            break;
        out->len += (size_t)n;
        out->data[out->len] = '\0';
        if (out->len > max) {
            ok = ob_fail(err, OB_EIO, "%s/%s: longer than %zu bytes", d->path, name, max);
            break;
        }
    }
    close(fd);
    return ok;
}

bool ob_rundir_mkdir(const struct ob_rundir *d, const char *name, struct ob_err *err)
{
    const char *leaf = NULL;
    struct stat st;
    int at = parent_of(d, name, &leaf);
    bool ok = at >= 0 &&
              (mkdirat(at, leaf, 0777) == 0 ||
               (errno == EEXIST && fstatat(at, leaf, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
                (S_ISDIR(st.st_mode) || (errno = ENOTDIR, false))));
    int why = errno;
    if (at >= 0)
        close(at);
    return ok || ob_fail(err, OB_EIO, "%s/%s: %s", d->path, name, ob_errno_text(why));
}

bool ob_rundir_replace(const struct ob_rundir *d, const char *name, const void *data,
                       size_t n, bool sync, struct ob_err *err)
{
    const char *leaf = NULL;
    int at = parent_of(d, name, &leaf);
    if (at < 0)
        return ob_fail(err, OB_EIO, "%s/%s: %s", d->path, name, ob_errno_text(errno));
    bool ok = ob_file_replace(at, leaf, data, n, sync && !d->lazy, err) ||
              ob_fail_at(err, "%s", d->path);
    close(at);
    return ok;
}

/* Some file systems have no locks; the run goes on there and its heartbeat speaks. */
static bool lock_unsupported(int why)
{
    return why == EINVAL || why == ENOSYS || why == ENOLCK || why == EOPNOTSUPP;
}

int ob_rundir_lock(const struct ob_rundir *d, struct ob_err *err)
{
    int fd = ob_rundir_file(d, "lock", O_RDWR | O_CREAT, err);
    if (fd < 0)
        return -1;
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    if (fcntl(fd, F_OFD_SETLK, &lock) == 0 || lock_unsupported(errno))
        return fd;
    close(fd);
    ob_fail(err, OB_EIO, "%s: another process is running it", d->path);
    return -1;
}

enum ob_lock ob_rundir_lock_query(const struct ob_rundir *d)
{
    /* Read only: closing a file that could be written to is a change event, and a viewer
     * that asked whenever it heard of one would wake itself for ever. */
    int fd = ob_rundir_file(d, "lock", O_RDONLY, NULL);
    if (fd < 0)
        return OB_LOCK_UNKNOWN;
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    int rc = fcntl(fd, F_OFD_GETLK, &lock);
    close(fd);
    if (rc != 0)
        return OB_LOCK_UNKNOWN;
    return lock.l_type == F_UNLCK ? OB_LOCK_FREE : OB_LOCK_HELD;
}

bool ob_rundir_gone(const struct ob_rundir *d)
{
    struct stat st;
    return fstat(d->fd, &st) == 0 && st.st_nlink == 0;
}

bool ob_rundir_tells(const struct ob_rundir *d)
{
    static const unsigned silent[] = { 0x6969 /* nfs */,      0xff534d42 /* cifs */,
                                       0xfe534d42 /* smb2 */, 0x65735546 /* fuse */,
                                       0x01021997 /* 9p */,   0x0bd00bd0 /* lustre */ };
    struct statfs fs;
    if (fstatfs(d->fd, &fs) != 0)
        return false;
    for (size_t i = 0; i < OB_COUNT(silent); i++)
        if ((unsigned)fs.f_type == silent[i])
            return false;
    return true;
}
