#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "open_config.h"
#include "open_log.h"
#include "open_terminal.h"
#include "optbench/sweep/folder.h"

/* The terminal where standard input is a pipe. False where there is none. */
static bool take_terminal(void)
{
    int fd = isatty(STDOUT_FILENO) ? open("/dev/tty", O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return false;
    dup2(fd, STDIN_FILENO);
    close(fd);
    return true;
}

/* The screens, and beside them a process that mirrors the log. */
static int watch(const struct ob_cli_log *log, struct ob_app_opts *app)
{
    struct ob_cli_follower f;
    int status = 0;
    bool pipe = strcmp(log->path, "-") == 0;
    if (!ob_cli_follow(log, &f, &status))
        return status;
    if (pipe && !take_terminal()) {
        ob_cli_follow_end(log, &f);
        return ob_cli_failf(OB_EIO, "there is no terminal to show it on; it is read on");
    }
    app->run = f.runs.path[0];
    app->beside = f.runs.path + 1;
    app->nbeside = f.runs.n - 1;
    status = ob_cli_open_terminal(app);
    ob_cli_follow_end(log, &f);
    return status;
}

static int watch_log(const struct ob_args *args, struct ob_app_opts *app)
{
    const char *format = ob_args_get(args, "format"), *name = ob_args_get(args, "name");
    struct ob_cli_log log = { .path = ob_args_operand(args, 0),
                              .runs = app->runs,
                              .name = name ? name : "stdin" };
    if (format && strcmp(format, "auto") != 0) {
        log.format = ob_foreign_named(format);
        if (log.format == OB_FOREIGN_NONE)
            return ob_cli_failf(OB_EUSAGE,
                                "--format: '%s' is none of auto, csv, jsonl, tensorboard",
                                format);
    }
    if (strcmp(log.path, "-") == 0 && log.format == OB_FOREIGN_TENSORBOARD)
        return ob_cli_failf(OB_EUSAGE, "--format: event files do not come from a pipe");
    if (strcmp(log.path, "-") == 0 && isatty(STDIN_FILENO))
        return ob_cli_failf(OB_EUSAGE, "standard input is the terminal, not a log: "
                                       "PROGRAM | optbench watch -");
    bool screens = isatty(STDOUT_FILENO);
    if (ob_args_has(args, "headless") || !screens)
        return ob_cli_read_log(&log);
    return watch(&log, app);
}

static int run(const struct ob_args *args)
{
    const char *what = ob_args_operand(args, 0);
    struct ob_app_opts app = { .runs = ob_args_get(args, "runs") };
    struct ob_buf path = { 0 };
    int status = 0;
    if (!ob_cli_terminal_opts(args, &app))
        return ob_code_exit(OB_EUSAGE);
    if (what && ob_sweep_is(what) && !ob_args_has(args, "format")) {
        app.sweep = what;
        if (ob_args_has(args, "headless"))
            return ob_cli_failf(OB_EUSAGE,
                                "watch: --headless reads a log; '%s' is a sweep", what);
        return ob_cli_open_terminal(&app);
    }
    if (what && (ob_cli_is_log(what) || ob_args_has(args, "format")))
        return watch_log(args, &app);
    app.run = ob_cli_find_run(args, &path, &status) ? ob_buf_text(&path) : NULL;
    if (app.run && ob_args_has(args, "headless"))
        status = ob_cli_failf(OB_EUSAGE, "watch: --headless reads a log; '%s' is none",
                              app.run);
    else if (app.run)
        status = ob_cli_open_terminal(&app);
    ob_buf_finish(&path);
    return status;
}

static const struct ob_option options[] = {
    OB_OPTION_RUNS,
    { .name = "format",
      .argument = "FORMAT",
      .help = "of a log: csv, jsonl, tensorboard or auto (default)" },
    { .name = "name",
      .argument = "NAME",
      .help = "of the run that a log from standard input becomes (stdin)" },
    { .name = "headless",
      .help = "open no screen: read a log to its end, print its run's directory" },
    OB_OPTION_GLYPHS,
    OB_OPTION_COLOR,
    OB_OPTION_FPS,
    OB_OPTION_SYNC,
    { 0 },
};

const struct ob_command_type ob_command_watch = {
    .name = "watch",
    .operands = "[RUN|LOG|SWEEP|-]",
    .most = 1,
    .first = OB_WORD_RUN,
    .summary = "watch a run that is under way, or look at one that has ended",
    .about =
        "RUN is a directory, a unique part of a run's name, or latest (the default). "
        "Any number of terminals may watch one run; one of them steers it. Space "
        "plays a finished run again.\n\n"
        "SWEEP is the folder of a sweep: its cells as a map, a table and curves, any of "
        "which opens as a run; S runs the missing ones, or stops that.\n\n"
        "LOG is the log of another program: a table (.csv, .tsv, .txt, .dat), lines of "
        "JSON (.jsonl, .ndjson), a TensorBoard event file or a folder with some, in any "
        "depth; - is standard input, 'python train.py | optbench watch -'. It is shown "
        "as it grows, and every command that takes a RUN takes such a LOG. Steps are the "
        "column step, global_step, _step, iteration, iter or epoch, else the number of "
        "the row. A log from standard input becomes a run of the folder of runs, which "
        "goes on when the screen is left.",
    .options = options,
    .run = run,
};
