/*
 * A screen: draws a part of the program's state into the whole canvas and answers
 * requests. One file each, listed in src/ui/screens.def. Drawing is a pure function of
 * state and view; what moves on with time (axes of charts) moves in update().
 */
#ifndef OB_UI_SCREEN_H
#define OB_UI_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "optbench/base/buf.h"
#include "optbench/plot/chart.h"
#include "optbench/run/ctl.h"
#include "optbench/ui/canvas.h"
#include "optbench/ui/compare.h"
#include "optbench/ui/feed.h"
#include "optbench/ui/form.h"
#include "optbench/ui/keys.h"
#include "optbench/ui/lineedit.h"
#include "optbench/ui/model.h"
#include "optbench/ui/request.h"
#include "optbench/ui/sweep_view.h"

enum ob_screen_id {
#define X(id) OB_SCREEN_##id,
#include "optbench/ui/screens.def"
#undef X
    OB_SCREENS,
};

enum { OB_OTHERS = 3 };

/* What all screens may look at. Owned by the app. */
struct ob_view {
    struct ob_home_model home;
    struct ob_run_model run; /* run.path NULL = none was opened */
    /* Runs drawn behind it; a place keeps its letter (b, c, d), path NULL = free. */
    struct ob_run_model other[OB_OTHERS];
    struct ob_run_model preview; /* of the run that the screen looks at; may still grow */
    struct ob_compare compare;   /* the runs that are compared */
    const struct ob_feed_tensor *tensor;       /* the last one that was asked for ... */
    const struct ob_feed_explained *explained; /* ... and the step; lent by the feed */
    struct ob_form form;                       /* the experiment being set up */
    const struct ob_check *checked;            /* what a check of it found ... */
    const struct ob_data_view *data;           /* ... and its data; lent by the feed */
    const struct ob_surface_view *surface; /* the last one asked for; lent by the feed */
    const struct ob_curvature_view *curvature; /* ... and how the objective curves */
    const struct ob_sweep_view *sweep; /* the one that is open; lent by the feed */
    struct ob_sweeps_found sweeps;     /* those that there are, as of the last look */
    bool curve_form;          /* of the experiment being set up, not of the run */
    bool checking, looking;   /* a newer answer is on its way */
    struct ob_browse folder;  /* the last one that was asked for ... */
    struct ob_err folder_err; /* ... or, without a path, why not */
    unsigned opened;          /* counts the runs that were shown */
    enum ob_screen_id screen;
    char chosen[4096]; /* the experiment or run that the first screen was left at; raw, ""
                          = another screen was in between */
    char columns[1001]; /* of the list of runs, as a person chose them: keys with blanks
                           between; raw; "" = the usual ones */
    enum ob_glyphs glyphs;
    bool grounds;      /* the terminal shows colours of height behind glyphs */
    int64_t now_ns;    /* monotonic */
    int64_t wall_ns;   /* since 1970 */
    char message[512]; /* the message line, raw; "" = nothing to say */
    enum ob_style message_style;
    bool figures; /* numbers may change in this frame: at most four times a second while a
                     run trains, at once after a key */
    bool asking;  /* the message is a question: y or not */
};

