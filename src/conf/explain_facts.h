/*
 * What `optbench explain` says of a kind beyond its keys: equations, what an optimizer
 * needs of model and data, what it keeps, what it tells of itself. For explain.c alone.
 */
#ifndef CONF_EXPLAIN_FACTS_H
#define CONF_EXPLAIN_FACTS_H

#include <stdio.h>

#include "optbench/conf/schema.h"

/* Lines of equations with a blank line before them; nothing for NULL. */
void explain_equations(FILE *to, const char *equations);

/* Appends entries "name\ttext\n": Needs, Keeps, Tells, as far as there is something. */
void explain_optimizer(const struct ob_kind *k, struct ob_buf *out);

/* The published side of a wrapper's section: title, reference, equations. False where the
 * section is no wrapper's. */
bool explain_wrapper(const char *section, const char **title, const char **reference,
                     const char **equations);

#endif
