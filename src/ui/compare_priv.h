/*
 * The compare screen, in parts. For src/ui/compare_*.c and screen_compare.c alone.
 *
 *   compare_lines.c     which lines there are: runs, or groups of runs over their seeds
 *   compare_figures.c   what the table says of each of them
 *   compare_names.c     what they are called
 *   compare_chart.c     their traces, the axes, the cursor
 *   compare_table.c     the table
 *   compare_settings.c  the settings in which they differ
 *   compare_keys.c      requests and the mouse
 *   compare_lists.c     lists and lines to type on
 */
#ifndef OB_UI_COMPARE_PRIV_H
#define OB_UI_COMPARE_PRIV_H

#include "cursor.h"
#include "optbench/plot/smooth.h"
#include "optbench/plot/zoom.h"
#include "optbench/report/blend.h"
#include "optbench/report/points.h"
#include "optbench/report/study.h"
#include "optbench/ui/arrange.h"
#include "optbench/ui/picker.h"
#include "optbench/ui/screen.h"

/* What a line of the chart stands for. */
enum compare_seeds { COMPARE_RUNS, COMPARE_MEAN, COMPARE_MEDIAN, COMPARE_SEEDS };

/* What the lines of the table are ordered by. */
enum compare_sort {
    COMPARE_BY_LETTER,
    COMPARE_BY_LAST,
    COMPARE_BY_BEST,
    COMPARE_BY_STEPS,
    COMPARE_SORTS,
};

/* What is chosen from a list, or typed, over the screen. */
enum compare_list { COMPARE_LIST_RUNS, COMPARE_LIST_METRIC, COMPARE_LIST_ALONG };
enum compare_ask { COMPARE_ASK_TARGET, COMPARE_ASK_OPTIMUM };

/* Where the value that others are set against comes from. */
enum compare_optimum { COMPARE_KNOWN, COMPARE_BEST, COMPARE_TYPED };

/* A figure of a run; or of a group, and how its members scatter. */
struct compare_figure {
    double value;     /* of the run; mean or median of the group; NAN = not known */
    double low, high; /* of a group: deviation twice, or the quartiles; else NAN */
    size_t n;         /* members that have it */
};

/* What the table says of a line. */
enum compare_column {
    COMPARE_LAST, /* of the metric, as it was recorded */
    COMPARE_BEST_VALUE,
    COMPARE_BEST_STEP,
    COMPARE_AT,    /* the cursor: as the chart has it */
    COMPARE_STEPS, /* until the target was met */
    COMPARE_SECONDS,
    COMPARE_COLUMNS,
};

/* A run, or a group of runs that differ in their seeds alone. */
struct compare_line {
    size_t place;                   /* of the run, of the first one: its letter */
    size_t member[OB_COMPARE_RUNS]; /* [members] places */
    size_t members;
    char label[40]; /* safe */
    bool hidden;
    struct compare_figure figure[COMPARE_COLUMNS];
};

/* What is kept of one run between two frames. */
struct compare_run {
    struct ob_points points;
    struct ob_metric_facts facts;
    struct ob_reached reached;
};

/* What is made of the points of a line; at the place of its first run. */
struct compare_made {
    struct ob_blend blend;
    struct ob_smooth smooth;

    /* What the blend was made of. */
    enum ob_blend_kind kind;
    size_t had[OB_COMPARE_RUNS]; /* rows of each member */
    unsigned restarts;           /* of all members */
};

/* What goes over to another axis, once its rows are there: steps of the leading run. */
struct compare_carry {
    bool on, window, cursor;
    double step[3]; /* where the window begins and ends, and of the cursor */
};

/* What was chosen when the value axis was made. */
struct compare_choice {
    enum compare_seeds seeds;
    bool subopt, relative, hide[OB_COMPARE_RUNS];
    double target, optimum;
};

