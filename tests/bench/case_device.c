#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"
#include "optbench/device/device.h"
#include "optbench/train/trainer.h"

/*
 * Whole steps on a device, every number of their rows computed: least squares against
 * copying as many bytes within the device's memory; a problem of 49 rows and a network
 * against the same steps on the processor. The device is the one that OB_BENCH_DEVICE
 * names, else the first there is. An OpenCL processor is as good as any for the same
 * bits, but says nothing about speed, and the line tells so.
 */
enum { ROWS = 1000000, COLS = 100, COPIES = 50 };

#define STOP                                                                             \
    "[stop]\nmax_steps = 1000000000\n"                                                   \
    "[log]\nevery = 1000\nparams = none\n"

static const char small_text[] =
    "[experiment]\ndtype = float32\n"
    "[data]\nsource = csv\npath = @data/heights.csv\nfeatures = age_years\n"
    "target = height_m\n" STOP "[model]\nkind = linear\n"
    "[optimizer]\nkind = gd\nlr = 1e-7\n";

static const char network_text[] =
    "[experiment]\ndtype = float32\nmath = blas\n"
    "[data]\nsource = classification\nrows = 25600\ninputs = 784\nclasses = 10\n"
    "low = -1\nhigh = 1\n" STOP "[model]\nkind = mlp\nhidden = 512 512\n"
    "activation = relu\n[batch]\nsize = 256\n[optimizer]\nkind = adam\nlr = 1e-5\n";

struct bench_run {
    struct ob_spec spec;
    struct ob_diags diags;
    struct ob_trainer *trainer;
};

struct bench_device {
    struct ob_device *device; /* for copies */
    struct ob_device_mem *from, *to;
    struct bench_run here, there; /* on the processor, on the device */
    int steps[2];                 /* of a run of each */
};

/* ---- one run ---- */

static void run_finish(struct bench_run *r)
{
    ob_trainer_destroy(r->trainer);
    ob_spec_finish(&r->spec);
    ob_diags_finish(&r->diags);
}

static bool run_start(struct bench_run *r, const char *text, const char *device,
                      struct ob_err *err)
{
    char *set = ob_xasprintf("experiment.device=%s", device);
    const char *const sets[] = { set };
    const struct ob_spec_from from = {
        .path = "bench.ini", .text = text, .n = strlen(text), .sets = sets, .nsets = 1
    };
    if (ob_spec_read(&from, &r->spec, &r->diags))
        r->trainer = ob_trainer_create(&r->spec, &r->diags);
    free(set);
    return (r->trainer && ob_trainer_start(r->trainer) == OB_GO_ON) ||
           ob_fail(err, OB_EFAIL, "%s",
                   r->diags.n ? r->diags.item[0].text : "the run ended at its start");
}

/* Seconds a step. */
static double run_steps(struct bench_run *r, int steps, struct ob_err *err)
{
    double begin = bench_now();
    for (int i = 0; i < steps; i++)
        if (ob_trainer_step(r->trainer) != OB_GO_ON) {
            ob_fail(err, OB_EFAIL, "the run ended early");
            return -1;
        }
    return (bench_now() - begin) / steps;
}

/* ---- the device ---- */

static void teardown(void *ctx)
{
    struct bench_device *b = ctx;
    run_finish(&b->here);
    run_finish(&b->there);
    if (b->device) {
        ob_device_free(b->device, b->from);
        ob_device_free(b->device, b->to);
        ob_device_close(b->device);
    }
    free(b);
}

static bool open_first(struct ob_device **out, struct ob_err *err)
{
    const char *name = getenv("OB_BENCH_DEVICE");
    if (name && *name)
        return ob_device_open(name, out, err);
    for (size_t i = 0; ob_device_api(i); i++)
        if (ob_device_open(ob_device_api(i), out, err))
            return true;
    return false;
}

/* The run on the device has begun; NULL with *err. */
static struct bench_device *create(const char *text, struct ob_err *err)
{
    struct bench_device *b = ob_xcalloc(1, sizeof *b);
    char name[64];
    if (open_first(&b->device, err)) {
        const struct ob_device_facts *f = ob_device_facts(b->device);
        snprintf(name, sizeof name, "%s:%zu", f->api, f->index);
        if (run_start(&b->there, text, name, err))
            return b;
    }
    teardown(b);
    return NULL;
}

static struct bench_device *beside_processor(struct bench_device *b, const char *text,
                                             struct ob_err *err)
{
    if (!b || run_start(&b->here, text, "cpu", err))
        return b;
    teardown(b);
    return NULL;
}

