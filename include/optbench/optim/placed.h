/*
 * Optimizers whose steps a device can make by itself: rules that treat every element
 * alone, the built-in ones of src/optim/rules, and typed ones, also with sums over a
 * tensor, also several kinds of them in groups. The device runs the very text that the
 * CPU compiled; what a step needs beside its vectors (coefficients, flags) is computed
 * here, by the code of the CPU, for as many steps ahead as are wanted, and lies in memory
 * of the device when the step comes. So the bits are those of ob_optimizer_step().
 *
 * Looking ahead changes counters, kept arrays, gauges and what the schedule moves; all
 * that is an ob_placed_rule_state, which is put back. The training thread owns everything
 * here.
 */
#ifndef OB_OPTIM_PLACED_H
#define OB_OPTIM_PLACED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/device/device.h"
#include "optbench/device/rule_sums.h"
#include "optbench/device/step.h"
#include "optbench/optim/optimizer.h"

/* Why the steps of this optimizer cannot be made on a device, "a line search chooses the
 * length of its steps"; NULL: they can. Static text. */
const char *ob_optimizer_unplaced(const struct ob_optimizer *o);

struct ob_placed_rule;

/* Whether sums over tensors are made before the elements move: launches of their own. */
bool ob_placed_rule_tensors(const struct ob_placed_rule *r);

/* The tables of an optimizer; `sums` = its kernels leave sums (device/rule_sums.h). Both
 * are borrowed. NULL with OB_EDEVICE or OB_ENOMEM. */
struct ob_placed_rule *ob_placed_rule_create(struct ob_optimizer *o, struct ob_device *d,
                                             bool sums, struct ob_err *err);
/* Compiles them, for ob_placed_rule_run(); OB_EDEVICE, OB_ENOMEM or OB_EFAIL. */
bool ob_placed_rule_build(struct ob_placed_rule *r, struct ob_err *err);
void ob_placed_rule_destroy(struct ob_placed_rule *r); /* NULL is allowed */

/* Numbers of the table of one step: coefficients of the dtype, words (i32), and bytes of
 * either for `steps` steps. */
size_t ob_placed_rule_coefs(const struct ob_placed_rule *r);
size_t ob_placed_rule_words(const struct ob_placed_rule *r);

/* Does what ob_optimizer_step() does for step k but moving theta and slots: counts it,
 * and writes what the kernels need of it to coef [coefs, of the dtype] and word [words].
 * Returns the rate that is told. Steps are prepared in their order. */
double ob_placed_rule_prepare(struct ob_placed_rule *r, uint64_t k, void *coef,
                              int32_t *word);

/* What prepare() changes of the optimizer, of ob_placed_rule_state_size() bytes. */
size_t ob_placed_rule_state_size(const struct ob_placed_rule *r);
void ob_placed_rule_save(const struct ob_placed_rule *r, void *to);
void ob_placed_rule_load(struct ob_placed_rule *r, const void *from);

/* The optimizer becomes what it is behind a step that a device made, but for its slots.
 */
void ob_placed_rule_follow(struct ob_placed_rule *r, const void *state);

/* Memory that a step works on; lent until the queue has come behind it. */
struct ob_placed_rule_call {
    struct ob_device_mem *theta, *grad; /* [n]; grad is only read */
    struct ob_device_mem
        *slot[OB_OPTIMIZER_SLOTS];     /* [n] each, as many as the type has */
    struct ob_device_mem *coef, *word; /* tables; the step is row now[OB_NOW_INDEX] */
    struct ob_device_mem *now;         /* step.h; nothing is done where it says halted */
    struct ob_device_mem *part; /* doubles [chunks][OB_RULE_SUMS]; NULL without sums */
};

/* For kernels that make more than the optimizer's step (kernels/persist.h): appends its
 * text, to be built with OB_REAL_BITS and MOVE_SUMS=0; and which set of options each
 * element has, NULL where there is one. Lent. */
void ob_placed_rule_text(const struct ob_placed_rule *r, struct ob_buf *out);
struct ob_device_mem *ob_placed_rule_groups(const struct ob_placed_rule *r);

/* Puts the step into the queue: one launch, and those of sums over tensors before it. */
void ob_placed_rule_run(struct ob_placed_rule *r, const struct ob_placed_rule_call *call);

#endif
