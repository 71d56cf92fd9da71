#include <config.h>

#include "append.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Length of the file up to its last line end: what a kill in the middle of a write left
 * behind it does not count. */
static bool whole_lines(int fd, uint64_t size, uint64_t *out)
{
    char chunk[4096];
    while (size > 0) {
        size_t n = size < sizeof chunk ? (size_t)size : sizeof chunk;
        if (pread(fd, chunk, n, (off_t)(size - n)) != (ssize_t)n)
            return false;
        for (size_t i = n; i > 0; i--)
            if (chunk[i - 1] == '\n') {
                *out = size - n + i;
                return true;
            }
        size -= n;
    }
    *out = 0;
    return true;
}

bool ob_append_open(struct ob_append *a, const struct ob_rundir *dir, const char *name,
                    uint64_t keep, struct ob_err *err)
{
    struct stat st;
    *a = (struct ob_append){ .name = name, .fd = -1 };
    int fd = ob_rundir_file(dir, name, O_RDWR | O_CREAT | O_APPEND, err);
    if (fd < 0)
        return false;
    a->open = true;
    a->fd = fd;
    if (fstat(fd, &st) != 0)
        return ob_fail(err, OB_EIO, "%s/%s: %s", dir->path, name, ob_errno_text(errno));
    uint64_t size = (uint64_t)st.st_size;
    if (keep == UINT64_MAX && !whole_lines(fd, size, &keep))
        return ob_fail(err, OB_EIO, "%s/%s: %s", dir->path, name, ob_errno_text(errno));
    if (size < keep)
        return ob_fail(err, OB_EDATA, "%s/%s: shorter than its checkpoint says",
                       dir->path, name);
    if (size > keep && ftruncate(fd, (off_t)keep) != 0)
        return ob_fail(err, OB_EIO, "%s/%s: %s", dir->path, name, ob_errno_text(errno));
    a->size = keep;
    return true;
}

void ob_append_finish(struct ob_append *a)
{
    if (a->open)
        close(a->fd);
    ob_buf_finish(&a->buf);
    *a = (struct ob_append){ .fd = -1 };
}

/* The disk took `n` bytes of the buffer: keeps those that end a line. */
static void cut_back(struct ob_append *a, size_t n)
{
    while (n > 0 && a->buf.data[n - 1] != '\n')
        n--;
    a->size += n;
    for (; n < a->buf.len; n++)
        a->lost += a->buf.data[n] == '\n';
    if (ftruncate(a->fd, (off_t)a->size) != 0)
        return; /* the reader drops a torn line as well */
}

bool ob_append_flush(struct ob_append *a, const struct ob_rundir *dir, struct ob_err *err)
{
    size_t done = 0;
    bool ok = true;
    while (ok && done < a->buf.len) {
        ssize_t n = write(a->fd, a->buf.data + done, a->buf.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n > 0) {
            done += (size_t)n;
            continue;
        }
        ok = ob_fail(err, OB_EIO, "%s/%s: %s", dir->path, a->name,
                     n == 0 ? "nothing was written" : ob_errno_text(errno));
    }
    if (ok)
        a->size += done;
    else
        cut_back(a, done);
    ob_buf_clear(&a->buf);
    return ok;
}
