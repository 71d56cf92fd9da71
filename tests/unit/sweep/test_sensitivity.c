/* Levels, settings over seeds, maps, curves. */
#include <config.h>

#include "optbench/sweep/sensitivity.h"

#include "optbench/base/number.h"
#include "optbench/base/rng.h"
#include "sweep_stage.h"

static const char plan[] = "cell,optimizer.kind,optimizer.lr,optimizer.beta1,seed.init\n"
                           "c00000,adam,0.1,0.9,0\n"
                           "c00001,adam,0.10,0.9,1\n"
                           "c00002,adam,0.01,0.9,0\n"
                           "c00003,adam,0.01,0.9,1\n"
                           "c00004,adam,0.01,0.5,0\n"
                           "c00005,adam,0.01,0.5,1\n"
                           "c00006,sgd,1,,0\n"
                           "c00007,sgd,1,,1\n";

/* ---- levels ---- */

static void want_levels(const char *text, const char *key, size_t most, const char *want)
{
    struct ob_plan p = { 0 };
    struct ob_levels l;
    struct ob_buf out = { 0 };
    struct ob_err err;
    if (!ob_plan_read(&p, text, strlen(text), &err))
        fail_msg("%s", err.text);
    ob_levels_make(&l, &p, ob_levels_key(&p, key), most);
    for (size_t k = 0; k < l.n; k++)
        ob_buf_addf(&out, "%s%s:%zu", k ? " " : "", l.level[k].label, l.level[k].cells);
    ob_buf_addf(&out, "%s%s%s", l.numbers ? " numbers" : "", l.ratios ? " ratios" : "",
                l.stretches ? " stretches" : "");
    assert_string_equal(ob_buf_text(&out), want);
    ob_buf_finish(&out);
    ob_levels_finish(&l);
    ob_plan_finish(&p);
}

static void levels_are_ordered(void **state)
{
    (void)state;
    want_levels(plan, "optimizer.lr", 9, "0.01:4 0.1:2 1:2 numbers ratios");
    want_levels(plan, "lr", 2, "0.0316:4 0.316:4 numbers ratios stretches");
    want_levels(plan, "kind", 9, "adam:6 sgd:2");
    want_levels(plan, "beta1", 9, "0.5:2 0.9:4 :2 numbers");
    want_levels(plan, "nonsense", 9, ":8");
    want_levels("cell,a.b\nc00000,x\nc00001,y\nc00002,z\nc00003,x\n", "b", 2,
                "x:2 others:2");
    want_levels("cell,a.b\nc00000,0\nc00001,10\nc00002,4\n", "b", 2,
                "2.5:2 7.5:1 numbers stretches");
    want_levels("cell,a.b\nc00000,-1\nc00001,3\nc00002,nan\n", "b", 4, "-1:1 3:1 nan:1");
    want_levels("cell,a.b\nc00000,\nc00001,\n", "b", 4, ":2");
}

static void short_keys_are_unique(void **state)
{
    (void)state;
    static const char text[] = "cell,a.lr,b.lr,b.c\nc00000,1,2,3\n";
    struct ob_plan p = { 0 };
    assert_true(ob_plan_read(&p, text, strlen(text), NULL));
    assert_int_equal(ob_levels_key(&p, "a.lr"), 0);
    assert_int_equal(ob_levels_key(&p, "c"), 2);
    assert_true(ob_levels_key(&p, "lr") == OB_LEVELS_NO_KEY);
    assert_true(ob_levels_key(&p, "r") == OB_LEVELS_NO_KEY);
    ob_plan_finish(&p);
}

/* Every cell is in one level, whose bounds hold its number, and levels rise. */
static void levels_hold_their_cells(void **state)
{
    (void)state;
    struct ob_rng rng;
    ob_rng_init(&rng, 3, 1);
    for (size_t round = 0; round < 40; round++) {
        struct ob_buf text = { 0 };
        struct ob_plan p = { 0 };
        struct ob_levels l;
        struct ob_err err;
        size_t n = 1 + round * 3, most = 2 + round % 7;
        ob_buf_adds(&text, "cell,a.b\n");
        for (size_t i = 0; i < n; i++) {
            char number[OB_NUMBER_MAX];
            double u = ob_rng_uniform(&rng);
            ob_number_write(number, round % 2 ? exp(9 * u) : 10 * u - 5);
            ob_buf_addf(&text, "c%05zu,%s\n", i, i % 11 == 10 ? "" : number);
        }
        if (!ob_plan_read(&p, ob_buf_text(&text), text.len, &err))
            fail_msg("%s", err.text);
        ob_levels_make(&l, &p, 0, most);
        assert_true(l.n <= most + 1);
        for (size_t k = 1; k < l.n; k++)
            assert_true(isnan(l.level[k].lo) || l.level[k - 1].hi < l.level[k].lo);
        for (size_t i = 0; i < n; i++) {
            const struct ob_level *at = &l.level[l.of[i]];
            const char *value = ob_plan_at(&p, i, 0);
            double v = NAN;
            assert_true(value ? ob_number_parse(value, strlen(value), &v)
                              : isnan(at->lo));
            assert_true(!value || (at->lo <= v && v <= at->hi));
        }
        ob_levels_finish(&l);
        ob_plan_finish(&p);
        ob_buf_finish(&text);
    }
}

