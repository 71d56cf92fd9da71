#include <config.h>

#include <stdlib.h>

#include "bare.h"
#include "bench.h"
#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/num/design.h"

/*
 * Loss and gradient of least squares in one pass over a million rows, two threads. The
 * calibration reads the same memory, shared out to the same threads, and adds it up.
 */
enum { ROWS = 1000000, THREADS = 2, SLICE = 1 << 18, NOISE = 7 };

/* About so many bytes a run, that a run takes tens of milliseconds. */
#define BYTES_A_RUN 1e9

struct gradient {
    struct ob_pool *pool;
    struct ob_design design;
    size_t bytes;            /* of the design's matrix */
    size_t slices;           /* of SLICE bytes; what is left over is not read */
    unsigned long long *sum; /* [slices], so that reading is not in vain */
    float *theta, *grad;     /* [cols] */
    int passes;
};

static void teardown(void *ctx)
{
    struct gradient *g = ctx;
    ob_design_finish(&g->design);
    ob_pool_destroy(g->pool);
    free(g->sum);
    free(g->theta);
    free(g->grad);
    free(g);
}

/* The values do not matter to the speed, so a few columns of noise serve as all. */
static bool fill(struct gradient *g, size_t cols, struct ob_err *err)
{
    struct ob_rng rng;
    const double **column = ob_xcalloc(cols, sizeof *column);
    double *noise = ob_alloc((size_t)NOISE * ROWS, sizeof *noise, err);
    ob_rng_init(&rng, 1, 0);
    for (size_t i = 0; noise && i < (size_t)NOISE * ROWS; i++)
        noise[i] = ob_rng_uniform(&rng) - 0.5;
    for (size_t j = 0; noise && j < cols; j++)
        column[j] = noise + j % NOISE * ROWS;
    bool done =
        noise && ob_design_init(&g->design, OB_F32, ROWS, cols, column, noise, err);
    free(noise);
    free(column);
    return done;
}

static void *setup(size_t cols, struct ob_err *err)
{
    struct gradient *g = ob_xcalloc(1, sizeof *g);
    g->theta = ob_xcalloc(cols, sizeof *g->theta);
    g->grad = ob_xcalloc(cols, sizeof *g->grad);
    for (size_t j = 0; j < cols; j++)
        g->theta[j] = 0.01F * (float)(j + 1);
    g->pool = ob_pool_create(THREADS, err);
    if (!g->pool || !fill(g, cols, err)) {
        teardown(g);
        return NULL;
    }
    g->bytes = ROWS * cols * sizeof(float);
    g->slices = g->bytes / SLICE;
    g->sum = ob_xcalloc(g->slices, sizeof *g->sum);
    g->passes = (int)(BYTES_A_RUN / (double)g->bytes) + 1;
    return g;
}

static void *setup_10(struct ob_err *err)
{
    return setup(10, err);
}

static void *setup_100(struct ob_err *err)
{
    return setup(100, err);
}

static double measure(void *ctx, struct ob_err *err)
{
    struct gradient *g = ctx;
    struct ob_pass_out out;
    (void)err;
    double begin = bench_now();
    for (int i = 0; i < g->passes; i++)
        ob_design_pass(&g->design, g->pool, OB_LOSS_HALF_SQUARED, 1.0 / ROWS, g->theta,
                       g->grad, &out);
    return (bench_now() - begin) / g->passes;
}

static void read_slice(void *ctx, size_t i)
{
    struct gradient *g = ctx;
    g->sum[i] = bare_read((const char *)g->design.x + i * SLICE, SLICE);
}

static double calibrate(void *ctx, struct ob_err *err)
{
    struct gradient *g = ctx;
    (void)err;
    double begin = bench_now();
    for (int i = 0; i < g->passes; i++)
        ob_pool_run(g->pool, read_slice, g, g->slices);
    return (bench_now() - begin) / g->passes * (double)g->bytes /
           (double)(g->slices * SLICE);
}

static double bytes(void *ctx)
{
    return (double)((struct gradient *)ctx)->bytes;
}

const struct bench_case bench_gradient_10 = {
    .name = "gradient-1e6x10",
    .what = "loss and gradient, two threads / reading the matrix",
    .kind = BENCH_SPEED_AT_LEAST,
    .setup = setup_10,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
    .bytes = bytes,
};

const struct bench_case bench_gradient_100 = {
    .name = "gradient-1e6x100",
    .what = "loss and gradient, two threads / reading the matrix",
    .kind = BENCH_SPEED_AT_LEAST,
    .goal = 0.6,
    .setup = setup_100,
    .teardown = teardown,
    .measure = measure,
    .calibrate = calibrate,
    .bytes = bytes,
};
