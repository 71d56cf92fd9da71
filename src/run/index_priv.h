/* The parts of the index of runs, for index*.c alone. */
#ifndef OB_RUN_INDEX_PRIV_H
#define OB_RUN_INDEX_PRIV_H

#include "optbench/base/intern.h"
#include "optbench/run/index.h"

/* The texts of an index, made where it has none yet. */
struct ob_intern *ob_index_texts_of(struct ob_index *x);

/* Frees what a run owns and leaves it without. */
void ob_index_run_finish(struct ob_index_run *r);

/* Reads run i, whatever is known of it. */
enum ob_index_found ob_index_read(struct ob_index *x, size_t i);

#endif
