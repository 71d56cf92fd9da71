#include <config.h>

#include <math.h>

#include "optbench/base/json.h"

#include "../../lib/ob_test.h"

static struct ob_json_value *parsed(const char *text)
{
    struct ob_err err = { 0 };
    struct ob_json_value *v = ob_json_parse(text, strlen(text), &err);
    if (!v)
        fail_msg("%s: %s", text, err.text);
    return v;
}

static void writes_what_it_is_told(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    struct ob_json j = { .out = &b };
    ob_json_begin_object(&j);
    ob_json_key(&j, "state");
    ob_json_string(&j, "finished");
    ob_json_key(&j, "loss");
    ob_json_number(&j, 0.000946);
    ob_json_key(&j, "list");
    ob_json_begin_array(&j);
    ob_json_integer(&j, INT64_MIN);
    ob_json_number(&j, NAN);
    ob_json_number(&j, -INFINITY);
    ob_json_bool(&j, true);
    ob_json_null(&j);
    ob_json_string(&j, NULL);
    ob_json_begin_object(&j);
    ob_json_end_object(&j);
    ob_json_end_array(&j);
    ob_json_key(&j, "a\"\\\b\f\n\r\t\x01\x7f\xc3\xa9\xff\xe2\x80\xae\xf3\xa0\x80\x81");
    ob_json_bool(&j, false);
    ob_json_end_object(&j);
    assert_string_equal(
        b.data, "{\"state\":\"finished\",\"loss\":0.000946,"
                "\"list\":[-9223372036854775808,\"nan\",\"-inf\",true,null,null,{}],"
                "\"a\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u007f\xc3\xa9\xef\xbf\xbd\\u202e\\udb"
                "40\\udc01\":false}");
    ob_buf_finish(&b);
}

static void writes_for_people(void **state)
{
    (void)state;
    struct ob_buf b = { 0 };
    struct ob_json j = { .out = &b, .pretty = true };
    ob_json_begin_object(&j);
    ob_json_key(&j, "a");
    ob_json_begin_array(&j);
    ob_json_integer(&j, 1);
    ob_json_integer(&j, 2);
    ob_json_end_array(&j);
    ob_json_key(&j, "b");
    ob_json_begin_object(&j);
    ob_json_end_object(&j);
    ob_json_end_object(&j);
    assert_string_equal(b.data, "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
    ob_buf_finish(&b);
}

static void reads_a_tree(void **state)
{
    (void)state;
    struct ob_json_value *v =
        parsed(" { \"steps\" : 1043 , \"loss\":9.5e-4,\"big\":1e300, \"x\":\"inf\","
               "\"list\":[1,\"two\",[],null,true], \"o\":{\"k\":-0}, \"\":1 }\r\n");
    assert_int_equal(ob_json_kind(v), OB_JSON_OBJECT);
    assert_int_equal(ob_json_count(v), 7);
    assert_string_equal(ob_json_key_at(v, 1), "loss");
    assert_null(ob_json_key_at(v, 7));
    assert_int_equal(ob_json_int(ob_json_get(v, "steps"), -1), 1043);
    assert_true(ob_json_num(ob_json_get(v, "loss"), 0) == 9.5e-4);
    assert_int_equal(ob_json_int(ob_json_get(v, "big"), -1), -1);
    assert_true(ob_json_num(ob_json_get(v, "x"), 0) == INFINITY);
    const struct ob_json_value *list = ob_json_get(v, "list");
    assert_int_equal(ob_json_count(list), 5);
    assert_string_equal(ob_json_text(ob_json_at(list, 1)), "two");
    assert_int_equal(ob_json_count(ob_json_at(list, 2)), 0);
    assert_int_equal(ob_json_kind(ob_json_at(list, 3)), OB_JSON_NULL);
    assert_true(ob_json_flag(ob_json_at(list, 4), false));
    assert_null(ob_json_at(list, 5));
    double zero = ob_json_num(ob_json_get(ob_json_get(v, "o"), "k"), 5);
    assert_true(zero == 0 && signbit(zero));
    ob_json_free(v);
}

static void copies_a_tree(void **state)
{
    (void)state;
    static const char text[] =
        "{\"a\":[1,-0,0.5,9223372036854775807,\"x\\u202e\",null,true,{}],\"b\":[]}";
    struct ob_buf b = { 0 };
    struct ob_json j = { .out = &b };
    struct ob_json_value *v = parsed(text);
    ob_json_copy(&j, v);
    assert_string_equal(b.data, text);
    ob_buf_clear(&b);
    ob_json_copy(&j, NULL);
    assert_string_equal(b.data, "null");
    ob_json_free(v);
    ob_buf_finish(&b);
}

static void absent_is_the_fallback(void **state)
{
    (void)state;
    struct ob_json_value *v = parsed("[\"text\", 5, false]");
    assert_null(ob_json_get(v, "key"));
    assert_null(ob_json_get(NULL, "key"));
    assert_null(ob_json_text(NULL));
    assert_null(ob_json_text(ob_json_at(v, 1)));
    assert_true(ob_json_num(ob_json_at(v, 0), 7) == 7);
    assert_true(ob_json_num(NULL, 7) == 7);
    assert_int_equal(ob_json_int(ob_json_at(v, 0), 3), 3);
    assert_true(ob_json_flag(ob_json_at(v, 1), true));
    assert_int_equal(ob_json_count(ob_json_at(v, 0)), 0);
    assert_null(ob_json_at(NULL, 0));
    assert_int_equal(ob_json_kind(NULL), OB_JSON_NULL);
    ob_json_free(v);
    ob_json_free(NULL);
}

static void strings_are_decoded(void **state)
{
    (void)state;
    struct ob_json_value *v =
        parsed("\"\\\"\\\\\\/\\b\\f\\n\\r\\t \\u00e9\\u6F22\\ud83d\\uDE00 \xc3\xa9\"");
    assert_string_equal(ob_json_text(v), "\"\\/\b\f\n\r\t \xc3\xa9\xe6\xbc\xa2"
                                         "\xf0\x9f\x98\x80 \xc3\xa9");
    ob_json_free(v);
}

static void refuses_what_is_not_json(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "", "line 1, column 1: the text ends too early" },
        { "[1,\n 2", "line 2, column 3: ']' or ',' is missing" },
        { "[1 2]", "line 1, column 4: ']' or ',' is missing" },
        { "[1,]", "line 1, column 4: a value is missing or not JSON" },
        { "{\"a\":1,}", "line 1, column 8: a key is missing" },
        { "{a:1}", "line 1, column 2: a key is missing" },
        { "{\"a\" 1}", "line 1, column 6: a colon is missing" },
        { "{\"a\":1,\"a\":2}", "line 1, column 14: a key stands twice in this object" },
        { "1 2", "line 1, column 3: text behind the value" },
        { "01", "line 1, column 2: text behind the value" },
        { "+1", "line 1, column 1: a value is missing or not JSON" },
        { "1.", "line 1, column 1: a value is missing or not JSON" },
        { ".5", "line 1, column 1: a value is missing or not JSON" },
        { "1e", "line 1, column 1: a value is missing or not JSON" },
        { "-", "line 1, column 1: a value is missing or not JSON" },
        { "NaN", "line 1, column 1: a value is missing or not JSON" },
        { "tru", "line 1, column 1: a value is missing or not JSON" },
        { "'a'", "line 1, column 1: a value is missing or not JSON" },
        { "\xef\xbb\xbf{}", "line 1, column 1: a value is missing or not JSON" },
        { "\"abc", "line 1, column 5: the text ends inside a string" },
        { "\"abc\\", "line 1, column 6: the text ends inside a string" },
        { "\"a\nb\"", "line 1, column 3: a control character inside a string" },
        { "\"\xc3\xa9\xff\"", "line 1, column 3: not UTF-8" },
        { "\"\\x41\"", "line 1, column 3: unknown escape" },
        { "\"\\u12g4\"", "line 1, column 4: \\u needs four hexadecimal digits" },
        { "\"\\u12", "line 1, column 4: \\u needs four hexadecimal digits" },
        { "\"\\u0000\"", "line 1, column 8: a string holds a NUL" },
        { "\"\\ud800\"", "line 1, column 8: half of a surrogate pair" },
        { "\"\\udc00\"", "line 1, column 8: half of a surrogate pair" },
        { "\"\\ud800\\u0041\"", "line 1, column 14: half of a surrogate pair" },
    };
    for (size_t i = 0; i < OB_COUNT(cases); i++) {
        struct ob_err err = { 0 };
        assert_null(ob_json_parse(cases[i].text, strlen(cases[i].text), &err));
        assert_int_equal(err.code, OB_EDATA);
        assert_string_equal(err.text, cases[i].message);
        assert_null(ob_json_parse(cases[i].text, strlen(cases[i].text), NULL));
    }
}

