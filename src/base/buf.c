#include <config.h>

#include "optbench/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

void ob_buf_finish(struct ob_buf *b)
{
    free(b->data);
    *b = (struct ob_buf){ 0 };
}

char *ob_buf_reserve(struct ob_buf *b, size_t n)
{
    size_t want = b->len + n + 1;
    OB_REQUIRE(want > b->len);
    if (want > b->cap) {
        size_t cap = b->cap ? b->cap : 64;
        while (cap < want)
            cap += cap / 2 + 64;
        b->data = ob_xreallocarray(b->data, cap, 1);
        b->cap = cap;
        b->data[b->len] = '\0';
    }
    return b->data + b->len;
}

void ob_buf_add(struct ob_buf *b, const void *p, size_t n)
{
    char *at = ob_buf_reserve(b, n);
    if (n)
        memcpy(at, p, n);
    b->len += n;
    b->data[b->len] = '\0';
}

void ob_buf_adds(struct ob_buf *b, const char *s)
{
    ob_buf_add(b, s, strlen(s));
}

void ob_buf_addc(struct ob_buf *b, char c)
{
    ob_buf_add(b, &c, 1);
}

void ob_buf_vaddf(struct ob_buf *b, const char *format, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    /* Most texts fit into what there is, and formatting twice is what they cost. */
    size_t room = b->cap > b->len ? b->cap - b->len : 0;
    int n = vsnprintf(room ? b->data + b->len : NULL, room, format, ap);
    OB_REQUIRE(n >= 0);
    if ((size_t)n >= room)
        vsnprintf(ob_buf_reserve(b, (size_t)n), (size_t)n + 1, format, again);
    va_end(again);
    b->len += (size_t)n;
}

void ob_buf_addf(struct ob_buf *b, const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    ob_buf_vaddf(b, format, ap);
    va_end(ap);
}

void ob_buf_clear(struct ob_buf *b)
{
    b->len = 0;
    if (b->data)
        b->data[0] = '\0';
}

const char *ob_buf_text(const struct ob_buf *b)
{
    return b->data ? b->data : "";
}

char *ob_buf_take(struct ob_buf *b)
{
    char *out = b->data ? b->data : ob_xstrdup("");
    *b = (struct ob_buf){ 0 };
    return out;
}
