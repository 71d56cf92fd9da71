#include <config.h>

#include "bigint_priv.h"

#include "optbench/base/compiler.h"

void ob_bigint_set(struct ob_bigint *b, uint64_t v)
{
    b->n = v != 0;
    b->word[0] = v;
}

static void push(struct ob_bigint *b, uint64_t word)
{
    OB_REQUIRE(b->n < OB_BIGINT_WORDS);
    b->word[b->n++] = word;
}

void ob_bigint_muladd(struct ob_bigint *b, uint64_t factor, uint64_t term)
{
    uint64_t carry = term;
    for (size_t i = 0; i < b->n; i++) {
        ob_u128 t = (ob_u128)b->word[i] * factor + carry;
        b->word[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
    if (carry)
        push(b, carry);
}

void ob_bigint_mul_pow5(struct ob_bigint *b, unsigned power)
{
    static const uint64_t five27 = 7450580596923828125u; /* the highest in 64 bits */
    for (; power >= 27; power -= 27)
        ob_bigint_muladd(b, five27, 0);
    uint64_t rest = 1;
    for (; power > 0; power--)
        rest *= 5;
    ob_bigint_muladd(b, rest, 0);
}

void ob_bigint_shift(struct ob_bigint *b, unsigned bits_left)
{
    size_t words = bits_left / 64;
    if (b->n == 0)
        return;
    ob_bigint_muladd(b, (uint64_t)1 << bits_left % 64, 0);
    OB_REQUIRE(b->n + words <= OB_BIGINT_WORDS);
    for (size_t i = b->n; i-- > 0;)
        b->word[i + words] = b->word[i];
    for (size_t i = 0; i < words; i++)
        b->word[i] = 0;
    b->n += words;
}

void ob_bigint_div(struct ob_bigint *b, uint64_t divisor)
{
    uint64_t rest = 0;
    for (size_t i = b->n; i-- > 0;) {
        ob_u128 t = (ob_u128)rest << 64 | b->word[i];
        b->word[i] = (uint64_t)(t / divisor);
        rest = (uint64_t)(t % divisor);
    }
    while (b->n > 0 && b->word[b->n - 1] == 0)
        b->n--;
}

int ob_bigint_compare(const struct ob_bigint *a, const struct ob_bigint *b)
{
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    for (size_t i = a->n; i-- > 0;)
        if (a->word[i] != b->word[i])
            return a->word[i] < b->word[i] ? -1 : 1;
    return 0;
}

ob_u128 ob_bigint_top(const struct ob_bigint *b)
{
    uint64_t w[3] = { 0 };
    for (size_t i = 0; i < 3 && i < b->n; i++)
        w[i] = b->word[b->n - 1 - i];
    int lead = __builtin_clzll(w[0]);
    ob_u128 top = (ob_u128)w[0] << 64 | w[1];
    return lead ? top << lead | w[2] >> (64 - lead) : top;
}
