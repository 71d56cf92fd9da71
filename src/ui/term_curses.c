/* The only file that knows curses. It is used for what it is good at, the shortest way
 * from one screen to the next in terms of terminfo: it writes into a file in memory, and
 * a frame goes to the terminal from there, whole and in one write. Keys and settings of
 * the terminal are no business of its. */
#include <config.h>

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

#include <curses.h>
#include <term.h>

#include "clip.h"
#include "colours.h"
#include "fence.h"
#include "modes.h"
#include "tty.h"

#include "optbench/base/clock.h"
#include "optbench/base/mem.h"
#include "optbench/base/text.h"
#include "optbench/ui/crash.h"
#include "optbench/ui/request.h"
#include "optbench/ui/term.h"

struct curses_term {
    struct ob_term base;
    struct ob_tty tty;
    struct ob_modes modes;
    struct ob_keys keys;
    struct ob_fence fence;
    SCREEN *screen;
    FILE *sink; /* where curses writes to ... */
    int sink_fd;
    struct ob_buf out; /* ... and what goes out of it to the terminal */
    struct ob_canvas shown;
    bool known;   /* `shown` is what the terminal shows */
    cchar_t *row; /* [w], scratch */
    int row_cap;
    short pair[OB_STYLES][1 + OB_HEATS]; /* by style and ground, -1 = none yet */
    bool direct;                         /* colours are red, green and blue */
    bool grounds;                        /* there are pairs enough for them */
    char title[128];
    bool retitle;
    bool probing; /* the terminal was asked how wide a character is */
};

static int colour_of(const struct curses_term *t, int colour)
{
    return t->direct ? ob_colour_direct(colour, t->base.depth) : colour;
}

static void look_of(struct curses_term *t, const struct ob_cell *cell, attr_t *attr,
                    short *pair)
{
    unsigned ground = t->grounds ? cell->ground : 0;
    struct ob_look look =
        ob_style_look_on((enum ob_style)cell->style, ground, t->base.depth);
    *attr = (look.bold ? A_BOLD : 0) | (look.dim ? A_DIM : 0) |
            (look.reverse ? A_REVERSE : 0) | (look.underline ? A_UNDERLINE : 0);
    *pair = 0;
    if (look.colour < 0 && look.ground < 0)
        return;
    short *known = &t->pair[cell->style][ground];
    if (*known < 0) {
        int got = alloc_pair(colour_of(t, look.colour), colour_of(t, look.ground));
        *known = (short)(got > 0 && got <= SHRT_MAX ? got : 0);
    }
    *pair = *known;
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
        look_of(t, &cell[x], &attr, &pair);
        setcchar(&t->row[n++], text, attr, pair, NULL);
        if (wide && text[0] == L'?')
            setcchar(&t->row[n++], L" ", attr, pair, NULL);
        x += wide;
    }
    mvadd_wchnstr(y, 0, t->row, n);
}

/* Moves what curses wrote since the last time to the end of *out. */
static void collect(struct curses_term *t, struct ob_buf *out)
{
    off_t n = lseek(t->sink_fd, 0, SEEK_CUR);
    if (n <= 0)
        return;
    char *to = ob_buf_reserve(out, (size_t)n);
    ssize_t got = pread(t->sink_fd, to, (size_t)n, 0);
    out->len += got > 0 ? (size_t)got : 0;
    lseek(t->sink_fd, 0, SEEK_SET);
}

static void put_out(struct curses_term *t)
{
    ob_tty_write(&t->tty, t->out.data, t->out.len);
    ob_buf_clear(&t->out);
    t->base.gone = t->tty.gone;
    t->base.bytes = t->tty.bytes;
    t->base.writes = t->tty.writes;
    t->base.waited_ns = t->tty.waited_ns;
}

/* What curses has to say about a frame, and what goes around it; nothing about nothing.
 */
static void put_frame(struct curses_term *t)
{
    static const char begin[] = "\033[?2026h", end[] = "\033[?2026l", ask[] = "\033[5n";
    size_t before = t->out.len;
    if (t->modes.sync)
        ob_buf_adds(&t->out, begin);
    size_t empty = t->out.len;
    collect(t, &t->out);
    if (t->retitle)
        ob_modes_title(t->title, &t->out);
    t->retitle = false;
    if (t->out.len == empty)
        t->out.len = before;
    else if (t->modes.sync)
        ob_buf_adds(&t->out, end);
    if (t->out.len > 0 && ob_fence_ask(&t->fence, ob_clock_ns()))
        ob_buf_adds(&t->out, ask);
    put_out(t);
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
    put_frame(t);
}

/* The terminal's own answers stay here, but for the one that others must know of. */
static bool concerns_others(struct curses_term *t, const struct ob_input *in)
{
    enum { AS_ASKED = 1 };
    if (in->kind == OB_INPUT_READY) {
        ob_fence_answer(&t->fence);
        return false;
    }
    if (in->kind != OB_INPUT_POSITION)
        return true;
    bool odd = t->probing && in->x != AS_ASKED;
    t->probing = false;
    if (odd)
        t->base.glyphs = t->base.finest = OB_GLYPHS_ASCII;
    return odd;
}