/* ---- settings ---- */

/* Cells with these losses; NAN diverged, -1 has not ended. */
static struct ob_cells *cells_with(const struct stage *st, const double loss[])
{
    struct ob_cells *c = ob_cells_create(&st->sweep);
    for (size_t i = 0; i < ob_cells_count(c); i++) {
        struct ob_cell_end end = stage_end(loss[i]);
        if (loss[i] != -1)
            ob_cells_told(c, i, &end, 1);
    }
    return c;
}

static const double losses[] = { 0.5, 0.75, 0.25, NAN, 0.5, 0.5, 2, -1 };

static void seeds_are_repeats(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    struct ob_cells *c = cells_with(&st, losses);
    struct ob_settings_table t;
    struct ob_values v = { 0 };
    size_t order[5];
    ob_settings_table_make(&t, &st.sweep.plan);
    ob_values_take(&v, c);
    ob_settings_table_fill(&t, c, &v);
    /* "0.1" and "0.10" are other texts: other settings. */
    assert_int_equal(t.n, 5);
    assert_true(t.repeats);
    assert_int_equal(t.row[2].first, 2);
    assert_int_equal(t.row[2].diverged, 1);
    assert_true(t.row[2].mean == 0.25 && isnan(ob_setting_score(&t.row[2])));
    assert_true(t.row[3].mean == 0.5 && t.row[3].deviation == 0);
    assert_int_equal(t.row[4].cells, 2);
    assert_int_equal(t.row[4].measured, 1);
    assert_true(isnan(t.row[4].deviation));
    ob_settings_table_rank(&t, &v, order);
    static const size_t want[] = { 0, 3, 1, 4, 2 };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(order[i], want[i]);
    ob_settings_table_finish(&t);
    ob_values_finish(&v);
    ob_cells_destroy(c);
    stage_finish(&st);
}

