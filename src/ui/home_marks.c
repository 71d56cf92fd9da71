#include "home_priv.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

/* The place of a path, or where it would go. */
static size_t place(const struct ob_home_marks *m, const char *path)
{
    size_t low = 0, high = m->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (strcmp(m->path[mid], path) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

bool ob_home_marks_has(const struct ob_home_marks *m, const char *path)
{
    size_t i = place(m, path);
    return i < m->n && strcmp(m->path[i], path) == 0;
}

void ob_home_marks_add(struct ob_home_marks *m, const char *path)
{
    size_t i = place(m, path);
    if (i < m->n && strcmp(m->path[i], path) == 0)
        return;
    if (m->n == m->cap) {
        m->cap = m->cap ? 2 * m->cap : 16;
        m->path = ob_xreallocarray(m->path, m->cap, sizeof *m->path);
    }
    memmove(&m->path[i + 1], &m->path[i], (m->n - i) * sizeof *m->path);
    m->path[i] = ob_xstrdup(path);
    m->n++;
}

void ob_home_marks_toggle(struct ob_home_marks *m, const char *path)
{
    size_t i = place(m, path);
    if (i == m->n || strcmp(m->path[i], path) != 0) {
        ob_home_marks_add(m, path);
        return;
    }
    free(m->path[i]);
    memmove(&m->path[i], &m->path[i + 1], (--m->n - i) * sizeof *m->path);
}

void ob_home_marks_clear(struct ob_home_marks *m)
{
    for (size_t i = 0; i < m->n; i++)
        free(m->path[i]);
    free(m->path);
    *m = (struct ob_home_marks){ 0 };
}
