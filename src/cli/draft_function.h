/*
 * The first experiment on a function that somebody types: `optbench new --function`. For
 * src/cli alone.
 */
#ifndef OB_CLI_DRAFT_FUNCTION_H
#define OB_CLI_DRAFT_FUNCTION_H

#include "optbench/base/buf.h"
#include "optbench/base/err.h"

/* Appends a commented config that minimises the formula, meant to be written to `to`. The
 * learning rate is what the curvature at the start allows. OB_ECONFIG where it is no
 * formula, with the column. */
bool ob_draft_function(const char *formula, const char *to, struct ob_buf *out,
                       struct ob_err *err);

#endif
