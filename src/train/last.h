/*
 * What the last step went by, for those few parameters whose step is likely to be
 * explained: the gradient and the optimizer's buffers as they were before it. Kept at
 * every step, so it must cost next to nothing: a few dozen numbers are copied however
 * large the model is. Theta before the step is ob_trainer.previous, of all parameters.
 */
#ifndef OB_TRAIN_LAST_H
#define OB_TRAIN_LAST_H

#include "optbench/num/vec.h"
#include "optbench/optim/optimizer.h"

enum { OB_LAST_FIRST = 16, OB_LAST_ASKED = 8 };

struct ob_last {
    uint64_t k;  /* the step that the rest is of; 0 = none */
    size_t used; /* of `first`: min(n, OB_LAST_FIRST) */
    /* The first parameters, as many bytes as the dtype has: gradient, then buffers. */
    double first[1 + OB_OPTIMIZER_SLOTS][OB_LAST_FIRST];
    uint64_t counter[OB_OPTIMIZER_COUNTERS];
    /* Further ones that were asked for; the oldest gives way. */
    size_t asked, next;
    struct {
        size_t i;
        uint64_t since; /* kept by steps after this one */
        double number[1 + OB_OPTIMIZER_SLOTS];
    } other[OB_LAST_ASKED];
};

/* Before a step. What was kept is not valid until the caller sets k behind it. */
void ob_last_keep(struct ob_last *l, const struct ob_optimizer *o,
                  const struct ob_vec *grad);

/* Keeps parameter i from the step after k on. */
void ob_last_ask(struct ob_last *l, size_t i, uint64_t k);

/* Fills grad, known, slot and counter of *u for u->i and step u->k; false where they were
 * not kept. */
bool ob_last_find(const struct ob_last *l, const struct ob_optimizer *o,
                  struct ob_update *u);

#endif
