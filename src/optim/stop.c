#include "optbench/optim/stop.h"

#include <math.h>
#include <string.h>

#include "stop_note.h"

static const struct word {
    const char *name, *title;
} words[OB_STOP_COUNT] = {
#define X(id, word, title) [id] = { word, title },
    OB_STOPS(X)
#undef X
};

const char *ob_stop_name(enum ob_stop s)
{
    return words[s].name;
}

const char *ob_stop_title(enum ob_stop s)
{
    return words[s].title;
}

enum ob_stop ob_stop_find(const char *name)
{
    enum ob_stop s = OB_GO_ON;
    while (s < OB_STOP_COUNT && strcmp(words[s].name, name) != 0)
        s++;
    return s;
}

bool ob_stopper_init(struct ob_stopper *s, const struct ob_stop_opts *opts,
                     struct ob_err *err)
{
    *s = (struct ob_stopper){
        .opts = *opts, .watched = NAN, .last_loss = NAN, .loss_change = NAN
    };
    s->window_mean = s->window_gain = s->window_first = s->target_seconds = NAN;
    for (size_t i = 0; i < OB_ROWS; i++)
        s->first[i] = NAN;
    s->last.loss = s->last.theta_delta = s->last.grad_norm = s->last.target = NAN;
    return !opts->target || ob_target_parse(opts->target, &s->target, err);
}

void ob_stopper_begin(struct ob_stopper *s, double loss, double watched)
{
    s->last_loss = loss;
    s->watched = watched;
}

/* Counts one threshold; true when it has been met for long enough. */
static bool met(struct ob_stopper *s, enum ob_stop_row row, double value, bool now)
{
    if (isnan(value)) /* not measured at this step: neither for nor against */
        return false;
    if (isnan(s->first[row]))
        s->first[row] = value;
    s->row[row] = now ? s->row[row] + 1 : 0;
    return now && s->row[row] >= (uint64_t)s->opts.for_steps;
}

static bool target_met(struct ob_stopper *s, const struct ob_step_facts *f)
{
    double value = stop_target_value(s, f->loss, f->target), limit = s->target.value;
    bool now = s->target.op == OB_TARGET_LT   ? value < limit
               : s->target.op == OB_TARGET_LE ? value <= limit
               : s->target.op == OB_TARGET_GT ? value > limit
                                              : value >= limit;
    return met(s, OB_ROW_TARGET, value, now);
}

/* True where the step was lost to rounding. */
static bool lost(const struct ob_step_facts *f)
{
    return f->step_is_zero && !f->grad_is_zero && f->lr != 0;
}

static bool delta_met(struct ob_stopper *s, const struct ob_step_facts *f)
{
    double limit = stop_limit(s, s->opts.theta_delta, f->theta_norm);
    if (f->lr == 0 && !f->grad_is_zero)
        return false;
    return met(s, OB_ROW_THETA, f->theta_delta, f->theta_delta <= limit);
}

static bool loss_met(struct ob_stopper *s, const struct ob_step_facts *f)
{
    double change = fabs(f->loss - s->last_loss);
    double limit = stop_limit(s, s->opts.loss_delta, fabs(f->loss));
    s->loss_change = change;
    return met(s, OB_ROW_LOSS, change, change <= limit && f->lr != 0);
}

static bool grad_met(struct ob_stopper *s, const struct ob_step_facts *f)
{
    double limit = stop_limit(s, s->opts.grad_norm, fabs(f->loss));
    return met(s, OB_ROW_GRAD, f->grad_norm, f->grad_norm <= limit);
}

static bool is_gain(double now, double best, double by, bool more)
{
    return more ? now > best + by : now < best - by;
}

/* Whether nothing was gained for too long. Prechelt, "Early stopping - but when?", 1998,
 * criterion UP in its simplest form: against the best so far. */
static bool out_of_patience(struct ob_stopper *s, const struct ob_step_facts *f)
{
    if (f->measured) {
        bool gain = isnan(s->watched)
                        ? !isnan(f->watched)
                        : is_gain(f->watched, s->watched, s->opts.min_delta, f->more);
        s->waited = gain ? 0 : s->waited + 1;
        s->watched = gain ? f->watched : s->watched;
    }
    return s->waited >= (uint64_t)s->opts.patience;
}

/* Whether the mean of the last whole window is no better than that of the window before:
 * windows follow each other, so that nothing has to be kept but their sums. */
static bool on_plateau(struct ob_stopper *s, const struct ob_step_facts *f)
{
    if (f->measured) {
        s->window_sum += f->watched;
        s->window++;
    }
    if (s->window >= (uint64_t)s->opts.plateau) {
        const double mean = s->window_sum / (double)s->window, before = s->window_mean;
        const double fall = f->more ? mean - before : before - mean;
        s->window_gain = fall == 0 ? 0 : fall / fabs(before);
        s->window_first = isnan(s->window_first) ? s->window_gain : s->window_first;
        s->window_flat = !isnan(before) && !(s->window_gain > s->opts.plateau_delta);
        s->window_mean = mean;
        s->window_sum = 0;
        s->window = 0;
    }
    return s->window_flat;
}

/* A rule at a step: met by it, and met when it was last measured. */
struct standing {
    enum ob_stop stop;
    bool on, now, still;
};

