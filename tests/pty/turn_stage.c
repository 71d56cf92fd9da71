#include <config.h>

#include "turn_stage.h"

#include <math.h>
#include <pty.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../src/ui/colours.h"
#include "optbench/base/text.h"

struct turn_line turn_line;

ssize_t write(int fd, const void *bytes, size_t n)
{
    if (!turn_line.vt || fd != STDOUT_FILENO)
        return syscall(SYS_write, fd, bytes, n);
    vterm_input_write(turn_line.vt, bytes, n);
    turn_line.bytes += n;
    turn_line.writes++;
    return (ssize_t)n;
}

static double rosenbrock(double x, double y)
{
    return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
}

/* The squares that two straight lines leave: minimum 0 at (1, 1), condition 34. */
static double notebook(double x, double y)
{
    return (2 - x - y) * (2 - x - y) + (4 - 3 * x - y) * (4 - 3 * x - y);
}

static double waves(double x, double y)
{
    return 1 + x * x / 10 + y * y / 7 + sin(4 * x) * cos(3 * y);
}

const struct turn_surface turn_surface[TURN_SURFACES] = {
    { "rosenbrock", rosenbrock, { "w1", -2, 2 }, { "w2", -1, 3 }, true, false },
    { "notebook", notebook, { "w1", -4, 6 }, { "w2", -4, 6 }, false, false },
    { "waves", waves, { "x", -3, 3 }, { "y", -3, 3 }, false, true },
};

static void make_surface(struct turn_stage *s, const struct turn_surface *of)
{
    for (int i = 0; i < TURN_SIDE * TURN_SIDE; i++) {
        double u = (double)(i % TURN_SIDE) / (TURN_SIDE - 1),
               v = i / TURN_SIDE / (TURN_SIDE - 1.0);
        s->z[i] = of->f(of->x.from + u * (of->x.to - of->x.from),
                        of->y.from + v * (of->y.to - of->y.from));
    }
    s->terrain = (struct ob_terrain){ .z = s->z,
                                      .nx = TURN_SIDE,
                                      .ny = TURN_SIDE,
                                      .x = of->x,
                                      .y = of->y,
                                      .name = "loss",
                                      .log = of->log };
}

bool turn_begin(struct turn_stage *s, const char *term, int w, int h,
                const struct turn_surface *of)
{
    struct winsize size = { .ws_col = (unsigned short)w, .ws_row = (unsigned short)h };
    struct ob_err err;
    memset(s, 0, sizeof *s);
    setenv("TERM", term, 1);
    unsetenv("NO_COLOR");
    assert_int_equal(openpty(&s->master, &s->slave, NULL, NULL, &size), 0);
    fflush(stdout);
    for (int fd = 0; fd < 2; fd++) {
        s->saved[fd] = dup(fd);
        dup2(s->slave, fd);
    }
    memset(&turn_line, 0, sizeof turn_line);
    turn_line.vt = vterm_new(h, w);
    vterm_set_utf8(turn_line.vt, 1);
    vterm_screen_enable_altscreen(vterm_obtain_screen(turn_line.vt), 1);
    vterm_screen_reset(vterm_obtain_screen(turn_line.vt), 1);
    s->term = ob_term_curses(&(struct ob_term_opts){ .depth = -1, .glyphs = -1 }, &err);
    ob_canvas_size(&s->canvas, w, h);
    ob_picture_size(&s->picture, w, h - 2);
    make_surface(s, of);
    return s->term != NULL;
}

void turn_end(struct turn_stage *s)
{
    if (s->term)
        s->term->type->destroy(s->term);
    for (int fd = 0; fd < 2; fd++) {
        dup2(s->saved[fd], fd);
        close(s->saved[fd]);
    }
    vterm_free(turn_line.vt);
    turn_line.vt = NULL;
    close(s->slave);
    close(s->master);
    ob_canvas_finish(&s->canvas);
    ob_picture_finish(&s->picture);
    ob_relief_finish(&s->relief);
}

void turn_show(struct turn_stage *s, const struct ob_relief_view *v)
{
    struct ob_rect all = { 0, 1, s->canvas.w, s->canvas.h - 2 };
    ob_canvas_clear(&s->canvas);
    ob_canvas_line(&s->canvas, (struct ob_rect){ 0, 0, all.w, 1 }, 0, OB_LEFT,
                   OB_STYLE_TITLE, "loss  az %d el %d", v->azimuth, v->elevation);
    ob_relief_draw(&s->relief, &s->terrain, v, &s->picture);
    ob_canvas_picture(&s->canvas, all, &s->picture);
    s->term->type->show(s->term, &s->canvas);
}

/* Whether a colour is what the terminal was told: by number, or by its light. */
static bool same_colour(const VTermColor *c, int wanted, bool fg, enum ob_depth depth)
{
    if (wanted < 0)
        return fg ? VTERM_COLOR_IS_DEFAULT_FG(c) : VTERM_COLOR_IS_DEFAULT_BG(c);
    if (VTERM_COLOR_IS_RGB(c))
        return (c->rgb.red << 16 | c->rgb.green << 8 | c->rgb.blue) ==
               (depth == OB_DEPTH_TRUE ? wanted : ob_colour_rgb(wanted));
    return depth < OB_DEPTH_TRUE && VTERM_COLOR_IS_INDEXED(c) && c->indexed.idx == wanted;
}

int turn_wrong(const struct turn_stage *s, const struct ob_canvas *drawn)
{
    VTermScreen *screen = vterm_obtain_screen(turn_line.vt);
    int n = 0;
    for (int i = 0; i < drawn->w * drawn->h; i++) {
        const struct ob_cell *c = &drawn->cell[i];
        VTermPos at = { .row = i / drawn->w, .col = i % drawn->w };
        VTermScreenCell cell;
        uint32_t rune = ' ';
        vterm_screen_get_cell(screen, at, &cell);
        ob_utf8_decode(c->glyph, strlen(c->glyph), &rune);
        struct ob_look look =
            ob_style_look_on((enum ob_style)c->style, c->ground, s->term->depth);
        bool blank = rune == ' ';
        bool ok = (cell.chars[0] == rune || (cell.chars[0] == 0 && blank)) &&
                  same_colour(&cell.bg, look.ground, false, s->term->depth) &&
                  (blank || same_colour(&cell.fg, look.colour, true, s->term->depth));
        n += !ok;
    }
    return n;
}
