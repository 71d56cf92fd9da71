/*
 * Numbers as text, the same on every machine: no locale, no long double, no library
 * conversion. Whatever reaches a file or is read from one goes through here.
 *
 * Reading is correctly rounded (nearest, ties to even) for any number of digits. Most
 * numbers take one exact product of two doubles (Clinger, "How to read floating point
 * numbers accurately", 1990); the rest one product with a 128-bit power of ten (Lemire,
 * "Number parsing at a gigabyte per second", 2021); the few that this leaves open are
 * decided by integer arithmetic without limits.
 *
 * Writing gives the shortest digits that read back to the same double and, among those,
 * the ones nearest to it (Giulietti, "The Schubfach way to render doubles", 2020).
 *
 * All functions may be called from any thread.
 */
#ifndef OB_BASE_NUMBER_H
#define OB_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for any number written by this file, NUL included. */
#define OB_NUMBER_MAX 32

/*
 * Reads all of s[0..n) as
 *
 *     [+-] ( digits [ . [digits] ] | . digits ) [ (e|E) [+-] digits ]
 *     [+-] ( inf | infinity | nan )            in any case
 *
 * No blanks, no hexadecimal. Beyond the range the result is infinity or zero with the
 * sign, as IEEE rounding has it. False, and *out untouched, where the text is anything
 * else; n = 0 is not a number.
 */
bool ob_number_parse(const char *s, size_t n, double *out);

/* The same for the longest number that s[0..n) begins with; returns its length in bytes,
 * 0 where there is none. "1e" is the number 1 with an "e" behind it. */
size_t ob_number_scan(const char *s, size_t n, double *out);

/* Reads all of s[0..n) as [+-] digits. False where it is not that or beyond int64_t. */
bool ob_integer_parse(const char *s, size_t n, int64_t *out);

/*
 * Writes v and a NUL, returns the length without it. For 1e-4 <= |v| < 1e16 plain
 * ("12", "0.1", "-0.00025"), else with an exponent of two or three digits ("1e+20",
 * "1.5e-07"); no trailing ".0"; zero is "0" or "-0"; "nan", "inf", "-inf". Apart from
 * the missing ".0" this is the text of Python's repr().
 */
size_t ob_number_write(char out[static OB_NUMBER_MAX], double v);

/* A count in decimal and a NUL; returns the length without it. */
size_t ob_count_write(char out[static OB_NUMBER_MAX], uint64_t n);

/*
 * For people: v rounded to `digits` (1 to 17) significant digits, in the same two forms
 * but plain only for 1e-4 <= |v| < 1e7, and zeros at the end dropped: 0.000946, 1.23e-09,
 * 2066500. Rounds the shortest decimal, half away from zero, so 0.15 with one digit is
 * 0.2. Cut to cap bytes, always NUL ended; returns the length written.
 */
size_t ob_number_show(char *out, size_t cap, double v, int digits);

/* 1234567 -> "1 234 567": v rounded to a whole number, digits in groups of three. From
 * 1e15 on, and for nan and inf, as ob_number_show() with four digits. */
size_t ob_count_show(char *out, size_t cap, double v);

/* Three significant digits and a letter for the thousands: "950", "12.4k", "3.1M",
 * "2G", "7T"; beyond that and below 1 as ob_number_show() with three digits. */
size_t ob_si_show(char *out, size_t cap, double v);

/* "812 B", "3.2 MB", "141 GB". */
void ob_bytes_show(char out[static 32], uint64_t bytes);

#endif
