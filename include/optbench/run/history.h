/*
 * All columns of metrics.csv in memory, for a run that grows while it is read: for what
 * works through a whole log, as `show`, a replay and tests do. The terminal, which keeps
 * long logs on the screen, takes their rows one by one (rows.h, where the rules of
 * reading stand). One struct, one thread.
 *
 * A file that is read again from the start counts `restarts` up.
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
#include "optbench/run/rows.h"
#include "optbench/run/rundir.h"

#define OB_HISTORY_NONE OB_ROWS_NONE

struct ob_history {
    char **name;    /* [columns], safe for a terminal; lent by the log */
    double **value; /* [columns][rows]; owned, moves when it grows */
    size_t columns; /* 0 until the header line is there */
    size_t rows;
    unsigned restarts; /* times that the file was read again from its start */
    size_t dropped;    /* rows left out because they were damaged */
    size_t portion;    /* bytes read in one call; 8 MiB, may be lowered */
    bool full;         /* the limit of memory is reached: later rows are not read */

    /* Private to history.c. */
    struct ob_rows log;
    size_t cap;   /* rows allocated */
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
