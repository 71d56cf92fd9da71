/* Gradient descent on the full batch: sgd under the name that the textbooks use. */
#include "sgd.h"

const struct ob_optimizer_type ob_optimizer_gd = {
    .name = "gd",
    .title = "Gradient descent",
    .summary = "steps against the gradient of all rows; the options of sgd",
    .reference = "Cauchy 1847; Polyak 1964 (momentum); Nesterov 1983",
    .needs = OB_FULL_BATCH,
    SGD_MEMBERS,
};
