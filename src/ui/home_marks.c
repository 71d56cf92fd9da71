#include "home_priv.h"

#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"

static size_t place(const struct ob_home_marks *m, const char *path)
{
    size_t i = 0;
    while (i < m->n && strcmp(m->path[i], path) != 0)
        i++;
    return i;
}

bool ob_home_marks_has(const struct ob_home_marks *m, const char *path)
{
    return place(m, path) < m->n;
}

void ob_home_marks_toggle(struct ob_home_marks *m, const char *path)
{
    size_t i = place(m, path);
    if (i < m->n) {
        free(m->path[i]);
        m->path[i] = m->path[--m->n];
        return;
    }
    m->path = ob_xreallocarray(m->path, m->n + 1, sizeof *m->path);
    m->path[m->n++] = ob_xstrdup(path);
}

void ob_home_marks_clear(struct ob_home_marks *m)
{
    for (size_t i = 0; i < m->n; i++)
        free(m->path[i]);
    free(m->path);
    *m = (struct ob_home_marks){ 0 };
}
