/*
 * The vector code of programs: one function an operation and kind of operands, over a
 * block of lanes, compiled per instruction set and precision and chosen when a program is
 * made. Private to the programs.
 */
#ifndef OB_FORMULA_LANES_H
#define OB_FORMULA_LANES_H

#include <stddef.h>
#include <stdint.h>

#include "optbench/formula/graph.h"
#include "optbench/num/cpu.h"
#include "optbench/num/dtype.h"

enum {
    LANE_STEP = 16, /* blocks are computed in whole steps; what is behind the last row is
                       computed and not used */
};

struct lane_op;
struct lane_frame;
typedef void lane_fn(const struct lane_op *op, const struct lane_frame *f);

/* Operands are numbers of lane arrays (frame.v) or of uniform numbers (frame.u), as the
 * function takes them; dst of a sum is its number, of an output that of the root. */
struct lane_op {
    lane_fn *fn;
    uint32_t dst, a, b, c;
    uint32_t d, e, f, g, h; /* of chains */
};

/* A block. */
struct lane_frame {
    void **v;         /* lane arrays of this block: inputs, then registers on 64 bytes */
    const void *u;    /* uniform numbers */
    void *sum;        /* [sums][OB_LANES] */
    void *const *out; /* [roots] */
    size_t row;       /* of the first lane, in out */
    size_t lane;      /* of the first row, in sum */
    size_t n;         /* lanes to compute, a multiple of LANE_STEP */
    size_t exact;     /* lanes there are */
};

/* What an operand is. */
enum lane_form { LANE_VV, LANE_VU, LANE_UV, LANE_FORMS };

/* m = a * b (VV or VU), rounded, and then with c (a lane array or uniform): */
enum lane_fused { LANE_MUL_ADD, LANE_MUL_SUB, LANE_SUB_MUL, LANE_FUSED };

/* c + a * b, + d * e, + f * g, - h: up to so many products of a lane array and a uniform
 * number, each operation rounded. What is stored least is computed fastest. */
enum { LANE_CHAIN = 3 };

struct lane_table {
    lane_fn *unary[OB_OPS];
    lane_fn *binary[OB_OPS][LANE_FORMS];
    lane_fn *fused[LANE_FUSED][2][2]; /* [][a * b is VU][c is uniform] */
    lane_fn *chain[LANE_CHAIN][2][2]; /* [products - 1][c is uniform][less the array h] */
    lane_fn *sum, *sum_product;       /* of a, of a * b */
    lane_fn *copy;                    /* of a lane array a */
    lane_fn *store, *spread;          /* a lane array, a uniform number a to out[dst] */
    /* out[k] = the fold of sum[k][OB_LANES], of which `width`, a power of two, are in
     * use.
     */
    void (*fold)(void *sum, size_t width, size_t sums, void *out);
};

const struct lane_table *lane_table_of(enum ob_isa isa, enum ob_dtype dtype);

#endif
