/* What matmul.c shares with the kernels of its variants. */
#ifndef OB_NUM_MATMUL_PRIV_H
#define OB_NUM_MATMUL_PRIV_H

#include "optbench/num/cpu.h"
#include "optbench/num/matmul.h"

/* A rectangle of C. */
struct ob_part {
    size_t i, j, rows, cols;
};

/* Both compute one part of C, on the calling thread; a part of any size and place gives
 * the same bits. */
struct ob_matmul_kernels {
    void (*plain)(const struct ob_gemm *g, const struct ob_part *p); /* B as it lies */
    void (*dots)(const struct ob_gemm *g, const struct ob_part *p);  /* B transposed */
};

/* The kernels of one variant, which ob_cpu_has(). */
const struct ob_matmul_kernels *ob_matmul_of(enum ob_isa isa, enum ob_dtype dtype);

#endif
