#include <config.h>

#include <errno.h>

#include "optbench/base/err.h"
#include "optbench/base/mem.h"

#include "../../lib/ob_test.h"

static void fails_in_one_line(void **state)
{
    (void)state;
    struct ob_err err = { 0 };
    assert_false(ob_fail(&err, OB_EDATA, "line %d", 7));
    assert_int_equal(err.code, OB_EDATA);
    assert_string_equal(err.text, "line 7");
    assert_false(ob_fail_at(&err, "data/%s.csv", "iris"));
    assert_int_equal(err.code, OB_EDATA);
    assert_string_equal(err.text, "data/iris.csv: line 7");
    assert_false(ob_fail(NULL, OB_EIO, "nobody listens"));
    assert_false(ob_fail_at(NULL, "nobody"));
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    struct ob_err err;
    char text[2000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    ob_fail(&err, OB_EFAIL, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_string_equal(err.text + sizeof err.text - 4, "...");
    ob_fail_at(&err, "%s", text);
    assert_true(strlen(err.text) < sizeof err.text);
}

static void codes_have_the_documented_exits(void **state)
{
    (void)state;
    assert_int_equal(ob_code_exit(OB_OK), 0);
    assert_int_equal(ob_code_exit(OB_EFAIL), 1);
    assert_int_equal(ob_code_exit(OB_EUSAGE), 2);
    assert_int_equal(ob_code_exit(OB_ECONFIG), 2);
    assert_int_equal(ob_code_exit(OB_EDATA), 3);
    assert_int_equal(ob_code_exit(OB_EIO), 5);
    assert_int_equal(ob_code_exit(OB_EDEVICE), 69);
    assert_string_equal(ob_errno_text(ENOSPC), "No space left on device");
    assert_non_null(ob_errno_text(99999));
}

static void large_memory_is_aligned_and_zero(void **state)
{
    (void)state;
    struct ob_err err = { 0 };
    for (size_t n = 0; n < 200; n++) {
        unsigned char *p = ob_alloc(n, 3, &err);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < 3 * n; i++)
            assert_int_equal(p[i], 0);
        free(p);
    }
}

static void impossible_memory_is_an_error(void **state)
{
    (void)state;
    struct ob_err err = { 0 };
    assert_null(ob_alloc(SIZE_MAX / 4, 8, &err));
    assert_int_equal(err.code, OB_ENOMEM);
    err = (struct ob_err){ 0 };
    assert_null(ob_alloc(SIZE_MAX - 3, 1, &err));
    assert_int_equal(err.code, OB_ENOMEM);
    assert_null(ob_alloc(SIZE_MAX / 2, 4, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fails_in_one_line),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(codes_have_the_documented_exits),
        cmocka_unit_test(large_memory_is_aligned_and_zero),
        cmocka_unit_test(impossible_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
