/* What may stand in a formula, for people: `optbench explain formula` and
 * optbench.conf(5). For src/cli alone. */
#ifndef OB_CLI_FORMULA_HELP_H
#define OB_CLI_FORMULA_HELP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "optbench/base/buf.h"

/* One thing that may be written, and what it means: a sentence without a full stop. */
struct ob_formula_help {
    const char *written, *help;
};

/* Operators and names; each ends with an empty entry. */
extern const struct ob_formula_help ob_formula_help_operators[], ob_formula_help_names[];

/* Function number i: how it is called, appended, and its help; false behind the last. */
bool ob_formula_help_function(size_t i, struct ob_buf *call, const char **help);

/* All of it as text of at most 79 columns. */
void ob_formula_help_print(FILE *to);

#endif
