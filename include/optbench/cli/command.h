/*
 * Subcommands: `optbench NAME ...`. One file cmd_NAME.c each, ending in one
 * `const struct ob_command_type`, listed in commands.def.
 *
 * The option table is the single source for parsing, `--help`, the man page and shell
 * completion. A command's run() gets parsed arguments and returns the exit status of the
 * process; errors have been printed by then (ob_cli_fail, ob_diags_print).
 */
#ifndef OB_CLI_COMMAND_H
#define OB_CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "optbench/base/err.h"

/* What kind of thing an operand or an option's argument names, for completion. */
enum ob_cli_word {
    OB_WORD_OTHER,
    OB_WORD_CONFIG, /* an INI file */
    OB_WORD_RUN,    /* a run: directory, part of its name, or latest */
    OB_WORD_FILE,
    OB_WORD_FOLDER,
};

struct ob_option {
    const char *name;     /* long name without dashes; NULL ends the table */
    char letter;          /* short form, 0 = none */
    const char *argument; /* name of its argument in capitals; NULL = a flag */
    enum ob_cli_word word;
    const char *help; /* one line */
    bool folders;     /* its values together are one list of folders (run/runs.h) */
};

struct ob_args;
struct ob_suggest;

struct ob_command_type {
    const char *name;
    const char *operands;   /* for the usage line: "CONFIG", "RUN ACTION [WORD...]" */
    size_t least, most;     /* number of operands */
    enum ob_cli_word first; /* what the first operand names */
    bool verbatim; /* what follows the first operand are operands, even with a '-' */
    const char *summary; /* one line, lower case */
    const char *about;   /* a paragraph for --help and the man page; NULL none */
    const struct ob_option
        *options; /* besides --help, which every command has; NULL none */
    int (*run)(const struct ob_args *args);
    const struct ob_command_type *const *verbs; /* ended by NULL: commands of their own
                              whose last word ("sweep plan") may stand behind this one's
                              name; NULL none */
    bool hidden; /* a verb for the program itself: in no help, no manual */
};

/* The verb of the command that the word names, or NULL; and its last word. */
const struct ob_command_type *ob_command_verb(const struct ob_command_type *command,
                                              const char *word);
const char *ob_command_word(const struct ob_command_type *verb);

/* All commands in the order of commands.def, ended by NULL; and one by name or NULL. */
const struct ob_command_type *const *ob_commands(void);
const struct ob_command_type *ob_command_find(const char *name);

/*
 * Parsed arguments; everything returned points into argv. An option given twice keeps
 * every value: ob_args_get() answers the last one (of one that takes folders: all as one
 * list), ob_args_nth() all in order.
 */
const char *ob_args_operand(const struct ob_args *args, size_t i); /* NULL past the end */
size_t ob_args_operands(const struct ob_args *args);
bool ob_args_has(const struct ob_args *args, const char *option);
const char *ob_args_get(const struct ob_args *args,
                        const char *option); /* NULL = not given */
size_t ob_args_count(const struct ob_args *args, const char *option);
const char *ob_args_nth(const struct ob_args *args, const char *option, size_t i);

/* The values of a repeatable option as an array for a call that takes one; free() it.
 * *n gets the count. */
const char **ob_args_all(const struct ob_args *args, const char *option, size_t *n);

/* Reads a whole-number or real option within limits; absent leaves *out alone. Prints
 * the error and returns false where it is not one. */
bool ob_args_integer(const struct ob_args *args, const char *option, long long min,
                     long long max, long long *out);
bool ob_args_real(const struct ob_args *args, const char *option, double min, double max,
                  double *out);

/* Parses argv (argv[0] is the command's name) and runs the command, or the verb that
 * argv[1] names; the exit status. */
int ob_command_call(const struct ob_command_type *command, int argc, char **argv);

/* The usage text of one command, of the program, and the version lines. */
void ob_command_help(const struct ob_command_type *command, FILE *out);
void ob_cli_help(FILE *out);
void ob_cli_version(FILE *out);

/* What this program is called in help and messages: "optbench", or what main() says. */
extern const char *ob_cli_program;

/* The path meant by `word`: itself where it exists, else the shipped example of that name
 * (with or without .ini), else itself. free() it. */
char *ob_cli_config_path(const char *word);

/* Prints "optbench: TEXT" to stderr, safe for a terminal, and returns the exit status of
 * the code. */
int ob_cli_fail(const struct ob_err *err);
int ob_cli_failf(enum ob_code code, const char *format, ...) OB_PRINTF(2, 3);

/* The same for a word that names nothing: "TEXT; did you mean 'NEAR'?", or TEXT and the
 * advice where nothing is near. OB_EUSAGE's exit status. */
int ob_cli_unknown(const struct ob_suggest *near, const char *advice, const char *format,
                   ...) OB_PRINTF(3, 4);

#endif
