#include "fixture.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/base/text.h"

static void begin(struct fixture *b, int w, int h, enum ob_glyphs glyphs)
{
    fixture_init(b, w, h);
    b->term->glyphs = b->term->finest = glyphs;
}

static const int size[][2] = {
    { 30, 5 }, { 40, 12 }, { 80, 24 }, { 120, 40 }, { 200, 60 }
};

static void home_pictures(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(size); i++) {
        struct fixture b;
        begin(&b, size[i][0], size[i][1], OB_GLYPHS_BRAILLE);
        fixture_start(&b);
        fixture_golden(&b, "home");
        if (size[i][0] == 80)
            fixture_golden_styles(&b, "home");
        fixture_end(&b);
    }
}

static void live_pictures(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(size); i++) {
        for (int tier = 0; tier < OB_GLYPH_TIERS; tier += 2) {
            struct fixture b;
            begin(&b, size[i][0], size[i][1], (enum ob_glyphs)tier);
            fixture_start(&b);
            fixture_open(&b);
            fixture_golden(&b, "live");
            if (size[i][0] == 80)
                fixture_golden_styles(&b, "live");
            fixture_end(&b);
        }
    }
}

static void other_pictures(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    b.feed.state = OB_RUN_FINISHED;
    fixture_start(&b);
    fixture_open(&b);
    fixture_golden(&b, "finished");
    fixture_keys(&b, "o");
    fixture_golden(&b, "overlay");
    fixture_keys(&b, "l");
    fixture_golden(&b, "overlay-linear");
    fixture_keys(&b, "?");
    fixture_golden(&b, "help");
    fixture_end(&b);

    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    b.feed.batches = true;
    fixture_start(&b);
    fixture_open(&b);
    fixture_golden(&b, "batches");
    fixture_keys(&b, "t");
    fixture_golden(&b, "question");
    fixture_end(&b);

    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    b.feed.rows = 0;
    fixture_start(&b);
    fixture_open(&b);
    fixture_golden(&b, "no-rows");
    fixture_end(&b);
}

/* Text from outside never brings its own escape sequences along, wherever it is shown. */
static void hostile_names_are_spelled_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(size); i++) {
        for (int s = OB_RUN_UNKNOWN; s <= OB_RUN_FAILED; s++) {
            struct fixture b;
            begin(&b, size[i][0], size[i][1], OB_GLYPHS_BRAILLE);
            b.feed.hostile = true;
            b.feed.state = (enum ob_run_state)s;
            fixture_start(&b);
            ob_app_draw(&b.app);
            for (int live = 0; live < 2; live++) {
                for (int k = 0; k < b.shown.w * b.shown.h; k++) {
                    const char *g = b.shown.cell[k].glyph;
                    uint32_t rune = 0;
                    if (!g[0])
                        continue;
                    assert_true(ob_utf8_decode(g, strlen(g), &rune) == strlen(g));
                    assert_true(rune >= 0x20 && rune != 0x7f &&
                                !(rune >= 0x80 && rune < 0xa0));
                    assert_int_not_equal(rune, 0x202e);
                }
                fixture_open(&b);
                ob_app_draw(&b.app);
            }
            fixture_end(&b);
        }
    }
}

static void plain_ascii_is_ascii(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(size); i++) {
        struct fixture b;
        begin(&b, size[i][0], size[i][1], OB_GLYPHS_ASCII);
        fixture_start(&b);
        fixture_open(&b);
        static const char *const typed[] = { "", "o", "?", "?", "q1", "?V" };
        for (size_t k = 0; k < OB_COUNT(typed); k++) {
            fixture_keys(&b, typed[k]);
            ob_app_draw(&b.app);
            /* V in the help shows the other tiers to try them. */
            for (int c = 0; c < b.shown.w * b.shown.h && k + 1 < OB_COUNT(typed); c++)
                assert_true((unsigned char)b.shown.cell[c].glyph[0] < 0x80);
        }
        fixture_end(&b);
    }
}

/* At any size and after any keys: nothing is written outside, help and quit stay in
 * sight, and the way out works. */
