#include "../../lib/ob_test.h"

#include <math.h>

#include "../../lib/ob_golden.h"
#include "hills.h"
#include "optbench/base/compiler.h"
#include "optbench/base/rng.h"
#include "optbench/base/text.h"
#include "optbench/plot/contour.h"

#define GOLDEN "tests/unit/plot/golden/"

static struct hills hills;

static void append(struct ob_buf *out, const char *title, int cols, int rows,
                   const struct ob_contour_view *v)
{
    struct ob_picture p = { 0 };
    struct ob_ticks levels;
    ob_picture_size(&p, cols, rows);
    ob_contour_draw(&hills.t, v, &p, &levels);
    ob_buf_addf(out, "== %s, %d x %d, levels", title, cols, rows);
    for (size_t i = 0; i < levels.n; i++)
        ob_buf_addf(out, " %s", levels.item[i].label);
    ob_buf_addc(out, '\n');
    ob_picture_write(&p, v->grounds, out);
    ob_picture_finish(&p);
}

static void tiers_and_grounds(void **state)
{
    (void)state;
    struct ob_buf out = { 0 };
    struct ob_contour_view v = { .zoom = 1 };
    hills_valley(&hills, 33, 33);
    for (int tier = 0; tier < OB_GLYPH_TIERS; tier++) {
        v.tier = (enum ob_glyphs)tier;
        append(&out, ob_glyphs_name(v.tier), 60, 18, &v);
    }
    v.tier = OB_GLYPHS_BRAILLE;
    v.grounds = true;
    append(&out, "grounds", 60, 18, &v);
    v.grounds = false;
    hills.t.log = false;
    append(&out, "linear", 60, 18, &v);
    v.zoom = 4;
    v.at_x = v.at_y = 0.75;
    append(&out, "zoom 4", 60, 18, &v);
    v.bare = true;
    append(&out, "bare", 30, 9, &v);
    ob_assert_golden(GOLDEN "contour-tiers.txt", &out);
    ob_buf_finish(&out);
}

static void trails_and_flags(void **state)
{
    (void)state;
    double x[] = { -1.8, -1, 0, 5, 0.5, NAN, 1 }, y[] = { 2.8, 0, 2, 2, -0.5, 0, 1 };
    double u[] = { 1.8, -1.8 }, w[] = { 2.5, -0.9 };
    const struct ob_trail trail[] = { { x, y, NULL, 7, 6, 'a', OB_INK_A },
                                      { u, w, NULL, 2, 0, 'b', OB_INK_B } };
    const struct ob_flag flag[] = { { 1, 1, NAN, 'o', OB_INK_E },
                                    { -9, 1, NAN, '!', OB_INK_E } };
    struct ob_buf out = { 0 };
    struct ob_contour_view v = { .zoom = 1 };
    hills_valley(&hills, 33, 33);
    hills.t.trail = trail;
    hills.t.trails = 2;
    hills.t.flag = flag;
    hills.t.flags = 2;
    append(&out, "two trails", 60, 18, &v);
    v.tier = OB_GLYPHS_ASCII;
    append(&out, "in ASCII", 60, 18, &v);
    v.tier = OB_GLYPHS_BRAILLE;
    v.grounds = true;
    append(&out, "on grounds", 40, 12, &v);
    ob_assert_golden(GOLDEN "contour-trails.txt", &out);
    ob_buf_finish(&out);
}

static void odd_heights(void **state)
{
    (void)state;
    struct ob_buf out = { 0 };
    struct ob_contour_view v = { .zoom = 1 };
    hills_valley(&hills, 33, 33);
    hills_hole(&hills, 10, 20, 8, 16);
    hills_hole(&hills, 30, 30, 30, 30);
    append(&out, "holes", 60, 18, &v);
    v.grounds = true;
    append(&out, "holes on grounds", 40, 12, &v);
    v.grounds = false;
    for (int i = 0; i < 33 * 33; i++)
        hills.z[i] = 4;
    append(&out, "flat", 40, 12, &v);
    hills_hole(&hills, 0, 32, 0, 32);
    append(&out, "holes only", 40, 12, &v);
    hills_valley(&hills, 17, 17);
    hills.z[40] = 1e300;
    hills.z[41] = -1e300;
    append(&out, "huge", 40, 12, &v);
    hills_valley(&hills, 17, 1);
    append(&out, "one row", 40, 12, &v);
    hills_valley(&hills, 1, 1);
    append(&out, "one height", 40, 12, &v);
    hills_saddle(&hills, 17);
    hills.t.log = true;
    append(&out, "both signs, logarithmic", 60, 18, &v);
    static const int size[][2] = { { 1, 1 }, { 3, 2 }, { 12, 5 }, { 24, 8 } };
    for (size_t i = 0; i < OB_COUNT(size); i++)
        append(&out, "small", size[i][0], size[i][1], &v);
    ob_assert_golden(GOLDEN "contour-odd.txt", &out);
    ob_buf_finish(&out);
}

/* Two high and two low corners: the mean of the four says which are joined. A line of the
 * level 0.6 is met on the way from one low corner to the other where those are not. */
static void saddles_follow_the_mean(void **state)
{
    (void)state;
    enum { COLS = 20, ROWS = 10 };
    struct ob_picture p = { 0 };
    struct ob_contour_view v = { .zoom = 1, .bare = true };
    ob_picture_size(&p, COLS, ROWS);
    for (int joined = 0; joined < 2; joined++) {
        const double z[] = { 0.25, joined ? 1 : 0.8, 1, 0.25 };
        struct ob_terrain_fit f;
        int met = 0;
        hills.t = (struct ob_terrain){
            .z = z, .nx = 2, .ny = 2, .x = { "x", 0, 1 }, .y = { "y", 0, 1 }
        };
        ob_terrain_fit(&hills.t, &f);
        ob_contour_draw(&hills.t, &v, &p, NULL);
        int heat = 1 + ob_picture_heat(ob_terrain_part(&f.scale, 0.6));
        for (int col = 0; col < COLS; col++)
            met += p.tile[(ROWS - 1 - col / 2) * COLS + col].heat == heat;
        assert_int_equal(met > 0, joined);
    }
    ob_picture_finish(&p);
}

