/*
 * The downhill simplex: n + 1 points, whose worst is reflected at the middle c of the
 * others, and the simplex stretched or shrunk by what is found there.
 *
 *   reflect   r = c + (c - w)                    taken where f(r) < the second worst
 *   expand    e = c + chi (c - w)                where f(r) < the best
 *   contract  c +- psi (c - w)                   outside where f(r) < f(w), else inside
 *   shrink    v = b + sigma (v - b) for all      where contraction does not help
 *
 * Nelder, Mead, "A simplex method for function minimization", 1965; Lagarias, Reeds,
 * Wright, Wright 1998; adaptive = yes: coefficients that depend on n (Gao, Han 2012). The
 * first simplex and the conventions are those of SciPy. One step of the optimizer is as
 * many iterations as it takes until the best point changes.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "optbench/base/mem.h"
#include "optbench/num/kernels.h"
#include "rate.h"

enum { MOST_PARAMETERS = 5000, MOST_ITERATIONS = 1000 };

struct opts {
    double lr;
    bool adaptive;
};

static const struct ob_param params[] = {
    OB_REAL(struct opts, lr, .fallback = 0.05, .min = 0, .max = INFINITY,
            .above_min = true, .below_max = true,
            .help = "sides of the first simplex, as a share of each parameter; a "
                    "parameter of 0 gets 1/200 of it"),
    OB_BOOLEAN(struct opts, adaptive,
               .help = "coefficients that depend on the number of parameters, for many"),
    { 0 },
};

enum { BEGUN };
static const char *const counters[] = { "begun", NULL };
enum { SIZE, ITERATIONS };
static const struct ob_gauge gauges[] = {
    { "simplex_size", "largest distance of a coordinate from the best point", false },
    { "iterations", "iterations of the last step", false },
    { 0 },
};

struct state {
    struct ob_vec *at;      /* [n + 1] views of the array "simplex", best first */
    double *value;          /* [n + 1], an array of the optimizer */
    double *middle;         /* [n] */
    struct ob_vec tried[2]; /* [n] */
    size_t n;
};

static bool start(struct ob_optimizer *o, struct ob_err *err)
{
    struct state *s = o->state;
    const struct ob_problem *p = o->problem;
    const size_t n = s->n = p->n, bytes = n * ob_dtype_size(p->dtype);
    if (n > MOST_PARAMETERS)
        return ob_fail(err, OB_ECONFIG,
                       "nelder_mead keeps a point more than there are parameters, and "
                       "%zu parameters are more than %d",
                       n, MOST_PARAMETERS);
    char *simplex = ob_optimizer_keep(o, "simplex", p->dtype, (n + 1) * n, err);
    s->value = ob_optimizer_keep(o, "values", OB_F64, n + 1, err);
    s->middle = ob_alloc(n, sizeof *s->middle, err);
    s->at = ob_alloc(n + 1, sizeof *s->at, err);
    if (!simplex || !s->value || !s->middle || !s->at)
        return false;
    for (size_t i = 0; i <= n; i++)
        s->at[i] = (struct ob_vec){ p->dtype, n, simplex + i * bytes };
    return ob_vec_init(&s->tried[0], p->dtype, n, err) &&
           ob_vec_init(&s->tried[1], p->dtype, n, err);
}

static void finish(struct ob_optimizer *o)
{
    struct state *s = o->state;
    ob_vec_finish(&s->tried[0]);
    ob_vec_finish(&s->tried[1]);
    free(s->middle);
    free(s->at);
    memset(s, 0, sizeof *s);
}

/* No number is worse than every number. */
static double look(const struct ob_optimizer *o, const struct ob_vec *at)
{
    struct ob_eval e;
    ob_problem_eval(o->problem, at->data, NULL, &e);
    return isnan(e.loss) ? INFINITY : e.loss;
}

/* Puts point k where it belongs among the better ones before it; equals keep their order.
 */
static void sink(struct state *s, size_t k)
{
    const double value = s->value[k];
    size_t to = k;
    while (to > 0 && value < s->value[to - 1])
        to--;
    if (to == k)
        return;
    ob_vec_copy(&s->tried[1], &s->at[k]);
    for (size_t i = k; i > to; i--) {
        ob_vec_copy(&s->at[i], &s->at[i - 1]);
        s->value[i] = s->value[i - 1];
    }
    ob_vec_copy(&s->at[to], &s->tried[1]);
    s->value[to] = value;
}

static void begin(struct ob_optimizer *o, const struct ob_iterate *it)
{
    struct state *s = o->state;
    const double share = optimizer_group_lr(o, 0, it->k);
    ob_vec_copy(&s->at[0], it->theta);
    s->value[0] = it->loss;
    for (size_t k = 1; k <= s->n; k++) {
        double x = ob_vec_get(it->theta, k - 1);
        ob_vec_copy(&s->at[k], it->theta);
        ob_vec_set(&s->at[k], k - 1, x != 0 ? (1 + share) * x : share / 200);
        s->value[k] = look(o, &s->at[k]);
        sink(s, k);
    }
    o->counter[BEGUN] = 1;
}

/* to = (1 + t) middle - t worst, and its value. */
static double try_at(const struct ob_optimizer *o, double t, struct ob_vec *to)
{
    const struct state *s = o->state;
    for (size_t i = 0; i < s->n; i++)
        ob_vec_set(to, i, (1 + t) * s->middle[i] - t * ob_vec_get(&s->at[s->n], i));
    return look(o, to);
}

