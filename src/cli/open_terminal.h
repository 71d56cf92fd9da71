/*
 * Opening the terminal, for the commands that do: its options and the way they are read.
 * One thread: main.
 */
#ifndef OB_CLI_OPEN_TERMINAL_H
#define OB_CLI_OPEN_TERMINAL_H

#include "optbench/cli/command.h"
#include "optbench/ui/app.h"

/* Entries of an option table. */
#define OB_OPTION_GLYPHS                                                                 \
    {                                                                                    \
        .name = "glyphs", .argument = "TIER",                                            \
        .help = "draw charts in braille, block, ascii, or auto (default)"                \
    }
#define OB_OPTION_COLOR                                                                  \
    {                                                                                    \
        .name = "color", .argument = "WHEN",                                             \
        .help = "never, 8, 16, 256, true or auto (default; NO_COLOR is honoured)"        \
    }
#define OB_OPTION_FPS                                                                    \
    {                                                                                    \
        .name = "fps", .argument = "N", .help = "at most N pictures a second (10)"       \
    }
#define OB_OPTION_SYNC                                                                   \
    {                                                                                    \
        .name = "sync", .argument = "WHEN",                                              \
        .help = "auto, or never ask the terminal to show a picture as a whole"           \
    }

/* Reads the four options into *opts. Prints what is wrong and returns false. */
bool ob_cli_terminal_opts(const struct ob_args *args, struct ob_app_opts *opts);

/* Runs the terminal program; prints its error; the exit status. */
int ob_cli_open_terminal(const struct ob_app_opts *opts);

#endif
