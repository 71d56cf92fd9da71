/*
 * Adam on one element (Kingma and Ba 2015, algorithm 1, with the order of operations of
 * torch.optim.Adam). Common subset of C99, OpenCL C and CUDA C (num/real.h); included
 * once per precision. The bias corrections come in ready made: rate = lr / (1 - beta1^t),
 * root = sqrt(1 - beta2^t).
 */
#include "flags.h"

/* Returns the new theta; *top is read and written only with OB_ADAM_AMSGRAD. */
OB_DEVFN real OB_FN(ob_adam_element)(real theta, real grad, real *m, real *v, real *top,
                                     real beta1, real rest1, real beta2, real rest2,
                                     real rate, real root, real eps, real decay,
                                     int flags)
{
    real g = flags & OB_ADAM_MAXIMIZE ? -grad : grad;
    real second;
    if (flags & OB_ADAM_DECAY)
        g = g + decay * theta;
    *m = beta1 * *m + rest1 * g;
    *v = beta2 * *v + rest2 * g * g;
    second = *v;
    if (flags & OB_ADAM_AMSGRAD) {
        second = second > *top ? second : *top;
        *top = second;
    }
    return theta - rate * *m / (OB_FN(ob_sqrt)(second) / root + eps);
}
