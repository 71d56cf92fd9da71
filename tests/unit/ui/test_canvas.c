#include "../../lib/ob_test.h"

#include "optbench/base/rng.h"
#include "optbench/base/text.h"
#include "optbench/ui/canvas.h"

static void assert_rows(const struct ob_canvas *c, const char *expected)
{
    struct ob_buf out = { 0 };
    ob_canvas_write(c, false, &out);
    assert_string_equal(ob_buf_text(&out), expected);
    assert_true(ob_canvas_intact(c));
    ob_buf_finish(&out);
}

static void text_is_clipped(void **state)
{
    (void)state;
    struct ob_canvas c = { 0 };
    ob_canvas_size(&c, 6, 2);
    assert_int_equal(ob_canvas_text(&c, 1, 0, 3, "abcdef", OB_STYLE_TEXT), 3);
    ob_canvas_text(&c, 4, 1, 99, "xyz", OB_STYLE_TEXT);
    ob_canvas_text(&c, -1, 1, 99, "pq", OB_STYLE_TEXT);
    ob_canvas_text(&c, 0, 2, 99, "below", OB_STYLE_TEXT);
    ob_canvas_text(&c, 0, -1, 99, "above", OB_STYLE_TEXT);
    assert_rows(&c, " abc\nq   xy\n");
    ob_canvas_finish(&c);
}

static void wide_and_hostile_text(void **state)
{
    (void)state;
    struct ob_canvas c = { 0 };
    ob_canvas_size(&c, 8, 2);
    /* A wide character that would be cut in half is left out. */
    assert_int_equal(ob_canvas_text(&c, 0, 0, 5, "日本語", OB_STYLE_TEXT), 4);
    ob_canvas_text(&c, 7, 1, 2, "日", OB_STYLE_TEXT);
    assert_rows(&c, "日本\n\n");
    /* Writing over one half takes the other away. */
    ob_canvas_text(&c, 1, 0, 1, "x", OB_STYLE_TEXT);
    ob_canvas_text(&c, 2, 0, 1, "y", OB_STYLE_TEXT);
    assert_rows(&c, " xy\n\n");
    ob_canvas_text(&c, 0, 1, 8, "a\033[2J\x80\xc2\x9b\xff", OB_STYLE_TEXT);
    assert_rows(&c, " xy\na?[2J???\n");
    ob_canvas_text(&c, 0, 0, 8, "e\xcc\x81x", OB_STYLE_TEXT);
    assert_rows(&c, "exy\na?[2J???\n");
    ob_canvas_finish(&c);
}

static void boxes_and_styles(void **state)
{
    (void)state;
    struct ob_canvas c = { 0 };
    struct ob_buf out = { 0 };
    ob_canvas_size(&c, 12, 3);
    struct ob_rect in =
        ob_canvas_box(&c, (struct ob_rect){ 0, 0, 12, 3 }, OB_GLYPHS_ASCII, "title");
    assert_int_equal(in.w, 10);
    assert_int_equal(in.h, 1);
    ob_canvas_line(&c, in, 0, OB_RIGHT, OB_STYLE_VALUE, "%d", 42);
    ob_canvas_line(&c, in, 1, OB_LEFT, OB_STYLE_VALUE, "outside");
    ob_canvas_write(&c, true, &out);
    assert_string_equal(ob_buf_text(&out), "|+- title --+\n|bb TTTTT bbb\n"
                                           "||        42|\n|b        vvb\n"
                                           "|+----------+\n|bbbbbbbbbbbb\n");
    in = ob_canvas_box(&c, (struct ob_rect){ 0, 0, 1, 3 }, OB_GLYPHS_ASCII, "t");
    assert_int_equal(in.w, 0);
    ob_buf_finish(&out);
    ob_canvas_finish(&c);
}

/* A picture is clipped, leaves what it does not cover, and its grounds go where something
 * else is written. */
