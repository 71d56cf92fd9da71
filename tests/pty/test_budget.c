/*
 * What the real terminal is sent, by counters: curses on a pseudo terminal, a run from
 * memory, and a clock that the test moves. Every write(2) to the terminal comes by here,
 * is counted, and goes to libvterm, so that the bytes are held to show what was drawn.
 */
#include <config.h>

#include "../lib/ob_test.h"

#include <pty.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vterm.h>

#include "../../src/ui/pace.h"
#include "../unit/ui/fake_feed.h"
#include "optbench/base/text.h"
#include "optbench/ui/app.h"
#include "optbench/ui/arrange.h"

#define SECOND_NS INT64_C(1000000000)

enum { RATE = 20000, SECONDS = 10 };

static struct {
    VTerm *vt; /* NULL = writes go where they always go */
    size_t bytes, writes;
} line;

ssize_t write(int fd, const void *bytes, size_t n)
{
    if (!line.vt || fd != STDOUT_FILENO)
        return syscall(SYS_write, fd, bytes, n);
    vterm_input_write(line.vt, bytes, n);
    line.bytes += n;
    line.writes++;
    return (ssize_t)n;
}

struct stage {
    int saved[2], master, slave;
    struct fake_feed feed;
    struct ob_term *term;
    struct ob_app app;
    struct ob_canvas before; /* the frame before */
    struct ob_pace pace;
};

/* Until stage_end() standard output is the terminal: nothing may fail in between. */
static void stage_begin(struct stage *s, int w, int h)
{
    struct winsize size = { .ws_col = (unsigned short)w, .ws_row = (unsigned short)h };
    struct ob_err err;
    memset(s, 0, sizeof *s);
    setenv("TERM", "xterm-256color", 1);
    unsetenv("NO_COLOR");
    assert_int_equal(openpty(&s->master, &s->slave, NULL, NULL, &size), 0);
    fflush(stdout);
    for (int fd = 0; fd < 2; fd++) {
        s->saved[fd] = dup(fd);
        dup2(s->slave, fd);
    }
    memset(&line, 0, sizeof line);
    line.vt = vterm_new(h, w);
    vterm_set_utf8(line.vt, 1);
    vterm_screen_enable_altscreen(vterm_obtain_screen(line.vt), 1);
    vterm_screen_reset(vterm_obtain_screen(line.vt), 1);
    s->term = ob_term_curses(&(struct ob_term_opts){ .depth = -1, .glyphs = -1 }, &err);
    fake_feed_init(&s->feed);
    ob_app_init(&s->app, s->term, &s->feed.base);
    s->app.view.wall_ns = FAKE_NOW;
    s->app.view.now_ns = SECOND_NS;
}

static void stage_end(struct stage *s)
{
    ob_app_finish(&s->app);
    s->feed.base.type->destroy(&s->feed.base);
    ob_canvas_finish(&s->before);
    s->term->type->destroy(s->term);
    for (int fd = 0; fd < 2; fd++) {
        dup2(s->saved[fd], fd);
        close(s->saved[fd]);
    }
    vterm_free(line.vt);
    line.vt = NULL;
    close(s->slave);
    close(s->master);
}

struct cost {
    size_t bytes, first; /* in all; of them the first picture, its beginning included */
    size_t frames, most_writes;
    size_t figures; /* frames on which figures changed */
    bool shown;     /* the terminal shows what was drawn */
};

static bool shows(const struct ob_canvas *c)
{
    VTermScreen *screen = vterm_obtain_screen(line.vt);
    bool same = true;
    for (int i = 0; i < c->w * c->h; i++) {
        VTermScreenCell cell;
        uint32_t rune = ' ';
        vterm_screen_get_cell(screen, (VTermPos){ .row = i / c->w, .col = i % c->w },
                              &cell);
        ob_utf8_decode(c->cell[i].glyph, strlen(c->cell[i].glyph), &rune);
        same &= cell.chars[0] == rune || (cell.chars[0] == 0 && rune == ' ');
    }
    return same;
}

/* Whether a part of the picture is another one than in the frame before. */
static bool changed(const struct ob_canvas *before, const struct ob_canvas *now,
                    struct ob_rect r)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        size_t at = (size_t)y * (size_t)now->w + (size_t)r.x;
        if (memcmp(&before->cell[at], &now->cell[at], (size_t)r.w * sizeof *now->cell) !=
            0)
            return true;
    }
    return false;
}