enum { STANDINGS = 6 };

/* Notes when the target is first met, whatever follows from it. */
static bool look_at_target(struct ob_stopper *s, const struct ob_step_facts *f)
{
    if (!s->target.metric[0] || !target_met(s, f))
        return false;
    if (!s->target_step) {
        s->target_step = f->k;
        s->target_evals = f->evals;
        s->target_seconds = NAN;
    }
    return true;
}

static bool still_met(const struct ob_stopper *s, enum ob_stop_row row)
{
    return s->row[row] >= (uint64_t)s->opts.for_steps;
}

/* Every threshold counts at every step, whichever is reported; in the order in which they
 * are. */
static void stand(struct ob_stopper *s, const struct ob_step_facts *f,
                  struct standing out[static STANDINGS])
{
    const struct ob_stop_opts *o = &s->opts;
    const bool target = look_at_target(s, f);
    const bool grad = o->grad_norm > 0 && grad_met(s, f);
    const bool delta = o->theta_delta > 0 && delta_met(s, f);
    const bool loss = o->loss_delta > 0 && loss_met(s, f);
    const bool waited = o->patience > 0 && out_of_patience(s, f);
    const bool flat = o->plateau > 0 && on_plateau(s, f);
    const struct standing all[STANDINGS] = {
        { OB_STOP_TARGET, s->target.metric[0] && o->target_stops, target,
          still_met(s, OB_ROW_TARGET) },
        { OB_STOP_GRAD_NORM, o->grad_norm > 0, grad, still_met(s, OB_ROW_GRAD) },
        { OB_STOP_THETA_DELTA, o->theta_delta > 0, delta, still_met(s, OB_ROW_THETA) },
        { OB_STOP_LOSS_DELTA, o->loss_delta > 0, loss, still_met(s, OB_ROW_LOSS) },
        { OB_STOP_PATIENCE, o->patience > 0, waited && f->measured, waited },
        { OB_STOP_PLATEAU, o->plateau > 0, flat && f->measured, flat },
    };
    memcpy(out, all, sizeof all);
}

/* The first rule that is met, or with `when = all` the first of all that are. */
static enum ob_stop thresholds(struct ob_stopper *s, const struct ob_step_facts *f)
{
    const bool all = s->opts.when == OB_STOP_WHEN_ALL;
    struct standing rule[STANDINGS];
    enum ob_stop first = OB_GO_ON;
    bool every = true;
    stand(s, f, rule);
    for (size_t i = 0; i < STANDINGS; i++) {
        const bool met = all ? rule[i].still : rule[i].now;
        if (rule[i].on && met && first == OB_GO_ON)
            first = rule[i].stop;
        every = every && (met || !rule[i].on);
    }
    if (!isnan(f->loss))
        s->last_loss = f->loss;
    return all && !every ? OB_GO_ON : first;
}

static enum ob_stop budgets(const struct ob_stopper *s, const struct ob_step_facts *f)
{
    const struct ob_stop_opts *o = &s->opts;
    return o->max_steps > 0 && f->k >= (uint64_t)o->max_steps       ? OB_STOP_MAX_STEPS
           : o->max_epochs > 0 && f->epoch >= o->max_epochs         ? OB_STOP_MAX_EPOCHS
           : o->max_seconds > 0 && f->seconds >= o->max_seconds     ? OB_STOP_TIME
           : o->max_evals > 0 && f->evals >= (uint64_t)o->max_evals ? OB_STOP_MAX_EVALS
                                                                    : OB_GO_ON;
}

/* What ob_stop_rules() shows. Not the whole struct: at 100 ns a step its copy is felt. */
static void remember(struct ob_step_facts *to, const struct ob_step_facts *f)
{
    to->k = f->k;
    to->epoch = f->epoch;
    to->seconds = f->seconds;
    to->evals = f->evals;
    to->loss = f->loss;
    to->theta_delta = f->theta_delta;
    to->theta_norm = f->theta_norm;
    to->grad_norm = f->grad_norm;
    to->target = f->target;
}

enum ob_stop ob_stop_check(struct ob_stopper *s, const struct ob_step_facts *f)
{
    remember(&s->last, f);
    s->note[0] = '\0';
    if (f->bad || f->loss > s->opts.max_loss) {
        stop_note_diverged(s, f);
        return OB_STOP_DIVERGED;
    }
    if (f->step_is_zero && f->grad_is_zero && f->clamped > 0)
        return OB_STOP_SATURATED;
    s->stalled = lost(f) ? s->stalled + 1 : 0;
    enum ob_stop verdict = thresholds(s, f);
    if (verdict == OB_STOP_THETA_DELTA && lost(f))
        stop_note_lost(s, f);
    if (verdict == OB_STOP_PATIENCE)
        stop_note_waited(s, f);
    if (verdict == OB_STOP_PLATEAU)
        stop_note_plateau(s, f);
    if (verdict != OB_GO_ON)
        return verdict;
    if (s->stalled >= OB_STALLED_STEPS &&
        (s->opts.theta_delta == 0 || s->opts.when == OB_STOP_WHEN_ALL)) {
        stop_note_lost(s, f);
        return OB_STOP_STALLED;
    }
    return budgets(s, f);
}
