#include <config.h>

#include "optbench/base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/base/text.h"

#define LINE_MAX_BYTES 1024

static _Atomic int log_fd = -1;

void ob_log_open(int fd)
{
    atomic_store(&log_fd, fd);
}

void ob_log_close(void)
{
    atomic_store(&log_fd, -1);
}

void ob_log(const char *format, ...)
{
    char text[LINE_MAX_BYTES], line[LINE_MAX_BYTES];
    int fd = atomic_load(&log_fd);
    if (fd < 0)
        return;
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    if (n < 0)
        return;
    ob_clock_iso(line, ob_clock_wall_ns());
    size_t used = strlen(line);
    line[used++] = ' ';
    ob_text_safe_z(line + used, sizeof line - used - 1, text);
    used += strlen(line + used);
    line[used++] = '\n';
    ssize_t written = write(fd, line, used);
    (void)written;
}
