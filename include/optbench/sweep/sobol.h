/*
 * Sobol sequences: points that fill the unit cube more evenly than independent ones
 * (Sobol 1967), by the Gray code construction of Antonov and Saleev 1979 with the
 * direction numbers of Joe and Kuo 2008, "Constructing Sobol sequences with better
 * two-dimensional projections" (new-joe-kuo-6). Point 0 is the origin. Integer arithmetic
 * only: the same on every machine. Pure; any thread.
 */
#ifndef OB_SWEEP_SOBOL_H
#define OB_SWEEP_SOBOL_H

#include <stdbool.h>
#include <stdint.h>

enum { OB_SOBOL_DIMS = 33 };

/* Coordinate `dim` < OB_SOBOL_DIMS of a point, as a multiple of 2^-32 in [0, 1). */
uint32_t ob_sobol_bits(uint32_t point, unsigned dim);

/* The same as a number. With `scramble` a digital shift by the seed: every coordinate is
 * exclusive-or'ed with 32 bits of its own (stream `dim` of the seed, base/rng.h), which
 * leaves the evenness as it is, and stands in the middle of its interval of 2^-32. */
double ob_sobol(uint32_t point, unsigned dim, uint64_t seed, bool scramble);

#endif
