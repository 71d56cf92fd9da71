/*
 * The own matrix product in one precision for one instruction set: included by
 * matmul_f32.c and matmul_f64.c, compiled per variant as kernels_body.h is. The order of
 * additions is that of matmul.h; the sizes of the tiles below only decide how many
 * registers are in use.
 */
#include "kernels_tree.h"
#include "matmul.h"

#define NAME_(a, b) a##_##b
#define NAME(a, b)  NAME_(a, b)

#define MIN_OF(a, b) ((a) < (b) ? (a) : (b))

/* Sums stay in registers only where the loops over them are unrolled to the last: what
 * the pragmas below are for. */

/* ---- B as it lies: rows of B are added up ---- */

enum {
#if defined(__AVX512F__)
    TILE_ROWS = 8, /* of C that a tile holds, */
    TILE_REGS = 3, /* and how many registers each */
#else
    TILE_ROWS = 4,
    TILE_REGS = 2,
#endif
    PANEL = TILE_REGS * PER, /* columns of a tile */
    DEPTH = 256,             /* of the packed panels */
    SLAB = 64,               /* rows of A that are packed together */
};

/* A tile of C: [rows] at c, ldc apart, `regs` registers each: TILE_REGS, or one where the
 * panel is that narrow. */
struct tile {
    const real *a; /* packed: [depth][rows] */
    const real *b;
    size_t ldb, depth;
    real *c;
    size_t ldc;
    int regs;
    bool fresh; /* C is not read: the sums start from +0 */
};

INLINE void store(real *p, vector v)
{
    __builtin_memcpy(p, &v, sizeof v);
}

/* C += A B; `rows` and `regs` are constants wherever this is used. */
INLINE void tile_add(const struct tile *t, int rows, int regs)
{
    vector sum[TILE_ROWS][TILE_REGS];
#pragma GCC unroll 16
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 16
        for (int v = 0; v < regs; v++)
            sum[i][v] = t->fresh ? (vector){ 0 }
                                 : load(t->c + (size_t)i * t->ldc, (size_t)v * PER);
    const real *a = t->a, *b = t->b;
    for (size_t k = 0; k < t->depth; k++, a += rows, b += t->ldb) {
        vector row[TILE_REGS];
#pragma GCC unroll 16
        for (int v = 0; v < regs; v++)
            row[v] = load(b, (size_t)v * PER);
#pragma GCC unroll 16
        for (int i = 0; i < rows; i++)
#pragma GCC unroll 16
            for (int v = 0; v < regs; v++)
                sum[i][v] = sum[i][v] + a[i] * row[v];
    }
#pragma GCC unroll 16
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 16
        for (int v = 0; v < regs; v++)
            store(t->c + (size_t)i * t->ldc + v * PER, sum[i][v]);
}

/* The same for numbers of rows that are only now known. */
INLINE void tile_rows(const struct tile *t, size_t rows, int regs)
{
    switch (rows) {
#if defined(__AVX512F__)
    case 8:
        tile_add(t, 8, regs);
        break;
    case 7:
        tile_add(t, 7, regs);
        break;
    case 6:
        tile_add(t, 6, regs);
        break;
    case 5:
        tile_add(t, 5, regs);
        break;
#endif
    case 4:
        tile_add(t, 4, regs);
        break;
    case 3:
        tile_add(t, 3, regs);
        break;
    case 2:
        tile_add(t, 2, regs);
        break;
    default:
        tile_add(t, 1, regs);
        break;
    }
}

static void tile_any(const struct tile *t, size_t rows)
{
    if (t->regs == 1)
        tile_rows(t, rows, 1);
    else
        tile_rows(t, rows, TILE_REGS);
}

