#include "../../lib/ob_golden.h"
#include "../../lib/ob_test.h"
#include "fake_feed.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/base/rng.h"
#include "optbench/base/text.h"
#include "optbench/ui/data_pane.h"
#include "optbench/ui/function_pane.h"

struct shown {
    struct ob_data_view view;
    struct ob_data_pane pane;
    struct ob_data_pane_opts opts;
};

static void picture(const struct shown *s, int w, int h, const char *name)
{
    struct ob_canvas c = { 0 };
    struct ob_buf text = { 0 };
    char path[160];
    ob_canvas_size(&c, w, h);
    ob_data_pane_draw(&s->pane, &s->view, &s->opts, &c, (struct ob_rect){ 0, 0, w, h });
    assert_true(ob_canvas_intact(&c));
    ob_canvas_write(&c, false, &text);
    snprintf(path, sizeof path, "tests/unit/ui/golden/data-%s-%dx%d-%s.txt", name, w, h,
             ob_glyphs_name(s->opts.tier));
    ob_assert_golden(path, &text);
    ob_buf_finish(&text);
    ob_canvas_finish(&c);
}

static void pictures(void **state)
{
    (void)state;
    static const int size[][2] = { { 30, 8 },  { 40, 12 },  { 56, 14 },
                                   { 80, 24 }, { 120, 40 }, { 200, 20 } };
    struct shown s = { .opts = { .cursor = true } };
    fake_data_view(&s.view, false, false);
    s.pane.at = 2;
    for (size_t i = 0; i < OB_COUNT(size); i++)
        picture(&s, size[i][0], size[i][1], "columns");
    s.opts.tier = OB_GLYPHS_ASCII;
    picture(&s, 80, 24, "columns");
    s.opts.tier = OB_GLYPHS_BLOCK;
    picture(&s, 80, 24, "columns");
    s.pane.cells = true;
    s.pane.at = 4;
    picture(&s, 80, 24, "cells");
    s.opts.cursor = false;
    s.opts.waiting = true;
    picture(&s, 80, 10, "waiting");
    ob_data_view_finish(&s.view);
    picture(&s, 40, 3, "nothing");
}

static void faults_are_told(void **state)
{
    (void)state;
    struct shown s = { .opts = { .cursor = true } };
    fake_data_view(&s.view, false, true);
    picture(&s, 40, 12, "faulty");
    picture(&s, 80, 24, "faulty");
    ob_data_view_finish(&s.view);

    /* A file that is not there has no columns. */
    static const char none[] =
        "{\"ok\":false,\"problems\":[{\"file\":\"a.ini\",\"line\":3,\"section\":\"data\","
        "\"key\":\"path\",\"text\":\"cannot open heigths.csv: No such file or directory; "
        "did you mean 'heights.csv'?\"}],\"origin\":\"\",\"rows\":0,\"columns\":[]}";
    struct ob_err err;
    assert_true(ob_data_view_read(&s.view, none, strlen(none), &err));
    assert_false(s.view.ok);
    picture(&s, 60, 6, "missing");
    ob_data_view_finish(&s.view);
}

static void a_part_of_a_large_file_is_said_to_be_one(void **state)
{
    (void)state;
    struct shown s = { .opts = { .tier = OB_GLYPHS_ASCII } };
    fake_data_view(&s.view, false, false);
    s.view.whole = false;
    s.view.rows = 5159952;
    s.view.rows_read = 201066;
    s.view.column[1].odd = 3;
    s.view.column[1].odd_line = 17;
    s.view.column[1].odd_text = ob_xstrdup("n.a.");
    s.view.columns_more = 12;
    s.opts.cursor = true;
    s.pane.at = 1;
    picture(&s, 80, 24, "large");
    ob_data_view_finish(&s.view);
}

