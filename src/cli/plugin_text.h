/* What `optbench plugin new` writes. Private to src/cli. */
#ifndef OB_CLI_PLUGIN_TEXT_H
#define OB_CLI_PLUGIN_TEXT_H

/* C files in which every @NAME@ is to be replaced by a name of letters, digits and _. */
extern const char plugin_optimizer_text[], plugin_problem_text[];

#endif
