/* What the commands share that take CONFIG and --set, or RUN and --runs; for src/cli
 * alone. */
#ifndef OB_CLI_OPEN_CONFIG_H
#define OB_CLI_OPEN_CONFIG_H

#include "optbench/cli/command.h"
#include "optbench/conf/spec.h"
#include "optbench/run/foreign.h"

/* The table entry of --set, the same everywhere. */
#define OB_OPTION_SET                                                                    \
    {                                                                                    \
        .name = "set", .letter = 's', .argument = "SECTION.KEY=VALUE",                   \
        .help = "change a value of the config; may be given more than once"              \
    }

/* The table entry of --runs. */
#define OB_OPTION_RUNS                                                                   \
    {                                                                                    \
        .name = "runs", .argument = "DIR", .word = OB_WORD_FOLDER, .folders = true,      \
        .help = "the folder of runs; may be given more than once, new runs go to the "   \
                "first (default: $OPTBENCH_RUNS, else ./runs)"                           \
    }

/* Loads the config that operand 0 names, with every --set. On failure prints every
 * problem and returns false with the exit status in *status; *spec is finished then.
 * A name without a slash that is no file here is looked for among the shipped examples.
 */
bool ob_cli_open_config(const struct ob_args *args, struct ob_spec *spec, int *status);

/* The same, and the data that it names into a zeroed *data; the caller finishes both. */
bool ob_cli_open_data(const struct ob_args *args, struct ob_spec *spec,
                      struct ob_dataset *data, int *status);

/* Appends the path of the run that operand 0 names (latest where there is none) in the
 * folder of --runs; the log of another program is brought up to date, and must be one
 * run. On failure prints why; *status has the exit status. */
bool ob_cli_find_run(const struct ob_args *args, struct ob_buf *path, int *status);

/* Appends the paths of the runs that `what` names in the folders `runs`: one, those of
 * the log of another program, brought up to date, or the cells of a sweep. */
bool ob_cli_name_runs(const char *runs, const char *what, struct ob_foreign_list *out,
                      struct ob_err *err);

/* Prints the problems in order and releases them; returns the exit status. */
int ob_cli_complain(struct ob_diags *diags);

#endif
