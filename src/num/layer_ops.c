#include <config.h>

#include "layers.h"

#include <math.h>

#include "optbench/base/compiler.h"

#define EXTERN(v)                                                                        \
    extern const struct ob_layer_kernels ob_layers_f32_##v, ob_layers_f64_##v
EXTERN(baseline);
#ifdef OB_X86
EXTERN(v3);
EXTERN(v4);
#endif

const struct ob_layer_kernels *ob_layers_of(enum ob_isa isa, enum ob_dtype dtype)
{
#define OF(v) (dtype == OB_F32 ? &ob_layers_f32_##v : &ob_layers_f64_##v)
#ifdef OB_X86
    if (isa == OB_ISA_V4)
        return OF(v4);
    if (isa == OB_ISA_V3)
        return OF(v3);
#else
    (void)isa;
#endif
    return OF(baseline);
}

const struct ob_layer_kernels *ob_layers(enum ob_dtype dtype)
{
    return ob_layers_of(ob_cpu_isa(), dtype);
}

size_t ob_block_ld(enum ob_dtype dtype, size_t rows)
{
    size_t line = 64 / ob_dtype_size(dtype), ld = (rows + line - 1) / line * line;
    return ld % (8 * line) == 0 ? ld + line : ld;
}

/* ---- activations ---- */

const char *const ob_activation_names[] = { "identity", "relu",    "leaky_relu",
                                            "elu",      "gelu",    "gelu_tanh",
                                            "silu",     "sigmoid", "tanh",
                                            "softplus", NULL };

bool ob_activation_keeps_output(enum ob_activation f)
{
    return f != OB_ACT_GELU && f != OB_ACT_GELU_TANH && f != OB_ACT_SILU &&
           f != OB_ACT_SOFTPLUS;
}

/* One call, shared out by units. */
struct job {
    const struct ob_block *b;
    const struct ob_layer_kernels *kernels;
    const struct ob_activation_kernels *f;
    const void *bias, *kept, *from;
    void *z, *h;
    const struct ob_drop *drop;
    size_t units; /* of a task */
};

/* Element `at` of an array of the block, to be read and to be written. */
static const void *in(const struct ob_block *b, const void *p, size_t at)
{
    return (const char *)p + at * ob_dtype_size(b->dtype);
}

static void *out(const struct ob_block *b, void *p, size_t at)
{
    return (char *)p + at * ob_dtype_size(b->dtype);
}

/* Elements that are worth waking a thread for. */
enum { SOME = 1 << 14 };

static void share(struct ob_pool *pool, struct job *job, void (*fn)(void *, size_t))
{
    const struct ob_block *b = job->b;
    job->units = b->rows < SOME ? SOME / b->rows : 1;
    ob_pool_run(pool, fn, job, (b->units + job->units - 1) / job->units);
}

static size_t end_of(const struct job *job, size_t task)
{
    size_t end = (task + 1) * job->units;
    return end < job->b->units ? end : job->b->units;
}

static void forward(void *ctx, size_t task)
{
    const struct job *job = ctx;
    const struct ob_block *b = job->b;
    for (size_t u = task * job->units; u < end_of(job, task); u++)
        job->f->forward(b->rows, job->bias ? in(b, job->bias, u) : NULL,
                        out(b, job->z, u * b->ld), out(b, job->h, u * b->ld));
}

void ob_layer_forward(struct ob_pool *pool, const struct ob_block *b,
                      enum ob_activation f, const void *bias, void *z, void *h)
{
    struct job job = { .b = b, .f = &ob_layers(b->dtype)->activation[f], .bias = bias };
    job.z = z;
    job.h = h;
    if (f != OB_ACT_IDENTITY || bias || h != z)
        share(pool, &job, forward);
}

static void backward(void *ctx, size_t task)
{
    const struct job *job = ctx;
    const struct ob_block *b = job->b;
    for (size_t u = task * job->units; u < end_of(job, task); u++)
        job->f->backward(b->rows, in(b, job->kept, u * b->ld), out(b, job->z, u * b->ld));
}

void ob_layer_backward(struct ob_pool *pool, const struct ob_block *b,
                       enum ob_activation f, const void *kept, void *g)
{
    struct job job = { .b = b, .f = &ob_layers(b->dtype)->activation[f], .kept = kept };
    job.z = g;
    if (f != OB_ACT_IDENTITY)
        share(pool, &job, backward);
}

static void forward_along(void *ctx, size_t task)
{
    const struct job *job = ctx;
    const struct ob_block *b = job->b;
    for (size_t u = task * job->units; u < end_of(job, task); u++)
        job->f->forward_along(b->rows, in(b, job->kept, u * b->ld),
                              job->bias ? in(b, job->bias, u) : NULL,
                              out(b, job->z, u * b->ld), out(b, job->h, u * b->ld));
}