static void keys_move(void **state)
{
    (void)state;
    struct shown s = { .pane = { 0 } };
    struct ob_data_pane *p = &s.pane;
    fake_data_view(&s.view, false, false);
    assert_true(ob_data_pane_request(p, &s.view, OB_REQUEST_DOWN, 10));
    assert_int_equal(p->at, 1);
    assert_true(ob_data_pane_request(p, &s.view, OB_REQUEST_LAST, 10));
    assert_true(ob_data_pane_request(p, &s.view, OB_REQUEST_DOWN, 10));
    assert_int_equal(p->at, s.view.columns - 1);
    assert_true(ob_data_pane_request(p, &s.view, OB_REQUEST_PAGE_UP, 6));
    assert_int_equal(p->at, s.view.columns - 4);
    assert_true(ob_data_pane_request(p, &s.view, OB_REQUEST_FIRST, 6));
    assert_int_equal(p->at, 0);
    assert_true(ob_data_pane_request(p, &s.view, OB_REQUEST_RIGHT, 6));
    assert_true(p->cells);
    assert_true(ob_data_pane_request(p, &s.view, OB_REQUEST_LEFT, 6));
    assert_false(p->cells);
    assert_false(ob_data_pane_request(p, &s.view, OB_REQUEST_QUIT, 6));
    ob_data_view_finish(&s.view);

    /* Nothing to look at is no reason to fail. */
    assert_true(ob_data_pane_request(p, &s.view, OB_REQUEST_DOWN, 6));
    assert_int_equal(p->at, 0);
}

/* Nothing is written beside the rectangle, whatever its size and place. */
static void any_size_stays_inside(void **state)
{
    (void)state;
    static const enum ob_request move[] = { OB_REQUEST_UP,        OB_REQUEST_DOWN,
                                            OB_REQUEST_PAGE_DOWN, OB_REQUEST_LAST,
                                            OB_REQUEST_RIGHT,     OB_REQUEST_LEFT };
    struct ob_rng r;
    ob_rng_init(&r, 2026, 3);
    for (int i = 0; i < 600; i++) {
        struct shown s = { .opts = { .tier = (enum ob_glyphs)(i % OB_GLYPH_TIERS),
                                     .cursor = i % 2,
                                     .waiting = i % 5 == 0 } };
        struct ob_canvas c = { 0 };
        struct ob_buf text = { 0 };
        fake_data_view(&s.view, i % 7 == 0, i % 3 == 0);
        ob_canvas_size(&c, 140, 45);
        ob_canvas_fill(&c, (struct ob_rect){ 0, 0, 140, 45 }, "@", OB_STYLE_TEXT);
        struct ob_rect at = { (int)ob_rng_below(&r, 20), (int)ob_rng_below(&r, 10),
                              (int)ob_rng_below(&r, 110), (int)ob_rng_below(&r, 30) };
        for (int k = 0; k < 6; k++)
            ob_data_pane_request(&s.pane, &s.view, move[ob_rng_below(&r, OB_COUNT(move))],
                                 at.h);
        ob_data_pane_draw(&s.pane, &s.view, &s.opts, &c, at);
        assert_true(ob_canvas_intact(&c));
        for (int y = 0; y < c.h; y++)
            for (int x = 0; x < c.w; x++)
                if (x < at.x || x >= at.x + at.w || y < at.y || y >= at.y + at.h)
                    assert_string_equal(c.cell[y * c.w + x].glyph, "@");
        ob_canvas_write(&c, false, &text);
        assert_null(strchr(ob_buf_text(&text), '\033'));
        if (s.opts.tier == OB_GLYPHS_ASCII)
            for (size_t k = 0; k < text.len; k++)
                assert_true((unsigned char)text.data[k] < 0x80);
        ob_buf_finish(&text);
        ob_data_view_finish(&s.view);
        ob_canvas_finish(&c);
    }
}

/* What is no answer of the program is refused and changes nothing. */
static void answers_are_checked(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "{", "[]", "{}", "{\"ok\":1}", "null" };
    struct ob_err err;
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        struct ob_data_view v = { 0 };
        struct ob_check c = { 0 };
        assert_false(ob_data_view_read(&v, bad[i], strlen(bad[i]), &err));
        assert_false(v.known);
        assert_false(ob_check_read(&c, bad[i], strlen(bad[i]), &err));
        assert_false(c.known);
    }
    /* Members of other kinds are as good as absent. */
    static const char odd[] = "{\"ok\":true,\"rows\":\"many\",\"columns\":[1,{\"name\":7,"
                              "\"histogram\":[-1,\"x\"],\"cells\":{}}],\"problems\":[4],"
                              "\"suggest\":[]}";
    struct ob_data_view v = { 0 };
    assert_true(ob_data_view_read(&v, odd, strlen(odd), &err));
    assert_int_equal(v.columns, 2);
    assert_int_equal(v.rows, 0);
    assert_string_equal(v.column[1].name, "");
    assert_false(v.suggest.known);
    assert_int_equal(v.problems.n, 1);
    ob_data_view_finish(&v);
    static const char start[] =
        "{\"ok\":true,\"start\":{\"loss\":null,\"trouble\":\"log(\\u001b[2J)\","
        "\"parameters\":[7,{\"name\":\"w1\",\"value\":1,\"low\":\"x\"}]},"
        "\"optima\":{\"loss\":0,\"theta\":[[1],[1,2],7]}}";
    struct ob_check c = { 0 };
    assert_true(ob_check_read(&c, start, strlen(start), &err));
    assert_true(c.needs_data);
    assert_int_equal(c.start.parameters, 2);
    assert_string_equal(c.start.parameter[0].name, "");
    assert_true(isnan(c.start.parameter[0].value) && isnan(c.start.parameter[1].low));
    assert_true(isnan(c.start.loss));
    assert_null(strchr(c.start.trouble, '\033'));
    assert_int_equal(c.start.optima, 1);
    assert_true(c.start.optimum[1] == 2);
    ob_check_finish(&c);
    assert_null(c.start.parameter);
}