static void frame(struct stage *s, struct cost *c)
{
    struct ob_canvas *now = &s->app.canvas;
    struct ob_live_places p = ob_arrange_live(now->w, now->h);
    size_t writes = line.writes;
    if (s->before.w != now->w)
        ob_canvas_size(&s->before, now->w, now->h);
    memcpy(s->before.cell, now->cell, (size_t)(now->w * now->h) * sizeof *now->cell);
    size_t bytes = line.bytes;
    ob_app_draw(&s->app);
    ob_pace_spend(&s->pace, s->app.view.now_ns, line.bytes - bytes, now->w * now->h);
    writes = line.writes - writes;
    c->frames++;
    c->most_writes = writes > c->most_writes ? writes : c->most_writes;
    c->figures += changed(&s->before, now, p.facts) || changed(&s->before, now, p.params);
}

/* Turns of the loop, `fps` a second, for some seconds; news wait for what was spent. */
static void pass(struct stage *s, int fps, int seconds, struct cost *c)
{
    for (int i = 0; i < fps * seconds; i++) {
        s->app.view.now_ns += SECOND_NS / fps;
        s->app.view.wall_ns += SECOND_NS / fps;
        int64_t now = s->app.view.now_ns;
        bool due = ob_pace_next(&s->pace, now - SECOND_NS / fps) <= now;
        bool dirty = due && ob_app_news(&s->app);
        if (ob_app_moves(&s->app) || dirty)
            frame(s, c);
    }
}

/* A run that goes on at RATE steps a second. */
struct watched {
    size_t rows; /* that it has when the clock starts */
    bool noisy, batches;
    double fall;
    const char *keys; /* that are typed before the clock starts */
};

static struct cost watch(const struct watched *run, int w, int h, int fps)
{
    struct stage s;
    struct cost c = { 0 };
    stage_begin(&s, w, h);
    s.feed.rows = run->rows;
    s.feed.noisy = run->noisy;
    s.feed.batches = run->batches;
    s.feed.fall = run->fall;
    ob_app_open(&s.app, "runs/heights");
    for (const char *k = run->keys ? run->keys : ""; *k; k++) {
        ob_app_key(&s.app, *k == '\n' ? OB_KEY_ENTER : (uint32_t)*k);
        ob_app_news(&s.app);
    }
    ob_app_draw(&s.app);
    c.first = line.bytes;
    ob_pace_init(&s.pace, fps, s.app.view.now_ns);
    s.feed.grow = (size_t)(RATE / fps);
    pass(&s, fps, SECONDS, &c);
    c.shown = shows(&s.app.canvas);
    c.bytes = line.bytes - c.first;
    stage_end(&s);
    return c;
}

static const struct {
    int w, h, fps;
    size_t most; /* bytes a second */
} budget[] = {
    { 80, 24, 30, 5000 }, { 120, 40, 30, 8000 }, { 240, 70, 30, 15000 },
    { 80, 24, 10, 3000 }, { 120, 40, 10, 6000 }, { 240, 70, 10, 10000 },
};

static void watch_all(const struct watched *run)
{
    for (size_t i = 0; i < OB_COUNT(budget); i++) {
        struct cost c = watch(run, budget[i].w, budget[i].h, budget[i].fps);
        size_t rate = c.bytes / SECONDS;
        if (rate > budget[i].most)
            fail_msg("%d x %d at %d: %zu bytes a second, %zu allowed", budget[i].w,
                     budget[i].h, budget[i].fps, rate, budget[i].most);
        /* Some wait in the first seconds of a run, when each of them changes much. */
        size_t all = (size_t)budget[i].fps * SECONDS;
        assert_in_range(c.frames, run->rows > 1 ? all : 3 * all / 4, all);
        assert_int_equal(c.most_writes, 1);
        assert_in_range(c.figures, 2 * SECONDS, 4 * SECONDS + 1);
        assert_true(c.shown);
    }
}

static void a_run_from_its_first_step(void **state)
{
    (void)state;
    watch_all(&(struct watched){ .rows = 1, .noisy = true });
}

static void a_run_with_batches(void **state)
{
    (void)state;
    watch_all(&(struct watched){ .rows = RATE, .noisy = true, .batches = true });
}

