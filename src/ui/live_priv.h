/*
 * The parts of the live screen, each drawn into its own rectangle, and the state that
 * they share; for the files live_*.c and screen_live.c alone. Drawing is a pure function
 * of state and view; what changes with time changes in update().
 */
#ifndef OB_UI_LIVE_PRIV_H
#define OB_UI_LIVE_PRIV_H

#include "live_charts.h"
#include "live_table.h"
#include "optbench/ui/lineedit.h"
#include "optbench/ui/screen.h"

/*
 * The figures as they are shown. Charts follow every frame, figures only those with
 * view.figures: nobody reads ten numbers a second, and a line to a far terminal is
 * spared them.
 */
struct ob_live_figures {
    struct ob_run_facts facts;
    struct ob_live live;        /* without its arrays: those pointers are NULL */
    double part[OB_LIVE_RULES]; /* [live.rules] how far each rule is, 0 to 1; or NAN */
};

struct ob_live_state;

/* What lies over the body of the screen and has keys of its own until Esc. */
struct ob_live_sheet {
    enum ob_scope scope;

    /* REQUIRED */
    void (*draw)(const struct ob_live_state *s, const struct ob_view *v,
                 struct ob_canvas *c, struct ob_rect r);
    /* True where the request was one of its own. */
    bool (*request)(struct ob_live_state *s, struct ob_view *v, enum ob_request r,
                    struct ob_wishes *wish);
    /* OPTIONAL, NULL = nothing to do */
    void (*update)(struct ob_live_state *s, const struct ob_view *v, struct ob_rect r);
    void (*told)(struct ob_live_state *s, const struct ob_view *v, unsigned bits,
                 struct ob_wishes *wish);
    /* While text is typed; true = the key was taken. */
    bool (*key)(struct ob_live_state *s, struct ob_view *v, uint32_t key,
                struct ob_wishes *wish);
};

extern const struct ob_live_sheet ob_live_sheet_knobs, ob_live_sheet_explain;

/* The parameters that may be changed while the run is under way. */
struct ob_live_knobs {
    size_t at;               /* the selected one */
    struct ob_lineedit edit; /* its new value, while that is typed */
    char error[512];         /* what is wrong with it, "" = nothing */
};

/* The step that is explained. */
struct ob_live_explain {
    size_t param;     /* place in the snapshot's arrays */
    int64_t asked_at; /* monotonic ns; 0 = never */
    uint64_t step;    /* of the snapshot when it was asked */
};

struct ob_live_state {
    struct ob_live_charts charts;
    struct ob_live_figures figures;
    struct ob_live_table table;
    const struct ob_live_sheet *sheet; /* NULL = nothing lies over the screen */
    struct ob_live_knobs knobs;
    struct ob_live_explain explain;
};

/* live_facts.c. What the figures show is taken from the model. */
void ob_live_figures_take(struct ob_live_figures *f, const struct ob_run_model *m);

/* "heights  RUNNING 40 %"; the same in one line for the smallest screens. */
void ob_live_headline(const struct ob_view *v, char *out, size_t cap);
void ob_live_one_line(const struct ob_live_state *s, const struct ob_view *v,
                      struct ob_canvas *c, struct ob_rect r);

/* Figures of the moment, stop rules with their progress, speed and pace. */
void ob_live_facts(const struct ob_live_state *s, const struct ob_view *v,
                   struct ob_canvas *c, struct ob_rect r);
void ob_live_facts_small(const struct ob_live_state *s, const struct ob_view *v,
                         struct ob_canvas *c, struct ob_rect r);

/* live_events.c. The last events, newest at the bottom; and the last of them for the
 * message line. */
void ob_live_events(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);
void ob_live_last_word(const struct ob_view *v, struct ob_canvas *c, struct ob_rect r);

/* live_explain.c. Begins with the line of the table that is selected. */
void ob_live_explain_open(struct ob_live_state *s, const struct ob_view *v,
                          struct ob_wishes *wish);

/* live_sheet.c. The place of a sheet, cleared and framed; returns what lies inside. */
struct ob_rect ob_live_sheet_box(const struct ob_view *v, struct ob_canvas *c,
                                 struct ob_rect r, const char *title);

/* What lies over the screen, if anything: its request; true = the request is done with,
 * by the sheet or because it is for what lies below. */
bool ob_live_sheet_request(struct ob_live_state *s, struct ob_view *v, enum ob_request r,
                           struct ob_wishes *wish);

/* live_steer.c. Requests that change the run or its replay; true = it was one. */
bool ob_live_steer(struct ob_run_model *m, enum ob_request r, struct ob_wishes *wish);

/* Why the run takes no commands any more; false = it takes them. */
bool ob_live_ended(const struct ob_run_model *m, struct ob_wishes *wish);

/* Shows a text of the program on the message line. */
void ob_live_say(struct ob_wishes *wish, const char *text);

#endif
