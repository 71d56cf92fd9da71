/* How a sweep stands, for programs. */
#include <config.h>

#include <math.h>
#include <string.h>

#include "sheet.h"
#include "sweep_status.h"

#include "optbench/base/clock.h"

static void date(struct ob_json *j, const char *key, int64_t ns)
{
    char text[21];
    ob_clock_iso(text, ns);
    ob_json_put_text(j, key, ns ? text : NULL);
}

static void states(struct ob_json *j, const size_t of[])
{
    ob_json_key(j, "states");
    ob_json_begin_object(j);
    for (int k = 0; k < OB_CELL_STATES; k++)
        ob_json_put_count(j, ob_cell_state_name((enum ob_cell_state)k), of[k]);
    ob_json_end_object(j);
}

static void best(struct ob_json *j, const struct status *s)
{
    const struct ob_plan *p = &s->sweep->plan;
    char name[OB_PLAN_NAME_MAX];
    ob_json_key(j, "best");
    if (s->best == OB_CELLS_NONE) {
        ob_json_null(j);
        return;
    }
    ob_json_begin_object(j);
    ob_json_put_text(j, "cell", ob_status_name(s, s->best, name));
    ob_json_put_known(j, "metric", ob_cells_at(s->cells, s->best)->metric);
    ob_json_key(j, "settings");
    ob_json_begin_object(j);
    for (size_t k = 0; k < p->keys; k++)
        if (ob_plan_at(p, s->best, k))
            ob_json_put_text(j, p->key[k], ob_plan_at(p, s->best, k));
    ob_json_end_object(j);
    ob_json_end_object(j);
}

static void by_kind(struct ob_json *j, const struct status *s)
{
    char name[OB_PLAN_NAME_MAX];
    ob_json_put_text(j, "by",
                     s->by == OB_LEVELS_NO_KEY ? NULL : s->sweep->plan.key[s->by]);
    ob_json_key(j, "values");
    ob_json_begin_array(j);
    for (size_t r = 0; s->by != OB_LEVELS_NO_KEY && r < s->kinds.rows.n; r++) {
        const struct ob_heat_tile *t = &s->kinds.tile[r];
        const char *value = s->kinds.rows.level[r].label;
        ob_json_begin_object(j);
        ob_json_put_text(j, "value", *value ? value : NULL);
        ob_json_put_count(j, "cells", t->cells);
        states(j, t->of);
        ob_json_put_known(j, "best", t->best);
        ob_json_put_text(
            j, "best_cell",
            t->best_cell == OB_CELLS_NONE ? NULL : ob_status_name(s, t->best_cell, name));
        ob_json_end_object(j);
    }
    ob_json_end_array(j);
}

static void cell(struct ob_json *j, const struct status *s, size_t i)
{
    const struct ob_sweep_cell *c = ob_cells_at(s->cells, i);
    char name[OB_PLAN_NAME_MAX];
    ob_json_begin_object(j);
    ob_json_put_text(j, "cell", ob_status_name(s, i, name));
    ob_json_put_count(j, "step", c->step);
    if (c->max_steps)
        ob_json_put_count(j, "max_steps", c->max_steps);
    ob_json_put_known(j, "loss", c->loss);
    ob_json_put_known(j, "seconds", c->seconds);
    ob_json_put_count(j, "attempts", c->attempts);
    ob_json_put_text(j, "reason", c->reason);
    ob_json_put_text(j, "host", c->host);
    date(j, "heard_utc", c->heard);
    ob_json_end_object(j);
}

static void cells(struct ob_json *j, const struct status *s, const char *key,
                  enum ob_cell_state state)
{
    ob_json_key(j, key);
    ob_json_begin_array(j);
    for (size_t i = 0; i < ob_cells_count(s->cells); i++)
        if (ob_cells_at(s->cells, i)->state == state)
            cell(j, s, i);
    ob_json_end_array(j);
}

static void runners(struct ob_json *j, const struct status *s)
{
    ob_json_key(j, "runners");
    ob_json_begin_array(j);
    for (size_t i = 0; i < s->runners; i++) {
        const struct ob_runner *r = &s->runner[i];
        ob_json_begin_object(j);
        ob_json_put_text(j, "host", r->host);
        ob_json_key(j, "pid");
        ob_json_integer(j, r->pid);
        ob_json_put_count(j, "workers", r->workers);
        ob_json_put_count(j, "threads", r->threads);
        ob_json_put_text(j, "share", r->share[0] ? r->share : NULL);
        ob_json_put_flag(j, "here", r->here);
        date(j, "started_utc", r->started);
        ob_json_end_object(j);
    }
    ob_json_end_array(j);
}

