/* Where the rules stand, for the progress display. */
#include <math.h>
#include <string.h>

#include "optbench/optim/stop.h"
#include "stop_note.h"

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
                       stop_limit(s, o->theta_delta, f->theta_norm)));
    add_rule(out, &n, o->grad_norm > 0,
             THRESHOLD("grad_norm", OB_ROW_GRAD, f->grad_norm,
                       stop_limit(s, o->grad_norm, fabs(f->loss))));
    add_rule(out, &n, o->loss_delta > 0,
             THRESHOLD("loss_delta", OB_ROW_LOSS, s->loss_change,
                       stop_limit(s, o->loss_delta, fabs(f->loss))));
    add_rule(out, &n, s->target.metric[0],
             THRESHOLD("target", OB_ROW_TARGET, stop_target_value(s, f->loss, f->target),
                       s->target.value));
    add_rule(out, &n, o->patience > 0,
             BUDGET("patience", (double)s->waited, (double)o->patience));
    add_rule(out, &n, o->plateau > 0,
             (struct ob_stop_rule){ .name = "plateau",
                                    .first = s->window_first,
                                    .value = s->window_gain,
                                    .limit = o->plateau_delta });
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
