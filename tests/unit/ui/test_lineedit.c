#include "../../lib/ob_test.h"

#include "optbench/base/rng.h"
#include "optbench/base/text.h"
#include "optbench/ui/lineedit.h"
#include "optbench/ui/request.h"

static void type(struct ob_lineedit *e, const char *keys)
{
    for (; *keys; keys++)
        ob_lineedit_key(e, (unsigned char)*keys);
}

static void keys_edit(void **state)
{
    (void)state;
    struct ob_lineedit e = { .open = false };
    ob_lineedit_open(&e, "adam");
    assert_int_equal(ob_lineedit_key(&e, OB_KEY_LEFT), OB_EDITED_MOVED);
    type(&e, "x");
    assert_string_equal(e.text, "adaxm");
    assert_int_equal(ob_lineedit_key(&e, OB_KEY_BACKSPACE), OB_EDITED_TEXT);
    assert_int_equal(ob_lineedit_key(&e, OB_KEY_DELETE), OB_EDITED_TEXT);
    assert_string_equal(e.text, "ada");
    assert_int_equal(ob_lineedit_key(&e, OB_KEY_DELETE), OB_EDITED_MOVED);
    type(&e, "\x01>\x05<"); /* Ctrl-A, Ctrl-E */
    assert_string_equal(e.text, ">ada<");
    ob_lineedit_key(&e, OB_KEY_HOME);
    ob_lineedit_key(&e, OB_KEY_RIGHT);
    type(&e, "\x0b"); /* Ctrl-K */
    assert_string_equal(e.text, ">");
    type(&e, " two words  \x17"); /* Ctrl-W */
    assert_string_equal(e.text, "> two ");
    type(&e, "\x15"); /* Ctrl-U */
    assert_string_equal(e.text, "");
    assert_int_equal(ob_lineedit_key(&e, OB_KEY_BACKSPACE), OB_EDITED_MOVED);
    type(&e, "qQ1?/");
    assert_string_equal(e.text, "qQ1?/");
    assert_int_equal(ob_lineedit_key(&e, OB_KEY_UP), OB_EDITED_NOT);
    assert_int_equal(ob_lineedit_key(&e, OB_KEY_TAB), OB_EDITED_NOT);
    assert_int_equal(ob_lineedit_key(&e, OB_KEY_ENTER), OB_EDITED_TAKEN);
    assert_false(e.open);
    assert_string_equal(e.text, "qQ1?/");
    ob_lineedit_open(&e, e.text);
    assert_int_equal(ob_lineedit_key(&e, OB_KEY_ESC), OB_EDITED_DROPPED);
    assert_false(e.open);
    assert_string_equal(e.text, "");
}

/* A value that is there is replaced by typing another one, or kept by any other key. */
static void an_offered_text_gives_way(void **state)
{
    (void)state;
    struct ob_lineedit e = { .open = false };
    ob_lineedit_offer(&e, "0.001");
    type(&e, "0.3");
    assert_string_equal(e.text, "0.3");
    ob_lineedit_offer(&e, "0.001");
    ob_lineedit_key(&e, OB_KEY_BACKSPACE);
    type(&e, "5");
    assert_string_equal(e.text, "0.005");
    ob_lineedit_offer(&e, "0.001");
    ob_lineedit_key(&e, OB_KEY_END);
    type(&e, "5");
    assert_string_equal(e.text, "0.0015");
    ob_lineedit_offer(&e, "0.001");
    assert_int_equal(ob_lineedit_key(&e, OB_KEY_ENTER), OB_EDITED_TAKEN);
    assert_string_equal(e.text, "0.001");
    ob_lineedit_offer(&e, "");
    type(&e, "7");
    assert_string_equal(e.text, "7");
    ob_lineedit_offer(&e, "x");
    ob_lineedit_open(&e, "x");
    type(&e, "y");
    assert_string_equal(e.text, "xy");
}

/* Whole characters are what comes, goes and is passed over. */
static void characters_stay_whole(void **state)
{
    (void)state;
    struct ob_lineedit e = { .open = false };
    ob_lineedit_open(&e, "");
    ob_lineedit_key(&e, 0xe9);    /* two bytes */
    ob_lineedit_key(&e, 0x4e2d);  /* three, two columns */
    ob_lineedit_key(&e, 0x1f600); /* four */
    assert_int_equal(e.n, 9);
    ob_lineedit_key(&e, OB_KEY_LEFT);
    ob_lineedit_key(&e, OB_KEY_BACKSPACE);
    assert_string_equal(e.text, "\xc3\xa9\xf0\x9f\x98\x80");
    ob_lineedit_key(&e, 0x202e); /* nothing that turns the line around */
    ob_lineedit_key(&e, 0x9b);
    assert_int_equal(e.n, 6);

    char longer[3 * OB_LINEEDIT_MAX];
    memset(longer, 'x', sizeof longer);
    memcpy(longer + OB_LINEEDIT_MAX - 1, "\xc3\xa9", 2);
    longer[sizeof longer - 1] = '\0';
    ob_lineedit_open(&e, longer);
    assert_int_equal(e.n, OB_LINEEDIT_MAX - 1);
    type(&e, "yz");
    assert_int_equal(e.n, OB_LINEEDIT_MAX);
}

static void random_keys_keep_it_sound(void **state)
{
    (void)state;
    static const uint32_t key[] = {
        OB_KEY_LEFT,
        OB_KEY_RIGHT,
        OB_KEY_HOME,
        OB_KEY_END,
        OB_KEY_BACKSPACE,
        OB_KEY_DELETE,
        1,
        5,
        11,
        21,
        23,
        'a',
        ' ',
        0xe9,
        0x4e2d,
        0x1f600,
        'b',
        0x301,
        'c',
    };
    struct ob_lineedit e = { .open = false };
    struct ob_canvas c = { 0 };
    struct ob_rng r;
    ob_rng_init(&r, 11, 0);
    ob_lineedit_open(&e, "");
    ob_canvas_size(&c, 20, 1);
    for (int i = 0; i < 20000; i++) {
        ob_lineedit_key(&e, key[ob_rng_below(&r, OB_COUNT(key))]);
        assert_true(e.n <= OB_LINEEDIT_MAX && e.at <= e.n);
        assert_int_equal(strlen(e.text), e.n);
        assert_true(ob_utf8_valid(e.text, e.n) && ob_utf8_valid(e.text, e.at));
        ob_canvas_clear(&c);
        int most = (int)ob_rng_below(&r, 20), used;
        used = ob_lineedit_draw(&e, &c, 1, 0, most);
        assert_true(used <= most && ob_canvas_intact(&c));
        int cursors = 0;
        for (int x = 0; x < 20; x++)
            cursors += c.cell[x].style == OB_STYLE_CURSOR;
        assert_true(most < 2 ? cursors == 0 : cursors == 1);
    }
    ob_canvas_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_edit),
        cmocka_unit_test(an_offered_text_gives_way),
        cmocka_unit_test(characters_stay_whole),
        cmocka_unit_test(random_keys_keep_it_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
