/*
 * A double as sign, decimal digits and decimal exponent: what number.c turns into text
 * and makes from text.
 */
#ifndef OB_BASE_DECIMAL_PRIV_H
#define OB_BASE_DECIMAL_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A double lies exactly between two neighbours only if it has at most 767 significant
 * digits; all behind that many tell only "a little more". */
#define OB_DECIMAL_DIGITS 770

/* value = digits * 10^exponent, digits below 10^19. Where the text had more digits than
 * that, `rest` counts them and the value lies above, below digits + 1; `first` and `end`
 * then bound the text of all digits (with at most one '.' between), borrowed. */
struct ob_decimal {
    uint64_t digits;
    int64_t exponent;
    size_t rest;
    const char *first, *end;
};

/* The nearest double, ties to even; infinity and 0 beyond the range. */
double ob_decimal_to_double(const struct ob_decimal *d);

/* The shortest digits that read back as v, the nearest to v among these, without zeros at
 * their end; `rest`, `first` and `end` are 0. v is finite and greater than 0. */
struct ob_decimal ob_decimal_shortest(double v);

#endif
