/*
 * What a step costs, by a model: seconds on the processor and on a GPU that follow from
 * shapes and from what a device says of itself. For experiment.device = auto, which has
 * to choose without trying: a clock would make a choice, and with `math = blas` bits,
 * depend on whatever else the machine did just then.
 *
 * A step on the processor is a fixed part, the slower of moving its data and computing
 * with them, and the optimizer's pass over the parameters; the constants are fitted to
 * measurements of such shapes (bench/cost.sh). A step on a GPU is its launches, the same
 * two rates as the device has them, and where the optimizer works on the host, the
 * parameters' way there and back. Its constants come from what makers document, taken
 * low: not seen on a GPU yet.
 */
#ifndef OB_SRC_TRAIN_COST_H
#define OB_SRC_TRAIN_COST_H

#include <stdbool.h>
#include <stddef.h>

struct ob_device_facts;

enum ob_cost_kind {
    OB_COST_LINEAR,   /* a weighted sum of each row's features */
    OB_COST_NETWORK,  /* products of matrices */
    OB_COST_TYPED,    /* a formula over the rows */
    OB_COST_FUNCTION, /* of the parameters alone */
};

struct ob_cost {
    enum ob_cost_kind kind;
    size_t rows;       /* that a step goes by; 0 = none */
    size_t table;      /* rows in all */
    size_t features;   /* of a row */
    size_t parameters; /* n */
    size_t tensors;
    size_t slots; /* buffers of the optimizer, each of n */
    size_t size;  /* bytes of a number: 4, 8 */
    bool blas;    /* products by a vendor's library */
    unsigned threads;
};

/* Seconds of a step on the processor. */
double ob_cost_cpu(const struct ob_cost *c);

/* Seconds of a step on a GPU; f NULL: on one that computes in no time. `hosted`: the
 * optimizer works on the host. */
double ob_cost_gpu(const struct ob_cost *c, const struct ob_device_facts *f, bool hosted);

/* Seconds until a GPU makes its first step: driver, compiler, the data's way there. */
double ob_cost_start(const struct ob_cost *c);

#endif
