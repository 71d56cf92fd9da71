/*
 * Loaded in front of the C library (LD_PRELOAD): makes the n-th call of a kind fail, to
 * see what the program says and leaves behind. Kinds and their variables:
 *
 *     FAULT_MALLOC=n   malloc, calloc, realloc, reallocarray, aligned_alloc,
 *                      posix_memalign                                        ENOMEM
 *     FAULT_WRITE=n    write, pwrite, writev to descriptors above 2          ENOSPC
 *     FAULT_OPEN=n     open, openat of files below FAULT_UNDER, "/tmp" unless set
 *                                                                            EMFILE
 *     FAULT_FSYNC=n    fsync, fdatasync                                      EIO
 *     FAULT_RENAME=n   rename, renameat                                      EIO
 *     FAULT_MKDIR=n    mkdir, mkdirat                                        EACCES
 *
 *     FAULT_<KIND>_ERRNO=number   another reason
 *     FAULT_PERSIST=1             all calls from the n-th on fail
 *     FAULT_SHORT=1               the n-th write takes half of its bytes first, the
 *                                 one after it fails
 *     FAULT_KILL=1                the call does not fail: the process is killed there, as
 *                                 by kill -9, after half of the bytes with FAULT_SHORT
 *     FAULT_COUNT=FILE            at the end of the process appends "malloc 123" and
 *                                 so on, one line a kind: the calls that were counted
 *
 * Calls inside the C library (its stdio) are not seen, but for memory. glibc only.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { MALLOC, WRITE, OPEN, FSYNC, RENAME, MKDIR, KINDS };

static struct {
    const char *name;
    int error;
    long at; /* the call that fails, from 1; 0 = none */
    _Atomic long calls;
} kinds[KINDS] = {
    [MALLOC] = { .name = "MALLOC", .error = ENOMEM },
    [WRITE] = { .name = "WRITE", .error = ENOSPC },
    [OPEN] = { .name = "OPEN", .error = EMFILE },
    [FSYNC] = { .name = "FSYNC", .error = EIO },
    [RENAME] = { .name = "RENAME", .error = EIO },
    [MKDIR] = { .name = "MKDIR", .error = EACCES },
};

static bool ready, persist, short_first, deadly;
static const char *under = "/tmp";

/* Memory has to be had before dlsym() works, and dlsym() itself asks for some. */
extern void *__libc_malloc(size_t n);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t n);
extern void *__libc_memalign(size_t alignment, size_t n);

