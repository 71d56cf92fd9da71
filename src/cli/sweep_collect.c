#include <config.h>

#include "sweep_collect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "out_file.h"

#include "optbench/base/text.h"

/* Which table. */
enum what { CELLS, SETTINGS, CURVES, POINTS, TRIALS };

/* What was asked for besides the sweep. */
struct asked {
    enum what what;
    const char *file;  /* of the table, NULL = standard output */
    const char *chart; /* NULL = none */
    enum ob_figure_form figure;
    double step, evals; /* NAN = as the cells ended */
    long long best;     /* 0 = all */
    bool force;
};

static bool take_what(const struct ob_args *args, struct asked *a)
{
    static const char *const option[] = { [SETTINGS] = "mean",
                                          [CURVES] = "sensitivity",
                                          [POINTS] = "points",
                                          [TRIALS] = "trials" };
    a->what = CELLS;
    for (int k = SETTINGS; k <= TRIALS; k++) {
        if (!ob_args_has(args, option[k]))
            continue;
        if (a->what != CELLS) {
            ob_cli_failf(OB_EUSAGE, "--%s and --%s: one of them", option[a->what],
                         option[k]);
            return false;
        }
        a->what = (enum what)k;
    }
    if (a->best > 0 && a->what > SETTINGS) {
        ob_cli_failf(OB_EUSAGE, "--best goes with cells and with --mean, not with --%s",
                     option[a->what]);
        return false;
    }
    return true;
}

/* The exit status, 0 where they may be written. */
static int take_files(const struct ob_args *args, struct asked *a)
{
    char safe[128];
    struct ob_err err;
    a->file = ob_args_get(args, "output");
    a->chart = ob_args_get(args, "chart");
    a->force = ob_args_has(args, "force");
    a->figure = OB_FIGURE_TEXT;
    if (a->chart && strcmp(a->chart, "-") != 0 &&
        !ob_figure_form_of(a->chart, &a->figure))
        return ob_cli_failf(OB_EUSAGE,
                            "--chart: '%s': its name ends in .svg, .png, .pdf or .txt, "
                            "or is -",
                            ob_text_safe_z(safe, sizeof safe, a->chart));
    bool ok = (!a->file || ob_cli_out_free(a->file, a->force, &err)) &&
              (!a->chart || ob_cli_out_free(a->chart, a->force, &err));
    return ok ? 0 : ob_cli_failf(err.code, "sweep collect: %s", err.text);
}

static bool take(const struct ob_args *args, struct asked *a, int *status)
{
    *a = (struct asked){ .step = NAN, .evals = NAN };
    *status = ob_code_exit(OB_EUSAGE);
    if (!ob_args_integer(args, "best", 1, 1000000, &a->best) || !take_what(args, a) ||
        !ob_args_real(args, "at", 0, 9e15, &a->step) ||
        !ob_args_real(args, "at-evals", 0, 9e15, &a->evals))
        return false;
    if (!isnan(a->step) && !isnan(a->evals)) {
        ob_cli_failf(OB_EUSAGE, "--at and --at-evals: one of them");
        return false;
    }
    *status = take_files(args, a);
    return *status == 0;
}

/* The keys of curves, where any are asked for. */
static bool take_keys(const struct ob_args *args, const struct asked *a,
                      struct collect *c)
{
    if (!ob_cli_sweep_key(args, "along", "optimizer.lr", c->plan, &c->along) ||
        !ob_cli_sweep_key(args, "by", "optimizer.kind", c->plan, &c->by))
        return false;
    bool curves = a->what == CURVES || a->what == POINTS || a->chart;
    if (!curves || c->along != OB_LEVELS_NO_KEY)
        return true;
    ob_cli_failf(OB_EUSAGE, "the plan has no key optimizer.lr: say --along KEY");
    return false;
}

/* Rungs halt cells at other steps than others come to, and who was trained for longer
 * looks better for it. */
static void tell_budgets(const struct collect *c, const struct asked *a)
{
    uint64_t least = UINT64_MAX, most = 0;
    if (!isnan(a->step) || !isnan(a->evals) ||
        ob_cells_sweep(c->cells)->facts.rules.halving == OB_HALVING_NO)
        return;
    for (size_t i = 0; i < c->values.n; i++) {
        const struct ob_sweep_cell *cell = ob_cells_at(c->cells, i);
        if (isnan(c->values.value[i]))
            continue;
        least = cell->step < least ? cell->step : least;
        most = cell->step > most ? cell->step : most;
    }
    if (least < most)
        fprintf(stderr,
                "optbench: rungs have halted cells after %llu to %llu steps: --at %llu "
                "takes all values at one\n",
                (unsigned long long)least, (unsigned long long)most,
                (unsigned long long)least);
}

static void begin(struct collect *c, const struct asked *a, enum ob_sheet_form form,
                  struct ob_buf *out)
{
    static const char *const what[] = { "cells", "settings", "curves", "points",
                                        "trials" };
    struct ob_json *j = &c->sheet.json;
    ob_sheet_begin(&c->sheet, form, out);
    if (a->what > SETTINGS || a->chart)
        tell_budgets(c, a);
    if (form != OB_SHEET_JSON)
        return;
    ob_json_begin_object(j);
    ob_json_put_text(j, "sweep", ob_cells_sweep(c->cells)->facts.name);
    ob_json_put_text(j, "metric", ob_cells_metric(c->cells));
    ob_json_put_text(j, "goal", c->values.maximize ? "max" : "min");
    ob_json_put_known(j, "at_step", a->step);
    ob_json_put_known(j, "at_evals", a->evals);
    ob_json_put_text(j, "what", what[a->what]);
}

