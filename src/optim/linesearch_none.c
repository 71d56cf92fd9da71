/* No line search: the length of the step is the learning rate's business. */
#include "optbench/optim/linesearch.h"

const struct ob_linesearch_type ob_linesearch_none = {
    .name = "none",
    .title = "None",
    .summary = "the learning rate decides the length of the step",
    .reference = "Cauchy 1847",
};
