#include <config.h>

#include "sweep_cells.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "optbench/base/mem.h"
#include "optbench/sweep/folder.h"

static bool is_begun(const struct ob_sweep *s, size_t cell)
{
    char file[OB_SWEEP_FILE_MAX];
    struct stat st;
    ob_sweep_cell_file(s, cell, "run.json", file);
    return fstatat(s->dir.fd, file, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

bool ob_cli_sweep_cells(const char *path, struct ob_foreign_list *out, struct ob_err *err)
{
    struct ob_sweep s = { 0 };
    size_t n = 0;
    if (!ob_sweep_open(&s, path, err))
        return false;
    size_t *begun = ob_xcalloc(s.plan.cells + 1, sizeof *begun);
    for (size_t i = 0; i < s.plan.cells; i++)
        if (is_begun(&s, i))
            begun[n++] = i;
    bool ok =
        n > 0 || ob_fail(err, OB_EUSAGE, "%s: no cell of the sweep was begun", path);
    if (n > OB_SWEEP_RUNS_MOST)
        ok = ob_fail(err, OB_EUSAGE,
                     "%s: %zu cells are too many to be looked at as runs (%d): 'optbench "
                     "sweep collect' is for these, or --filter with --runs %s/cells",
                     path, n, OB_SWEEP_RUNS_MOST, path);
    if (ok)
        out->path = ob_xreallocarray(out->path, out->n + n + 1, sizeof *out->path);
    for (size_t k = 0; ok && k < n; k++)
        out->path[out->n++] = ob_sweep_cell_path(&s, begun[k]);
    free(begun);
    ob_sweep_finish(&s);
    return ok;
}
