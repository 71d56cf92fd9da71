/* What the live screen must not keep from another run or another moment, and numbers that
 * are larger than usual. */
#include "fixture.h"

#include <math.h>

#include "../../../src/ui/live_priv.h"
#include "../../../src/ui/live_traces.h"

static struct ob_live_state *begin(struct fixture *f, enum ob_run_state state, bool many)
{
    fixture_init(f, 80, 24);
    f->feed.state = state;
    f->feed.many = many;
    fixture_start(f);
    fixture_open(f);
    return f->app.state[OB_SCREEN_LIVE];
}

/* A value that was being typed for one run is not there to be sent to the next one. */
static void nothing_typed_goes_to_another_run(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_live_state *s = begin(&f, OB_RUN_RUNNING, false);
    fixture_keys(&f, "E\n{Ctrl-U}0.5");
    assert_true(s->knobs.edit.open);
    fixture_open(&f);
    assert_false(s->knobs.edit.open);
    size_t sends = f.feed.sends;
    fixture_keys(&f, "E");
    fixture_hush(&f);
    fixture_keys(&f, "{Down}");
    assert_int_equal(f.feed.sends, sends);
    fixture_end(&f);
}

/* The smooth line of a run goes on with rows of that run alone, even where the next run
 * has the same number in the same row. */
static void smooth_lines_begin_anew(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_live_state *s = begin(&f, OB_RUN_FINISHED, false);
    fixture_keys(&f, "s");
    struct ob_series *y = &f.app.view.run.series[OB_Q_LOSS];
    const struct ob_series *smooth = &s->charts.item[OB_LIVE_LOSS].smooth[0].y;
    size_t n = y->n;
    double last = ob_series_at(y, n - 1);
    assert_int_equal(smooth->n, n);
    ob_series_clear(y);
    for (size_t i = 0; i < n; i++)
        ob_series_append(y, i + 1 < n ? 77 : last);
    f.app.view.opened++;
    fixture_pass(&f, 1);
    assert_true(ob_series_at(smooth, 0) == 77);
    fixture_end(&f);
}

/* Between the feed's news and the next frame there may be a key. */
static void a_tensor_that_was_replaced_is_not_read(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_buf out = { 0 };
    struct ob_live_state *s = begin(&f, OB_RUN_PAUSED, true);
    const struct ob_screen_type *type = ob_screens[OB_SCREEN_LIVE];
    fixture_keys(&f, "\n");
    fixture_pass(&f, 1);
    assert_true(type->value(s, &f.app.view, &out));
    struct ob_err err;
    double *old = f.feed.base.tensor.whole.value;
    f.feed.base.tensor.whole.value = NULL;
    assert_true(f.feed.base.type->tensor(&f.feed.base, "w", &err));
    assert_ptr_not_equal(f.feed.base.tensor.whole.value, old);
    free(old);
    assert_false(type->value(s, &f.app.view, &out));
    fixture_pass(&f, 1);
    assert_true(type->value(s, &f.app.view, &out));
    ob_buf_finish(&out);
    fixture_end(&f);
}

/* One that rose between two rows of a loss that falls: the least of each row is the loss
 * itself and is not kept, and still there is a band. */
static void a_spike_between_rows_has_a_band(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_live_state *s = begin(&f, OB_RUN_FINISHED, false);
    struct ob_series *series = f.app.view.run.series;
    struct ob_trace t[OB_LIVE_TRACES];
    ob_series_clear(&series[OB_Q_LOSS_MIN]);
    ob_series_clear(&series[OB_Q_LOSS_MAX]);
    assert_int_equal(ob_live_traces(&s->charts, &f.app.view, OB_LIVE_LOSS, t), 1);
    assert_true(!t[0].lo && !t[0].hi);
    for (size_t i = 0; i < series[OB_Q_LOSS].n; i++)
        ob_series_append(&series[OB_Q_LOSS_MAX],
                         i == 500 ? 1e6 : ob_series_at(&series[OB_Q_LOSS], i));
    assert_int_equal(ob_live_traces(&s->charts, &f.app.view, OB_LIVE_LOSS, t), 1);
    assert_ptr_equal(t[0].hi, &series[OB_Q_LOSS_MAX]);
    assert_ptr_equal(t[0].lo, &series[OB_Q_LOSS]);
    fixture_pass(&f, 1);
    assert_true(s->charts.item[OB_LIVE_LOSS].chart.y.hi >= 1e6);
    fixture_end(&f);
}

/* What can be done with a run whose engine is gone is said in one line. */
static void a_lost_engine_leaves_a_way_on(void **state)
{
    (void)state;
    for (int checkpoint = 0; checkpoint < 2; checkpoint++) {
        struct fixture f;
        fixture_init(&f, 80, 24);
        f.feed.state = OB_RUN_INTERRUPTED;
        f.feed.checkpoint = checkpoint;
        fixture_start(&f);
        fixture_open(&f);
        assert_true(fixture_shows(
            &f,
            checkpoint
                ? "\n engine gone: R on Home goes on with it; the log is whole up to here"
                : "\n engine gone: there is no checkpoint; the log is whole up "
                  "to here"));
        fixture_size(&f, 40, 12);
        assert_true(fixture_shows(&f, checkpoint ? "R on Home goes on with it"
                                                 : "there is no checkpoint"));
        fixture_end(&f);
    }
}

/* A step of a run that is played leads to its next row, wherever that is. */
static void a_step_of_a_replay_is_a_row(void **state)
{
    (void)state;
    struct ob_view v = { .checked = NULL };
    struct ob_run_model *m = &v.run;
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    for (int i = 0; i < 4; i++)
        ob_series_append(&m->series[OB_Q_STEP], 100 * i);
    for (size_t rows = 2; rows < 8; rows++) {
        assert_true(ob_live_steer(&v, OB_REQUEST_STEP, &wish));
        assert_true(m->playing && m->play_paused);
        assert_int_equal(ob_run_model_rows(m, OB_Q_STEP), rows < 4 ? rows : 4);
    }
    ob_run_model_finish(m);
}

