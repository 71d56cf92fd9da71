#include <config.h>

#include "scenes.h"

#include <dirent.h>

#include "../../lib/ob_golden.h"

#define FOLDER "tests/unit/ui/golden/scenes"

/* The screens themselves at all sizes, what is further in scenes.def at two. */
static const int size[][2] = {
    { 24, 6 }, { 40, 12 }, { 80, 24 }, { 120, 40 }, { 240, 70 }
};

static void picture(struct fixture *f, const char *title, bool styles, struct ob_buf *out)
{
    ob_buf_addf(out, "%s\n", title);
    fixture_text(f, styles, out);
}

/* The picture without colours, where it is another one. */
static void mono(struct fixture *f, struct ob_buf *out)
{
    struct ob_buf colour = { 0 }, plain = { 0 };
    fixture_text(f, true, &colour);
    f->term->depth = OB_DEPTH_MONO;
    ob_app_draw(&f->app);
    fixture_text(f, true, &plain);
    if (strcmp(ob_buf_text(&colour), ob_buf_text(&plain)) != 0)
        picture(f, "mono", true, out);
    f->term->depth = OB_DEPTH_256;
    ob_app_draw(&f->app);
    ob_buf_finish(&plain);
    ob_buf_finish(&colour);
}

static size_t scenes_at(int w)
{
    return w == 40 || w == 80 ? scene_count() : OB_SCREENS;
}

static void draw_all(int w, int h)
{
    for (size_t i = 0; i < scenes_at(w); i++) {
        struct fixture f;
        struct ob_buf out = { 0 };
        char name[128];
        struct scene s = scene_at(i);
        scene_begin(&f, &s, w, h);
        picture(&f, "braille", true, &out);
        mono(&f, &out);
        fixture_glyphs(&f, OB_GLYPHS_ASCII);
        picture(&f, "ascii", false, &out);
        snprintf(name, sizeof name, FOLDER "/%s-%dx%d.txt", s.name, w, h);
        ob_assert_golden(name, &out);
        ob_buf_finish(&out);
        fixture_end(&f);
    }
}

static void at_24x6(void **state)
{
    (void)state;
    draw_all(size[0][0], size[0][1]);
}

static void at_40x12(void **state)
{
    (void)state;
    draw_all(size[1][0], size[1][1]);
}

static void at_80x24(void **state)
{
    (void)state;
    draw_all(size[2][0], size[2][1]);
}

static void at_120x40(void **state)
{
    (void)state;
    draw_all(size[3][0], size[3][1]);
}

static void at_240x70(void **state)
{
    (void)state;
    draw_all(size[4][0], size[4][1]);
}

/* What a style letter looks like on each kind of terminal. */
static void styles_have_looks(void **state)
{
    (void)state;
    struct ob_buf out = { 0 };
    for (int s = 0; s < OB_STYLES; s++) {
        ob_buf_addf(&out, "%c", ob_style_letter((enum ob_style)s));
        for (int d = 0; d < OB_DEPTHS; d++) {
            struct ob_look l = ob_style_look((enum ob_style)s, (enum ob_depth)d);
            ob_buf_addf(&out, "  %4d %c%c%c%c", l.colour, l.bold ? 'b' : '.',
                        l.dim ? 'd' : '.', l.reverse ? 'r' : '.',
                        l.underline ? 'u' : '.');
            if (d == OB_DEPTH_MONO)
                assert_int_equal(l.colour, -1);
        }
        ob_buf_addc(&out, '\n');
    }
    ob_assert_golden("tests/unit/ui/golden/styles.txt", &out);
    ob_buf_finish(&out);
}

/* A picture of a scene that is no more would stay for ever. */
static void no_picture_is_left_over(void **state)
{
    (void)state;
    char *folder = ob_path_join(ob_test_env("OB_SRCDIR"), FOLDER);
    size_t n = 0, wanted = 0;
    DIR *d = opendir(folder);
    assert_non_null(d);
    for (const struct dirent *e = readdir(d); e; e = readdir(d))
        n += e->d_name[0] != '.';
    closedir(d);
    for (size_t i = 0; i < OB_COUNT(size); i++)
        wanted += scenes_at(size[i][0]);
    assert_int_equal(n, wanted);
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_24x6),
        cmocka_unit_test(at_40x12),
        cmocka_unit_test(at_80x24),
        cmocka_unit_test(at_120x40),
        cmocka_unit_test(at_240x70),
        cmocka_unit_test(styles_have_looks),
        cmocka_unit_test(no_picture_is_left_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
