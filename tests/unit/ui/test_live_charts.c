#include "fixture.h"

#include <math.h>

#include "../../../src/ui/live_priv.h"
#include "optbench/base/number.h"

static void begin(struct fixture *b, int w, int h)
{
    fixture_init(b, w, h);
    b->feed.state = OB_RUN_FINISHED;
    fixture_start(b);
    fixture_open(b);
}

/* The charts are what is looked at, not what is said about them. */
static void keys(struct fixture *b, const char *typed)
{
    fixture_keys(b, typed);
    fixture_hush(b);
}

static void pictures(void **state)
{
    (void)state;
    static const struct {
        const char *name, *typed;
    } way[] = {
        { "charts-symlog", "ll" },       { "charts-log-x", "L" },
        { "charts-zoom", "zz{Right}" },  { "charts-follow", "f" },
        { "charts-smooth", "ss" },       { "charts-cursor", "c{Left}{PgUp}{PgUp}" },
        { "charts-one", "v" },           { "charts-other", "vv" },
        { "charts-picker", "ml" },       { "charts-metric", "mlr\n" },
        { "charts-all", "sozc{Left}L" }, { "charts-four", "mgrad\nmlr\nv" },
        { "charts-runs", "a" },          { "charts-beside", "oa\nc" },
        { "charts-epochs", "xz" },       { "charts-seconds", "xxL\tl" },
    };
    for (size_t i = 0; i < OB_COUNT(way); i++) {
        struct fixture b;
        begin(&b, 80, 24);
        keys(&b, way[i].typed);
        fixture_golden(&b, way[i].name);
        fixture_end(&b);
    }
}

/* Runs to add that were not read yet say so, and are read while the list is open. */
static void unread_runs(void **state)
{
    (void)state;
    struct fixture b;
    fixture_init(&b, 80, 24);
    b.feed.unread = 3;
    fixture_start(&b);
    fixture_open(&b);
    keys(&b, "a");
    assert_true(fixture_shows(&b, "not read yet"));
    assert_false(fixture_shows(&b, "the same"));
    assert_true(ob_app_busy(&b.app));
    while (ob_app_busy(&b.app))
        ob_app_work(&b.app);
    ob_app_draw(&b.app);
    assert_false(fixture_shows(&b, "not read yet"));
    fixture_end(&b);
}

/* Reads "step N: VALUE" from a row of the screen. */
static bool noted(const struct fixture *b, int from, double *step, double *value)
{
    struct ob_buf out = { 0 };
    bool found = false;
    ob_canvas_write(&b->shown, false, &out);
    const char *line = ob_buf_text(&out);
    for (int i = 0; i < from && line; i++) {
        line = strchr(line, '\n');
        line = line ? line + 1 : NULL;
    }
    const char *at = line ? strstr(line, " step ") : NULL;
    while (at && (at[6] < '0' || at[6] > '9')) /* not "per step (log)" */
        at = strstr(at + 1, " step ");
    if (at && at < strchr(line, '\n')) {
        at += 6;
        at += ob_number_scan(at, strlen(at), step);
        found = *at == ':' && ob_number_scan(at + 2, strlen(at + 2), value) > 0;
    }
    ob_buf_finish(&out);
    return found;
}

#define LEFT  "{Left}"
#define RIGHT "{Right}"
#define UP    "{PgUp}"
#define DOWN  "{PgDn}"

/* Both charts point at one row and show its numbers as they were recorded. */
static void the_cursor_shows_recorded_numbers(void **state)
{
    (void)state;
    static const char *const moves[] = {
        LEFT, LEFT, UP,   LEFT, RIGHT, DOWN, LEFT,  UP,    UP,  UP,   LEFT, "z",
        LEFT, LEFT, LEFT, "z",  LEFT,  LEFT, RIGHT, RIGHT, "0", LEFT, "f",  LEFT,
    };
    struct fixture b;
    begin(&b, 200, 60);
    const struct ob_series *s = b.app.view.run.series;
    double step, value, step2, value2, last = 1e9;
    keys(&b, "c");
    for (size_t i = 0; i < OB_COUNT(moves); i++) {
        keys(&b, moves[i]);
        /* Row 2 holds both titles; the second stands in the right half. */
        assert_true(noted(&b, 2, &step, &value));
        size_t row = (size_t)step;
        assert_true(value == ob_series_at(&s[OB_Q_LOSS], row));
        if (strcmp(moves[i], LEFT) == 0)
            assert_true(step < last);
        last = step;
    }
    keys(&b, "v");
    assert_true(noted(&b, 2, &step, &value));
    keys(&b, "v");
    assert_true(noted(&b, 2, &step2, &value2));
    assert_true(step2 == step);
    assert_true(value2 == ob_series_at(&s[OB_Q_DELTA], (size_t)step - 1));
    keys(&b, "c");
    assert_false(noted(&b, 2, &step, &value));
    fixture_end(&b);
}

