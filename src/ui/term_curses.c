/* The only file that knows curses. */
#include <config.h>

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>
#include <term.h>

#include "clip.h"

#include "optbench/base/mem.h"
#include "optbench/base/path.h"
#include "optbench/base/text.h"
#include "optbench/ui/crash.h"
#include "optbench/ui/request.h"
#include "optbench/ui/term.h"

struct curses_term {
    struct ob_term base;
    SCREEN *screen;
    WINDOW *keys; /* a pad: reading a key from it never draws */
    struct ob_canvas shown;
    bool known;   /* `shown` is what the terminal shows */
    cchar_t *row; /* [w], scratch */
    int row_cap;
};

static void look_of(const struct curses_term *t, enum ob_style style, attr_t *attr,
                    short *pair)
{
    struct ob_look look = ob_style_look(style, t->base.depth);
    *attr = (look.bold ? A_BOLD : 0) | (look.dim ? A_DIM : 0) |
            (look.reverse ? A_REVERSE : 0) | (look.underline ? A_UNDERLINE : 0);
    *pair = look.colour >= 0 ? (short)(1 + style) : 0;
}

/* The character of a cell where curses agrees about its width, else '?'. */
static wchar_t character(const struct ob_cell *cell, int cols)
{
    uint32_t rune = 0;
    size_t n = ob_utf8_decode(cell->glyph, strlen(cell->glyph), &rune);
    if (n == 0 || wcwidth((wchar_t)rune) != cols)
        return L'?';
    return (wchar_t)rune;
}

static void show_row(struct curses_term *t, const struct ob_canvas *c, int y)
{
    const struct ob_cell *cell = &c->cell[(size_t)y * (size_t)c->w];
    int n = 0;
    for (int x = 0; x < c->w; x++) {
        bool wide = x + 1 < c->w && cell[x + 1].glyph[0] == '\0';
        wchar_t text[2] = { character(&cell[x], wide ? 2 : 1), L'\0' };
        attr_t attr;
        short pair;
        look_of(t, (enum ob_style)cell[x].style, &attr, &pair);
        setcchar(&t->row[n++], text, attr, pair, NULL);
        if (wide && text[0] == L'?')
            setcchar(&t->row[n++], L" ", attr, pair, NULL);
        x += wide;
    }
    mvadd_wchnstr(y, 0, t->row, n);
}

static void show(struct ob_term *base, const struct ob_canvas *c)
{
    struct curses_term *t = (struct curses_term *)base;
    size_t row = (size_t)c->w * sizeof *c->cell;
    if (t->shown.w != c->w || t->shown.h != c->h) {
        ob_canvas_size(&t->shown, c->w, c->h);
        t->known = false;
    }
    if (t->row_cap < c->w) {
        t->row = ob_xreallocarray(t->row, (size_t)c->w, sizeof *t->row);
        t->row_cap = c->w;
    }
    for (int y = 0; y < c->h; y++) {
        size_t at = (size_t)y * (size_t)c->w;
        if (t->known && memcmp(&t->shown.cell[at], &c->cell[at], row) == 0)
            continue;
        show_row(t, c, y);
        memcpy(&t->shown.cell[at], &c->cell[at], row);
    }
    t->known = true;
    refresh();
}

static uint32_t special(wint_t key)
{
    static const struct {
        wint_t curses;
        uint32_t key;
    } map[] = {
        { KEY_UP, OB_KEY_UP },         { KEY_DOWN, OB_KEY_DOWN },
        { KEY_LEFT, OB_KEY_LEFT },     { KEY_RIGHT, OB_KEY_RIGHT },
        { KEY_PPAGE, OB_KEY_PAGE_UP }, { KEY_NPAGE, OB_KEY_PAGE_DOWN },
        { KEY_HOME, OB_KEY_HOME },     { KEY_END, OB_KEY_END },
        { KEY_BTAB, OB_KEY_BACK_TAB }, { KEY_F(1), OB_KEY_F1 },
        { KEY_ENTER, OB_KEY_ENTER },   { KEY_BACKSPACE, OB_KEY_BACKSPACE },
        { KEY_DC, OB_KEY_DELETE },
    };
    for (size_t i = 0; i < OB_COUNT(map); i++)
        if (map[i].curses == key)
            return map[i].key;
    return OB_KEY_UNKNOWN;
}

/* After an ESC that began no sequence curses knows: the escape key itself, or the rest of
 * a sequence, which must not be taken for keys. */
static uint32_t after_escape(struct curses_term *t)
{
    wint_t c;
    if (wget_wch(t->keys, &c) != OK)
        return OB_KEY_ESC;
    if (c == 'O') {
        wget_wch(t->keys, &c);
    } else if (c == '[') {
        int left = 0; /* bytes of an old mouse report still to come */
        for (int n = 0; n < 64 && wget_wch(t->keys, &c) == OK; n++) {
            if (left > 0 && --left == 0)
                break;
            if (n == 0 && c == 'M')
                left = 4;
            else if (left == 0 && c >= 0x40 && c <= 0x7e)
                break;
        }
    } else if (c == 27) {
        return OB_KEY_ESC;
    }
    return OB_KEY_UNKNOWN;
}

