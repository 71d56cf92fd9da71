#include <config.h>

#include <stdlib.h>

#include "fixture.h"
#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/rng.h"
#include "optbench/ui/request.h"

/* News that wait in the feed: the answers to a check and to a look. */
static void settle(struct fixture *f)
{
    for (int i = 0; i < 4; i++)
        fixture_pass(f, 1000000);
}

static void keys(struct fixture *f, const char *typed)
{
    fixture_keys(f, typed);
    settle(f);
}

static void assert_shows(const struct fixture *f, const char *text)
{
    struct ob_buf shown = { 0 };
    if (fixture_shows(f, text))
        return;
    fixture_text(f, false, &shown);
    fail_msg("no '%s' in\n%s", text, ob_buf_text(&shown));
}

static const char *value(const struct fixture *f, const char *section, const char *key)
{
    const char *v = ob_form_value(&f->app.view.form, section, key);
    return v ? v : "(none)";
}

/* Sets up the third experiment of the list. */
static void begin_setup(struct fixture *f, int w, int h)
{
    fixture_begin(f, w, h);
    keys(f, "jjs");
    fixture_hush(f);
}

static const int size[][2] = { { 30, 5 }, { 40, 12 }, { 80, 24 }, { 120, 40 } };

static void pictures(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(size); i++) {
        for (int tier = 0; tier < OB_GLYPH_TIERS; tier += 2) {
            struct fixture f;
            begin_setup(&f, size[i][0], size[i][1]);
            fixture_glyphs(&f, (enum ob_glyphs)tier);
            fixture_golden(&f, "setup");
            if (size[i][0] == 80)
                fixture_golden_styles(&f, "setup");
            keys(&f, "/optimizer.kind\n\n");
            fixture_golden(&f, "setup-kinds");
            keys(&f, "{Esc}p");
            fixture_golden(&f, "setup-data");
            keys(&f, "p/optimizer.lr\n\n{Ctrl-U}-3\n");
            fixture_golden(&f, "setup-refused");
            fixture_end(&f);
        }
    }
}

static void more_pictures(void **state)
{
    (void)state;
    struct fixture f;
    fixture_begin(&f, 80, 24);
    keys(&f, "n");
    fixture_golden(&f, "setup-new");
    keys(&f, "\n");
    fixture_golden(&f, "setup-tables");
    keys(&f, "\n");
    fixture_golden(&f, "setup-path");
    fixture_end(&f);

    begin_setup(&f, 80, 24);
    keys(&f, "/data.features\n\n");
    fixture_golden(&f, "setup-columns");
    keys(&f, "{Esc}/experiment.title\n\n{Ctrl-U}broken\n");
    keys(&f, "!");
    fixture_golden(&f, "setup-faults");
    keys(&f, "{Esc}W");
    fixture_golden(&f, "setup-save");
    fixture_end(&f);
}

/* A person with a file of their own, who reads nothing but the screen: choose it, fit it
 * by Adam, then by Newton's method, save that. */
static void an_own_table_is_fitted_and_saved(void **state)
{
    (void)state;
    struct fixture f;
    fixture_begin(&f, 80, 24);
    keys(&f, "n");
    assert_int_equal(f.app.view.screen, OB_SCREEN_SETUP);
    assert_shows(&f, "not ready: data.path must be given");
    assert_shows(&f, "must be given: Enter");
    /* The list of tables begins with one's own; the picker begins at home. */
    keys(&f, "\n\n");
    assert_shows(&f, "/work");
    keys(&f, "data\n");
    keys(&f, "people.csv\n");
    assert_string_equal(value(&f, "data", "target"), "height_m");
    assert_string_equal(value(&f, "data", "features"), "age_years");
    assert_string_equal(value(&f, "data", "scale"), "standard");
    assert_shows(&f, "height_m is the last column");
    assert_shows(&f, "ready: R runs it, w saves it.");

    keys(&f, "/optimizer.kind\n\nadam\n");
    assert_string_equal(value(&f, "optimizer", "kind"), "adam");
    keys(&f, "/optimizer.lr\n\n{Ctrl-U}0.1\n");
    keys(&f, "R");
    assert_string_equal(f.feed.started, "aside/people.ini");
    assert_non_null(strstr(f.feed.stowed, "kind = adam\nlr   = 0.1\n"));
    snprintf(f.feed.base.started, sizeof f.feed.base.started, "runs/heights");
    f.feed.next_bits = OB_FEED_STARTED;
    f.feed.state = OB_RUN_FINISHED;
    settle(&f);
    assert_int_equal(f.app.view.screen, OB_SCREEN_LIVE);
    assert_shows(&f, "n vary");

    /* The form is as it was left, for it is of this run. */
    keys(&f, "n");
    assert_string_equal(f.app.view.message, "");
    assert_shows(&f, "not saved");
    keys(&f, "/optimizer.kind\n\nnewton\n");
    assert_string_equal(value(&f, "optimizer", "lr"), "1");
    assert_null(strstr(ob_buf_text(&f.app.view.form.now.text), "lr"));
    keys(&f, "w");
    assert_shows(&f, "save as: people.ini");
    keys(&f, "{Ctrl-U}best\n");
    assert_string_equal(f.feed.saved_as, "best.ini");
    assert_non_null(strstr(f.feed.saved, "kind = newton\n"));
    assert_shows(&f, "best.ini  saved");
    keys(&f, "R");
    assert_string_equal(f.feed.started, "best.ini");
    fixture_end(&f);
}

