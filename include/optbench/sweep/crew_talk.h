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
#ifndef OB_SWEEP_CREW_TALK_H
#define OB_SWEEP_CREW_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/run/cell.h"

enum { OB_CREW_JOB_MAX = 64 /* bytes of a job's line, with its end and a NUL */ };

/* One cell, and behind which step it halts with a checkpoint; 0 = it runs to its end. */
struct ob_crew_job {
    size_t cell;
    uint64_t until;
};

/* The line of a job, with its end; its length. */
size_t ob_crew_job_write(char out[static OB_CREW_JOB_MAX], const struct ob_crew_job *job);

/* Reads text[0..n), with or without its end. False where it is no job. */
bool ob_crew_job_read(struct ob_crew_job *job, const char *text, size_t n);

/* Appends the line that a worker says before it runs a cell, and behind it. */
void ob_crew_begin_write(struct ob_buf *out, size_t cell);
void ob_crew_end_write(struct ob_buf *out, size_t cell, const struct ob_cell_end *end);

enum ob_crew_word { OB_CREW_NOTHING, OB_CREW_BEGIN, OB_CREW_END };

/* What a worker said, in text[0..n) without the line's end; OB_CREW_NOTHING where it is
 * neither. *end is filled for OB_CREW_END. */
enum ob_crew_word ob_crew_read(const char *text, size_t n, size_t *cell,
                               struct ob_cell_end *end);

#endif
