/*
 * A course: steps that a device makes by itself, a chunk of them at a time, while the
 * host follows behind. Theta, the gradient and the optimizer's buffers stay on the
 * device; what a step needs beside them (coefficients, rates, rows of a batch) lies there
 * in tables when it comes, and each step leaves a record in a ring, which is fetched with
 * the chunk. ob_trainer_step() then does everything that it does, rows, stop rules,
 * figures, with the numbers of the record where it would have computed: no caller sees a
 * difference, and every number is that of the processor.
 *
 * Small vectors stand in the record itself, so that the host has the state of each step.
 * Two chunks are under way, one being followed and one being made; how many steps they
 * have follows the clock, but nothing that is computed depends on that.
 *
 * Everything belongs to the training thread.
 */
#ifndef OB_TRAIN_COURSE_H
#define OB_TRAIN_COURSE_H

#include <stdbool.h>

#include "optbench/base/err.h"
#include "optbench/model/problem.h"
#include "optbench/optim/optimizer.h"

struct ob_trainer;
struct ob_course;

/* Why the steps of a trainer whose problem is placed are not made by the device, "a line
 * search chooses the length of its steps"; NULL: they can be. Static text. */
const char *ob_course_lacks(const struct ob_trainer *t);

/* Device memory that one takes beside the problem's, bytes. */
uint64_t ob_course_bytes(const struct ob_trainer *t);

/* Behind everything else of a trainer; sets t->course. OB_EDEVICE, OB_ENOMEM, OB_EFAIL.
 */
bool ob_course_create(struct ob_trainer *t, struct ob_err *err);
void ob_course_destroy(struct ob_course *c); /* NULL is allowed */

/* Before a step: its record is at hand, or false where the device failed
 * (ob_trainer_failure()). */
bool ob_course_follow(struct ob_trainer *t);

/* Whether there is a record between ob_course_follow() and ob_course_done(). */
bool ob_course_has(const struct ob_trainer *t);

/* ... and what it says in the place of ob_problem_eval(): the gradient at theta_k is
 * left in t->grad; the loss of all rows, false where the record has none. */
void ob_course_gradient(struct ob_trainer *t, struct ob_eval *out);
bool ob_course_loss(struct ob_trainer *t, struct ob_eval *out);

/* In the place of ob_optimizer_step(). */
void ob_course_move(struct ob_trainer *t, struct ob_iterate *it);

/* Behind a step. */
void ob_course_done(struct ob_trainer *t);

/* The host's state, or a setting, was changed: what is under way is of no use. NULL is
 * allowed. */
void ob_course_drop(struct ob_course *c);

#endif
