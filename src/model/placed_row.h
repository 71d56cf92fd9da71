/* Linear and logistic regression on a device (model/placed.h). Private to src/model. */
#ifndef OB_SRC_MODEL_PLACED_ROW_H
#define OB_SRC_MODEL_PLACED_ROW_H

#include "optbench/model/placed.h"

/* For problems whose state is a struct row_model. */
extern const struct ob_placed_type row_placed;

#endif
