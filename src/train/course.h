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
 * Of long ones it has figures, and the vectors stay on the device: where somebody is
 * going to look at them a chunk ends, and ob_course_whole() takes them down, from the
 * middle of a chunk by making its steps once more. So every end of a run is exact.
 *
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

/* Of long vectors: what of them a step's record has; false where the vectors themselves
 * are there, and where there is no record. */
struct ob_course_figures {
    double theta_delta, grad_norm, theta_norm;
    bool moved;        /* theta changed in some bit */
    bool grad_is_zero; /* exactly, everywhere */
};
bool ob_course_figures(const struct ob_trainer *t, struct ob_course_figures *out);

/* In the place of ob_optimizer_step(). */
void ob_course_move(struct ob_trainer *t, struct ob_iterate *it);

/* Behind a step. */
void ob_course_done(struct ob_trainer *t);

/* Before anybody looks at vectors of the trainer: those of step t->k are on the host.
 * Nothing to do without a course. */
void ob_course_whole(const struct ob_trainer *t);

/* The same for who looks at theta alone. */
void ob_course_theta(const struct ob_trainer *t);

/* Rows that are classified rightly at theta_k, where that was counted; else false. */
bool ob_course_correct(const struct ob_trainer *t, double *out);

/* Whether they are, wherever the loss of all rows is measured. */
bool ob_course_counts(const struct ob_trainer *t);

/* The host's state, which is whole, or a setting was changed: what is under way is of no
 * use. NULL is allowed. */
void ob_course_drop(struct ob_course *c);

#endif
