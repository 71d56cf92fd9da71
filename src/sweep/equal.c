#include <config.h>

#include "equal.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/hash.h"
#include "optbench/base/mem.h"

static uint64_t row_hash(const struct ob_plan *p, const bool *counts, size_t cell)
{
    uint64_t hash = 0;
    for (size_t k = 0; k < p->keys; k++) {
        const char *s = ob_plan_at(p, cell, k);
        if (counts[k] && s)
            hash = ob_hash_fast(s, strlen(s), hash + k + 1);
    }
    return hash;
}

static bool row_equal(const struct ob_plan *p, const bool *counts, size_t a, size_t b)
{
    for (size_t k = 0; k < p->keys; k++) {
        const char *s = ob_plan_at(p, a, k), *t = ob_plan_at(p, b, k);
        if (counts[k] && s != t && (!s || !t || strcmp(s, t) != 0))
            return false;
    }
    return true;
}

size_t *plan_equal(const struct ob_plan *p, const bool *counts)
{
    size_t n = p->cells, room = 16;
    while (room < 2 * n)
        room *= 2;
    size_t *first = ob_xcalloc(n + 1, sizeof *first);
    size_t *table = ob_xcalloc(room, sizeof *table); /* cell + 1; 0 = free */
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)row_hash(p, counts, i) & (room - 1);
        while (table[at] > 0 && !row_equal(p, counts, table[at] - 1, i))
            at = (at + 1) & (room - 1);
        if (table[at] == 0)
            table[at] = i + 1;
        first[i] = table[at] - 1;
    }
    free(table);
    return first;
}
