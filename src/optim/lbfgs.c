/*
 * L-BFGS with the meaning of torch.optim.LBFGS: a step makes up to max_iter iterations,
 * each along minus the inverse Hessian of the last history_size pairs (two-loop
 * recursion: Nocedal, Wright, Numerical Optimization, 2nd ed., algorithm 7.4), with a
 * fixed rate (the very first shortened to min(1, 1 / |g|_1)) or a line search of its own
 * (lbfgs_line.h). It evaluates the loss itself, on the rows of the step. A pair is taken
 * where y.s > 1e-10.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lbfgs_line.h"
#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"
#include "optbench/num/reduce.h"
#include "rate.h"

static const char *const searches[] = { "none", "strong_wolfe", NULL };

struct opts {
    double lr;
    int64_t max_iter, max_eval;
    double tolerance_grad, tolerance_change;
    int64_t history_size;
    int line_search_fn;
    bool maximize;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 1, .min = 0, .max = INFINITY, .below_max = true,
            .live = true,
            .help = "length of an iteration, or the first guess of the line search"),
    OB_INTEGER(struct opts, max_iter, .fallback = 20, .min = 1, .max = 1000000,
               .live = true, .help = "iterations of one step, at most"),
    OB_INTEGER(struct opts, max_eval, .min = 0, .max = 10000000, .zero_word = "auto",
               .live = true,
               .help = "evaluations of one step, at most; auto is max_iter * 5 / 4"),
    OB_REAL(struct opts, tolerance_grad, .fallback = 1e-7, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "a step ends where no entry of the gradient is larger"),
    OB_REAL(struct opts, tolerance_change, .fallback = 1e-9, .min = 0, .max = INFINITY,
            .below_max = true, .live = true,
            .help = "a step ends where parameters or loss change by less"),
    OB_INTEGER(struct opts, history_size, .fallback = 100, .min = 1, .max = 10000,
               .help = "pairs of changes that are remembered, at most"),
    OB_CHOICE(struct opts, line_search_fn, .choices = searches, .live = true,
              .help = "none: iterations of length lr; strong_wolfe: a line search of "
                      "its own"),
    OB_BOOLEAN(struct opts, maximize, .help = "climb instead of descending"),
    { 0 },
};

enum { D, PREV_FLAT_GRAD, SLOTS };
static const char *const slots[] = { "d", "prev_flat_grad" };
/* PAIRS: taken so far; the newest is at (PAIRS - 1) modulo history_size. */
enum { N_ITER, FUNC_EVALS, PAIRS };
static const char *const counters[] = { "n_iter", "func_evals", "pairs", NULL };
/* Of the array "scalars". */
enum { T, H_DIAG, PREV_LOSS, SCALARS };

enum { ITERATIONS };
static const struct ob_gauge gauges[] = {
    { "iterations", "iterations of the last step", false },
    { 0 },
};

enum { ROOM = 4 };

struct state {
    struct ob_vec *pair; /* [2 * history_size] views of the arrays: s, y of each place */
    double *ro, *scalar; /* arrays of the optimizer: [history_size], [SCALARS] */
    double *al;          /* [history_size] */
    struct ob_vec x, trial, s, y;
    struct lbfgs_point at; /* the point in hand: f and g there */
    struct lbfgs_point room[ROOM];
};

static size_t history(const struct ob_optimizer *o)
{
    return (size_t)((const struct opts *)o->group_opts[0])->history_size;
}