static uint32_t key(struct ob_term *base)
{
    struct curses_term *t = (struct curses_term *)base;
    wint_t c = 0;
    int kind = wget_wch(t->keys, &c);
    if (kind == ERR)
        return OB_KEY_NONE;
    if (kind == KEY_CODE_YES)
        return special(c);
    if (c == 27)
        return after_escape(t);
    return c == '\n' ? OB_KEY_ENTER : c == 0 ? OB_KEY_UNKNOWN : (uint32_t)c;
}

static void resized(struct ob_term *base)
{
    struct curses_term *t = (struct curses_term *)base;
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 &&
        size.ws_col > 0)
        resizeterm(size.ws_row, size.ws_col);
    getmaxyx(stdscr, base->h, base->w);
    erase();
    t->known = false;
}

static void leave(struct ob_term *base)
{
    (void)base;
    endwin();
}

static void forget(struct ob_term *base)
{
    ((struct curses_term *)base)->known = false;
    clearok(curscr, TRUE);
}

static bool copy(struct ob_term *base, const char *text, size_t n, struct ob_buf *where,
                 struct ob_err *err)
{
    struct ob_buf sequence = { 0 };
    (void)base;
    bool ok = ob_clip_file(text, n, where, err);
    if (ob_clip_sequence(text, n, &sequence))
        ok &= ob_file_write(STDOUT_FILENO, sequence.data, sequence.len, err);
    ob_buf_finish(&sequence);
    return ok;
}

static void enter(struct ob_term *base)
{
    refresh();
    resized(base);
    forget(base);
}

static void destroy(struct ob_term *base)
{
    struct curses_term *t = (struct curses_term *)base;
    endwin();
    ob_crash_release();
    delwin(t->keys);
    delscreen(t->screen);
    ob_canvas_finish(&t->shown);
    free(t->row);
    free(t);
}

static const struct ob_term_type ob_term_type_curses = {
    .name = "curses",
    .show = show,
    .key = key,
    .resized = resized,
    .leave = leave,
    .enter = enter,
    .forget = forget,
    .copy = copy,
    .destroy = destroy,
};

static bool usable(struct ob_err *err)
{
    static const char advice[] =
        "'optbench run CONFIG' and 'optbench show RUN' need none";
    const char *term = getenv("TERM");
    int status = 0;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return ob_fail(err, OB_EUSAGE, "this is no terminal: %s", advice);
    if (!term || !term[0])
        return ob_fail(err, OB_EUSAGE, "TERM is not set, so this is no terminal: %s",
                       advice);
    if (setupterm(NULL, STDOUT_FILENO, &status) != OK)
        return ob_fail(err, OB_EUSAGE, "TERM=%s is no known terminal: %s", term, advice);
    const char *move = tigetstr("cup");
    if (!move || move == (const char *)-1)
        return ob_fail(err, OB_EUSAGE, "the terminal TERM=%s cannot place its cursor: %s",
                       term, advice);
    return true;
}

static enum ob_depth depth_for(int asked)
{
    const char *no = getenv("NO_COLOR");
    int can = has_colors() ? COLORS : 0;
    enum ob_depth most = can >= 256 ? OB_DEPTH_256
                         : can >= 8 ? OB_DEPTH_8
                                    : OB_DEPTH_MONO;
    if (asked >= 0)
        return asked < (int)most ? (enum ob_depth)asked : most;
    return no && no[0] ? OB_DEPTH_MONO : most;
}

static enum ob_glyphs glyphs_for(int asked)
{
    const char *term = getenv("TERM");
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        return OB_GLYPHS_ASCII;
    if (asked >= 0)
        return (enum ob_glyphs)asked;
    return term && strcmp(term, "linux") == 0 ? OB_GLYPHS_BLOCK : OB_GLYPHS_BRAILLE;
}

static void start_colours(struct curses_term *t, int asked)
{
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    t->base.depth = depth_for(asked);
    for (int s = 0; s < OB_STYLES && t->base.depth != OB_DEPTH_MONO; s++) {
        struct ob_look look = ob_style_look((enum ob_style)s, t->base.depth);
        if (look.colour >= 0)
            init_pair((short)(1 + s), look.colour, -1);
    }
}

struct ob_term *ob_term_curses(const struct ob_term_opts *opts, struct ob_err *err)
{
    struct curses_term *t;
    /* Numbers stay as in C whatever the locale; a size in the environment would freeze
     * the screen at it. */
    setlocale(LC_ALL, "");
    setlocale(LC_NUMERIC, "C");
    unsetenv("LINES");
    unsetenv("COLUMNS");
    if (!usable(err))
        return NULL;
    ob_crash_guard(STDIN_FILENO);
    t = ob_xcalloc(1, sizeof *t);
    t->base.type = &ob_term_type_curses;
    t->screen = newterm(NULL, stdout, stdin);
    if (!t->screen) {
        free(t);
        ob_crash_release();
        ob_fail(err, OB_EUSAGE, "the terminal cannot be used");
        return NULL;
    }
    cbreak();
    noecho();
    nonl();
    curs_set(0);
    set_escdelay(25);
    leaveok(stdscr, TRUE);
    start_colours(t, opts->depth);
    t->base.glyphs = glyphs_for(opts->glyphs);
    t->keys = newpad(1, 1);
    keypad(t->keys, TRUE);
    nodelay(t->keys, TRUE);
    /* ncurses 6.4 writes once per cursor movement until it has been left and entered
     * again; from then on once per frame. */
    endwin();
    refresh();
    getmaxyx(stdscr, t->base.h, t->base.w);
    return &t->base;
}