static void pictures_and_grounds(void **state)
{
    (void)state;
    struct ob_canvas c = { 0 };
    struct ob_picture p = { 0 };
    struct ob_buf out = { 0 };
    ob_canvas_size(&c, 6, 2);
    ob_picture_size(&p, 4, 3);
    for (int i = 0; i < 12; i++)
        p.tile[i] = (struct ob_tile){ .glyph = "#", .heat = 3, .ground = 11 };
    p.tile[1].glyph[0] = '\0';
    ob_picture_text(&p, 2, 0, "t", OB_INK_LABEL);
    ob_canvas_text(&c, 0, 0, 6, "......", OB_STYLE_TEXT);
    ob_canvas_picture(&c, (struct ob_rect){ 1, 0, 9, 9 }, &p);
    ob_canvas_write(&c, true, &out);
    assert_string_equal(ob_buf_text(&out), "|.#.t#.\n| 2 l2\n~ :  :\n"
                                           "| ####\n| 2222\n~ ::::\n");
    ob_buf_clear(&out);
    ob_canvas_text(&c, 1, 1, 2, "ab", OB_STYLE_TEXT);
    ob_canvas_restyle(&c, (struct ob_rect){ 0, 0, 6, 1 }, OB_STYLE_CURSOR);
    ob_canvas_write(&c, true, &out);
    assert_string_equal(ob_buf_text(&out), "|.#.t#.\n|cccccc\n"
                                           "| ab##\n|   22\n~   ::\n");
    ob_canvas_picture(&c, (struct ob_rect){ -2, -1, 3, 2 }, &p);
    assert_true(ob_canvas_intact(&c));
    ob_picture_finish(&p);
    ob_buf_finish(&out);
    ob_canvas_finish(&c);
}

/* Whatever is drawn wherever: nothing beside the cells, every row as wide as it says. */
static void random_drawing_stays_inside(void **state)
{
    (void)state;
    static const char *const word[] = { "plain", "日本語", "é\xcc\x81", "\033[1m",
                                        "⠿⠿⠿",   "",       "a\tb\n" };
    struct ob_canvas c = { 0 };
    struct ob_rng r;
    ob_rng_init(&r, 7, 0);
    for (int i = 0; i < 3000; i++) {
        if (i % 10 == 0)
            ob_canvas_size(&c, (int)ob_rng_below(&r, 40), (int)ob_rng_below(&r, 12));
        int x = (int)ob_rng_below(&r, 60) - 10, y = (int)ob_rng_below(&r, 20) - 4;
        int w = (int)ob_rng_below(&r, 50) - 4, h = (int)ob_rng_below(&r, 20) - 4;
        struct ob_rect rect = { x, y, w, h };
        switch (ob_rng_below(&r, 4)) {
        case 0:
            ob_canvas_text(&c, x, y, w, word[ob_rng_below(&r, 7)], OB_STYLE_A);
            break;
        case 1:
            ob_canvas_box(&c, rect, OB_GLYPHS_BRAILLE, word[ob_rng_below(&r, 7)]);
            break;
        case 2:
            ob_canvas_fill(&c, rect, ".", OB_STYLE_B);
            break;
        default:
            ob_canvas_line(&c, rect, (int)ob_rng_below(&r, 9) - 2, OB_RIGHT, OB_STYLE_C,
                           "%s", word[ob_rng_below(&r, 7)]);
            break;
        }
        assert_true(ob_canvas_intact(&c));
        for (int row = 0; row < c.h; row++) {
            int width = 0;
            for (int col = 0; col < c.w; col++)
                width += ob_text_width(c.cell[row * c.w + col].glyph);
            assert_int_equal(width, c.w);
        }
    }
    ob_canvas_finish(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_clipped),
        cmocka_unit_test(wide_and_hostile_text),
        cmocka_unit_test(boxes_and_styles),
        cmocka_unit_test(pictures_and_grounds),
        cmocka_unit_test(random_drawing_stays_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
