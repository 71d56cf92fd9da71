#include "hutchinson.h"

#include <stdio.h>

#include "optbench/base/compiler.h"
#include "optbench/num/draw.h"
#include "optbench/num/normal.h"

const char *const hutchinson_probes[] = { "rademacher", "gaussian", "exact", NULL };

bool hutchinson_init(struct hutchinson *h, const struct ob_optimizer *o,
                     struct ob_err *err)
{
    enum ob_dtype dtype = o->problem->dtype;
    size_t n = o->problem->n;
    return ob_vec_init(&h->diagonal, dtype, n, err) &&
           ob_vec_init(&h->probe, dtype, n, err) &&
           ob_vec_init(&h->product, dtype, n, err);
}

void hutchinson_finish(struct hutchinson *h)
{
    ob_vec_finish(&h->diagonal);
    ob_vec_finish(&h->probe);
    ob_vec_finish(&h->product);
}

/* Signs for the elements of a segment: bit i of vector `number`, which has whole words.
 */
static void draw_signs(struct ob_vec *probe, const struct ob_segment *s, uint64_t seed,
                       uint64_t number)
{
    struct ob_rng r;
    uint64_t words = (probe->n + 31) / 32;
    uint32_t bits = 0;
    ob_rng_init(&r, seed, OB_STREAM_OPTIMIZER);
    for (size_t i = s->offset; i < s->offset + s->n; i++) {
        if (i == s->offset || i % 32 == 0)
            bits = ob_rng_at(&r, number * words + i / 32);
        ob_vec_set(probe, i, bits >> i % 32 & 1 ? 1 : -1);
    }
}

/* Two normals share a draw, so vectors begin at even indices. */
static void draw_normals(struct ob_vec *probe, const struct ob_segment *s, uint64_t seed,
                         uint64_t number)
{
    double block[512];
    uint64_t first = number * (probe->n + probe->n % 2);
    for (size_t at = s->offset, end = s->offset + s->n; at < end;) {
        size_t n = end - at < OB_COUNT(block) ? end - at : OB_COUNT(block);
        ob_normals_at(seed, OB_STREAM_OPTIMIZER, first + at, n, block);
        ob_vec_write(probe, at, n, block);
        at += n;
    }
}

static void draw(struct hutchinson *h, const struct ob_optimizer *o, uint64_t number,
                 enum hutchinson_probes probes)
{
    for (size_t k = 0; k < o->segments; k++) {
        if (probes == HUTCHINSON_GAUSSIAN)
            draw_normals(&h->probe, &o->segment[k], o->seed, number);
        else
            draw_signs(&h->probe, &o->segment[k], o->seed, number);
    }
}

static bool product(struct hutchinson *h, struct ob_optimizer *o,
                    const struct ob_iterate *it)
{
    struct ob_err err;
    if (ob_problem_hvp(it->problem, it->theta->data, h->probe.data, h->product.data,
                       &err))
        return true;
    snprintf(o->note, sizeof o->note, "no product with the Hessian: %.300s", err.text);
    return false;
}

static bool look_exactly(struct hutchinson *h, struct ob_optimizer *o,
                         const struct ob_iterate *it)
{
    for (size_t k = 0; k < o->segments; k++) {
        const struct ob_segment *s = &o->segment[k];
        for (size_t i = s->offset; i < s->offset + s->n; i++) {
            ob_vec_set(&h->probe, i, 1);
            if (!product(h, o, it))
                return false;
            ob_vec_set(&h->probe, i, 0);
            ob_vec_set(&h->diagonal, i, ob_vec_get(&h->product, i));
        }
    }
    return true;
}

bool hutchinson_look(struct hutchinson *h, struct ob_optimizer *o,
                     const struct ob_iterate *it, uint64_t t,
                     enum hutchinson_probes probes, uint64_t samples)
{
    ob_vec_zero(&h->probe);
    ob_vec_zero(&h->diagonal);
    if (probes == HUTCHINSON_EXACT)
        return look_exactly(h, o, it);
    for (uint64_t j = 0; j < samples; j++) {
        draw(h, o, (t - 1) * samples + j, probes);
        if (!product(h, o, it))
            return false;
        for (size_t i = 0; i < h->probe.n; i++) {
            double z = ob_vec_get(&h->probe, i), one = z * ob_vec_get(&h->product, i);
            ob_vec_set(&h->diagonal, i,
                       ob_vec_get(&h->diagonal, i) + one / (double)samples);
        }
    }
    return true;
}
