/* The surface screen: what is asked of the feed and when, the ways of the runs as they
 * are thinned, the range that follows them, what the keys show. */
#include "fixture.h"

#include <math.h>

#include "../../../src/ui/land_priv.h"
#include "optbench/base/rng.h"

#define SECOND INT64_C(1000000000)

static struct ob_land_state *begin(struct fixture *f, enum ob_run_state state, int w,
                                   int h)
{
    fixture_init(f, w, h);
    f->feed.state = state;
    f->app.view.now_ns = 0;
    fixture_start(f);
    fixture_open(f);
    fixture_keys(f, "4{News}{News}");
    return f->app.state[OB_SCREEN_SURFACE];
}

/* ---- The ways. ---- */

/* A run of two parameters and the plane of these. */
struct track {
    struct ob_surface_view plane;
    struct ob_run_model run;
    struct ob_series param[2];
    char path[16];
};

static void track_begin(struct track *t, double from, double to)
{
    memset(t, 0, sizeof *t);
    t->plane.n = 2;
    t->plane.x =
        (struct ob_surface_axis){ .from = from, .to = to, .direction = { 1, 0 } };
    t->plane.y =
        (struct ob_surface_axis){ .from = from, .to = to, .direction = { 0, 1 } };
    t->run.path = t->path;
    snprintf(t->path, sizeof t->path, "runs/track");
    t->run.param = t->param;
    t->run.params = 2;
}

static void track_add(struct track *t, double x, double y)
{
    ob_series_append(&t->run.series[OB_Q_STEP], (double)t->run.series[OB_Q_STEP].n);
    ob_series_append(&t->param[0], x);
    ob_series_append(&t->param[1], y);
}

static void track_end(struct track *t)
{
    ob_series_finish(&t->run.series[OB_Q_STEP]);
    ob_series_finish(&t->param[0]);
    ob_series_finish(&t->param[1]);
}

/* Ways of several kinds: a walk, noise about a point, a spiral, a zigzag, a straight line
 * with a stop in between. */
static void track_fill(struct track *t, int kind, size_t n, struct ob_rng *r)
{
    double x = 0, y = 0;
    for (size_t i = 0; i < n; i++) {
        double a = (double)i * 0.01, noise = ob_rng_uniform(r) - 0.5,
               other = ob_rng_uniform(r) - 0.5;
        switch (kind) {
        case 0:
            x += 0.02 * noise;
            y += 0.02 * other;
            break;
        case 1:
            x = 0.3 + 0.01 * noise;
            y = -0.2 + 0.01 * other;
            break;
        case 2:
            x = exp(-a / 5) * cos(a);
            y = exp(-a / 5) * sin(a);
            break;
        case 3:
            x = (i % 2 ? 1 : -1) * exp(-a);
            y = a / 10;
            break;
        default:
            x = i < n / 3 ? a : i < 2 * n / 3 ? (double)(n / 3) * 0.01 : a / 2;
            y = x / 3;
            break;
        }
        track_add(t, x, y);
    }
}

static double off_line(double x, double y, double x0, double y0, double x1, double y1)
{
    double dx = x1 - x0, dy = y1 - y0, d = dx * dx + dy * dy;
    double s = d > 0 ? ((x - x0) * dx + (y - y0) * dy) / d : 0;
    s = s < 0 ? 0 : s > 1 ? 1 : s;
    return hypot(x - x0 - s * dx, y - y0 - s * dy);
}

/* How far a row lies from what is drawn between the kept rows around it, at most; in
 * units of the slack. */
static double farthest(const struct track *t, const struct ob_land_way *w)
{
    double most = 0;
    size_t rows = t->param[0].n;
    for (size_t i = 0, k = 0; i < rows; i++) {
        while (k + 1 < w->n && w->row[k + 1] <= i)
            k++;
        bool end = k + 1 == w->n; /* the line to the last row is drawn, too */
        size_t next = end ? rows - 1 : w->row[k + 1];
        double off = off_line(
            ob_series_at(&t->param[0], i), ob_series_at(&t->param[1], i), w->x[k],
            w->y[k], ob_series_at(&t->param[0], next), ob_series_at(&t->param[1], next));
        most = fmax(most, off / (w->slack_x * w->slack));
    }
    return most;
}