static bool make_curves(struct collect *c, struct ob_sensitivity *s, struct ob_err *err)
{
    char safe[128];
    if (!ob_sensitivity_make(s, c->plan, c->along, c->by))
        return ob_fail(err, OB_EUSAGE, "--along: %s has values that are no numbers",
                       ob_text_safe_z(safe, sizeof safe, c->plan->key[c->along]));
    ob_sensitivity_fill(s, c->cells, &c->values);
    return true;
}

static void write_table(struct collect *c, const struct asked *a,
                        const struct ob_sensitivity *s)
{
    switch (a->what) {
    case CELLS:
        ob_collect_cells(c);
        break;
    case SETTINGS:
        ob_collect_settings(c);
        break;
    case CURVES:
    case POINTS:
        ob_collect_curves(c, s, a->what == POINTS);
        break;
    case TRIALS:
        ob_collect_trials(c);
        break;
    }
}

/* The chart goes after the table where both are on standard output. */
static bool write_all(struct collect *c, const struct asked *a, enum ob_sheet_form form,
                      struct ob_err *err)
{
    bool curves = a->what == CURVES || a->what == POINTS || a->chart;
    struct ob_sensitivity s = { 0 };
    struct ob_buf text = { 0 }, chart = { 0 };
    bool ok = !curves || make_curves(c, &s, err);
    ok = ok && (!a->chart || ob_collect_chart(c, &s, a->figure, &chart, err));
    if (ok) {
        begin(c, a, form, &text);
        write_table(c, a, &s);
        if (form == OB_SHEET_JSON) {
            ob_json_end_object(&c->sheet.json);
            ob_buf_addc(&text, '\n');
        }
        if (a->chart && strcmp(a->chart, "-") == 0 && !a->file)
            ob_buf_addc(&text, '\n');
    }
    ok = ok && ob_cli_out_write(a->file ? a->file : "-", a->force, &text, err);
    ok = ok && (!a->chart || ob_cli_out_write(a->chart, a->force, &chart, err));
    ob_sensitivity_finish(&s);
    ob_buf_finish(&text);
    ob_buf_finish(&chart);
    return ok;
}

static bool take_values(struct collect *c, const struct asked *a, struct ob_err *err)
{
    ob_values_take(&c->values, c->cells);
    snprintf(c->title, sizeof c->title, "%s", ob_cells_metric(c->cells));
    if (isnan(a->step) && isnan(a->evals))
        return true;
    bool evals = isnan(a->step);
    return ob_collect_at(c, evals ? a->evals : a->step, evals, err);
}

static int run(const struct ob_args *args)
{
    enum ob_sheet_form form;
    struct ob_cli_sweep sweep;
    struct asked a;
    struct ob_err err;
    int status = 0;
    if (!ob_sheet_form_of(args, &form))
        return ob_code_exit(OB_EUSAGE);
    if (!take(args, &a, &status) || !ob_cli_sweep_open(args, &sweep, &status))
        return status;
    struct collect c = { .plan = &sweep.sweep.plan,
                         .cells = sweep.cells,
                         .best = (size_t)a.best };
    if (!take_keys(args, &a, &c))
        status = ob_code_exit(OB_EUSAGE);
    else if (!take_values(&c, &a, &err) || !write_all(&c, &a, form, &err))
        status = ob_cli_fail(&err);
    ob_values_finish(&c.values);
    ob_cli_sweep_close(&sweep);
    return status;
}

static const struct ob_option options[] = {
    { .name = "mean",
      .letter = 'g',
      .help = "a line a setting: mean, deviation and count over its seeds" },
    { .name = "best",
      .letter = 'n',
      .argument = "N",
      .help = "the N best cells, or settings, the best first" },
    { .name = "sensitivity",
      .help = "a line for each value of --by: the best value of --along, the metric "
              "there, and within which values it is worse by a tenth at most" },
    { .name = "points", .help = "the curves of that, a line a point" },
    { .name = "trials",
      .help = "for each value of --by: the best to be expected of 1, 2, 4, ... settings "
              "that are tried" },
    { .name = "along",
      .argument = "KEY",
      .help = "what curves lie along (default: optimizer.lr)" },
    { .name = "by",
      .argument = "KEY",
      .help = "what there is a curve for each value of (default: optimizer.kind); - for "
              "one of all" },
    OB_SWEEP_JUDGE_OPTIONS,
    { .name = "at",
      .argument = "STEP",
      .help = "the metric at that step, from the logs: the last row that is not behind "
              "it" },
    { .name = "at-evals",
      .argument = "N",
      .help = "the same after so many evaluations of the loss" },
    { .name = "chart",
      .argument = "FILE",
      .word = OB_WORD_FILE,
      .help = "draw the curves, too: .svg, .png, .pdf, .txt, or - for standard output" },
    { .name = "output",
      .letter = 'o',
      .argument = "FILE",
      .word = OB_WORD_FILE,
      .help = "write the table there" },
    { .name = "force", .letter = 'f', .help = "replace files that are there" },
    OB_SHEET_OPTIONS,
    { 0 },
};

const struct ob_command_type ob_sweep_verb_collect = {
    .name = "sweep collect",
    .operands = "DIR",
    .least = 1,
    .most = 1,
    .first = OB_WORD_FOLDER,
    .summary = "the results of a sweep as one table: cells, settings over seeds, curves",
    .about =
        "A line a cell: its settings, how it ended, and every figure of its summary; or "
        "a line a setting with mean and deviation over its seeds. A setting of which a "
        "repeat diverged is no candidate for the best, and its mean is that of the "
        "others. Curves have at each learning rate the best of all other settings. "
        "Budgets are equal where the metric is taken at the same step or number of "
        "evaluations (--at, --at-evals). Results are read from the directories of the "
        "cells; those that are not there yet are empty.",
    .options = options,
    .run = run,
};