/* A function at any size: nothing outside of its place, the value and the first parameter
 * as soon as there is room. */
static void a_function_is_shown(void **state)
{
    (void)state;
    struct ob_check_parameter parameter[40];
    double optimum[2 * 40] = { 0 };
    char name[40][16];
    for (int i = 0; i < 40; i++) {
        snprintf(name[i], sizeof name[i], "w%d", i + 1);
        parameter[i] = (struct ob_check_parameter){ name[i], i, -i, -10, 10 };
    }
    char trouble[] = "log(x - 2) at column 9: the logarithm of a negative number, -1.3";
    struct ob_check check = { .start = { .loss = NAN,
                                         .grad_norm = 2,
                                         .trouble = trouble,
                                         .parameter = parameter,
                                         .parameters = 40,
                                         .optimum = optimum,
                                         .optima = 2 } };
    struct ob_data_pane pane = { 0 };
    assert_true(ob_function_pane_request(&pane, &check, OB_REQUEST_LAST, 10));
    assert_int_equal(pane.at, 39);
    assert_true(ob_function_pane_request(&pane, &check, OB_REQUEST_PAGE_UP, 10));
    assert_int_equal(pane.at, 32);
    assert_true(ob_function_pane_request(&pane, &check, OB_REQUEST_DOWN, 10));
    assert_false(ob_function_pane_request(&pane, &check, OB_REQUEST_FORM_EDIT, 10));
    struct ob_rng r;
    ob_rng_init(&r, 11, 0);
    for (int i = 0; i < 500; i++) {
        struct ob_canvas c = { 0 };
        ob_canvas_size(&c, 60, 24);
        for (int k = 0; k < c.w * c.h; k++)
            ob_canvas_text(&c, k % c.w, k / c.w, 1, "@", OB_STYLE_TEXT);
        struct ob_rect at = { (int)ob_rng_below(&r, 10), (int)ob_rng_below(&r, 6),
                              (int)ob_rng_below(&r, 51), (int)ob_rng_below(&r, 19) };
        struct ob_data_pane_opts opts = { .cursor = ob_rng_below(&r, 2) > 0,
                                          .waiting = ob_rng_below(&r, 2) > 0 };
        pane.at = ob_rng_below(&r, 60);
        ob_function_pane_draw(&pane, &check, &opts, &c, at);
        for (int y = 0; y < c.h; y++)
            for (int x = 0; x < c.w; x++)
                if (x < at.x || x >= at.x + at.w || y < at.y || y >= at.y + at.h)
                    assert_string_equal(c.cell[y * c.w + x].glyph, "@");
        struct ob_buf text = { 0 };
        ob_canvas_write(&c, false, &text);
        if (at.w >= 50 && at.h >= 8) {
            assert_non_null(strstr(ob_buf_text(&text), "gradient norm 2"));
            assert_non_null(strstr(ob_buf_text(&text), "negative number"));
            assert_non_null(strstr(ob_buf_text(&text), "known minimum 0 at (0, 0"));
            char shown[24];
            snprintf(shown, sizeof shown, "w%zu", pane.at < 40 ? pane.at + 1 : 40);
            assert_non_null(strstr(ob_buf_text(&text), shown));
        }
        ob_buf_finish(&text);
        ob_canvas_finish(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures),
        cmocka_unit_test(faults_are_told),
        cmocka_unit_test(a_part_of_a_large_file_is_said_to_be_one),
        cmocka_unit_test(keys_move),
        cmocka_unit_test(any_size_stays_inside),
        cmocka_unit_test(answers_are_checked),
        cmocka_unit_test(a_function_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
