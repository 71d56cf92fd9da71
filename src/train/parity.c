#include <config.h>

#include "optbench/train/parity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/number.h"
#include "parity_priv.h"
#include "trainer_priv.h"

/* One case under way. */
struct parity {
    const struct ob_parity *file;
    size_t i;
    struct ob_parity_result *out;
    struct ob_spec spec;
    struct ob_trainer *trainer;
    struct ob_err *err;
};

/* ---- the trainer ---- */

static void close_case(struct parity *p)
{
    ob_trainer_destroy(p->trainer);
    ob_spec_finish(&p->spec);
    p->trainer = NULL;
    p->spec = (struct ob_spec){ 0 };
}

static bool refused(struct parity *p, struct ob_diags *diags)
{
    ob_diags_sort(diags);
    ob_fail(p->err, diags->n ? diags->item[0].code : OB_EFAIL, "%s",
            diags->n ? diags->item[0].text : "it cannot be built");
    ob_diags_finish(diags);
    return false;
}

static bool open_case(struct parity *p, enum ob_dtype dtype)
{
    struct ob_buf text = { 0 };
    struct ob_diags diags = { 0 };
    ob_parity_config(p->file, p->i, dtype, &text);
    const struct ob_spec_from from = { .path = "parity.ini",
                                       .text = ob_buf_text(&text),
                                       .n = text.len };
    if (ob_spec_read(&from, &p->spec, &diags))
        p->trainer = ob_trainer_create(&p->spec, &diags);
    ob_buf_finish(&text);
    if (!p->trainer)
        return refused(p, &diags);
    ob_diags_finish(&diags);
    if (ob_trainer_start(p->trainer) != OB_GO_ON)
        return ob_fail(p->err, OB_EFAIL, "the run ends before its first step: %s",
                       ob_stop_name(p->trainer->stop));
    return true;
}

/* ---- figures ---- */

static void larger(double *worst, double v)
{
    if (isnan(*worst) || !(v <= *worst))
        *worst = v;
}

/* A deviation; the first that is above its limit is told. */
static void note(struct parity *p, enum ob_parity_way way, double deviation, size_t step,
                 const char *name, double is, double wanted)
{
    struct ob_parity_result *out = p->out;
    char a[32], b[32];
    double limit = p->file->item[p->i].kind->limit[way];
    if (isnan(deviation))
        deviation = INFINITY;
    larger(&out->worst[way], deviation);
    if (deviation <= limit)
        return;
    out->holds = false;
    if (out->where[0])
        return;
    ob_number_show(a, sizeof a, is, 12);
    ob_number_show(b, sizeof b, wanted, 12);
    snprintf(out->where, sizeof out->where, "step %zu, %.24s: %s instead of %s", step,
             name, a, b);
}

static const char *parameter(const struct parity *p, size_t k,
                             char out[static OB_COLUMN_NAME_MAX])
{
    return ob_layout_column_name(&p->trainer->problem->layout, k, out);
}

/* ---- steps from recorded states ---- */

static void compare_step(struct parity *p, const struct parity_rows *r, size_t row,
                         enum ob_parity_way way)
{
    char name[OB_COLUMN_NAME_MAX];
    p->out->count[way]++;
    for (size_t k = 0; k < r->theta->width; k++) {
        double before = parity_cell(r, row, r->theta, k);
        double wanted = parity_cell(r, row + 1, r->theta, k);
        double is = ob_vec_get(&p->trainer->theta, k);
        double size = fmax(fabs(before), fabs(wanted - before));
        double off = fabs(is - wanted);
        note(p, way, off == 0 ? 0 : off / size, parity_step(r, row + 1),
             parameter(p, k, name), is, wanted);
    }
}

/* Whether the row behind this one is what its step led to. */
static bool leads_on(const struct parity_rows *r, size_t row)
{
    return row + 1 < r->rows && parity_step(r, row + 1) == parity_step(r, row) + 1;
}

/* One step from what was saved, also where the step before had ended the run: the
 * reference knows of no end. */
static bool step_from(struct parity *p, struct ob_safetensors *saved)
{
    ob_safetensors_forget(saved, "end.stop");
    ob_safetensors_forget(saved, "end.text");
    if (!ob_trainer_load(p->trainer, saved, p->err))
        return false;
    ob_trainer_step(p->trainer);
    return true;
}

/* Every row is put into a saved trainer as it was before any step. */
static bool from_states(struct parity *p, const struct parity_rows *r,
                        enum ob_parity_way way)
{
    struct ob_safetensors saved = { 0 };
    bool ok = ob_trainer_save(p->trainer, &saved, p->err);
    for (size_t row = 0; ok && row < r->rows; row++) {
        if (!leads_on(r, row))
            continue;
        ok =
            parity_fill(&saved, p->trainer, r, row, true, p->err) && step_from(p, &saved);
        if (ok && p->out->count[way] == 0)
            ok = parity_all_told(&saved, p->trainer, r, p->err);
        if (ok)
            compare_step(p, r, row, way);
    }
    ob_safetensors_finish(&saved);
    return ok;
}

