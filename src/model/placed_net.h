/*
 * Networks on a device. Private to src/model.
 *
 *   placed_net.c       what is kept there: data, programs, room
 *   placed_net_eval.c  one evaluation, as launches of kernels
 *
 * Rows are taken in waves, as on the host (network.h): NET_WAVE blocks of a narrow
 * network, whose gradients are folded, or one block of a wide one, whose gradient is
 * added to those before. A wave is worked on in pieces of as many blocks as there is room
 * for. Products are our own, in the order of num/matmul.h, or where `math` is not
 * reproducible those of the device's maker.
 */
#ifndef OB_MODEL_PLACED_NET_H
#define OB_MODEL_PLACED_NET_H

#include "network.h"
#include "optbench/model/placed.h"

/* The kernels, by the names that they have behind "net_". */
#define NET_KERNELS(X)                                                                   \
    X(gather)                                                                            \
    X(forward)                                                                           \
    X(forward_small)                                                                     \
    X(forward_rows)                                                                      \
    X(activate)                                                                          \
    X(backward)                                                                          \
    X(backward_small)                                                                    \
    X(deactivate)                                                                        \
    X(weights)                                                                           \
    X(weights_rows)                                                                      \
    X(bias)                                                                              \
    X(fold)                                                                              \
    X(loss)                                                                              \
    X(tally)

enum net_kernel {
#define X(name) NET_KERNEL_##name,
    NET_KERNELS(X)
#undef X
        NET_KERNEL_COUNT
};

/* Rows of the data, or of a mini-batch. */
struct net_placed_rows {
    struct ob_device_mem *x, *y;
    uint64_t ld; /* of x: one feature to the next (narrow), one row to the next (wide) */
};

struct net_placed {
    struct ob_device *device;
    const struct network *net;
    const struct ob_problem *problem;
    struct ob_device_program *program;
    struct ob_device_kernel *kernel[NET_KERNEL_COUNT];
    struct net_placed_rows full, batch;
    size_t wave, piece; /* rows; piece <= wave, both multiples of OB_CHUNK or all rows */
    uint64_t ld;        /* of the room */
    struct ob_device_mem *room;
    uint64_t *kept_at, *out_at; /* [layers] elements of the room, owned; as in net_room */
    uint64_t g_at[2];
    struct ob_device_mem *facts; /* doubles, kernels/losses.h */
    struct ob_device_mem
        *partial; /* [blocks of a wave][n]; NULL where nothing is folded */
    struct ob_device_mem *value, *hit, *tally; /* of the rows of a wave; their sums */
    bool vendor; /* products are those of the device's maker */
};

void net_placed_eval(struct ob_placed *pl, const struct ob_placed_call *call);

#endif
