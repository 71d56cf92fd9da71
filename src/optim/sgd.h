/* Gradient descent under its two names, gd and sgd. Private to src/optim. */
#ifndef OB_OPTIM_SGD_H
#define OB_OPTIM_SGD_H

#include "element.h"

struct sgd_opts {
    double lr, momentum, dampening, weight_decay;
    bool nesterov, maximize;
};

extern const struct ob_param sgd_params[];
extern const char *const sgd_slots[];    /* momentum_buffer */
extern const char *const sgd_counters[]; /* which groups have begun their buffer, bits */

extern const struct element_rule sgd_element;

void sgd_explain(const struct ob_optimizer *o, const struct ob_update *u,
                 struct ob_buf *out);
bool sgd_check(const void *opts, struct ob_err *err);
const char *sgd_no_direction(const void *opts);
enum ob_step_result sgd_direction(struct ob_optimizer *o, struct ob_iterate *it,
                                  struct ob_vec *dir);
double sgd_growth(const void *opts, double lr, double lambda);
bool sgd_rate_limit(const void *opts, double lambda, struct ob_rate_limit *out);

/* The members that both types share. */
#define SGD_MEMBERS                                                                      \
    .equations = "g = g + weight_decay theta\n"                                          \
                 "b = momentum b + (1 - dampening) g   (b = g at first)\n"               \
                 "theta = theta - lr b   (nesterov: lr (g + momentum b))\n",             \
    .opts_size = sizeof(struct sgd_opts), .slots = 1, .slot_names = sgd_slots,           \
    .counter_names = sgd_counters, .params = sgd_params, .explain = sgd_explain,         \
    .check = sgd_check, .no_direction = sgd_no_direction, .direction = sgd_direction,    \
    .growth = sgd_growth, .rate_limit = sgd_rate_limit, ELEMENT_TYPE(sgd_element)

#endif
