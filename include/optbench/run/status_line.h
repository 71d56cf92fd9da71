/*
 * How a program in the foreground tells on stderr that it moves: one line that is redrawn
 * on a terminal, a line now and then elsewhere. Never waits: where stderr is closed or
 * full nothing is said. SIGPIPE has to be ignored. One thread. Includes only base.
 */
#ifndef OB_RUN_STATUS_LINE_H
#define OB_RUN_STATUS_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/base/compiler.h"

/* A zeroed one says nothing. */
struct ob_status_line {
    bool on, terminal;
    bool drawn;          /* a line stands on the terminal that is not ended */
    int64_t next, every; /* monotonic ns */
};

void ob_status_line_init(struct ob_status_line *l, bool quiet);

/* When something is to be said next; INT64_MAX = never. */
int64_t ob_status_line_due(const struct ob_status_line *l);

/* Says how it stands: text that is safe for a terminal, cut to its width there. */
void ob_status_line_draw(struct ob_status_line *l, struct ob_buf *text);

/* Clears the line, so that a message can follow. */
void ob_status_line_clear(struct ob_status_line *l);

/* Says one whole line, made safe for a terminal; nothing where it is off. */
void ob_status_line_say(struct ob_status_line *l, const char *format, ...)
    OB_PRINTF(2, 3);
void ob_status_line_vsay(struct ob_status_line *l, const char *format, va_list ap)
    OB_PRINTF(2, 0);

#endif