static bool input(struct ob_term *base, int64_t now, struct ob_input *in)
{
    struct curses_term *t = (struct curses_term *)base;
    enum { NO_TIME = 0 }; /* a sequence is not given up while its rest may lie ready */
    char bytes[OB_KEYS_IN];
    for (;;) {
        while (ob_keys_next(&t->keys, NO_TIME, in))
            if (concerns_others(t, in))
                return true;
        size_t n = ob_tty_read(&t->tty, bytes, ob_keys_room(&t->keys), 0);
        base->gone = t->tty.gone;
        if (n == 0)
            break;
        ob_keys_feed(&t->keys, bytes, n, now);
    }
    while (ob_keys_next(&t->keys, now, in))
        if (concerns_others(t, in))
            return true;
    return false;
}

static int64_t due(const struct ob_term *base)
{
    return ob_keys_due(&((const struct curses_term *)base)->keys);
}

static int64_t busy(struct ob_term *base, int64_t now)
{
    return ob_fence_busy(&((struct curses_term *)base)->fence, now);
}

/* Curses begins with the size that terminfo has and makes that the part which scrolls;
 * some terminals delete characters in that part alone. The cursor goes home by that, so
 * the screen must be cleared next. */
static void scroll_all(struct curses_term *t)
{
    const char *part = tigetstr("csr");
    if (part && part != (const char *)-1)
        ob_buf_adds(&t->out, tiparm(part, 0, t->base.h - 1));
    clearok(curscr, TRUE);
}

static void resized(struct ob_term *base)
{
    struct curses_term *t = (struct curses_term *)base;
    int w, h;
    if (ob_tty_size(&t->tty, &w, &h))
        resizeterm(h, w);
    getmaxyx(stdscr, base->h, base->w);
    scroll_all(t);
    erase();
    t->known = false;
}

/* Answers that are under way would be typed into the shell. */
static bool await_answers(struct curses_term *t)
{
    enum { PATIENCE_MS = 150 };
    bool awaited = t->probing || t->fence.owed > 0;
    struct ob_input in;
    char bytes[OB_KEYS_IN];
    size_t n = 1;
    while ((t->probing || t->fence.owed > 0) && n > 0) {
        n = ob_tty_read(&t->tty, bytes, ob_keys_room(&t->keys), PATIENCE_MS);
        ob_keys_feed(&t->keys, bytes, n, 0);
        while (ob_keys_next(&t->keys, 0, &in))
            concerns_others(t, &in);
    }
    t->probing = false;
    t->fence.owed = 0;
    t->fence.asked = 0;
    return awaited;
}

static void leave(struct ob_term *base)
{
    struct curses_term *t = (struct curses_term *)base;
    bool drop = await_answers(t);
    ob_modes_off(&t->modes, &t->out);
    endwin();
    collect(t, &t->out);
    /* Some terminals restore with the cursor whether it shows, and curses may have saved
     * a hidden one since. */
    const char *shown = tigetstr("cnorm");
    if (shown && shown != (const char *)-1 && !strstr(shown, "$<"))
        ob_buf_adds(&t->out, shown);
    put_out(t);
    ob_tty_restore(&t->tty, drop);
}

static void forget(struct ob_term *base)
{
    struct curses_term *t = (struct curses_term *)base;
    t->known = false;
    clearok(curscr, TRUE);
    ob_modes_events(&t->modes, &t->out);
    if (base->mouse)
        ob_modes_mouse(true, &t->out);
}

static void enter(struct ob_term *base)
{
    struct curses_term *t = (struct curses_term *)base;
    ob_tty_raw(&t->tty);
    refresh();
    collect(t, &t->out);
    ob_modes_keep_title(&t->modes, &t->out);
    resized(base);
    forget(base);
    t->retitle = t->title[0] != '\0';
}

static void recolour(struct ob_term *base, enum ob_depth depth)
{
    struct curses_term *t = (struct curses_term *)base;
    base->depth = depth < base->most ? depth : base->most;
    memset(t->pair, 0xff, sizeof t->pair);
    t->known = false;
    clearok(curscr, TRUE);
}

static bool mouse(struct ob_term *base, bool on)
{
    struct curses_term *t = (struct curses_term *)base;
    if (t->modes.events && on != base->mouse) {
        base->mouse = on;
        ob_modes_mouse(on, &t->out);
    }
    return t->modes.events;
}

static void title(struct ob_term *base, const char *text)
{
    struct curses_term *t = (struct curses_term *)base;
    char plain[sizeof t->title];
    snprintf(plain, sizeof plain, "%s", text);
    /* Where UTF-8 is not read, its bytes may be control characters. */
    for (char *c = plain; *c && base->finest == OB_GLYPHS_ASCII; c++)
        if (*c & 0x80)
            *c = '?';
    if (!t->modes.title || strcmp(t->title, plain) == 0)
        return;
    memcpy(t->title, plain, sizeof plain);
    t->retitle = true;
}

