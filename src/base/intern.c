#include <config.h>

#include "optbench/base/intern.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/hash.h"
#include "optbench/base/mem.h"

enum { CHUNK = 1 << 16, FIRST_SLOTS = 1024 };

struct ob_intern {
    char **text; /* [n], into the chunks */
    uint32_t n, cap;
    uint32_t *slot; /* [slots], a power of two: number + 1 of a text, 0 = free */
    size_t slots;
    char **chunk; /* [chunks] */
    size_t chunks, left;
    char *free;
};

struct ob_intern *ob_intern_create(void)
{
    struct ob_intern *t = ob_xcalloc(1, sizeof *t);
    t->slots = FIRST_SLOTS;
    t->slot = ob_xcalloc(t->slots, sizeof *t->slot);
    return t;
}

void ob_intern_destroy(struct ob_intern *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->chunks; i++)
        free(t->chunk[i]);
    free(t->chunk);
    free(t->slot);
    free(t->text);
    free(t);
}

const char *ob_intern_at(const struct ob_intern *t, uint32_t i)
{
    return t->text[i];
}

uint32_t ob_intern_count(const struct ob_intern *t)
{
    return t->n;
}

/* The slot that has the text, or the free one where it would go. */
static size_t place(const struct ob_intern *t, const char *s, size_t n)
{
    size_t mask = t->slots - 1, at = (size_t)ob_hash_fast(s, n, 0) & mask;
    for (; t->slot[at]; at = (at + 1) & mask) {
        const char *have = t->text[t->slot[at] - 1];
        if (strncmp(have, s, n) == 0 && !have[n])
            break;
    }
    return at;
}

bool ob_intern_find(const struct ob_intern *t, const char *s, size_t n, uint32_t *out)
{
    size_t at = place(t, s, n);
    if (!t->slot[at])
        return false;
    *out = t->slot[at] - 1;
    return true;
}

static void grow(struct ob_intern *t)
{
    free(t->slot);
    t->slots *= 2;
    t->slot = ob_xcalloc(t->slots, sizeof *t->slot);
    for (uint32_t i = 0; i < t->n; i++)
        t->slot[place(t, t->text[i], strlen(t->text[i]))] = i + 1;
}

static char *copy(struct ob_intern *t, const char *s, size_t n)
{
    if (n + 1 > t->left) {
        size_t size = n + 1 > CHUNK ? n + 1 : CHUNK;
        t->chunk = ob_xreallocarray(t->chunk, t->chunks + 1, sizeof *t->chunk);
        t->free = t->chunk[t->chunks++] = ob_xmalloc(size);
        t->left = size;
    }
    char *to = t->free;
    memcpy(to, s, n);
    to[n] = '\0';
    t->free += n + 1;
    t->left -= n + 1;
    return to;
}

uint32_t ob_intern_add(struct ob_intern *t, const char *s, size_t n)
{
    size_t at = place(t, s, n);
    if (t->slot[at])
        return t->slot[at] - 1;
    if (t->n == t->cap) {
        t->cap = t->cap ? 2 * t->cap : 256;
        t->text = ob_xreallocarray(t->text, t->cap, sizeof *t->text);
    }
    t->text[t->n++] = copy(t, s, n);
    t->slot[at] = t->n;
    if (t->n > t->slots / 2)
        grow(t);
    return t->n - 1;
}