static bool is_gpu(const struct bench_device *b)
{
    return ob_device_facts(b->device)->gpu;
}

static double measure(void *ctx, struct ob_err *err)
{
    struct bench_device *b = ctx;
    return run_steps(&b->there, b->steps[1], err);
}

static double beside(void *ctx, struct ob_err *err)
{
    struct bench_device *b = ctx;
    return run_steps(&b->here, b->steps[0], err);
}

static void tell(void *ctx, struct ob_buf *out)
{
    const struct bench_device *b = ctx;
    const struct ob_device_facts *f = ob_device_facts(b->device);
    char safe[2 * OB_DEVICE_NAME];
    ob_buf_addf(out, ", %s:%zu %s", f->api, f->index,
                ob_text_safe_z(safe, sizeof safe, f->name));
    ob_buf_addf(out, ", %s", ob_text_safe_z(safe, sizeof safe, f->driver));
    if (!f->gpu)
        ob_buf_adds(out, "; no GPU, so this says nothing about speed");
}

/* ---- least squares ---- */

static void lsq_text(struct ob_buf *out)
{
    ob_buf_addf(out,
                "[experiment]\ndtype = float32\n[data]\nsource = line\n"
                "rows = %d\nspread = uniform\nslope =",
                ROWS);
    for (int j = 0; j < COLS; j++)
        ob_buf_addf(out, " %d", j % 7 - 3);
    ob_buf_adds(out, "\n" STOP "[model]\nkind = linear\nbias = no\n"
                     "[optimizer]\nkind = gd\nlr = 1e-7\n");
}

static uint64_t lsq_size(void)
{
    return (uint64_t)ROWS * (COLS + 1) * sizeof(float);
}

static void *lsq_setup(struct ob_err *err)
{
    struct ob_buf text = { 0 };
    lsq_text(&text);
    struct bench_device *b = create(ob_buf_text(&text), err);
    ob_buf_finish(&text);
    if (!b)
        return NULL;
    b->steps[1] = is_gpu(b) ? 400 : 3;
    b->from = ob_device_alloc(b->device, lsq_size() / 2, err);
    b->to = b->from ? ob_device_alloc(b->device, lsq_size() / 2, err) : NULL;
    if (b->to)
        return b;
    teardown(b);
    return NULL;
}

/* A copy of half the bytes reads and writes as many as a step reads. */
static double copy(void *ctx, struct ob_err *err)
{
    struct bench_device *b = ctx;
    double begin = bench_now();
    for (int i = 0; i < COPIES; i++)
        ob_device_copy(b->device, b->to, 0, b->from, 0, lsq_size() / 2);
    return ob_device_sync(b->device, err) ? (bench_now() - begin) / COPIES : -1;
}

static double lsq_bytes(void *ctx)
{
    (void)ctx;
    return (double)lsq_size();
}

const struct bench_case bench_device_lsq = {
    .name = "device-1e6x100",
    .what = "a step of least squares on a device / copying there",
    .kind = BENCH_SPEED_AT_LEAST,
    .goal = 0.6,
    .optional = true,
    .setup = lsq_setup,
    .teardown = teardown,
    .measure = measure,
    .calibrate = copy,
    .bytes = lsq_bytes,
    .tell = tell,
};

/* ---- 49 rows ---- */

static void *small_setup(struct ob_err *err)
{
    struct bench_device *b = create(small_text, err);
    if (b) {
        b->steps[0] = 100000;
        b->steps[1] = is_gpu(b) ? 100000 : 5000;
    }
    return beside_processor(b, small_text, err);
}

const struct bench_case bench_device_small = {
    .name = "device-49x2",
    .what = "a step on a device / on the processor",
    .kind = BENCH_SECONDS_AT_MOST,
    .goal = 5e-6,
    .optional = true,
    .setup = small_setup,
    .teardown = teardown,
    .measure = measure,
    .calibrate = beside,
    .tell = tell,
};

/* ---- a network ---- */

static void *network_setup(struct ob_err *err)
{
    struct bench_device *b = create(network_text, err);
    if (b) {
        b->steps[0] = 100; /* an epoch */
        b->steps[1] = is_gpu(b) ? 2000 : 2;
    }
    return beside_processor(b, network_text, err);
}

/* bench/gpu.sh sets it against torch on the same card. */
const struct bench_case bench_device_network = {
    .name = "device-784-512",
    .what = "784-512-512-10, batch 256, adam, on a device / on the processor",
    .kind = BENCH_TIMES_AT_MOST,
    .optional = true,
    .setup = network_setup,
    .teardown = teardown,
    .measure = measure,
    .calibrate = beside,
    .tell = tell,
};