/* alpha op(A), rows [i, i + rows) and columns [k, k + depth), tile below tile. */
static void pack_a(const struct ob_gemm *g, size_t i, size_t rows, size_t k, size_t depth,
                   real *out)
{
    const real *a = g->a, alpha = (real)g->alpha;
    size_t down = g->trans_a ? 1 : g->lda, right = g->trans_a ? g->lda : 1;
    for (size_t at = 0; at < rows; at += TILE_ROWS) {
        size_t high = MIN_OF(rows - at, (size_t)TILE_ROWS);
        const real *from = a + (i + at) * down + k * right;
        for (size_t d = 0; d < depth; d++)
            for (size_t r = 0; r < high; r++)
                *out++ = alpha * from[r * down + d * right];
    }
}

/* Columns [j, j + cols) of `depth` rows of B; zeros up to `width`. */
static void pack_b(const real *b, size_t ldb, size_t depth, size_t cols, size_t width,
                   real *out)
{
    for (size_t d = 0; d < depth; d++, b += ldb, out += width) {
        if (cols == PANEL) {
            __builtin_memcpy(out, b, PANEL * sizeof *out);
            continue;
        }
        for (size_t c = 0; c < width; c++)
            out[c] = c < cols ? b[c] : 0;
    }
}

/* A panel narrower than its registers is computed beside C. */
static void tile_narrow(struct tile t, size_t rows, size_t cols)
{
    real beside[TILE_ROWS * PANEL], *c = t.c;
    size_t ldc = t.ldc, bytes = cols * sizeof *c;
    t.c = beside;
    t.ldc = PANEL;
    for (size_t r = 0; r < rows && !t.fresh; r++) {
        __builtin_memset(beside + r * PANEL, 0, PANEL * sizeof *beside);
        __builtin_memcpy(beside + r * PANEL, c + r * ldc, bytes);
    }
    tile_any(&t, rows);
    for (size_t r = 0; r < rows; r++)
        __builtin_memcpy(c + r * ldc, beside + r * PANEL, bytes);
}

/* One slab of packed rows times one panel of columns. */
static void slab_panel(const struct tile *first, size_t rows, size_t cols)
{
    struct tile t = *first;
    for (size_t at = 0; at < rows; at += TILE_ROWS) {
        size_t high = MIN_OF(rows - at, (size_t)TILE_ROWS);
        if (cols == PANEL)
            tile_any(&t, high);
        else
            tile_narrow(t, high, cols);
        t.a += high * t.depth;
        t.c += high * t.ldc;
    }
}

/* What the sums start from, where that is neither C nor +0. */
static void begin(const struct ob_gemm *g, const struct ob_part *p)
{
    real *c = (real *)g->c + p->i * g->ldc + p->j, beta = (real)g->beta;
    if (g->beta == 0 || g->beta == 1)
        return;
    for (size_t i = 0; i < p->rows; i++)
        for (size_t j = 0; j < p->cols; j++)
            c[i * g->ldc + j] = beta * c[i * g->ldc + j];
}

static void plain(const struct ob_gemm *g, const struct ob_part *p)
{
    _Alignas(64) real a[SLAB * DEPTH], packed[DEPTH * PANEL];
    begin(g, p);
    for (size_t k = 0; k < g->k; k += DEPTH) {
        size_t depth = MIN_OF(g->k - k, (size_t)DEPTH);
        for (size_t at = 0; at < p->rows; at += SLAB) {
            size_t rows = MIN_OF(p->rows - at, (size_t)SLAB);
            pack_a(g, p->i + at, rows, k, depth, a);
            for (size_t j = 0; j < p->cols; j += PANEL) {
                size_t cols = MIN_OF(p->cols - j, (size_t)PANEL);
                struct tile t = {
                    .a = a,
                    .b = (const real *)g->b + k * g->ldb + p->j + j,
                    .ldb = g->ldb,
                    .depth = depth,
                    .c = (real *)g->c + (p->i + at) * g->ldc + p->j + j,
                    .ldc = g->ldc,
                    .regs = cols <= PER ? 1 : TILE_REGS,
                    .fresh = k == 0 && g->beta == 0,
                };
                /* What is read once or twice is not worth copying. */
                if (cols < PANEL || rows > 2 * TILE_ROWS) {
                    size_t width = (size_t)t.regs * PER;
                    pack_b(t.b, t.ldb, depth, cols, width, packed);
                    t.b = packed;
                    t.ldb = width;
                }
                slab_panel(&t, rows, cols);
            }
        }
    }
}