/* From a rate to a sweep of it, which runs. */
static void a_key_is_varied_and_the_sweep_runs(void **state)
{
    (void)state;
    struct fixture f;
    fixture_begin(&f, 80, 24);
    keys(&f, "n/data.path\n\n\n");
    keys(&f, "data\npeople.csv\n");
    keys(&f, "/experiment.name\n\n{Ctrl-U}rates\n");
    keys(&f, "/optimizer.lr\nv");
    assert_string_equal(value(&f, "sweep", "optimizer.lr"), "log 0.05 .. 5 x 5");
    keys(&f, "{Ctrl-U}0.1, 0.2\n");
    assert_string_equal(value(&f, "sweep", "optimizer.lr"), "0.1, 0.2");
    assert_shows(&f, "a, b, c; log A .. B x N");
    assert_shows(&f, "ready: R runs the sweep, 2 cells; w saves it.");
    fixture_golden(&f, "setup-sweep");
    keys(&f, "R");
    assert_string_equal(f.feed.sweep_made, "aside/people.ini as rates");
    assert_shows(&f, "planning the sweep");
    snprintf(f.feed.base.started, sizeof f.feed.base.started, "sweeps/fresh");
    f.feed.next_bits = OB_FEED_PLANNED;
    settle(&f);
    assert_int_equal(f.app.view.screen, OB_SCREEN_SWEEP);
    assert_string_equal(f.feed.base.sweep.path, "sweeps/fresh");
    assert_int_equal(f.feed.sweep_starts, 1);
    fixture_end(&f);
}

static void values_are_checked_as_they_are_typed(void **state)
{
    (void)state;
    struct fixture f;
    begin_setup(&f, 80, 24);
    keys(&f, "/optimizer.lr\n\n{Ctrl-U}fast\n");
    assert_shows(&f, "'fast'");
    assert_string_equal(value(&f, "optimizer", "lr"), "0.03");
    keys(&f, "{Ctrl-U}0.5\n");
    assert_string_equal(value(&f, "optimizer", "lr"), "0.5");
    keys(&f, "D");
    assert_string_equal(value(&f, "optimizer", "lr"), "0.001");
    keys(&f, "u");
    assert_string_equal(value(&f, "optimizer", "lr"), "0.5");
    keys(&f, "u{Ctrl-R}");
    assert_string_equal(value(&f, "optimizer", "lr"), "0.5");
    /* What only the program itself can see comes back with its line. */
    unsigned checks = f.feed.checks;
    keys(&f, "/experiment.title\n\n{Ctrl-U}broken\n");
    assert_int_equal(f.feed.checks, checks + 1);
    assert_shows(&f, "not ready: line 18: optimizer.lr");
    keys(&f, "R");
    assert_shows(&f, "not yet:");
    assert_string_equal(f.feed.started, "");
    keys(&f, "!\n");
    assert_shows(&f, "'broken' is not a number");
    fixture_end(&f);
}

