#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"

static bool io_failed(struct ob_err *err, const char *doing, const char *name, int error)
{
    return ob_fail(err, OB_EIO, "cannot %s %s: %s", doing, name, ob_errno_text(error));
}

static bool too_large(struct ob_err *err, const char *name, size_t max)
{
    return ob_fail(err, OB_EDATA, "%s is larger than %zu bytes", name, max);
}

static bool read_all(int fd, const char *name, size_t max, struct ob_buf *out,
                     struct ob_err *err)
{
    struct stat st;
    size_t total = 0;
    if (fstat(fd, &st) != 0)
        return io_failed(err, "read", name, errno);
    if (!S_ISREG(st.st_mode))
        return ob_fail(err, OB_EDATA, "%s is %s", name,
                       S_ISDIR(st.st_mode) ? "a folder" : "not a regular file");
    if (st.st_size < 0 || (uint64_t)st.st_size > max)
        return too_large(err, name, max);
    size_t guess = (size_t)st.st_size + 1;
    for (;;) {
        size_t room = total < guess ? guess - total : 4096;
        ssize_t n = read(fd, ob_buf_reserve(out, room), room);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io_failed(err, "read", name, errno);
        if (n == 0)
            return true;
        total += (size_t)n;
        out->len += (size_t)n;
        out->data[out->len] = '\0';
        if (total > max)
            return too_large(err, name, max);
    }
}

/* O_NONBLOCK keeps the open from waiting for the other end of a FIFO; regular files do
 * not know it. What was appended before a failure is taken back. */
static bool read_file(int dirfd, const char *name, int flags, size_t max,
                      struct ob_buf *out, struct ob_err *err)
{
    size_t before = out->len;
    int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags);
    if (fd < 0) {
        if (errno == ELOOP && (flags & O_NOFOLLOW))
            return ob_fail(err, OB_EDATA, "%s is a symbolic link", name);
        return io_failed(err, "open", name, errno);
    }
    bool ok = read_all(fd, name, max, out, err);
    close(fd);
    if (!ok && out->data) {
        out->len = before;
        out->data[before] = '\0';
    }
    return ok;
}

bool ob_file_read(const char *path, size_t max, struct ob_buf *out, struct ob_err *err)
{
    return read_file(AT_FDCWD, path, 0, max, out, err);
}

bool ob_file_read_at(int dirfd, const char *name, size_t max, struct ob_buf *out,
                     struct ob_err *err)
{
    if (strchr(name, '/'))
        return ob_fail(err, OB_EDATA, "%s is not the name of a file", name);
    return read_file(dirfd, name, O_NOFOLLOW, max, out, err);
}

bool ob_file_write(int fd, const void *data, size_t n, struct ob_err *err)
{
    const char *p = data;
    while (n > 0) {
        ssize_t done = write(fd, p, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return ob_fail(err, OB_EIO, "cannot write: %s", ob_errno_text(errno));
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* Creates `name` anew; one left behind by a dead process with our number is removed. */
static int create(int dirfd, const char *name)
{
    int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(dirfd, name, flags, 0666);
    if (fd < 0 && errno == EEXIST && unlinkat(dirfd, name, 0) == 0)
        fd = openat(dirfd, name, flags, 0666);
    return fd;
}

static bool write_new(int dirfd, const char *temporary, const void *data, size_t n,
                      bool sync, struct ob_err *err)
{
    int fd = create(dirfd, temporary);
    if (fd < 0)
        return io_failed(err, "create", temporary, errno);
    bool ok = ob_file_write(fd, data, n, err);
    if (ok && sync && fsync(fd) != 0)
        ok = ob_fail(err, OB_EIO, "cannot write: %s", ob_errno_text(errno));
    if (close(fd) != 0 && ok)
        ok = ob_fail(err, OB_EIO, "cannot write: %s", ob_errno_text(errno));
    return ok;
}

/* File systems that cannot flush a directory say EINVAL, and need it no more than that.
 */
static bool sync_directory(int dirfd, const char *dir, struct ob_err *err)
{
    int fd = openat(dirfd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return io_failed(err, "open", dir, errno);
    bool ok = fsync(fd) == 0 || errno == EINVAL || io_failed(err, "flush", dir, errno);
    close(fd);
    return ok;
}

/* A device, a pipe or a socket under that name would go with what it is for. */
static bool may_replace(int dirfd, const char *name, struct ob_err *err)
{
    struct stat st;
    return fstatat(dirfd, name, &st, 0) != 0 || S_ISREG(st.st_mode) ||
           S_ISDIR(st.st_mode) ||
           ob_fail(err, OB_EIO, "is there, and is no regular file");
}

bool ob_file_replace(int dirfd, const char *name, const void *data, size_t n, bool sync,
                     struct ob_err *err)
{
    char *dir = ob_path_dir(name);
    char *hidden = ob_xasprintf(".%s.%ld.tmp", ob_path_base(name), (long)getpid());
    char *temporary = strchr(name, '/') ? ob_path_join(dir, hidden) : ob_xstrdup(hidden);
    struct ob_err inner = { .code = OB_OK };
    bool ok = may_replace(dirfd, name, &inner) &&
              write_new(dirfd, temporary, data, n, sync, &inner);
    if (ok && renameat(dirfd, temporary, dirfd, name) != 0)
        ok = ob_fail(&inner, OB_EIO, "cannot rename: %s", ob_errno_text(errno));
    if (!ok)
        unlinkat(dirfd, temporary, 0);
    else if (sync)
        ok = sync_directory(dirfd, dir, &inner);
    if (!ok)
        ob_fail(err, inner.code, "%s: %s", name, inner.text);
    free(temporary);
    free(hidden);
    free(dir);
    return ok;
}
