/*
 * The tail of a growing text file of a run directory, line by line: what `history` and
 * `events` have in common. Only whole lines are handed out; the begin of one whose end is
 * not written yet waits. One struct, one thread; includes only base.
 *
 * A file that became shorter, was replaced, or no longer holds before the place of
 * reading what was read there (a resumed run cut it back and has already gone past it) is
 * read again from the start, and the caller is told.
 */
#ifndef OB_RUN_TAIL_H
#define OB_RUN_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "optbench/base/buf.h"
#include "optbench/base/err.h"
#include "optbench/run/rundir.h"

#define OB_TAIL_MARK 64 /* bytes before the place of reading that are compared */

struct ob_tail {
    const struct ob_rundir *dir; /* borrowed */
    const char *file;            /* name in the directory; static */
    size_t line_max;             /* a longer line is a failure */
    bool behind;                 /* there is more than the last poll took */

    /* Private to tail.c. */
    bool open;
    int fd;
    ino_t inode;
    off_t offset;       /* bytes read, the waiting part included */
    off_t size;         /* of the file when it was last looked at */
    struct ob_buf part; /* a line without its end */
    char mark[OB_TAIL_MARK];
    size_t marked;
};

/* What is done with the lines. Returning false ends the poll with its *err. */
struct ob_tail_sink {
    void *ctx;
    void (*restart)(void *ctx);
    bool (*line)(void *ctx, const char *s, size_t n, struct ob_err *err);
};

void ob_tail_init(struct ob_tail *t, const struct ob_rundir *dir, const char *file,
                  size_t line_max);
void ob_tail_finish(struct ob_tail *t);

/* Reads on, at most `max` bytes. A missing file has no lines. Fails with OB_EDATA where
 * the file is not regular or a line is too long, OB_EIO where it cannot be read. */
bool ob_tail_poll(struct ob_tail *t, size_t max, const struct ob_tail_sink *sink,
                  struct ob_err *err);

#endif