static void toggles_and_choices(void **state)
{
    (void)state;
    struct fixture f;
    begin_setup(&f, 80, 24);
    keys(&f, "/model.bias\n\n");
    assert_string_equal(value(&f, "model", "bias"), "no");
    keys(&f, " ");
    assert_string_equal(value(&f, "model", "bias"), "yes");
    keys(&f, "/model.loss\n ");
    assert_string_equal(value(&f, "model", "loss"), "mse");
    keys(&f, "\nsse\n");
    assert_string_equal(value(&f, "model", "loss"), "sse");
    keys(&f, "/experiment.device\n ");
    assert_string_equal(value(&f, "experiment", "device"), "auto");
    fixture_pass(&f, 60);
    assert_shows(&f, "Here: cpu (49x2 is");
    keys(&f, "\n{Ctrl-U}cuda:1\n");
    assert_string_equal(value(&f, "experiment", "device"), "cuda:1");
    fixture_pass(&f, 60);
    assert_shows(&f, "Here: cuda:1, which is not here:");
    keys(&f, " ");
    assert_string_equal(value(&f, "experiment", "device"), "cpu");
    keys(&f, "/data.target\n\nid\n");
    assert_string_equal(value(&f, "data", "target"), "id");
    keys(&f, "/data.features\n\n{Down}{Down}\n{Esc}");
    assert_string_equal(value(&f, "data", "features"), "age_years, height_m");
    fixture_end(&f);
}

/* Nothing that was typed is lost: not by another experiment, not by leaving. */
static void unsaved_work_is_kept(void **state)
{
    (void)state;
    struct fixture f;
    begin_setup(&f, 80, 24);
    keys(&f, "/optimizer.lr\n\n{Ctrl-U}0.7\n");
    /* Already now: what kills the screen asks nobody. */
    assert_non_null(strstr(f.feed.kept, "lr       = 0.7\n"));
    keys(&f, "u");
    assert_null(f.feed.kept);
    keys(&f, "{Ctrl-R}1n");
    assert_shows(&f, "u brings it back");
    keys(&f, "u");
    assert_string_equal(value(&f, "optimizer", "lr"), "0.7");
    keys(&f, "q");
    assert_int_equal(f.app.view.screen, OB_SCREEN_HOME);
    assert_false(f.app.quit);
    ob_app_finish(&f.app);
    assert_non_null(strstr(f.feed.kept, "lr       = 0.7\n"));
    ob_app_init(&f.app, f.term, &f.feed.base);
    keys(&f, "3");
    assert_shows(&f, "left unsaved the last time");
    assert_string_equal(value(&f, "optimizer", "lr"), "0.7");
    keys(&f, "W{Ctrl-U}mine\n");
    assert_string_equal(f.feed.saved_as, "mine.ini");
    assert_null(f.feed.kept);
    fixture_end(&f);
}

static void saving_asks_before_it_overwrites(void **state)
{
    (void)state;
    struct fixture f;
    begin_setup(&f, 80, 24);
    keys(&f, "W{Ctrl-U}taken\n");
    assert_shows(&f, "taken.ini exists");
    keys(&f, "x");
    assert_null(f.feed.saved);
    keys(&f, "W{Ctrl-U}taken\ny");
    assert_string_equal(f.feed.saved_as, "taken.ini");
    /* A path that was meant from the folder of the experiment still leads there. */
    assert_null(strstr(f.feed.saved, "= people.csv"));
    assert_non_null(strstr(f.feed.saved, "configs/people.csv"));
    keys(&f, "w");
    assert_int_equal(f.feed.saves, 2);
    /* Somebody else has written to it since. */
    free(f.feed.saved);
    f.feed.saved = ob_xstrdup("; theirs\n");
    keys(&f, "w");
    assert_shows(&f, "taken.ini was changed meanwhile");
    keys(&f, "x");
    assert_string_equal(f.feed.saved, "; theirs\n");
    keys(&f, "wy");
    assert_int_equal(f.feed.saves, 3);
    assert_null(strstr(f.feed.saved, "theirs"));
    fixture_end(&f);
}

static void a_refused_name_can_be_corrected(void **state)
{
    (void)state;
    struct fixture f;
    begin_setup(&f, 80, 24);
    keys(&f, "Wdenied/q\n"); /* takes the place of what is offered */
    assert_shows(&f, "save as: denied/q   denied/q.ini: Permission denied");
    fixture_golden(&f, "setup-name-refused");
    keys(&f, "{Home}R");
    assert_false(fixture_shows(&f, "Permission"));
    assert_shows(&f, "save as: Rdenied/q");
    keys(&f, "\n");
    assert_shows(&f, "Permission denied");
    keys(&f, "{Ctrl-U}");
    for (int i = 0; i < 8; i++)
        keys(&f, "{Del}");
    keys(&f, "mine\n");
    assert_string_equal(f.feed.saved_as, "mine.ini");
    keys(&f, "W{Esc}");
    assert_false(fixture_shows(&f, "save as:"));
    fixture_end(&f);
}