static void random_walks_lead_out(void **state)
{
    (void)state;
    static const char typed[] = " p.+-=>lobfCtTRyn12jkgGV?h\n\t\x0c\x1b"
                                "zZcLsSv0mm"
                                "rx/oOduQq";
    struct ob_rng r;
    ob_rng_init(&r, 8, 0);
    for (int walk = 0; walk < 120; walk++) {
        struct fixture b;
        begin(&b, 1, 1, OB_GLYPHS_BRAILLE);
        b.feed.rows = ob_rng_below(&r, 3000);
        b.feed.grow = ob_rng_below(&r, 200);
        b.feed.state = (enum ob_run_state)ob_rng_below(&r, 6);
        b.feed.hostile = walk % 5 == 0;
        b.feed.batches = walk % 3 == 0;
        b.feed.no_earlier = walk % 7 == 0;
        fixture_start(&b);
        for (int i = 0; i < 100; i++) {
            b.term->w = 1 + (int)ob_rng_below(&r, 250);
            b.term->h = 1 + (int)ob_rng_below(&r, 80);
            if (ob_rng_below(&r, 4) == 0)
                ob_app_key(&b.app, OB_KEY_UP + (uint32_t)ob_rng_below(&r, 12));
            else
                ob_app_key(&b.app,
                           (unsigned char)typed[ob_rng_below(&r, sizeof typed - 3)]);
            b.app.view.now_ns += (int64_t)ob_rng_below(&r, 300000000);
            ob_app_news(&b.app);
            ob_app_moves(&b.app);
            ob_app_draw(&b.app);
            assert_true(ob_canvas_intact(&b.app.canvas));
            assert_false(b.app.quit);
        }
        b.term->w = 80;
        b.term->h = 24;
        for (int i = 0; i < 5; i++)
            ob_app_key(&b.app, OB_KEY_ESC);
        ob_app_draw(&b.app);
        struct ob_buf out = { 0 };
        ob_canvas_write(&b.shown, false, &out);
        assert_non_null(strstr(ob_buf_text(&out), "? help  q quit"));
        ob_buf_finish(&out);
        fixture_keys(&b, "qq");
        assert_true(b.app.quit);
        fixture_end(&b);
    }
}

static void keys_become_commands(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    fixture_start(&b);
    /* The third experiment. */
    fixture_keys(&b, "jj\n");
    assert_string_equal(b.feed.started, "configs/heights.ini");
    snprintf(b.feed.base.started, sizeof b.feed.base.started, "runs/heights");
    b.feed.next_bits = OB_FEED_STARTED;
    assert_true(ob_app_news(&b.app));
    assert_int_equal(b.app.view.screen, OB_SCREEN_LIVE);

    fixture_keys(&b, " ");
    assert_int_equal(b.feed.sent.verb, OB_CTL_PAUSE);
    fixture_keys(&b, ".");
    assert_int_equal(b.feed.sent.verb, OB_CTL_STEP);
    assert_int_equal(b.feed.sent.steps, 1);
    fixture_keys(&b, "+");
    assert_int_equal(b.feed.sent.verb, OB_CTL_PACE);
    assert_true(b.feed.sent.pace == 260);
    /* Pressed again before a snapshot has it, it goes on from what was asked for. */
    fixture_keys(&b, "+");
    assert_true(b.feed.sent.pace == 520);
    fixture_keys(&b, "---");
    assert_true(b.feed.sent.pace == 65);
    b.feed.base.asked = b.feed.sent;
    b.feed.base.answer = (struct ob_ctl_answer){ .ok = true };
    b.feed.next_bits = OB_FEED_ANSWER;
    fixture_pass(&b, 1000000);
    fixture_keys(&b, "-");
    assert_true(b.feed.sent.pace == 32.5);
    /* Later the snapshot tells what it is. */
    b.feed.next_bits = OB_FEED_ANSWER;
    fixture_pass(&b, 1000000);
    fixture_pass(&b, INT64_C(2000000000));
    fixture_keys(&b, "-");
    assert_true(b.feed.sent.pace == 65);
    /* A pace that was refused is none. */
    b.feed.base.answer.ok = false;
    b.feed.next_bits = OB_FEED_ANSWER;
    fixture_pass(&b, 1000000);
    fixture_keys(&b, "-");
    assert_true(b.feed.sent.pace == 65);
    fixture_keys(&b, ">");
    assert_true(b.feed.sent.pace == 0);
    b.app.view.run.info.state = OB_RUN_PAUSED;
    fixture_keys(&b, "p");
    assert_int_equal(b.feed.sent.verb, OB_CTL_RESUME);

    /* Stopping asks, and anything but y is no. */
    size_t sends = b.feed.sends;
    fixture_keys(&b, "t");
    assert_true(b.app.view.asking);
    fixture_keys(&b, "\n");
    assert_int_equal(b.feed.sends, sends);
    fixture_keys(&b, "ty");
    assert_int_equal(b.feed.sent.verb, OB_CTL_STOP);

    /* A refused command says why. */
    b.feed.base.answer.ok = false;
    snprintf(b.feed.base.answer.error, sizeof b.feed.base.answer.error, "bob steers");
    b.feed.next_bits = OB_FEED_ANSWER;
    ob_app_news(&b.app);
    assert_string_equal(b.app.view.message, "bob steers");

    /* A run that has ended takes no commands. */
    b.app.view.run.info.state = OB_RUN_FINISHED;
    sends = b.feed.sends;
    fixture_keys(&b, "tC");
    assert_int_equal(b.feed.sends, sends);
    assert_false(b.app.view.asking);
    fixture_end(&b);
}

