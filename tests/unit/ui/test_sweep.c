#include <config.h>

#include "fixture.h"

#include <math.h>

#include "optbench/run/cell.h"

#include "../../../src/ui/sweep_priv.h"

/* The sweep of the fake feed: 44 of 135 cells done, across nine rates, down gd, momentum
 * and adam, each with five seeds. */
static void begin(struct fixture *f, int w, int h)
{
    fixture_init(f, w, h);
    f->feed.state = OB_RUN_FINISHED;
    fixture_start(f);
    fixture_keys(f, "7");
    assert_int_equal(f->app.view.screen, OB_SCREEN_SWEEP);
}

static const struct sweep_state *state_of(const struct fixture *f)
{
    return f->app.state[OB_SCREEN_SWEEP];
}

static double metric(const struct fixture *f, size_t cell)
{
    return ob_cells_at(f->app.view.sweep->cells, cell)->metric;
}

/* ---- the scale ---- */

static struct sweep_scale scale_of(const double *x, size_t n, bool maximize, bool linear)
{
    struct ob_heat h = { .rows.n = 1, .cols.n = n };
    h.tile = calloc(n, sizeof *h.tile);
    for (size_t i = 0; i < n; i++) {
        h.tile[i].best = h.tile[i].mean = x[i];
        h.tile[i].measured = !isnan(x[i]);
    }
    struct sweep_scale s = sweep_scale_of(&h, false, maximize, linear);
    free(h.tile);
    return s;
}

static void the_scale_tells_values_apart(void **state)
{
    (void)state;
    const double factors[] = { 0.011, NAN, 0.03, 0.1, 0.9 };
    struct sweep_scale s = scale_of(factors, OB_COUNT(factors), false, false);
    assert_true(s.log && s.best <= 0.011 && s.worst >= 0.9 && !s.beyond);
    assert_true(s.best > 0.005 && s.worst < 2);
    assert_true(sweep_scale_part(&s, 0.011) > 0.9);
    assert_true(sweep_scale_part(&s, 0.9) < 0.1);
    double middle = sweep_scale_part(&s, 0.1);
    assert_true(middle > 0.35 && middle < 0.65);
    s = scale_of(factors, OB_COUNT(factors), false, true);
    assert_true(!s.log && sweep_scale_part(&s, 0.1) > 0.8);

    const double shares[] = { 0.5, 0.9, 0.98 };
    s = scale_of(shares, OB_COUNT(shares), true, false);
    assert_true(!s.log && s.best >= 0.98 && s.worst <= 0.5);
    assert_true(sweep_scale_part(&s, 0.98) > sweep_scale_part(&s, 0.9));
    assert_true(sweep_scale_part(&s, 0.5) < 0.1);
}

/* One that nearly diverged leaves the shades to the others. */
static void the_worst_does_not_spoil_the_scale(void **state)
{
    (void)state;
    const double x[] = { 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 1e12 };
    struct sweep_scale s = scale_of(x, OB_COUNT(x), false, false);
    assert_true(s.beyond && s.worst < 1);
    assert_true(sweep_scale_part(&s, 0.01) - sweep_scale_part(&s, 0.05) > 0.3);
    assert_true(sweep_scale_part(&s, 1e12) == 0);
}

/* A scale moves only now and then as a best value falls. */
static void the_scale_seldom_moves(void **state)
{
    (void)state;
    double x[] = { 0.1, 0.2, 0.5, 1 }, before = 0;
    int moves = 0;
    for (int i = 0; i < 200; i++, x[0] *= 0.98) {
        struct sweep_scale s = scale_of(x, OB_COUNT(x), false, false);
        assert_true(s.best <= x[0] && s.best > x[0] / 2);
        moves += s.best != before;
        before = s.best;
    }
    assert_in_range(moves, 6, 10); /* 1.75 decades of four */
}

static void one_value_and_none(void **state)
{
    (void)state;
    const double none[] = { NAN, NAN }, one[] = { NAN, 0.25 }, zero[] = { 0, -1, 3 };
    struct sweep_scale s = scale_of(none, 2, false, false);
    assert_true(isnan(s.best) && isnan(s.worst));
    s = scale_of(one, 2, false, false);
    assert_true(sweep_scale_part(&s, 0.25) == 1);
    s = scale_of(zero, 3, false, false);
    assert_true(!s.log && sweep_scale_part(&s, -1) > 0.9 &&
                sweep_scale_part(&s, 3) < 0.1);
}

