#include <config.h>

#include "optbench/base/compiler.h"
#include "optbench/base/suggest.h"
#include "optbench/base/text.h"

#include "../../lib/ob_test.h"

static void check_safe(const char *in, size_t n, const char *expected)
{
    struct ob_buf b = { 0 };
    ob_text_safe(&b, in, n);
    assert_string_equal(ob_buf_text(&b), expected);
    ob_buf_finish(&b);
}

static void spells_out_what_a_terminal_obeys(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "plain text, 100 % \\n", "plain text, 100 % \\n" },
        { "\x1b]0;PWNED\x07", "\\x1b]0;PWNED\\x07" },
        { "\x1b[31mRED", "\\x1b[31mRED" },
        { "\xc2\x9b"
          "31m",
          "\\x9b31m" },
        { "\x9b"
          "31m",
          "\\x9b31m" },
        { "abc\b\b\bXYZ", "abc\\x08\\x08\\x08XYZ" },
        { "a\nb\rc\td", "a\\x0ab\\x0dc\\x09d" },
        { "\x7f\xc2\xad", "\\x7f\\xad" },
        { "\xe2\x80\xae"
          "evil\xe2\x81\xa6",
          "\\u202eevil\\u2066" },
        { "a\xe2\x80\x8b\xef\xbb\xbf"
          "b",
          "a\\u200b\\ufeffb" },
        { "\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029" },
        { "\xf3\xa0\x80\x81\xf0\x9f\xbf\xbe", "\\u{e0001}\\u{1fffe}" },
        { "\xef\xb7\x90\xef\xbf\xbf", "\\ufdd0\\uffff" },
        { "\xe3\x85\xa4\xef\xb8\x8f", "\\u3164\\ufe0f" },
        { "\xff\xfe\xc3", "\\xff\\xfe\\xc3" },
        { "\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf" },
        { "\xed\xa0\x80", "\\xed\\xa0\\x80" },
        { "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
        { "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80",
          "\xc3\xa9\xe6\xbc\xa2\xf0\x9f\x98\x80" },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++)
        check_safe(cases[i][0], strlen(cases[i][0]), cases[i][1]);
    check_safe("a\0b", 3, "a\\x00b");
    check_safe("\xf4\x8f\xbf\xbd", 4, "\xf4\x8f\xbf\xbd");
}

static void fits_the_given_room(void **state)
{
    (void)state;
    char out[8];
    assert_string_equal(ob_text_safe_z(out, sizeof out, "1234567890"), "1234567");
    assert_string_equal(ob_text_safe_z(out, sizeof out, "12345\x1b"), "12345");
    assert_string_equal(ob_text_safe_z(out, sizeof out, "12345\xc3\xa9"),
                        "12345\xc3\xa9");
    assert_string_equal(ob_text_safe_z(out, sizeof out, "123456\xc3\xa9"), "123456");
    assert_string_equal(ob_text_safe_z(out, 1, "x"), "");
    assert_string_equal(ob_text_safe_z(out, sizeof out, NULL), "");
}

static void utf8_round_trips(void **state)
{
    (void)state;
    char bytes[4];
    uint32_t back;
    for (uint32_t rune = 0; rune <= 0x10ffff; rune++) {
        size_t n = ob_utf8_encode(bytes, rune);
        if (ob_utf8_decode(bytes, n, &back) != n)
            fail_msg("U+%04X is not read back", rune);
        if (back != (rune >= 0xd800 && rune <= 0xdfff ? 0xfffd : rune))
            fail_msg("U+%04X is read back as U+%04X", rune, back);
        if (n > 1 && ob_utf8_decode(bytes, n - 1, &back) != 0)
            fail_msg("U+%04X is read from one byte too few", rune);
    }
    assert_true(ob_utf8_valid("h\xc3\xa4", 3));
    assert_false(ob_utf8_valid("h\xc3\xa4", 2));
    assert_true(ob_utf8_valid("", 0));
}

static void widths(void **state)
{
    (void)state;
    assert_int_equal(ob_text_width(""), 0);
    assert_int_equal(ob_text_width("abc"), 3);
    assert_int_equal(ob_text_width("\xe6\xbc\xa2\xe5\xad\x97"), 4); /* two ideographs */
    assert_int_equal(ob_text_width("e\xcc\x81"), 1);                /* e, acute accent */
    assert_int_equal(ob_text_width("\xef\xbc\xa1"), 2);             /* fullwidth A */
    assert_int_equal(ob_text_width("\xf0\x9f\x98\x80"), 2);         /* a face */
    assert_int_equal(ob_text_width("\xe2\xa0\xbf"), 1);             /* braille */
    assert_int_equal(ob_text_width("\xe2\x94\x80\xce\xb8"), 2);     /* line, theta */
    assert_int_equal(ob_text_width("\xff"), 1);
    assert_int_equal(ob_text_width("\xed\x95\x9c"), 2); /* Hangul syllable */
}

static void clips_between_characters(void **state)
{
    (void)state;
    assert_int_equal(ob_text_clip("abc", 2), 2);
    assert_int_equal(ob_text_clip("abc", 9), 3);
    assert_int_equal(ob_text_clip("abc", 0), 0);
    assert_int_equal(ob_text_clip("abc", -1), 0);
    assert_int_equal(ob_text_clip("a\xe6\xbc\xa2", 2), 1);
    assert_int_equal(ob_text_clip("a\xe6\xbc\xa2", 3), 4);
    assert_int_equal(ob_text_clip("e\xcc\x81x", 1), 3);
}

static void distances(void **state)
{
    (void)state;
    assert_int_equal(ob_text_distance("", ""), 0);
    assert_int_equal(ob_text_distance("", "abc"), 3);
    assert_int_equal(ob_text_distance("momentum", "momentum"), 0);
    assert_int_equal(ob_text_distance("momentmu", "momentum"), 1);
    assert_int_equal(ob_text_distance("weight-decay", "Weight_Decay"), 0);
    assert_int_equal(ob_text_distance("kitten", "sitting"), 3);
    assert_int_equal(ob_text_distance("ca", "abc"), 3); /* the restricted form */
    char longer[100];
    memset(longer, 'a', 99);
    longer[99] = '\0';
    assert_true(ob_text_distance(longer, "a") > 1000);
}

static void suggestions(void **state)
{
    (void)state;
    static const char *const keys[] = { "lr",       "momentum",     "dampening",
                                        "nesterov", "weight_decay", "bias",
                                        NULL };
    assert_string_equal(ob_text_suggest("momentun", keys), "momentum");
    assert_string_equal(ob_text_suggest("weigth-decay", keys), "weight_decay");
    assert_string_equal(ob_text_suggest("rl", keys), "lr");
    assert_null(ob_text_suggest("x", keys));
    assert_null(ob_text_suggest("gamma", keys));
    assert_null(ob_text_suggest("", keys));
    struct ob_suggest s;
    ob_suggest_init(&s, "stpe");
    ob_suggest_offer(&s, NULL);
    ob_suggest_offer(&s, "constant");
    assert_null(s.best);
    ob_suggest_offer(&s, "step");
    ob_suggest_offer(&s, "stop");
    assert_string_equal(s.best, "step");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spells_out_what_a_terminal_obeys),
        cmocka_unit_test(fits_the_given_room),
        cmocka_unit_test(utf8_round_trips),
        cmocka_unit_test(widths),
        cmocka_unit_test(clips_between_characters),
        cmocka_unit_test(distances),
        cmocka_unit_test(suggestions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