/* To the left end and back to the right one, in single rows when zoomed in. */
static void the_cursor_reaches_every_row(void **state)
{
    (void)state;
    struct fixture b;
    double step = 0, value, last;
    begin(&b, 200, 60);
    keys(&b, "zzzzzzzc");
    assert_true(noted(&b, 2, &last, &value));
    for (int i = 0; i < 40; i++) {
        keys(&b, "{Left}");
        assert_true(noted(&b, 2, &step, &value));
        assert_true(step == last - 1);
        last = step;
    }
    keys(&b, "0");
    for (int i = 0; i < 60; i++)
        keys(&b, "{PgUp}");
    assert_true(noted(&b, 2, &step, &value) && step == 0);
    for (int i = 0; i < 60; i++)
        keys(&b, "{PgDn}");
    assert_true(noted(&b, 2, &step, &value) && step == 1043);
    fixture_end(&b);
}

/* What is chosen is asked of the feed at once and gets a chart of its own, up to two;
 * choosing it again takes the chart away, but never the last one. */
static void columns_get_charts(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 120, 40);
    const struct ob_run_model *m = &b.app.view.run;
    keys(&b, "mgrad\n");
    assert_string_equal(m->asked.metric[0], "grad_norm");
    assert_int_equal(m->metric[0].value.n, 1044);
    keys(&b, "mxyz\n");
    assert_string_equal(m->asked.metric[1], "");
    keys(&b, "mlr\x1b");
    assert_string_equal(m->asked.metric[1], "");
    assert_false(b.app.quit);
    keys(&b, "mlr\n");
    assert_string_equal(m->asked.metric[1], "lr");
    assert_true(fixture_shows(&b, "grad_norm (") && fixture_shows(&b, "lr (symlog)"));
    fixture_keys(&b, "mw0\n");
    assert_true(fixture_shows(&b, "two further charts are the most"));
    keys(&b, "mgrad\n");
    assert_string_equal(m->asked.metric[0], "");
    assert_false(fixture_shows(&b, "grad_norm ("));
    keys(&b, "mtheta\n");
    assert_false(fixture_shows(&b, "|dtheta| per step"));
    keys(&b, "mtheta\n");
    assert_true(fixture_shows(&b, "|dtheta| per step"));
    keys(&b, "mtheta\nmlr\nmloss\n");
    assert_true(fixture_shows(&b, "loss (log)"));
    fixture_end(&b);

    /* Where there is room for one chart, it is the chosen one. */
    begin(&b, 40, 12);
    keys(&b, "mlr\n");
    assert_true(fixture_shows(&b, "\n lr (symlog)"));

    /* A parameter that starts at zero has its place, too; short of room the title loses
     * its scale first. */
    keys(&b, "mw0\nc");
    assert_true(fixture_shows(&b, "\n w0 (symlog)  step 1043: 1"));
    keys(&b, "sL");
    assert_true(fixture_shows(&b, "\n w0  step 1043: 1  smooth 1"));
    fixture_end(&b);
}

/* Scales are changed of all charts, or of the one that Tab went to, which says so. */
static void one_chart_at_a_time(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 120, 40);
    keys(&b, "l");
    assert_false(fixture_shows(&b, "loss (log)") || fixture_shows(&b, "per step (log)"));
    keys(&b, "ll\t\tl");
    assert_true(fixture_shows(&b, "loss (log)"));
    assert_true(fixture_shows(&b, ">|dtheta| per step"));
    assert_false(fixture_shows(&b, "per step (log)"));
    keys(&b, "\tll");
    assert_true(fixture_shows(&b, "per step (log)"));
    assert_true(fixture_shows(&b, "loss (symlog)"));
    fixture_end(&b);
}

/* The step and the place of the cursor's row in each unit: 32 steps an epoch, a hundred a
 * second; the axis names it, the window keeps its rows. */
