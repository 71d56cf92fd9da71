/*
 * The per-sample losses of linear models, as numbers of the kernel table. Their formulas
 * stand in formulas.h; which model uses which is the model floor's business.
 */
#ifndef OB_NUM_LOSS_H
#define OB_NUM_LOSS_H

enum ob_sample_loss {
    OB_LOSS_HALF_SQUARED, /* (z - y)^2 / 2 */
    OB_LOSS_SQUARED,      /* (z - y)^2 */
    OB_LOSS_BCE_LOGITS,   /* softplus(z) - y z, stable for every z */
    OB_LOSS_BCE, /* -y log p - (1 - y) log(1 - p), p = sigmoid(z), clamped as torch does
                  */
    OB_SAMPLE_LOSSES /* how many */
};

#endif
