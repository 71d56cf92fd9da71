#include <config.h>

#include "optbench/base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Below this many bytes memory is cleared at once. */
#define LAZY ((size_t)1 << 20)

OB_NORETURN static void exhausted(void)
{
    static const char text[] = "optbench: out of memory\n";
    fwrite(text, 1, sizeof text - 1, stderr);
    abort();
}

static void *checked(void *p)
{
    if (!p)
        exhausted();
    return p;
}

void *ob_xmalloc(size_t n)
{
    return checked(malloc(n ? n : 1));
}

void *ob_xcalloc(size_t n, size_t size)
{
    return checked(calloc(n ? n : 1, size ? size : 1));
}

void *ob_xreallocarray(void *p, size_t n, size_t size)
{
    return checked(reallocarray(p, n ? n : 1, size ? size : 1));
}

char *ob_xstrdup(const char *s)
{
    return checked(strdup(s));
}

char *ob_xstrndup(const char *s, size_t n)
{
    return checked(strndup(s, n));
}

char *ob_xasprintf(const char *format, ...)
{
    va_list ap;
    char *out = NULL;
    va_start(ap, format);
    int n = vasprintf(&out, format, ap);
    va_end(ap);
    if (n < 0)
        exhausted();
    return out;
}

void *ob_alloc(size_t n, size_t size, struct ob_err *err)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2) {
        ob_fail(err, OB_ENOMEM, "out of memory: %zu elements of %zu bytes", n, size);
        return NULL;
    }
    bytes = (bytes + 63) / 64 * 64;
    void *p = aligned_alloc(64, bytes ? bytes : 64);
    if (!p) {
        ob_fail(err, OB_ENOMEM, "out of memory: %zu bytes", bytes);
        return NULL;
    }
    if (bytes < LAZY)
        return memset(p, 0, bytes ? bytes : 64);
    ob_release_pages(p, bytes);
    return p;
}

/* Pages of private memory that Linux is told to forget read as zeros; elsewhere the same
 * word may mean less. Locked pages cannot be forgotten. */
static bool forget(char *begin, char *end)
{
#if defined(__linux__) && defined(MADV_DONTNEED)
    return begin < end && madvise(begin, (size_t)(end - begin), MADV_DONTNEED) == 0;
#else
    (void)begin;
    (void)end;
    return false;
#endif
}

void ob_release_pages(void *p, size_t n)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    const uintptr_t at = (uintptr_t)p;
    char *from = p, *to = from + n;
    size_t head = (size_t)((page - at % page) % page);
    size_t tail = (size_t)((at + n) % page);
    if (head + tail > n || !forget(from + head, to - tail)) {
        memset(from, 0, n);
        return;
    }
    memset(from, 0, head);
    memset(to - tail, 0, tail);
}
