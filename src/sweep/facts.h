/* sweep.json, written and read; for src/sweep alone. */
#ifndef OB_SWEEP_FACTS_H
#define OB_SWEEP_FACTS_H

#include "optbench/base/buf.h"
#include "optbench/sweep/folder.h"

#define SWEEP_JSON   "sweep.json"
#define SWEEP_INI    "sweep.ini"
#define SWEEP_PLAN   "plan.csv"
#define SWEEP_CELLS  "cells"
#define SWEEP_FAILED "failures"

/* Appends the file. */
void facts_write(const struct ob_sweep_facts *f, struct ob_buf *out);

/* Reads it. Fails with OB_EDATA where it is not JSON, of a later version, or a value is
 * missing or out of its range. */
bool facts_read(struct ob_sweep_facts *f, const struct ob_buf *text, struct ob_err *err);

/* The number that ties the three files together. */
uint64_t facts_hash(const struct ob_buf *config, const struct ob_buf *plan);

#endif