/* ---- the map ---- */

static void the_map_shows_what_is_known(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 80, 24);
    const struct sweep_state *s = state_of(&f);
    assert_string_equal(f.app.view.sweep->plan->key[s->across], "optimizer.lr");
    assert_string_equal(f.app.view.sweep->plan->key[s->down], "optimizer.kind");
    assert_true(fixture_shows(&f, "44/135"));
    assert_true(fixture_shows(&f, "failed 1"));
    char title[64];
    ob_app_title(&f.app, title, sizeof title);
    assert_string_equal(title, "optbench rates 32%");
    assert_true(fixture_shows(&f, "best loss 0.008542  c00044  adam  lr 0.001"));
    /* The tile of momentum at the least rate has the failed cell. */
    assert_true(fixture_shows(&f, "0.148!"));
    fixture_keys(&f, "j");
    assert_int_equal(sweep_tile_at(s)->of[OB_CELL_FAILED], 1);
    assert_true(fixture_shows(&f, "failed 1  done 4 of 5"));
    fixture_keys(&f, "G");
    assert_int_equal(s->x, 8);
    assert_int_equal(s->y, 2);
    fixture_keys(&f, "B");
    assert_int_equal(s->x, 2);
    assert_int_equal(sweep_cell_at(s), 44);
    fixture_keys(&f, "t"); /* the cell stays under the cursor */
    assert_int_equal(s->y, 2);
    assert_int_equal(sweep_cell_at(s), 44);
    fixture_end(&f);
}

static void tiles_follow_the_cells(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 80, 24);
    size_t had = state_of(&f)->heat.tile[3].measured;
    f.feed.sweep_grow = 5;
    fixture_pass(&f, INT64_C(300000000));
    assert_int_equal(f.feed.sweep_done, 50);
    assert_int_equal(state_of(&f)->heat.tile[3].measured, had + 5);
    assert_true(fixture_shows(&f, "49/135"));
    f.feed.sweep_grow = 100;
    fixture_pass(&f, INT64_C(300000000));
    assert_true(fixture_shows(&f, "134/135  not running"));
    assert_true(fixture_shows(&f, "x diverged"));
    /* The count of what diverged covers no name of a curve. */
    fixture_size(&f, 120, 40);
    assert_true(fixture_shows(&f, "a gd") && fixture_shows(&f, "nan/inf"));
    assert_false(fixture_shows(&f, "b mom"));
    fixture_size(&f, 200, 50);
    assert_true(fixture_shows(&f, "b momentum") && fixture_shows(&f, "nan/inf"));
    assert_true(fixture_shows(&f, "S runs what is missing"));
    fixture_end(&f);
}

/* Most cells that compete for rungs are halted in the end, and nothing is missing. */
static void halted_cells_are_not_missing(void **state)
{
    (void)state;
    struct fixture f;
    char title[64];
    const struct ob_cell_end halt = {
        .halted = true, .steps = 20, .loss = 0.1, .best_loss = 0.1
    };
    begin(&f, 80, 24);
    f.feed.swept.facts.rules.halving = OB_HALVING_SYNC;
    for (size_t i = 0; i < f.feed.swept.plan.cells; i++)
        if (ob_cells_at(f.feed.cells, i)->state != OB_CELL_DONE)
            ob_cells_told(f.feed.cells, i, &halt, FAKE_NOW);
    f.feed.base.sweep.runs = false;
    fixture_size(&f, 120, 40);
    assert_true(fixture_shows(&f, "135 cells, all done or halted"));
    assert_false(fixture_shows(&f, "S runs"));
    ob_app_title(&f.app, title, sizeof title);
    assert_string_equal(title, "optbench rates 100%");
    fixture_end(&f);
}

static void mean_and_best(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 80, 24);
    const struct ob_heat_tile *t = sweep_tile_at(state_of(&f));
    double best = INFINITY, sum = 0;
    for (size_t i = 0; i < 5; i++) {
        best = fmin(best, metric(&f, i));
        sum += metric(&f, i);
    }
    assert_true(t->best == best && fabs(t->mean - sum / 5) < 1e-15);
    assert_true(fixture_shows(&f, "best of each tile"));
    fixture_keys(&f, "b");
    assert_true(fixture_shows(&f, "mean of each tile"));
    fixture_end(&f);
}