/* A picture of very many numbers takes its time, so it is not made every second. */
static void large_tensors_are_asked_for_seldom(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_live_state *s = begin(&f, OB_RUN_RUNNING, true);
    const struct ob_screen_type *type = ob_screens[OB_SCREEN_LIVE];
    struct ob_view *v = &f.app.view;
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    fixture_keys(&f, "\n");
    fixture_pass(&f, 1);
    s->tensor.digest.n = OB_VIEW_VALUES;
    v->run.live.step++;
    v->now_ns += INT64_C(10000000000);
    type->told(s, v, OB_FEED_RUN, &wish);
    assert_int_equal(wish.wish, OB_WISH_NONE);
    v->now_ns += INT64_C(20000000000);
    type->told(s, v, OB_FEED_RUN, &wish);
    assert_int_equal(wish.wish, OB_WISH_TENSOR);
    s->tensor.digest.n = 0;
    fixture_end(&f);
}

/* A metric that has to rise is not done because it is small, nor measured by the loss. */
static void targets_other_than_the_loss(void **state)
{
    static const struct {
        const char *config;
        bool loss;
    } t[] = {
        { "[stop]\ntarget = loss <= 0.5\n", true },
        { "[stop]\ntarget = loss<0.5\n", true },
        { "[stop]\ntarget = loss >= 0.5\n", false },
        { "[stop]\ntarget = accuracy >= 0.5\n", false },
        { "[stop]\ntarget = loss_like < 0.5\n", false },
        { "[stop]\nmax_steps = 3\n", false },
    };
    struct ob_live_rule rule = { .name = "target", .value = 0.4, .target = 0.5 };
    (void)state;
    for (size_t i = 0; i < OB_COUNT(t); i++) {
        struct ob_run_model m = { .path = NULL };
        ob_settings_parse(&m.settings, t[i].config, strlen(t[i].config));
        ob_series_append(&m.series[OB_Q_LOSS], 0.7);
        assert_true(ob_run_model_target_is_loss(&m) == t[i].loss);
        double part = ob_run_model_progress(&m, &rule);
        assert_true(t[i].loss ? part == 1 : isnan(part));
        ob_run_model_finish(&m);
    }
}

/* However long ago, and whatever the file says. */
static void long_unheard(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_live_state *s = begin(&f, OB_RUN_RUNNING, false);
    f.app.view.run.live.heartbeat = INT64_MIN;
    ob_live_figures_take(&s->figures, &f.app.view);
    assert_true(s->figures.heard > 9e9);
    fixture_end(&f);
}

/* Numbers as far apart as doubles go: the largest is the darkest. */
static void a_heat_map_of_extremes(void **state)
{
    static const double range[][2] = { { 1e-300, 1e300 }, { -1.5e308, 1.6e308 } };
    (void)state;
    for (size_t i = 0; i < OB_COUNT(range); i++) {
        struct fixture f;
        struct ob_live_state *s = begin(&f, OB_RUN_PAUSED, true);
        fixture_glyphs(&f, OB_GLYPHS_ASCII);
        fixture_keys(&f, "\n");
        struct ob_view_tensor *w = &f.feed.base.tensor.whole;
        for (size_t k = 0; k < w->n; k++)
            w->value[k] = range[i][k == 50];
        w->step++;
        fixture_pass(&f, 1);
        fixture_keys(&f, "\t\t{End}");
        if (!s->tensor.log)
            fixture_keys(&f, "l");
        /* Element 50 lies in row 1, column 10, which the first line of cells shows. */
        struct ob_rect r = s->tensor.place;
        struct ob_buf out = { 0 };
        fixture_text(&f, false, &out);
        const char *line = ob_buf_text(&out);
        for (int y = 0; y < r.y; y++)
            line = strchr(line, '\n') + 1;
        assert_int_equal(line[r.x + 10], range[i][0] > 0 ? '@' : '#');
        assert_int_equal(line[r.x + 11], range[i][0] > 0 ? '.' : '=');
        ob_buf_finish(&out);
        fixture_end(&f);
    }
}

static void the_device_stands_with_the_machine(void **state)
{
    static const char *const lines[] = { "cuda:0 NVIDIA H200", "87%  412 W  54 C",
                                         "41.3 GB of 151 GB",
                                         "dev run               3.2 GB",
                                         "97% of 2 cores" };
    struct fixture f;
    (void)state;
    for (int device = 0; device < 2; device++) {
        fixture_init(&f, 200, 60);
        f.feed.state = OB_RUN_RUNNING;
        f.feed.device = device;
        fixture_start(&f);
        fixture_open(&f);
        for (size_t i = 0; i < OB_COUNT(lines); i++)
            assert_int_equal(fixture_shows(&f, lines[i]), device || i == 4);
        fixture_end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_typed_goes_to_another_run),
        cmocka_unit_test(smooth_lines_begin_anew),
        cmocka_unit_test(a_tensor_that_was_replaced_is_not_read),
        cmocka_unit_test(a_spike_between_rows_has_a_band),
        cmocka_unit_test(a_lost_engine_leaves_a_way_on),
        cmocka_unit_test(a_step_of_a_replay_is_a_row),
        cmocka_unit_test(large_tensors_are_asked_for_seldom),
        cmocka_unit_test(targets_other_than_the_loss),
        cmocka_unit_test(long_unheard),
        cmocka_unit_test(a_heat_map_of_extremes),
        cmocka_unit_test(the_device_stands_with_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
