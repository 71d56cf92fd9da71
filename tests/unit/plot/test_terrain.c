#include "../../lib/ob_test.h"

#include <float.h>
#include <math.h>

#include "../../../src/plot/plain_math.h"
#include "hills.h"
#include "optbench/base/compiler.h"
#include "optbench/base/rng.h"
#include "optbench/plot/picture.h"

static void sines_of_whole_degrees(void **state)
{
    (void)state;
    for (int d = -800; d <= 800; d++) {
        double r = d * 3.14159265358979323846 / 180;
        ob_assert_near(ob_sin_degrees(d), sin(r), 1e-14);
        ob_assert_near(ob_cos_degrees(d), cos(r), 1e-14);
        assert_true(ob_sin_degrees(d) == ob_sin_degrees(d + 360));
        assert_true(ob_sin_degrees(-d) == -ob_sin_degrees(d));
    }
    assert_true(ob_sin_degrees(0) == 0 && ob_sin_degrees(90) == 1);
    assert_true(ob_cos_degrees(90) == 0 && ob_cos_degrees(180) == -1);
    assert_true(ob_sin_degrees(INT32_MAX) == ob_sin_degrees(INT32_MAX % 360));
    assert_true(ob_sin_degrees(INT32_MIN) == ob_sin_degrees(INT32_MIN % 360));
}

static void logarithms(void **state)
{
    (void)state;
    struct ob_rng r;
    ob_rng_init(&r, 11, 0);
    for (int i = 0; i < 100000; i++) {
        double v = ldexp(0.5 + ob_rng_uniform(&r), (int)ob_rng_below(&r, 2000) - 1000);
        double want = log2(v);
        ob_assert_near(ob_plain_log2(v), want, 1e-15 + 4e-16 * fabs(want));
    }
    for (int e = -1074; e < 1024; e++)
        assert_true(ob_plain_log2(ldexp(1, e)) == e);
}

static struct ob_terrain_fit fit_of(const double *z, int n, bool log)
{
    struct ob_terrain t = {
        .z = z, .nx = n, .ny = 1, .x = { NULL, 0, 1 }, .y = { NULL, 0, 1 }, .log = log
    };
    struct ob_terrain_fit fit;
    ob_terrain_fit(&t, &fit);
    return fit;
}

static void scales(void **state)
{
    (void)state;
    const double plain[] = { 3, -1, NAN, 7, INFINITY, -INFINITY };
    struct ob_terrain_fit f = fit_of(plain, 6, false);
    assert_int_equal(f.holes, 3);
    assert_false(f.empty);
    assert_true(f.scale.lo == -1 && f.scale.hi == 7);
    assert_true(ob_terrain_part(&f.scale, -1) == 0 && ob_terrain_part(&f.scale, 7) == 1);
    assert_true(ob_terrain_part(&f.scale, 3) == 0.5);
    assert_true(isnan(ob_terrain_part(&f.scale, NAN)));
    assert_true(isnan(ob_terrain_part(&f.scale, INFINITY)));

    /* Twelve decades at most; zero lies at the lower end. */
    const double deep[] = { 100, 0, 1e-30, 1 };
    f = fit_of(deep, 4, true);
    assert_int_equal(f.scale.kind, OB_SCALE_LOG);
    assert_int_equal(f.sunken, 1);
    ob_assert_near(f.scale.lo, 1e-10, 1e-22);
    assert_true(ob_terrain_part(&f.scale, 0) == 0);
    ob_assert_near(ob_terrain_part(&f.scale, 1e-4), 0.5, 1e-12);

    const double both[] = { -100, 0, 1e-3, 100 };
    f = fit_of(both, 4, true);
    assert_int_equal(f.scale.kind, OB_SCALE_SYMLOG);
    assert_int_equal(f.sunken, 0);
    ob_assert_near(ob_terrain_part(&f.scale, 0), 0.5, 1e-12);
    assert_true(ob_terrain_part(&f.scale, -100) == 0);
}

static void scales_of_odd_heights(void **state)
{
    (void)state;
    static const double flat[][2] = {
        { 3, 3 },          { 0, 0 }, { -5, -5 }, { 1e300, 1e300 }, { DBL_MAX, DBL_MAX },
        { 1e-320, 1e-320 }
    };
    for (size_t i = 0; i < OB_COUNT(flat); i++) {
        for (int log = 0; log < 2; log++) {
            struct ob_terrain_fit f = fit_of(flat[i], 2, log);
            double part = ob_terrain_part(&f.scale, flat[i][0]);
            assert_true(f.flat && part > 0.4 && part < 0.6);
        }
    }
    const double huge[] = { -DBL_MAX, DBL_MAX, 0 };
    struct ob_terrain_fit f = fit_of(huge, 3, false);
    assert_true(ob_terrain_part(&f.scale, 0) == 0.5);
    assert_true(ob_terrain_part(&f.scale, DBL_MAX) == 1);
    f = fit_of(huge, 3, true);
    ob_assert_near(ob_terrain_part(&f.scale, 0), 0.5, 1e-12);
    const double none[] = { NAN, INFINITY };
    f = fit_of(none, 2, true);
    assert_true(f.empty);
    assert_int_equal(f.holes, 2);
}

