/*
 * The terminal program: screens, their dispatcher and the event loop. The only place
 * that ties terminal, feed and screens together; main thread of its process.
 *
 * The loop waits in one poll() for keys, signals, the feed and a frame timer. Keys draw
 * at once; news from the feed only arm the timer, so that there are at most `fps` frames
 * a second however fast a run is; with nothing going on it never wakes.
 */
#ifndef OB_UI_APP_H
#define OB_UI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/err.h"
#include "optbench/ui/feed.h"
#include "optbench/ui/help.h"
#include "optbench/ui/palette.h"
#include "optbench/ui/save.h"
#include "optbench/ui/screen.h"
#include "optbench/ui/term.h"

struct ob_app {
    struct ob_term *term; /* lent */
    struct ob_feed *feed; /* lent */
    struct ob_view view;
    struct ob_canvas canvas;
    void *state[OB_SCREENS];
    bool quit;
    struct ob_help help;
    struct ob_palette palette;    /* the command line */
    struct ob_save save;          /* what is asked before a picture is saved */
    bool keep_glyphs, keep_depth; /* were chosen by a key: for the next start, too ... */
    bool keep_columns;            /* ... and the columns of the runs */
    bool suspend;                 /* the screen is to be given back to the shell */
    bool edit;                    /* ... or to the person's editor ... */
    char edited[4096];            /* ... for this file ... */
    int edited_line;              /* ... at this line, 0 = any */
    int before;                  /* 1 + place of the run before that `o` shows, 0 = not */
    enum ob_screen_id top;       /* leaving this screen leaves the program */
    int status;                  /* exit status where what it was opened for failed ... */
    char why[4096];              /* ... and why, lines for standard error */
    struct ob_ctl_request asked; /* what yes would send ... */
    char **doomed;               /* ... or [ndoomed] what `deed` is done to; owned */
    size_t ndoomed;
    enum ob_deed deed;
    char deed_text[1280]; /* that it is done with */
    size_t removed;       /* of these it is done to */
    bool removing;        /* yes was said */
    bool asked_stop;      /* ... or the sweep that is open is stopped */
    bool sweep_more;      /* not all of its cells were looked at yet */
    char save_over[4096]; /* ... or save the form to this file; "" = not that */
    unsigned form_asked;  /* revision of the form that was last sent to be checked ... */
    uint64_t form_data;   /* ... and the [data] that was last looked at ... */
    bool form_alone;      /* ... as a file of its own */
    uint64_t curve_stamp; /* of the text whose curvature was asked for last */
    unsigned form_kept;   /* the experiment that is kept for the next start, 0 = none */
    bool form_launched;   /* the run that is being started is that of the form ... */
    char form_run[4096];  /* ... and this is the last one, ... */
    unsigned form_run_revision; /* ... of this revision */
    int64_t message_until;      /* monotonic ns; 0 = stays */
    bool preview_more;          /* the log of the previewed run is not all read */
    bool lists_more;            /* nor are the lists of the home screen */
    bool worked;                /* something was done between two frames */
    int64_t played_at;          /* when playing was last moved on */
    int64_t figures_at;         /* when figures were last drawn; monotonic ns */
    bool figures_old;           /* frames have been drawn since without them */
    bool keyed;                 /* a key came since the last frame */
};

void ob_app_init(struct ob_app *a, struct ob_term *term, struct ob_feed *feed);
void ob_app_finish(struct ob_app *a);

/* Opens the live screen on a run; starts a run of a config and opens it when it is
 * there. A failure is on the message line until the next key; with nothing else to show,
 * where `top` is the live screen, it ends the program instead. */
void ob_app_open(struct ob_app *a, const char *path);
void ob_app_start(struct ob_app *a, const char *config);

/* Opens the sweep screen on a sweep; a failure likewise. */
void ob_app_sweep(struct ob_app *a, const char *path);

/* Anything that was done: a key goes to ob_app_key(). */
void ob_app_input(struct ob_app *a, const struct ob_input *in);

/* One key; news of the feed (true = something changed); time (true = something moves, a
 * frame is due); one frame. Times are set by the caller in `view`. */
void ob_app_key(struct ob_app *a, uint32_t key);
bool ob_app_news(struct ob_app *a);
bool ob_app_moves(struct ob_app *a);

/* What the window is called: "optbench heights-12ab34cd 40%". Raw text. */
void ob_app_title(const struct ob_app *a, char *out, size_t cap);

/* The editor that `edit` asked for has ended: tells the screen. NULL = well, else why
 * not.
 */
void ob_app_returned(struct ob_app *a, const char *why);

/* Whether something is to be done between two keys; does some milliseconds of it, which
 * ob_app_news() then tells of. */
bool ob_app_busy(const struct ob_app *a);
void ob_app_work(struct ob_app *a);

/* Whether the screen waits for more of a log: ob_app_news() wants to be called. */
bool ob_app_curious(const struct ob_app *a);
void ob_app_draw(struct ob_app *a);

/* When ob_app_moves() has something to do that no event tells of: a message fades,
 * figures have waited long enough. Monotonic ns, 0 = never. */
int64_t ob_app_wakes_at(const struct ob_app *a);

struct ob_app_opts {
    const char *runs;        /* list of folders (run/runs.h); NULL = the default */
    const char *config;      /* start a run of it; NULL = not */
    const char *run;         /* watch this run directory; NULL = not */
    const char *sweep;       /* watch the sweep in this folder; NULL = not */
    char *const *beside;     /* [nbeside] compare it with these; the first ones, where */
    size_t nbeside;          /* ... they are too many */
    const char *const *sets; /* [nsets] for runs started here */
    size_t nsets;
    struct ob_term_opts term;
    double fps; /* frames a second at most; 0 = 10 */
};

/* The whole program on the real terminal, until the person leaves. Returns the exit
 * status: 0, 130 for two Ctrl-C, 143 for SIGTERM, 129 when the terminal is gone, that of
 * the failure where *opts names what cannot be run or opened, told on stderr; a terminal
 * that cannot be used fails with *err set and its exit status. */
int ob_app_run(const struct ob_app_opts *opts, struct ob_err *err);

#endif
