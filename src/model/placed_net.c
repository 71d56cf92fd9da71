#include "placed_net.h"

#include <stdlib.h>
#include <string.h>

#include "entry.h"
#include "optbench/base/mem.h"
#include "optbench/device/network.h"
#include "optbench/device/text.h"

/* Memory that the activations of a piece may take before a wave has several: what caches
 * of cards hold, and enough rows for all of their units. */
enum { NET_ROOM = 64 << 20 };

static const char text[] = "#include \"kernels/losses.h\"\n";

static const char *lacks(const struct ob_problem *p)
{
    const struct network *net = p->state;
    return net->full.sparse.begin ? "its data are sparse" : NULL;
}

/* ---- sizes ---- */

/* How the work is cut, and what it takes; in elements of the dtype. */
struct net_sizes {
    size_t wave, piece; /* rows */
    uint64_t ld;        /* of the room */
    uint64_t room, partial;
    uint64_t full, batch; /* elements of x */
    uint64_t full_ld, batch_ld;
};

static uint64_t round_up(uint64_t n)
{
    return (n + 31) / 32 * 32;
}

/* Units that the room has places for: of all layers, and two gradients. */
static uint64_t units_of(const struct network *net)
{
    uint64_t units = 2 * (uint64_t)net->widest;
    for (size_t l = 0; l < net->layers; l++)
        units += net->layer[l].out * (net->layer[l].apart ? 2u : 1u);
    return units;
}

static struct net_sizes sizes_of(const struct ob_problem *p, size_t batch_cap)
{
    const struct network *net = p->state;
    const uint64_t units = units_of(net), features = net->features;
    const uint64_t most = p->rows > batch_cap ? p->rows : batch_cap;
    const uint64_t block = units * OB_CHUNK * ob_dtype_size(p->dtype);
    struct net_sizes s = { .wave = OB_CHUNK * (net->narrow ? NET_WAVE : 1) };
    const uint64_t fit = NET_ROOM / block, blocks = s.wave / OB_CHUNK;
    s.piece = OB_CHUNK * (size_t)(fit < 1 ? 1 : fit < blocks ? fit : blocks);
    s.ld = round_up(most < s.piece ? most : s.piece);
    s.room = units * s.ld;
    if (p->math != OB_MATH_REPRODUCIBLE || (net->narrow && most > OB_CHUNK))
        s.partial = blocks * p->layout.n;
    s.full_ld = net->narrow ? round_up(p->rows) : features;
    s.batch_ld = net->narrow ? round_up(batch_cap) : features;
    s.full = net->narrow ? features * s.full_ld : p->rows * features;
    s.batch = net->narrow ? features * s.batch_ld : batch_cap * features;
    return s;
}

static uint64_t bytes(const struct ob_problem *p, size_t batch_cap)
{
    const struct net_sizes s = sizes_of(p, batch_cap);
    const uint64_t reals =
        s.full + p->rows + s.batch + batch_cap + s.room + s.partial + s.wave;
    return reals * ob_dtype_size(p->dtype) + s.wave * sizeof(uint32_t);
}

/* ---- memory ---- */

/* `n` elements of `size` bytes; once something has failed, nothing. */
static struct ob_device_mem *take(struct net_placed *s, uint64_t n, size_t size, bool *ok,
                                  struct ob_err *err)
{
    struct ob_device_mem *m = *ok ? ob_device_alloc(s->device, n * size, err) : NULL;
    *ok = m != NULL;
    return m;
}

static bool allot(struct net_placed *s, const struct net_sizes *z, size_t batch_cap,
                  struct ob_err *err)
{
    const size_t real = ob_dtype_size(s->problem->dtype);
    bool ok = true;
    s->full.x = take(s, z->full, real, &ok, err);
    s->full.y = take(s, s->problem->rows, real, &ok, err);
    s->room = take(s, z->room, real, &ok, err);
    s->value = take(s, z->wave, real, &ok, err);
    s->hit = take(s, z->wave, sizeof(uint32_t), &ok, err);
    s->tally = take(s, 2, sizeof(double), &ok, err);
    s->facts = take(s, OB_NET_FACTORS + s->net->layers, sizeof(double), &ok, err);
    if (batch_cap) {
        s->batch.x = take(s, z->batch, real, &ok, err);
        s->batch.y = take(s, batch_cap, real, &ok, err);
    }
    if (z->partial)
        s->partial = take(s, z->partial, real, &ok, err);
    return ok;
}

/* The places of net_room, unit after unit. */
static void lay_out(struct net_placed *s)
{
    const struct network *net = s->net;
    uint64_t at = 0;
    s->kept_at = ob_xcalloc(net->layers, sizeof *s->kept_at);
    s->out_at = ob_xcalloc(net->layers, sizeof *s->out_at);
    for (size_t l = 0; l < net->layers; l++) {
        s->kept_at[l] = at;
        if (net->layer[l].apart)
            at += net->layer[l].out * s->ld;
        s->out_at[l] = at;
        at += net->layer[l].out * s->ld;
    }
    s->g_at[0] = at;
    s->g_at[1] = at + net->widest * s->ld;
}