static void replace_worst(struct state *s, const struct ob_vec *by, double value)
{
    ob_vec_copy(&s->at[s->n], by);
    s->value[s->n] = value;
    sink(s, s->n);
}

static void shrink(struct ob_optimizer *o, double sigma)
{
    struct state *s = o->state;
    for (size_t k = 1; k <= s->n; k++) {
        for (size_t i = 0; i < s->n; i++) {
            double best = ob_vec_get(&s->at[0], i);
            ob_vec_set(&s->at[k], i, best + sigma * (ob_vec_get(&s->at[k], i) - best));
        }
        s->value[k] = look(o, &s->at[k]);
    }
    for (size_t k = 1; k <= s->n; k++)
        sink(s, k);
}

static void find_middle(struct state *s)
{
    for (size_t i = 0; i < s->n; i++) {
        double sum = 0;
        for (size_t k = 0; k < s->n; k++)
            sum += ob_vec_get(&s->at[k], i);
        s->middle[i] = sum / (double)s->n;
    }
}

struct coefficients {
    double chi, psi, sigma;
};

static struct coefficients coefficients_of(const struct ob_optimizer *o)
{
    const double n = (double)o->problem->n;
    if (!((const struct opts *)o->group_opts[0])->adaptive || n < 2)
        return (struct coefficients){ 2, 0.5, 0.5 };
    return (struct coefficients){ 1 + 2 / n, 0.75 - 1 / (2 * n), 1 - 1 / n };
}

static void iterate(struct ob_optimizer *o, const struct coefficients *c)
{
    struct state *s = o->state;
    struct ob_vec *r = &s->tried[0], *other = &s->tried[1];
    const double best = s->value[0], worst = s->value[s->n];
    find_middle(s);
    double at_r = try_at(o, 1, r), at_other;
    if (at_r < best) {
        at_other = try_at(o, c->chi, other);
        if (at_other < at_r)
            replace_worst(s, other, at_other);
        else
            replace_worst(s, r, at_r);
    } else if (at_r < s->value[s->n - 1]) {
        replace_worst(s, r, at_r);
    } else {
        bool outside = at_r < worst;
        at_other = try_at(o, outside ? c->psi : -c->psi, other);
        if (outside ? at_other <= at_r : at_other < worst)
            replace_worst(s, other, at_other);
        else
            shrink(o, c->sigma);
    }
}

/* The largest difference of a coordinate to the best point; *flat: rounding is all of it.
 */
static double size(const struct state *s, bool *flat)
{
    const double eps = ob_dtype_eps(s->at[0].dtype);
    double largest = 0;
    *flat = true;
    for (size_t k = 1; k <= s->n; k++)
        for (size_t i = 0; i < s->n; i++) {
            double best = ob_vec_get(&s->at[0], i);
            double off = fabs(ob_vec_get(&s->at[k], i) - best);
            largest = fmax(largest, off);
            *flat = *flat && off <= 2 * eps * fabs(best);
        }
    return largest;
}

static bool same(const struct ob_vec *a, const struct ob_vec *b)
{
    return memcmp(a->data, b->data, a->n * ob_dtype_size(a->dtype)) == 0;
}

static enum ob_step_result step(struct ob_optimizer *o, struct ob_iterate *it)
{
    struct state *s = o->state;
    const struct coefficients c = coefficients_of(o);
    bool flat = false;
    size_t k = 0;
    it->lr = optimizer_group_lr(o, 0, it->k);
    if (!o->counter[BEGUN] || !same(it->theta, &s->at[0])) /* moved by others: anew */
        begin(o, it);
    while (same(it->theta, &s->at[0])) {
        if (flat || k++ == MOST_ITERATIONS * (s->n + 1)) {
            snprintf(o->note, sizeof o->note,
                     flat ? "the simplex has shrunk to rounding around its best point"
                          : "no better point was found in %zu iterations",
                     k - 1);
            return OB_STEP_STUCK;
        }
        iterate(o, &c);
        o->gauge[SIZE][0] = size(s, &flat);
    }
    o->gauge[ITERATIONS][0] = (double)k;
    ob_vec_copy(it->theta, &s->at[0]);
    return OB_STEP_OK;
}

const struct ob_optimizer_type ob_optimizer_nelder_mead = {
    .name = "nelder_mead",
    .title = "Nelder-Mead simplex",
    .summary = "without derivatives: a simplex that crawls and shrinks by comparing "
               "losses",
    .reference = "Nelder, Mead, A simplex method for function minimization, 1965; "
                 "Lagarias et al. 1998; Gao, Han 2012 (adaptive)",
    .needs = OB_WHOLE_VECTOR | OB_FULL_BATCH | OB_EVALUATES,
    .opts_size = sizeof(struct opts),
    .state_size = sizeof(struct state),
    .counter_names = counters,
    .params = params,
    .equations = "c the middle of all points but the worst w, b the best\n"
                 "r = c + (c - w); where f(r) < f(b): e = c + chi (c - w)\n"
                 "where f(r) is no better than the second worst: c +- psi (c - w)\n"
                 "where that does not help: v = b + sigma (v - b) for all points",
    .gauges = gauges,
    .step = step,
    .start = start,
    .finish = finish,
};
