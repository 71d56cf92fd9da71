#include <config.h>

#include "open_config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/run/rundir.h"
#include "optbench/sweep/folder.h"
#include "sweep_cells.h"

char *ob_cli_config_path(const char *word)
{
    if (access(word, F_OK) == 0 || strchr(word, '/'))
        return ob_xstrdup(word);
    size_t n = strlen(word);
    bool has_ending = n > 4 && strcmp(word + n - 4, ".ini") == 0;
    char *folder = ob_path_configs();
    char *name = ob_xasprintf("%s%s", word, has_ending ? "" : ".ini");
    char *path = ob_path_join(folder, name);
    free(name);
    free(folder);
    if (access(path, F_OK) == 0)
        return path;
    free(path);
    return ob_xstrdup(word);
}

int ob_cli_complain(struct ob_diags *diags)
{
    ob_diags_sort(diags);
    ob_diags_print(diags, stderr);
    int status = ob_diags_exit(diags);
    ob_diags_finish(diags);
    return status;
}

bool ob_cli_open_config(const struct ob_args *args, struct ob_spec *spec, int *status)
{
    struct ob_diags diags = { 0 };
    size_t nsets;
    const char **sets = ob_args_all(args, "set", &nsets);
    char *path = ob_cli_config_path(ob_args_operand(args, 0));
    *spec = (struct ob_spec){ 0 };
    bool ok = ob_spec_load(path, sets, nsets, spec, &diags);
    free(path);
    free(sets);
    if (!ok) {
        *status = ob_cli_complain(&diags);
        ob_spec_finish(spec);
        return false;
    }
    ob_diags_finish(&diags);
    return true;
}

bool ob_cli_open_data(const struct ob_args *args, struct ob_spec *spec,
                      struct ob_dataset *data, int *status)
{
    struct ob_diags diags = { 0 };
    if (!ob_cli_open_config(args, spec, status))
        return false;
    if (!ob_spec_load_data(spec, data, &diags)) {
        *status = ob_cli_complain(&diags);
        ob_spec_finish(spec);
        return false;
    }
    ob_diags_finish(&diags);
    return true;
}

bool ob_cli_name_runs(const char *runs, const char *what, struct ob_foreign_list *out,
                      struct ob_err *err)
{
    struct ob_foreign_list logs = { 0 };
    struct ob_buf path = { 0 };
    if (ob_sweep_is(what))
        return ob_cli_sweep_cells(what, out, err);
    bool log = ob_foreign_at(what) != OB_FOREIGN_NONE;
    bool ok =
        log ? ob_foreign_bring(what, &logs, err) : ob_rundir_find(runs, what, &path, err);
    size_t n = log ? logs.n : 1;
    if (ok)
        out->path = ob_xreallocarray(out->path, out->n + n + 1, sizeof *out->path);
    for (size_t i = 0; ok && i < n; i++)
        out->path[out->n++] = ob_xstrdup(log ? logs.path[i] : ob_buf_text(&path));
    ob_foreign_list_finish(&logs);
    ob_buf_finish(&path);
    return ok;
}

bool ob_cli_find_run(const struct ob_args *args, struct ob_buf *path, int *status)
{
    const char *what = ob_args_operand(args, 0);
    struct ob_foreign_list found = { 0 };
    struct ob_err err;
    bool ok = ob_cli_name_runs(ob_runs_folder(ob_args_get(args, "runs")),
                               what ? what : "latest", &found, &err);
    if (ok && found.n != 1)
        ok = ob_fail(&err, OB_EUSAGE,
                     ob_sweep_is(what) ? "'%s' is a sweep of %zu runs: name one below "
                                         "its cells/, or take 'optbench sweep status'"
                                       : "'%s' holds %zu runs: name a folder below it",
                     what, found.n);
    if (ok)
        ob_buf_adds(path, found.path[0]);
    else
        *status = ob_cli_fail(&err);
    ob_foreign_list_finish(&found);
    return ok;
}
