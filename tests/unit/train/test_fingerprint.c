/* Fingerprints: which steps have them, and that every element and its place count. */
#include <config.h>

#include <math.h>

#include "../../lib/ob_test.h"
#include "optbench/base/hash.h"
#include "optbench/train/fingerprint.h"

static void steps_follow_from_the_number(void **state)
{
    static const struct {
        uint64_t after, next;
    } some[] = {
        { 0, 1 },   { 31, 32 },     { 32, 34 },     { 33, 34 },          { 62, 64 },
        { 64, 68 }, { 1000, 1024 }, { 1024, 1088 }, { 999999, 1015808 },
    };
    (void)state;
    for (size_t i = 0; i < OB_COUNT(some); i++)
        assert_int_equal(ob_fingerprint_after(some[i].after), some[i].next);
    assert_true(ob_fingerprint_after(UINT64_MAX - 1) == UINT64_MAX);
    assert_true(ob_fingerprint_due(0));
}

/* What is due is what comes next from any step before it; never far between. */
static void next_is_the_first_that_is_due(void **state)
{
    size_t n = 0;
    (void)state;
    for (uint64_t step = 0; step < 5000; step++) {
        uint64_t next = step + 1;
        while (!ob_fingerprint_due(next))
            next++;
        assert_int_equal(ob_fingerprint_after(step), next);
        assert_true(next - step <= step / 16 + 1);
    }
    for (uint64_t step = 0; step < 1000000; step = ob_fingerprint_after(step))
        n++;
    assert_int_equal(n, 271);
}

static void each_tensor_has_its_own(void **state)
{
    struct ob_layout l = { 0 };
    struct ob_vec theta = { 0 };
    uint64_t before[3], after[3];
    (void)state;
    ob_layout_add(&l, "weight", 2, (size_t[]){ 3, 5 });
    ob_layout_add(&l, "bias", 1, (size_t[]){ 3 });
    ob_layout_add(&l, "scale", 0, NULL);
    for (enum ob_dtype d = OB_F32; d <= OB_F64; d++) {
        assert_true(ob_vec_init(&theta, d, l.n, NULL));
        unsigned char *byte = theta.data;
        const size_t size = ob_dtype_size(d);
        for (size_t i = 0; i < l.n * size; i++)
            byte[i] = (unsigned char)(i * 7);
        ob_fingerprint(&l, &theta, before);
        for (size_t bit = 0; bit < l.n * size * 8; bit++) {
            byte[bit / 8] ^= (unsigned char)(1u << bit % 8);
            ob_fingerprint(&l, &theta, after);
            size_t at = bit / 8 / size;
            for (size_t t = 0; t < l.count; t++)
                assert_int_equal(before[t] != after[t],
                                 ob_layout_at(&l, at) == &l.tensor[t]);
            byte[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
        ob_vec_finish(&theta);
    }
    ob_layout_finish(&l);
}

/* x86 makes ffc00000 of 0 / 0, ARM 7fc00000, a GPU of NVIDIA 7fffffff. */
static void what_is_no_number_has_one(void **state)
{
    static const uint32_t single[] = { 0xffc00000, 0x7fc00000, 0x7fffffff, 0x7f800001 };
    static const uint64_t full[] = { 0xfff8000000000000, 0x7ff8000000000000,
                                     0x7fffffffffffffff, 0x7ff0000000000001 };
    struct ob_layout l = { 0 };
    (void)state;
    ob_layout_add(&l, "weight", 1, (size_t[]){ 5 });
    for (enum ob_dtype d = OB_F32; d <= OB_F64; d++) {
        struct ob_vec theta = { 0 };
        uint64_t first = 0, print, other;
        assert_true(ob_vec_init(&theta, d, l.n, NULL));
        for (size_t i = 0; i < OB_COUNT(single); i++) {
            if (d == OB_F32)
                memcpy((float *)theta.data + 2, &single[i], sizeof single[i]);
            else
                memcpy((double *)theta.data + 2, &full[i], sizeof full[i]);
            ob_fingerprint(&l, &theta, &print);
            first = i ? first : print;
            assert_true(print == first);
            ob_vec_set(&theta, 3, 1);
            ob_fingerprint(&l, &theta, &other);
            assert_true(other != first);
            ob_vec_set(&theta, 3, 0);
        }
        assert_true(ob_hash_fast(theta.data, l.n * ob_dtype_size(d), 0) != first);
        ob_vec_set(&theta, 2, INFINITY);
        ob_fingerprint(&l, &theta, &other);
        assert_true(other != first);
        ob_vec_finish(&theta);
    }
    ob_layout_finish(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_follow_from_the_number),
        cmocka_unit_test(next_is_the_first_that_is_due),
        cmocka_unit_test(each_tensor_has_its_own),
        cmocka_unit_test(what_is_no_number_has_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
