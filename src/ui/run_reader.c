#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "feed_priv.h"
#include "optbench/base/compiler.h"
#include "optbench/base/mem.h"
#include "optbench/run/summary.h"

bool ob_run_reader_open(struct ob_run_reader *r, const char *path, struct ob_err *err)
{
    memset(r, 0, sizeof *r);
    if (!ob_rundir_open(&r->dir, path, err))
        return false;
    ob_history_init(&r->history, &r->dir);
    ob_events_init(&r->events, &r->dir);
    r->open = true;
    return true;
}

void ob_run_reader_finish(struct ob_run_reader *r)
{
    if (!r->open)
        return;
    ob_events_finish(&r->events);
    ob_history_finish(&r->history);
    ob_rundir_finish(&r->dir);
    memset(r, 0, sizeof *r);
}

/* The columns of one log that the model keeps; NULL where there is none. */
struct columns {
    const double *step, *loss, *loss_min, *loss_max, *batch, *delta, *delta_max, *grad,
        *lr;
};

static struct columns columns_of(const struct ob_history *h)
{
    return (struct columns){
        .step = ob_history_values(h, "step"),
        .loss = ob_history_values(h, "loss"),
        .loss_min = ob_history_values(h, "loss_min"),
        .loss_max = ob_history_values(h, "loss_max"),
        .batch = ob_history_values(h, "batch_loss"),
        .delta = ob_history_values(h, "theta_delta"),
        .delta_max = ob_history_values(h, "theta_delta_max"),
        .grad = ob_history_values(h, "grad_norm"),
        .lr = ob_history_values(h, "lr"),
    };
}

static void add(struct ob_run_model *m, enum ob_quantity q, const double *column,
                size_t row)
{
    if (column)
        ob_series_append(&m->series[q], column[row]);
}

/* What was not measured stays out: the loss between two evaluations of a run with
 * mini-batches, and the step that led to row 0. */
static void take_row(struct ob_run_model *m, const struct columns *c, size_t row)
{
    bool evaluated = c->loss && !(c->batch && isnan(c->loss[row]));
    bool stepped = c->delta && !(row == 0 && isnan(c->delta[row]));
    add(m, OB_Q_STEP, c->step, row);
    add(m, OB_Q_BATCH, c->batch, row);
    add(m, OB_Q_GRAD, c->grad, row);
    add(m, OB_Q_LR, c->lr, row);
    if (evaluated) {
        add(m, OB_Q_LOSS_STEP, c->step, row);
        add(m, OB_Q_LOSS, c->loss, row);
        add(m, OB_Q_LOSS_MIN, c->loss_min, row);
        add(m, OB_Q_LOSS_MAX, c->loss_max, row);
    }
    if (stepped) {
        add(m, OB_Q_DELTA_STEP, c->step, row);
        add(m, OB_Q_DELTA, c->delta, row);
        add(m, OB_Q_DELTA_MAX, c->delta_max, row);
    }
}

/* Where the parameters stand in the log and how many there are. The snapshot knows their
 * names; without one they are what stands behind the column of evaluations. */
static size_t find_params(const struct ob_history *h, const struct ob_live *live,
                          size_t *first)
{
    char name[sizeof(((struct ob_run_model *)NULL)->param_name[0])];
    size_t n = 0, most = OB_MODEL_PARAMS;
    if (live->params > 0 && live->params <= live->shown) {
        ob_live_param_name(live, 0, name, sizeof name);
        *first = ob_history_column(h, name);
        most = live->params < most ? live->params : most;
    } else {
        *first = ob_history_column(h, "evals");
        *first += *first != OB_HISTORY_NONE;
    }
    if (*first == OB_HISTORY_NONE)
        return 0;
    while (n < most && *first + n < h->columns &&
           strncmp(h->name[*first + n], "grad.", 5) != 0)
        n++;
    return n;
}

/* Takes the parameters up to the row that the rest has reached, all of them where the
 * snapshot with their names has come after the first rows. */
static void take_params(struct ob_run_reader *r, struct ob_run_model *m)
{
    const struct ob_history *h = &r->history;
    if (m->params == 0) {
        m->params = find_params(h, &m->live, &r->first_param);
        if (m->params == 0)
            return;
        m->param = ob_xcalloc(m->params, sizeof *m->param);
        m->param_name = ob_xcalloc(m->params, sizeof *m->param_name);
        for (size_t i = 0; i < m->params; i++)
            snprintf(m->param_name[i], sizeof m->param_name[i], "%s",
                     h->name[r->first_param + i]);
    }
    for (size_t i = 0; i < m->params; i++)
        for (size_t row = m->param[i].n; row < r->rows; row++)
            ob_series_append(&m->param[i], h->value[r->first_param + i][row]);
}

static void name_columns(struct ob_run_model *m, const struct ob_history *h)
{
    m->columns = h->columns;
    m->column = ob_xcalloc(m->columns, sizeof *m->column);
    for (size_t i = 0; i < m->columns; i++)
        snprintf(m->column[i], sizeof m->column[i], "%s", h->name[i]);
}

