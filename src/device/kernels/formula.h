/*
 * Kernels of a typed formula over the rows of its data, around the text that
 * formula/emit.h writes: value and gradient with the bits of ob_program_run(), chunk by
 * chunk over the tree of num/kernels.h.
 *
 * For each text NAME with passes 0 .. n - 1 the host writes FORMULA_PASS(NAME, k) for
 * each, FORMULA_NEXT(NAME, k, k + 1) between two, FORMULA_LAST(NAME, n - 1), and, for
 * what one group does alone, FORMULA_ALONE(NAME), passes, FORMULA_ALONE_END(NAME). Roots
 * are the value, the gradient (none, or all of it), and the count of clamped rows.
 *
 * FORMULA_SPILL is defined where lanes have more sums than registers: these are then in
 * memory, [groups][terms][OB_LANES]. FORMULA_TABLE is defined where what is uniform is a
 * table (ob_formula_table() of formula/emit.h) and no text.
 */
#include "kernels/tree.h"
#include "optbench/device/step.h"
#include "optbench/formula/ops.h"

/* Sums that are folded at a time. */
#define FORMULA_FOLD 8

#ifdef FORMULA_SPILL
#    define OB_SUMS      OB_GLOBAL real *sum
#    define OB_SUM(k, x) sum[(k)*OB_LANES] = sum[(k)*OB_LANES] + (x)
#    define FORMULA_SUMS(terms)                                                          \
        OB_GLOBAL real *sum = spill + OB_GROUP * ((ob_u64)(terms)*OB_LANES) + OB_LANE
#    define FORMULA_AT(k) sum[(k)*OB_LANES]
#else
#    define OB_SUMS             real *sum
#    define OB_SUM(k, x)        sum[k] = sum[k] + (x)
#    define FORMULA_SUMS(terms) real sum[(terms) + 1]
#    define FORMULA_AT(k)       sum[k]
#endif

/*
 * What every kernel of a formula is given, and hands on: theta [n]; columns, the j-th
 * from j * ld on; all rows, or those that `now` finds in the table `pick`; u [slots +
 * roots]; room for the sums of lanes.
 */
#define FORMULA_INPUTS                                                                   \
    const OB_GLOBAL real *theta, const OB_GLOBAL real *column, ob_u64 ld, ob_u64 all,    \
        const OB_GLOBAL ob_u64 *now, const OB_GLOBAL ob_u32 *pick, OB_GLOBAL real *u,    \
        const OB_GLOBAL ob_u32 *table, OB_GLOBAL real *spill
#define FORMULA_GIVEN theta, column, ld, all, now, pick, u, table, spill

/* The sums of chunks, [terms][chunks]; where value and gradient go. */
#define FORMULA_PARTS   OB_GLOBAL real *part, ob_u64 chunks
#define FORMULA_OUTPUTS OB_GLOBAL real *grad, OB_GLOBAL double *out, ob_u64 out_at

OB_DEVFN ob_u64 formula_rows(ob_u64 all, const OB_GLOBAL ob_u64 *now,
                             const OB_GLOBAL ob_u32 *pick)
{
    return pick ? now[OB_NOW_ROWS] : all;
}

/* What lanes have added up, folded: sum j goes to to[j * step]. */
OB_DEVFN void formula_store(OB_LOCAL real *s, ob_u32 j, ob_u32 n, OB_GLOBAL real *to,
                            ob_u64 step)
{
    ob_fold_lanes(s, n);
    if (OB_LANE < n)
        to[(j + OB_LANE) * step] = s[OB_LANE * OB_LANES];
    OB_BARRIER();
}

/* The chunks of a sum, folded likewise. */
OB_DEVFN void formula_total(const OB_GLOBAL real *part, ob_u64 chunks, ob_u32 terms,
                            OB_LOCAL real *s, OB_GLOBAL real *to)
{
    for (ob_u32 j = 0; j < terms; j += FORMULA_FOLD) {
        ob_u32 n = terms - j < FORMULA_FOLD ? terms - j : FORMULA_FOLD;
        for (ob_u32 q = 0; q < n; q++) {
            real sum = R(0.0);
            for (ob_u64 c = OB_LANE; c < chunks; c += OB_LANES)
                sum = sum + part[(j + q) * chunks + c];
            s[q * OB_LANES + OB_LANE] = sum;
        }
        formula_store(s, j, n, to, 1);
    }
}

