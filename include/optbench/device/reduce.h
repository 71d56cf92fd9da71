/*
 * Sums, norms and what else becomes one number of a whole array, on a device: the bits of
 * num/reduce.h, because the additions are made in double along the tree of num/kernels.h.
 * Any length; one launch up to OB_CHUNK elements, else two. Several numbers of arrays of
 * one length cost no more launches than one.
 *
 * Owned by who keeps the arrays; the thread of the device calls.
 */
#ifndef OB_DEVICE_REDUCE_H
#define OB_DEVICE_REDUCE_H

#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/device/device.h"
#include "optbench/device/reduce_op.h"
#include "optbench/num/dtype.h"

struct ob_device_reduce;

/* Elements [a_at, a_at + n) of a, and of b where the operation takes two (else NULL), in
 * the dtype. */
struct ob_reduce_job {
    enum ob_reduce_op op;
    struct ob_device_mem *a, *b;
    uint64_t a_at, b_at;
};

/* For arrays of at most `most` elements; the device must outlive it. NULL with OB_EDEVICE
 * or OB_ENOMEM. */
struct ob_device_reduce *ob_device_reduce_create(struct ob_device *d, enum ob_dtype dtype,
                                                 uint64_t most, struct ob_err *err);
void ob_device_reduce_destroy(struct ob_device_reduce *r); /* NULL is allowed */

/* Bytes of device memory that one takes. */
uint64_t ob_device_reduce_bytes(uint64_t most);

/* Puts it into the queue: job i leaves its number in double out_at + i of `out`. 1 to
 * OB_REDUCE_JOBS jobs over n <= most elements each; n = 0 gives zeros. Scratch memory of
 * `r` is used until the queue has come behind it, so calls may follow each other at once.
 */
void ob_device_reduce(struct ob_device_reduce *r, uint64_t n,
                      const struct ob_reduce_job *job, size_t jobs,
                      struct ob_device_mem *out, uint64_t out_at);

#endif
