/*
 * The writer of a run's logs, on the engine's main thread: metrics.csv, timing.csv,
 * events.jsonl and log.txt. Nothing else in the program writes to them.
 *
 * Lines are collected in memory and written whole: a reader, or a crash, never sees half
 * a line unless the kill fell into one write(), and then the next engine cuts it off.
 * When to flush is the engine's decision (ob_recorder_due()). The same rows give the same
 * bytes of metrics.csv; what depends on the clock is in timing.csv and events.jsonl.
 *
 * A failure to write (disk full, quota, size limit) is kept: the file is cut back to its
 * last whole line, all later calls do nothing and fail with the same error.
 */
#ifndef OB_RUN_RECORDER_H
#define OB_RUN_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/run/events.h"
#include "optbench/run/rundir.h"
#include "optbench/train/columns.h"
#include "optbench/train/row.h"

/* After so many bytes a flush is due, whatever the time. */
#define OB_RECORDER_BYTES ((size_t)256 << 10)
/* The offset of a row can be asked for while at most so many were added since. */
#define OB_RECORDER_MARKS 512

/* A file that only grows, by whole lines. */
struct ob_append {
    bool open;
    int fd;
    const char *name;  /* static */
    uint64_t size;     /* bytes in the file, up to the last whole line */
    struct ob_buf buf; /* lines to be written */
    uint64_t lost;     /* lines that could not be written */
};

struct ob_recorder {
    const struct ob_rundir *dir;      /* borrowed */
    const struct ob_columns *columns; /* borrowed */
    struct ob_append metrics, timing, events;
    int log;                          /* log.txt, -1 = none */
    uint64_t rows;                    /* in metrics.csv, those waiting included */
    uint64_t step;                    /* of the last row */
    uint64_t timed;                   /* step of the last line of timing.csv + 1 */
    uint64_t mark[OB_RECORDER_MARKS]; /* [rows % MARKS]: length of the log then */
    int64_t dirty;   /* monotonic time of the oldest line that waits; 0 = none does */
    int64_t flushed; /* of the last flush */
    int64_t begun;   /* monotonic time that timing counts from */
    struct ob_err failed; /* code OB_OK while all is well */
};

/* Where a log is to be taken up again. */
struct ob_recorder_place {
    uint64_t bytes, rows; /* of metrics.csv that stay; 0 = start it anew */
    uint64_t step;        /* of the last row that stays; timing.csv is cut there, too */
};

/*
 * Opens the logs and writes the header line. With `at` (NULL = a new run) metrics.csv is
 * cut back to that place first; OB_EDATA where it is shorter than that, its header is
 * another, or the place is no end of a line. OB_EIO where a file cannot be made.
 */
bool ob_recorder_open(struct ob_recorder *r, const struct ob_rundir *dir,
                      const struct ob_columns *columns,
                      const struct ob_recorder_place *at, struct ob_err *err);

/* Flushes and closes; a zeroed recorder is allowed. */
void ob_recorder_finish(struct ob_recorder *r);

void ob_recorder_row(struct ob_recorder *r, const struct ob_row *row);
void ob_recorder_event(struct ob_recorder *r, const struct ob_event *e);

/* Writes what waits. With sync metrics.csv is on the disk on return. */
bool ob_recorder_flush(struct ob_recorder *r, bool sync, struct ob_err *err);

/* When the next flush is due (monotonic ns): a time in the past means now, INT64_MAX that
 * nothing waits. For who watches at once, but not twice within 10 ms. */
int64_t ob_recorder_due(const struct ob_recorder *r, bool watched);

/* Length of metrics.csv after its first `rows` rows, one of the last OB_RECORDER_MARKS.
 */
uint64_t ob_recorder_offset(const struct ob_recorder *r, uint64_t rows);

#endif
