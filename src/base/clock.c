#include <config.h>

#include "optbench/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "optbench/base/number.h"

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t ob_clock_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t ob_clock_wall_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

/* int64_t nanoseconds span 1677 to 2262, so a year always has four digits. */
static struct tm civil(int64_t wall_ns)
{
    struct tm t;
    time_t seconds = (time_t)(wall_ns / 1000000000 - (wall_ns % 1000000000 < 0));
    gmtime_r(&seconds, &t);
    return t;
}

/* Two digits, or four, of a field that may be trusted to have no more. */
static char *put(char *p, int value, int digits)
{
    for (int i = digits - 1; i >= 0; i--, value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + digits;
}

static char *put_char(char *p, char c)
{
    if (c)
        *p++ = c;
    return p;
}

/* Date and time with the given separators, '\0' for none. */
static void write_time(char *p, int64_t wall_ns, char in_date, char in_time)
{
    struct tm t = civil(wall_ns);
    p = put_char(put(p, t.tm_year + 1900, 4), in_date);
    p = put_char(put(p, t.tm_mon + 1, 2), in_date);
    p = put_char(put(p, t.tm_mday, 2), 'T');
    p = put_char(put(p, t.tm_hour, 2), in_time);
    p = put_char(put(p, t.tm_min, 2), in_time);
    p = put_char(put(p, t.tm_sec, 2), 'Z');
    *p = '\0';
}

void ob_clock_utc(char out[static 17], int64_t wall_ns)
{
    write_time(out, wall_ns, '\0', '\0');
}

void ob_clock_iso(char out[static 21], int64_t wall_ns)
{
    write_time(out, wall_ns, '-', ':');
}

void ob_clock_span(char out[static 32], double seconds)
{
    const double most = 1e12;
    char text[OB_NUMBER_MAX];
    if (!(seconds >= 0 && seconds < most)) {
        snprintf(out, 32, "%s", seconds >= most ? "for ever" : "?");
        return;
    }
    long long s = (long long)(seconds + 0.5), minutes = s / 60, hours = minutes / 60;
    ob_number_show(text, sizeof text, seconds, 2);
    if (s < 10)
        snprintf(out, 32, "%.28s s", text);
    else if (s < 100)
        snprintf(out, 32, "%lld s", s);
    else if (minutes < 100)
        snprintf(out, 32, "%lld min %02lld s", minutes, s % 60);
    else if (hours < 48)
        snprintf(out, 32, "%lld h %02lld min", hours, minutes % 60);
    else
        snprintf(out, 32, "%lld d %lld h", hours / 24, hours % 24);
}