static void no_bend_is_lost(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 71, 0);
    for (int kind = 0; kind < 5; kind++) {
        for (size_t n = 1; n <= 40000; n = 7 * n + 1) {
            struct track t;
            struct ob_land_way w = { 0 };
            track_begin(&t, -1, 1);
            track_fill(&t, kind, n, &r);
            ob_land_way_follow(&w, &t.plane, &t.run, true);
            assert_int_equal(w.rows, n);
            assert_int_equal(w.row[0], 0);
            for (size_t i = 0; i < w.n; i++)
                assert_true(w.x[i] == ob_series_at(&t.param[0], w.row[i]));
            if (farthest(&t, &w) > 4)
                fail_msg("kind %d of %zu rows is off by %g", kind, n, farthest(&t, &w));
            /* At its coarsest still a dot of a map of 128 columns. */
            assert_true(4 * w.slack / 8192 <= 1 / 256.0);
            ob_land_way_finish(&w);
            track_end(&t);
        }
    }
}

/* Of noise over all of the plane no row lies near a line between others. */
static void noise_is_bounded(void **state)
{
    (void)state;
    enum { ROWS = 300000, BATCH = 50000 };
    struct ob_rng r;
    ob_rng_init(&r, 73, 0);
    struct track t;
    struct ob_land_way w = { 0 };
    track_begin(&t, -1, 1);
    for (size_t n = 0; n < ROWS; n += BATCH) {
        for (size_t i = 0; i < BATCH; i++)
            track_add(&t, 2 * ob_rng_uniform(&r) - 1, 2 * ob_rng_uniform(&r) - 1);
        ob_land_way_follow(&w, &t.plane, &t.run, true);
        assert_int_equal(w.rows, n + BATCH);
        assert_in_range(w.n, n ? 32768 : 1, 65536);
    }
    for (size_t i = 0; i < w.n; i++) {
        assert_true(i == 0 ? w.row[i] == 0 : w.row[i] > w.row[i - 1]);
        assert_true(w.x[i] == ob_series_at(&t.param[0], w.row[i]));
        assert_true(w.y[i] == ob_series_at(&t.param[1], w.row[i]));
    }
    ob_land_way_finish(&w);
    track_end(&t);
}

static void straight_lines_cost_nothing(void **state)
{
    (void)state;
    struct track t;
    struct ob_land_way w = { 0 };
    track_begin(&t, 0, 1000);
    for (int i = 0; i < 100000; i++)
        track_add(&t, i * 0.01, i * 0.003);
    ob_land_way_follow(&w, &t.plane, &t.run, true);
    assert_true(w.n < 4);
    assert_true(w.x1 == 99999 * 0.01);
    ob_land_way_finish(&w);
    track_end(&t);
}

/* Whatever comes at once: the same way. */
static void taken_bit_by_bit_it_is_the_same(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 72, 0);
    struct track t, all;
    struct ob_land_way bits = { 0 }, once = { 0 };
    track_begin(&t, -1, 1);
    track_begin(&all, -1, 1);
    track_fill(&all, 0, 30000, &r);
    for (size_t i = 0; i < 30000;) {
        for (size_t k = 0, n = 1 + ob_rng_below(&r, 300); k < n && i < 30000; k++, i++)
            track_add(&t, ob_series_at(&all.param[0], i), ob_series_at(&all.param[1], i));
        ob_land_way_follow(&bits, &t.plane, &t.run, true);
    }
    ob_land_way_follow(&once, &all.plane, &all.run, true);
    assert_int_equal(bits.n, once.n);
    assert_memory_equal(bits.row, once.row, once.n * sizeof *once.row);
    assert_memory_equal(bits.x, once.x, once.n * sizeof *once.x);
    ob_land_way_finish(&bits);
    ob_land_way_finish(&once);
    track_end(&t);
    track_end(&all);
}

/* NaN, infinity and numbers whose squares overflow are places like others, or gaps. */
static void numbers_of_a_diverged_run(void **state)
{
    (void)state;
    static const double strange[] = { NAN, INFINITY, -INFINITY, 1e300, -1e308, 0 };
    struct track t;
    struct ob_land_way w = { 0 };
    track_begin(&t, -1, 1);
    for (size_t i = 0; i < 200; i++)
        track_add(&t, i % 3 ? strange[i % OB_COUNT(strange)] : 0.001 * (double)i,
                  strange[i / 3 % OB_COUNT(strange)]);
    ob_land_way_follow(&w, &t.plane, &t.run, true);
    assert_int_equal(w.rows, 200);
    assert_true(w.n > 100);
    /* Fewer rows: it is begun anew. */
    ob_series_clear(&t.param[0]);
    ob_land_way_follow(&w, &t.plane, &t.run, true);
    assert_int_equal(w.n, 0);
    ob_land_way_finish(&w);
    track_end(&t);
}

