/*
 * Fingerprints of a run: XXH64 of the bytes of each tensor of parameters, every NaN in
 * it the same one, after steps that the number of the step alone chooses. The worker
 * makes them, hashes.csv keeps them, and `optbench verify` compares them with those of
 * the run repeated. A checkpoint has those of its own step in its metadata, as
 * "hash.NAME".
 *
 * The steps are all up to 32, every second one up to 64, every fourth up to 128 and so
 * on. So a run of a million steps has about 270 of them, and where two runs part is known
 * to a sixteenth of the way.
 */
#ifndef OB_TRAIN_FINGERPRINT_H
#define OB_TRAIN_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/num/layout.h"
#include "optbench/num/vec.h"

/* The first step behind `step` that has fingerprints; UINT64_MAX behind 2^62. */
uint64_t ob_fingerprint_after(uint64_t step);

/* Whether `step` has: 0 does. */
bool ob_fingerprint_due(uint64_t step);

/* Of each tensor of theta, in the order of the layout: out [layout->count]. */
void ob_fingerprint(const struct ob_layout *layout, const struct ob_vec *theta,
                    uint64_t *out);

#endif
