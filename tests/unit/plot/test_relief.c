#include "../../lib/ob_test.h"

#include <math.h>

#include "../../../src/plot/plain_math.h"
#include "../../lib/ob_golden.h"
#include "hills.h"
#include "optbench/base/compiler.h"
#include "optbench/base/rng.h"
#include "optbench/base/text.h"
#include "optbench/plot/relief.h"

#define GOLDEN "tests/unit/plot/golden/"

static struct hills hills;

static void append(struct ob_buf *out, const char *title, int cols, int rows,
                   const struct ob_relief_view *v, bool heats)
{
    struct ob_relief r = { 0 };
    struct ob_picture p = { 0 };
    ob_picture_size(&p, cols, rows);
    ob_relief_draw(&r, &hills.t, v, &p);
    ob_buf_addf(out, "== %s, %d x %d\n", title, cols, rows);
    ob_picture_write(&p, heats, out);
    ob_relief_finish(&r);
    ob_picture_finish(&p);
}

static void styles_and_tiers(void **state)
{
    (void)state;
    struct ob_buf out = { 0 };
    struct ob_relief_view v = ob_relief_start;
    hills_valley(&hills, 33, 33);
    for (int style = 0; style < OB_RELIEF_STYLES; style++) {
        for (int tier = 0; tier < OB_GLYPH_TIERS; tier++) {
            char title[64];
            v.style = (enum ob_relief_style)style;
            v.tier = (enum ob_glyphs)tier;
            v.grounds = tier != OB_GLYPHS_ASCII;
            snprintf(title, sizeof title, "%s %s", ob_relief_style_name(v.style),
                     ob_glyphs_name(v.tier));
            append(&out, title, 60, 18, &v, true);
        }
    }
    ob_assert_golden(GOLDEN "relief-styles.txt", &out);
    ob_buf_finish(&out);
}

static void angles(void **state)
{
    (void)state;
    static const int angle[][2] = { { 0, 30 },   { 45, 30 },  { 90, 60 },  { 135, 10 },
                                    { 180, 0 },  { 225, 45 }, { 290, 30 }, { -30, 90 },
                                    { 30, -20 }, { 30, 120 } };
    struct ob_buf out = { 0 };
    struct ob_relief_view v = ob_relief_start;
    hills_saddle(&hills, 17);
    for (size_t i = 0; i < OB_COUNT(angle); i++) {
        char title[64];
        v.azimuth = angle[i][0];
        v.elevation = angle[i][1];
        snprintf(title, sizeof title, "azimuth %d elevation %d", v.azimuth, v.elevation);
        append(&out, title, 50, 15, &v, false);
    }
    v = ob_relief_start;
    v.zoom = 3;
    v.at_x = v.at_y = 0.7;
    append(&out, "zoom 3", 50, 15, &v, false);
    v.zoom = 0.5;
    append(&out, "zoom 1/2", 50, 15, &v, false);
    ob_assert_golden(GOLDEN "relief-angles.txt", &out);
    ob_buf_finish(&out);
}

/* The path goes behind a hill and returns; a second one crosses it. */
static void trails_and_flags(void **state)
{
    (void)state;
    double x[40], y[40], z[40], u[6] = { -0.9, -0.5, NAN, 0.5, 3, 0.2 };
    double v2[6] = { 0.9, 0.5, 0.1, -0.5, 0.4, -0.9 };
    struct ob_buf out = { 0 };
    struct ob_relief_view v = ob_relief_start;
    hills_saddle(&hills, 33);
    for (int i = 0; i < 40; i++) {
        x[i] = -0.9 + i * 0.045;
        y[i] = 0.9 - 0.002 * (i - 20) * (i - 20);
        z[i] = i % 2 ? NAN : 0.5;
    }
    const struct ob_trail trail[] = {
        { x, y, NULL, 40, 39, 'a', OB_INK_A },
        { u, v2, NULL, 6, 3, 'b', OB_INK_B },
        { x, y, z, 0, 0, 'c', OB_INK_C },
        { x, y, z, 4, 9, 0, OB_INK_D },
    };
    const struct ob_flag flag[] = { { 0.4, 0.4, NAN, 'o', OB_INK_E },
                                    { 0.4, 0.9, -1, '+', OB_INK_F },
                                    { 4, 4, 0, '!', OB_INK_F } };
    hills.t.trail = trail;
    hills.t.trails = OB_COUNT(trail);
    hills.t.flag = flag;
    hills.t.flags = OB_COUNT(flag);
    for (int style = 0; style < OB_RELIEF_STYLES; style++) {
        v.style = (enum ob_relief_style)style;
        v.grounds = true;
        append(&out, ob_relief_style_name(v.style), 60, 18, &v, true);
    }
    v.style = OB_RELIEF_WIRE;
    v.tier = OB_GLYPHS_ASCII;
    append(&out, "wire ascii", 60, 18, &v, false);
    ob_assert_golden(GOLDEN "relief-trails.txt", &out);
    ob_buf_finish(&out);
}

