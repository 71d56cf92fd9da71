/*
 * A growing run of bytes, always ended by a NUL that is not counted, so that `data` is
 * also a C string when no NUL was added. A zeroed struct is an empty buffer; `data` is
 * NULL until something was added (ob_buf_text() never is). Owned by whoever declares it.
 */
#ifndef OB_BASE_BUF_H
#define OB_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

#include "optbench/base/compiler.h"

struct ob_buf {
    char *data;
    size_t len; /* bytes used, without the NUL */
    size_t cap; /* bytes allocated */
};

void ob_buf_finish(struct ob_buf *b);

/* Makes room for n more bytes and the NUL; returns where they will go. */
char *ob_buf_reserve(struct ob_buf *b, size_t n);

void ob_buf_add(struct ob_buf *b, const void *p, size_t n);
void ob_buf_adds(struct ob_buf *b, const char *s);
void ob_buf_addc(struct ob_buf *b, char c);
void ob_buf_addf(struct ob_buf *b, const char *format, ...) OB_PRINTF(2, 3);
void ob_buf_vaddf(struct ob_buf *b, const char *format, va_list ap) OB_PRINTF(2, 0);

/* Forgets the content, keeps the memory. */
void ob_buf_clear(struct ob_buf *b);

/* The content as a string, "" when empty; lent until the next change. */
const char *ob_buf_text(const struct ob_buf *b);

/* Moves the content out (never NULL; free() it) and leaves an empty buffer. */
char *ob_buf_take(struct ob_buf *b);

#endif
