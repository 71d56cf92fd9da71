/*
 * A worker of a sweep (`optbench sweep work DIR`): reads jobs from its standard input and
 * runs one cell after the other in this process (run/cell.h), telling on its standard
 * output how each went (crew_talk.h). It ends when nobody can give it jobs any more, and
 * when the process that started it is gone: then the cell under way is saved first.
 * Called by the command line, on its main thread.
 */
#ifndef OB_SWEEP_WORK_H
#define OB_SWEEP_WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "optbench/base/err.h"
#include "optbench/sweep/crew_talk.h"

struct ob_work;

struct ob_work_opts {
    const char *dir;  /* of the sweep */
    unsigned threads; /* where the config leaves them open; 0 = all processors */
};

/* The same without the pipes, for a process that gets its jobs by other ways: opens the
 * sweep, takes over the signals (run/cell.h). NULL where that cannot be. */
struct ob_work *ob_work_create(const struct ob_work_opts *opts, struct ob_err *err);
/* Whether the plan has the cell. */
bool ob_work_knows(const struct ob_work *w, size_t cell);
void ob_work_cell(struct ob_work *w, const struct ob_crew_job *job,
                  struct ob_cell_end *end);
/* The signal that asked for the end, 0 = none did: nothing further may be run. */
int ob_work_signal(const struct ob_work *w);
void ob_work_destroy(struct ob_work *w);

/* The exit status: 0 when its input has ended, 75 when a signal has ended it, 2, 3, 5
 * where the sweep cannot be opened, which is said on stderr. */
int ob_work(const struct ob_work_opts *opts);

#endif