/* Of large models the way comes with the surface, and belongs to the run that it names:
 * meanwhile others may be shown, in other places. */
static void a_way_is_that_of_its_run(void **state)
{
    struct ob_surface_mark at[] = { { 0, 0, 1 }, { 1, 2, 3 } }, p;
    double of_step[] = { 0, 8 }, step;
    struct ob_surface_view s = { .n = 2401, .paths = 2 };
    char a[] = "runs/a", b[] = "runs/b", c[] = "runs/c", d[] = "runs/d";
    struct ob_run_model hidden = { .path = b }, shown = { .path = c },
                        later = { .path = d };
    (void)state;
    s.path[0] = (struct ob_surface_path){ .of = a };
    s.path[1] = (struct ob_surface_path){ c, at, of_step, 2 };
    assert_int_equal(ob_land_rows(&s, &hidden), 0);
    assert_int_equal(ob_land_rows(&s, &later), 0);
    assert_int_equal(ob_land_rows(&s, &shown), 2);
    assert_true(ob_land_row(&s, &shown, 1, &p, &step));
    assert_true(p.v == 2 && step == 8);
    assert_false(ob_land_row(&s, &hidden, 0, &p, &step));
    assert_false(ob_land_row(&s, &shown, 2, &p, &step));
}

/* ---- What is asked. ---- */

static void it_asks_once_for_each_wish(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, OB_RUN_RUNNING, 80, 24);
    assert_int_equal(f.feed.surfaces, 1);
    assert_string_equal(f.feed.surface_of, "runs/heights");
    assert_int_equal(f.feed.surface.paths, 1);
    assert_int_equal(f.feed.surface.plane, OB_SURFACE_PARAMS);
    assert_false(f.feed.surface.ranged);
    assert_true(fixture_shows(&f, "grid 65 x 65"));
    fixture_keys(&f, "{Left}+lvct[]{Esc}");
    assert_int_equal(f.feed.surfaces, 1);
    fixture_keys(&f, "r");
    assert_int_equal(f.feed.surfaces, 2);
    assert_int_equal(f.feed.surface.size, 129);
    fixture_keys(&f, "ppca\n");
    assert_int_equal(f.feed.surface.plane, OB_SURFACE_PCA);
    fixture_keys(&f, "2"); /* away and back: the answer is still there */
    fixture_keys(&f, "4");
    assert_int_equal(f.feed.surfaces, 3);
    fixture_end(&f);
}

/* A plane of many parameters goes through the point where the run is: once more when the
 * run has ended, and only then. */
static void the_end_of_a_run_is_asked_about(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 80, 24);
    f.feed.many = true;
    f.feed.state = OB_RUN_FINISHED;
    fixture_start(&f);
    fixture_open(&f);
    fixture_keys(&f, "4{News}{News}{Left}{News}");
    assert_int_equal(f.feed.surfaces, 1);
    fixture_end(&f);
    fixture_init(&f, 80, 24);
    f.feed.many = true;
    f.feed.state = OB_RUN_RUNNING;
    fixture_start(&f);
    fixture_open(&f);
    fixture_keys(&f, "4{News}{News}{Left}{News}");
    assert_int_equal(f.feed.surfaces, 1);
    f.app.view.run.info.state = OB_RUN_FINISHED;
    fixture_keys(&f, "{Left}{News}{News}{Left}{News}");
    assert_int_equal(f.feed.surfaces, 2);
    fixture_end(&f);
}

static void coarse_comes_before_fine(void **state)
{
    (void)state;
    struct fixture f;
    fixture_begin(&f, 120, 40);
    fixture_open(&f);
    fixture_keys(&f, "4");
    assert_true(fixture_shows(&f, "computing the loss on a plane: run heights"));
    fixture_keys(&f, "{News}");
    assert_true(fixture_shows(&f, "grid 17 x 17  level 1 of 2"));
    fixture_keys(&f, "{News}");
    assert_true(fixture_shows(&f, "grid 65 x 65"));
    assert_false(fixture_shows(&f, "level"));
    fixture_end(&f);
}

