/*
 * A problem that several processes compute together (num/share.h). Each has one of its
 * own, made of the same options and the same data, of which it may keep its rows alone
 * (`apart` of ob_problem_common). Rank 0 has the trainer: whatever it asks of the problem
 * by the functions of problem.h it tells the others, with theta, and all compute their
 * part. The others do nothing but follow, on the thread that calls ob_problem_follow().
 *
 * So optimizers, line searches, stop rules and people who steer a run are on rank 0
 * alone, and there is nothing that ranks could disagree about. Penalties and filters are
 * laid over the sums by rank 0.
 */
#ifndef OB_MODEL_SHARED_H
#define OB_MODEL_SHARED_H

#include "optbench/model/problem.h"

/* Why this problem cannot be shared out, in words that go on "... cannot be shared out
 * among processes: "; NULL: it can. Static. */
const char *ob_problem_unshared(const struct ob_problem *p);

/* On rank 0: from here on the others follow, until it destroys its problem. */
void ob_problem_lead(struct ob_problem *p);

/* On every other rank: does what rank 0 asks until then. */
void ob_problem_follow(struct ob_problem *p);

#endif
