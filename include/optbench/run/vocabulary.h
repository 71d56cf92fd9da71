/*
 * The words that can be said of the runs of an index: names of facts, figures and
 * settings, and the values that occur. For completing what is typed into a filter, for
 * the list of columns to choose from, and for telling a name that no run has. One thread.
 *
 * It is made by going through all runs, which takes some milliseconds for ten thousand of
 * them, and needs them no more afterwards.
 */
#ifndef OB_RUN_VOCABULARY_H
#define OB_RUN_VOCABULARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/run/index.h"

struct ob_vocabulary {
    const char **name; /* [names]: facts in their order, then figures, then settings by
                          name */
    size_t names, facts;
    const char **end; /* [ends] last parts of settings' names, in order, each once */
    size_t ends;
    const char **value; /* [values] "name=value", in order, each once */
    size_t values;
    struct ob_intern *texts; /* that all of these are in; NULL = it was not made */
};

/* *v is zeroed, or what an earlier call has made. */
void ob_vocabulary_make(struct ob_vocabulary *v, const struct ob_index *x);
void ob_vocabulary_finish(struct ob_vocabulary *v);

/* Whether a name means something for at least one of the runs (run/lookup.h). */
bool ob_vocabulary_has(const struct ob_vocabulary *v, const char *name);

/* The name that was probably meant; NULL = none is near. */
const char *ob_vocabulary_near(const struct ob_vocabulary *v, const char *name);

/*
 * Completes what is being typed at byte `at` of a filter: appends to *out the text that
 * takes the place of text[*from .. at), the one of number `nth` (counted round), and
 * returns how many there are; 0 = none, and *out as it was. Names come before longer
 * ones that end so.
 */
size_t ob_vocabulary_complete(const struct ob_vocabulary *v, const char *text, size_t at,
                              size_t nth, size_t *from, struct ob_buf *out);

#endif