struct compare_state {
    /* What a person chose. */
    char metric[OB_RECORD_NAME];
    char along[OB_RECORD_NAME]; /* "" = by step */
    unsigned scale;             /* place in the circle of scales */
    enum compare_seeds seeds;
    enum compare_sort sort;
    bool log_x, subopt;
    bool relative;                  /* values as parts of each run's first one */
    bool all_settings, in_settings; /* in: the keys that move act on them */
    bool hide[OB_COMPARE_RUNS];
    double target, optimum_typed; /* NAN = none was typed */
    bool typed;                   /* the two above were set once */
    unsigned smoothing;
    struct ob_zoom zoom;
    struct ob_cursor cursor;
    struct compare_carry carry;
    size_t selected;     /* place of the line that keys act on */
    size_t top;          /* line of the table that is the first in sight */
    size_t settings_top; /* the same of the settings */

    /* Over the screen. */
    struct ob_picker picker;
    enum compare_list list;
    struct ob_lineedit line;
    enum compare_ask ask;
    char why[160];                 /* what is wrong with the line; safe */
    char *doomed[OB_COMPARE_RUNS]; /* paths of runs to be taken away, lent for the wish */

    /* Made in update(). */
    bool made_lines;
    unsigned since[OB_COMPARE_RUNS]; /* of the runs, as in struct ob_compare */
    unsigned changes;                /* of the runs, as the lines were made ... */
    enum compare_seeds made_seeds;   /* ... of which they were */
    struct compare_line line_of[OB_COMPARE_RUNS]; /* [lines] in the order of the table */
    size_t lines;
    const char **key; /* [keys] of settings, lent by the records; [differ] come first */
    size_t keys, differ;
    struct compare_run run[OB_COMPARE_RUNS];
    struct compare_made made[OB_COMPARE_RUNS];
    struct ob_points_as made_as; /* what points were made as ... */
    char made_metric[OB_RECORD_NAME];
    double optimum; /* what values are set against; NAN = nothing is known */
    enum compare_optimum optimum_of;
    int64_t optimum_at; /* monotonic ns; 0 = it is to be found anew */
    double reach;       /* the target of the table; NAN = none */
    bool behind;        /* not all points are made yet */
    struct ob_chart chart;
    struct compare_choice chosen; /* for the axes of the chart */
    struct ob_dots dots;
    struct ob_rect chart_at, table_at, settings_at; /* what lies inside their boxes */
    int text;                                       /* lines of the settings as a text */
    char title[160], note[256], level[2][48];
};

/* screen_compare.c. What is needed before anything else; what the screen does when runs
 * came or went: chooses a metric that some run has. */
void ob_compare_begin(struct compare_state *s);
void ob_compare_told(void *state, struct ob_view *v, unsigned bits,
                     struct ob_wishes *wish);

/* compare_lines.c. The records by place; which lines there are now, made anew where runs
 * came or went; the line of the selected run, never beyond the last. */
struct compare_records {
    const struct ob_record *run[OB_COMPARE_RUNS]; /* [n] */
    size_t place[OB_COMPARE_RUNS];                /* of each */
    size_t n;
};
struct compare_records ob_compare_records(const struct ob_view *v);
void ob_compare_lines_take(struct compare_state *s, const struct ob_view *v);
size_t ob_compare_at(const struct compare_state *s);

/* Takes what has come into points, blends and smooth lines, at most *rows of it. */
void ob_compare_follow(struct compare_state *s, const struct ob_view *v, size_t *rows);
void ob_compare_lines_finish(struct compare_state *s);

/* Whether a line stands for several runs; whether a run goes on. */
bool ob_compare_blended(const struct compare_state *s, const struct compare_line *l);
bool ob_compare_goes_on(const struct ob_record *r);

/* What is drawn of a line, without what smoothing makes of it. */
struct ob_trace ob_compare_raw(const struct compare_state *s,
                               const struct compare_line *l);

/* compare_names.c. What tells the lines apart, as short as it can be. */
void ob_compare_name_lines(struct compare_state *s, const struct ob_view *v);

