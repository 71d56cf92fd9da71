/* Formulas on a device (placed.h), for whatever problem is given by them: state begins
 * with a struct typed. Private to src/model. */
#ifndef OB_MODEL_PLACED_TYPED_H
#define OB_MODEL_PLACED_TYPED_H

#include "optbench/model/placed.h"

extern const struct ob_placed_type placed_typed;

#endif
