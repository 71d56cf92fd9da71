/* The curvature screen: what it asks for and when, what it shows of the answer; and how
 * answers are read. */
#include "fixture.h"

#include <math.h>
#include <stdlib.h>

#include "optbench/base/clock.h"

static void begin(struct fixture *f, int w, int h)
{
    fixture_begin(f, w, h);
    f->feed.state = OB_RUN_FINISHED;
    fixture_open(f);
    fixture_hush(f);
}

static void pictures(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 120, 40);
    fixture_keys(&f, "5{News}");
    fixture_golden(&f, "curvature");
    fixture_keys(&f, "\t");
    fixture_golden(&f, "curvature-hessian");
    fixture_keys(&f, "\t\t");
    fixture_glyphs(&f, OB_GLYPHS_ASCII);
    fixture_golden(&f, "curvature");
    fixture_end(&f);
    fixture_init(&f, 120, 40);
    f.feed.many = true;
    fixture_start(&f);
    fixture_open(&f);
    fixture_keys(&f, "5{News}{Down}");
    fixture_golden(&f, "curvature-many");
    fixture_end(&f);
}

/* Once for a run, again for another one, for steps that it has gone since, on request. */
static void it_asks_when_there_is_something_to_ask(void **state)
{
    (void)state;
    struct fixture f;
    fixture_begin(&f, 80, 24);
    fixture_keys(&f, "5");
    assert_true(fixture_shows(&f, "no run is open: Enter opens one"));
    assert_int_equal(f.app.view.screen, OB_SCREEN_HOME);
    assert_int_equal(f.feed.curves, 0);
    fixture_open(&f);
    f.feed.hold = true;
    fixture_keys(&f, "5");
    assert_true(fixture_shows(&f, "computing the Hessian"));
    assert_false(fixture_shows(&f, "23.3137"));
    assert_string_equal(f.feed.curve_at, "end");
    fixture_keys(&f, "25");
    assert_int_equal(f.feed.curves, 1); /* it is under way */
    f.feed.hold = false;
    fixture_keys(&f, "{News}");
    assert_true(fixture_shows(&f, "23.3137"));
    assert_true(fixture_shows(&f, "at step 100 (now 1 043: r)"));
    fixture_keys(&f, "r");
    assert_int_equal(f.feed.curves, 2);
    assert_string_equal(f.feed.curve_at, "end");
    fixture_keys(&f, "{News}s");
    assert_string_equal(f.feed.curve_at, "start");
    fixture_keys(&f, "{News}r");
    assert_string_equal(f.feed.curve_at, "start");
    fixture_keys(&f, "{News}s{News}");
    assert_string_equal(f.feed.curve_at, "end");
    /* It has gone on: asked anew on the way back. */
    unsigned before = f.feed.curves;
    fixture_keys(&f, "25");
    assert_int_equal(f.feed.curves, before + 1);
    fixture_end(&f);
}

/* From the form it is the experiment as it is being written. */
static void an_experiment_can_be_asked_about(void **state)
{
    (void)state;
    struct fixture f;
    fixture_begin(&f, 80, 24);
    fixture_keys(&f, "jjs5{News}");
    assert_int_equal(f.app.view.screen, OB_SCREEN_CURVATURE);
    assert_true(f.feed.curve_text);
    assert_string_equal(f.feed.curve_at, "start");
    assert_true(fixture_shows(&f, "23.3137"));
    assert_true(fixture_shows(&f, ".ini"));
    fixture_keys(&f, "s");
    assert_true(fixture_shows(&f, "has only its start"));
    assert_int_equal(f.feed.curves, 1);
    fixture_keys(&f, "35{News}");
    assert_int_equal(f.feed.curves, 1); /* nothing has changed */
    fixture_keys(&f, "3/optimizer.lr\n\n{Ctrl-U}0.5\n5{News}");
    assert_int_equal(f.feed.curves, 2);
    /* The run is another thing. */
    fixture_open(&f);
    fixture_keys(&f, "5");
    assert_false(f.feed.curve_text);
    assert_false(fixture_shows(&f, "23.3137"));
    fixture_keys(&f, "{News}");
    assert_true(fixture_shows(&f, "23.3137"));
    fixture_keys(&f, "35");
    assert_true(f.feed.curve_text);
    fixture_end(&f);
}

static void an_answer_about_another_run_is_not_shown(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 80, 24);
    fixture_keys(&f, "5{News}");
    assert_true(fixture_shows(&f, "23.3137"));
    snprintf(f.feed.base.curvature.of, sizeof f.feed.base.curvature.of, "runs/other");
    fixture_keys(&f, "{Down}");
    assert_false(fixture_shows(&f, "23.3137"));
    assert_false(fixture_shows(&f, "0.0857"));
    fixture_end(&f);
}

