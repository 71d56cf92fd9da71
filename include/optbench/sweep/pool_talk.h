/*
 * What the processes of a sweep say to each other: `sweep run` gives jobs to its workers
 * (`optbench sweep work`), which tell how they went. Each word is one line of text, so
 * that it can be read and tried by hand. Any thread. Includes only base and run.
 *
 *   to a worker     INDEX UNTIL
 *   from a worker   begin INDEX
 *                   end INDEX STATUS STATE STOP STEPS FROM LOSS BEST SECONDS HALTED BUSY
 *                       MESSAGE
 *
 * Numbers are shortest texts (number.h); a stop reason that is none is "-"; the message
 * is the rest of the line, its control characters turned into blanks.
 */
#ifndef OB_SWEEP_POOL_TALK_H
#define OB_SWEEP_POOL_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/run/cell.h"

enum { OB_POOL_JOB_MAX = 64 /* bytes of a job's line, with its end and a NUL */ };

/* One cell, and behind which step it halts with a checkpoint; 0 = it runs to its end. */
struct ob_pool_job {
    size_t cell;
    uint64_t until;
};

/* The line of a job, with its end; its length. */
size_t ob_pool_job_write(char out[static OB_POOL_JOB_MAX], const struct ob_pool_job *job);

/* Reads text[0..n), with or without its end. False where it is no job. */
bool ob_pool_job_read(struct ob_pool_job *job, const char *text, size_t n);

/* Appends the line that a worker says before it runs a cell, and behind it. `busy`:
 * another process is running that cell. */
void ob_pool_begin_write(struct ob_buf *out, size_t cell);
void ob_pool_end_write(struct ob_buf *out, size_t cell, const struct ob_cell_end *end,
                       bool busy);

enum ob_pool_word { OB_POOL_NOTHING, OB_POOL_BEGIN, OB_POOL_END };

/* What a worker said, in text[0..n) without the line's end; OB_POOL_NOTHING where it is
 * neither. *end and *busy are filled for OB_POOL_END. */
enum ob_pool_word ob_pool_read(const char *text, size_t n, size_t *cell,
                               struct ob_cell_end *end, bool *busy);

#endif