/* ---- B transposed: sixteen lanes along its rows ---- */

enum {
    FOLD = 16,              /* lanes of the sums */
    FOLD_REGS = FOLD / PER, /* registers that they take */
    STRIP = 64,             /* columns whose ends are packed together */
#if defined(__AVX512F__)
    DOT_ROWS = 4,
    DOT_COLS = FOLD_REGS == 1 ? 4 : 2,
#else
    DOT_ROWS = FOLD_REGS <= 4 ? 2 : 1,
    DOT_COLS = FOLD_REGS <= 2 ? 2 : 1,
#endif
};

/* A tile of C: sums over the products of DOT_ROWS rows of A and DOT_COLS of B. The last
 * incomplete sixteen of each row lie apart, with zeros behind them, which leave the lanes
 * as they are: no lane is ever -0. */
struct dots {
    const real *a, *b;
    size_t lda, ldb, full;       /* products up to the incomplete sixteen */
    const real *a_rest, *b_rest; /* [rows][FOLD], NULL where there are none */
    real *c;
    size_t ldc;
    real alpha, beta;
};

/* alpha s + beta c, where beta = 0 reads nothing. */
INLINE void put(const struct dots *d, size_t i, size_t j, real s)
{
    real *c = d->c + i * d->ldc + j, sum = d->alpha * s;
    *c = d->beta == 0 ? sum : sum + d->beta * *c;
}

/* sum += a b for the lanes of 16 products of each pair of rows. */
INLINE void dots_add(const real *a, size_t lda, const real *b, size_t ldb,
                     vector sum[DOT_ROWS][DOT_COLS][FOLD_REGS], int rows, int cols)
{
#pragma GCC unroll 16
    for (int v = 0; v < FOLD_REGS; v++)
#pragma GCC unroll 16
        for (int i = 0; i < rows; i++) {
            vector x = load(a + (size_t)i * lda, (size_t)v * PER);
#pragma GCC unroll 16
            for (int j = 0; j < cols; j++)
                sum[i][j][v] =
                    sum[i][j][v] + x * load(b + (size_t)j * ldb, (size_t)v * PER);
        }
}

/* `rows` and `cols` are constants wherever this is used. */
INLINE void dots_tile(const struct dots *d, int rows, int cols)
{
    vector sum[DOT_ROWS][DOT_COLS][FOLD_REGS] = { 0 };
    for (size_t k = 0; k < d->full; k += FOLD)
        dots_add(d->a + k, d->lda, d->b + k, d->ldb, sum, rows, cols);
    if (d->a_rest)
        dots_add(d->a_rest, FOLD, d->b_rest, FOLD, sum, rows, cols);
#pragma GCC unroll 16
    for (int i = 0; i < rows; i++)
#pragma GCC unroll 16
        for (int j = 0; j < cols; j++) {
            real s[FOLD];
            __builtin_memcpy(s, sum[i][j], sizeof s);
            put(d, (size_t)i, (size_t)j, fold_lanes(s, FOLD));
        }
}

/* A tile that is not full in one direction, or a single sum. */
INLINE void dots_edge(const struct dots *d, size_t rows, size_t cols)
{
    if (cols == DOT_COLS && rows >= 3)
        dots_tile(d, DOT_ROWS < 3 ? DOT_ROWS : 3, DOT_COLS);
    else if (cols == DOT_COLS && rows == 2)
        dots_tile(d, DOT_ROWS < 2 ? DOT_ROWS : 2, DOT_COLS);
    else if (cols == DOT_COLS)
        dots_tile(d, 1, DOT_COLS);
    else if (rows == DOT_ROWS)
        dots_tile(d, DOT_ROWS, 1);
    else
        dots_tile(d, 1, 1);
}