static bool make_vectors(const struct ob_problem *p, struct state *s, struct ob_err *err)
{
    struct ob_vec *const all[] = { &s->x,         &s->trial,     &s->s,
                                   &s->y,         &s->at.g,      &s->room[0].g,
                                   &s->room[1].g, &s->room[2].g, &s->room[3].g };
    for (size_t i = 0; i < OB_COUNT(all); i++)
        if (!ob_vec_init(all[i], p->dtype, p->n, err))
            return false;
    return true;
}

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    const struct ob_problem *p = o->problem;
    const size_t m = history(o), bytes = p->n * ob_dtype_size(p->dtype);
    char *stps = ob_optimizer_keep(o, "old_stps", p->dtype, m * p->n, err);
    char *dirs = ob_optimizer_keep(o, "old_dirs", p->dtype, m * p->n, err);
    s->ro = ob_optimizer_keep(o, "ro", OB_F64, m, err);
    s->scalar = ob_optimizer_keep(o, "scalars", OB_F64, SCALARS, err);
    s->al = ob_alloc(m, sizeof *s->al, err);
    s->pair = ob_alloc(2 * m, sizeof *s->pair, err);
    if (!stps || !dirs || !s->ro || !s->scalar || !s->al || !s->pair ||
        !make_vectors(p, s, err))
        return false;
    for (size_t i = 0; i < m; i++) {
        s->pair[2 * i] = (struct ob_vec){ p->dtype, p->n, stps + i * bytes };
        s->pair[2 * i + 1] = (struct ob_vec){ p->dtype, p->n, dirs + i * bytes };
    }
    return true;
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    ob_vec_finish(&s->x);
    ob_vec_finish(&s->trial);
    ob_vec_finish(&s->s);
    ob_vec_finish(&s->y);
    ob_vec_finish(&s->at.g);
    for (size_t i = 0; i < ROOM; i++)
        ob_vec_finish(&s->room[i].g);
    free(s->pair);
    free(s->al);
    memset(s, 0, sizeof *s);
}

/* A product of vectors as a number of the dtype, which torch's are. */
static double dot(const struct ob_optimizer *o, const struct ob_vec *a,
                  const struct ob_vec *b)
{
    return ob_dtype_round(a->dtype, ob_dot(o->problem->pool, a, b));
}

static void take_pair(struct ob_optimizer *o)
{
    struct state *s = o->state;
    const struct ob_vec *g = &s->at.g;
    const struct ob_kernels *k = ob_kernels(g->dtype);
    k->sub(g->n, g->data, o->slot[PREV_FLAT_GRAD].data, s->y.data);
    ob_vec_copy(&s->s, &o->slot[D]);
    k->scale(g->n, s->scalar[T], s->s.data);
    double ys = dot(o, &s->y, &s->s);
    if (!(ys > 1e-10))
        return;
    size_t place = o->counter[PAIRS]++ % history(o);
    ob_vec_copy(&s->pair[2 * place], &s->s);
    ob_vec_copy(&s->pair[2 * place + 1], &s->y);
    s->ro[place] = ob_dtype_round(g->dtype, 1 / ys);
    s->scalar[H_DIAG] = ob_dtype_round(g->dtype, ys / dot(o, &s->y, &s->y));
}

static void two_loops(struct ob_optimizer *o)
{
    struct state *st = o->state;
    struct ob_vec *d = &o->slot[D];
    const struct ob_kernels *k = ob_kernels(d->dtype);
    const size_t m = history(o), taken = o->counter[PAIRS], kept = taken < m ? taken : m;
    ob_vec_copy(d, &st->at.g);
    k->scale(d->n, -1, d->data);
    for (size_t i = taken; i-- > taken - kept;) {
        const struct ob_vec *s = &st->pair[2 * (i % m)], *y = s + 1;
        st->al[i % m] = ob_dtype_round(d->dtype, dot(o, s, d) * st->ro[i % m]);
        k->axpy(d->n, -st->al[i % m], y->data, d->data);
    }
    k->scale(d->n, st->scalar[H_DIAG], d->data);
    for (size_t i = taken - kept; i < taken; i++) {
        const struct ob_vec *s = &st->pair[2 * (i % m)], *y = s + 1;
        double be = ob_dtype_round(d->dtype, dot(o, y, d) * st->ro[i % m]);
        k->axpy(d->n, ob_dtype_round(d->dtype, st->al[i % m] - be), s->data, d->data);
    }
}

static void direct(struct ob_optimizer *o)
{
    struct state *s = o->state;
    if (o->counter[N_ITER]++ == 0) {
        s->scalar[H_DIAG] = 1;
        ob_vec_copy(&o->slot[D], &s->at.g);
        ob_kernels(s->at.g.dtype)->scale(s->at.g.n, -1, o->slot[D].data);
    } else {
        take_pair(o);
        two_loops(o);
    }
    ob_vec_copy(&o->slot[PREV_FLAT_GRAD], &s->at.g);
    s->scalar[PREV_LOSS] = s->at.f;
}

/* The counts of one step. */
struct progress {
    int64_t iterations, evals, max_eval;
    bool last;
};