static void rungs(struct ob_json *j, const struct status *s)
{
    ob_json_key(j, "rungs");
    ob_json_begin_array(j);
    for (unsigned k = 0; k < s->rungs; k++) {
        const struct status_rung *r = &s->rung[k];
        ob_json_begin_object(j);
        ob_json_put_count(j, "rung", k);
        ob_json_put_known(j, "least_steps", r->most ? (double)r->least : (double)NAN);
        ob_json_put_known(j, "most_steps", r->most ? (double)r->most : (double)NAN);
        ob_json_put_count(j, "to_come", r->wanted);
        ob_json_put_count(j, "came", r->reached);
        ob_json_put_count(j, "go_on", r->on);
        ob_json_put_count(j, "are_there", r->here);
        ob_json_put_known(j, "best", r->best);
        ob_json_end_object(j);
    }
    ob_json_end_array(j);
}

void ob_status_json(const struct status *s, struct ob_buf *out)
{
    struct ob_json j = { .out = out };
    ob_json_begin_object(&j);
    ob_json_put_text(&j, "sweep", s->sweep->facts.name);
    ob_json_put_text(&j, "path", s->sweep->path);
    ob_json_put_text(&j, "metric", ob_cells_metric(s->cells));
    ob_json_put_text(&j, "goal", ob_cells_maximize(s->cells) ? "max" : "min");
    ob_json_put_count(&j, "cells", ob_cells_count(s->cells));
    states(&j, ob_cells_counts(s->cells)->of);
    ob_json_put_known(&j, "cells_a_second", s->pace.rate);
    ob_json_put_known(&j, "seconds_a_cell", s->pace.cell);
    ob_json_put_known(&j, "seconds_left", s->pace.seconds);
    best(&j, s);
    by_kind(&j, s);
    rungs(&j, s);
    cells(&j, s, "running", OB_CELL_RUNNING);
    cells(&j, s, "failed", OB_CELL_FAILED);
    runners(&j, s);
    ob_json_end_object(&j);
    ob_buf_addc(out, '\n');
}

void ob_status_csv(const struct status *s, struct ob_buf *out)
{
    static const struct {
        const char *name;
        enum ob_tabular_align align;
    } column[] = {
        { "cell", OB_TABULAR_LEFT },      { "state", OB_TABULAR_LEFT },
        { "step", OB_TABULAR_RIGHT },     { "max_steps", OB_TABULAR_RIGHT },
        { "metric", OB_TABULAR_RIGHT },   { "loss", OB_TABULAR_RIGHT },
        { "seconds", OB_TABULAR_RIGHT },  { "stop", OB_TABULAR_LEFT },
        { "attempts", OB_TABULAR_RIGHT }, { "reason", OB_TABULAR_LEFT },
        { "host", OB_TABULAR_LEFT },      { "heard_utc", OB_TABULAR_LEFT },
    };
    struct ob_sheet sheet;
    ob_sheet_begin(&sheet, OB_SHEET_CSV, out);
    for (size_t k = 0; k < OB_COUNT(column); k++)
        ob_sheet_column(&sheet, column[k].name, column[k].align);
    for (size_t i = 0; i < ob_cells_count(s->cells); i++) {
        const struct ob_sweep_cell *c = ob_cells_at(s->cells, i);
        bool began = c->state != OB_CELL_WAITING;
        char text[32];
        ob_sheet_row(&sheet);
        ob_sheet_text(&sheet, ob_status_name(s, i, text));
        ob_sheet_text(&sheet, ob_cell_state_name(c->state));
        ob_sheet_number(&sheet, began ? (double)c->step : (double)NAN);
        ob_sheet_number(&sheet, c->max_steps ? (double)c->max_steps : (double)NAN);
        ob_sheet_number(&sheet, c->metric);
        ob_sheet_number(&sheet, c->loss);
        ob_sheet_number(&sheet, c->seconds);
        ob_sheet_text(&sheet, *c->stop ? c->stop : NULL);
        ob_sheet_number(&sheet, c->attempts);
        ob_sheet_text(&sheet, c->reason);
        ob_sheet_text(&sheet, c->host);
        ob_clock_iso(text, c->heard);
        ob_sheet_text(&sheet, c->heard ? text : NULL);
    }
    ob_sheet_end(&sheet);
}
