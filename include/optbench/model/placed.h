/*
 * A problem on a device: its data live there, and kernels compute loss and gradient with
 * the bits that the host gets. The rest of a problem (Hessians, metrics, what is known of
 * its minimum) stays on the host.
 *
 * A placed problem is used in two ways. ob_problem_eval() takes theta to the device and
 * brings the gradient back, so that every optimizer works (optbench/model/problem.h). And
 * who keeps theta there asks for the kernels alone (ob_placed_eval()), which waits for
 * nothing.
 *
 * The training thread owns both, problem and device.
 */
#ifndef OB_MODEL_PLACED_H
#define OB_MODEL_PLACED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/device/device.h"
#include "optbench/device/step.h"
#include "optbench/model/problem.h"

/* One evaluation. Everything is memory of the device, lent until the queue has come
 * behind it. */
struct ob_placed_call {
    struct ob_device_mem *theta; /* [n] of the dtype */
    struct ob_device_mem *grad;  /* [n]; NULL: the value alone */
    struct ob_device_mem *out;   /* doubles [OB_PLACED_OUT] from element out_at on */
    uint64_t out_at;
    struct ob_device_mem *now; /* ob_u64 [OB_NOW_WORDS], step.h */
    bool batch; /* the rows that now[OB_NOW_ROWS] and now[OB_NOW_ROW_AT] say, at
                   most batch_cap of them; else all */
    struct ob_device_mem *rows; /* u32: the table of rows; NULL where not `batch` */
};

struct ob_placed {
    struct ob_device *device;   /* borrowed */
    struct ob_problem *problem; /* borrowed */
    const struct ob_placed_type *type;
    void *state;      /* of the type, owned by it */
    size_t batch_cap; /* rows of a batch, at most; 0: there are none */
    /* For ob_problem_eval(). */
    struct ob_device_mem *theta, *grad, *out, *now, *rows;
    size_t batch_rows;    /* chosen; 0 = all */
    struct ob_err failed; /* the first failure; code OB_OK: none */
};

/*
 * What a problem that one group of work-items evaluates gives to a kernel that makes many
 * steps in one launch (kernels/persist.h): a text that defines
 *
 *   SOLO_PARAMS   further parameters of the kernel, whose arguments are arg [args]
 *   SOLO_LOCAL    declarations of what the group shares
 *   SOLO_EVAL(theta, grad, now, out)
 *                 bare loss and gradient over all rows, by all of the group, as
 *                 ob_placed_eval() leaves them; `out` from its first element on
 */
struct ob_placed_solo {
    struct ob_buf text; /* of the same OB_REAL_BITS, which stands before it */
    struct ob_device_arg arg[12];
    size_t args;
};

/* How problems of one make are computed on a device. */
struct ob_placed_type {
    /* Why this problem cannot be placed, "the data are sparse"; NULL: it can. */
    const char *(*lacks)(const struct ob_problem *p);
    /* Bytes of device memory that it will take. */
    uint64_t (*bytes)(const struct ob_problem *p, size_t batch_cap);
    /* Copies the data, builds programs and whatever eval needs into pl->state. False with
     * OB_EDEVICE or OB_ENOMEM; finish is called then, too. */
    bool (*start)(struct ob_placed *pl, struct ob_err *err);
    void (*finish)(struct ob_placed *pl);
    /* Puts the kernels into the queue: the bare loss, and the bare gradient unless
     * call->grad is NULL. Waits for nothing, allocates nothing, and what differs from
     * step to step is read from call->now by the kernels, for the launches may be
     * replayed. */
    void (*eval)(struct ob_placed *pl, const struct ob_placed_call *call);
    /* OPTIONAL: appends to out->text and fills the arguments; false where more than one
     * group is wanted for this problem. NULL: never. */
    bool (*solo)(struct ob_placed *pl, struct ob_placed_solo *out);
    /* ob_placed_seen(), where rows were counted. NULL: nobody wants to know. */
    void (*seen)(struct ob_problem *p, const void *theta, const double *out);
};

/* Why the problem cannot be placed; NULL: it can. Static text. */
const char *ob_problem_unplaced(const struct ob_problem *p);

/* Bytes that ob_problem_place() will allocate. */
uint64_t ob_placed_bytes(const struct ob_problem *p, size_t batch_cap);

/* Puts the problem on a device, which outlives it: from here on ob_problem_eval()
 * computes there, over batches of at most batch_cap rows. False with the reason; the
 * problem is as before then. ob_problem_destroy() and ob_problem_unplace() bring it back.
 */
bool ob_problem_place(struct ob_problem *p, struct ob_device *d, size_t batch_cap,
                      struct ob_err *err);
void ob_problem_unplace(struct ob_problem *p);

/* For problem.c: the bare loss at theta [n] and its gradient unless grad is NULL. Where
 * the device fails, p->placed->failed says so and the loss is NaN. */
void ob_placed_value(struct ob_placed *pl, const void *theta, void *grad,
                     struct ob_eval *out);
bool ob_placed_batch(struct ob_placed *pl, const uint32_t *row, size_t n,
                     struct ob_err *err);

/* An evaluation over all rows, nothing left out, gave `out` [OB_PLACED_OUT] at theta [n]
 * of the host: what a metric at the same theta need not find out again. */
void ob_placed_seen(struct ob_placed *pl, const void *theta, const double *out);

/* type->eval: puts an evaluation into the queue. */
void ob_placed_eval(struct ob_placed *pl, const struct ob_placed_call *call);

#endif