static void runs_beside_are_asked_about_too(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, OB_RUN_FINISHED, 120, 40);
    fixture_keys(&f, "a\n{News}{News}");
    assert_int_equal(f.feed.surface.paths, 2);
    assert_true(fixture_shows(&f, "b sgd 0.03"));
    fixture_keys(&f, "A{News}{News}");
    assert_int_equal(f.feed.surface.paths, 1);
    assert_false(fixture_shows(&f, "b sgd 0.03"));
    fixture_end(&f);
}

/* A run of another function is charted beside this one, but has no way on its surface:
 * the program would refuse to draw any. */
static void a_run_of_another_problem(void **state)
{
    (void)state;
    static const char ini[] = "[model]\nkind = beale\n[optimizer]\nlr = 0.5\n";
    struct fixture f;
    const struct ob_land_state *s = begin(&f, OB_RUN_FINISHED, 120, 40);
    fixture_keys(&f, "a\n");
    assert_true(s->way[1].n > 0);
    ob_settings_finish(&f.app.view.other[0].settings);
    ob_settings_parse(&f.app.view.other[0].settings, ini, strlen(ini));
    fixture_keys(&f, "r{News}{News}");
    assert_int_equal(f.feed.surface.paths, 1);
    assert_int_equal(s->way[1].n, 0);
    assert_true(fixture_shows(&f, "another problem: no path"));
    fixture_end(&f);
}

static void without_a_run(void **state)
{
    (void)state;
    struct fixture f;
    fixture_begin(&f, 80, 24);
    fixture_keys(&f, "4{News}{News}");
    assert_true(fixture_shows(&f, "chosen:"));
    assert_int_equal(f.feed.surfaces, 1);
    assert_false(f.feed.surface_text);
    fixture_end(&f);
    fixture_begin(&f, 80, 24);
    fixture_keys(&f,
                 "{Tab}4{News}{News}"); /* a run that is not open, by its short name */
    assert_true(fixture_shows(&f, "chosen: heights-"));
    fixture_end(&f);
    fixture_begin(&f, 80, 24);
    fixture_keys(&f, "jjs4{News}{News}");
    assert_true(fixture_shows(&f, "set up:"));
    assert_true(f.feed.surface_text);
    fixture_end(&f);
}

/* Words that do not fit beside one another stand on two lines. */
static void numbers_are_whole(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, OB_RUN_FINISHED, 100, 40);
    struct ob_surface_view *s = &f.feed.base.surface;
    s->min = (struct ob_surface_mark){ 0.06447912, 0.7378123, 0.000960812 };
    s->max.z = 1234;
    fixture_keys(&f, "{Left}");
    assert_true(fixture_shows(&f, "(0.06448, 0.7378) "));
    assert_true(fixture_shows(&f, "max 1234 "));
    fixture_end(&f);
}

/* An optimum that is not where it is marked: its loss is not that of the surface. */
static void an_optimum_beside_the_plane(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, OB_RUN_FINISHED, 80, 24);
    f.feed.base.surface.beside[0] = 1e-9;
    fixture_keys(&f, "{Left}");
    assert_true(fixture_shows(&f, "o optimum"));
    assert_false(fixture_shows(&f, "off the plane"));
    f.feed.base.surface.beside[0] = 0.25;
    fixture_keys(&f, "{Left}");
    assert_true(fixture_shows(&f, "o 0.25 off the plane"));
    fixture_end(&f);
}

/* Why there is none is said, and asked about again when one comes back to the screen. */
static void a_failure_is_no_end(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 80, 24);
    f.feed.state = OB_RUN_FINISHED;
    f.feed.no_surface = true;
    fixture_start(&f);
    fixture_open(&f);
    fixture_keys(&f, "4{News}");
    assert_true(fixture_shows(&f, "there is no parameter 'w9'"));
    f.feed.next_bits = OB_FEED_RUN;
    fixture_pass(&f, 60 * INT64_C(1000000000));
    assert_int_equal(f.feed.surfaces, 1);
    f.feed.no_surface = false;
    fixture_keys(&f, "24{News}{News}");
    assert_int_equal(f.feed.surfaces, 2);
    assert_true(fixture_shows(&f, "grid 65 x 65"));
    fixture_end(&f);
}

/* While a run goes on there may be more to tell; what it says meanwhile stays, and it is
 * not asked for ever. */