static void a_run_that_falls_and_falls(void **state)
{
    (void)state;
    watch_all(&(struct watched){ .rows = RATE, .fall = 0.00005 });
}

/* Other runs beside it, with their losses; smooth lines beside the rows. */
static void lines_beside_its_own(void **state)
{
    (void)state;
    watch_all(&(struct watched){ .rows = 1, .noisy = true, .keys = "oa\na\n" });
    watch_all(&(struct watched){ .rows = 1, .noisy = true, .keys = "ss" });
}

/* More than may be shown as often as asked for: it is shown less often, and the figures
 * as often as ever. */
static void four_charts_with_all_on_them(void **state)
{
    (void)state;
    const struct watched run = { .rows = 1, .noisy = true, .keys = "mgrad\nmlr\n" };
    for (size_t i = 0; i < OB_COUNT(budget); i++) {
        struct cost c = watch(&run, budget[i].w, budget[i].h, budget[i].fps);
        printf("# %d x %d at %d: %zu bytes a second, %zu frames\n", budget[i].w,
               budget[i].h, budget[i].fps, c.bytes / SECONDS, c.frames);
        assert_true(c.bytes / SECONDS <= budget[i].most);
        assert_in_range(c.frames, budget[i].fps * SECONDS / 3, budget[i].fps * SECONDS);
        assert_int_equal(c.most_writes, 1);
        assert_in_range(c.figures, 2 * SECONDS, 4 * SECONDS + 1);
        assert_true(c.shown);
    }
}

/* No news, no bytes, no frame: the home screen, a paused run, one that has ended. */
static void nothing_happens(void **state)
{
    (void)state;
    static const enum ob_run_state end[] = { OB_RUN_UNKNOWN, OB_RUN_PAUSED,
                                             OB_RUN_FINISHED };
    for (size_t i = 0; i < OB_COUNT(end); i++) {
        struct stage s;
        struct cost c = { 0 };
        stage_begin(&s, 80, 24);
        s.feed.state = end[i];
        if (end[i] != OB_RUN_UNKNOWN)
            ob_app_open(&s.app, "runs/heights");
        pass(&s, 10, 1, &c);
        ob_app_draw(&s.app);
        size_t bytes = line.bytes;
        c.frames = 0;
        pass(&s, 10, 100, &c);
        bytes = line.bytes - bytes;
        stage_end(&s);
        assert_int_equal(bytes, 0);
        assert_int_equal(c.frames, 0);
    }
}

static void the_first_picture(void **state)
{
    (void)state;
    for (int live = 0; live < 2; live++) {
        struct stage s;
        stage_begin(&s, 80, 24);
        s.feed.state = OB_RUN_FINISHED;
        if (live)
            ob_app_open(&s.app, "runs/heights");
        ob_app_draw(&s.app);
        size_t bytes = line.bytes;
        stage_end(&s);
        assert_in_range(bytes, 500, 6000);
    }
}

/* The surface of a run, both pictures of it; true = it is there. */
static bool open_surface(struct stage *s)
{
    ob_app_open(&s->app, "runs/heights");
    ob_app_key(&s->app, '4');
    ob_app_news(&s->app);
    ob_app_news(&s->app);
    ob_app_draw(&s->app);
    return s->app.view.screen == OB_SCREEN_SURFACE && s->feed.base.surface.done;
}

/* A turn of the surface, a key a frame, is one write each and within the budget of G8;
 * what nobody turns costs nothing. */
static void a_surface_that_is_turned(void **state)
{
    (void)state;
    enum { STEPS = 72 };
    static const struct {
        int w, h;
        size_t most; /* bytes a frame */
    } size[] = { { 80, 24, 5 * 1024 }, { 120, 40, 12 * 1024 } };
    for (size_t i = 0; i < OB_COUNT(size); i++) {
        struct stage s;
        struct cost c = { 0 };
        size_t most = 0;
        stage_begin(&s, size[i].w, size[i].h);
        s.feed.state = OB_RUN_FINISHED;
        bool there = open_surface(&s);
        size_t first = line.bytes, writes = line.writes;
        for (int k = 0; k < STEPS; k++) {
            size_t before = line.bytes;
            ob_app_key(&s.app, OB_KEY_RIGHT);
            ob_app_draw(&s.app);
            most = line.bytes - before > most ? line.bytes - before : most;
            c.shown = shows(&s.app.canvas);
        }
        size_t mean = (line.bytes - first) / STEPS;
        writes = line.writes - writes;
        size_t still = line.bytes;
        pass(&s, 10, 100, &c);
        for (int k = 0; k < 15; k++)
            ob_app_draw(&s.app);
        still = line.bytes - still;
        stage_end(&s);
        printf("# %d x %d: %zu bytes a turn, %zu at most\n", size[i].w, size[i].h, mean,
               most);
        assert_true(there && c.shown);
        assert_int_equal(writes, STEPS);
        assert_in_range(mean, 100, size[i].most);
        assert_true(most <= size[i].most);
        assert_int_equal(still, 0);
    }
}

