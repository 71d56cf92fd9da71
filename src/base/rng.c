#include <config.h>

#include "optbench/base/rng.h"

#include "bigint_priv.h"
#include "optbench/base/compiler.h"

/* The constants and the round of Salmon et al. 2011, section 3.3 and table 2. */
void ob_philox4x32(const uint32_t counter[static 4], const uint32_t key[static 2],
                   uint32_t out[static 4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xd2511f53u * c0;
        uint64_t b = (uint64_t)0xcd9e8d57u * c2;
        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)b;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)a;
        k0 += 0x9e3779b9u;
        k1 += 0xbb67ae85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

static void block_at(const struct ob_rng *r, uint64_t index, uint32_t out[static 4])
{
    const uint32_t counter[4] = { (uint32_t)index, (uint32_t)(index >> 32),
                                  (uint32_t)r->stream, (uint32_t)(r->stream >> 32) };
    const uint32_t key[2] = { (uint32_t)r->seed, (uint32_t)(r->seed >> 32) };
    ob_philox4x32(counter, key, out);
}

void ob_rng_init(struct ob_rng *r, uint64_t seed, uint64_t stream)
{
    *r = (struct ob_rng){ .seed = seed, .stream = stream };
}

void ob_rng_seek(struct ob_rng *r, uint64_t position)
{
    r->position = position;
    if (position % 4)
        block_at(r, position / 4, r->block);
}

uint32_t ob_rng_u32(struct ob_rng *r)
{
    if (r->position % 4 == 0)
        block_at(r, r->position / 4, r->block);
    return r->block[r->position++ % 4];
}

uint64_t ob_rng_u64(struct ob_rng *r)
{
    uint64_t low = ob_rng_u32(r);
    return low | (uint64_t)ob_rng_u32(r) << 32;
}

double ob_rng_uniform(struct ob_rng *r)
{
    return (double)(ob_rng_u64(r) >> 11) * 0x1p-53;
}

uint64_t ob_rng_below(struct ob_rng *r, uint64_t n)
{
    OB_REQUIRE(n > 0);
    ob_u128 product = (ob_u128)ob_rng_u64(r) * n;
    if ((uint64_t)product < n) {
        uint64_t uneven = -n % n; /* 2^64 mod n */
        while ((uint64_t)product < uneven)
            product = (ob_u128)ob_rng_u64(r) * n;
    }
    return (uint64_t)(product >> 64);
}

uint32_t ob_rng_at(const struct ob_rng *r, uint64_t position)
{
    uint32_t block[4];
    block_at(r, position / 4, block);
    return block[position % 4];
}
