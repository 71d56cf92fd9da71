/*
 * Drawing random numbers, whichever generator an experiment names: initial values,
 * batches, generated data, splits. Who draws asks for "n normals" or "an order of n rows"
 * and gets what `rng = philox` or `rng = torch` makes of that. One thread at a time.
 *
 * Each use of random numbers (an axis: data, init, batch, split, dropout) has a struct
 * ob_draw and a seed of its own. Philox keeps them apart by streams, so that equal seeds
 * give unlike numbers; torch has one sequence a seed, and every axis starts at its
 * beginning. `before` is how the order of a notebook is replayed: calls that are made and
 * thrown away before the axis begins.
 *
 *   randn 2, random64, randperm 1000, linear 2 1, rand 5, randint 0 10 5
 *
 * stands for torch.randn(2), an int64 .random_(), torch.randperm(1000), the weights and
 * bias of nn.Linear(2, 1), torch.rand(5), torch.randint(0, 10, (5,)); commas or blanks
 * alike. Behind `random64` may stand a number of repeats.
 *
 * Philox (base/rng.h): a uniform takes two words, a normal as well, in pairs
 * (num/normal.h); a pair that normals left unfinished is not used for anything else, and
 * goes on when normals are drawn next. Always in double: the caller rounds.
 *
 * torch (num/torch_rng.h): a call here is one call there, so that 16 normals are other
 * numbers than 8 and 8. Uniforms and normals are drawn in the setup's dtype, which is
 * torch's default dtype (float32 unless a program set it), whatever the run computes in.
 */
#ifndef OB_NUM_DRAW_H
#define OB_NUM_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/base/param.h"
#include "optbench/base/rng.h"
#include "optbench/num/dtype.h"
#include "optbench/num/torch_rng.h"

enum ob_rng_kind {
    OB_RNG_PHILOX,
    OB_RNG_TORCH,         /* as on x86-64 with AVX2 */
    OB_RNG_TORCH_DEFAULT, /* as with ATEN_CPU_CAPABILITY=default */
};

/* The streams of Philox in one place. From OB_STREAM_BATCHES on each epoch has its own.
 */
#define OB_STREAM_INIT      UINT64_C(1)
#define OB_STREAM_DATA      UINT64_C(2)
#define OB_STREAM_SPLIT     UINT64_C(3)
#define OB_STREAM_DROPOUT   UINT64_C(4)
#define OB_STREAM_ROTATION  UINT64_C(0x526f74)
#define OB_STREAM_OPTIMIZER UINT64_C(0x6f7074)
#define OB_STREAM_AWAY      UINT64_C(0x67726164)
#define OB_STREAM_LANCZOS   UINT64_C(0x6c616e63)
#define OB_STREAM_PLANE_X   UINT64_C(0x706c616e)
#define OB_STREAM_PLANE_Y   UINT64_C(0x706c616f)
#define OB_STREAM_BATCHES   (UINT64_C(1) << 32)

struct ob_draw_setup {
    enum ob_rng_kind kind;
    enum ob_dtype dtype;           /* of torch's values; Philox draws in double */
    uint64_t seed, stream;         /* torch has no streams */
    const struct ob_texts *before; /* borrowed for ob_draw_init(); NULL = none */
};

struct ob_draw {
    enum ob_rng_kind kind;
    enum ob_dtype dtype;
    bool normals; /* Philox: the last draw was of normals */
    union {
        struct ob_rng philox;
        struct ob_torch_rng torch;
    } u;
};

/* At the beginning, or behind `before`. Nothing to finish. Fails with OB_ECONFIG only for
 * what `before` says: another word, too few numbers, Philox. *d is then at the beginning.
 */
bool ob_draw_init(struct ob_draw *d, const struct ob_draw_setup *setup,
                  struct ob_err *err);

/* What ob_draw_init() would say to the words, drawing nothing. */
bool ob_draw_check(const struct ob_texts *before, struct ob_err *err);

/* out [n], each in [low, high) or, where rounding takes it there, at high. */
void ob_draw_uniform(struct ob_draw *d, size_t n, double low, double high, double *out);
/* out [n]. */
void ob_draw_normal(struct ob_draw *d, size_t n, double mean, double std, double *out);
/* out [n], whole numbers low <= x < high. Without bias for Philox; torch takes
 * remainders. */
void ob_draw_integers(struct ob_draw *d, size_t n, int64_t low, int64_t high,
                      int64_t *out);
/* out [n], n < 2^32: the numbers 0 .. n-1 in a random order. Philox by Fisher and Yates
 * from the end (Knuth, The Art of Computer Programming, 3.4.2, algorithm P). */
void ob_draw_permutation(struct ob_draw *d, size_t n, uint32_t *out);
/* 63 random bits; torch: as a data loader takes a seed. */
uint64_t ob_draw_seed(struct ob_draw *d);

/* The whole state as numbers: out[0..n) with the n that is returned, 2 for Philox. A
 * state can only be restored into a draw of the same kind; false (and *d unchanged) where
 * the numbers cannot be one. */
enum { OB_DRAW_STATE_MAX = OB_TORCH_WORDS / 2 + 2 };
size_t ob_draw_save(const struct ob_draw *d, uint64_t out[static OB_DRAW_STATE_MAX]);
bool ob_draw_restore(struct ob_draw *d, size_t n, const uint64_t *state);

#endif