static void set_all(double z)
{
    for (int i = 0; i < hills.t.nx * hills.t.ny; i++)
        hills.z[i] = z;
}

static void odd_heights(void **state)
{
    (void)state;
    struct ob_buf out = { 0 };
    struct ob_relief_view v = ob_relief_start;
    hills_valley(&hills, 33, 33);
    hills_hole(&hills, 10, 20, 8, 16);
    append(&out, "holes", 60, 18, &v, false);
    v.style = OB_RELIEF_SHADED;
    v.grounds = true;
    append(&out, "holes, shaded", 60, 18, &v, true);
    v.style = OB_RELIEF_WIRE;
    set_all(2.5);
    append(&out, "flat", 40, 12, &v, false);
    set_all(NAN);
    append(&out, "holes only", 40, 12, &v, false);
    hills_valley(&hills, 17, 17);
    hills.z[40] = 1e300;
    hills.z[41] = -1e300;
    hills.z[100] = 1.7e308;
    append(&out, "huge", 40, 12, &v, false);
    hills.t.log = false;
    append(&out, "huge, linear", 40, 12, &v, false);
    hills_valley(&hills, 17, 1);
    append(&out, "one row", 40, 12, &v, false);
    hills_valley(&hills, 1, 17);
    append(&out, "one column", 40, 12, &v, false);
    hills_valley(&hills, 1, 1);
    append(&out, "one height", 40, 12, &v, false);
    hills_saddle(&hills, 17);
    hills.t.log = true;
    append(&out, "both signs, logarithmic", 60, 18, &v, false);
    ob_assert_golden(GOLDEN "relief-odd.txt", &out);
    ob_buf_finish(&out);
}

static void sizes(void **state)
{
    (void)state;
    static const int size[][2] = { { 1, 1 },   { 2, 1 },  { 1, 5 },  { 5, 2 },
                                   { 8, 4 },   { 20, 6 }, { 24, 8 }, { 39, 10 },
                                   { 53, 20 }, { 80, 36 } };
    struct ob_buf out = { 0 };
    hills_valley(&hills, 65, 65);
    for (size_t i = 0; i < OB_COUNT(size); i++)
        append(&out, "valley", size[i][0], size[i][1], &ob_relief_start, false);
    ob_assert_golden(GOLDEN "relief-sizes.txt", &out);
    ob_buf_finish(&out);
}

static void random_hills(struct ob_rng *r, bool odd)
{
    int nx = 1 + (int)ob_rng_below(r, 12), ny = 1 + (int)ob_rng_below(r, 12);
    hills_valley(&hills, nx, ny);
    hills.t.log = ob_rng_below(r, 2);
    for (int i = 0; i < nx * ny; i++) {
        hills.z[i] = ob_rng_uniform(r);
        if (odd && ob_rng_below(r, 8) == 0)
            hills.z[i] = (double[]){ NAN, INFINITY, -1e308, 0, -0.5 }[ob_rng_below(r, 5)];
    }
}

static struct ob_relief_view random_view(struct ob_rng *r)
{
    return (struct ob_relief_view){
        .azimuth = (int)ob_rng_below(r, 720) - 360,
        .elevation = (int)ob_rng_below(r, 120) - 10,
        .zoom = ob_rng_below(r, 3) ? 1 : 40 * ob_rng_uniform(r),
        .at_x = ob_rng_uniform(r),
        .at_y = ob_rng_uniform(r),
        .style = (enum ob_relief_style)ob_rng_below(r, OB_RELIEF_STYLES),
        .tier = (enum ob_glyphs)ob_rng_below(r, OB_GLYPH_TIERS),
        .grounds = ob_rng_below(r, 2),
        .bare = ob_rng_below(r, 2),
    };
}

static bool same(const struct ob_picture *a, const struct ob_picture *b)
{
    return a->cols == b->cols && a->rows == b->rows &&
           memcmp(a->tile, b->tile,
                  (size_t)a->cols * (size_t)a->rows * sizeof *a->tile) == 0;
}

