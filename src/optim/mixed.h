/*
 * Groups with optimizers of their own: several kinds behind one struct ob_optimizer. Each
 * kind is an optimizer that sees only the segments of its groups; its buffers are those
 * of the whole, of which it touches only its own elements. Private to src/optim.
 */
#ifndef OB_OPTIM_MIXED_H
#define OB_OPTIM_MIXED_H

#include "optbench/optim/optimizer.h"

/* Whether some group names another kind than [optimizer]. */
bool optimizer_is_mixed(const struct ob_optimizer *o);

/* Makes o->mixed and the type that stands for all kinds; o has its segments, its groups
 * and its problem. OB_ECONFIG where the kinds have more buffers or counters together than
 * an optimizer can hold. */
bool optimizer_mix(struct ob_optimizer *o, struct ob_err *err);

/* Kind number i as the optimizer that it is, NULL behind the last; *slot (unless slot is
 * NULL) becomes where its slots stand in the whole. Between enter and leave it has the
 * counters of the whole, which takes them back. */
struct ob_optimizer *optimizer_part(const struct ob_optimizer *o, size_t i,
                                    const size_t **slot);
void optimizer_part_enter(struct ob_optimizer *o, size_t i);
void optimizer_part_leave(struct ob_optimizer *o, size_t i);

/* Releases o->mixed; NULL is accepted. */
void optimizer_unmix(struct ob_optimizer *o);

#endif
