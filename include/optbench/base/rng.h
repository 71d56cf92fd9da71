/*
 * Random numbers by counting: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3", SC 2011). Block i of a stream is a function of (seed,
 * stream, i) alone, so any position can be asked for at once, streams never meet, and
 * saving the state means saving one number. Integer arithmetic only: the same on every
 * machine.
 *
 * Key: seed (low word, high word). Counter: block index (low, high), stream (low, high).
 * The words of a block are used in order.
 *
 * Normal variates need a logarithm that gives the same bits everywhere and are in
 * "optbench/num".
 */
#ifndef OB_BASE_RNG_H
#define OB_BASE_RNG_H

#include <stdint.h>

struct ob_rng {
    uint64_t seed, stream;
    uint64_t position; /* 32-bit words drawn so far; the whole of the state that moves */
    uint32_t block[4]; /* the block that position lies in, when position % 4 != 0 */
};

/* At position 0. */
void ob_rng_init(struct ob_rng *r, uint64_t seed, uint64_t stream);

/* The next word is that at `position` of the stream: restores a saved r->position. */
void ob_rng_seek(struct ob_rng *r, uint64_t position);

/* 32 random bits; 64 take two words, the first is the low half. */
uint32_t ob_rng_u32(struct ob_rng *r);
uint64_t ob_rng_u64(struct ob_rng *r);

/* Uniform in [0, 1): a multiple of 2^-53, from the upper bits of one u64. */
double ob_rng_uniform(struct ob_rng *r);

/* Uniform in 0 .. n-1, n >= 1, without bias: draws again where a product would fall into
 * the uneven rest (Lemire, "Fast random integer generation in an interval", 2019). Takes
 * two words, very rarely more. */
uint64_t ob_rng_below(struct ob_rng *r, uint64_t n);

/* The word at `position` of r's stream, r unchanged. */
uint32_t ob_rng_at(const struct ob_rng *r, uint64_t position);

/* One block: out[4] from counter[4] and key[2]. */
void ob_philox4x32(const uint32_t counter[static 4], const uint32_t key[static 2],
                   uint32_t out[static 4]);

#endif
