#include <config.h>

#include "mean.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "course.h"
#include "trainer_priv.h"

static void add_figure(struct ob_trainer *t, const char *part, const char *name)
{
    char column[OB_COLUMN_NAME];
    snprintf(column, sizeof column, "average_%s%s", part, name);
    ob_columns_add(&t->columns, column);
    t->mean.figures++;
}

bool ob_mean_init(struct ob_trainer *t, struct ob_err *err)
{
    struct ob_mean *m = &t->mean;
    const bool keeps = t->optimizer->type->average != NULL;
    *m = (struct ob_mean){ .first = t->columns.width };
    m->state.k = UINT64_MAX;
    m->on = keeps || t->spec->wrap.average.kind != OB_AVERAGE_NONE;
    for (size_t i = 0; i < OB_MEAN_FIGURES; i++)
        m->state.value[i] = NAN;
    if (!m->on)
        return true;
    add_figure(t, "", "loss");
    for (size_t i = 0; i < t->columns.metrics; i++)
        add_figure(t, "", t->metric[i]->name);
    if (t->val.problem)
        add_figure(t, "val_", "loss");
    for (size_t i = 0; t->val.problem && i < t->columns.metrics; i++)
        add_figure(t, "val_", t->metric[i]->name);
    return !keeps || ob_vec_init(&m->theta, t->theta.dtype, t->theta.n, err);
}

void ob_mean_finish(struct ob_mean *m)
{
    ob_vec_finish(&m->theta);
}

const struct ob_vec *ob_mean_theta(struct ob_trainer *t)
{
    struct ob_mean *m = &t->mean;
    if (t->spec->wrap.average.kind != OB_AVERAGE_NONE)
        return ob_wraps_average(&t->wraps);
    if (!m->on || !ob_optimizer_average(t->optimizer, &t->theta, &m->theta))
        return NULL;
    return &m->theta;
}

/* Loss and metrics of one part; returns the place behind them. */
static double *measure(struct ob_trainer *t, struct ob_problem *p, const void *theta,
                       double *out)
{
    struct ob_eval e;
    ob_problem_eval(p, theta, NULL, &e);
    *out++ = e.loss;
    for (size_t i = 0; i < t->columns.metrics; i++)
        *out++ = ob_problem_measure(p, t->metric[i], theta);
    return out;
}

void ob_mean_measure(struct ob_trainer *t)
{
    struct ob_mean_state *s = &t->mean.state;
    ob_course_whole(t);
    const struct ob_vec *theta = ob_mean_theta(t);
    const struct ob_problem_counts counts = t->problem->counts;
    if (!theta)
        return;
    bool done = !t->mini || ob_problem_batch(t->problem, NULL, 0, NULL);
    OB_REQUIRE(done);
    double *out = measure(t, t->problem, theta->data, s->value);
    if (t->val.problem)
        measure(t, t->val.problem, theta->data, out);
    t->problem->counts = counts;
    s->fresh = true;
    s->k = t->k;
}

void ob_mean_put(struct ob_trainer *t)
{
    struct ob_mean *m = &t->mean;
    if (!m->on)
        return;
    ob_row_lack(t->row, m->first, m->figures);
    if (!t->mini)
        ob_mean_measure(t);
    for (size_t i = 0; i < m->figures; i++) {
        t->row->v[m->first + i] = m->state.value[i];
        if (m->state.fresh)
            ob_row_put(t->row, m->first + i, m->state.value[i]);
    }
    m->state.fresh = false;
}

size_t ob_mean_find(const struct ob_trainer *t, const char *name)
{
    const struct ob_mean *m = &t->mean;
    for (size_t i = 0; i < m->figures; i++)
        if (strcmp(t->columns.name[m->first + i], name) == 0)
            return i;
    return OB_MEAN_FIGURES;
}