static long variable(const char *kind, const char *suffix)
{
    char name[64];
    snprintf(name, sizeof name, "FAULT_%s%s", kind, suffix);
    const char *text = getenv(name);
    return text ? strtol(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void start(void)
{
    for (int k = 0; k < KINDS; k++) {
        long error = variable(kinds[k].name, "_ERRNO");
        kinds[k].at = variable(kinds[k].name, "");
        if (error)
            kinds[k].error = (int)error;
    }
    persist = variable("PERSIST", "") != 0;
    short_first = variable("SHORT", "") != 0;
    deadly = variable("KILL", "") != 0;
    if (getenv("FAULT_UNDER"))
        under = getenv("FAULT_UNDER");
    for (int k = 0; k < KINDS; k++)
        atomic_store(&kinds[k].calls, 0);
    ready = true;
}

__attribute__((destructor)) static void report(void)
{
    const char *path = getenv("FAULT_COUNT");
    ready = false;
    FILE *to = path ? fopen(path, "a") : NULL;
    for (int k = 0; to && k < KINDS; k++)
        fprintf(to, "%s %ld\n", kinds[k].name, atomic_load(&kinds[k].calls));
    if (to)
        fclose(to);
}

/* Counts a call; whether it fails, with errno set. */
static bool fails(enum kind k)
{
    if (!ready)
        return false;
    long call = atomic_fetch_add(&kinds[k].calls, 1) + 1, at = kinds[k].at;
    if (at <= 0 || (persist ? call < at : call != at))
        return false;
    if (deadly && !(k == WRITE && short_first))
        kill(getpid(), SIGKILL);
    errno = kinds[k].error;
    return true;
}

/* The function of the C library, looked up once for each caller. */
#define REAL(name)                                                                       \
    static __typeof__(name) *real;                                                       \
    if (!real)                                                                           \
    *(void **)&real = dlsym(RTLD_NEXT, #name)

void *malloc(size_t n)
{
    return fails(MALLOC) ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return fails(MALLOC) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return fails(MALLOC) ? NULL : __libc_realloc(p, n);
}

void *reallocarray(void *p, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(p, bytes);
}

void *aligned_alloc(size_t alignment, size_t n)
{
    return fails(MALLOC) ? NULL : __libc_memalign(alignment, n);
}

int posix_memalign(void **out, size_t alignment, size_t n)
{
    void *p = aligned_alloc(alignment, n);
    if (!p)
        return ENOMEM;
    *out = p;
    return 0;
}

/* Where `n` bytes to fd go: 0 = all through, otherwise what to return now. */
static ssize_t refused(int fd, size_t *n)
{
    static _Atomic bool half_done;
    if (fd <= 2)
        return 0;
    if (atomic_exchange(&half_done, false)) {
        if (deadly)
            kill(getpid(), SIGKILL);
        errno = kinds[WRITE].error;
        return -1;
    }
    if (!fails(WRITE))
        return 0;
    if (!short_first || *n < 2)
        return -1;
    atomic_store(&half_done, true);
    *n /= 2;
    return 0;
}

ssize_t write(int fd, const void *data, size_t n)
{
    REAL(write);
    return refused(fd, &n) < 0 ? -1 : real(fd, data, n);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t offset)
{
    REAL(pwrite);
    return refused(fd, &n) < 0 ? -1 : real(fd, data, n, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t offset)
{
    REAL(pwrite64);
    return refused(fd, &n) < 0 ? -1 : real(fd, data, n, offset);
}

ssize_t writev(int fd, const struct iovec *piece, int count)
{
    size_t one = 1;
    REAL(writev);
    return refused(fd, &one) < 0 ? -1 : real(fd, piece, count);
}

/* Programs open much at their start (locales, /proc); only the interesting folder counts,
 * and every name relative to a directory handle. */
static bool open_fails(int dirfd, const char *path)
{
    bool counts =
        path[0] == '/' ? strncmp(path, under, strlen(under)) == 0 : dirfd != AT_FDCWD;
    return counts && fails(OPEN);
}

static mode_t mode_of(int flags, va_list ap)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(ap, mode_t) : 0;
}

#define OPEN_LIKE(name)                                                                  \
    int name(const char *path, int flags, ...)                                           \
    {                                                                                    \
        REAL(name);                                                                      \
        va_list ap;                                                                      \
        va_start(ap, flags);                                                             \
        mode_t mode = mode_of(flags, ap);                                                \
        va_end(ap);                                                                      \
        return open_fails(AT_FDCWD, path) ? -1 : real(path, flags, mode);                \
    }
OPEN_LIKE(open)
OPEN_LIKE(open64)

#define OPENAT_LIKE(name)                                                                \
    int name(int dirfd, const char *path, int flags, ...)                                \
    {                                                                                    \
        REAL(name);                                                                      \
        va_list ap;                                                                      \
        va_start(ap, flags);                                                             \
        mode_t mode = mode_of(flags, ap);                                                \
        va_end(ap);                                                                      \
        return open_fails(dirfd, path) ? -1 : real(dirfd, path, flags, mode);            \
    }
OPENAT_LIKE(openat)
OPENAT_LIKE(openat64)

/* What _FORTIFY_SOURCE makes of the four above when there is no mode. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dirfd, const char *path, int flags);
int __openat64_2(int dirfd, const char *path, int flags);

int __open_2(const char *path, int flags)
{
    return open(path, flags);
}

int __open64_2(const char *path, int flags)
{
    return open64(path, flags);
}

int __openat_2(int dirfd, const char *path, int flags)
{
    return openat(dirfd, path, flags);
}

int __openat64_2(int dirfd, const char *path, int flags)
{
    return openat64(dirfd, path, flags);
}

int fsync(int fd)
{
    REAL(fsync);
    return fails(FSYNC) ? -1 : real(fd);
}

int fdatasync(int fd)
{
    REAL(fdatasync);
    return fails(FSYNC) ? -1 : real(fd);
}

int rename(const char *from, const char *to)
{
    REAL(rename);
    return fails(RENAME) ? -1 : real(from, to);
}

int renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    REAL(renameat);
    return fails(RENAME) ? -1 : real(from_fd, from, to_fd, to);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir);
    return fails(MKDIR) ? -1 : real(path, mode);
}

int mkdirat(int dirfd, const char *path, mode_t mode)
{
    REAL(mkdirat);
    return fails(MKDIR) ? -1 : real(dirfd, path, mode);
}
