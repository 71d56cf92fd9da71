/*
 * The penalties of a placed problem on its device, for who keeps theta there and has
 * evaluated the bare loss (ob_placed_eval()): the bits of ob_problem_eval(), which lays
 * them over loss and gradient on the host.
 *
 * The thread of the device calls.
 */
#ifndef OB_MODEL_PLACED_PENALTY_H
#define OB_MODEL_PLACED_PENALTY_H

#include "optbench/model/placed.h"

struct ob_placed_penalty;

/* Of the problem's l1 and l2; where both are 0, one that does nothing and takes no memory
 * of the device. NULL with OB_EDEVICE or OB_ENOMEM. The placed problem outlives it. */
struct ob_placed_penalty *ob_placed_penalty_create(struct ob_placed *pl,
                                                   struct ob_err *err);
void ob_placed_penalty_destroy(struct ob_placed_penalty *y); /* NULL is allowed */

/* Bytes of device memory that one takes. */
uint64_t ob_placed_penalty_bytes(const struct ob_problem *p);

/* Puts it into the queue behind ob_placed_eval() of the same call: call->out gets the
 * objective instead of the bare loss, and call->grad, unless it is NULL, its gradient,
 * without the l1 term where ob_problem_smooth() says so. Nothing is changed while
 * now[OB_NOW_HALTED] is not 0. */
void ob_placed_penalty(struct ob_placed_penalty *y, const struct ob_placed_call *call);

/* For a kernel that makes many steps in one launch (kernels/persist.h): the last
 * arguments of penalty_solo() (kernels/penalty_solo.h) for the gradient. False where
 * there is nothing to lay over, or where the weights are too many for one group. */
enum { OB_PENALTY_SOLO_ARGS = 4 };
bool ob_placed_penalty_solo(const struct ob_placed_penalty *y,
                            struct ob_device_arg arg[static OB_PENALTY_SOLO_ARGS]);

/* Whether there is nothing to lay over. */
bool ob_placed_penalty_none(const struct ob_placed_penalty *y);

#endif
