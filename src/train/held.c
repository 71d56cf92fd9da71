#include <config.h>

#include "held.h"

#include <math.h>
#include <string.h>

/* Two problems have the same parameters. */
static bool are_alike(const struct ob_problem *a, const struct ob_problem *b)
{
    bool alike = a->layout.count == b->layout.count && a->n == b->n;
    for (size_t i = 0; alike && i < a->layout.count; i++)
        alike = strcmp(a->layout.tensor[i].name, b->layout.tensor[i].name) == 0 &&
                a->layout.tensor[i].size == b->layout.tensor[i].size;
    return alike;
}

struct ob_problem *ob_held_problem(const struct ob_problem *like,
                                   const struct ob_problem_common *common,
                                   const struct ob_dataset *data, enum ob_data_part part,
                                   const char **origin, struct ob_err *err)
{
    struct ob_problem_common bare = *common;
    struct ob_dataset view = { 0 };
    if (ob_dataset_part_rows(data, part) == 0)
        return NULL;
    bare.l1 = bare.l2 = 0;
    ob_dataset_part(data, part, &view);
    *origin = view.origin;
    struct ob_problem *p = ob_problem_create(like->type, like->opts, &bare, &view, err);
    ob_dataset_view_finish(&view);
    if (p && !are_alike(p, like)) {
        ob_fail(err, OB_EDATA, "the rows of the %s part would need another model",
                ob_data_part_title(part));
        ob_problem_destroy(p);
        return NULL;
    }
    return p;
}

void ob_held_init(struct ob_held *h, struct ob_problem *problem)
{
    *h = (struct ob_held){ .problem = problem };
    h->state.loss = h->state.best_loss = NAN;
    for (size_t i = 0; i < OB_RESULT_METRICS; i++)
        h->state.metric[i] = NAN;
}

void ob_held_finish(struct ob_held *h)
{
    ob_problem_destroy(h->problem);
    h->problem = NULL;
}

void ob_held_measure(struct ob_held *h, const void *theta, uint64_t k,
                     const struct ob_metric *const *metric, size_t n)
{
    struct ob_held_state *s = &h->state;
    struct ob_eval e;
    ob_problem_eval(h->problem, theta, NULL, &e);
    s->loss = e.loss;
    for (size_t i = 0; i < n; i++)
        s->metric[i] = ob_problem_measure(h->problem, metric[i], theta);
    s->now = s->fresh = true;
    if (s->loss < s->best_loss || (isnan(s->best_loss) && isfinite(s->loss))) {
        s->best_loss = s->loss;
        s->best_step = k;
    }
}