static void a_running_run_is_asked_again(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 80, 24);
    f.feed.state = OB_RUN_RUNNING;
    f.feed.no_surface = true;
    fixture_start(&f);
    fixture_open(&f);
    fixture_keys(&f, "4{News}");
    unsigned asked = f.feed.surfaces;
    for (int i = 0; i < 300; i++) {
        f.feed.next_bits = OB_FEED_RUN;
        fixture_pass(&f, SECOND);
        assert_true(fixture_shows(&f, "there is no parameter 'w9'"));
        if (i == 5)
            assert_in_range(f.feed.surfaces, asked + 1, asked + 2);
    }
    assert_in_range(f.feed.surfaces, asked + 3, asked + 6);
    f.feed.no_surface = false;
    fixture_keys(&f, "24{News}{News}");
    assert_true(fixture_shows(&f, "grid 65 x 65"));
    fixture_end(&f);
}

/* A network says where it is as it ends, and seldom before. */
static void a_failure_ends_with_the_run(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 80, 24);
    f.feed.many = true;
    f.feed.state = OB_RUN_RUNNING;
    f.feed.no_surface = true;
    fixture_start(&f);
    fixture_open(&f);
    fixture_keys(&f, "4{News}");
    unsigned asked = f.feed.surfaces;
    f.feed.no_surface = false;
    f.app.view.run.info.state = OB_RUN_FINISHED;
    fixture_keys(&f, "{Left}{News}{News}{Left}{News}");
    assert_int_equal(f.feed.surfaces, asked + 1);
    assert_true(fixture_shows(&f, "grid 65 x 65"));
    fixture_end(&f);
}

static void parameters_nobody_names(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f, 80, 24);
    f.feed.many = true;
    fixture_start(&f);
    fixture_open(&f);
    fixture_keys(&f, "4{News}{News}pparams\n");
    assert_true(fixture_shows(&f, "the first two"));
    fixture_end(&f);
}

/* ---- The range. ---- */

static void go_on(struct fixture *f, double x, double y, double loss, int64_t ns)
{
    struct ob_run_model *m = &f->app.view.run;
    double step = (double)m->series[OB_Q_STEP].n;
    ob_series_append(&m->series[OB_Q_STEP], step);
    ob_series_append(&m->param[0], x);
    ob_series_append(&m->param[1], y);
    ob_series_append(&m->series[OB_Q_LOSS_STEP], step);
    ob_series_append(&m->series[OB_Q_LOSS], loss);
    f->feed.next_bits = OB_FEED_RUN;
    fixture_pass(f, ns);
}

static void the_range_follows(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, OB_RUN_RUNNING, 80, 24);
    fixture_pass(&f, 3 * SECOND);
    go_on(&f, 2.9, 0, 0.5, SECOND); /* inside of -1 .. 3 */
    assert_int_equal(f.feed.surfaces, 1);
    go_on(&f, 5, 0, 0.5, SECOND);
    assert_int_equal(f.feed.surfaces, 2);
    assert_true(f.feed.surface.ranged);
    assert_true(f.feed.surface.x0 == -1 && f.feed.surface.x1 > 5);
    assert_true(f.feed.surface.x1 < 7 && f.feed.surface.y1 == 3);
    fixture_keys(&f, "{News}{News}");
    go_on(&f, 9, 0, 0.5, SECOND / 2); /* not more often than every two seconds */
    assert_int_equal(f.feed.surfaces, 2);
    go_on(&f, 9, 0, 0.5, 2 * SECOND);
    assert_int_equal(f.feed.surfaces, 3);
    fixture_keys(&f, "{News}{News}f");
    go_on(&f, 20, 0, 0.5, 3 * SECOND);
    assert_int_equal(f.feed.surfaces, 3);
    assert_true(fixture_shows(&f, "beyond the edge: 20, 0"));
    fixture_end(&f);
}

/* A path that climbs out is not followed: an arrow, and words. */
static void a_diverging_path_is_not_followed(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, OB_RUN_RUNNING, 80, 24);
    for (int i = 1; i < 40; i++)
        go_on(&f, pow(-3, i), 1, pow(9, i), SECOND);
    assert_int_equal(f.feed.surfaces, 1);
    assert_true(fixture_shows(&f, "beyond the edge"));
    assert_true(fixture_shows(&f, "<"));
    fixture_keys(&f, "0"); /* but asked for again: up to where it was in sight */
    assert_int_equal(f.feed.surfaces, 2);
    fixture_end(&f);
}