static void why_there_is_none_is_said(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 80, 24);
    f.feed.no_curvature = true;
    fixture_start(&f);
    fixture_open(&f);
    fixture_keys(&f, "5{News}");
    assert_true(fixture_shows(&f, "a logistic model has no second derivatives"));
    fixture_size(&f, 30, 6);
    assert_true(fixture_shows(&f, "a logistic model has no"));
    fixture_end(&f);
}

static void keys_move_and_turn(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 80, 24);
    fixture_keys(&f, "5{News}");
    assert_true(fixture_shows(&f, ">1    23.3137"));
    assert_true(fixture_shows(&f, "eigenvector 1"));
    assert_true(fixture_shows(&f, "w1   0.92388"));
    fixture_keys(&f, "{Down}{Down}{Down}");
    assert_true(fixture_shows(&f, ">2   0.686292"));
    assert_true(fixture_shows(&f, "w1 -0.382683"));
    assert_true(fixture_shows(&f, "eigenvalues (log)"));
    fixture_keys(&f, "l");
    assert_false(fixture_shows(&f, "eigenvalues (log)"));
    fixture_keys(&f, "{Tab}");
    assert_true(fixture_shows(&f, "Hessian"));
    assert_true(fixture_shows(&f, "20          8"));
    fixture_keys(&f, "{Tab}{Tab}");
    assert_true(fixture_shows(&f, "what it means"));
    fixture_keys(&f, "y");
    assert_true(fixture_shows(&f, "copied lambda_2 = 0.6862915010152396"));
    fixture_keys(&f, "g");
    assert_true(fixture_shows(&f, ">1"));
    fixture_end(&f);
}

static void the_gauge_has_words(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 60, 20);
    fixture_keys(&f, "5{News}");
    assert_true(fixture_shows(&f, "limit 0.08579 stable"));
    f.feed.base.curvature.lr = 0.2;
    f.feed.base.curvature.stable = false;
    fixture_keys(&f, "{Up}");
    assert_true(fixture_shows(&f, "lr 0.2"));
    assert_true(fixture_shows(&f, "TOO LARGE"));
    f.feed.base.curvature.limit = (double)NAN;
    fixture_keys(&f, "{Up}");
    assert_false(fixture_shows(&f, "lr 0.2"));
    fixture_end(&f);
}

/* Facts that are longer than their pane are all within reach. */
static void facts_scroll(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 40, 12);
    fixture_keys(&f, "5{News}");
    assert_true(fixture_shows(&f, "rate: lr 0.085"));
    assert_false(fixture_shows(&f, "derivatives: ok"));
    fixture_keys(&f, "{PgDn}{PgDn}{PgDn}{PgDn}{PgDn}{PgDn}");
    assert_true(fixture_shows(&f, "derivatives: ok"));
    fixture_keys(&f, "{PgUp}{PgUp}{PgUp}{PgUp}{PgUp}{PgUp}");
    assert_true(fixture_shows(&f, "rate: lr 0.085"));
    fixture_end(&f);
}

/* How eigenvalues lie is told of those that are all the same, too. */
static void equal_eigenvalues(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 80, 24);
    fixture_keys(&f, "5{News}");
    struct ob_curvature_view *c = &f.feed.base.curvature;
    free(c->hessian);
    c->hessian = NULL;
    fixture_keys(&f, "{Tab}");
    assert_true(fixture_shows(&f, "how the eigenvalues lie"));
    assert_false(fixture_shows(&f, "all of them"));
    c->value[0] = c->value[1];
    fixture_keys(&f, "l");
    assert_true(fixture_shows(&f, "all of them are 23.31"));
    c->value[1] = NAN;
    fixture_keys(&f, "l");
    assert_false(fixture_shows(&f, "all of them"));
    fixture_end(&f);
}

/* lambda_max of the fake run grows from 60 to 80, its rate is 0.03. */
static void the_edge_is_on_the_chart(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 120, 40);
    fixture_keys(&f, "mlambda\n{News}");
    assert_true(fixture_shows(&f, "lambda_max  ABOVE 2/lr"));
    assert_true(fixture_shows(&f, "2/lr 66.67"));
    fixture_golden(&f, "curvature-edge");
    fixture_end(&f);
}

/* What the run's config says, and nobody changed; the screen is drawn again. */
static void configure(struct fixture *f, const char *ini)
{
    struct ob_settings *s = &f->app.view.run.settings;
    f->app.view.run.live.knobs = 0;
    ob_settings_finish(s);
    ob_settings_parse(s, ini, strlen(ini));
    fixture_keys(f, "{Up}");
}

/* It bends with the rate, lies further out with momentum, and is not there for methods
 * that it does not hold for. */
