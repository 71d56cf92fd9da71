/*
 * Optimizers that are typed: the kind `rule` of [optimizer]. What a person writes,
 *
 *     state  = m
 *     params = lr 0.01, momentum 0.9
 *     update = m = momentum*m + g, theta = theta - lr*m
 *
 * becomes an optimizer type with a slot for each name of `state` and a live option for
 * each of `params`, so that it is set, swept, saved, resumed and explained as any other.
 *
 * The statements of `update` are carried out in their order for every element. They may
 * use theta, g (the gradient), t (the number of the step, from 1), lr (after the
 * schedule), the options, the state, and whatever was assigned before: a name that is
 * neither theta nor state is one for the rest of the update. Formulas are those of
 * formula/parse.h; the reductions norm2, mean, sum and dot are over the tensor that the
 * element belongs to, and where there are none tensors do not matter.
 *
 * What depends on no element is computed in double once per step (beta^t by repeated
 * squaring where t is whole, as the built-in rules have it) and rounded once to the dtype
 * of the run; everything else is rounded operation by operation, in the order in which it
 * is written. So a rule typed in the order of a built-in one gives its bits.
 *
 * Called while a config is read and while an optimizer is created, by any thread.
 */
#ifndef OB_OPTIM_RULE_H
#define OB_OPTIM_RULE_H

#include "optbench/base/err.h"
#include "optbench/base/param.h"
#include "optbench/optim/optimizer.h"

enum {
    OB_RULE_STATE = OB_OPTIMIZER_SLOTS, /* names of state, at most */
    OB_RULE_PARAMS = 32,                /* options besides lr, at most */
};

/* The options struct of every typed rule. */
struct ob_rule_opts {
    struct ob_texts state;
    char *params, *update; /* NULL = the default */
    double lr;
    double given[OB_RULE_PARAMS]; /* what `params` names, but lr, in its order */
};

/* The table of the texts and of lr, which every rule has: the beginning of its own. */
const struct ob_param *ob_optimizer_rule_params(void);

/* Whether it is the kind `rule`, with or without a text. */
bool ob_rule_is(const struct ob_optimizer_type *type);

/*
 * The type for these texts, the same one for the same texts: its table has the options
 * that `params` names, its slots are those of `state`. The values in *o do not matter.
 * Where the texts are wrong the type has what could be read, and its `check` says what is
 * wrong, with the column of the text. Constant, never freed.
 */
const struct ob_optimizer_type *ob_rule_type(const struct ob_rule_opts *o);

#endif
