#include <config.h>

#include "open_config.h"
#include "open_terminal.h"
#include "optbench/sweep/folder.h"

static int run(const struct ob_args *args)
{
    struct ob_app_opts app = { .runs = ob_args_get(args, "runs"),
                               .sweep = ob_args_operand(args, 0) };
    struct ob_sweep sweep = { 0 };
    struct ob_err err;
    if (!ob_cli_terminal_opts(args, &app))
        return ob_code_exit(OB_EUSAGE);
    /* What it cannot open is better said before there is a screen. */
    if (!ob_sweep_open(&sweep, app.sweep, &err))
        return ob_cli_fail(&err);
    ob_sweep_finish(&sweep);
    return ob_cli_open_terminal(&app);
}

static const struct ob_option options[] = {
    OB_OPTION_RUNS, OB_OPTION_GLYPHS, OB_OPTION_COLOR,
    OB_OPTION_FPS,  OB_OPTION_SYNC,   { 0 },
};

const struct ob_command_type ob_sweep_verb_watch = {
    .name = "sweep watch",
    .operands = "DIR",
    .least = 1,
    .most = 1,
    .first = OB_WORD_FOLDER,
    .summary = "watch a sweep: its cells as a map, a table and curves",
    .about =
        "The same as 'optbench watch DIR'. The map has the metric by any two keys (x "
        "and d choose them), best or mean of the cells of a tile, digits from 9 (best) "
        "to 0; ~ runs, . waits, x has diverged, ! has failed. Tab goes to the table and "
        "to the chart of sensitivity, Space shows the curves of cells, Enter opens one "
        "as a run. S runs the cells that are missing, or stops that.",
    .options = options,
    .run = run,
};
