/*
 * Sections [sweep] and [tune.KIND]: whatever can be planned has a plan that reads back,
 * and a sweep.ini that stands for itself and gives the same plan; its rungs come to an
 * end. What cannot is refused with a reason.
 */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "optbench/base/number.h"
#include "optbench/sweep/folder_make.h"

enum { CELLS = 500 };

/* More cells than there can be of it. */
static double bound(const struct ob_sweep_spec *s)
{
    double n = (double)s->opts.trials, seeds;
    for (size_t i = 0; i < s->axes; i++) {
        const struct ob_sweep_axis *a = &s->axis[i];
        size_t count = a->value.n + a->count;
        n *= count > 0 ? (double)count : fmax(a->to - a->from, 1) + 1;
    }
    for (size_t i = 0; i < s->opts.seeds.n; i++) {
        const char *word = s->opts.seeds.item[i];
        if (ob_number_parse(word, strlen(word), &seeds))
            n *= fmax(seeds, 1);
    }
    return n;
}

static bool is_small(const struct ob_spec_from *from)
{
    struct ob_sweep_spec s = { 0 };
    struct ob_diags diags = { 0 };
    bool ok = ob_sweep_read(from, &s, &diags);
    OB_REQUIRE(ok == (diags.n == 0));
    bool small = !ok || bound(&s) <= CELLS;
    ob_sweep_spec_finish(&s);
    ob_diags_finish(&diags);
    return small;
}

static void check_plan(const struct ob_sweep_made *m)
{
    struct ob_plan p = { 0 };
    struct ob_buf text = { 0 };
    struct ob_err err;
    OB_REQUIRE(m->plan.cells >= 1 && m->facts.cells == m->plan.cells);
    OB_REQUIRE(ob_plan_read(&p, ob_buf_text(&m->text), m->text.len, &err));
    ob_plan_write(&p, &text);
    OB_REQUIRE(text.len == m->text.len && !memcmp(text.data, m->text.data, text.len));
    ob_buf_finish(&text);
    ob_plan_finish(&p);
}

/* All metrics are their cell's number. */
static void check_rungs(const struct ob_sweep_made *m)
{
    struct ob_sweep s = { .plan = m->plan, .facts = m->facts };
    struct ob_sweep_job job;
    struct ob_err err;
    size_t jobs = 0;
    struct ob_rungs *r = ob_rungs_of(&s, 0, 0, &err);
    OB_REQUIRE(r);
    while (ob_rungs_next(r, &job)) {
        OB_REQUIRE(++jobs <= m->plan.cells * ob_rungs_count(r));
        ob_rungs_told(r, job.cell, job.rung, (double)job.cell, false);
    }
    OB_REQUIRE(ob_rungs_done(r) && jobs >= m->plan.cells);
    ob_rungs_destroy(r);
}

static void check_again(const struct ob_sweep_made *m)
{
    const struct ob_spec_from from = { .path = "x.ini",
                                       .text = ob_buf_text(&m->config),
                                       .n = m->config.len };
    struct ob_sweep_made again = { 0 };
    struct ob_diags diags = { 0 };
    OB_REQUIRE(ob_sweep_draft(&from, &again, &diags));
    OB_REQUIRE(again.facts.hash == m->facts.hash);
    ob_sweep_made_finish(&again);
    ob_diags_finish(&diags);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = ob_xstrndup((const char *)data, size);
    const struct ob_spec_from from = { .path = "x.ini", .text = text, .n = strlen(text) };
    struct ob_sweep_made made = { 0 };
    struct ob_diags diags = { 0 };
    /* No file is read that a text names, and no code. */
    if (!strstr(text, "path") && !strstr(text, "base") && is_small(&from)) {
        bool ok = ob_sweep_draft(&from, &made, &diags);
        OB_REQUIRE(ok == (diags.n == 0));
        if (ok) {
            check_plan(&made);
            check_rungs(&made);
            check_again(&made);
        }
        ob_sweep_made_finish(&made);
    }
    ob_diags_finish(&diags);
    free(text);
    return 0;
}
