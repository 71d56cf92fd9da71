/* A typed factor of the rate: an expression in t, the time of the schedule, and T, its
 * horizon. For the schedules that are formulas; private to src/optim. */
#ifndef OB_OPTIM_RATE_FORMULA_H
#define OB_OPTIM_RATE_FORMULA_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/err.h"

struct rate_formula;

/* Fails (OB_ECONFIG) with the column of what is wrong, or where T is used and length is
 * 0; the text opens with "lr_lambda: ". */
struct rate_formula *rate_formula_create(const char *text, uint64_t length,
                                         struct ob_err *err);
void rate_formula_destroy(struct rate_formula *f);

/* Whether the text can be read, whatever the horizon. */
bool rate_formula_check(const char *text, struct ob_err *err);

/* The factor at t. */
double rate_formula_at(struct rate_formula *f, uint64_t t);

/* A factor that is no finite number at the first t >= from: OB_ECONFIG. */
bool rate_formula_begins(struct rate_formula *f, uint64_t from, struct ob_err *err);

#endif
