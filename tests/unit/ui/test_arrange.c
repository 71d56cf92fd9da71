#include "../../lib/ob_test.h"

#include "optbench/ui/arrange.h"

static void check(const struct ob_rect *r, size_t n, int w, int h)
{
    for (size_t i = 0; i < n; i++) {
        if (r[i].w <= 0 || r[i].h <= 0)
            continue;
        assert_true(r[i].x >= 0 && r[i].y >= 0);
        assert_true(r[i].x + r[i].w <= w && r[i].y + r[i].h <= h);
        for (size_t k = 0; k < i; k++) {
            if (r[k].w <= 0 || r[k].h <= 0)
                continue;
            bool apart = r[i].x >= r[k].x + r[k].w || r[k].x >= r[i].x + r[i].w ||
                         r[i].y >= r[k].y + r[k].h || r[k].y >= r[i].y + r[i].h;
            if (!apart)
                fail_msg("%dx%d: parts %zu and %zu overlap", w, h, k, i);
        }
    }
}

static void live_is_disjoint_and_inside(void **state)
{
    (void)state;
    for (int w = 1; w <= 200; w++) {
        for (int h = 1; h <= 60; h++) {
            struct ob_live_places p = ob_arrange_live(w, h);
            ob_arrange_more_facts(&p, (w + h) % 4);
            const struct ob_rect r[] = { p.line,  p.tabs,  p.message, p.keys,  p.loss,
                                         p.delta, p.facts, p.params,  p.events };
            check(r, sizeof r / sizeof *r, w, h);
            if (p.kind == OB_ARRANGE_LINE) {
                assert_int_equal(p.line.w, w);
                continue;
            }
            /* What is always there, and large enough to read. */
            assert_true(p.loss.w >= 30 && p.loss.h >= 4);
            assert_true(p.facts.w >= 22 && p.facts.h >= 3);
            assert_int_equal(p.keys.y, h - 1);
        }
    }
}

static void compare_is_disjoint_and_inside(void **state)
{
    (void)state;
    for (int w = 1; w <= 200; w++)
        for (int h = 1; h <= 60; h++)
            for (size_t runs = 0; runs <= 12; runs += 3) {
                bool all = (w + h) % 2 == 0;
                struct ob_compare_places p =
                    ob_arrange_compare(w, h, runs, (w + h) % 7, all);
                const struct ob_rect r[] = { p.line,  p.tabs,  p.message, p.keys,
                                             p.chart, p.table, p.settings };
                check(r, sizeof r / sizeof *r, w, h);
                if (p.kind == OB_ARRANGE_LINE) {
                    assert_int_equal(p.line.w, w);
                    continue;
                }
                /* A heading and a run, and something to look at. */
                assert_true(p.table.h >= 2 && p.table.w >= 38);
                assert_true(p.chart.h >= 4 || (all && p.settings.h >= 4));
                assert_int_equal(p.keys.y, h - 1);
            }
}

/* Charts share their room: none outside, none over another, one at least, and side by
 * side only where there is width for it. */
static void charts_share_their_room(void **state)
{
    (void)state;
    for (int w = 1; w <= 200; w++)
        for (int h = 1; h <= 60; h++)
            for (size_t n = 0; n <= OB_ARRANGE_CHARTS; n++) {
                static const enum ob_arrange kind[] = { OB_ARRANGE_SMALL,
                                                        OB_ARRANGE_STACKED,
                                                        OB_ARRANGE_WIDE };
                struct ob_rect place[OB_ARRANGE_CHARTS], room = { 3, 2, w, h };
                enum ob_arrange k = kind[(w + h) % 3];
                size_t got = ob_arrange_charts(k, room, n, place);
                int area = 0;
                assert_true(got <= n && (got > 0 || n == 0));
                check(place, got, w + 3, h + 2);
                for (size_t i = 0; i < got; i++) {
                    area += place[i].w * place[i].h;
                    assert_true(place[i].x >= 3 && place[i].y >= 2);
                    assert_true(place[i].w == w || place[i].w >= 24);
                    assert_true(place[i].h == h || place[i].h >= 8);
                }
                assert_int_equal(area, got > 0 ? w * h : 0);
                assert_true(k != OB_ARRANGE_SMALL || got <= 1);
            }
}

