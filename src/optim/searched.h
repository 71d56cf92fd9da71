/* Steps that go along a direction: by a line search, or by the learning rate. Private to
 * src/optim. */
#ifndef OB_OPTIM_SEARCHED_H
#define OB_OPTIM_SEARCHED_H

#include "optbench/optim/optimizer.h"

/* The line search of a setup: the chosen one, or where none was chosen the usual one of
 * the type; NULL = none. */
const struct ob_linesearch_type *optimizer_search(const struct ob_optimizer_setup *s);

/* Room for directions and trials, options of the search, and what it remembers. */
bool optimizer_init_search(struct ob_optimizer *o, const struct ob_optimizer_setup *s,
                           struct ob_err *err);
void optimizer_finish_search(struct ob_optimizer *o);

/* A step along o->type->direction, of the length that the search finds. */
enum ob_step_result optimizer_searched_step(struct ob_optimizer *o,
                                            struct ob_iterate *it);

/* The same without a search: the length is the learning rate. */
enum ob_step_result optimizer_directed_step(struct ob_optimizer *o,
                                            struct ob_iterate *it);

#endif