/* What a screen asks of the app in answer to a request. */
enum ob_wish {
    OB_WISH_NONE,
    OB_WISH_BACK,
    OB_WISH_START,   /* run the config `path` */
    OB_WISH_OPEN,    /* open the run `path`, `beside` alone on its charts, too */
    OB_WISH_CONTROL, /* send `control` */
    OB_WISH_OVERLAY, /* show or hide the run before */
    OB_WISH_BESIDE,  /* draw the run `path` behind this one; "" = take all away */
    OB_WISH_LIST,    /* read the lists again */
    OB_WISH_NEWS,    /* the model asks for other data: look at once */
    OB_WISH_ASK,     /* ask `text`; on yes do `deed` to `doomed`, else send `control` */
    OB_WISH_CLONE, /* write the config of the run or file `path` to the file `text` ... */
    OB_WISH_EDIT_COPY,   /* ... and edit that */
    OB_WISH_COLUMNS,     /* show the columns `text` of the runs, from now on */
    OB_WISH_TAG,         /* change the tags of the runs `doomed` by `text` */
    OB_WISH_NOTE,        /* write the note `text` on the run `path` */
    OB_WISH_RENAME,      /* call the run `path` `text` */
    OB_WISH_RESUME,      /* take up the run `path` again */
    OB_WISH_ADD_FOLDER,  /* list the experiments of the folder `path` ... */
    OB_WISH_DROP_FOLDER, /* ... or no longer */
    OB_WISH_SAY,         /* show `text` */
    OB_WISH_TENSOR,      /* ask the feed for the tensor `text` */
    OB_WISH_EXPLAIN,     /* ask the feed what the last step did to the parameter `text` */
    OB_WISH_EDITOR,      /* leave the screen to the person's editor: `path`, at `line` */
    OB_WISH_COPY,        /* copy the text `copy`, which is the app's from then on */
    OB_WISH_SETUP,       /* set up the config or run `path`; "" = a new experiment */
    OB_WISH_BROWSE,      /* read the folder `path`: told with OB_FEED_FOLDER */
    OB_WISH_SAVE,        /* save the experiment being set up as `path` */
    OB_WISH_LAUNCH,      /* run it as it is */
    OB_WISH_REVISE,      /* give its text to the person's editor, at `line` ... */
    OB_WISH_REVISED,     /* ... and take it back */
    OB_WISH_SURFACE,     /* ask the feed for the surface `surface` */
    OB_WISH_CURVATURE,   /* ask the feed how what is shown curves at `text` */
    OB_WISH_COMPARE,     /* show the run `path` and those of `beside` side by side */
    OB_WISH_COMPARE_ADD, /* ... the run `path` and those of `beside`, too */
    OB_WISH_COMPARE_DROP, /* ... those of `beside` no longer */
    OB_WISH_SWEEP,        /* open the sweep `path` */
    OB_WISH_SWEEPS,       /* look which sweeps there are */
    OB_WISH_SWEEP_START,  /* run the one that is open */
    OB_WISH_JUDGE,        /* judge its cells by the figure `text` */
};

/* What is done to the runs `doomed`. */
enum ob_deed {
    OB_DEED_DELETE,
    OB_DEED_ARCHIVE,
    OB_DEED_RESTORE,
    OB_DEED_TAG, /* by `text` */
};

struct ob_wishes {
    enum ob_wish wish;
    char path[4096];
    char text[1280];
    struct ob_ctl_request control;
    char **doomed; /* [ndoomed] paths of runs, lent until the wish is granted */
    size_t ndoomed;
    enum ob_deed deed;
    char **beside; /* [nbeside] runs to draw behind the one to open, or to compare it
                      with; lent the same way */
    size_t nbeside;
    bool stop_sweep; /* of OB_WISH_ASK: on yes the sweep that is open is stopped */
    struct ob_surface_ask surface; /* what it points to is lent the same way */
    int line;                      /* counts from 1; 0 = wherever the editor begins */
    struct ob_buf copy;            /* UTF-8 */
};

/* A chart of a screen, to be drawn once more, larger or as vectors. */
enum { OB_SCREEN_TRACES = 48 };
struct ob_screen_chart {
    struct ob_chart chart; /* its texts, too, are lent until the next update */
    char title[192];       /* for chart.title, where the screen makes one; safe */
    struct ob_trace trace[OB_SCREEN_TRACES]; /* [traces] */
    size_t traces;
};

struct ob_screen_type {
    const char *name;  /* on its tab ... */
    const char *brief; /* ... where there is little room; NULL = the same */
    int number;        /* on its tab, too; and its key */
    enum ob_scope scope;
    size_t state_size; /* zeroed at start */

