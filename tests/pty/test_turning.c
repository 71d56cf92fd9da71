/*
 * What a turning surface costs on the line, by itself and on the screen. The budget: at
 * 15 frames a second in 256 colours 5 KB a frame at 80 x 24, 12 KB at 120 x 40, and
 * nothing while it stands still.
 */
#include "turn_stage.h"

#include "../unit/ui/fake_feed.h"
#include "optbench/base/compiler.h"
#include "optbench/ui/app.h"

enum { STEPS = 72, DEGREES = 5 };

struct cost {
    size_t mean, most, still, writes;
    bool shown;
};

static struct cost turn(const struct turn_surface *of, enum ob_relief_style style, int w,
                        int h)
{
    struct turn_stage s;
    struct cost c = { 0 };
    struct ob_relief_view v = ob_relief_start;
    bool opened = turn_begin(&s, "xterm-256color", w, h, of);
    v.style = style;
    v.tier = OB_GLYPHS_BRAILLE;
    v.grounds = true;
    if (opened)
        turn_show(&s, &v);
    c.shown = opened;
    size_t first = turn_line.bytes, writes = turn_line.writes;
    for (int i = 0; i < STEPS && opened; i++) {
        size_t before = turn_line.bytes;
        v.azimuth += DEGREES;
        turn_show(&s, &v);
        size_t now = turn_line.bytes - before;
        c.most = now > c.most ? now : c.most;
        c.shown &= turn_wrong(&s, &s.canvas) == 0;
    }
    c.mean = (turn_line.bytes - first) / STEPS;
    c.writes = turn_line.writes - writes;
    size_t before = turn_line.bytes;
    for (int i = 0; i < 15 && opened; i++)
        turn_show(&s, &v);
    c.still = turn_line.bytes - before;
    turn_end(&s);
    return c;
}

static const struct {
    int w, h;
    int pane_w, pane_h;
    size_t most; /* bytes a frame */
} budget[] = { { 80, 24, 52, 20, 5 * 1024 }, { 120, 40, 80, 38, 12 * 1024 } };

/* On the whole screen; with hills everywhere, in the size that the surface screen gives
 * them, a quarter more. */
static void turning_stays_in_budget(void **state)
{
    (void)state;
    int over = 0;
    for (size_t i = 0; i < TURN_SURFACES; i++) {
        for (size_t k = 0; k < OB_COUNT(budget); k++) {
            int w = turn_surface[i].rough ? budget[k].pane_w : budget[k].w;
            int h = turn_surface[i].rough ? budget[k].pane_h : budget[k].h;
            for (int style = 0; style < OB_RELIEF_STYLES; style++) {
                struct cost c = turn(&turn_surface[i], (enum ob_relief_style)style, w, h);
                printf("# %s %s %d x %d: %zu bytes a frame, %zu at most\n",
                       turn_surface[i].name,
                       ob_relief_style_name((enum ob_relief_style)style), w, h, c.mean,
                       c.most);
                assert_true(c.shown);
                assert_int_equal(c.writes, STEPS);
                assert_int_equal(c.still, 0);
                assert_true(c.mean > 100);
                over += c.most > budget[k].most * (turn_surface[i].rough ? 5 : 4) / 4;
            }
        }
    }
    assert_int_equal(over, 0);
}

/* The same with all that is on the surface screen, by the keys of a person: the run's
 * path is on the surface, the contour map beside it stays as it is. */
static struct cost turn_screen(int styles, int w, int h)
{
    struct turn_stage s;
    struct fake_feed feed;
    struct ob_app app;
    struct cost c = { 0 };
    bool opened = turn_begin(&s, "xterm-256color", w, h, &turn_surface[0]);
    fake_feed_init(&feed);
    feed.state = OB_RUN_FINISHED;
    if (opened) {
        ob_app_init(&app, s.term, &feed.base);
        app.view.wall_ns = FAKE_NOW;
        ob_app_open(&app, "runs/heights");
        ob_app_key(&app, '4');
        for (int i = 0; i < 8; i++) {
            ob_app_news(&app);
            ob_app_draw(&app);
        }
        for (int i = 0; i < styles; i++)
            ob_app_key(&app, 'v');
        ob_app_draw(&app);
    }
    c.shown = opened;
    size_t first = turn_line.bytes, writes = turn_line.writes;
    for (int i = 0; i < STEPS && opened; i++) {
        size_t before = turn_line.bytes;
        ob_app_key(&app, OB_KEY_RIGHT);
        ob_app_draw(&app);
        size_t now = turn_line.bytes - before;
        c.most = now > c.most ? now : c.most;
        c.shown &= turn_wrong(&s, &app.canvas) == 0;
    }
    c.mean = (turn_line.bytes - first) / STEPS;
    c.writes = turn_line.writes - writes;
    size_t before = turn_line.bytes;
    for (int i = 0; i < 15 && opened; i++) {
        ob_app_news(&app);
        ob_app_draw(&app);
    }
    c.still = turn_line.bytes - before;
    if (opened)
        ob_app_finish(&app);
    feed.base.type->destroy(&feed.base);
    turn_end(&s);
    return c;
}

static void the_screen_stays_in_budget(void **state)
{
    (void)state;
    for (size_t k = 0; k < OB_COUNT(budget); k++) {
        for (int styles = 0; styles < OB_RELIEF_STYLES; styles++) {
            struct cost c = turn_screen(styles, budget[k].w, budget[k].h);
            printf("# screen, style %d, %d x %d: %zu bytes a frame, %zu at most\n",
                   styles, budget[k].w, budget[k].h, c.mean, c.most);
            assert_true(c.shown);
            assert_int_equal(c.writes, STEPS);
            assert_int_equal(c.still, 0);
            assert_in_range(c.most, 500, budget[k].most);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turning_stays_in_budget),
        cmocka_unit_test(the_screen_stays_in_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
