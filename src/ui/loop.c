#include <config.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "app_priv.h"
#include "editor.h"
#include "pace.h"
#include "prefs.h"
#include "signals.h"

#include "optbench/base/clock.h"
#include "optbench/base/priority.h"
#include "optbench/base/text.h"
#include "optbench/ui/app.h"

#define SECOND_NS INT64_C(1000000000)

enum { DEFAULT_FPS = 10 };

struct loop {
    struct ob_app app;
    struct ob_signals signals;
    struct ob_prefs prefs;
    int timer;
    bool armed; /* a frame is due when the timer fires */
    bool dirty; /* something changed that was not drawn */
    bool asked; /* and a person did it, or the terminal: drawn whatever it costs */
    struct ob_pace pace;
    int64_t busy;       /* a frame waits for the terminal until then; 0 = none does */
    int64_t titled;     /* when the window was last named */
    int64_t last_frame; /* when the last one was drawn */
    int64_t last_look;  /* when the feed was last asked for news, drawn or not */
    bool entered;       /* again after Ctrl-Z: nothing is left to do at SIGCONT */
    int64_t interrupted;
    bool away; /* another window has the focus */
    int status;
};

static void arm(struct loop *l, int64_t at)
{
    struct itimerspec when = { .it_value = { at / SECOND_NS, at % SECOND_NS } };
    if (at == 0)
        when.it_value.tv_nsec = 1;
    timerfd_settime(l->timer, TFD_TIMER_ABSTIME, &when, NULL);
    l->armed = true;
}

/* When a frame may follow one of this time; nobody looks closely at a window without the
 * focus. */
static int64_t next_frame(const struct loop *l, int64_t last)
{
    int64_t next = ob_pace_next(&l->pace, last);
    return l->away && next < last + SECOND_NS ? last + SECOND_NS : next;
}

/* At most once a second, but a state that lasts is always told. */
static void name_window(struct loop *l)
{
    struct ob_app *a = &l->app;
    char title[128];
    ob_app_title(a, title, sizeof title);
    bool moves = a->view.run.info.state == OB_RUN_RUNNING;
    if (moves && l->titled > 0 && a->view.now_ns - l->titled < SECOND_NS)
        return;
    l->titled = a->view.now_ns;
    a->term->type->title(a->term, title);
}

static void frame(struct loop *l)
{
    const struct ob_term *t = l->app.term;
    struct ob_view *v = &l->app.view;
    v->now_ns = ob_clock_ns();
    v->wall_ns = ob_clock_wall_ns();
    int64_t waited = t->waited_ns;
    uint64_t bytes = t->bytes;
    name_window(l);
    ob_app_draw(&l->app);
    ob_pace_drawn(&l->pace, v->now_ns, ob_clock_ns() - v->now_ns, t->waited_ns - waited,
                  t->bytes);
    if (!l->asked)
        ob_pace_spend(&l->pace, v->now_ns, t->bytes - bytes, t->w * t->h);
    l->dirty = l->asked = false;
    l->last_frame = v->now_ns;
    if (v->run.playing && !v->run.play_paused && ob_screen_watches(v))
        arm(l, next_frame(l, l->last_frame));
}

static void ask(struct loop *l)
{
    l->dirty = l->asked = true;
}

static void leave(struct loop *l, int status)
{
    l->app.quit = true;
    l->status = status;
}

/* Ctrl-Z: the screen goes back to the shell; runs know nothing of it. */
static void suspend(struct loop *l)
{
    struct ob_term *t = l->app.term;
    l->app.suspend = false;
    t->type->leave(t);
    l->entered = ob_signals_stop();
    t->type->enter(t);
    if (!l->entered)
        ob_app_say(&l->app, OB_STYLE_TEXT, "no shell is there to go back to");
    ask(l);
}

/* The person's editor has the terminal for a while. What its keys sent to the whole job,
 * an interrupt say, was not meant for the screen. */
static void edit(struct loop *l)
{
    struct ob_app *a = &l->app;
    struct ob_err err;
    a->term->type->leave(a->term);
    bool ok = ob_editor_run(a->edited, a->edited_line, &err);
    a->term->type->enter(a->term);
    for (int s = ob_signals_next(&l->signals); s; s = ob_signals_next(&l->signals))
        if (s == SIGTERM || s == SIGHUP)
            leave(l, 128 + s);
    a->view.now_ns = ob_clock_ns();
    ob_app_returned(a, ok ? NULL : err.text);
    ask(l);
}

