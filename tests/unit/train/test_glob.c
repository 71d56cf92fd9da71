#include <config.h>

#include "../../../src/train/glob.h"

#include <fnmatch.h>

#include "../../lib/ob_test.h"
#include "optbench/base/rng.h"

static void patterns(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *name;
        bool match;
    } cases[] = {
        { "w", "w", true },
        { "w", "ww", false },
        { "w*", "w", true },
        { "*", "", true },
        { "", "", true },
        { "", "w", false },
        { "?", "", false },
        { "b?as", "bias", true },
        { "linear*.weight", "linear1.weight", true },
        { "linear*.weight", "linear1.bias", false },
        { "*.weight", "linear1.weight.weight", true },
        { "linear[12].bias", "linear2.bias", true },
        { "linear[1-3].bias", "linear4.bias", false },
        { "linear[!1-3].bias", "linear4.bias", true },
        { "[]x]", "]", true },
        { "[w", "[w", true },
        { "a*b*c", "aXbYbZc", true },
        { "a*b*c", "aXbYbZ", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (ob_glob(cases[i].pattern, cases[i].name) != cases[i].match)
            fail_msg("'%s' on '%s'", cases[i].pattern, cases[i].name);
}

/* In the C locale fnmatch() knows the same language. */
static void agrees_with_fnmatch(void **state)
{
    (void)state;
    struct ob_rng rng;
    unsigned matches = 0;
    ob_rng_init(&rng, 4, 0);
    for (int round = 0; round < 200000; round++) {
        static const char *const item[] = { "a", "b", "c",    "*",    "?",
                                            "*", "a", "[ab]", "[!a]", "[b-c]" };
        char pattern[64] = "", name[9] = "";
        for (uint64_t i = ob_rng_below(&rng, 6); i > 0; i--)
            strcat(pattern, item[ob_rng_below(&rng, 10)]);
        for (uint64_t i = 0, n = ob_rng_below(&rng, 8); i < n; i++)
            name[i] = (char)('a' + ob_rng_below(&rng, 3));
        bool want = fnmatch(pattern, name, 0) == 0;
        matches += want;
        if (ob_glob(pattern, name) != want)
            fail_msg("'%s' on '%s'", pattern, name);
    }
    assert_true(matches > 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns),
        cmocka_unit_test(agrees_with_fnmatch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