void ob_layer_forward_along(struct ob_pool *pool, const struct ob_block *b,
                            enum ob_activation f, const void *kept, const void *rbias,
                            void *rz, void *rh)
{
    struct job job = { .b = b,
                       .f = &ob_layers(b->dtype)->activation[f],
                       .kept = kept,
                       .bias = rbias,
                       .z = rz,
                       .h = rh };
    share(pool, &job, forward_along);
}

static void backward_along(void *ctx, size_t task)
{
    const struct job *job = ctx;
    const struct ob_block *b = job->b;
    for (size_t u = task * job->units; u < end_of(job, task); u++)
        job->f->backward_along(b->rows, in(b, job->kept, u * b->ld),
                               in(b, job->from, u * b->ld), out(b, job->z, u * b->ld),
                               out(b, job->h, u * b->ld));
}

void ob_layer_backward_along(struct ob_pool *pool, const struct ob_block *b,
                             enum ob_activation f, const void *kept, const void *rz,
                             void *g, void *rg)
{
    struct job job = { .b = b,
                       .f = &ob_layers(b->dtype)->activation[f],
                       .kept = kept,
                       .from = rz,
                       .z = g,
                       .h = rg };
    if (f != OB_ACT_IDENTITY)
        share(pool, &job, backward_along);
}

/* ---- sums and units ---- */

void ob_chunk_sums_add(struct ob_chunk_sums *s, double sum)
{
    double *lane = &s->lane[s->chunks++ % OB_LANES];
    *lane = ob_dtype_round(s->dtype, *lane + sum);
}

double ob_chunk_sums_fold(struct ob_chunk_sums *s)
{
    size_t w = OB_LANES / 2;
    while (w > 0 && w >= s->chunks)
        w /= 2;
    for (; w > 0; w /= 2)
        for (size_t l = 0; l < w; l++)
            s->lane[l] = ob_dtype_round(s->dtype, s->lane[l] + s->lane[l + w]);
    return s->lane[0];
}

static double sum(const struct ob_block *b, const struct ob_layer_kernels *kernels,
                  const void *g)
{
    if (b->rows <= OB_CHUNK)
        return kernels->sum(b->rows, g);
    struct ob_chunk_sums s = { .dtype = b->dtype };
    for (size_t at = 0; at < b->rows; at += OB_CHUNK) {
        size_t n = b->rows - at < OB_CHUNK ? b->rows - at : OB_CHUNK;
        ob_chunk_sums_add(&s, kernels->sum(n, in(b, g, at)));
    }
    return ob_chunk_sums_fold(&s);
}

static void sums(void *ctx, size_t task)
{
    const struct job *job = ctx;
    const struct ob_block *b = job->b;
    for (size_t u = task * job->units; u < end_of(job, task); u++) {
        double s = sum(b, job->kernels, in(b, job->from, u * b->ld));
        if (b->dtype == OB_F32)
            ((float *)job->z)[u] = (float)s;
        else
            ((double *)job->z)[u] = s;
    }
}

void ob_layer_sums(struct ob_pool *pool, const struct ob_block *b, const void *g,
                   void *total)
{
    struct job job = { .b = b, .kernels = ob_layers(b->dtype), .from = g, .z = total };
    share(pool, &job, sums);
}

void ob_layer_alive(const struct ob_block *b, const void *h, bool *alive)
{
    const struct ob_layer_kernels *kernels = ob_layers(b->dtype);
    for (size_t u = 0; u < b->units; u++)
        alive[u] = alive[u] || kernels->any(b->rows, in(b, h, u * b->ld));
}

/* ---- dropout ---- */

static void drop(void *ctx, size_t task)
{
    const struct job *job = ctx;
    const struct ob_block *b = job->b;
    struct ob_drop d = *job->drop;
    for (size_t u = task * job->units; u < end_of(job, task); u++) {
        d.counter[1] = (uint32_t)u;
        job->kernels->drop(b->rows, &d, in(b, job->from, u * b->ld),
                           out(b, job->h, u * b->ld));
    }
}

uint32_t ob_dropout_least(double p)
{
    double least = ceil(p * 0x1p32);
    return least < 0x1p32 ? (uint32_t)least : UINT32_MAX;
}

void ob_layer_dropout(struct ob_pool *pool, const struct ob_block *b,
                      const struct ob_dropout *d, const void *from, void *to)
{
    OB_REQUIRE(d->p >= 0 && d->p < 1 && d->first_row % 4 == 0 && d->step >> 48 == 0 &&
               d->layer < 0x8000);
    struct ob_drop drops = {
        .key = { (uint32_t)d->seed, (uint32_t)(d->seed >> 32) },
        .counter = { (uint32_t)(d->first_row / 4), 0, (uint32_t)d->step,
                     0x80000000u | (uint32_t)d->layer << 16 | (uint32_t)(d->step >> 32) },
        .least = ob_dropout_least(d->p),
        .scale = 1 / (1 - d->p),
    };
    struct job job = {
        .b = b, .kernels = ob_layers(b->dtype), .drop = &drops, .from = from, .h = to
    };
    share(pool, &job, drop);
}