static void other_units(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 120, 40);
    assert_true(fixture_shows(&b, "step│"));
    keys(&b, "xc");
    assert_true(fixture_shows(&b, "epoch│"));
    assert_true(fixture_shows(&b, "step 1043, epoch 32.5938: "));
    keys(&b, "x");
    assert_true(fixture_shows(&b, "step 1043, 10.43 s: "));
    keys(&b, "{Home}{S-Left}{Left}");
    keys(&b, "xxz");
    const struct ob_live_charts *l = b.app.state[OB_SCREEN_LIVE];
    double from = l->zoom.from, to = l->zoom.to;
    assert_int_equal(l->zoom.mode, OB_CHART_FIXED);
    keys(&b, "x");
    ob_assert_near(l->zoom.from, from / 32, 1e-9);
    ob_assert_near(l->zoom.to, fmin(to, 1043) / 32, 1e-9);
    keys(&b, "xzz{Right}{PgUp}f{Left}L0");
    assert_int_equal(l->axis.unit, OB_CHART_SECONDS);
    /* Three evaluations a step and one at the start; gradients are not counted here. */
    keys(&b, "x");
    assert_int_equal(l->axis.unit, OB_CHART_EVALS);
    keys(&b, "c{Home}c");
    assert_true(fixture_shows(&b, "evals│"));
    assert_true(fixture_shows(&b, "step 1043, 3130 evals: "));
    keys(&b, "x");
    assert_int_equal(l->axis.unit, OB_CHART_STEPS);
    fixture_end(&b);
}

/* Four runs at most; each keeps its letter while others come and go. */
static void runs_beside(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 120, 40);
    struct ob_run_model *other = b.app.view.other;
    keys(&b, "o");
    assert_string_equal(other[0].path, "runs/20261126T203000Z-heights-8a11bb02");
    keys(&b, "a\na\n");
    assert_non_null(other[1].path);
    assert_non_null(other[2].path);
    assert_string_not_equal(other[1].path, other[2].path);
    assert_true(fixture_shows(&b, "RUN") && fixture_shows(&b, "a "));
    char *third = other[2].path;
    keys(&b, "o");
    assert_null(other[0].path);
    assert_ptr_equal(other[2].path, third);
    keys(&b, "o");
    assert_non_null(other[0].path);
    fixture_keys(&b, "a\n");
    assert_true(fixture_shows(&b, "four runs are the most"));
    keys(&b, "mgrad\n");
    assert_string_equal(other[1].asked.metric[0], "grad_norm");
    /* Windows go as far as the longest run does. */
    struct ob_live_charts *l = b.app.state[OB_SCREEN_LIVE];
    for (int i = 0; i < 3000; i++) {
        ob_series_append(&other[1].series[OB_Q_LOSS_STEP], 2000 + i);
        ob_series_append(&other[1].series[OB_Q_LOSS], 0.5);
    }
    keys(&b, "zz");
    for (int i = 0; i < 80; i++)
        keys(&b, "{Right}");
    assert_true(l->zoom.to == 5000 && l->zoom.from > 3000);
    keys(&b, "0");
    keys(&b, "A");
    for (int i = 0; i < OB_OTHERS; i++)
        assert_null(other[i].path);
    fixture_end(&b);
}

/* A wheel zooms around the pointer, a press sets the cursor there. */
static void the_mouse_points_at_rows(void **state)
{
    (void)state;
    struct fixture b;
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    begin(&b, 120, 40);
    struct ob_live_charts *l = b.app.state[OB_SCREEN_LIVE];
    const struct ob_rect r = l->item[OB_LIVE_LOSS].rect;
    struct ob_mouse m = { OB_MOUSE_PRESS, r.x + 20, r.y + 5 };
    assert_true(ob_live_charts_mouse(l, &b.app.view, &m, &wish));
    assert_true(l->cursor.on && l->cursor.step > 200 && l->cursor.step < 600);
    double before = l->cursor.step;
    m.kind = OB_MOUSE_WHEEL_UP;
    assert_true(ob_live_charts_mouse(l, &b.app.view, &m, &wish));
    ob_app_draw(&b.app);
    double part = ob_chart_part_of(&l->item[OB_LIVE_LOSS].chart, before);
    ob_assert_near(part,
                   (20 - l->item[OB_LIVE_LOSS].chart.gutter + 0.5) /
                       (r.w - l->item[OB_LIVE_LOSS].chart.gutter),
                   0.02);
    m = (struct ob_mouse){ OB_MOUSE_PRESS, 0, 0 };
    assert_false(ob_live_charts_mouse(l, &b.app.view, &m, &wish));
    fixture_end(&b);
}