/* The state stays, parameters and gradient are put into it before each step. */
static bool from_growing(struct parity *p, const struct parity_rows *r,
                         enum ob_parity_way way)
{
    bool ok = true;
    for (size_t row = 0; ok && row + 1 < r->rows; row++) {
        struct ob_safetensors saved = { 0 };
        if (parity_step(r, row) != row || parity_step(r, row + 1) != row + 1)
            return ob_fail(p->err, OB_EDATA,
                           "the state grows from row to row, and step %zu is missing",
                           row + 1);
        ok = ob_trainer_save(p->trainer, &saved, p->err) &&
             parity_fill(&saved, p->trainer, r, row, false, p->err) &&
             step_from(p, &saved);
        if (ok)
            compare_step(p, r, row, way);
        ob_safetensors_finish(&saved);
    }
    return ok;
}

static bool compare_steps(struct parity *p, enum ob_dtype dtype)
{
    const enum ob_parity_way way = dtype == OB_F64 ? OB_PARITY_STEP : OB_PARITY_STEP_F32;
    const struct ob_parity_case *c = &p->file->item[p->i];
    struct parity_rows rows;
    if (!c->has[way])
        return true;
    bool ok = parity_rows_read(
                  &rows, p->file->item[p->i].columns,
                  parity_array(p->file, p->i, dtype == OB_F64 ? "f64" : "f32"), p->err) &&
              open_case(p, dtype);
    if (ok && rows.theta->width != p->trainer->problem->n)
        ok = ob_fail(p->err, OB_EDATA, "the vectors have %zu parameters, the problem %zu",
                     rows.theta->width, p->trainer->problem->n);
    ok = ok && (c->grows ? from_growing : from_states)(p, &rows, way);
    close_case(p);
    return ok;
}

/* ---- the free run ---- */

/* What stands still where a run has ended is compared as it stands. */
static void walk_to(struct parity *p, size_t step, const struct ob_array *rate)
{
    struct ob_trainer *t = p->trainer;
    while (t->k < step && t->stop == OB_GO_ON) {
        ob_trainer_step(t);
        if (!rate || t->k == 0 || t->k > rate->n)
            continue;
        double wanted = parity_at(rate, t->k - 1);
        p->out->count[OB_PARITY_RATE]++;
        note(p, OB_PARITY_RATE, fabs(t->lr - wanted) / fmax(1, fabs(wanted)), t->k, "lr",
             t->lr, wanted);
    }
}

static void compare_point(struct parity *p, const struct ob_array *way, size_t row)
{
    char name[OB_COLUMN_NAME_MAX];
    const size_t all = way->shape[1];
    const double drift = parity_at(way, row * all + 1);
    if (!(drift <= p->file->item[p->i].kind->limit[OB_PARITY_WAY] / 100)) {
        p->out->passed_over++;
        return;
    }
    p->out->count[OB_PARITY_WAY]++;
    for (size_t k = 0; k + 2 < all; k++) {
        double wanted = parity_at(way, row * all + 2 + k);
        double is = ob_vec_get(&p->trainer->theta, k);
        note(p, OB_PARITY_WAY, fabs(is - wanted), (size_t)parity_at(way, row * all),
             parameter(p, k, name), is, wanted);
    }
}

static bool compare_way(struct parity *p)
{
    const struct ob_array *way = parity_array(p->file, p->i, "way"),
                          *rate = parity_array(p->file, p->i, "lr");
    if (!way)
        return true;
    bool ok = open_case(p, OB_F64);
    if (ok && way->shape[1] != p->trainer->problem->n + 2)
        ok = ob_fail(p->err, OB_EDATA, "the free run has %zu parameters, the problem %zu",
                     way->shape[1] - 2, p->trainer->problem->n);
    for (size_t row = 0; ok && row < way->shape[0]; row++) {
        walk_to(p, (size_t)parity_at(way, row * way->shape[1]), rate);
        compare_point(p, way, row);
    }
    close_case(p);
    return ok;
}

bool ob_parity_compare(const struct ob_parity *file, size_t i,
                       struct ob_parity_result *out, struct ob_err *err)
{
    struct parity p = { .file = file, .i = i, .out = out, .err = err };
    *out = (struct ob_parity_result){ .holds = true };
    for (size_t k = 0; k < OB_PARITY_WAYS; k++)
        out->worst[k] = NAN;
    return compare_steps(&p, OB_F64) && compare_steps(&p, OB_F32) && compare_way(&p);
}
