/*
 * The random numbers of torch on a CPU, bit for bit: what torch.manual_seed(s) and the
 * calls after it give, so that an experiment can start from the numbers of a notebook.
 * ob_draw (num/draw.h) is how the program draws; this is its engine. One thread at a
 * time.
 *
 * Which torch: the wheels of 1.13, whose every kind of call was compared (174 calls, two
 * modes). The generator, uniform, normal and permutations have not changed from 1.3
 * to 2.6; whole numbers from a range of 2^28 and more, and permutations of more than 2^32
 * / 20 elements, changed afterwards and are given here as they were. CUDA and MPS draw
 * other numbers, and so does dropout (bernoulli_) in wheels that are built with MKL.
 *
 * Which path: on x86-64 with AVX2 torch computes with fused multiply-adds and an own
 * logarithm, sine and cosine for float32 (`fused`); elsewhere, and with
 * ATEN_CPU_CAPABILITY=default, with separate operations and the C library. The two differ
 * in last bits: about every second weight of nn.Linear is another.
 *
 * Normals of float64, and the first 15 of any call that makes fewer than 16, use log, sin
 * and cos of the C library, as torch does: their last bits are those of glibc. All else
 * is the same on every machine.
 *
 * Sources: Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998); Box and
 * Muller, "A note on the generation of random normal deviates" (1958). The order of the
 * operations is that of torch's behaviour; the logarithm and sine of the fused path are
 * single precision Cephes' (S. Moshier) in the order in which avx_mathfun.h (J. Pommier,
 * G. Garberoglio; zlib licence) evaluates them.
 */
#ifndef OB_NUM_TORCH_RNG_H
#define OB_NUM_TORCH_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OB_TORCH_WORDS = 624 };

struct ob_torch_rng {
    uint32_t word[OB_TORCH_WORDS];
    uint32_t used; /* words of these that were drawn; OB_TORCH_WORDS: time for new ones */
    bool fused;
    bool has_next; /* the second normal of a pair waits in `next` */
    double next;
};

/* torch.manual_seed(seed). Only the low 32 bits matter, as in torch. */
void ob_torch_init(struct ob_torch_rng *r, uint64_t seed, bool fused);

/* 32 random bits; 64 take two words, the first is the high half. */
uint32_t ob_torch_u32(struct ob_torch_rng *r);
uint64_t ob_torch_u64(struct ob_torch_rng *r);

/* torch.empty((), dtype=torch.int64).random_(): 63 bits, two words. Data loaders take
 * their seeds so. */
int64_t ob_torch_random(struct ob_torch_rng *r);

/* torch.randint(low, high, ...), one element; low < high. One word, or two from a range
 * of 2^32 on. */
int64_t ob_torch_randint(struct ob_torch_rng *r, int64_t low, int64_t high);

/* Tensor.uniform_(low, high), out [n]: one word an element of float32, two of float64.
 * low and high are rounded to the type first. torch.rand is (0, 1). */
void ob_torch_uniform_f32(struct ob_torch_rng *r, size_t n, double low, double high,
                          float *out);
void ob_torch_uniform_f64(struct ob_torch_rng *r, size_t n, double low, double high,
                          double *out);

/*
 * Tensor.normal_(mean, std) of a contiguous tensor, out [n]. Fewer than 16 elements come
 * one by one, four words a pair, whose second half waits for the next such call; 16 and
 * more are made of as many uniforms in blocks of 16, and where n is no multiple of 16 the
 * last 16 are drawn once more. So randn(16) begins otherwise than randn(15).
 */
void ob_torch_normal_f32(struct ob_torch_rng *r, size_t n, double mean, double std,
                         float *out);
void ob_torch_normal_f64(struct ob_torch_rng *r, size_t n, double mean, double std,
                         double *out);

/* torch.randperm(n), out [n]: n - 1 words. */
void ob_torch_randperm(struct ob_torch_rng *r, size_t n, uint32_t *out);

/* The bounds of nn.Linear(fan_in, ...): weights and bias are uniform in (-bound, bound),
 * the weights first, row by row. Both are 1 / sqrt(fan_in) but for the last bits. fan_in
 * is at least 1. */
double ob_torch_linear_weight(size_t fan_in);
double ob_torch_linear_bias(size_t fan_in);

#endif
