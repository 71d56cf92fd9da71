#include <config.h>

#include "optbench/run/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 1 << 18 };

void ob_tail_init(struct ob_tail *t, const struct ob_rundir *dir, const char *file,
                  size_t line_max)
{
    *t = (struct ob_tail){ .dir = dir, .file = file, .line_max = line_max, .fd = -1 };
}

static void close_file(struct ob_tail *t)
{
    if (t->open)
        close(t->fd);
    t->open = false;
    t->fd = -1;
}

void ob_tail_finish(struct ob_tail *t)
{
    close_file(t);
    ob_buf_finish(&t->part);
}

static void rewind_to_start(struct ob_tail *t, const struct ob_tail_sink *sink)
{
    bool had = t->offset > 0;
    t->offset = 0;
    t->marked = 0;
    ob_buf_clear(&t->part);
    if (had)
        sink->restart(sink->ctx);
}

/* Opens the file, or opens it again where another one has its name now. */
static bool follow_name(struct ob_tail *t, const struct ob_tail_sink *sink,
                        struct ob_err *err)
{
    struct stat named, mine;
    if (fstatat(t->dir->fd, t->file, &named, AT_SYMLINK_NOFOLLOW) != 0) {
        close_file(t);
        rewind_to_start(t, sink);
        return errno == ENOENT || ob_fail(err, OB_EIO, "%s/%s: %s", t->dir->path, t->file,
                                          ob_errno_text(errno));
    }
    if (t->open && named.st_ino == t->inode)
        return true;
    close_file(t);
    rewind_to_start(t, sink);
    t->fd = ob_rundir_file(t->dir, t->file, O_RDONLY, err);
    if (t->fd < 0 || fstat(t->fd, &mine) != 0) {
        if (err)
            err->code = OB_EDATA;
        return false;
    }
    t->open = true;
    t->inode = mine.st_ino;
    return true;
}

/* Whether what was read last still stands where it was read. */
static bool same_before(const struct ob_tail *t)
{
    char now[OB_TAIL_MARK];
    return t->marked == 0 || (pread(t->fd, now, t->marked,
                                    t->offset - (off_t)t->marked) == (ssize_t)t->marked &&
                              memcmp(now, t->mark, t->marked) == 0);
}

static void remember(struct ob_tail *t, const char *s, size_t n)
{
    if (n >= sizeof t->mark) {
        memcpy(t->mark, s + n - sizeof t->mark, sizeof t->mark);
        t->marked = sizeof t->mark;
        return;
    }
    size_t keep = t->marked + n > sizeof t->mark ? sizeof t->mark - n : t->marked;
    memmove(t->mark, t->mark + t->marked - keep, keep);
    memcpy(t->mark + keep, s, n);
    t->marked = keep + n;
}

/* Hands out the whole lines of `part` and keeps the rest. */
static bool hand_out(struct ob_tail *t, const struct ob_tail_sink *sink,
                     struct ob_err *err)
{
    size_t at = 0;
    bool ok = true;
    const char *end;
    while (ok && at < t->part.len &&
           (end = memchr(t->part.data + at, '\n', t->part.len - at))) {
        size_t n = (size_t)(end - (t->part.data + at));
        ok = sink->line(sink->ctx, t->part.data + at, n, err);
        at += n + 1;
    }
    if (at) {
        memmove(t->part.data, t->part.data + at, t->part.len - at);
        t->part.len -= at;
    }
    if (ok && t->part.len > t->line_max)
        return ob_fail(err, OB_EDATA, "%s/%s: a line is longer than %zu bytes",
                       t->dir->path, t->file, t->line_max);
    return ok;
}

bool ob_tail_poll(struct ob_tail *t, size_t max, const struct ob_tail_sink *sink,
                  struct ob_err *err)
{
    struct stat st;
    t->behind = false;
    if (!follow_name(t, sink, err))
        return false;
    if (!t->open)
        return true;
    if (fstat(t->fd, &st) != 0)
        return ob_fail(err, OB_EIO, "%s/%s: %s", t->dir->path, t->file,
                       ob_errno_text(errno));
    t->size = st.st_size;
    if (st.st_size == t->offset)
        return true;
    if (st.st_size < t->offset || !same_before(t))
        rewind_to_start(t, sink);
    for (size_t total = 0; total < max;) {
        char *at = ob_buf_reserve(&t->part, CHUNK);
        ssize_t n = pread(t->fd, at, CHUNK, t->offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ob_fail(err, OB_EIO, "%s/%s: %s", t->dir->path, t->file,
                           ob_errno_text(errno));
        if (n == 0)
            return true;
        remember(t, at, (size_t)n);
        t->part.len += (size_t)n;
        t->part.data[t->part.len] = '\0';
        t->offset += n;
        total += (size_t)n;
        if (!hand_out(t, sink, err))
            return false;
    }
    t->behind = true;
    return true;
}
