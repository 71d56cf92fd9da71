#include <config.h>

#include "point_theta.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/run/live.h"
#include "optbench/run/rows.h"
#include "optbench/run/summary.h"
#include "optbench/run/view.h"
#include "optbench/train/safetensors.h"
#include "optbench/train/weights.h"

#define FILE_MOST ((size_t)1 << 32)

/* ---- the newest ---- */

static bool is_newer(const struct ob_point *p, bool known, uint64_t step)
{
    return !known || step > p->step;
}

/* What was set since the start, so that the settings are those of the next step. */
static void take_knobs(struct ob_point *p, const struct ob_live *l)
{
    static const char section[] = "optimizer.";
    char text[40];
    for (size_t i = 0; i < l->knobs; i++) {
        const struct ob_live_knob *k = &l->knob[i];
        if (strncmp(k->key, section, sizeof section - 1) != 0)
            continue;
        const struct ob_param *param =
            ob_param_find(p->spec.optimizer.type->params, k->key + sizeof section - 1);
        ob_number_write(text, k->value);
        if (param && param->live)
            ob_param_set(param, p->spec.optimizer.opts, text, NULL);
    }
}

static bool from_live(struct ob_point *p, const struct ob_rundir *dir, bool known)
{
    struct ob_live l = { 0 };
    uint64_t stamp = 0;
    bool fresh = false, took = false;
    if (ob_live_read(&l, dir, &stamp, &fresh, NULL) && fresh) {
        took = l.params == p->problem->n && l.shown == l.params &&
               is_newer(p, known, l.step);
        take_knobs(p, &l);
    }
    if (took) {
        memcpy(p->theta, l.value, l.params * sizeof *p->theta);
        p->step = l.step;
    }
    ob_live_finish(&l);
    return took;
}

/* The tensor of that name and size, or NULL. */
static const struct ob_summary_tensor *tensor_of(const struct ob_summary *s,
                                                 const struct ob_tensor *t)
{
    for (size_t i = 0; i < s->tensors; i++)
        if (strcmp(s->tensor[i].name, t->name) == 0)
            return s->tensor[i].value && s->tensor[i].size == t->size ? &s->tensor[i]
                                                                      : NULL;
    return NULL;
}

static bool from_summary(struct ob_point *p, const struct ob_rundir *dir, bool known)
{
    const struct ob_layout *layout = &p->problem->layout;
    struct ob_summary s = { 0 };
    bool took = ob_summary_read(&s, dir, NULL) && is_newer(p, known, s.steps);
    for (size_t i = 0; took && i < layout->count; i++)
        took = tensor_of(&s, &layout->tensor[i]) != NULL;
    for (size_t i = 0; took && i < layout->count; i++) {
        const struct ob_tensor *t = &layout->tensor[i];
        memcpy(p->theta + t->offset, tensor_of(&s, t)->value, t->size * sizeof *p->theta);
    }
    if (took)
        p->step = s.steps;
    ob_summary_finish(&s);
    return took;
}

/* `what` stands before the tensors' names, "" for the parameters themselves. */
static bool from_checkpoint(struct ob_point *p, const struct ob_rundir *dir,
                            const char *what, bool known)
{
    const struct ob_layout *layout = &p->problem->layout;
    double *theta = ob_xcalloc(p->problem->n, sizeof *theta);
    uint64_t step = 0;
    bool took = true;
    for (size_t i = 0; took && i < layout->count; i++) {
        const struct ob_tensor *t = &layout->tensor[i];
        struct ob_view_tensor v = { 0 };
        took = ob_view_saved(dir, t->name, what, &v, NULL) && v.n == t->size &&
               (i == 0 || v.step == step) && is_newer(p, known, v.step);
        if (took)
            memcpy(theta + t->offset, v.value, v.n * sizeof *theta);
        step = v.step;
        ob_view_finish(&v);
    }
    if (took) {
        memcpy(p->theta, theta, p->problem->n * sizeof *theta);
        p->step = step;
    }
    free(theta);
    return took;
}

bool point_newest(struct ob_point *p, const struct ob_rundir *dir, struct ob_err *err)
{
    bool known = from_live(p, dir, false);
    known = from_summary(p, dir, known) || known;
    known = from_checkpoint(p, dir, "", known) || known;
    return known ||
           ob_fail(err, OB_EDATA,
                   "%s: keeps its parameters in no file yet; a checkpoint does "
                   "(`optbench ctl RUN checkpoint`, C on the live screen), and the end "
                   "of the run",
                   dir->name);
}

/* ---- the average ---- */

