#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "bare_net.h"
#include "bench.h"
#include "optbench/base/mem.h"
#include "optbench/num/matmul.h"
#include "optbench/train/trainer.h"

/*
 * Steps of the trainer, with everything that a run measures at each: a network whose time
 * goes into large products, and an epoch of one on images where they are installed,
 * against the rate of OpenBLAS on square matrices through the same number of threads; and
 * a small one, against a loop written for its shape alone.
 */
#define DATA(rows, inputs, classes)                                                      \
    "[data]\nsource = classification\nrows = " #rows "\ninputs = " #inputs               \
    "\nclasses = " #classes "\nlow = -1\nhigh = 1\n"
#define STOP "[stop]\nmax_steps = 1000000000\ntheta_delta = 0\n[log]\nevery = 1000\n"

static const char large_text[] = "[experiment]\ndtype = float32\n" DATA(2560, 784, 10)
    STOP "[model]\nkind = mlp\nhidden = 512 512\nactivation = relu\n"
         "[batch]\nsize = 256\n[optimizer]\nkind = adam\nlr = 1e-5\n";

/* Debian's package dataset-fashion-mnist. */
static const char fashion_text[] =
    "[experiment]\ndtype = float32\n[data]\nsource = idx\n"
    "path = @datasets/fashion-mnist\ntarget = label\n" STOP
    "[model]\nkind = mlp\nhidden = 128\nactivation = relu\n"
    "[batch]\nsize = 128\n[optimizer]\nkind = adam\nlr = 1e-3\n";

enum { SIDE = 1024 };

static const char small_text[] = "[experiment]\ndtype = float32\n" DATA(500, 20, 3) STOP
    "[model]\nkind = mlp\nhidden = 13 8\nactivation = relu sigmoid\n"
    "[optimizer]\nkind = gd\nlr = 1e-3\n";

struct network {
    struct ob_spec spec;
    struct ob_diags diags;
    struct ob_trainer *trainer;
    int steps;
    /* of the large ones */
    double flops; /* of the products of a step */
    struct ob_pool *pool;
    float *matrix; /* three of SIDE x SIDE */
    double gflops[2];
    /* of the small one */
    struct bare_net *bare;
};

static void teardown(void *ctx)
{
    struct network *n = ctx;
    ob_trainer_destroy(n->trainer);
    ob_spec_finish(&n->spec);
    ob_diags_finish(&n->diags);
    ob_pool_destroy(n->pool);
    free(n->matrix);
    free(n->bare);
    free(n);
}

static struct network *create(const char *text, int steps, struct ob_err *err)
{
    struct network *n = ob_xcalloc(1, sizeof *n);
    struct ob_spec_from from = { .path = "bench.ini", .text = text, .n = strlen(text) };
    n->steps = steps;
    if (ob_spec_read(&from, &n->spec, &n->diags))
        n->trainer = ob_trainer_create(&n->spec, &n->diags);
    if (n->trainer && ob_trainer_start(n->trainer) == OB_GO_ON)
        return n;
    ob_fail(err, OB_EFAIL, "%s",
            n->diags.n ? n->diags.item[0].text : "the run ended at its start");
    teardown(n);
    return NULL;
}

/* Seconds a step by the clock given. */
static double steps(struct network *n, double (*clock)(void), struct ob_err *err)
{
    double begin = clock();
    for (int i = 0; i < n->steps; i++)
        if (ob_trainer_step(n->trainer) != OB_GO_ON) {
            ob_fail(err, OB_EFAIL, "the run ended early");
            return -1;
        }
    return (clock() - begin) / n->steps;
}

/* ---- large ---- */

/* Multiplications and additions of a step: three products for each layer, two for the
 * first, which hands nothing down; and one more for each, as whole epochs are measured,
 * which end with the loss of all rows. */
static double products(double batch, const double *weights, size_t layers)
{
    double sum = -weights[0];
    for (size_t i = 0; i < layers; i++)
        sum += 4 * weights[i];
    return 2 * batch * sum;
}

/* The matrices of the calibration; NULL, and n is gone, where there is no memory. */
static struct network *beside_squares(struct network *n, struct ob_err *err)
{
    n->pool = ob_pool_create(0, err);
    n->matrix = ob_alloc((size_t)3 * SIDE * SIDE, sizeof *n->matrix, err);
    for (size_t i = 0; n->matrix && i < (size_t)2 * SIDE * SIDE; i++)
        n->matrix[i] = (float)(i % 17) - 8;
    if (n->pool && n->matrix)
        return n;
    teardown(n);
    return NULL;
}

static void *large_setup(struct ob_err *err)
{
    static const double weights[] = { 784 * 512, 512 * 512, 512 * 10 };
    struct network *n = create(large_text, 20, err); /* two epochs */
    if (!n)
        return NULL;
    n->flops = products(256, weights, OB_COUNT(weights));
    return beside_squares(n, err);
}

static double large_measure(void *ctx, struct ob_err *err)
{
    struct network *n = ctx;
    double seconds = steps(n, bench_now, err);
    n->gflops[0] = n->flops / seconds * 1e-9;
    return seconds;
}

