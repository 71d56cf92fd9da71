/* What both halves of optbench/train/conform.h share. Private to src/train. */
#ifndef OB_TRAIN_CONFORM_PRIV_H
#define OB_TRAIN_CONFORM_PRIV_H

#include "optbench/base/compiler.h"
#include "optbench/train/conform.h"

struct conform {
    ob_conform_fn *hear;
    void *ctx;
    bool broken;
    bool quiet; /* what is kept was told already */
    enum ob_dtype dtype;
};

/* Tells of a demand in the dtype that is being looked at; the text says why it is not
 * kept, NULL = it is. */
void conform_tell(struct conform *c, const char *demand, const char *why, ...)
    OB_PRINTF(3, 4);
void conform_idle(struct conform *c, const char *demand, const char *why);

#endif
