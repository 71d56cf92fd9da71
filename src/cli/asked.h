/*
 * What `check` and `data` are asked about: a config or a table, named by the operand, or
 * a text on standard input that is meant to be at a path (--stdin --as PATH); and their
 * answer where it is a list of problems. For src/cli alone.
 */
#ifndef OB_CLI_ASKED_H
#define OB_CLI_ASKED_H

#include "optbench/base/buf.h"
#include "optbench/cli/command.h"
#include "optbench/conf/spec.h"

struct ob_json;

/* The table entries of --stdin and --as. */
#define OB_OPTION_STDIN                                                                  \
    {                                                                                    \
        .name = "stdin", .help = "read it from standard input instead of a file"         \
    }
#define OB_OPTION_AS                                                                     \
    {                                                                                    \
        .name = "as", .argument = "PATH", .word = OB_WORD_CONFIG,                        \
        .help = "with --stdin: its name in messages; relative paths start from there"    \
    }

struct ob_cli_asked {
    char *path; /* owned */
    bool table; /* the name is that of a table, not of a config */
    bool given; /* the text is from standard input */
    struct ob_buf text;
    const char **sets; /* [nsets], owned */
    size_t nsets;
};

/* Takes operand, --stdin, --as and --set. On failure prints why; *status has the exit
 * status, and finish is needed all the same. */
bool ob_cli_ask(const struct ob_args *args, struct ob_cli_asked *out, int *status);
void ob_cli_asked_finish(struct ob_cli_asked *a);

/* Reads the config that was asked about into a zeroed spec; the caller finishes it. */
bool ob_cli_asked_spec(const struct ob_cli_asked *a, struct ob_spec *spec,
                       struct ob_diags *diags);

/* Appends the members `ok` (whether there are none) and `problems` of an open object: in
 * order, each with file, line, section, key and text; section and key are "" where the
 * problem is not about one key. */
void ob_cli_json_problems(struct ob_diags *diags, struct ob_json *out);

#endif
