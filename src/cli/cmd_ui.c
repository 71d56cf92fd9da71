#include <config.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "open_config.h"
#include "open_terminal.h"

#include "optbench/run/engine.h"

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int open_config(const struct ob_args *args, struct ob_app_opts *app)
{
    char *path = ob_cli_config_path(ob_args_operand(args, 0));
    struct ob_spec spec = { 0 };
    int status = 0;
    if (!isatty(STDOUT_FILENO)) {
        /* Nobody to watch: the same run without a screen. */
        const struct ob_engine_opts engine = {
            .config = path, .sets = app->sets, .nsets = app->nsets, .runs = app->runs
        };
        status = ob_engine_run(&engine);
    } else {
        /* All that is wrong with it is told before the screen is taken over. */
        app->config = path;
        if (ob_cli_open_config(args, &spec, &status)) {
            ob_spec_finish(&spec);
            status = ob_cli_open_terminal(app);
        }
    }
    free(path);
    return status;
}

static int run(const struct ob_args *args)
{
    const char *operand = ob_args_operand(args, 0);
    struct ob_app_opts app = { .runs = ob_args_get(args, "runs") };
    int status;
    if (!ob_cli_terminal_opts(args, &app))
        return ob_code_exit(OB_EUSAGE);
    const char **sets = ob_args_all(args, "set", &app.nsets);
    app.sets = sets;
    if (operand && !is_folder(operand)) {
        status = open_config(args, &app);
    } else {
        app.run = operand;
        status = ob_cli_open_terminal(&app);
    }
    free(sets);
    return status;
}

static const struct ob_option options[] = {
    OB_OPTION_SET,  OB_OPTION_RUNS, OB_OPTION_GLYPHS, OB_OPTION_COLOR, OB_OPTION_FPS,
    OB_OPTION_SYNC, { 0 },
};

const struct ob_command_type ob_command_ui = {
    .name = "ui",
    .operands = "[CONFIG]",
    .most = 1,
    .first = OB_WORD_CONFIG,
    .summary = "open the terminal (the default); run CONFIG in it",
    .about = "Without CONFIG the screen lists experiments and runs. A run started here "
             "is a process of its own and goes on when the screen is closed; 'optbench "
             "watch' shows it again. Where standard output is no terminal, CONFIG is run "
             "as by 'optbench run'.",
    .options = options,
    .run = run,
};