/* ---- the table ---- */

static void the_table_is_sorted(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 120, 40);
    fixture_keys(&f, "v");
    const struct sweep_state *s = state_of(&f);
    assert_int_equal(s->rows, 135);
    for (size_t i = 1; i < 43; i++)
        assert_true(metric(&f, s->row[i - 1]) <= metric(&f, s->row[i]));
    assert_true(isnan(metric(&f, s->row[50]))); /* nothing comes last ... */
    fixture_keys(&f, "O");
    assert_true(metric(&f, s->row[0]) >= metric(&f, s->row[42]));
    assert_true(isnan(metric(&f, s->row[50]))); /* ... in any order */
    fixture_keys(&f, "o");
    for (size_t i = 0; i < 135; i++)
        assert_int_equal(s->row[i], i);
    fixture_keys(&f, "ooooo"); /* optimizer.lr, a number, in the end */
    assert_true(fixture_shows(&f, "by "));
    fixture_end(&f);
}

static void a_filter_leaves_what_fits(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 120, 40);
    const struct sweep_state *s = state_of(&f);
    fixture_keys(&f, "/optimizer.kind=adam lr<2e-4 seed.init>=3\n");
    assert_int_equal(s->rows, 2);
    assert_true(fixture_shows(&f, "2 of 135 cells"));
    fixture_keys(&f, "{Esc}");
    assert_int_equal(s->rows, 135);
    fixture_keys(&f, "/state=failed");
    assert_int_equal(s->rows, 1);
    assert_int_equal(s->row[0], 7);
    fixture_keys(&f, "{Ctrl-U}optimiser=adam");
    assert_true(fixture_shows(&f, "no cell has optimiser"));
    fixture_keys(&f, "\n"); /* it stays to be corrected */
    assert_true(s->line.open);
    fixture_keys(&f, "{Esc}");
    assert_int_equal(s->rows, 135);
    fixture_keys(&f, "F");
    assert_int_equal(s->only, 1 + OB_CELL_WAITING);
    fixture_end(&f);
}

/* ---- cells ---- */

static void a_tile_opens_as_a_table_and_a_cell_as_a_run(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 80, 24);
    const struct sweep_state *s = state_of(&f);
    fixture_keys(&f, "{Right}\n");
    assert_int_equal(s->pane, SWEEP_TABLE);
    assert_int_equal(s->rows, 5);
    assert_int_equal(s->row[0] / 5, 3);
    size_t cell = s->at;
    fixture_keys(&f, "\n");
    assert_int_equal(f.app.view.screen, OB_SCREEN_LIVE);
    char path[64];
    snprintf(path, sizeof path, "sweeps/rates/cells/c%05zu", cell);
    assert_string_equal(f.app.view.run.path, path);
    fixture_keys(&f, "q"); /* back where it was opened from */
    assert_int_equal(f.app.view.screen, OB_SCREEN_SWEEP);
    fixture_keys(&f, "{Esc}");
    assert_int_equal(s->pane, SWEEP_MAP);
    assert_int_equal(s->rows, 135);
    fixture_keys(&f, "G\n\n");
    assert_int_equal(f.app.view.screen, OB_SCREEN_SWEEP);
    assert_true(fixture_shows(&f, "the cell waits: it has no run yet"));
    fixture_keys(&f, "{Esc}q");
    assert_int_equal(f.app.view.screen, OB_SCREEN_HOME);
    fixture_end(&f);
}

static void marked_cells_are_compared(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 80, 24);
    const struct ob_compare *c = &f.app.view.compare;
    fixture_keys(&f, " {News}");
    assert_int_equal(ob_compare_count(c), 5);
    assert_string_equal(c->run[4].dir.path, "sweeps/rates/cells/c00004");
    assert_int_equal(state_of(&f)->marked.lines, 5);
    assert_true(fixture_shows(&f, "loss (log)   a "));
    fixture_keys(&f, "v{Down} {News}"); /* one more, from the table */
    size_t more = state_of(&f)->at;
    assert_true(ob_compare_count(c) == (more < 5 ? 4 : 6));
    fixture_keys(&f, "c");
    assert_int_equal(f.app.view.screen, OB_SCREEN_COMPARE);
    fixture_keys(&f, "7u");
    assert_int_equal(ob_compare_count(c), 0);
    fixture_keys(&f, "u");
    assert_true(fixture_shows(&f, "no cell is marked"));
    fixture_keys(&f, "{Esc}gc"); /* without marks the cells of the tile */
    assert_int_equal(f.app.view.screen, OB_SCREEN_COMPARE);
    assert_int_equal(ob_compare_count(c), 5);
    fixture_end(&f);
}

