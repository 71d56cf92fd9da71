/*
 * Sums over tensors that a typed rule asks for (optim/placed_tensors.c), around the text
 * of formula/emit.h: its rows are the elements of a piece, its theta the coefficients of
 * the piece's group, and its columns c0 .. c9 theta, the gradient and the slots.
 *
 * For each text NAME with passes 0 .. n - 1 the host writes TENSOR_BEGIN(NAME),
 * TENSOR_PASS(NAME, k) for each, TENSOR_NEXT(NAME, k, k + 1) between two and
 * TENSOR_LAST(NAME, n - 1); TENSOR_NONE(NAME) where there is no pass. Passes have a group
 * a chunk of a piece, the others one a piece.
 *
 *   MOVE_GROUPS, MOVE_COEFS    as in kernels/element.h
 */
#include "kernels/tree.h"
#include "optbench/device/step.h"
#include "optbench/formula/ops.h"

/* Of a piece; the host has the same (placed_tensors.c). */
enum { TENSOR_OFFSET, TENSOR_N, TENSOR_GROUP, TENSOR_CHUNK, TENSOR_CHUNKS, TENSOR_WORDS };

/* Sums that are folded at a time. */
#define TENSOR_FOLD 4

#define OB_COLUMNS                                                                       \
    const OB_GLOBAL real *c0, const OB_GLOBAL real *c1, const OB_GLOBAL real *c2,        \
        const OB_GLOBAL real *c3, const OB_GLOBAL real *c4, const OB_GLOBAL real *c5,    \
        const OB_GLOBAL real *c6, const OB_GLOBAL real *c7, const OB_GLOBAL real *c8,    \
        const OB_GLOBAL real *c9
#define OB_COLUMN(j, i) c##j[i]
#define TENSOR_COLUMNS  c0, c1, c2, c3, c4, c5, c6, c7, c8, c9

/* coef: the table of steps; piece [pieces][TENSOR_WORDS]; where [chunks]: the piece of a
 * chunk; u [pieces][slots]; part [terms][chunks]; tensor: results from `base` on. */
#define TENSOR_INPUTS                                                                    \
    OB_COLUMNS, const OB_GLOBAL real *coef, const OB_GLOBAL ob_u64 *now,                 \
        const OB_GLOBAL ob_u64 *piece, const OB_GLOBAL ob_u32 *where, OB_GLOBAL real *u, \
        OB_GLOBAL real *part, ob_u64 chunks, OB_GLOBAL real *tensor, ob_u64 base

OB_DEVFN const OB_GLOBAL real *tensor_coefs(const OB_GLOBAL real *coef,
                                            const OB_GLOBAL ob_u64 *now, ob_u64 group)
{
    return coef + (now[OB_NOW_INDEX] * MOVE_GROUPS + group) * MOVE_COEFS;
}

/* The chunks of the sums of a piece p, folded. */
OB_DEVFN void tensor_total(const OB_GLOBAL ob_u64 *p, const OB_GLOBAL real *part,
                           ob_u64 chunks, ob_u32 terms, OB_LOCAL real *s,
                           OB_GLOBAL real *to)
{
    for (ob_u32 j = 0; j < terms; j += TENSOR_FOLD) {
        const ob_u32 n = terms - j < TENSOR_FOLD ? terms - j : TENSOR_FOLD;
        for (ob_u32 q = 0; q < n; q++) {
            real sum = R(0.0);
            for (ob_u64 c = OB_LANE; c < p[TENSOR_CHUNKS]; c += OB_LANES)
                sum = sum + part[(j + q) * chunks + p[TENSOR_CHUNK] + c];
            s[q * OB_LANES + OB_LANE] = sum;
        }
        ob_fold_lanes(s, n);
        if (OB_LANE < n)
            to[j + OB_LANE] = s[OB_LANE * OB_LANES];
        OB_BARRIER();
    }
}