static void take_signals(struct loop *l)
{
    for (int s = ob_signals_next(&l->signals); s; s = ob_signals_next(&l->signals)) {
        switch (s) {
        case SIGWINCH:
            l->app.term->type->resized(l->app.term);
            ask(l);
            break;
        case SIGCONT: /* who stopped it may have used the terminal since */
            if (!l->entered) {
                l->app.term->type->leave(l->app.term);
                l->app.term->type->enter(l->app.term);
                ask(l);
            }
            l->entered = false;
            break;
        case SIGTSTP:
            l->app.suspend = true;
            break;
        case SIGINT:
            if (l->interrupted && ob_clock_ns() - l->interrupted < 2 * SECOND_NS)
                leave(l, 130);
            l->interrupted = ob_clock_ns();
            ob_app_key(&l->app, 3);
            ask(l);
            break;
        default:
            leave(l, 128 + s);
            break;
        }
    }
}

static void take_input(struct loop *l)
{
    struct ob_term *t = l->app.term;
    struct ob_input in;
    while (!l->app.quit && t->type->input(t, l->app.view.now_ns, &in)) {
        if (in.kind == OB_INPUT_FOCUS) {
            l->away = !in.focus;
            continue;
        }
        ob_app_input(&l->app, &in);
        ask(l);
    }
    if (t->gone)
        leave(l, 128 + SIGHUP);
}

/* How long poll() may sleep until the moment `at`; 0 = for ever. */
static int until(int64_t at)
{
    if (at == 0)
        return -1;
    int64_t left = at - ob_clock_ns();
    return left > 0 ? (int)(left / 1000000) + 1 : 0;
}

