#include "optbench/model/layer.h"

#include <stddef.h>

const char *const ob_layer_activations[] = {
    "auto",      "identity", "relu",    "leaky_relu", "elu",      "gelu",
    "gelu_tanh", "silu",     "sigmoid", "tanh",       "softplus", NULL,
};

static const char *const biases[] = {
    [OB_LAYER_BIAS_AUTO] = "auto",
    [OB_LAYER_BIAS_NO] = "no",
    [OB_LAYER_BIAS_YES] = "yes",
    NULL,
};

const struct ob_param ob_layer_params[] = {
    OB_CHOICE(struct ob_layer_opts, activation, .choices = ob_layer_activations,
              .help = "what the layer puts its sums through; auto: as [model] says, and "
                      "identity for the output"),
    OB_CHOICE(struct ob_layer_opts, bias, .choices = biases,
              .help = "whether a constant term stands behind the sums; auto: as [model] "
                      "says"),
    OB_TEXTS(struct ob_layer_opts, init, .fallback_text = "auto",
             .help = "where its weights start, in the words of init of [model]; auto: as "
                     "there"),
    OB_TEXTS(struct ob_layer_opts, bias_init, .fallback_text = "auto",
             .help = "where its bias starts; auto: by the rule of its weights, which for "
                     "xavier and kaiming is zeros"),
    OB_REALS(struct ob_layer_opts, dropout, .min = 0, .max = 1, .below_max = true,
             .help = "share of its outputs that a step leaves out; left empty: as "
                     "[model] says"),
    { 0 },
};
