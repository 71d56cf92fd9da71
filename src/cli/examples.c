#include <config.h>

#include "examples.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/conf/spec.h"

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static size_t stem_length(const char *file)
{
    size_t n = strlen(file);
    return n > 4 && strcmp(file + n - 4, ".ini") == 0 ? n - 4 : 0;
}

void ob_examples_init(struct ob_examples *e)
{
    char *shipped = ob_path_configs();
    ob_examples_read(e, shipped);
    free(shipped);
}

void ob_examples_read(struct ob_examples *e, const char *folder)
{
    *e = (struct ob_examples){ .folder = ob_xstrdup(folder) };
    DIR *dir = opendir(e->folder);
    if (!dir)
        return;
    for (struct dirent *d; (d = readdir(dir));) {
        size_t n = stem_length(d->d_name);
        if (!n || d->d_name[0] == '.')
            continue;
        e->name = ob_xreallocarray(e->name, e->n + 1, sizeof *e->name);
        e->name[e->n++] = ob_xstrndup(d->d_name, n);
    }
    closedir(dir);
    if (e->n)
        qsort(e->name, e->n, sizeof *e->name, by_name);
}

void ob_examples_finish(struct ob_examples *e)
{
    for (size_t i = 0; i < e->n; i++)
        free(e->name[i]);
    free(e->name);
    free(e->folder);
    *e = (struct ob_examples){ 0 };
}

char *ob_examples_path(const struct ob_examples *e, size_t i)
{
    return ob_xasprintf("%s/%s.ini", e->folder, e->name[i]);
}

char *ob_examples_title(const struct ob_examples *e, size_t i)
{
    struct ob_spec spec = { 0 };
    struct ob_diags diags = { 0 };
    char *path = ob_examples_path(e, i);
    char *title = NULL;
    if (ob_spec_load(path, NULL, 0, &spec, &diags) && spec.experiment.title)
        title = ob_xstrdup(spec.experiment.title);
    ob_diags_finish(&diags);
    ob_spec_finish(&spec);
    free(path);
    return title ? title : ob_xstrdup("");
}