/* compare_figures.c. Optimum, target, and what the table says; sorts the lines. */
void ob_compare_figures_take(struct compare_state *s, const struct ob_view *v);

/* Whether a line has the best of those in sight in a column, be it with others; where
 * there are two to choose from. */
bool ob_compare_is_best(const struct compare_state *s, const struct compare_line *l,
                        enum compare_column column);

/* compare_chart.c. */
void ob_compare_chart_update(struct compare_state *s, const struct ob_view *v,
                             struct ob_rect r);
enum { COMPARE_TRACES = 2 * OB_COMPARE_RUNS };
size_t ob_compare_traces(const struct compare_state *s,
                         struct ob_trace out[static COMPARE_TRACES]);
const struct compare_line *ob_compare_leading(const struct compare_state *s);
struct ob_cursor_rows ob_compare_rows(const struct compare_state *s);
double ob_compare_end(const struct compare_state *s); /* the last place of any line */
enum ob_style ob_compare_style(size_t place);

/* The step at a place of the axis and the place of a step, of one run; NAN where the axis
 * does not rise with the steps, or goes beyond the run. */
double ob_compare_step_at(const struct ob_record *r, const char *along, double x);
double ob_compare_place_of(const struct ob_record *r, const char *along, double step);
bool ob_compare_rising(const char *along);
const char *ob_compare_along_name(const char *along); /* "step", "s", "epoch" ... */

/* Smoothing: the next weight, or the one before; "smooth 0.9". */
double ob_compare_weight(const struct compare_state *s);
bool ob_compare_smoother(struct compare_state *s, bool more);
void ob_compare_weight_text(const struct compare_state *s, char *out, size_t cap);

/* compare_table.c. */
void ob_compare_table_draw(const struct compare_state *s, const struct ob_view *v,
                           struct ob_canvas *c, struct ob_rect r);

/* compare_settings.c. Keys of the settings in which lines differ, or all of them; how
 * many lines of them there are. */
void ob_compare_settings_take(struct compare_state *s, const struct ob_view *v);
size_t ob_compare_settings_lines(const struct compare_state *s);
void ob_compare_settings_draw(const struct compare_state *s, const struct ob_view *v,
                              struct ob_canvas *c, struct ob_rect r);
/* A text cut to so many columns says so, by a ~ in its last one. */
void ob_compare_cut(char *text, size_t cap, int cols);
/* The same as a text, those that differ alone; and the lines that it takes. */
int ob_compare_settings_height(const struct compare_state *s, const struct ob_view *v,
                               int w);
void ob_compare_settings_flow(const struct compare_state *s, const struct ob_view *v,
                              struct ob_canvas *c, struct ob_rect r);

/* compare_keys.c, compare_lists.c. */
bool ob_compare_request(struct compare_state *s, struct ob_view *v, enum ob_request r,
                        struct ob_wishes *wish);
bool ob_compare_mouse(struct compare_state *s, const struct ob_mouse *m);
void ob_compare_list_open(struct compare_state *s, const struct ob_view *v,
                          enum compare_list list, struct ob_wishes *wish);
void ob_compare_ask(struct compare_state *s, enum compare_ask ask);
bool ob_compare_key(struct compare_state *s, struct ob_view *v, uint32_t key,
                    struct ob_wishes *wish);
void ob_compare_lists_draw(const struct compare_state *s, const struct ob_view *v,
                           struct ob_canvas *c);

/* Goes over to a metric or an axis, and asks every run for what that needs. */
void ob_compare_show_metric(struct compare_state *s, struct ob_view *v,
                            const char *metric, struct ob_wishes *wish);
void ob_compare_carry_on(struct compare_state *s, const struct ob_view *v);
void ob_compare_show_along(struct compare_state *s, struct ob_view *v, const char *along,
                           struct ob_wishes *wish);

void ob_compare_say(struct ob_wishes *wish, const char *format, ...) OB_PRINTF(2, 3);

#endif
