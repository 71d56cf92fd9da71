#include <config.h>

#include "parity_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/optim/optimizer.h"

#define ENDING ".safetensors"

static int by_name(const void *a, const void *b)
{
    const struct parity_subject *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static struct parity_subject *add(struct parity_list *list, char *name)
{
    list->item = ob_xreallocarray(list->item, list->n + 1, sizeof *list->item);
    list->item[list->n] = (struct parity_subject){ .name = name };
    return &list->item[list->n++];
}

static struct parity_subject *find(const struct parity_list *list, const char *name,
                                   size_t n)
{
    for (size_t i = 0; i < list->n; i++)
        if (strlen(list->item[i].name) == n && strncmp(list->item[i].name, name, n) == 0)
            return &list->item[i];
    return NULL;
}

/* A file of the folder, beside its optimizer or behind all of them. */
static void take(struct parity_list *list, const char *folder, const char *file)
{
    const size_t n = strlen(file), ending = strlen(ENDING);
    if (file[0] == '.' || n <= ending || strcmp(file + n - ending, ENDING) != 0)
        return;
    struct parity_subject *s = find(list, file, n - ending);
    if (!s)
        s = add(list, ob_xstrndup(file, n - ending));
    s->path = ob_path_join(folder, file);
}

bool parity_list_read(struct parity_list *list, const char *folder, struct ob_err *err)
{
    *list = (struct parity_list){ 0 };
    DIR *dir = opendir(folder);
    if (!dir)
        return ob_fail(err, OB_EIO, "cannot read %s: %s", folder, ob_errno_text(errno));
    for (const struct ob_optimizer_type *const *t = ob_optimizers(); *t; t++)
        add(list, ob_xstrdup((*t)->name));
    const size_t optimizers = list->n;
    for (struct dirent *d; (d = readdir(dir));)
        take(list, folder, d->d_name);
    closedir(dir);
    qsort(list->item + optimizers, list->n - optimizers, sizeof *list->item, by_name);
    return true;
}

void parity_list_finish(struct parity_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->item[i].name);
        free(list->item[i].path);
    }
    free(list->item);
    *list = (struct parity_list){ 0 };
}
