#include <config.h>

#include "open_point.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "open_config.h"
#include "point_theta.h"

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/base/path.h"
#include "optbench/conf/ini.h"
#include "optbench/model/init.h"
#include "optbench/run/rundir.h"
#include "optbench/run/runinfo.h"
#include "optbench/train/weights.h"

struct ob_point_ask ob_point_asked(const struct ob_args *args, size_t i)
{
    struct ob_point_ask ask = {
        .what = ob_args_operand(args, i),
        .at = ob_args_get(args, "at"),
        .runs = ob_args_get(args, "runs"),
    };
    ask.sets = ob_args_all(args, "set", &ask.nsets);
    return ask;
}

static bool said(int *status, const struct ob_err *err)
{
    *status = ob_cli_fail(err);
    return false;
}

static bool read_where(struct point_want *want, const char *at, struct ob_err *err)
{
    int64_t step;
    *want = (struct point_want){ .where = OB_POINT_END };
    if (!at || strcmp(at, "end") == 0)
        return true;
    if (strcmp(at, "start") == 0) {
        want->where = OB_POINT_START;
        return true;
    }
    if (strcmp(at, "best") == 0) {
        want->where = OB_POINT_BEST;
        return true;
    }
    if (strcmp(at, "average") == 0) {
        want->where = OB_POINT_AVERAGE;
        return true;
    }
    if (!ob_integer_parse(at, strlen(at), &step) || step < 0)
        return ob_fail(err, OB_EUSAGE,
                       "--at: '%s' is neither start, end, best, average nor a step", at);
    want->where = OB_POINT_STEP;
    want->step = (uint64_t)step;
    return true;
}

/* Whether the word names a run, whose path is appended then; else it is left to the
 * reader of configs. False where it names nothing, or several runs. */
static bool find(const struct ob_point_ask *ask, bool *of_run, struct ob_buf *path,
                 struct ob_err *err)
{
    struct stat st;
    size_t n = strlen(ask->what);
    *of_run = false;
    if (ask->text) {
        ob_buf_adds(path, ask->what);
        return true;
    }
    bool there = stat(ask->what, &st) == 0;
    char *config = ob_cli_config_path(ask->what);
    *of_run = !(there && !S_ISDIR(st.st_mode)) && access(config, F_OK) != 0;
    *of_run = *of_run || (there && S_ISDIR(st.st_mode));
    bool named = n > 4 && strcmp(ask->what + n - 4, ".ini") == 0;
    bool ok = true;
    if (*of_run && !there && named)
        *of_run = false; /* a config that is missing, and is said to be */
    if (*of_run && !there && strchr(ask->what, '/'))
        ok = ob_fail(err, OB_EUSAGE, "'%s' is not there (any more)", ask->what);
    else if (*of_run)
        ok = ob_rundir_find(ob_runs_folder(ask->runs), ask->what, path, err) ||
             (!there && ob_fail_at(err, "'%s' is no config", ask->what));
    else
        ob_buf_adds(path, config);
    free(config);
    return ok;
}

static bool load_spec(struct ob_point *p, const struct ob_point_ask *ask,
                      const struct ob_rundir *dir, int *status)
{
    struct ob_diags diags = { 0 };
    struct ob_buf text = { 0 };
    struct ob_err err;
    char *path = p->of_run ? ob_path_join(p->path, "config.ini") : ob_xstrdup(p->path);
    struct ob_spec_from from = { .path = path, .sets = ask->sets, .nsets = ask->nsets };
    bool ok =
        !p->of_run || ob_rundir_read(dir, "config.ini", OB_INI_FILE_MAX, &text, &err);
    if (!ok) {
        said(status, &err);
    } else {
        from.text = p->of_run ? ob_buf_text(&text) : ask->text;
        from.n = p->of_run ? text.len : ask->len;
        ok = ob_spec_read(&from, &p->spec, &diags);
        if (ok && (p->spec.model.type->needs & OB_PROBLEM_NEEDS_DATA))
            ok = ob_spec_load_data(&p->spec, &p->data, &diags);
        if (!ok)
            *status = ob_cli_complain(&diags);
    }
    ob_diags_finish(&diags);
    ob_buf_finish(&text);
    free(path);
    return ok;
}

static bool create_problem(struct ob_point *p, bool threads, struct ob_err *err)
{
    if (threads) {
        p->pool = ob_pool_create((unsigned)p->spec.experiment.threads, err);
        if (!p->pool)
            return false;
    }
    struct ob_problem_common common = ob_spec_common(&p->spec);
    common.dtype = OB_F64;
    common.pool = p->pool;
    p->problem = ob_problem_create(p->spec.model.type, p->spec.model.opts, &common,
                                   p->data.rows ? &p->data : NULL, err);
    if (!p->problem)
        return false;
    p->theta = ob_alloc(p->problem->n, sizeof *p->theta, err);
    return p->theta != NULL;
}

