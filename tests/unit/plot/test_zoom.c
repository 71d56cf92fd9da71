#include "../../lib/ob_test.h"

#include <math.h>

#include "optbench/base/rng.h"
#include "optbench/plot/zoom.h"

static const struct ob_extent room = { 160, 80, 2, 4 };

static void fit(struct ob_chart *c, const struct ob_zoom *z, const struct ob_series *x)
{
    struct ob_trace t = { .x = x, .y = x, .n = x->n, .ink = OB_INK_A };
    ob_zoom_apply(z, c);
    ob_chart_fit(c, &t, 1, &room, 0);
}

/* Whatever is pressed, the window holds steps of the run, at least four of them; or of
 * what the axis goes by, three thousandths a row. */
static void windows_stay_within_the_rows(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 31, 0);
    for (int walk = 0; walk < 120; walk++) {
        struct ob_series x = { 0 };
        struct ob_zoom z = { .mode = OB_CHART_GROW };
        struct ob_chart c = { .title = "t",
                              .log_x = walk % 2,
                              .unit = (enum ob_chart_unit)(walk / 2 % OB_CHART_UNITS) };
        bool steps = c.unit == OB_CHART_STEPS;
        double row = steps ? 1 : 0.003;
        size_t rows = 2 + ob_rng_below(&r, 5000);
        for (size_t i = 0; i < rows; i++)
            ob_series_append(&x, row * (double)i);
        for (int i = 0; i < 200; i++) {
            double last = ob_series_at(&x, x.n - 1);
            fit(&c, &z, &x);
            switch (ob_rng_below(&r, 6)) {
            case 5:
                ob_zoom_around(&z, &c, i % 2 ? 0.5 : 2, ob_rng_uniform(&r), last);
                break;
            case 0:
                ob_zoom_scale(&z, &c, 0.5, ob_rng_uniform(&r), last);
                break;
            case 1:
                ob_zoom_scale(&z, &c, 2, ob_rng_uniform(&r), last);
                break;
            case 2:
                ob_zoom_pan(&z, &c, ob_rng_uniform(&r) - 0.5, last);
                break;
            case 3:
                if (i % 9 == 0)
                    ob_zoom_follow(&z, &c, last);
                break;
            default:
                ob_zoom_reach(&z, &c, floor(last * ob_rng_uniform(&r)), last);
                ob_series_append(&x, last + row);
            }
            if (z.mode == OB_CHART_FIXED) {
                assert_true(z.from >= 0 && z.to >= z.from + (steps ? 4 : 1e-10));
                assert_true(z.to <=
                            (steps ? fmax(last + 1, 4) + 4 : 1.001 * last + 1e-8));
            }
            if (z.mode == OB_CHART_FOLLOW)
                assert_true(z.window >= (steps ? 4 : 1e-10));
        }
        ob_series_finish(&x);
    }
}

static void known_moves(void **state)
{
    (void)state;
    struct ob_series x = { 0 };
    struct ob_zoom z = { .mode = OB_CHART_GROW };
    struct ob_chart c = { .title = "t" };
    for (int i = 0; i < 1000; i++)
        ob_series_append(&x, i);
    fit(&c, &z, &x);
    assert_false(ob_zoom_pan(&z, &c, 0.25, 999));
    ob_zoom_scale(&z, &c, 2, 0.5, 999);
    assert_int_equal(z.mode, OB_CHART_GROW);

    /* Half of the rows, around the middle of them. */
    ob_zoom_scale(&z, &c, 0.5, ob_chart_part_of(&c, 500), 999);
    assert_int_equal(z.mode, OB_CHART_FIXED);
    assert_true(z.from == 250 && z.to == 750);
    fit(&c, &z, &x);
    assert_true(ob_zoom_pan(&z, &c, 0.25, 999));
    assert_true(z.from == 375 && z.to == 875);
    fit(&c, &z, &x);
    ob_zoom_pan(&z, &c, 0.5, 999);
    assert_true(z.from == 500 && z.to == 1000);

    /* The step under the pointer stays under it. */
    fit(&c, &z, &x);
    double there = ob_chart_step_at(&c, 0.25);
    ob_zoom_around(&z, &c, 0.5, 0.25, 999);
    fit(&c, &z, &x);
    ob_assert_near(ob_chart_step_at(&c, 0.25), there, 1);
    ob_zoom_around(&z, &c, 2, 0.25, 999);

    /* A step outside is reached with the least move. */
    fit(&c, &z, &x);
    ob_zoom_reach(&z, &c, 400, 999);
    assert_true(z.from == 400 && z.to == 900);
    fit(&c, &z, &x);
    ob_zoom_reach(&z, &c, 600, 999);
    assert_true(z.from == 400 && z.to == 900);

    /* Following keeps the width; once more shows all; so does zooming out far enough. */
    ob_zoom_follow(&z, &c, 999);
    assert_true(z.mode == OB_CHART_FOLLOW && z.window == 500);
    ob_zoom_scale(&z, &c, 0.5, 0.5, 999);
    assert_true(z.window == 250);
    ob_zoom_follow(&z, &c, 999);
    assert_int_equal(z.mode, OB_CHART_GROW);
    fit(&c, &z, &x);
    ob_zoom_scale(&z, &c, 0.5, 0.2, 999);
    fit(&c, &z, &x);
    ob_zoom_scale(&z, &c, 4, 0.5, 999);
    assert_int_equal(z.mode, OB_CHART_GROW);
    ob_series_finish(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(windows_stay_within_the_rows),
        cmocka_unit_test(known_moves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
