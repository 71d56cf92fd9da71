#include <config.h>

#include "optbench/base/compiler.h"
#include "optbench/base/hash.h"
#include "optbench/base/rng.h"

#include "../../lib/ob_test.h"

/* The known answers that come with Random123, the authors' own implementation. */
static void philox_known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], out[4];
    } cases[] = {
        { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
        { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
          { 0xffffffff, 0xffffffff },
          { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
        { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
          { 0xa4093822, 0x299f31d0 },
          { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        uint32_t out[4];
        ob_philox4x32(cases[i].counter, cases[i].key, out);
        assert_memory_equal(out, cases[i].out, sizeof out);
    }
}

static void a_stream_is_its_blocks_in_order(void **state)
{
    (void)state;
    struct ob_rng r;
    uint64_t seed = 0x123456789abcdef0, stream = 0xfedcba9876543210;
    ob_rng_init(&r, seed, stream);
    for (uint32_t block = 0; block < 5; block++) {
        uint32_t counter[4] = { block, 0, 0x76543210, 0xfedcba98 }, out[4];
        uint32_t key[2] = { 0x9abcdef0, 0x12345678 };
        ob_philox4x32(counter, key, out);
        for (int i = 0; i < 4; i++) {
            assert_int_equal(ob_rng_at(&r, 4 * block + (uint32_t)i), out[i]);
            assert_int_equal(ob_rng_u32(&r), out[i]);
        }
    }
}

static void any_position_can_be_restored(void **state)
{
    (void)state;
    struct ob_rng r, other;
    uint64_t drawn[64];
    ob_rng_init(&r, 7, 1);
    ob_rng_u32(&r);
    uint64_t saved = r.position;
    for (size_t i = 0; i < OB_COUNT(drawn); i++)
        drawn[i] = ob_rng_u64(&r);
    for (uint64_t from = 0; from < OB_COUNT(drawn); from++) {
        ob_rng_init(&other, 7, 1);
        ob_rng_seek(&other, saved + 2 * from);
        assert_true(ob_rng_u64(&other) == drawn[from]);
    }
    ob_rng_seek(&r, (UINT64_C(1) << 40) + 3);
    assert_int_equal(ob_rng_at(&r, (UINT64_C(1) << 40) + 3), ob_rng_u32(&r));
}

/* Bounds that a fair source leaves less than once in 10^9 seeds; the seed is fixed. */
static void uniform_is_uniform(void **state)
{
    (void)state;
    struct ob_rng r;
    double sum = 0, squares = 0;
    const int n = 1000000;
    ob_rng_init(&r, 42, 0);
    for (int i = 0; i < n; i++) {
        double u = ob_rng_uniform(&r);
        assert_true(u >= 0 && u < 1);
        sum += u;
        squares += u * u;
    }
    ob_assert_near(sum / n, 0.5, 0.002);
    ob_assert_near(squares / n, 1.0 / 3, 0.002);
}

static void below_is_even(void **state)
{
    (void)state;
    struct ob_rng r;
    size_t count[7] = { 0 };
    ob_rng_init(&r, 43, 0);
    for (int i = 0; i < 700000; i++)
        count[ob_rng_below(&r, 7)]++;
    for (size_t i = 0; i < OB_COUNT(count); i++)
        ob_assert_near((double)count[i], 100000, 2000);
    for (int i = 0; i < 100; i++)
        assert_int_equal(ob_rng_below(&r, 1), 0);

    /* With n = 3 * 2^62 a plain product would hit every third number twice as often. */
    uint64_t n = UINT64_C(3) << 62;
    size_t thirds[3] = { 0 };
    uint64_t before = r.position;
    for (int i = 0; i < 300000; i++) {
        uint64_t v = ob_rng_below(&r, n);
        assert_true(v < n);
        thirds[v % 3]++;
    }
    for (size_t i = 0; i < OB_COUNT(thirds); i++)
        ob_assert_near((double)thirds[i], 100000, 2000);
    assert_true(r.position - before > 2 * 300000);
}

static void known_hashes(void **state)
{
    (void)state;
    assert_true(ob_hash("", 0, 0) == UINT64_C(0xcbf29ce484222325));
    assert_true(ob_hash("a", 1, 0) == UINT64_C(0xaf63dc4c8601ec8c));
    assert_true(ob_hash("foobar", 6, 0) == UINT64_C(0x85944171f73967e8));
    assert_true(ob_hash("bar", 3, ob_hash("foo", 3, 0)) !=
                ob_hash("foo", 3, ob_hash("bar", 3, 0)));
}

static void hashes_doubles_by_value(void **state)
{
    (void)state;
    const double v[] = { 1, -0.0, 2.5 }, w[] = { 1, 0.0, 2.5 };
    const unsigned char one[8] = { 0, 0, 0, 0, 0, 0, 0xf0, 0x3f };
    assert_true(ob_hash_doubles(v, 1, 0) == ob_hash(one, 8, 0));
    assert_true(ob_hash_doubles(v, 3, 0) != ob_hash_doubles(w, 3, 0));
    const uint64_t bits[] = { 0x7ff8000000000000, 0xfff8000000000001 };
    double nans[2];
    memcpy(nans, bits, sizeof nans);
    assert_true(ob_hash_doubles(nans, 1, 5) == ob_hash_doubles(nans + 1, 1, 5));
}

/* The examples of RFC 3720, appendix B.4, and the usual check word. */
static void known_check_sums(void **state)
{
    (void)state;
    unsigned char bytes[32];
    assert_int_equal(ob_crc32c("123456789", 9, 0), 0xe3069283);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(ob_crc32c(bytes, sizeof bytes, 0), 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    assert_int_equal(ob_crc32c(bytes, sizeof bytes, 0), 0x62a8ab43);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    assert_int_equal(ob_crc32c(bytes, sizeof bytes, 0), 0x46dd794e);
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        uint32_t half = ob_crc32c(bytes, cut, 0);
        assert_int_equal(ob_crc32c(bytes + cut, sizeof bytes - cut, half), 0x46dd794e);
    }
    assert_int_equal(ob_crc32c(bytes, 0, 0), 0);
}

/* The figures are those of python-xxhash 3. */
static void the_fast_hash_is_xxh64(void **state)
{
    static const struct {
        size_t n;
        uint64_t hash;
    } edge[] = {
        { 31, UINT64_C(0x75962f9d7038401d) },  { 32, UINT64_C(0x96e723b0a0fde61a) },
        { 33, UINT64_C(0xe6350fb99ae8341e) },  { 63, UINT64_C(0x857f7431b6a14ba8) },
        { 100, UINT64_C(0xfda71a17a25e1a5b) },
    };
    unsigned char byte[200], all[200 * 8];
    (void)state;
    assert_true(ob_hash_fast("", 0, 0) == UINT64_C(0xef46db3751d8e999));
    assert_true(ob_hash_fast("a", 1, 0) == UINT64_C(0xd24ec4f1a98c6e5b));
    assert_true(ob_hash_fast("abc", 3, 0) == UINT64_C(0x44bc2cf5ad770999));
    for (size_t i = 0; i < sizeof byte; i++)
        byte[i] = (unsigned char)(i * 37);
    for (size_t i = 0; i < OB_COUNT(edge); i++)
        assert_true(ob_hash_fast(byte, edge[i].n, edge[i].n) == edge[i].hash);
    /* Every length up to 200, as one figure: the hash of all hashes, high byte first. */
    for (size_t n = 0; n < 200; n++) {
        uint64_t h = ob_hash_fast(byte, n, n);
        for (size_t i = 0; i < 8; i++)
            all[8 * n + i] = (unsigned char)(h >> (56 - 8 * i));
    }
    assert_true(ob_hash_fast(all, sizeof all, 0) == UINT64_C(0xd74f8aee9be524e1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_known_answers),
        cmocka_unit_test(a_stream_is_its_blocks_in_order),
        cmocka_unit_test(any_position_can_be_restored),
        cmocka_unit_test(uniform_is_uniform),
        cmocka_unit_test(below_is_even),
        cmocka_unit_test(known_hashes),
        cmocka_unit_test(hashes_doubles_by_value),
        cmocka_unit_test(known_check_sums),
        cmocka_unit_test(the_fast_hash_is_xxh64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
