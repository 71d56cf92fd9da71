#include <config.h>

#define OB_REAL_BITS 64
#include "optbench/num/fmath.h"

#include "optbench/base/rng.h"
#include "optbench/num/normal.h"

/* Number `index` of a stream is what the (index + 1)th call of ob_rng_uniform() gives. */
double ob_uniform_at(uint64_t seed, uint64_t stream, uint64_t index)
{
    struct ob_rng r;
    ob_rng_init(&r, seed, stream);
    ob_rng_seek(&r, 2 * index);
    return ob_rng_uniform(&r);
}

/* Both normals of a pair; 1 - u is in (0, 1], so its logarithm is finite. */
static void pair_at(uint64_t seed, uint64_t stream, uint64_t pair, double out[static 2])
{
    struct ob_rng r;
    ob_rng_init(&r, seed, stream);
    ob_rng_seek(&r, 4 * pair);
    double u = ob_rng_uniform(&r), turn = ob_rng_uniform(&r);
    double radius = ob_sqrt_f64(-2.0 * ob_log_f64(1.0 - u));
    out[0] = radius * ob_cos2pi_f64(turn);
    out[1] = radius * ob_sin2pi_f64(turn);
}

double ob_normal_at(uint64_t seed, uint64_t stream, uint64_t index)
{
    double pair[2];
    pair_at(seed, stream, index / 2, pair);
    return pair[index % 2];
}

void ob_normals_at(uint64_t seed, uint64_t stream, uint64_t index, size_t n, double *out)
{
    double pair[2];
    for (size_t i = 0; i < n; i++, index++) {
        if (i == 0 || index % 2 == 0)
            pair_at(seed, stream, index / 2, pair);
        out[i] = pair[index % 2];
    }
}

void ob_fill_uniform(struct ob_vec *v, size_t offset, size_t n, uint64_t seed,
                     uint64_t stream, double low, double high)
{
    struct ob_rng r;
    ob_rng_init(&r, seed, stream);
    ob_rng_seek(&r, 2 * (uint64_t)offset);
    for (size_t i = 0; i < n; i++)
        ob_vec_set(v, offset + i, low + (high - low) * ob_rng_uniform(&r));
}

void ob_fill_normal(struct ob_vec *v, size_t offset, size_t n, uint64_t seed,
                    uint64_t stream, double mean, double deviation)
{
    double pair[2];
    for (size_t i = offset; i < offset + n; i++) {
        if (i == offset || i % 2 == 0)
            pair_at(seed, stream, i / 2, pair);
        ob_vec_set(v, i, mean + deviation * pair[i % 2]);
    }
}