bool point_average(struct ob_point *p, const struct ob_rundir *dir, struct ob_err *err)
{
    p->averaged = from_checkpoint(p, dir, "average", false);
    return p->averaged ||
           ob_fail(err, OB_EUSAGE,
                   "%s: keeps no average of its parameters (see [average]), or no "
                   "checkpoint has one yet",
                   dir->name);
}

/* ---- the best ---- */

bool point_best(struct ob_point *p, const struct ob_rundir *dir, struct ob_err *err)
{
    static const char file[] = "checkpoints/best.safetensors";
    struct ob_vec theta = { OB_F64, p->problem->n, p->theta };
    struct ob_safetensors best = { 0 };
    struct ob_buf block = { 0 };
    bool ok = ob_rundir_read(dir, file, FILE_MOST, &block, NULL) ||
              ob_fail(err, OB_EUSAGE,
                      "%s: keeps no best parameters (see [checkpoint] best), or none yet",
                      dir->name);
    ok = ok &&
         ((ob_safetensors_read(&best, block.data, block.len, err) &&
           ob_weights_parse(block.data, block.len, &p->problem->layout, &theta, err)) ||
          ob_fail_at(err, "%s/%s", dir->path, file));
    if (ok && !ob_safetensors_integer(&best, "step", &p->step))
        ok = ob_fail(err, OB_EDATA, "%s/%s: has no step", dir->path, file);
    ob_safetensors_finish(&best);
    ob_buf_finish(&block);
    return ok;
}

/* ---- a row of the log ---- */

struct search {
    const struct ob_rows *rows;
    struct ob_point *p;
    double wanted;
    size_t *column; /* [n] of the parameters; OB_ROWS_NONE = not logged */
    size_t step, lr;
    bool known, complete;
    double before, after; /* nearest steps with a row; NAN = none */
};

static void restart(void *ctx)
{
    struct search *s = ctx;
    s->known = false;
    s->before = s->after = NAN;
}

static void header(void *ctx)
{
    struct search *s = ctx;
    char name[OB_COLUMN_NAME_MAX];
    s->step = ob_rows_column(s->rows, "step");
    s->lr = ob_rows_column(s->rows, "lr");
    s->complete = true;
    for (size_t i = 0; i < s->p->problem->n; i++) {
        ob_layout_column_name(&s->p->problem->layout, i, name);
        s->column[i] = ob_rows_column(s->rows, name);
        s->complete = s->complete && s->column[i] != OB_ROWS_NONE;
    }
}

static void take_row(void *ctx, const double *value)
{
    struct search *s = ctx;
    double step = value[s->step];
    if (step < s->wanted)
        s->before = step;
    if (step > s->wanted && isnan(s->after))
        s->after = step;
    if (step != s->wanted || !s->complete)
        return;
    s->known = true;
    for (size_t i = 0; i < s->p->problem->n; i++)
        s->p->theta[i] = value[s->column[i]];
    s->p->lr = s->lr == OB_ROWS_NONE ? NAN : value[s->lr];
}

static bool no_row(const struct search *s, uint64_t step, const struct ob_rundir *dir,
                   struct ob_err *err)
{
    char before[40], after[40];
    ob_count_show(before, sizeof before, s->before);
    ob_count_show(after, sizeof after, s->after);
    if (!s->complete)
        return ob_fail(err, OB_EUSAGE,
                       "%s: its log has no parameters, so --at is start, end or best",
                       dir->name);
    if (isnan(s->after))
        return ob_fail(err, OB_EUSAGE, "%s: has no step %" PRIu64 "; the last is %s",
                       dir->name, step, before);
    return ob_fail(err, OB_EUSAGE,
                   "%s: step %" PRIu64 " has no row; the nearest are %s and %s",
                   dir->name, step, before, after);
}

bool point_logged(struct ob_point *p, const struct ob_rundir *dir, uint64_t step,
                  struct ob_err *err)
{
    static const size_t portion = (size_t)8 << 20;
    struct ob_rows rows;
    struct search s = { .rows = &rows, .p = p, .wanted = (double)step };
    const struct ob_rows_sink sink = { &s, restart, header, take_row };
    s.column = ob_xcalloc(p->problem->n, sizeof *s.column);
    restart(&s);
    ob_rows_init(&rows, dir);
    bool ok;
    do
        ok = ob_rows_poll(&rows, portion, &sink, err);
    while (ok && !s.known && isnan(s.after) && ob_rows_behind(&rows));
    ok = ok && (s.known || no_row(&s, step, dir, err));
    p->step = step;
    ob_rows_finish(&rows);
    free(s.column);
    return ok;
}