/* ---- the sweep ---- */

static void it_is_started_and_stopped(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 80, 24);
    fixture_keys(&f, "S");
    assert_true(fixture_shows(&f, "stop the sweep? 91 cells are left"));
    fixture_keys(&f, "n");
    assert_int_equal(f.feed.sweep_stops, 0);
    fixture_keys(&f, "Sy");
    assert_int_equal(f.feed.sweep_stops, 1);
    fixture_keys(&f, "S");
    assert_int_equal(f.feed.sweep_starts, 1);
    f.feed.sweep_grow = 200;
    fixture_pass(&f, INT64_C(300000000));
    fixture_keys(&f, "S"); /* the cell that failed is tried again */
    assert_int_equal(f.feed.sweep_starts, 2);
    fixture_end(&f);
}

static void another_one_is_opened(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 80, 24);
    f.feed.more_sweeps = true;
    fixture_start(&f);
    fixture_keys(&f, "7");
    assert_true(fixture_shows(&f, "sweeps/rates"));
    fixture_keys(&f, "fresh\n");
    assert_string_equal(f.app.view.sweep->path, "sweeps/fresh");
    assert_true(fixture_shows(&f, "0/135"));
    fixture_keys(&f, "Gt");
    assert_int_equal(state_of(&f)->x, 2);
    fixture_keys(&f, "arates\n"); /* nothing of the one before is left */
    assert_string_equal(f.app.view.sweep->path, "sweeps/rates");
    assert_int_equal(state_of(&f)->x, 0);
    ob_app_sweep(&f.app, "sweeps/missing");
    fixture_keys(&f, "{News}");
    assert_string_equal(f.app.view.sweep->path, "sweeps/rates");
    fixture_end(&f);

    fixture_init(&f, 80, 24);
    f.feed.no_sweeps = true;
    fixture_start(&f);
    fixture_keys(&f, "7");
    assert_true(fixture_shows(&f, "No sweep is open."));
    fixture_keys(&f, "a");
    assert_true(fixture_shows(&f, "there is no sweep in the folders of runs"));
    fixture_keys(&f, " \nSvxj/"); /* harmless */
    fixture_end(&f);
}

static void home_opens_one(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 80, 24);
    f.feed.more_sweeps = true;
    fixture_start(&f);
    assert_true(fixture_shows(&f, "Rates by the dozen"));
    fixture_keys(&f, "gj\n");
    assert_int_equal(f.app.view.screen, OB_SCREEN_SWEEP);
    assert_string_equal(f.app.view.sweep->path, "sweeps/fresh");
    fixture_end(&f);
}

/* Plans of any shape are shown, whatever is typed. */
static void plans_of_all_kinds(void **state)
{
    (void)state;
    static const char *const plan[] = {
        "cell,optimizer.lr\nc00000,0.1\n",
        "cell,optimizer.lr\nc00000,0.1\nc00001,0.1\nc00002,0.1\n",
        "cell,seed.init\nc00000,1\nc00001,2\nc00002,3\nc00003,4\n",
        "cell,model.hidden\nc00000,64 64\nc00001,128\nc00002,\nc00003,\"\"\n",
        "cell,optimizer.lr,model.l2\nc00000,-1,0\nc00001,0,\nc00002,,1e-300\n"
        "c00003,1e300,5\nc00004,nan,inf\n",
        "cell,optimizer.kind,optimizer.beta1\nc00000,sgd,\nc00001,adam,0.9\n",
    };
    static const int size[][2] = { { 24, 6 }, { 40, 12 }, { 80, 24 }, { 130, 40 } };
    static const char keys[] = "B btlpv jG{Left}OoF\n{Esc}vpx\n{Down}jtgx{Down}\nd\nv"
                               "/lr<1\n{Esc}cu7Bm\nbl{Right}{PgDn}{Esc}";
    for (size_t i = 0; i < OB_COUNT(plan); i++)
        for (size_t k = 0; k < OB_COUNT(size); k++) {
            struct fixture f;
            fixture_init(&f, size[k][0], size[k][1]);
            f.feed.sweep_plan = plan[i];
            fixture_start(&f);
            fixture_keys(&f, "7");
            assert_int_equal(f.app.view.screen, OB_SCREEN_SWEEP);
            fixture_keys(&f, keys);
            f.feed.sweep_grow = 2;
            fixture_pass(&f, INT64_C(300000000));
            fixture_keys(&f, keys);
            assert_true(ob_canvas_intact(&f.app.canvas));
            fixture_end(&f);
        }
}

