/* A sweep in memory: gradient descent, momentum and Adam at nine learning rates, each
 * with five seeds. Cells come to their ends in the order of the plan: the first third is
 * done when it is opened, two cells are under way. */
#include "fake_feed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/run/cell.h"

enum { KINDS = 3, SEEDS = 5, RATES = 9, STEPS = 1000 };

static const char *const kind[KINDS] = { "gd", "momentum", "adam" };

/* ---- the plan ---- */

static size_t rates_of(const struct fake_feed *f)
{
    size_t cells = f->sweep_cells ? f->sweep_cells : KINDS * SEEDS * RATES;
    return (cells + KINDS * SEEDS - 1) / (KINDS * SEEDS);
}

static double rate_at(const struct fake_feed *f, size_t i)
{
    size_t n = rates_of(f);
    return n < 2 ? 0.01 : pow(10, -4 + 4 * (double)i / (double)(n - 1));
}

static void write_plan(const struct fake_feed *f, struct ob_buf *out)
{
    size_t cells = f->sweep_cells ? f->sweep_cells : KINDS * SEEDS * RATES;
    ob_buf_adds(out, "cell,optimizer.kind,optimizer.lr,optimizer.beta1,seed.init\n");
    for (size_t i = 0; i < cells; i++) {
        size_t k = i / SEEDS % KINDS;
        ob_buf_addf(out, "c%05zu,%s,%.4g,%s,%zu\n", i, kind[k],
                    rate_at(f, i / SEEDS / KINDS), k == 2 ? "0.9" : "", i % SEEDS);
    }
}

/* Names from outside are those that try to escape. */
static void spoil(struct fake_feed *f)
{
    for (size_t i = 0; i < f->swept.plan.cells && f->hostile; i++)
        if (i / SEEDS % KINDS == 2)
            f->swept.plan.value[i * f->swept.plan.keys] = fake_name(f, "adam");
}

/* ---- the cells ---- */

/* Each kind has a best rate, beyond which it diverges. */
static double loss_of(const struct fake_feed *f, size_t i)
{
    static const double best[KINDS] = { 0.1, 0.03, 0.003 };
    size_t k = i / SEEDS % KINDS;
    double far = log10(rate_at(f, i / SEEDS / KINDS) / best[k]);
    struct ob_rng r;
    ob_rng_init(&r, 7, i);
    if (far > 0.9)
        return NAN;
    return (0.001 + 0.02 * far * far) * (0.9 + 0.2 * ob_rng_uniform(&r)) *
           (1 + 0.3 * (double)k);
}

/* Cell 7 cannot be trained, cells beyond their best rate diverge. */
static void end_cell(struct fake_feed *f, size_t i)
{
    double loss = loss_of(f, i);
    struct ob_cell_end end = { .state = OB_RUN_FINISHED,
                               .steps = isnan(loss) ? 40 : STEPS,
                               .loss = loss,
                               .best_loss = loss,
                               .seconds = 0.013 };
    int64_t now = FAKE_NOW + (int64_t)i * 13000000;
    snprintf(end.stop, sizeof end.stop, isnan(loss) ? "diverged" : "max_steps");
    if (i == 7)
        ob_cells_told_failure(f->cells, i, 3, fake_name(f, "killed by signal 9"), now);
    else
        ob_cells_told(f->cells, i, &end, now);
}

static void go_on(struct fake_feed *f, size_t n)
{
    size_t cells = f->swept.plan.cells, until = f->sweep_done + n;
    for (; f->sweep_done < until && f->sweep_done < cells; f->sweep_done++)
        end_cell(f, f->sweep_done);
    for (size_t i = f->sweep_done; i < f->sweep_done + 2 && i < cells; i++)
        ob_cells_told_begin(f->cells, i, FAKE_NOW + (int64_t)i * 13000000);
    f->base.sweep.runs = f->sweep_done < cells;
    ob_sweep_pace_of(f->cells, FAKE_NOW + (int64_t)f->sweep_done * 13000000,
                     &f->base.sweep.pace);
}