/* The sums of pass k over one chunk. */
#define FORMULA_CHUNK(name, k)                                                           \
    OB_DEVFN void name##_chunk_##k(FORMULA_INPUTS, ob_u64 chunk, OB_LOCAL real *s,       \
                                   OB_GLOBAL real *to, ob_u64 step)                      \
    {                                                                                    \
        const ob_u64 rows = formula_rows(all, now, pick), begin = chunk * OB_CHUNK;      \
        const ob_u64 end = begin + OB_CHUNK < rows ? begin + OB_CHUNK : rows;            \
        const ob_u64 at = pick ? now[OB_NOW_ROW_AT] : 0;                                 \
        const ob_u32 terms = name##_terms_##k;                                           \
        FORMULA_SUMS(name##_terms_##k);                                                  \
        (void)spill, (void)table;                                                        \
        for (ob_u32 j = 0; j < terms; j++)                                               \
            FORMULA_AT(j) = R(0.0);                                                      \
        for (ob_u64 i = begin + OB_LANE; i < end; i += OB_LANES)                         \
            name##_row_##k(u, theta, theta, (real)rows, column, ld,                      \
                           pick ? (ob_u64)pick[at + i] : i, sum);                        \
        for (ob_u32 j = 0; j < terms; j += FORMULA_FOLD) {                               \
            ob_u32 n = terms - j < FORMULA_FOLD ? terms - j : FORMULA_FOLD;              \
            for (ob_u32 q = 0; q < n; q++)                                               \
                s[q * OB_LANES + OB_LANE] = FORMULA_AT(j + q);                           \
            formula_store(s, j, n, to, step);                                            \
        }                                                                                \
    }

