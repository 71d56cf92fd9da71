#include "../../lib/ob_test.h"

#include "../../lib/ob_golden.h"
#include "fake_feed.h"
#include "optbench/ui/app.h"

struct bench {
    struct fake_feed feed;
    struct ob_canvas shown;
    struct ob_term *term;
    struct ob_app app;
};

static void begin(struct bench *b, int w, int h)
{
    memset(b, 0, sizeof *b);
    fake_feed_init(&b->feed);
    b->term = ob_term_null(w, h, &b->shown);
    b->term->glyphs = OB_GLYPHS_BRAILLE;
    ob_app_init(&b->app, b->term, &b->feed.base);
    b->app.view.wall_ns = FAKE_NOW + INT64_C(60000000000);
    ob_app_draw(&b->app);
}

static void end(struct bench *b)
{
    ob_app_finish(&b->app);
    b->term->type->destroy(b->term);
    ob_canvas_finish(&b->shown);
}

static void keys(struct bench *b, const char *typed)
{
    for (; *typed; typed++)
        ob_app_key(&b->app, *typed == '\n' ? OB_KEY_ENTER : (unsigned char)*typed);
    ob_app_draw(&b->app);
}

static bool shows(struct bench *b, const char *text)
{
    struct ob_buf out = { 0 };
    ob_canvas_write(&b->shown, false, &out);
    bool found = strstr(ob_buf_text(&out), text) != NULL;
    ob_buf_finish(&out);
    return found;
}

static void golden(struct bench *b, const char *screen)
{
    struct ob_buf out = { 0 };
    char name[128];
    ob_canvas_write(&b->shown, false, &out);
    snprintf(name, sizeof name, "tests/unit/ui/golden/%s-%dx%d-braille.txt", screen,
             b->shown.w, b->shown.h);
    ob_assert_golden(name, &out);
    ob_buf_finish(&out);
}

static const int size[][2] = { { 30, 5 }, { 40, 12 }, { 80, 24 }, { 120, 40 } };

static void filter_pictures(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(size); i++) {
        struct bench b;
        begin(&b, size[i][0], size[i][1]);
        keys(&b, "/HOUS");
        golden(&b, "home-filter");
        end(&b);
    }
}

static void filter_as_typed(void **state)
{
    (void)state;
    struct bench b;
    begin(&b, 80, 24);
    keys(&b, "/housing 7");
    assert_true(shows(&b, "2 of 9"));
    assert_true(shows(&b, "RUNS 2 of 5"));
    assert_true(shows(&b, "none with these words"));
    assert_false(shows(&b, "admission"));
    /* Keys are text meanwhile, and the arrows still move; Enter keeps the filter. */
    keys(&b, "\x15q");
    assert_false(b.app.quit);
    keys(&b, "\x15housing int\n");
    assert_true(shows(&b, "? help  q quit"));
    keys(&b, "\n");
    assert_int_equal(b.app.view.screen, OB_SCREEN_LIVE);
    assert_string_equal(b.app.view.run.path, "runs/20261126T163000Z-housing-77b0aa00");
    keys(&b, "1");
    assert_true(shows(&b, "1 of 9"));
    /* Esc shows all again, and the cursor stays on what it was on. */
    ob_app_key(&b.app, OB_KEY_DOWN);
    keys(&b, "\x1b");
    assert_true(shows(&b, "> housing-77b0aa00"));
    keys(&b, "/nothing like it");
    assert_true(shows(&b, "0 of 9"));
    keys(&b, "\n\n");
    assert_int_equal(b.app.view.screen, OB_SCREEN_HOME);
    keys(&b, "\x1b/x");
    ob_app_key(&b.app, OB_KEY_ESC);
    ob_app_draw(&b.app);
    assert_false(shows(&b, " of 9"));
    end(&b);
}

/* The runs in their order on the screen, a letter each. */
static void order(struct bench *b, char out[static 64])
{
    static const struct {
        const char *name;
        char letter;
    } run[] = { { "3f2a9c1e", 'r' },
                { "8a11bb02", 'f' },
                { "77b0aa01", 'd' },
                { "77b0aa00", 'i' },
                { "10c0ffee", 'x' } };
    struct ob_buf text = { 0 };
    size_t n = 0;
    ob_canvas_write(&b->shown, false, &text);
    for (const char *s = ob_buf_text(&text); *s; s++)
        for (size_t i = 0; i < OB_COUNT(run); i++)
            if (strncmp(s, run[i].name, 8) == 0)
                out[n++] = run[i].letter;
    out[n] = '\0';
    ob_buf_finish(&text);
}

