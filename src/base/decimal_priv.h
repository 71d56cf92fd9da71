/*
 * A double as sign, decimal digits and decimal exponent: what number.c turns into text
 * and makes from text.
 */
#ifndef OB_BASE_DECIMAL_PRIV_H
#define OB_BASE_DECIMAL_PRIV_H

#include <float.h>
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

/*
 * One product or quotient of two exact doubles is correctly rounded (Clinger 1990): most
 * numbers that people write need no more. False where m * 10^q is none of these, or where
 * the compiler keeps more than double precision in registers.
 */
static inline bool ob_decimal_by_one_operation(uint64_t m, int64_t q, double *out)
{
    static const double ten[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    if (FLT_EVAL_METHOD != 0 || m > (uint64_t)1 << 53 || q < -22 || q > 22)
        return false;
    *out = q < 0 ? (double)m / ten[-q] : (double)m * ten[q];
    return true;
}

/* The nearest double, ties to even; infinity and 0 beyond the range. */
double ob_decimal_to_double(const struct ob_decimal *d);

/* The shortest digits that read back as v, the nearest to v among these, without zeros at
 * their end; `rest`, `first` and `end` are 0. v is finite and greater than 0. */
struct ob_decimal ob_decimal_shortest(double v);

#endif
