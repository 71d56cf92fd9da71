/*
 * L-BFGS: the inverse Hessian of BFGS from the last m pairs (s, y) alone, never formed:
 * the two-loop recursion, begun with gamma I, gamma = s.y / y.y of the newest pair.
 *
 * Nocedal, Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 7.5,
 * equation 7.20; Liu, Nocedal 1989. A pair without curvature, s.y not above rounding, is
 * not taken.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "last_point.h"
#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"

struct opts {
    double lr;
    int64_t history;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = INFINITY, .below_max = true,
            .live = true,
            .help = "share of the quasi-Newton step that is taken where no line search "
                    "finds the length"),
    OB_INTEGER(struct opts, history, .fallback = 10, .min = 1, .max = 10000,
               .help = "pairs of changes that are remembered, at most"),
    { 0 },
};

struct state {
    struct ob_vec s, y;  /* [n] of the last step */
    struct ob_vec *pair; /* [2 * history] views of the arrays: s, y of each place */
    double *sy;          /* [history], an array of the optimizer */
    double *alpha;       /* [history] */
};

/* Behind those of last_point.h: pairs taken so far; the newest is at (PAIRS - 1) modulo
 * the history. */
enum { PAIRS = LAST_KNOWN + 1 };
static const char *const counters[] = { "last_known", "pairs", NULL };

enum { GAMMA };
static const struct ob_gauge gauges[] = {
    { "gamma", "scale of the first inverse Hessian, s.y / y.y", false },
    { 0 },
};

static size_t history(const struct ob_optimizer *o)
{
    return (size_t)((const struct opts *)o->group_opts[0])->history;
}

static void view(const struct ob_optimizer *o, size_t place, size_t which, void *array)
{
    const struct state *s = o->state;
    const size_t n = o->problem->n;
    s->pair[2 * place + which] = (struct ob_vec){
        .dtype = o->problem->dtype,
        .n = n,
        .data = (char *)array + place * n * ob_dtype_size(o->problem->dtype),
    };
}

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    const size_t n = o->problem->n, m = history(o);
    const enum ob_dtype dtype = o->problem->dtype;
    void *changes = ob_optimizer_keep(o, "s", dtype, m * n, err);
    void *of_grad = ob_optimizer_keep(o, "y", dtype, m * n, err);
    s->sy = ob_optimizer_keep(o, "sy", OB_F64, m, err);
    s->alpha = ob_alloc(m, sizeof *s->alpha, err);
    s->pair = ob_alloc(2 * m, sizeof *s->pair, err);
    if (!changes || !of_grad || !s->sy || !s->alpha || !s->pair ||
        !ob_vec_init(&s->s, dtype, n, err) || !ob_vec_init(&s->y, dtype, n, err))
        return false;
    for (size_t i = 0; i < m; i++) {
        view(o, i, 0, changes);
        view(o, i, 1, of_grad);
    }
    return true;
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    ob_vec_finish(&s->s);
    ob_vec_finish(&s->y);
    free(s->pair);
    free(s->alpha);
    memset(s, 0, sizeof *s);
}

static void take_pair(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *s = o->state;
    if (!last_point_change(o, it, &s->s, &s->y))
        return;
    double sy = ob_dot(it->problem->pool, &s->s, &s->y);
    if (!last_point_curves(it->problem, &s->s, &s->y, sy)) {
        snprintf(o->note, sizeof o->note,
                 "the objective did not curve upwards along the last step, which is "
                 "therefore not remembered");
        return;
    }
    size_t place = o->counter[PAIRS]++ % history(o);
    ob_vec_copy(&s->pair[2 * place], &s->s);
    ob_vec_copy(&s->pair[2 * place + 1], &s->y);
    s->sy[place] = sy;
}

static enum ob_step_result direction(struct ob_optimizer *o, struct ob_iterate *it,
                                     struct ob_vec *dir)
{
    const struct state *st = o->state;
    const struct ob_kernels *k = ob_kernels(dir->dtype);
    struct ob_pool *pool = it->problem->pool;
    take_pair(o, it);
    last_point_keep(o, it);
    const size_t m = history(o), taken = o->counter[PAIRS], kept = taken < m ? taken : m;
    ob_vec_copy(dir, it->grad);
    for (size_t i = taken; i-- > taken - kept;) {
        const struct ob_vec *s = &st->pair[2 * (i % m)], *y = s + 1;
        st->alpha[i % m] = ob_dot(pool, s, dir) / st->sy[i % m];
        k->axpy(dir->n, -st->alpha[i % m], y->data, dir->data);
    }
    o->gauge[GAMMA][0] = 1;
    if (kept > 0) {
        size_t newest = (taken - 1) % m;
        o->gauge[GAMMA][0] =
            st->sy[newest] / ob_norm2_squared(pool, &st->pair[2 * newest + 1]);
        k->scale(dir->n, o->gauge[GAMMA][0], dir->data);
    }
    for (size_t i = taken - kept; i < taken; i++) {
        const struct ob_vec *s = &st->pair[2 * (i % m)], *y = s + 1;
        double beta = ob_dot(pool, y, dir) / st->sy[i % m];
        k->axpy(dir->n, st->alpha[i % m] - beta, s->data, dir->data);
    }
    k->scale(dir->n, -1, dir->data);
    return OB_STEP_OK;
}

static bool restart(struct ob_optimizer *o)
{
    bool built = o->counter[PAIRS] > 0;
    o->counter[PAIRS] = 0;
    o->counter[LAST_KNOWN] = 0;
    return built;
}

const struct ob_optimizer_type ob_optimizer_lbfgs_textbook = {
    .name = "lbfgs_textbook",
    .title = "L-BFGS of the textbook",
    .summary = "BFGS that remembers a few steps in place of a matrix, with any line "
               "search",
    .reference = "Nocedal 1980; Liu, Nocedal 1989; Nocedal, Wright, Numerical "
                 "Optimization, 2nd ed., algorithms 7.4 and 7.5",
    .needs = OB_WHOLE_VECTOR | OB_FULL_BATCH,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = LAST_SLOTS,
    .slot_names = last_point_slots,
    .counter_names = counters,
    .params = params,
    .equations =
        "q = g; from the newest pair on: a_i = s_i.q / s_i.y_i, q = q - a_i y_i\n"
        "r = gamma q, gamma = s.y / y.y of the newest pair\n"
        "from the oldest on: r = r + (a_i - y_i.r / s_i.y_i) s_i\n"
        "theta = theta - t r, t by the line search",
    .gauges = gauges,
    .usual_search = "strong_wolfe",
    .start = start,
    .finish = finish,
    .direction = direction,
    .restart = restart,
};