static void places_between_heights(void **state)
{
    (void)state;
    const double z[] = { 0, 1, 2, 4, NAN, 3 };
    struct ob_terrain t = {
        .z = z, .nx = 3, .ny = 2, .x = { NULL, 10, 14 }, .y = { NULL, -1, 1 }
    };
    struct ob_terrain_fit f;
    ob_terrain_fit(&t, &f);
    ob_assert_near(ob_terrain_at(&t, &f.scale, 10, -1), 0, 0);
    ob_assert_near(ob_terrain_at(&t, &f.scale, 14, 1), 0.75, 0);
    ob_assert_near(ob_terrain_at(&t, &f.scale, 11, -1), 0.125, 0);
    ob_assert_near(ob_terrain_at(&t, &f.scale, 10, 0), 0.5, 0);
    assert_true(isnan(ob_terrain_at(&t, &f.scale, 11, 0)));
    assert_true(isnan(ob_terrain_at(&t, &f.scale, 9.99, 0)));
    assert_true(isnan(ob_terrain_at(&t, &f.scale, 10, NAN)));
    t.nx = 1;
    t.ny = 1;
    ob_assert_near(ob_terrain_at(&t, &f.scale, 12, 0), 0, 0);
}

static void heights_of_parts(void **state)
{
    (void)state;
    static const struct ob_scale scale[] = { { OB_SCALE_LINEAR, -3, 7, 1 },
                                             { OB_SCALE_LOG, 1e-9, 40, 1 },
                                             { OB_SCALE_SYMLOG, -100, 1e4, 1e-2 },
                                             { OB_SCALE_SYMLOG, -8, -2, 1 } };
    for (size_t i = 0; i < OB_COUNT(scale); i++)
        for (int k = 0; k <= 100; k++) {
            double z = ob_terrain_height(&scale[i], k / 100.0);
            assert_true(z >= scale[i].lo && z <= scale[i].hi);
            ob_assert_near(ob_terrain_part(&scale[i], z), k / 100.0, 1e-6);
        }
}

/* All of a short trail; of a long one both ends and the mark, in order, not many more. */
static void trails_are_thinned(void **state)
{
    (void)state;
    static const size_t length[] = { 1, 2, 100, 16384, 16385, 1000003 };
    for (size_t k = 0; k < OB_COUNT(length); k++) {
        struct ob_trail l = { .n = length[k], .now = length[k] / 3 };
        size_t seen = 0, last = 0;
        bool now = false;
        for (size_t i = 0; i < l.n; i = ob_trail_next(&l, i)) {
            assert_true(seen == 0 || i > last);
            last = i;
            now |= i == l.now;
            seen++;
        }
        assert_int_equal(last, l.n - 1);
        assert_true(now);
        assert_in_range(seen, l.n < 8000 ? l.n : 8000, l.n < 16384 ? l.n : 16388);
    }
}

static void pictures_clip(void **state)
{
    (void)state;
    struct ob_picture p = { 0 };
    struct ob_buf out = { 0 };
    ob_picture_size(&p, 5, 2);
    p.tile[6].ground = 3;
    ob_picture_text(&p, -1, 0, "abc", OB_INK_A);
    ob_picture_text(&p, 3, 1, "⣿日x", OB_INK_B);
    ob_picture_text(&p, 1, 1, "z", OB_INK_LABEL);
    ob_picture_text(&p, 0, 2, "below", OB_INK_A);
    ob_picture_text(&p, 0, -1, "above", OB_INK_A);
    p.tile[2].ground = 11;
    p.tile[2].heat = 1;
    ob_picture_write(&p, true, &out);
    assert_string_equal(ob_buf_text(&out), "bc\n|  :\n|AA0\n z ⣿\n|\n| l B\n");
    ob_picture_size(&p, -3, 4);
    assert_int_equal(p.cols, 0);
    ob_picture_finish(&p);
    ob_buf_finish(&out);
    assert_int_equal(ob_picture_heat(0), 0);
    assert_int_equal(ob_picture_heat(1), OB_PICTURE_HEATS - 1);
    assert_int_equal(ob_picture_heat(-3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sines_of_whole_degrees),
        cmocka_unit_test(logarithms),
        cmocka_unit_test(scales),
        cmocka_unit_test(scales_of_odd_heights),
        cmocka_unit_test(places_between_heights),
        cmocka_unit_test(heights_of_parts),
        cmocka_unit_test(trails_are_thinned),
        cmocka_unit_test(pictures_clip),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
