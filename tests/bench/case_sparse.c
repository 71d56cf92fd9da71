#include <config.h>

#include <stdint.h>
#include <stdlib.h>

#include "bare.h"
#include "bench.h"
#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/num/sparse_design.h"

/*
 * Loss and gradient of logistic regression over a sparse matrix of the size of RCV1, two
 * threads. The calibration reads what a pass has to read, the rows and the transposed
 * matrix, shared out to the same threads, and adds it up: no more than that is possible.
 */
enum {
    ROWS = 20242,
    COLS = 47236,
    ENTRIES = 74,
    THREADS = 2,
    SLICE = 1 << 16,
    PASSES = 40
};

struct sparse {
    struct ob_pool *pool;
    struct ob_sparse_design design;
    unsigned long long *sum; /* [slices], so that reading is not in vain */
    float *theta, *grad;     /* [COLS + 1] */
};

static void teardown(void *ctx)
{
    struct sparse *s = ctx;
    ob_sparse_design_finish(&s->design);
    ob_pool_destroy(s->pool);
    free(s->sum);
    free(s->theta);
    free(s->grad);
    free(s);
}

/* Columns of a row lie about evenly, as in a hashed text. */
static bool fill(struct sparse *s, struct ob_err *err)
{
    struct ob_sparse x = { 0 };
    struct ob_rng rng;
    double *y = ob_xcalloc(ROWS, sizeof *y);
    bool done = ob_sparse_init(&x, OB_F64, COLS, err);
    ob_rng_init(&rng, 1, 0);
    for (size_t i = 0; done && i < ROWS; i++) {
        for (size_t k = 0; done && k < ENTRIES; k++) {
            size_t col = (COLS * k + ob_rng_below(&rng, COLS)) / ENTRIES;
            if (k == 0 || x.col[x.filled - 1] < col)
                done = ob_sparse_add(&x, col, ob_rng_uniform(&rng), err);
        }
        y[i] = (double)ob_rng_below(&rng, 2);
        done = done && ob_sparse_end_row(&x, err);
    }
    done = done && ob_sparse_design_init(&s->design, OB_F32, &x, OB_ONES_LAST, y, err);
    ob_sparse_finish(&x);
    free(y);
    return done;
}

static void *setup(struct ob_err *err)
{
    struct sparse *s = ob_xcalloc(1, sizeof *s);
    s->theta = ob_xcalloc(COLS + 1, sizeof *s->theta);
    s->grad = ob_xcalloc(COLS + 1, sizeof *s->grad);
    s->pool = ob_pool_create(THREADS, err);
    if (!s->pool || !fill(s, err)) {
        teardown(s);
        return NULL;
    }
    s->sum = ob_xcalloc(ob_sparse_entries(&s->design.x) * 8 / SLICE + 1, sizeof *s->sum);
    return s;
}

static double measure(void *ctx, struct ob_err *err)
{
    struct sparse *s = ctx;
    struct ob_pass_out out;
    (void)err;
    double begin = bench_now();
    for (int i = 0; i < PASSES; i++)
        ob_sparse_design_pass(&s->design, s->pool, OB_LOSS_BCE_LOGITS, 1.0 / ROWS,
                              s->theta, s->grad, &out);
    return (bench_now() - begin) / PASSES;
}

/* The first whole cache line. */
static const char *aligned(const void *p)
{
    return (const char *)p + (64 - (uintptr_t)p % 64) % 64;
}

/* A slice of each of the four arrays: columns and values, by rows and transposed. */
static void read_slice(void *ctx, size_t i)
{
    struct sparse *s = ctx;
    const void *const array[] = { s->design.x.col, s->design.x.value,
                                  s->design.turned.col, s->design.turned.value };
    for (size_t k = 0; k < 4; k++)
        s->sum[i] += bare_read(aligned(array[k]) + i * SLICE, SLICE);
}

static double bytes(void *ctx)
{
    struct sparse *s = ctx;
    return (double)ob_sparse_entries(&s->design.x) * 2 * (sizeof(float) + 4);
}

static double calibrate(void *ctx, struct ob_err *err)
{
    struct sparse *s = ctx;
    /* One less, for the first may begin a little late. */
    size_t slices = ob_sparse_entries(&s->design.x) * sizeof(float) / SLICE - 1;
    (void)err;
    double begin = bench_now();
    for (int i = 0; i < PASSES; i++)
        ob_pool_run(s->pool, read_slice, s, slices);
    return (bench_now() - begin) / PASSES;
}

const struct bench_case bench_sparse = {
    .name = "sparse-rcv1",
    .what = "loss and gradient, two threads / reading the matrix",
    .kind = BENCH_SPEED_AT_LEAST,
    .setup = setup,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
    .bytes = bytes,
};