#define TENSOR_PASS(name, k)                                                             \
    OB_KERNEL void name##_pass_##k(TENSOR_INPUTS)                                        \
    {                                                                                    \
        OB_LOCAL_ARRAY(real, s, TENSOR_FOLD *OB_LANES);                                  \
        const OB_GLOBAL ob_u64 *p = piece + where[OB_GROUP] * TENSOR_WORDS;              \
        const OB_GLOBAL real *own = tensor_coefs(coef, now, p[TENSOR_GROUP]);            \
        const OB_GLOBAL real *known = u + where[OB_GROUP] * name##_slots;                \
        const ob_u64 begin = (OB_GROUP - p[TENSOR_CHUNK]) * OB_CHUNK, n = p[TENSOR_N];   \
        const ob_u64 end = begin + OB_CHUNK < n ? begin + OB_CHUNK : n;                  \
        const ob_u32 terms = name##_terms_##k;                                           \
        real sum[name##_terms_##k + 1];                                                  \
        (void)tensor, (void)base;                                                        \
        for (ob_u32 j = 0; j < terms; j++)                                               \
            sum[j] = R(0.0);                                                             \
        for (ob_u64 i = begin + OB_LANE; i < end; i += OB_LANES)                         \
            name##_row_##k(known, own, own, (real)n, TENSOR_COLUMNS,                     \
                           p[TENSOR_OFFSET] + i, sum);                                   \
        for (ob_u32 j = 0; j < terms; j += TENSOR_FOLD) {                                \
            const ob_u32 some = terms - j < TENSOR_FOLD ? terms - j : TENSOR_FOLD;       \
            for (ob_u32 q = 0; q < some; q++)                                            \
                s[q * OB_LANES + OB_LANE] = sum[j + q];                                  \
            ob_fold_lanes(s, some);                                                      \
            if (OB_LANE < some)                                                          \
                part[(j + OB_LANE) * chunks + OB_GROUP] = s[OB_LANE * OB_LANES];         \
            OB_BARRIER();                                                                \
        }                                                                                \
    }

/* A kernel of one group a piece: p, its coefficients, its numbers. */
#define TENSOR_OF_PIECE(name, what)                                                      \
    OB_KERNEL void name##_##what(TENSOR_INPUTS)                                          \
    {                                                                                    \
        OB_LOCAL_ARRAY(real, s, TENSOR_FOLD *OB_LANES);                                  \
        const OB_GLOBAL ob_u64 *p = piece + OB_GROUP * TENSOR_WORDS;                     \
        const OB_GLOBAL real *own = tensor_coefs(coef, now, p[TENSOR_GROUP]);            \
        OB_GLOBAL real *known = u + OB_GROUP * name##_slots;                             \
        const real rows = (real)p[TENSOR_N];                                             \
        (void)c0, (void)c1, (void)c2, (void)c3, (void)c4, (void)c5, (void)c6, (void)c7;  \
        (void)c8, (void)c9, (void)where, (void)tensor, (void)base, (void)chunks;         \
        (void)part, (void)s;

#define TENSOR_LEVEL(name, k)                                                            \
    if (OB_LANE == 0)                                                                    \
        name##_uniform_##k(known, own, own, rows);
#define TENSOR_GIVE(name)                                                                \
    if (OB_LANE == 0)                                                                    \
        name##_result(known, own, own, rows, tensor + base + OB_GROUP * name##_roots);

#define TENSOR_BEGIN(name)                                                               \
    TENSOR_OF_PIECE(name, begin)                                                         \
    TENSOR_LEVEL(name, 0)                                                                \
    }
#define TENSOR_NEXT(name, k, after)                                                      \
    TENSOR_OF_PIECE(name, next_##k)                                                      \
    tensor_total(p, part, chunks, name##_terms_##k, s, known + name##_first_##k);        \
    TENSOR_LEVEL(name, after)                                                            \
    }
#define TENSOR_LAST(name, k)                                                             \
    TENSOR_OF_PIECE(name, last)                                                          \
    tensor_total(p, part, chunks, name##_terms_##k, s, known + name##_first_##k);        \
    TENSOR_GIVE(name)                                                                    \
    }
#define TENSOR_NONE(name)                                                                \
    TENSOR_OF_PIECE(name, last)                                                          \
    TENSOR_GIVE(name)                                                                    \
    }