/* Where training begins, rounded as the run rounds it. */
static bool start_theta(struct ob_point *p, struct ob_err *err)
{
    const enum ob_dtype dtype = (enum ob_dtype)p->spec.experiment.dtype;
    struct ob_vec theta = { OB_F64, p->problem->n, p->theta };
    struct ob_draw_setup draws;
    ob_spec_draws(&p->spec, OB_AXIS_INIT, &draws);
    if (!ob_problem_init_theta(p->problem, &p->spec.model.common, &draws, &theta, err))
        return false;
    const char *from = p->spec.model.common.init_from;
    if (from && !ob_weights_load(from, &p->problem->layout, &theta, err))
        return ob_fail_at(err, "init_from");
    for (size_t i = 0; i < p->problem->n; i++)
        p->theta[i] = ob_dtype_round(dtype, p->theta[i]);
    return true;
}

static bool find_theta(struct ob_point *p, const struct point_want *want,
                       const struct ob_rundir *dir, struct ob_err *err)
{
    bool start = want->where == OB_POINT_START ||
                 (want->where == OB_POINT_STEP && want->step == 0);
    if (start || (!p->of_run && want->where == OB_POINT_END))
        return start_theta(p, err);
    if (!p->of_run)
        return ob_fail(err, OB_EUSAGE,
                       "--at: a config has no step but its start; name a run of it");
    if (want->where == OB_POINT_BEST)
        return point_best(p, dir, err);
    if (want->where == OB_POINT_AVERAGE)
        return point_average(p, dir, err);
    if (want->average && point_average(p, dir, NULL))
        return true;
    return want->where == OB_POINT_STEP ? point_logged(p, dir, want->step, err)
                                        : point_newest(p, dir, err);
}

/* The name of the run, and whether its data are what they were. */
static void take_info(struct ob_point *p, const struct ob_rundir *dir)
{
    struct ob_run_info info;
    char hash[17];
    free(p->name);
    p->name = ob_xstrdup(dir->name);
    snprintf(hash, sizeof hash, "%016" PRIx64, p->data.hash);
    p->other_data = ob_run_info_read(dir, &info, NULL) && p->data.rows &&
                    info.data_hash[0] && strcmp(hash, info.data_hash) != 0;
}

/* What the model refused, with the line of the key that its text may open with. */
static bool refused(const struct ob_point *p, const struct ob_err *err, int *status)
{
    struct ob_diags diags = { 0 };
    char key[64];
    size_t n = strcspn(err->text, ":");
    if (err->code != OB_ECONFIG)
        return said(status, err);
    snprintf(key, sizeof key, "%.*s", n < sizeof key ? (int)n : 0, err->text);
    bool named = strncmp(err->text + n, ": ", 2) == 0 &&
                 (ob_param_find(p->spec.model.type->params, key) ||
                  ob_param_find(ob_model_params, key));
    ob_spec_complain(&p->spec, &diags, err->code, "model", named ? key : "kind", "%s",
                     err->text + (named ? n + 2 : 0));
    *status = ob_cli_complain(&diags);
    return false;
}

bool ob_point_open(struct ob_point *out, const struct ob_point_ask *ask, int *status)
{
    struct point_want want;
    struct ob_rundir dir = { 0 };
    struct ob_buf path = { 0 };
    struct ob_err err;
    bool ok = read_where(&want, ask->at, &err) && find(ask, &out->of_run, &path, &err);
    want.average = ask->average && !ask->at;
    out->lr = NAN;
    if (ok && out->of_run)
        ok = ob_rundir_open(&dir, ob_buf_text(&path), &err);
    if (!ok) {
        said(status, &err);
    } else {
        out->path = ob_xstrdup(ob_buf_text(&path));
        ok = load_spec(out, ask, &dir, status);
        if (ok && !(ok = create_problem(out, ask->threads, &err) &&
                         find_theta(out, &want, &dir, &err)))
            refused(out, &err, status);
    }
    if (ok) {
        out->name = ob_xstrdup(out->spec.experiment.name);
        if (out->of_run)
            take_info(out, &dir);
    } else {
        ob_point_finish(out);
    }
    ob_rundir_finish(&dir);
    ob_buf_finish(&path);
    return ok;
}

void ob_point_finish(struct ob_point *p)
{
    ob_problem_destroy(p->problem);
    ob_pool_destroy(p->pool);
    ob_dataset_finish(&p->data);
    ob_spec_finish(&p->spec);
    free(p->theta);
    free(p->path);
    free(p->name);
    *p = (struct ob_point){ 0 };
}

void ob_point_where(const struct ob_point *p, struct ob_buf *out)
{
    char step[40];
    if (p->step == 0) {
        ob_buf_adds(out, "at the start");
        return;
    }
    ob_count_show(step, sizeof step, (double)p->step);
    ob_buf_addf(out, "at step %s", step);
}
