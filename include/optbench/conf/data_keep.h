/*
 * Data that are kept from one experiment to the next. The cells of a sweep mostly differ
 * in other sections than [data], and a cell should cost no more than its training. Who
 * runs many experiments in one process lends a keep to each spec (spec.data.keep); who
 * builds a trainer asks ob_spec_take_data(). One data set is kept, the newest, as long as
 * its files are as they were when they were read, and none above `most` bytes: a large
 * one is not to lie in memory beside the copy that a problem makes of it.
 *
 * One thread at a time.
 */
#ifndef OB_CONF_DATA_KEEP_H
#define OB_CONF_DATA_KEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/conf/spec.h"
#include "optbench/data/dataset.h"

struct ob_data_keep {
    size_t most; /* bytes of numbers, set by the caller */
    char *key;   /* what the data are made from, NULL = nothing is kept */
    struct ob_dataset data;
};

/* Accepts zeroed memory. */
void ob_data_keep_finish(struct ob_data_keep *keep);

/*
 * What ob_spec_load_data() gives, from the keep of the spec where it has them, and into
 * it where they are small enough. Else they are in *own, a zeroed dataset that is the
 * caller's to finish, and marked as spent. NULL on failure, with the reasons in `diags`;
 * what is lent is valid until the keep is used again.
 */
const struct ob_dataset *ob_spec_take_data(const struct ob_spec *spec,
                                           struct ob_dataset *own,
                                           struct ob_diags *diags);

#endif