static void spread_is_that_of_a_sample(void **state)
{
    (void)state;
    static const double loss[] = { 1, 2, 4, 9 };
    struct stage st =
        stage_make("cell,seed.init\nc00000,0\nc00001,1\nc00002,2\nc00003,3\n");
    struct ob_cells *c = cells_with(&st, loss);
    struct ob_settings_table t;
    struct ob_values v = { 0 };
    ob_settings_table_make(&t, &st.sweep.plan);
    ob_values_take(&v, c);
    ob_settings_table_fill(&t, c, &v);
    ob_settings_table_fill(&t, c, &v);
    assert_int_equal(t.n, 1);
    ob_assert_near(t.row[0].mean, 4, 1e-15);
    ob_assert_near(t.row[0].deviation, sqrt(38.0 / 3), 1e-14);
    assert_true(t.row[0].lo == 1 && t.row[0].hi == 9 && t.row[0].best == 0);
    ob_settings_table_finish(&t);
    ob_values_finish(&v);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* ---- maps ---- */

static void map_has_tiles(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    struct ob_cells *c = cells_with(&st, losses);
    struct ob_values v = { 0 };
    struct ob_heat h;
    size_t key[2] = { 0, 1 }, most[2] = { 10, 10 };
    ob_heat_make(&h, &st.sweep.plan, key, most);
    ob_values_take(&v, c);
    ob_heat_fill(&h, c, &v);
    assert_int_equal(h.rows.n, 2);
    assert_int_equal(h.cols.n, 3);
    const struct ob_heat_tile *t = &h.tile[0]; /* adam, 0.01 */
    assert_int_equal(t->cells, 4);
    assert_int_equal(t->measured, 3);
    assert_int_equal(t->of[OB_CELL_DIVERGED], 1);
    assert_true(t->best == 0.25 && t->best_cell == 2);
    ob_assert_near(t->mean, 1.25 / 3, 1e-15);
    assert_int_equal(h.tile[2].cells, 0); /* adam, 1 */
    assert_true(h.tile[2].first == OB_CELLS_NONE && isnan(h.tile[2].best));
    assert_int_equal(h.tile[5].of[OB_CELL_WAITING], 1);
    assert_true(h.lo == 0.25 && h.hi == 2);
    ob_heat_finish(&h);
    ob_values_finish(&v);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* ---- curves ---- */

static void curves_have_the_best_of_all_else(void **state)
{
    (void)state;
    struct stage st = stage_make(plan);
    struct ob_cells *c = cells_with(&st, losses);
    struct ob_values v = { 0 };
    struct ob_sensitivity s;
    assert_true(ob_sensitivity_make(&s, &st.sweep.plan, 1, 0));
    ob_values_take(&v, c);
    for (int again = 0; again < 2; again++) {
        ob_sensitivity_fill(&s, c, &v);
        assert_int_equal(s.curves, 2);
        const struct ob_sensitivity_curve *adam = &s.curve[0], *sgd = &s.curve[1];
        assert_string_equal(adam->name, "adam");
        assert_int_equal(adam->points, 2);
        assert_true(adam->point[0].x == 0.01 && adam->point[0].value == 0.5);
        assert_int_equal(adam->point[0].settings, 2);
        assert_int_equal(adam->point[0].diverged, 1);
        assert_int_equal(adam->point[0].row, 3);
        assert_int_equal(adam->point[0].seeds, 2);
        assert_true(adam->point[1].x == 0.1 && adam->point[1].value == 0.5);
        assert_int_equal(adam->best, 0);
        assert_true(adam->good_lo == 0.01 && adam->good_hi == 0.1);
        assert_int_equal(sgd->points, 1);
        assert_int_equal(sgd->point[0].waiting, 1);
        assert_true(sgd->point[0].value == 2);
    }
    ob_sensitivity_finish(&s);
    assert_false(ob_sensitivity_make(&s, &st.sweep.plan, 0, 0));
    assert_false(ob_sensitivity_make(&s, &st.sweep.plan, OB_LEVELS_NO_KEY, 0));
    ob_values_finish(&v);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* A rate at which every setting diverged has a point without a value. */
static void rates_that_diverge_have_no_value(void **state)
{
    (void)state;
    static const double loss[] = { 3, 1, NAN, 1.05 };
    struct stage st =
        stage_make("cell,optimizer.lr\nc00000,0.01\nc00001,0.1\nc00002,1\nc00003,0.2\n");
    struct ob_cells *c = cells_with(&st, loss);
    struct ob_values v = { 0 };
    struct ob_sensitivity s;
    assert_true(ob_sensitivity_make(&s, &st.sweep.plan, 0, OB_LEVELS_NO_KEY));
    ob_values_take(&v, c);
    ob_sensitivity_fill(&s, c, &v);
    assert_int_equal(s.curve[0].points, 4);
    assert_true(isnan(s.curve[0].point[3].value));
    assert_int_equal(s.curve[0].point[3].diverged, 1);
    assert_int_equal(s.curve[0].best, 1);
    assert_true(s.curve[0].good_lo == 0.1 && s.curve[0].good_hi == 0.2);
    ob_sensitivity_finish(&s);
    ob_values_finish(&v);
    ob_cells_destroy(c);
    stage_finish(&st);
}

/* ---- expected best ---- */

/* Over all ways to draw k of n. */
static double by_hand(const double score[], size_t n, size_t k, bool maximize)
{
    double sum = 0;
    size_t draws = 0;
    for (unsigned mask = 0; mask < 1u << n; mask++) {
        double best = NAN;
        size_t drawn = 0;
        for (size_t i = 0; i < n; i++) {
            if (!(mask >> i & 1))
                continue;
            drawn++;
            if (isnan(best) || (maximize ? score[i] > best : score[i] < best))
                best = score[i];
        }
        if (drawn != k)
            continue;
        sum += best;
        draws++;
    }
    return sum / (double)draws;
}

static void expected_best_is_the_mean_of_all_draws(void **state)
{
    (void)state;
    static const double score[] = { 0.5, 3, 0.25, 7, 1, 1, NAN };
    for (size_t n = 1; n <= 7; n++)
        for (size_t k = 1; k <= n; k++)
            for (int up = 0; up < 2; up++) {
                double want = by_hand(score, n, k, up),
                       have = ob_expected_best(score, n, k, up);
                if (isnan(want))
                    assert_true(isnan(have));
                else
                    ob_assert_near(have, want, 1e-13);
            }
    assert_true(isnan(ob_expected_best(score, 3, 0, false)));
    assert_true(isnan(ob_expected_best(score, 3, 4, false)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_ordered),
        cmocka_unit_test(short_keys_are_unique),
        cmocka_unit_test(levels_hold_their_cells),
        cmocka_unit_test(seeds_are_repeats),
        cmocka_unit_test(spread_is_that_of_a_sample),
        cmocka_unit_test(map_has_tiles),
        cmocka_unit_test(curves_have_the_best_of_all_else),
        cmocka_unit_test(rates_that_diverge_have_no_value),
        cmocka_unit_test(expected_best_is_the_mean_of_all_draws),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