/* ---- what is copied ---- */

/* One column after the other, put together from its chunks. */
static bool copy_columns(struct net_placed *s, struct ob_err *err)
{
    const struct network *net = s->net;
    const size_t rows = s->problem->rows, size = ob_dtype_size(net->dtype);
    char *column = ob_alloc(rows, size, err);
    for (size_t j = 0; column && j <= net->features; j++) {
        for (size_t b = 0; b < net_blocks(&net->full); b++) {
            const struct net_rows r = net_block(net, &net->full, b);
            const char *from =
                j < net->features ? (const char *)r.x + j * r.ld * size : r.y;
            memcpy(column + r.first * size, from, r.n * size);
        }
        if (j < net->features)
            ob_device_upload(s->device, s->full.x, j * s->full.ld * size, column,
                             rows * size);
        else
            ob_device_upload(s->device, s->full.y, 0, column, rows * size);
    }
    free(column);
    return column != NULL;
}

static bool copy_data(struct net_placed *s, struct ob_err *err)
{
    const struct net_data *data = &s->net->full;
    const size_t rows = s->problem->rows, size = ob_dtype_size(s->net->dtype);
    if (s->net->narrow)
        return copy_columns(s, err);
    ob_device_upload(s->device, s->full.x, 0, data->rows, rows * s->net->features * size);
    ob_device_upload(s->device, s->full.y, 0, data->y, rows * size);
    return true;
}

static void copy_facts(struct net_placed *s)
{
    const struct network *net = s->net;
    const size_t n = OB_NET_FACTORS + net->layers;
    double *fact = ob_xcalloc(n, sizeof *fact);
    fact[OB_NET_OFF] = net->target.smoothing / (double)net->outputs;
    fact[OB_NET_KEEP] = 1 - net->target.smoothing;
    fact[OB_NET_ON] = fact[OB_NET_KEEP] + fact[OB_NET_OFF];
    fact[OB_NET_DELTA] = net->target.delta;
    for (size_t l = 0; l < net->layers; l++)
        fact[OB_NET_FACTORS + l] = 1 / (1 - net->layer[l].dropout);
    ob_device_upload(s->device, s->facts, 0, fact, n * sizeof *fact);
    free(fact);
}

/* ---- programs ---- */

static bool build(struct net_placed *s, struct ob_err *err)
{
    static const char *const names[] = {
#define X(name) "net_" #name,
        NET_KERNELS(X)
#undef X
    };
    const bool single = s->net->dtype == OB_F32;
    const char *const define[] = { single ? "OB_REAL_BITS=32" : "OB_REAL_BITS=64", NULL };
    struct ob_buf whole = { 0 };
    ob_device_text(text, &whole);
    s->program = ob_device_build(s->device, ob_buf_text(&whole), define, err);
    ob_buf_finish(&whole);
    for (size_t i = 0; s->program && i < NET_KERNEL_COUNT; i++) {
        s->kernel[i] = ob_device_kernel(s->device, s->program, names[i], err);
        if (!s->kernel[i])
            return false;
    }
    return s->program != NULL;
}

/* ---- members of ob_placed_type ---- */

/* Where the maker's library is missing our own products keep what `blas` promises. */
static bool has_vendor(const struct ob_placed *pl)
{
    struct ob_err ignored;
    return pl->problem->math != OB_MATH_REPRODUCIBLE &&
           ob_device_facts(pl->device)->gemm &&
           ob_device_gemm_ready(pl->device, &ignored);
}

static bool start(struct ob_placed *pl, struct ob_err *err)
{
    const struct net_sizes z = sizes_of(pl->problem, pl->batch_cap);
    struct net_placed *s = ob_xcalloc(1, sizeof *s);
    pl->state = s;
    s->device = pl->device;
    s->problem = pl->problem;
    s->net = pl->problem->state;
    s->wave = z.wave;
    s->piece = z.piece;
    s->ld = z.ld;
    s->full.ld = z.full_ld;
    s->batch.ld = z.batch_ld;
    s->vendor = has_vendor(pl);
    lay_out(s);
    if (!build(s, err) || !allot(s, &z, pl->batch_cap, err) || !copy_data(s, err))
        return false;
    copy_facts(s);
    return ob_device_sync(s->device, err);
}

static void finish(struct ob_placed *pl)
{
    struct net_placed *s = pl->state;
    if (!s)
        return;
    struct ob_device_mem *const all[] = { s->full.x, s->full.y, s->batch.x, s->batch.y,
                                          s->room,   s->facts,  s->partial, s->value,
                                          s->hit,    s->tally };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        ob_device_free(s->device, all[i]);
    if (s->program)
        ob_device_program_free(s->device, s->program);
    free(s->kept_at);
    free(s->out_at);
    free(s);
    pl->state = NULL;
}

static void seen(struct ob_problem *p, const void *theta, const double *out)
{
    net_remember(p, theta, (size_t)out[OB_PLACED_CORRECT]);
}

const struct ob_placed_type net_placed_type = {
    .lacks = lacks,
    .bytes = bytes,
    .start = start,
    .finish = finish,
    .eval = net_placed_eval,
    .seen = seen,
};
