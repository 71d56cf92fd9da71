/*
 * What the screens show: plain data, filled by a feed (feed.h) and only read while
 * drawing. Nothing here knows files or terminals. The UI thread owns all of it.
 *
 * All texts from outside are kept raw and made safe where they are drawn.
 */
#ifndef OB_UI_MODEL_H
#define OB_UI_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "optbench/plot/series.h"
#include "optbench/report/settings.h"
#include "optbench/run/brief.h"
#include "optbench/run/events.h"
#include "optbench/run/index.h"
#include "optbench/run/live.h"
#include "optbench/run/runinfo.h"

/*
 * The recorded quantities of which a run keeps a series. Loss and theta-delta have step
 * numbers of their own, for not every row has them: with mini-batches the loss stands
 * only where the whole set was evaluated, and row 0 comes before any step. So have the
 * loss on the validation part and the accuracies, which stand in some rows alone. What
 * was not measured is left out; a NaN in a series is a NaN of the run.
 */
enum ob_quantity {
    OB_Q_STEP, /* of BATCH, GRAD, LR and the parameters: every row */
    OB_Q_BATCH,
    OB_Q_GRAD,
    OB_Q_LR,
    OB_Q_LOSS_STEP,
    OB_Q_LOSS,
    OB_Q_LOSS_MIN,
    OB_Q_LOSS_MAX,
    OB_Q_DELTA_STEP,
    OB_Q_DELTA,
    OB_Q_DELTA_MAX,
    OB_Q_VAL_STEP,
    OB_Q_VAL, /* loss on the validation part */
    OB_Q_ACC_STEP,
    OB_Q_ACC, /* share of the training rows whose class is right */
    OB_Q_VAL_ACC_STEP,
    OB_Q_VAL_ACC, /* ... of those of the validation part */
    OB_QUANTITIES,
};

enum {
    OB_MODEL_PARAMS = 64,
    OB_MODEL_EVENTS = 64,
    OB_MODEL_METRICS = 2, /* columns that somebody wants to see */
};

/* The charts that every run may have, in the order in which they stand; behind them those
 * of columns that were asked for. */
enum ob_model_chart {
    OB_MODEL_CHART_LOSS,
    OB_MODEL_CHART_ACCURACY,
    OB_MODEL_CHART_DELTA,
    OB_MODEL_CHART_METRIC,
    OB_MODEL_CHARTS = OB_MODEL_CHART_METRIC + OB_MODEL_METRICS,
};

/* One recorded column, or what is known of time: values and the steps they belong to. */
struct ob_run_column {
    struct ob_series step, value;
};

/* What somebody wants of a run beyond the series that it always has. The screen sets it,
 * the reader fills the columns of the model from then on. */
struct ob_run_asked {
    char metric[OB_MODEL_METRICS][64]; /* columns of the log, "" = none */
    char place[16]; /* column of the log that says where rows lie: "epoch"; "" = none */
    bool seconds;
};

/* How far a log has been read. */
struct ob_run_loading {
    bool behind;    /* there is more of the log than was read */
    bool more;      /* that, or a column asked for is not all read */
    double part;    /* of the bytes that are there, 0 to 1 */
    double seconds; /* that the rest will take; NAN = cannot be said yet */
};

/* A pace that a snapshot may not have yet. */
struct ob_pace_asked {
    bool pending;
    double pace;         /* steps a second; 0 = full speed */
    int64_t answered_ns; /* monotonic; 0 = the engine has not heard of it */
};

/*
 * What a row carries of the steps that it stands for (LOSS_MIN, LOSS_MAX, DELTA_MAX) is
 * empty as long as it has said the same as the quantity itself: a log of every step needs
 * no second copy. Otherwise it is as long as the quantity.
 */

/* One run. A zeroed struct is an empty one. */
struct ob_run_model {
    char *path; /* of the run directory; NULL = no run */
    struct ob_run_info info;
    struct ob_live live;
    bool has_live;
    bool resumable;     /* it has left a checkpoint */
    char outcome[1024]; /* the summary's message, "" = none */
    bool has_reference; /* the summary compares with the closed form: ... */
    double reference_loss, reference_distance;
    struct ob_series series[OB_QUANTITIES];
    struct ob_series *param; /* [params]: logged parameters, small models only */
    char (*param_name)[64];  /* [params] */
    size_t params;
    struct ob_event event[OB_MODEL_EVENTS]; /* the last ones, oldest first */
    size_t events;
    bool connected; /* commands reach the engine */
    struct ob_pace_asked pace;