/* ---- the functions of the feed ---- */

void fake_finish_sweep(struct fake_feed *f)
{
    if (f->cells)
        ob_cells_destroy(f->cells);
    ob_plan_finish(&f->swept.plan);
    free(f->swept.path);
    memset(&f->swept, 0, sizeof f->swept);
    f->cells = NULL;
}

bool fake_sweep(struct ob_feed *base, const char *path, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    struct ob_buf text = { 0 };
    unsigned opened = base->sweep.opened;
    if (strstr(path, "missing"))
        return ob_fail(err, OB_EUSAGE, "%s: no sweep: it has no sweep.json", path);
    fake_finish_sweep(f);
    f->swept.path = ob_xstrdup(path);
    f->swept.dir.fd = -1;
    snprintf(f->swept.facts.metric, sizeof f->swept.facts.metric, "loss");
    if (f->sweep_plan)
        ob_buf_adds(&text, f->sweep_plan);
    else
        write_plan(f, &text);
    bool ok = ob_plan_read(&f->swept.plan, text.data, text.len, err);
    ob_buf_finish(&text);
    if (!ok)
        return false;
    f->swept.facts.cells = f->swept.plan.cells;
    spoil(f);
    f->cells = ob_cells_create(&f->swept);
    base->sweep = (struct ob_sweep_view){
        .plan = &f->swept.plan, .cells = f->cells, .opened = opened + 1, .looked = true
    };
    snprintf(base->sweep.path, sizeof base->sweep.path, "%s", path);
    snprintf(base->sweep.name, sizeof base->sweep.name, "%s", fake_name(f, "rates"));
    f->sweep_done = 0;
    if (!strstr(path, "fresh"))
        go_on(f, f->swept.plan.cells / 3);
    return true;
}

bool fake_sweep_on(struct ob_feed *base, bool *fresh)
{
    struct fake_feed *f = (struct fake_feed *)base;
    *fresh = f->cells && f->sweep_grow > 0 && f->sweep_done < f->swept.plan.cells;
    if (*fresh)
        go_on(f, f->sweep_grow);
    return false;
}

void fake_sweep_judge(struct ob_feed *base, const char *metric, bool maximize)
{
    struct fake_feed *f = (struct fake_feed *)base;
    ob_cells_judge(f->cells, metric, maximize);
}

bool fake_sweep_make(struct ob_feed *base, const char *config, const char *name,
                     struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    (void)err;
    snprintf(f->sweep_made, sizeof f->sweep_made, "%s as %s", config, name);
    return true;
}

bool fake_sweep_start(struct ob_feed *base, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (f->base.sweep.runs)
        return ob_fail(err, OB_EUSAGE, "the sweep is being started already");
    f->sweep_starts++;
    base->sweep.runs = true;
    return true;
}

bool fake_sweep_stop(struct ob_feed *base, struct ob_err *err)
{
    struct fake_feed *f = (struct fake_feed *)base;
    if (!f->base.sweep.runs)
        return ob_fail(err, OB_EUSAGE, "nobody runs the sweep");
    f->sweep_stops++;
    base->sweep.runs = false;
    return true;
}

void fake_sweeps(struct ob_feed *base, struct ob_sweeps_found *out)
{
    static const char *const path[] = { "sweeps/rates", "sweeps/fresh" };
    struct fake_feed *f = (struct fake_feed *)base;
    size_t n = f->no_sweeps ? 0 : f->more_sweeps ? 2 : 1;
    out->item = ob_xcalloc(n + 1, sizeof *out->item);
    for (out->n = 0; out->n < n; out->n++) {
        out->item[out->n].path = ob_xstrdup(path[out->n]);
        snprintf(out->item[out->n].label, sizeof out->item->label, "%s",
                 path[out->n] + 7);
    }
}