/* By the ground itself: a level lies between the heights around each dot of a line. */
static void lines_lie_where_the_level_is(void **state)
{
    (void)state;
    enum { COLS = 40, ROWS = 20 };
    struct ob_picture p = { 0 };
    struct ob_contour_view v = { .zoom = 1, .bare = true };
    struct ob_terrain_fit f;
    struct ob_ticks levels;
    int lit = 0, wrong = 0;
    hills_saddle(&hills, 9);
    ob_picture_size(&p, COLS, ROWS);
    ob_contour_draw(&hills.t, &v, &p, &levels);
    ob_terrain_fit(&hills.t, &f);
    for (int i = 0; i < 8 * COLS * ROWS; i++) {
        int x = i % (2 * COLS), y = i / (2 * COLS);
        const struct ob_tile *t = &p.tile[y / 4 * COLS + x / 2];
        uint32_t rune = 0;
        ob_utf8_decode(t->glyph, strlen(t->glyph), &rune);
        if (rune < 0x2800 || !(rune & ob_dot_bit(x % 2, y % 4)))
            continue;
        /* Heights within a dot and a half around. */
        double lo = INFINITY, hi = -INFINITY;
        for (int k = 0; k < 9; k++) {
            double u = (x + 1.5 * (k % 3 - 1)) / (2 * COLS - 1);
            double w = (y + 1.5 * (k / 3 - 1)) / (4 * ROWS - 1);
            u = fmin(fmax(u, 0), 1);
            w = fmin(fmax(w, 0), 1);
            double part = ob_terrain_at(&hills.t, &f.scale, -1 + 2 * u, 1 - 2 * w);
            lo = fmin(lo, part);
            hi = fmax(hi, part);
        }
        bool ok = false;
        for (size_t k = 0; k < levels.n; k++) {
            double part = ob_terrain_part(&f.scale, levels.item[k].value);
            ok |= part >= lo - 0.01 && part <= hi + 0.01;
        }
        lit++;
        wrong += !ok;
    }
    assert_true(lit > 200);
    assert_int_equal(wrong, 0);
    ob_picture_finish(&p);
}

static void any_grid_in_any_size(void **state)
{
    (void)state;
    struct ob_picture p = { 0 };
    struct ob_rng r;
    ob_rng_init(&r, 6, 0);
    for (int k = 0; k < 1500; k++) {
        int nx = 1 + (int)ob_rng_below(&r, 12), ny = 1 + (int)ob_rng_below(&r, 12);
        double x[4], y[4];
        hills_valley(&hills, nx, ny);
        hills.t.log = ob_rng_below(&r, 2);
        for (int i = 0; i < nx * ny; i++) {
            hills.z[i] = ob_rng_uniform(&r);
            if (ob_rng_below(&r, 8) == 0)
                hills.z[i] =
                    (double[]){ NAN, INFINITY, -1e308, 0, -0.5 }[ob_rng_below(&r, 5)];
        }
        for (int i = 0; i < 4; i++) {
            x[i] = 6 * ob_rng_uniform(&r) - 3;
            y[i] = ob_rng_below(&r, 9) ? 6 * ob_rng_uniform(&r) - 2 : INFINITY;
        }
        const struct ob_trail trail = { x, y, NULL, 4, 2, 'a', OB_INK_A };
        hills.t.trail = &trail;
        hills.t.trails = 1;
        struct ob_contour_view v = { .tier = (enum ob_glyphs)ob_rng_below(&r, 3),
                                     .grounds = ob_rng_below(&r, 2),
                                     .bare = ob_rng_below(&r, 2),
                                     .zoom = ob_rng_below(&r, 2)
                                                 ? 1
                                                 : 40 * ob_rng_uniform(&r),
                                     .at_x = ob_rng_uniform(&r),
                                     .at_y = ob_rng_uniform(&r) };
        int cols = 1 + (int)ob_rng_below(&r, 60), rows = 1 + (int)ob_rng_below(&r, 24);
        ob_picture_size(&p, cols, rows);
        ob_contour_draw(&hills.t, &v, &p, NULL);
        struct ob_contour_place at = ob_contour_place(&hills.t, &v, cols, rows);
        assert_true(at.col >= 0 && at.row >= 0 && at.cols > 0 && at.rows > 0);
        assert_true(at.col + at.cols <= cols && at.row + at.rows <= rows);
        assert_true(at.x.from < at.x.to && at.y.from < at.y.to);
        for (int i = 0; i < cols * rows; i++) {
            const struct ob_tile *t = &p.tile[i];
            assert_true(t->glyph[0] == '\0' || ob_text_width(t->glyph) == 1);
            assert_in_range(t->heat, 0, OB_PICTURE_HEATS);
            assert_in_range(t->ground, 0, v.grounds ? OB_PICTURE_HEATS : 0);
            assert_in_range(t->ink, 0, OB_INKS - 1);
        }
    }
    ob_picture_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiers_and_grounds),
        cmocka_unit_test(trails_and_flags),
        cmocka_unit_test(odd_heights),
        cmocka_unit_test(saddles_follow_the_mean),
        cmocka_unit_test(lines_lie_where_the_level_is),
        cmocka_unit_test(any_grid_in_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
