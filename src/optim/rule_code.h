/*
 * A typed rule made ready for one optimizer: what depends on no element apart from what
 * does. Private to src/optim/rule*.c.
 */
#ifndef OB_OPTIM_RULE_CODE_H
#define OB_OPTIM_RULE_CODE_H

#include "optbench/formula/program.h"
#include "rule_text.h"

struct rule_code {
    struct rule_update update; /* as it was read: what the coefficients are nodes of */
    uint32_t *coef;            /* [coefs] those nodes, in the order of the program */
    size_t coefs;
    double *number;      /* [update.graph.n] values of what depends on no element */
    bool *alike;         /* [update.graph.n] whether a node depends on none */
    struct ob_graph own; /* of the elements: PARAM i is coefficient i */
    uint32_t root[1 + OB_RULE_STATE];
    bool tensors; /* has sums, so that it is run tensor by tensor */
};

/* Fails as rule_update_read() does. Finish *c in either case. */
bool rule_code_make(struct rule_code *c, const struct ob_rule_opts *o,
                    struct ob_err *err);
void rule_code_finish(struct rule_code *c); /* zeroed is allowed */

/* Computes the coefficients at step t (from 1) with these options and the rate lr into
 * out [coefs]. */
void rule_code_coefficients(struct rule_code *c, const struct ob_rule_opts *o, double lr,
                            uint64_t t, double *out);

/* That of an optimizer of a typed rule that has started. */
const struct rule_code *rule_code_of(const struct ob_optimizer *o);

#endif
