#include <config.h>

#include "rate_course.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "optbench/base/json.h"
#include "optbench/base/number.h"
#include "optbench/base/text.h"
#include "text_chart.h"

/* Steps of a part that are looked at, at most. */
#define LOOKS 512

/* How many steps the run can make. */
static uint64_t length(const struct ob_spec *spec, const struct ob_trainer *t)
{
    const struct ob_schedule *s = ob_trainer_schedule(t);
    double most = spec->stop.max_steps > 0 ? (double)spec->stop.max_steps : INFINITY;
    if (spec->stop.max_epochs > 0)
        most = fmin(most, ceil(spec->stop.max_epochs * ob_trainer_epoch_steps(t)));
    if (isfinite(most))
        return most < 1 ? 1 : (uint64_t)most;
    return s->horizon ? s->horizon : 1000;
}

static const char *note_of(const struct ob_spec *spec, const struct ob_trainer *t)
{
    if (spec->line_search.type->length)
        return "a line search finds the length of each step";
    if (ob_schedule_observes(ob_trainer_schedule(t)))
        return "when the rate drops is known as the run goes on only";
    return "";
}

/* Part i of the course: steps from..to-1. */
static void look(struct rate_course *c, const struct ob_trainer *t, size_t i,
                 uint64_t from, uint64_t to)
{
    const struct ob_schedule *s = ob_trainer_schedule(t);
    const double base = ob_trainer_base_lr(t);
    const uint64_t stride = (to - from + LOOKS - 1) / LOOKS;
    c->step[i] = (double)from;
    c->lr[i] = c->low[i] = c->high[i] = ob_schedule_rate(s, base, from);
    if (!ob_schedule_momentum(s, from, &c->momentum[i]))
        c->momentum[i] = NAN;
    for (uint64_t k = from; k < to; k += stride) {
        const double lr = ob_schedule_rate(s, base, k);
        c->low[i] = fmin(c->low[i], lr);
        c->high[i] = fmax(c->high[i], lr);
        if (!(lr <= c->most)) {
            c->most = lr;
            c->most_at = k;
        }
    }
}

void rate_course_make(struct rate_course *c, const struct ob_spec *spec,
                      const struct ob_trainer *t)
{
    *c = (struct rate_course){ .steps = length(spec, t),
                               .most = -INFINITY,
                               .note = note_of(spec, t) };
    c->n = c->steps < RATE_COURSE_POINTS ? (size_t)c->steps : RATE_COURSE_POINTS;
    for (size_t i = 0; i < c->n; i++) {
        /* The last part is the last step alone, so that the end is seen. */
        const double per = c->n > 1 ? (double)(c->steps - 1) / (double)(c->n - 1) : 1;
        const uint64_t from = 1 + (uint64_t)floor((double)i * per);
        const uint64_t to =
            i + 1 < c->n ? 1 + (uint64_t)floor((double)(i + 1) * per) : c->steps + 1;
        look(c, t, i, from, to > from ? to : from + 1);
    }
}

static void list(struct ob_json *j, const char *key, const double *value, size_t n)
{
    ob_json_key(j, key);
    ob_json_begin_array(j);
    for (size_t i = 0; i < n; i++)
        ob_json_number(j, value[i]);
    ob_json_end_array(j);
}

void rate_course_json(const struct rate_course *c, const struct ob_spec *spec,
                      struct ob_json *j)
{
    ob_json_key(j, "schedule");
    ob_json_begin_object(j);
    ob_json_key(j, "kind");
    ob_json_string(j, spec->schedule.type->name);
    ob_json_key(j, "steps");
    ob_json_integer(j, (int64_t)c->steps);
    ob_json_key(j, "highest");
    ob_json_number(j, c->most);
    ob_json_key(j, "highest_step");
    ob_json_integer(j, (int64_t)c->most_at);
    ob_json_key(j, "note");
    ob_json_string(j, c->note);
    list(j, "step", c->step, c->n);
    list(j, "lr", c->lr, c->n);
    list(j, "lowest_lr", c->low, c->n);
    list(j, "highest_lr", c->high, c->n);
    if (c->n && !isnan(c->momentum[0]))
        list(j, "momentum", c->momentum, c->n);
    ob_json_end_object(j);
}

static void fact(struct ob_buf *out, const char *name, double value, uint64_t step)
{
    char shown[OB_NUMBER_MAX];
    ob_number_show(shown, sizeof shown, value, 6);
    ob_buf_addf(out, "%-14s %s at step %llu\n", name, shown, (unsigned long long)step);
}

static void print_phases(const struct ob_schedule *s, const struct ob_spec *spec,
                         struct ob_buf *out)
{
    char safe[64];
    for (size_t i = 0; i < s->phases; i++) {
        const struct ob_schedule *p = &s->phase[i];
        const uint64_t from = s->warmup + p->begin * s->per + 1;
        ob_buf_addf(out, "%-14s %s: %s, from step %llu", i ? "" : "phases",
                    ob_text_safe_z(safe, sizeof safe, spec->phase[i].name), p->type->name,
                    (unsigned long long)from);
        if (p->length)
            ob_buf_addf(out, " to %llu",
                        (unsigned long long)(from + p->length * s->per - 1));
        ob_buf_addc(out, '\n');
    }
}

static void print_momentum(const struct rate_course *c, struct ob_buf *out)
{
    char low[OB_NUMBER_MAX], high[OB_NUMBER_MAX];
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < c->n; i++) {
        least = fmin(least, c->momentum[i]);
        most = fmax(most, c->momentum[i]);
    }
    if (c->n == 0 || isnan(c->momentum[0]))
        return;
    ob_number_show(low, sizeof low, least, 4);
    ob_number_show(high, sizeof high, most, 4);
    ob_buf_addf(out, "%-14s between %s and %s, against the rate\n", "momentum", low,
                high);
}

void rate_course_print(const struct rate_course *c, const struct ob_spec *spec,
                       const struct ob_trainer *t, struct ob_buf *out)
{
    const struct ob_schedule *s = ob_trainer_schedule(t);
    ob_buf_addf(out, "%-14s %s over %llu steps", "schedule", s->type->name,
                (unsigned long long)c->steps);
    if (s->warmup)
        ob_buf_addf(out, ", a warm-up of %llu", (unsigned long long)s->warmup);
    ob_buf_addc(out, '\n');
    print_phases(s, spec, out);
    fact(out, "first", c->lr[0], 1);
    fact(out, "highest", c->most, c->most_at);
    fact(out, "last", c->lr[c->n - 1], c->steps);
    print_momentum(c, out);
    if (c->note[0])
        ob_buf_addf(out, "%-14s %s\n", "note", c->note);
    ob_buf_addc(out, '\n');
    text_chart(&(struct text_chart){ .title = "lr",
                                     .x = c->step,
                                     .y = c->high,
                                     .y2 = c->low,
                                     .n = c->n,
                                     .cols = 76,
                                     .rows = 14 },
               out);
}