/* Every cell can be shown; a full turn changes nothing, nor does memory used before. */
static void any_grid_at_any_angle(void **state)
{
    (void)state;
    struct ob_relief used = { 0 };
    struct ob_picture a = { 0 }, b = { 0 };
    struct ob_rng r;
    ob_rng_init(&r, 5, 0);
    for (int k = 0; k < 1500; k++) {
        struct ob_relief fresh = { 0 };
        double x[5], y[5], z[5];
        random_hills(&r, true);
        for (int i = 0; i < 5; i++) {
            x[i] = 6 * ob_rng_uniform(&r) - 3;
            y[i] = ob_rng_below(&r, 9) ? 6 * ob_rng_uniform(&r) - 2 : INFINITY;
            z[i] = ob_rng_below(&r, 3) ? ob_rng_uniform(&r) : NAN;
        }
        const struct ob_trail trail = { x, y, z, 5, 3, 'a', OB_INK_A };
        const struct ob_flag flag = { x[0], y[1], z[2], 'o', OB_INK_E };
        hills.t.trail = &trail;
        hills.t.trails = 1;
        hills.t.flag = &flag;
        hills.t.flags = 1;
        struct ob_relief_view v = random_view(&r);
        int cols = 1 + (int)ob_rng_below(&r, 60), rows = 1 + (int)ob_rng_below(&r, 24);
        ob_picture_size(&a, cols, rows);
        ob_picture_size(&b, cols, rows);
        ob_relief_draw(&used, &hills.t, &v, &a);
        v.azimuth += 360 * ((int)ob_rng_below(&r, 5) - 2);
        ob_relief_draw(&fresh, &hills.t, &v, &b);
        assert_true(same(&a, &b));
        for (int i = 0; i < cols * rows; i++) {
            const struct ob_tile *t = &a.tile[i];
            assert_true(t->glyph[0] == '\0' || ob_text_width(t->glyph) == 1);
            assert_in_range(t->heat, 0, OB_PICTURE_HEATS);
            assert_in_range(t->ground, 0, v.grounds ? OB_PICTURE_HEATS : 0);
            assert_in_range(t->ink, 0, OB_INKS - 1);
        }
        ob_relief_finish(&fresh);
    }
    ob_relief_finish(&used);
    ob_picture_finish(&a);
    ob_picture_finish(&b);
}

/* The projection by the book, for pictures without axes. */
struct lens {
    double ca, sa, ce, se, sx, sy, cx, cy;
};

struct seen {
    double x, y, depth;
};

static struct lens lens_of(const struct ob_relief_view *v, int w, int h)
{
    const double root = sqrt(2), tall = 0.9, widest = 1.4;
    double a = v->azimuth * 3.14159265358979323846 / 180;
    double e = v->elevation * 3.14159265358979323846 / 180;
    struct lens l = { cos(a), sin(a), cos(e), sin(e), 0, 0, w / 2.0, h / 2.0 };
    double sx = (w - 1) / (2 * root), sy = (h - 1) / (2 * root * l.se + tall * l.ce);
    l.sx = fmin(sx, widest * sy);
    l.sy = fmin(sy, widest * l.sx);
    return l;
}

static struct seen look(const struct lens *l, double i, double j, double part)
{
    double x = 2 * i / (hills.t.nx - 1) - 1, y = 2 * j / (hills.t.ny - 1) - 1;
    double h = 0.9 * (part - 0.5);
    double right = l->ca * x - l->sa * y, away = l->sa * x + l->ca * y;
    return (struct seen){ l->cx + right * l->sx,
                          l->cy - (away * l->se + h * l->ce) * l->sy,
                          away * l->ce - h * l->se };
}

static double part_of(const struct ob_terrain_fit *f, int i, int j)
{
    return ob_terrain_part(&f->scale, hills.z[j * hills.t.nx + i]);
}

/* The depth of what a ray at (x, y) meets first. */
static double first_met(const struct lens *l, const struct ob_terrain_fit *f, double x,
                        double y)
{
    static const int half[2][3][2] = { { { 0, 0 }, { 1, 0 }, { 0, 1 } },
                                       { { 1, 0 }, { 1, 1 }, { 0, 1 } } };
    double first = INFINITY;
    for (int q = 0; q < 2 * (hills.t.nx - 1) * (hills.t.ny - 1); q++) {
        int i = q / 2 % (hills.t.nx - 1), j = q / 2 / (hills.t.nx - 1);
        struct seen c[3];
        for (int k = 0; k < 3; k++) {
            int u = i + half[q % 2][k][0], v = j + half[q % 2][k][1];
            c[k] = look(l, u, v, part_of(f, u, v));
        }
        double area =
            (c[1].x - c[0].x) * (c[2].y - c[0].y) - (c[2].x - c[0].x) * (c[1].y - c[0].y);
        double a = ((c[1].x - x) * (c[2].y - y) - (c[2].x - x) * (c[1].y - y)) / area;
        double b = ((c[2].x - x) * (c[0].y - y) - (c[0].x - x) * (c[2].y - y)) / area;
        if (fabs(area) > 1e-9 && a >= 0 && b >= 0 && a + b <= 1)
            first =
                fmin(first, a * c[0].depth + b * c[1].depth + (1 - a - b) * c[2].depth);
    }
    return first;
}

