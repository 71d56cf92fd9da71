/* `optbench plugin test`: the demands of train/conform.h on what a plug-in brings.
 * Private to src/cli. */
#ifndef OB_CLI_PLUGIN_TEST_H
#define OB_CLI_PLUGIN_TEST_H

#include "optbench/cli/command.h"
#include "optbench/conf/plugin.h"

/* Prints a line for each demand; the exit status: 0 where all are kept, else 1, 2 for an
 * option that is none. --set KEY=VALUE changes options. */
int plugin_test(const struct ob_plugin *p, const struct ob_args *args);

#endif