static void leaving_never_asks(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    fixture_start(&b);
    fixture_open(&b);
    fixture_keys(&b, "q");
    assert_false(b.app.quit);
    assert_int_equal(b.app.view.screen, OB_SCREEN_HOME);
    fixture_keys(&b, "q");
    assert_true(b.app.quit);
    fixture_end(&b);

    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    fixture_start(&b);
    b.app.top = OB_SCREEN_LIVE;
    fixture_open(&b);
    fixture_keys(&b, "q");
    assert_true(b.app.quit);
    fixture_end(&b);

    /* A run that cannot be opened leaves the screen where it is. */
    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    fixture_start(&b);
    ob_app_open(&b.app, "runs/missing");
    assert_int_equal(b.app.view.screen, OB_SCREEN_HOME);
    assert_non_null(strstr(b.app.view.message, "no such run"));
    fixture_end(&b);
}

/* What went wrong stays to be read until the next key, however long it is; what was asked
 * for on the command line and cannot be had ends the program. */
static void failures_stay(void **state)
{
    static const char said[] =
        "optbench: a/rather/long/path/to/some.ini:12: data.path: cannot open "
        "/home/somebody/data/heights.csv: No such file or directory\n"
        "optbench: a/rather/long/path/to/some.ini:15: and another\n";
    (void)state;
    struct fixture b;
    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    fixture_start(&b);
    b.feed.base.code = OB_EIO;
    snprintf(b.feed.base.why, sizeof b.feed.base.why, "%s", said);
    b.feed.next_bits = OB_FEED_FAILED;
    fixture_pass(&b, 0);
    b.app.view.now_ns += INT64_C(3600000000000);
    fixture_pass(&b, 0);
    fixture_golden(&b, "failure");
    fixture_keys(&b, "k");
    assert_string_equal(b.app.view.message, "");
    assert_false(b.app.quit);
    fixture_end(&b);

    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    fixture_start(&b);
    b.app.top = b.app.view.screen = OB_SCREEN_LIVE;
    b.feed.base.code = OB_EIO;
    snprintf(b.feed.base.why, sizeof b.feed.base.why, "%s", said);
    b.feed.next_bits = OB_FEED_FAILED;
    ob_app_news(&b.app);
    assert_true(b.app.quit);
    assert_int_equal(b.app.status, 5);
    assert_string_equal(b.app.why, said);
    fixture_end(&b);
}

