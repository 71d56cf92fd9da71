/* The rows that `optbench predict` says something about; for src/cli alone. */
#ifndef OB_CLI_PREDICT_ROWS_H
#define OB_CLI_PREDICT_ROWS_H

#include "optbench/conf/spec.h"
#include "optbench/data/dataset.h"

/*
 * Reads the features of the table at `path` into a zeroed *out, as the columns of `like`,
 * which the run was trained on: by their names, filled in, rounded and scaled as those
 * were, all of it in the part for testing. A target is not read; in its place stands one
 * that a problem takes. False with the reasons in *diags; *out is empty then.
 */
bool ob_predict_rows(const struct ob_spec *spec, const struct ob_dataset *like,
                     const char *path, struct ob_dataset *out, struct ob_diags *diags);

#endif
