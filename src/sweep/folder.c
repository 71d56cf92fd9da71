#include <config.h>

#include "optbench/sweep/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "facts.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/conf/ini.h"

enum { JSON_MAX = 1 << 16 };

bool ob_sweep_is(const char *path)
{
    struct stat st;
    char *file = ob_path_join(path, SWEEP_JSON);
    bool is = lstat(file, &st) == 0 && S_ISREG(st.st_mode);
    free(file);
    return is;
}

/* The facts, and the plan that they belong to. */
static bool read_files(struct ob_sweep *s, struct ob_err *err)
{
    struct ob_buf json = { 0 }, config = { 0 }, plan = { 0 };
    bool ok = ob_rundir_read(&s->dir, SWEEP_JSON, JSON_MAX, &json, err) &&
              ob_rundir_read(&s->dir, SWEEP_INI, OB_INI_FILE_MAX, &config, err) &&
              ob_rundir_read(&s->dir, SWEEP_PLAN, OB_PLAN_FILE_MAX, &plan, err);
    if (ok && (!facts_read(&s->facts, &json, err) ||
               !ob_plan_read(&s->plan, ob_buf_text(&plan), plan.len, err)))
        ok = ob_fail_at(err, "%s", s->path);
    if (ok && s->plan.cells != s->facts.cells)
        ok = ob_fail(err, OB_EDATA,
                     "%s: the plan has %zu cells and " SWEEP_JSON " says %zu", s->path,
                     s->plan.cells, s->facts.cells);
    if (ok && facts_hash(&config, &plan) != s->facts.hash)
        ok =
            ob_fail(err, OB_EDATA,
                    "%s: " SWEEP_INI " or " SWEEP_PLAN
                    " was changed after the sweep was planned, and a plan never changes: "
                    "plan another folder",
                    s->path);
    ob_buf_finish(&json);
    ob_buf_finish(&config);
    ob_buf_finish(&plan);
    return ok;
}

bool ob_sweep_open(struct ob_sweep *s, const char *path, struct ob_err *err)
{
    struct stat st;
    *s = (struct ob_sweep){ .path = ob_xstrdup(path) };
    bool ok = true;
    if (stat(path, &st) == 0 && !ob_sweep_is(path))
        ok = ob_fail(err, OB_EUSAGE, "'%s' is no sweep: it has no " SWEEP_JSON, path);
    ok = ok && ob_rundir_open(&s->dir, path, err) && read_files(s, err);
    if (!ok)
        ob_sweep_finish(s);
    return ok;
}

void ob_sweep_finish(struct ob_sweep *s)
{
    ob_plan_finish(&s->plan);
    ob_rundir_finish(&s->dir);
    free(s->path);
    *s = (struct ob_sweep){ 0 };
}

char *ob_sweep_cell_path(const struct ob_sweep *s, size_t cell)
{
    char file[OB_SWEEP_FILE_MAX];
    ob_sweep_cell_file(s, cell, NULL, file);
    return ob_path_join(s->path, file);
}

char *ob_sweep_config_path(const struct ob_sweep *s)
{
    return ob_path_join(s->path, SWEEP_INI);
}

void ob_sweep_cell_file(const struct ob_sweep *s, size_t cell, const char *file,
                        char out[static OB_SWEEP_FILE_MAX])
{
    char name[OB_PLAN_NAME_MAX];
    ob_plan_name(&s->plan, cell, name);
    snprintf(out, OB_SWEEP_FILE_MAX, SWEEP_CELLS "/%s%s%s", name, file ? "/" : "",
             file ? file : "");
}

void ob_sweep_failure_file(const struct ob_sweep *s, size_t cell,
                           char out[static OB_SWEEP_FILE_MAX])
{
    char name[OB_PLAN_NAME_MAX];
    ob_plan_name(&s->plan, cell, name);
    snprintf(out, OB_SWEEP_FILE_MAX, SWEEP_FAILED "/%s.json", name);
}
