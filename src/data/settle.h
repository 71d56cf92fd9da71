/*
 * What becomes of the rows once the columns are chosen: those with missing values are
 * left out or filled, the rest is split into parts, hashed and described.
 */
#ifndef OB_SRC_DATA_SETTLE_H
#define OB_SRC_DATA_SETTLE_H

#include "optbench/data/source.h"

/* d->rows counts all rows as they were read, the last `second` of them those of the table
 * that test_path names; nothing is known of parts before. False after adding to diags. */
bool ob_settle(struct ob_dataset *d, size_t second, const struct ob_data_opts *common,
               struct ob_diags *diags);

#endif