enum { DARK, MAY, MUST, COLS = 40, ROWS = 20 };

static int dots[4 * ROWS][2 * COLS];

/* What rays say of a point of the mesh: hidden wherever one looks within the dots around
 * it, in full view, or neither for sure. */
static void judge(const struct lens *l, const struct ob_terrain_fit *f, struct seen p)
{
    int x = (int)floor(p.x), y = (int)floor(p.y), verdict = MUST;
    bool hidden = true;
    if (x < 0 || y < 0 || x >= 2 * COLS || y >= 4 * ROWS || dots[y][x] == MUST)
        return;
    for (int k = 0; k < 9; k++) {
        double first = first_met(l, f, x + 0.5 * (k % 3), y + 0.5 * (k / 3));
        if (first < p.depth - 0.004)
            verdict = MAY;
        if (first >= p.depth - 0.06)
            hidden = false;
    }
    if (!hidden && verdict > dots[y][x])
        dots[y][x] = verdict;
}

static void judge_mesh(const struct lens *l, const struct ob_terrain_fit *f)
{
    enum { PIECES = 40 };
    memset(dots, 0, sizeof dots);
    for (int j = 0; j < hills.t.ny; j++) {
        for (int i = 0; i < hills.t.nx; i++) {
            for (int k = 0; k <= PIECES; k++) {
                double t = (double)k / PIECES, here = part_of(f, i, j);
                if (i + 1 < hills.t.nx)
                    judge(l, f,
                          look(l, i + t, j, here + t * (part_of(f, i + 1, j) - here)));
                if (j + 1 < hills.t.ny)
                    judge(l, f,
                          look(l, i, j + t, here + t * (part_of(f, i, j + 1) - here)));
            }
        }
    }
}

/* Dots of a braille cell. */
static bool lit(const struct ob_picture *p, int x, int y)
{
    const struct ob_tile *t = &p->tile[y / 4 * p->cols + x / 2];
    uint32_t rune = 0;
    ob_utf8_decode(t->glyph, strlen(t->glyph), &rune);
    return rune >= 0x2800 && (rune & ob_dot_bit(x % 2, y % 4));
}

/* Brute force: no hidden line is drawn, and no line in full view is left out, give or
 * take the dot beside. */
static void rays_agree(void **state)
{
    (void)state;
    struct ob_relief r = { 0 };
    struct ob_picture p = { 0 };
    struct ob_rng rng;
    int must = 0, missing = 0, hidden = 0, shown = 0;
    ob_rng_init(&rng, 21, 0);
    ob_picture_size(&p, COLS, ROWS);
    for (int k = 0; k < 12; k++) {
        struct ob_relief_view v = ob_relief_start;
        struct ob_terrain_fit f;
        hills_valley(&hills, 3 + k % 4, 3 + k % 3);
        hills.t.log = false;
        for (int i = 0; i < hills.t.nx * hills.t.ny; i++)
            hills.z[i] = ob_rng_uniform(&rng);
        v.azimuth = (int)ob_rng_below(&rng, 360);
        v.elevation = 10 + (int)ob_rng_below(&rng, 70);
        v.bare = true;
        ob_terrain_fit(&hills.t, &f);
        struct lens l = lens_of(&v, 2 * COLS, 4 * ROWS);
        ob_relief_draw(&r, &hills.t, &v, &p);
        judge_mesh(&l, &f);
        for (int i = 0; i < 8 * COLS * ROWS; i++) {
            int x = i % (2 * COLS), y = i / (2 * COLS);
            bool on = lit(&p, x, y);
            bool near = false, about = false;
            for (int d = 0; d < 9; d++) {
                int u = x + d % 3 - 1, w = y + d / 3 - 1;
                if (u < 0 || w < 0 || u >= 2 * COLS || w >= 4 * ROWS)
                    continue;
                near |= dots[w][u] != DARK;
                about |= lit(&p, u, w);
            }
            shown += on;
            must += dots[y][x] == MUST;
            missing += dots[y][x] == MUST && !about;
            hidden += on && !near;
        }
    }
    printf("# %d dots drawn, %d behind the ground; %d in full view, %d missing\n", shown,
           hidden, must, missing);
    assert_true(shown > 3000 && must > 500);
    assert_int_equal(hidden, 0);
    assert_int_equal(missing, 0);
    ob_relief_finish(&r);
    ob_picture_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(styles_and_tiers),
        cmocka_unit_test(angles),
        cmocka_unit_test(trails_and_flags),
        cmocka_unit_test(odd_heights),
        cmocka_unit_test(sizes),
        cmocka_unit_test(any_grid_at_any_angle),
        cmocka_unit_test(rays_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