/* The time that as many operations take in a product of square matrices. */
static double large_calibrate(void *ctx, struct ob_err *err)
{
    struct network *n = ctx;
    const size_t area = (size_t)SIDE * SIDE;
    struct ob_gemm g = { .dtype = OB_F32,
                         .m = SIDE,
                         .n = SIDE,
                         .k = SIDE,
                         .alpha = 1,
                         .a = n->matrix,
                         .b = n->matrix + area,
                         .c = n->matrix + 2 * area,
                         .lda = SIDE,
                         .ldb = SIDE,
                         .ldc = SIDE };
    enum { TIMES = 8 };
    (void)err;
    double begin = bench_now();
    for (int i = 0; i < TIMES; i++)
        ob_matmul(n->pool, OB_MATH_BLAS, &g);
    double rate = TIMES * 2 * (double)area * SIDE / (bench_now() - begin);
    n->gflops[1] = rate * 1e-9;
    return n->flops / rate;
}

static void large_tell(void *ctx, struct ob_buf *out)
{
    const struct network *n = ctx;
    ob_buf_addf(out, ", %.0f / %.0f GF/s", n->gflops[0], n->gflops[1]);
}

const struct bench_case bench_network = {
    .name = "network-784-512",
    .what = "784-512-512-10, batch 256, adam / sgemm of 1024^3",
    .kind = BENCH_SPEED_AT_LEAST,
    .goal = 0.65,
    .setup = large_setup,
    .teardown = teardown,
    .measure = large_measure,
    .calibrate = large_calibrate,
    .tell = large_tell,
};

/* ---- an epoch of images ---- */

enum { IMAGES = 60000, FASHION_BATCH = 128 };

static void *fashion_setup(struct ob_err *err)
{
    static const double weights[] = { 784 * 128, 128 * 10 };
    const int batches = (IMAGES + FASHION_BATCH - 1) / FASHION_BATCH;
    struct network *n = create(fashion_text, batches, err);
    if (!n)
        return NULL;
    n->flops = products(FASHION_BATCH, weights, OB_COUNT(weights));
    return beside_squares(n, err);
}

static double fashion_measure(void *ctx, struct ob_err *err)
{
    return large_measure(ctx, err) * ((struct network *)ctx)->steps;
}

static double fashion_calibrate(void *ctx, struct ob_err *err)
{
    return large_calibrate(ctx, err) * ((struct network *)ctx)->steps;
}

const struct bench_case bench_fashion = {
    .name = "fashion-epoch",
    .what = "784-128-10, 60,000 images, batch 128, adam / sgemm of 1024^3",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 2,
    .optional = true,
    .setup = fashion_setup,
    .teardown = teardown,
    .measure = fashion_measure,
    .calibrate = fashion_calibrate,
    .tell = large_tell,
};

/* ---- small ---- */

/* In [-1, 1). */
static float noise(uint32_t *roll)
{
    *roll = *roll * 69069 + 1;
    return (float)(*roll >> 8) * 0x1p-23F - 1;
}

static void *small_setup(struct ob_err *err)
{
    struct network *n = create(small_text, 2000, err);
    uint32_t roll = 1;
    if (!n)
        return NULL;
    n->bare = aligned_alloc(64, (sizeof *n->bare + 63) / 64 * 64);
    OB_REQUIRE(n->bare);
    memset(n->bare, 0, sizeof *n->bare);
    n->bare->rows = 500;
    n->bare->lr = 1e-3F;
    for (size_t i = 0; i < (size_t)BARE_GROUPS * BARE_LANES; i++) {
        const size_t group = i / BARE_LANES, lane = i % BARE_LANES;
        n->bare->label[group][lane] = i < n->bare->rows ? (float)(i % 3) : -1;
        for (size_t j = 0; j < BARE_WIDEST && i < n->bare->rows; j++)
            n->bare->x[group][j][lane] = noise(&roll);
    }
    for (size_t l = 0; l < 3; l++)
        for (size_t u = 0; u < BARE_WIDEST; u++)
            for (size_t v = 0; v < BARE_WIDEST; v++)
                n->bare->w[l][u][v] = 0.2F * noise(&roll);
    return n;
}

/* One chunk of rows is one thread's work. */
static double small_measure(void *ctx, struct ob_err *err)
{
    return steps(ctx, bench_busy, err);
}

static double small_calibrate(void *ctx, struct ob_err *err)
{
    struct network *n = ctx;
    float loss = 0;
    double begin = bench_busy();
    for (int i = 0; i < n->steps; i++)
        loss = bare_net_step(n->bare);
    double seconds = (bench_busy() - begin) / n->steps;
    if (loss > 0 && loss < 2)
        return seconds;
    ob_fail(err, OB_EFAIL, "the bare network has the loss %g", (double)loss);
    return -1;
}

const struct bench_case bench_network_small = {
    .name = "network-20-13-8-3",
    .what = "trainer step, 500 samples / bare loop",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 40e-6,
    .setup = small_setup,
    .teardown = teardown,
    .measure = small_measure,
    .calibrate = small_calibrate,
};