/* Brings the series of the column that is asked for up to the other rows. An empty field
 * reads as NAN, too: it counts as one only where the loss of its row is none, either. */
static bool take_metric(struct ob_run_reader *r, struct ob_run_model *m)
{
    const struct ob_history *h = &r->history;
    const double *step = ob_history_values(h, "step");
    const double *loss = ob_history_values(h, "batch_loss");
    const double *value = m->metric[0] ? ob_history_values(h, m->metric) : NULL;
    bool other = strcmp(r->metric, m->metric) != 0;
    if (other) {
        ob_series_clear(&m->metric_step);
        ob_series_clear(&m->metric_value);
        r->metric_rows = 0;
        memcpy(r->metric, m->metric, sizeof r->metric);
    }
    if (!loss)
        loss = ob_history_values(h, "loss");
    for (; r->metric_rows < r->rows && value && step; r->metric_rows++) {
        size_t row = r->metric_rows;
        bool broken = row > 0 && loss && !isfinite(loss[row]);
        if (isnan(value[row]) && !broken)
            continue;
        ob_series_append(&m->metric_step, step[row]);
        ob_series_append(&m->metric_value, value[row]);
    }
    return other;
}

static bool take_rows(struct ob_run_reader *r, struct ob_run_model *m)
{
    const struct ob_history *h = &r->history;
    if (h->restarts != r->restarts) {
        ob_run_model_restart(m);
        r->restarts = h->restarts;
        r->rows = 0;
        r->metric_rows = 0;
    }
    if (h->columns > 0 && m->columns == 0)
        name_columns(m, h);
    if (h->columns == 0 || h->rows <= r->rows)
        return false;
    struct columns c = columns_of(h);
    for (size_t row = r->rows; row < h->rows && c.step; row++)
        take_row(m, &c, row);
    r->rows = h->rows;
    take_params(r, m);
    return true;
}

static bool take_events(struct ob_run_reader *r, struct ob_run_model *m)
{
    bool fresh = false;
    struct ob_err err;
    if (!ob_events_poll(&r->events, &fresh, &err) || !fresh)
        return false;
    size_t n = r->events.n < OB_MODEL_EVENTS ? r->events.n : OB_MODEL_EVENTS;
    memcpy(m->event, r->events.item + (r->events.n - n), n * sizeof *m->event);
    m->events = n;
    return true;
}

/* The state from run.json, lock and summary. True where it changed. */
static bool take_state(struct ob_run_reader *r, struct ob_run_model *m)
{
    struct ob_run_info info;
    struct ob_summary summary = { 0 };
    struct ob_err err;
    memset(&info, 0, sizeof info);
    if (!ob_run_info_read(&r->dir, &info, &err))
        snprintf(info.name, sizeof info.name, "%s", r->dir.name);
    bool changed = info.state != m->info.state || strcmp(info.stop, m->info.stop) != 0;
    m->info = info;
    if (changed && info.has_summary)
        (void)ob_summary_read(&summary, &r->dir, &err); /* unreadable: it says nothing */
    if (changed) {
        snprintf(m->outcome, sizeof m->outcome, "%s", summary.message);
        m->has_reference = summary.has_reference;
        m->reference_loss = summary.reference_loss;
        m->reference_distance = summary.reference_distance;
    }
    ob_summary_finish(&summary);
    return changed;
}

/* Whether somebody removes the directory: its first file goes, or all of it has gone. */
static bool removed(const struct ob_run_reader *r)
{
    struct stat st;
    return ob_rundir_gone(&r->dir) ||
           (fstatat(r->dir.fd, "run.json", &st, AT_SYMLINK_NOFOLLOW) != 0 &&
            errno == ENOENT);
}

/* What was read stays on the screen. */
static bool take_leave(struct ob_run_model *m)
{
    bool news = m->info.state != OB_RUN_UNKNOWN;
    m->info.state = OB_RUN_UNKNOWN;
    m->info.stop[0] = '\0';
    snprintf(m->outcome, sizeof m->outcome,
             "the directory of this run has been removed: what is shown is all there is");
    return news;
}

bool ob_run_reader_read(struct ob_run_reader *r, struct ob_run_model *m, bool whole)
{
    struct ob_err err;
    bool fresh = false, changed = false;
    if (m->info.name[0] && m->has_live && removed(r))
        return take_leave(m);
    if (ob_live_read(&m->live, &r->dir, &r->live_stamp, &fresh, &err) && fresh)
        m->has_live = changed = true;
    do {
        if (!ob_history_poll(&r->history, &fresh, &err))
            break;
        changed |= take_rows(r, m);
    } while (whole && ob_history_behind(&r->history));
    changed |= take_metric(r, m);
    changed |= take_events(r, m);
    changed |= take_state(r, m);
    return changed;
}
