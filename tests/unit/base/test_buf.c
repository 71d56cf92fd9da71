#include <config.h>

#include "optbench/base/buf.h"

#include "../../lib/ob_test.h"

static void empty_is_a_string(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    assert_string_equal(ob_buf_text(&b), "");
    char *s = ob_buf_take(&b);
    assert_string_equal(s, "");
    free(s);
    ob_buf_finish(&b);
}

static void grows_and_keeps(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    for (int i = 0; i < 1000; i++)
        ob_buf_addf(&b, "%d,", i);
    assert_int_equal(b.len, 10 * 2 + 90 * 3 + 900 * 4);
    assert_memory_equal(b.data, "0,1,2,", 6);
    assert_string_equal(b.data + b.len - 4, "999,");
    ob_buf_clear(&b);
    ob_buf_addc(&b, 'x');
    assert_string_equal(ob_buf_text(&b), "x");
    ob_buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_is_a_string),
        cmocka_unit_test(grows_and_keeps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