static void an_editor_changes_the_text(void **state)
{
    (void)state;
    struct fixture f;
    begin_setup(&f, 80, 24);
    keys(&f, "/optimizer.lr\nE");
    assert_true(f.app.edit);
    assert_string_equal(f.app.edited, "aside/heights.ini");
    assert_int_equal(f.app.edited_line, 18);
    char *to = strstr(f.feed.stowed, "0.03");
    assert_non_null(to);
    memcpy(to, "0.04", 4);
    ob_app_returned(&f.app, NULL);
    settle(&f);
    assert_string_equal(value(&f, "optimizer", "lr"), "0.04");
    keys(&f, "E");
    to = strstr(f.feed.stowed, "Height");
    assert_non_null(to);
    memcpy(to, "broken", 6);
    ob_app_returned(&f.app, NULL);
    settle(&f);
    assert_shows(&f, "what is wrong");
    keys(&f, "\nuu");
    assert_string_equal(value(&f, "optimizer", "lr"), "0.03");
    fixture_end(&f);
}

/* A value that is longer than what can be typed is not cut by being looked at. */
static void long_values_stay_whole(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_buf title = { 0 };
    begin_setup(&f, 80, 24);
    struct ob_form *form = &f.app.view.form;
    size_t row = ob_form_find(form, "experiment", "title");
    for (size_t n = 200; n <= OB_LINEEDIT_MAX + 200; n *= 2) {
        struct ob_err err;
        while (title.len < n)
            ob_buf_addc(&title, 'x');
        assert_true(ob_form_set(form, row, ob_buf_text(&title), &err));
        settle(&f);
        keys(&f, "/experiment.title\n\n\n{Esc}");
        assert_string_equal(value(&f, "experiment", "title"), ob_buf_text(&title));
    }
    ob_buf_finish(&title);
    fixture_end(&f);
}

/* What a table suggests is for the text that it was chosen in. */
static void suggestions_do_not_outlive_undo(void **state)
{
    (void)state;
    struct fixture f;
    begin_setup(&f, 80, 24);
    struct ob_form *form = &f.app.view.form;
    struct ob_err err;
    char *before = ob_xstrdup(ob_buf_text(&form->now.text));
    f.feed.hold = true;
    form->propose = true;
    assert_true(ob_form_set(form, ob_form_find(form, "data", "path"), "other.csv", &err));
    keys(&f, "ju");
    f.feed.hold = false;
    settle(&f);
    assert_string_equal(ob_buf_text(&form->now.text), before);
    free(before);
    fixture_end(&f);
}

/* A problem in a file below is not told as one of the text. */
static void faults_name_their_file(void **state)
{
    (void)state;
    struct fixture f;
    begin_setup(&f, 80, 24);
    keys(&f, "/experiment.title\n\n{Ctrl-U}broken below\n");
    assert_shows(&f, "not ready: below.ini line 5: ");
    keys(&f, "R");
    assert_shows(&f, "not yet: below.ini line 5: ");
    keys(&f, "!");
    assert_shows(&f, "below.ini line 5");
    fixture_end(&f);
}

/* A list of columns that is open when another table was looked at shows that one. */
static void columns_are_those_of_the_table(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_err err;
    begin_setup(&f, 80, 24);
    struct ob_form *form = &f.app.view.form;
    keys(&f, "/data.target\n\n");
    assert_true(
        ob_form_set(form, ob_form_find(form, "data", "path"), "faulty.csv", &err));
    keys(&f, "{Down}");
    assert_shows(&f, "1 of 1");
    keys(&f, "\n");
    assert_string_equal(value(&f, "data", "target"), "id");
    fixture_end(&f);
}

/* A new experiment takes its name from the table, one that has a name keeps it. */
static void new_ones_are_named_after_the_table(void **state)
{
    (void)state;
    struct fixture f;
    fixture_begin(&f, 80, 24);
    keys(&f, "n");
    struct ob_form *form = &f.app.view.form;
    struct ob_err err;
    assert_string_equal(ob_path_base(form->now.save_as), "new.ini");
    form->propose = true;
    assert_true(
        ob_form_set(form, ob_form_find(form, "data", "path"), "a/my b.csv", &err));
    settle(&f);
    assert_string_equal(ob_path_base(form->now.save_as), "new.ini");
    form->propose = true;
    assert_true(ob_form_set(form, ob_form_find(form, "data", "path"), "a/b.x.csv", &err));
    settle(&f);
    assert_string_equal(ob_path_base(form->now.save_as), "b.x.ini");
    assert_string_equal(form->now.save_as, form->now.path);
    form->propose = true;
    assert_true(ob_form_set(form, ob_form_find(form, "data", "path"), "c.csv", &err));
    settle(&f);
    assert_string_equal(ob_path_base(form->now.save_as), "b.x.ini");
    fixture_end(&f);
}

