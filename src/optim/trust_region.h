/*
 * Trust regions: a step minimises a quadratic model within a ball, whose radius follows
 * from how well the model foretold the loss (Nocedal, Wright, Numerical Optimization, 2nd
 * ed., algorithm 4.1). One step of the optimizer is one step that was accepted: radii
 * that fail are tried within it. How the model is minimised is the business of each kind,
 * whose `detail` is a struct trust_model and whose options are these. Private to
 * src/optim.
 */
#ifndef OB_OPTIM_TRUST_REGION_H
#define OB_OPTIM_TRUST_REGION_H

#include "product.h"

struct trust_opts {
    double lr, radius, max_radius, eta;
    int curvature; /* enum product_of */
};
extern const struct ob_param trust_params[];

enum { TRUST_RADIUS, TRUST_RATIO, TRUST_TRIALS, TRUST_OWN };
#define TRUST_GAUGES                                                                     \
    { "trust_radius", "radius of the trust region", false },                             \
        { "trust_ratio", "decrease of the loss over the one foretold", false },          \
    {                                                                                    \
        "trust_trials", "radii tried by the last step", false                            \
    }

/* The state of each kind begins with this. */
struct trust {
    double *radius;      /* [1] of the optimizer's arrays; 0: no step yet */
    double *memory;      /* [3 n] */
    double *g, *p, *bp;  /* [n] in it: gradient, step, B p */
    struct ob_vec trial; /* [n] */
};

struct trust_model {
    /* The model around it->theta; not OK with o->note. */
    enum ob_step_result (*begin)(struct ob_optimizer *o, struct ob_iterate *it);
    /* The p, |p| <= radius, that lowers g.p + p.Bp / 2, and B p; *edge: it lies on the
     * edge. False for want of memory. */
    bool (*solve)(struct ob_optimizer *o, double radius, bool *edge, struct ob_err *err);
};

bool trust_start(struct ob_optimizer *o, struct ob_err *err);
void trust_finish(struct ob_optimizer *o);
enum ob_step_result trust_step(struct ob_optimizer *o, struct ob_iterate *it);

/* The two tau with |z + tau d| = radius, low <= high; |z| <= radius, d not zero. */
void trust_edges(size_t n, const double *z, const double *d, double radius, double *low,
                 double *high);

#define TRUST_MEMBERS                                                                    \
    .opts_size = sizeof(struct trust_opts), .params = trust_params, .step = trust_step

#endif
