/*
 * What patience, plateau and the schedule of that name watch: [stop] patience_metric,
 * else the loss of the validation part, or of all rows where none are set aside.
 */
#ifndef OB_TRAIN_WATCH_H
#define OB_TRAIN_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/diag.h"

struct ob_trainer;

struct ob_watch {
    const char *name; /* in the log; borrowed from the spec or static */
    bool val;         /* of the validation part */
    bool more;        /* more of it is better */
    bool metric;      /* not the loss, but ... */
    size_t index;     /* ... this one of the log's metrics */
};

/* Behind the columns. Fails where the figure is not measured. */
bool ob_watch_init(struct ob_trainer *t, struct ob_diags *diags);

/* True where it was measured at theta_k; *value is it, else NaN. */
bool ob_watch_look(const struct ob_trainer *t, double *value);

#endif