/* Moves theta along d, and finds out where that led unless nobody will ask. */
static void advance(struct ob_optimizer *o, struct ob_iterate *it, double slope,
                    struct progress *now)
{
    const struct opts *opts = o->group_opts[0];
    struct state *s = o->state;
    struct ob_vec *theta = it->theta;
    const struct lbfgs_line line = {
        .problem = it->problem,
        .maximize = opts->maximize,
        .x = &s->x,
        .d = &o->slot[D],
        .trial = &s->trial,
        .f = s->at.f,
        .slope = slope,
        .most = (size_t)(now->max_eval - now->evals),
        .tolerance_change = opts->tolerance_change,
        .room = s->room,
    };
    if (opts->line_search_fn) {
        ob_vec_copy(&s->x, theta);
        now->evals += (int64_t)lbfgs_search(&line, s->scalar[T], &s->at);
        s->scalar[T] = s->at.t;
    }
    ob_kernels(theta->dtype)->axpy(theta->n, s->scalar[T], o->slot[D].data, theta->data);
    if (!opts->line_search_fn && !now->last) {
        s->at.f = lbfgs_eval(&line, theta, &s->at.g);
        now->evals++;
    }
}

/* One iteration; false where the step ends with it. */
static bool iterate(struct ob_optimizer *o, struct ob_iterate *it, struct progress *now)
{
    const struct opts *opts = o->group_opts[0];
    struct state *s = o->state;
    now->last = ++now->iterations >= opts->max_iter;
    direct(o);
    double slope = dot(o, &s->at.g, &o->slot[D]);
    s->scalar[T] = it->lr;
    if (o->counter[N_ITER] == 1)
        s->scalar[T] *= fmin(
            1, 1 / ob_dtype_round(s->at.g.dtype, ob_norm1(it->problem->pool, &s->at.g)));
    if (slope > -opts->tolerance_change) {
        if (now->iterations == 1)
            snprintf(o->note, sizeof o->note,
                     "the slope along the direction is above -tolerance_change, so this "
                     "step changed nothing");
        return false;
    }
    advance(o, it, slope, now);
    if (now->last || now->evals >= now->max_eval ||
        ob_absmax(&s->at.g) <= opts->tolerance_grad)
        return false;
    return !(fabs(s->scalar[T]) * ob_absmax(&o->slot[D]) <= opts->tolerance_change ||
             fabs(s->at.f - s->scalar[PREV_LOSS]) < opts->tolerance_change);
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    const struct opts *opts = o->group_opts[0];
    struct state *s = o->state;
    struct progress now = { .evals = 1,
                            .max_eval = opts->max_eval > 0 ? opts->max_eval
                                                           : opts->max_iter * 5 / 4 };
    it->lr = optimizer_group_lr(o, 0, it->k);
    ob_vec_copy(&s->at.g, it->grad);
    s->at.f = opts->maximize ? -it->loss : it->loss;
    if (opts->maximize)
        ob_kernels(it->grad->dtype)->scale(s->at.g.n, -1, s->at.g.data);
    if (ob_absmax(&s->at.g) <= opts->tolerance_grad)
        snprintf(o->note, sizeof o->note,
                 "no entry of the gradient is above tolerance_grad, so this step changed "
                 "nothing");
    else
        while (iterate(o, it, &now))
            ;
    o->counter[FUNC_EVALS] += (uint64_t)now.evals;
    o->gauge[ITERATIONS][0] = (double)now.iterations;
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_lbfgs = {
    .name = "lbfgs",
    .title = "L-BFGS",
    .summary = "torch's L-BFGS: a step of many iterations by an inverse Hessian of few "
               "vectors",
    .reference = "Nocedal 1980; Liu, Nocedal 1989; conventions of torch.optim.LBFGS",
    .needs = OB_WHOLE_VECTOR | OB_EVALUATES,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .slots = SLOTS,
    .slot_names = slots,
    .counter_names = counters,
    .params = params,
    .equations =
        "up to max_iter times: s = t d', y = g - g' where y.s > 1e-10\n"
        "q = -g; from the newest pair on: a_i = s_i.q / y_i.s_i, q = q - a_i y_i\n"
        "d = (y.s / y.y) q; from the oldest on: d = d + (a_i - y_i.d / y_i.s_i) s_i\n"
        "theta = theta + t d, t = lr or by the line search",
    .gauges = gauges,
    .step = step,
    .start = start,
    .finish = finish,
};
