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

const struct ob_param ob_stop_params[] = {
    OB_INTEGER(struct ob_stop_opts, max_steps, .fallback = 100000, .min = 0, .max = 1e15,
               .zero_word = "none", .unit = "steps", .live = true,
               .help = "steps at most"),
    OB_REAL(struct ob_stop_opts, max_epochs, .min = 0, .max = 1e15, .zero_word = "none",
            .unit = "epochs", .live = true, .help = "passes over the data at most"),
    OB_REAL(struct ob_stop_opts, max_seconds, .min = 0, .max = 1e9, .zero_word = "none",
            .unit = "seconds", .live = true,
            .help = "time of training at most, pauses not counted"),
    OB_INTEGER(struct ob_stop_opts, max_evals, .min = 0, .max = 1e15, .zero_word = "none",
               .live = true, .help = "evaluations of the loss at most"),
    OB_REAL(struct ob_stop_opts, theta_delta, .min = 0, .max = INFINITY,
            .below_max = true, .zero_word = "off", .live = true,
            .help = "stop when the norm of a step is at most this (not its square)"),
    OB_REAL(struct ob_stop_opts, loss_delta, .min = 0, .max = INFINITY, .below_max = true,
            .zero_word = "off", .live = true,
            .help = "stop when the loss changes by at most this in a step"),
    OB_REAL(struct ob_stop_opts, grad_norm, .min = 0, .max = INFINITY, .below_max = true,
            .zero_word = "off", .live = true,
            .help = "stop when the norm of the gradient is at most "
                    "this"),
    OB_BOOLEAN(struct ob_stop_opts, relative,
               .help =
                   "thresholds are relative: to the norm of the parameters for "
                   "theta_delta, to the loss for the others, where those are above 1"),
    OB_TEXT(struct ob_stop_opts, target,
            .help = "stop when a metric is good enough, such as loss <= 0.1"),
    { .name = "for",
      .kind = OB_PARAM_INTEGER,
      .offset = OB_FIELD(struct ob_stop_opts, for_steps, int64_t),
      .fallback = 1,
      .min = 1,
      .max = 1e9,
      .unit = "steps",
      .help = "how many steps in a row must meet a threshold" },
    OB_INTEGER(struct ob_stop_opts, patience, .min = 0, .max = 1e15, .zero_word = "off",
               .live = true,
               .help = "stop after so many measurements of val_loss in a row without a "
                       "new best one; without a validation part, of the loss"),
    OB_REAL(struct ob_stop_opts, min_delta, .min = 0, .max = INFINITY, .below_max = true,
            .live = true,
            .help = "for patience, a best one is lower than the one before by more than "
                    "this"),
    OB_REAL(struct ob_stop_opts, max_loss, .fallback = INFINITY, .min = -INFINITY,
            .max = INFINITY, .help = "a loss above this counts as diverged"),
    { 0 },
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

static double at_least_one(double x)
{
    return x > 1 ? x : 1;
}

/* A threshold as it counts at a step where what it may be relative to has that size. */
static double limit_at(const struct ob_stopper *s, double limit, double size)
{
    return s->opts.relative ? limit * at_least_one(size) : limit;
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

static double target_value(const struct ob_stopper *s, double loss, double other)
{
    return strcmp(s->target.metric, "loss") == 0 ? loss : other;
}

static bool target_met(struct ob_stopper *s, const struct ob_step_facts *f)
{
    double value = target_value(s, f->loss, f->target), limit = s->target.value;
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
    double limit = limit_at(s, s->opts.theta_delta, f->theta_norm);
    if (f->lr == 0 && !f->grad_is_zero)
        return false;
    return met(s, OB_ROW_THETA, f->theta_delta, f->theta_delta <= limit);
}

static bool loss_met(struct ob_stopper *s, const struct ob_step_facts *f)
{
    double change = fabs(f->loss - s->last_loss);
    double limit = limit_at(s, s->opts.loss_delta, fabs(f->loss));
    s->loss_change = change;
    return met(s, OB_ROW_LOSS, change, change <= limit && f->lr != 0);
}

static bool grad_met(struct ob_stopper *s, const struct ob_step_facts *f)
{
    double limit = limit_at(s, s->opts.grad_norm, fabs(f->loss));
    return met(s, OB_ROW_GRAD, f->grad_norm, f->grad_norm <= limit);
}

/* Whether nothing was gained for too long. Prechelt, "Early stopping - but when?", 1998,
 * criterion UP in its simplest form: against the best so far. */
static bool out_of_patience(struct ob_stopper *s, const struct ob_step_facts *f)
{
    if (isnan(f->watched))
        return false;
    bool gain = isnan(s->watched) || f->watched < s->watched - s->opts.min_delta;
    s->waited = gain ? 0 : s->waited + 1;
    s->watched = gain ? f->watched : s->watched;
    return s->waited >= (uint64_t)s->opts.patience;
}

/* Every threshold counts at every step, whichever is reported. */
static enum ob_stop thresholds(struct ob_stopper *s, const struct ob_step_facts *f)
{
    bool target = s->target.metric[0] && target_met(s, f);
    bool grad = s->opts.grad_norm > 0 && grad_met(s, f);
    bool delta = s->opts.theta_delta > 0 && delta_met(s, f);
    bool loss = s->opts.loss_delta > 0 && loss_met(s, f);
    bool waited = s->opts.patience > 0 && out_of_patience(s, f);
    if (!isnan(f->loss))
        s->last_loss = f->loss;
    return target   ? OB_STOP_TARGET
           : grad   ? OB_STOP_GRAD_NORM
           : delta  ? OB_STOP_THETA_DELTA
           : loss   ? OB_STOP_LOSS_DELTA
           : waited ? OB_STOP_PATIENCE
                    : OB_GO_ON;
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
    if (verdict != OB_GO_ON)
        return verdict;
    if (s->stalled >= OB_STALLED_STEPS && s->opts.theta_delta == 0) {
        stop_note_lost(s, f);
        return OB_STOP_STALLED;
    }
    return budgets(s, f);
}

static void add_rule(struct ob_stop_rule *out, size_t *n, bool on,
                     struct ob_stop_rule rule)
{
    if (on)
        out[(*n)++] = rule;
}

size_t ob_stop_rules(const struct ob_stopper *s,
                     struct ob_stop_rule out[static OB_STOP_RULES])
{
    const struct ob_stop_opts *o = &s->opts;
    const struct ob_step_facts *f = &s->last;
    size_t n = 0;
#define THRESHOLD(key, r, v, l)                                                          \
    (struct ob_stop_rule){                                                               \
        .name = key, .first = s->first[r], .value = v, .limit = l, .row = s->row[r]      \
    }
#define BUDGET(key, v, l)                                                                \
    (struct ob_stop_rule)                                                                \
    {                                                                                    \
        .name = key, .first = 0, .value = v, .limit = l, .budget = true                  \
    }
    add_rule(out, &n, o->theta_delta > 0,
             THRESHOLD("theta_delta", OB_ROW_THETA, f->theta_delta,
                       limit_at(s, o->theta_delta, f->theta_norm)));
    add_rule(out, &n, o->grad_norm > 0,
             THRESHOLD("grad_norm", OB_ROW_GRAD, f->grad_norm,
                       limit_at(s, o->grad_norm, fabs(f->loss))));
    add_rule(out, &n, o->loss_delta > 0,
             THRESHOLD("loss_delta", OB_ROW_LOSS, s->loss_change,
                       limit_at(s, o->loss_delta, fabs(f->loss))));
    add_rule(out, &n, s->target.metric[0],
             THRESHOLD("target", OB_ROW_TARGET, target_value(s, f->loss, f->target),
                       s->target.value));
    add_rule(out, &n, o->patience > 0,
             BUDGET("patience", (double)s->waited, (double)o->patience));
    add_rule(out, &n, o->max_steps > 0,
             BUDGET("max_steps", (double)f->k, (double)o->max_steps));
    add_rule(out, &n, o->max_epochs > 0, BUDGET("max_epochs", f->epoch, o->max_epochs));
    add_rule(out, &n, o->max_seconds > 0,
             BUDGET("max_seconds", f->seconds, o->max_seconds));
    add_rule(out, &n, o->max_evals > 0,
             BUDGET("max_evals", (double)f->evals, (double)o->max_evals));
#undef THRESHOLD
#undef BUDGET
    return n;
}

static double between(double x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

double ob_stop_progress(const struct ob_stop_rule *r)
{
    double way = r->limit - r->first;
    if (isnan(r->first) || isnan(r->value))
        return NAN;
    if (r->budget)
        return between(r->value / r->limit);
    if (r->value == r->first && way != 0)
        return 0;
    if (r->first > 0 && r->limit > 0 && r->first > r->limit)
        return between(r->value > 0 ? log(r->value / r->first) / log(r->limit / r->first)
                                    : 1);
    return way != 0 ? between((r->value - r->first) / way) : 1;
}