/* ---- Keys. ---- */

static const char *value(struct fixture *f, struct ob_buf *out)
{
    ob_buf_clear(out);
    if (!ob_screens[OB_SCREEN_SURFACE]->value(f->app.state[OB_SCREEN_SURFACE],
                                              &f->app.view, out))
        fail_msg("there is no value");
    return ob_buf_text(out);
}

/* Numbers of the pane lose digits where it is narrow, and are never cut. */
static void no_number_is_halved(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, OB_RUN_RUNNING, 80, 24);
    struct ob_surface_view *v = &f.feed.base.surface;
    v->y.from = -0.030941;
    v->y.to = 0.0053217;
    v->min.u = -0.00012345;
    v->min.v = -0.00067891;
    fixture_keys(&f, "{Left}");
    assert_true(fixture_shows(&f, "y bias  -0.031 .. 0.0053  "));
    assert_true(fixture_shows(&f, " at (-0.00012, -0.00068)  "));
    fixture_end(&f);
}

static void rows_in_full(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_buf text = { 0 };
    const struct ob_land_state *s = begin(&f, OB_RUN_FINISHED, 80, 24);
    size_t rows = f.app.view.run.series[OB_Q_STEP].n;
    fixture_keys(&f, "[[");
    assert_int_equal(s->along.row, rows - 3);
    assert_non_null(strstr(value(&f, &text), "w0 = 0.06769"));
    fixture_keys(&f, "]]]]]");
    assert_int_equal(s->along.row, rows - 1);
    for (int i = 0; i < 25; i++) {
        ob_app_key(&f.app, '{');
        ob_app_draw(&f.app);
    }
    assert_int_equal(s->along.row, 0);
    assert_string_equal(value(&f, &text), "a step 0  w0 = 0  bias = 0  loss = 0.900946");
    fixture_keys(&f, "{Esc}");
    assert_false(s->along.on);
    ob_buf_finish(&text);
    fixture_end(&f);
}

static void the_probe(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_buf text = { 0 };
    const struct ob_land_state *s = begin(&f, OB_RUN_FINISHED, 80, 24);
    int azimuth = s->look.azimuth;
    fixture_keys(&f, "\n");
    assert_true(s->probe.on);
    double u = s->probe.u, v = s->probe.v;
    fixture_keys(&f, "{Right}{Down}");
    assert_true(fabs(s->probe.u - u - 0.1) < 1e-12);
    assert_true(fabs(s->probe.v - v + 0.1) < 1e-12);
    fixture_keys(&f, "{S-Left}");
    assert_true(fabs(s->probe.u - u - 0.09) < 1e-12);
    for (int i = 0; i < 100; i++)
        fixture_keys(&f, "{Left}");
    assert_true(s->probe.u == -1); /* stays on the plane */
    assert_non_null(strstr(value(&f, &text), "+ w0 = -1 "));
    assert_int_equal(s->look.azimuth, azimuth);
    fixture_keys(&f, "\n{Right}");
    assert_int_equal(s->look.azimuth, azimuth + 5);
    ob_buf_finish(&text);
    fixture_end(&f);
}

static void turning_ends_where_it_began(void **state)
{
    (void)state;
    struct fixture f;
    struct ob_buf before = { 0 }, after = { 0 };
    const struct ob_land_state *s = begin(&f, OB_RUN_FINISHED, 120, 40);
    fixture_text(&f, true, &before);
    for (int i = 0; i < 72; i++)
        fixture_keys(&f, "{Right}");
    fixture_text(&f, true, &after);
    assert_string_equal(ob_buf_text(&before), ob_buf_text(&after));
    for (int i = 0; i < 30; i++)
        fixture_keys(&f, "{Up}+");
    assert_int_equal(s->look.elevation, 90);
    assert_true(s->look.zoom == 32);
    fixture_keys(&f, "0");
    ob_buf_clear(&after);
    fixture_text(&f, true, &after);
    assert_string_equal(ob_buf_text(&before), ob_buf_text(&after));
    ob_buf_finish(&before);
    ob_buf_finish(&after);
    fixture_end(&f);
}

