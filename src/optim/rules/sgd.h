/*
 * Stochastic gradient descent on one element, as torch.optim.SGD orders it. Common subset
 * of C99, OpenCL C and CUDA C (num/real.h); included once per precision.
 *
 * `flags` are the same for all elements of a call, so loops over this function are split
 * by them and vectorise.
 */
#include "flags.h"

/* Returns the new theta; *buffer is read and written only with OB_SGD_MOMENTUM. */
OB_DEVFN real OB_FN(ob_sgd_element)(real theta, real grad, real *buffer, real lr,
                                    real momentum, real keep, real decay, int flags)
{
    real d = flags & OB_SGD_MAXIMIZE ? -grad : grad;
    if (flags & OB_SGD_DECAY)
        d = d + decay * theta;
    if (flags & OB_SGD_MOMENTUM) {
        real b = flags & OB_SGD_FIRST ? d : momentum * *buffer + keep * d;
        *buffer = b;
        d = flags & OB_SGD_NESTEROV ? d + momentum * b : b;
    }
    return theta - lr * d;
}