#ifdef FORMULA_TABLE
OB_DEVFN real formula_apply(ob_u32 op, real a, real b)
{
    switch (op) {
#    define X(id, name)                                                                  \
    case OB_OP_##id:                                                                     \
        return OB_FN(ob_##name)(a);
        OB_UNARY_OPS(X)
#    undef X
#    define X(id, name)                                                                  \
    case OB_OP_##id:                                                                     \
        return OB_FN(ob_##name)(a, b);
        OB_BINARY_OPS(X)
#    undef X
    default:
        return a;
    }
}

/* Operations of a run: all of the group, each every `step`-th from `first` on. */
OB_DEVFN void formula_run(const OB_GLOBAL ob_u32 *op, ob_u32 count, ob_u32 first,
                          ob_u32 step, OB_GLOBAL real *u)
{
    for (ob_u32 q = first; q < count; q += step) {
        const OB_GLOBAL ob_u32 *t = op + q * OB_WORDS_OP;
        u[t[1]] = formula_apply(t[0], u[t[2]], u[t[3]]);
    }
}

OB_DEVFN void formula_level(const OB_GLOBAL ob_u32 *table, ob_u32 level,
                            const OB_GLOBAL real *theta, real rows, OB_GLOBAL real *u)
{
    const OB_GLOBAL ob_u32 *run = table + table[OB_WORD_LEVEL + 2 * level];
    const ob_u32 n = table[OB_WORD_PARAMS], runs = table[OB_WORD_LEVEL + 2 * level + 1];
    OB_GLOBAL real *leaf = u + table[OB_WORD_THETA];
    for (ob_u32 j = OB_LANE; level == 0 && j <= n; j += OB_LANES)
        leaf[j] = j < n ? theta[j] : rows;
    OB_BARRIER();
    for (ob_u32 r = 0; r < runs; r++) {
        const OB_GLOBAL ob_u32 *t = run + r * OB_WORDS_RUN;
        const ob_u32 wide = t[2];
        formula_run(table + t[0], t[1], wide || OB_LANE == 0 ? OB_LANE : t[1],
                    wide ? OB_LANES : 1, u);
        OB_BARRIER();
    }
}

#    define FORMULA_LEVEL(name, k)                                                       \
        formula_level(table, k, theta, (real)formula_rows(all, now, pick), u)
#    define FORMULA_ROOTS(name)   FORMULA_LEVEL(name, name##_passes)
#    define FORMULA_ROOT(name, k) u[table[table[OB_WORD_ROOTS] + (k)]]
#else
/* By one work-item: level k, which the rows of pass k need; the roots, which go behind
 * the slots. */
#    define FORMULA_LEVEL(name, k)                                                       \
        if (OB_LANE == 0)                                                                \
            name##_uniform_##k(u, theta, theta, (real)formula_rows(all, now, pick));     \
        OB_BARRIER()
#    define FORMULA_ROOTS(name)                                                          \
        if (OB_LANE == 0)                                                                \
            name##_result(u, theta, theta, (real)formula_rows(all, now, pick),           \
                          u + name##_slots);                                             \
        OB_BARRIER()
#    define FORMULA_ROOT(name, k) u[name##_slots + (k)]
#endif

/* The roots, behind the last pass. */
#define FORMULA_RESULT(name)                                                             \
    OB_DEVFN void name##_give(FORMULA_INPUTS, FORMULA_OUTPUTS)                           \
    {                                                                                    \
        (void)column, (void)ld, (void)spill, (void)table;                                \
        FORMULA_ROOTS(name);                                                             \
        if (now[OB_NOW_HALTED] == 0) {                                                   \
            const real clamped = FORMULA_ROOT(name, name##_roots - 1);                   \
            for (ob_u32 k = OB_LANE + 1; k + 1 < name##_roots; k += OB_LANES)            \
                grad[k - 1] = FORMULA_ROOT(name, k);                                     \
            if (OB_LANE == 0) {                                                          \
                out[out_at + OB_PLACED_LOSS] = (double)FORMULA_ROOT(name, 0);            \
                out[out_at + OB_PLACED_CLAMPED] =                                        \
                    clamped > R(0.0) ? (double)clamped : 0;                              \
                out[out_at + OB_PLACED_CORRECT] = -1;                                    \
            }                                                                            \
        }                                                                                \
        OB_BARRIER();                                                                    \
    }

/* One group a chunk, or fewer groups that take turns. */
#define FORMULA_BEGIN(name)                                                              \
    OB_KERNEL void name##_begin(FORMULA_INPUTS)                                          \
    {                                                                                    \
        (void)column, (void)ld, (void)spill, (void)table;                                \
        FORMULA_LEVEL(name, 0);                                                          \
    }
#define FORMULA_PASS(name, k)                                                            \
    OB_KERNEL void name##_pass_##k(FORMULA_INPUTS, FORMULA_PARTS)                        \
    {                                                                                    \
        OB_LOCAL_ARRAY(real, s, FORMULA_FOLD *OB_LANES);                                 \
        for (ob_u64 chunk = OB_GROUP; chunk < chunks; chunk += OB_GROUPS)                \
            name##_chunk_##k(FORMULA_GIVEN, chunk, s, part + chunk, chunks);             \
    }

/* One group, between two passes and behind the last. */
#define FORMULA_NEXT(name, k, next)                                                      \
    OB_KERNEL void name##_next_##k(FORMULA_INPUTS, FORMULA_PARTS)                        \
    {                                                                                    \
        OB_LOCAL_ARRAY(real, s, FORMULA_FOLD *OB_LANES);                                 \
        (void)column, (void)ld, (void)spill, (void)table;                                \
        formula_total(part, chunks, name##_terms_##k, s, u + name##_first_##k);          \
        FORMULA_LEVEL(name, next);                                                       \
    }
#define FORMULA_LAST(name, k)                                                            \
    OB_KERNEL void name##_last(FORMULA_INPUTS, FORMULA_PARTS, FORMULA_OUTPUTS)           \
    {                                                                                    \
        OB_LOCAL_ARRAY(real, s, FORMULA_FOLD *OB_LANES);                                 \
        formula_total(part, chunks, name##_terms_##k, s, u + name##_first_##k);          \
        name##_give(FORMULA_GIVEN, grad, out, out_at);                                   \
    }

/*
 * One group that does it all, where the rows are one chunk or none: as a kernel, and as
 * what a kernel of more may call, with local memory s [FORMULA_FOLD * OB_LANES].
 */
#define FORMULA_ALONE(name)                                                              \
    OB_DEVFN void name##_solo(FORMULA_INPUTS, FORMULA_OUTPUTS, OB_LOCAL real *s)         \
    {                                                                                    \
        (void)s;
#define FORMULA_ALONE_PASS(name, k)                                                      \
    FORMULA_LEVEL(name, k);                                                              \
    name##_chunk_##k(FORMULA_GIVEN, 0, s, u + name##_first_##k, 1);
#define FORMULA_ALONE_END(name)                                                          \
    name##_give(FORMULA_GIVEN, grad, out, out_at);                                       \
    }                                                                                    \
    OB_KERNEL void name##_alone(FORMULA_INPUTS, FORMULA_OUTPUTS)                         \
    {                                                                                    \
        OB_LOCAL_ARRAY(real, s, FORMULA_FOLD *OB_LANES);                                 \
        name##_solo(FORMULA_GIVEN, grad, out, out_at, s);                                \
    }
