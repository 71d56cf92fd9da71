/*
 * The table of lanes.h for one precision and one instruction set: included by lanes_f32.c
 * and lanes_f64.c, which define OB_REAL_BITS, and compiled once per library with
 * OB_VARIANT (the ending of the table's name). Everything but the table is static, as in
 * src/num.
 */
#include <string.h>

#include "lanes.h"
#include "optbench/formula/ops.h"
#include "optbench/num/kernels.h"

#define VEC(i) ((const real *)f->v[op->i])
#define UNI(i) (((const real *)f->u)[op->i])

/* d = EXPRESSION in the index i. The number of lanes is visibly a multiple of every
 * register's, so that no rest is left to do one by one; d never is one of the operands.
 */
#define EACH(EXPRESSION)                                                                 \
    do {                                                                                 \
        real *restrict d = __builtin_assume_aligned(f->v[op->dst], 64);                  \
        size_t n = f->n & ~(size_t)(LANE_STEP - 1);                                      \
        for (size_t i = 0; i < n; i++)                                                   \
            d[i] = EXPRESSION;                                                           \
    } while (0)

#define X(id, name)                                                                      \
    static void name##_v(const struct lane_op *op, const struct lane_frame *f)           \
    {                                                                                    \
        const real *restrict a = VEC(a);                                                 \
        EACH(OB_FN(ob_##name)(a[i]));                                                    \
    }
OB_UNARY_OPS(X)
#undef X

#define X(id, name)                                                                      \
    static void name##_vv(const struct lane_op *op, const struct lane_frame *f)          \
    {                                                                                    \
        const real *restrict a = VEC(a), *restrict b = VEC(b);                           \
        EACH(OB_FN(ob_##name)(a[i], b[i]));                                              \
    }                                                                                    \
    static void name##_vu(const struct lane_op *op, const struct lane_frame *f)          \
    {                                                                                    \
        const real *restrict a = VEC(a);                                                 \
        real b = UNI(b);                                                                 \
        EACH(OB_FN(ob_##name)(a[i], b));                                                 \
    }                                                                                    \
    static void name##_uv(const struct lane_op *op, const struct lane_frame *f)          \
    {                                                                                    \
        const real *restrict b = VEC(b);                                                 \
        real a = UNI(a);                                                                 \
        EACH(OB_FN(ob_##name)(a, b[i]));                                                 \
    }
OB_BINARY_OPS(X)
#undef X

#define FUSED(name, EXPRESSION)                                                          \
    static void name##_vvv(const struct lane_op *op, const struct lane_frame *f)         \
    {                                                                                    \
        const real *restrict as = VEC(a), *restrict bs = VEC(b), *restrict cs = VEC(c);  \
        EACH(EXPRESSION(as[i] * bs[i], cs[i]));                                          \
    }                                                                                    \
    static void name##_vvu(const struct lane_op *op, const struct lane_frame *f)         \
    {                                                                                    \
        const real *restrict as = VEC(a), *restrict bs = VEC(b);                         \
        real c = UNI(c);                                                                 \
        EACH(EXPRESSION(as[i] * bs[i], c));                                              \
    }                                                                                    \
    static void name##_vuv(const struct lane_op *op, const struct lane_frame *f)         \
    {                                                                                    \
        const real *restrict as = VEC(a), *restrict cs = VEC(c);                         \
        real b = UNI(b);                                                                 \
        EACH(EXPRESSION(as[i] * b, cs[i]));                                              \
    }                                                                                    \
    static void name##_vuu(const struct lane_op *op, const struct lane_frame *f)         \
    {                                                                                    \
        const real *restrict as = VEC(a);                                                \
        real b = UNI(b), c = UNI(c);                                                     \
        EACH(EXPRESSION(as[i] * b, c));                                                  \
    }

#define PLUS(m, c)     ((m) + (c))
#define MINUS(m, c)    ((m) - (c))
#define MINUS_IT(m, c) ((c) - (m))
FUSED(mul_add, PLUS)
FUSED(mul_sub, MINUS)
FUSED(sub_mul, MINUS_IT)

/* Chains: c + a b, + d e, + f g, and less h. One product alone is mul_add. */
#define CHAIN_1(c) ((c) + as[i] * b)
#define CHAIN_2(c) (CHAIN_1(c) + ds[i] * e)
#define CHAIN_3(c) (CHAIN_2(c) + fs[i] * g)
#define OPERANDS_1                                                                       \
    const real *restrict as = VEC(a);                                                    \
    real b = UNI(b);
#define OPERANDS_2                                                                       \
    OPERANDS_1 const real *restrict ds = VEC(d);                                         \
    real e = UNI(e);
#define OPERANDS_3                                                                       \
    OPERANDS_2 const real *restrict fs = VEC(f);                                         \
    real g = UNI(g);
#define OPERAND_V const real *restrict cs = VEC(c);
#define OPERAND_U const real c = UNI(c);
#define OPERAND_H const real *restrict hs = VEC(h);
#define CHAIN(name, OPERANDS, EXPRESSION)                                                \
    static void chain_##name(const struct lane_op *op, const struct lane_frame *f)       \
    {                                                                                    \
        OPERANDS                                                                         \
        EACH(EXPRESSION);                                                                \
    }
CHAIN(1v_less, OPERANDS_1 OPERAND_V OPERAND_H, CHAIN_1(cs[i]) - hs[i])
CHAIN(1u_less, OPERANDS_1 OPERAND_U OPERAND_H, CHAIN_1(c) - hs[i])
CHAIN(2v, OPERANDS_2 OPERAND_V, CHAIN_2(cs[i]))
CHAIN(2u, OPERANDS_2 OPERAND_U, CHAIN_2(c))
CHAIN(2v_less, OPERANDS_2 OPERAND_V OPERAND_H, CHAIN_2(cs[i]) - hs[i])
CHAIN(2u_less, OPERANDS_2 OPERAND_U OPERAND_H, CHAIN_2(c) - hs[i])
CHAIN(3v, OPERANDS_3 OPERAND_V, CHAIN_3(cs[i]))
CHAIN(3u, OPERANDS_3 OPERAND_U, CHAIN_3(c))
CHAIN(3v_less, OPERANDS_3 OPERAND_V OPERAND_H, CHAIN_3(cs[i]) - hs[i])
CHAIN(3u_less, OPERANDS_3 OPERAND_U OPERAND_H, CHAIN_3(c) - hs[i])

/* Lane by lane, four rounds of the lanes at a time where there are so many, in the order
 * of kernels.h. TERM is the term at index i of the block. */
#define SUM_UP(TERM)                                                                     \
    do {                                                                                 \
        real *restrict s = (real *)f->sum + (size_t)op->dst * OB_LANES + f->lane;        \
        size_t i = 0;                                                                    \
        for (; i + 4 * OB_LANES <= f->exact; i += 4 * OB_LANES)                          \
            for (size_t l = 0; l < OB_LANES; l++)                                        \
                s[l] = (((s[l] + TERM(i + l)) + TERM(i + l + OB_LANES)) +                \
                        TERM(i + l + 2 * OB_LANES)) +                                    \
                       TERM(i + l + 3 * OB_LANES);                                       \
        for (; i + 2 * OB_LANES <= f->exact; i += 2 * OB_LANES)                          \
            for (size_t l = 0; l < OB_LANES; l++)                                        \
                s[l] = (s[l] + TERM(i + l)) + TERM(i + l + OB_LANES);                    \
        for (; i + OB_LANES <= f->exact; i += OB_LANES)                                  \
            for (size_t l = 0; l < OB_LANES; l++)                                        \
                s[l] = s[l] + TERM(i + l);                                               \
        for (size_t l = 0; l < f->exact - i; l++)                                        \
            s[l] = s[l] + TERM(i + l);                                                   \
    } while (0)

static void sum(const struct lane_op *op, const struct lane_frame *f)
{
    const real *restrict a = VEC(a);
#define TERM(at) a[at]
    SUM_UP(TERM);
#undef TERM
}

static void sum_product(const struct lane_op *op, const struct lane_frame *f)
{
    const real *restrict a = VEC(a), *restrict b = VEC(b);
#define TERM(at) (a[at] * b[at])
    SUM_UP(TERM);
#undef TERM
}

static void copy(const struct lane_op *op, const struct lane_frame *f)
{
    const real *restrict a = VEC(a);
    EACH(a[i]);
}

static void store(const struct lane_op *op, const struct lane_frame *f)
{
    real *out = f->out[op->dst];
    if (out)
        memcpy(out + f->row, VEC(a), f->exact * sizeof *out);
}

static void spread(const struct lane_op *op, const struct lane_frame *f)
{
    real *out = f->out[op->dst], a = UNI(a);
    for (size_t i = 0; out && i < f->exact; i++)
        out[f->row + i] = a;
}

/* The widths of the steps are constants, so that each becomes straight vector code. */
static inline void fold_step(real *restrict s, size_t width, size_t w)
{
    for (size_t l = 0; width > w && l < w; l++)
        s[l] = s[l] + s[l + w];
}

static void fold(void *sums, size_t width, size_t k, void *out)
{
    for (size_t j = 0; j < k; j++) {
        real *s = (real *)sums + j * OB_LANES;
        fold_step(s, width, 128);
        fold_step(s, width, 64);
        fold_step(s, width, 32);
        fold_step(s, width, 16);
        fold_step(s, width, 8);
        fold_step(s, width, 4);
        fold_step(s, width, 2);
        ((real *)out)[j] = width > 1 ? s[0] + s[1] : s[0];
    }
}

#define FUSED_ROW(name)                                                                  \
    {                                                                                    \
        { name##_vvv, name##_vvu },                                                      \
        {                                                                                \
            name##_vuv, name##_vuu                                                       \
        }                                                                                \
    }
#define CHAIN_ROW(n)                                                                     \
    {                                                                                    \
        { chain_##n##v, chain_##n##v_less },                                             \
        {                                                                                \
            chain_##n##u, chain_##n##u_less                                              \
        }                                                                                \
    }
#define JOIN(a, b)     a##_##b
#define TABLE(name, v) JOIN(name, v)

extern const struct lane_table TABLE(OB_FN(lane_table), OB_VARIANT);
const struct lane_table TABLE(OB_FN(lane_table), OB_VARIANT) = {
#define X(id, name) [OB_OP_##id] = name##_v,
    .unary = { OB_UNARY_OPS(X) },
#undef X
#define X(id, name) [OB_OP_##id] = { name##_vv, name##_vu, name##_uv },
    .binary = { OB_BINARY_OPS(X) },
#undef X
    .fused = { FUSED_ROW(mul_add), FUSED_ROW(mul_sub), FUSED_ROW(sub_mul) },
    .chain = { { { mul_add_vuv, chain_1v_less }, { mul_add_vuu, chain_1u_less } },
               CHAIN_ROW(2),
               CHAIN_ROW(3) },
    .sum = sum,
    .sum_product = sum_product,
    .copy = copy,
    .store = store,
    .spread = spread,
    .fold = fold,
};