    /* REQUIRED */
    void (*draw)(const void *state, const struct ob_view *v, struct ob_canvas *c);
    /* Returns whether the request meant something here. */
    bool (*request)(void *state, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish);
    /* OPTIONAL, NULL = nothing to do */
    /* Takes a key before it is looked up, where text is being typed; true = taken. Takes
     * none otherwise: the characters of a pasted text come here, too. */
    bool (*key)(void *state, struct ob_view *v, uint32_t key, struct ob_wishes *wish);
    /* Whose keys work now, where something lies over the screen; NULL = always `scope`.
     */
    enum ob_scope (*keys)(const void *state);
    /* The feed brought something: OB_FEED_* bits. */
    void (*told)(void *state, struct ob_view *v, unsigned bits, struct ob_wishes *wish);
    /* The run whose log it would like to find in view->preview, path lent until the next
     * update; NULL = none. */
    const char *(*looks_at)(const void *state);
    /* Appends what `y` copies, the exact value at the cursor; false = there is none. */
    bool (*value)(const void *state, const struct ob_view *v, struct ob_buf *out);
    /* The chart of a part of the canvas (part->chart >= 0), which `e` saves as vectors;
     * NULL, or false: there is none, and the cells of the part are saved. */
    bool (*chart)(const void *state, const struct ob_view *v, const struct ob_part *part,
                  struct ob_screen_chart *out);
    /* Answers the mouse; false = a wheel moves up or down, a press means nothing. */
    bool (*mouse)(void *state, struct ob_view *v, const struct ob_mouse *m,
                  struct ob_wishes *wish);
    /* Shows the row at or before a step; false = there is none. */
    bool (*go_to)(void *state, struct ob_view *v, double step);
    /* What was typed on one of its lines cannot be, `why` raw: the line is open again
     * with the text. False = nothing of the kind was typed. */
    bool (*refused)(void *state, const char *why);
    /* The editor that it wished for has ended, well or not; the file may have changed. */
    void (*returned)(void *state, struct ob_view *v, struct ob_wishes *wish);
    /* Work of more than a frame: whether there is some, and a part of it, a few
     * milliseconds. Called between frames, the next of which shows what came of it. */
    bool (*busy)(const void *state);
    void (*work)(void *state, const struct ob_view *v);
    void (*update)(void *state, const struct ob_view *v, int w, int h);
    void (*finish)(void *state);
};

extern const struct ob_screen_type *const ob_screens[OB_SCREENS];

/*
 * Parts that screens share: the tab bar, the message line, the hint bar. Where the words
 * on the right of the tabs do not fit, the names of the tabs get shorter, and those of
 * tabs that are closed become numbers; words
 * that do not fit even then lose their beginning, up to two blanks, until they do; a
 * message that does not fit its line takes lines above it; the hints are those for a run
 * that goes on, that is paused, that has ended,
 * that is played again.
 */
void ob_screen_tabs(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r,
                    const char *right);
void ob_screen_message(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);
/* A line to be typed on where messages stand, behind what is asked for. `why` it cannot
 * be as it is ("" = nothing is wrong, safe) stands behind it, in lines above where there
 * is no room for that. */
void ob_screen_prompt(struct ob_canvas *c, struct ob_rect r, const char *ask,
                      const struct ob_lineedit *line, const char *why);
enum ob_hints {
    OB_HINTS_RUN,
    OB_HINTS_PAUSED,
    OB_HINTS_ENDED,
    OB_HINTS_REPLAY,
    OB_HINTS_REPLAY_PAUSED,
};
void ob_screen_keys(enum ob_scope scope, enum ob_hints hints, struct ob_canvas *c,
                    struct ob_rect r);

/* Whether what is on the screen is the watched run: news of it and its replay go on. */
bool ob_screen_watches(const struct ob_view *v);

/* Text wrapped at blanks: draws it from `line` of r on, as far as there is room, and
 * returns the line behind it; how many lines of `cols` columns it takes. Text is safe. */
int ob_screen_paragraph(struct ob_canvas *c, struct ob_rect r, int line, const char *text,
                        enum ob_style style);
int ob_screen_lines(const char *text, int cols);

/* Bytes of its first line. */
size_t ob_screen_wrap(const char *text, int cols);

/* Text for people. */
/* As many of 4 digits as fit `width` columns, "-" for NAN; 1.23e-9, 0.00123, 123456. */
void ob_show_number(char out[static 32], double v, int width);
void ob_show_seconds(char out[static 32], double s); /* "0.013 s", "0:32", "1:02:03" */
void ob_show_age(char out[static 32], int64_t then, int64_t now); /* "now", "5 min" */

#endif