/* The logarithm that was chosen for the heights goes, too. */
static void zero_is_as_at_first(void **state)
{
    (void)state;
    struct fixture f;
    const struct ob_land_state *s = begin(&f, OB_RUN_FINISHED, 80, 24);
    bool log = s->look.log;
    fixture_keys(&f, "l{Left}+");
    assert_true(s->look.log != log);
    fixture_keys(&f, "0");
    assert_true(s->look.log == log);
    fixture_end(&f);
}

/* Each style in turn is another picture, with words for what it is. */
static void styles_differ(void **state)
{
    (void)state;
    for (int depth = OB_DEPTH_MONO; depth <= OB_DEPTH_256; depth++) {
        struct fixture f;
        const struct ob_land_state *s = begin(&f, OB_RUN_FINISHED, 80, 24);
        f.term->depth = (enum ob_depth)depth;
        fixture_keys(&f, "v");
        assert_true(f.app.view.grounds == (depth == OB_DEPTH_256));
        assert_true(fixture_shows(&f, f.app.view.grounds ? "shaded" : "ramp"));
        fixture_keys(&f, f.app.view.grounds ? "vv" : "v");
        assert_true(fixture_shows(&f, "wire"));
        fixture_keys(&f, "v");
        /* As colours go, what was chosen is called what it is. */
        f.term->depth = OB_DEPTH_MONO;
        fixture_keys(&f, "{Left}");
        assert_int_equal(ob_land_style(&s->look, &f.app.view), OB_RELIEF_RAMP);
        assert_true(fixture_shows(&f, "ramp"));
        fixture_end(&f);
    }
}

/* Keys that cannot do what they are for say why. */
static void no_key_is_mute(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, OB_RUN_FINISHED, 80, 24);
    fixture_keys(&f, "-");
    assert_true(fixture_shows(&f, "all of the plane is seen"));
    fixture_end(&f);
    fixture_begin(&f, 80, 24);
    fixture_keys(&f, "4{News}{News}t");
    assert_true(fixture_shows(&f, "no path is recorded here"));
    fixture_keys(&f, "f");
    assert_true(fixture_shows(&f, "there is no run"));
    fixture_end(&f);
}

/* Where the map alone is seen the arrows move it. */
static void arrows_move_the_map(void **state)
{
    (void)state;
    struct fixture f;
    const struct ob_land_state *s = begin(&f, OB_RUN_FINISHED, 40, 12);
    int azimuth = s->look.azimuth;
    fixture_keys(&f, "c{Left}");
    assert_true(fixture_shows(&f, "all of the map is seen"));
    fixture_keys(&f, "+++");
    double left = s->map_place.x.from, low = s->map_place.y.from;
    fixture_keys(&f, "{Right}{Up}");
    assert_true(s->map_place.x.from > left && s->map_place.y.from > low);
    assert_int_equal(s->look.azimuth, azimuth);
    for (int i = 0; i < 40; i++)
        fixture_keys(&f, "{Left}{Down}");
    assert_true(s->map_place.x.from == f.app.view.surface->x.from);
    fixture_keys(&f, "c{Left}");
    assert_int_equal(s->look.azimuth, azimuth - 5);
    fixture_end(&f);
}

/* A replay shows the path as far as it has come. */
static void a_replay_moves_the_path(void **state)
{
    (void)state;
    struct fixture f;
    const struct ob_land_state *s = begin(&f, OB_RUN_FINISHED, 80, 24);
    size_t last = ob_land_now(s, &f.app.view, 0);
    fixture_keys(&f, ".");
    size_t first = ob_land_now(s, &f.app.view, 0);
    assert_true(first < 3 && last > 100);
    fixture_keys(&f, "...");
    assert_int_equal(ob_land_now(s, &f.app.view, 0), first + 3);
    fixture_keys(&f, " ");
    fixture_pass(&f, SECOND / 2);
    assert_true(ob_land_now(s, &f.app.view, 0) > first + 3);
    fixture_keys(&f, ">");
    assert_int_equal(ob_land_now(s, &f.app.view, 0), last);
    fixture_end(&f);
}

static void steering_reaches_the_engine(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, OB_RUN_RUNNING, 80, 24);
    fixture_keys(&f, " ");
    assert_int_equal(f.feed.sent.verb, OB_CTL_PAUSE);
    fixture_keys(&f, ".");
    assert_int_equal(f.feed.sent.verb, OB_CTL_STEP);
    fixture_keys(&f, ">");
    assert_int_equal(f.feed.sent.verb, OB_CTL_PACE);
    assert_int_equal(f.feed.sends, 3);
    fixture_end(&f);
}