static void the_edge_is_of_the_method(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 120, 40);
    fixture_keys(&f, "mlambda\n{News}");
    struct ob_series *lr = &f.app.view.run.series[OB_Q_LR];
    size_t n = lr->n;
    ob_series_clear(lr);
    for (size_t i = 0; i < n; i++)
        ob_series_append(lr, i == 0 ? NAN : 0.04 - 0.02 * (double)i / (double)(n - 1));
    fixture_keys(&f, "{Up}");
    assert_true(fixture_shows(&f, "lambda_max  below 2/lr"));
    assert_true(fixture_shows(&f, "2/lr 100"));
    fixture_golden(&f, "curvature-edge-bent");
    fixture_keys(&f, "c{Left}{Left}{Left}{Left}");
    assert_false(fixture_shows(&f, "2/lr 100"));
    assert_true(fixture_shows(&f, "2/lr 9"));
    fixture_keys(&f, "c");
    configure(&f, "[optimizer]\nkind = sgd\nmomentum = 0.5\n");
    assert_true(fixture_shows(&f, "below (2+2m)/lr"));
    assert_true(fixture_shows(&f, "(2+2m)/lr 150"));
    configure(&f, "[optimizer]\nkind = gd\nmomentum = 0.5\nnesterov = yes\n");
    assert_true(fixture_shows(&f, "(2+2m)/(1+2m)/lr 75"));
    configure(&f, "[optimizer]\nkind = sgd\nmomentum = 0.5\ndampening = 0.5\n");
    assert_true(fixture_shows(&f, "(2+2m)/(1-d)/lr 300"));
    configure(&f, "[optimizer]\nkind = gd\nweight_decay = 5\n");
    assert_true(fixture_shows(&f, "2/lr - wd 95"));
    static const char *const none[] = {
        "",
        "[optimizer]\nkind = adam\n",
        "[optimizer]\nkind = newton\n",
        "[optimizer]\nkind = sgd\nmaximize = yes\n",
        "[optimizer]\nkind = sgd\nmomentum = much\n",
        "[optimizer]\nkind = sgd\n[group.a]\nlr = 0.1\n",
    };
    for (size_t i = 0; i < OB_COUNT(none); i++) {
        configure(&f, none[i]);
        assert_true(fixture_shows(&f, "lambda_max"));
        assert_false(fixture_shows(&f, "/lr"));
    }
    /* Momentum that was changed on the way. */
    struct ob_live_knob *knob = &f.app.view.run.live.knob[0];
    *knob = (struct ob_live_knob){ .key = "optimizer.momentum", .value = 0.5 };
    configure(&f, "[optimizer]\nkind = sgd\nmomentum = 0.5\n");
    f.app.view.run.live.knobs = 1;
    fixture_keys(&f, "{Up}");
    assert_true(fixture_shows(&f, "(2+2m)/lr 150"));
    knob->value = 0.2;
    fixture_keys(&f, "{Up}");
    assert_false(fixture_shows(&f, "/lr"));
    fixture_end(&f);
}

static void answers_are_read_with_care(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "{}",
        "[]",
        "{\"eigenvalues\":[1],\"facts\":3}",
        "{\"eigenvalues\":{},\"facts\":[]}",
        "{\"eigenvalues\":[1],\"facts\":[]",
    };
    struct ob_err err;
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        struct ob_curvature_view v = { 0 };
        assert_false(ob_curvature_view_read(&v, bad[i], strlen(bad[i]), &err));
        assert_int_equal(err.code, OB_EDATA);
        assert_false(v.known);
    }
    /* Parts that do not fit each other are left out. */
    static const char odd[] =
        "{\"eigenvalues\":[1,\"x\",null],\"facts\":[3,{\"text\":\"a\\nb\"}],"
        "\"residuals\":[1],\"parameters\":2,\"hessian\":[[1,2],[3]],\"vectors\":"
        "[{\"index\":-5,\"components\":[{\"name\":7}]},4],\"rate\":[],\"step\":-3,"
        "\"newton\":{\"step\":null}}";
    struct ob_curvature_view v = { 0 };
    assert_true(ob_curvature_view_read(&v, odd, strlen(odd), &err));
    assert_int_equal(v.k, 3);
    assert_true(isnan(v.value[1]) && isnan(v.value[2]));
    assert_null(v.residual);
    assert_true(isnan(v.hessian[3]));
    assert_int_equal(v.facts, 2);
    assert_null(strchr(v.fact[1].text, '\n'));
    assert_int_equal(v.step, 0);
    assert_true(isnan(v.lr) && !v.stable);
    assert_int_equal(v.newton.parts, 0);
    assert_non_null(ob_curvature_vector(&v, 0));
    assert_null(ob_curvature_vector(&v, 2));
    ob_curvature_view_finish(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures),
        cmocka_unit_test(it_asks_when_there_is_something_to_ask),
        cmocka_unit_test(an_experiment_can_be_asked_about),
        cmocka_unit_test(an_answer_about_another_run_is_not_shown),
        cmocka_unit_test(why_there_is_none_is_said),
        cmocka_unit_test(keys_move_and_turn),
        cmocka_unit_test(the_gauge_has_words),
        cmocka_unit_test(facts_scroll),
        cmocka_unit_test(equal_eigenvalues),
        cmocka_unit_test(the_edge_is_on_the_chart),
        cmocka_unit_test(the_edge_is_of_the_method),
        cmocka_unit_test(answers_are_read_with_care),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