/* The path of a run that goes on, at no more a second than its charts may cost. */
static void a_path_that_grows(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(budget); i++) {
        struct stage s;
        struct cost c = { 0 };
        stage_begin(&s, budget[i].w, budget[i].h);
        s.feed.rows = 1;
        s.feed.fall = 0.00005;
        bool there = open_surface(&s);
        size_t first = line.bytes;
        ob_pace_init(&s.pace, budget[i].fps, s.app.view.now_ns);
        s.feed.grow = (size_t)(RATE / budget[i].fps);
        pass(&s, budget[i].fps, SECONDS, &c);
        c.shown = shows(&s.app.canvas);
        c.bytes = line.bytes - first;
        stage_end(&s);
        assert_true(there && c.shown);
        assert_true(c.bytes / SECONDS <= budget[i].most);
        assert_true(c.frames >= (size_t)budget[i].fps * SECONDS * 3 / 4);
        assert_int_equal(c.most_writes, 1);
    }
}

/* A sweep of 1,000 cells from its first to its last one, a hundred of which end each
 * second: no more bytes than a run, and none when nothing ends any more. */
static void watch_sweep(const char *keys, int w, int h, int fps, size_t most)
{
    enum { CELLS = 1000 };
    struct stage s;
    struct cost c = { 0 };
    stage_begin(&s, w, h);
    s.feed.sweep_cells = CELLS;
    ob_app_sweep(&s.app, "sweeps/fresh");
    for (; *keys; keys++)
        ob_app_key(&s.app, (uint32_t)*keys);
    ob_app_draw(&s.app);
    c.first = line.bytes;
    ob_pace_init(&s.pace, fps, s.app.view.now_ns);
    s.feed.sweep_grow = (size_t)(CELLS / SECONDS / fps);
    pass(&s, fps, SECONDS, &c);
    size_t done = s.feed.sweep_done;
    c.bytes = line.bytes - c.first;
    s.feed.sweep_grow = 0;
    pass(&s, fps, 1, &c); /* what was left to be shown */
    c.shown = shows(&s.app.canvas);
    size_t idle = line.bytes;
    pass(&s, fps, SECONDS, &c);
    idle = line.bytes - idle;
    stage_end(&s);
    printf("# %d x %d at %d: %zu bytes a second, %zu at first\n", w, h, fps,
           c.bytes / SECONDS, c.first);
    assert_true(done > CELLS * 2 / 3);
    assert_in_range(c.bytes / SECONDS, 100, most);
    assert_int_equal(c.most_writes, 1);
    assert_int_equal(idle, 0);
    assert_true(c.shown);
    if (w == 80)
        assert_in_range(c.first, 500, 6000);
}

static void a_sweep_of_a_thousand_cells(void **state)
{
    (void)state;
    for (size_t i = 0; i < OB_COUNT(budget); i++)
        watch_sweep("", budget[i].w, budget[i].h, budget[i].fps, budget[i].most);
    watch_sweep("v", 80, 24, 10, 3000);
    watch_sweep("vv", 80, 24, 10, 3000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_from_its_first_step),
        cmocka_unit_test(a_run_with_batches),
        cmocka_unit_test(a_run_that_falls_and_falls),
        cmocka_unit_test(lines_beside_its_own),
        cmocka_unit_test(four_charts_with_all_on_them),
        cmocka_unit_test(nothing_happens),
        cmocka_unit_test(the_first_picture),
        cmocka_unit_test(a_surface_that_is_turned),
        cmocka_unit_test(a_path_that_grows),
        cmocka_unit_test(a_sweep_of_a_thousand_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
