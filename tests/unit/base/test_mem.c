/* Memory that is handed back: zeros to the byte, and nothing beside it. */
#include <config.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"

#include "../../lib/ob_test.h"

enum { BYTES = 1 << 22 };

static void large_blocks_are_zeros(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        unsigned char *p = ob_alloc(BYTES, 1, NULL);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < BYTES; i++)
            if (p[i])
                fail_msg("byte %zu is %d", i, p[i]);
        memset(p, 0xa5, BYTES); /* what the next round may be given again */
        free(p);
    }
}

/* Any stretch, from a byte to many pages, at any place. */
static void released_pages_read_as_zeros(void **state)
{
    (void)state;
    struct ob_rng rng;
    unsigned char *p = ob_alloc(BYTES, 1, NULL);
    assert_non_null(p);
    ob_rng_init(&rng, 3, 0);
    for (int i = 0; i < 50; i++) {
        size_t most = i % 2 ? BYTES : 20000;
        size_t n = (size_t)ob_rng_below(&rng, most);
        size_t from = (size_t)ob_rng_below(&rng, BYTES - n);
        memset(p, 0x5a, BYTES);
        ob_release_pages(p + from, n);
        for (size_t k = 0; k < BYTES; k++)
            if (p[k] != (k >= from && k < from + n ? 0 : 0x5a))
                fail_msg("byte %zu after releasing %zu from %zu", k, n, from);
    }
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_blocks_are_zeros),
        cmocka_unit_test(released_pages_read_as_zeros),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