/* A rate is proposed for the optimizer that is chosen, and never over a chosen one. */
static void each_optimizer_gets_a_rate(void **state)
{
    (void)state;
    struct fixture f;
    begin_setup(&f, 80, 24);
    struct ob_form *form = &f.app.view.form;
    struct ob_err err;
    assert_true(ob_form_unset(form, ob_form_find(form, "optimizer", "lr")));
    form->propose = true;
    assert_true(ob_form_set(form, ob_form_find(form, "data", "path"), "other.csv", &err));
    settle(&f);
    assert_true(ob_form_set(form, ob_form_find(form, "optimizer", "kind"), "adam", &err));
    assert_string_equal(ob_form_value(form, "optimizer", "lr"), "0.005");
    assert_string_equal(form->note, "lr 0.005: far");
    assert_true(ob_form_set(form, ob_form_find(form, "optimizer", "kind"), "gd", &err));
    assert_string_equal(ob_form_value(form, "optimizer", "lr"), "0.5");
    assert_true(ob_form_set(form, ob_form_find(form, "optimizer", "lr"), "0.25", &err));
    assert_true(ob_form_set(form, ob_form_find(form, "optimizer", "kind"), "adam", &err));
    assert_string_equal(ob_form_value(form, "optimizer", "lr"), "0.25");
    assert_true(ob_form_set(form, ob_form_find(form, "data", "scale"), "none", &err));
    assert_true(ob_form_set(form, ob_form_find(form, "optimizer", "kind"), "sgd", &err));
    assert_true(ob_form_unset(form, ob_form_find(form, "optimizer", "lr")));
    assert_true(ob_form_set(form, ob_form_find(form, "optimizer", "kind"), "gd", &err));
    assert_string_equal(ob_form_value(form, "optimizer", "lr"), "0.001");
    fixture_end(&f);
}

/* Any keys at any size: nothing is drawn outside, and the form stays in step with its
 * text. */
static void any_keys_at_any_size(void **state)
{
    (void)state;
    static const char typed[] = "\n\n\n jkjkDu/wWERa!p\t3n1sab0.5-qx\x12\x15{}\x1b\x1b";
    struct ob_rng r;
    ob_rng_init(&r, 12, 0);
    for (int walk = 0; walk < 60; walk++) {
        struct fixture f;
        begin_setup(&f, 80, 24);
        f.feed.hostile = walk % 4 == 0;
        for (int i = 0; i < 80; i++) {
            f.term->w = 1 + (int)ob_rng_below(&r, 200);
            f.term->h = 1 + (int)ob_rng_below(&r, 60);
            if (ob_rng_below(&r, 4) == 0)
                ob_app_key(&f.app, OB_KEY_UP + (uint32_t)ob_rng_below(&r, 12));
            else
                ob_app_key(&f.app,
                           (unsigned char)typed[ob_rng_below(&r, sizeof typed - 1)]);
            if (f.app.edit)
                ob_app_returned(&f.app, NULL);
            f.app.quit = false;
            settle(&f);
            assert_true(ob_canvas_intact(&f.app.canvas));
        }
        fixture_end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures),
        cmocka_unit_test(more_pictures),
        cmocka_unit_test(an_own_table_is_fitted_and_saved),
        cmocka_unit_test(a_key_is_varied_and_the_sweep_runs),
        cmocka_unit_test(values_are_checked_as_they_are_typed),
        cmocka_unit_test(toggles_and_choices),
        cmocka_unit_test(unsaved_work_is_kept),
        cmocka_unit_test(saving_asks_before_it_overwrites),
        cmocka_unit_test(a_refused_name_can_be_corrected),
        cmocka_unit_test(an_editor_changes_the_text),
        cmocka_unit_test(long_values_stay_whole),
        cmocka_unit_test(suggestions_do_not_outlive_undo),
        cmocka_unit_test(new_ones_are_named_after_the_table),
        cmocka_unit_test(each_optimizer_gets_a_rate),
        cmocka_unit_test(faults_name_their_file),
        cmocka_unit_test(columns_are_those_of_the_table),
        cmocka_unit_test(any_keys_at_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
