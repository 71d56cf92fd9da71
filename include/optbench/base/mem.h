/*
 * Memory. Small allocations (names, tables, buffers of text) abort when there is none
 * left: no caller could do better. What grows with the user's data goes through
 * ob_alloc() and fails as an ordinary error.
 *
 * Everything here is released with free().
 */
#ifndef OB_BASE_MEM_H
#define OB_BASE_MEM_H

#include <stddef.h>

#include "optbench/base/compiler.h"
#include "optbench/base/err.h"

/* Never return NULL. A product n * size that overflows aborts, too. */
void *ob_xmalloc(size_t n);
void *ob_xcalloc(size_t n, size_t size);
void *ob_xreallocarray(void *p, size_t n, size_t size);
char *ob_xstrdup(const char *s);
char *ob_xstrndup(const char *s, size_t n);
char *ob_xasprintf(const char *format, ...) OB_PRINTF(1, 2);

/* n elements of `size` bytes, zeroed, on a 64-byte boundary (one cache line, the widest
 * vector register). A large block takes memory only as it is written. n = 0 gives a valid
 * pointer. NULL with OB_ENOMEM in *err where the memory cannot be had or the product
 * overflows. */
void *ob_alloc(size_t n, size_t size, struct ob_err *err);

/* Makes n bytes from p on zeros, and hands the whole pages among them back to the system
 * until they are written again: for a part of a block that nobody will read any more. */
void ob_release_pages(void *p, size_t n);

#endif