static void depth_and_size_are_limited(void **state)
{
    (void)state;
    struct ob_err err = { 0 };
    char deep[2 * OB_JSON_DEPTH + 3] = { 0 };
    memset(deep, '[', OB_JSON_DEPTH);
    memset(deep + OB_JSON_DEPTH, ']', OB_JSON_DEPTH);
    ob_json_free(parsed(deep));
    memset(deep, '[', OB_JSON_DEPTH + 1);
    memset(deep + OB_JSON_DEPTH + 1, ']', OB_JSON_DEPTH + 1);
    assert_null(ob_json_parse(deep, strlen(deep), &err));
    assert_string_equal(err.text, "line 1, column 18: nested too deeply");

    char *large = calloc(1, OB_JSON_MAX + 1);
    memset(large, ' ', OB_JSON_MAX);
    assert_null(ob_json_parse(large, OB_JSON_MAX + 1, &err));
    assert_string_equal(err.text, "16777217 bytes of JSON are more than 16777216");
    size_t n = 0;
    large[n++] = '[';
    for (size_t i = 0; i < OB_JSON_VALUES; i++) {
        large[n++] = '1';
        large[n++] = ',';
    }
    large[n - 1] = ']';
    assert_null(ob_json_parse(large, n, &err));
    assert_non_null(strstr(err.text, "too many values"));
    large[n - 3] = ']';
    struct ob_json_value *v = ob_json_parse(large, n - 2, &err);
    assert_int_equal(ob_json_count(v), OB_JSON_VALUES - 1);
    ob_json_free(v);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_it_is_told),
        cmocka_unit_test(writes_for_people),
        cmocka_unit_test(reads_a_tree),
        cmocka_unit_test(copies_a_tree),
        cmocka_unit_test(absent_is_the_fallback),
        cmocka_unit_test(strings_are_decoded),
        cmocka_unit_test(refuses_what_is_not_json),
        cmocka_unit_test(depth_and_size_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
