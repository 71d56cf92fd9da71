/* Adam under its two names, adam and adamw: one rule, two tables of parameters. Private
 * to src/optim. */
#ifndef OB_OPTIM_ADAM_H
#define OB_OPTIM_ADAM_H

#include "element.h"

struct explain;

struct adam_opts {
    double lr, beta1, beta2, eps, weight_decay;
    bool decoupled_weight_decay, amsgrad, maximize;
};

extern const char *const adam_slots[];    /* exp_avg, exp_avg_sq, max_exp_avg_sq */
extern const char *const adam_counters[]; /* step */

ELEMENT_VARIANTS(adam)
extern element_fn *const element_adam_baseline[2];
extern const struct element_text element_adam_text;

void adam_coefficients(const struct element_step *step, const struct adam_opts *s,
                       void *coef, int *flags);
void adam_explain_by(struct explain *e, const struct adam_opts *s);

#endif
