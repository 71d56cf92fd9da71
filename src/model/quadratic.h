/* What a quadratic function is made of, here and on a device. Private to src/model. */
#ifndef OB_MODEL_QUADRATIC_H
#define OB_MODEL_QUADRATIC_H

#include "optbench/model/placed.h"

/* p->state. Everything rounded to the dtype; of A only what the value depends on,
 * (A + A') / 2. */
struct quadratic {
    double *a; /* [n * n], symmetric */
    double *b; /* [n] */
    double c;
};

extern const struct ob_placed_type placed_quadratic;

#endif
