/*
 * The log of a run (log.txt): one line an event, with the time in UTC, for the person who
 * asks later what went on. Any thread may write; each line is one write() of at most
 * 1 KiB, so lines never mix. Before ob_log_open() and after ob_log_close() lines are
 * dropped. A log that cannot be written never stops a run.
 */
#ifndef OB_BASE_LOG_H
#define OB_BASE_LOG_H

#include "optbench/base/compiler.h"

/* Lines go to fd, opened with O_APPEND by the caller and closed by the caller after
 * ob_log_close(). */
void ob_log_open(int fd);
void ob_log_close(void);

/* Writes "2026-11-21T20:05:01Z text"; the text passes ob_text_safe(), so it may quote
 * anything. No newline at its end. */
void ob_log(const char *format, ...) OB_PRINTF(1, 2);

#endif
