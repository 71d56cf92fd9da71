/* Softmax regression: the odds of class k against class l are exp(z_k - z_l), z = W x +
 * b.
 */
#include "network.h"

struct opts {
    bool bias;
    double label_smoothing;
};

static const struct ob_param params[] = {
    OB_BOOLEAN(struct opts, bias, .fallback = 1,
               .help = "add a constant term for each class"),
    OB_REAL(struct opts, label_smoothing, .min = 0, .max = 1,
            .help = "share of the target that is spread evenly over all classes"),
    { 0 },
};

static bool start(struct ob_problem *p, const struct ob_dataset *d, struct ob_err *err)
{
    const struct opts *o = p->opts;
    const struct net_setup setup = { .bias = &o->bias,
                                     .layers = 1,
                                     .loss = OB_BLOCK_CROSS_ENTROPY,
                                     .smoothing = o->label_smoothing,
                                     .delta = 1 };
    return net_start(p, d, &setup, err);
}

const struct ob_problem_type ob_problem_softmax = {
    .name = "softmax",
    .title = "Softmax regression",
    .summary = "the probabilities of two or more classes, fitted by cross entropy",
    .reference = "Cox 1966; Bishop, Pattern Recognition and Machine Learning, 2006, "
                 "section 4.3.4",
    .needs = OB_PROBLEM_NEEDS_DATA | OB_PROBLEM_NEEDS_TARGET | OB_PROBLEM_NETWORK |
             OB_PROBLEM_TAKES_SPARSE,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct network),
    .params = params,
    .metrics = net_class_metrics,
    .usual = "accuracy",
    .start = start,
    NET_MEMBERS,
};
