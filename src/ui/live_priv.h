/*
 * The parts of the live screen, each drawn into its own rectangle, and the state that
 * they share; for the files live_*.c and screen_live.c alone. Drawing is a pure function
 * of state and view; what changes with time changes in update().
 */
#ifndef OB_UI_LIVE_PRIV_H
#define OB_UI_LIVE_PRIV_H

#include "live_charts.h"
#include "live_table.h"
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

struct ob_live_state {
    struct ob_live_charts charts;
    struct ob_live_figures figures;
    struct ob_live_table table;
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

/* live_steer.c. Requests that change the run or its replay; true = it was one. */
bool ob_live_steer(struct ob_run_model *m, enum ob_request r, struct ob_wishes *wish);

/* Shows a text of the program on the message line. */
void ob_live_say(struct ob_wishes *wish, const char *text);

#endif