/* running, finished, diverged, interrupted, failed: newest to oldest. */
static void sorted_by_columns(void **state)
{
    (void)state;
    struct bench b;
    char seen[64];
    begin(&b, 120, 40);
    order(&b, seen);
    assert_string_equal(seen, "rfdix");
    keys(&b, "O");
    order(&b, seen);
    assert_string_equal(seen, "xidfr");
    assert_true(shows(&b, "RUNS, oldest first"));
    keys(&b, "o"); /* best: what is not known stands last, both ways */
    order(&b, seen);
    assert_string_equal(seen, "fridx");
    keys(&b, "O");
    order(&b, seen);
    assert_string_equal(seen, "irfdx");
    golden(&b, "home-sorted");
    keys(&b, "oo"); /* last, name */
    order(&b, seen);
    assert_string_equal(seen, "xrfid");
    keys(&b, "oo"); /* model, optimizer */
    order(&b, seen);
    assert_string_equal(seen, "frxid");
    keys(&b, "o"); /* lr */
    order(&b, seen);
    assert_string_equal(seen, "xdfri");
    keys(&b, "oo"); /* steps, state */
    order(&b, seen);
    assert_string_equal(seen, "dxirf");
    keys(&b, "o");
    order(&b, seen);
    assert_string_equal(seen, "rfdix");
    end(&b);
}

/* The cursor stays on its run, wherever that comes to stand. */
static void cursor_follows_its_run(void **state)
{
    (void)state;
    struct bench b;
    begin(&b, 80, 24);
    keys(&b, "\tjjoO");
    keys(&b, "\n");
    assert_string_equal(b.app.view.run.path, "runs/20261126T190000Z-housing-77b0aa01");
    end(&b);
}

/* The log of the selected run is read when there is time for it, and only that. */
static void preview_of_the_selected(void **state)
{
    (void)state;
    struct bench b;
    begin(&b, 80, 24);
    assert_false(ob_app_curious(&b.app)); /* an experiment has no log */
    golden(&b, "home-experiment");
    keys(&b, "\t");
    assert_true(ob_app_curious(&b.app));
    assert_int_equal(b.feed.previews, 0); /* keys do not wait for it */
    assert_true(shows(&b, "reading"));
    keys(&b, "j");
    assert_true(ob_app_news(&b.app));
    assert_true(ob_app_curious(&b.app)); /* more of it */
    assert_true(ob_app_news(&b.app));
    assert_false(ob_app_curious(&b.app));
    assert_false(ob_app_news(&b.app));
    assert_int_equal(b.feed.previews, 1);
    ob_app_draw(&b.app);
    golden(&b, "home-preview");
    keys(&b, "j");
    assert_true(ob_app_curious(&b.app));
    assert_true(shows(&b, "reading"));
    keys(&b, "?q2");
    b.term->h = 15; /* no room, nothing read */
    ob_app_draw(&b.app);
    assert_false(ob_app_curious(&b.app));
    end(&b);
}

static void deleting_asks(void **state)
{
    (void)state;
    struct bench b;
    begin(&b, 80, 24);
    keys(&b, "dy"); /* an experiment: no */
    assert_false(b.app.view.asking);
    keys(&b, "\tdy"); /* under way: no */
    assert_true(b.feed.removes == 0);
    keys(&b, "jd");
    golden(&b, "home-delete");
    keys(&b, "\n");
    assert_false(b.app.view.asking);
    assert_int_equal(b.feed.removes, 0);
    keys(&b, "dy");
    assert_string_equal(b.feed.removed, "runs/20261126T203000Z-heights-8a11bb02");
    assert_true(shows(&b, "deleted 1 run"));
    /* Marked ones; those that a filter hides are spared. */
    b.feed.removes = 0;
    keys(&b, "j  ");
    assert_true(shows(&b, "*housing-77b0aa00") || shows(&b, "* housing-77b0aa00") ||
                shows(&b, "*admission"));
    golden(&b, "home-marked");
    keys(&b, "d");
    assert_true(shows(&b, "Delete 2 marked runs"));
    keys(&b, "n/heights-\nd");
    assert_false(b.app.view.asking);
    keys(&b, "\x1b"
             "dy");
    assert_int_equal(b.feed.removes, 2);
    b.feed.removes = 0;
    keys(&b, "ud");
    assert_true(shows(&b, "Delete ") && !shows(&b, "marked"));
    end(&b);
}

static void configs_are_copied(void **state)
{
    (void)state;
    struct bench b;
    begin(&b, 80, 24);
    keys(&b, "xq");
    assert_true(b.app.quit); /* nothing to type for an experiment */
    b.app.quit = false;
    keys(&b, "\tjxq1");
    golden(&b, "home-copy");
    keys(&b, "\n");
    assert_string_equal(b.feed.cloned,
                        "runs/20261126T203000Z-heights-8a11bb02 to q1.ini");
    assert_true(shows(&b, "wrote q1.ini"));
    keys(&b, "xtaken.ini\n");
    assert_true(shows(&b, "File exists"));
    b.feed.cloned[0] = '\0';
    keys(&b, "x\n");
    keys(&b, "xa\x1b");
    assert_string_equal(b.feed.cloned, "");
    end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter_pictures),
        cmocka_unit_test(filter_as_typed),
        cmocka_unit_test(sorted_by_columns),
        cmocka_unit_test(cursor_follows_its_run),
        cmocka_unit_test(preview_of_the_selected),
        cmocka_unit_test(deleting_asks),
        cmocka_unit_test(configs_are_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