/* Where there is no room for a picture there is for words: questions, too. */
static void words_fit_anywhere(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 20, 6, OB_GLYPHS_BRAILLE);
    fixture_start(&b);
    fixture_open(&b);
    fixture_golden(&b, "live");
    fixture_keys(&b, "t");
    fixture_golden(&b, "question");
    fixture_end(&b);
    begin(&b, 40, 12, OB_GLYPHS_BRAILLE);
    b.feed.state = OB_RUN_FINISHED;
    fixture_start(&b);
    fixture_open(&b);
    fixture_golden(&b, "finished");
    fixture_end(&b);
}

/* A finished run plays again: from its first row, at a pace, to its last. */
static void finished_runs_play_again(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    b.feed.state = OB_RUN_FINISHED;
    fixture_start(&b);
    fixture_open(&b);
    struct ob_run_model *m = &b.app.view.run;
    fixture_keys(&b, " ");
    assert_true(m->playing);
    /* What nobody answers is not offered. */
    assert_true(fixture_shows(&b, "Space pause"));
    assert_false(fixture_shows(&b, "t stop"));
    assert_false(fixture_shows(&b, "E edit"));
    fixture_keys(&b, " ");
    assert_true(fixture_shows(&b, "Space go on"));
    assert_false(fixture_shows(&b, "t stop"));
    fixture_keys(&b, " ");
    assert_int_equal(ob_run_model_rows(m, OB_Q_STEP), 1);
    for (int i = 0; i < 40; i++) {
        b.app.view.now_ns += 100000000;
        ob_app_moves(&b.app);
        ob_app_draw(&b.app);
    }
    size_t rows = ob_run_model_rows(m, OB_Q_STEP);
    assert_true(rows > 400 && rows < 650); /* four of eight seconds */
    assert_int_equal(ob_run_model_rows(m, OB_Q_DELTA_STEP), rows - 1);
    assert_true(ob_run_model_facts(m).step == (double)rows - 1);
    fixture_golden(&b, "replay");
    fixture_keys(&b, " ");
    b.app.view.now_ns += 500000000;
    assert_false(ob_app_moves(&b.app));
    fixture_keys(&b, ".");
    assert_int_equal(ob_run_model_rows(m, OB_Q_STEP), rows + 1);
    fixture_keys(&b, ">");
    assert_false(m->playing);
    assert_int_equal(ob_run_model_rows(m, OB_Q_STEP), 1044);
    fixture_end(&b);
}

static void progress_of_rules(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 80, 24, OB_GLYPHS_BRAILLE);
    fixture_start(&b);
    fixture_open(&b);
    struct ob_run_model *m = &b.app.view.run;
    /* From 0.02 e^-.006 to 1e-4 by decades. */
    struct ob_live_rule rule = { .name = "theta_delta", .value = 1e-3, .target = 1e-4 };
    double start = ob_series_at(&m->series[OB_Q_DELTA], 0);
    ob_assert_near(ob_run_model_progress(m, &rule), log(start / 1e-3) / log(start / 1e-4),
                   1e-12);
    rule.value = 1e-5;
    assert_true(ob_run_model_progress(m, &rule) == 1);
    rule = (struct ob_live_rule){ .name = "max_steps", .value = 250, .target = 1000 };
    assert_true(ob_run_model_progress(m, &rule) == 0.25);
    rule.value = NAN;
    assert_true(isnan(ob_run_model_progress(m, &rule)));
    rule = (struct ob_live_rule){ .name = "something_new", .value = 1, .target = 2 };
    assert_true(isnan(ob_run_model_progress(m, &rule)));
    fixture_end(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(home_pictures),
        cmocka_unit_test(live_pictures),
        cmocka_unit_test(other_pictures),
        cmocka_unit_test(hostile_names_are_spelled_out),
        cmocka_unit_test(plain_ascii_is_ascii),
        cmocka_unit_test(random_walks_lead_out),
        cmocka_unit_test(keys_become_commands),
        cmocka_unit_test(leaving_never_asks),
        cmocka_unit_test(failures_stay),
        cmocka_unit_test(words_fit_anywhere),
        cmocka_unit_test(finished_runs_play_again),
        cmocka_unit_test(progress_of_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