static void curvature_is_disjoint_and_inside(void **state)
{
    (void)state;
    static const size_t count[] = { 0, 1, 2, 12, 2000 };
    for (int w = 1; w <= 200; w++)
        for (int h = 1; h <= 60; h++)
            for (size_t i = 0; i < 10; i++) {
                struct ob_curve_places p = ob_arrange_curve(w, h, count[i / 2], i % 2);
                const struct ob_rect r[] = { p.line,   p.tabs,  p.message, p.keys,
                                             p.head,   p.gauge, p.values,  p.side,
                                             p.vector, p.matrix };
                check(r, sizeof r / sizeof *r, w, h);
                if (p.kind == OB_ARRANGE_LINE)
                    continue;
                assert_true(p.values.w >= 22 && p.values.h >= 1);
                assert_true(p.side.w >= 34 && p.side.h >= 3);
                assert_int_equal(p.keys.y, h - 1);
            }
}

static void surface_is_disjoint_and_inside(void **state)
{
    (void)state;
    for (int w = 1; w <= 200; w++) {
        for (int h = 1; h <= 80; h++) {
            struct ob_surface_places p = ob_arrange_surface(w, h);
            const struct ob_rect r[] = { p.line,  p.tabs,  p.message, p.keys,
                                         p.large, p.small, p.facts,   p.note };
            check(r, sizeof r / sizeof *r, w, h);
            if (p.kind == OB_ARRANGE_LINE)
                continue;
            assert_true(p.large.w >= 30 && p.large.h >= 5);
            assert_int_equal(p.small.h > 0, p.kind != OB_ARRANGE_SMALL);
            assert_int_equal(p.note.h, 1);
        }
    }
}

static void sweep_is_disjoint_and_inside(void **state)
{
    (void)state;
    static const size_t count[] = { 0, 1, 3, 12, 1000 };
    for (int w = 1; w <= 200; w++)
        for (int h = 1; h <= 60; h++)
            for (size_t i = 0; i < 10; i++) {
                bool large = i >= 5;
                struct ob_sweep_places p = ob_arrange_sweep(w, h, count[i % 5], large);
                const struct ob_rect r[] = { p.line, p.tabs,  p.message, p.keys, p.head,
                                             p.map,  p.chart, p.ranks,   p.facts };
                check(r, sizeof r / sizeof *r, w, h);
                if (p.kind == OB_ARRANGE_LINE)
                    continue;
                assert_true(p.map.w >= 40 && p.map.h >= 5 && p.facts.h >= 1);
                assert_true(p.chart.h == 0 || p.chart.h >= 7);
                assert_true(!large || p.map.w == w);
            }
}

static void home_is_disjoint_and_inside(void **state)
{
    (void)state;
    static const size_t count[] = { 0, 1, 5, 30, 1000 };
    for (int w = 1; w <= 200; w += 3)
        for (int h = 1; h <= 60; h++)
            for (size_t i = 0; i < 5; i++)
                for (size_t k = 0; k < 5; k++) {
                    struct ob_home_places p = ob_arrange_home(w, h, count[i], count[k]);
                    const struct ob_rect r[] = { p.line,    p.tabs, p.message, p.keys,
                                                 p.configs, p.runs, p.preview };
                    check(r, sizeof r / sizeof *r, w, h);
                    if (p.kind != OB_ARRANGE_LINE)
                        assert_true(p.configs.h >= 2 && p.runs.h >= 2);
                }
}

static void known_sizes(void **state)
{
    (void)state;
    assert_int_equal(ob_arrange_live(200, 60).kind, OB_ARRANGE_WIDE);
    assert_int_equal(ob_arrange_live(120, 40).kind, OB_ARRANGE_WIDE);
    assert_int_equal(ob_arrange_live(80, 24).kind, OB_ARRANGE_STACKED);
    assert_int_equal(ob_arrange_live(40, 12).kind, OB_ARRANGE_SMALL);
    assert_int_equal(ob_arrange_live(39, 60).kind, OB_ARRANGE_LINE);
    assert_int_equal(ob_arrange_live(80, 9).kind, OB_ARRANGE_LINE);
    /* One chart where two have no room. */
    assert_int_equal(ob_arrange_live(80, 18).delta.h, 0);
    assert_true(ob_arrange_live(80, 24).delta.h >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_is_disjoint_and_inside),
        cmocka_unit_test(compare_is_disjoint_and_inside),
        cmocka_unit_test(charts_share_their_room),
        cmocka_unit_test(curvature_is_disjoint_and_inside),
        cmocka_unit_test(surface_is_disjoint_and_inside),
        cmocka_unit_test(sweep_is_disjoint_and_inside),
        cmocka_unit_test(home_is_disjoint_and_inside),
        cmocka_unit_test(known_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
