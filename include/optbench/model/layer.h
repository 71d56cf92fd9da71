/*
 * [layer.NAME]: what one layer of a network does otherwise than [model] says of all.
 *
 * Read by conf from a section for each layer, checked there against the names that the
 * model has (`layer` of its type), and handed to ob_problem_create(). Constant from then
 * on. Every key has a value that stands for "as [model] says".
 */
#ifndef OB_MODEL_LAYER_H
#define OB_MODEL_LAYER_H

#include "optbench/base/param.h"

/* The words of `activation` of one layer: "auto", then those of enum ob_activation in its
 * order; ended by NULL. */
extern const char *const ob_layer_activations[];

enum { OB_LAYER_BIAS_AUTO, OB_LAYER_BIAS_NO, OB_LAYER_BIAS_YES };

struct ob_layer_opts {
    int activation;            /* enum ob_activation + 1; 0 = auto */
    int bias;                  /* OB_LAYER_BIAS_... */
    struct ob_texts init;      /* of the weights, as `init` of [model] */
    struct ob_texts bias_init; /* of the bias */
    struct ob_reals dropout;   /* one number, or none: as [model] says */
};

extern const struct ob_param ob_layer_params[];

struct ob_layer_spec {
    char *name; /* "linear1", "output" */
    struct ob_layer_opts opts;
};

#endif
