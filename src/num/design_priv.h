/* What design.c shares with design_pass.c. */
#ifndef OB_NUM_DESIGN_PRIV_H
#define OB_NUM_DESIGN_PRIV_H

#include "optbench/num/design.h"

/* The rows of one chunk, as kernels take them; borrowed from d. */
struct ob_rows ob_design_chunk(const struct ob_design *d, size_t chunk);

/* Room for n doubles in d->wide; false with OB_ENOMEM. */
bool ob_design_widen(struct ob_design *d, size_t n, struct ob_err *err);

#endif
