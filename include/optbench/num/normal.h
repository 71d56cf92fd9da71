/*
 * Random numbers in bulk: uniform and normal, a pure function of (seed, stream, index) by
 * the counter-based generator of base/rng.h and the formulas of fmath.h. The same bits on
 * every machine, in any order, on any thread.
 *
 * Normals by Box and Muller (1958): indices 2k and 2k+1 share one draw of two uniforms.
 */
#ifndef OB_NUM_NORMAL_H
#define OB_NUM_NORMAL_H

#include <stdint.h>

#include "optbench/num/vec.h"

/* Uniform in [0, 1), 53 bits. */
double ob_uniform_at(uint64_t seed, uint64_t stream, uint64_t index);

/* Normal with mean 0 and deviation 1; |x| < 8.6. */
double ob_normal_at(uint64_t seed, uint64_t stream, uint64_t index);

/* out [n]: those at index, index + 1 and so on. */
void ob_normals_at(uint64_t seed, uint64_t stream, uint64_t index, size_t n, double *out);

/* Elements [offset, offset + n) of v; element i takes index i of the stream. Computed in
 * double and rounded once. */
void ob_fill_uniform(struct ob_vec *v, size_t offset, size_t n, uint64_t seed,
                     uint64_t stream, double low, double high);
void ob_fill_normal(struct ob_vec *v, size_t offset, size_t n, uint64_t seed,
                    uint64_t stream, double mean, double deviation);

#endif
