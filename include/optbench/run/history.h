/*
 * The reader of metrics.csv, for a run that grows while it is read. Used by the terminal,
 * `show` and the tests; includes nothing of the trainer. One struct, one thread.
 *
 * ob_history_poll() reads what was appended since the last call: whole lines only (a torn
 * tail waits for its rest). The recovery rule of the format is applied on the way: a row
 * with another number of fields, with a NUL, with a field that is no number, or whose
 * step does not grow is dropped and counted. A file that became shorter (a resumed run
 * cut it back to its checkpoint) or was replaced is read again from the start, and
 * `restarts` counts up so that the owner of a chart starts over, too.
 *
 * Values are columns of doubles; an empty field ("not measured") is NAN, as "nan" is.
 * Columns are found by name, never by place.
 */
#ifndef OB_RUN_HISTORY_H
#define OB_RUN_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/run/rundir.h"
#include "optbench/run/tail.h"

#define OB_HISTORY_NONE ((size_t)-1)

struct ob_history {
    char **name;    /* [columns], safe for a terminal; owned */
    double **value; /* [columns][rows]; owned, moves when it grows */
    size_t columns; /* 0 until the header line is there */
    size_t rows;
    unsigned restarts; /* times that the file was read again from its start */
    size_t dropped;    /* rows left out because they were damaged */
    size_t portion;    /* bytes read in one call; 8 MiB, may be lowered */
    bool full;         /* the limit of memory is reached: later rows are not read */

    /* Private to history.c. */
    struct ob_tail tail;
    size_t cap;   /* rows allocated */
    double *row;  /* [columns] of the line being read */
    size_t step;  /* place of the column `step` */
    bool changed; /* since the poll began */
};

/* Borrows `dir` until finish. No file need exist yet. */
void ob_history_init(struct ob_history *h, const struct ob_rundir *dir);
void ob_history_finish(struct ob_history *h);

/*
 * Reads on. *fresh (NULL allowed) becomes true where rows came, or all was read again. At
 * most `portion` bytes are read in one call, so that a screen stays quick on a long log;
 * call again while ob_history_behind(). Fails with OB_EDATA where the file is no metrics
 * log (not regular, a line without end over 1 MiB, no `step` column, too many columns).
 */
bool ob_history_poll(struct ob_history *h, bool *fresh, struct ob_err *err);
bool ob_history_behind(const struct ob_history *h);

/* Place of a column, or OB_HISTORY_NONE. */
size_t ob_history_column(const struct ob_history *h, const char *name);

/* The column's values [rows], lent until the next poll; NULL where there is none. */
const double *ob_history_values(const struct ob_history *h, const char *name);

/* Place of the last row whose step is <= `step`; OB_HISTORY_NONE where there is none. */
size_t ob_history_find(const struct ob_history *h, double step);

#endif
