/*
 * The calibration of small networks: loss, gradient and a step of plain gradient descent
 * for a 20-13-8-3 network (relu, sigmoid, softmax with cross entropy), written out for
 * that shape alone, sixteen samples at a time through all layers, and compiled for the
 * instruction set that the kernels use. It records nothing and stops at nothing; its sums
 * are those of the compiler.
 */
#ifndef OB_BENCH_BARE_NET_H
#define OB_BENCH_BARE_NET_H

#include <stddef.h>

enum { BARE_LANES = 16, BARE_GROUPS = 32, BARE_WIDEST = 20 };

typedef float bare_lanes __attribute__((vector_size(64)));

struct bare_net {
    bare_lanes x[BARE_GROUPS][BARE_WIDEST]; /* samples are lanes; zeros behind the rows */
    bare_lanes label[BARE_GROUPS];          /* -1 behind the rows */
    bare_lanes slope[3][BARE_WIDEST]
                    [BARE_WIDEST + 1];        /* sums of a step; the last: bias */
    float w[3][BARE_WIDEST][BARE_WIDEST + 1]; /* of unit and input, likewise */
    size_t rows;
    float lr;
};

/* One step; returns the loss before it. */
float bare_net_step(struct bare_net *n);

#endif
