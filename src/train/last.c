#include <config.h>

#include "last.h"

#include <string.h>

#include "course.h"
#include "trainer_priv.h"

/* ---- keeping ---- */

static void keep_others(struct ob_last *l, const struct ob_optimizer *o,
                        const struct ob_vec *grad)
{
    for (size_t a = 0; a < l->asked; a++) {
        l->other[a].number[0] = ob_vec_get(grad, l->other[a].i);
        for (size_t s = 0; s < o->type->slots; s++)
            l->other[a].number[1 + s] = ob_vec_get(&o->slot[s], l->other[a].i);
    }
}

/* The numbers go one by one: for two of them that is faster than to call memcpy(). */
static void keep_first(struct ob_last *l, size_t place, const struct ob_vec *from)
{
    if (from->dtype == OB_F32) {
        const float *restrict x = from->data;
        for (size_t i = 0; i < l->used; i++)
            l->first[place][i] = (double)x[i];
    } else {
        const double *restrict x = from->data;
        for (size_t i = 0; i < l->used; i++)
            l->first[place][i] = x[i];
    }
}

void ob_last_keep(struct ob_last *l, const struct ob_optimizer *o,
                  const struct ob_vec *grad)
{
    l->k = 0;
    l->used = grad->n < OB_LAST_FIRST ? grad->n : OB_LAST_FIRST;
    keep_first(l, 0, grad);
    for (size_t s = 0; s < o->type->slots; s++)
        keep_first(l, 1 + s, &o->slot[s]);
    for (size_t c = 0; c < OB_OPTIMIZER_COUNTERS; c++)
        l->counter[c] = o->counter[c];
    if (l->asked)
        keep_others(l, o, grad);
}

void ob_last_ask(struct ob_last *l, size_t i, uint64_t k)
{
    for (size_t a = 0; a < l->asked; a++)
        if (l->other[a].i == i)
            return;
    if (i < OB_LAST_FIRST)
        return;
    l->other[l->next].i = i;
    l->other[l->next].since = k;
    l->next = (l->next + 1) % OB_LAST_ASKED;
    l->asked += l->asked < OB_LAST_ASKED;
}

bool ob_last_find(const struct ob_last *l, const struct ob_optimizer *o,
                  struct ob_update *u)
{
    size_t a = 0;
    while (a < l->asked && (l->other[a].i != u->i || l->other[a].since >= u->k))
        a++;
    u->known = l->k == u->k && (u->i < l->used || a < l->asked);
    if (!u->known)
        return false;
    const bool first = u->i < l->used;
    u->grad = first ? l->first[0][u->i] : l->other[a].number[0];
    for (size_t s = 0; s < o->type->slots; s++)
        u->slot[s] = first ? l->first[1 + s][u->i] : l->other[a].number[1 + s];
    memcpy(u->counter, l->counter, sizeof u->counter);
    return true;
}

/* ---- explaining ---- */

/* The gradient at theta_(k-1) once more: the same bits, and nothing is counted. One
 * that was a sample is still there. */
static bool gradient_again(struct ob_trainer *t, size_t i, double *out,
                           struct ob_err *err)
{
    struct ob_vec again = { 0 };
    struct ob_eval e;
    if (t->wraps.grad.n) {
        *out = ob_vec_get(&t->wraps.grad, i);
        return true;
    }
    if (t->sampled) {
        *out = ob_vec_get(&t->grad, i);
        return true;
    }
    if (!ob_vec_init(&again, t->theta.dtype, t->theta.n, err))
        return false;
    const struct ob_problem_counts counts = t->problem->counts;
    ob_problem_eval(t->problem, t->previous.data, again.data, &e);
    t->problem->counts = counts;
    *out = ob_vec_get(&again, i);
    ob_vec_finish(&again);
    return true;
}

static bool no_step(const struct ob_trainer *t, struct ob_err *err)
{
    if (t->stop == OB_STOP_STUCK || t->stop == OB_STOP_SINGULAR)
        return ob_fail(err, OB_ECONFIG, "step %llu could not be made: %s",
                       (unsigned long long)t->k + 1, t->optimizer->note);
    if (t->k == 0)
        return ob_fail(err, OB_ECONFIG, "no step has been made yet");
    return ob_fail(err, OB_ECONFIG,
                   "no step has been made since this state was restored");
}

static bool explain(struct ob_trainer *t, size_t i, struct ob_buf *out,
                    struct ob_err *err)
{
    const struct ob_vec *stepped = ob_wraps_stepped(&t->wraps, t->k);
    char name[OB_COLUMN_NAME_MAX];
    struct ob_update u = { .i = i,
                           .k = t->k,
                           .before = ob_vec_get(&t->previous, i),
                           .after = ob_vec_get(stepped ? stepped : &t->theta, i),
                           .lr = t->lr };
    if (t->last.k != t->k || t->k == 0)
        return no_step(t, err);
    if (!ob_last_find(&t->last, t->optimizer, &u) && !gradient_again(t, i, &u.grad, err))
        return false;
    ob_layout_column_name(&t->problem->layout, i, name);
    ob_wraps_explain(&t->wraps, t->k, i, name, true, out);
    ob_optimizer_explain(t->optimizer, &u, out);
    ob_wraps_explain(&t->wraps, t->k, i, name, false, out);
    return true;
}

bool ob_trainer_explain(struct ob_trainer *t, const char *name, struct ob_buf *out,
                        struct ob_err *err)
{
    const struct ob_layout *l = &t->problem->layout;
    size_t i = *name ? ob_layout_find_column(l, name) : 0;
    char first[OB_COLUMN_NAME_MAX];
    ob_course_whole(t);
    if (i == l->n)
        return ob_fail(err, OB_ECONFIG, "no parameter '%s'; the first of %zu is '%s'",
                       name, l->n, ob_layout_column_name(l, 0, first));
    ob_last_ask(&t->last, i, t->k);
    return explain(t, i, out, err);
}

size_t ob_trainer_explain_first(struct ob_trainer *t,
                                struct ob_buf out[static OB_SNAPSHOT_EXPLAIN])
{
    size_t n = t->theta.n < OB_SNAPSHOT_EXPLAIN ? t->theta.n : OB_SNAPSHOT_EXPLAIN;
    ob_course_whole(t);
    if (t->last.k != t->k || t->k == 0)
        return 0;
    for (size_t i = 0; i < n; i++) {
        ob_buf_clear(&out[i]);
        explain(t, i, &out[i], NULL);
    }
    return n;
}
