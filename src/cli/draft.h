/*
 * The first experiment on somebody's own table: `optbench new --data`. For src/cli alone.
 */
#ifndef OB_CLI_DRAFT_H
#define OB_CLI_DRAFT_H

#include "optbench/base/buf.h"
#include "optbench/base/diag.h"

/* Looks at the table and appends a commented config for it, meant to be written to `to`.
 * `target` is the column to predict; NULL = the guess of ob_survey_file(). False after
 * adding to diags, where the table cannot be read, or holds nothing to predict or to
 * predict from. */
bool ob_draft_write(const char *table, const char *target, const char *to,
                    struct ob_buf *out, struct ob_diags *diags);

#endif
