/*
 * Time. The monotonic clock measures; the wall clock only dates. Neither may influence
 * a number or decide which rows a log holds.
 */
#ifndef OB_BASE_CLOCK_H
#define OB_BASE_CLOCK_H

#include <stdint.h>

/* Nanoseconds since some moment in the past; never goes back. */
int64_t ob_clock_ns(void);

/* Nanoseconds since 1970-01-01 00:00 UTC, as the system believes. */
int64_t ob_clock_wall_ns(void);

/* A wall time for names, "20261121T200501Z", and for people, "2026-11-21T20:05:01Z";
 * both end with a NUL. Years outside 0 to 9999 are shown as the nearest of these. */
void ob_clock_utc(char out[static 17], int64_t wall_ns);
void ob_clock_iso(char out[static 21], int64_t wall_ns);

/* A length of time for people: "0.4 s", "12 s", "3 min 20 s", "2 h 05 min", "3 d 4 h";
 * "?" where it is no number. */
void ob_clock_span(char out[static 32], double seconds);

#endif
