/*
 * The diagonal of the Hessian by its products with random vectors: E[z (H z)] for
 * independent z_i of mean 0 and variance 1 (Hutchinson 1990; Bekas, Kokiopoulou, Saad
 * 2007), or exactly, by as many products as there are parameters. Over the rows and with
 * the mask of the step. The vectors follow from the optimizer's seed, the number of its
 * step and the element alone, so there is no state. Private to src/optim.
 */
#ifndef OB_OPTIM_HUTCHINSON_H
#define OB_OPTIM_HUTCHINSON_H

#include "optbench/optim/optimizer.h"

enum hutchinson_probes {
    HUTCHINSON_RADEMACHER, /* z_i = -1 or 1 */
    HUTCHINSON_GAUSSIAN,
    HUTCHINSON_EXACT, /* unit vectors, one a parameter */
};
extern const char *const hutchinson_probes[]; /* ends with NULL */

struct hutchinson {
    struct ob_vec diagonal;       /* [n] what was found, in o's own segments */
    struct ob_vec probe, product; /* [n] */
};

bool hutchinson_init(struct hutchinson *h, const struct ob_optimizer *o,
                     struct ob_err *err);
void hutchinson_finish(struct hutchinson *h); /* zeroed is allowed */

/* Fills h->diagonal at it->theta for step t of the optimizer, from 1, by `samples` >= 1
 * vectors, which are 0 outside o's segments. False where memory fails, with o->note. */
bool hutchinson_look(struct hutchinson *h, struct ob_optimizer *o,
                     const struct ob_iterate *it, uint64_t t,
                     enum hutchinson_probes probes, uint64_t samples);

#endif
