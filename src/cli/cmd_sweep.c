#include <config.h>

#include "open_config.h"

#include "optbench/cli/command.h"

#define X(name) extern const struct ob_command_type ob_sweep_verb_##name;
#include "sweep_verbs.def"
#undef X

static const struct ob_command_type *const verbs[] = {
#define X(name) &ob_sweep_verb_##name,
#include "sweep_verbs.def"
#undef X
    NULL,
};

static int run(const struct ob_args *args)
{
    const char *word = ob_args_operand(args, 0);
    return ob_cli_failf(OB_EUSAGE, "sweep: '%s' is no verb (try 'optbench sweep --help')",
                        word);
}

const struct ob_command_type ob_command_sweep = {
    .name = "sweep",
    .operands = "VERB [OPERAND]...",
    .least = 1,
    .most = 1,
    .first = OB_WORD_CONFIG,
    .summary = "train an experiment many times, by what its [sweep] says",
    .verbs = verbs,
    .run = run,
};