/* Up to DOT_ROWS rows and DOT_COLS columns. */
static void dots_any(struct dots d, size_t rows, size_t cols)
{
    if (rows == DOT_ROWS && cols == DOT_COLS) {
        dots_tile(&d, DOT_ROWS, DOT_COLS);
        return;
    }
    size_t down = cols == DOT_COLS || rows == DOT_ROWS ? rows : 1;
    size_t right = cols == DOT_COLS ? cols : 1;
    for (size_t i = 0; i < rows; i += down) {
        struct dots e = d;
        for (size_t j = 0; j < cols; j += right) {
            dots_edge(&e, down, right);
            e.b += right * d.ldb;
            e.b_rest = d.b_rest ? e.b_rest + right * FOLD : NULL;
            e.c += right;
        }
        d.a += down * d.lda;
        d.a_rest = d.a_rest ? d.a_rest + down * FOLD : NULL;
        d.c += down * d.ldc;
    }
}

/* A transposed, too: nothing lies in a row, and nothing is fast. */
static void both(const struct ob_gemm *g, const struct ob_part *p)
{
    const real *a = g->a, *b = g->b;
    struct dots d = { .alpha = (real)g->alpha, .beta = (real)g->beta, .ldc = g->ldc };
    d.c = g->c;
    for (size_t i = p->i; i < p->i + p->rows; i++)
        for (size_t j = p->j; j < p->j + p->cols; j++) {
            real s[FOLD] = { 0 };
            for (size_t k = 0; k < g->k; k++)
                s[k % FOLD] = s[k % FOLD] + a[k * g->lda + i] * b[j * g->ldb + k];
            put(&d, i, j, fold_lanes(s, FOLD));
        }
}

/* The incomplete sixteen of `rows` rows. */
static void pack_rest(const real *from, size_t ld, size_t rows, size_t rest, real *out)
{
    for (size_t r = 0; r < rows; r++, from += ld, out += FOLD)
        for (size_t k = 0; k < FOLD; k++)
            out[k] = k < rest ? from[k] : 0;
}

static void dots(const struct ob_gemm *g, const struct ob_part *p)
{
    _Alignas(64) real a_rest[DOT_ROWS * FOLD], b_rest[STRIP * FOLD];
    size_t full = g->k / FOLD * FOLD, rest = g->k - full;
    if (g->trans_a) {
        both(g, p);
        return;
    }
    for (size_t strip = 0; strip < p->cols; strip += STRIP) {
        size_t cols = MIN_OF(p->cols - strip, (size_t)STRIP);
        const real *b = (const real *)g->b + (p->j + strip) * g->ldb;
        pack_rest(b + full, g->ldb, rest ? cols : 0, rest, b_rest);
        for (size_t i = 0; i < p->rows; i += DOT_ROWS) {
            size_t rows = MIN_OF(p->rows - i, (size_t)DOT_ROWS);
            const real *a = (const real *)g->a + (p->i + i) * g->lda;
            pack_rest(a + full, g->lda, rest ? rows : 0, rest, a_rest);
            for (size_t j = 0; j < cols; j += DOT_COLS) {
                struct dots d = {
                    .a = a,
                    .b = b + j * g->ldb,
                    .lda = g->lda,
                    .ldb = g->ldb,
                    .full = full,
                    .a_rest = rest ? a_rest : NULL,
                    .b_rest = rest ? b_rest + j * FOLD : NULL,
                    .c = (real *)g->c + (p->i + i) * g->ldc + p->j + strip + j,
                    .ldc = g->ldc,
                    .alpha = (real)g->alpha,
                    .beta = (real)g->beta,
                };
                dots_any(d, rows, MIN_OF(cols - j, (size_t)DOT_COLS));
            }
        }
    }
}

extern const struct ob_matmul_kernels NAME(OB_FN(ob_matmul), OB_VARIANT);
const struct ob_matmul_kernels NAME(OB_FN(ob_matmul), OB_VARIANT) = { plain, dots };
