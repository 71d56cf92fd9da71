/*
 * A file of a run directory that only grows, by whole lines. Private to run: the recorder
 * has three of them.
 */
#ifndef OB_RUN_APPEND_H
#define OB_RUN_APPEND_H

#include "optbench/run/recorder.h"

/* Opens or makes the file and cuts it to `keep` bytes (it must have them), or to its last
 * whole line where `keep` is UINT64_MAX. */
bool ob_append_open(struct ob_append *a, const struct ob_rundir *dir, const char *name,
                    uint64_t keep, struct ob_err *err);
void ob_append_finish(struct ob_append *a);

/* Writes what waits. On failure the file ends with its last whole line, and what could
 * not be written is forgotten. */
bool ob_append_flush(struct ob_append *a, const struct ob_rundir *dir,
                     struct ob_err *err);

#endif
