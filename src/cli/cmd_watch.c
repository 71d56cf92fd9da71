#include <config.h>

#include "open_config.h"
#include "open_terminal.h"

static int run(const struct ob_args *args)
{
    struct ob_app_opts app = { .runs = ob_args_get(args, "runs") };
    struct ob_buf path = { 0 };
    int status = 0;
    if (!ob_cli_terminal_opts(args, &app))
        return ob_code_exit(OB_EUSAGE);
    if (ob_cli_find_run(args, &path, &status)) {
        app.run = ob_buf_text(&path);
        status = ob_cli_open_terminal(&app);
    }
    ob_buf_finish(&path);
    return status;
}

static const struct ob_option options[] = {
    OB_OPTION_RUNS, OB_OPTION_GLYPHS, OB_OPTION_COLOR,
    OB_OPTION_FPS,  OB_OPTION_SYNC,   { 0 },
};

const struct ob_command_type ob_command_watch = {
    .name = "watch",
    .operands = "[RUN]",
    .most = 1,
    .first = OB_WORD_RUN,
    .summary = "watch a run that is under way, or look at one that has ended",
    .about =
        "RUN is a directory, a unique part of a run's name, or latest (the default). "
        "Any number of terminals may watch one run; one of them steers it. Space "
        "plays a finished run again.",
    .options = options,
    .run = run,
};