static int sooner(int a, int b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

/* Glyphs and colours that were chosen are there again at the next start. */
static void keep(struct loop *l)
{
    struct ob_app *a = &l->app;
    struct ob_err err;
    if (a->keep_glyphs)
        l->prefs.glyphs = (int)a->view.glyphs;
    if (a->keep_depth)
        l->prefs.depth = (int)a->term->depth;
    if (a->keep_columns)
        memcpy(l->prefs.columns, a->view.columns, sizeof l->prefs.columns);
    a->keep_glyphs = a->keep_depth = a->keep_columns = false;
    if (!ob_prefs_save(&l->prefs, &err))
        ob_app_say(a, OB_STYLE_ERROR, "%s", err.text);
}

/* A terminal that has not shown the last frame yet gets no other one. */
static void try_frame(struct loop *l)
{
    struct ob_term *t = l->app.term;
    l->busy = t->type->busy(t, l->app.view.now_ns);
    if (l->busy == 0)
        frame(l);
}

/* News of the feed wait for the frame timer, so they are not even looked at before. */
static void turn(struct loop *l)
{
    struct pollfd fd[3 + OB_FEED_FDS] = {
        { .fd = STDIN_FILENO, .events = POLLIN },
        { .fd = l->signals.fd, .events = POLLIN },
        { .fd = l->timer, .events = POLLIN },
    };
    int feed_timeout = -1;
    size_t n = 3;
    if (!l->armed)
        n += l->app.feed->type->wait(l->app.feed, fd + 3, &feed_timeout);
    bool busy = ob_app_busy(&l->app);
    if ((!l->armed && ob_app_curious(&l->app)) || busy)
        feed_timeout = 0;
    const struct ob_term *t = l->app.term;
    /* What is due on the screen is due when the terminal can show it. */
    int64_t shows = l->busy ? l->busy : ob_app_wakes_at(&l->app);
    int timeout = sooner(sooner(feed_timeout, until(shows)), until(t->type->due(t)));
    int ready = poll(fd, n, timeout);
    if (ready < 0 && errno != EINTR)
        leave(l, 1);

    l->app.view.now_ns = ob_clock_ns();
    bool news = ready == 0 && feed_timeout >= 0;
    for (size_t i = 3; i < n && ready > 0; i++)
        news |= fd[i].revents != 0;
    bool due = false;
    if (news) {
        int64_t at =
            next_frame(l, l->last_look > l->last_frame ? l->last_look : l->last_frame);
        due = at <= l->app.view.now_ns; /* no second waking for what may be done now */
        if (!due)
            arm(l, at);
    }
    if (fd[1].revents)
        take_signals(l);
    if (!l->app.quit)
        take_input(l);
    if (busy && !l->app.quit)
        ob_app_work(&l->app);
    uint64_t times;
    due |= fd[2].revents && read(l->timer, &times, sizeof times) == (ssize_t)sizeof times;
    if (due) {
        l->armed = false;
        l->last_look = l->app.view.now_ns;
        l->dirty |= ob_app_news(&l->app);
    }
    l->dirty |= ob_app_moves(&l->app);
    if (l->app.suspend && !l->app.quit)
        suspend(l);
    if (l->app.edit && !l->app.quit)
        edit(l);
    if (l->app.keep_glyphs || l->app.keep_depth || l->app.keep_columns)
        keep(l);
    if (l->dirty && !l->app.quit)
        try_frame(l);
}

/* Opens the runs side by side, as many as there is room for. */
static void compare(struct ob_app *a, const struct ob_app_opts *opts)
{
    struct ob_wishes wish = { .wish = OB_WISH_COMPARE };
    size_t most = OB_COMPARE_RUNS - 1;
    ob_app_open(a, opts->run);
    wish.nbeside = opts->nbeside < most ? opts->nbeside : most;
    wish.beside = (char **)opts->beside;
    snprintf(wish.path, sizeof wish.path, "%s", opts->run);
    ob_app_compare(a, &wish);
}

static void run_loop(struct loop *l, const struct ob_app_opts *opts)
{
    l->app.view.now_ns = l->app.played_at = ob_clock_ns();
    if (opts->run || opts->config)
        l->app.top = OB_SCREEN_LIVE;
    if (opts->sweep) {
        l->app.top = OB_SCREEN_SWEEP;
        ob_app_sweep(&l->app, opts->sweep);
    }
    if (opts->run && opts->nbeside) {
        l->app.top = OB_SCREEN_COMPARE;
        compare(&l->app, opts);
    }
    if (opts->run && !opts->nbeside)
        ob_app_open(&l->app, opts->run);
    if (opts->config) {
        l->app.view.screen = OB_SCREEN_LIVE;
        ob_app_start(&l->app, opts->config);
    }
    l->asked = true;
    frame(l);
    while (!l->app.quit)
        turn(l);
}

/* Lines of a process that failed, on standard error as its own. */
static void complain(const char *why)
{
    while (*why) {
        size_t n = strcspn(why, "\n");
        struct ob_buf safe = { 0 };
        ob_text_safe(&safe, why, n);
        fprintf(stderr, "%s%s\n", strncmp(why, "optbench: ", 10) == 0 ? "" : "optbench: ",
                ob_buf_text(&safe));
        ob_buf_finish(&safe);
        why += n + (why[n] == '\n');
    }
}

int ob_app_run(const struct ob_app_opts *opts, struct ob_err *err)
{
    struct loop l = { .status = 0 };
    struct ob_feed_files_opts feed = { .runs = opts->runs,
                                       .sets = opts->sets,
                                       .nsets = opts->nsets };
    struct ob_buf bye = { 0 };

    err->code = OB_OK;
    ob_signals_init(&l.signals);
    struct ob_term *term = ob_term_curses(&opts->term, err);
    if (!term) {
        ob_signals_finish(&l.signals);
        return ob_code_exit(err->code);
    }
    ob_prefs_load(&l.prefs);
    ob_prefs_apply(&l.prefs, &opts->term, term);
    l.timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    ob_pace_init(&l.pace, opts->fps > 0 ? opts->fps : DEFAULT_FPS, ob_clock_ns());
    struct ob_feed *files = ob_feed_files(&feed);
    ob_priority_stand_back(); /* behind a run that trains here */
    ob_app_init(&l.app, term, files);
    memcpy(l.app.view.columns, l.prefs.columns, sizeof l.app.view.columns);
    run_loop(&l, opts);

    if (l.status == 0)
        l.status = l.app.status;
    files->type->farewell(files, &bye);
    term->type->destroy(term);
    complain(l.app.why);
    ob_app_finish(&l.app);
    files->type->destroy(files);
    close(l.timer);
    if (l.status != 128 + SIGHUP)
        fputs(ob_buf_text(&bye), stdout);
    fflush(stdout);
    ob_buf_finish(&bye);
    ob_signals_finish(&l.signals);
    return l.status;
}
