#include <config.h>

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "examples.h"
#include "open_config.h"

#include "optbench/base/mem.h"
#include "optbench/base/suggest.h"
#include "optbench/cli/command.h"

/* A first word that is no command but names something to open: a path, or a shipped
 * experiment. */
static bool opens_something(const char *word)
{
    size_t n = strlen(word);
    if ((n > 4 && strcmp(word + n - 4, ".ini") == 0) || strchr(word, '/'))
        return true;
    char *path = ob_cli_config_path(word);
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

static int unknown_command(const char *word)
{
    struct ob_suggest near;
    struct ob_examples shipped;
    ob_examples_init(&shipped);
    ob_suggest_init(&near, word);
    for (const struct ob_command_type *const *c = ob_commands(); *c; c++)
        ob_suggest_offer(&near, (*c)->name);
    for (size_t i = 0; i < shipped.n; i++)
        ob_suggest_offer(&near, shipped.name[i]);
    int status =
        ob_cli_unknown(&near, " (try 'optbench --help')", "unknown command '%s'", word);
    ob_examples_finish(&shipped);
    return status;
}

/* `optbench [CONFIG] [OPTION]...` is the command `ui` without its name. */
static int run_terminal(int argc, char **argv)
{
    char **shifted = ob_xcalloc((size_t)argc + 2, sizeof *shifted);
    shifted[0] = (char[]){ "ui" };
    for (int i = 1; i < argc; i++)
        shifted[i] = argv[i];
    int status = ob_command_call(ob_command_find("ui"), argc, shifted);
    free(shifted);
    return status;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2)
        return run_terminal(argc, argv);
    const struct ob_command_type *command = ob_command_find(argv[1]);
    if (command)
        return ob_command_call(command, argc - 1, argv + 1);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0)
        ob_cli_help(stdout);
    else if (strcmp(argv[1], "--version") == 0)
        ob_cli_version(stdout);
    else if (argv[1][0] == '-' || opens_something(argv[1]))
        return run_terminal(argc, argv);
    else
        return unknown_command(argv[1]);
    return 0;
}

int main(int argc, char **argv)
{
    /* UTF-8 for the terminal, never a decimal comma. */
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    int status = dispatch(argc, argv);
    /* What was asked for and could not be written must not look like success. */
    bool lost = ferror(stdout), flushed = fflush(stdout) == 0;
    if ((lost || !flushed) && status == 0)
        status = ob_cli_failf(OB_EIO, "standard output: %s",
                              flushed ? "a line was lost" : ob_errno_text(errno));
    return status;
}
