#include <config.h>

#include "optbench/num/draw.h"

#include <string.h>

#include "draw_replay.h"
#include "optbench/base/compiler.h"
#include "optbench/num/normal.h"

/* float32 crosses to double by so many elements; a multiple of 16, in which torch makes
 * its normals, so that parts are what one call gives. */
enum { PART = 512 };

bool ob_draw_init(struct ob_draw *d, const struct ob_draw_setup *setup,
                  struct ob_err *err)
{
    *d = (struct ob_draw){ .kind = setup->kind, .dtype = setup->dtype };
    if (d->kind == OB_RNG_PHILOX)
        ob_rng_init(&d->u.philox, setup->seed, setup->stream);
    else
        ob_torch_init(&d->u.torch, setup->seed, d->kind == OB_RNG_TORCH);
    if (!setup->before || setup->before->n == 0)
        return true;
    if (d->kind == OB_RNG_PHILOX)
        return ob_fail(err, OB_ECONFIG, "only rng = torch has calls to repeat");
    if (!ob_draw_check(setup->before, err))
        return false;
    draw_replay(d, setup->before);
    return true;
}

/* ---- Philox ---- */

/* Brings the position to the next pair of uniforms, which is where normals begin, and
 * where others begin behind normals. */
static struct ob_rng *philox(struct ob_draw *d, bool normals)
{
    struct ob_rng *r = &d->u.philox;
    if (d->normals != normals && r->position % 4)
        ob_rng_seek(r, (r->position + 3) / 4 * 4);
    d->normals = normals;
    return r;
}

static void philox_normal(struct ob_draw *d, size_t n, double mean, double std,
                          double *out)
{
    struct ob_rng *r = philox(d, true);
    uint64_t first = r->position / 2;
    ob_normals_at(r->seed, r->stream, first, n, out);
    for (size_t i = 0; i < n; i++)
        out[i] = mean + std * out[i];
    ob_rng_seek(r, 2 * (first + n));
}

static void philox_permutation(struct ob_draw *d, size_t n, uint32_t *out)
{
    struct ob_rng *r = philox(d, false);
    for (size_t i = 0; i < n; i++)
        out[i] = (uint32_t)i;
    for (size_t i = n; i-- > 1;) {
        size_t j = (size_t)ob_rng_below(r, i + 1);
        uint32_t x = out[i];
        out[i] = out[j];
        out[j] = x;
    }
}

/* ---- torch ---- */

static void widen(size_t n, const float *from, double *to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (double)from[i];
}

static void torch_uniform(struct ob_draw *d, size_t n, double low, double high,
                          double *out)
{
    float part[PART];
    if (d->dtype == OB_F64) {
        ob_torch_uniform_f64(&d->u.torch, n, low, high, out);
        return;
    }
    for (size_t at = 0, now; at < n; at += now) {
        now = n - at < PART ? n - at : PART;
        ob_torch_uniform_f32(&d->u.torch, now, low, high, part);
        widen(now, part, out + at);
    }
}

/* The last part is the one with the cut block, which needs 16 elements before its end. */
static void torch_normal(struct ob_draw *d, size_t n, double mean, double std,
                         double *out)
{
    float part[2 * PART];
    if (d->dtype == OB_F64) {
        ob_torch_normal_f64(&d->u.torch, n, mean, std, out);
        return;
    }
    for (size_t at = 0, now; at < n; at += now) {
        now = n - at < 2 * PART ? n - at : PART;
        ob_torch_normal_f32(&d->u.torch, now, mean, std, part);
        widen(now, part, out + at);
    }
}

/* ---- either ---- */

void ob_draw_uniform(struct ob_draw *d, size_t n, double low, double high, double *out)
{
    if (d->kind != OB_RNG_PHILOX) {
        torch_uniform(d, n, low, high, out);
        return;
    }
    struct ob_rng *r = philox(d, false);
    for (size_t i = 0; i < n; i++)
        out[i] = low + (high - low) * ob_rng_uniform(r);
}

void ob_draw_normal(struct ob_draw *d, size_t n, double mean, double std, double *out)
{
    if (d->kind == OB_RNG_PHILOX)
        philox_normal(d, n, mean, std, out);
    else
        torch_normal(d, n, mean, std, out);
}

void ob_draw_integers(struct ob_draw *d, size_t n, int64_t low, int64_t high,
                      int64_t *out)
{
    OB_REQUIRE(low < high);
    uint64_t range = (uint64_t)high - (uint64_t)low;
    for (size_t i = 0; i < n; i++)
        out[i] = d->kind == OB_RNG_PHILOX
                     ? (int64_t)((uint64_t)low + ob_rng_below(philox(d, false), range))
                     : ob_torch_randint(&d->u.torch, low, high);
}

void ob_draw_permutation(struct ob_draw *d, size_t n, uint32_t *out)
{
    OB_REQUIRE(n <= UINT32_MAX);
    if (d->kind == OB_RNG_PHILOX)
        philox_permutation(d, n, out);
    else
        ob_torch_randperm(&d->u.torch, n, out);
}

uint64_t ob_draw_seed(struct ob_draw *d)
{
    return d->kind == OB_RNG_PHILOX ? ob_rng_u64(philox(d, false)) >> 1
                                    : (uint64_t)ob_torch_random(&d->u.torch);
}

/* ---- the state ---- */

enum {
    WORDS = OB_TORCH_WORDS / 2, /* two words of the generator in a number */
    STATE_PHILOX = 2,
    STATE_TORCH = WORDS + 2,
};

#define HAS_NEXT (UINT64_C(1) << 32)

size_t ob_draw_save(const struct ob_draw *d, uint64_t out[static OB_DRAW_STATE_MAX])
{
    const struct ob_torch_rng *t = &d->u.torch;
    if (d->kind == OB_RNG_PHILOX) {
        out[0] = d->u.philox.position;
        out[1] = d->normals;
        return STATE_PHILOX;
    }
    for (size_t i = 0; i < WORDS; i++)
        out[i] = t->word[2 * i] | (uint64_t)t->word[2 * i + 1] << 32;
    out[WORDS] = t->used | (t->has_next ? HAS_NEXT : 0);
    memcpy(&out[WORDS + 1], &t->next, sizeof t->next);
    return STATE_TORCH;
}

static bool restore_torch(struct ob_torch_rng *t, const uint64_t *state)
{
    uint64_t used = state[WORDS] & ~HAS_NEXT;
    double next;
    memcpy(&next, &state[WORDS + 1], sizeof next);
    if (used > OB_TORCH_WORDS || !(next - next == 0))
        return false;
    for (size_t i = 0; i < WORDS; i++) {
        t->word[2 * i] = (uint32_t)state[i];
        t->word[2 * i + 1] = (uint32_t)(state[i] >> 32);
    }
    t->used = (uint32_t)used;
    t->has_next = state[WORDS] & HAS_NEXT;
    t->next = next;
    return true;
}

bool ob_draw_restore(struct ob_draw *d, size_t n, const uint64_t *state)
{
    if (d->kind != OB_RNG_PHILOX)
        return n == STATE_TORCH && restore_torch(&d->u.torch, state);
    if (n != STATE_PHILOX || state[1] > 1)
        return false;
    ob_rng_seek(&d->u.philox, state[0]);
    d->normals = state[1];
    return true;
}
