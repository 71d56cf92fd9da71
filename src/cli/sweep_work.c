#include <config.h>

#include "optbench/cli/command.h"
#include "optbench/sweep/work.h"

static int run(const struct ob_args *args)
{
    long long threads = 0;
    if (!ob_args_integer(args, "threads", 1, 1024, &threads))
        return ob_code_exit(OB_EUSAGE);
    const struct ob_work_opts opts = { .dir = ob_args_operand(args, 0),
                                       .threads = (unsigned)threads };
    return ob_work(&opts);
}

static const struct ob_option options[] = {
    { .name = "threads", .argument = "N", .help = "threads to compute with" },
    { 0 },
};

const struct ob_command_type ob_sweep_verb_work = {
    .name = "sweep work",
    .operands = "DIR",
    .least = 1,
    .most = 1,
    .first = OB_WORD_FOLDER,
    .summary = "run cells that are named on standard input",
    .options = options,
    .hidden = true,
    .run = run,
};