static bool copy(struct ob_term *base, const char *text, size_t n, struct ob_buf *where,
                 struct ob_err *err)
{
    struct curses_term *t = (struct curses_term *)base;
    if (t->modes.events)
        ob_clip_sequence(text, n, &t->out);
    return ob_clip_file(text, n, where, err);
}

static void destroy(struct ob_term *base)
{
    struct curses_term *t = (struct curses_term *)base;
    leave(base);
    ob_crash_release();
    delscreen(t->screen);
    fclose(t->sink);
    ob_keys_finish(&t->keys);
    ob_canvas_finish(&t->shown);
    ob_buf_finish(&t->out);
    free(t->row);
    free(t);
}

static const struct ob_term_type ob_term_type_curses = {
    .name = "curses",
    .show = show,
    .input = input,
    .due = due,
    .busy = busy,
    .resized = resized,
    .leave = leave,
    .enter = enter,
    .forget = forget,
    .recolour = recolour,
    .mouse = mouse,
    .title = title,
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
    bool moves = move && move != (const char *)-1;
    del_curterm(set_curterm(NULL)); /* newterm() makes one of its own */
    if (!moves)
        return ob_fail(err, OB_EUSAGE, "the terminal TERM=%s cannot place its cursor: %s",
                       term, advice);
    return true;
}

static enum ob_depth depth_for(int asked, enum ob_depth most)
{
    const char *no = getenv("NO_COLOR");
    if (asked >= 0)
        return asked < (int)most ? (enum ob_depth)asked : most;
    return no && no[0] ? OB_DEPTH_MONO : most;
}

static void choose_glyphs(struct ob_term *t, int asked)
{
    t->finest = OB_GLYPHS_BRAILLE;
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
        t->finest = OB_GLYPHS_ASCII;
    else if (strcmp(getenv("TERM"), "linux") == 0)
        t->finest = OB_GLYPHS_BLOCK;
    t->glyphs = t->finest;
    if (asked >= 0 && t->finest != OB_GLYPHS_ASCII)
        t->glyphs = (enum ob_glyphs)asked;
}

static void start_colours(struct curses_term *t, int asked)
{
    if (has_colors()) {
        start_color();
        use_default_colors();
    }
    enum { ALL = 1 << 24 };
    int can = has_colors() ? COLORS : 0;
    t->direct = can >= ALL && (tigetflag("RGB") > 0 || tigetnum("RGB") > 0);
    t->grounds = COLOR_PAIRS >= OB_STYLES * (1 + OB_HEATS);
    t->base.most = t->direct    ? OB_DEPTH_TRUE
                   : can >= 256 ? OB_DEPTH_256
                   : can >= 16  ? OB_DEPTH_16
                   : can >= 8   ? OB_DEPTH_8
                                : OB_DEPTH_MONO;
    recolour(&t->base, depth_for(asked, t->base.most));
}

/* A terminal that takes the bytes of a character for characters of their own has its
 * cursor elsewhere afterwards, where there is room for it. The screen is blank, the
 * character is gone at once; the answer comes when it comes. */
static void probe(struct curses_term *t)
{
    enum { ROOM = 3 };
    if (t->base.w < ROOM)
        return;
    ob_buf_adds(&t->out, "\033[H\xe2\xa3\xbf\033[6n\033[H\033[K");
    t->probing = true;
}

static bool open_curses(struct curses_term *t)
{
    t->sink_fd = memfd_create("screen", MFD_CLOEXEC);
    t->sink = t->sink_fd >= 0 ? fdopen(t->sink_fd, "w") : NULL;
    t->screen = t->sink ? newterm(NULL, t->sink, stdin) : NULL;
    if (!t->screen)
        return false;
    nonl();
    curs_set(0);
    typeahead(-1);
    leaveok(stdscr, TRUE);
    return true;
}

struct ob_term *ob_term_curses(const struct ob_term_opts *opts, struct ob_err *err)
{
    struct curses_term *t;
    const char *ssh = getenv("SSH_CONNECTION");
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
    if (!ob_tty_init(&t->tty, STDIN_FILENO, STDOUT_FILENO) || !open_curses(t)) {
        if (t->sink)
            fclose(t->sink);
        free(t);
        ob_crash_release();
        ob_fail(err, OB_EUSAGE, "the terminal cannot be used");
        return NULL;
    }
    ob_modes_of(&t->modes, getenv("TERM"));
    ob_crash_title(t->modes.title);
    t->modes.sync &= !opts->no_sync;
    t->fence.on = t->modes.asks && ssh && ssh[0];
    start_colours(t, opts->depth);
    choose_glyphs(&t->base, opts->glyphs);
    enter(&t->base);
    if (t->modes.asks && opts->glyphs < 0 && t->base.finest != OB_GLYPHS_ASCII)
        probe(t);
    return &t->base;
}