static void it_begins_with_a_cell(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 80, 24);
    f.feed.sweep_plan = "cell,optimizer.kind,optimizer.lr,experiment.seed\n"
                        "c00000,sgd,0.07624994580101178,0\nc00001,adam,0.001,1\n";
    fixture_start(&f);
    fixture_keys(&f, "7");
    assert_int_equal(state_of(&f)->x, 1);
    assert_int_equal(sweep_cell_at(state_of(&f)), 0);
    assert_true(fixture_shows(&f, "c00000 running  sgd  lr 0.07625  seed 0"));
    fixture_keys(&f, "{Left}"); /* but one may go elsewhere */
    assert_true(fixture_shows(&f, "no cells"));
    fixture_end(&f);
}

static void values_are_as_short_as_they_can_be(void **state)
{
    (void)state;
    static const char *const value[][2] = {
        { "0.07624994580101178", "0.07625" }, { "0.001", "0.001" },
        { "64 64 64 64", "64 64 64 64" },     { "1.2345678901e-05", "1.2346e-05" },
        { "a\033[2Jb", "a\\x1b[2Jb" },        { "", "" },
    };
    char text[64];
    for (size_t i = 0; i < OB_COUNT(value); i++) {
        sweep_value_text(value[i][0], text);
        assert_string_equal(text, value[i][1]);
    }
}

/* ---- sensitivity ---- */

static void curves_are_those_of_the_tiles(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, 120, 40);
    const struct sweep_state *s = state_of(&f);
    struct ob_trace trace[SWEEP_TRACES];
    assert_int_equal(s->lines, 3);
    assert_int_equal(sweep_sense_traces(s, trace), 3);
    const struct sweep_line *gd = &s->line_of[0];
    assert_string_equal(gd->name, "gd");
    assert_int_equal(gd->x.n, 3);
    assert_true(fabs(ob_series_at(&gd->x, 0) - 1e-4) < 1e-12);
    double mean = s->heat.tile[0].mean; /* one setting a tile: its seeds */
    assert_true(fabs(ob_series_at(&gd->y, 0) - mean) < 1e-12);
    assert_true(ob_series_at(&gd->lo, 0) == s->heat.tile[0].best);
    assert_true(s->chart.log_x && s->chart.from < 1e-4 && s->chart.to > 1);
    fixture_keys(&f, "xoptimizer.kind\n"); /* no numbers: no curves, and it says why */
    assert_int_equal(s->lines, 0);
    assert_true(fixture_shows(&f, "no curves: optimizer.kind is not a number"));
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scale_tells_values_apart),
        cmocka_unit_test(the_worst_does_not_spoil_the_scale),
        cmocka_unit_test(the_scale_seldom_moves),
        cmocka_unit_test(one_value_and_none),
        cmocka_unit_test(the_map_shows_what_is_known),
        cmocka_unit_test(tiles_follow_the_cells),
        cmocka_unit_test(halted_cells_are_not_missing),
        cmocka_unit_test(mean_and_best),
        cmocka_unit_test(the_table_is_sorted),
        cmocka_unit_test(a_filter_leaves_what_fits),
        cmocka_unit_test(a_tile_opens_as_a_table_and_a_cell_as_a_run),
        cmocka_unit_test(marked_cells_are_compared),
        cmocka_unit_test(it_is_started_and_stopped),
        cmocka_unit_test(another_one_is_opened),
        cmocka_unit_test(home_opens_one),
        cmocka_unit_test(plans_of_all_kinds),
        cmocka_unit_test(it_begins_with_a_cell),
        cmocka_unit_test(values_are_as_short_as_they_can_be),
        cmocka_unit_test(curves_are_those_of_the_tiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