    char (*column)[64]; /* [columns] of the log, safe texts */
    size_t columns;
    struct ob_run_asked asked;
    struct ob_run_column metric[OB_MODEL_METRICS];
    struct ob_run_column place, seconds; /* where some rows lie; rising */
    struct ob_run_loading loading;
    struct ob_settings settings; /* of its resolved config */

    /* What [ui] charts of its config asks for. All false where nothing is known. */
    bool chart_shown[OB_MODEL_CHARTS], chart_linear[OB_MODEL_CHARTS];

    /* Playing a finished run again from its log. */
    bool playing;
    bool play_paused;
    double play_step; /* rows up to this step are shown */
    double play_pace; /* steps a second */
};

/* Whether its log has a column; false before the header of the log was read. */
bool ob_run_model_has_column(const struct ob_run_model *m, const char *name);

/* The figures of the moment that is shown; NAN = not known. */
struct ob_run_facts {
    double step, loss, delta, grad, lr;
    double val_loss, accuracy, val_accuracy;
};

void ob_run_model_finish(struct ob_run_model *m);

/* Forgets the series that every run has: its log is read again from the start. */
void ob_run_model_restart(struct ob_run_model *m);

/* Forgets the logged parameters alone: they have become too many. */
void ob_run_model_drop_params(struct ob_run_model *m);

/* Number of rows of a series of step numbers that are shown: all, or those played. */
size_t ob_run_model_rows(const struct ob_run_model *m, enum ob_quantity steps);

/* The same of any series of step numbers of this run. */
size_t ob_run_model_played(const struct ob_run_model *m, const struct ob_series *step);

struct ob_run_facts ob_run_model_facts(const struct ob_run_model *m);

/* Takes the value of [ui] charts: words like "loss:log", up to OB_MODEL_CHARTS. What is
 * neither loss, accuracy nor theta_delta is asked for as a column. */
void ob_run_model_charts(struct ob_run_model *m, const char *text);

/* The pace asked for last: steps a second, 0 = full speed. What was asked for just before
 * `now_ns` holds although the snapshot does not say so yet. */
double ob_run_model_pace(const struct ob_run_model *m, int64_t now_ns);

/* Whether its engine still works on it. */
bool ob_run_model_active(const struct ob_run_model *m);

/* Whether its stop rule `target` waits for the loss to fall; else it is about another
 * metric, of which no series is kept, or one that has to rise. */
bool ob_run_model_target_is_loss(const struct ob_run_model *m);

/* How far a stop rule is, 0 to 1; NAN where that cannot be said. */
double ob_run_model_progress(const struct ob_run_model *m, const struct ob_live_rule *r);

/* Starts, stops, moves on the playing of a finished run; by time, or to the next row. */
void ob_run_model_play(struct ob_run_model *m);
void ob_run_model_play_row(struct ob_run_model *m);
bool ob_run_model_play_on(struct ob_run_model *m, double seconds); /* true = changed */

/* The home screen's lists. Entries whose `known` is false were not read yet: there is
 * nothing but their name, and of runs the time in it. */
struct ob_config_entry {
    char *path;
    char *name;  /* of the file, without folder */
    char *title; /* "" = none, or why it cannot be read */
    char *about; /* the comment that the file begins with; "" = none */
    bool known;
    bool broken;
    bool shipped;
    bool sweep;     /* the experiment of a sweep that was planned, in its folder */
    bool heading;   /* no file: the folder of the entries up to the next heading. Where
                       there   is one folder alone, it has none. */
    bool added;     /* a heading: the user put the folder on the list */
    uint64_t stamp; /* of the file as it was read */
    struct ob_brief brief;
};

struct ob_home_model {
    struct ob_config_entry *config; /* [configs] */
    size_t configs;
    struct ob_index runs;
    bool archive; /* set by the screen: runs out of the way are listed, too */
    char
        folders_why[160]; /* what is wrong with the list of folders; safe; "" = nothing */
    unsigned changes;     /* goes up whenever something in here was changed */

    /* Kept by ob_home_model_count(). */
    size_t known, active; /* runs that were read; that are running or paused */
    size_t checked;       /* runs whose files were looked at by this program, too */
    uint64_t bytes;       /* of the runs that were read */
};

/* Counts again after a change. */
void ob_home_model_count(struct ob_home_model *m);

void ob_home_model_finish(struct ob_home_model *m);

#endif