/* What lies over the live screen opens there, from the surface, too. */
static void sheets_open_over_the_live_screen(void **state)
{
    (void)state;
    struct fixture f;
    begin(&f, OB_RUN_RUNNING, 80, 24);
    fixture_keys(&f, "E");
    assert_int_equal(f.app.view.screen, OB_SCREEN_LIVE);
    assert_true(fixture_shows(&f, "live parameters"));
    fixture_keys(&f, "E4i");
    assert_int_equal(f.app.view.screen, OB_SCREEN_LIVE);
    assert_true(fixture_shows(&f, "explained"));
    fixture_end(&f);
}

static void a_press_on_the_map_sets_the_probe(void **state)
{
    (void)state;
    struct fixture f;
    const struct ob_land_state *s = begin(&f, OB_RUN_FINISHED, 120, 40);
    struct ob_mouse m = { .kind = OB_MOUSE_PRESS,
                          .x = s->map_at.x + s->map_place.col,
                          .y = s->map_at.y + s->map_place.row };
    struct ob_wishes wish = { .wish = OB_WISH_NONE };
    assert_true(ob_screens[OB_SCREEN_SURFACE]->mouse(f.app.state[OB_SCREEN_SURFACE],
                                                     &f.app.view, &m, &wish));
    assert_true(s->probe.on && s->probe.u < -0.8 && s->probe.v > 2.7);
    m.x = 2;
    assert_false(ob_screens[OB_SCREEN_SURFACE]->mouse(f.app.state[OB_SCREEN_SURFACE],
                                                      &f.app.view, &m, &wish));
    fixture_end(&f);
}

/* ---- Pictures. ---- */

static void pictures(void **state)
{
    (void)state;
    static const int size[][2] = { { 40, 12 }, { 80, 24 }, { 120, 40 }, { 200, 60 } };
    for (size_t i = 0; i < OB_COUNT(size); i++) {
        struct fixture f;
        begin(&f, OB_RUN_FINISHED, size[i][0], size[i][1]);
        fixture_keys(&f, "o{News}{News}[");
        fixture_hush(&f);
        fixture_golden(&f, "surface");
        fixture_glyphs(&f, OB_GLYPHS_ASCII);
        fixture_golden(&f, "surface");
        f.term->depth = OB_DEPTH_MONO;
        fixture_keys(&f, "c");
        fixture_golden(&f, "surface-mono");
        fixture_end(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_bend_is_lost),
        cmocka_unit_test(noise_is_bounded),
        cmocka_unit_test(straight_lines_cost_nothing),
        cmocka_unit_test(taken_bit_by_bit_it_is_the_same),
        cmocka_unit_test(numbers_of_a_diverged_run),
        cmocka_unit_test(a_way_is_that_of_its_run),
        cmocka_unit_test(it_asks_once_for_each_wish),
        cmocka_unit_test(the_end_of_a_run_is_asked_about),
        cmocka_unit_test(coarse_comes_before_fine),
        cmocka_unit_test(runs_beside_are_asked_about_too),
        cmocka_unit_test(a_run_of_another_problem),
        cmocka_unit_test(without_a_run),
        cmocka_unit_test(numbers_are_whole),
        cmocka_unit_test(an_optimum_beside_the_plane),
        cmocka_unit_test(a_failure_is_no_end),
        cmocka_unit_test(a_running_run_is_asked_again),
        cmocka_unit_test(a_failure_ends_with_the_run),
        cmocka_unit_test(parameters_nobody_names),
        cmocka_unit_test(the_range_follows),
        cmocka_unit_test(a_diverging_path_is_not_followed),
        cmocka_unit_test(no_number_is_halved),
        cmocka_unit_test(rows_in_full),
        cmocka_unit_test(the_probe),
        cmocka_unit_test(turning_ends_where_it_began),
        cmocka_unit_test(zero_is_as_at_first),
        cmocka_unit_test(styles_differ),
        cmocka_unit_test(no_key_is_mute),
        cmocka_unit_test(arrows_move_the_map),
        cmocka_unit_test(a_replay_moves_the_path),
        cmocka_unit_test(steering_reaches_the_engine),
        cmocka_unit_test(sheets_open_over_the_live_screen),
        cmocka_unit_test(a_press_on_the_map_sets_the_probe),
        cmocka_unit_test(pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
