#include <config.h>

#include "sweep_status.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"

/* Values of a key that have a line each. */
enum { KINDS = 200 };

const char *ob_status_name(const struct status *s, size_t cell,
                           char out[static OB_PLAN_NAME_MAX])
{
    ob_plan_name(&s->sweep->plan, cell, out);
    return out;
}

/* ---- rungs ---- */

/* Steps at which a cell would halt for the rung; to the end where it is the last one. */
static double rung_step(const struct ob_rungs *r, size_t cell, unsigned rung)
{
    uint64_t until = ob_rungs_until(r, cell, rung);
    return until ? (double)until : INFINITY;
}

static void count_rung(struct status *s, const struct ob_rungs *r, size_t i, unsigned k)
{
    const struct ob_sweep_cell *cell = ob_cells_at(s->cells, i);
    struct status_rung *rung = &s->rung[k];
    bool last = k + 1 == s->rungs, ended = ob_cell_ended(cell->state);
    if (!ended && (double)cell->step < rung_step(r, i, k))
        return;
    rung->reached++;
    bool here = cell->state == OB_CELL_HALTED && !last &&
                (double)cell->step < rung_step(r, i, k + 1);
    if (!here && !(last && ended))
        return;
    rung->here++;
    if (ob_cells_better(s->cells, cell->metric, rung->best) &&
        cell->state != OB_CELL_DIVERGED)
        rung->best = cell->metric;
}

/* What the logs decide. One that cannot be read decides nothing; `sweep run` says so. */
static void decide_rungs(struct status *s, struct ob_rungs *r)
{
    for (size_t i = 0; i < ob_cells_count(s->cells); i++)
        if (ob_cells_at(s->cells, i)->state != OB_CELL_WAITING)
            ob_rungs_look(r, s->sweep, i, NULL);
    for (size_t pool = 0; pool < ob_rungs_pools(r); pool++)
        for (unsigned k = 0; k < s->rungs; k++) {
            struct ob_rung_state at;
            ob_rungs_state(r, pool, k, &at);
            s->rung[k].on += at.on;
            s->rung[k].wanted += at.in - at.known;
        }
}

static void take_rungs(struct status *s)
{
    struct ob_rungs *r = s->sweep->facts.rules.halving == OB_HALVING_NO
                             ? NULL
                             : ob_rungs_of(s->sweep, 0, 0, NULL);
    if (!r)
        return;
    s->rungs = ob_rungs_count(r);
    for (unsigned k = 0; k < s->rungs; k++) {
        struct status_rung *rung = &s->rung[k];
        *rung = (struct status_rung){ .least = UINT64_MAX, .best = NAN };
        for (size_t i = 0; i < ob_cells_count(s->cells); i++) {
            uint64_t until = ob_rungs_until(r, i, k);
            if (ob_rungs_first(r, i) > k)
                continue;
            rung->least = until < rung->least ? until : rung->least;
            rung->most = until > rung->most ? until : rung->most;
            count_rung(s, r, i, k);
        }
    }
    decide_rungs(s, r);
    ob_rungs_destroy(r);
}

/* ---- all of it ---- */

static void gather(struct status *s, const struct ob_cli_sweep *from, size_t by)
{
    struct ob_values values = { 0 };
    const size_t key[2] = { by, OB_LEVELS_NO_KEY }, most[2] = { KINDS, 2 };
    *s = (struct status){ .sweep = &from->sweep,
                          .cells = from->cells,
                          .best = ob_cells_best(from->cells),
                          .by = by,
                          .now = ob_clock_wall_ns() };
    ob_sweep_pace_of(from->cells, s->now, &s->pace);
    ob_heat_make(&s->kinds, &from->sweep.plan, key, most);
    ob_values_take(&values, from->cells);
    ob_heat_fill(&s->kinds, from->cells, &values);
    ob_values_finish(&values);
    ob_runners_read(&from->sweep.dir, &s->runner, &s->runners);
    if (s->runners == 0 && ob_cells_counts(from->cells)->of[OB_CELL_RUNNING] == 0)
        s->pace.rate = s->pace.seconds = NAN; /* nobody goes on */
    take_rungs(s);
}

static void finish(struct status *s)
{
    ob_heat_finish(&s->kinds);
    free(s->runner);
}

static int run(const struct ob_args *args)
{
    bool json = ob_args_has(args, "json"), csv = ob_args_has(args, "csv");
    struct ob_cli_sweep sweep;
    struct ob_buf out = { 0 };
    struct status s;
    size_t by;
    int status = 0;
    if (json && csv)
        return ob_cli_failf(OB_EUSAGE, "--csv and --json: one of them");
    if (!ob_cli_sweep_open(args, &sweep, &status))
        return status;
    if (ob_cli_sweep_key(args, "by", "optimizer.kind", &sweep.sweep.plan, &by)) {
        gather(&s, &sweep, by);
        (json ? ob_status_json : csv ? ob_status_csv : ob_status_text)(&s, &out);
        fwrite(ob_buf_text(&out), 1, out.len, stdout);
        finish(&s);
    } else {
        status = ob_code_exit(OB_EUSAGE);
    }
    ob_buf_finish(&out);
    ob_cli_sweep_close(&sweep);
    return status;
}

static const struct ob_option options[] = {
    { .name = "by",
      .argument = "KEY",
      .help = "a line for each value of that key of the plan (default: optimizer.kind); "
              "- for none" },
    OB_SWEEP_JUDGE_OPTIONS,
    { .name = "csv", .help = "a line a cell" },
    { .name = "json",
      .letter = 'j',
      .help = "one object: sweep, path, metric, goal, cells, states, seconds_left, best, "
              "by and values, rungs, running, failed, runners" },
    { 0 },
};

const struct ob_command_type ob_sweep_verb_status = {
    .name = "sweep status",
    .operands = "DIR",
    .least = 1,
    .most = 1,
    .first = OB_WORD_FOLDER,
    .summary = "how a sweep stands: what is done, what runs where, what failed and why",
    .about =
        "Reads the directories of the cells and nothing else, so any machine that sees "
        "the folder can ask, and one that may only read. A cell is waiting, running, "
        "halted (by a rung), interrupted (its process is gone; it is taken up again), "
        "failed, diverged (a result) or done. The time left follows from what the cells "
        "took that have ended, each optimizer by itself, and how fast they end now.",
    .options = options,
    .run = run,
};