static char *words(const struct ob_view *v, int w)
{
    struct ob_canvas c = { 0 };
    struct ob_buf out = { 0 };
    ob_canvas_size(&c, w, 1);
    if (ob_live_chart_words(v, &c, (struct ob_rect){ 0, 0, w, 1 }))
        ob_canvas_write(&c, false, &out);
    assert_true(ob_canvas_intact(&c));
    ob_canvas_finish(&c);
    return ob_buf_take(&out);
}

/* How far a log has been read; of a first run what the charts show and when it ends. */
static void the_message_line_explains(void **state)
{
    (void)state;
    struct ob_view v = { .glyphs = OB_GLYPHS_ASCII };
    struct ob_run_model *m = &v.run;
    m->path = (char[]){ "runs/a" };
    m->loading = (struct ob_run_loading){ true, true, 0.437, 71.2 };
    char *said = words(&v, 80);
    assert_string_equal(said, " reading  43 % ########............ 0 rows, 1:12 left\n");
    free(said);
    m->loading.seconds = NAN;
    said = words(&v, 40);
    assert_string_equal(said, " reading  43 % ####...... 0 rows\n");
    free(said);
    for (int w = 1; w < 120; w++)
        free(words(&v, w));

    m->loading.behind = false;
    m->info.state = OB_RUN_RUNNING;
    said = words(&v, 80);
    assert_true(!said || !said[0]);
    free(said);
    m->live.rules = 2;
    snprintf(m->live.rule[0].name, sizeof m->live.rule[0].name, "max_steps");
    snprintf(m->live.rule[1].name, sizeof m->live.rule[1].name, "theta_delta");
    m->live.rule[1].target = 1e-4;
    said = words(&v, 80);
    assert_string_equal(said,
                        " loss after each step; |dtheta|: how far parameters moved, "
                        "below 0.0001 it stops\n");
    free(said);
    v.home.runs.n = 2;
    said = words(&v, 80);
    assert_true(!said || !said[0]);
    free(said);
}

static void nothing_recorded_nothing_breaks(void **state)
{
    (void)state;
    struct fixture b;
    begin(&b, 80, 24);
    ob_run_model_restart(&b.app.view.run);
    keys(&b, "cz{Left}{Right}Zs{PgUp}{PgDn}fL0zvvv{Left}l{Right}lS");
    assert_true(ob_canvas_intact(&b.app.canvas));
    fixture_end(&b);
}

/* Opens the run as if its config said so, and returns the screen; free() it. */
static char *asked(const char *charts)
{
    struct fixture b;
    struct ob_buf out = { 0 };
    begin(&b, 80, 24);
    ob_run_model_charts(&b.app.view.run, charts);
    b.app.view.opened++;
    ob_app_draw(&b.app);
    ob_canvas_write(&b.shown, false, &out);
    fixture_end(&b);
    return ob_buf_take(&out);
}

static void a_config_says_which_charts(void **state)
{
    (void)state;
    char *screen = asked("loss:log theta_delta:log");
    assert_non_null(strstr(screen, "\n loss (log)"));
    assert_non_null(strstr(screen, "\n |dtheta| per step (log)"));
    free(screen);
    screen = asked("theta_delta:log, loss:linear");
    assert_non_null(strstr(screen, "\n loss "));
    assert_null(strstr(screen, "loss (log)"));
    assert_non_null(strstr(screen, "\n |dtheta| per step (log)"));
    free(screen);
    screen = asked("loss");
    assert_non_null(strstr(screen, "\n loss (log)"));
    assert_null(strstr(screen, "|dtheta| per step"));
    free(screen);
    screen = asked("grad_norm:linear");
    assert_null(strstr(screen, "loss (log)"));
    assert_non_null(strstr(screen, "\n grad_norm "));
    free(screen);
    screen = asked("loss w0 bias");
    assert_non_null(strstr(screen, "\n loss (log)"));
    assert_non_null(strstr(screen, "\n w0 ("));
    free(screen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures),
        cmocka_unit_test(unread_runs),
        cmocka_unit_test(the_cursor_shows_recorded_numbers),
        cmocka_unit_test(the_cursor_reaches_every_row),
        cmocka_unit_test(columns_get_charts),
        cmocka_unit_test(one_chart_at_a_time),
        cmocka_unit_test(other_units),
        cmocka_unit_test(runs_beside),
        cmocka_unit_test(the_mouse_points_at_rows),
        cmocka_unit_test(a_config_says_which_charts),
        cmocka_unit_test(the_message_line_explains),
        cmocka_unit_test(nothing_recorded_nothing_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
