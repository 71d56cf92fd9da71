#include <config.h>

#include <string.h>

#include "formula_help.h"

#include "optbench/cli/command.h"
#include "optbench/conf/schema.h"

static int run(const struct ob_args *args)
{
    const char *topic = ob_args_operand(args, 0);
    struct ob_err err;
    if (topic && strcmp(topic, "formula") == 0) {
        ob_formula_help_print(stdout);
        return 0;
    }
    if (!ob_schema_explain(stdout, topic, &err))
        return ob_cli_fail(&err);
    return 0;
}

const struct ob_command_type ob_command_explain = {
    .name = "explain",
    .operands = "[TOPIC]",
    .most = 1,
    .summary = "say what a section, a kind or a key of a config means",
    .about = "TOPIC is a section (optimizer), a kind (optimizer.adam) or a key\n"
             "(optimizer.lr, optimizer.adam.beta1), or formula: what may stand in one.\n"
             "Without one the sections are listed.",
    .run = run,
};
