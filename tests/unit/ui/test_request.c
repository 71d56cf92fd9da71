#include "../../lib/ob_test.h"

#include "optbench/ui/request.h"

/* Calls back with every key name of a request. */
static size_t split(const char *keys, const char *name[static 8], size_t n[static 8])
{
    size_t count = 0;
    while (*keys) {
        name[count] = keys;
        n[count] = strcspn(keys, " ");
        keys += n[count] + strspn(keys + n[count], " ");
        count++;
    }
    return count;
}

static void every_key_is_known_and_free(void **state)
{
    (void)state;
    for (int i = 1; i < OB_REQUESTS; i++) {
        const struct ob_request_info *info = ob_request_info((enum ob_request)i);
        const char *name[8];
        size_t n[8], count = split(info->keys, name, n);
        assert_true(count > 0);
        assert_int_equal(info->id, i);
        for (size_t k = 0; k < count; k++) {
            uint32_t key = ob_key_parse(name[k], n[k]);
            assert_int_not_equal(key, OB_KEY_NONE);
            /* Reached in its own scope: nobody before it in the list has the key. */
            assert_int_equal(ob_request_of(info->scope, key), i);
        }
    }
}

/* A key that means something everywhere keeps its meaning on every screen; only a line
 * being typed has keys of its own. */
static void screens_do_not_hide_common_keys(void **state)
{
    (void)state;
    for (int i = 1; i < OB_REQUESTS; i++) {
        const struct ob_request_info *info = ob_request_info((enum ob_request)i);
        const char *name[8];
        size_t n[8];
        if (info->scope != OB_SCOPE_ALL)
            continue;
        for (size_t k = split(info->keys, name, n); k-- > 0;)
            for (int s = 0; s < OB_SCOPE_EDIT; s++)
                assert_int_equal(
                    ob_request_of((enum ob_scope)s, ob_key_parse(name[k], n[k])), i);
    }
}

static void no_key_needs_a_function_key(void **state)
{
    (void)state;
    for (int i = 1; i < OB_REQUESTS; i++) {
        const struct ob_request_info *info = ob_request_info((enum ob_request)i);
        assert_false(info->keys[0] == 'F' && info->keys[1] >= '0' &&
                     info->keys[1] <= '9');
        assert_non_null(info->help);
    }
}

static void unknown_keys_mean_nothing(void **state)
{
    (void)state;
    for (int s = 0; s < OB_SCOPES; s++) {
        assert_int_equal(ob_request_of((enum ob_scope)s, OB_KEY_NONE), OB_REQUEST_NONE);
        assert_int_equal(ob_request_of((enum ob_scope)s, OB_KEY_UNKNOWN),
                         OB_REQUEST_NONE);
        assert_int_equal(ob_request_of((enum ob_scope)s, 0xe9), OB_REQUEST_NONE);
    }
    assert_int_equal(ob_key_parse("Nonsense", 8), OB_KEY_NONE);
    assert_int_equal(ob_key_parse("", 0), OB_KEY_NONE);
    assert_int_equal(ob_key_parse("Ctrl-L", 6), 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_known_and_free),
        cmocka_unit_test(screens_do_not_hide_common_keys),
        cmocka_unit_test(no_key_needs_a_function_key),
        cmocka_unit_test(unknown_keys_mean_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
